/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DB_SYNC_H
#define DB_SYNC_H

#include <libpq-fe.h>
#include <talloc.h>

#include "base/err.h"

/*
 * libpq the blocking way, for command line tools, migrations and the checks
 * before start. Core never includes this.
 */

/*
 * Connects; ERR_UNAVAILABLE with one clean sentence where that fails. Close
 * with PQfinish().
 */
PGconn	*sync_connect(const char *conninfo, struct err *e);
/*
 * Runs a named query with n text parameters (none: it may hold several
 * statements). NULL with the error of the error table where SQL raised one of
 * ours, else ERR_INTERNAL or ERR_UNAVAILABLE. Free with PQclear().
 */
PGresult *sync_query(PGconn *c, const char *name, int n,
	    const char *const *params, struct err *e);
/* The same where only success matters. */
int	 sync_run(PGconn *c, const char *name, int n,
	    const char *const *params, struct err *e)
	    __attribute__((warn_unused_result));
/* Runs a file's text; errors are placed as "label:LINE: ...". */
int	 sync_script(PGconn *c, const char *label, const char *text,
	    struct err *e) __attribute__((warn_unused_result));
/* One value of row 0, column 0; NULL where there is no row or it is null. */
char	*sync_value(TALLOC_CTX *ctx, PGconn *c, const char *name, int n,
	    const char *const *params, struct err *e);

#endif
