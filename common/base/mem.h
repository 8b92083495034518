/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <jansson.h>
#include <talloc.h>

/*
 * talloc everywhere: each request, job, session and screen is a context and
 * what hangs off it dies with it. Out of memory ends the process.
 */
void	 mem_init(void);	/* call first in main */

/* Foreign objects join the tree: released when ctx is freed. Returns j. */
json_t	*json_own(TALLOC_CTX *ctx, json_t *j);
/* The compact text of any JSON value, keys sorted, child of ctx. */
char	*json_text(TALLOC_CTX *ctx, const json_t *j);
/* A string whose bytes are wiped when it is freed. */
char	*secret_strdup(TALLOC_CTX *ctx, const char *s);

#endif
