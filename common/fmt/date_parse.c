/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fmt/date.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/*
 * One field holds at most three numbers and a month's name, whatever order
 * and separators people choose; split() finds those and the shapes below give
 * them a meaning.
 */
#define PARTS	3

struct parts {
	int	n;			/* numbers found */
	int	v[PARTS];
	int	digits[PARTS];
	int	month;			/* by name, 0 if none */
	int	month_at;		/* numbers before it */
};

static int
bad_date(struct err *e)
{
	return err_field(e, NULL, "format", "%s", "this is not a date");
}

static int
no_date(struct err *e)
{
	return err_field(e, NULL, "value", "%s", "there is no such day");
}

static int
bad_period(struct err *e)
{
	return err_field(e, NULL, "format", "%s", "this is not a month");
}

static int
done(struct date d, struct date *out, struct err *e)
{
	if (!date_valid(d))
		return no_date(e);
	*out = d;
	return 0;
}

/* The month whose name in either language starts with these letters. */
static int
month_by_name(const char *s, size_t len)
{
	const char	*name;
	int		 m, l;

	if (len < 3)
		return 0;
	if (len == 3 && (strncasecmp(s, "agt", 3) == 0 ||
	    strncasecmp(s, "ags", 3) == 0))
		return 8;
	for (m = 1; m <= 12; m++)
		for (l = FMT_ID; l <= FMT_EN; l++) {
			name = date_month_name(m, true, (enum fmt_lang)l);
			if (len <= strlen(name) &&
			    strncasecmp(s, name, len) == 0)
				return m;
			name = date_month_name(m, false, (enum fmt_lang)l);
			if (len == 3 && strncasecmp(s, name, len) == 0)
				return m;
		}
	return 0;
}

/* Numbers and at most one month's name, with one separator or none between. */
static int
split(const char *s, struct parts *p)
{
	size_t	len;

	memset(p, 0, sizeof(*p));
	while (*s != '\0') {
		if (isdigit((unsigned char)*s)) {
			if (p->n == PARTS)
				return -1;
			for (; isdigit((unsigned char)*s); s++) {
				if (++p->digits[p->n] > 8)
					return -1;
				p->v[p->n] = p->v[p->n] * 10 + (*s - '0');
			}
			p->n++;
		} else if (isalpha((unsigned char)*s)) {
			for (len = 0; isalpha((unsigned char)s[len]); len++)
				continue;
			if (p->month != 0)
				return -1;
			p->month = month_by_name(s, len);
			if (p->month == 0)
				return -1;
			p->month_at = p->n;
			s += len;
		} else
			return -1;
		if (*s == '/' || *s == '-' || *s == '.' || *s == ' ') {
			s++;
			if (*s == '\0')
				return -1;
		}
	}
	return p->n == 0 && p->month == 0 ? -1 : 0;
}

static int
year_of(int v, int digits)
{
	if (digits == 4)
		return v;
	if (digits != 2)
		return 0;
	return v < 70 ? 2000 + v : 1900 + v;
}

/* A day alone: this month's, or the next one that is not past. */
static int
day_only(int d, struct date today, bool future, struct date *out,
    struct err *e)
{
	struct period	p = { today.y, today.m };
	struct date	t = { p.y, p.m, d };
	int		i;

	if (d < 1 || d > 31)
		return no_date(e);
	/* Two months in a row never both lack a day. */
	for (i = 0; future && i < 3; i++) {
		if (date_valid(t) && date_cmp(t, today) >= 0)
			break;
		p = period_add(p, 1);
		t = (struct date){ p.y, p.m, d };
	}
	return done(t, out, e);
}

/* A day and month: this year's, or the next one that is not past. */
static int
day_month(int d, int m, struct date today, bool future, struct date *out,
    struct err *e)
{
	struct date	t = { today.y, m, d };
	int		i;

	/* 29 February may be eight years away. */
	for (i = 0; future && i < 9; i++, t.y++)
		if (date_valid(t) && date_cmp(t, today) >= 0)
			break;
	return done(t, out, e);
}

static int
by_parts(const struct parts *p, struct date today, bool future,
    struct date *out, struct err *e)
{
	int	v = p->v[0];

	if (p->month != 0) {
		if (p->n == 0 || p->n > 2 || p->month_at != 1)
			return bad_date(e);
		if (p->n == 1)
			return day_month(v, p->month, today, future, out, e);
		return done((struct date){ year_of(p->v[1], p->digits[1]),
		    p->month, v }, out, e);
	}
	if (p->n == 3 && p->digits[0] == 4)
		return done((struct date){ v, p->v[1], p->v[2] }, out, e);
	if (p->n == 3)
		return done((struct date){ year_of(p->v[2], p->digits[2]),
		    p->v[1], v }, out, e);
	if (p->n == 2 && p->digits[0] <= 2 && p->digits[1] <= 2)
		return day_month(v, p->v[1], today, future, out, e);
	if (p->n != 1)
		return bad_date(e);
	switch (p->digits[0]) {
	case 1:
	case 2:
		return day_only(v, today, future, out, e);
	case 4:
		return day_month(v / 100, v % 100, today, future, out, e);
	case 6:
		return done((struct date){ year_of(v % 100, 2), v / 100 % 100,
		    v / 10000 }, out, e);
	case 8:
		return done((struct date){ v % 10000, v / 10000 % 100,
		    v / 1000000 }, out, e);
	}
	return bad_date(e);
}

/* A sign, up to five digits and a unit: days, m weeks, b months, t years. */
static int
by_offset(const char *s, struct date today, struct date *out, struct err *e)
{
	int	sign = *s == '-' ? -1 : 1, n = 0, digits = 0;

	for (s++; isdigit((unsigned char)*s); s++) {
		if (++digits > 5)
			return no_date(e);
		n = n * 10 + (*s - '0');
	}
	if (digits == 0 || (*s != '\0' && s[1] != '\0'))
		return bad_date(e);
	n *= sign;
	switch (tolower((unsigned char)*s)) {
	case '\0':
	case 'h':
		return done(date_add_days(today, n), out, e);
	case 'm':
		return done(date_add_days(today, 7 * n), out, e);
	case 'b':
		return done(date_add_months(today, n), out, e);
	case 't':
		return done(date_add_months(today, 12 * n), out, e);
	}
	return bad_date(e);
}

static int
by_word(const char *s, struct date today, struct date *out)
{
	static const struct {
		const char	*word;
		int		 days;
	} words[] = {
		{ ".", 0 }, { "hi", 0 }, { "hari ini", 0 }, { "today", 0 },
		{ "b", 1 }, { "besok", 1 }, { "tomorrow", 1 },
		{ "k", -1 }, { "kemarin", -1 }, { "yesterday", -1 },
	};
	struct period	p = { today.y, today.m };
	size_t		i;
	int		wd, l;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcasecmp(s, words[i].word) == 0) {
			*out = date_add_days(today, words[i].days);
			return 0;
		}
	if (strcasecmp(s, "aw") == 0) {
		*out = period_first(p);
		return 0;
	}
	if (strcasecmp(s, "ab") == 0) {
		*out = period_last(p);
		return 0;
	}
	for (wd = 0; wd < 7; wd++)
		for (l = FMT_ID; l <= FMT_EN; l++)
			if (strcasecmp(s, date_weekday_name(wd,
			    (enum fmt_lang)l)) == 0) {
				*out = date_add_days(today, 1 +
				    (wd - date_weekday(today) + 6) % 7);
				return 0;
			}
	return -1;
}

int
date_parse(const char *s, struct date today, bool future, struct date *out,
    struct err *e)
{
	char		buf[40];
	struct parts	p;
	size_t		n;

	while (*s == ' ')
		s++;
	for (n = strlen(s); n > 0 && s[n - 1] == ' '; n--)
		continue;
	if (n == 0)
		return err_field(e, NULL, "required", "%s",
		    "a date is missing");
	if (n >= sizeof(buf))
		return bad_date(e);
	memcpy(buf, s, n);
	buf[n] = '\0';
	if (by_word(buf, today, out) == 0)
		return done(*out, out, e);
	if (*buf == '+' || *buf == '-')
		return by_offset(buf, today, out, e);
	if (split(buf, &p) == -1)
		return bad_date(e);
	return by_parts(&p, today, future, out, e);
}

/* Exactly this many digits at s, and nothing else. */
static int
digits_at(const char *s, int n, int *v)
{
	for (*v = 0; n > 0; n--, s++) {
		if (!isdigit((unsigned char)*s))
			return -1;
		*v = *v * 10 + (*s - '0');
	}
	return 0;
}

int
date_parse_iso(const char *s, struct date *out, struct err *e)
{
	struct date	d;

	if (strlen(s) != 10 || s[4] != '-' || s[7] != '-' ||
	    digits_at(s, 4, &d.y) == -1 || digits_at(s + 5, 2, &d.m) == -1 ||
	    digits_at(s + 8, 2, &d.d) == -1)
		return bad_date(e);
	return done(d, out, e);
}

int
period_parse_iso(const char *s, struct period *out, struct err *e)
{
	struct period	p;

	if (strlen(s) != 7 || s[4] != '-' || digits_at(s, 4, &p.y) == -1 ||
	    digits_at(s + 5, 2, &p.m) == -1 || !date_valid(period_first(p)))
		return bad_period(e);
	*out = p;
	return 0;
}

static int
period_by_parts(const struct parts *p, struct date today, struct period *o)
{
	int	v = p->v[0];

	if (p->month != 0) {
		if (p->n > 1)
			return -1;
		o->m = p->month;
		o->y = p->n == 0 ? today.y : year_of(v, p->digits[0]);
	} else if (p->n == 2 && p->digits[0] == 4) {
		o->y = v;
		o->m = p->v[1];
	} else if (p->n == 2) {
		o->m = v;
		o->y = year_of(p->v[1], p->digits[1]);
	} else if (p->n == 1 && p->digits[0] <= 2) {
		o->m = v;
		o->y = today.y;
	} else if (p->n == 1 && p->digits[0] == 4) {
		o->m = v / 100;
		o->y = year_of(v % 100, 2);
	} else if (p->n == 1 && p->digits[0] == 6) {
		o->m = v / 10000;
		o->y = v % 10000;
	} else
		return -1;
	return 0;
}

int
period_parse(const char *s, struct date today, struct period *out,
    struct err *e)
{
	struct period	o = { today.y, today.m };
	char		buf[32];
	struct parts	p;
	size_t		n;
	int		k;

	while (*s == ' ')
		s++;
	for (n = strlen(s); n > 0 && s[n - 1] == ' '; n--)
		continue;
	if (n == 0 || n >= sizeof(buf))
		return bad_period(e);
	memcpy(buf, s, n);
	buf[n] = '\0';
	if (*buf == '+' || *buf == '-') {
		if (n < 2 || n > 4 || digits_at(buf + 1, (int)n - 1, &k) == -1)
			return bad_period(e);
		o = period_add(o, *buf == '-' ? -k : k);
	} else if (strcmp(buf, ".") != 0 && (split(buf, &p) == -1 ||
	    period_by_parts(&p, today, &o) == -1))
		return bad_period(e);
	if (!date_valid(period_first(o)))
		return bad_period(e);
	*out = o;
	return 0;
}
