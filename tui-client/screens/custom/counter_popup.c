/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The small windows of the counter: actions, printer, preview of a slip. */
#include "screens/custom/counter.h"

#include <string.h>

#include "base/text.h"
#include "i18n.h"
#include "message.h"
#include "receipt/decoder.h"
#include "receipt/escpos.h"
#include "screen.h"
#include "view/popup.h"

static const struct action	act_close = {
	.id = "close", .letter = 't', .label = N_("Close the drawer"),
	.method = "cash.close", .screen = "cash-session",
};

const char *
counter_last_payment(const struct counter *c)
{
	const char	*s;

	if (c->result != NULL)
		return c->result->payment;
	s = json_string_value(json_object_get(json_array_get(c->recent, 0),
	    "number"));
	return s != NULL && *s != '\0' ? s : NULL;
}

/* ---------------------------------------------------------------- actions */

static void
do_again(struct view *v)
{
	const char	*last = counter_last_payment(counter_of(v));
	char		*text;

	if (last == NULL) {
		app_message(v->app, MSG_ERROR, "%s",
		    _("Nothing was taken yet."));
		return;
	}
	text = message_text(NULL, N_("Slip {number} is printed again."),
	    "number", last, NULL);
	app_message(v->app, MSG_INFO, "%s", text);
	talloc_free(text);
	spool_again(spool_get(v->app), last);
}

static void
do_preview(struct view *v)
{
	const char	*last = counter_last_payment(counter_of(v));

	if (last == NULL)
		app_message(v->app, MSG_ERROR, "%s",
		    _("Nothing was taken yet."));
	else
		counter_preview_open(v, last);
}

static void
do_drawer(struct view *v)
{
	struct err	e = ERR_INIT;

	if (spool_drawer(spool_get(v->app), &e) == -1)
		app_message(v->app, MSG_ERROR, "%s", _(e.msg));
	else
		app_message(v->app, MSG_DONE, "%s",
		    _("The drawer was told to open."));
	err_clear(&e);
}

static void
do_close(struct view *v)
{
	if (counter_may_leave(counter_of(v)))
		action_run(v, &act_close, NULL, NULL, NULL);
}

static void
do_open(struct view *v)
{
	counter_of(v)->host->open_session(v);
}

struct menu_row {
	const char	*key;
	const char	*text;
	void		(*run)(struct view *);
};

static const struct menu_row	menu_rows[] = {
	{ "c", N_("Print the last slip again (copy)"), do_again },
	{ "s", N_("Look at the last slip"), do_preview },
	{ "p", N_("Printer"), counter_printer_open },
	{ "l", N_("Open the drawer of the printer"), do_drawer },
	{ "o", N_("Open my drawer"), do_open },
	{ "t", N_("Close the drawer"), do_close },
	{ NULL, NULL, NULL }
};

static bool
menu_offers(struct view *v, const struct menu_row *m)
{
	struct counter	*c = counter_of(v);
	struct spool	*s = c->spool;

	if (m->run == do_drawer)
		return spool_has_printer(s) &&
		    s->printer.profile.drawer_pin != 0;
	if (m->run == do_open)
		return app_granted(v->app, "cash.open") && c->known &&
		    !c->session;
	if (m->run == do_close)
		return app_granted(v->app, "cash.close") && c->known &&
		    c->session;
	if (m->run == do_preview)
		return counter_last_payment(c) != NULL &&
		    app_granted(v->app, "receipt.render");
	if (m->run == do_again)
		return counter_last_payment(c) != NULL &&
		    app_granted(v->app, "receipt.print");
	return true;
}

static void
menu_chosen(struct app *app, int index, const struct choice *ch, void *arg)
{
	const struct menu_row	*m;

	(void)app;
	if (index < 0 || ch == NULL)
		return;
	for (m = menu_rows; m->key != NULL; m++)
		if (strcmp(m->key, ch->key) == 0)
			m->run(arg);
}

struct view *
counter_menu_open(struct view *v)
{
	struct counter		*c = counter_of(v);
	struct choice		*ch = talloc_zero_array(NULL, struct choice,
				    sizeof menu_rows / sizeof menu_rows[0]);
	const struct menu_row	*m;
	const char		*last = counter_last_payment(c);
	size_t			 n = 0;

	for (m = menu_rows; m->key != NULL; m++) {
		if (!menu_offers(v, m))
			continue;
		ch[n].key = m->key;
		ch[n].text = talloc_strdup(ch, _(m->text));
		if (m->run == do_again)
			ch[n].hint = talloc_strdup(ch, last != NULL ? last :
			    "");
		else if (m->run == counter_printer_open)
			ch[n].hint = talloc_strdup(ch,
			    spool_has_printer(c->spool) ?
			    paper_printer_name(&c->spool->printer) :
			    _("none"));
		n++;
	}
	return popup_choose(v->app, _("Actions"), 0, ch, n, menu_chosen, v);
}

/* ---------------------------------------------------------------- printer */

static void	printer_choose(struct view *v, const json_t *queues,
		    const char *why);

/* Keeps what was changed, and says so. */
static void
printer_changed(struct view *v)
{
	struct spool	*s = spool_get(v->app);
	struct err	 e = ERR_INIT;
	char		*text;

	if (paper_printer_save(&s->printer, app_conf(v->app), &e) == -1) {
		app_message(v->app, MSG_ERROR, "%s", e.msg);
		err_clear(&e);
		return;
	}
	text = message_text(NULL, N_("Receipts go to {printer}, {width} mm."),
	    "printer", spool_has_printer(s) ?
	    paper_printer_name(&s->printer) : _("none"), "width",
	    s->printer.width, NULL);
	app_message(v->app, MSG_DONE, "%s", text);
	talloc_free(text);
}

static void
printer_set(struct view *v, const char *member, const char *value)
{
	struct spool	*s = spool_get(v->app);
	struct err	 e = ERR_INIT;

	if (paper_printer_set(&s->printer, s, member, value, &e) == -1)
		app_message(v->app, MSG_ERROR, "%s", _(e.msg));
	else
		printer_changed(v);
	err_clear(&e);
}

struct address {
	struct view	*counter;
	struct edit	*edit;
};

static void
address_draw(struct view *v, const struct area *body)
{
	struct address	*ad = v->state;
	struct area	 box = popup_box(body, 6, 68, v->title);

	area_text(&box, 0, 1, box.cols - 2, T_DIM,
	    "cups://HOST/QUEUE   tcp://HOST:9100   file:/dev/usb/lp0");
	edit_draw(ad->edit, &box, 2, 1, box.cols - 2, true);
	area_text(&box, 3, 1, box.cols - 2, T_DIM, _("F8 saves, Esc leaves"));
}

static bool
address_command(struct view *v, enum command cmd, const struct key *k)
{
	struct address	*ad = v->state;
	struct view	*below = ad->counter;
	bool		 changed;
	char		*uri;

	(void)k;
	switch ((int)cmd) {
	case CMD_COMMIT:
		uri = text_trim(NULL, ad->edit->text);
		app_pop(v);
		printer_set(below, "uri", uri);
		talloc_free(uri);
		return true;
	case CMD_ESC:
	case CMD_CLOSE:
	case CMD_CANCEL:
		app_pop(v);
		return true;
	case CMD_ENTER:
		return true;
	default:
		return edit_command(ad->edit, cmd, &changed);
	}
}

static void
address_text(struct view *v, const struct key *k)
{
	struct address	*ad = v->state;

	edit_text(ad->edit, k);
}

static bool
always(struct view *v)
{
	(void)v;
	return true;
}

static const struct view_ops	address_ops = {
	.name = "printer-address",
	.context = CTX_POPUP,
	.popup = true,
	.draw = address_draw,
	.command = address_command,
	.text = address_text,
	.typing = always,
};

static void
address_open(struct view *v)
{
	struct address	*ad = talloc_zero(NULL, struct address);

	ad->counter = v;
	ad->edit = edit_new(ad, 255);
	edit_set(ad->edit, spool_get(v->app)->printer.uri);
	app_push(v->app, &address_ops, NULL, _("Address of the printer"), ad);
}

static void
on_test_page(const struct paper_status *st, void *arg)
{
	struct view	*v = arg;
	char		*s;

	s = paper_state_text(NULL, st);
	app_message(v->app, st->state == PAPER_FAILED ? MSG_ERROR : MSG_INFO,
	    "%s: %s", _("Test page"), s);
	talloc_free(s);
}

static void
test_page(struct view *v)
{
	struct spool	*s = spool_get(v->app);
	struct err	 e = ERR_INIT;
	unsigned char	*b;
	size_t		 n;

	if (!spool_has_printer(s)) {
		app_message(v->app, MSG_ERROR, "%s",
		    _("No printer is chosen: F9 p."));
		return;
	}
	b = escpos_test_page(NULL, &s->printer.profile, &n, &e);
	if (b == NULL)
		app_message(v->app, MSG_ERROR, "%s", e.msg);
	else
		s->send(s, &s->printer, b, n, on_test_page, v, v);
	err_clear(&e);
	talloc_free(b);
}

/* The next of the words, after the one in force. */
static const char *
next_word(const char *const *words, const char *now)
{
	int	i;

	for (i = 0; words[i] != NULL; i++)
		if (strcmp(words[i], now) == 0)
			return words[i + 1] != NULL ? words[i + 1] : words[0];
	return words[0];
}

static const char *const	drawers[] = { "0", "2", "5", NULL };
static const char *const	cuts[] = { "none", "partial", "full", NULL };

static const char *
drawer_word(const struct paper_printer *pr)
{
	return pr->profile.drawer_pin == 0 ? "0" :
	    pr->profile.drawer_pin == 2 ? "2" : "5";
}

static const char *
cut_word(const struct paper_printer *pr)
{
	return cuts[pr->profile.cut == RECEIPT_CUT_NONE ? 0 :
	    pr->profile.cut == RECEIPT_CUT_PARTIAL ? 1 : 2];
}

static void
printer_chosen(struct app *app, int index, const struct choice *ch, void *arg)
{
	struct view		*v = arg;
	struct paper_printer	*pr = &spool_get(app)->printer;

	if (index < 0 || ch == NULL)
		return;
	if (ch->key == NULL) {
		printer_set(v, "uri", ch->data);
		return;
	}
	switch (ch->key[0]) {
	case 'w':
		printer_set(v, "width", strcmp(pr->width, "80") == 0 ? "58" :
		    "80");
		break;
	case 'd':
		printer_set(v, "drawer", next_word(drawers,
		    drawer_word(pr)));
		break;
	case 'g':
		printer_set(v, "cut", next_word(cuts, cut_word(pr)));
		break;
	case 'a':
		address_open(v);
		return;
	case 'u':
		test_page(v);
		return;
	case 'x':
		printer_set(v, "uri", "");
		return;
	default:
		return;
	}
	counter_printer_open(v);
}

static void
choice_add(struct choice *ch, size_t *n, const char *key, const char *text,
    const char *hint)
{
	ch[*n].key = key;
	ch[*n].text = talloc_strdup(ch, text);
	ch[*n].hint = talloc_strdup(ch, hint);
	(*n)++;
}

/* `queues` of the CUPS server, then what can be changed. */
static void
printer_choose(struct view *v, const json_t *queues, const char *why)
{
	struct paper_printer	*pr = &spool_get(v->app)->printer;
	size_t			 n = 0, i, k = json_array_size(queues);
	struct choice		*ch = talloc_zero_array(NULL, struct choice,
				    k + 6);
	const json_t		*q;
	const char		*s;
	char			*width;

	for (i = 0; i < k; i++) {
		q = json_array_get(queues, i);
		s = json_string_value(json_object_get(q, "uri"));
		if (s == NULL)
			continue;
		ch[n].data = talloc_strdup(ch, s);
		s = json_string_value(json_object_get(q, "name"));
		choice_add(ch, &n, NULL, s != NULL ? s : "",
		    strcmp(ch[n].data, pr->uri) == 0 ? _("in use") :
		    "CUPS");
	}
	width = talloc_asprintf(ch, "%s mm", pr->width);
	choice_add(ch, &n, "a", _("Type an address..."), *pr->uri != '\0' ?
	    paper_printer_name(pr) : why);
	choice_add(ch, &n, "w", _("Width of the paper"), width);
	choice_add(ch, &n, "d", _("Cash drawer on pin"),
	    pr->profile.drawer_pin == 0 ? _("none") : drawer_word(pr));
	choice_add(ch, &n, "g", _("Cutter"), i18n_text(cut_word(pr)));
	choice_add(ch, &n, "u", _("Print a test page"), "");
	choice_add(ch, &n, "x", _("No printer"), "");
	popup_choose(v->app, _("Printer"), 0, ch, n, printer_chosen, v);
}

static void
on_queues(const struct paper_status *st, void *arg)
{
	struct view	*v = arg;

	if (!st->final)
		return;
	app_message_clear(v->app);
	/* He may be somewhere else by now. */
	if (app_top(v->app) == v)
		printer_choose(v, st->queues, st->queues != NULL ? "" :
		    _("CUPS does not answer"));
	app_hold(v->app, false);
}

void
counter_printer_open(struct view *v)
{
	app_message(v->app, MSG_INFO, "%s", _("Looking for printers..."));
	/* What is typed now is meant for the list of them. */
	app_hold(v->app, true);
	paper_list(spool_get(v->app)->send_arg, v, on_queues, v);
}

/* ---------------------------------------------------------------- preview */

struct preview {
	struct escpos_row	*rows;
	size_t			 n, top;
	int			 cols;
	struct view		*counter;
	char			*payment;
};

static void
preview_draw(struct view *v, const struct area *body)
{
	struct preview			*p = v->state;
	int				 rows = body->rows - 2;
	struct area			 box;
	const struct escpos_row		*r;
	char				*title;
	size_t				 i, shown;

	if ((int)p->n + 2 < rows)
		rows = (int)p->n + 2;
	shown = rows > 2 ? (size_t)rows - 2 : 0;
	if (p->top + shown > p->n)
		p->top = p->n > shown ? p->n - shown : 0;
	title = shown < p->n ? talloc_asprintf(NULL, "%s %zu-%zu/%zu (PgDn)",
	    v->title, p->top + 1, p->top + shown, p->n) :
	    talloc_strdup(NULL, v->title);
	box = popup_box(body, rows, p->cols + 6, title);
	talloc_free(title);
	for (i = 0; i < shown && p->top + i < p->n; i++) {
		r = &p->rows[p->top + i];
		area_text(&box, (int)i, 1, p->cols, r->cut ? T_DIM : r->tall ?
		    T_BIG : r->bold ? T_BOLD : T_TEXT, r->text);
	}
	area_cursor(&box, 0, 0);
}

static bool
preview_command(struct view *v, enum command cmd, const struct key *k)
{
	struct preview	*p = v->state;

	(void)k;
	switch ((int)cmd) {
	case CMD_UP:
		p->top -= p->top > 0;
		return true;
	case CMD_DOWN:
		p->top++;
		return true;
	case CMD_PGUP:
		p->top -= p->top > 10 ? 10 : p->top;
		return true;
	case CMD_PGDN:
		p->top += 10;
		return true;
	case CMD_HOME:
		p->top = 0;
		return true;
	case CMD_END:
		p->top = p->n;
		return true;
	case CMD_ENTER:
	case CMD_ESC:
	case CMD_CLOSE:
	case CMD_CANCEL:
		app_pop(v);
		return true;
	default:
		return false;
	}
}

static const char *
preview_bar(struct view *v, enum command cmd)
{
	(void)v;
	return cmd == CMD_CLOSE || cmd == CMD_PGDN || cmd == CMD_PGUP ? "" :
	    NULL;
}

static const struct view_ops	preview_ops = {
	.name = "receipt-preview",
	.context = CTX_POPUP,
	.popup = true,
	.bar = preview_bar,
	.draw = preview_draw,
	.command = preview_command,
};

/* Shows what the printer would get: the same bytes, read back. */
static void
preview_show(struct preview *p, const char *b64, struct err *e)
{
	const struct receipt_profile	*pr;
	struct escpos_limits		 lim = { 0 };
	struct escpos_doc		*doc;
	struct app			*app = p->counter->app;
	unsigned char			*bytes;
	size_t				 n;

	pr = receipt_profile_preset(spool_get(app)->printer.width);
	lim.cols = pr->cols;
	lim.dots = pr->dots;
	bytes = paper_unbase64(p, b64, &n, e);
	if (bytes == NULL)
		return;
	doc = escpos_decode(p, bytes, n, &lim, e);
	if (doc == NULL)
		return;
	p->cols = doc->cols;
	p->rows = escpos_rows(p, doc, &p->n);
	app_push(app, &preview_ops, NULL, _("Slip"), p);
}

static void
on_render(const struct reply *r, void *arg)
{
	struct preview	*p = arg;
	struct app	*app = p->counter->app;
	struct err	 e = ERR_INIT;
	const char	*b64;

	if (r->result == NULL) {
		app_error(app, "receipt.render", r->error);
		talloc_free(p);
		return;
	}
	b64 = json_string_value(json_object_get(r->result, "escpos"));
	if (b64 == NULL)
		(void)err_set(&e, ERR_BAD_FRAME, "%s",
		    N_("the server sent no slip"));
	else
		preview_show(p, b64, &e);
	if (e.code != ERR_NONE) {
		app_message(app, MSG_ERROR, "%s", _(e.msg));
		err_clear(&e);
		talloc_free(p);
	}
}

void
counter_preview_open(struct view *v, const char *payment)
{
	struct preview	*p = talloc_zero(v, struct preview);
	const char	*width = spool_get(v->app)->printer.width;

	p->counter = v;
	p->payment = talloc_strdup(p, payment);
	app_send(v, "receipt.render", json_pack("{s:s,s:i,s:s}", "payment",
	    payment, "width", strcmp(width, "80") == 0 ? 80 : 58, "format",
	    "escpos"), on_render, p);
}
