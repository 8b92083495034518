/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef UI_CELLS_H
#define UI_CELLS_H

#include <stdbool.h>
#include <stdint.h>
#include <talloc.h>

#include "ui/theme.h"

/*
 * The screen as a grid. Views draw into areas of it; the terminal sends the
 * difference, a script writes it as text. Only text that went through
 * text_visible() gets in, cut to its width, so nothing from outside can move
 * the cursor or grow a column.
 */
#define CELL_CPS	3	/* a letter and two marks over it */

struct cell {
	int32_t	cp[CELL_CPS];
	uint8_t	width;		/* 1, 2, or 0: right half of the one before */
	uint8_t	attr;
};

struct cells {
	int		 rows, cols;
	struct cell	*v;
	int		 cur_row, cur_col;	/* the cursor, -1: nowhere yet */
	bool		 ascii;			/* no letters beyond ASCII */
};

/* A rectangle that what is drawn cannot leave. */
struct area {
	struct cells	*c;
	int		 row, col, rows, cols;
};

/* Box and chart characters; they have ASCII stand-ins. */
#define CH_HLINE	0x2500
#define CH_VLINE	0x2502
#define CH_TL		0x250c
#define CH_TR		0x2510
#define CH_BL		0x2514
#define CH_BR		0x2518
#define CH_BLOCK	0x2588

struct cells	*cells_new(TALLOC_CTX *ctx, int rows, int cols);
/* Changes the size; what was drawn is gone. */
void		 cells_resize(struct cells *c, int rows, int cols);
void		 cells_clear(struct cells *c);
/* The grid as lines of text without blanks at their ends. */
char		*cells_dump(TALLOC_CTX *ctx, const struct cells *c);

struct area	 area_all(struct cells *c);
/* A part of a; what would stick out is cut off. */
struct area	 area_sub(const struct area *a, int row, int col, int rows,
		    int cols);
void		 area_clear(const struct area *a);
/*
 * Draws s from col on in at most width columns (-1: to the end of the area),
 * cut with '~'. Returns the columns used.
 */
int		 area_text(const struct area *a, int row, int col, int width,
		    enum attr attr, const char *s);
/* The same at the right end of width columns. */
void		 area_right(const struct area *a, int row, int col, int width,
		    enum attr attr, const char *s);
void		 area_center(const struct area *a, int row, enum attr attr,
		    const char *s);
int		 area_printf(const struct area *a, int row, int col,
		    enum attr attr, const char *fmt, ...)
		    __attribute__((format(printf, 5, 6)));
/* One character, n times. */
void		 area_fill(const struct area *a, int row, int col, int n,
		    int32_t cp, enum attr attr);
/* Changes the meaning of n cells that are drawn already. */
void		 area_attr(const struct area *a, int row, int col, int n,
		    enum attr attr);
/* A frame along the edge, with a title in its upper line. */
void		 area_box(const struct area *a, const char *title);
/* A rule over the whole width: "-- title ------". */
void		 area_rule(const struct area *a, int row, const char *title);
/* Breaks s into lines at blanks; returns how many lines were (or would be) used. */
int		 area_wrap(const struct area *a, int row, int col, int width,
		    enum attr attr, const char *s);
void		 area_cursor(const struct area *a, int row, int col);
/* Eight levels, one row, one column a value; ASCII: digits 0 to 9. */
void		 area_spark(const struct area *a, int row, int col,
		    const int64_t *v, int n, enum attr attr);

#endif
