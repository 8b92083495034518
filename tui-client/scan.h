/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SCAN_H
#define SCAN_H

#include "app.h"

/*
 * A code reader types like a keyboard and ends with Enter. Wherever that
 * happens the counter opens on the code's customer, and what the reader typed
 * into the field of another screen is taken out again. True when k was the
 * end of a scan and is dealt with.
 */
bool	scan_key(struct app *app, const struct key *k);

#endif
