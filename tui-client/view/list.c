/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The list engine. The selection follows the row's identity, not its index:
 * when a refresh takes the row away a ghost stays in its place until the user
 * moves, so no key ever hits another row than the one that was looked at.
 */
#include "view/list.h"

#include <string.h>

#include "base/text.h"
#include "fmt/money.h"
#include "i18n.h"
#include "message.h"
#include "query.h"
#include "ui/edit.h"
#include "value.h"
#include "view/filter.h"
#include "view/popup.h"

#define COLS_MAX	24
#define TYPE_MS		150	/* after the last letter of the filter */
#define TYPE_SLOW_MS	300	/* ... on a slow line */
#define EVENT_MS	400	/* events of one burst are one reading */

struct list {
	struct view	*view;
	const struct screen *screen;
	struct model	*model;
	struct edit	*filter;
	bool		 filtering;	/* after / in profile noc */
	char		*fixed_key;	/* value of screen->fixed */
	size_t		 sel, top;
	char		*sel_key;
	json_t		*ghost;		/* the row that vanished, or NULL */
	json_t		*tags;		/* key -> row */
	json_t		*stats;
	const struct column *sort;
	bool		 sort_desc;
	bool		 to_end;
	bool		 typed, asked;	/* a question to come, under way */
	unsigned	 writes;	/* of the program when last shown */
	int		 visible;	/* rows drawn last time */
};

static int
list_free(struct list *l)
{
	json_decref(l->ghost);
	json_decref(l->tags);
	json_decref(l->stats);
	return 0;
}

static struct list *
list_of(struct view *v)
{
	return v->state;
}

/* ---------------------------------------------------------------- rows */

static size_t
list_size(const struct list *l)
{
	return model_size(l->model) + (l->ghost != NULL ? 1 : 0);
}

/* The row on a line, the ghost counted in; new reference. */
static json_t *
list_row(const struct list *l, size_t i)
{
	if (l->ghost != NULL) {
		if (i == l->sel)
			return json_incref(l->ghost);
		if (i > l->sel)
			i--;
	}
	return i < model_size(l->model) ? model_object(l->model, i) : NULL;
}

static char *
object_key(TALLOC_CTX *ctx, const struct list *l, const json_t *row)
{
	json_t	*v = json_object_get(row, l->screen->key);

	if (json_is_integer(v))
		return talloc_asprintf(ctx, "%lld",
		    (long long)json_integer_value(v));
	return talloc_strdup(ctx, json_is_string(v) ? json_string_value(v) :
	    "");
}

/* The selected row for an action; NULL without one or on the ghost. */
static json_t *
list_selected(const struct list *l)
{
	return l->ghost != NULL ? NULL : list_row(l, l->sel);
}

static void
sel_remember(struct list *l)
{
	talloc_free(l->sel_key);
	l->sel_key = l->sel < model_size(l->model) ?
	    model_key(l, l->model, l->sel) : NULL;
}

static void
list_select(struct list *l, size_t i)
{
	size_t	n;

	if (l->ghost != NULL) {
		if (i > l->sel)
			i--;
		json_decref(l->ghost);
		l->ghost = NULL;
	}
	n = model_size(l->model);
	if (i >= n)
		i = n > 0 ? n - 1 : 0;
	l->sel = i;
	sel_remember(l);
}

static void
list_scroll(struct list *l, int rows)
{
	size_t	n = (size_t)(rows > 0 ? rows : 1);

	if (l->sel < l->top)
		l->top = l->sel;
	if (l->sel >= l->top + n)
		l->top = l->sel - n + 1;
	if (l->top > 0 && list_size(l) < l->top + n)
		l->top = list_size(l) > n ? list_size(l) - n : 0;
}

static void	sort_next(struct list *l);

static bool
error_is_sort(const json_t *error)
{
	const char	*rule;

	rule = json_string_value(json_object_get(json_object_get(error,
	    "args"), "rule"));
	return rule != NULL && strcmp(rule, "sort") == 0;
}

/* Words in a list that has no search: what does work is said. */
static void
list_error(struct list *l)
{
	const struct column	*c = l->screen->columns;
	const char		*field;
	char			*s;

	field = json_string_value(json_object_get(l->model->error, "field"));
	if (field == NULL || strcmp(field, "q") != 0) {
		app_error(l->view->app, l->screen->list, l->model->error);
		return;
	}
	if (c[0].key != NULL && c[1].key != NULL && c[2].key != NULL)
		c += 2;
	s = message_text(NULL, N_("Here a column is filtered: {column}:... "
	    "(Esc clears)"), "column", i18n_text(c->label), NULL);
	app_message(l->view->app, MSG_INFO, "%s", s);
	talloc_free(s);
}

/* The rows of what was typed are not there yet: none is the one he means. */
static bool
list_waits(const struct list *l)
{
	return l->typed || l->asked;
}

/* The answer of the model: keeps the selection where it was looked at. */
static void
list_changed(void *arg)
{
	struct list	*l = arg;
	json_t		*old = NULL;
	long		 at;

	app_dirty(l->view->app);
	if (!model_busy(l->model))
		l->asked = false;
	if (!list_waits(l))
		app_hold(l->view->app, false);
	if (l->model->error != NULL && !model_busy(l->model)) {
		if (l->sort != NULL && error_is_sort(l->model->error)) {
			/* This column cannot be sorted by: on to the next. */
			sort_next(l);
			return;
		}
		list_error(l);
		return;
	}
	if (l->to_end && l->model->next != NULL &&
	    model_size(l->model) < 5000) {
		model_want(l->model, model_size(l->model));
		return;
	}
	if (l->to_end) {
		l->to_end = false;
		list_select(l, model_size(l->model));
		return;
	}
	if (l->sel_key == NULL) {
		list_select(l, l->sel);
		return;
	}
	at = model_find(l->model, l->sel_key);
	if (at >= 0) {
		json_decref(l->ghost);
		l->ghost = NULL;
		l->sel = (size_t)at;
		return;
	}
	if (l->ghost == NULL) {
		old = json_object();
		json_object_set_new(old, l->screen->key,
		    json_string(l->sel_key));
		l->ghost = old;
	}
	if (l->sel > model_size(l->model))
		l->sel = model_size(l->model);
}

/* ---------------------------------------------------------------- query */

static void
stats_answer(const struct reply *r, void *arg)
{
	struct list	*l = arg;

	if (r->result == NULL)
		return;
	json_decref(l->stats);
	l->stats = json_incref(r->result);
	app_dirty(l->view->app);
}

static void
stats_ask(struct list *l)
{
	if (l->screen->stats != NULL &&
	    app_granted(l->view->app, l->screen->stats))
		app_send(l->view, l->screen->stats, NULL, stats_answer, l);
}

static void
list_query(struct view *v)
{
	struct list	*l = list_of(v);
	struct query	*qy;
	char		*sort = NULL;

	qy = query_parse(l, l->screen, l->filter->text, app_today(v->app));
	if (l->screen->fixed != NULL && l->fixed_key != NULL)
		json_object_set_new(qy->filter, l->screen->fixed,
		    json_string(l->fixed_key));
	if (l->sort != NULL)
		sort = talloc_asprintf(qy, "%s%s", l->sort_desc ? "-" : "",
		    l->sort->key);
	talloc_free(l->model->exclude);
	l->model->exclude = talloc_strdup(l->model, qy->exclude);
	l->typed = false;
	l->asked = true;
	/* A new question has a new first row. */
	talloc_free(l->sel_key);
	l->sel_key = NULL;
	json_decref(l->ghost);
	l->ghost = NULL;
	l->sel = l->top = 0;
	model_query(l->model, qy->q, json_incref(qy->filter), sort);
	if (qy->wrong != NULL) {
		char *s = message_text(qy, N_("There is no column {word}."),
		    "word", qy->wrong, NULL);
		app_message(v->app, MSG_INFO, "%s", s);
	}
	talloc_free(qy);
	app_dirty(v->app);
}

static void
list_reload(struct view *v)
{
	struct list	*l = list_of(v);

	if (model_busy(l->model) && !l->model->loaded)
		return;
	model_reload(l->model, l->top + (size_t)l->visible + 1);
	stats_ask(l);
}

static void
filter_changed(struct list *l)
{
	l->typed = true;
	app_timer(l->view, app_rtt_ms(l->view->app) > 100 ?
	    TYPE_SLOW_MS : TYPE_MS, list_query);
}

void
list_set_filter(struct view *v, const char *line)
{
	struct list	*l = list_of(v);

	edit_set(l->filter, line);
	l->filter->fresh = false;
	list_query(v);
}

static void
sort_next(struct list *l)
{
	const struct column	*c = l->sort;

	c = c == NULL ? l->screen->columns : c + 1;
	l->sort = c->key != NULL ? c : NULL;
	l->sort_desc = l->sort != NULL && value_is_right(l->sort->type);
	list_query(l->view);
}

/* ---------------------------------------------------------------- draw */

static int
draw_stats(struct list *l, const struct area *a, int row)
{
	const struct column	*c;
	char			*s;
	const json_t		*v;
	int			 col = 1;

	if (l->screen->stat_columns == NULL)
		return 0;
	for (c = l->screen->stat_columns; c->key != NULL; c++) {
		v = json_object_get(l->stats, c->key);
		if (v == NULL || json_is_null(v))
			continue;
		s = value_text(NULL, c->type, v, app_zone(l->view->app));
		/* A figure that does not fit whole is not shown in part. */
		if (col + text_width(i18n_text(c->label)) + 1 +
		    text_width(s) < a->cols) {
			col += area_text(a, row, col, -1, T_LABEL,
			    i18n_text(c->label)) + 1;
			col += area_text(a, row, col, -1, T_BOLD, s) + 3;
		}
		talloc_free(s);
	}
	return 1;
}

static void
draw_filter(struct list *l, const struct area *a, int row)
{
	char	*right, *n;
	int	 col, w, rw;

	right = talloc_strdup(NULL, "");
	if (l->sort != NULL)
		right = talloc_asprintf_append_buffer(right, "%s %s %s  ",
		    _(N_("sort:")), i18n_text(l->sort->label),
		    l->sort_desc ? "v" : "^");
	if (json_object_size(l->tags) > 0) {
		n = money_format(right, (int64_t)json_object_size(l->tags));
		right = talloc_asprintf_append_buffer(right, "%s %s",
		    _(N_("tagged")), n);
	}
	rw = text_width(right);
	col = 1 + area_text(a, row, 1, -1, T_LABEL, _(N_("Filter:"))) + 1;
	w = a->cols - col - rw - 3;
	if (w > 70)
		w = 70;
	edit_draw(l->filter, a, row, col, w > 10 ? w : 10, false);
	area_text(a, row, a->cols - rw - 1, -1, T_INFO, right);
	talloc_free(right);
}

static void
draw_rows(struct list *l, const struct area *a)
{
	struct col_slot	 slots[COLS_MAX];
	struct area	 cells;
	size_t		 n, i, at;
	json_t		*row;
	char		*key;
	int		 r, gone;

	cells = area_sub(a, 0, 3, a->rows, a->cols - 4);
	n = list_layout(l->screen->columns, cells.cols, slots, COLS_MAX);
	list_draw_heads(&cells, 0, slots, n);
	l->visible = a->rows - 1;
	list_scroll(l, l->visible);
	for (r = 0; r < l->visible; r++) {
		at = l->top + (size_t)r;
		row = list_row(l, at);
		if (row == NULL)
			break;
		gone = l->ghost != NULL && at == l->sel;
		key = object_key(NULL, l, row);
		list_draw_cells(&cells, r + 1, slots, n, row,
		    rpc_online(app_rpc(l->view->app)) && !gone ? T_TEXT :
		    T_DIM, app_zone(l->view->app));
		if (gone)
			area_text(&cells, r + 1,
			    text_width(key) + 1, -1, T_DIM, _(N_("(gone)")));
		if (json_object_get(l->tags, key) != NULL)
			area_fill(a, r + 1, 1, 1, '*', T_WARN);
		if (at == l->sel)
			area_fill(a, r + 1, 0, 1, '>', T_MARK);
		talloc_free(key);
		json_decref(row);
	}
	for (i = l->top + (size_t)l->visible; i <= l->top +
	    2 * (size_t)l->visible; i += (size_t)l->visible)
		model_want(l->model, i);
	if (list_size(l) == 0 && l->model->loaded && !model_busy(l->model))
		area_text(a, 2, 3, -1, T_DIM, l->model->error != NULL ? "" :
		    _(N_("Nothing found.")));
}

/* 132 columns and more: what the row says in full, beside the list. */
static void
draw_preview(struct list *l, const struct area *a)
{
	const struct column	*c;
	json_t			*row = list_row(l, l->sel);
	char			*s;
	int			 r = 1;

	area_fill(a, 0, 0, 1, CH_VLINE, T_LINE);
	for (r = 0; r < a->rows; r++)
		area_fill(a, r, 0, 1, CH_VLINE, T_LINE);
	r = 1;
	for (c = l->screen->columns; row != NULL && c->key != NULL &&
	    r < a->rows; c++) {
		s = value_text(NULL, c->type, json_object_get(row, c->key),
		    app_zone(l->view->app));
		if (*s != '\0') {
			area_text(a, r, 2, 13, T_LABEL, i18n_text(c->label));
			area_text(a, r, 16, a->cols - 17, value_attr(c->type,
			    json_object_get(row, c->key)), s);
			r++;
		}
		talloc_free(s);
	}
	json_decref(row);
}

static void
list_draw(struct view *v, const struct area *body)
{
	struct list	*l = list_of(v);
	struct area	 rows, side;
	int		 r = 0, width = body->cols, used;

	r += draw_stats(l, body, r);
	draw_filter(l, body, r++);
	if (body->cols >= 132) {
		width = body->cols - 44;
		side = area_sub(body, r, width, body->rows - r, 44);
		draw_preview(l, &side);
	}
	rows = area_sub(body, r, 0, body->rows - r, width);
	draw_rows(l, &rows);
	/* The cursor is what a screen reader follows. */
	if (*l->filter->text != '\0' || l->filtering) {
		used = 1 + text_width(_(N_("Filter:"))) + 1;
		area_cursor(body, r - 1, used + text_width(l->filter->text));
	} else
		area_cursor(&rows, 1 + (int)(l->sel - l->top), 0);
}

static char *
list_status(struct view *v, TALLOC_CTX *ctx)
{
	struct list	*l = list_of(v);
	size_t		 n = model_size(l->model);
	char		*shown, *all;

	if (!l->model->loaded)
		return talloc_strdup(ctx, _(N_("loading")));
	shown = money_format(ctx, (int64_t)n);
	if (l->model->count < 0)
		return message_text(ctx, N_("{n} rows"), "n", shown, NULL);
	all = money_format(ctx, l->model->count);
	if (l->model->more)
		all = talloc_strdup_append_buffer(all, "+");
	return message_text(ctx, N_("showing {n} of {all}"), "n", shown,
	    "all", all, NULL);
}

/* ---------------------------------------------------------------- keys */

static void
list_tag(struct list *l)
{
	json_t	*row = list_selected(l);
	char	*key;

	if (row == NULL)
		return;
	key = object_key(NULL, l, row);
	if (json_object_get(l->tags, key) != NULL)
		json_object_del(l->tags, key);
	else
		json_object_set(l->tags, key, row);
	talloc_free(key);
	json_decref(row);
	list_select(l, l->sel + 1);
}

static void
list_tag_all(struct list *l)
{
	size_t	 i;
	char	*key;
	json_t	*row;

	if (json_object_size(l->tags) > 0) {
		json_object_clear(l->tags);
		return;
	}
	for (i = 0; i < model_size(l->model); i++) {
		key = model_key(NULL, l->model, i);
		row = model_object(l->model, i);
		json_object_set_new(l->tags, key, row);
		talloc_free(key);
	}
}

static const struct action *
action_with(struct list *l, unsigned flag)
{
	const struct action	*a;

	for (a = l->screen->actions; a != NULL && a->id != NULL; a++)
		if ((a->flags & flag) && rpc_granted(app_rpc(l->view->app),
		    a->method))
			return a;
	return NULL;
}

static void
list_run(struct list *l, const struct action *a)
{
	json_t	*row = list_selected(l);

	if ((a->flags & ACT_ROW) && row == NULL) {
		app_message(l->view->app, MSG_ERROR, "%s",
		    _(N_("No row is selected.")));
		return;
	}
	action_run(l->view, a, row, l->screen->fixed, l->fixed_key);
	json_decref(row);
}

/* F8 in a list: the first action with that flag that fits the row. */
static bool
list_commit(struct list *l)
{
	const struct action	*a;
	json_t			*row = list_selected(l);
	bool			 done = false;

	for (a = l->screen->actions; a != NULL && a->id != NULL && !done; a++)
		if ((a->flags & ACT_KEY_F8) && row != NULL &&
		    action_offered(l->view, a, row)) {
			if (a->flags & ACT_NOW)
				action_now(l->view, a, row, l->screen->fixed,
				    l->fixed_key);
			else
				action_run(l->view, a, row, l->screen->fixed,
				    l->fixed_key);
			done = true;
		}
	json_decref(row);
	return done;
}

/* Enter opens: another screen, or the form of an action. It never commits. */
static void
list_enter(struct list *l)
{
	const struct action	*a;
	json_t			*row = list_selected(l), *v;
	const char		*name;
	char			*key;

	for (a = l->screen->actions; row != NULL && l->screen->enter != NULL &&
	    a != NULL && a->id != NULL; a++)
		if (strcmp(a->id, l->screen->enter) == 0 &&
		    action_offered(l->view, a, row))
			action_run(l->view, a, row, l->screen->fixed,
			    l->fixed_key);
	if (row != NULL && l->screen->open != NULL) {
		name = l->screen->open_key != NULL ? l->screen->open_key :
		    l->screen->key;
		v = json_object_get(row, name);
		key = value_text(NULL, COL_TEXT, v, "");
		app_open(l->view->app, l->screen->open, key);
		talloc_free(key);
	}
	json_decref(row);
}

static bool
list_move(struct list *l, enum command cmd)
{
	size_t	page = (size_t)(l->visible > 1 ? l->visible : 1);
	size_t	n = list_size(l);

	switch ((int)cmd) {
	case CMD_UP:
		if (l->sel > 0)
			list_select(l, l->sel - 1);
		return true;
	case CMD_DOWN:
		if (l->sel + 1 < n)
			list_select(l, l->sel + 1);
		return true;
	case CMD_PGUP:
		l->top = l->top > page ? l->top - page : 0;
		list_select(l, l->sel > page ? l->sel - page : 0);
		return true;
	case CMD_PGDN:
		if (l->sel + page < n)
			l->top += page;
		list_select(l, l->sel + page < n ? l->sel + page :
		    n > 0 ? n - 1 : 0);
		return true;
	case CMD_HOME:
		list_select(l, 0);
		return true;
	case CMD_END:
		l->to_end = l->model->next != NULL;
		if (l->to_end)
			model_want(l->model, model_size(l->model));
		else
			list_select(l, n > 0 ? n - 1 : 0);
		return true;
	default:
		return false;
	}
}

static bool
list_edit(struct list *l, enum command cmd)
{
	bool	changed;

	if (cmd == CMD_ESC) {
		l->to_end = false;
		if (*l->filter->text == '\0' && !l->filtering)
			return false;
		l->filtering = false;
		edit_command(l->filter, CMD_CLEAR, &changed);
		if (changed)
			filter_changed(l);
		return true;
	}
	if (cmd != CMD_BACKSPACE && cmd != CMD_CLEAR)
		return false;
	l->filter->fresh = false;
	edit_command(l->filter, cmd, &changed);
	if (changed)
		filter_changed(l);
	return true;
}

static json_t *
list_action_row(struct view *v, const struct action *a)
{
	(void)a;
	return list_selected(list_of(v));
}

static bool
list_command(struct view *v, enum command cmd, const struct key *k)
{
	struct list		*l = list_of(v);
	const struct action	*a;

	if (list_waits(l) && (cmd == CMD_ENTER || cmd == CMD_ACTIONS ||
	    cmd == CMD_EDIT || cmd == CMD_TAG)) {
		app_wait(v, k);
		return true;
	}
	/* Nothing is carried out on a row that he has not seen. */
	if (list_waits(l) && cmd == CMD_COMMIT)
		return true;
	if (list_move(l, cmd) || list_edit(l, cmd))
		return true;
	switch ((int)cmd) {
	case CMD_ENTER:
		l->filtering = false;
		list_enter(l);
		return true;
	case CMD_REFRESH:
		list_reload(v);
		return true;
	case CMD_TAG:
		list_tag(l);
		return true;
	case CMD_TAG_ALL:
		list_tag_all(l);
		return true;
	case CMD_SORT_NEXT:
		sort_next(l);
		return true;
	case CMD_SORT_TURN:
		if (l->sort == NULL)
			l->sort = l->screen->columns;
		else
			l->sort_desc = !l->sort_desc;
		list_query(v);
		return true;
	case CMD_FILTER:
		l->filtering = true;
		return true;
	case CMD_START:
		a = action_with(l, ACT_KEY_F6);
		if (a != NULL)
			list_run(l, a);
		return true;
	case CMD_EDIT:
		if (l->screen->filters != NULL)
			filter_open(v, l->screen, l->filter->text);
		return true;
	case CMD_COMMIT:
		return list_commit(l);
	case CMD_ACTIONS:
		action_menu(v, l->screen->actions, list_action_row,
		    l->screen->fixed, l->fixed_key);
		return true;
	case CMD_LIST:
		return true;
	default:
		return false;
	}
}

static void
list_text(struct view *v, const struct key *k)
{
	struct list	*l = list_of(v);

	/* Letters in profile noc are commands: / opens the filter line. */
	if (strcmp(app_conf(v->app)->profile, "noc") == 0 && !l->filtering &&
	    *l->filter->text == '\0')
		return;
	l->filter->fresh = false;
	l->filter->cur = strlen(l->filter->text);
	if (edit_text(l->filter, k))
		filter_changed(l);
}

static bool
list_typing(struct view *v)
{
	struct list	*l = list_of(v);

	return l->filtering || *l->filter->text != '\0';
}

static const char *
list_bar(struct view *v, enum command cmd)
{
	struct list		*l = list_of(v);
	const struct action	*a;
	json_t			*row;
	const char		*s = NULL;

	switch ((int)cmd) {
	case CMD_START:
		a = action_with(l, ACT_KEY_F6);
		return a != NULL ? i18n_text(a->label) : NULL;
	case CMD_EDIT:
		return l->screen->filters != NULL ? "" : NULL;
	case CMD_COMMIT:
		row = list_selected(l);
		for (a = l->screen->actions; a != NULL && a->id != NULL; a++)
			if (s == NULL && (a->flags & ACT_KEY_F8) &&
			    row != NULL && action_offered(v, a, row))
				s = i18n_text(a->label);
		json_decref(row);
		return s;
	case CMD_ACTIONS:
		return l->screen->actions != NULL ? "" : NULL;
	case CMD_CANCEL:
	case CMD_LIST:
		return NULL;
	default:
		return "";
	}
}

static const char *
list_focus(struct view *v)
{
	struct list	*l = list_of(v);

	return list_typing(v) ? "filter" :
	    l->sel_key != NULL ? l->sel_key : "-";
}

static void
list_event(struct view *v, const char *topic, const json_t *d)
{
	struct list	*l = list_of(v);

	(void)d;
	if (strcmp(topic, "resync") != 0 && (l->screen->topic == NULL ||
	    strcmp(topic, l->screen->topic) != 0))
		return;
	app_timer(v, EVENT_MS, list_reload);
}

/* Something may have been changed by the view that was above. */
static void
list_shown(struct view *v)
{
	struct list	*l = list_of(v);

	if (l->writes != app_writes(v->app))
		app_timer(v, 0, list_reload);
	l->writes = app_writes(v->app);
}

json_t *
list_tags(struct view *v)
{
	return v->ops->name != NULL && strcmp(v->ops->name, "list") == 0 ?
	    list_of(v)->tags : NULL;
}

static const struct view_ops	list_ops = {
	.name = "list",
	.context = CTX_LIST,
	.draw = list_draw,
	.command = list_command,
	.text = list_text,
	.typing = list_typing,
	.bar = list_bar,
	.status = list_status,
	.focus = list_focus,
	.event = list_event,
	.shown = list_shown,
};

struct view *
list_open(struct app *app, const struct screen *s, const char *key)
{
	struct list	*l = talloc_zero(NULL, struct list);
	const char	*title = s->title;

	l->screen = s;
	l->tags = json_object();
	l->filter = edit_new(l, 200);
	l->fixed_key = talloc_strdup(l, key);
	if (s->preset != NULL)
		edit_set(l->filter, i18n_text(s->preset));
	l->filter->fresh = false;
	talloc_set_destructor(l, list_free);
	if (key != NULL && s->fixed != NULL)
		title = talloc_asprintf(l, "%s %s", i18n_text(title), key);
	l->visible = app_rows(app) - 3;
	l->view = app_push(app, &list_ops, s, title, l);
	l->writes = app_writes(app);
	l->model = model_new(l, app_rpc(app), s->list, s->key,
	    2 * l->visible, list_changed, l);
	list_query(l->view);
	stats_ask(l);
	return l->view;
}
