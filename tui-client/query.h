/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef QUERY_H
#define QUERY_H

#include <jansson.h>
#include <talloc.h>

#include "fmt/date.h"
#include "screen.h"

/* What a filter line means to a list method. */
struct query {
	char	*q;		/* plain words, or NULL */
	json_t	*filter;	/* object */
	char	*exclude;	/* a word after !, left out on our side, or NULL */
	char	*wrong;		/* a word that means nothing, or NULL */
};

/*
 * Reads a filter line: words AND together; `column:value` filters (key or
 * label of a column or filter row, in either language; >, >=, <, <=, !, a..b
 * and a,b in the value; values as people type them); `!word` leaves out.
 * Child of ctx, which owns the filter as well.
 */
struct query	*query_parse(TALLOC_CTX *ctx, const struct screen *s,
		    const char *line, struct date today);

#endif
