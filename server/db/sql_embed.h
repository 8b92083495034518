/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DB_SQL_EMBED_H
#define DB_SQL_EMBED_H

#include <stdbool.h>

/*
 * The SQL of the tree inside the program, written by common/gen/sqlembed.c at
 * build time, so that a daemon and its database cannot be of two versions.
 * Each array ends with a row whose name is NULL.
 */

/* sql/migrations/NNNN_name.sql in the order of their numbers. */
struct sql_migration {
	int		 number;	/* NNNN */
	const char	*name;		/* what follows it, without ".sql" */
	const char	*text;
	bool		 notx;		/* a line "-- notx" before the first statement */
	const char	*sha256;	/* of the text, 64 hexadecimal digits */
};

/* sql/api/NAME.sql and sql/seed/NAME.sql, in the order of their names. */
struct sql_file {
	const char	*name;		/* the file's name, without ".sql" */
	const char	*text;
};

/* A part of sql/queries/FILE.sql that starts with the line "-- name: NAME". */
struct sql_query {
	const char	*name;		/* unique over all files; sorted (strcmp) */
	const char	*text;
};

extern const struct sql_migration	sql_migrations[];
extern const struct sql_file		sql_api[];
extern const struct sql_file		sql_seed[];
extern const struct sql_query		sql_queries[];

#endif
