/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake_app.h"
#include "ui/edit.h"

static void
type(struct edit *ed, const char *s)
{
	struct key	k = { .code = K_CHAR };

	for (; *s != '\0'; s++) {
		k.ch = *s;
		edit_text(ed, &k);
	}
}

static void
test_typing(void **state)
{
	struct edit	*ed = edit_new(NULL, 10);
	struct key	 e_acute = { .code = K_CHAR, .ch = 0xe9 };
	bool		 changed;

	(void)state;
	type(ed, "budi");
	assert_string_equal(ed->text, "budi");
	edit_command(ed, CMD_HOME, &changed);
	type(ed, "x");
	assert_string_equal(ed->text, "xbudi");
	edit_command(ed, CMD_END, &changed);
	assert_true(edit_text(ed, &e_acute));
	assert_string_equal(ed->text, "xbudi\xc3\xa9");
	edit_command(ed, CMD_BACKSPACE, &changed);
	assert_true(changed);
	assert_string_equal(ed->text, "xbudi");
	edit_command(ed, CMD_LEFT, &changed);
	edit_command(ed, CMD_DELETE, &changed);
	assert_string_equal(ed->text, "xbud");
	/* Letters count, not bytes. */
	edit_command(ed, CMD_END, &changed);
	type(ed, "1234567890");
	assert_string_equal(ed->text, "xbud123456");
	assert_true(edit_command(ed, CMD_CLEAR, &changed));
	assert_string_equal(ed->text, "");
	assert_false(edit_command(ed, CMD_UP, &changed));
	talloc_free(ed);
}

static void
test_fresh(void **state)
{
	struct edit	*ed = edit_new(NULL, 0);
	bool		 changed;

	(void)state;
	edit_set(ed, "277.500");
	type(ed, "3");
	assert_string_equal(ed->text, "3");
	edit_set(ed, "277.500");
	edit_command(ed, CMD_END, &changed);
	type(ed, "9");
	assert_string_equal(ed->text, "277.5009");
	edit_set(ed, "277.500");
	edit_command(ed, CMD_BACKSPACE, &changed);
	assert_string_equal(ed->text, "");
	talloc_free(ed);
}

static void
test_paste(void **state)
{
	struct edit	*ed = edit_new(NULL, 20);
	struct key	 k = { .code = K_PASTE };
	char		*big = talloc_size(ed, 1024 * 1024 + 1);

	(void)state;
	k.text = "\r\nsatu\ttab\x1b[31m\xe2\x80\xae\ndua";
	edit_text(ed, &k);
	/* First line, no escape, no bidi mark: what is seen is what is sent. */
	assert_string_equal(ed->text, "satu tab[31m");
	memset(big, 'a', 1024 * 1024);
	big[1024 * 1024] = '\0';
	k.text = big;
	edit_text(ed, &k);
	assert_int_equal(strlen(ed->text), 20);
	talloc_free(ed);
}

static void
test_lines(void **state)
{
	struct edit	*ed = edit_new(NULL, 100);

	(void)state;
	ed->lines = true;
	edit_insert(ed, "satu\ndua dua\ntiga");
	assert_string_equal(ed->text, "satu\ndua dua\ntiga");
	assert_false(edit_move_line(ed, 1));
	assert_true(edit_move_line(ed, -1));
	edit_insert(ed, "|");
	assert_string_equal(ed->text, "satu\ndua |dua\ntiga");
	assert_true(edit_move_line(ed, -1));
	edit_insert(ed, "|");
	assert_string_equal(ed->text, "satu|\ndua |dua\ntiga");
	assert_false(edit_move_line(ed, -1));
	talloc_free(ed);
}

static void
test_draw(void **state)
{
	struct cells	*c = cells_new(NULL, 2, 20);
	struct area	 a = area_all(c);
	struct edit	*ed = edit_new(c, 100);
	char		*s;

	(void)state;
	edit_insert(ed, "0123456789abcdef");
	edit_draw(ed, &a, 0, 1, 10, true);
	s = cells_dump(c, c);
	/* The end is in sight, with room for the cursor. */
	assert_string_equal(s, " 789abcdef_\n\n");
	assert_int_equal(c->cur_col, 10);
	edit_draw(ed, &a, 0, 1, 10, false);
	s = cells_dump(c, c);
	assert_string_equal(s, " 012345678~\n\n");
	ed->secret = true;
	edit_set(ed, "rahasia");
	edit_draw(ed, &a, 0, 1, 10, true);
	s = cells_dump(c, c);
	assert_string_equal(s, " *******___\n\n");
	talloc_free(c);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_typing),
		cmocka_unit_test(test_fresh),
		cmocka_unit_test(test_paste),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_draw),
	};

	mem_init();
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
