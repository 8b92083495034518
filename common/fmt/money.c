/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fmt/money.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

__extension__ typedef __int128 wide;

int
money_add(struct money a, struct money b, struct money *out)
{
	int64_t	v;

	if (__builtin_add_overflow(a.v, b.v, &v))
		return -1;
	out->v = v;
	return 0;
}

int
money_sub(struct money a, struct money b, struct money *out)
{
	int64_t	v;

	if (__builtin_sub_overflow(a.v, b.v, &v))
		return -1;
	out->v = v;
	return 0;
}

int
money_mul(struct money a, int64_t n, struct money *out)
{
	int64_t	v;

	if (__builtin_mul_overflow(a.v, n, &v))
		return -1;
	out->v = v;
	return 0;
}

int
money_ratio(struct money a, int64_t num, int64_t den, struct money *out)
{
	wide	p, q;

	if (den <= 0)
		return -1;
	p = (wide)a.v * num;
	q = (2 * (p < 0 ? -p : p) + den) / (2 * (wide)den);
	if (p < 0)
		q = -q;
	if (q > INT64_MAX || q < INT64_MIN)
		return -1;
	out->v = (int64_t)q;
	return 0;
}

static char *
money_text(TALLOC_CTX *ctx, const char *unit, int64_t v)
{
	char		 buf[40], *p = buf + sizeof(buf);
	uint64_t	 u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
	int		 digits = 0;

	*--p = '\0';
	do {
		if (digits > 0 && digits % 3 == 0)
			*--p = '.';
		*--p = (char)('0' + u % 10);
		u /= 10;
		digits++;
	} while (u > 0);
	return talloc_asprintf(ctx, "%s%s%s", v < 0 ? "-" : "", unit, p);
}

char *
money_format(TALLOC_CTX *ctx, int64_t v)
{
	return money_text(ctx, "", v);
}

char *
money_rp(TALLOC_CTX *ctx, int64_t v)
{
	return money_text(ctx, "Rp", v);
}

/* ------------------------------------------------------------- parsing */

struct suffix {
	const char	*word;
	int		 zeros;		/* -1: we cannot know what is meant */
};

/* The longest word that matches wins, so longer ones stand first. */
static const struct suffix suffixes[] = {
	{ "miliar", 9 }, { "milyar", 9 }, { "mil", 9 }, { "mi", 9 },
	{ "juta", 6 }, { "jt", 6 },
	{ "ribu", 3 }, { "rb", 3 }, { "k", 3 },
	{ "m", -1 },
};

struct operand {
	int64_t	v;		/* rupiah, or the digits of a percentage */
	int64_t	den;		/* of a percentage: 100 * 10^decimals; else 0 */
};

static int
money_bad(struct err *e, const char *rule, const char *msg)
{
	return err_field(e, NULL, rule, "%s", msg);
}

static int
money_overflow(struct err *e)
{
	return money_bad(e, "max", "the amount is too large");
}

static const char *
blanks(const char *p)
{
	while (*p == ' ' || *p == '\t')
		p++;
	return p;
}

static int64_t
ten_to(int n)
{
	int64_t	v = 1;

	while (n-- > 0)
		v *= 10;
	return v;
}

/* One more decimal digit behind v; -1 on overflow. */
static int
push_digit(int64_t *v, char c)
{
	int64_t	t;

	if (__builtin_mul_overflow(*v, 10, &t) ||
	    __builtin_add_overflow(t, c - '0', &t))
		return -1;
	*v = t;
	return 0;
}

/* Digits, with dots in groups of three or none at all. */
static int
parse_whole(const char **pp, int64_t *v, struct err *e)
{
	const char	*p = *pp;
	int		 run = 0;
	bool		 dots = false;

	if (!isdigit((unsigned char)*p))
		return money_bad(e, "format", "this is not an amount");
	for (*v = 0;; p++) {
		if (isdigit((unsigned char)*p)) {
			if (push_digit(v, *p) == -1)
				return money_overflow(e);
			run++;
		} else if (*p == '.') {
			/* 0.500 is somebody's half, not five hundred. */
			if (dots ? run != 3 : run > 3 || *v == 0)
				break;
			dots = true;
			run = 0;
		} else
			break;
	}
	if ((dots && run != 3) || *p == '.')
		return money_bad(e, "dots",
		    "dots only separate groups of three digits");
	*pp = p;
	return 0;
}

/* Digits behind a comma; trailing zeros say nothing and are dropped. */
static int
parse_decimals(const char **pp, int64_t *v, int *n, struct err *e)
{
	const char	*p = *pp, *end, *q;

	for (end = p; isdigit((unsigned char)*end); end++)
		continue;
	if (end == p)
		return money_bad(e, "comma",
		    "digits are missing after the comma");
	*pp = end;
	while (end > p && end[-1] == '0')
		end--;
	if (end - p > 9)
		return money_bad(e, "fraction",
		    "an amount has no fraction of a rupiah");
	*n = (int)(end - p);
	for (q = p; q < end; q++)
		if (push_digit(v, *q) == -1)
			return money_overflow(e);
	return 0;
}

static const struct suffix *
find_suffix(const char *p, const char **end)
{
	size_t	i, len;

	for (i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		len = strlen(suffixes[i].word);
		if (strncasecmp(p, suffixes[i].word, len) == 0 &&
		    !isalpha((unsigned char)p[len])) {
			*end = p + len;
			return &suffixes[i];
		}
	}
	return NULL;
}

/* One `1,25jt` of a number; *zeros is that of the part before, or 19. */
static int
parse_part(const char **pp, struct operand *o, int *zeros, bool first,
    struct err *e)
{
	const struct suffix	*s;
	const char		*p = *pp, *end;
	int64_t			 v = 0;
	int			 decimals = 0;
	bool			 comma;

	if (parse_whole(&p, &v, e) == -1)
		return -1;
	comma = *p == ',';
	if (comma && (p++, parse_decimals(&p, &v, &decimals, e) == -1))
		return -1;
	end = blanks(p);
	if (first && *end == '%') {
		*pp = end + 1;
		o->v = v;
		o->den = 100 * ten_to(decimals);
		return 0;
	}
	s = find_suffix(end, &end);
	if (s != NULL && s->zeros < 0)
		return money_bad(e, "m", "m? write jt or miliar");
	if (s == NULL && comma)
		return money_bad(e, "comma",
		    "a comma needs rb, jt or miliar after it");
	if (s == NULL && !first)
		return money_bad(e, "tail",
		    "write rb, jt or miliar after each part");
	if (s != NULL && s->zeros >= *zeros)
		return money_bad(e, "order",
		    "the parts are in the wrong order");
	*zeros = s == NULL ? 0 : s->zeros;
	if (decimals > *zeros)
		return money_bad(e, "fraction",
		    "an amount has no fraction of a rupiah");
	if (__builtin_mul_overflow(v, ten_to(*zeros - decimals), &v) ||
	    __builtin_add_overflow(o->v, v, &o->v))
		return money_overflow(e);
	*pp = s == NULL ? p : end;
	return 0;
}

static int
parse_operand(const char **pp, struct operand *o, struct err *e)
{
	const char	*p = blanks(*pp);
	int		 zeros = 19;

	o->v = 0;
	o->den = 0;
	if (strncasecmp(p, "rp", 2) == 0) {
		p = blanks(p + 2);
		if (*p == '.')
			p = blanks(p + 1);
	}
	if (parse_part(&p, o, &zeros, true, e) == -1)
		return -1;
	while (o->den == 0 && zeros > 0 && isdigit((unsigned char)*blanks(p))) {
		p = blanks(p);
		if (parse_part(&p, o, &zeros, false, e) == -1)
			return -1;
	}
	*pp = blanks(p);
	return 0;
}

/* The value of o as rupiah; a percentage is taken of `of`. */
static int
operand_value(const struct operand *o, int64_t of, int64_t *v, struct err *e)
{
	struct money	m;

	if (o->den == 0) {
		*v = o->v;
		return 0;
	}
	if (money_ratio((struct money){ of }, o->v, o->den, &m) == -1)
		return money_overflow(e);
	*v = m.v;
	return 0;
}

/* A product: * binds tighter than + and -. `of` is what a leading % is of. */
static int
parse_product(const char **pp, int64_t of, bool has_of, int64_t *out,
    struct err *e)
{
	struct operand	o;
	struct money	m;

	if (parse_operand(pp, &o, e) == -1)
		return -1;
	if (o.den != 0 && !has_of)
		return money_bad(e, "base", "a percentage of what?");
	if (operand_value(&o, of, out, e) == -1)
		return -1;
	while (**pp == '*') {
		(*pp)++;
		if (parse_operand(pp, &o, e) == -1)
			return -1;
		if (money_ratio((struct money){ *out }, o.v,
		    o.den == 0 ? 1 : o.den, &m) == -1)
			return money_overflow(e);
		*out = m.v;
	}
	return 0;
}

/* Where an expression starts: with the base and an operator, or a number. */
static int
parse_head(const char **pp, int64_t base, bool has_base, int64_t *sum,
    struct err *e)
{
	struct operand	o;
	struct money	m;

	if (**pp == '*') {
		if (!has_base)
			return money_bad(e, "base",
			    "there is no amount to start from");
		for (*sum = base; **pp == '*'; *sum = m.v) {
			(*pp)++;
			if (parse_operand(pp, &o, e) == -1)
				return -1;
			if (money_ratio((struct money){ *sum }, o.v,
			    o.den == 0 ? 1 : o.den, &m) == -1)
				return money_overflow(e);
		}
		return 0;
	}
	if (**pp == '+' || **pp == '-') {
		/* Without a base this is only a sign. */
		*sum = has_base ? base : 0;
		return 0;
	}
	return parse_product(pp, base, has_base, sum, e);
}

int
money_parse(const char *s, int64_t base, bool has_base, int64_t *out,
    struct err *e)
{
	const char	*p = blanks(s);
	int64_t		 sum, v;
	bool		 minus, of_sum;

	if (*p == '\0')
		return money_bad(e, "required", "an amount is missing");
	of_sum = has_base || (*p != '+' && *p != '-');
	if (parse_head(&p, base, has_base, &sum, e) == -1)
		return -1;
	while (*p == '+' || *p == '-') {
		minus = *p++ == '-';
		if (parse_product(&p, sum, of_sum, &v, e) == -1)
			return -1;
		if (minus ? __builtin_sub_overflow(sum, v, &sum) :
		    __builtin_add_overflow(sum, v, &sum))
			return money_overflow(e);
		of_sum = true;
	}
	if (*p != '\0')
		return money_bad(e, "format", "this is not an amount");
	*out = sum;
	return 0;
}

size_t
tender_suggest(int64_t total, int64_t *out, size_t n)
{
	static const int64_t	step[] = { 1, 5000, 10000, 50000, 100000 };
	size_t			i, k = 0;
	int64_t			v, rest;

	if (total < 0)
		return 0;
	for (i = 0; i < sizeof(step) / sizeof(step[0]) && k < n; i++) {
		rest = total % step[i];
		if (rest != 0 &&
		    __builtin_add_overflow(total, step[i] - rest, &v))
			break;
		if (rest == 0)
			v = total;
		if (k == 0 || v > out[k - 1])
			out[k++] = v;
	}
	return k;
}
