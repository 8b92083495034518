/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables: every row of every screen names what exists and fits. */
#include "base/text.h"
#include "fake_app.h"
#include "api/methods.h"
#include "i18n.h"
#include "screen.h"
#include "value.h"
#include "view/list.h"

static const char *const	langs[] = { "id", "en" };

static void
each(void (*check)(const struct screen *))
{
	const struct screen *const	*s;

	for (s = screen_table; *s != NULL; s++)
		check(*s);
}

static const struct rpc_method *
method_of(const struct screen *s, const char *name)
{
	const struct rpc_method	*m = rpc_method_find(name);

	if (m == NULL)
		fail_msg("%s: no method %s", s->id, name);
	return m;
}

static void
check_methods(const struct screen *s)
{
	if (s->list != NULL)
		assert_true(method_of(s, s->list)->flags & RPC_LIST);
	if (s->stats != NULL)
		method_of(s, s->stats);
	if (s->get != NULL)
		method_of(s, s->get);
	if (s->need != NULL)
		method_of(s, s->need);
	if (s->open != NULL)
		assert_non_null(screen_find(s->open));
	switch (s->kind) {
	case SCREEN_LIST:
	case SCREEN_BOARD:
		assert_non_null(s->list);
		assert_non_null(s->columns);
		assert_non_null(s->key);
		break;
	case SCREEN_DETAIL:
		assert_non_null(s->get);
		assert_non_null(s->tabs);
		break;
	case SCREEN_FORM:
		assert_non_null(s->form);
		break;
	case SCREEN_CUSTOM:
		assert_non_null(s->start);
		break;
	case SCREEN_MENU:
		break;
	}
}

static void
test_methods(void **state)
{
	(void)state;
	each(check_methods);
}

static void
check_action(const struct screen *s, const struct action *a)
{
	const struct rpc_method	*m = method_of(s, a->method);
	const struct preset	*p;
	const struct action	*b;

	if (a->flags & ACT_OPEN) {
		assert_non_null(screen_find(a->screen));
		return;
	}
	for (p = a->presets; p != NULL && p->field != NULL; p++)
		if (field_find(m->params, p->field) == NULL)
			fail_msg("%s.%s: %s has no parameter %s", s->id,
			    a->id, m->name, p->field);
	if (a->choose != NULL)
		assert_non_null(field_find(m->params, a->choose));
	if (a->get != NULL)
		method_of(s, a->get);
	if (a->screen != NULL)
		assert_non_null(screen_find(a->screen));
	if (a->flags & ACT_SURE)
		assert_non_null(a->presets);
	for (b = a + 1; b->id != NULL; b++) {
		assert_string_not_equal(a->id, b->id);
		if (a->letter == b->letter)
			fail_msg("%s: letter %c twice", s->id, a->letter);
	}
}

static void
check_actions(const struct screen *s)
{
	const struct action	*a;

	for (a = s->form != NULL ? s->form : s->actions;
	    a != NULL && a->id != NULL; a++)
		check_action(s, a);
}

static void
test_actions(void **state)
{
	(void)state;
	each(check_actions);
}

static void
test_numbers(void **state)
{
	const struct screen *const	*a;
	const struct screen *const	*b;

	(void)state;
	for (a = screen_table; *a != NULL; a++)
		for (b = a + 1; *b != NULL; b++) {
			assert_string_not_equal((*a)->id, (*b)->id);
			if ((*a)->number >= 0)
				assert_int_not_equal((*a)->number,
				    (*b)->number);
		}
	/* Typed from memory for years: these never move. */
	assert_string_equal(screen_by_number(1)->id, "counter");
	assert_string_equal(screen_by_number(2)->id, "customers");
	assert_string_equal(screen_by_number(3)->id, "customer-new");
	assert_string_equal(screen_by_number(4)->id, "cash");
	assert_string_equal(screen_by_number(5)->id, "invoices");
	assert_string_equal(screen_by_number(8)->id, "payments");
	assert_string_equal(screen_by_number(21)->id, "packages");
	assert_string_equal(screen_by_number(22)->id, "users");
	assert_string_equal(screen_by_number(0)->id, "dashboard");
}

/* Columns that are never dropped fit 80 columns, each under its head. */
static void
check_columns(const struct screen *s, const struct column *columns)
{
	struct col_slot	 slots[32];
	size_t		 i, n, must = 0, shown = 0;
	const struct column *c;

	for (c = columns; c->key != NULL; c++)
		must += c->drop == 0;
	n = list_layout(columns, 76, slots, 32);
	for (i = 0; i < n; i++) {
		shown += slots[i].c->drop == 0;
		if (text_width(i18n_text(slots[i].c->label)) > slots[i].width)
			fail_msg("%s: %s does not fit", s->id,
			    i18n_text(slots[i].c->label));
		if (slots[i].at + slots[i].width > 76)
			fail_msg("%s: %s sticks out in %s", s->id,
			    slots[i].c->key, i18n_lang());
	}
	if (shown != must)
		fail_msg("%s: a column is lost", s->id);
}

static void
check_layout(const struct screen *s)
{
	const struct tab	*t;
	const struct block	*b;

	if (s->columns != NULL)
		check_columns(s, s->columns);
	for (t = s->tabs; t != NULL && t->label != NULL; t++)
		for (b = t->blocks; b->columns != NULL || b->member != NULL;
		    b++)
			if (b->kind == BLOCK_TABLE)
				check_columns(s, b->columns);
}

static void
test_layout(void **state)
{
	int	i;

	(void)state;
	for (i = 0; i < 2; i++) {
		i18n_set(langs[i]);
		each(check_layout);
	}
	i18n_set("id");
}

/* Labels of pairs in a detail and of tabs fit where they are drawn. */
static void
check_labels(const struct screen *s)
{
	const struct tab	*t;
	const struct block	*b;
	const struct column	*c;
	int			 w = 1;

	assert_in_range(text_width(i18n_text(s->title)), 1, 30);
	for (t = s->tabs; t != NULL && t->label != NULL; t++) {
		w += text_width(i18n_text(t->label)) + 5;
		for (b = t->blocks; b->columns != NULL || b->member != NULL;
		    b++)
			for (c = b->columns; b->kind == BLOCK_FIELDS &&
			    c != NULL && c->key != NULL; c++)
				if (text_width(i18n_text(c->label)) > 14)
					fail_msg("%s: %s is too long", s->id,
					    i18n_text(c->label));
	}
	assert_in_range(w, 1, 78);
}

static void
test_labels(void **state)
{
	const struct word	*w;
	int			 i;

	(void)state;
	for (i = 0; i < 2; i++) {
		i18n_set(langs[i]);
		each(check_labels);
		/* The words of a state fit its column. */
		for (w = words; w->wire != NULL; w++)
			assert_in_range(text_width(i18n_text(w->label)), 1,
			    18);
	}
	i18n_set("id");
}

/* Field labels of all forms fit the label column. */
static void
check_method_labels(const struct rpc_method *m, void *arg)
{
	const struct field	*f;

	(void)arg;
	for (f = m->params; f != NULL && f->key != NULL; f++) {
		/* The login screen draws its own fields. */
		if ((f->flags & FIELD_HIDDEN) || (m->flags & RPC_OPEN))
			continue;
		if (f->label == NULL)
			fail_msg("%s.%s has no label", m->name, f->key);
		if (text_width(i18n_text(f->label)) > 23)
			fail_msg("%s.%s: %s is too long", m->name, f->key,
			    i18n_text(f->label));
	}
}

static void
test_form_labels(void **state)
{
	int	i;

	(void)state;
	for (i = 0; i < 2; i++) {
		i18n_set(langs[i]);
		rpc_method_each(check_method_labels, NULL);
	}
	i18n_set("id");
}

/* Every state that the interface knows has a word of its own. */
static void
test_words(void **state)
{
	const char *const *const	lists[] = { service_states,
					    customer_states, invoice_states,
					    payment_states, payment_methods,
					    scope_values, lang_values };
	const char *const		*v;
	size_t				 i;

	(void)state;
	for (i = 0; i < sizeof lists / sizeof lists[0]; i++)
		for (v = lists[i]; *v != NULL; v++) {
			if (word_find(*v) == NULL)
				fail_msg("no word for %s", *v);
			assert_non_null(word_wire(word_text(*v)));
		}
	assert_string_equal(word_text("suspended"), "ISOLIR");
	assert_string_equal(word_wire("isolir"), "suspended");
	assert_string_equal(word_wire("lunas"), "paid");
	assert_null(word_wire("zz"));
	assert_string_equal(word_text("zz"), "zz");
}

static void
test_catalog(void **state)
{
	(void)state;
	i18n_set("id");
	assert_string_equal(i18n_text("Customers"), "Pelanggan");
	assert_string_equal(i18n_text("no such message"), "no such message");
	assert_string_equal(i18n_text(""), "");
	i18n_set("en_GB.UTF-8");
	assert_string_equal(i18n_lang(), "en");
	assert_string_equal(i18n_text("Customers"), "Customers");
	assert_string_equal(i18n_text_in("id", "Payments"), "Pembayaran");
	i18n_set("xx");
	assert_string_equal(i18n_lang(), "id");
}

/* A list on the screen: the ghost, the tags, the selection by identity. */
static void
test_list(void **state)
{
	struct fake	*f = fake_new(24, 80);

	(void)state;
	menu_open(f->app);
	app_open(f->app, "packages", NULL);
	fake_answer(f, "{\"cols\":[\"code\",\"name\"],\"rows\":[[\"A\",\"a\"],"
	    "[\"B\",\"b\"],[\"C\",\"c\"]],\"next\":null,\"count\":3}");
	fake_shows(f, "tampil 3 dari 3");
	fake_press(f, "Down Ins");
	fake_shows(f, "ditandai 1");
	fake_shows(f, ">  C");
	fake_press(f, "Up");
	fake_shows(f, ">* B");
	/* Somebody adds a row above: the selection stays on B. */
	fake_press(f, "F5");
	fake_answer(f, "{\"cols\":[\"code\",\"name\"],\"rows\":[[\"0\",\"z\"],"
	    "[\"A\",\"a\"],[\"B\",\"b\"],[\"C\",\"c\"]],\"next\":null}");
	fake_shows(f, ">* B");
	/* Somebody takes B away: no key hits C instead. */
	fake_press(f, "F5");
	fake_answer(f, "{\"cols\":[\"code\",\"name\"],\"rows\":[[\"0\",\"z\"],"
	    "[\"A\",\"a\"],[\"C\",\"c\"]],\"next\":null}");
	fake_shows(f, "(hilang)");
	fake_press(f, "Enter");
	assert_int_equal(f->n, 0);
	fake_press(f, "Down");
	fake_hides(f, "(hilang)");
	fake_shows(f, ">  C");
	/* Letters filter; they never act. */
	fake_press(f, "'nusb_x");
	fake_shows(f, "Saring: nusb x");
	assert_int_equal(f->n, 0);
	fake_press(f, "Esc Esc");
	fake_shows(f, "Saring: ____");
	talloc_free(f);
}

/* Esc, then a digit by itself, is a function key; in a burst it is text. */
static void
test_esc_digit(void **state)
{
	struct fake	*f = fake_new(24, 80);

	(void)state;
	menu_open(f->app);
	app_open(f->app, "packages", NULL);
	fake_answer(f, "{\"cols\":[\"code\"],\"rows\":[],\"next\":null}");
	fake_press(f, "Esc 1");
	fake_hides(f, "Bantuan layar ini");
	fake_run(f, 250);
	fake_shows(f, "Bantuan layar ini");
	fake_press(f, "Esc");
	fake_run(f, 10);
	/* Two digits: typed text. */
	fake_press(f, "Esc 1 2");
	fake_run(f, 250);
	fake_hides(f, "Bantuan layar ini");
	fake_shows(f, "Saring: 12");
	fake_press(f, "Esc");
	fake_run(f, 250);
	/* There is no twin of F8. */
	fake_press(f, "Esc 8");
	fake_run(f, 250);
	fake_shows(f, "Saring: 8");
	talloc_free(f);
}

static void
test_small(void **state)
{
	struct fake	*f = fake_new(24, 80);
	int		 r, c;

	(void)state;
	menu_open(f->app);
	app_open(f->app, "packages", NULL);
	fake_answer(f, "{\"cols\":[\"code\"],\"rows\":[[\"A\"]],"
	    "\"next\":null}");
	app_resize(f->app, 20, 72);
	fake_shows(f, "Perlu 80x24 (kini 72x20)");
	fake_press(f, "Enter F8 F9 'x");
	assert_int_equal(f->n, 0);
	for (r = 1; r <= 100; r += 9)
		for (c = 1; c <= 300; c += 23) {
			app_resize(f->app, r, c);
			talloc_free(fake_screen(f));
		}
	app_resize(f->app, 24, 80);
	fake_shows(f, "1 baris");
	talloc_free(f);
}

static void
test_hidden_without_right(void **state)
{
	struct fake	*f = fake_new(24, 80);

	(void)state;
	f->denied = "package.create";
	menu_open(f->app);
	app_open(f->app, "packages", NULL);
	fake_answer(f, "{\"cols\":[\"code\"],\"rows\":[[\"A\"]],"
	    "\"next\":null}");
	fake_hides(f, "Paket baru");
	fake_press(f, "F6");
	fake_shows(f, "1 baris");
	fake_press(f, "F9");
	fake_shows(f, "Ubah");
	fake_hides(f, "Paket baru");
	fake_press(f, "Esc F3");
	f->denied = "package.list";
	fake_hides(f, "Paket & harga");
	fake_press(f, "2 1 Enter");
	fake_shows(f, "tidak berhak");
	talloc_free(f);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_methods),
		cmocka_unit_test(test_actions),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_labels),
		cmocka_unit_test(test_form_labels),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_catalog),
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_esc_digit),
		cmocka_unit_test(test_small),
		cmocka_unit_test(test_hidden_without_right),
	};

	mem_init();
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
