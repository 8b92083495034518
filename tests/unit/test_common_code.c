/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fmt/code.h"

/* Published examples of ISO 7064 MOD 37,36. */
static void
test_standard(void **state)
{
	(void)state;
	assert_int_equal(code_check_char("A12425GABC1234002"), 'M');
	assert_int_equal(code_check_char("A1-2425G-ABC1234002"), 'M');
	assert_int_equal(code_check_char("a12425gabc1234002"), 'M');
}

static void
test_round_trip(void **state)
{
	static const char *const	numbers[] = { "1000375",
		"INV-202607-04411", "BDG-PAY-202607-00001", "7", "A.1/2" };
	void			*ctx = talloc_new(NULL);
	struct code		 c;
	size_t			 i;
	int			 k;
	char			*s, *dressed;

	(void)state;
	/* Printed cards outlive releases: these payloads never change. */
	assert_string_equal(code_build(ctx, CODE_CUSTOMER, "1000375", NULL),
	    "JB1C1000375V");
	assert_string_equal(code_build(ctx, CODE_INVOICE, "INV-202607-04411",
	    NULL), "JB1IINV-202607-04411C");
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		for (k = CODE_CUSTOMER; k <= CODE_RECEIPT; k++) {
			s = code_build(ctx, (enum code_kind)k, numbers[i],
			    NULL);
			assert_non_null(s);
			assert_true(strlen(s) >= 6);
			assert_memory_equal(s, "JB1", 3);
			assert_true(code_claims(s));
			dressed = talloc_asprintf(ctx, " %s\r\n", s);
			dressed[1] = 'j';
			assert_int_equal(code_parse(dressed, &c, NULL), 0);
			assert_int_equal(c.kind, k);
			assert_string_equal(c.number, numbers[i]);
		}
	talloc_free(ctx);
}

/* Each single wrong character and each swap of neighbours is noticed. */
static void
test_misread(void **state)
{
	void		*ctx = talloc_new(NULL);
	struct err	 e = ERR_INIT;
	struct code	 c;
	char		*s, *t;
	const char	*p;
	size_t		 i;

	(void)state;
	s = code_build(ctx, CODE_INVOICE, "INV-202607-04411", NULL);
	for (i = 4; s[i] != '\0'; i++) {
		if (s[i] == '-')
			continue;
		for (p = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"; *p != '\0';
		    p++) {
			if (*p == s[i])
				continue;
			t = talloc_strdup(ctx, s);
			t[i] = *p;
			assert_int_equal(code_parse(t, &c, &e), -1);
			assert_string_equal(e.args, "{\"rule\":\"check\"}");
		}
		if (s[i + 1] == '\0' || s[i + 1] == '-' || s[i + 1] == s[i])
			continue;
		t = talloc_strdup(ctx, s);
		t[i] = s[i + 1];
		t[i + 1] = s[i];
		assert_int_equal(code_parse(t, &c, NULL), -1);
	}
	err_clear(&e);
	talloc_free(ctx);
}

static void
test_refused(void **state)
{
	static const char *const	bad[] = { "", "JB1", "JB1C", "1000375",
		"JB1X1000375Y", "JB2C1000375Y", "JB1C--", "JB1C---A",
		"JB1C10 00375Y", "JB1C10\03300375Y", "8991234567890",
		"JB1C12345678901234567890123456789012345678901234567890" };
	static const char *const	numbers[] = { "", "-", "a b", "x\n",
		"\xc3\xa9", "a;b",
		"12345678901234567890123456789012345678901" };
	struct code		c;
	struct err		e = ERR_INIT;
	size_t			i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (code_parse(bad[i], &c, NULL) != -1)
			fail_msg("%s was taken", bad[i]);
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		assert_null(code_build(NULL, CODE_CUSTOMER, numbers[i], &e));
		assert_int_equal(e.code, ERR_BAD_FIELD);
	}
	assert_false(code_claims("0812345"));
	assert_true(code_claims("jb1c1000375x\r"));
	err_clear(&e);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_standard),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_misread),
		cmocka_unit_test(test_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
