/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the counter looks: what is searched, the bill or its result, the last. */
#include "screens/custom/counter.h"

#include <string.h>

#include "base/text.h"
#include "fmt/money.h"
#include "fmt/phone.h"
#include "fmt/terbilang.h"
#include "i18n.h"
#include "message.h"
#include "value.h"

#define SUM_COL		56	/* right end of sums, from the left */
#define WIDE_COL	100	/* sums further apart are not read as one */
#define TENDERS		5

static const char *
text_of(const json_t *o, const char *key)
{
	const char	*s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

static enum attr
word_attr(const char *wire)
{
	const struct word	*w = word_find(wire);

	return w != NULL ? w->attr : T_TEXT;
}

static enum fmt_lang
lang(void)
{
	return fmt_lang_of(i18n_lang());
}

/* A sum, right-aligned to end before `end`. */
static void
draw_sum(const struct area *a, int row, int end, enum attr attr, int64_t v)
{
	char	*s = money_format(NULL, v);

	area_right(a, row, end - 16, 16, attr, s);
	talloc_free(s);
}

/* [field___]; returns the column after it. */
static int
draw_field(struct edit *ed, const struct area *a, int row, int col, int width,
    bool focus)
{
	area_text(a, row, col, 1, T_FIELD, "[");
	edit_draw(ed, a, row, col + 1, width, focus);
	area_text(a, row, col + 1 + width, 1, T_FIELD, "]");
	return col + width + 2;
}

/* ---- digits three rows high, of _ and | alone */

static void
draw_big(const struct area *a, int row, int col, const char *s)
{
	/* top, middle, bottom of 0 to 9 */
	static const char *const	rows[3] = {
		" _     _  _     _  _  _  _  _ ",
		"| |  | _| _||_||_ |_   ||_||_|",
		"|_|  ||_  _|  | _||_|  ||_| _|",
	};
	int	r, i;

	for (; *s != '\0'; s++) {
		if (*s < '0' || *s > '9') {
			area_text(a, row + 2, col, 1, T_BIG, *s == '-' ?
			    "-" : ".");
			col += 2;
			continue;
		}
		for (r = 0; r < 3; r++)
			for (i = 0; i < 3; i++)
				area_fill(a, row + r, col + i, 1,
				    rows[r][(*s - '0') * 3 + i], T_BIG);
		col += 4;
	}
}

/* ---- customer */

static void
draw_search(struct counter *c, const struct area *a, int row)
{
	int	col;

	col = area_text(a, row, 1, -1, T_LABEL, _("Find")) + 2;
	col = draw_field(c->search, a, row, col < 7 ? 7 : col, 25,
	    c->focus == ON_SEARCH);
	area_text(a, row, col + 2, a->cols - col - 3, T_DIM,
	    c->phase == COUNTER_FINDING ? _("looking...") :
	    _("number/last 4 digits/phone/name/scan"));
}

static void
draw_customer(const struct counter *c, const struct area *a, int row)
{
	const struct counter_bill	*b = c->bill;
	char	*phone = phone_display(NULL, b->phone), *s, *credit;
	int	 col, w = a->cols - 52;

	col = 1 + area_text(a, row, 1, 12, T_BOLD, b->number) + 2;
	col += area_text(a, row, col, w > 34 ? 34 : w, T_TITLE, b->name) + 2;
	credit = money_format(NULL, b->credit);
	s = talloc_asprintf(NULL, "%s %s", _("credit"), credit);
	area_right(a, row, a->cols - 1 - text_width(s), text_width(s),
	    b->credit > 0 ? T_OK : T_TEXT, s);
	area_text(a, row, a->cols - 12 - text_width(s), 10,
	    word_attr(b->status), word_text(b->status));
	w = a->cols - 14 - text_width(s) - col;
	area_text(a, row, col, w, T_TEXT, b->package);
	talloc_free(s);
	s = talloc_asprintf(NULL, "%s%s%s%s%s", phone, *phone != '\0' ? "  " :
	    "", b->address, *b->notes != '\0' ? "  | " : "", b->notes);
	w = 0;
	if (b->waiting > 0) {
		/* He may have paid already. */
		talloc_free(credit);
		credit = money_format(NULL, b->waiting);
		area_printf(a, row + 1, 1, T_WARN, "%s %s",
		    _("transfer waiting:"), credit);
		w = 2 + text_width(_("transfer waiting:")) + 1 +
		    text_width(credit);
	}
	area_text(a, row + 1, 3 + w, a->cols - 4 - w, T_DIM, s);
	talloc_free(s);
	talloc_free(credit);
	talloc_free(phone);
}

/* ---- invoices */

/* "Jul 2026", or the title of an invoice without a month. */
static char *
invoice_text(const struct counter_invoice *v)
{
	struct period	p;

	if (period_parse_iso(v->period, &p, NULL) == 0)
		return period_short(NULL, p, lang());
	return talloc_strdup(NULL, v->title);
}

static void
draw_invoice(const struct counter *c, const struct area *a, int row,
    size_t i)
{
	const struct counter_invoice	*v = &c->bill->inv[i];
	struct date			 today = c->host->today(c->host_arg);
	bool	 here = c->focus == ON_INVOICES && c->at == i;
	char	*s;

	area_text(a, row, 1, 1, T_MARK, here ? ">" : " ");
	/* The mark alone moves: a row repainted is a hundred bytes. */
	area_text(a, row, 3, 3, T_TEXT, v->chosen ? "[x]" : "[ ]");
	area_text(a, row, 7, 18, T_TEXT, v->number);
	s = invoice_text(v);
	area_text(a, row, 26, 12, T_TEXT, s);
	talloc_free(s);
	if (v->due.y != 0) {
		s = talloc_asprintf(NULL, "%s %02d-%02d", _("due"), v->due.d,
		    v->due.m);
		area_text(a, row, 39, 10, T_TEXT, s);
		talloc_free(s);
		s = date_late(NULL, v->due, today, lang());
		area_text(a, row, SUM_COL + 7, a->cols - SUM_COL - 8,
		    v->days_late > 0 ? T_BAD : T_DIM, s);
		talloc_free(s);
	}
	draw_sum(a, row, SUM_COL + 4, T_TEXT, v->remaining);
	if (here)
		area_cursor(a, row, 4);
}

static void
draw_invoices(const struct counter *c, const struct area *a)
{
	size_t	n = c->bill->n, first = 0, rows = (size_t)a->rows, i;
	char	*s;

	if (n == 0) {
		area_text(a, 0, 3, -1, T_OK, _("No open invoice."));
		area_text(a, 1, 3, -1, T_DIM,
		    _("Money taken now becomes credit."));
		return;
	}
	if (n > rows)
		rows--;
	if (c->at >= rows)
		first = c->at - rows + 1;
	for (i = first; i < n && i - first < rows; i++)
		draw_invoice(c, a, (int)(i - first), i);
	if (n > rows) {
		s = talloc_asprintf(NULL, "... %zu %s", n - rows,
		    _("more (Tab, Down)"));
		area_text(a, a->rows - 1, 3, -1, T_DIM, s);
		talloc_free(s);
	}
}

/* ---- money */

static void
draw_total(const struct counter *c, const struct area *a, int row)
{
	int64_t	 total = counter_total(c);
	char	*said = terbilang_rupiah(NULL, total, lang()), *s;

	if (c->focus == ON_INVOICES)
		area_text(a, row, 3, 34, T_DIM,
		    _("Space marks, Enter to the money"));
	else if (c->bill->n > 1 && c->phase == COUNTER_BILL)
		area_text(a, row, 3, 34, T_DIM,
		    _("Tab: choose among the invoices"));
	area_right(a, row, 20, SUM_COL - 32, T_LABEL, _("TOTAL"));
	draw_sum(a, row, SUM_COL + 4, T_BIG, total);
	s = talloc_asprintf(NULL, "(%s)", said);
	if (total > 0)
		area_right(a, row + 1, 1, a->cols - 2, T_DIM, s);
	talloc_free(s);
	talloc_free(said);
}

/* What comes back, what is missing, or what becomes credit. */
static void
draw_balance(const struct counter *c, const struct area *a, int row, int col,
    int64_t given)
{
	int64_t		 rest = given - counter_total(c);
	const char	*label = _("CHANGE");
	enum attr	 attr = T_BIG;
	char		*s, *line;

	if (rest < 0) {
		label = _("REMAINING");
		attr = T_BAD;
		rest = -rest;
	} else if (c->method == METHOD_TRANSFER ||
	    (c->bill->n == 0 && rest > 0))
		label = _("CREDIT");
	s = money_format(NULL, rest);
	line = talloc_asprintf(NULL, "%s %s", label, s);
	area_right(a, row, col, a->cols - col - 1, attr, line);
	talloc_free(line);
	talloc_free(s);
}

static void
draw_suggestions(const struct counter *c, const struct area *a, int row)
{
	int64_t	 v[TENDERS], total = counter_total(c);
	size_t	 n = tender_suggest(total, v, TENDERS), i;
	char	*s, *m;

	if (total <= 0 || c->method != METHOD_CASH)
		return;
	s = talloc_asprintf(NULL, "%s ", _("up/down:"));
	for (i = 0; i < n; i++) {
		m = money_format(s, v[i]);
		/* Half a sum is worse than none. */
		if (text_width(s) + 3 + text_width(m) > a->cols - 27)
			break;
		s = talloc_asprintf_append_buffer(s, "%s%s%s",
		    i > 0 ? " | " : "", i == 0 ? _("exact ") : "", m);
	}
	area_text(a, row, 26, a->cols - 27, T_DIM, s);
	talloc_free(s);
}

static void
draw_money(struct counter *c, const struct area *a, int row)
{
	struct err	 e = ERR_INIT;
	int64_t		 given = counter_echoed(c, &e);
	char		*s, *m;
	int		 col;
	bool		 on = c->focus == ON_METHOD;

	col = 1 + area_text(a, row, 1, 8, T_LABEL, _("Method")) + 1;
	s = talloc_asprintf(NULL, "[%d %-8s]", (int)c->method + 1,
	    word_text(counter_method_wire(c->method)));
	if (on)
		area_cursor(a, row, col + 1);
	col += area_text(a, row, col, -1, on ? T_BOLD : T_TEXT, s);
	talloc_free(s);
	col = 26 + area_text(a, row, 26, 7, T_LABEL, _("Money")) + 1;
	col = draw_field(c->money, a, row, col, 13, c->focus == ON_MONEY) + 1;
	if (given == -1)
		area_text(a, row, col, a->cols - col - 1, T_ERROR,
		    _(e.msg));
	else {
		m = money_format(NULL, given);
		s = talloc_asprintf(NULL, "= %s%s", m,
		    *c->echo == '\0' && given > 0 ? _(" exact") : "");
		col += area_text(a, row, col, 17, T_TEXT, s);
		draw_balance(c, a, row, col + 1, given);
		talloc_free(s);
		talloc_free(m);
	}
	err_clear(&e);
	if (c->method == METHOD_TRANSFER) {
		col = 1 + area_text(a, row + 1, 1, 10, T_LABEL,
		    _("Reference")) + 1;
		draw_field(c->reference, a, row + 1, col, 28,
		    c->focus == ON_REFERENCE);
		area_text(a, row + 1, col + 32, a->cols - col - 33, T_DIM,
		    _("booked once confirmed"));
	} else
		draw_suggestions(c, a, row + 1);
}

/* ---- prompt: what F8 would do now */

static char *
prompt_text(const struct counter *c, int64_t given, enum attr *attr)
{
	int64_t	 total = counter_total(c), rest = given - total;
	char	*g = money_format(NULL, given), *s, *r;

	r = money_format(g, rest < 0 ? -rest : rest);
	*attr = T_WARN;
	if (c->ask == ASK_PARTIAL)
		s = message_text(NULL, N_("Partial payment, {rest} remains: "
		    "F8 once more (Esc: no)"), "rest", r, NULL);
	else if (c->ask == ASK_CREDIT)
		s = message_text(NULL, N_("All of {amount} becomes credit: F8 "
		    "once more (Esc: no)"), "amount", g, NULL);
	else if (c->ask == ASK_RETYPE)
		s = talloc_strdup(NULL, _("Large amount: type it again, "
		    "then F8"));
	else {
		*attr = T_BOLD;
		s = message_text(NULL, c->method == METHOD_TRANSFER ?
		    N_("F8 notes {amount} {method}, to be confirmed") :
		    N_("F8 takes {amount} {method}"),
		    "amount", g, "method",
		    word_text(counter_method_wire(c->method)), NULL);
		if (rest > 0 && c->method == METHOD_CASH && total > 0)
			s = talloc_asprintf_append_buffer(s, ", %s %s",
			    _("change"), r);
		s = spool_has_printer(c->spool) ?
		    talloc_asprintf_append_buffer(s, ", %s %s",
		    _("prints to"), paper_printer_name(&c->spool->printer)) :
		    talloc_asprintf_append_buffer(s, ", %s",
		    _("no printer is chosen (F9 p)"));
	}
	talloc_free(g);
	return s;
}

static void
draw_prompt(struct counter *c, const struct area *a, int row)
{
	enum attr	 attr = T_BOLD;
	int64_t		 given;
	char		*s;
	int		 col;

	if (c->phase == COUNTER_UNSURE || c->phase == COUNTER_TAKING) {
		area_text(a, row, 1, a->cols - 2, T_ERROR,
		    c->phase == COUNTER_UNSURE ? _("NOT CERTAIN whether it "
		    "was booked, checking... nothing is printed before") :
		    _("Booking..."));
		return;
	}
	if (c->method == METHOD_CASH && c->known && !c->session) {
		area_text(a, row, 1, a->cols - 2, T_WARN,
		    _("No open cash session: F6 opens your drawer."));
		return;
	}
	given = counter_echoed(c, NULL);
	if (given <= 0 || (c->bill->n > 0 && counter_total(c) == 0))
		return;
	s = prompt_text(c, given, &attr);
	col = 1 + area_text(a, row, 1, a->cols - 2, attr, s) + 1;
	if (c->ask == ASK_RETYPE)
		draw_field(c->retype, a, row, col, 16,
		    c->focus == ON_RETYPE);
	talloc_free(s);
}

/* ---- what was booked */

static void
draw_result(const struct counter *c, const struct area *a)
{
	const struct counter_result	*r = c->result;
	enum attr			 slip_attr = T_TEXT;
	char	*slip = spool_state(NULL, c->spool, r->payment,
		    &slip_attr), *s, *m;
	bool	 pending = strcmp(r->status, "pending") == 0;
	int	 col;

	col = 1 + area_text(a, 0, 1, 12, pending ? T_WARN : T_OK, pending ?
	    word_text("pending") : r->remaining > 0 ? _("BOOKED") :
	    _("ALL PAID")) + 2;
	s = talloc_asprintf(NULL, "%s  %s %s", r->payment, r->customer,
	    r->name);
	area_text(a, 0, col, a->cols - col - 1, T_BOLD, s);
	talloc_free(s);
	m = money_format(NULL, r->amount);
	s = talloc_asprintf(NULL, "%s %s", m, word_text(r->method));
	talloc_free(m);
	if (r->tendered != r->amount) {
		m = money_format(s, r->tendered);
		s = talloc_asprintf_append_buffer(s, "   %s %s", _("given"),
		    m);
	}
	if (r->credit > 0) {
		m = money_format(s, r->credit);
		s = talloc_asprintf_append_buffer(s, "   %s %s",
		    _("to credit"), m);
	}
	if (pending)
		s = talloc_asprintf_append_buffer(s, "   %s",
		    _("booked once confirmed (menu 8)"));
	else if (r->remaining > 0) {
		m = money_format(s, r->remaining);
		s = talloc_asprintf_append_buffer(s, "   %s %s",
		    _("still owed"), m);
	}
	area_text(a, 1, 3, a->cols - 4, T_TEXT, s);
	talloc_free(s);
	if (strcmp(r->method, "cash") == 0) {
		m = money_format(NULL, r->change);
		s = talloc_asprintf(NULL, "%s %s", _("CHANGE"), m);
		col = 3 + area_text(a, 4, 3, -1, T_BIG, s) + 4;
		draw_big(a, 2, col, m);
		talloc_free(s);
		talloc_free(m);
	}
	s = talloc_asprintf(NULL, "%s: %s", _("slip"), slip != NULL ? slip :
	    "-");
	area_text(a, 6, 3, a->cols - 4, slip_attr, s);
	talloc_free(s);
	area_text(a, 7, 3, a->cols - 4, T_DIM,
	    _("Did the slip come out? F9 c prints a copy."));
	talloc_free(slip);
}

/* ---- several match */

static void
draw_matches(const struct counter *c, const struct area *a)
{
	const struct counter_match	*m;
	size_t	 rows = (size_t)a->rows - 1, first = 0, i;
	int	 r, w = a->cols - 65;
	char	*s;

	s = talloc_asprintf(NULL, "%zu %s", c->n_match,
	    _("match: Up/Down, Enter"));
	area_text(a, 0, 1, -1, T_HEAD, s);
	talloc_free(s);
	if (c->pick >= rows)
		first = c->pick - rows + 1;
	for (i = first; i < c->n_match && i - first < rows; i++) {
		m = &c->match[i];
		r = (int)(i - first) + 1;
		area_text(a, r, 1, 1, T_MARK, i == c->pick ? ">" : " ");
		area_text(a, r, 3, 10, T_TEXT, m->number);
		area_text(a, r, 14, 18, T_BOLD, m->name);
		area_text(a, r, 33, w, T_TEXT, m->address);
		area_text(a, r, a->cols - 31, 9, T_DIM, m->package);
		area_text(a, r, a->cols - 21, 9, word_attr(m->status),
		    word_text(m->status));
		s = money_format(NULL, m->owed);
		area_right(a, r, a->cols - 12, 11, T_TEXT, s);
		talloc_free(s);
	}
}

/* ---- the last payments */

static char *
time_text(TALLOC_CTX *ctx, const char *at, const char *zone)
{
	struct local_time	t;
	int64_t			secs;

	if (instant_parse(at, &secs, NULL) == -1 ||
	    instant_local(secs, zone, &t, NULL) == -1)
		return talloc_strdup(ctx, "--:--");
	return talloc_asprintf(ctx, "%02d:%02d", t.hour, t.min);
}

static void
draw_payment(const struct counter *c, const struct area *a, int row,
    const json_t *p, const char *zone)
{
	TALLOC_CTX	*ctx = talloc_new(NULL);
	const char	*status = text_of(p, "status");
	int64_t		 change;
	int		 wide = a->cols > 90 ? (a->cols - 80) / 3 : 0;
	enum attr	 attr = T_TEXT;
	char		*slip, *s;

	if (wide > 14)
		wide = 14;
	change = json_integer_value(json_object_get(p, "change"));
	slip = spool_state(ctx, c->spool, text_of(p, "number"), &attr);
	/* Here is room for the fact; what to do about it stands above. */
	if (slip != NULL)
		slip[strcspn(slip, ";")] = '\0';
	else
		slip = talloc_strdup(ctx, json_integer_value(
		    json_object_get(p, "prints")) > 0 ? _("printed") :
		    _("not printed"));
	s = time_text(ctx, text_of(p, "at"), zone);
	area_text(a, row, 1, 5, T_DIM, s);
	area_text(a, row, 7, 15 + wide, T_TEXT, text_of(p, "name"));
	draw_sum(a, row, 32 + wide, T_TEXT,
	    json_integer_value(json_object_get(p, "amount")));
	area_text(a, row, 33 + wide, 8, T_TEXT,
	    word_text(text_of(p, "method")));
	if (strcmp(status, "confirmed") != 0)
		area_text(a, row, 42 + wide, 14, word_attr(status),
		    word_text(status));
	else if (change > 0) {
		s = talloc_asprintf(ctx, "%s %s", _("change"),
		    money_format(ctx, change));
		area_text(a, row, 42 + wide, 15 + wide, T_TEXT, s);
	}
	/* What became of it counts more than the word before it. */
	s = talloc_asprintf(ctx, "%s: %s", _("slip"), slip);
	if (text_width(s) > a->cols - 59 - 2 * wide)
		s = slip;
	area_text(a, row, 58 + 2 * wide, a->cols - 59 - 2 * wide, attr, s);
	talloc_free(ctx);
}

static void
draw_recent(const struct counter *c, const struct area *a, const char *zone)
{
	size_t	i, n = json_array_size(c->recent);

	area_rule(a, 0, _("last payments"));
	if (c->known && !c->session)
		area_text(a, 1, 1, a->cols - 2, T_WARN,
		    _("Your drawer is closed: cash cannot be taken. F6 opens "
		    "it."));
	else if (c->known && n == 0)
		area_text(a, 1, 1, -1, T_DIM, _("None yet today."));
	for (i = 0; i < n; i++)
		draw_payment(c, a, (int)i + 1 + (c->known && !c->session),
		    json_array_get(c->recent, i), zone);
}

/*
 * 21 rows at 80x24: search, customer (2), invoices (7), total (2), money (2),
 * rule and last payments (5), prompt. What is more goes half to the invoices.
 */
void
counter_draw(struct counter *c, const struct area *body, const char *zone)
{
	int		more = body->rows > 21 ? (body->rows - 21) / 2 : 0;
	int		inv = 7 + more, low = 3 + inv;
	int		cols = body->cols < WIDE_COL ? body->cols : WIDE_COL;
	struct area	a, bill = area_sub(body, 0, 0, body->rows, cols);

	draw_search(c, &bill, 0);
	a = area_sub(body, 1, 0, low + 3, body->cols);
	if (c->phase == COUNTER_PICKING)
		draw_matches(c, &a);
	else if (c->bill != NULL) {
		draw_customer(c, &bill, 1);
		a = area_sub(&bill, 3, 0, inv, bill.cols);
		draw_invoices(c, &a);
		draw_total(c, &bill, low);
		draw_money(c, &bill, low + 2);
		draw_prompt(c, body, body->rows - 1);
	} else if (c->result != NULL)
		draw_result(c, &a);
	else {
		area_text(&a, 2, 3, -1, T_DIM, _("Type the last digits of a "
		    "customer number, or scan a card or an invoice."));
		area_text(&a, 3, 3, -1, T_DIM, _("Enter finds, F8 takes the "
		    "money and prints, F9 has more."));
	}
	a = area_sub(body, low + 4, 0, body->rows - low - 5, body->cols);
	draw_recent(c, &a, zone);
}

char *
counter_status(TALLOC_CTX *ctx, const struct counter *c, const char *user)
{
	char	*m, *s;

	if (!c->known)
		return talloc_strdup(ctx, user);
	if (!c->session)
		return talloc_asprintf(ctx, "%s | %s", user,
		    _("drawer closed"));
	m = money_format(NULL, c->in_drawer);
	/* A drawer without a name of its own has its clerk's. */
	s = talloc_asprintf(ctx, "%s%s%s | %s %lld | %s %s", user,
	    strcmp(user, c->drawer) != 0 ? " | " : "",
	    strcmp(user, c->drawer) != 0 ? c->drawer : "", _("slips"),
	    (long long)c->receipts, _("drawer"), m);
	talloc_free(m);
	return s;
}
