/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fmt/phone.h"

static const struct {
	const char	*typed, *stored, *shown;
} rows[] = {
	{ "0812-3456-789", "628123456789", "0812-3456-789" },
	{ "08123456789", "628123456789", "0812-3456-789" },
	{ "+62 812 3456 789", "628123456789", "0812-3456-789" },
	{ "62812.3456.789", "628123456789", "0812-3456-789" },
	{ "8123456789", "628123456789", "0812-3456-789" },
	{ "+62 (0)812-3456-789", "628123456789", "0812-3456-789" },
	{ "0062812 3456 789", "628123456789", "0812-3456-789" },
	{ "081234567890", "6281234567890", "0812-3456-7890" },
	{ "0812345678901", "62812345678901", "0812-3456-78901" },
	{ "(022) 7654321", "62227654321", "022-7654321" },
	{ "0271-654321", "62271654321", "0271-654321" },
	{ "+65 9123 4567", "6591234567", "+6591234567" },
	{ "", NULL, NULL }, { "123", NULL, NULL }, { "0812", NULL, NULL },
	{ "0812abc4567", NULL, NULL }, { "081234567890123456", NULL, NULL },
	{ "7654321000", NULL, NULL }, { "++6281234567", NULL, NULL },
	{ "0812+3456789", NULL, NULL }, { "0812\0333456789", NULL, NULL },
	{ "000000000000", NULL, NULL }, { "\xd9\xa0" "812345678", NULL, NULL },
	{ "99999999999999999999999999999999999", NULL, NULL },
};

static void
test_phone(void **state)
{
	struct err	 e = ERR_INIT;
	void		*ctx = talloc_new(NULL);
	char		*s, *again;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		s = phone_normalise(ctx, rows[i].typed, &e);
		if (rows[i].stored == NULL) {
			if (s != NULL)
				fail_msg("%s was taken as %s", rows[i].typed,
				    s);
			assert_int_equal(e.code, ERR_BAD_FIELD);
			err_clear(&e);
			continue;
		}
		if (s == NULL)
			fail_msg("%s: %s", rows[i].typed, e.msg);
		assert_string_equal(s, rows[i].stored);
		assert_string_equal(phone_display(ctx, s), rows[i].shown);
		/* What is shown may be typed again. */
		again = phone_normalise(ctx, phone_display(ctx, s), &e);
		assert_non_null(again);
		assert_string_equal(again, s);
	}
	assert_string_equal(phone_display(ctx, "n/a"), "n/a");
	talloc_free(ctx);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_phone),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
