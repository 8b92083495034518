/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "db/sync.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "api/errors.h"
#include "base/text.h"
#include "db/query.h"

/* libpq's messages have several lines; a sentence has one. */
static char *
one_line(TALLOC_CTX *ctx, const char *msg)
{
	char	*copy = text_trim(ctx, msg == NULL ? "" : msg), *p;

	for (p = copy; *p != '\0'; p++) {
		if (*p == '\n' || *p == '\t')
			*p = ' ';
	}
	return text_visible(ctx, copy);
}

static void
drop_notice(void *arg, const PGresult *res)
{
	(void)arg;
	(void)res;
}

PGconn *
sync_connect(const char *conninfo, struct err *e)
{
	static const char *const keys[] = { "connect_timeout",
	    "application_name", "dbname", "client_encoding", NULL };
	const char	*values[] = { "5", "jabbard", conninfo, "UTF8", NULL };
	PGconn		*c;
	char		*msg;

	/* The later one counts: the string is expanded where it stands. */
	c = PQconnectdbParams(keys, values, 1);
	if (PQstatus(c) != CONNECTION_OK) {
		msg = one_line(NULL, PQerrorMessage(c));
		err_set(e, ERR_UNAVAILABLE,
		    "cannot connect to the database: %s", msg);
		talloc_free(msg);
		PQfinish(c);
		return NULL;
	}
	PQsetNoticeReceiver(c, drop_notice, NULL);
	return c;
}

/* The sentence of one of our own errors, its {name}s filled in. */
static char *
fill_args(TALLOC_CTX *ctx, const char *text, const char *json)
{
	json_t		*args = json_loads(json == NULL ? "" : json, 0, NULL);
	char		*out = talloc_strdup(ctx, ""), *key, *value;
	const char	*end;
	json_t		*j;

	for (; *text != '\0'; text++) {
		end = *text == '{' ? strchr(text, '}') : NULL;
		if (end == NULL) {
			out = talloc_strndup_append(out, text, 1);
			continue;
		}
		key = talloc_strndup(ctx, text + 1, (size_t)(end - text - 1));
		j = json_object_get(args, key);
		if (json_is_string(j))
			out = talloc_asprintf_append(out, "%s",
			    json_string_value(j));
		else if (j != NULL) {
			value = talloc_zero_size(ctx, 256);
			(void)json_dumpb(j, value, 255,
			    JSON_ENCODE_ANY | JSON_COMPACT);
			out = talloc_asprintf_append(out, "%s", value);
		} else
			out = talloc_asprintf_append(out, "%s", key);
		text = end;
	}
	json_decref(args);
	return out;
}

/* A named constraint that a row of the error table explains. */
static const struct constraint_row *
constraint_row(const PGresult *res)
{
	const char			*name, *state;
	const struct constraint_row	*r;

	name = PQresultErrorField(res, PG_DIAG_CONSTRAINT_NAME);
	state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	if (name == NULL || state == NULL || strncmp(state, "23", 2) != 0)
		return NULL;
	for (r = constraint_rows; r->constraint != NULL; r++) {
		if (strcmp(r->constraint, name) == 0)
			return r;
	}
	return NULL;
}

/* Ours: raised by name, or a constraint that means one of ours. */
static int
fail_known(const PGresult *res, struct err *e)
{
	TALLOC_CTX			*ctx;
	const char			*state, *msg, *args;
	const struct err_row		*row = NULL;
	const struct constraint_row	*cr = constraint_row(res);
	char				*text;

	state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	msg = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
	if (cr == NULL && (state == NULL || strcmp(state, "ZB000") != 0 ||
	    msg == NULL || (row = err_row_by_name(msg)) == NULL))
		return 0;
	ctx = talloc_new(NULL);
	args = PQresultErrorField(res, PG_DIAG_MESSAGE_DETAIL);
	if (cr != NULL) {
		row = &err_rows[cr->code];
		args = talloc_asprintf(ctx, "{\"field\":\"%s\"}",
		    cr->field == NULL ? "" : cr->field);
	}
	text = fill_args(ctx, row->text, args);
	err_set(e, row->code, "%s", text);
	if (e != NULL && args != NULL)
		e->args = talloc_strdup(NULL, args);
	talloc_free(ctx);
	return 1;
}

static int
fail(PGconn *c, const PGresult *res, const char *label, const char *text,
    struct err *e)
{
	TALLOC_CTX		*ctx = talloc_new(NULL);
	const char		*msg, *pos;
	int			 line = 1, i, at;

	msg = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
	if (fail_known(res, e))
		goto out;
	if (PQstatus(c) != CONNECTION_OK) {
		err_set(e, ERR_UNAVAILABLE, "%s: the database went away: %s",
		    label, one_line(ctx, PQerrorMessage(c)));
		goto out;
	}
	pos = PQresultErrorField(res, PG_DIAG_STATEMENT_POSITION);
	if (pos == NULL || text == NULL) {
		const char *where = PQresultErrorField(res, PG_DIAG_CONTEXT);

		err_set(e, ERR_INTERNAL, "%s: %s%s%s%s", label,
		    one_line(ctx, msg), where == NULL ? "" : " (",
		    where == NULL ? "" : one_line(ctx, where),
		    where == NULL ? "" : ")");
		goto out;
	}
	/* Positions count characters; a line is all that is wanted. */
	at = (int)strtol(pos, NULL, 10);
	for (i = 0; text[i] != '\0' && at > 1; i++) {
		line += text[i] == '\n';
		at -= ((unsigned char)text[i] & 0xc0) != 0x80;
	}
	err_set(e, ERR_INTERNAL, "%s:%d: %s", label, line, one_line(ctx, msg));
out:
	talloc_free(ctx);
	return -1;
}

static int
succeeded(const PGresult *res)
{
	ExecStatusType	st = PQresultStatus(res);

	return st == PGRES_COMMAND_OK || st == PGRES_TUPLES_OK ||
	    st == PGRES_EMPTY_QUERY;
}

PGresult *
sync_query(PGconn *c, const char *name, int n, const char *const *params,
    struct err *e)
{
	const char	*text = query_text(name);
	PGresult	*res;

	if (n == 0)
		res = PQexec(c, text);
	else
		res = PQexecParams(c, text, n, NULL, params, NULL, NULL, 0);
	if (succeeded(res))
		return res;
	fail(c, res, name, NULL, e);
	PQclear(res);
	return NULL;
}

int
sync_run(PGconn *c, const char *name, int n, const char *const *params,
    struct err *e)
{
	PGresult	*res = sync_query(c, name, n, params, e);

	if (res == NULL)
		return -1;
	PQclear(res);
	return 0;
}

int
sync_script(PGconn *c, const char *label, const char *text, struct err *e)
{
	PGresult	*res = PQexec(c, text);
	int		 rc = 0;

	if (!succeeded(res))
		rc = fail(c, res, label, text, e);
	PQclear(res);
	return rc;
}

char *
sync_value(TALLOC_CTX *ctx, PGconn *c, const char *name, int n,
    const char *const *params, struct err *e)
{
	PGresult	*res = sync_query(c, name, n, params, e);
	char		*out = NULL;

	if (res == NULL)
		return NULL;
	if (PQntuples(res) > 0 && !PQgetisnull(res, 0, 0))
		out = talloc_strdup(ctx, PQgetvalue(res, 0, 0));
	PQclear(res);
	return out;
}
