/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "db/listen.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <libpq-fe.h>

#include "base/log.h"
#include "db/query.h"

#define LISTEN_CHECK_MS	15000
#define LISTEN_ANSWER_MS 10000

enum listen_state { LISTEN_DOWN, LISTEN_STARTING, LISTEN_ASKING, LISTEN_UP };

struct db_listen {
	struct event_base	*base;
	const char		*conninfo;
	PGconn			*pg;
	struct event		*io, *timer;
	enum listen_state	 state;
	bool			 checking;	/* up, and asked again */
	int			 backoff_ms;
	void			(*event)(void *, const char *, const char *);
	void			(*resync)(void *);
	void			*arg;
};

static void	listen_io(evutil_socket_t, short, void *);

static void
listen_timeout(struct db_listen *l, int ms)
{
	struct timeval	tv = { ms / 1000, (ms % 1000) * 1000 };

	evtimer_add(l->timer, &tv);
}

static void
listen_close(struct db_listen *l)
{
	if (l->io != NULL)
		event_free(l->io);
	l->io = NULL;
	if (l->pg != NULL)
		PQfinish(l->pg);
	l->pg = NULL;
}

static void
listen_lost(struct db_listen *l)
{
	if (l->state == LISTEN_UP)
		log_warn("event=listen_lost why=\"%s\"",
		    PQerrorMessage(l->pg));
	listen_close(l);
	l->state = LISTEN_DOWN;
	l->checking = false;
	listen_timeout(l, l->backoff_ms / 2 +
	    (int)(random() % (l->backoff_ms / 2 + 1)));
	if (l->backoff_ms < 3000)
		l->backoff_ms *= 2;
}

static void
listen_want(struct db_listen *l, short want)
{
	if (l->io != NULL)
		event_free(l->io);
	l->io = event_new(l->base, PQsocket(l->pg), want | EV_PERSIST,
	    listen_io, l);
	event_add(l->io, NULL);
}

static void
listen_notifies(struct db_listen *l)
{
	PGnotify	*n;
	char		*topic, *colon;

	while ((n = PQnotifies(l->pg)) != NULL) {
		topic = talloc_strdup(l, n->extra);
		colon = strchr(topic, ':');
		if (colon != NULL)
			*colon++ = '\0';
		l->event(l->arg, topic, colon != NULL ? colon : "");
		talloc_free(topic);
		PQfreemem(n);
	}
}

static void
listen_io(evutil_socket_t fd, short what, void *arg)
{
	struct db_listen	*l = arg;
	PGresult		*res;
	bool			 ok = true;

	(void)fd;
	(void)what;
	if (l->state == LISTEN_STARTING) {
		switch (PQconnectPoll(l->pg)) {
		case PGRES_POLLING_READING:
			listen_want(l, EV_READ);
			return;
		case PGRES_POLLING_WRITING:
			listen_want(l, EV_WRITE);
			return;
		case PGRES_POLLING_OK:
			if (!PQsendQuery(l->pg, query_text("listen")))
				break;
			l->state = LISTEN_ASKING;
			listen_timeout(l, LISTEN_ANSWER_MS);
			listen_want(l, EV_READ);
			return;
		default:
			break;
		}
		listen_lost(l);
		return;
	}
	if (!PQconsumeInput(l->pg)) {
		listen_lost(l);
		return;
	}
	while (!PQisBusy(l->pg) && (res = PQgetResult(l->pg)) != NULL) {
		ok = ok && PQresultStatus(res) == PGRES_COMMAND_OK;
		PQclear(res);
	}
	if (!ok || PQstatus(l->pg) == CONNECTION_BAD) {
		listen_lost(l);
		return;
	}
	if (l->state == LISTEN_ASKING && !PQisBusy(l->pg)) {
		l->state = LISTEN_UP;
		l->backoff_ms = 100;
		listen_timeout(l, LISTEN_CHECK_MS);
		l->resync(l->arg);
	} else if (l->checking && !PQisBusy(l->pg)) {
		l->checking = false;
		listen_timeout(l, LISTEN_CHECK_MS);
	}
	listen_notifies(l);
}

static void
listen_timer(evutil_socket_t fd, short what, void *arg)
{
	struct db_listen	*l = arg;

	(void)fd;
	(void)what;
	/* A line on which nothing comes may be dead: LISTEN again tells. */
	if (l->state == LISTEN_UP && !l->checking &&
	    PQsendQuery(l->pg, query_text("listen"))) {
		l->checking = true;
		listen_timeout(l, LISTEN_ANSWER_MS);
		return;
	}
	if (l->state != LISTEN_DOWN) {
		listen_lost(l);
		return;
	}
	l->pg = PQconnectStart(l->conninfo);
	if (l->pg == NULL || PQstatus(l->pg) == CONNECTION_BAD) {
		listen_lost(l);
		return;
	}
	l->state = LISTEN_STARTING;
	listen_timeout(l, LISTEN_ANSWER_MS);
	listen_want(l, EV_WRITE);
}

static int
listen_free(struct db_listen *l)
{
	listen_close(l);
	event_free(l->timer);
	return 0;
}

struct db_listen *
db_listen_new(TALLOC_CTX *ctx, struct event_base *base, const char *conninfo,
    void (*event)(void *, const char *, const char *),
    void (*resync)(void *), void *arg)
{
	struct db_listen	*l = talloc_zero(ctx, struct db_listen);

	l->base = base;
	l->conninfo = talloc_strdup(l, conninfo);
	l->event = event;
	l->resync = resync;
	l->arg = arg;
	l->backoff_ms = 100;
	l->timer = evtimer_new(base, listen_timer, l);
	talloc_set_destructor(l, listen_free);
	listen_timeout(l, 1);
	return l;
}
