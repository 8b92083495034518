/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fmt/terbilang.h"

#include <stdbool.h>
#include <string.h>

#define GROUPS	7			/* 64 bits have at most seven */

static const char *const id_unit[] = { "nol", "satu", "dua", "tiga", "empat",
	"lima", "enam", "tujuh", "delapan", "sembilan" };
static const char *const id_group[GROUPS] = { "", "ribu", "juta", "miliar",
	"triliun", "kuadriliun", "kuintiliun" };

static const char *const en_unit[] = { "zero", "one", "two", "three", "four",
	"five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
	"thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
	"nineteen" };
static const char *const en_ten[] = { "", "", "twenty", "thirty", "forty",
	"fifty", "sixty", "seventy", "eighty", "ninety" };
static const char *const en_group[GROUPS] = { "", "thousand", "million",
	"billion", "trillion", "quadrillion", "quintillion" };

/* Adds a word, with one blank before it unless it is the first. */
static void
word(char **s, const char *w)
{
	if (**s != '\0')
		*s = talloc_strdup_append_buffer(*s, " ");
	*s = talloc_strdup_append_buffer(*s, w);
}

static void
id_below_1000(char **s, unsigned n)
{
	if (n >= 200)
		word(s, id_unit[n / 100]);
	if (n >= 100)
		word(s, n < 200 ? "seratus" : "ratus");
	n %= 100;
	if (n == 10)
		word(s, "sepuluh");
	else if (n == 11)
		word(s, "sebelas");
	else if (n > 11 && n < 20) {
		word(s, id_unit[n - 10]);
		word(s, "belas");
	} else {
		if (n >= 20) {
			word(s, id_unit[n / 10]);
			word(s, "puluh");
		}
		if (n % 10 != 0)
			word(s, id_unit[n % 10]);
	}
}

static void
en_below_1000(char **s, unsigned n)
{
	if (n >= 100) {
		word(s, en_unit[n / 100]);
		word(s, "hundred");
	}
	n %= 100;
	if (n >= 20) {
		word(s, en_ten[n / 10]);
		if (n % 10 != 0) {
			*s = talloc_strdup_append_buffer(*s, "-");
			*s = talloc_strdup_append_buffer(*s, en_unit[n % 10]);
		}
	} else if (n > 0)
		word(s, en_unit[n]);
}

char *
terbilang(TALLOC_CTX *ctx, int64_t v, enum fmt_lang lang)
{
	uint64_t	 u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
	unsigned	 group[GROUPS];
	char		*s = talloc_strdup(ctx, "");
	int		 i;

	if (v < 0)
		word(&s, "minus");
	if (v == 0)
		word(&s, lang == FMT_ID ? id_unit[0] : en_unit[0]);
	for (i = 0; i < GROUPS; i++, u /= 1000)
		group[i] = (unsigned)(u % 1000);
	for (i = GROUPS - 1; i >= 0; i--) {
		if (group[i] == 0)
			continue;
		if (lang == FMT_ID && i == 1 && group[i] == 1) {
			word(&s, "seribu");
			continue;
		}
		if (lang == FMT_ID)
			id_below_1000(&s, group[i]);
		else
			en_below_1000(&s, group[i]);
		if (i > 0)
			word(&s, lang == FMT_ID ? id_group[i] : en_group[i]);
	}
	return s;
}

char *
terbilang_rupiah(TALLOC_CTX *ctx, int64_t v, enum fmt_lang lang)
{
	return talloc_strdup_append_buffer(terbilang(ctx, v, lang), " rupiah");
}

/* -------------------------------------------------------- reading back */

static int
find(const char *const *table, int n, const char *w, size_t len)
{
	int	i;

	for (i = 0; i < n; i++)
		if (*table[i] != '\0' && strlen(table[i]) == len &&
		    memcmp(table[i], w, len) == 0)
			return i;
	return -1;
}

static bool
is(const char *w, size_t len, const char *what)
{
	return strlen(what) == len && memcmp(w, what, len) == 0;
}

struct reader {
	uint64_t	sum;		/* of the groups closed so far */
	uint64_t	part;		/* of the open group, below 1000 */
	uint64_t	digit;		/* a unit that may yet become a ten */
	bool		overflow;
};

/* Closes the open group with its power of a thousand. */
static void
close_group(struct reader *r, int power)
{
	uint64_t	v = r->part + r->digit;
	int		i;

	for (i = 0; i < power; i++)
		r->overflow |= __builtin_mul_overflow(v, 1000, &v);
	r->overflow |= __builtin_add_overflow(r->sum, v, &r->sum);
	r->part = r->digit = 0;
}

static void
raise_digit(struct reader *r, uint64_t by, uint64_t plus)
{
	r->part += r->digit * by + plus;
	r->digit = 0;
}

static int
id_word(struct reader *r, const char *w, size_t len)
{
	int	i;

	if ((i = find(id_unit, 10, w, len)) >= 0)
		r->digit = (uint64_t)i;
	else if (is(w, len, "sepuluh"))
		r->part += 10;
	else if (is(w, len, "sebelas"))
		r->part += 11;
	else if (is(w, len, "seratus"))
		r->part += 100;
	else if (is(w, len, "seribu")) {
		r->part = 1;
		close_group(r, 1);
	} else if (is(w, len, "belas"))
		raise_digit(r, 1, 10);
	else if (is(w, len, "puluh"))
		raise_digit(r, 10, 0);
	else if (is(w, len, "ratus"))
		raise_digit(r, 100, 0);
	else if ((i = find(id_group, GROUPS, w, len)) > 0)
		close_group(r, i);
	else
		return -1;
	return 0;
}

static int
en_word(struct reader *r, const char *w, size_t len)
{
	const char	*dash = memchr(w, '-', len);
	int		 i;

	if (dash != NULL) {
		if (en_word(r, w, (size_t)(dash - w)) == -1)
			return -1;
		return en_word(r, dash + 1, len - (size_t)(dash + 1 - w));
	}
	if ((i = find(en_unit, 20, w, len)) >= 0)
		r->digit += (uint64_t)i;
	else if ((i = find(en_ten, 10, w, len)) > 0)
		r->part += (uint64_t)i * 10;
	else if (is(w, len, "hundred"))
		raise_digit(r, 100, 0);
	else if ((i = find(en_group, GROUPS, w, len)) > 0)
		close_group(r, i);
	else
		return -1;
	return 0;
}

int
terbilang_parse(const char *s, enum fmt_lang lang, int64_t *out,
    struct err *e)
{
	struct reader	 r = { 0, 0, 0, false };
	const char	*p = s;
	char		*again;
	bool		 minus, same;
	int64_t		 v;
	size_t		 len;

	minus = strncmp(p, "minus ", 6) == 0;
	if (minus)
		p += 6;
	for (; *p != '\0'; p += len, p += *p == ' ') {
		len = strcspn(p, " ");
		if ((lang == FMT_ID ? id_word(&r, p, len) :
		    en_word(&r, p, len)) == -1)
			goto bad;
	}
	close_group(&r, 0);
	if (r.overflow || r.sum > (uint64_t)INT64_MAX + minus)
		goto bad;
	v = minus ? (int64_t)(0 - r.sum) : (int64_t)r.sum;
	/* Loose reading, strict comparison: one spelling for each number. */
	again = terbilang(NULL, v, lang);
	same = strcmp(again, s) == 0;
	talloc_free(again);
	if (!same)
		goto bad;
	*out = v;
	return 0;
bad:
	return err_field(e, NULL, "format", "%s",
	    "this is not a number in words");
}
