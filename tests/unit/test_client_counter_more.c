/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding, scans, paper, other people's payments, and how it looks. */
#include "counter_till.h"

#include "fmt/code.h"

/* ---- finding */

static void
test_digits_many(void **state)
{
	struct till	*t = till_new(DRAWER);

	(void)state;
	/* Typed blindly: must not pay the first of several. */
	press(t, "0037 Enter Enter F8");
	answer(t, "counter.find", MANY_FOUND);
	assert_int_equal(t->c->phase, COUNTER_PICKING);
	assert_null(pending(t, "counter.bill"));
	assert_int_equal(takes(t), 0);
	shows(t, "Budi Hartono");
	press(t, "Down Enter");
	assert_string_equal(text(asked(t, "counter.bill"),
	    "customer"), "1000037");
	talloc_free(t);
}

static void
test_nobody(void **state)
{
	struct till	*t = till_new(DRAWER);

	(void)state;
	press(t, "9999 Enter Enter F8");
	answer(t, "counter.find", "{\"matches\":[],\"exact\":false}");
	assert_int_equal(t->kind, MSG_ERROR);
	assert_null(pending(t, "counter.find"));
	assert_string_equal(t->c->search->text, "9999");
	press(t, "0037");
	assert_string_equal(t->c->search->text, "0037");
	talloc_free(t);
}

static void
test_find_stopped(void **state)
{
	struct till	*t = till_new(DRAWER);
	struct key	 esc = { .code = K_ESC };

	(void)state;
	press(t, "0037 Enter");
	host_hold(t, false);
	feed(t, &esc);
	assert_null(pending(t, "counter.find"));
	assert_int_equal(t->c->phase, COUNTER_IDLE);
	talloc_free(t);
}

/* ---- scans */

static void
test_scans(void **state)
{
	struct till	*t = till_bill(BILL);
	char		*code = code_build(t, CODE_CUSTOMER, "1000375", NULL);
	char		*bad = talloc_strdup(t, code);

	(void)state;
	bad[strlen(bad) - 1] = bad[strlen(bad) - 1] == 'A' ? 'B' : 'A';
	/* Into the money field, after three digits typed by hand. */
	press(t, "300");
	scan(t, bad);
	assert_string_equal(t->message,
	    _("Scan not recognised: scan it again."));
	assert_string_equal(t->c->money->text, "300");
	assert_null(pending(t, "counter.bill"));
	scan(t, code);
	assert_string_equal(text(asked(t, "counter.bill"),
	    "customer"), "1000375");
	answer(t, "counter.bill", BILL);
	/* A stutter of the reader is one scan. */
	scan(t, code);
	assert_null(pending(t, "counter.bill"));
	assert_string_equal(t->c->money->text, "");
	t->now += 2500;
	scan(t, code);
	assert_non_null(pending(t, "counter.bill"));
	assert_int_equal(takes(t), 0);
	talloc_free(t);
}

static void
test_scan_beside_fields(void **state)
{
	struct till	*t = till_bill(BILL);
	char		*bad = code_build(t, CODE_CUSTOMER, "1000222", NULL);

	(void)state;
	bad[strlen(bad) - 1] = bad[strlen(bad) - 1] == 'A' ? 'B' : 'A';
	/* Digits choose a method there; a scan must not. */
	press(t, "BTab");
	assert_int_equal(t->c->focus, ON_METHOD);
	scan(t, bad);
	assert_int_equal(t->c->method, METHOD_CASH);
	press(t, "2");
	assert_int_equal(t->c->method, METHOD_TRANSFER);
	talloc_free(t);
}

/* ---- paper */

static void
test_paper(void **state)
{
	struct till		*t = till_bill(BILL);
	struct paper_status	 st = { .state = PAPER_FAILED,
				    .final = true, .text = "out of paper" };
	const json_t		*p;
	char			*op;

	(void)state;
	printer(t, "2");
	press(t, "300k Enter F8");
	assert_int_equal(t->jobs, 0);
	answer(t, "payment.take", BOOKED);
	assert_int_equal(t->jobs, 1);
	assert_string_equal(t->job[0], "drawer");
	p = asked(t, "receipt.print");
	assert_string_equal(text(p, "payment"), "PAY-202607-00009");
	assert_string_equal(text(p, "to"), "tcp://127.0.0.1:9100");
	op = talloc_strdup(t, text(p, "op_id"));
	/* The next customer is typed meanwhile. */
	press(t, "0038");
	assert_string_equal(t->c->search->text, "0038");
	refuse(t, "receipt.print", "io", true);
	counter_event(t->c, "resync", NULL);
	assert_string_equal(text(asked(t, "receipt.print"),
	    "op_id"), op);
	answer(t, "receipt.print", "{\"copy\":0,\"escpos\":\"G0BhCg==\"}");
	assert_int_equal(t->jobs, 2);
	assert_string_equal(t->job[1], "slip");
	t->paper(&st, t->paper_arg);
	shows(t, _("out of paper"));
	/* Said in line 23 too, and what he types goes on. */
	assert_non_null(strstr(t->message, "PAY-202607-00009"));
	assert_int_equal(t->kind, MSG_INFO);
	shows(t, "22.500");
	/* Once more by hand: another print, and the drawer stays shut. */
	spool_again(t->spool, "PAY-202607-00009");
	assert_string_not_equal(text(asked(t, "receipt.print"),
	    "op_id"), op);
	answer(t, "receipt.print", "{\"copy\":1,\"escpos\":\"G0BhCg==\"}");
	assert_int_equal(t->jobs, 3);
	assert_string_equal(t->job[2], "slip");
	talloc_free(t);
}

static void
test_no_printer(void **state)
{
	struct till	*t = till_bill(BILL);

	(void)state;
	press(t, "F8");
	answer(t, "payment.take", BOOKED);
	assert_null(pending(t, "receipt.print"));
	shows(t, _("not printed; choose a printer: F9 p"));
	talloc_free(t);
}

/* ---- live, and what is drawn */

static void
test_live(void **state)
{
	struct till	*t = till_bill(TWO);
	json_t		*other = json_pack("{s:s,s:s}", "number",
			    "PAY-202607-00001", "customer", "1000444");

	(void)state;
	counter_event(t->c, "payment", other);
	assert_int_equal(t->timers[TIMER_BILL], -1);
	json_object_del(other, "customer");
	counter_event(t->c, "payment", other);
	json_decref(other);
	press(t, "100k F8");
	fire(t, TIMER_BILL);
	answer(t, "counter.bill", BILL);
	assert_string_equal(t->message,
	    _("The bill has changed: look at it again."));
	assert_int_equal(t->c->ask, ASK_NONE);
	assert_int_equal(counter_total(t->c), 277500);
	assert_string_equal(t->c->money->text, "100k");
	/* The same again is no news. */
	counter_event(t->c, "invoice", NULL);
	host_message(t, MSG_INFO, "");
	fire(t, TIMER_BILL);
	answer(t, "counter.bill", BILL);
	assert_string_equal(t->message, "");
	talloc_free(t);
}

static void
test_hostile(void **state)
{
	struct till	*t = till_bill("{\"customer\":{\"number\":\"1000037\","
			    "\"name\":\"\\u001b]0;x\\u0007Budi\\u202e\","
			    "\"address\":\"a\\nb\\u009b2J\","
			    "\"status\":\"\\u001b[2J\","
			    "\"notes\":\"%s%n%s\"},\"invoices\":[{\"number\":"
			    "\"\\u001b[31mINV\",\"remaining\":1000}]}");
	char		*p = picture(t, 21, 80), *q;

	(void)state;
	for (q = p; *q != '\0'; q++)
		assert_true((unsigned char)*q >= 0x20 || *q == '\n');
	assert_null(strstr(p, "\xc2\x9b"));
	assert_null(strstr(p, "\xe2\x80\xae"));
	assert_non_null(strstr(p, "Budi"));
	talloc_free(t);
}

static void
test_drawn(void **state)
{
	static const int	sizes[][2] = { { 21, 80 }, { 37, 120 },
		{ 57, 200 } };
	struct till		*t = till_bill(BILL);
	char			*p, *s;
	size_t			 i;

	(void)state;
	press(t, "300k");
	p = picture(t, 21, 80);
	assert_non_null(strstr(p, "[300k"));
	assert_null(strstr(p, "= 300.000"));
	fire(t, TIMER_ECHO);
	for (i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		p = picture(t, sizes[i][0], sizes[i][1]);
		assert_non_null(strstr(p, "[x] INV-202607-00001"));
		assert_non_null(strstr(p, "= 300.000"));
		assert_non_null(strstr(p, "22.500"));
		assert_non_null(strstr(p, "277.500"));
		assert_non_null(strstr(p, "Dewi Lestari"));
		assert_non_null(strstr(p, "10:41"));
	}
	s = counter_status(t, t->c, "siti");
	assert_non_null(strstr(s, "Loket 2"));
	assert_non_null(strstr(s, "8.415.000"));
	talloc_free(t);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_digits_many),
		cmocka_unit_test(test_nobody),
		cmocka_unit_test(test_find_stopped),
		cmocka_unit_test(test_scans),
		cmocka_unit_test(test_scan_beside_fields),
		cmocka_unit_test(test_paper),
		cmocka_unit_test(test_no_printer),
		cmocka_unit_test(test_live),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_drawn),
	};

	mem_init();
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
