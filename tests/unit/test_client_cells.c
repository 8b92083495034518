/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake_app.h"

static char *
draw(int width, bool ascii, const char *s)
{
	struct cells	*c = cells_new(NULL, 1, 20);
	struct area	 a = area_all(c);
	char		*out;

	c->ascii = ascii;
	area_text(&a, 0, 0, width, T_TEXT, s);
	area_fill(&a, 0, 19, 1, '|', T_TEXT);
	out = cells_dump(NULL, c);
	talloc_free(c);
	return out;
}

#define DRAWS(width, ascii, in, want) do {				\
	char	*out_ = draw(width, ascii, in);				\
	assert_string_equal(out_, want "\n");				\
	talloc_free(out_);						\
} while (0)

static void
test_clip(void **state)
{
	(void)state;
	DRAWS(5, false, "budi", "budi               |");
	DRAWS(4, false, "budiman", "bud~               |");
	DRAWS(-1, false, "0123456789012345678901", "0123456789012345678|");
	DRAWS(0, false, "budi", "                   |");
}

static void
test_hostile(void **state)
{
	(void)state;
	/* Nothing from outside moves the cursor or grows a column. */
	DRAWS(12, false, "a\x1b[31mb", "a\\x1b[31mb         |");
	DRAWS(12, false, "a\xe2\x80\xae" "b", "a<U+202E>b         |");
	DRAWS(12, false, "a\nb\tc", "a\\x0ab\\x09c        |");
	DRAWS(12, false, "\xff\xfe", "\\xff\\xfe           |");
	/* Pictures: one column, whatever the terminal thinks. */
	DRAWS(12, false, "x\xf0\x9f\x98\x80y", "x?y                |");
}

static void
test_wide(void **state)
{
	(void)state;
	DRAWS(6, false, "\xe4\xb8\xad\xe6\x96\x87z",
	    "\xe4\xb8\xad\xe6\x96\x87z              |");
	/* Half a letter is never drawn. */
	DRAWS(4, false, "\xe4\xb8\xad\xe6\x96\x87z",
	    "\xe4\xb8\xad~                |");
	/* A mark joins its letter and takes no column. */
	DRAWS(6, false, "e\xcc\x81x", "e\xcc\x81x                 |");
}

static void
test_ascii(void **state)
{
	struct cells	*c = cells_new(NULL, 3, 12);
	struct area	 a = area_all(c);
	int64_t		 v[] = { 0, 5, 10 };

	(void)state;
	DRAWS(12, true, "caf\xc3\xa9 \xe4\xb8\xad", "cafe ?             |");
	c->ascii = true;
	area_box(&a, "Aksi");
	area_spark(&a, 1, 4, v, 3, T_TEXT);
	assert_string_equal(cells_dump(c, c),
	    "+- Aksi ---+\n|   049    |\n+----------+\n");
	c->ascii = false;
	area_spark(&a, 1, 4, v, 3, T_TEXT);
	assert_non_null(strstr(cells_dump(c, c),
	    "\xe2\x96\x81\xe2\x96\x84\xe2\x96\x88"));
	talloc_free(c);
}

static void
test_area(void **state)
{
	struct cells	*c = cells_new(NULL, 4, 10);
	struct area	 a = area_all(c), s = area_sub(&a, 1, 2, 50, 50), t;

	(void)state;
	assert_int_equal(s.rows, 3);
	assert_int_equal(s.cols, 8);
	area_text(&s, 0, 0, 50, T_TEXT, "0123456789");
	area_text(&s, 7, 0, 5, T_TEXT, "no");
	area_text(&s, -1, 0, 5, T_TEXT, "no");
	area_right(&s, 1, 0, 8, T_TEXT, "277.500");
	assert_int_equal(area_wrap(&s, 2, 0, 8, T_TEXT, "satu dua tiga"), 2);
	assert_string_equal(cells_dump(c, c),
	    "\n  0123456~\n   277.500\n  satu dua\n");
	t = area_sub(&a, 9, 9, 1, 1);
	area_text(&t, 0, 0, 5, T_TEXT, "no");
	area_cursor(&s, 99, 99);
	assert_int_equal(c->cur_row, 3);
	assert_int_equal(c->cur_col, 9);
	talloc_free(c);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_clip),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_wide),
		cmocka_unit_test(test_ascii),
		cmocka_unit_test(test_area),
	};

	mem_init();
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
