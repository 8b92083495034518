/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TUI_H
#define TUI_H

#include "conf.h"

/* The full-screen client, or its script; returns the exit code. */
int	tui_main(const struct client_conf *conf);

#endif
