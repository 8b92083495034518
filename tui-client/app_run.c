/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app_int.h"
#include "base/clock.h"
#include "draft.h"
#include "i18n.h"
#include "message.h"
#include "screen.h"
#include "script.h"
#include "tui.h"
#include "ui/term.h"
#include "view/login.h"
#include "view/popup.h"

/* ---------------------------------------------------------------- link */

static void
each_event(struct app *app, const char *topic, const json_t *d)
{
	struct view	*v;

	for (v = app->top; v != NULL; v = v->below)
		if (v->ops->event != NULL)
			v->ops->event(v, topic, d);
	app_dirty(app);
}

static void
on_up(void *arg)
{
	struct app	*app = arg;

	if (!link_logged_in(app->link))
		login_link_up(app);
	app_dirty(app);
}

static void
on_down(const json_t *error, void *arg)
{
	struct app	*app = arg;

	if (!link_logged_in(app->link) ||
	    link_state(app->link) == LINK_REFUSED)
		app_error(app, NULL, error);
	app_dirty(app);
}

static void
on_ask(const char *server, const char *fingerprint, void *arg)
{
	login_ask_certificate(arg, server, fingerprint);
}

static void
on_expired(const json_t *error, void *arg)
{
	struct app	*app = arg;

	if (app->top == NULL || app->top->ops->context != CTX_LOGIN)
		login_open(app);
	if (error == NULL)
		app_message(app, MSG_ERROR, "%s",
		    _(N_("Your session was ended. Log in again.")));
	else
		app_error(app, NULL, error);
}

static void
on_event(const char *topic, const json_t *d, void *arg)
{
	struct app	*app = arg;

	if (strcmp(topic, "session") == 0 &&
	    json_is_true(json_object_get(d, "ended"))) {
		on_expired(NULL, app);
		return;
	}
	each_event(app, topic, d);
}

static void	on_clock(evutil_socket_t, short, void *);

static void
on_changed(void *arg)
{
	/* A cut line counts its seconds, a good one only minutes. */
	on_clock(-1, 0, arg);
	app_dirty(arg);
}

static const struct link_ops	app_link_ops = {
	.up = on_up,
	.down = on_down,
	.ask = on_ask,
	.expired = on_expired,
	.event = on_event,
	.changed = on_changed,
};

static bool
has_text(const json_t *list, const char *text)
{
	const json_t	*v;
	size_t		 i, n = json_array_size(list);

	for (i = 0; i < n; i++) {
		v = json_array_get(list, i);
		if (strcmp(json_string_value(v), text) == 0)
			return true;
	}
	return false;
}

/* Topics of all screens that the rights allow. */
static void
watch_topics(struct app *app)
{
	const struct screen *const	*s;
	json_t				*list = json_array();

	for (s = screen_table; *s != NULL; s++)
		if ((*s)->topic != NULL && (*s)->list != NULL &&
		    app_granted(app, (*s)->list) &&
		    !has_text(list, (*s)->topic))
			json_array_append_new(list,
			    json_string((*s)->topic));
	json_array_append_new(list, json_string("session"));
	link_watch(app->link, list);
}

void
app_logged_in(struct app *app)
{
	const char	*name = app_user_text(app, "name");
	const char	*lang = app_user_text(app, "lang");
	struct view	*login = app->top;
	bool		 same;

	same = app->user != NULL && strcmp(app->user, name) == 0;
	talloc_free(app->user);
	app->user = talloc_strdup(app, name);
	/* What he chose on the command line counts more than his record. */
	if (*lang != '\0' && getenv("JABBAR_LANG") == NULL &&
	    strcmp(app->conf->lang, "id") == 0)
		i18n_set(lang);
	watch_topics(app);
	if (login != NULL && login->ops->context == CTX_LOGIN)
		app_pop(login);
	if (!same)
		while (app->top != NULL && app->top->below != NULL)
			app_pop(app->top);
	else
		each_event(app, "resync", NULL);
	draft_offer(app);
	app_dirty(app);
}

/* ---------------------------------------------------------------- events */

static void
on_paint(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what;
	app_paint(arg);
}

static void
on_loading(evutil_socket_t fd, short what, void *arg)
{
	struct app	*app = arg;

	(void)fd, (void)what;
	if (link_pending(app->link) > 0) {
		app->loading = true;
		app_dirty(app);
	}
}

/* At each full minute, or each second while the line is cut. */
static void
on_clock(evutil_socket_t fd, short what, void *arg)
{
	struct app	*app = arg;
	struct timeval	 tv = { 1, 0 };

	(void)fd;
	if (link_cut_ms(app->link) == 0)
		tv.tv_sec = 60 - clock_now() % 60;
	evtimer_add(app->clock_ev, &tv);
	if (what & EV_TIMEOUT)
		app_dirty(app);
}

static void
on_input(evutil_socket_t fd, short what, void *arg)
{
	struct app	*app = arg;
	struct key	 k;
	int		 rows, cols;

	(void)what;
	while (!app->stopping && term_key(&k)) {
		if (k.code == K_RESIZE) {
			term_size(&rows, &cols);
			app_resize(app, rows, cols);
			continue;
		}
		app_key(app, &k);
	}
	/* A terminal that is gone reads as ready for ever. */
	if (fd == STDIN_FILENO && getppid() == 1 && !isatty(fd))
		app_quit(app, 1);
}

static void
save_all(struct app *app)
{
	struct view	*v;

	for (v = app->top; v != NULL; v = v->below)
		if (v->ops->save != NULL)
			v->ops->save(v);
}

static void
on_signal(evutil_socket_t sig, short what, void *arg)
{
	struct app	*app = arg;

	(void)what;
	if (sig == SIGCONT) {
		if (!app->headless)
			term_resume();
		app_repaint(app);
		return;
	}
	save_all(app);
	app_quit(app, sig == SIGINT ? 130 : 1);
}

/* ---------------------------------------------------------------- start */

static int
app_free(struct app *app)
{
	size_t	i;

	for (i = 0; i < sizeof app->signals / sizeof app->signals[0]; i++)
		if (app->signals[i] != NULL)
			event_free(app->signals[i]);
	event_free(app->dead_ev);
	event_free(app->hold_ev);
	event_free(app->paint_ev);
	event_free(app->clock_ev);
	event_free(app->loading_ev);
	event_free(app->esc_ev);
	if (app->in_ev != NULL)
		event_free(app->in_ev);
	if (app->wake_ev != NULL)
		event_free(app->wake_ev);
	return 0;
}

static void
app_events(struct app *app)
{
	static const int	sigs[] = { SIGTERM, SIGHUP, SIGINT, SIGCONT };
	size_t			i;

	for (i = 0; i < sizeof sigs / sizeof sigs[0]; i++) {
		app->signals[i] = evsignal_new(app->base, sigs[i], on_signal,
		    app);
		evsignal_add(app->signals[i], NULL);
	}
	app->paint_ev = evtimer_new(app->base, on_paint, app);
	app->clock_ev = evtimer_new(app->base, on_clock, app);
	app->loading_ev = evtimer_new(app->base, on_loading, app);
	app_stack_init(app);
	if (app->headless)
		return;
	app->in_ev = event_new(app->base, STDIN_FILENO, EV_READ | EV_PERSIST,
	    on_input, app);
	event_add(app->in_ev, NULL);
	app->wake_ev = event_new(app->base, term_wake_fd(),
	    EV_READ | EV_PERSIST, on_input, app);
	event_add(app->wake_ev, NULL);
}

static struct app *
app_new(TALLOC_CTX *ctx, const struct client_conf *conf, bool headless)
{
	struct app	*app = talloc_zero(ctx, struct app);
	struct link_conf lc = { conf->server, conf->socket, conf->ca, NULL,
			    i18n_lang(), false };
	int		 rows = 24, cols = 80;

	app->conf = conf;
	app->headless = headless;
	app->noc = strcmp(conf->profile, "noc") == 0;
	app->test_fd = conf->test_fd != NULL ?
	    (int)strtol(conf->test_fd, NULL, 10) : -1;
	app->base = event_base_new();
	if (!headless)
		term_size(&rows, &cols);
	app->cells = cells_new(app, rows, cols);
	app->cells->ascii = headless ? getenv("UI_ASCII") != NULL :
	    !term_is_utf8();
	lc.known_hosts = talloc_asprintf(app, "%s/known_hosts",
	    conf->config_dir);
	app->link = link_new(app, app->base, &lc, &app_link_ops, app);
	app->rpc = link_rpc(app->link);
	app_events(app);
	talloc_set_destructor(app, app_free);
	on_clock(-1, 0, app);
	return app;
}

int
tui_main(const struct client_conf *conf)
{
	TALLOC_CTX		*ctx = talloc_new(NULL);
	struct event_base	*base;
	struct err		 e = ERR_INIT;
	struct app		*app;
	bool			 headless = conf->script != NULL;
	int			 code;

	if (!headless && term_open(&e) == -1) {
		fprintf(stderr, "jabbar: %s\n", e.msg);
		err_clear(&e);
		talloc_free(ctx);
		return 2;
	}
	app = app_new(ctx, conf, headless);
	base = app->base;
	menu_open(app);
	login_open(app);
	if (headless && script_start(app, conf->script, conf->save_display,
	    &e) == -1) {
		fprintf(stderr, "jabbar: %s\n", e.msg);
		err_clear(&e);
		app->code = 2;
	} else
		event_base_dispatch(base);
	code = app->code;
	link_logout(app->link);
	event_base_loop(base, EVLOOP_NONBLOCK);
	talloc_free(ctx);
	event_base_free(base);
	term_close();
	return code;
}
