/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DB_MIGRATE_H
#define DB_MIGRATE_H

#include <stdbool.h>
#include <stdio.h>

#include <libpq-fe.h>

#include "base/err.h"

/*
 * Brings a database to the version that this program carries. All of it is
 * one transaction: recorded checksums compared, invariants, pending files,
 * schema api built anew, seed rows, permissions, settings, grants, invariants
 * again. Only files marked "-- notx" (one statement each, such as an index
 * built concurrently) run after it.
 */

/* Called before each step that may take long, with what it is. */
typedef void migrate_tell(void *arg, const char *what);

/*
 * Connection of the owner; tell may be NULL. *changed: something was applied.
 */
int	migrate_up(PGconn *c, migrate_tell *tell, void *arg, bool *changed,
	    struct err *e) __attribute__((warn_unused_result));
/*
 * Whether the database is of this program's version, for any connection that
 * may call api (or is the owner). ERR_VERSION says what to do about it.
 */
int	migrate_verify(PGconn *c, struct err *e)
	    __attribute__((warn_unused_result));
/*
 * A line per migration: number, name, applied when or pending; owner's
 * connection.
 */
int	migrate_status(PGconn *c, FILE *out, struct err *e)
	    __attribute__((warn_unused_result));

#endif
