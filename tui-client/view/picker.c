/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/text.h"
#include "i18n.h"
#include "model.h"
#include "ui/edit.h"
#include "value.h"
#include "view/list.h"
#include "view/popup.h"

#define COLS_MAX	8
#define TYPE_MS		150

/* A list method in a box: F4 in a form, and the search over everything. */
struct picker {
	struct view	*view;
	struct model	*model;
	const struct column *columns;
	struct column	*own;		/* made from the answer's own columns */
	struct edit	*q;
	const char	*key;
	size_t		 sel, top;
	int		 visible;
	bool		 typed;		/* since the last question */
	picker_cb	*cb;
	void		*arg;
};

static const struct column	found_columns[] = {
	{ "kind", N_("Kind"), COL_STATUS, .min = 10 },
	{ "number", N_("Number"), COL_TEXT, .min = 16 },
	{ "title", N_("Name"), COL_TEXT, .min = 14, .pref = 26 },
	{ "detail", N_("What"), COL_TEXT, .min = 12, .pref = 40, .drop = 1 },
	{ "status", N_("Status"), COL_STATUS, .min = 10 },
	{ NULL }
};

static const struct column *
columns_of(const char *method)
{
	const struct screen *const	*s;

	if (strcmp(method, "search.all") == 0)
		return found_columns;
	for (s = screen_table; *s != NULL; s++)
		if ((*s)->list != NULL && strcmp((*s)->list, method) == 0)
			return (*s)->columns;
	return NULL;
}

/* What a member is called that no screen has a column for. */
static const char *
own_label(const char *key)
{
	static const struct {
		const char	*key, *label;
	} known[] = {
		{ "code", N_("Code") },
		{ "name", N_("Name") },
		{ "full_name", N_("Full name") },
		{ "number", N_("Number") },
	};
	size_t	i;

	for (i = 0; i < sizeof known / sizeof known[0]; i++)
		if (strcmp(known[i].key, key) == 0)
			return known[i].label;
	return key;
}

/* A list without a screen shows what it answers. */
static void
own_columns(struct picker *p)
{
	size_t	 i, n = json_array_size(p->model->cols);

	if (n > COLS_MAX)
		n = COLS_MAX;
	p->own = talloc_zero_array(p, struct column, n + 1);
	for (i = 0; i < n; i++) {
		p->own[i].key = talloc_strdup(p->own,
		    json_string_value(json_array_get(p->model->cols, i)));
		p->own[i].label = own_label(p->own[i].key);
		p->own[i].pref = 30;
		p->own[i].min = 10;
		p->own[i].drop = (int)i;
	}
	p->columns = p->own;
}

/* What is typed was not looked up yet: no row is the one he means. */
static bool
picker_waits(const struct picker *p)
{
	return p->typed || model_busy(p->model);
}

static void
picker_changed(void *arg)
{
	struct picker	*p = arg;
	long		 at = -1;

	if (p->model->error != NULL)
		app_error(p->view->app, p->model->method, p->model->error);
	else if (p->columns == NULL && p->model->cols != NULL)
		own_columns(p);
	if (!picker_waits(p))
		app_hold(p->view->app, false);
	if (*p->q->text != '\0')
		at = model_find(p->model, p->q->text);
	if (at >= 0)
		p->sel = (size_t)at;
	if (p->sel >= model_size(p->model))
		p->sel = 0;
	app_dirty(p->view->app);
}

static void
picker_ask(struct view *v)
{
	struct picker	*p = v->state;

	p->sel = p->top = 0;
	p->typed = false;
	/* The search over everything wants at least a letter. */
	if (p->model->plain && *p->q->text == '\0') {
		app_hold(v->app, false);
		return;
	}
	model_query(p->model, p->q->text, NULL, NULL);
	app_dirty(v->app);
}

static void
picker_typed(struct picker *p)
{
	p->typed = true;
	app_timer(p->view, TYPE_MS, picker_ask);
}

static void
picker_draw(struct view *v, const struct area *body)
{
	struct picker	*p = v->state;
	struct col_slot	 slots[COLS_MAX * 3];
	struct area	 in, cells;
	json_t		*row;
	size_t		 n, i;
	int		 r;

	in = popup_box(body, body->rows - 2, body->cols - 6, v->title);
	edit_draw(p->q, &in, 0, 2, in.cols - 4, true);
	p->visible = in.rows - 3;
	if (p->columns == NULL)
		return;
	cells = area_sub(&in, 2, 2, in.rows - 2, in.cols - 2);
	n = list_layout(p->columns, cells.cols, slots, COLS_MAX * 3);
	list_draw_heads(&cells, 0, slots, n);
	if (p->sel < p->top)
		p->top = p->sel;
	if (p->sel >= p->top + (size_t)p->visible)
		p->top = p->sel - (size_t)p->visible + 1;
	for (r = 0; r < p->visible; r++) {
		i = p->top + (size_t)r;
		if (i >= model_size(p->model))
			break;
		row = model_object(p->model, i);
		list_draw_cells(&cells, r + 1, slots, n, row, T_TEXT,
		    app_zone(v->app));
		json_decref(row);
		if (i == p->sel)
			area_fill(&in, r + 3, 0, 1, '>', T_MARK);
	}
	model_want(p->model, p->top + 2 * (size_t)p->visible);
	if (model_size(p->model) == 0 && p->model->loaded)
		area_text(&in, 3, 2, -1, T_DIM, _(N_("Nothing found.")));
}

static void
picker_take(struct view *v)
{
	struct picker	*p = v->state;
	struct app	*app = v->app;
	json_t		*row;
	char		*key;

	if (p->sel >= model_size(p->model))
		return;
	key = model_key(p, p->model, p->sel);
	row = model_object(p->model, p->sel);
	app_pop(v);
	p->cb(app, key, row, p->arg);
	json_decref(row);
}

static bool
picker_command(struct view *v, enum command cmd, const struct key *k)
{
	struct picker	*p = v->state;
	size_t		 n = model_size(p->model), page;
	bool		 changed;

	page = (size_t)(p->visible > 1 ? p->visible : 1);
	switch ((int)cmd) {
	case CMD_UP:
		p->sel = p->sel > 0 ? p->sel - 1 : 0;
		return true;
	case CMD_DOWN:
		p->sel = p->sel + 1 < n ? p->sel + 1 : p->sel;
		return true;
	case CMD_PGUP:
		p->sel = p->sel > page ? p->sel - page : 0;
		return true;
	case CMD_PGDN:
		p->sel = p->sel + page < n ? p->sel + page :
		    n > 0 ? n - 1 : 0;
		return true;
	case CMD_ENTER:
		if (picker_waits(p))
			app_wait(v, k);
		else
			picker_take(v);
		return true;
	case CMD_ESC:
	case CMD_CLOSE:
	case CMD_CANCEL:
		app_pop(v);
		return true;
	case CMD_REDRAW:
	case CMD_QUIT:
		return false;
	default:
		if (edit_command(p->q, cmd, &changed) && changed)
			picker_typed(p);
		return true;
	}
}

static void
picker_text(struct view *v, const struct key *k)
{
	struct picker	*p = v->state;

	p->q->fresh = false;
	if (edit_text(p->q, k))
		picker_typed(p);
}

static bool
picker_typing(struct view *v)
{
	(void)v;
	return true;
}

static const char *
picker_bar(struct view *v, enum command cmd)
{
	(void)v;
	return cmd == CMD_CLOSE || cmd == CMD_CANCEL ? "" :
	    cmd == CMD_ENTER ? _(N_("Choose")) : NULL;
}

static const struct view_ops	picker_ops = {
	.name = "picker",
	.context = CTX_POPUP,
	.popup = true,
	.draw = picker_draw,
	.command = picker_command,
	.text = picker_text,
	.typing = picker_typing,
	.bar = picker_bar,
};

struct view *
popup_picker(struct app *app, const char *title, const char *method,
    const char *key, const char *q, picker_cb *cb, void *arg)
{
	struct picker	*p = talloc_zero(NULL, struct picker);

	p->columns = columns_of(method);
	p->key = key;
	p->q = edit_new(p, 100);
	edit_set(p->q, q);
	p->q->fresh = false;
	p->cb = cb;
	p->arg = arg;
	p->visible = app_rows(app) - 7;
	p->view = app_push(app, &picker_ops, NULL, talloc_strdup(p, title), p);
	p->model = model_new(p, app_rpc(app), method, key, 2 * p->visible,
	    picker_changed, p);
	picker_ask(p->view);
	return p->view;
}
