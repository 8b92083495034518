/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "db/pool.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include <libpq-fe.h>
#include <jansson.h>
#include <uthash.h>

#include "api/errors.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "db/query.h"

/*
 * A connection is in the list its state names and moves in conn_move() only.
 * A segment on the wire is a list of expected results: for each step a
 * PREPARE where this connection has not prepared the text yet, a QUERY, and
 * one SYNC at the end. PQgetResult() gives the result of each command, then
 * NULL; the result of SYNC has no NULL behind it.
 */

#define QUEUE_MAX	1024
#define BACKOFF_MIN_MS	100
#define BACKOFF_MAX_MS	3000
#define TRIES_MAX	5

enum conn_state {
	CONN_DOWN,		/* waits for its reconnect timer */
	CONN_STARTING,
	CONN_IDLE,
	CONN_RUNNING,
	CONN_STATES_
};

struct prepared {
	const char	*sql;		/* key: the registry's pointer is stable */
	char		 name[24];
	bool		 done;
	UT_hash_handle	 hh;
};

struct request {
	TAILQ_ENTRY(request)	 entry;
	struct db_call		 call;
	db_done_fn		*done;
	void			*arg;
	uint64_t		 id;
	int			 tries;
	bool			 cancelled;
	int64_t			 deadline_ms;
	struct event		*later;		/* retry, or a failure told late */
	struct db_pool		*pool;
	struct err		 fail;
};

struct conn {
	TAILQ_ENTRY(conn)	 entry;
	struct db_pool		*pool;
	enum conn_state		 state;
	PGconn			*pg;
	struct event		*io;
	short			 want;
	struct event		*timer;		/* reconnect, or time-out */
	int			 backoff_ms;
	struct prepared		*prepared;
	unsigned		 prepared_n;
	struct request		*req;
	/* Expected results of the segment on the wire. */
	struct { bool prepare; struct prepared *p; bool last; }
				 expect[DB_STEPS * 2];
	int			 expect_n, expect_at;
	bool			 got_result;
	struct err		 err;
	char			*sqlstate;
	char			*text;		/* answer */
	size_t			 text_len;
};

TAILQ_HEAD(conn_list, conn);
TAILQ_HEAD(request_list, request);

struct db_pool {
	struct event_base	*base;
	const char		*conninfo;
	int			 timeout_ms;
	bool			 pooled;
	struct conn_list	 conns[CONN_STATES_];
	struct request_list	 waiting;
	struct request_list	 later;		/* waits for its own timer */
	size_t			 busy;
	void			(*ready)(void *);
	void			*ready_arg;
	uint64_t		 last_error_ms;
};

static void	conn_start(struct conn *);
static void	conn_lost(struct conn *, const char *);
static void	conn_io(evutil_socket_t, short, void *);
static void	conn_timer(evutil_socket_t, short, void *);
static void	pool_dispatch(struct db_pool *);

static void
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
conn_close(struct conn *c)
{
	struct prepared	*p, *next;

	if (c->io != NULL) {
		event_free(c->io);
		c->io = NULL;
	}
	if (c->pg != NULL) {
		PQfinish(c->pg);
		c->pg = NULL;
	}
	HASH_ITER(hh, c->prepared, p, next) {
		HASH_DEL(c->prepared, p);
		talloc_free(p);
	}
	c->prepared_n = 0;
	TALLOC_FREE(c->sqlstate);
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

static int
request_free(struct request *r)
{
	if (r->later != NULL)
		event_free(r->later);
	err_clear(&r->fail);
	return 0;
}

static void
request_finish(struct request *r, const char *text, size_t len, struct err *e)
{
	struct err	none = ERR_INIT;

	r->pool->busy--;
	r->done(r->arg, r->id, text, len, e != NULL ? e : &none);
	err_clear(&none);
	talloc_free(r);
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
	TAILQ_INSERT_TAIL(&pool->waiting, r, entry);
	pool_dispatch(pool);
}

/* Puts r aside for ms milliseconds; then it runs again, or ends with r->fail. */
static void
request_defer(struct request *r, int ms)
{
	struct timeval	tv = { ms / 1000, (ms % 1000) * 1000 };

	if (r->later == NULL)
		r->later = evtimer_new(r->pool->base, request_later, r);
	TAILQ_INSERT_TAIL(&r->pool->later, r, entry);
	evtimer_add(r->later, &tv);
}

static bool
state_is(const char *have, const char *want)
{
	return have != NULL && strcmp(have, want) == 0;
}

/* A rolled-back segment that may simply be sent again. */
static bool
retry_wanted(const struct request *r, const char *sqlstate)
{
	if (r->cancelled || r->tries >= TRIES_MAX ||
	    clock_mono_ms() > r->deadline_ms)
		return false;
	return state_is(sqlstate, "40001") || state_is(sqlstate, "40P01") ||
	    state_is(sqlstate, "26000") || state_is(sqlstate, "0A000") ||
	    state_is(sqlstate, "25006") || state_is(sqlstate, "57P01") ||
	    state_is(sqlstate, "55P03");
}

static void
fill_constraint(struct err *e, const char *constraint)
{
	const struct constraint_row	*row;

	for (row = constraint_rows; row->constraint != NULL; row++) {
		if (strcmp(row->constraint, constraint) != 0)
			continue;
		e->code = row->code;
		if (row->field != NULL)
			e->field = talloc_strdup(NULL, row->field);
		return;
	}
}

/* Turns an error result into a row of the error table. */
static void
error_fill(struct conn *c, const PGresult *res)
{
	const char	*state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	const char	*msg = PQresultErrorField(res,
			    PG_DIAG_MESSAGE_PRIMARY);
	const char	*detail = PQresultErrorField(res,
			    PG_DIAG_MESSAGE_DETAIL);
	const char	*constraint = PQresultErrorField(res,
			    PG_DIAG_CONSTRAINT_NAME);
	const struct err_row *row;
	json_t		*args;
	const char	*field;

	err_clear(&c->err);
	TALLOC_FREE(c->sqlstate);
	c->sqlstate = talloc_strdup(c, state != NULL ? state : "");
	if (msg == NULL)
		msg = PQresultErrorMessage(res);
	if (state_is(state, "ZB000") && (row = err_row_by_name(msg)) != NULL) {
		err_set(&c->err, row->code, "%s %s", msg,
		    detail != NULL ? detail : "");
		if (detail == NULL)
			return;
		c->err.args = talloc_strdup(NULL, detail);
		args = json_loads(detail, 0, NULL);
		field = json_string_value(json_object_get(args, "field"));
		if (field != NULL)
			c->err.field = talloc_strdup(NULL, field);
		json_decref(args);
		return;
	}
	if (state_is(state, "57014"))
		err_set(&c->err, c->req != NULL && c->req->cancelled ?
		    ERR_CANCELLED : ERR_TIMEOUT, "%s", msg);
	else if (state != NULL && (strncmp(state, "08", 2) == 0 ||
	    strncmp(state, "57P", 3) == 0 || strncmp(state, "53", 2) == 0 ||
	    strncmp(state, "40", 2) == 0 || strcmp(state, "25006") == 0 ||
	    strcmp(state, "55P03") == 0))
		err_set(&c->err, ERR_UNAVAILABLE, "%s: %s", state, msg);
	else
		err_set(&c->err, ERR_INTERNAL, "%s: %s%s%s",
		    state != NULL ? state : "?", msg,
		    detail != NULL ? ": " : "", detail != NULL ? detail : "");
	if (constraint != NULL)
		fill_constraint(&c->err, constraint);
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
	TALLOC_FREE(c->sqlstate);
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

static void
pool_dispatch(struct db_pool *pool)
{
	struct request	*r;
	struct conn	*c;

	while ((r = TAILQ_FIRST(&pool->waiting)) != NULL &&
	    (c = TAILQ_FIRST(&pool->conns[CONN_IDLE])) != NULL) {
		TAILQ_REMOVE(&pool->waiting, r, entry);
		c->req = r;
		r->tries++;
		conn_move(c, CONN_RUNNING);
		if (segment_send(c) == -1) {
			conn_lost(c, PQerrorMessage(c->pg));
			continue;
		}
		/* The server's own time-out comes first; this is the net. */
		conn_timeout(c, (r->call.timeout_ms ? r->call.timeout_ms :
		    pool->timeout_ms) + 5000);
		conn_flush(c);
	}
}

/* The segment ended: answers its request, or sends it again. */
static void
segment_done(struct conn *c)
{
	struct request	*r = c->req;
	struct err	 e = ERR_INIT;
	struct prepared	*p, *next;
	char		*text = talloc_steal(NULL, c->text), *state;
	size_t		 len = c->text_len;
	bool		 again, reconnect;

	c->text = NULL;
	c->req = NULL;
	err_move(&e, &c->err);
	state = talloc_steal(NULL, c->sqlstate);
	c->sqlstate = NULL;
	evtimer_del(c->timer);
	again = e.code != ERR_NONE && retry_wanted(r, state);
	reconnect = state_is(state, "0A000") || state_is(state, "25006") ||
	    state_is(state, "57P01");
	if (state_is(state, "26000"))
		HASH_ITER(hh, c->prepared, p, next)
			p->done = false;
	conn_move(c, CONN_IDLE);
	if (reconnect)
		conn_lost(c, "stale connection");
	if (again) {
		log_debug("event=retry sqlstate=%s try=%d", state, r->tries);
		request_defer(r, (state_is(state, "26000") ? 0 : 5) +
		    (int)(random() % (20 * r->tries)));
	} else
		request_finish(r, text != NULL ? text : "", len, &e);
	talloc_free(state);
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
			error_fill(c, res);
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
static void
conn_lost(struct conn *c, const char *why)
{
	struct request	*r = c->req;
	struct db_pool	*pool = c->pool;
	int		 delay;

	if (c->state != CONN_DOWN)
		log_warn("event=db_lost why=\"%s\"", why);
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
	if (r->call.again && !r->cancelled &&
	    clock_mono_ms() < r->deadline_ms) {
		TAILQ_INSERT_HEAD(&pool->waiting, r, entry);
		return;
	}
	/* Its fate is open: the client asks again by its operation id. */
	err_set(&r->fail, r->cancelled ? ERR_CANCELLED : ERR_UNAVAILABLE,
	    "the line to the database broke");
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
	void		(*ready)(void *) = pool->ready;

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
	if (c->state == CONN_DOWN)
		conn_start(c);
	else {
		/* Never again: a statement that outlives its time-out twice. */
		if (c->req != NULL)
			c->req->call.again = false;
		conn_lost(c, "time-out");
		pool_dispatch(c->pool);
	}
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
	conn_timeout(c, 10000);
	conn_want(c, EV_WRITE);
}

static int
pool_free(struct db_pool *pool)
{
	struct request	*r;
	struct conn	*c;
	int		 s;

	while ((r = TAILQ_FIRST(&pool->waiting)) != NULL) {
		TAILQ_REMOVE(&pool->waiting, r, entry);
		talloc_free(r);
	}
	while ((r = TAILQ_FIRST(&pool->later)) != NULL) {
		TAILQ_REMOVE(&pool->later, r, entry);
		talloc_free(r);
	}
	for (s = 0; s < CONN_STATES_; s++)
		while ((c = TAILQ_FIRST(&pool->conns[s])) != NULL) {
			TAILQ_REMOVE(&pool->conns[s], c, entry);
			talloc_free(c->req);
			talloc_free(c);
		}
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
	TAILQ_INIT(&pool->waiting);
	TAILQ_INIT(&pool->later);
	talloc_set_destructor(pool, pool_free);
	for (i = 0; i < size; i++) {
		/* Not a talloc child of pool: pool_free() ends it first. */
		c = talloc_zero(NULL, struct conn);
		c->pool = pool;
		c->state = CONN_DOWN;
		c->backoff_ms = BACKOFF_MIN_MS;
		c->timer = evtimer_new(base, conn_timer, c);
		talloc_set_destructor(c, conn_free);
		TAILQ_INSERT_TAIL(&pool->conns[CONN_DOWN], c, entry);
		/* One at once, the others when the loop runs. */
		conn_timeout(c, i * 2);
	}
	return pool;
}

void
db_pool_on_ready(struct db_pool *pool, void (*f)(void *), void *arg)
{
	pool->ready = f;
	pool->ready_arg = arg;
}

int
db_submit(struct db_pool *pool, const struct db_call *call, db_done_fn *done,
    void *arg, uint64_t id, struct err *e)
{
	struct request	*r;
	int		 i, k;

	if (pool->busy >= QUEUE_MAX)
		return err_set(e, ERR_BUSY, "%zu calls wait for the database",
		    pool->busy);
	r = talloc_zero(NULL, struct request);
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
	TAILQ_INSERT_TAIL(&pool->waiting, r, entry);
	pool_dispatch(pool);
	return 0;
}

static void
cancel_sent(void *arg, uint64_t id, const char *text, size_t len,
    struct err *e)
{
	(void)arg;
	(void)id;
	(void)text;
	(void)len;
	(void)e;
}

void
db_cancel(struct db_pool *pool, uint64_t id)
{
	struct db_call	 call = { .n = 1, .again = false };
	struct request	*r;
	struct conn	*c;
	char		 pid[16];

	TAILQ_FOREACH(r, &pool->waiting, entry)
		if (r->id == id) {
			TAILQ_REMOVE(&pool->waiting, r, entry);
			r->cancelled = true;
			err_set(&r->fail, ERR_CANCELLED, "cancelled");
			request_defer(r, 0);
			return;
		}
	TAILQ_FOREACH(c, &pool->conns[CONN_RUNNING], entry) {
		if (c->req == NULL || c->req->id != id)
			continue;
		c->req->cancelled = true;
		/* PQcancel() would block; the server does it as well. */
		snprintf(pid, sizeof pid, "%d", PQbackendPID(c->pg));
		call.steps[0].sql = query_text("cancel_backend");
		call.steps[0].n = 1;
		call.steps[0].values[0] = pid;
		if (db_submit(pool, &call, cancel_sent, NULL, UINT64_MAX, NULL) == -1)
			return;
		/* Ahead of everybody who waits. */
		r = TAILQ_LAST(&pool->waiting, request_list);
		if (r != NULL && r != TAILQ_FIRST(&pool->waiting)) {
			TAILQ_REMOVE(&pool->waiting, r, entry);
			TAILQ_INSERT_HEAD(&pool->waiting, r, entry);
		}
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

	TAILQ_FOREACH(c, &pool->conns[CONN_IDLE], entry)
		n++;
	TAILQ_FOREACH(c, &pool->conns[CONN_RUNNING], entry)
		n++;
	return n;
}
