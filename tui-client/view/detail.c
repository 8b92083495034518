/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The detail engine: one get method, tabs of blocks. The answer is turned
 * into lines; rows of tables can be walked and opened, the rest is scrolled.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "i18n.h"
#include "message.h"
#include "screen.h"
#include "value.h"
#include "view/list.h"

#define COLS_MAX	16
#define TABS_MAX	9	/* their keys are digits */
#define EVENT_MS	400

enum line_kind { LINE_PAIRS, LINE_RULE, LINE_HEADS, LINE_ROW, LINE_TEXT,
	LINE_CHANGE, LINE_BLANK };

struct line {
	enum line_kind		 kind;
	const struct block	*b;
	const struct column	*left, *right;	/* LINE_PAIRS */
	json_t			*row;		/* borrowed of the answer */
	char			*text;
	const char		*member;	/* LINE_CHANGE */
};

struct detail {
	struct view		*view;
	const struct screen	*screen;
	char			*key;
	json_t			*object;	/* the answer */
	json_t			*remote;	/* list method -> rows */
	json_t			*asked;		/* list methods, since read */
	size_t			 tab;
	struct line		*line;
	TALLOC_CTX		*texts;		/* of the lines */
	size_t			 n, sel;
	int			 top, rows;
	int			 cols;		/* width the lines were made for */
	unsigned		 writes;
	bool			 failed;
};

static int
detail_free(struct detail *d)
{
	json_decref(d->object);
	json_decref(d->remote);
	json_decref(d->asked);
	return 0;
}

/* ---------------------------------------------------------------- lines */

static struct line *
line_add(struct detail *d, enum line_kind kind, const struct block *b)
{
	struct line	*l;

	d->line = talloc_realloc(d, d->line, struct line, d->n + 1);
	l = &d->line[d->n++];
	memset(l, 0, sizeof *l);
	l->kind = kind;
	l->b = b;
	return l;
}

/* What nobody lets him see is no empty field: this column or the next. */
static const struct column *
column_shown(struct detail *d, const struct column *c)
{
	while (c->key != NULL && c->need != NULL &&
	    !app_granted(d->view->app, c->need))
		c++;
	return c;
}

static bool
block_shown(struct detail *d, const struct block *b)
{
	const char	*need = b->need != NULL ? b->need : b->list;

	return need == NULL || app_granted(d->view->app, need);
}

static bool
block_ends(const struct block *b)
{
	return b->columns == NULL && b->member == NULL;
}

/* The tabs of which he may see anything. */
static size_t
tabs_shown(struct detail *d, const struct tab **shown)
{
	const struct tab	*t;
	const struct block	*b;
	size_t			 n = 0;

	for (t = d->screen->tabs; t->label != NULL && n < TABS_MAX; t++)
		for (b = t->blocks; !block_ends(b); b++)
			if (block_shown(d, b)) {
				shown[n++] = t;
				break;
			}
	return n;
}

static size_t
tabs_count(struct detail *d)
{
	const struct tab	*shown[TABS_MAX];

	return tabs_shown(d, shown);
}

/* The blocks of the tab in front. */
static const struct block *
tab_blocks(struct detail *d)
{
	const struct tab	*shown[TABS_MAX];
	size_t			 n = tabs_shown(d, shown);

	return d->tab < n ? shown[d->tab]->blocks : d->screen->tabs[0].blocks;
}

static void
lines_fields(struct detail *d, const struct block *b)
{
	const struct column	*c = b->columns;
	json_t			*at;
	struct line		*l;

	at = b->member != NULL ? json_object_get(d->object, b->member) :
	    d->object;
	while ((c = column_shown(d, c))->key != NULL) {
		l = line_add(d, LINE_PAIRS, b);
		l->row = at;
		l->left = c++;
		c = column_shown(d, c);
		if (d->cols >= 80 && c->key != NULL)
			l->right = c++;
	}
}

static void
lines_table(struct detail *d, const struct block *b)
{
	json_t	*rows, *row;
	size_t	 i;

	rows = b->list != NULL ? json_object_get(d->remote, b->list) :
	    json_object_get(d->object, b->member);
	if (json_array_size(rows) == 0) {
		line_add(d, LINE_TEXT, b)->text = talloc_strdup(d->texts,
		    b->list != NULL && rows == NULL ? "..." :
		    _(N_("none")));
		return;
	}
	line_add(d, LINE_HEADS, b);
	json_array_foreach(rows, i, row)
		line_add(d, LINE_ROW, b)->row = row;
}

static void
lines_note(struct detail *d, const struct block *b)
{
	const char	*s;
	char		*part;
	size_t		 n, k;

	s = json_string_value(json_object_get(d->object, b->member));
	while (s != NULL && *s != '\0') {
		n = strcspn(s, "\n");
		part = talloc_strndup(d->texts, s, n);
		k = text_fit(part, d->cols - 6);
		if (k < n) {
			for (n = k; n > 0 && s[n] != ' '; n--)
				;
			if (n == 0)
				n = k > 0 ? k : 1;
			part[n] = '\0';
		}
		line_add(d, LINE_TEXT, b)->text = part;
		s += n;
		while (*s == ' ')
			s++;
		if (*s == '\n')
			s++;
	}
}

static void
lines_changes(struct detail *d, const struct block *b)
{
	json_t		*old = json_object_get(d->object, "old"), *v;
	json_t		*now = json_object_get(d->object, "new");
	const char	*key;

	json_object_foreach(now, key, v)
		line_add(d, LINE_CHANGE, b)->member = key;
	json_object_foreach(old, key, v)
		if (json_object_get(now, key) == NULL)
			line_add(d, LINE_CHANGE, b)->member = key;
}

/* A note that nobody wrote needs no heading. */
static bool
block_is_empty(struct detail *d, const struct block *b)
{
	const char	*s;

	if (b->kind != BLOCK_NOTE)
		return false;
	s = json_string_value(json_object_get(d->object, b->member));
	return s == NULL || *s == '\0';
}

static bool
line_selectable(const struct line *l)
{
	return l->kind == LINE_ROW;
}

/* What a row is, whatever place a new answer gives it. */
static char *
row_identity(TALLOC_CTX *ctx, const json_t *row)
{
	static const char *const	keys[] = { "id", "number", "invoice",
					    "name", "at", NULL };
	json_t				*v;
	int				 i;

	for (i = 0; keys[i] != NULL; i++) {
		v = json_object_get(row, keys[i]);
		if (v != NULL && !json_is_null(v))
			return value_text(ctx, COL_TEXT, v, "");
	}
	return talloc_strdup(ctx, "");
}

/* The selection stays on its row, not on its place. */
static void
sel_restore(struct detail *d, const struct block *b, const char *identity)
{
	size_t	 i;
	char	*s;
	bool	 same;

	d->sel = 0;
	for (i = 0; i < d->n; i++) {
		if (!line_selectable(&d->line[i]))
			continue;
		if (d->sel == 0)
			d->sel = i;
		s = row_identity(NULL, d->line[i].row);
		same = d->line[i].b == b && strcmp(s, identity) == 0;
		talloc_free(s);
		if (same) {
			d->sel = i;
			return;
		}
	}
}

static void
lines_build(struct detail *d)
{
	const struct block	*b, *sel_b = NULL;
	char			*sel = talloc_strdup(NULL, "");

	if (d->n > 0 && line_selectable(&d->line[d->sel])) {
		talloc_free(sel);
		sel_b = d->line[d->sel].b;
		sel = row_identity(NULL, d->line[d->sel].row);
	}
	talloc_free(d->line);
	talloc_free(d->texts);
	d->line = talloc_array(d, struct line, 0);
	d->texts = talloc_new(d);
	d->n = 0;
	if (d->object == NULL) {
		talloc_free(sel);
		return;
	}
	for (b = tab_blocks(d); !block_ends(b); b++) {
		if (!block_shown(d, b))
			continue;
		if (b->title != NULL && !block_is_empty(d, b))
			line_add(d, LINE_RULE, b);
		switch (b->kind) {
		case BLOCK_FIELDS:
			lines_fields(d, b);
			break;
		case BLOCK_TABLE:
			lines_table(d, b);
			break;
		case BLOCK_NOTE:
			lines_note(d, b);
			break;
		case BLOCK_CHANGES:
			lines_changes(d, b);
			break;
		}
	}
	sel_restore(d, sel_b, sel);
	talloc_free(sel);
}

/* ---------------------------------------------------------------- reading */

static void	remote_ask(struct detail *d);

struct remote {
	struct detail	*d;
	const char	*method;
};

static void
remote_answer(const struct reply *r, void *arg)
{
	struct remote	*rm = arg;
	struct detail	*d = rm->d;
	json_t		*rows, *cols, *row, *c, *o, *out, *old;
	size_t		 i, k;

	if (r->result == NULL) {
		app_error(d->view->app, rm->method, r->error);
		talloc_free(rm);
		return;
	}
	rows = json_object_get(r->result, "rows");
	cols = json_object_get(r->result, "cols");
	out = json_array();
	json_array_foreach(rows, i, row) {
		o = json_object();
		json_array_foreach(cols, k, c)
			if (json_is_string(c) && json_array_get(row, k) != NULL)
				json_object_set(o, json_string_value(c),
				    json_array_get(row, k));
		json_array_append_new(out, o);
	}
	/* As in detail_answer(): the old rows live until then. */
	old = json_incref(json_object_get(d->remote, rm->method));
	json_object_set_new(d->remote, rm->method, out);
	lines_build(d);
	json_decref(old);
	app_dirty(d->view->app);
	talloc_free(rm);
}

/* Lists of the tab that is shown; each is read when it is first seen. */
static void
remote_ask(struct detail *d)
{
	const struct block	*b;
	struct remote		*rm;

	for (b = tab_blocks(d); !block_ends(b); b++) {
		if (b->list == NULL || d->key == NULL ||
		    json_object_get(d->asked, b->list) != NULL ||
		    !app_granted(d->view->app, b->list))
			continue;
		json_object_set_new(d->asked, b->list, json_true());
		rm = talloc_zero(d, struct remote);
		rm->d = d;
		rm->method = b->list;
		app_send(d->view, b->list, json_pack("{s:{s:s},s:i}",
		    "filter", b->filter, d->key, "limit", 100),
		    remote_answer, rm);
	}
}

static void
detail_answer(const struct reply *r, void *arg)
{
	struct detail	*d = arg;
	json_t		*old;

	app_dirty(d->view->app);
	app_hold(d->view->app, false);
	if (r->result == NULL) {
		d->failed = d->object == NULL;
		app_error(d->view->app, d->screen->get, r->error);
		return;
	}
	/* The old rows live until the new lines know which was selected. */
	old = d->object;
	d->object = json_incref(r->result);
	lines_build(d);
	json_decref(old);
	json_object_clear(d->asked);
	remote_ask(d);
}

static void
detail_ask(struct view *v)
{
	struct detail	*d = v->state;
	const char	*name;
	json_t		*p = json_object();

	name = d->screen->get_key != NULL ? d->screen->get_key : "number";
	if (d->key != NULL) {
		if (strcmp(name, "id") == 0 && d->key[0] != '\0' &&
		    strspn(d->key, "0123456789") == strlen(d->key))
			json_object_set_new(p, name,
			    json_integer(strtoll(d->key, NULL, 10)));
		else
			json_object_set_new(p, name, json_string(d->key));
	}
	app_send(v, d->screen->get, p, detail_answer, d);
}

/* ---------------------------------------------------------------- drawing */

static void
draw_tabs(struct detail *d, const struct area *a)
{
	const struct tab	*shown[TABS_MAX];
	size_t			 n = tabs_shown(d, shown), i;
	int			 col = 1;

	for (i = 0; i < n; i++)
		col += area_printf(a, 0, col, i == d->tab ? T_TITLE : T_DIM,
		    i == d->tab ? "[%zu %s]" : " %zu %s ", i + 1,
		    i18n_text(shown[i]->label)) + 1;
}

static void
draw_pair(struct detail *d, const struct area *a, int row, int col, int width,
    const struct column *c, const json_t *at)
{
	char	*s;
	int	 lw = 14;

	s = value_text(NULL, c->type, json_object_get(at, c->key),
	    app_zone(d->view->app));
	area_text(a, row, col, lw, T_LABEL, i18n_text(c->label));
	area_text(a, row, col + lw + 1, width - lw - 4, value_attr(c->type,
	    json_object_get(at, c->key)), s);
	talloc_free(s);
}

static void
draw_change(struct detail *d, const struct area *a, int row,
    const struct line *l)
{
	json_t		*o, *n;
	char		*os, *ns;
	int		 w = (a->cols - 24) / 2;
	enum attr	 attr;

	o = json_object_get(json_object_get(d->object, "old"), l->member);
	n = json_object_get(json_object_get(d->object, "new"), l->member);
	os = value_text(NULL, COL_TEXT, o, app_zone(d->view->app));
	ns = value_text(NULL, COL_TEXT, n, app_zone(d->view->app));
	attr = o != NULL && n != NULL && json_equal(o, n) ? T_DIM : T_TEXT;
	area_text(a, row, 2, 18, T_LABEL, l->member);
	area_text(a, row, 21, w, attr, os);
	if (attr == T_TEXT)
		area_text(a, row, 21 + w, 2, T_WARN, ">");
	area_text(a, row, 23 + w, w, attr, ns);
	talloc_free(os);
	talloc_free(ns);
}

static void
draw_line(struct detail *d, const struct area *a, int row, size_t i)
{
	const struct line	*l = &d->line[i];
	struct col_slot		 slots[COLS_MAX];
	struct area		 cells;
	size_t			 n;
	bool			 stale = !rpc_online(app_rpc(d->view->app));

	switch (l->kind) {
	case LINE_PAIRS:
		draw_pair(d, a, row, 2, l->right != NULL ? a->cols / 2 :
		    a->cols - 2, l->left, l->row);
		if (l->right != NULL)
			draw_pair(d, a, row, a->cols / 2 + 1, a->cols / 2 - 1,
			    l->right, l->row);
		break;
	case LINE_RULE:
		area_rule(a, row, i18n_text(l->b->title));
		break;
	case LINE_HEADS:
	case LINE_ROW:
		cells = area_sub(a, row, 3, 1, a->cols - 4);
		n = list_layout(l->b->columns, cells.cols, slots, COLS_MAX);
		if (l->kind == LINE_HEADS) {
			list_draw_heads(&cells, 0, slots, n);
			break;
		}
		list_draw_cells(&cells, 0, slots, n, l->row, stale ? T_DIM :
		    T_TEXT, app_zone(d->view->app));
		if (i == d->sel)
			area_fill(a, row, 0, 1, '>', T_MARK);
		break;
	case LINE_TEXT:
		area_text(a, row, 3, a->cols - 5, T_TEXT, l->text);
		break;
	case LINE_CHANGE:
		draw_change(d, a, row, l);
		break;
	case LINE_BLANK:
		break;
	}
}

static void
detail_draw(struct view *v, const struct area *body)
{
	struct detail	*d = v->state;
	struct area	 a = area_sub(body, 1, 0, body->rows - 1, body->cols);
	int		 r;

	draw_tabs(d, body);
	if (d->object == NULL) {
		area_text(&a, 1, 3, -1, T_DIM, d->failed ?
		    _(N_("Nothing found.")) : _(N_("loading...")));
		area_cursor(&a, 1, 3);
		return;
	}
	if (d->cols != body->cols) {
		d->cols = body->cols;
		lines_build(d);
	}
	d->rows = a.rows;
	if (d->top > (int)d->n - a.rows)
		d->top = (int)d->n > a.rows ? (int)d->n - a.rows : 0;
	for (r = 0; r < a.rows && d->top + r < (int)d->n; r++)
		draw_line(d, &a, r, (size_t)d->top + (size_t)r);
	if (d->n > 0 && line_selectable(&d->line[d->sel]) &&
	    (int)d->sel >= d->top && (int)d->sel < d->top + a.rows)
		area_cursor(&a, (int)d->sel - d->top, 0);
	else
		area_cursor(body, 0, 1);
	if (d->top + a.rows < (int)d->n)
		area_text(body, 0, body->cols - 8, -1, T_DIM, "v v v");
}

static char *
detail_status(struct view *v, TALLOC_CTX *ctx)
{
	struct detail	*d = v->state;
	const char	*s;
	char		*out = talloc_strdup(ctx, "");
	json_t		*m;
	int		 i;

	if (d->object == NULL)
		return talloc_strdup(ctx, _(N_("loading")));
	for (i = 0; i < 4 && d->screen->head[i] != NULL; i++) {
		m = json_object_get(d->object, d->screen->head[i]);
		s = json_string_value(m);
		if (s == NULL || *s == '\0')
			continue;
		out = talloc_asprintf_append_buffer(out, "%s%s",
		    *out != '\0' ? "  " : "",
		    strcmp(d->screen->head[i], "status") == 0 ?
		    word_text(s) : s);
	}
	return *out != '\0' ? out : NULL;
}

/* ---------------------------------------------------------------- keys */

static void
detail_step(struct detail *d, int by)
{
	size_t	i = d->sel;

	/* To the next row, or by a line where there is none. */
	while ((by > 0 && i + 1 < d->n) || (by < 0 && i > 0)) {
		i = by > 0 ? i + 1 : i - 1;
		if (line_selectable(&d->line[i])) {
			d->sel = i;
			if ((int)i < d->top)
				d->top = (int)i;
			if ((int)i >= d->top + d->rows)
				d->top = (int)i - d->rows + 1;
			return;
		}
	}
	d->top += by;
	if (d->top < 0)
		d->top = 0;
}

static void
detail_tab(struct detail *d, size_t tab)
{
	size_t	n = tabs_count(d);

	d->tab = n > 0 ? tab % n : 0;
	d->sel = 0;
	d->top = 0;
	lines_build(d);
	remote_ask(d);
}

/* The row of a block that is selected, or its only one. */
static json_t *
block_row(struct detail *d, const char *member)
{
	json_t	*rows;

	if (d->n > 0 && d->line[d->sel].kind == LINE_ROW &&
	    d->line[d->sel].b->member != NULL &&
	    strcmp(d->line[d->sel].b->member, member) == 0)
		return d->line[d->sel].row;
	rows = json_object_get(d->object, member);
	return json_array_size(rows) == 1 ? json_array_get(rows, 0) : NULL;
}

/* The object, or a block's row with the object's members as "^member". */
static json_t *
detail_action_row(struct view *v, const struct action *a)
{
	struct detail	*d = v->state;
	const char	*key;
	json_t		*row, *out, *m;
	char		*up;

	if (d->object == NULL)
		return NULL;
	if (a->block == NULL)
		return json_incref(d->object);
	row = block_row(d, a->block);
	if (row == NULL)
		return NULL;
	out = json_copy(row);
	json_object_foreach(d->object, key, m) {
		if (json_is_object(m) || json_is_array(m))
			continue;
		up = talloc_asprintf(NULL, "^%s", key);
		json_object_set(out, up, m);
		talloc_free(up);
	}
	return out;
}

static const struct action *
action_flagged(struct view *v, unsigned flag)
{
	struct detail		*d = v->state;
	const struct action	*a;
	json_t			*row;
	bool			 ok;

	for (a = d->screen->actions; a != NULL && a->id != NULL; a++) {
		if (!(a->flags & flag))
			continue;
		row = detail_action_row(v, a);
		ok = row != NULL && action_offered(v, a, row);
		json_decref(row);
		if (ok)
			return a;
	}
	return NULL;
}

static void
detail_run(struct view *v, unsigned flag)
{
	const struct action	*a = action_flagged(v, flag);
	json_t			*row;

	if (a == NULL)
		return;
	row = detail_action_row(v, a);
	action_run(v, a, row, NULL, NULL);
	json_decref(row);
}

static void
detail_enter(struct detail *d)
{
	const struct line	*l;
	json_t			*key;
	char			*text;

	if (d->n == 0 || d->line[d->sel].kind != LINE_ROW)
		return;
	l = &d->line[d->sel];
	if (l->b->screen == NULL)
		return;
	key = json_object_get(l->row, l->b->screen_key != NULL ?
	    l->b->screen_key : "number");
	text = value_text(d, COL_TEXT, key, "");
	app_open(d->view->app, l->b->screen, text);
	talloc_free(text);
}

static bool
detail_command(struct view *v, enum command cmd, const struct key *k)
{
	struct detail	*d = v->state;
	size_t		 n = tabs_count(d);

	if (d->object == NULL && !d->failed && (cmd == CMD_ACTIONS ||
	    cmd == CMD_EDIT || cmd == CMD_START || cmd == CMD_ENTER ||
	    cmd == CMD_DOWN)) {
		app_wait(v, k);
		return true;
	}
	switch ((int)cmd) {
	case CMD_UP:
		detail_step(d, -1);
		return true;
	case CMD_DOWN:
		detail_step(d, 1);
		return true;
	case CMD_PGUP:
		d->top -= d->rows - 1;
		if (d->top < 0)
			d->top = 0;
		return true;
	case CMD_PGDN:
		d->top += d->rows - 1;
		return true;
	case CMD_HOME:
		d->top = 0;
		return true;
	case CMD_END:
		d->top = (int)d->n;
		return true;
	case CMD_NEXT:
	case CMD_RIGHT:
		detail_tab(d, d->tab + 1);
		return true;
	case CMD_PREVIOUS:
	case CMD_LEFT:
		detail_tab(d, d->tab + n - 1);
		return true;
	case CMD_ENTER:
		detail_enter(d);
		return true;
	case CMD_REFRESH:
		detail_ask(v);
		return true;
	case CMD_START:
		detail_run(v, ACT_KEY_F6);
		return true;
	case CMD_EDIT:
		detail_run(v, ACT_KEY_F7);
		return true;
	case CMD_COMMIT:
		return true;
	case CMD_ACTIONS:
		action_menu(v, d->screen->actions, detail_action_row, NULL,
		    NULL);
		return true;
	default:
		return false;
	}
}

static void
detail_text(struct view *v, const struct key *k)
{
	struct detail	*d = v->state;
	size_t		 n = tabs_count(d);

	if (k->code == K_CHAR && k->ch >= '1' && k->ch < '1' + (int32_t)n)
		detail_tab(d, (size_t)(k->ch - '1'));
}

static const char *
detail_bar(struct view *v, enum command cmd)
{
	struct detail		*d = v->state;
	const struct action	*a;

	switch ((int)cmd) {
	case CMD_START:
		a = action_flagged(v, ACT_KEY_F6);
		return a != NULL ? i18n_text(a->label) : NULL;
	case CMD_EDIT:
		a = action_flagged(v, ACT_KEY_F7);
		return a != NULL ? i18n_text(a->label) : NULL;
	case CMD_ACTIONS:
		return d->screen->actions != NULL ? "" : NULL;
	case CMD_COMMIT:
	case CMD_LIST:
	case CMD_CANCEL:
		return NULL;
	default:
		return "";
	}
}

static void
detail_event(struct view *v, const char *topic, const json_t *data)
{
	struct detail	*d = v->state;
	const char	*number;

	if (strcmp(topic, "resync") != 0) {
		if (d->screen->topic == NULL ||
		    strcmp(topic, d->screen->topic) != 0)
			return;
		number = json_string_value(json_object_get(data, "number"));
		if (number != NULL && d->key != NULL &&
		    strcmp(number, d->key) != 0)
			return;
	}
	app_timer(v, EVENT_MS, detail_ask);
}

static void
detail_shown(struct view *v)
{
	struct detail	*d = v->state;

	if (d->writes != app_writes(v->app))
		app_timer(v, 0, detail_ask);
	d->writes = app_writes(v->app);
}

static const char *
detail_focus(struct view *v)
{
	struct detail	*d = v->state;

	return d->key != NULL ? d->key : "-";
}

static const struct view_key	detail_keys[] = {
	{ "1..9", N_("Go to that tab of the screen") },
	{ NULL, NULL }
};

static const struct view_ops	detail_ops = {
	.name = "detail",
	.keys = detail_keys,
	.context = CTX_DETAIL,
	.draw = detail_draw,
	.command = detail_command,
	.text = detail_text,
	.bar = detail_bar,
	.status = detail_status,
	.focus = detail_focus,
	.event = detail_event,
	.shown = detail_shown,
};

struct view *
detail_open(struct app *app, const struct screen *s, const char *key)
{
	struct detail	*d = talloc_zero(NULL, struct detail);

	d->screen = s;
	d->key = talloc_strdup(d, key);
	d->cols = app_cols(app);
	d->remote = json_object();
	d->asked = json_object();
	talloc_set_destructor(d, detail_free);
	d->view = app_push(app, &detail_ops, s, s->title, d);
	d->writes = app_writes(app);
	detail_ask(d->view);
	return d->view;
}
