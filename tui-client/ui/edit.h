/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef UI_EDIT_H
#define UI_EDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <talloc.h>

#include "keys.h"
#include "ui/cells.h"

/*
 * The editor of one field. Its text never holds control or invisible
 * characters (line breaks only where several lines are allowed), so what is
 * seen is what is sent.
 */
struct edit {
	char	*text;
	size_t	 cur;		/* byte where the next character goes */
	size_t	 max;		/* characters at most */
	int	 scroll;	/* first column drawn */
	bool	 fresh;		/* the first character replaces it all */
	bool	 secret;
	bool	 lines;		/* several lines */
};

/* An empty editor for at most max characters (0: 255). */
struct edit	*edit_new(TALLOC_CTX *ctx, size_t max);
/* Sets the text; the first character typed will replace it. */
void		 edit_set(struct edit *ed, const char *text);
/* Inserts UTF-8 at the cursor; of a paste the first line (all, with lines). */
bool		 edit_insert(struct edit *ed, const char *s);
/* A character or a paste; true when the text changed. */
bool		 edit_text(struct edit *ed, const struct key *k);
/*
 * Left, Right, Home, End, Backspace, Delete, Clear; true when it was one of
 * them. *changed tells whether the text is another one now.
 */
bool		 edit_command(struct edit *ed, enum command cmd,
		    bool *changed);
/* Draws it in width columns with blanks as '_'; sets the cursor with focus. */
void		 edit_draw(struct edit *ed, const struct area *a, int row,
		    int col, int width, bool focus);
/* Draws several lines in rows x width; sets the cursor with focus. */
void		 edit_draw_lines(struct edit *ed, const struct area *a,
		    int row, int col, int rows, int width, bool focus);
/* Up and down within several lines; false at the first and last. */
bool		 edit_move_line(struct edit *ed, int by);

#endif
