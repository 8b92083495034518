/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CUSTOM_CUSTOM_H
#define CUSTOM_CUSTOM_H

#include "screen.h"

/* Screens with code of their own. */
extern const struct screen	screen_dashboard;
extern const struct screen	screen_counter;

#endif
