/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef UI_TERM_H
#define UI_TERM_H

#include <stdbool.h>

#include "base/err.h"
#include "keys.h"
#include "ui/cells.h"

/*
 * The real terminal through ncurses: keys in, the difference between two
 * grids out. It is put right again on every way out, a crash included.
 */

/* Takes the terminal over; -1 where there is none that can do it. */
int	term_open(struct err *e) __attribute__((warn_unused_result));
/* Gives it back as it was; harmless when it is not open. */
void	term_close(void);
/* True when letters beyond ASCII can be shown. */
bool	term_is_utf8(void);
void	term_size(int *rows, int *cols);
/* Called (from a signal) when the size changed: K_RESIZE can be read. */
int	term_wake_fd(void);
/*
 * The next key, false when there is none. A paste's text stays valid until
 * the next call.
 */
bool	term_key(struct key *k);
/* Sends what differs from the grid sent before; all of it after repaint. */
void	term_draw(const struct cells *c);
void	term_repaint(void);
/* After SIGCONT: takes the terminal over again. */
void	term_resume(void);
void	term_bell(void);

#endif
