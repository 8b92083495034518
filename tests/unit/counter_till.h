/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COUNTER_TILL_H
#define COUNTER_TILL_H

/*
 * A till for tests: the counter's model with a server that is an array of
 * answers, hands that type, and a printer that is a list.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/text.h"
#include "i18n.h"
#include "keys.h"
#include "receipt/escpos.h"
#include "screens/custom/counter.h"

#define MAX	64
#pragma GCC diagnostic ignored "-Wunused-function"

/* ---- the server */

struct rpc_req {
	struct till	*t;
	char		*method;
	json_t		*params;
	rpc_cb		*cb;
	void		*arg;
	bool		 open;
};

struct till {
	struct rpc		 rpc;
	struct rpc_req		*req[MAX];
	size_t			 n;
	bool			 online;
	const char		*denied;
	/* the host */
	struct counter		*c;
	struct spool		*spool;
	struct key		 held[MAX];
	size_t			 held_n;
	bool			 hold;
	int64_t			 now;
	char			*message;
	enum message_kind	 kind;
	int			 timers[TIMER_COUNT];	/* ms, -1: none */
	int			 sessions, menus, unhandled, keys;
	/* the printer: "drawer" or "slip" of each job */
	const char		*job[MAX];
	size_t			 jobs;
	paper_cb		*paper;
	void			*paper_arg;
};

static int
req_gone(struct rpc_req *r)
{
	size_t	i;

	for (i = 0; i < r->t->n; i++)
		if (r->t->req[i] == r)
			r->t->req[i] = NULL;
	json_decref(r->params);
	return 0;
}

static struct rpc_req *
fake_send(struct rpc *rpc, TALLOC_CTX *owner, const char *method,
    json_t *params, int timeout_ms, rpc_cb *cb, void *arg)
{
	struct till	*t = (struct till *)rpc;
	struct rpc_req	*r = talloc_zero(owner, struct rpc_req);

	(void)timeout_ms;
	assert_true(t->n < MAX);
	r->t = t;
	r->method = talloc_strdup(r, method);
	r->params = params != NULL ? params : json_object();
	r->cb = cb;
	r->arg = arg;
	r->open = true;
	t->req[t->n++] = r;
	talloc_set_destructor(r, req_gone);
	return r;
}

static bool
fake_granted(struct rpc *rpc, const char *method)
{
	struct till	*t = (struct till *)rpc;

	return t->denied == NULL || strcmp(t->denied, method) != 0;
}

static bool
fake_online(struct rpc *rpc)
{
	return ((struct till *)rpc)->online;
}

static const struct rpc_ops	fake_ops = { fake_send, fake_granted,
	fake_online };

/* The oldest open request of a method, or NULL. */
static struct rpc_req *
pending(struct till *t, const char *method)
{
	size_t	i;

	for (i = 0; i < t->n; i++)
		if (t->req[i] != NULL && t->req[i]->open &&
		    strcmp(t->req[i]->method, method) == 0)
			return t->req[i];
	return NULL;
}

static void
finish(struct rpc_req *r, json_t *result, json_t *error, bool lost)
{
	struct reply	 reply = { result, error, lost };
	rpc_cb		*cb = r->cb;
	void		*arg = r->arg;

	talloc_free(r);
	cb(&reply, arg);
	json_decref(result);
	json_decref(error);
}

static json_t *
load(const char *text)
{
	json_t	*j = json_loads(text, 0, NULL);

	assert_non_null(j);
	return j;
}

/* What the oldest open request of a method asks for. */
static const json_t *
asked(struct till *t, const char *method)
{
	const struct rpc_req	*r = pending(t, method);

	if (r == NULL) {
		fail_msg("no open request %s", method);
		return NULL;
	}
	return r->params;
}

static void
answer(struct till *t, const char *method, const char *result)
{
	struct rpc_req	*r = pending(t, method);

	if (r == NULL)
		fail_msg("no open request %s", method);
	else
		finish(r, load(result), NULL, false);
}

static void
refuse(struct till *t, const char *method, const char *code, bool lost)
{
	struct rpc_req	*r = pending(t, method);
	json_t		*e = json_pack("{s:s,s:s,s:{s:s}}", "code", code,
			    "message", "no", "args", "number", "INV-1");

	if (r == NULL)
		fail_msg("no open request %s", method);
	else
		finish(r, NULL, e, lost);
}

/* ---- the host */

static void
host_message(void *arg, enum message_kind kind, const char *text)
{
	struct till	*t = arg;

	talloc_free(t->message);
	t->message = talloc_strdup(t, text);
	t->kind = kind;
}

static void
host_error(void *arg, const char *method, const json_t *error)
{
	(void)method;
	host_message(arg, MSG_ERROR,
	    json_string_value(json_object_get(error, "code")));
}

static void
feed(struct till *t, const struct key *k)
{
	enum command	cmd = command_find(k, CTX_CUSTOM,
			    t->c->focus != ON_INVOICES &&
			    t->c->focus != ON_METHOD, false);

	if (cmd == CMD_NONE)
		counter_text(t->c, k);
	else if (!counter_command(t->c, cmd))
		t->unhandled++;
}

static void
host_hold(void *arg, bool hold)
{
	struct till	*t = arg;
	struct key	 k;

	t->hold = hold;
	while (!t->hold && t->held_n > 0) {
		k = t->held[0];
		t->held_n--;
		memmove(t->held, t->held + 1, t->held_n * sizeof k);
		feed(t, &k);
	}
}

static void
host_flush(void *arg)
{
	((struct till *)arg)->held_n = 0;
}

static void
host_dirty(void *arg)
{
	(void)arg;
}

static int64_t
host_mono(void *arg)
{
	return ((struct till *)arg)->now;
}

static struct date
host_today(void *arg)
{
	struct date	d = { 2026, 7, 12 };

	(void)arg;
	return d;
}

static void
host_timer(void *arg, enum counter_timer tm, int ms)
{
	((struct till *)arg)->timers[tm] = ms;
}

static void
host_session(void *arg)
{
	((struct till *)arg)->sessions++;
}

static void
host_actions(void *arg)
{
	((struct till *)arg)->menus++;
}

static const struct counter_host	host = {
	host_message, host_error, host_hold, host_flush, host_dirty,
	host_mono, host_today, host_timer, host_session, host_actions,
};

static void
fake_print(struct spool *s, const struct paper_printer *pr,
    const void *bytes, size_t len, paper_cb *cb, TALLOC_CTX *owner, void *arg)
{
	static const unsigned char	kick[] = { 0x1b, 0x70 };
	struct till			*t = s->send_arg;

	(void)pr, (void)owner;
	assert_true(len >= 2 && t->jobs < MAX);
	t->job[t->jobs++] = memcmp(bytes, kick, 2) == 0 ? "drawer" : "slip";
	t->paper = cb;
	t->paper_arg = arg;
}

static void
fire(struct till *t, enum counter_timer tm)
{
	assert_true(t->timers[tm] >= 0);
	t->timers[tm] = -1;
	counter_timer(t->c, tm);
}

/* ---- the hands */

static void
press_key(struct till *t, const struct key *k)
{
	t->keys++;
	if (t->hold && t->held_n < MAX)
		t->held[t->held_n++] = *k;
	else
		feed(t, k);
}

/* "0037 Enter F8": names of keys, else letters; `_` is a blank. */
static void
press(struct till *t, const char *what)
{
	char		**word;
	const char	*p;
	struct key	 k;
	size_t		 n, i;

	word = text_split(NULL, what, ' ', &n);
	for (i = 0; i < n; i++) {
		if (strlen(word[i]) > 1 && key_parse(word[i], &k)) {
			press_key(t, &k);
			continue;
		}
		for (p = word[i]; *p != '\0'; p++) {
			memset(&k, 0, sizeof k);
			k.code = K_CHAR;
			k.ch = *p == '_' ? ' ' : *p;
			press_key(t, &k);
		}
	}
	talloc_free(word);
}

/* A reader: the code, then CR; these are no keys of the clerk. */
static void
scan(struct till *t, const char *code)
{
	int	keys = t->keys;

	press(t, code);
	press(t, "Enter");
	t->keys = keys;
}

#define BUDI "{\"number\":\"1000037\",\"name\":\"Budi Santoso\"," \
	"\"address\":\"Cibiru Hilir 12\",\"phone\":\"628123456789\"," \
	"\"package\":\"Home 20\",\"status\":\"active\",\"credit\":0," \
	"\"owed\":277500}"
#define BILL "{\"customer\":" BUDI ",\"services\":[],\"invoices\":[" \
	"{\"number\":\"INV-202607-00001\",\"period\":\"2026-07\"," \
	"\"title\":\"Home 20\",\"due\":\"2026-07-10\",\"total\":277500," \
	"\"remaining\":277500,\"days_late\":2}],\"total\":277500}"
#define TWO "{\"customer\":" BUDI ",\"services\":[],\"invoices\":[" \
	"{\"number\":\"INV-202606-00001\",\"period\":\"2026-06\"," \
	"\"due\":\"2026-06-10\",\"remaining\":100000,\"days_late\":32}," \
	"{\"number\":\"INV-202607-00001\",\"period\":\"2026-07\"," \
	"\"due\":\"2026-07-10\",\"remaining\":277500,\"days_late\":2}]," \
	"\"total\":377500}"
#define ONE_FOUND "{\"matches\":[{\"number\":\"1000037\",\"name\":" \
	"\"Budi Santoso\"}],\"exact\":true}"
#define MANY_FOUND "{\"matches\":[{\"number\":\"1000001\",\"name\":" \
	"\"Budi Hartono\"},{\"number\":\"1000037\",\"name\":" \
	"\"Budi Santoso\"}],\"exact\":false}"
#define BOOKED "{\"number\":\"PAY-202607-00009\",\"allocated\":[]," \
	"\"change\":22500,\"credit\":0,\"amount\":277500," \
	"\"status\":\"confirmed\",\"remaining\":0}"
#define PENDING "{\"number\":\"PAY-202607-00010\",\"allocated\":[]," \
	"\"change\":0,\"credit\":0,\"amount\":277500," \
	"\"status\":\"pending\",\"remaining\":277500}"
#define DRAWER "{\"session\":{\"number\":\"CASH-202607-00001\"," \
	"\"drawer\":\"Loket 2\",\"float\":500000,\"cash_in\":7915000," \
	"\"receipts\":84},\"payments\":[{\"number\":\"PAY-202607-00008\"," \
	"\"at\":\"2026-07-12T03:41:00Z\",\"name\":\"Dewi Lestari\"," \
	"\"amount\":166500,\"method\":\"cash\",\"status\":\"confirmed\"," \
	"\"change\":33500,\"prints\":1}]}"
#define NO_DRAWER "{\"session\":null,\"payments\":[]}"

static struct till *
till_new(const char *recent)
{
	struct till	*t = talloc_zero(NULL, struct till);
	int		 i;

	t->rpc.ops = &fake_ops;
	t->online = true;
	t->now = 100000;
	for (i = 0; i < TIMER_COUNT; i++)
		t->timers[i] = -1;
	t->spool = spool_new(t, &t->rpc);
	t->spool->send = fake_print;
	t->spool->send_arg = t;
	t->c = counter_new(t, &t->rpc, t->spool, &host, t);
	counter_read(t->c);
	answer(t, "counter.recent", recent);
	return t;
}

static void
printer(struct till *t, const char *drawer)
{
	assert_int_equal(paper_printer_set(&t->spool->printer, t->spool,
	    "uri", "tcp://127.0.0.1:9100", NULL), 0);
	assert_int_equal(paper_printer_set(&t->spool->printer, t->spool,
	    "drawer", drawer, NULL), 0);
}

/* Budi's bill on the table. */
static struct till *
till_bill(const char *bill)
{
	struct till	*t = till_new(DRAWER);

	press(t, "0037 Enter");
	answer(t, "counter.find", ONE_FOUND);
	answer(t, "counter.bill", bill);
	return t;
}

static const char *
text(const json_t *j, const char *key)
{
	const char	*s = json_string_value(json_object_get(j, key));

	return s != NULL ? s : "";
}

static int64_t
tendered(struct till *t)
{
	struct rpc_req	*r = pending(t, "payment.take");

	return r == NULL ? -1 : json_integer_value(json_object_get(r->params,
	    "tendered"));
}

static int
takes(struct till *t)
{
	size_t	i;
	int	n = 0;

	for (i = 0; i < t->n; i++)
		n += t->req[i] != NULL && strcmp(t->req[i]->method,
		    "payment.take") == 0;
	return n;
}

/* The screen as lines. */
static char *
picture(struct till *t, int rows, int cols)
{
	struct cells	*cells = cells_new(t, rows, cols);
	struct area	 a = area_all(cells);

	counter_draw(t->c, &a, "Asia/Jakarta");
	return cells_dump(t, cells);
}

static void
shows(struct till *t, const char *what)
{
	char	*p;

	/* Whoever looks has stopped typing. */
	if (t->timers[TIMER_ECHO] >= 0)
		fire(t, TIMER_ECHO);
	p = picture(t, 21, 80);

	if (strstr(p, what) == NULL)
		fail_msg("\"%s\" is not on the screen:\n%s", what, p);
	talloc_free(p);
}

#endif
