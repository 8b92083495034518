/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fmt/code.h"

#include <ctype.h>
#include <string.h>

#define PREFIX		"JB1"
#define PREFIX_LEN	3
#define CODE_MIN	6
#define CODE_MAX	(PREFIX_LEN + 1 + CODE_NUMBER_MAX + 1)

static const char	kinds[] = "CIR";	/* in the order of the enum */
static const char	alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/* The number's own alphabet, without looking at any locale. */
static int
value_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'Z')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 10;
	return -1;
}

static char
check_char(const char *s, size_t len)
{
	int	p = 36, v;
	size_t	i;

	for (i = 0; i < len; i++) {
		v = value_of(s[i]);
		if (v == -1)
			continue;
		p = (p + v) % 36;
		if (p == 0)
			p = 36;
		p = p * 2 % 37;
	}
	return alphabet[(37 - p) % 36];
}

char
code_check_char(const char *s)
{
	return check_char(s, strlen(s));
}

static int
code_bad(struct err *e, const char *rule, const char *msg)
{
	return err_field(e, NULL, rule, "%s", msg);
}

static bool
number_ok(const char *s, size_t len)
{
	size_t	i, alnum = 0;

	if (len < 1 || len > CODE_NUMBER_MAX)
		return false;
	for (i = 0; i < len; i++) {
		if (value_of(s[i]) != -1)
			alnum++;
		else if (s[i] != '-' && s[i] != '.' && s[i] != '/')
			return false;
	}
	return alnum > 0;
}

static char
upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

char *
code_build(TALLOC_CTX *ctx, enum code_kind kind, const char *number,
    struct err *e)
{
	char	*s, *p;

	if (!number_ok(number, strlen(number))) {
		code_bad(e, "format", "this number cannot become a code");
		return NULL;
	}
	s = talloc_asprintf(ctx, "%s%c%s", PREFIX, kinds[kind], number);
	for (p = s; *p != '\0'; p++)
		*p = upper(*p);
	return talloc_asprintf_append_buffer(s, "%c", code_check_char(s));
}

/* s without what surrounds it; the length of the rest. */
static size_t
trimmed(const char **s)
{
	size_t	n;

	while (isspace((unsigned char)**s))
		(*s)++;
	n = strlen(*s);
	while (n > 0 && isspace((unsigned char)(*s)[n - 1]))
		n--;
	return n;
}

bool
code_claims(const char *s)
{
	size_t	n = trimmed(&s), i;

	if (n < CODE_MIN || n > CODE_MAX)
		return false;
	for (i = 0; i < PREFIX_LEN; i++)
		if (upper(s[i]) != PREFIX[i])
			return false;
	return true;
}

int
code_parse(const char *s, struct code *out, struct err *e)
{
	const char	*k;
	size_t		 n, i;

	if (!code_claims(s))
		return code_bad(e, "format", "this is not one of our codes");
	n = trimmed(&s);
	k = strchr(kinds, upper(s[PREFIX_LEN]));
	if (k == NULL || *k == '\0' ||
	    !number_ok(s + PREFIX_LEN + 1, n - PREFIX_LEN - 2))
		return code_bad(e, "format", "this is not one of our codes");
	if (check_char(s, n - 1) != upper(s[n - 1]))
		return code_bad(e, "check", "the code was misread");
	out->kind = (enum code_kind)(k - kinds);
	for (i = 0; i < n - PREFIX_LEN - 2; i++)
		out->number[i] = upper(s[PREFIX_LEN + 1 + i]);
	out->number[i] = '\0';
	return 0;
}
