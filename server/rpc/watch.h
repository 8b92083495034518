/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RPC_WATCH_H
#define RPC_WATCH_H

#include <event2/event.h>
#include <jansson.h>
#include <talloc.h>

#include "db/pool.h"
#include "session/client.h"

/*
 * Who hears of what. A topic is the name of an object, one bit of a line's
 * masks: what it asked for and what its rights let it hear. When sessions or
 * roles change, every line's rights are read again, a few at a time; until
 * then it hears nothing and is told to read again afterwards.
 */
struct watch;

/*
 * grant(arg, c, perms) marks what a line may do and answers the names of its
 * methods.
 */
struct watch	*watch_new(TALLOC_CTX *ctx, struct event_base *base,
		    struct db_pool *pool,
		    json_t *(*grant)(void *, struct client *, const json_t *),
		    void *arg);
void		 watch_set_clients(struct watch *w, struct clients *clients);
/* The bit of the object that stands before a method's dot. */
uint64_t	 watch_method(struct watch *w, const char *method);
/* A line that has just logged in with this answer of the database. */
void		 watch_login(struct watch *w, struct client *c,
		    const json_t *answer);
/* Replaces what a line asked for; unknown topics are never heard of. */
void		 watch_topics(struct watch *w, struct client *c,
		    const json_t *topics);
/* A notification of the database. */
void		 watch_event(struct watch *w, const char *topic,
		    const char *number);
/* Notifications may have been lost. */
void		 watch_resync(struct watch *w);

#endif
