/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "message.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "api/errors.h"
#include "api/methods.h"
#include "base/text.h"
#include "fmt/money.h"
#include "i18n.h"
#include "value.h"

char *
message_json(TALLOC_CTX *ctx, const json_t *v, size_t flags)
{
	size_t	 n = json_dumpb(v, NULL, 0, flags | JSON_ENCODE_ANY);
	char	*out = talloc_size(ctx, n + 1);

	json_dumpb(v, out, n, flags | JSON_ENCODE_ANY);
	out[n] = '\0';
	return out;
}

static char *
arg_text(TALLOC_CTX *ctx, const json_t *v)
{
	char	*dump, *out;

	if (json_is_string(v))
		return text_visible(ctx, json_string_value(v));
	if (json_is_integer(v))
		return talloc_asprintf(ctx, "%lld",
		    (long long)json_integer_value(v));
	if (v == NULL || json_is_null(v))
		return talloc_strdup(ctx, "?");
	dump = message_json(NULL, v, JSON_COMPACT);
	out = text_visible(ctx, dump);
	talloc_free(dump);
	return out;
}

char *
message_fill(TALLOC_CTX *ctx, const char *text, const json_t *args)
{
	char		*out = talloc_strdup(ctx, ""), *name, *value;
	const char	*p = text, *open, *end;

	while ((open = strchr(p, '{')) != NULL &&
	    (end = strchr(open, '}')) != NULL) {
		name = talloc_strndup(ctx, open + 1, (size_t)(end - open) - 1);
		value = arg_text(ctx, json_object_get(args, name));
		out = talloc_asprintf_append_buffer(out, "%.*s%s",
		    (int)(open - p), p, value);
		talloc_free(name);
		talloc_free(value);
		p = end + 1;
	}
	return talloc_strdup_append_buffer(out, p);
}

char *
message_field_label(TALLOC_CTX *ctx, const struct field *rows,
    const char *key)
{
	const struct field	 *f;
	char			**part;
	size_t			  n;
	char			 *out;

	part = text_split(ctx, key, '.', &n);
	f = field_find(rows, part[0]);
	if (n == 3 && f != NULL && f->sub != NULL) {
		const struct field *sub = field_find(f->sub, part[2]);
		out = talloc_asprintf(ctx, "%s %ld %s",
		    f->label != NULL ? i18n_text(f->label) : f->key,
		    strtol(part[1], NULL, 10) + 1,
		    sub != NULL && sub->label != NULL ?
		    i18n_text(sub->label) : part[2]);
	} else if (f != NULL && f->label != NULL)
		out = talloc_strdup(ctx, i18n_text(f->label));
	else
		out = text_visible(ctx, key);
	talloc_free(part);
	return out;
}

/* " (10-256)": what a value that is too small or too long may be, or "". */
static char *
range_text(TALLOC_CTX *ctx, const struct field *rows, const char *key,
    const char *rule)
{
	const struct field	*f = key != NULL ? field_find(rows, key) : NULL;
	char			*from, *to, *out;
	bool			 fits = false;

	if (f == NULL || rule == NULL || f->max == 0)
		return talloc_strdup(ctx, "");
	if (f->type == F_TEXT || f->type == F_NOTE || f->type == F_SECRET)
		fits = strcmp(rule, "length") == 0;
	else if (f->type == F_INT || f->type == F_MONEY)
		fits = strcmp(rule, "min") == 0 || strcmp(rule, "max") == 0;
	if (!fits)
		return talloc_strdup(ctx, "");
	from = money_format(ctx, f->min);
	to = money_format(ctx, f->max);
	out = talloc_asprintf(ctx, " (%s-%s)", from, to);
	talloc_free(from);
	talloc_free(to);
	return out;
}

/* States that are no word on a document but a reason of their own. */
static const char *
state_text(const char *state)
{
	static const struct {
		const char	*state, *text;
	} reasons[] = {
		{ "self", N_("Nobody does that to himself: ask another "
		    "administrator.") },
		{ "last", N_("Somebody must remain who may do everything.") },
		{ "builtin", N_("A built-in role stays.") },
		{ "several", N_("He has several services: name the one that "
		    "is meant.") },
	};
	size_t	i;

	for (i = 0; state != NULL && i < sizeof reasons / sizeof reasons[0];
	    i++)
		if (strcmp(reasons[i].state, state) == 0)
			return reasons[i].text;
	return NULL;
}

static const char *
rule_text(const char *rule)
{
	const struct rule_row	*r;

	if (rule != NULL)
		for (r = rule_rows; r->rule != NULL; r++)
			if (strcmp(r->rule, rule) == 0)
				return r->text;
	return NULL;
}

char *
message_error_fields(TALLOC_CTX *ctx, const struct field *rows,
    const json_t *error)
{
	const char		*code, *field, *text = NULL, *msg;
	const struct err_row	*row;
	json_t			*args, *fill;
	const char		*rule, *state;
	char			*label, *out, *range;

	code = json_string_value(json_object_get(error, "code"));
	field = json_string_value(json_object_get(error, "field"));
	msg = json_string_value(json_object_get(error, "message"));
	args = json_object_get(error, "args");
	row = code != NULL ? err_row_by_name(code) : NULL;
	/* A code that this version does not know still says something. */
	if (row == NULL)
		return text_visible(ctx, msg != NULL ? msg :
		    code != NULL ? code : "?");
	rule = row->code != ERR_BAD_FIELD ? NULL :
	    json_string_value(json_object_get(args, "rule"));
	text = rule_text(rule);
	state = row->code != ERR_BAD_STATE ? NULL :
	    json_string_value(json_object_get(args, "state"));
	if (text == NULL)
		text = state_text(state);
	if (text == NULL)
		text = row->text;
	fill = json_is_object(args) ? json_copy(args) : json_object();
	if (field != NULL || json_object_get(fill, "field") == NULL) {
		label = field != NULL ? message_field_label(ctx, rows, field) :
		    talloc_strdup(ctx, i18n_text(N_("Entry")));
		json_object_set_new(fill, "field", json_string(label));
		talloc_free(label);
	}
	if (state != NULL)
		json_object_set_new(fill, "state",
		    json_string(word_text(state)));
	if (json_object_get(fill, "what") == NULL && msg != NULL)
		json_object_set_new(fill, "what", json_string(i18n_text(msg)));
	out = message_fill(ctx, i18n_text(text), fill);
	range = range_text(NULL, rows, field, rule);
	out = talloc_strdup_append_buffer(out, range);
	talloc_free(range);
	json_decref(fill);
	return out;
}

char *
message_error(TALLOC_CTX *ctx, const char *method, const json_t *error)
{
	const struct rpc_method	*m;

	m = method != NULL ? rpc_method_find(method) : NULL;
	return message_error_fields(ctx, m != NULL ? m->params : NULL, error);
}

json_t *
message_from_err(const struct err *e)
{
	json_t	*out, *args;

	out = json_pack("{s:s,s:s}", "code", err_name(e->code), "message",
	    e->msg != NULL ? e->msg : "");
	if (e->field != NULL)
		json_object_set_new(out, "field", json_string(e->field));
	if (e->args != NULL) {
		args = json_loads(e->args, 0, NULL);
		if (args != NULL)
			json_object_set_new(out, "args", args);
	}
	return out;
}

char *
message_text(TALLOC_CTX *ctx, const char *msgid, ...)
{
	json_t		*args = json_object();
	const char	*name, *value;
	char		*out;
	va_list		 ap;

	va_start(ap, msgid);
	while ((name = va_arg(ap, const char *)) != NULL) {
		value = va_arg(ap, const char *);
		json_object_set_new(args, name,
		    json_string(value != NULL ? value : ""));
	}
	va_end(ap);
	out = message_fill(ctx, i18n_text(msgid), args);
	json_decref(args);
	return out;
}
