/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The counter, typed at: every path of the key table with its count, and what
 * must never happen: a second booking, a scan or an Enter that pays.
 */
#include "counter_till.h"

#include "fmt/code.h"

/* ---- the key table */

static void
type_path(const char *keys, int count, int64_t money)
{
	struct till	*t = till_new(DRAWER);

	press(t, keys);
	answer(t, "counter.find", ONE_FOUND);
	answer(t, "counter.bill", BILL);
	assert_int_equal(t->keys, count);
	assert_int_equal(tendered(t), money);
	answer(t, "payment.take", BOOKED);
	assert_string_equal(t->c->result->payment, "PAY-202607-00009");
	assert_int_equal(t->c->focus, ON_SEARCH);
	talloc_free(t);
}

static void
test_paths(void **state)
{
	(void)state;
	/* Typed ahead without waiting for anything. */
	type_path("0037 Enter Enter F8", 7, 277500);
	type_path("0037 Enter 300k Enter F8", 11, 300000);
	type_path("0037 Enter Down Down Enter F8", 9, 300000);
	type_path("1000037 Enter Enter F8", 10, 277500);
	type_path("0037 Enter F8", 6, 277500);
}

static void
test_path_name(void **state)
{
	struct till	*t = till_new(DRAWER);

	(void)state;
	press(t, "budi_s Enter Down Enter 300k Enter F8");
	assert_int_equal(t->keys, 15);
	answer(t, "counter.find", MANY_FOUND);
	assert_string_equal(text(asked(t, "counter.bill"),
	    "customer"), "1000037");
	answer(t, "counter.bill", BILL);
	assert_int_equal(tendered(t), 300000);
	talloc_free(t);
}

static void
test_path_scan(void **state)
{
	struct till	*t = till_new(DRAWER);
	char		*code = code_build(t, CODE_CUSTOMER, "1000037", NULL);
	char		*inv = code_build(t, CODE_INVOICE, "INV-202607-00001",
			    NULL);

	(void)state;
	scan(t, code);
	answer(t, "counter.bill", BILL);
	press(t, "Enter F8");
	assert_int_equal(t->keys, 2);
	assert_int_equal(tendered(t), 277500);
	answer(t, "payment.take", BOOKED);
	/* An invoice's code finds its customer. */
	t->keys = 0;
	scan(t, inv);
	assert_string_equal(text(asked(t, "counter.find"), "q"),
	    "INV-202607-00001");
	answer(t, "counter.find", ONE_FOUND);
	answer(t, "counter.bill", BILL);
	press(t, "Enter F8");
	assert_int_equal(t->keys, 2);
	assert_int_equal(tendered(t), 277500);
	talloc_free(t);
}

static void
test_params(void **state)
{
	struct till	*t = till_bill(TWO);
	const json_t	*p, *inv;

	(void)state;
	/* Without the older one: Tab goes to method, Shift-Tab to the list. */
	press(t, "BTab BTab");
	assert_int_equal(t->c->focus, ON_INVOICES);
	press(t, "Space F8");
	p = asked(t, "payment.take");
	inv = json_object_get(p, "invoices");
	assert_int_equal(json_array_size(inv), 1);
	assert_string_equal(json_string_value(json_array_get(inv, 0)),
	    "INV-202607-00001");
	assert_string_equal(text(p, "customer"), "1000037");
	assert_string_equal(text(p, "method"), "cash");
	assert_int_equal(tendered(t), 277500);
	assert_int_equal(strlen(text(p, "op_id")), 36);
	talloc_free(t);
}

/* ---- once */

static void
test_enter_never_books(void **state)
{
	struct till	*t = till_bill(BILL);
	int		 i;

	(void)state;
	for (i = 0; i < 30; i++)
		press(t, "Enter");
	press(t, "Tab Enter Tab Enter Tab Enter 300k Enter");
	assert_int_equal(takes(t), 0);
	talloc_free(t);
}

static void
test_twice(void **state)
{
	struct till	*t = till_bill(BILL);

	(void)state;
	press(t, "F8 F8 F8");
	assert_int_equal(takes(t), 1);
	answer(t, "payment.take", BOOKED);
	press(t, "F8 F8");
	assert_int_equal(takes(t), 0);
	assert_string_equal(t->c->result->payment, "PAY-202607-00009");
	talloc_free(t);
}

static void
test_lost(void **state)
{
	struct till	*t = till_bill(BILL);
	json_t		*first;
	char		*op;

	(void)state;
	printer(t, "2");
	press(t, "300k F8");
	op = talloc_strdup(t, text(asked(t, "payment.take"),
	    "op_id"));
	first = json_deep_copy(asked(t, "payment.take"));
	t->online = false;
	refuse(t, "payment.take", "io", true);
	assert_int_equal(t->c->phase, COUNTER_UNSURE);
	shows(t, _("NOT CERTAIN whether it was booked, checking... nothing "
	    "is printed before"));
	assert_int_equal(t->jobs, 0);
	/* Neither another payment nor another screen. */
	assert_false(counter_may_leave(t->c));
	press(t, "F8 F12 F3 F10 0038 Enter");
	assert_int_equal(takes(t), 0);
	assert_int_equal(t->unhandled, 0);
	fire(t, TIMER_CHECK);
	assert_int_equal(takes(t), 0);
	/* The line is back: the same question, asked once. */
	t->online = true;
	counter_event(t->c, "resync", NULL);
	assert_int_equal(takes(t), 1);
	fire(t, TIMER_CHECK);
	assert_int_equal(takes(t), 1);
	assert_string_equal(text(asked(t, "payment.take"), "op_id"),
	    op);
	assert_true(json_equal(asked(t, "payment.take"), first));
	json_decref(first);
	assert_int_equal(t->jobs, 0);
	/* The door does not know it yet: still not certain. */
	refuse(t, "payment.take", "not_logged_in", false);
	assert_int_equal(t->c->phase, COUNTER_UNSURE);
	fire(t, TIMER_CHECK);
	answer(t, "payment.take", BOOKED);
	assert_int_equal(t->jobs, 1);
	assert_string_equal(t->job[0], "drawer");
	assert_non_null(pending(t, "receipt.print"));
	assert_true(counter_may_leave(t->c));
	talloc_free(t);
}

static void
test_lost_then_refused(void **state)
{
	struct till	*t = till_bill(BILL);
	char		*op;

	(void)state;
	press(t, "F8");
	op = talloc_strdup(t, text(asked(t, "payment.take"),
	    "op_id"));
	refuse(t, "payment.take", "timeout", true);
	fire(t, TIMER_CHECK);
	refuse(t, "payment.take", "invoice_closed", false);
	assert_int_equal(t->c->phase, COUNTER_BILL);
	assert_int_equal(t->jobs, 0);
	press(t, "F8");
	assert_string_not_equal(text(asked(t, "payment.take"),
	    "op_id"), op);
	talloc_free(t);
}

static void
test_refused(void **state)
{
	struct till	*t = till_bill(TWO);
	char		*op;

	(void)state;
	press(t, "400k F8");
	op = talloc_strdup(t, text(asked(t, "payment.take"),
	    "op_id"));
	refuse(t, "payment.take", "invoice_closed", false);
	assert_string_equal(t->message, "invoice_closed");
	/* What is open now is read, and nothing typed is lost. */
	answer(t, "counter.bill", BILL);
	assert_int_equal(counter_total(t->c), 277500);
	assert_string_equal(t->c->money->text, "400k");
	press(t, "F8");
	assert_string_not_equal(text(asked(t, "payment.take"),
	    "op_id"), op);
	talloc_free(t);
}

static void
test_not_sent(void **state)
{
	struct till	*t = till_bill(BILL);
	char		*op;

	(void)state;
	press(t, "F8");
	op = talloc_strdup(t, text(asked(t, "payment.take"),
	    "op_id"));
	/* It never left: known, and the next try may keep its id. */
	refuse(t, "payment.take", "io", false);
	assert_int_equal(t->c->phase, COUNTER_BILL);
	press(t, "F8");
	assert_string_equal(text(asked(t, "payment.take"), "op_id"),
	    op);
	talloc_free(t);
}

static void
test_cut(void **state)
{
	struct till	*t = till_bill(BILL);

	(void)state;
	t->online = false;
	press(t, "300k F8");
	assert_int_equal(takes(t), 0);
	assert_int_equal(t->kind, MSG_ERROR);
	assert_string_equal(t->c->money->text, "300k");
	t->online = true;
	press(t, "F8");
	assert_int_equal(tendered(t), 300000);
	talloc_free(t);
}

/* ---- questions */

static void
test_partial(void **state)
{
	struct till	*t = till_bill(BILL);

	(void)state;
	press(t, "100k");
	shows(t, _("REMAINING"));
	shows(t, "177.500");
	press(t, "F8 F8");
	assert_int_equal(takes(t), 0);		/* a bouncing key */
	shows(t, "177.500");
	t->now += 500;
	press(t, "F8");
	assert_int_equal(tendered(t), 100000);
	talloc_free(t);
}

static void
test_partial_other_sum(void **state)
{
	struct till	*t = till_bill(BILL);

	(void)state;
	press(t, "100k F8");
	t->now += 500;
	press(t, "Ctrl-U 50k F8");	/* another sum is asked again */
	assert_int_equal(takes(t), 0);
	t->now += 500;
	press(t, "Esc F8");		/* Esc took the question back */
	assert_int_equal(takes(t), 0);
	t->now += 500;
	press(t, "F8");
	assert_int_equal(tendered(t), 50000);
	talloc_free(t);
}

static void
test_large(void **state)
{
	struct till	*t = till_bill(BILL);

	(void)state;
	press(t, "6jt F8");
	assert_int_equal(t->c->focus, ON_RETYPE);
	press(t, "F8 600k F8");
	assert_int_equal(takes(t), 0);
	press(t, "6jt F8");
	assert_int_equal(tendered(t), 6000000);
	talloc_free(t);
}

static void
test_credit(void **state)
{
	struct till	*t = till_bill("{\"customer\":" BUDI
			    ",\"invoices\":[]}");

	(void)state;
	press(t, "F8");
	assert_int_equal(takes(t), 0);
	press(t, "50k F8");
	t->now += 500;
	press(t, "F8");
	assert_int_equal(tendered(t), 50000);
	assert_null(json_object_get(asked(t, "payment.take"),
	    "invoices"));
	talloc_free(t);
}

static void
test_bad_money(void **state)
{
	struct till	*t = till_bill(BILL);

	(void)state;
	press(t, "12.5 F8");
	assert_int_equal(takes(t), 0);
	assert_int_equal(t->kind, MSG_ERROR);
	press(t, "Ctrl-U 5m Enter F8");
	assert_int_equal(takes(t), 0);
	talloc_free(t);
}

static void
test_no_session(void **state)
{
	struct till	*t = till_new(NO_DRAWER);
	char		*s;

	(void)state;
	shows(t, _("Your drawer is closed: cash cannot be taken. F6 opens "
	    "it."));
	s = counter_status(t, t->c, "siti");
	assert_non_null(strstr(s, _("drawer closed")));
	press(t, "0037 Enter");
	answer(t, "counter.find", ONE_FOUND);
	answer(t, "counter.bill", BILL);
	press(t, "F8");
	assert_int_equal(takes(t), 0);
	press(t, "F6");
	assert_int_equal(t->sessions, 1);
	/* A transfer needs none. */
	press(t, "F7 F8");
	assert_int_equal(takes(t), 1);
	talloc_free(t);
}

static void
test_transfer(void **state)
{
	struct till	*t = till_bill(BILL);
	const json_t	*p;

	(void)state;
	printer(t, "2");
	press(t, "F7 BTab");
	assert_int_equal(t->c->focus, ON_REFERENCE);
	press(t, "BCA123 F8");
	p = asked(t, "payment.take");
	assert_string_equal(text(p, "method"), "transfer");
	assert_string_equal(text(p, "reference"), "BCA123");
	answer(t, "payment.take", PENDING);
	/* No money came in: the drawer stays shut. */
	assert_int_equal(t->jobs, 0);
	shows(t, "PAY-202607-00010");
	talloc_free(t);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_path_name),
		cmocka_unit_test(test_path_scan),
		cmocka_unit_test(test_params),
		cmocka_unit_test(test_enter_never_books),
		cmocka_unit_test(test_twice),
		cmocka_unit_test(test_lost),
		cmocka_unit_test(test_lost_then_refused),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_not_sent),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_partial),
		cmocka_unit_test(test_partial_other_sum),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_credit),
		cmocka_unit_test(test_bad_money),
		cmocka_unit_test(test_no_session),
		cmocka_unit_test(test_transfer),
	};

	mem_init();
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
