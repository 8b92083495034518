/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/text.h"
#include "i18n.h"
#include "value.h"
#include "view/form_int.h"

#define LABEL_MAX	24
#define NOTE_ROWS	3

static const char *
slot_label(const struct field *f)
{
	return i18n_text(f->label != NULL ? f->label : f->key);
}

static int
label_width(struct form *fm)
{
	int	w = 8, k;
	size_t	i;

	for (i = 0; i < fm->n; i++) {
		if (fm->slot[i]->parent != NULL)
			continue;
		k = text_width(slot_label(fm->slot[i]->f)) + 1;
		if (k > w)
			w = k;
	}
	return w < LABEL_MAX ? w : LABEL_MAX;
}

static int
box_width(const struct field *f, int room)
{
	int	w;

	switch (f->type) {
	case F_MONEY:
		w = 16;
		break;
	case F_DATE:
	case F_PERIOD:
	case F_INT:
		w = 12;
		break;
	case F_PHONE:
	case F_ENUM:
	case F_REF:
	case F_DECIMAL:
		w = 20;
		break;
	case F_BOOL:
		w = 6;
		break;
	case F_CODE:
	case F_IP:
		w = 26;
		break;
	case F_TEXT: case F_NOTE: case F_INSTANT: case F_EMAIL: case F_UUID:
	case F_SECRET: case F_LIST: case F_NUMBERS: case F_OBJECT:
	default:
		w = f->max > 0 && f->max < 50 ? (int)f->max : 50;
		if (f->type == F_NOTE)
			w = room > 60 ? 60 : room;
		break;
	}
	if (w < 4)
		w = 4;
	return w < room ? w : room;
}

/* Lines that a slot takes; 0 where it shares the line of the one before. */
static int
slot_lines(struct form *fm, size_t i)
{
	struct slot	*s = fm->slot[i];

	if (s->parent == NULL)
		return s->f->type == F_NOTE ? NOTE_ROWS : 1;
	if (s->f != s->parent->sub)
		return 0;
	return s->row == 0 ? 3 : 1;
}

static void
draw_value(struct form *fm, struct slot *s, const struct area *a, int row,
    int col, int width, bool focus)
{
	if (s->fixed) {
		area_text(a, row, col + 1, -1, T_BOLD, s->ed->text);
		return;
	}
	if (s->f->type == F_NOTE) {
		edit_draw_lines(s->ed, a, row, col + 1, NOTE_ROWS, width,
		    focus);
		return;
	}
	area_fill(a, row, col, 1, '[', T_FIELD);
	area_fill(a, row, col + width + 1, 1, ']', T_FIELD);
	edit_draw(s->ed, a, row, col + 1, width, focus);
	(void)fm;
}

static void
draw_plain(struct form *fm, struct slot *s, const struct area *a, int row,
    int lw, bool focus)
{
	int	col = lw + 3, w, x;

	w = box_width(s->f, a->cols - col - 4);
	if (focus)
		area_fill(a, row, 0, 1, '>', T_MARK);
	if (s->error != NULL)
		area_fill(a, row, 1, 1, '!', T_ERROR);
	x = 2 + area_text(a, row, 2, lw, T_LABEL, slot_label(s->f));
	if ((s->f->flags & FIELD_REQUIRED) && !s->fixed)
		area_fill(a, row, x, 1, '*', T_WARN);
	draw_value(fm, s, a, row, col, w, focus);
	x = col + w + 2;
	if (!s->fixed && (s->f->type == F_ENUM || (s->f->type == F_REF &&
	    s->f->lookup != NULL)))
		x += area_text(a, row, x, -1, T_DIM, "F4") + 1;
	if (s->note != NULL)
		area_text(a, row, x + 1, -1, T_INFO, s->note);
}

/* Columns of a list field: text takes what the others leave. */
static int
sub_width(const struct field *list, const struct field *f, int room)
{
	const struct field	*g;
	int			 fixed = 0, free_n = 0, w;

	for (g = list->sub; g->key != NULL; g++) {
		w = g->type == F_INT ? 10 : g->type == F_MONEY ? 15 :
		    g->type == F_DATE ? 12 : 0;
		if (g == f && w > 0)
			return w;
		fixed += w + 3;
		free_n += w == 0;
	}
	return free_n > 0 ? (room - fixed) / free_n : 10;
}

static void
draw_sub(struct form *fm, struct slot *s, const struct area *a, int row,
    bool focus)
{
	const struct field	*g;
	int			 col = 3, w;

	if (s->row == 0 && s->f == s->parent->sub) {
		area_rule(a, row, slot_label(s->parent));
		for (g = s->parent->sub; g->key != NULL; g++) {
			w = sub_width(s->parent, g, a->cols - 4);
			area_text(a, row + 1, col + 1, w, T_HEAD,
			    slot_label(g));
			col += w + 3;
		}
		col = 3;
	}
	if (s->row == 0)
		row += 2;
	for (g = s->parent->sub; g != s->f; g++)
		col += sub_width(s->parent, g, a->cols - 4) + 3;
	w = sub_width(s->parent, s->f, a->cols - 4);
	if (focus)
		area_fill(a, row, 0, 1, '>', T_MARK);
	if (s->error != NULL)
		area_fill(a, row, col - 1, 1, '!', T_ERROR);
	draw_value(fm, s, a, row, col, w, focus);
}

/* What the focused field wants, in the line above the message. */
static void
draw_help(struct form *fm, const struct area *body, const struct slot *s)
{
	const char	*help = NULL;

	if (fm->on_commit)
		help = _(N_("Press F8 to save, F12 to leave."));
	else if (s->error != NULL)
		help = s->error;
	else if (s->f->help != NULL)
		help = i18n_text(s->f->help);
	else if (s->f->type == F_MONEY)
		help = _(N_("277500  277rb  1,25jt  1jt250rb  150rb*3"));
	else if (s->f->type == F_DATE)
		help = _(N_("15  1507  +10  hi  b  ab (end of month)  "
		    "Up/Down one day"));
	else if (s->f->type == F_PERIOD)
		help = _(N_("0726  jul  -1 (last month)"));
	else if (s->f->type == F_REF && s->f->lookup != NULL)
		help = _(N_("Part of name or number, then Enter; "
		    "F4 shows the list"));
	else if (s->f->type == F_ENUM)
		help = _(N_("First letter chooses; F4 shows the list"));
	else if (s->f->type == F_NOTE)
		help = _(N_("Enter: new line; Tab: next field"));
	/* The rows of a list have no room beside them. */
	if (s->parent != NULL && s->note != NULL && !fm->on_commit)
		area_text(body, body->rows - 2, 2, -1, T_INFO, s->note);
	if (help != NULL)
		area_text(body, body->rows - 1, 2, -1, T_DIM, help);
}

void
form_draw(struct view *v, const struct area *body)
{
	struct form	*fm = v->state;
	struct area	 a = area_sub(body, 1, 0, body->rows - 3, body->cols);
	struct slot	*s;
	int		 lw = label_width(fm), y = 0, cur_y = 0, cur_h = 1, h;
	size_t		 i;

	for (i = 0; i < fm->n; i++) {
		h = slot_lines(fm, i);
		if (i == fm->cur && !fm->on_commit) {
			cur_y = h == 0 ? y - 1 : y;
			cur_h = h > 0 ? h : 1;
		}
		y += h;
	}
	if (fm->on_commit)
		cur_y = y;
	if (cur_y < fm->scroll)
		fm->scroll = cur_y;
	if (cur_y + cur_h > fm->scroll + a.rows)
		fm->scroll = cur_y + cur_h - a.rows;
	for (i = 0, y = -fm->scroll; i < fm->n; i++) {
		s = fm->slot[i];
		h = slot_lines(fm, i);
		if (s->parent != NULL)
			draw_sub(fm, s, &a, h == 0 ? y - (s->row == 0 ? 3 : 1) :
			    y, i == fm->cur && !fm->on_commit);
		else
			draw_plain(fm, s, &a, y, lw, i == fm->cur &&
			    !fm->on_commit);
		y += h;
	}
	if (fm->scroll > 0)
		area_text(body, 0, body->cols - 12, -1, T_DIM, "^ ^ ^");
	if (y > a.rows)
		area_text(body, body->rows - 2, body->cols - 12, -1, T_DIM,
		    "v v v");
	if (fm->on_commit) {
		area_text(body, body->rows - 2, 2, -1, T_BOLD,
		    fm->sending ? _(N_("sending...")) : _(N_("F8 saves")));
		area_cursor(body, body->rows - 2, 2);
	}
	if (fm->n > 0)
		draw_help(fm, body, fm->slot[fm->cur]);
}
