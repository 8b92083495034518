/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "query.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "fmt/money.h"
#include "i18n.h"
#include "value.h"

struct target {
	const char	*key;
	enum col_type	 type;
};

/* "Jatuh tempo" may be typed as jatuhtempo, jatuh or due. */
static bool
label_is(const char *label, const char *word, size_t n)
{
	if (label == NULL)
		return false;
	while (n > 0 && *label != '\0') {
		if (*label == ' ' || *label == '.') {
			label++;
			continue;
		}
		if (strncasecmp(label, word, 1) != 0)
			return false;
		label++;
		word++;
		n--;
	}
	return n == 0;
}

static enum col_type
type_of_field(enum field_type t)
{
	switch ((int)t) {
	case F_MONEY:
		return COL_MONEY;
	case F_DATE:
		return COL_DATE;
	case F_PERIOD:
		return COL_PERIOD;
	case F_INT:
		return COL_COUNT;
	case F_BOOL:
		return COL_BOOL;
	case F_ENUM:
		return COL_STATUS;
	case F_PHONE:
		return COL_PHONE;
	default:
		return COL_TEXT;
	}
}

static bool
column_find(const struct screen *s, const char *word, size_t n,
    struct target *t)
{
	const struct column	*c;
	const struct field	*f;
	int			 pass;

	/* The exact key first, then what a label begins with. */
	for (pass = 0; pass < 2; pass++) {
		for (f = s->filters; f != NULL && f->key != NULL; f++)
			if (pass == 0 ? strlen(f->key) == n &&
			    strncmp(f->key, word, n) == 0 :
			    label_is(i18n_text(f->label), word, n) ||
			    label_is(f->label, word, n)) {
				t->key = f->key;
				t->type = type_of_field(f->type);
				return true;
			}
		for (c = s->columns; c != NULL && c->key != NULL; c++)
			if (pass == 0 ? strlen(c->key) == n &&
			    strncmp(c->key, word, n) == 0 :
			    label_is(i18n_text(c->label), word, n) ||
			    label_is(c->label, word, n)) {
				t->key = c->key;
				t->type = c->type;
				return true;
			}
	}
	return false;
}

/* One value as the wire wants it; NULL while it is not finished. */
static json_t *
value_of(enum col_type type, const char *s, struct date today)
{
	struct date	 d;
	struct period	 p;
	int64_t		 n;
	char		*text = NULL;
	const char	*wire;
	json_t		*out = NULL;

	if (*s == '\0')
		return NULL;
	switch (type) {
	case COL_MONEY:
	case COL_COUNT:
	case COL_PERCENT:
	case COL_MICROS:
	case COL_SECONDS:
		return money_parse(s, 0, false, &n, NULL) == 0 ?
		    json_integer(n) : NULL;
	case COL_DATE:
	case COL_INSTANT:
		if (date_parse(s, today, false, &d, NULL) == 0)
			text = date_iso(NULL, d);
		break;
	case COL_PERIOD:
		if (period_parse(s, today, &p, NULL) == 0)
			text = period_iso(NULL, p);
		break;
	case COL_STATUS:
		wire = word_wire(s);
		return json_string(wire != NULL ? wire : s);
	case COL_BOOL:
		return json_boolean(strchr("yY1xX", *s) != NULL);
	case COL_TEXT:
	case COL_PHONE:
	case COL_LABEL:
		return json_string(s);
	}
	if (text != NULL)
		out = json_string(text);
	talloc_free(text);
	return out;
}

/* ">100rb", "!isolir": the operator stays, the value is translated. */
static json_t *
value_with_op(enum col_type type, const char *s, struct date today)
{
	size_t	 n = strspn(s, "<>=!");
	json_t	*v = value_of(type, s + n, today), *out;
	char	*text;

	if (v == NULL || n == 0)
		return v;
	text = json_is_integer(v) ? talloc_asprintf(NULL, "%.*s%lld", (int)n,
	    s, (long long)json_integer_value(v)) :
	    talloc_asprintf(NULL, "%.*s%s", (int)n, s,
	    json_is_string(v) ? json_string_value(v) : "");
	out = json_string(text);
	talloc_free(text);
	json_decref(v);
	return out;
}

static json_t *
condition(TALLOC_CTX *ctx, enum col_type type, const char *s,
    struct date today)
{
	const char	 *dots = strstr(s, "..");
	json_t		 *out, *v;
	char		**part;
	size_t		  i, n;

	if (dots != NULL) {
		out = json_object();
		part = talloc_array(ctx, char *, 2);
		part[0] = talloc_strndup(part, s, (size_t)(dots - s));
		v = value_of(type, part[0], today);
		if (v != NULL)
			json_object_set_new(out, "from", v);
		v = value_of(type, dots + 2, today);
		if (v != NULL)
			json_object_set_new(out, "to", v);
		return out;
	}
	/* In a sum the comma is a decimal sign. */
	if (strchr(s, ',') == NULL || type == COL_MONEY)
		return value_with_op(type, s, today);
	out = json_array();
	part = text_split(ctx, s, ',', &n);
	for (i = 0; i < n; i++) {
		v = value_of(type, part[i], today);
		if (v != NULL)
			json_array_append_new(out, v);
	}
	return out;
}

static void
word_add(struct query *qy, const struct screen *s, const char *word,
    struct date today)
{
	const char	*colon = strchr(word, ':');
	struct target	 t;
	json_t		*v;

	if (*word == '\0')
		return;
	if (word[0] == '!' && word[1] != '\0') {
		qy->exclude = talloc_strdup(qy, word + 1);
		return;
	}
	if (colon != NULL && colon != word && column_find(s, word,
	    (size_t)(colon - word), &t)) {
		v = condition(qy, t.type, colon + 1, today);
		if (v != NULL)
			json_object_set_new(qy->filter, t.key, v);
		return;
	}
	if (colon != NULL && colon != word)
		qy->wrong = talloc_strndup(qy, word, (size_t)(colon - word));
	else if (qy->q == NULL)
		qy->q = talloc_strdup(qy, word);
	else
		qy->q = talloc_asprintf_append_buffer(qy->q, " %s", word);
}

static int
query_free(struct query *qy)
{
	json_decref(qy->filter);
	return 0;
}

struct query *
query_parse(TALLOC_CTX *ctx, const struct screen *s, const char *line,
    struct date today)
{
	struct query	 *qy = talloc_zero(ctx, struct query);
	char		**word;
	size_t		  i, n;

	qy->filter = json_object();
	talloc_set_destructor(qy, query_free);
	word = text_split(qy, line, ' ', &n);
	for (i = 0; i < n; i++)
		word_add(qy, s, word[i], today);
	return qy;
}
