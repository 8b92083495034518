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

typedef void	worker_done_fn(void *arg, uint64_t id, const json_t *answer,
		    struct err *e);

struct workers	*workers_new(TALLOC_CTX *ctx, struct event_base *base);
/* A connected socket to a (new) worker; n is its place, replacing an old one. */
void		 workers_add(struct workers *w, int n, int fd);
/*
 * Queues a job (a reference is taken). -1 and ERR_BUSY when WORKER_QUEUE wait.
 * done is called exactly once, never from within; after WORKER_DEADLINE_MS
 * with ERR_TIMEOUT.
 */
#define WORKER_QUEUE		256
#define WORKER_DEADLINE_MS	60000
int		 worker_submit(struct workers *w, json_t *job,
		    worker_done_fn *done, void *arg, uint64_t id,
		    struct err *e) __attribute__((warn_unused_result));
size_t		 workers_busy(const struct workers *w);

#endif
