/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RECEIPT_QR_H
#define RECEIPT_QR_H

#include <stdbool.h>
#include <stddef.h>

#include <talloc.h>

#include "base/err.h"

/* One bit per dot, 1 is black, the leftmost dot in the highest bit. */
struct bitmap {
	int		 w, h;
	size_t		 stride;	/* bytes per row */
	unsigned char	*bits;		/* stride * h */
};

/*
 * A QR code of error correction M without quiet zone, module dots to a
 * module, or fewer when that would be wider than max_dots (never below 2).
 */
struct bitmap *qr_bitmap(TALLOC_CTX *ctx, const char *payload, int module,
	    int max_dots, struct err *e);
bool	bitmap_get(const struct bitmap *b, int x, int y);
/* True when b looks like a QR code: size and finder pattern. */
bool	qr_is(const struct bitmap *b);

#endif
