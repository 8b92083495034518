/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "db/pool.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "db/pool_int.h"
#include "db/query.h"

/*
 * Each call is answered within its time-out and a little: it waits for a
 * connection no longer than WAIT_MAX_MS; at its deadline the server is asked
 * to cancel it; a server that does not even do that loses the connection
 * GRACE_MS later.
 *
 * A cancel names a backend, not a statement. So a connection whose call ended
 * while a cancel was under way is held until the cancel has arrived, or it
 * would hit the next call. Cancels have a connection of their own (spare):
 * they are wanted most when all the others are busy.
 */

#define QUEUE_MAX	1024
#define WAIT_MAX_MS	10000
#define CANCEL_MS	5000
#define REAP_MS		250

/* A cancel on its way, and the backend it goes to. */
struct cancel {
	struct conn	*conn;
	unsigned	 life;
	char		 pid[16];
};

static int
request_free(struct request *r)
{
	if (r->later != NULL)
		event_free(r->later);
	err_clear(&r->fail);
	return 0;
}

void
request_finish(struct request *r, const char *text, size_t len, struct err *e)
{
	struct err	none = ERR_INIT;

	r->pool->busy--;
	r->done(r->arg, r->id, text, len, e != NULL ? e : &none);
	err_clear(&none);
	talloc_free(r);
}

/* Into the queue: behind the others, or before them where it was at work. */
void
request_wait(struct request *r, bool first)
{
	struct db_pool	*pool = r->pool;
	struct timeval	 tv = { 0, REAP_MS * 1000 };
	int64_t		 until = clock_mono_ms() + WAIT_MAX_MS;

	r->wait_ms = until < r->deadline_ms ? until : r->deadline_ms;
	if (first)
		TAILQ_INSERT_HEAD(&pool->waiting, r, entry);
	else
		TAILQ_INSERT_TAIL(&pool->waiting, r, entry);
	if (!evtimer_pending(pool->reaper, NULL))
		evtimer_add(pool->reaper, &tv);
}

static void
request_urgent(struct request *r)
{
	struct timeval	tv = { 0, REAP_MS * 1000 };

	r->wait_ms = r->deadline_ms;
	TAILQ_INSERT_TAIL(&r->pool->urgent, r, entry);
	if (!evtimer_pending(r->pool->reaper, NULL))
		evtimer_add(r->pool->reaper, &tv);
}

/* Cancelled before it ran; but one that was sent and lost may have run. */
static void
request_give_up(struct request *r)
{
	r->cancelled = true;
	if (r->losses > 0)
		err_set(&r->fail, ERR_UNAVAILABLE,
		    "cancelled after the line to the database broke");
	else
		err_set(&r->fail, ERR_CANCELLED, "cancelled");
}

static struct request *
request_overdue(const struct request_list *list, int64_t now)
{
	struct request	*r;

	TAILQ_FOREACH(r, list, entry)
		if (r->wait_ms <= now)
			return r;
	return NULL;
}

/* Ends what has waited too long for a connection. */
static void
pool_reap(evutil_socket_t fd, short what, void *arg)
{
	struct db_pool	*pool = arg;
	struct request	*r;
	struct timeval	 tv = { 0, REAP_MS * 1000 };
	int64_t		 now = clock_mono_ms();

	(void)fd;
	(void)what;
	while ((r = request_overdue(&pool->urgent, now)) != NULL) {
		TAILQ_REMOVE(&pool->urgent, r, entry);
		err_set(&r->fail, ERR_UNAVAILABLE, "no connection");
		request_finish(r, "", 0, &r->fail);
	}
	while ((r = request_overdue(&pool->waiting, now)) != NULL) {
		TAILQ_REMOVE(&pool->waiting, r, entry);
		/* One that was sent and lost may have been carried out. */
		if (r->losses > 0 || db_pool_connected(pool) == 0)
			err_set(&r->fail, ERR_UNAVAILABLE,
			    "the database cannot be reached");
		else
			err_set(&r->fail, ERR_BUSY, "no connection to the "
			    "database became free in time");
		request_finish(r, "", 0, &r->fail);
	}
	if (!TAILQ_EMPTY(&pool->waiting) || !TAILQ_EMPTY(&pool->urgent))
		evtimer_add(pool->reaper, &tv);
}

static void
request_later(evutil_socket_t fd, short what, void *arg)
{
	struct request	*r = arg;
	struct db_pool	*pool = r->pool;

	(void)fd;
	(void)what;
	TAILQ_REMOVE(&pool->later, r, entry);
	if (r->fail.code != ERR_NONE) {
		request_finish(r, "", 0, &r->fail);
		return;
	}
	request_wait(r, false);
	pool_dispatch(pool);
}

/* Puts r aside for ms; then it runs again, or ends with r->fail. */
void
request_defer(struct request *r, int ms)
{
	struct timeval	tv = { ms / 1000, (ms % 1000) * 1000 };

	if (r->later == NULL)
		r->later = evtimer_new(r->pool->base, request_later, r);
	TAILQ_INSERT_TAIL(&r->pool->later, r, entry);
	evtimer_add(r->later, &tv);
}

/* The connection that takes the next request of that list, or NULL. */
static struct conn *
pool_idle(struct db_pool *pool, bool urgent)
{
	struct conn	*c;

	if (urgent && pool->spare->state == CONN_IDLE)
		return pool->spare;
	c = TAILQ_FIRST(&pool->conns[CONN_IDLE]);
	if (c != NULL && c->spare)
		c = TAILQ_NEXT(c, entry);
	return c;
}

void
pool_dispatch(struct db_pool *pool)
{
	struct request	*r;
	struct conn	*c;

	while ((r = TAILQ_FIRST(&pool->urgent)) != NULL &&
	    (c = pool_idle(pool, true)) != NULL) {
		TAILQ_REMOVE(&pool->urgent, r, entry);
		conn_run(c, r);
	}
	while ((r = TAILQ_FIRST(&pool->waiting)) != NULL &&
	    (c = pool_idle(pool, false)) != NULL) {
		TAILQ_REMOVE(&pool->waiting, r, entry);
		conn_run(c, r);
	}
}

/* A server that turned read-only, or is going: nobody asks it any more. */
void
pool_stale(struct db_pool *pool)
{
	struct conn	*c;

	TAILQ_FOREACH(c, &pool->conns[CONN_RUNNING], entry)
		c->stale = true;
	TAILQ_FOREACH(c, &pool->conns[CONN_HELD], entry)
		c->stale = true;
	while ((c = TAILQ_FIRST(&pool->conns[CONN_IDLE])) != NULL)
		conn_lost(c, "stale connection");
}

static int
pool_free(struct db_pool *pool)
{
	struct request	*r;
	struct conn	*c;
	int		 s;

	TAILQ_CONCAT(&pool->waiting, &pool->urgent, entry);
	TAILQ_CONCAT(&pool->waiting, &pool->later, entry);
	while ((r = TAILQ_FIRST(&pool->waiting)) != NULL) {
		TAILQ_REMOVE(&pool->waiting, r, entry);
		talloc_free(r);
	}
	for (s = 0; s < CONN_STATES_; s++)
		while ((c = TAILQ_FIRST(&pool->conns[s])) != NULL) {
			TAILQ_REMOVE(&pool->conns[s], c, entry);
			talloc_free(c->req);
			talloc_free(c);
		}
	event_free(pool->reaper);
	return 0;
}

struct db_pool *
db_pool_new(TALLOC_CTX *ctx, struct event_base *base, const char *conninfo,
    int size, int timeout_ms, bool pooled)
{
	struct db_pool	*pool = talloc_zero(ctx, struct db_pool);
	struct conn	*c;
	int		 i;

	pool->base = base;
	pool->conninfo = talloc_strdup(pool, conninfo);
	pool->timeout_ms = timeout_ms;
	pool->pooled = pooled;
	for (i = 0; i < CONN_STATES_; i++)
		TAILQ_INIT(&pool->conns[i]);
	TAILQ_INIT(&pool->urgent);
	TAILQ_INIT(&pool->waiting);
	TAILQ_INIT(&pool->later);
	pool->reaper = evtimer_new(base, pool_reap, pool);
	talloc_set_destructor(pool, pool_free);
	/* Behind a pooler no backend is ours to cancel: no spare. */
	for (i = 0; i < size + !pooled; i++) {
		/* One at once, the others when the loop runs. */
		c = conn_new(pool, i * 2);
		if (i == size) {
			c->spare = true;
			pool->spare = c;
		}
	}
	return pool;
}

void
db_pool_on_ready(struct db_pool *pool, void (*f)(void *), void *arg)
{
	pool->ready = f;
	pool->ready_arg = arg;
}

static struct request *
request_new(struct db_pool *pool, const struct db_call *call,
    db_done_fn *done, void *arg, uint64_t id)
{
	struct request	*r = talloc_zero(NULL, struct request);
	int		 i, k;

	talloc_set_destructor(r, request_free);
	r->pool = pool;
	r->call = *call;
	r->done = done;
	r->arg = arg;
	r->id = id;
	r->deadline_ms = clock_mono_ms() + (call->timeout_ms ?
	    call->timeout_ms : pool->timeout_ms);
	for (i = 0; i < call->n; i++)
		for (k = 0; k < call->steps[i].n; k++)
			if (call->steps[i].values[k] != NULL)
				r->call.steps[i].values[k] = talloc_strdup(r,
				    call->steps[i].values[k]);
	pool->busy++;
	return r;
}

int
db_submit(struct db_pool *pool, const struct db_call *call, db_done_fn *done,
    void *arg, uint64_t id, struct err *e)
{
	if (pool->busy >= QUEUE_MAX)
		return err_set(e, ERR_BUSY, "%zu calls wait for the database",
		    pool->busy);
	request_wait(request_new(pool, call, done, arg, id), false);
	pool_dispatch(pool);
	return 0;
}

/* The cancel has arrived or failed; its backend is free for other work. */
static void
cancel_sent(void *arg, uint64_t id, const char *text, size_t len,
    struct err *e)
{
	struct cancel	*x = arg;
	struct conn	*c = x->conn;

	(void)id;
	(void)text;
	(void)len;
	/* Another backend since then. */
	if (c->life != x->life)
		return;
	c->cancels--;
	if (e->code != ERR_NONE) {
		/* It may still arrive, whenever. */
		log_warn("event=cancel_failed why=\"%s\"", e->msg);
		c->stale = true;
	}
	if (c->cancels > 0 || c->state != CONN_HELD)
		return;
	conn_move(c, CONN_IDLE);
	if (c->stale)
		conn_lost(c, "stale connection");
	pool_dispatch(c->pool);
}

/* Asks the server to stop what c runs. The caller dispatches. */
void
cancel_send(struct conn *c)
{
	struct db_call	 call = { .n = 1, .timeout_ms = CANCEL_MS };
	struct cancel	*x;
	struct request	*r;

	if (c->pool->spare == NULL)
		return;
	/* PQcancel() would block; the server does it as well. */
	x = talloc_zero(NULL, struct cancel);
	x->conn = c;
	x->life = c->life;
	snprintf(x->pid, sizeof x->pid, "%d", PQbackendPID(c->pg));
	call.steps[0].sql = query_text("cancel_backend");
	call.steps[0].n = 1;
	call.steps[0].values[0] = x->pid;
	r = request_new(c->pool, &call, cancel_sent, x, UINT64_MAX);
	talloc_steal(r, x);
	request_urgent(r);
	c->cancels++;
}

void
db_cancel(struct db_pool *pool, uint64_t id)
{
	struct request	*r;
	struct conn	*c;

	TAILQ_FOREACH(r, &pool->waiting, entry)
		if (r->id == id) {
			TAILQ_REMOVE(&pool->waiting, r, entry);
			request_give_up(r);
			request_defer(r, 0);
			return;
		}
	TAILQ_FOREACH(r, &pool->later, entry)
		if (r->id == id && r->fail.code == ERR_NONE) {
			request_give_up(r);
			event_active(r->later, EV_TIMEOUT, 0);
			return;
		}
	TAILQ_FOREACH(c, &pool->conns[CONN_RUNNING], entry)
		if (c->req != NULL && c->req->id == id) {
			c->req->cancelled = true;
			cancel_send(c);
			pool_dispatch(pool);
			return;
		}
}

size_t
db_pool_busy(const struct db_pool *pool)
{
	return pool->busy;
}

size_t
db_pool_connected(const struct db_pool *pool)
{
	const struct conn	*c;
	size_t			 n = 0;
	int			 s;

	for (s = CONN_IDLE; s < CONN_STATES_; s++)
		TAILQ_FOREACH(c, &pool->conns[s], entry)
			n += !c->spare;
	return n;
}
