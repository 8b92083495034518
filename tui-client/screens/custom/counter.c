/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The counter as a view: hands keys, events and timers to the model. */
#include "screens/custom/counter.h"

#include <string.h>

#include "base/clock.h"
#include "i18n.h"
#include "message.h"
#include "screen.h"
#include "screens/custom/custom.h"

static const struct action	act_open = {
	.id = "open", .letter = 'o', .label = N_("Open my drawer"),
	.method = "cash.open",
};

struct counter *
counter_of(struct view *v)
{
	return v->state;
}

/* ---- the printers outlive the screen */

static struct spool	*the_spool;

static int
spool_gone(struct spool *s)
{
	if (the_spool == s)
		the_spool = NULL;
	return 0;
}

static void
spool_send(struct spool *s, const struct paper_printer *pr,
    const void *bytes, size_t len, paper_cb *cb, TALLOC_CTX *owner, void *arg)
{
	paper_print(s->send_arg, owner, pr->uri, &pr->profile, bytes, len, cb,
	    arg);
}

struct spool *
spool_get(struct app *app)
{
	struct err	e = ERR_INIT;

	if (the_spool != NULL)
		return the_spool;
	the_spool = spool_new(app, app_rpc(app));
	talloc_set_destructor(the_spool, spool_gone);
	the_spool->send = spool_send;
	the_spool->send_arg = paper_new(the_spool, app_base(app));
	if (paper_printer_load(&the_spool->printer, the_spool, app_conf(app),
	    &e) == -1) {
		/* A wrong printer must not keep anybody from taking money. */
		app_message(app, MSG_ERROR, "%s", _(e.msg));
		the_spool->printer.uri = talloc_strdup(the_spool, "");
		err_clear(&e);
	}
	return the_spool;
}

/* ---- what the model asks of the program */

static void
host_message(void *arg, enum message_kind kind, const char *text)
{
	struct view	*v = arg;

	app_message(v->app, kind, "%s", text);
}

static void
host_error(void *arg, const char *method, const json_t *error)
{
	struct view	*v = arg;

	app_error(v->app, method, error);
}

static void
host_hold(void *arg, bool hold)
{
	struct view	*v = arg;

	app_hold(v->app, hold);
}

static void
host_flush(void *arg)
{
	struct view	*v = arg;

	app_flush_keys(v->app);
}

static void
host_dirty(void *arg)
{
	struct view	*v = arg;

	app_dirty(v->app);
}

static int64_t
host_mono_ms(void *arg)
{
	(void)arg;
	return clock_mono_ms();
}

static struct date
host_today(void *arg)
{
	struct view	*v = arg;

	return app_today(v->app);
}

static void
fire_check(struct view *v)
{
	counter_timer(counter_of(v), TIMER_CHECK);
}

static void
fire_bill(struct view *v)
{
	counter_timer(counter_of(v), TIMER_BILL);
}

static void
fire_recent(struct view *v)
{
	counter_timer(counter_of(v), TIMER_RECENT);
}

static void
fire_echo(struct view *v)
{
	counter_timer(counter_of(v), TIMER_ECHO);
}

static void
host_timer(void *arg, enum counter_timer t, int ms)
{
	static app_timer_cb *const	fire[TIMER_COUNT] = {
		[TIMER_CHECK] = fire_check, [TIMER_BILL] = fire_bill,
		[TIMER_RECENT] = fire_recent, [TIMER_ECHO] = fire_echo,
	};

	app_timer(arg, ms, fire[t]);
}

static void
host_open_session(void *arg)
{
	struct view	*v = arg;

	if (!app_granted(v->app, act_open.method))
		app_message(v->app, MSG_ERROR, "%s",
		    _("You are not allowed to do that."));
	else
		action_run(v, &act_open, NULL, NULL, NULL);
}

static void
host_actions(void *arg)
{
	counter_menu_open(arg);
}

static const struct counter_host	host = {
	.message = host_message,
	.error = host_error,
	.hold = host_hold,
	.flush = host_flush,
	.dirty = host_dirty,
	.mono_ms = host_mono_ms,
	.today = host_today,
	.timer = host_timer,
	.open_session = host_open_session,
	.actions = host_actions,
};

/* ---- the view */

static void
view_draw(struct view *v, const struct area *body)
{
	counter_draw(counter_of(v), body, app_zone(v->app));
}

static bool
view_command(struct view *v, enum command cmd, const struct key *k)
{
	struct counter	*c = counter_of(v);

	/* What can be done depends on the drawer, which is being asked for. */
	if (cmd == CMD_ACTIONS && !c->known && c->asking != NULL) {
		c->actions_wait = true;
		app_wait(v, k);
		return true;
	}
	return counter_command(c, cmd);
}

static void
view_text(struct view *v, const struct key *k)
{
	counter_text(counter_of(v), k);
}

static bool
view_typing(struct view *v)
{
	enum counter_focus	f = counter_of(v)->focus;

	return f != ON_INVOICES && f != ON_METHOD;
}

static const char *
view_bar(struct view *v, enum command cmd)
{
	struct counter	*c = counter_of(v);
	bool		 bill = c->phase == COUNTER_BILL;

	switch ((int)cmd) {
	case CMD_HELP:
	case CMD_CLOSE:
	case CMD_ACTIONS:
		return "";
	case CMD_FIND:
		/* The way to be paid needs the room. */
		return bill ? NULL : "";
	case CMD_START:
		return c->known && c->session ? NULL : _("Open drawer");
	case CMD_EDIT:
		return bill ? _("Method") : NULL;
	case CMD_COMMIT:
		return bill ? _("TAKE+PRINT") :
		    c->phase == COUNTER_UNSURE ? _("Check") : NULL;
	case CMD_CANCEL:
		return bill ? "" : NULL;
	case CMD_REFRESH:
		return bill ? NULL : "";
	case CMD_MENU:
		return bill ? NULL : "";
	default:
		return NULL;
	}
}

static char *
view_status(struct view *v, TALLOC_CTX *ctx)
{
	return counter_status(ctx, counter_of(v), app_user_text(v->app,
	    "name"));
}

static const char *
view_focus(struct view *v)
{
	return counter_focus_name(counter_of(v));
}

static void
view_event(struct view *v, const char *topic, const json_t *data)
{
	counter_event(counter_of(v), topic, data);
}

/* A form of ours may have opened or closed the drawer. */
static void
view_shown(struct view *v)
{
	counter_read(counter_of(v));
	counter_timer(counter_of(v), TIMER_BILL);
}

static bool
view_may_close(struct view *v)
{
	return counter_may_leave(counter_of(v));
}

static const struct view_key	counter_keys[] = {
	{ "0037", N_("Find: number or its end, phone, name, scan; Enter") },
	{ "Enter F8", N_("Exact cash; or type what he gives, then F8") },
	{ "Up Down", N_("In the money: sums that people hand over") },
	{ "Tab", N_("Search, invoices, method, money") },
	{ N_("Space"), N_("In the invoices: pay this one or leave it") },
	{ "F12", N_("Next customer, without taking money") },
	{ NULL, NULL }
};

static const struct view_ops	counter_ops = {
	.name = "counter",
	.keys = counter_keys,
	.context = CTX_CUSTOM,
	.draw = view_draw,
	.command = view_command,
	.text = view_text,
	.typing = view_typing,
	.bar = view_bar,
	.status = view_status,
	.focus = view_focus,
	.event = view_event,
	.shown = view_shown,
	.may_close = view_may_close,
};

static struct view *
counter_start(struct app *app, const struct screen *s, const char *key)
{
	/* First the spool: what is made later is freed earlier. */
	struct spool	*spool = spool_get(app);
	struct view	*v = app_push(app, &counter_ops, s, _(s->title),
			    NULL);
	struct counter	*c = counter_new(v, app_rpc(app), spool, &host, v);

	v->state = c;
	spool_resume(c->spool);
	counter_read(c);
	if (key != NULL && *key != '\0' && !counter_scan(c, key)) {
		edit_set(c->search, key);
		counter_find(c, key);
	}
	return v;
}

const struct screen	screen_counter = {
	.id = "counter", .number = 1, .group = GROUP_COUNTER,
	.title = N_("Counter"),
	.hint = N_("take payments, print receipts, cashier"),
	.kind = SCREEN_CUSTOM, .need = "counter.find",
	.start = counter_start,
};
