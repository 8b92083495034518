/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SESSION_WORKER_H
#define SESSION_WORKER_H

#include <stdint.h>

#include <event2/event.h>
#include <jansson.h>
#include <talloc.h>

#include "base/err.h"

/*
 * Core's side of the util workers: one job at a time each, a bounded queue in
 * front of them. A job whose worker died runs again in the next one.
 */
struct workers;

#define WORKER_QUEUE		128	/* about ten seconds of two workers */
#define WORKER_DEADLINE_MS	10000	/* waiting */
#define WORKER_RUN_MS		8000	/* at work; a hash takes 200 ms */
#define WORKER_TRIES		2	/* workers that may die of one job */

typedef void	worker_done_fn(void *arg, uint64_t id, const json_t *answer,
		    struct err *e);

/* hung(arg, n): worker n does not answer and must be ended by the parent. */
struct workers	*workers_new(TALLOC_CTX *ctx, struct event_base *base,
		    void (*hung)(void *, int), void *arg);
/* A connected socket to a (new) worker; n is its place, replacing an old one. */
void		 workers_add(struct workers *w, int n, int fd);
/*
 * Queues a job (a reference is taken). -1 and ERR_BUSY when WORKER_QUEUE wait.
 * done is called exactly once, never from within; after WORKER_DEADLINE_MS
 * waiting with ERR_TIMEOUT.
 */
int		 worker_submit(struct workers *w, json_t *job,
		    worker_done_fn *done, void *arg, uint64_t id,
		    struct err *e) __attribute__((warn_unused_result));
/* Ends the job with this id as ERR_CANCELLED, unless a worker has it. */
void		 worker_cancel(struct workers *w, uint64_t id);
size_t		 workers_busy(const struct workers *w);

#endif
