/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "view/popup.h"

#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/text.h"
#include "i18n.h"
#include "ui/edit.h"

#define ARM_MS	400	/* level 2: nothing counts before it was seen so long */

struct area
popup_box(const struct area *body, int rows, int cols, const char *title)
{
	struct area	a, in;

	if (rows > body->rows)
		rows = body->rows;
	if (cols > body->cols)
		cols = body->cols;
	a = area_sub(body, (body->rows - rows) / 2, (body->cols - cols) / 2,
	    rows, cols);
	area_clear(&a);
	area_box(&a, title);
	in = area_sub(&a, 1, 2, rows - 2, cols - 4);
	return in;
}

/* ---------------------------------------------------------------- choose */

struct choose {
	unsigned	 flags;
	struct choice	*c;
	size_t		 n, sel, top;
	size_t		*shown, shown_n;
	struct edit	*filter;
	popup_cb	*cb;
	void		*arg;
	int		 visible;
};

/* Every word of the filter must be in the line somewhere. */
static bool
choice_matches(const struct choice *c, const char *filter)
{
	char	**word, *text;
	size_t	  i, n;
	bool	  all = true;

	text = talloc_asprintf(NULL, "%s %s %s", c->text,
	    c->hint != NULL ? c->hint : "", c->key != NULL ? c->key : "");
	word = text_split(text, filter, ' ', &n);
	for (i = 0; i < n; i++)
		if (*word[i] != '\0' && strcasestr(text, word[i]) == NULL)
			all = false;
	talloc_free(text);
	return all;
}

static void
choose_filter(struct choose *ch)
{
	size_t	i;

	ch->shown_n = 0;
	for (i = 0; i < ch->n; i++)
		if (choice_matches(&ch->c[i], ch->filter->text))
			ch->shown[ch->shown_n++] = i;
	ch->sel = ch->top = 0;
}

static void
choose_end(struct view *v, int index)
{
	struct choose	*ch = v->state;
	struct app	*app = v->app;

	/* The popup is buried, not freed, until the turn ends. */
	app_pop(v);
	if (ch->cb != NULL)
		ch->cb(app, index, index >= 0 ? &ch->c[index] : NULL,
		    ch->arg);
}

static int
choose_width(const struct choose *ch, const struct area *body)
{
	size_t	i;
	int	w = 30, k, kw = 0;

	for (i = 0; i < ch->n; i++)
		if (ch->c[i].key != NULL && text_width(ch->c[i].key) > kw)
			kw = text_width(ch->c[i].key);
	for (i = 0; i < ch->n; i++) {
		k = text_width(ch->c[i].text) + kw + 8;
		if (ch->c[i].hint != NULL)
			k += text_width(ch->c[i].hint) + 2;
		if (k > w)
			w = k;
	}
	return w < body->cols - 4 ? w : body->cols - 4;
}

static void
choose_draw(struct view *v, const struct area *body)
{
	struct choose		*ch = v->state;
	const struct choice	*c;
	struct area		 in;
	int			 rows, r, row0 = 0, kw = 0, w;
	size_t			 i;

	rows = (int)ch->n + 2 + (ch->flags & POPUP_FILTER ? 2 : 0);
	in = popup_box(body, rows, choose_width(ch, body), v->title);
	if (ch->flags & POPUP_FILTER) {
		edit_draw(ch->filter, &in, 0, 2, in.cols - 4, true);
		row0 = 2;
	}
	ch->visible = in.rows - row0;
	for (i = 0; i < ch->n; i++)
		if (ch->c[i].key != NULL && text_width(ch->c[i].key) > kw)
			kw = text_width(ch->c[i].key);
	if (ch->sel < ch->top)
		ch->top = ch->sel;
	if (ch->visible > 0 && ch->sel >= ch->top + (size_t)ch->visible)
		ch->top = ch->sel - (size_t)ch->visible + 1;
	for (r = 0; r < ch->visible; r++) {
		i = ch->top + (size_t)r;
		if (i >= ch->shown_n)
			break;
		c = &ch->c[ch->shown[i]];
		if (i == ch->sel)
			area_fill(&in, row0 + r, 0, 1, '>', T_MARK);
		if (c->key != NULL)
			area_text(&in, row0 + r, 2, kw, T_KEY, c->key);
		w = area_text(&in, row0 + r, kw > 0 ? kw + 4 : 2, -1, T_TEXT,
		    c->text) + (kw > 0 ? kw + 4 : 2);
		if (c->hint != NULL)
			area_right(&in, row0 + r, w + 2, in.cols - w - 2,
			    T_DIM, c->hint);
	}
	if (!(ch->flags & POPUP_FILTER))
		area_cursor(&in, (int)(ch->sel - ch->top), 0);
}

static void
choose_move(struct choose *ch, enum command cmd)
{
	size_t	page = (size_t)(ch->visible > 1 ? ch->visible : 1);
	size_t	last = ch->shown_n > 0 ? ch->shown_n - 1 : 0;

	switch ((int)cmd) {
	case CMD_UP:
	case CMD_PREVIOUS:
		ch->sel = ch->sel > 0 ? ch->sel - 1 : 0;
		break;
	case CMD_DOWN:
	case CMD_NEXT:
		ch->sel = ch->sel < last ? ch->sel + 1 : last;
		break;
	case CMD_PGUP:
		ch->sel = ch->sel > page ? ch->sel - page : 0;
		break;
	case CMD_PGDN:
		ch->sel = ch->sel + page < last ? ch->sel + page : last;
		break;
	case CMD_HOME:
		ch->sel = 0;
		break;
	case CMD_END:
		ch->sel = last;
		break;
	default:
		break;
	}
}

static bool
choose_command(struct view *v, enum command cmd, const struct key *k)
{
	struct choose	*ch = v->state;
	bool		 changed;

	(void)k;
	switch ((int)cmd) {
	case CMD_UP:
	case CMD_DOWN:
	case CMD_NEXT:
	case CMD_PREVIOUS:
	case CMD_PGUP:
	case CMD_PGDN:
	case CMD_HOME:
	case CMD_END:
		choose_move(ch, cmd);
		return true;
	case CMD_ENTER:
		if (ch->flags & POPUP_READ)
			choose_end(v, -1);
		else if (ch->sel < ch->shown_n)
			choose_end(v, (int)ch->shown[ch->sel]);
		return true;
	case CMD_ESC:
	case CMD_CLOSE:
	case CMD_CANCEL:
		choose_end(v, -1);
		return true;
	case CMD_HELP:
		if (ch->flags & POPUP_READ)
			choose_end(v, -1);
		return true;
	case CMD_REDRAW:
	case CMD_QUIT:
		return false;
	default:
		if ((ch->flags & POPUP_FILTER) &&
		    edit_command(ch->filter, cmd, &changed) && changed)
			choose_filter(ch);
		return true;
	}
}

static void
choose_text(struct view *v, const struct key *k)
{
	struct choose	*ch = v->state;
	size_t		 i;
	int32_t		 cp;

	if (ch->flags & POPUP_FILTER) {
		ch->filter->fresh = false;
		if (edit_text(ch->filter, k))
			choose_filter(ch);
		return;
	}
	if (k->code != K_CHAR)
		return;
	for (i = 0; i < ch->n; i++)
		if (ch->c[i].key != NULL && text_next(ch->c[i].key, &cp) > 0 &&
		    ch->c[i].key[1] == '\0' && cp == k->ch) {
			choose_end(v, (int)i);
			return;
		}
}

static bool
choose_typing(struct view *v)
{
	(void)v;
	return true;
}

static const char *
popup_bar(struct view *v, enum command cmd)
{
	struct choose	*ch = v->state;

	switch ((int)cmd) {
	case CMD_CLOSE:
	case CMD_CANCEL:
		return "";
	case CMD_ENTER:
		return ch->flags & POPUP_READ ? NULL : _(N_("Choose"));
	default:
		return NULL;
	}
}

static const struct view_ops	choose_ops = {
	.name = "choose",
	.context = CTX_POPUP,
	.popup = true,
	.draw = choose_draw,
	.command = choose_command,
	.text = choose_text,
	.typing = choose_typing,
	.bar = popup_bar,
};

struct view *
popup_choose(struct app *app, const char *title, unsigned flags,
    struct choice *choices, size_t n, popup_cb *cb, void *arg)
{
	struct choose	*ch = talloc_zero(NULL, struct choose);

	ch->flags = flags;
	ch->c = talloc_steal(ch, choices);
	ch->n = n;
	ch->shown = talloc_array(ch, size_t, n + 1);
	ch->filter = edit_new(ch, 100);
	ch->cb = cb;
	ch->arg = arg;
	choose_filter(ch);
	return app_push(app, &choose_ops, NULL, talloc_strdup(ch, title), ch);
}

/* ---------------------------------------------------------------- confirm */

struct confirm {
	char		*text, *expect;
	struct edit	*ed;
	confirm_cb	*cb;
	void		*arg;
	int64_t		 drawn_at;
};

static void
confirm_armed(struct view *v)
{
	app_dirty(v->app);
}

static bool
confirm_is_armed(const struct confirm *cf)
{
	return cf->expect == NULL || (cf->drawn_at != 0 &&
	    clock_mono_ms() - cf->drawn_at >= ARM_MS);
}

static void
confirm_draw(struct view *v, const struct area *body)
{
	struct confirm	*cf = v->state;
	struct area	 in, none = *body;
	int		 w = body->cols > 70 ? 64 : body->cols - 6, r;

	/* First how many lines the text takes, then the box around it. */
	none.rows = 0;
	r = area_wrap(&none, 0, 0, w - 4, T_TEXT, cf->text);
	in = popup_box(body, r + (cf->expect != NULL ? 7 : 5), w, v->title);
	r = area_wrap(&in, 1, 0, in.cols, T_TEXT, cf->text) + 2;
	if (cf->expect != NULL) {
		area_fill(&in, r, 0, 1, '[', T_FIELD);
		edit_draw(cf->ed, &in, r, 1, 30, true);
		area_fill(&in, r, 31, 1, ']', T_FIELD);
		r += 2;
	}
	area_text(&in, in.rows - 1, 0, -1, T_BOLD,
	    _(N_("F8 does it      Esc: leave it (default)")));
	if (cf->expect == NULL)
		area_cursor(&in, in.rows - 1, 0);
	if (cf->drawn_at == 0) {
		cf->drawn_at = clock_mono_ms();
		app_flush_keys(v->app);
		if (cf->expect != NULL)
			app_timer(v, ARM_MS, confirm_armed);
	}
}

static void
confirm_do(struct view *v)
{
	struct confirm	*cf = v->state;
	struct app	*app = v->app;
	char		*typed;
	bool		 same;

	if (!confirm_is_armed(cf))
		return;
	if (cf->expect != NULL) {
		typed = text_trim(NULL, cf->ed->text);
		same = strcmp(typed, cf->expect) == 0;
		talloc_free(typed);
		if (!same) {
			app_message(app, MSG_ERROR, "%s",
			    _(N_("That is not what must be typed.")));
			return;
		}
	}
	app_pop(v);
	cf->cb(app, cf->arg);
}

static bool
confirm_command(struct view *v, enum command cmd, const struct key *k)
{
	struct confirm	*cf = v->state;
	bool		 changed;

	(void)k;
	switch ((int)cmd) {
	case CMD_COMMIT:
		confirm_do(v);
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
		if (cf->expect != NULL && confirm_is_armed(cf))
			edit_command(cf->ed, cmd, &changed);
		return true;
	}
}

static void
confirm_text(struct view *v, const struct key *k)
{
	struct confirm	*cf = v->state;

	if (cf->expect != NULL && confirm_is_armed(cf))
		edit_text(cf->ed, k);
}

static const char *
confirm_bar(struct view *v, enum command cmd)
{
	(void)v;
	return cmd == CMD_COMMIT ? _(N_("Do it")) :
	    cmd == CMD_CANCEL ? "" : NULL;
}

static const struct view_ops	confirm_ops = {
	.name = "confirm",
	.context = CTX_POPUP,
	.popup = true,
	.draw = confirm_draw,
	.command = confirm_command,
	.text = confirm_text,
	.typing = choose_typing,
	.bar = confirm_bar,
};

struct view *
popup_confirm(struct app *app, const char *title, const char *text,
    const char *expect, confirm_cb *cb, void *arg)
{
	struct confirm	*cf = talloc_zero(NULL, struct confirm);

	cf->text = talloc_strdup(cf, text);
	cf->expect = talloc_strdup(cf, expect);
	cf->ed = edit_new(cf, 100);
	cf->cb = cb;
	cf->arg = arg;
	return app_push(app, &confirm_ops, NULL, talloc_strdup(cf, title), cf);
}
