/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIEW_POPUP_H
#define VIEW_POPUP_H

#include "app.h"

/* One line of a choice. Texts are translated and belong to the array. */
struct choice {
	const char	*key;		/* "a", "F6" or NULL: shown before it */
	const char	*text;
	const char	*hint;		/* dim, at the right; or NULL */
	void		*data;
};

#define POPUP_FILTER	0x01	/* typing narrows the lines (palette, help) */
#define POPUP_READ	0x02	/* nothing to choose: Enter closes */

/* index -1: closed without choosing. The popup is gone already. */
typedef void popup_cb(struct app *app, int index, const struct choice *c,
	    void *arg);
/*
 * Lets choose one of n lines; a line's one-letter key chooses it at once when
 * nothing can be typed. `choices` becomes the popup's child; arg must outlive
 * it (or be its child).
 */
struct view	*popup_choose(struct app *app, const char *title,
		    unsigned flags, struct choice *choices, size_t n,
		    popup_cb *cb, void *arg);

/*
 * Asks before something is done: F8 does it, Esc leaves it. With `expect`
 * those words must be typed first (level 2): the dialog arms 400 ms after it
 * was drawn and drops what was typed before. cb runs only on F8.
 */
typedef void confirm_cb(struct app *app, void *arg);
struct view	*popup_confirm(struct app *app, const char *title,
		    const char *text, const char *expect, confirm_cb *cb,
		    void *arg);

/* Lets choose a row of a list method; key as text, "" where none was chosen. */
typedef void picker_cb(struct app *app, const char *key, const json_t *row,
	    void *arg);
struct view	*popup_picker(struct app *app, const char *title,
		    const char *method, const char *key, const char *q,
		    picker_cb *cb, void *arg);
/* The box of a popup of that size inside the body, cleared and framed. */
struct area	 popup_box(const struct area *body, int rows, int cols,
		    const char *title);

#endif
