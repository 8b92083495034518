/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIEW_LIST_H
#define VIEW_LIST_H

#include "model.h"
#include "screen.h"

/* One column as it is drawn now. */
struct col_slot {
	const struct column	*c;
	int			 at, width;
};

/*
 * Chooses the columns that fit width and gives each its place: those with the
 * highest drop number go first. Returns how many; out has room for n.
 */
size_t	list_layout(const struct column *columns, int width,
	    struct col_slot *out, size_t n);
/* Draws the heads, or the values of a row; text in `attr` unless a status. */
void	list_draw_heads(const struct area *a, int row,
	    const struct col_slot *slots, size_t n);
void	list_draw_cells(const struct area *a, int row,
	    const struct col_slot *slots, size_t n, const json_t *object,
	    enum attr attr, const char *zone);
/* The smallest width a column may have in the language in force. */
int	list_col_min(const struct column *c);

#endif
