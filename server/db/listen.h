/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DB_LISTEN_H
#define DB_LISTEN_H

#include <event2/event.h>
#include <talloc.h>

/*
 * One connection of its own for LISTEN, never through a pooler. Notifications
 * are hints and may be lost: after each (re)connect `resync` is called, and
 * whoever shows something reads it again.
 */
struct db_listen;

struct db_listen *db_listen_new(TALLOC_CTX *ctx, struct event_base *base,
		    const char *conninfo,
		    void (*event)(void *, const char *topic, const char *number),
		    void (*resync)(void *), void *arg);

#endif
