/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * F8. The one rule that everything here obeys: an opened bill has one op_id,
 * and a payment whose answer was lost is asked about with that op_id and the
 * same parameters until the server has told what happened. Until then nothing
 * else is booked, printed or opened.
 */
#include "screens/custom/counter.h"

#include <string.h>

#include "base/text.h"
#include "fmt/money.h"
#include "i18n.h"

#define CHECK_MS	1000	/* between two looks whether the line is back */
/* A question is answered by who has seen it. */
#define ARM_MS		400

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

const char *
counter_method_wire(enum counter_method m)
{
	return m == METHOD_CASH ? "cash" : "transfer";
}

static void
result_read(struct counter *c, const json_t *r)
{
	struct counter_result	*res;

	talloc_free(c->result);
	res = c->result = talloc_zero(c, struct counter_result);
	res->payment = talloc_strdup(res, text_of(r, "number"));
	res->name = talloc_strdup(res, c->bill->name);
	res->customer = talloc_strdup(res, c->bill->number);
	res->status = talloc_strdup(res, text_of(r, "status"));
	res->method = counter_method_wire(c->method);
	res->amount = int_of(r, "amount");
	res->tendered = int_of(c->sent, "tendered");
	res->change = int_of(r, "change");
	res->credit = int_of(r, "credit");
	res->remaining = int_of(r, "remaining");
}

/* Booked: now, and not before, paper and drawer may move. */
static void
take_booked(struct counter *c, const json_t *r)
{
	bool	cash = c->method == METHOD_CASH;

	result_read(c, r);
	counter_clear(c);
	edit_set(c->search, "");
	spool_fresh(c->spool, c->result->payment, cash);
	say(c, MSG_DONE, strcmp(c->result->status, "pending") == 0 ?
	    _("Noted, booked once confirmed. The next customer can be "
	    "typed.") : _("Booked. The next customer can be typed."));
	counter_read(c);
	c->host->dirty(c->host_arg);
	c->host->hold(c->host_arg, false);
}

/* Nobody knows what became of it: keys stop, the server will be asked. */
static void
take_unsure(struct counter *c)
{
	c->phase = COUNTER_UNSURE;
	c->host->flush(c->host_arg);
	c->host->timer(c->host_arg, TIMER_CHECK, CHECK_MS);
	c->host->dirty(c->host_arg);
	c->host->hold(c->host_arg, false);
}

static bool
one_of(const char *code, const char *const *list)
{
	for (; *list != NULL; list++)
		if (strcmp(*list, code) == 0)
			return true;
	return false;
}

/* The answer does not say whether the statement ran, or ran before. */
static bool
take_open(const struct counter *c, const struct reply *r)
{
	static const char *const	broken[] = { "unavailable", "timeout",
		"cancelled", "bad_frame", NULL };
	/* Said at the door, before anybody looked for the op_id. */
	static const char *const	gate[] = { "busy", "not_logged_in",
		"denied", "locked", "password_change", "version", "io",
		"internal", "no_method", "too_large", NULL };
	const char	*code = text_of(r->error, "code");

	if (r->lost || *code == '\0' || one_of(code, broken))
		return true;
	return c->phase == COUNTER_UNSURE && one_of(code, gate);
}

static void
on_take(const struct reply *r, void *arg)
{
	struct counter	*c = arg;
	const char	*code;

	c->req = NULL;
	if (r->result != NULL) {
		take_booked(c, r->result);
		return;
	}
	if (take_open(c, r)) {
		take_unsure(c);
		return;
	}
	code = text_of(r->error, "code");
	c->phase = COUNTER_BILL;
	/*
	 * A refusal is the end of this op_id. Where it was our server's or
	 * line's own trouble the next try keeps it, in case it was booked.
	 */
	c->refused = strcmp(code, "internal") != 0 && strcmp(code, "io") != 0;
	c->host->flush(c->host_arg);
	counter_changed(c);
	c->host->error(c->host_arg, "payment.take", r->error);
	if (strcmp(code, "no_session") == 0)
		c->session = false, c->known = true;
	if (strcmp(code, "invoice_closed") == 0 ||
	    strcmp(code, "not_found") == 0 || strcmp(code, "conflict") == 0)
		counter_timer(c, TIMER_BILL);
	c->host->hold(c->host_arg, false);
}

static void
take_send(struct counter *c)
{
	json_t	*p = json_copy(c->sent);

	json_object_set_new(p, "op_id", json_string(c->op_id));
	c->req = rpc_send(c->rpc, c, "payment.take", p, on_take, c);
}

static json_t *
take_params(const struct counter *c, int64_t given)
{
	json_t	*p, *list;
	char	*ref = text_trim(NULL, c->reference->text);
	size_t	 i;

	p = json_pack("{s:s,s:s,s:I}", "customer", c->bill->number, "method",
	    counter_method_wire(c->method), "tendered", (json_int_t)given);
	list = json_array();
	for (i = 0; i < c->bill->n; i++)
		if (c->bill->inv[i].chosen)
			json_array_append_new(list,
			    json_string(c->bill->inv[i].number));
	if (json_array_size(list) > 0)
		json_object_set(p, "invoices", list);
	json_decref(list);
	if (c->method == METHOD_TRANSFER && *ref != '\0')
		json_object_set_new(p, "reference", json_string(ref));
	talloc_free(ref);
	return p;
}

static void
take_start(struct counter *c, int64_t given)
{
	json_t	*p = take_params(c, given);

	/* Another payment than the one that was refused gets its own id. */
	if (c->refused || (c->sent != NULL && !json_equal(c->sent, p))) {
		talloc_free(c->op_id);
		c->op_id = uuid_new(c);
	}
	json_decref(c->sent);
	c->sent = p;
	c->refused = false;
	c->ask = ASK_NONE;
	c->phase = COUNTER_TAKING;
	talloc_free(c->quiet);
	c->quiet = NULL;
	c->host->hold(c->host_arg, true);
	take_send(c);
	c->host->dirty(c->host_arg);
}

/* Puts a question; what was typed before it is no answer to it. */
static void
ask(struct counter *c, enum counter_ask what)
{
	c->host->flush(c->host_arg);
	c->ask = what;
	c->asked_at = c->host->mono_ms(c->host_arg);
	if (what == ASK_RETYPE) {
		edit_set(c->retype, "");
		counter_focus_set(c, ON_RETYPE);
	}
	c->host->dirty(c->host_arg);
}

/* True when the question on the screen is answered by this F8. */
static bool
answered(struct counter *c, int64_t given)
{
	int64_t		v;

	if (c->ask == ASK_NONE)
		return true;
	/* A bouncing key is no answer; an amount typed again is one. */
	if (c->ask != ASK_RETYPE &&
	    c->host->mono_ms(c->host_arg) - c->asked_at < ARM_MS) {
		say(c, MSG_INFO, _("Read first, then F8 once more."));
		return false;
	}
	if (c->ask == ASK_PARTIAL)
		c->ok_short = true;
	if (c->ask == ASK_CREDIT)
		c->ok_credit = true;
	if (c->ask == ASK_RETYPE) {
		if (money_parse(c->retype->text, 0, false, &v, NULL) == -1 ||
		    v != given) {
			say(c, MSG_ERROR, _("That is not the same amount."));
			c->retype->fresh = true;
			return false;
		}
		c->ok_amount = given;
		counter_focus_set(c, ON_MONEY);
	}
	c->ask = ASK_NONE;
	return true;
}

/* What stands in the way of booking this bill, or NULL. */
static const char *
obstacle(struct counter *c, int64_t total, int64_t given)
{
	if (!rpc_granted(c->rpc, "payment.take"))
		return _("You are not allowed to do that.");
	if (!rpc_online(c->rpc))
		return _("The line is cut: no payment can be taken now. What "
		    "you typed is kept.");
	if (c->method == METHOD_CASH && c->known && !c->session)
		return _("No open cash session: F6 opens your drawer.");
	if (total == 0 && c->bill->n > 0)
		return _("No invoice is chosen: Tab, then Space chooses.");
	if (total == INT64_MAX)
		return _("The sum is too large.");
	if (given == 0)
		return _("Nothing to pay: type the money for a credit.");
	return NULL;
}

static void
bill_commit(struct counter *c)
{
	struct err	 e = ERR_INIT;
	int64_t		 total = counter_total(c), given;
	const char	*why;

	counter_timer(c, TIMER_ECHO);
	given = counter_given(c, &e);
	if (given == -1) {
		say(c, MSG_ERROR, _(e.msg));
		err_clear(&e);
		counter_focus_set(c, ON_MONEY);
		return;
	}
	why = obstacle(c, total, given);
	if (why != NULL) {
		say(c, MSG_ERROR, why);
		return;
	}
	if (!answered(c, given))
		return;
	if (given >= c->confirm_from && c->ok_amount != given)
		ask(c, ASK_RETYPE);
	else if (given < total && !c->ok_short)
		ask(c, ASK_PARTIAL);
	else if (total == 0 && !c->ok_credit)
		ask(c, ASK_CREDIT);
	else
		take_start(c, given);
}

void
counter_commit(struct counter *c)
{
	switch (c->phase) {
	case COUNTER_IDLE:
	case COUNTER_PICKING:
	case COUNTER_FINDING:
		/* No error: those drop what is typed ahead. */
		say(c, MSG_INFO, _("Find a customer first."));
		break;
	case COUNTER_TAKING:
		break;		/* once is enough */
	case COUNTER_UNSURE:
		counter_timer(c, TIMER_CHECK);
		break;
	case COUNTER_BILL:
		bill_commit(c);
		break;
	}
}

bool
counter_may_leave(struct counter *c)
{
	if (c->phase != COUNTER_TAKING && c->phase != COUNTER_UNSURE)
		return true;
	say(c, MSG_ERROR, _("A payment is not certain yet: wait until the "
	    "server has told whether it is booked."));
	return false;
}

/* The same by the same op_id: the first answer, or the first time. */
void
counter_check(struct counter *c)
{
	if (c->phase != COUNTER_UNSURE || c->req != NULL)
		return;
	c->host->timer(c->host_arg, TIMER_CHECK, CHECK_MS);
	if (rpc_online(c->rpc))
		take_send(c);
}
