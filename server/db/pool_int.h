/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DB_POOL_INT_H
#define DB_POOL_INT_H

#include <sys/queue.h>

#include <libpq-fe.h>
#include <uthash.h>

#include "db/fault.h"
#include "db/pool.h"

/*
 * Between the two halves of the pool: pool.c has the calls that wait, conn.c
 * the connections and what goes over them. Nobody else includes this.
 */

enum conn_state {
	CONN_DOWN,		/* waits for its reconnect timer */
	CONN_STARTING,
	CONN_IDLE,
	CONN_RUNNING,
	CONN_HELD,		/* a cancel is under way to it */
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
	int			 tries, losses;
	bool			 cancelled;
	int64_t			 deadline_ms;
	int64_t			 wait_ms;	/* waits no longer than this */
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
	bool			 spare;		/* for cancels only */
	bool			 stale;		/* not for another call */
	bool			 overdue;	/* was told to cancel in time */
	int			 cancels;	/* under way to this backend */
	unsigned		 life;		/* counts its backends */
	/* Expected results of the segment on the wire. */
	struct { bool prepare; struct prepared *p; bool last; }
				 expect[DB_STEPS * 2];
	int			 expect_n, expect_at;
	bool			 got_result;
	struct err		 err;
	char			 sqlstate[SQLSTATE_SIZE];
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
	struct request_list	 urgent;	/* cancels */
	struct request_list	 waiting;
	struct request_list	 later;		/* waits for its own timer */
	struct conn		*spare;		/* NULL behind a pooler */
	struct event		*reaper;
	size_t			 busy;
	void			(*ready)(void *);
	void			*ready_arg;
	int64_t			 complain_ms;
};

/* conn.c */
/* A connection that is down and starts after ms. */
struct conn	*conn_new(struct db_pool *pool, int ms);
void		 conn_move(struct conn *c, enum conn_state to);
/* Sends r over c; the rest of its time is what the server gets. */
void		 conn_run(struct conn *c, struct request *r);
/* The connection broke, or must be made anew. */
void		 conn_lost(struct conn *c, const char *why);

/* pool.c */
/* Into the queue: behind the others, or before them where it was at work. */
void		 request_wait(struct request *r, bool first);
/* Puts r aside for ms; then it runs again, or ends with r->fail. */
void		 request_defer(struct request *r, int ms);
/* Answers r and frees it; e NULL is success. */
void		 request_finish(struct request *r, const char *text,
		    size_t len, struct err *e);
/* Sends what waits over what is idle. */
void		 pool_dispatch(struct db_pool *pool);
/* A server that turned read-only, or is going: nobody asks it any more. */
void		 pool_stale(struct db_pool *pool);
/* Asks the server to stop what c runs. The caller dispatches. */
void		 cancel_send(struct conn *c);

#endif
