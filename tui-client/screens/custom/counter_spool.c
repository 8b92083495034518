/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Slips on their way to paper. Nothing here starts before the server has
 * answered that the money is booked, and nothing here can undo that.
 */
#include "screens/custom/counter.h"

#include <string.h>

#include "base/mem.h"
#include "i18n.h"
#include "message.h"
#include "receipt/escpos.h"

#define SLIPS_KEPT	50

struct spool *
spool_new(TALLOC_CTX *ctx, struct rpc *rpc)
{
	struct spool	*s = talloc_zero(ctx, struct spool);

	s->rpc = rpc;
	s->printer.uri = talloc_strdup(s, "");
	s->printer.width = talloc_strdup(s, "58");
	s->printer.profile = *receipt_profile_preset("58");
	s->printer.own = json_own(s, json_object());
	return s;
}

bool
spool_has_printer(const struct spool *s)
{
	return *s->printer.uri != '\0';
}

static void
slip_set(struct counter_slip *sl, const char *state, char *text)
{
	sl->state = state;
	talloc_free(sl->text);
	sl->text = talloc_steal(sl, text);
	if (sl->spool->changed != NULL)
		sl->spool->changed(sl->spool->changed_arg, sl);
}

static struct counter_slip *
slip_find(const struct spool *s, const char *payment)
{
	struct counter_slip	*sl;

	for (sl = s->slips; sl != NULL; sl = sl->next)
		if (strcmp(sl->payment, payment) == 0)
			return sl;
	return NULL;
}

/* Long days must not grow without end. */
static void
slips_trim(struct spool *s)
{
	struct counter_slip	**p, *old;
	int			 n = 0;

	for (p = &s->slips; *p != NULL; n++) {
		old = *p;
		if (n < SLIPS_KEPT || old->asking || old->lost) {
			p = &old->next;
			continue;
		}
		*p = old->next;
		talloc_free(old);
	}
}

static int
slip_free(struct counter_slip *sl)
{
	json_decref(sl->params);
	return 0;
}

static struct counter_slip *
slip_new(struct spool *s, const char *payment)
{
	struct counter_slip	*sl = slip_find(s, payment);

	if (sl == NULL) {
		sl = talloc_zero(s, struct counter_slip);
		talloc_set_destructor(sl, slip_free);
		sl->spool = s;
		sl->payment = talloc_strdup(sl, payment);
		sl->state = "";
		sl->next = s->slips;
		s->slips = sl;
		slips_trim(s);
	}
	return sl;
}

static void
on_paper(const struct paper_status *st, void *arg)
{
	struct counter_slip	*sl = arg;

	sl->failed = st->state == PAPER_FAILED || st->state == PAPER_UNKNOWN;
	slip_set(sl, NULL, paper_state_text(NULL, st));
}

static void
on_drawer(const struct paper_status *st, void *arg)
{
	(void)st, (void)arg;
}

/* A job of its own, before the slip: printers print for seconds. */
static int
drawer_kick(struct spool *s, TALLOC_CTX *owner, struct err *e)
{
	unsigned char	*b;
	size_t		 n;

	b = escpos_drawer(NULL, &s->printer.profile, &n, e);
	if (b == NULL)
		return -1;
	s->send(s, &s->printer, b, n, on_drawer, owner, NULL);
	talloc_free(b);
	return 0;
}

static void
slip_bytes(struct counter_slip *sl, const json_t *result)
{
	struct spool	*s = sl->spool;
	struct err	 e = ERR_INIT;
	const char	*b64;
	unsigned char	*bytes = NULL;
	size_t		 n;

	b64 = json_string_value(json_object_get(result, "escpos"));
	if (b64 != NULL)
		bytes = paper_unbase64(NULL, b64, &n, &e);
	sl->failed = bytes == NULL;
	if (bytes == NULL)
		slip_set(sl, N_("failed: the server sent no slip"), NULL);
	else {
		slip_set(sl, N_("waiting"), NULL);
		s->send(s, &s->printer, bytes, n, on_paper, sl, sl);
	}
	err_clear(&e);
	talloc_free(bytes);
}

static void
on_print(const struct reply *r, void *arg)
{
	struct counter_slip	*sl = arg;
	const char		*code;
	char			*why;

	sl->asking = false;
	if (r->result != NULL) {
		sl->copy = json_integer_value(json_object_get(r->result,
		    "copy"));
		slip_bytes(sl, r->result);
		return;
	}
	code = json_string_value(json_object_get(r->error, "code"));
	/* The same op_id gives the same copy again: safe to ask once more. */
	if (r->lost || code == NULL || strcmp(code, "io") == 0 ||
	    strcmp(code, "unavailable") == 0) {
		sl->lost = true;
		slip_set(sl, N_("waits for the line"), NULL);
		return;
	}
	sl->failed = true;
	why = message_error(NULL, "receipt.print", r->error);
	slip_set(sl, NULL, talloc_asprintf(NULL, "%s: %s", _("failed"), why));
	talloc_free(why);
}

static void
slip_ask(struct counter_slip *sl)
{
	sl->asking = true;
	sl->lost = sl->failed = false;
	slip_set(sl, N_("being prepared"), NULL);
	rpc_send(sl->spool->rpc, sl, "receipt.print", json_incref(sl->params),
	    on_print, sl);
}

/* Kept, since it may have to be asked again: the same op_id says the same. */
static void
slip_params(struct counter_slip *sl)
{
	struct spool	*s = sl->spool;
	json_t		*profile = paper_printer_json(&s->printer);
	char		*op_id = uuid_new(NULL);

	json_decref(sl->params);
	sl->params = json_pack("{s:s,s:s,s:s,s:i}", "op_id", op_id, "payment",
	    sl->payment, "to", s->printer.uri, "width",
	    strcmp(s->printer.width, "80") == 0 ? 80 : 58);
	if (profile != NULL)
		json_object_set_new(sl->params, "profile", profile);
	talloc_free(op_id);
}

static void
slip_start(struct counter_slip *sl)
{
	if (!rpc_granted(sl->spool->rpc, "receipt.print")) {
		slip_set(sl, N_("you may not print receipts"), NULL);
		return;
	}
	if (!spool_has_printer(sl->spool)) {
		slip_set(sl, N_("not printed; choose a printer: F9 p"),
		    NULL);
		return;
	}
	slip_params(sl);
	slip_ask(sl);
}

void
spool_fresh(struct spool *s, const char *payment, bool cash)
{
	struct counter_slip	*sl = slip_new(s, payment);

	if (cash && !sl->drawer && spool_has_printer(s) &&
	    s->printer.profile.drawer_pin != 0) {
		sl->drawer = true;
		if (drawer_kick(s, sl, NULL) == -1)
			sl->drawer = false;
	}
	slip_start(sl);
}

void
spool_again(struct spool *s, const char *payment)
{
	struct counter_slip	*sl = slip_new(s, payment);

	if (sl->asking)
		return;		/* a key held down is one copy */
	if (sl->lost) {
		slip_ask(sl);
		return;
	}
	slip_start(sl);
}

int
spool_drawer(struct spool *s, struct err *e)
{
	if (!spool_has_printer(s))
		return err_set(e, ERR_IO, "%s",
		    N_("No printer is chosen: F9 p."));
	if (s->printer.profile.drawer_pin == 0)
		return err_set(e, ERR_IO, "%s",
		    N_("This printer has no drawer: F9 p."));
	return drawer_kick(s, s, e);
}

void
spool_resume(struct spool *s)
{
	struct counter_slip	*sl;

	for (sl = s->slips; sl != NULL; sl = sl->next)
		if (sl->lost && !sl->asking)
			slip_ask(sl);
}

char *
spool_state(TALLOC_CTX *ctx, const struct spool *s, const char *payment,
    enum attr *attr)
{
	const struct counter_slip	*sl = slip_find(s, payment);

	char				*text;

	if (sl == NULL)
		return NULL;
	if (attr != NULL)
		*attr = sl->failed ? T_BAD : T_TEXT;
	text = talloc_strdup(ctx, sl->text != NULL ? sl->text : _(sl->state));
	if (sl->copy > 0)
		text = talloc_asprintf_append_buffer(text, " (%s %lld)",
		    _("copy"), (long long)sl->copy);
	return text;
}
