/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "db/pool_int.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"

/*
 * A connection is in the list its state names and moves in conn_move() only.
 * A segment on the wire is a list of expected results: for each step a
 * PREPARE where this connection has not prepared the text yet, a QUERY, and
 * one SYNC at the end. PQgetResult() gives the result of each command, then
 * NULL; the result of SYNC has no NULL behind it.
 */

#define GRACE_MS	2500
#define CONNECT_MS	10000
#define BACKOFF_MIN_MS	100
#define BACKOFF_MAX_MS	3000
#define LOSSES_MAX	2	/* a statement that kills its backend */
#define COMPLAIN_MS	10000

static void	conn_start(struct conn *);
static void	conn_io(evutil_socket_t, short, void *);

void
conn_move(struct conn *c, enum conn_state to)
{
	TAILQ_REMOVE(&c->pool->conns[c->state], c, entry);
	c->state = to;
	TAILQ_INSERT_TAIL(&c->pool->conns[to], c, entry);
}

static void
conn_timeout(struct conn *c, int ms)
{
	struct timeval	tv = { ms / 1000, (ms % 1000) * 1000 };

	evtimer_add(c->timer, &tv);
}

/* (Re)arms the socket event for what libpq waits for now. */
static void
conn_want(struct conn *c, short want)
{
	if (c->io != NULL && c->want == want)
		return;
	if (c->io != NULL)
		event_free(c->io);
	c->want = want;
	c->io = event_new(c->pool->base, PQsocket(c->pg), want | EV_PERSIST,
	    conn_io, c);
	event_add(c->io, NULL);
}

static void
prepared_forget(struct conn *c)
{
	struct prepared	*p, *next;

	/* Names are not used again: some may still stand on the server. */
	HASH_ITER(hh, c->prepared, p, next) {
		HASH_DEL(c->prepared, p);
		talloc_free(p);
	}
}

static void
conn_close(struct conn *c)
{
	if (c->io != NULL) {
		event_free(c->io);
		c->io = NULL;
	}
	if (c->pg != NULL) {
		PQfinish(c->pg);
		c->pg = NULL;
	}
	prepared_forget(c);
	c->prepared_n = 0;
	c->stale = c->overdue = false;
	c->cancels = 0;
	c->life++;
	c->sqlstate[0] = '\0';
	TALLOC_FREE(c->text);
	err_clear(&c->err);
}

static int
conn_free(struct conn *c)
{
	conn_close(c);
	if (c->timer != NULL)
		event_free(c->timer);
	return 0;
}

/* A rolled-back segment that may simply be sent again. */
static bool
retry_wanted(const struct request *r, const char *sqlstate)
{
	return !r->cancelled && clock_mono_ms() < r->deadline_ms &&
	    db_fault_passes(sqlstate, r->tries);
}

static struct prepared *
prepared_get(struct conn *c, const char *sql)
{
	struct prepared	*p;

	HASH_FIND_PTR(c->prepared, &sql, p);
	if (p != NULL)
		return p;
	p = talloc_zero(c, struct prepared);
	p->sql = sql;
	snprintf(p->name, sizeof p->name, "s%u", ++c->prepared_n);
	HASH_ADD_PTR(c->prepared, sql, p);
	return p;
}

/* Puts the segment of c->req on the wire. */
static int
segment_send(struct conn *c)
{
	struct request	*r = c->req;
	int		 i, ok;

	c->expect_n = c->expect_at = 0;
	c->got_result = false;
	err_clear(&c->err);
	c->sqlstate[0] = '\0';
	c->overdue = false;
	TALLOC_FREE(c->text);
	c->text_len = 0;
	for (i = 0; i < r->call.n; i++) {
		const struct db_step	*s = &r->call.steps[i];
		struct prepared		*p = NULL;

		if (!c->pool->pooled) {
			p = prepared_get(c, s->sql);
			if (!p->done) {
				if (!PQsendPrepare(c->pg, p->name, s->sql, 0,
				    NULL))
					return -1;
				c->expect[c->expect_n].prepare = true;
				c->expect[c->expect_n].p = p;
				c->expect[c->expect_n++].last = false;
			}
			ok = PQsendQueryPrepared(c->pg, p->name, s->n,
			    s->values, NULL, NULL, 0);
		} else
			ok = PQsendQueryParams(c->pg, s->sql, s->n, NULL,
			    s->values, NULL, NULL, 0);
		if (!ok)
			return -1;
		c->expect[c->expect_n].prepare = false;
		c->expect[c->expect_n].p = p;
		c->expect[c->expect_n++].last = i == r->call.n - 1;
	}
	if (!PQpipelineSync(c->pg))
		return -1;
	return 0;
}

static void
conn_flush(struct conn *c)
{
	int	left = PQflush(c->pg);

	if (left == -1)
		conn_lost(c, PQerrorMessage(c->pg));
	else
		conn_want(c, left == 1 ? EV_READ | EV_WRITE : EV_READ);
}

/* Sends r over c; the rest of its time is what the server gets. */
void
conn_run(struct conn *c, struct request *r)
{
	int64_t	left = r->deadline_ms - clock_mono_ms();

	c->req = r;
	r->tries++;
	conn_move(c, CONN_RUNNING);
	if (segment_send(c) == -1) {
		conn_lost(c, PQerrorMessage(c->pg));
		return;
	}
	/* The server's own time-out comes first; this is the net. */
	conn_timeout(c, (left < 1000 ? 1000 : (int)left) + 500);
	conn_flush(c);
}

/* What an error of the server means for the connection it came over. */
static void
conn_after_fault(struct conn *c, const char *state)
{
	if (strcmp(state, "26000") == 0)
		prepared_forget(c);
	else if (strcmp(state, "25006") == 0 || strcmp(state, "57P01") == 0)
		pool_stale(c->pool);
	else if (strcmp(state, "0A000") == 0)
		c->stale = true;
	if (c->stale && c->state == CONN_IDLE)
		conn_lost(c, "stale connection");
}

/* The segment ended: answers its request, or sends it again. */
static void
segment_done(struct conn *c)
{
	struct request	*r = c->req;
	struct err	 e = ERR_INIT;
	char		*text = talloc_steal(NULL, c->text);
	char		 state[SQLSTATE_SIZE];
	size_t		 len = c->text_len;
	bool		 again;

	c->text = NULL;
	c->req = NULL;
	err_move(&e, &c->err);
	memcpy(state, c->sqlstate, sizeof state);
	evtimer_del(c->timer);
	if (e.code == ERR_TIMEOUT && r->cancelled)
		e.code = ERR_CANCELLED;
	again = e.code != ERR_NONE && retry_wanted(r, state);
	conn_move(c, c->cancels > 0 ? CONN_HELD : CONN_IDLE);
	conn_after_fault(c, state);
	if (again) {
		log_debug("event=retry sqlstate=%s try=%d", state, r->tries);
		request_defer(r, (strcmp(state, "26000") == 0 ? 0 : 5) +
		    (int)(random() % (20 * r->tries)));
	} else
		request_finish(r, text != NULL ? text : "", len, &e);
	talloc_free(text);
	err_clear(&e);
}

/* One result of the segment on the wire. Returns true when it was the last. */
static bool
segment_result(struct conn *c, PGresult *res)
{
	ExecStatusType	st = PQresultStatus(res);
	int		at = c->expect_at;

	switch (st) {
	case PGRES_PIPELINE_SYNC:
		return true;
	case PGRES_PIPELINE_ABORTED:
		break;
	case PGRES_COMMAND_OK:
	case PGRES_TUPLES_OK:
		if (at >= c->expect_n)
			break;
		if (c->expect[at].prepare)
			c->expect[at].p->done = true;
		else if (c->expect[at].last && PQntuples(res) > 0 &&
		    PQnfields(res) > 0 && !PQgetisnull(res, 0, 0)) {
			c->text_len = (size_t)PQgetlength(res, 0, 0);
			c->text = talloc_memdup(c, PQgetvalue(res, 0, 0),
			    c->text_len + 1);
		}
		break;
	default:
		if (c->err.code == ERR_NONE)
			db_fault(res, c->sqlstate, &c->err);
		break;
	}
	return false;
}

static void
conn_results(struct conn *c)
{
	PGresult	*res;
	bool		 last;

	while (c->state == CONN_RUNNING && !PQisBusy(c->pg)) {
		res = PQgetResult(c->pg);
		if (res == NULL) {
			/* The separator behind each command's result. */
			if (!c->got_result)
				break;
			c->got_result = false;
			c->expect_at++;
			continue;
		}
		c->got_result = true;
		last = segment_result(c, res);
		PQclear(res);
		if (last) {
			c->got_result = false;
			segment_done(c);
		}
	}
}

/* The connection broke, or must be made anew. */
void
conn_lost(struct conn *c, const char *why)
{
	struct request	*r = c->req;
	struct db_pool	*pool = c->pool;
	int64_t		 now = clock_mono_ms();
	int		 delay;

	/* A database that is away is told of now and then, not each time. */
	if (c->state >= CONN_IDLE || now > pool->complain_ms) {
		log_warn("event=db_lost why=\"%s\"", why);
		pool->complain_ms = now + COMPLAIN_MS;
	}
	c->req = NULL;
	conn_close(c);
	if (c->state != CONN_DOWN)
		conn_move(c, CONN_DOWN);
	delay = c->backoff_ms / 2 + (int)(random() % (c->backoff_ms / 2 + 1));
	c->backoff_ms = c->backoff_ms * 2 > BACKOFF_MAX_MS ? BACKOFF_MAX_MS :
	    c->backoff_ms * 2;
	conn_timeout(c, delay);
	if (r == NULL)
		return;
	if (++r->losses <= LOSSES_MAX && r->call.again && !r->cancelled &&
	    now < r->deadline_ms) {
		request_wait(r, true);
		return;
	}
	/* Its fate is open: the client asks again by its operation id. */
	err_set(&r->fail, ERR_UNAVAILABLE, "the line to the database broke");
	request_defer(r, 0);
}

/* What the server says aside goes to our log, not raw to stderr. */
static void
conn_notice(void *arg, const PGresult *res)
{
	const char	*msg = PQresultErrorField(res,
			    PG_DIAG_MESSAGE_PRIMARY);

	(void)arg;
	log_info("event=db_notice text=\"%s\"", msg != NULL ? msg : "");
}

static void
conn_established(struct conn *c)
{
	struct db_pool	*pool = c->pool;
	void		(*ready)(void *) = c->spare ? NULL : pool->ready;

	if (PQsetnonblocking(c->pg, 1) != 0 || !PQenterPipelineMode(c->pg)) {
		conn_lost(c, PQerrorMessage(c->pg));
		return;
	}
	PQsetNoticeReceiver(c->pg, conn_notice, NULL);
	c->backoff_ms = BACKOFF_MIN_MS;
	evtimer_del(c->timer);
	conn_want(c, EV_READ);
	conn_move(c, CONN_IDLE);
	if (ready != NULL) {
		pool->ready = NULL;
		ready(pool->ready_arg);
	}
	pool_dispatch(pool);
}

static void
conn_poll(struct conn *c)
{
	switch (PQconnectPoll(c->pg)) {
	case PGRES_POLLING_OK:
		conn_established(c);
		break;
	case PGRES_POLLING_READING:
		/* libpq may have moved to another host and socket. */
		event_free(c->io);
		c->io = NULL;
		conn_want(c, EV_READ);
		break;
	case PGRES_POLLING_WRITING:
		event_free(c->io);
		c->io = NULL;
		conn_want(c, EV_WRITE);
		break;
	case PGRES_POLLING_FAILED:
	default:
		conn_lost(c, PQerrorMessage(c->pg));
		break;
	}
}

static void
conn_io(evutil_socket_t fd, short what, void *arg)
{
	struct conn	*c = arg;
	struct db_pool	*pool = c->pool;

	(void)fd;
	if (c->state == CONN_STARTING) {
		conn_poll(c);
		return;
	}
	if (what & EV_READ) {
		if (!PQconsumeInput(c->pg)) {
			conn_lost(c, PQerrorMessage(c->pg));
			pool_dispatch(pool);
			return;
		}
		conn_results(c);
		if (c->pg != NULL && PQstatus(c->pg) == CONNECTION_BAD)
			conn_lost(c, PQerrorMessage(c->pg));
	}
	if (c->pg != NULL && c->state == CONN_RUNNING && (what & EV_WRITE))
		conn_flush(c);
	pool_dispatch(pool);
}

static void
conn_timer(evutil_socket_t fd, short what, void *arg)
{
	struct conn	*c = arg;

	(void)fd;
	(void)what;
	if (c->state == CONN_DOWN) {
		conn_start(c);
		return;
	}
	if (c->state == CONN_RUNNING && !c->overdue && c->pool->spare != NULL
	    && !c->spare) {
		c->overdue = true;
		cancel_send(c);
		conn_timeout(c, GRACE_MS);
	} else {
		/* A server that does not even cancel. */
		if (c->req != NULL)
			c->req->call.again = false;
		conn_lost(c, "time-out");
	}
	pool_dispatch(c->pool);
}

static void
conn_start(struct conn *c)
{
	c->pg = PQconnectStart(c->pool->conninfo);
	if (c->pg == NULL || PQstatus(c->pg) == CONNECTION_BAD) {
		conn_lost(c, c->pg != NULL ? PQerrorMessage(c->pg) :
		    "out of memory");
		return;
	}
	conn_move(c, CONN_STARTING);
	conn_timeout(c, CONNECT_MS);
	conn_want(c, EV_WRITE);
}

struct conn *
conn_new(struct db_pool *pool, int ms)
{
	/* Not a talloc child of pool: its destructor ends it first. */
	struct conn	*c = talloc_zero(NULL, struct conn);

	c->pool = pool;
	c->state = CONN_DOWN;
	c->backoff_ms = BACKOFF_MIN_MS;
	c->timer = evtimer_new(pool->base, conn_timer, c);
	talloc_set_destructor(c, conn_free);
	TAILQ_INSERT_TAIL(&pool->conns[CONN_DOWN], c, entry);
	conn_timeout(c, ms);
	return c;
}
