/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"
#include "i18n.h"
#include "value.h"
#include "view/list.h"

static int
type_width(enum col_type t)
{
	switch (t) {
	case COL_MONEY:
		return 11;
	case COL_DATE:
		return 10;
	case COL_PERIOD:
		return 8;
	case COL_INSTANT:
		return 16;
	case COL_STATUS:
		return 10;
	case COL_PHONE:
		return 14;
	case COL_COUNT:
		return 5;
	case COL_PERCENT:
		return 4;
	case COL_BOOL:
		return 4;
	case COL_MICROS:
		return 8;
	case COL_SECONDS:
		return 8;
	case COL_TEXT:
	case COL_LABEL:
		return 8;
	}
	return 8;
}

int
list_col_min(const struct column *c)
{
	int	min = c->min > 0 ? c->min : type_width(c->type);
	int	label = text_width(i18n_text(c->label));

	return min > label ? min : label;
}

size_t
list_layout(const struct column *columns, int width, struct col_slot *out,
    size_t max)
{
	const struct column	*c;
	size_t			 n = 0, i, drop;
	int			 used, want, x, worst;
	bool			 grew;

	for (c = columns; c->key != NULL && n < max; c++) {
		out[n].c = c;
		out[n++].width = list_col_min(c);
	}
	for (;;) {
		used = 0;
		worst = 0;
		drop = n;
		for (i = 0; i < n; i++) {
			used += out[i].width + 1;
			if (out[i].c->drop > worst) {
				worst = out[i].c->drop;
				drop = i;
			}
		}
		if (used - 1 <= width || drop == n)
			break;
		for (i = drop; i + 1 < n; i++)
			out[i] = out[i + 1];
		n--;
	}
	/* What is left goes round, a column each, to those that want more. */
	do {
		grew = false;
		for (i = 0; i < n && used - 1 < width; i++) {
			want = out[i].c->pref;
			if (width > 100 && want > 0)
				want += want / 2;
			if (out[i].width < want) {
				out[i].width++;
				used++;
				grew = true;
			}
		}
	} while (grew);
	for (i = 0, x = 0; i < n; i++) {
		out[i].at = x;
		x += out[i].width + 1;
	}
	return n;
}

void
list_draw_heads(const struct area *a, int row, const struct col_slot *slots,
    size_t n)
{
	const char	*label;
	size_t		 i;

	/* One run of attributes: each switch costs as much as a word. */
	if (n > 0)
		area_fill(a, row, 0, slots[n - 1].at + slots[n - 1].width, ' ',
		    T_HEAD);
	for (i = 0; i < n; i++) {
		label = i18n_text(slots[i].c->label);
		if (value_is_right(slots[i].c->type))
			area_right(a, row, slots[i].at, slots[i].width,
			    T_HEAD, label);
		else
			area_text(a, row, slots[i].at, slots[i].width, T_HEAD,
			    label);
	}
}

void
list_draw_cells(const struct area *a, int row, const struct col_slot *slots,
    size_t n, const json_t *object, enum attr attr, const char *zone)
{
	const json_t	*v;
	enum attr	 own;
	char		*s;
	size_t		 i;

	for (i = 0; i < n; i++) {
		v = json_object_get(object, slots[i].c->key);
		s = value_text(NULL, slots[i].c->type, v, zone);
		own = attr == T_TEXT ? value_attr(slots[i].c->type, v) : attr;
		if (value_is_right(slots[i].c->type))
			area_right(a, row, slots[i].at, slots[i].width, own, s);
		else
			area_text(a, row, slots[i].at, slots[i].width, own, s);
		talloc_free(s);
	}
}
