/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "fmt/terbilang.h"

static const struct {
	int64_t		 n;
	const char	*id, *en;
} rows[] = {
	{ 0, "nol", "zero" },
	{ 1, "satu", "one" },
	{ 10, "sepuluh", "ten" },
	{ 11, "sebelas", "eleven" },
	{ 12, "dua belas", "twelve" },
	{ 19, "sembilan belas", "nineteen" },
	{ 20, "dua puluh", "twenty" },
	{ 21, "dua puluh satu", "twenty-one" },
	{ 100, "seratus", "one hundred" },
	{ 110, "seratus sepuluh", "one hundred ten" },
	{ 1000, "seribu", "one thousand" },
	{ 1001, "seribu satu", "one thousand one" },
	{ 1100, "seribu seratus", "one thousand one hundred" },
	{ 2000, "dua ribu", "two thousand" },
	{ 11000, "sebelas ribu", "eleven thousand" },
	{ 21000, "dua puluh satu ribu", "twenty-one thousand" },
	{ 101000, "seratus satu ribu", "one hundred one thousand" },
	{ 111111, "seratus sebelas ribu seratus sebelas",
	    "one hundred eleven thousand one hundred eleven" },
	{ 277500, "dua ratus tujuh puluh tujuh ribu lima ratus",
	    "two hundred seventy-seven thousand five hundred" },
	{ 1000000, "satu juta", "one million" },
	{ 1000001, "satu juta satu", "one million one" },
	{ 1001000, "satu juta seribu", "one million one thousand" },
	{ 1000000000, "satu miliar", "one billion" },
	{ 2150750000, "dua miliar seratus lima puluh juta tujuh ratus lima "
	    "puluh ribu", "two billion one hundred fifty million seven "
	    "hundred fifty thousand" },
	{ 1000000000000, "satu triliun", "one trillion" },
	{ -5000, "minus lima ribu", "minus five thousand" },
};

static void
test_table(void **state)
{
	void	*ctx = talloc_new(NULL);
	size_t	 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_string_equal(terbilang(ctx, rows[i].n, FMT_ID),
		    rows[i].id);
		assert_string_equal(terbilang(ctx, rows[i].n, FMT_EN),
		    rows[i].en);
	}
	assert_string_equal(terbilang_rupiah(ctx, 277500, FMT_ID),
	    "dua ratus tujuh puluh tujuh ribu lima ratus rupiah");
	talloc_free(ctx);
}

static void
check(int64_t v)
{
	enum fmt_lang	 lang;
	int64_t		 back;
	char		*s;

	for (lang = FMT_ID; lang <= FMT_EN; lang++) {
		s = terbilang(NULL, v, lang);
		back = ~v;
		if (terbilang_parse(s, lang, &back, NULL) == -1 || back != v)
			fail_msg("%lld: %s gives %lld", (long long)v, s,
			    (long long)back);
		if (strstr(s, "  ") != NULL || *s == ' ' ||
		    s[strlen(s) - 1] == ' ')
			fail_msg("%lld: blanks in '%s'", (long long)v, s);
		talloc_free(s);
	}
}

/* parse(words(n)) = n, for all small numbers and random ones of all sizes. */
static void
test_property(void **state)
{
	unsigned	seed = (unsigned)getpid();
	int64_t		v;
	int		i;

	(void)state;
	print_message("# seed %u\n", seed);
	for (v = -20; v <= 2100; v++)
		check(v);
	for (i = 0; i < 100000; i++) {
		v = (int64_t)((uint64_t)rand_r(&seed) << 33 ^
		    (uint64_t)rand_r(&seed) << 11 ^ (uint64_t)rand_r(&seed));
		check(v >> rand_r(&seed) % 64);
	}
	check(INT64_MAX);
	check(INT64_MIN);
}

static void
test_parse_bad(void **state)
{
	static const char *const	bad[] = { "", "satu satu",
		"satu  ratus",
		"satu ribu", "satu ratus", "satu puluh", "dua nol", "ribu",
		"sepuluh satu", "Satu", "satu ", " satu", "minus", "one",
		"minus nol", "seribu juta", "dua puluh sebelas",
		"sembilan sembilan kuintiliun", "sembilan belas kuintiliun",
		"dua ratus tujuh puluh tujuh ribu lima ratus rupiah" };
	int64_t				v;
	size_t				i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (terbilang_parse(bad[i], FMT_ID, &v, NULL) == 0)
			fail_msg("'%s' was taken as %lld", bad[i],
			    (long long)v);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_property),
		cmocka_unit_test(test_parse_bad),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
