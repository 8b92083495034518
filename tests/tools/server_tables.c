/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Prints the tables that server and client share, and the server's own, as one
 * JSON object: what tests/tables compares and docgen writes.
 */
#include <stdio.h>
#include <string.h>

#include "api/errors.h"
#include "api/methods.h"
#include "api/perms.h"
#include "api/tables.h"
#include "base/mem.h"
#include "conf/conf.h"
#include "rpc/gate.h"

/* NULL comes of a row that lacks a value. */
static void
add(json_t *array, json_t *o)
{
	if (json_array_append_new(array, o) == -1)
		bug("a row lacks a value");
}

static void
join(json_t *object, json_t *more)
{
	if (json_object_update_new(object, more) == -1)
		bug("a row lacks a value");
}

static json_t *
text_or_null(const char *s)
{
	return s != NULL ? json_string(s) : json_null();
}

static json_t *
values_json(const char *const *v)
{
	json_t	*out = json_array();

	for (; v != NULL && *v != NULL; v++)
		add(out, json_string(*v));
	return out;
}

static json_t *
flags_json(unsigned flags, const char *const *names, size_t n)
{
	json_t	*out = json_array();
	size_t	 i;

	for (i = 0; i < n; i++)
		if (flags & (1U << i))
			add(out, json_string(names[i]));
	return out;
}

static json_t *
field_json(const struct field *f)
{
	static const char *const	names[] = { "required", "hidden",
	    "null", "fixed" };
	const struct field		*s;
	json_t				*o, *sub;

	o = json_pack("{s:s,s:s,s:I,s:I,s:o,s:o,s:o,s:o,s:o,s:o}",
	    "key", f->key, "type", field_type_name(f->type),
	    "min", (json_int_t)f->min, "max", (json_int_t)f->max,
	    "flags", flags_json(f->flags, names, 4),
	    "label", text_or_null(f->label), "help", text_or_null(f->help),
	    "lookup", text_or_null(f->lookup),
	    "lookup_key", text_or_null(f->lookup_key),
	    "preset", text_or_null(f->preset));
	if (f->values != NULL)
		json_object_set_new(o, "values", values_json(f->values));
	if (f->sub != NULL) {
		sub = json_array();
		for (s = f->sub; s->key != NULL; s++)
			add(sub, field_json(s));
		json_object_set_new(o, "sub", sub);
	}
	return o;
}

static json_t *
fields_json(const struct field *f)
{
	json_t	*out = json_array();

	for (; f != NULL && f->key != NULL; f++)
		add(out, field_json(f));
	return out;
}

static json_t *
hook_json(const char *method)
{
	const struct hook	*h;
	json_t			*out = json_array();

	for (h = hooks; h->method != NULL; h++) {
		if (strcmp(h->method, method) != 0)
			continue;
		if (h->run != NULL)
			add(out, json_string("run"));
		if (h->before != NULL)
			add(out, json_string("before"));
		if (h->after != NULL)
			add(out, json_string("after"));
	}
	return out;
}

static void
method_add(const struct rpc_method *m, void *arg)
{
	static const char *const	names[] = { "write", "opid", "list",
	    "first", "open", "long" };

	add(arg, json_pack("{s:s,s:s,s:o,s:o,s:o,s:o}",
	    "name", m->name, "perm", m->perm,
	    "flags", flags_json(m->flags, names, 6),
	    "params", fields_json(m->params), "help", text_or_null(m->help),
	    "hook", hook_json(m->name)));
}

static json_t *
methods_json(void)
{
	json_t	*out = json_array();

	rpc_method_each(method_add, out);
	return out;
}

static json_t *
hooked_json(void)
{
	const struct hook	*h;
	json_t			*out = json_array();

	for (h = hooks; h->method != NULL; h++)
		add(out, json_string(h->method));
	return out;
}

static json_t *
menus_json(void)
{
	const struct menu_row	*m;
	json_t			*out = json_array(), *may;
	int			 r;

	for (m = menu_rows; m->object != NULL; m++) {
		may = json_array();
		for (r = 0; r < ROLE_COUNT_; r++)
			add(may, json_string(m->may[r]));
		add(out, json_pack("{s:s,s:s,s:s,s:o}",
		    "object", m->object, "label", m->label,
		    "letters", m->letters, "may", may));
	}
	return out;
}

static json_t *
extras_json(void)
{
	const struct extra_perm_row	*x;
	json_t				*out = json_array();

	for (x = extra_perm_rows; x->perm != NULL; x++)
		add(out, json_string(x->perm));
	return out;
}

static json_t *
errors_json(void)
{
	json_t	*out = json_array();
	int	 i;

	for (i = 0; i < ERR_COUNT_; i++)
		add(out, json_pack("{s:s,s:b,s:s,s:b}",
		    "name", err_rows[i].name,
		    "temporary", err_rows[i].temporary,
		    "text", err_rows[i].text,
		    "in_place", err_rows[i].code == (enum err_code)i));
	return out;
}

static json_t *
rules_json(void)
{
	const struct rule_row	*r;
	json_t			*out = json_array();

	for (r = rule_rows; r->rule != NULL; r++)
		add(out, json_pack("{s:s,s:s}",
		    "rule", r->rule, "text", r->text));
	return out;
}

static json_t *
constraints_json(void)
{
	const struct constraint_row	*c;
	json_t				*out = json_array();

	for (c = constraint_rows; c->constraint != NULL; c++)
		add(out, json_pack("{s:s,s:s,s:o}",
		    "constraint", c->constraint, "code", err_name(c->code),
		    "field", text_or_null(c->field)));
	return out;
}

static json_t *
options_json(void)
{
	struct conf_option	 o;
	json_t			*out = json_array();
	size_t			 i;

	for (i = 0; conf_option(i, &o); i++)
		add(out, json_pack(
		    "{s:s,s:s,s:s,s:s,s:i,s:i,s:s}", "section", o.section,
		    "key", o.key, "type", o.type, "def", o.def, "min", o.min,
		    "max", o.max, "help", o.help));
	return out;
}

static json_t *
lists_json(void)
{
	return json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:o}",
	    "service_states", values_json(service_states),
	    "customer_states", values_json(customer_states),
	    "invoice_states", values_json(invoice_states),
	    "payment_states", values_json(payment_states),
	    "payment_methods", values_json(payment_methods),
	    "scope_values", values_json(scope_values),
	    "lang_values", values_json(lang_values));
}

int
main(void)
{
	json_t	*all;

	mem_init();
	all = json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o}",
	    "methods", methods_json(), "hooked", hooked_json(),
	    "list_params", fields_json(list_fields),
	    "op_id", field_json(&op_id_field),
	    "perms", perms_json(), "roles", roles_json(),
	    "menus", menus_json(), "extra_perms", extras_json());
	if (all == NULL)
		bug("a row of the first tables has no value");
	join(all, json_pack("{s:o,s:o,s:o,s:o,s:o,s:o}",
	    "errors", errors_json(), "rules", rules_json(),
	    "constraints", constraints_json(),
	    "settings", fields_json(setting_rows),
	    "options", options_json(), "values", lists_json()));
	if (json_dumpf(all, stdout, JSON_INDENT(1)) == -1 ||
	    putchar('\n') == EOF)
		return 1;
	json_decref(all);
	return 0;
}
