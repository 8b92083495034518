/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "fmt/money.h"

struct good {
	const char	*text;
	int64_t		 value;
};

static void
test_arithmetic(void **state)
{
	struct money	m = { 7 };

	(void)state;
	assert_int_equal(money_add((struct money){ 2 }, (struct money){ 3 },
	    &m), 0);
	assert_int_equal(m.v, 5);
	assert_int_equal(money_add((struct money){ INT64_MAX },
	    (struct money){ 1 }, &m), -1);
	assert_int_equal(money_sub((struct money){ INT64_MIN },
	    (struct money){ 1 }, &m), -1);
	assert_int_equal(money_mul((struct money){ INT64_MAX / 2 }, 3, &m),
	    -1);
	assert_int_equal(m.v, 5);
	assert_int_equal(money_sub((struct money){ 2 }, (struct money){ 3 },
	    &m), 0);
	assert_int_equal(m.v, -1);
	assert_int_equal(money_mul((struct money){ -2 }, 3, &m), 0);
	assert_int_equal(m.v, -6);
}

/* Half goes away from zero, and the product may exceed 64 bits. */
static void
test_ratio(void **state)
{
	struct money	m;

	(void)state;
	assert_int_equal(money_ratio((struct money){ 250000 }, 11, 100, &m),
	    0);
	assert_int_equal(m.v, 27500);
	assert_int_equal(money_ratio((struct money){ 1 }, 1, 2, &m), 0);
	assert_int_equal(m.v, 1);
	assert_int_equal(money_ratio((struct money){ -1 }, 1, 2, &m), 0);
	assert_int_equal(m.v, -1);
	assert_int_equal(money_ratio((struct money){ 10 }, 1, 3, &m), 0);
	assert_int_equal(m.v, 3);
	assert_int_equal(money_ratio((struct money){ INT64_MAX },
	    1000, 1000, &m), 0);
	assert_int_equal(m.v, INT64_MAX);
	assert_int_equal(money_ratio((struct money){ INT64_MAX }, 2, 1, &m),
	    -1);
	assert_int_equal(money_ratio((struct money){ 1 }, 1, 0, &m), -1);
}

static void
test_format(void **state)
{
	void	*ctx = talloc_new(NULL);

	(void)state;
	assert_string_equal(money_format(ctx, 0), "0");
	assert_string_equal(money_format(ctx, 999), "999");
	assert_string_equal(money_format(ctx, 1000), "1.000");
	assert_string_equal(money_format(ctx, 277500), "277.500");
	assert_string_equal(money_format(ctx, -10000), "-10.000");
	assert_string_equal(money_rp(ctx, 277500), "Rp277.500");
	assert_string_equal(money_rp(ctx, -500), "-Rp500");
	assert_string_equal(money_format(ctx, INT64_MIN),
	    "-9.223.372.036.854.775.808");
	talloc_free(ctx);
}

static const struct good plain[] = {
	{ "277500", 277500 }, { "277.500", 277500 }, { "277k", 277000 },
	{ "277rb", 277000 }, { "277,5rb", 277500 }, { "1jt", 1000000 },
	{ "1,25jt", 1250000 }, { "1jt250rb", 1250000 },
	{ "1 jt 250 rb", 1250000 }, { "2mi", 2000000000 },
	{ "2miliar", 2000000000 }, { "2 Miliar", 2000000000 },
	{ "2mi50jt1rb", 2050001000 }, { "0", 0 }, { " 300K ", 300000 },
	{ "Rp277.500", 277500 }, { "Rp 1.250.000", 1250000 },
	{ "rp. 5rb", 5000 }, { "1.250,5rb", 1250500 }, { "5ribu", 5000 },
	{ "3juta", 3000000 }, { "1,250jt", 1250000 }, { "1,000rb", 1000 },
	{ "150k*3", 450000 }, { "3*150k", 450000 }, { "100k+50k", 150000 },
	{ "100k + 50k*2 - 1", 199999 }, { "-10.000", -10000 },
	{ "300k-10%", 270000 }, { "200k*10%", 20000 },
	{ "9.223.372.036.854.775.807", INT64_MAX },
	{ "0012", 12 },
};

static const struct good based[] = {
	{ "10%", 27750 }, { "+10%", 305250 }, { "-10%", 249750 },
	{ "+5k", 282500 }, { "-7.500", 270000 }, { "*2", 555000 },
	{ "*2+5k", 560000 }, { "2,5%", 6938 }, { "*10%", 27750 },
	{ "300k", 300000 }, { "50%*2", 277500 }, { "100 %", 277500 },
};

static const struct {
	const char	*text;
	const char	*rule;
} bad[] = {
	{ "12.5", "dots" }, { "1,250", "comma" }, { "5m", "m" },
	{ "m", "format" }, { "", "required" }, { "   ", "required" },
	{ "abc", "format" }, { "1.25jt", "dots" }, { "277.50", "dots" },
	{ "2775.000", "dots" }, { "1..000", "dots" }, { "1.000.", "dots" },
	{ "0.500", "dots" }, { "1jt250", "tail" }, { "250rb1jt", "order" },
	{ "1jt2jt", "order" }, { "1,2345rb", "fraction" },
	{ "1,", "comma" }, { ",5jt", "format" }, { "1+", "format" },
	{ "1++2", "format" }, { "1/2", "format" }, { "1 2", "format" },
	{ "10%", "base" }, { "-10%", "base" }, { "*2", "base" },
	{ "1e3", "format" }, { "1jtx", "format" }, { "0x10", "format" },
	{ "9223372036854775808", "max" }, { "9999999999mi", "max" },
	{ "9mi*9mi*9mi", "max" }, { "9.223.372.036.854.775.807+1", "max" },
	{ "99999999999999999999999999", "max" }, { "5k%", "format" },
	{ "\xff", "format" }, { "1\n", "format" },
};

static void
test_parse(void **state)
{
	struct err	e = ERR_INIT;
	int64_t		v;
	size_t		i;

	(void)state;
	for (i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		v = -1;
		if (money_parse(plain[i].text, 0, false, &v, &e) == -1)
			fail_msg("%s: %s", plain[i].text, e.msg);
		if (v != plain[i].value)
			fail_msg("%s gives %lld", plain[i].text, (long long)v);
	}
	for (i = 0; i < sizeof(based) / sizeof(based[0]); i++) {
		if (money_parse(based[i].text, 277500, true, &v, &e) == -1)
			fail_msg("%s: %s", based[i].text, e.msg);
		if (v != based[i].value)
			fail_msg("%s gives %lld", based[i].text, (long long)v);
	}
}

static void
test_parse_bad(void **state)
{
	struct err	e = ERR_INIT;
	char		want[40];
	int64_t		v = 42;
	size_t		i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (money_parse(bad[i].text, 0, false, &v, &e) != -1)
			fail_msg("%s was taken as %lld", bad[i].text,
			    (long long)v);
		assert_int_equal(e.code, ERR_BAD_FIELD);
		snprintf(want, sizeof(want), "{\"rule\":\"%s\"}", bad[i].rule);
		if (strcmp(e.args, want) != 0)
			fail_msg("%s: %s, not %s", bad[i].text, e.args, want);
		err_clear(&e);
	}
	assert_int_equal(v, 42);
	assert_int_equal(money_parse("5m", 0, false, &v, NULL), -1);
}

/* What we print is what we read. */
static void
test_round_trip(void **state)
{
	unsigned	 seed = (unsigned)getpid();
	int64_t		 v, back;
	void		*ctx;
	int		 i;

	(void)state;
	print_message("# seed %u\n", seed);
	for (i = 0; i < 20000; i++) {
		v = ((int64_t)rand_r(&seed) << 31 | rand_r(&seed)) >>
		    rand_r(&seed) % 60;
		v = i % 2 == 0 ? v : -v;
		ctx = talloc_new(NULL);
		assert_int_equal(money_parse(money_format(ctx, v), 0, false,
		    &back, NULL), 0);
		assert_int_equal(back, v);
		if (v >= 0) {
			assert_int_equal(money_parse(money_rp(ctx, v), 9,
			    true, &back, NULL), 0);
			assert_int_equal(back, v);
		}
		talloc_free(ctx);
	}
}

static void
test_tender(void **state)
{
	int64_t	out[5];

	(void)state;
	assert_int_equal(tender_suggest(277500, out, 5), 3);
	assert_int_equal(out[0], 277500);
	assert_int_equal(out[1], 280000);
	assert_int_equal(out[2], 300000);
	assert_int_equal(tender_suggest(166500, out, 5), 3);
	assert_int_equal(out[1], 170000);
	assert_int_equal(out[2], 200000);
	assert_int_equal(tender_suggest(112000, out, 5), 5);
	assert_int_equal(out[1], 115000);
	assert_int_equal(out[2], 120000);
	assert_int_equal(out[3], 150000);
	assert_int_equal(out[4], 200000);
	assert_int_equal(tender_suggest(112000, out, 2), 2);
	assert_int_equal(tender_suggest(300000, out, 5), 1);
	assert_int_equal(tender_suggest(0, out, 5), 1);
	assert_int_equal(tender_suggest(-1, out, 5), 0);
	assert_int_equal(tender_suggest(INT64_MAX, out, 5), 1);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_arithmetic),
		cmocka_unit_test(test_ratio),
		cmocka_unit_test(test_format),
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_parse_bad),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_tender),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
