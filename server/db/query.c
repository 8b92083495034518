/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "db/query.h"

#include <string.h>

#include "base/err.h"
#include "db/sql_embed.h"

const char *
query_text(const char *name)
{
	const struct sql_query	*q;

	for (q = sql_queries; q->name != NULL; q++) {
		if (strcmp(q->name, name) == 0)
			return q->text;
	}
	bug("no query named %s", name);
}
