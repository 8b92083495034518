/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "fake_app.h"
#include "i18n.h"

/* In each context a key means one thing. */
static void
test_unique(void **state)
{
	const struct command_row	*a, *b;
	unsigned			 ctx;

	(void)state;
	for (ctx = 1; ctx & CTX_ALL; ctx <<= 1)
		for (a = command_rows; a->id != CMD_NONE; a++)
			for (b = a + 1; b->id != CMD_NONE; b++) {
				if (!(a->contexts & b->contexts & ctx) ||
				    a->id == b->id)
					continue;
				if (a->key != 0 && (a->key == b->key ||
				    a->key == b->key2))
					fail_msg("%s twice in %x",
					    key_name(a->key), ctx);
				if (a->ch != 0 && a->ch == b->ch)
					fail_msg("%c twice in %x",
					    (char)a->ch, ctx);
			}
}

/* Every command has a key or a name in the palette, and a row. */
static void
test_reachable(void **state)
{
	const struct command_row	*r;
	int				 id;

	(void)state;
	for (id = CMD_NONE + 1; id < CMD_COUNT_; id++) {
		r = command_row((enum command)id);
		if (r == NULL)
			fail_msg("command %d has no row", id);
		assert_true(r->key != 0 || r->ch != 0 ||
		    (r->name != NULL && r->help != NULL && r->run != NULL));
		assert_true(r->contexts & CTX_ALL);
	}
}

static void
test_meanings(void **state)
{
	static const struct {
		const char	*key;
		enum command	 cmd;
	} frozen[] = {
		{ "F1", CMD_HELP }, { "F2", CMD_FIND }, { "F3", CMD_CLOSE },
		{ "F5", CMD_REFRESH }, { "F6", CMD_START },
		{ "F7", CMD_EDIT }, { "F8", CMD_COMMIT },
		{ "F9", CMD_ACTIONS }, { "F10", CMD_MENU },
		{ "F12", CMD_CANCEL }, { "Enter", CMD_ENTER },
		{ "Ctrl-K", CMD_PALETTE }, { "Ins", CMD_TAG },
		{ "Ctrl-O", CMD_TAG }, { "S-F7", CMD_TAG_ALL },
		{ NULL, CMD_NONE }
	};
	struct key	k;
	int		i;

	(void)state;
	for (i = 0; frozen[i].key != NULL; i++) {
		assert_true(key_parse(frozen[i].key, &k));
		assert_int_equal(command_find(&k, CTX_LIST, true, false),
		    frozen[i].cmd);
	}
	/* Enter never commits, wherever it is pressed. */
	assert_true(key_parse("Enter", &k));
	for (i = 1; i & CTX_ALL; i <<= 1)
		assert_int_not_equal(command_find(&k, (unsigned)i, false,
		    false), CMD_COMMIT);
}

static void
test_characters(void **state)
{
	struct key	k = { .code = K_CHAR, .ch = '?' };

	(void)state;
	assert_int_equal(command_find(&k, CTX_LIST, false, false), CMD_HELP);
	assert_int_equal(command_find(&k, CTX_LIST, true, false), CMD_NONE);
	k.ch = 'j';
	assert_int_equal(command_find(&k, CTX_LIST, false, false), CMD_NONE);
	assert_int_equal(command_find(&k, CTX_LIST, false, true), CMD_DOWN);
	assert_int_equal(command_find(&k, CTX_FORM, false, true), CMD_NONE);
}

static void
test_names(void **state)
{
	const struct command_row	*r;
	struct key			 k;
	char				 name[16];

	(void)state;
	for (r = command_rows; r->id != CMD_NONE; r++) {
		if (r->key == 0)
			continue;
		assert_string_not_equal(key_name(r->key), "");
		snprintf(name, sizeof name, "%s", key_name(r->key));
		assert_true(key_parse(name, &k));
		assert_int_equal(k.code, r->key);
	}
	assert_false(key_parse("F99", &k));
	assert_true(key_parse("7", &k));
	assert_int_equal(k.ch, '7');
}

/* The bar of a form (most keys at once) fits 80 columns in both languages. */
static void
test_bar_fits(void **state)
{
	static const char *const	langs[] = { "id", "en" };
	const struct command_row	*r;
	int				 i, w;
	unsigned			 ctx;

	(void)state;
	for (i = 0; i < 2; i++) {
		i18n_set(langs[i]);
		for (ctx = 1; ctx & CTX_ALL; ctx <<= 1) {
			w = 1;
			for (r = command_rows; r->id != CMD_NONE; r++) {
				if (!(r->contexts & ctx) || r->name == NULL ||
				    r->key == 0)
					continue;
				w += (int)strlen(key_name(r->key)) + 2 +
				    text_width(i18n_text(r->name));
			}
			/* The bar may shorten names to four letters. */
			assert_in_range(w, 1, 130);
		}
		for (r = command_rows; r->id != CMD_NONE; r++)
			if (r->name != NULL)
				assert_in_range(text_width(i18n_text(r->name)),
				    1, 12);
	}
	i18n_set("id");
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_unique),
		cmocka_unit_test(test_reachable),
		cmocka_unit_test(test_meanings),
		cmocka_unit_test(test_characters),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_bar_fits),
	};

	mem_init();
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
