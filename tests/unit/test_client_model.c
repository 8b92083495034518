/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake_app.h"
#include "message.h"
#include "model.h"
#include "query.h"

static int	changes;

static void
changed(void *arg)
{
	(void)arg;
	changes++;
}

/* An answer of rows from..to-1, with a cursor unless it is the last page. */
static void
answer_rows(struct fake *f, int from, int to, int all)
{
	json_t	*rows = json_array(), *r;
	int	 i;

	for (i = from; i < to; i++)
		json_array_append_new(rows, json_pack("[o,s]",
		    json_sprintf("%d", 1000000 + i), "x"));
	r = json_pack("{s:[s,s],s:o,s:o,s:i}", "cols", "number", "name",
	    "rows", rows, "next", to < all ? json_sprintf("c%d", to) :
	    json_null(), "count", all);
	fake_reply(f, r, NULL, false);
}

static struct model *
model_of(struct fake *f, int page)
{
	changes = 0;
	return model_new(f, &f->rpc, "customer.list", "number", page, changed,
	    NULL);
}

static void
test_paging(void **state)
{
	struct fake	*f = fake_new(24, 80);
	struct model	*m = model_of(f, 40);
	json_t		*p;
	char		*key;

	(void)state;
	model_query(m, "budi", NULL, "-name");
	p = fake_asked(f, "customer.list");
	assert_int_equal(json_integer_value(json_object_get(p, "limit")), 40);
	assert_string_equal(json_string_value(json_object_get(p, "q")),
	    "budi");
	assert_string_equal(json_string_value(json_object_get(p, "sort")),
	    "-name");
	assert_true(json_is_true(json_object_get(p, "count")));
	assert_null(json_object_get(p, "filter"));
	answer_rows(f, 0, 40, 95);
	assert_int_equal(model_size(m), 40);
	assert_int_equal(m->count, 95);
	/* What is there is not asked for again. */
	model_want(m, 39);
	assert_int_equal(f->n, 0);
	model_want(m, 40);
	p = fake_asked(f, "customer.list");
	assert_string_equal(json_string_value(json_object_get(p, "after")),
	    "c40");
	/* One page at a time. */
	model_want(m, 80);
	assert_int_equal(f->n, 1);
	answer_rows(f, 40, 80, 95);
	model_want(m, 80);
	answer_rows(f, 80, 95, 95);
	assert_int_equal(model_size(m), 95);
	model_want(m, 95);
	assert_int_equal(f->n, 0);
	key = model_key(m, m, 94);
	assert_string_equal(key, "1000094");
	assert_int_equal(model_find(m, "1000094"), 94);
	assert_int_equal(model_find(m, "7"), -1);
	assert_null(model_cell(m, 95, "number"));
	assert_null(model_cell(m, 0, "nothing"));
	talloc_free(f);
}

static void
test_reload(void **state)
{
	struct fake	*f = fake_new(24, 80);
	struct model	*m = model_of(f, 40);

	(void)state;
	model_query(m, NULL, NULL, NULL);
	answer_rows(f, 0, 40, 300);
	/* Rows stay until the new ones are there, all of them. */
	model_reload(m, 250);
	assert_int_equal(json_integer_value(json_object_get(fake_asked(f,
	    "customer.list"), "limit")), 200);
	assert_int_equal(model_size(m), 40);
	answer_rows(f, 0, 200, 300);
	assert_int_equal(model_size(m), 40);
	assert_int_equal(json_integer_value(json_object_get(fake_asked(f,
	    "customer.list"), "limit")), 50);
	answer_rows(f, 200, 250, 300);
	assert_int_equal(model_size(m), 250);
	/* An error leaves what is shown. */
	model_reload(m, 1);
	fake_error(f, "{\"code\":\"unavailable\",\"message\":\"x\"}");
	assert_int_equal(model_size(m), 250);
	assert_non_null(m->error);
	talloc_free(f);
}

static void
test_cancel(void **state)
{
	struct fake	*f = fake_new(24, 80);
	struct model	*m = model_of(f, 40);

	(void)state;
	model_query(m, "b", NULL, NULL);
	model_query(m, "bud", NULL, NULL);
	model_query(m, "budi", NULL, NULL);
	/* Each new letter cancels the query before it. */
	assert_int_equal(f->n, 1);
	assert_int_equal(f->cancelled, 2);
	assert_string_equal(json_string_value(json_object_get(fake_asked(f,
	    "customer.list"), "q")), "budi");
	talloc_free(m);
	assert_int_equal(f->n, 0);
	talloc_free(f);
}

static void
test_exclude(void **state)
{
	struct fake	*f = fake_new(24, 80);
	struct model	*m = model_of(f, 40);

	(void)state;
	m->exclude = talloc_strdup(m, "00003");
	model_query(m, NULL, NULL, NULL);
	answer_rows(f, 0, 5, 5);
	assert_int_equal(model_size(m), 4);
	assert_int_equal(model_find(m, "1000003"), -1);
	talloc_free(f);
}

static void
test_results(void **state)
{
	struct fake	*f = fake_new(24, 80);
	struct model	*m = model_new(f, &f->rpc, "search.all", "number", 40,
			    changed, NULL);
	json_t		*p;

	(void)state;
	model_query(m, "siti", NULL, NULL);
	p = fake_asked(f, "search.all");
	/* Not a list: no count, no filter. */
	assert_int_equal(json_object_size(p), 2);
	fake_answer(f, "{\"results\":[{\"kind\":\"customer\",\"number\":"
	    "\"1000001\",\"title\":\"Siti\",\"detail\":null,\"more\":1}]}");
	assert_int_equal(model_size(m), 1);
	assert_string_equal(json_string_value(model_cell(m, 0, "title")),
	    "Siti");
	talloc_free(f);
}

/* ---- filter lines */

static char *
filter_of(const char *line)
{
	struct query	*q;
	struct date	 today = { 2026, 7, 12 };
	char		*dump, *out;

	q = query_parse(NULL, screen_find("invoices"), line, today);
	dump = message_json(q, q->filter, JSON_COMPACT | JSON_SORT_KEYS);
	out = talloc_asprintf(NULL, "%s|%s|%s|%s", q->q != NULL ? q->q : "",
	    dump, q->exclude != NULL ? q->exclude : "",
	    q->wrong != NULL ? q->wrong : "");
	talloc_free(q);
	return out;
}

static void
test_query(void **state)
{
	static const struct {
		const char	*line, *want;
	} cases[] = {
		{ "budi  santoso", "budi santoso|{}||" },
		{ "status:unpaid", "|{\"status\":\"unpaid\"}||" },
		{ "status:belum x", "x|{\"status\":\"unpaid\"}||" },
		{ "sisa:>100rb", "|{\"remaining\":\">100000\"}||" },
		{ "total:277.500", "|{\"total\":277500}||" },
		{ "total:>", "|{}||" },
		{ "period:0726", "|{\"period\":\"2026-07\"}||" },
		{ "jttempo:<k", "|{\"due\":\"<2026-07-11\"}||" },
		{ "due:k..+3", "|{\"due\":{\"from\":\"2026-07-11\",\"to\":"
		    "\"2026-07-15\"}}||" },
		{ "status:unpaid,paid",
		    "|{\"status\":[\"unpaid\",\"paid\"]}||" },
		{ "status:!lunas", "|{\"status\":\"!paid\"}||" },
		{ "budi !raharjo", "budi|{}|raharjo|" },
		{ "overdue:y", "|{\"overdue\":true}||" },
		{ "warna:merah", "|{}||warna" },
		{ NULL, NULL }
	};
	char	*got;
	int	 i;

	(void)state;
	for (i = 0; cases[i].line != NULL; i++) {
		got = filter_of(cases[i].line);
		assert_string_equal(got, cases[i].want);
		talloc_free(got);
	}
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_paging),
		cmocka_unit_test(test_reload),
		cmocka_unit_test(test_cancel),
		cmocka_unit_test(test_exclude),
		cmocka_unit_test(test_results),
		cmocka_unit_test(test_query),
	};

	mem_init();
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
