/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DB_FAULT_H
#define DB_FAULT_H

#include <stdbool.h>

#include <libpq-fe.h>

#include "base/err.h"

#define SQLSTATE_SIZE	6

/*
 * Fills e from an error result: a row of the error table for what our own
 * functions raise and for named constraints, else what its SQLSTATE means.
 * state receives the SQLSTATE, "" where the server gave none.
 */
void	db_fault(const PGresult *res, char state[SQLSTATE_SIZE],
	    struct err *e);
/*
 * Whether a segment that ended with this SQLSTATE was rolled back for a
 * reason that may be gone the next time; tries is how often it was sent.
 */
bool	db_fault_passes(const char *state, int tries);

#endif
