/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef API_ERRORS_H
#define API_ERRORS_H

#include <stdbool.h>

#include "base/err.h"

/*
 * The error table: one row per code. SQL functions raise SQLSTATE ZB000 with
 * the wire name as message and the arguments as JSON in DETAIL; constraint
 * rows turn PostgreSQL's own violations into codes. The client composes the
 * sentence from `text`, replacing {name} by the argument of that name.
 */
struct err_row {
	enum err_code	 code;
	const char	*name;		/* on the wire; never renamed */
	bool		 temporary;	/* a retry with the same op_id makes sense */
	const char	*text;		/* N_() */
};

extern const struct err_row err_rows[];	/* ERR_COUNT_ rows, indexed by code */

const struct err_row *err_row_by_name(const char *name);	/* NULL if unknown */
const char *err_name(enum err_code code);

/* Sentences for the rules that fields_check() reports. */
struct rule_row {
	const char	*rule;
	const char	*text;		/* N_(), with {field} */
};
extern const struct rule_row rule_rows[];	/* ends with rule NULL */

/* A named constraint of the schema and what breaking it means. */
struct constraint_row {
	const char	*constraint;
	enum err_code	 code;
	const char	*field;
};
extern const struct constraint_row constraint_rows[];	/* ends with NULL */

#endif
