/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fmt/phone.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define DIGITS_MIN	9
#define DIGITS_MAX	15

static int
phone_bad(struct err *e)
{
	return err_field(e, NULL, "format", "%s",
	    "this is not a telephone number");
}

/* The digits of s without the decoration people put between them. */
static int
phone_digits(const char *s, char *buf, size_t size, bool *plus)
{
	size_t	n = 0;

	*plus = false;
	for (; *s != '\0'; s++) {
		if (isdigit((unsigned char)*s)) {
			if (n + 1 >= size)
				return -1;
			buf[n++] = *s;
		} else if (*s == '+' && n == 0 && !*plus)
			*plus = true;
		else if (strchr(" .-()/", *s) == NULL)
			return -1;
	}
	buf[n] = '\0';
	return 0;
}

char *
phone_normalise(TALLOC_CTX *ctx, const char *s, struct err *e)
{
	char		 buf[24];
	const char	*d = buf;
	char		*out;
	bool		 plus, home = true;
	size_t		 n;

	if (phone_digits(s, buf, sizeof(buf), &plus) == -1) {
		phone_bad(e);
		return NULL;
	}
	/* 00 is what a plus is dialled as. */
	if (!plus && strncmp(d, "00", 2) == 0) {
		plus = true;
		d += 2;
	}
	if (strncmp(d, "62", 2) == 0) {
		d += 2;
		if (*d == '0')
			d++;
	} else if (plus)
		home = false;
	else if (*d == '0')
		d++;
	else if (*d != '8') {
		phone_bad(e);
		return NULL;
	}
	out = talloc_asprintf(ctx, "%s%s", home ? "62" : "", d);
	n = strlen(out);
	if (n < DIGITS_MIN || n > DIGITS_MAX || *d == '0') {
		talloc_free(out);
		phone_bad(e);
		return NULL;
	}
	return out;
}

char *
phone_display(TALLOC_CTX *ctx, const char *stored)
{
	static const char *const	two_digit[] = { "21", "22", "24", "31",
					    "61" };
	const char	*p = stored;
	size_t		 n = strlen(p), i, area = 3;

	if (n < DIGITS_MIN || n > DIGITS_MAX || strspn(p, "0123456789") != n)
		return talloc_strdup(ctx, stored);
	if (strncmp(p, "62", 2) != 0)
		return talloc_asprintf(ctx, "+%s", p);
	p += 2;
	if (*p == '8')
		return strlen(p) <= 7 ?
		    talloc_asprintf(ctx, "0%.3s-%s", p, p + 3) :
		    talloc_asprintf(ctx, "0%.3s-%.4s-%s", p, p + 3, p + 7);
	for (i = 0; i < sizeof(two_digit) / sizeof(two_digit[0]); i++)
		if (strncmp(p, two_digit[i], 2) == 0)
			area = 2;
	return talloc_asprintf(ctx, "0%.*s-%s", (int)area, p, p + area);
}
