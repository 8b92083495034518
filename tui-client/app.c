/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The stack of views and the way of a key: key -> row of the key table ->
 * the view's answer, or the row's own. Views may close themselves anywhere in
 * their callbacks; what is closed is freed when the turn of the loop ends.
 */
#include "app.h"

#include <stdarg.h>
#include <string.h>

#include "app_int.h"
#include "base/clock.h"
#include "i18n.h"
#include "message.h"
#include "scan.h"
#include "screen.h"
#include "ui/term.h"

#define ESC_DIGIT_MS	1000	/* Esc, then a digit within this ... */
#define ESC_QUIET_MS	150	/* ... and nothing after it for that long */

/* ---------------------------------------------------------------- stack */

struct view *
app_push(struct app *app, const struct view_ops *ops,
    const struct screen *screen, const char *title, void *state)
{
	struct view	*v = talloc_zero(app, struct view);

	v->ops = ops;
	v->app = app;
	v->screen = screen;
	v->title = title;
	/* The state lives as long as the view does. */
	v->state = state != NULL ? talloc_steal(v, state) : NULL;
	v->below = app->top;
	app->top = v;
	app_dirty(app);
	return v;
}

static void
dead_free(evutil_socket_t fd, short what, void *arg)
{
	struct app	*app = arg;

	(void)fd, (void)what;
	talloc_free(app->dead);
	app->dead = NULL;
}

static void
view_bury(struct app *app, struct view *v)
{
	static const struct timeval	now = { 0, 0 };

	v->closing = true;
	if (app->dead == NULL)
		app->dead = talloc_new(app);
	talloc_steal(app->dead, v);
	evtimer_add(app->dead_ev, &now);
}

void
app_pop(struct view *v)
{
	struct app	*app = v->app;
	struct view	*t;

	if (v->closing)
		return;
	while ((t = app->top) != NULL) {
		app->top = t->below;
		view_bury(app, t);
		if (t == v)
			break;
	}
	if (app->hold)
		app_hold(app, false);
	app_dirty(app);
	if (app->top != NULL && app->top->ops->shown != NULL)
		app->top->ops->shown(app->top);
}

void
app_close(struct view *v)
{
	if (v->ops->may_close != NULL && !v->ops->may_close(v))
		return;
	app_pop(v);
}

struct view *
app_top(struct app *app)
{
	return app->top;
}

void
app_home(struct app *app)
{
	struct view	*v;

	while ((v = app->top) != NULL && v->below != NULL &&
	    v->ops->context != CTX_LOGIN) {
		app_close(v);
		if (app->top == v || (app->top != NULL &&
		    app->top->below == v))
			return;		/* it asks first */
	}
}

bool
app_open(struct app *app, const char *id, const char *key)
{
	const struct screen	*s = screen_find(id);

	if (s == NULL || !screen_granted(app, s)) {
		app_message(app, MSG_ERROR, "%s",
		    _(N_("You are not allowed to do that.")));
		return false;
	}
	switch (s->kind) {
	case SCREEN_LIST:
	case SCREEN_BOARD:
		return list_open(app, s, key) != NULL;
	case SCREEN_DETAIL:
		return detail_open(app, s, key) != NULL;
	case SCREEN_FORM:
		action_form(app, s);
		return true;
	case SCREEN_CUSTOM:
		return s->start(app, s, key) != NULL;
	case SCREEN_MENU:
		app_home(app);
		return true;
	}
	return false;
}

/* ---------------------------------------------------------------- requests */

struct rpc *
app_rpc(struct app *app)
{
	return app->rpc;
}

struct rpc_req *
app_send(struct view *v, const char *method, json_t *params, rpc_cb *cb,
    void *arg)
{
	/* Something will have to be drawn: "loading" if it takes long. */
	app_dirty(v->app);
	return rpc_send(app_rpc(v->app), v, method, params, cb, arg);
}

bool
app_granted(struct app *app, const char *method)
{
	return rpc_granted(app_rpc(app), method);
}

void
app_wrote(struct app *app)
{
	app->writes++;
}

unsigned
app_writes(struct app *app)
{
	return app->writes;
}

void
app_refresh_view(struct view *v)
{
	struct key	k = { .code = K_F5 };

	if (v->ops->command != NULL)
		v->ops->command(v, CMD_REFRESH, &k);
}

bool
app_may_commit(struct app *app)
{
	if (rpc_online(app_rpc(app)))
		return true;
	app_message(app, MSG_ERROR, "%s",
	    _(N_("The line is cut: nothing can be saved now. "
	    "What you typed is kept.")));
	return false;
}

const json_t *
app_user(struct app *app)
{
	return link_user(app->link);
}

const char *
app_user_text(struct app *app, const char *member)
{
	const char	*s;

	s = json_string_value(json_object_get(app_user(app), member));
	return s != NULL ? s : "";
}

const struct client_conf *
app_conf(struct app *app)
{
	return app->conf;
}

struct event_base *
app_base(struct app *app)
{
	return app->base;
}

int
app_rtt_ms(struct app *app)
{
	return link_rtt_ms(app->link);
}

const char *
app_company(struct app *app)
{
	const char	*s;

	s = json_string_value(json_object_get(link_company(app->link),
	    "name"));
	return s != NULL ? s : "";
}

void
app_retry(struct app *app)
{
	link_retry(app->link);
}

bool
app_asking(struct app *app)
{
	return link_state(app->link) == LINK_ASKING;
}

void
app_trust(struct app *app)
{
	link_trust(app->link);
}

const char *
app_fingerprint(struct app *app)
{
	const char	*s = link_fingerprint(app->link);

	return s != NULL ? s : "";
}

void
app_login(struct app *app, const char *name, const char *password,
    const char *totp, rpc_cb *cb, void *arg)
{
	link_login(app->link, name, password, totp, cb, arg);
}

bool
app_must_change(struct app *app)
{
	return link_must_change(app->link);
}

void
app_password_changed(struct app *app)
{
	link_password_changed(app->link);
}

const char *
app_zone(struct app *app)
{
	const char	*zone = app_user_text(app, "zone");

	return *zone != '\0' ? zone : "Asia/Jakarta";
}

struct date
app_today(struct app *app)
{
	struct date	d = { 1970, 1, 1 };

	if (date_today(app_zone(app), &d, NULL) == -1 &&
	    date_today("Asia/Jakarta", &d, NULL) == -1)
		d = date_from_days((int)(clock_now() / 86400));
	return d;
}

/* ---------------------------------------------------------------- message */

void
app_message_clear(struct app *app)
{
	if (app->message == NULL)
		return;
	talloc_free(app->message);
	app->message = NULL;
	app_dirty(app);
}

void
app_message(struct app *app, enum message_kind kind, const char *fmt, ...)
{
	va_list	ap;

	talloc_free(app->message);
	va_start(ap, fmt);
	app->message = talloc_vasprintf(app, fmt, ap);
	va_end(ap);
	app->message_kind = kind;
	if (kind == MSG_ERROR)
		app_flush_keys(app);
	app_dirty(app);
}

void
app_error(struct app *app, const char *method, const json_t *error)
{
	char	*s = message_error(NULL, method, error);

	app_message(app, MSG_ERROR, "%s", s);
	talloc_free(s);
}

/* ---------------------------------------------------------------- keys */

static bool
view_typing(struct view *v)
{
	return v->ops->typing != NULL && v->ops->typing(v);
}

static void
view_text(struct view *v, const struct key *k)
{
	if (v->ops->text != NULL)
		v->ops->text(v, k);
}

/* Moving about and typing leave line 23 alone: it costs bytes. */
static bool
clears_message(enum command cmd)
{
	switch ((int)cmd) {
	case CMD_NONE:
	case CMD_UP:
	case CMD_DOWN:
	case CMD_LEFT:
	case CMD_RIGHT:
	case CMD_BACKSPACE:
	case CMD_DELETE:
		return false;
	default:
		return true;
	}
}

/* Returns true when somebody had an answer. */
static bool
dispatch(struct app *app, const struct key *k)
{
	struct view			*v = app->top;
	const struct command_row	*row;
	enum command			 cmd;
	bool				 text;

	if (v == NULL)
		return false;
	text = k->code == K_CHAR || k->code == K_PASTE;
	cmd = command_find(k, v->ops->context, view_typing(v), app->noc);
	if (app_small(app) && cmd != CMD_QUIT && cmd != CMD_REDRAW)
		return true;
	if (clears_message(cmd))
		app_message_clear(app);
	app->key_paint = true;
	app_dirty(app);
	if (cmd == CMD_NONE) {
		if (text)
			view_text(v, k);
		return text;
	}
	if (v->ops->command != NULL && v->ops->command(v, cmd, k))
		return true;
	row = command_row(cmd);
	if (row != NULL && row->run != NULL) {
		row->run(app);
		return true;
	}
	if (text)
		view_text(v, k);
	return text;
}

void
app_command(struct app *app, enum command cmd)
{
	const struct command_row	*row = command_row(cmd);
	struct view			*v = app->top;
	struct key			 k = { 0 };

	if (v == NULL || row == NULL)
		return;
	k.code = row->key;
	app_message_clear(app);
	app_dirty(app);
	if (v->ops->command != NULL && v->ops->command(v, cmd, &k))
		return;
	if (row->run != NULL)
		row->run(app);
}

/* The digit stood alone: it was a function key's twin. */
static void
esc_quiet(evutil_socket_t fd, short what, void *arg)
{
	struct app	*app = arg;
	struct key	 k = { 0 };
	int		 n = app->esc_digit.ch - '0';

	(void)fd, (void)what;
	if (app->esc_digit.code == K_NONE)
		return;
	app->esc_digit.code = K_NONE;
	k.code = n == 0 ? K_F10 : K_F1 + n - 1;
	app_feed(app, &k);
}

/* Returns true when the key was taken as part of Esc and digit. */
static bool
esc_twin(struct app *app, const struct key *k)
{
	static const struct timeval	quiet = { 0, ESC_QUIET_MS * 1000 };
	struct key			digit;
	bool				armed;

	if (app->esc_digit.code != K_NONE) {
		/* Something followed: it was a digit after all. */
		digit = app->esc_digit;
		app->esc_digit.code = K_NONE;
		evtimer_del(app->esc_ev);
		dispatch(app, &digit);
	}
	armed = app->esc_at != 0 &&
	    clock_mono_ms() - app->esc_at < ESC_DIGIT_MS;
	app->esc_at = 0;
	if (!armed || k->code != K_CHAR || k->ch < '0' || k->ch > '9' ||
	    k->ch == '8' || app->top == NULL || view_typing(app->top))
		return false;
	app->esc_digit = *k;
	evtimer_add(app->esc_ev, &quiet);
	return true;
}

/* One key, not held back. */
void
app_feed(struct app *app, const struct key *k)
{
	bool	typing;

	if (esc_twin(app, k) || scan_key(app, k))
		return;
	typing = app->top != NULL && view_typing(app->top);
	if (!dispatch(app, k) && k->code == K_ESC && !typing)
		app->esc_at = clock_mono_ms();
}

void
app_key(struct app *app, const struct key *k)
{
	struct key	*slot;

	if (k->code == K_ESC && app->hold)
		app_hold(app, false);	/* Esc ends any wait */
	/* What is held still goes first. */
	if (!app->hold && app->held_n == 0) {
		app_feed(app, k);
		return;
	}
	if (app->held_n == HELD_MAX)
		return;
	slot = &app->held[app->held_n++];
	*slot = *k;
	if (k->text != NULL)
		slot->text = talloc_strdup(app, k->text);
}

static void
held_drop(struct app *app, int n)
{
	int	i;

	for (i = 0; i < n; i++)
		if (app->held[i].text != NULL)
			talloc_free((void *)(uintptr_t)app->held[i].text);
	app->held_n -= n;
	memmove(app->held, app->held + n,
	    (size_t)app->held_n * sizeof app->held[0]);
}

/*
 * Held keys go on in a turn of their own: whoever let them go may open a view
 * that holds them again.
 */
void
app_hold(struct app *app, bool hold)
{
	static const struct timeval	now = { 0, 0 };

	app->hold = hold;
	if (!hold && app->held_n > 0)
		evtimer_add(app->hold_ev, &now);
}

static void
held_feed(evutil_socket_t fd, short what, void *arg)
{
	struct app	*app = arg;
	struct key	 k;

	(void)fd, (void)what;
	while (!app->hold && app->held_n > 0) {
		k = app->held[0];
		app->held[0].text = NULL;
		held_drop(app, 1);
		app_feed(app, &k);
		if (k.text != NULL)
			talloc_free((void *)(uintptr_t)k.text);
	}
}

void
app_flush_keys(struct app *app)
{
	held_drop(app, app->held_n);
	app->esc_digit.code = K_NONE;
}

void
app_wait(struct view *v, const struct key *k)
{
	struct app	*app = v->app;

	app_hold(app, true);
	if (app->held_n == HELD_MAX)
		return;
	memmove(app->held + 1, app->held,
	    (size_t)app->held_n++ * sizeof app->held[0]);
	app->held[0] = *k;
	if (k->text != NULL)
		app->held[0].text = talloc_strdup(app, k->text);
}

/* ---------------------------------------------------------------- timers */

struct view_timer {
	struct view		*v;
	app_timer_cb		*cb;
	struct event		*ev;
	struct view_timer	*next;
	bool			 running;
};

static int
view_timer_free(struct view_timer *t)
{
	if (t->running)
		t->v->app->timers--;
	event_free(t->ev);
	return 0;
}

static void
view_timer_fire(evutil_socket_t fd, short what, void *arg)
{
	struct view_timer	*t = arg;

	(void)fd, (void)what;
	t->running = false;
	t->v->app->timers--;
	app_dirty(t->v->app);
	if (!t->v->closing)
		t->cb(t->v);
}

/* Timers are few: they are found by name among the view's children. */
static struct view_timer *
view_timer_find(struct view *v, app_timer_cb *cb, bool make)
{
	struct view_timer	*t;

	for (t = v->timers; t != NULL; t = t->next)
		if (t->cb == cb)
			return t;
	if (!make)
		return NULL;
	t = talloc_zero(v, struct view_timer);
	t->v = v;
	t->cb = cb;
	t->ev = evtimer_new(v->app->base, view_timer_fire, t);
	t->next = v->timers;
	v->timers = t;
	talloc_set_destructor(t, view_timer_free);
	return t;
}

void
app_timer(struct view *v, int ms, app_timer_cb *cb)
{
	struct view_timer	*t = view_timer_find(v, cb, true);
	struct timeval		 tv = { ms / 1000, (ms % 1000) * 1000 };

	if (!t->running)
		v->app->timers++;
	t->running = true;
	evtimer_add(t->ev, &tv);
}

void
app_timer_stop(struct view *v, app_timer_cb *cb)
{
	struct view_timer	*t = view_timer_find(v, cb, false);

	if (t == NULL || !t->running)
		return;
	t->running = false;
	v->app->timers--;
	evtimer_del(t->ev);
}

bool
app_settled(struct app *app)
{
	return !app->dirty && !app->hold && app->held_n == 0 &&
	    app->timers == 0 &&
	    app->esc_digit.code == K_NONE && app->dead == NULL &&
	    link_pending(app->link) == 0 &&
	    link_state(app->link) != LINK_OPENING;
}

/* Its own events: what is dead, held keys, and the digit after Esc. */
void
app_stack_init(struct app *app)
{
	app->dead_ev = evtimer_new(app->base, dead_free, app);
	app->hold_ev = evtimer_new(app->base, held_feed, app);
	app->esc_ev = evtimer_new(app->base, esc_quiet, app);
}

/* ---------------------------------------------------------------- session */

void
app_quit(struct app *app, int code)
{
	app->code = code;
	app->stopping = true;
	event_base_loopbreak(app->base);
}

void
app_logout(struct app *app)
{
	link_logout(app->link);
	talloc_free(app->user);
	app->user = NULL;
	while (app->top != NULL && app->top->below != NULL)
		app_pop(app->top);
	login_open(app);
}
