/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sqlembed FILE... writes the C source declared by server/db/sql_embed.h to
 * standard output. The directory of a file says what it is:
 *
 *	.../migrations/NNNN_name.sql	a migration
 *	.../api/name.sql		functions and views, rebuilt as a whole
 *	.../seed/name.sql		rows that every database has
 *	.../queries/name.sql		named queries, each after "-- name: NAME"
 *
 * Anything else, a number or a name used twice, and SQL before the first name
 * of a query file end the build.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/sha.h>

#include "gen/gen.h"

enum kind { MIGRATION, API, SEED, QUERY, KINDS };

static const char *const dirs[KINDS] = {
	[MIGRATION] = "migrations",
	[API] = "api",
	[SEED] = "seed",
	[QUERY] = "queries",
};

struct row {
	int		 number;
	const char	*name;
	const char	*text;
	const char	*path;
};

struct rows {
	struct row	*v;
	size_t		 n;
};

static struct row *
row_add(TALLOC_CTX *ctx, struct rows *rows)
{
	rows->v = talloc_realloc(ctx, rows->v, struct row, rows->n + 1);
	if (rows->v == NULL)
		die("out of memory");
	rows->v[rows->n] = (struct row){ 0 };
	return &rows->v[rows->n++];
}

/* The part of the path between the last two slashes names the kind. */
static enum kind
kind_of(const char *path)
{
	const char	*end = strrchr(path, '/'), *start;
	int		 k;

	if (end != NULL) {
		for (start = end; start > path && start[-1] != '/'; start--)
			;
		for (k = 0; k < KINDS; k++) {
			if (strlen(dirs[k]) == (size_t)(end - start) &&
			    strncmp(start, dirs[k], (size_t)(end - start)) == 0)
				return (enum kind)k;
		}
	}
	die("%s: not in migrations/, api/, seed/ or queries/", path);
}

/* Splits "0001_core" into 1 and "core". */
static void
migration_name(struct row *row)
{
	const char	*s = row->name;
	int		 i;

	for (i = 0; i < 4; i++) {
		if (!isdigit((unsigned char)s[i]))
			break;
		row->number = row->number * 10 + (s[i] - '0');
	}
	if (i != 4 || s[4] != '_' || s[5] == '\0')
		die("%s: a migration is called NNNN_name.sql", row->path);
	row->name = s + 5;
}

/* Whether this line of len bytes is blank or a comment. */
static bool
line_is_quiet(const char *line, size_t len)
{
	while (len > 0 && isspace((unsigned char)*line)) {
		line++;
		len--;
	}
	return len == 0 || (len >= 2 && line[0] == '-' && line[1] == '-');
}

/* Whether a line "-- notx" stands before the first statement. */
static bool
is_notx(const char *text)
{
	size_t	len;

	for (; *text != '\0'; text += len + (text[len] == '\n')) {
		len = strcspn(text, "\n");
		if (!line_is_quiet(text, len))
			return false;
		if (len == 7 && strncmp(text, "-- notx", 7) == 0)
			return true;
	}
	return false;
}

/* The name on a line "-- name: NAME", or NULL when it is another line. */
static char *
query_name(TALLOC_CTX *ctx, const char *path, const char *line, size_t len)
{
	static const char	mark[] = "-- name:";
	const char		*s = line + sizeof(mark) - 1;
	const char		*end = line + len;
	const char		*start;

	if (len < sizeof(mark) - 1 || strncmp(line, mark, sizeof(mark) - 1) != 0)
		return NULL;
	while (s < end && isblank((unsigned char)*s))
		s++;
	start = s;
	while (s < end && (isalnum((unsigned char)*s) || *s == '_'))
		s++;
	len = (size_t)(s - start);
	while (s < end && isspace((unsigned char)*s))
		s++;
	if (len == 0 || s != end)
		die("%s: bad name: %.*s", path, (int)(end - line), line);
	return talloc_strndup(ctx, start, len);
}

/* A copy of the text between two marks, without blank space around it. */
static char *
query_text(TALLOC_CTX *ctx, const char *start, const char *end)
{
	while (start < end && isspace((unsigned char)*start))
		start++;
	while (end > start && isspace((unsigned char)end[-1]))
		end--;
	return talloc_strndup(ctx, start, (size_t)(end - start));
}

static void
queries_add(TALLOC_CTX *ctx, struct rows *rows, const char *path,
    const char *text)
{
	const char	*p, *start = NULL;
	char		*name = NULL, *next;
	struct row	*row;
	size_t		 len;

	for (p = text;; p += len + (p[len] == '\n')) {
		len = strcspn(p, "\n");
		next = query_name(ctx, path, p, len);
		if (name != NULL && (next != NULL || *p == '\0')) {
			row = row_add(ctx, rows);
			*row = (struct row){ .name = name, .path = path,
			    .text = query_text(ctx, start, p) };
			if (*row->text == '\0')
				die("%s: query %s is empty", path, name);
		}
		if (*p == '\0')
			break;
		if (next != NULL) {
			name = next;
			start = p + len + (p[len] == '\n');
		} else if (name == NULL && !line_is_quiet(p, len))
			die("%s: SQL before the first -- name: line", path);
	}
}

static int
row_cmp(const void *a, const void *b)
{
	const struct row	*x = a, *y = b;

	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return strcmp(x->name, y->name);
}

static void
rows_sort(struct rows *rows, enum kind kind)
{
	const struct row	*a, *b;
	size_t			 i;

	if (rows->n > 0)
		qsort(rows->v, rows->n, sizeof(rows->v[0]), row_cmp);
	for (i = 1; i < rows->n; i++) {
		a = &rows->v[i - 1];
		b = &rows->v[i];
		if (kind == MIGRATION ? a->number == b->number :
		    strcmp(a->name, b->name) == 0)
			die("%s and %s: one name twice", a->path, b->path);
	}
}

static void
put_migration(const struct row *row)
{
	unsigned char	md[SHA256_DIGEST_LENGTH];
	size_t		i;

	SHA256((const unsigned char *)row->text, strlen(row->text), md);
	printf("\t{ %d, \"%s\",\n\t", row->number, row->name);
	gen_put_string(stdout, row->text);
	printf(",\n\t%s, \"", is_notx(row->text) ? "true" : "false");
	for (i = 0; i < sizeof(md); i++)
		printf("%02x", md[i]);
	printf("\" },\n");
}

static void
put_rows(const struct rows *rows, enum kind kind)
{
	static const char *const decl[KINDS] = {
		[MIGRATION] = "sql_migration sql_migrations",
		[API] = "sql_file sql_api",
		[SEED] = "sql_file sql_seed",
		[QUERY] = "sql_query sql_queries",
	};
	size_t	i;

	printf("const struct %s[] = {\n", decl[kind]);
	for (i = 0; i < rows->n; i++) {
		if (kind == MIGRATION) {
			put_migration(&rows->v[i]);
			continue;
		}
		printf("\t{ \"%s\",\n\t", rows->v[i].name);
		gen_put_string(stdout, rows->v[i].text);
		printf(" },\n");
	}
	if (kind == MIGRATION)
		printf("\t{ 0, NULL, NULL, false, NULL }\n};\n\n");
	else
		printf("\t{ NULL, NULL }\n};\n\n");
}

int
main(int argc, char **argv)
{
	TALLOC_CTX	*ctx = talloc_new(NULL);
	struct rows	 all[KINDS] = { 0 };
	struct row	*row;
	enum kind	 kind;
	char		*text;
	int		 i;

	for (i = 1; i < argc; i++) {
		kind = kind_of(argv[i]);
		text = gen_read(ctx, argv[i]);
		if (kind == QUERY) {
			queries_add(ctx, &all[kind], argv[i], text);
			continue;
		}
		row = row_add(ctx, &all[kind]);
		row->path = argv[i];
		row->text = text;
		row->name = gen_stem(ctx, argv[i], ".sql");
		if (strpbrk(row->name, "\"\\\n") != NULL)
			die("%s: a name made of letters, please", argv[i]);
		if (kind == MIGRATION)
			migration_name(row);
	}
	gen_put_head(stdout, "sqlembed", "server/db/sql_embed.h");
	printf("#include <stddef.h>\n\n");
	for (i = 0; i < KINDS; i++) {
		rows_sort(&all[i], (enum kind)i);
		put_rows(&all[i], (enum kind)i);
	}
	gen_finish(stdout);
	talloc_free(ctx);
	return 0;
}
