/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The first page of the owner and of finance: what came in, what is owed, how
 * many customers. Only figures of the server's answer, only the sections that
 * he may see; each half of the screen fills from the top.
 */
#include "screens/custom/custom.h"

#include <string.h>

#include "base/clock.h"
#include "fmt/date.h"
#include "fmt/money.h"
#include "i18n.h"
#include "value.h"

#define EVENT_MS	5000	/* at most one reading in so long */
#define MONTHS_MAX	12
#define BAR_COLS	16

struct dashboard {
	struct view	*v;
	json_t		*data;
	struct rpc_req	*req;
	int64_t		 read_at;	/* monotonic ms */
	int64_t		 wall_at;	/* for "as of" */
};

/* One half of the screen and the row where the next block goes. */
struct column_pos {
	struct area	a;
	int		row;
};

static const char *
text_of(const json_t *o, const char *key)
{
	const char	*s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

static int64_t
int_of(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

static int
dashboard_free(struct dashboard *d)
{
	json_decref(d->data);
	return 0;
}

/* ---------------------------------------------------------------- reading */

static void
on_data(const struct reply *r, void *arg)
{
	struct dashboard	*d = arg;

	d->req = NULL;
	if (r->result == NULL) {
		app_error(d->v->app, "dashboard.get", r->error);
		return;
	}
	json_decref(d->data);
	d->data = json_incref(r->result);
	d->wall_at = (int64_t)clock_now();
	app_dirty(d->v->app);
}

static void
dashboard_read(struct view *v)
{
	struct dashboard	*d = v->state;

	app_timer_stop(v, dashboard_read);
	if (d->req != NULL)
		return;
	d->read_at = clock_mono_ms();
	d->req = app_send(v, "dashboard.get", NULL, on_data, d);
}

/* ---------------------------------------------------------------- drawing */

static void
draw_sum(const struct area *a, int row, enum attr attr, int64_t v)
{
	char	*s = money_format(NULL, v);

	area_right(a, row, a->cols - 21, 20, attr, s);
	talloc_free(s);
}

/* "Overdue (312)          12.000.000" */
static void
stat(struct column_pos *p, enum attr attr, const char *label, int64_t n,
    int64_t v)
{
	int	col;
	char	*s;

	if (p->row >= p->a.rows)
		return;
	col = 1 + area_text(&p->a, p->row, 1, p->a.cols - 14, T_LABEL, label);
	if (n >= 0) {
		s = money_format(NULL, n);
		area_printf(&p->a, p->row, col, T_DIM, " (%s)", s);
		talloc_free(s);
	}
	draw_sum(&p->a, p->row, attr, v);
	p->row++;
}

static void
block(struct column_pos *p, const char *title)
{
	if (p->row >= p->a.rows)
		return;
	area_rule(&p->a, p->row, title);
	p->row++;
}

static bool
has(const json_t *o, const char *key)
{
	const json_t	*v = json_object_get(o, key);

	return v != NULL && !json_is_null(v);
}

static void
draw_methods(struct column_pos *p, const json_t *list)
{
	const json_t	*m;
	size_t		 i;

	json_array_foreach(list, i, m) {
		if (p->row >= p->a.rows)
			return;
		area_text(&p->a, p->row, 3, 14, T_TEXT,
		    word_text(text_of(m, "method")));
		area_printf(&p->a, p->row, 18, T_DIM, "%lldx",
		    (long long)int_of(m, "count"));
		draw_sum(&p->a, p->row, T_TEXT, int_of(m, "sum"));
		p->row++;
	}
}

static void
draw_money(struct column_pos *p, const json_t *m)
{
	int64_t	late = int_of(m, "overdue");

	block(p, _("Money"));
	if (has(m, "today")) {
		stat(p, T_BIG, _("Received today"), -1, int_of(m, "today"));
		stat(p, T_BOLD, _("This month"), -1, int_of(m, "month"));
		draw_methods(p, json_object_get(m, "by_method"));
		stat(p, T_TEXT, _("This year"), -1, int_of(m, "year"));
	}
	if (has(m, "receivable")) {
		stat(p, T_TEXT, _("Receivable"), int_of(m,
		    "receivable_count"), int_of(m, "receivable"));
		stat(p, late > 0 ? T_BAD : T_TEXT, _("of it overdue"),
		    int_of(m, "overdue_count"), late);
	}
	if (has(m, "pending_transfers"))
		stat(p, int_of(m, "pending_transfers") > 0 ? T_WARN : T_TEXT,
		    _("Transfers to check"), int_of(m, "pending_transfers"),
		    int_of(m, "pending_sum"));
}

/* "1.234.567.890" in the space of eight columns: millions. */
static char *
short_sum(TALLOC_CTX *ctx, int64_t v)
{
	char	*s, *out;

	if (v < INT64_C(10000000))
		return money_format(ctx, v);
	s = money_format(NULL, v / 1000000);
	out = talloc_asprintf(ctx, "%s %s", s, _("mill."));
	talloc_free(s);
	return out;
}

/* One month a row: what was billed, what came in, and how much of it. */
static void
draw_months(struct column_pos *p, const json_t *list)
{
	const json_t	*m;
	struct period	 month;
	int64_t		 billed, paid, percent;
	char		*name, *b, *q;
	size_t		 i;
	int		 n, col = 9;

	if (json_array_size(list) == 0)
		return;
	block(p, _("Billed and received"));
	json_array_foreach(list, i, m) {
		if (p->row >= p->a.rows)
			return;
		if (period_parse_iso(text_of(m, "period"), &month, NULL) == -1)
			continue;
		name = period_short(NULL, month, fmt_lang_of(i18n_lang()));
		area_text(&p->a, p->row, 1, 8, T_DIM, name);
		billed = int_of(m, "billed");
		paid = int_of(m, "paid");
		b = short_sum(name, billed);
		q = short_sum(name, paid);
		if (has(m, "billed"))
			area_right(&p->a, p->row, col, 10, T_TEXT, b);
		if (has(m, "paid"))
			area_right(&p->a, p->row, col + 11, 10, T_OK, q);
		if (billed > 0) {
			percent = paid >= billed ? 100 : paid * 100 / billed;
			n = (int)(percent * (p->a.cols - col - 24) / 100);
			area_fill(&p->a, p->row, col + 23, n, CH_BLOCK,
			    T_OK);
		}
		talloc_free(name);
		p->row++;
	}
}

static void
draw_customers(struct column_pos *p, const json_t *c)
{
	const json_t	*list = json_object_get(c, "months"), *m;
	int64_t		 v[MONTHS_MAX] = { 0 };
	int		 n = 0, row;
	size_t		 i;

	block(p, _("Customers"));
	stat(p, T_BIG, _("All"), -1, int_of(c, "total"));
	stat(p, T_OK, word_text("active"), -1, int_of(c, "active"));
	stat(p, T_BAD, word_text("suspended"), -1, int_of(c, "suspended"));
	stat(p, T_INFO, _("To be installed"), -1, int_of(c, "pending"));
	row = p->row;
	stat(p, T_TEXT, _("New this month"), -1, int_of(c, "new_month"));
	json_array_foreach(list, i, m)
		if (n < MONTHS_MAX)
			v[n++] = int_of(m, "new");
	if (row < p->a.rows)
		area_spark(&p->a, row, 19, v, n, T_INFO);
}

static void
draw_packages(struct column_pos *p, const json_t *list)
{
	const json_t	*k;
	int64_t		 max = 1, n;
	size_t		 i;

	if (json_array_size(list) == 0 || p->row + 2 > p->a.rows)
		return;
	block(p, _("Packages"));
	json_array_foreach(list, i, k)
		if (int_of(k, "count") > max)
			max = int_of(k, "count");
	json_array_foreach(list, i, k) {
		if (p->row >= p->a.rows)
			return;
		n = int_of(k, "count");
		area_text(&p->a, p->row, 1, 16, T_TEXT, text_of(k, "package"));
		area_fill(&p->a, p->row, 18, (int)(n * BAR_COLS / max),
		    CH_BLOCK, T_INFO);
		draw_sum(&p->a, p->row, T_TEXT, n);
		p->row++;
	}
}

static void
draw_cash(struct column_pos *p, const json_t *c)
{
	block(p, _("Drawers"));
	stat(p, T_TEXT, _("Open now"), int_of(c, "open_sessions"),
	    int_of(c, "in_drawers"));
}

static void
draw_payments(struct column_pos *p, const json_t *list, const char *zone)
{
	struct local_time	 t;
	const json_t		*y;
	int64_t			 secs;
	size_t			 i;

	if (list == NULL || p->row + 2 > p->a.rows)
		return;
	block(p, _("Last payments"));
	json_array_foreach(list, i, y) {
		if (p->row >= p->a.rows)
			return;
		if (instant_parse(text_of(y, "at"), &secs, NULL) == 0 &&
		    instant_local(secs, zone, &t, NULL) == 0)
			area_printf(&p->a, p->row, 1, T_DIM,
			    "%02d-%02d %02d:%02d", t.date.d, t.date.m,
			    t.hour, t.min);
		area_text(&p->a, p->row, 13, p->a.cols - 26,
		    strcmp(text_of(y, "status"), "confirmed") == 0 ? T_TEXT :
		    T_WARN, text_of(y, "name"));
		draw_sum(&p->a, p->row, T_TEXT, int_of(y, "amount"));
		p->row++;
	}
}

static void
draw_owing(struct column_pos *p, const json_t *list)
{
	const struct word	*w;
	const json_t		*c;
	size_t			 i;

	if (json_array_size(list) == 0 || p->row + 2 > p->a.rows)
		return;
	block(p, _("Owing most"));
	json_array_foreach(list, i, c) {
		if (p->row >= p->a.rows)
			return;
		w = word_find(text_of(c, "status"));
		area_text(&p->a, p->row, 1, 16, T_TEXT, text_of(c, "name"));
		area_text(&p->a, p->row, 18, 8, w != NULL ? w->attr : T_TEXT,
		    word_text(text_of(c, "status")));
		draw_sum(&p->a, p->row, T_TEXT, int_of(c, "owed"));
		p->row++;
	}
}

static void
dashboard_draw(struct view *v, const struct area *body)
{
	struct dashboard	*d = v->state;
	const json_t		*money = json_object_get(d->data, "money");
	struct column_pos	 l, r;
	int			 half = body->cols / 2;

	if (d->data == NULL) {
		area_text(body, 1, 1, -1, T_DIM, _("Reading..."));
		return;
	}
	l.a = area_sub(body, 0, 0, body->rows, half - 1);
	r.a = area_sub(body, 0, half, body->rows, body->cols - half);
	l.row = r.row = 0;
	if (money != NULL)
		draw_money(&l, money);
	if (has(d->data, "customers"))
		draw_customers(&r, json_object_get(d->data, "customers"));
	if (has(d->data, "cash"))
		draw_cash(&r, json_object_get(d->data, "cash"));
	draw_months(&l, json_object_get(money, "months"));
	draw_payments(has(d->data, "customers") || money == NULL ? &r : &l,
	    json_object_get(d->data, "last_payments"), app_zone(v->app));
	draw_owing(&r, json_object_get(d->data, "top_owing"));
	draw_packages(l.row <= r.row ? &l : &r,
	    json_object_get(json_object_get(d->data, "customers"),
	    "packages"));
	if (l.row == 0 && r.row == 0)
		area_text(body, 1, 1, -1, T_DIM,
		    _("There is nothing here that you may see."));
}

/* ---------------------------------------------------------------- view */

static bool
dashboard_command(struct view *v, enum command cmd, const struct key *k)
{
	(void)k;
	if (cmd == CMD_REFRESH) {
		dashboard_read(v);
		return true;
	}
	if (cmd == CMD_START && app_granted(v->app, "counter.find")) {
		app_open(v->app, "counter", NULL);
		return true;
	}
	return false;
}

static const char *
dashboard_bar(struct view *v, enum command cmd)
{
	switch ((int)cmd) {
	case CMD_HELP:
	case CMD_FIND:
	case CMD_CLOSE:
	case CMD_REFRESH:
	case CMD_MENU:
		return "";
	case CMD_START:
		return app_granted(v->app, "counter.find") ? _("Counter") :
		    NULL;
	default:
		return NULL;
	}
}

/* Busy counters send many events: the figures are counted now and then. */
static void
dashboard_event(struct view *v, const char *topic, const json_t *data)
{
	struct dashboard	*d = v->state;
	int64_t			 since = clock_mono_ms() - d->read_at;

	(void)topic, (void)data;
	app_timer(v, since >= EVENT_MS ? 200 : (int)(EVENT_MS - since),
	    dashboard_read);
}

static char *
dashboard_status(struct view *v, TALLOC_CTX *ctx)
{
	struct dashboard	*d = v->state;
	struct local_time	 t;

	if (d->data == NULL || instant_local(d->wall_at, app_zone(v->app), &t,
	    NULL) == -1)
		return NULL;
	return talloc_asprintf(ctx, "%s | %s %02d:%02d",
	    app_user_text(v->app, "name"), _("as of"), t.hour, t.min);
}

static const struct view_ops	dashboard_ops = {
	.name = "dashboard",
	.context = CTX_CUSTOM,
	.draw = dashboard_draw,
	.command = dashboard_command,
	.bar = dashboard_bar,
	.status = dashboard_status,
	.event = dashboard_event,
	.shown = dashboard_read,
};

static struct view *
dashboard_start(struct app *app, const struct screen *s, const char *key)
{
	struct dashboard	*d = talloc_zero(NULL, struct dashboard);

	(void)key;
	talloc_set_destructor(d, dashboard_free);
	d->v = app_push(app, &dashboard_ops, s, _(s->title), d);
	dashboard_read(d->v);
	return d->v;
}

const struct screen	screen_dashboard = {
	.id = "dashboard", .number = 0, .group = GROUP_COUNTER,
	.title = N_("Dashboard"),
	.hint = N_("figures of money and customers, home"),
	.kind = SCREEN_CUSTOM, .need = "dashboard.get",
	.start = dashboard_start,
};
