/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DB_POOL_H
#define DB_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <event2/event.h>
#include <talloc.h>

#include "base/err.h"

/*
 * The asynchronous pool of core. One request is one pipeline segment: its
 * steps run in one transaction and one round trip, and the text of the first
 * column of the first row of the last step is the answer.
 *
 * An error that PostgreSQL reports rolled the segment back, so it may be sent
 * again: once for a statement that is not prepared any more, a few times for
 * a deadlock. A line that breaks while a segment is out leaves its fate open:
 * the segment is sent again only when `again` says that this is harmless (a
 * read, or a write with an operation id), otherwise it ends as `unavailable`.
 */
struct db_pool;

#define DB_STEPS	4
#define DB_PARAMS	6

struct db_step {
	const char	*sql;			/* from the registry */
	int		 n;
	const char	*values[DB_PARAMS];	/* text, or NULL */
};

struct db_call {
	struct db_step	 steps[DB_STEPS];
	int		 n;
	bool		 again;
	int		 timeout_ms;		/* 0: the pool's */
};

/*
 * e->code is ERR_NONE on success; then text is the answer ("" for SQL null)
 * and valid until the callback returns. id is what db_submit() was given.
 */
typedef void	db_done_fn(void *arg, uint64_t id, const char *text, size_t len,
		    struct err *e);

struct db_pool	*db_pool_new(TALLOC_CTX *ctx, struct event_base *base,
		    const char *conninfo, int size, int timeout_ms,
		    bool pooled);
/* Called once, when the first connection stands. */
void		 db_pool_on_ready(struct db_pool *pool, void (*f)(void *),
		    void *arg);
/*
 * Queues a call; its texts are copied. -1 and ERR_BUSY when too many wait.
 * done is called exactly once, never from within db_submit().
 */
int		 db_submit(struct db_pool *pool, const struct db_call *call,
		    db_done_fn *done, void *arg, uint64_t id, struct err *e)
		    __attribute__((warn_unused_result));
/* Stops the call with this id: at once when it waits, else on the server. */
void		 db_cancel(struct db_pool *pool, uint64_t id);
/* Calls that wait or run. */
size_t		 db_pool_busy(const struct db_pool *pool);
size_t		 db_pool_connected(const struct db_pool *pool);

#endif
