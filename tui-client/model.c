/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model.h"

#include <string.h>

#include "api/methods.h"

static int
model_free(struct model *m)
{
	json_decref(m->cols);
	json_decref(m->rows);
	json_decref(m->error);
	json_decref(m->filter);
	json_decref(m->fresh);
	return 0;
}

struct model *
model_new(TALLOC_CTX *ctx, struct rpc *rpc, const char *method,
    const char *key, int page, void (*changed)(void *), void *arg)
{
	struct model			*m = talloc_zero(ctx, struct model);
	const struct rpc_method		*row;

	m->rpc = rpc;
	m->method = method;
	row = rpc_method_find(method);
	m->plain = row != NULL && !(row->flags & RPC_LIST);
	m->key = talloc_strdup(m, key);
	m->rows = json_array();
	m->count = -1;
	m->page = page > MODEL_PAGE_MAX ? MODEL_PAGE_MAX : page;
	m->changed = changed;
	m->arg = arg;
	talloc_set_destructor(m, model_free);
	return m;
}

static bool
row_excluded(const struct model *m, const json_t *row)
{
	json_t	*v;
	size_t	 i;

	if (m->exclude == NULL)
		return false;
	json_array_foreach(row, i, v)
		if (json_is_string(v) &&
		    strcasestr(json_string_value(v), m->exclude) != NULL)
			return true;
	return false;
}

/* Columns are strings, or objects with `key`: we keep the strings. */
static void
cols_set(struct model *m, const json_t *cols)
{
	json_t	*v, *k;
	size_t	 i;

	if (!json_is_array(cols))
		return;
	json_decref(m->cols);
	m->cols = json_array();
	json_array_foreach(cols, i, v) {
		k = json_is_object(v) ? json_object_get(v, "key") : v;
		json_array_append(m->cols, k != NULL ? k : json_null());
	}
}

/* The search answers `results`, objects of different kinds: made rows of. */
static json_t *
results_rows(struct model *m, json_t *result)
{
	static const char *const	keys[] = { "kind", "number", "title",
					    "detail", "status", NULL };
	json_t				*rows = json_array(), *row, *o, *v;
	size_t				 i;
	int				 k;

	json_decref(m->cols);
	m->cols = json_array();
	for (k = 0; keys[k] != NULL; k++)
		json_array_append_new(m->cols, json_string(keys[k]));
	json_array_foreach(json_object_get(result, "results"), i, o) {
		row = json_array();
		for (k = 0; keys[k] != NULL; k++) {
			v = json_object_get(o, keys[k]);
			json_array_append(row, v != NULL ? v : json_null());
		}
		json_array_append_new(rows, row);
	}
	json_object_set_new(result, "rows", rows);
	return rows;
}

static void	model_ask(struct model *, const char *after, size_t limit,
		    bool count);

static void
model_answer(const struct reply *r, void *arg)
{
	struct model	*m = arg;
	json_t		*rows, *row, *to, *v;
	const char	*next;
	size_t		 i;

	m->req = NULL;
	if (r->result == NULL) {
		json_decref(m->error);
		m->error = json_incref(r->error);
		json_decref(m->fresh);
		m->fresh = NULL;
		m->loaded = true;
		m->changed(m->arg);
		return;
	}
	json_decref(m->error);
	m->error = NULL;
	cols_set(m, json_object_get(r->result, "cols"));
	rows = json_object_get(r->result, "rows");
	if (rows == NULL)
		rows = results_rows(m, r->result);
	to = m->appending ? m->rows : m->fresh;
	json_array_foreach(rows, i, row)
		if (json_is_array(row) && !row_excluded(m, row))
			json_array_append(to, row);
	v = json_object_get(r->result, "count");
	if (json_is_integer(v)) {
		m->count = json_integer_value(v);
		m->more = json_is_true(json_object_get(r->result, "more"));
	}
	next = json_string_value(json_object_get(r->result, "next"));
	talloc_free(m->next);
	m->next = talloc_strdup(m, next);
	if (!m->appending && m->next != NULL &&
	    json_array_size(m->fresh) < m->target) {
		model_ask(m, m->next,
		    m->target - json_array_size(m->fresh), false);
		return;
	}
	if (!m->appending) {
		json_decref(m->rows);
		m->rows = m->fresh;
		m->fresh = NULL;
	}
	m->loaded = true;
	m->changed(m->arg);
}

static void
model_ask(struct model *m, const char *after, size_t limit, bool count)
{
	json_t	*p = json_object();

	if (limit > MODEL_PAGE_MAX)
		limit = MODEL_PAGE_MAX;
	if (limit < 1)
		limit = 1;
	if (m->plain && limit > 100)
		limit = 100;
	json_object_set_new(p, "limit", json_integer((json_int_t)limit));
	if (m->q != NULL && *m->q != '\0')
		json_object_set_new(p, "q", json_string(m->q));
	if (m->filter != NULL && json_object_size(m->filter) > 0)
		json_object_set(p, "filter", m->filter);
	if (m->sort != NULL)
		json_object_set_new(p, "sort", json_string(m->sort));
	if (after != NULL)
		json_object_set_new(p, "after", json_string(after));
	if (count && !m->plain)
		json_object_set_new(p, "count", json_true());
	m->req = rpc_send(m->rpc, m, m->method, p, model_answer, m);
}

static void
model_start(struct model *m, size_t target)
{
	/* Freeing the handle cancels the old query at the server. */
	talloc_free(m->req);
	m->appending = false;
	m->target = target;
	json_decref(m->fresh);
	m->fresh = json_array();
	model_ask(m, NULL, target, true);
}

void
model_query(struct model *m, const char *q, json_t *filter, const char *sort)
{
	talloc_free(m->q);
	m->q = talloc_strdup(m, q);
	talloc_free(m->sort);
	m->sort = talloc_strdup(m, sort);
	json_decref(m->filter);
	m->filter = filter;
	model_start(m, (size_t)m->page);
}

void
model_reload(struct model *m, size_t upto)
{
	/* A stack of a thousand rows is read again on demand only. */
	if (upto > 1000)
		upto = 1000;
	if (upto < (size_t)m->page)
		upto = (size_t)m->page;
	model_start(m, upto);
}

void
model_want(struct model *m, size_t index)
{
	/* What was refused once is not asked again at each drawing. */
	if (m->next == NULL || m->req != NULL || m->error != NULL ||
	    index < model_size(m))
		return;
	m->appending = true;
	model_ask(m, m->next, (size_t)m->page, false);
}

bool
model_busy(const struct model *m)
{
	return m->req != NULL;
}

size_t
model_size(const struct model *m)
{
	return json_array_size(m->rows);
}

static long
col_index(const struct model *m, const char *col)
{
	json_t	*v;
	size_t	 i;

	json_array_foreach(m->cols, i, v)
		if (json_is_string(v) && strcmp(json_string_value(v), col) == 0)
			return (long)i;
	return -1;
}

json_t *
model_cell(const struct model *m, size_t row, const char *col)
{
	long	i = col_index(m, col);

	if (i < 0)
		return NULL;
	return json_array_get(json_array_get(m->rows, row), (size_t)i);
}

char *
model_key(TALLOC_CTX *ctx, const struct model *m, size_t row)
{
	json_t	*v = model_cell(m, row, m->key);

	if (json_is_string(v))
		return talloc_strdup(ctx, json_string_value(v));
	if (json_is_integer(v))
		return talloc_asprintf(ctx, "%lld",
		    (long long)json_integer_value(v));
	return talloc_strdup(ctx, "");
}

long
model_find(const struct model *m, const char *key)
{
	size_t	 i, n = model_size(m);
	char	*k;
	bool	 same;

	for (i = 0; i < n; i++) {
		k = model_key(NULL, m, i);
		same = strcmp(k, key) == 0;
		talloc_free(k);
		if (same)
			return (long)i;
	}
	return -1;
}

json_t *
model_object(const struct model *m, size_t row)
{
	json_t	*out = json_object(), *v, *r = json_array_get(m->rows, row);
	size_t	 i;

	json_array_foreach(m->cols, i, v)
		if (json_is_string(v) && json_array_get(r, i) != NULL)
			json_object_set(out, json_string_value(v),
			    json_array_get(r, i));
	return out;
}
