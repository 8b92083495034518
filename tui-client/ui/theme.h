/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef UI_THEME_H
#define UI_THEME_H

#include <stdbool.h>

/*
 * What a cell means, not how it looks: the terminal decides by its colours
 * (16 at most, its own background), NO_COLOR and monochrome screens get bold,
 * underline and reverse. Nothing is told by colour alone.
 */
enum attr {
	T_TEXT,
	T_BOLD,
	T_DIM,		/* stale, disabled, hints */
	T_TITLE,	/* the screen's name */
	T_LABEL,
	T_HEAD,		/* column heads */
	T_MARK,		/* the > of the selected row */
	T_FIELD,	/* brackets and blanks of a field */
	T_KEY,		/* key names in the bar */
	T_OK,
	T_WARN,
	T_BAD,
	T_INFO,
	T_LINE,		/* rules and boxes */
	T_BIG,		/* the sum that matters */
	T_ERROR,	/* line 23: an error */
	T_DONE,		/* line 23: done */
	T_COUNT_
};

#endif
