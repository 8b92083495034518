/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef FAKE_APP_H
#define FAKE_APP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app_int.h"
#include "base/mem.h"
#include "base/text.h"

/*
 * An application without terminal and line: keys go in, requests are kept
 * until the test answers them, the screen is read as text.
 */
#define FAKE_MAX	32

struct rpc_req {
	struct fake	*f;
	const char	*method;
	json_t		*params;
	rpc_cb		*cb;
	void		*arg;
};

struct fake {
	struct rpc		 rpc;
	struct app		*app;
	struct rpc_req		*req[FAKE_MAX];
	int			 n;		/* open ones, oldest first */
	int			 sent;		/* ever */
	int			 cancelled;
	bool			 offline;
	const char		*denied;	/* a method nobody may use */
	struct client_conf	 conf;
};

static inline int
fake_req_free(struct rpc_req *r)
{
	int	i;

	for (i = 0; i < r->f->n; i++)
		if (r->f->req[i] == r) {
			memmove(r->f->req + i, r->f->req + i + 1,
			    (size_t)(--r->f->n - i) * sizeof r);
			r->f->cancelled++;
			break;
		}
	json_decref(r->params);
	return 0;
}

static inline struct rpc_req *
fake_send(struct rpc *rpc, TALLOC_CTX *owner, const char *method,
    json_t *params, int timeout_ms, rpc_cb *cb, void *arg)
{
	struct fake	*f = (struct fake *)rpc;
	struct rpc_req	*r = talloc_zero(owner, struct rpc_req);

	(void)timeout_ms;
	assert_true(f->n < FAKE_MAX);
	r->f = f;
	r->method = method;
	r->params = params != NULL ? params : json_object();
	r->cb = cb;
	r->arg = arg;
	f->req[f->n++] = r;
	f->sent++;
	talloc_set_destructor(r, fake_req_free);
	return r;
}

static inline bool
fake_granted(struct rpc *rpc, const char *method)
{
	struct fake	*f = (struct fake *)rpc;

	return f->denied == NULL || strcmp(f->denied, method) != 0;
}

static inline bool
fake_online(struct rpc *rpc)
{
	return !((struct fake *)rpc)->offline;
}

static const struct rpc_ops	fake_ops = { fake_send, fake_granted,
    fake_online };

/* Parameters of the oldest open request; it must be of that method. */
static inline json_t *
fake_asked(struct fake *f, const char *method)
{
	assert_true(f->n > 0);
	assert_string_equal(f->req[0]->method, method);
	return f->req[0]->params;
}

static inline void
fake_reply(struct fake *f, json_t *result, json_t *error, bool lost)
{
	struct rpc_req	*r;
	struct reply	 reply = { result, error, lost };
	rpc_cb		*cb;
	void		*arg;

	assert_true(f->n > 0);
	r = f->req[0];
	cb = r->cb;
	arg = r->arg;
	memmove(f->req, f->req + 1, (size_t)--f->n * sizeof r);
	talloc_free(r);
	cb(&reply, arg);
	json_decref(result);
	json_decref(error);
	/* Held keys go on in the next turn. */
	if (f->app != NULL)
		event_base_loop(f->app->base, EVLOOP_NONBLOCK);
}

/* Answers the oldest open request with JSON text. */
static inline void
fake_answer(struct fake *f, const char *json)
{
	json_error_t	 e;
	json_t		*j = json_loads(json, 0, &e);

	if (j == NULL)
		fail_msg("%s: %s", e.text, json);
	fake_reply(f, j, NULL, false);
}

static inline void
fake_error(struct fake *f, const char *json)
{
	json_t	*j = json_loads(json, 0, NULL);

	assert_non_null(j);
	fake_reply(f, NULL, j, false);
}

/* Keys by name, separated by blanks; "'text" types the rest of the word. */
static inline void
fake_press(struct fake *f, const char *keys)
{
	char		**word;
	struct key	  k;
	size_t		  i, n;
	char		 *p;

	word = text_split(f, keys, ' ', &n);
	for (i = 0; i < n; i++) {
		/* Keys that were held go on in a turn of the loop. */
		event_base_loop(f->app->base, EVLOOP_NONBLOCK);
		if (*word[i] == '\'') {
			for (p = word[i] + 1; *p != '\0'; p++) {
				memset(&k, 0, sizeof k);
				k.code = K_CHAR;
				k.ch = *p == '_' ? ' ' : *p;
				app_key(f->app, &k);
			}
			continue;
		}
		if (!key_parse(word[i], &k))
			fail_msg("no key %s", word[i]);
		app_key(f->app, &k);
	}
	talloc_free(word);
}

/* Lets timers fire and what is dead be freed. */
static inline void
fake_run(struct fake *f, int ms)
{
	struct timeval	tv = { ms / 1000, (ms % 1000) * 1000 };

	event_base_loopexit(f->app->base, &tv);
	event_base_dispatch(f->app->base);
}

/* The screen as text. */
static inline char *
fake_screen(struct fake *f)
{
	app_paint(f->app);
	return cells_dump(f, f->app->cells);
}

static inline void
fake_shows(struct fake *f, const char *text)
{
	char	*s = fake_screen(f);

	if (strstr(s, text) == NULL)
		fail_msg("no \"%s\" on the screen:\n%s", text, s);
	talloc_free(s);
}

static inline void
fake_hides(struct fake *f, const char *text)
{
	char	*s = fake_screen(f);

	if (strstr(s, text) != NULL)
		fail_msg("\"%s\" is on the screen:\n%s", text, s);
	talloc_free(s);
}

static inline void
fake_tick(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what, (void)arg;
}

static inline int
fake_free(struct fake *f)
{
	struct event_base	*base = f->app->base;

	event_free(f->app->dead_ev);
	event_free(f->app->hold_ev);
	event_free(f->app->esc_ev);
	event_free(f->app->paint_ev);
	event_free(f->app->loading_ev);
	/* Requests name the fake: they go before it does. */
	talloc_free(f->app);
	event_base_free(base);
	return 0;
}

static inline struct fake *
fake_new(int rows, int cols)
{
	struct fake	*f = talloc_zero(NULL, struct fake);
	struct link_conf lc = { NULL, "/nonexistent/socket", NULL, NULL, "id",
			    true };
	static const struct link_ops	none;
	char		 dir[] = "/tmp/jabbar-test-XXXXXX";

	f->rpc.ops = &fake_ops;
	f->conf.profile = "loket";
	f->conf.lang = "id";
	f->conf.paper = "58";
	f->conf.state_dir = talloc_strdup(f, mkdtemp(dir));
	f->conf.config_dir = f->conf.state_dir;
	f->app = talloc_zero(NULL, struct app);
	f->app->conf = &f->conf;
	f->app->headless = true;
	f->app->test_fd = -1;
	f->app->rpc = &f->rpc;
	f->app->base = event_base_new();
	f->app->cells = cells_new(f->app, rows, cols);
	f->app->link = link_new(f->app, f->app->base, &lc, &none, f);
	f->app->paint_ev = evtimer_new(f->app->base, fake_tick, f);
	f->app->loading_ev = evtimer_new(f->app->base, fake_tick, f);
	app_stack_init(f->app);
	talloc_set_destructor(f, fake_free);
	return f;
}

#endif
