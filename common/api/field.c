/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/field.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define TEXT_MAX_DEFAULT	255
#define NOTE_MAX_DEFAULT	4000
/* Above any sum an ISP meets; keeps every product of two within 64 bits. */
#define MONEY_MAX_DEFAULT	INT64_C(1000000000000)

size_t
field_count(const struct field *rows)
{
	size_t	n = 0;

	if (rows != NULL)
		while (rows[n].key != NULL)
			n++;
	return n;
}

const struct field *
field_find(const struct field *rows, const char *key)
{
	if (rows == NULL)
		return NULL;
	for (; rows->key != NULL; rows++)
		if (strcmp(rows->key, key) == 0)
			return rows;
	return NULL;
}

const char *
field_type_name(enum field_type t)
{
	switch (t) {
	case F_TEXT:	return "text";
	case F_NOTE:	return "note";
	case F_CODE:	return "code";
	case F_INT:	return "integer";
	case F_MONEY:	return "money";
	case F_DATE:	return "date";
	case F_PERIOD:	return "period";
	case F_INSTANT:	return "instant";
	case F_PHONE:	return "phone";
	case F_EMAIL:	return "email";
	case F_IP:	return "ip";
	case F_DECIMAL:	return "decimal";
	case F_BOOL:	return "boolean";
	case F_ENUM:	return "choice";
	case F_REF:	return "reference";
	case F_UUID:	return "uuid";
	case F_SECRET:	return "secret";
	case F_LIST:	return "list";
	case F_NUMBERS:	return "numbers";
	case F_OBJECT:	return "object";
	}
	bug("field type %d", (int)t);
}

/* Length in code points, or -1 where s holds what the type does not allow. */
static int64_t
text_length(const char *s, bool lines)
{
	int64_t	n = 0;
	int32_t	cp;
	int	k;

	while ((k = text_next(s, &cp)) > 0) {
		if (text_is_control(cp) &&
		    !(lines && (cp == '\n' || cp == '\t')))
			return -1;
		n++;
		s += k;
	}
	return k == 0 ? n : -1;
}

static int
check_text(const struct field *f, const json_t *v, struct err *e)
{
	int64_t		 len, max = f->max;
	const char	*s = json_string_value(v);

	if (s == NULL)
		return err_field(e, f->key, "type", "%s must be text", f->key);
	len = text_length(s, f->type == F_NOTE);
	if (len == -1)
		return err_field(e, f->key, "control",
		    "%s holds a control character", f->key);
	if (max == 0)
		max = f->type == F_NOTE ? NOTE_MAX_DEFAULT : TEXT_MAX_DEFAULT;
	if (len > max || len < f->min)
		return err_field(e, f->key, "length",
		    "%s has %lld characters, %lld to %lld are allowed", f->key,
		    (long long)len, (long long)f->min, (long long)max);
	if (f->type != F_NOTE && f->type != F_SECRET && len > 0) {
		/* Blank text is no text. */
		for (; *s != '\0' && isspace((unsigned char)*s); s++)
			;
		if (*s == '\0' && (f->flags & FIELD_REQUIRED))
			return err_field(e, f->key, "required",
			    "%s must not be blank", f->key);
	}
	return 0;
}

static int
check_int(const struct field *f, const json_t *v, struct err *e)
{
	int64_t	n, min = f->min, max = f->max;

	if (!json_is_integer(v))
		return err_field(e, f->key, "integer",
		    "%s must be a whole number", f->key);
	if (min == 0 && max == 0) {
		max = f->type == F_MONEY ? MONEY_MAX_DEFAULT : INT32_MAX;
		min = f->type == F_MONEY ? 0 : INT32_MIN;
	}
	n = json_integer_value(v);
	if (n < min)
		return err_field(e, f->key, "min", "%s must be at least %lld",
		    f->key, (long long)min);
	if (n > max)
		return err_field(e, f->key, "max", "%s must be at most %lld",
		    f->key, (long long)max);
	return 0;
}

static bool
digits_are(const char *s, size_t from, size_t n)
{
	size_t	i;

	for (i = from; i < from + n; i++)
		if (!isdigit((unsigned char)s[i]))
			return false;
	return true;
}

static int
two(const char *s)
{
	return (s[0] - '0') * 10 + (s[1] - '0');
}

static bool
date_valid(const char *s)
{
	static const int	days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30,
				    31, 30, 31 };
	int			y, m, d, last;

	if (strlen(s) < 10 || !digits_are(s, 0, 4) || s[4] != '-' ||
	    !digits_are(s, 5, 2) || s[7] != '-' || !digits_are(s, 8, 2))
		return false;
	y = two(s) * 100 + two(s + 2);
	m = two(s + 5);
	d = two(s + 8);
	if (y < 1900 || m < 1 || m > 12 || d < 1)
		return false;
	last = days[m - 1];
	if (m == 2 && ((y % 4 == 0 && y % 100 != 0) || y % 400 == 0))
		last = 29;
	return d <= last;
}

static bool
instant_valid(const char *s)
{
	size_t	i = 19;

	if (strlen(s) < 20 || !date_valid(s) || s[10] != 'T' ||
	    !digits_are(s, 11, 2) || s[13] != ':' || !digits_are(s, 14, 2) ||
	    s[16] != ':' || !digits_are(s, 17, 2))
		return false;
	if (two(s + 11) > 23 || two(s + 14) > 59 || two(s + 17) > 60)
		return false;
	if (s[i] == '.')
		for (i++; isdigit((unsigned char)s[i]); i++)
			;
	return s[i] == 'Z' && s[i + 1] == '\0';
}

static bool
phone_valid(const char *s)
{
	int	n = 0;

	if (*s == '+')
		s++;
	for (; *s != '\0'; s++) {
		if (isdigit((unsigned char)*s))
			n++;
		else if (*s != ' ' && *s != '-')
			return false;
	}
	return n >= 8 && n <= 15;
}

static bool
email_valid(const char *s)
{
	const char	*at = strchr(s, '@');

	return at != NULL && at != s && strchr(at + 1, '@') == NULL &&
	    strchr(at + 1, '.') != NULL && strpbrk(s, " <>\"") == NULL &&
	    at[strlen(at) - 1] != '.';
}

static bool
uuid_valid(const char *s)
{
	size_t	i;

	if (strlen(s) != 36)
		return false;
	for (i = 0; i < 36; i++) {
		if (i == 8 || i == 13 || i == 18 || i == 23) {
			if (s[i] != '-')
				return false;
		} else if (!isxdigit((unsigned char)s[i]))
			return false;
	}
	return true;
}

static bool
decimal_valid(const char *s)
{
	int	digits = 0, frac = 0;

	if (*s == '-')
		s++;
	for (; isdigit((unsigned char)*s); s++)
		digits++;
	if (*s == '.')
		for (s++; isdigit((unsigned char)*s); s++)
			frac++;
	return *s == '\0' && digits > 0 && digits <= 9 && frac <= 9;
}

static bool
code_valid(const char *s)
{
	for (; *s != '\0'; s++)
		if (!isalnum((unsigned char)*s) && strchr("._/-@:", *s) == NULL)
			return false;
	return true;
}

static bool
ip_valid(const char *s)
{
	unsigned char	buf[sizeof(struct in6_addr)];

	return inet_pton(AF_INET, s, buf) == 1 ||
	    inet_pton(AF_INET6, s, buf) == 1;
}

/* A string that must satisfy a form. */
static int
check_form(const struct field *f, const json_t *v, struct err *e)
{
	const char	*s = json_string_value(v);
	bool		 ok;

	if (s == NULL)
		return err_field(e, f->key, "type", "%s must be text", f->key);
	switch (f->type) {
	case F_DATE:
		ok = strlen(s) == 10 && date_valid(s);
		break;
	case F_PERIOD:
		ok = strlen(s) == 7 && digits_are(s, 0, 4) && s[4] == '-' &&
		    digits_are(s, 5, 2) && two(s + 5) >= 1 && two(s + 5) <= 12;
		break;
	case F_INSTANT:
		ok = instant_valid(s);
		break;
	case F_PHONE:
		ok = phone_valid(s);
		break;
	case F_EMAIL:
		ok = strlen(s) <= 254 && email_valid(s) && text_is_clean(s);
		break;
	case F_UUID:
		ok = uuid_valid(s);
		break;
	case F_DECIMAL:
		ok = decimal_valid(s);
		break;
	case F_CODE:
		ok = strlen(s) <= (size_t)(f->max ? f->max : 64) && code_valid(s);
		break;
	default:
		ok = ip_valid(s);
		break;
	}
	if (!ok)
		return err_field(e, f->key, "format", "%s is no valid %s",
		    f->key, field_type_name(f->type));
	return 0;
}

static int
check_enum(const struct field *f, const json_t *v, struct err *e)
{
	const char		*s = json_string_value(v);
	const char *const	*p;

	if (s == NULL)
		return err_field(e, f->key, "type", "%s must be text", f->key);
	for (p = f->values; *p != NULL; p++)
		if (strcmp(*p, s) == 0)
			return 0;
	return err_field(e, f->key, "value", "%s does not know the value",
	    f->key);
}

static int
check_ref(const struct field *f, const json_t *v, struct err *e)
{
	const char	*s = json_string_value(v);

	if (json_is_integer(v))
		return json_integer_value(v) > 0 ? 0 :
		    err_field(e, f->key, "min", "%s must be positive", f->key);
	if (s == NULL)
		return err_field(e, f->key, "type",
		    "%s must be a number or code", f->key);
	if (!text_is_clean(s))
		return err_field(e, f->key, "control",
		    "%s holds a control character", f->key);
	if (strlen(s) > 255)
		return err_field(e, f->key, "length", "%s is too long", f->key);
	return 0;
}

static int
check_array(const struct field *f, const json_t *v, struct err *e)
{
	size_t	 i, n = json_array_size(v);
	int64_t	 max = f->max ? f->max : 200;
	json_t	*item;
	struct err sub = ERR_INIT;

	if (!json_is_array(v))
		return err_field(e, f->key, "type", "%s must be a list", f->key);
	if ((int64_t)n < f->min || (int64_t)n > max)
		return err_field(e, f->key, "length",
		    "%s has %zu rows, %lld to %lld are allowed", f->key, n,
		    (long long)f->min, (long long)max);
	json_array_foreach(v, i, item) {
		if (f->type == F_NUMBERS) {
			if (check_ref(f, item, e) == -1)
				return -1;
			continue;
		}
		if (fields_check(f->sub, item, &sub) == -1) {
			char *at = talloc_asprintf(NULL, "%s.%zu.%s", f->key, i,
			    sub.field != NULL ? sub.field : "");
			talloc_free(sub.field);
			sub.field = at;
			err_move(e, &sub);
			return -1;
		}
	}
	return 0;
}

int
field_check(const struct field *f, const json_t *v, struct err *e)
{
	char	buf[352];
	json_t	*text;
	int	rc;

	switch (f->type) {
	case F_TEXT:
	case F_NOTE:
	case F_SECRET:
		return check_text(f, v, e);
	case F_INT:
	case F_MONEY:
		return check_int(f, v, e);
	case F_DECIMAL:
		if (json_is_number(v)) {
			snprintf(buf, sizeof buf, "%.9f", json_number_value(v));
			text = json_string(buf);
			rc = check_form(f, text, e);
			json_decref(text);
			return rc;
		}
		return check_form(f, v, e);
	case F_CODE:
	case F_DATE:
	case F_PERIOD:
	case F_INSTANT:
	case F_PHONE:
	case F_EMAIL:
	case F_IP:
	case F_UUID:
		return check_form(f, v, e);
	case F_BOOL:
		return json_is_boolean(v) ? 0 : err_field(e, f->key, "type",
		    "%s must be true or false", f->key);
	case F_ENUM:
		return check_enum(f, v, e);
	case F_REF:
		return check_ref(f, v, e);
	case F_LIST:
	case F_NUMBERS:
		return check_array(f, v, e);
	case F_OBJECT:
		return json_is_object(v) ? 0 : err_field(e, f->key, "type",
		    "%s must be an object", f->key);
	}
	bug("field type %d", (int)f->type);
}

static bool
value_empty(const json_t *v)
{
	return v == NULL || json_is_null(v) ||
	    (json_is_string(v) && json_string_length(v) == 0);
}

int
fields_check(const struct field *rows, const json_t *params, struct err *e)
{
	const struct field	*f;
	const char		*key;
	json_t			*v;

	if (!json_is_object(params))
		return err_field(e, "p", "type", "parameters must be an object");
	/* jansson iterates over objects that are not const only. */
	json_object_foreach((json_t *)(uintptr_t)params, key, v) {
		if (field_find(rows, key) == NULL)
			return err_field(e, key, "unknown",
			    "%s is not a parameter of this method", key);
	}
	if (rows == NULL)
		return 0;
	for (f = rows; f->key != NULL; f++) {
		v = json_object_get(params, f->key);
		if (value_empty(v)) {
			if (f->flags & FIELD_REQUIRED)
				return err_field(e, f->key, "required",
				    "%s is required", f->key);
			/* Absent, null and "" all mean: not given (or cleared). */
			continue;
		}
		if (field_check(f, v, e) == -1)
			return -1;
	}
	return 0;
}
