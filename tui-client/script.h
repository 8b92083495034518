/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SCRIPT_H
#define SCRIPT_H

#include "app.h"
#include "base/err.h"

/*
 * Feeds keys from a file: one instruction a line.
 *   key F8 Enter 0 0 3 7	keys by name
 *   type TEXT			characters
 *   paste TEXT			as a bracketed paste
 *   wait			until nothing is under way and it is painted
 *   expect TEXT		waits until the screen shows TEXT (5 s)
 *   absent TEXT		fails when the screen shows TEXT
 *   resize 120x40
 *   save [FILE]		the screen as text, to FILE or standard output
 * Ends the program: 0, or 1 where an expectation failed.
 */
int	script_start(struct app *app, const char *path,
	    const char *save_display, struct err *e)
	    __attribute__((warn_unused_result));

#endif
