/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/cells.h"

#include <stdarg.h>
#include <string.h>

#include "base/text.h"

struct cells *
cells_new(TALLOC_CTX *ctx, int rows, int cols)
{
	struct cells	*c = talloc_zero(ctx, struct cells);

	cells_resize(c, rows, cols);
	return c;
}

void
cells_resize(struct cells *c, int rows, int cols)
{
	talloc_free(c->v);
	c->rows = rows > 0 ? rows : 1;
	c->cols = cols > 0 ? cols : 1;
	c->v = talloc_array(c, struct cell, (size_t)c->rows * (size_t)c->cols);
	cells_clear(c);
}

static struct cell
cell_blank(void)
{
	struct cell	b = { { ' ', 0, 0 }, 1, T_TEXT };

	return b;
}

void
cells_clear(struct cells *c)
{
	int	i, n = c->rows * c->cols;

	for (i = 0; i < n; i++)
		c->v[i] = cell_blank();
	c->cur_row = c->cur_col = -1;
}

static struct cell *
cell_at(const struct area *a, int row, int col)
{
	if (row < 0 || col < 0 || row >= a->rows || col >= a->cols)
		return NULL;
	return &a->c->v[(a->row + row) * a->c->cols + a->col + col];
}

struct area
area_all(struct cells *c)
{
	struct area	a = { c, 0, 0, c->rows, c->cols };

	return a;
}

struct area
area_sub(const struct area *a, int row, int col, int rows, int cols)
{
	struct area	s = *a;

	if (row < 0) {
		rows += row;
		row = 0;
	}
	if (col < 0) {
		cols += col;
		col = 0;
	}
	if (rows > a->rows - row)
		rows = a->rows - row;
	if (cols > a->cols - col)
		cols = a->cols - col;
	s.row += row;
	s.col += col;
	s.rows = rows > 0 ? rows : 0;
	s.cols = cols > 0 ? cols : 0;
	return s;
}

void
area_clear(const struct area *a)
{
	int	r;

	for (r = 0; r < a->rows; r++)
		area_fill(a, r, 0, a->cols, ' ', T_TEXT);
}

/* Overwriting half of a wide letter blanks its other half. */
static void
cell_clear_pair(const struct area *a, int row, int col)
{
	int		 x = a->col + col;
	struct cell	*line = &a->c->v[(a->row + row) * a->c->cols];

	if (line[x].width == 0 && x > 0)
		line[x - 1] = cell_blank();
	if (line[x].width == 2 && x + 1 < a->c->cols)
		line[x + 1] = cell_blank();
}

static int32_t
ascii_of(int32_t cp)
{
	switch (cp) {
	case CH_HLINE:
		return '-';
	case CH_VLINE:
		return '|';
	case CH_TL:
	case CH_TR:
	case CH_BL:
	case CH_BR:
		return '+';
	case CH_BLOCK:
		return '#';
	default:
		return cp < 0x7f ? cp : '?';
	}
}

/* Puts one code point; returns its columns. Marks join the letter before. */
static int
cell_put(const struct area *a, int row, int col, int32_t cp, enum attr attr)
{
	struct cell	*c;
	int		 w = text_cp_width(cp), i;

	if (a->c->ascii && cp > 0x7e) {
		cp = ascii_of(cp);
		w = w > 0 ? 1 : 0;
	}
	/* Some terminals draw pictures in one column, others in two. */
	if (w == 2 && cp >= 0x1f000)
		cp = '?', w = 1;
	if (w == 0) {
		c = cell_at(a, row, col - 1);
		if (c != NULL && c->width == 0)
			c = cell_at(a, row, col - 2);
		for (i = 1; c != NULL && i < CELL_CPS; i++)
			if (c->cp[i] == 0) {
				c->cp[i] = cp;
				break;
			}
		return 0;
	}
	c = cell_at(a, row, col);
	if (c == NULL || (w == 2 && cell_at(a, row, col + 1) == NULL))
		return w;
	cell_clear_pair(a, row, col);
	c->cp[0] = cp;
	c->cp[1] = c->cp[2] = 0;
	c->width = (uint8_t)w;
	c->attr = (uint8_t)attr;
	if (w == 2) {
		cell_clear_pair(a, row, col + 1);
		c[1].cp[0] = 0;
		c[1].cp[1] = c[1].cp[2] = 0;
		c[1].width = 0;
		c[1].attr = (uint8_t)attr;
	}
	return w;
}

/* What may be drawn: visible, and ASCII where the terminal knows no more. */
static char *
text_for(const struct area *a, const char *s)
{
	char	*v = text_visible(NULL, s), *t;

	if (!a->c->ascii)
		return v;
	t = text_ascii(NULL, v);
	talloc_free(v);
	return t;
}

int
area_text(const struct area *a, int row, int col, int width, enum attr attr,
    const char *s)
{
	char		*v, *cut;
	const char	*p;
	int32_t		 cp;
	int		 n, x = col;

	if (width < 0 || width > a->cols - col)
		width = a->cols - col;
	if (width <= 0 || row < 0 || row >= a->rows || s == NULL)
		return 0;
	v = text_for(a, s);
	cut = text_clip(v, v, width);
	for (p = cut; (n = text_next(p, &cp)) > 0; p += n)
		x += cell_put(a, row, x, cp, attr);
	talloc_free(v);
	return x - col;
}

void
area_right(const struct area *a, int row, int col, int width, enum attr attr,
    const char *s)
{
	char	*v = text_for(a, s);
	int	 w = text_width(v);

	if (w > width)
		w = width;
	area_text(a, row, col + width - w, w, attr, v);
	talloc_free(v);
}

void
area_center(const struct area *a, int row, enum attr attr, const char *s)
{
	char	*v = text_for(a, s);
	int	 w = text_width(v);

	area_text(a, row, w < a->cols ? (a->cols - w) / 2 : 0, -1, attr, v);
	talloc_free(v);
}

int
area_printf(const struct area *a, int row, int col, enum attr attr,
    const char *fmt, ...)
{
	va_list	 ap;
	char	*s;
	int	 n;

	va_start(ap, fmt);
	s = talloc_vasprintf(NULL, fmt, ap);
	va_end(ap);
	n = area_text(a, row, col, -1, attr, s);
	talloc_free(s);
	return n;
}

void
area_fill(const struct area *a, int row, int col, int n, int32_t cp,
    enum attr attr)
{
	int	i;

	for (i = 0; i < n; i++)
		if (cell_at(a, row, col + i) != NULL)
			cell_put(a, row, col + i, cp, attr);
}

void
area_attr(const struct area *a, int row, int col, int n, enum attr attr)
{
	struct cell	*c;
	int		 i;

	for (i = 0; i < n; i++)
		if ((c = cell_at(a, row, col + i)) != NULL)
			c->attr = (uint8_t)attr;
}

void
area_box(const struct area *a, const char *title)
{
	int	r;

	area_fill(a, 0, 0, a->cols, CH_HLINE, T_LINE);
	area_fill(a, a->rows - 1, 0, a->cols, CH_HLINE, T_LINE);
	for (r = 0; r < a->rows; r++) {
		area_fill(a, r, 0, 1, CH_VLINE, T_LINE);
		area_fill(a, r, a->cols - 1, 1, CH_VLINE, T_LINE);
	}
	area_fill(a, 0, 0, 1, CH_TL, T_LINE);
	area_fill(a, 0, a->cols - 1, 1, CH_TR, T_LINE);
	area_fill(a, a->rows - 1, 0, 1, CH_BL, T_LINE);
	area_fill(a, a->rows - 1, a->cols - 1, 1, CH_BR, T_LINE);
	if (title != NULL) {
		r = area_text(a, 0, 3, a->cols - 6, T_TITLE, title);
		area_fill(a, 0, 2, 1, ' ', T_TEXT);
		area_fill(a, 0, 3 + r, 1, ' ', T_TEXT);
	}
}

void
area_rule(const struct area *a, int row, const char *title)
{
	int	n;

	area_fill(a, row, 0, a->cols, CH_HLINE, T_LINE);
	if (title != NULL && *title != '\0') {
		n = area_text(a, row, 3, a->cols - 6, T_TITLE, title);
		area_fill(a, row, 2, 1, ' ', T_TEXT);
		area_fill(a, row, 3 + n, 1, ' ', T_TEXT);
	}
}

int
area_wrap(const struct area *a, int row, int col, int width, enum attr attr,
    const char *s)
{
	char		*line;
	const char	*p = s, *nl, *end;
	size_t		 n, k;
	int		 r = 0;

	if (width <= 0)
		return 0;
	while (*p != '\0') {
		nl = strchrnul(p, '\n');
		line = talloc_strndup(NULL, p, (size_t)(nl - p));
		n = text_fit(line, width);
		if (line[n] != '\0') {
			/* Back to a blank, unless the word fills the line. */
			for (k = n; k > 0 && line[k] != ' '; k--)
				;
			if (k > 0)
				n = k;
			else if (n == 0)
				n = strlen(line);
		}
		end = p + n;
		line[n] = '\0';
		area_text(a, row + r, col, width, attr, line);
		talloc_free(line);
		r++;
		p = end;
		while (*p == ' ')
			p++;
		if (*p == '\n' && p == nl)
			p++;
	}
	return r;
}

void
area_cursor(const struct area *a, int row, int col)
{
	if (a->rows <= 0 || a->cols <= 0)
		return;
	if (row >= a->rows)
		row = a->rows - 1;
	if (col >= a->cols)
		col = a->cols - 1;
	a->c->cur_row = a->row + (row < 0 ? 0 : row);
	a->c->cur_col = a->col + (col < 0 ? 0 : col);
}

void
area_spark(const struct area *a, int row, int col, const int64_t *v, int n,
    enum attr attr)
{
	int64_t	max = 1;
	int	i, level;

	for (i = 0; i < n; i++)
		if (v[i] > max)
			max = v[i];
	for (i = 0; i < n; i++) {
		if (a->c->ascii) {
			level = (int)((v[i] > 0 ? v[i] : 0) * 9 / max);
			area_fill(a, row, col + i, 1, '0' + level, attr);
			continue;
		}
		level = (int)((v[i] > 0 ? v[i] : 0) * 7 / max);
		area_fill(a, row, col + i, 1, 0x2581 + level, attr);
	}
}

/* Appends one code point as UTF-8. */
static char *
put_utf8(char *out, int32_t cp)
{
	char	b[5] = "";

	if (cp < 0x80)
		b[0] = (char)cp;
	else if (cp < 0x800) {
		b[0] = (char)(0xc0 | cp >> 6);
		b[1] = (char)(0x80 | (cp & 0x3f));
	} else if (cp < 0x10000) {
		b[0] = (char)(0xe0 | cp >> 12);
		b[1] = (char)(0x80 | (cp >> 6 & 0x3f));
		b[2] = (char)(0x80 | (cp & 0x3f));
	} else {
		b[0] = (char)(0xf0 | cp >> 18);
		b[1] = (char)(0x80 | (cp >> 12 & 0x3f));
		b[2] = (char)(0x80 | (cp >> 6 & 0x3f));
		b[3] = (char)(0x80 | (cp & 0x3f));
	}
	return talloc_strdup_append_buffer(out, b);
}

char *
cells_dump(TALLOC_CTX *ctx, const struct cells *c)
{
	char			*out = talloc_strdup(ctx, "");
	const struct cell	*line;
	int			 r, x, i, last;

	for (r = 0; r < c->rows; r++) {
		line = &c->v[r * c->cols];
		for (last = c->cols; last > 0 && line[last - 1].width == 1 &&
		    line[last - 1].cp[0] == ' '; last--)
			;
		for (x = 0; x < last; x++)
			for (i = 0; i < CELL_CPS && line[x].cp[i] != 0; i++)
				out = put_utf8(out, line[x].cp[i]);
		out = talloc_strdup_append_buffer(out, "\n");
	}
	return out;
}
