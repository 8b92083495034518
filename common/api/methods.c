/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/methods.h"

#include <string.h>

#include "api/tables.h"

const struct rpc_method *const rpc_tables[] = {
	session_methods,
	crm_methods,
	billing_methods,
	cash_methods,
	admin_methods,
	NULL
};

const struct field list_fields[] = {
	{ "q", F_TEXT, .max = 100, .label = N_("Search") },
	{ "filter", F_OBJECT, .label = N_("Filter") },
	{ "sort", F_TEXT, .max = 40, .label = N_("Sort") },
	{ "limit", F_INT, 1, 200, .label = N_("Rows") },
	{ "after", F_TEXT, .max = 2000, .flags = FIELD_HIDDEN },
	{ "count", F_BOOL, .flags = FIELD_HIDDEN },
	{ NULL }
};

const struct field op_id_field = { "op_id", F_UUID, .flags = FIELD_HIDDEN };
const struct field op_id_required = { "op_id", F_UUID,
    .flags = FIELD_HIDDEN | FIELD_REQUIRED };

const struct rpc_method *
rpc_method_find(const char *name)
{
	const struct rpc_method *const	*t, *m;

	for (t = rpc_tables; *t != NULL; t++)
		for (m = *t; m->name != NULL; m++)
			if (strcmp(m->name, name) == 0)
				return m;
	return NULL;
}

void
rpc_method_each(void (*f)(const struct rpc_method *, void *), void *arg)
{
	const struct rpc_method *const	*t, *m;

	for (t = rpc_tables; *t != NULL; t++)
		for (m = *t; m->name != NULL; m++)
			f(m, arg);
}

static const struct field *
method_field(const struct rpc_method *m, const char *key)
{
	const struct field	*f = field_find(m->params, key);

	if (f == NULL && (m->flags & RPC_LIST))
		f = field_find(list_fields, key);
	if (f == NULL && (m->flags & RPC_WRITE) && strcmp(key, "op_id") == 0)
		f = m->flags & RPC_OPID ? &op_id_required : &op_id_field;
	return f;
}

int
rpc_method_check(const struct rpc_method *m, const json_t *params,
    struct err *e)
{
	const struct field	*f;
	const char		*key;
	json_t			*v, *own;
	int			 rc = -1;

	if (!json_is_object(params))
		return err_field(e, "p", "type", "parameters must be an object");
	own = json_object();
	json_object_foreach((json_t *)(uintptr_t)params, key, v) {
		f = method_field(m, key);
		if (f == NULL) {
			err_field(e, key, "unknown",
			    "%s is not a parameter of %s", key, m->name);
			goto out;
		}
		if (field_find(m->params, key) != NULL) {
			json_object_set(own, key, v);
			continue;
		}
		if (!json_is_null(v) && field_check(f, v, e) == -1)
			goto out;
	}
	v = json_object_get(params, "op_id");
	if ((m->flags & RPC_OPID) && (v == NULL || json_is_null(v))) {
		err_field(e, "op_id", "required", "op_id is required");
		goto out;
	}
	rc = m->params != NULL ? fields_check(m->params, own, e) : 0;
out:
	json_decref(own);
	return rc;
}
