/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the counter asks: who is meant, what he owes, what changes meanwhile. */
#include "screens/custom/counter.h"

#include <string.h>

#include "api/methods.h"
#include "base/mem.h"
#include "base/text.h"
#include "fmt/money.h"
#include "i18n.h"
#include "message.h"

#define QUIET_MS	400	/* events come in bunches */
#define ECHO_MS		150	/* without a key, then the sums follow */

static const char *
text_of(const json_t *o, const char *key)
{
	const char	*s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

static int64_t
int_of(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

static void
say(struct counter *c, enum message_kind kind, const char *text)
{
	c->host->message(c->host_arg, kind, text);
}

/* From the setting's preset; who may read settings gets the real one. */
static int64_t
confirm_preset(void)
{
	const struct field	*f = field_find(setting_rows,
				    "confirm_amount");
	int64_t			 v;

	if (f == NULL || f->preset == NULL ||
	    money_parse(f->preset, 0, false, &v, NULL) == -1)
		return INT64_C(5000000);
	return v;
}

static int
counter_free(struct counter *c)
{
	json_decref(c->sent);
	json_decref(c->recent);
	if (c->spool->changed_arg == c)
		c->spool->changed = NULL;
	return 0;
}

static void
spool_changed(void *arg, const struct counter_slip *sl)
{
	struct counter	*c = arg;
	char		*state, *s;

	c->host->dirty(c->host_arg);
	if (!sl->failed)
		return;
	/* In full; and no error, which would drop what he is typing. */
	state = spool_state(NULL, c->spool, sl->payment, NULL);
	s = message_text(NULL, N_("Slip {number}: {state}"), "number",
	    sl->payment, "state", state, NULL);
	say(c, MSG_INFO, s);
	talloc_free(s);
	talloc_free(state);
}

struct counter *
counter_new(TALLOC_CTX *ctx, struct rpc *rpc, struct spool *spool,
    const struct counter_host *host, void *arg)
{
	struct counter	*c = talloc_zero(ctx, struct counter);

	c->rpc = rpc;
	c->spool = spool;
	c->host = host;
	c->host_arg = arg;
	c->search = edit_new(c, 100);
	c->reference = edit_new(c, 100);
	c->money = edit_new(c, 40);
	c->echo = talloc_strdup(c, "");
	c->retype = edit_new(c, 40);
	c->run = talloc_strdup(c, "");
	c->last_scan = talloc_strdup(c, "");
	c->confirm_from = confirm_preset();
	c->ok_amount = -1;
	c->drawer = talloc_strdup(c, "");
	spool->changed = spool_changed;
	spool->changed_arg = c;
	talloc_set_destructor(c, counter_free);
	return c;
}

/* ---------------------------------------------------------------- drawer */

static void
on_recent(const struct reply *r, void *arg)
{
	struct counter	*c = arg;
	const json_t	*s;

	c->asking = NULL;
	if (c->actions_wait) {
		c->actions_wait = false;
		c->host->hold(c->host_arg, false);
	}
	if (r->result == NULL)
		return;
	s = json_object_get(r->result, "session");
	c->known = true;
	c->session = json_is_object(s);
	talloc_free(c->drawer);
	c->drawer = talloc_strdup(c, text_of(s, "drawer"));
	c->in_drawer = int_of(s, "float") + int_of(s, "cash_in");
	c->receipts = int_of(s, "receipts");
	if (json_is_integer(json_object_get(r->result, "confirm_amount")))
		c->confirm_from = int_of(r->result, "confirm_amount");
	json_decref(c->recent);
	c->recent = json_incref(json_object_get(r->result, "payments"));
	c->host->dirty(c->host_arg);
}

void
counter_read(struct counter *c)
{
	/* Another counter over this one may have listened meanwhile. */
	c->spool->changed = spool_changed;
	c->spool->changed_arg = c;
	talloc_free(c->asking);
	c->asking = rpc_send(c->rpc, c, "counter.recent", NULL, on_recent, c);
}

/* ---------------------------------------------------------------- money */

int64_t
counter_total(const struct counter *c)
{
	struct money	sum = { 0 }, one;
	size_t		i;

	for (i = 0; c->bill != NULL && i < c->bill->n; i++) {
		one.v = c->bill->inv[i].remaining;
		if (c->bill->inv[i].chosen &&
		    money_add(sum, one, &sum) == -1)
			return INT64_MAX;
	}
	return sum.v;
}

static int64_t
given_of(const struct counter *c, const char *text, struct err *e)
{
	int64_t	total = counter_total(c), v;
	char	*t = text_trim(NULL, text);

	if (*t == '\0')
		v = total;
	else if (money_parse(t, total, true, &v, e) == -1)
		v = -1;
	else if (v < 0)
		v = err_set(e, ERR_BAD_FIELD, "%s",
		    N_("money given cannot be negative"));
	talloc_free(t);
	return v;
}

int64_t
counter_given(const struct counter *c, struct err *e)
{
	return given_of(c, c->money->text, e);
}

int64_t
counter_echoed(const struct counter *c, struct err *e)
{
	return given_of(c, c->echo, e);
}

static void
echo_now(struct counter *c)
{
	if (strcmp(c->echo, c->money->text) == 0)
		return;
	talloc_free(c->echo);
	c->echo = talloc_strdup(c, c->money->text);
	c->host->dirty(c->host_arg);
}

void
counter_changed(struct counter *c)
{
	counter_typed(c);
	echo_now(c);
}

/* On a slow line each key repaints the one letter, not the sums beside it. */
void
counter_typed(struct counter *c)
{
	c->host->timer(c->host_arg, TIMER_ECHO, ECHO_MS);
	c->ask = ASK_NONE;
	c->ok_short = c->ok_credit = false;
	c->ok_amount = -1;
	if (c->focus == ON_RETYPE)
		counter_focus_set(c, ON_MONEY);
	c->host->dirty(c->host_arg);
}

/* ---------------------------------------------------------------- the bill */

void
counter_clear(struct counter *c)
{
	talloc_free(c->bill);
	c->bill = NULL;
	talloc_free(c->quiet);
	c->quiet = NULL;
	json_decref(c->sent);
	c->sent = NULL;
	c->refused = false;
	c->phase = COUNTER_IDLE;
	c->method = METHOD_CASH;
	c->at = c->tender = 0;
	edit_set(c->money, "");
	edit_set(c->reference, "");
	edit_set(c->retype, "");
	counter_changed(c);
	counter_focus_set(c, ON_SEARCH);
}

static void
invoice_read(struct counter_bill *b, struct counter_invoice *v,
    const json_t *j)
{
	v->number = talloc_strdup(b, text_of(j, "number"));
	v->period = talloc_strdup(b, text_of(j, "period"));
	v->title = talloc_strdup(b, text_of(j, "title"));
	if (date_parse_iso(text_of(j, "due"), &v->due, NULL) == -1)
		v->due.y = 0;
	v->remaining = int_of(j, "remaining");
	v->days_late = (int)int_of(j, "days_late");
	v->chosen = true;
}

static struct counter_bill *
bill_read(TALLOC_CTX *ctx, const json_t *r)
{
	struct counter_bill	*b = talloc_zero(ctx, struct counter_bill);
	const json_t		*cu = json_object_get(r, "customer");
	const json_t		*inv = json_object_get(r, "invoices");
	size_t			 i;

	b->number = talloc_strdup(b, text_of(cu, "number"));
	b->name = talloc_strdup(b, text_of(cu, "name"));
	b->address = talloc_strdup(b, text_of(cu, "address"));
	b->phone = talloc_strdup(b, text_of(cu, "phone"));
	b->package = talloc_strdup(b, text_of(cu, "package"));
	b->status = talloc_strdup(b, text_of(cu, "status"));
	b->notes = talloc_strdup(b, text_of(cu, "notes"));
	b->credit = int_of(cu, "credit");
	b->owed = int_of(cu, "owed");
	b->waiting = int_of(r, "waiting");
	b->n = json_array_size(inv);
	b->inv = talloc_zero_array(b, struct counter_invoice, b->n);
	for (i = 0; i < b->n; i++)
		invoice_read(b, &b->inv[i], json_array_get(inv, i));
	return b;
}

static void
find_failed(struct counter *c, const char *text)
{
	c->host->flush(c->host_arg);
	c->phase = c->bill != NULL ? COUNTER_BILL : COUNTER_IDLE;
	c->search->fresh = true;
	counter_focus_set(c, ON_SEARCH);
	if (text != NULL)
		say(c, MSG_ERROR, text);
	c->host->hold(c->host_arg, false);
}

static void
on_bill(const struct reply *r, void *arg)
{
	struct counter	*c = arg;

	c->req = NULL;
	if (r->result == NULL) {
		c->host->error(c->host_arg, "counter.bill", r->error);
		find_failed(c, NULL);
		return;
	}
	counter_clear(c);
	talloc_free(c->result);
	c->result = NULL;
	c->bill = bill_read(c, r->result);
	c->phase = COUNTER_BILL;
	talloc_free(c->op_id);
	c->op_id = uuid_new(c);
	edit_set(c->search, c->bill->number);
	counter_focus_set(c, ON_MONEY);
	c->host->dirty(c->host_arg);
	c->host->hold(c->host_arg, false);
}

void
counter_open(struct counter *c, const char *number)
{
	talloc_free(c->match);
	c->match = NULL;
	c->n_match = 0;
	c->phase = COUNTER_FINDING;
	c->host->hold(c->host_arg, true);
	talloc_free(c->req);
	c->req = rpc_send(c->rpc, c, "counter.bill", json_pack("{s:s}",
	    "customer", number), on_bill, c);
	c->host->dirty(c->host_arg);
}

/* ---------------------------------------------------------------- finding */

static void
matches_read(struct counter *c, const json_t *list)
{
	const json_t	*j;
	size_t		 i, n = json_array_size(list);

	talloc_free(c->match);
	c->match = talloc_zero_array(c, struct counter_match, n);
	for (i = 0; i < n; i++) {
		j = json_array_get(list, i);
		c->match[i].number = talloc_strdup(c->match,
		    text_of(j, "number"));
		c->match[i].name = talloc_strdup(c->match, text_of(j, "name"));
		c->match[i].address = talloc_strdup(c->match,
		    text_of(j, "address"));
		c->match[i].package = talloc_strdup(c->match,
		    text_of(j, "package"));
		c->match[i].status = talloc_strdup(c->match,
		    text_of(j, "status"));
		c->match[i].owed = int_of(j, "owed");
	}
	c->n_match = n;
	c->pick = 0;
}

static bool
only_digits(const char *s)
{
	return *s != '\0' && s[strspn(s, "0123456789 +-.")] == '\0';
}

static void
on_find(const struct reply *r, void *arg)
{
	struct counter	*c = arg;

	c->req = NULL;
	if (r->result == NULL) {
		c->host->error(c->host_arg, "counter.find", r->error);
		find_failed(c, NULL);
		return;
	}
	matches_read(c, json_object_get(r->result, "matches"));
	if (c->n_match == 0) {
		find_failed(c, _("Nobody found: type it again, or part of the "
		    "name."));
		return;
	}
	if (c->n_match == 1 ||
	    json_is_true(json_object_get(r->result, "exact"))) {
		char	*number = talloc_strdup(NULL, c->match[0].number);

		counter_open(c, number);
		talloc_free(number);
		return;
	}
	/*
	 * Who types digits expects one customer and goes on blindly: those
	 * keys must not pick the first of several and pay his bill.
	 */
	if (only_digits(c->search->text))
		c->host->flush(c->host_arg);
	c->phase = COUNTER_PICKING;
	counter_focus_set(c, ON_SEARCH);
	c->host->dirty(c->host_arg);
	c->host->hold(c->host_arg, false);
}

void
counter_find(struct counter *c, const char *q)
{
	if (!rpc_online(c->rpc)) {
		say(c, MSG_ERROR, _("The line is cut: nobody can be looked up "
		    "now."));
		return;
	}
	c->phase = COUNTER_FINDING;
	c->host->hold(c->host_arg, true);
	talloc_free(c->req);
	c->req = rpc_send(c->rpc, c, "counter.find", json_pack("{s:s}", "q",
	    q), on_find, c);
	c->host->dirty(c->host_arg);
}

void
counter_stop(struct counter *c)
{
	if (c->phase != COUNTER_FINDING)
		return;
	talloc_free(c->req);
	c->req = NULL;
	find_failed(c, _("Cancelled."));
}

/* ---------------------------------------------------------------- live */

static bool
bill_same(const struct counter_bill *a, const struct counter_bill *b)
{
	size_t	i;

	if (a->n != b->n || a->credit != b->credit || a->owed != b->owed ||
	    a->waiting != b->waiting || strcmp(a->status, b->status) != 0)
		return false;
	for (i = 0; i < a->n; i++)
		if (a->inv[i].remaining != b->inv[i].remaining ||
		    strcmp(a->inv[i].number, b->inv[i].number) != 0)
			return false;
	return true;
}

/* What the clerk took out of the payment stays out. */
static void
bill_keep_choice(struct counter_bill *new, const struct counter_bill *old)
{
	size_t	i, k;

	for (i = 0; i < new->n; i++)
		for (k = 0; k < old->n; k++)
			if (strcmp(new->inv[i].number,
			    old->inv[k].number) == 0)
				new->inv[i].chosen = old->inv[k].chosen;
}

static void
on_bill_again(const struct reply *r, void *arg)
{
	struct counter		*c = arg;
	struct counter_bill	*b;

	c->quiet = NULL;
	if (r->result == NULL || c->phase != COUNTER_BILL || c->bill == NULL)
		return;
	b = bill_read(c, r->result);
	if (bill_same(c->bill, b)) {
		talloc_free(b);
		return;
	}
	bill_keep_choice(b, c->bill);
	talloc_free(c->bill);
	c->bill = b;
	if (c->at >= b->n)
		c->at = 0;
	c->tender = 0;
	/* An F8 on its way was meant for the other sum. */
	c->host->flush(c->host_arg);
	counter_changed(c);
	say(c, MSG_ERROR, _("The bill has changed: look at it again."));
}

void
counter_timer(struct counter *c, enum counter_timer t)
{
	switch (t) {
	case TIMER_CHECK:
		counter_check(c);
		break;
	case TIMER_BILL:
		if (c->phase != COUNTER_BILL || !rpc_online(c->rpc))
			break;
		talloc_free(c->quiet);
		c->quiet = rpc_send(c->rpc, c, "counter.bill",
		    json_pack("{s:s}", "customer", c->bill->number),
		    on_bill_again, c);
		break;
	case TIMER_RECENT:
		counter_read(c);
		break;
	case TIMER_ECHO:
		echo_now(c);
		break;
	case TIMER_COUNT:
		break;
	}
}

void
counter_event(struct counter *c, const char *topic, const json_t *data)
{
	const char	*who = text_of(data, "customer");
	bool		 all = strcmp(topic, "resync") == 0;

	if (all) {
		spool_resume(c->spool);
		counter_check(c);
	}
	if (c->phase == COUNTER_BILL && (all ||
	    strcmp(topic, "payment") == 0 || strcmp(topic, "invoice") == 0 ||
	    (strcmp(topic, "customer") == 0 && strcmp(text_of(data, "number"),
	    c->bill->number) == 0)) &&
	    (*who == '\0' || strcmp(who, c->bill->number) == 0))
		c->host->timer(c->host_arg, TIMER_BILL, QUIET_MS);
	if (all || strcmp(topic, "payment") == 0 ||
	    strcmp(topic, "cash") == 0)
		c->host->timer(c->host_arg, TIMER_RECENT, QUIET_MS);
}
