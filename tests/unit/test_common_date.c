/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fmt/date.h"

/* The day of all tables below: a Sunday. */
static const struct date	today = { 2026, 7, 12 };

struct row {
	const char	*text;
	const char	*iso;		/* NULL: refused */
};

static const struct row dates[] = {
	{ ".", "2026-07-12" }, { "hi", "2026-07-12" }, { "b", "2026-07-13" },
	{ "k", "2026-07-11" }, { "besok", "2026-07-13" },
	{ "+3", "2026-07-15" }, { "-1", "2026-07-11" },
	{ "+2m", "2026-07-26" }, { "+1b", "2026-08-12" },
	{ "+1t", "2027-07-12" }, { "-1b", "2026-06-12" },
	{ "ab", "2026-07-31" }, { "aw", "2026-07-01" },
	{ "sen", "2026-07-13" }, { "sab", "2026-07-18" },
	{ "min", "2026-07-19" }, { "Jum", "2026-07-17" },
	{ "mon", "2026-07-13" },
	{ "15", "2026-07-15" }, { "5", "2026-07-05" },
	{ "1507", "2026-07-15" }, { "150726", "2026-07-15" },
	{ "15072026", "2026-07-15" }, { "15/7", "2026-07-15" },
	{ "15/7/26", "2026-07-15" }, { "15/07/2026", "2026-07-15" },
	{ "15-07-2026", "2026-07-15" }, { "15.7.2026", "2026-07-15" },
	{ "2026-07-15", "2026-07-15" }, { "2026/7/5", "2026-07-05" },
	{ "15 agu", "2026-08-15" }, { "15agu26", "2026-08-15" },
	{ "15 Agustus 2026", "2026-08-15" }, { "15-aug-2026", "2026-08-15" },
	{ " 15 ", "2026-07-15" }, { "0101", "2026-01-01" },
	{ "010170", "1970-01-01" }, { "290224", "2024-02-29" },
	{ "", NULL }, { "32", NULL }, { "0", NULL }, { "3106", NULL },
	{ "290226", NULL }, { "15/13", NULL }, { "+", NULL }, { "+3x", NULL },
	{ "+999999", NULL }, { "+99999t", NULL }, { "abc", NULL },
	{ "15//7", NULL }, { "15/", NULL }, { "15 7 26 1", NULL },
	{ "1899-12-31", NULL }, { "3000-01-01", NULL }, { "123", NULL },
	{ "12345", NULL }, { "999999999999", NULL }, { "+1bb", NULL },
	{ "agu", NULL }, { "agu 15", NULL }, { "15 xyz", NULL },
	{ "hi hi", NULL }, { "\xff\xfe", NULL },
	{ "1111111111111111111111111111111111111111111111", NULL },
};

static const struct row due[] = {
	{ "15", "2026-07-15" }, { "12", "2026-07-12" }, { "11", "2026-08-11" },
	{ "31", "2026-07-31" }, { "0101", "2027-01-01" },
	{ "2902", "2028-02-29" }, { "11/7", "2027-07-11" },
	{ "1 feb", "2027-02-01" }, { "110726", "2026-07-11" },
};

static void
check_dates(const struct row *rows, size_t n, bool future)
{
	void		*ctx = talloc_new(NULL);
	struct err	 e = ERR_INIT;
	struct date	 d;
	size_t		 i;
	char		*iso;

	for (i = 0; i < n; i++) {
		d = (struct date){ 0, 0, 0 };
		if (date_parse(rows[i].text, today, future, &d, &e) == -1) {
			assert_int_equal(e.code, ERR_BAD_FIELD);
			if (rows[i].iso != NULL)
				fail_msg("%s: %s", rows[i].text, e.msg);
			err_clear(&e);
			continue;
		}
		iso = date_iso(ctx, d);
		if (rows[i].iso == NULL)
			fail_msg("%s was taken as %s", rows[i].text, iso);
		else if (strcmp(iso, rows[i].iso) != 0)
			fail_msg("%s gives %s", rows[i].text, iso);
	}
	talloc_free(ctx);
}

static void
test_parse(void **state)
{
	(void)state;
	check_dates(dates, sizeof(dates) / sizeof(dates[0]), false);
	check_dates(due, sizeof(due) / sizeof(due[0]), true);
}

/* 31 January and a month is the end of February; day 31 skips short months. */
static void
test_month_ends(void **state)
{
	struct date	d;

	(void)state;
	d = date_add_months((struct date){ 2026, 1, 31 }, 1);
	assert_int_equal(date_cmp(d, (struct date){ 2026, 2, 28 }), 0);
	d = date_add_months((struct date){ 2024, 1, 31 }, 1);
	assert_int_equal(date_cmp(d, (struct date){ 2024, 2, 29 }), 0);
	d = date_add_months((struct date){ 2026, 3, 31 }, -13);
	assert_int_equal(date_cmp(d, (struct date){ 2025, 2, 28 }), 0);
	assert_int_equal(date_parse("31", (struct date){ 2026, 2, 1 }, true,
	    &d, NULL), 0);
	assert_int_equal(date_cmp(d, (struct date){ 2026, 3, 31 }), 0);
	assert_int_equal(date_parse("31", (struct date){ 2026, 2, 1 }, false,
	    &d, NULL), -1);
}

/* Every day of the range goes to its number and back, in order. */
static void
test_day_numbers(void **state)
{
	struct date	d = { 1900, 1, 1 }, next;
	int		n = date_days(d), wd = date_weekday(d);

	(void)state;
	assert_int_equal(date_days((struct date){ 1970, 1, 1 }), 0);
	assert_int_equal(wd, 0);
	while (date_valid(d)) {
		assert_int_equal(date_days(d), n);
		assert_int_equal(date_weekday(d), wd);
		next = date_from_days(++n);
		wd = (wd + 1) % 7;
		assert_true(date_cmp(next, d) > 0);
		if (next.d != 1)
			assert_int_equal(next.d, d.d + 1);
		else
			assert_int_equal(d.d, date_month_days(d.y, d.m));
		d = next;
	}
	assert_int_equal(d.y, 3000);
}

static void
test_format(void **state)
{
	void		*ctx = talloc_new(NULL);
	struct date	 d = { 2026, 8, 15 };

	(void)state;
	assert_string_equal(date_format(ctx, today), "12-07-2026");
	assert_string_equal(date_iso(ctx, today), "2026-07-12");
	assert_string_equal(date_short(ctx, d, FMT_ID), "15 Agu 2026");
	assert_string_equal(date_long(ctx, d, today, FMT_ID),
	    "Sab 15 Agu 2026 (+34 hari)");
	assert_string_equal(date_long(ctx, d, today, FMT_EN),
	    "Sat 15 Aug 2026 (+34 days)");
	assert_string_equal(date_long(ctx, today, today, FMT_ID),
	    "Min 12 Jul 2026 (hari ini)");
	assert_string_equal(date_long(ctx, today, date_add_days(today, 1),
	    FMT_EN), "Sun 12 Jul 2026 (-1 day)");
	assert_string_equal(date_late(ctx, (struct date){ 2026, 7, 10 }, today,
	    FMT_ID), "lewat 2 hr");
	assert_string_equal(date_late(ctx, (struct date){ 2026, 7, 15 }, today,
	    FMT_ID), "3 hr lagi");
	assert_string_equal(date_late(ctx, today, today, FMT_EN), "today");
	assert_string_equal(date_late(ctx, (struct date){ 2026, 7, 10 }, today,
	    FMT_EN), "2 d late");
	assert_int_equal(fmt_lang_of("en_US"), FMT_EN);
	assert_int_equal(fmt_lang_of("id"), FMT_ID);
	assert_int_equal(fmt_lang_of(NULL), FMT_ID);
	talloc_free(ctx);
}

static const struct row periods[] = {
	{ "0726", "2026-07" }, { "072026", "2026-07" }, { "-1", "2026-06" },
	{ "+6", "2027-01" }, { "-7", "2025-12" }, { "jul", "2026-07" },
	{ "Agustus", "2026-08" }, { "dec", "2026-12" }, { "des", "2026-12" },
	{ "agt", "2026-08" }, { "jul 25", "2025-07" },
	{ "jul 2025", "2025-07" }, { "2026-07", "2026-07" },
	{ "07-2026", "2026-07" }, { "7/26", "2026-07" }, { "7", "2026-07" },
	{ ".", "2026-07" }, { "1326", NULL }, { "0026", NULL },
	{ "ju", NULL }, { "", NULL }, { "-", NULL }, { "13", NULL },
	{ "2026-07-01", NULL }, { "julx", NULL }, { "+9999", NULL },
	{ "1899-12", NULL },
};

static void
test_periods(void **state)
{
	void		*ctx = talloc_new(NULL);
	struct err	 e = ERR_INIT;
	struct period	 p;
	size_t		 i;
	char		*iso;

	(void)state;
	for (i = 0; i < sizeof(periods) / sizeof(periods[0]); i++) {
		if (period_parse(periods[i].text, today, &p, &e) == -1) {
			if (periods[i].iso != NULL)
				fail_msg("%s: %s", periods[i].text, e.msg);
			err_clear(&e);
			continue;
		}
		iso = period_iso(ctx, p);
		if (periods[i].iso == NULL)
			fail_msg("%s was taken as %s", periods[i].text, iso);
		else if (strcmp(iso, periods[i].iso) != 0)
			fail_msg("%s gives %s", periods[i].text, iso);
	}
	p = (struct period){ 2026, 7 };
	assert_string_equal(period_short(ctx, p, FMT_ID), "Jul 2026");
	assert_string_equal(period_long(ctx, p, FMT_ID), "Juli 2026");
	assert_string_equal(period_long(ctx, p, FMT_EN), "July 2026");
	assert_string_equal(date_iso(ctx, period_last(p)), "2026-07-31");
	assert_int_equal(period_parse_iso("2026-7", &p, NULL), -1);
	assert_int_equal(period_parse_iso("2026-13", &p, NULL), -1);
	assert_int_equal(period_parse_iso("2026-12", &p, NULL), 0);
	talloc_free(ctx);
}

static void
test_instants(void **state)
{
	static const char *const	bad[] = { "", "2026-07-12",
		"2026-07-12T03:42:31", "2026-02-30T00:00:00Z",
		"2026-07-12T24:00:00Z", "2026-07-12T03:60:00Z",
		"2026-07-12T03:42:31Zx", "2026-07-12T03:42:31+7",
		"2026-07-12x03:42:31Z", "2026-07-12T03:42Z" };
	void			*ctx = talloc_new(NULL);
	struct local_time	 t;
	int64_t			 s, u;
	size_t			 i;

	(void)state;
	assert_int_equal(instant_parse("2026-07-12T03:42:31Z", &s, NULL), 0);
	assert_int_equal(s, 1783827751);
	assert_string_equal(instant_format(ctx, s), "2026-07-12T03:42:31Z");
	assert_int_equal(instant_parse("2026-07-12 10:42:31.123456+07", &u,
	    NULL), 0);
	assert_int_equal(u, s);
	assert_int_equal(instant_parse("2026-07-11T20:12:31-07:30", &u, NULL),
	    0);
	assert_int_equal(u, s);
	assert_int_equal(instant_local(s, "Asia/Jakarta", &t, NULL), 0);
	assert_string_equal(local_format(ctx, &t, false), "12-07-2026 10:42");
	assert_string_equal(local_format(ctx, &t, true),
	    "12-07-2026 10:42:31 WIB");
	assert_int_equal(instant_local(s, "Asia/Makassar", &t, NULL), 0);
	assert_string_equal(local_format(ctx, &t, true),
	    "12-07-2026 11:42:31 WITA");
	assert_int_equal(instant_parse("2026-12-31T15:30:00Z", &s, NULL), 0);
	assert_int_equal(instant_local(s, "Asia/Jayapura", &t, NULL), 0);
	assert_string_equal(local_format(ctx, &t, true),
	    "01-01-2027 00:30:00 WIT");
	assert_int_equal(instant_local(-1, "UTC", &t, NULL), 0);
	assert_string_equal(local_format(ctx, &t, true),
	    "31-12-1969 23:59:59 UTC");
	assert_int_equal(instant_local(s, "Europe/Paris", &t, NULL), -1);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (instant_parse(bad[i], &s, NULL) != -1)
			fail_msg("%s was taken", bad[i]);
	talloc_free(ctx);
}

static void
test_today(void **state)
{
	struct date	d;

	(void)state;
	/* 2026-07-12 17:30 UTC is already the 13th in Jakarta. */
	setenv("JABBAR_CLOCK", "1783877400", 1);
	assert_int_equal(date_today("Asia/Jakarta", &d, NULL), 0);
	assert_int_equal(date_cmp(d, (struct date){ 2026, 7, 13 }), 0);
	assert_int_equal(date_today("UTC", &d, NULL), 0);
	assert_int_equal(date_cmp(d, today), 0);
	unsetenv("JABBAR_CLOCK");
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_month_ends),
		cmocka_unit_test(test_day_numbers),
		cmocka_unit_test(test_format),
		cmocka_unit_test(test_periods),
		cmocka_unit_test(test_instants),
		cmocka_unit_test(test_today),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
