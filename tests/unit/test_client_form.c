/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The form engine, typed at: what is sent, what is refused, what is kept. */
#include "fake_app.h"

#include <dirent.h>

#include "draft.h"
#include "screen.h"
#include "view/form.h"

static const char *
text_of(const json_t *p, const char *key)
{
	const char	*s = json_string_value(json_object_get(p, key));

	return s != NULL ? s : "";
}

static json_int_t
int_of(const json_t *p, const char *key)
{
	return json_integer_value(json_object_get(p, key));
}

static struct view *
open_method(struct fake *f, const char *method, json_t *values,
    unsigned flags)
{
	struct form_spec	 spec = { .title = "FORM", .method = method,
				    .values = values, .flags = flags,
				    .screen = "customers", .action = "new" };
	struct view		*v;

	menu_open(f->app);
	v = form_open(f->app, &spec);
	json_decref(values);
	assert_non_null(v);
	return v;
}

static int
drafts_in(struct fake *f)
{
	char		*path = talloc_asprintf(f, "%s/drafts",
			    f->conf.state_dir);
	struct dirent	*de;
	DIR		*d = opendir(path);
	int		 n = 0;

	while (d != NULL && (de = readdir(d)) != NULL)
		n += strstr(de->d_name, ".json") != NULL;
	if (d != NULL)
		closedir(d);
	return n;
}

static void
test_enter_never_sends(void **state)
{
	struct fake	*f = fake_new(24, 80);
	int		 i;

	(void)state;
	open_method(f, "package.create", NULL, 0);
	fake_press(f, "'HOME20 Enter 'Home_20 Enter '20 Enter '10 Enter "
	    "'277rb Enter");
	for (i = 0; i < 50; i++)
		fake_press(f, "Enter");
	assert_int_equal(f->sent, 0);
	fake_press(f, "F8");
	assert_int_equal(f->sent, 1);
	assert_string_equal(text_of(fake_asked(f, "package.create"), "code"),
	    "HOME20");
	assert_int_equal(int_of(fake_asked(f, "package.create"), "price"),
	    277000);
	/* While it is under way nothing is sent again. */
	fake_press(f, "F8 F8 Enter");
	assert_int_equal(f->sent, 1);
	fake_answer(f, "{\"code\":\"HOME20\"}");
	fake_shows(f, "Tersimpan");
	talloc_free(f);
}

static void
test_errors_all_at_once(void **state)
{
	struct fake	*f = fake_new(24, 80);

	(void)state;
	open_method(f, "package.create", NULL, 0);
	fake_press(f, "F8");
	assert_int_equal(f->sent, 0);
	fake_shows(f, "Kode: harus diisi.  Nama: harus diisi.");
	fake_shows(f, ">!Kode");
	fake_press(f, "'A Enter 'x Enter '12.5 Enter");
	/* Wrong on leaving: marked at once, nothing is lost. */
	fake_shows(f, "[12.5");
	fake_press(f, "F8");
	fake_shows(f, "Nama: terlalu panjang atau pendek. (2-255)  Unduh");
	assert_int_equal(f->sent, 0);
	talloc_free(f);
}

static void
test_money_words(void **state)
{
	struct fake	*f = fake_new(24, 80);

	(void)state;
	open_method(f, "package.create", NULL, 0);
	fake_press(f, "'HOME20 Enter 'Home_20 Enter '20 Enter '10 Enter "
	    "'2m Tab");
	fake_press(f, "F8");
	fake_shows(f, "m? tulis jt atau miliar");
	assert_int_equal(f->sent, 0);
	fake_press(f, "'1jt250rb Enter");
	fake_shows(f, "= 1.250.000");
	fake_press(f, "F8");
	assert_int_equal(int_of(fake_asked(f, "package.create"), "price"),
	    1250000);
	talloc_free(f);
}

static void
test_update_sends_changes(void **state)
{
	struct fake	*f = fake_new(24, 80);
	json_t		*p;

	(void)state;
	open_method(f, "package.update", json_pack(
	    "{s:s,s:s,s:i,s:i,s:i,s:i,s:b}", "code", "HOME20", "name",
	    "Home 20", "down_mbps", 20, "up_mbps", 10, "price", 277500,
	    "version", 7, "active", 1), FORM_UPDATE);
	fake_press(f, "F8");
	fake_shows(f, "Tidak ada yang diubah.");
	assert_int_equal(f->sent, 0);
	/* The fixed code cannot be reached: the first field is the name. */
	fake_press(f, "'Home_20_Plus F8");
	p = fake_asked(f, "package.update");
	assert_string_equal(text_of(p, "name"), "Home 20 Plus");
	assert_string_equal(text_of(p, "code"), "HOME20");
	assert_int_equal(int_of(p, "version"), 7);
	assert_null(json_object_get(p, "price"));
	assert_null(json_object_get(p, "active"));
	fake_error(f, "{\"code\":\"conflict\",\"message\":\"x\"}");
	fake_shows(f, "Sudah diubah orang lain");
	fake_shows(f, "[Home 20 Plus");
	talloc_free(f);
}

static void
test_masked_value_is_left_alone(void **state)
{
	struct fake	*f = fake_new(24, 80);

	(void)state;
	open_method(f, "customer.update", json_pack("{s:s,s:s,s:s}", "number",
	    "1000001", "name", "Budi", "id_number", "3273********01"),
	    FORM_UPDATE);
	fake_press(f, "'Budi_S F8");
	assert_null(json_object_get(fake_asked(f, "customer.update"),
	    "id_number"));
	talloc_free(f);
}

static void
test_list_rows(void **state)
{
	struct fake	*f = fake_new(24, 80);
	json_t		*p, *lines;

	(void)state;
	f->denied = "customer.list";	/* no look-up: the text is sent */
	open_method(f, "invoice.create", NULL, 0);
	fake_press(f, "'1000001 Enter '2026-08-15 Enter");
	fake_press(f, "'Pasang_baru Enter '2 Enter '150rb Enter");
	fake_press(f, "'Kabel Enter Enter '25rb Enter");
	/* The empty third row is left by Enter and does not count. */
	fake_press(f, "Enter '10rb F8");
	p = fake_asked(f, "invoice.create");
	lines = json_object_get(p, "lines");
	assert_int_equal(json_array_size(lines), 2);
	assert_int_equal(json_object_size(json_array_get(lines, 0)), 3);
	assert_string_equal(text_of(json_array_get(lines, 0), "text"),
	    "Pasang baru");
	assert_int_equal(int_of(json_array_get(lines, 0), "qty"), 2);
	assert_int_equal(int_of(json_array_get(lines, 1), "qty"), 1);
	assert_int_equal(int_of(json_array_get(lines, 1), "unit_price"),
	    25000);
	assert_int_equal(int_of(p, "discount"), 10000);
	assert_string_equal(text_of(p, "due"), "2026-08-15");
	/* An error inside a row finds its cell. */
	fake_error(f, "{\"code\":\"bad_field\",\"field\":\"lines.1.qty\","
	    "\"args\":{\"rule\":\"max\"},\"message\":\"x\"}");
	fake_shows(f, "Baris 2 Banyak: terlalu besar.");
	fake_press(f, "'3 F8");
	p = fake_asked(f, "invoice.create");
	assert_int_equal(int_of(json_array_get(json_object_get(p, "lines"),
	    1), "qty"), 3);
	talloc_free(f);
}

static void
test_no_line_no_invoice(void **state)
{
	struct fake	*f = fake_new(24, 80);

	(void)state;
	f->denied = "customer.list";
	open_method(f, "invoice.create", NULL, 0);
	fake_press(f, "'1000001 Enter F8");
	assert_int_equal(f->sent, 0);
	fake_shows(f, "Baris: minimal satu baris");
	talloc_free(f);
}

static void
test_reference(void **state)
{
	struct fake	*f = fake_new(24, 80);

	(void)state;
	open_method(f, "service.create", NULL, 0);
	fake_press(f, "'0037 Enter '20 F12");
	/* What is typed ahead waits for the answer. */
	assert_string_equal(text_of(fake_asked(f, "customer.list"), "q"),
	    "0037");
	fake_answer(f, "{\"cols\":[\"number\",\"name\"],\"rows\":"
	    "[[\"1000037\",\"Budi\"]],\"next\":null}");
	fake_shows(f, "[1000037");
	fake_shows(f, "Budi");
	fake_shows(f, "[20__");
	fake_shows(f, "Belum disimpan");
	fake_press(f, "l Enter");
	fake_answer(f, "{\"cols\":[\"code\",\"name\"],\"rows\":"
	    "[[\"HOME20\",\"Home 20\"],[\"BIZ20\",\"Biz 20\"]],"
	    "\"next\":null}");
	/* Several: a list opens, with the text typed as its search. */
	assert_string_equal(text_of(fake_asked(f, "package.list"), "q"),
	    "20");
	fake_answer(f, "{\"cols\":[\"code\",\"name\"],\"rows\":"
	    "[[\"HOME20\",\"Home 20\"],[\"BIZ20\",\"Biz 20\"]],"
	    "\"next\":null}");
	fake_press(f, "Down Enter");
	fake_shows(f, "[BIZ20");
	talloc_free(f);
}

static void
test_nobody_found(void **state)
{
	struct fake	*f = fake_new(24, 80);

	(void)state;
	open_method(f, "service.create", NULL, 0);
	fake_press(f, "'9999 Enter 'x");
	fake_answer(f, "{\"cols\":[\"number\"],\"rows\":[],\"next\":null}");
	fake_shows(f, "Pelanggan: tidak ditemukan.");
	/* Typed for the next field: it must not land in this one. */
	fake_shows(f, "[9999");
	fake_hides(f, "[x");
	talloc_free(f);
}

static void
test_op_id_is_kept(void **state)
{
	struct fake	*f = fake_new(24, 80);
	char		*first;

	(void)state;
	open_method(f, "cash.open", NULL, 0);
	fake_press(f, "'500rb F8");
	first = talloc_strdup(f, text_of(fake_asked(f, "cash.open"),
	    "op_id"));
	assert_int_equal(strlen(first), 36);
	fake_reply(f, NULL, json_pack("{s:s,s:s}", "code", "io", "message",
	    "cut"), true);
	fake_shows(f, "BELUM PASTI");
	fake_press(f, "F8");
	assert_string_equal(text_of(fake_asked(f, "cash.open"), "op_id"),
	    first);
	talloc_free(f);
}

static void
test_cut_line_refuses(void **state)
{
	struct fake	*f = fake_new(24, 80);

	(void)state;
	open_method(f, "cash.open", NULL, 0);
	f->offline = true;
	fake_press(f, "'500rb F8");
	assert_int_equal(f->sent, 0);
	fake_shows(f, "Sambungan putus");
	fake_shows(f, "[500rb");
	talloc_free(f);
}

static void
test_drafts(void **state)
{
	struct fake	*f = fake_new(24, 80);
	json_t		*list, *d;

	(void)state;
	open_method(f, "user.create", NULL, 0);
	fake_press(f, "'siti Enter 'rahasia-sekali Enter 'Siti Enter");
	assert_int_equal(drafts_in(f), 1);
	list = draft_list(f->app);
	assert_int_equal(json_array_size(list), 1);
	d = json_object_get(json_array_get(list, 0), "texts");
	assert_string_equal(text_of(d, "name"), "siti");
	/* A password is in no draft. */
	assert_null(json_object_get(d, "password"));
	json_decref(list);
	/* Esc asks; the default goes on, nothing is thrown away. */
	fake_press(f, "Esc");
	fake_shows(f, "Belum disimpan");
	fake_press(f, "Enter");
	fake_shows(f, "[siti");
	fake_press(f, "Esc b");
	fake_hides(f, "[siti");
	assert_int_equal(drafts_in(f), 0);
	talloc_free(f);
}

static void
test_undo(void **state)
{
	struct fake	*f = fake_new(24, 80);

	(void)state;
	open_method(f, "package.create", NULL, 0);
	fake_press(f, "'ABC Enter 'Nama");
	fake_press(f, "Ctrl-Z");
	fake_hides(f, "[Nama");
	fake_shows(f, "[ABC");
	fake_press(f, "Ctrl-Z");
	fake_hides(f, "[ABC");
	fake_press(f, "Ctrl-Y Ctrl-Y");
	fake_shows(f, "[ABC");
	fake_shows(f, "[Nama");
	talloc_free(f);
}

static void
test_choices(void **state)
{
	struct fake		*f = fake_new(24, 80);
	struct form_spec	 spec = { .title = "STATUS",
				    .method = "service.status" };
	json_t			*p;

	(void)state;
	menu_open(f->app);
	spec.fixed = json_pack("{s:s,s:i}", "customer", "1000001", "service",
	    7);
	/* What the server allows next, in both shapes. */
	spec.choices = json_pack("{s:[s,{s:s}]}", "status", "paused", "to",
	    "terminated");
	form_open(f->app, &spec);
	json_decref(spec.fixed);
	json_decref(spec.choices);
	/* "a" would be AKTIF, which is not allowed from here. */
	fake_press(f, "a");
	fake_hides(f, "AKTIF");
	fake_press(f, "b");
	fake_shows(f, "[BERHENTI");
	fake_press(f, "F4");
	fake_shows(f, "CUTI");
	fake_hides(f, "ISOLIR");
	fake_press(f, "Esc F8");
	p = fake_asked(f, "service.status");
	assert_string_equal(text_of(p, "status"), "terminated");
	assert_int_equal(int_of(p, "service"), 7);
	talloc_free(f);
}

static void
test_passwords_must_agree(void **state)
{
	struct fake	*f = fake_new(24, 80);

	(void)state;
	menu_open(f->app);
	form_password(f->app, true);
	fake_press(f, "'lama Enter 'sandi-baru-1 Enter 'sandi-baru-2 F8");
	assert_int_equal(f->sent, 0);
	fake_shows(f, "tidak sama");
	/* A first password cannot be walked round. */
	fake_press(f, "Esc F3 F12 F10");
	fake_shows(f, "BUAT SANDI");
	fake_press(f, "'sandi-baru-1 F8");
	assert_null(json_object_get(fake_asked(f, "user.password"),
	    "repeat"));
	assert_string_equal(text_of(fake_asked(f, "user.password"), "new"),
	    "sandi-baru-1");
	talloc_free(f);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_enter_never_sends),
		cmocka_unit_test(test_errors_all_at_once),
		cmocka_unit_test(test_money_words),
		cmocka_unit_test(test_update_sends_changes),
		cmocka_unit_test(test_masked_value_is_left_alone),
		cmocka_unit_test(test_list_rows),
		cmocka_unit_test(test_no_line_no_invoice),
		cmocka_unit_test(test_reference),
		cmocka_unit_test(test_nobody_found),
		cmocka_unit_test(test_op_id_is_kept),
		cmocka_unit_test(test_cut_line_refuses),
		cmocka_unit_test(test_drafts),
		cmocka_unit_test(test_undo),
		cmocka_unit_test(test_choices),
		cmocka_unit_test(test_passwords_must_agree),
	};
	int	rc;

	mem_init();
	cmocka_set_message_output(CM_OUTPUT_TAP);
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	form_forget_previous();
	return rc;
}
