/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "value.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "fmt/money.h"
#include "fmt/phone.h"
#include "i18n.h"
#include "message.h"

static enum fmt_lang
lang(void)
{
	return fmt_lang_of(i18n_lang());
}

/* Anything as text, for types that do not fit their column. */
static char *
value_plain(TALLOC_CTX *ctx, const json_t *v)
{
	if (v == NULL || json_is_null(v))
		return talloc_strdup(ctx, "");
	if (json_is_string(v))
		return talloc_strdup(ctx, json_string_value(v));
	if (json_is_integer(v))
		return talloc_asprintf(ctx, "%lld",
		    (long long)json_integer_value(v));
	if (json_is_real(v))
		return talloc_asprintf(ctx, "%.10g", json_real_value(v));
	if (json_is_boolean(v))
		return talloc_strdup(ctx, i18n_text(json_is_true(v) ?
		    N_("yes") : N_("no")));
	return message_json(ctx, v, JSON_COMPACT);
}

static char *
instant_text(TALLOC_CTX *ctx, const char *s, const char *zone)
{
	struct local_time	t;
	int64_t			secs;

	if (instant_parse(s, &secs, NULL) == -1 ||
	    instant_local(secs, zone, &t, NULL) == -1)
		return talloc_strdup(ctx, s);
	return local_format(ctx, &t, false);
}

static char *
micros_text(TALLOC_CTX *ctx, int64_t us)
{
	return talloc_asprintf(ctx, "%lld%c%lld", (long long)(us / 1000),
	    lang() == FMT_ID ? ',' : '.', (long long)(us % 1000 / 100));
}

static char *
seconds_text(TALLOC_CTX *ctx, int64_t s)
{
	if (s >= 86400)
		return talloc_asprintf(ctx, "%lld %s %lld %s",
		    (long long)(s / 86400), i18n_text(N_("d")),
		    (long long)(s % 86400 / 3600), i18n_text(N_("hr")));
	return talloc_asprintf(ctx, "%lld %s %lld %s",
	    (long long)(s / 3600), i18n_text(N_("hr")),
	    (long long)(s % 3600 / 60), i18n_text(N_("min")));
}

static char *
string_text(TALLOC_CTX *ctx, enum col_type type, const char *s,
    const char *zone)
{
	struct date	d;
	struct period	p;

	switch (type) {
	case COL_DATE:
		return date_parse_iso(s, &d, NULL) == 0 ? date_format(ctx, d) :
		    talloc_strdup(ctx, s);
	case COL_PERIOD:
		return period_parse_iso(s, &p, NULL) == 0 ?
		    period_short(ctx, p, lang()) : talloc_strdup(ctx, s);
	case COL_INSTANT:
		return instant_text(ctx, s, zone);
	case COL_STATUS:
		return talloc_strdup(ctx, word_text(s));
	case COL_PHONE:
		return phone_display(ctx, s);
	case COL_LABEL:
		return talloc_strdup(ctx, i18n_text(s));
	case COL_TEXT:
	case COL_MONEY:
	case COL_COUNT:
	case COL_PERCENT:
	case COL_BOOL:
	case COL_MICROS:
	case COL_SECONDS:
		break;
	}
	return talloc_strdup(ctx, s);
}

char *
value_text(TALLOC_CTX *ctx, enum col_type type, const json_t *v,
    const char *zone)
{
	int64_t	n;

	if (json_is_string(v))
		return string_text(ctx, type, json_string_value(v), zone);
	if (type == COL_BOOL)
		return talloc_strdup(ctx, json_is_true(v) ?
		    i18n_text(N_("yes")) : "-");
	if (json_is_integer(v)) {
		n = json_integer_value(v);
		switch (type) {
		case COL_MONEY:
		case COL_COUNT:
			return money_format(ctx, n);
		case COL_PERCENT:
			return talloc_asprintf(ctx, "%lld%%", (long long)n);
		case COL_MICROS:
			return micros_text(ctx, n);
		case COL_SECONDS:
			return seconds_text(ctx, n);
		case COL_TEXT:
		case COL_DATE:
		case COL_PERIOD:
		case COL_INSTANT:
		case COL_STATUS:
		case COL_PHONE:
		case COL_BOOL:
		case COL_LABEL:
			break;
		}
	}
	if (type == COL_PERCENT && json_is_real(v))
		return talloc_asprintf(ctx, "%.10g%%", json_real_value(v));
	return value_plain(ctx, v);
}

enum attr
value_attr(enum col_type type, const json_t *v)
{
	const struct word	*w;

	if (type != COL_STATUS)
		return T_TEXT;
	w = word_find(json_string_value(v));
	return w != NULL ? w->attr : T_TEXT;
}

bool
value_is_right(enum col_type type)
{
	return type == COL_MONEY || type == COL_COUNT || type == COL_PERCENT ||
	    type == COL_MICROS || type == COL_SECONDS;
}

char *
value_edit(TALLOC_CTX *ctx, const struct field *f, const json_t *v)
{
	struct date	 d;
	struct period	 p;
	const char	*s = json_string_value(v), *k;
	json_t		*item;
	char		*out;
	size_t		 i;

	switch (f->type) {
	case F_MONEY:
		if (json_is_integer(v))
			return money_format(ctx, json_integer_value(v));
		break;
	case F_DATE:
		if (s != NULL && date_parse_iso(s, &d, NULL) == 0)
			return date_format(ctx, d);
		break;
	case F_PERIOD:
		if (s != NULL && period_parse_iso(s, &p, NULL) == 0)
			return period_short(ctx, p, lang());
		break;
	case F_PHONE:
		if (s != NULL)
			return phone_display(ctx, s);
		break;
	case F_ENUM:
		if (s != NULL)
			return talloc_strdup(ctx, word_text(s));
		break;
	case F_BOOL:
		return talloc_strdup(ctx, json_is_boolean(v) ?
		    i18n_text(json_is_true(v) ? N_("yes") : N_("no")) : "");
	case F_NUMBERS:
		out = talloc_strdup(ctx, "");
		json_array_foreach(v, i, item) {
			k = json_string_value(item);
			if (k != NULL)
				out = talloc_asprintf_append_buffer(out,
				    "%s%s", i > 0 ? ", " : "", k);
		}
		return out;
	case F_TEXT: case F_NOTE: case F_CODE: case F_INT: case F_INSTANT:
	case F_EMAIL: case F_IP: case F_DECIMAL: case F_REF: case F_UUID:
	case F_SECRET: case F_LIST: case F_OBJECT:
		break;
	}
	return value_plain(ctx, v);
}

/* "ya", "y", "x", "1" and the words of the language. */
static json_t *
parse_bool(const struct field *f, const char *s, struct err *e)
{
	static const char *const	yes[] = { "y", "ya", "yes", "x", "1",
					    "true", NULL };
	static const char *const	no[] = { "t", "tidak", "n", "no", "-",
					    "0", "false", NULL };
	size_t				i;

	for (i = 0; yes[i] != NULL; i++)
		if (strcasecmp(s, yes[i]) == 0)
			return json_true();
	for (i = 0; no[i] != NULL; i++)
		if (strcasecmp(s, no[i]) == 0)
			return json_false();
	err_field(e, f->key, "value", "neither yes nor no");
	return NULL;
}

static json_t *
parse_enum(const struct field *f, const char *s, struct err *e)
{
	const char *const	*v;

	for (v = f->values; *v != NULL; v++)
		if (strcasecmp(*v, s) == 0 ||
		    strcasecmp(word_text(*v), s) == 0)
			return json_string(*v);
	err_field(e, f->key, "value", "%s is none of the choices", f->key);
	return NULL;
}

static json_t *
parse_int(const struct field *f, const char *s, struct err *e)
{
	char		*end;
	long long	 n;

	errno = 0;
	n = strtoll(s, &end, 10);
	if (errno != 0 || end == s || *end != '\0') {
		err_field(e, f->key, "integer", "%s is no whole number", s);
		return NULL;
	}
	return json_integer(n);
}

static json_t *
parse_numbers(const char *s)
{
	json_t	*out = json_array();
	char	*copy = talloc_strdup(NULL, s), **part, *t;
	size_t	 i, n;

	for (t = copy; *t != '\0'; t++)
		if (*t == ' ' || *t == ';')
			*t = ',';
	part = text_split(copy, copy, ',', &n);
	for (i = 0; i < n; i++)
		if (part[i][0] != '\0')
			json_array_append_new(out, json_string(part[i]));
	talloc_free(copy);
	return out;
}

static json_t *
parse_typed(const struct field *f, const char *s, struct date today,
    struct err *e)
{
	struct date	 d;
	struct period	 p;
	int64_t		 n;
	char		*text = NULL;
	json_t		*out = NULL;

	switch (f->type) {
	case F_MONEY:
		return money_parse(s, 0, false, &n, e) == 0 ? json_integer(n) :
		    NULL;
	case F_INT:
		return parse_int(f, s, e);
	case F_DATE:
		if (date_parse(s, today, true, &d, e) == 0)
			text = date_iso(NULL, d);
		break;
	case F_PERIOD:
		if (period_parse(s, today, &p, e) == 0)
			text = period_iso(NULL, p);
		break;
	case F_PHONE:
		text = phone_normalise(NULL, s, e);
		break;
	case F_BOOL:
		return parse_bool(f, s, e);
	case F_ENUM:
		return parse_enum(f, s, e);
	case F_NUMBERS:
		return parse_numbers(s);
	case F_DECIMAL:
		text = talloc_strdup(NULL, s);
		for (n = 0; text[n] != '\0'; n++)
			if (text[n] == ',')
				text[n] = '.';
		break;
	case F_TEXT: case F_NOTE: case F_CODE: case F_INSTANT: case F_EMAIL:
	case F_IP: case F_REF: case F_UUID: case F_SECRET: case F_LIST:
	case F_OBJECT:
		return json_string(s);
	}
	if (text != NULL)
		out = json_string(text);
	talloc_free(text);
	return out;
}

json_t *
value_parse(const struct field *f, const char *text, struct date today,
    struct err *e)
{
	char	*s;
	json_t	*v;

	/* A password may begin or end with a blank; nothing else does. */
	s = f->type == F_SECRET ? talloc_strdup(NULL, text) :
	    text_trim(NULL, text);
	if (*s == '\0') {
		talloc_free(s);
		return json_null();
	}
	v = parse_typed(f, s, today, e);
	if (f->type == F_SECRET)
		explicit_bzero(s, strlen(s));
	talloc_free(s);
	if (v == NULL) {
		if (e != NULL && e->field == NULL)
			e->field = talloc_strdup(NULL, f->key);
		return NULL;
	}
	if (field_check(f, v, e) == -1) {
		json_decref(v);
		return NULL;
	}
	return v;
}

char *
value_echo(TALLOC_CTX *ctx, const struct field *f, const char *text,
    struct date today)
{
	struct date	 d;
	struct period	 p;
	int64_t		 n;
	char		*sum, *out;

	if (*text == '\0')
		return NULL;
	if (f->type == F_MONEY) {
		if (money_parse(text, 0, false, &n, NULL) == -1)
			return NULL;
		sum = money_format(ctx, n);
		out = strcmp(sum, text) == 0 ? NULL :
		    talloc_asprintf(ctx, "= %s", sum);
		talloc_free(sum);
		return out;
	}
	if (f->type == F_DATE && date_parse(text, today, true, &d, NULL) == 0)
		return date_long(ctx, d, today, lang());
	if (f->type == F_PERIOD && period_parse(text, today, &p, NULL) == 0)
		return period_long(ctx, p, lang());
	return NULL;
}
