/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RECEIPT_ESCPOS_H
#define RECEIPT_ESCPOS_H

#include <stddef.h>

#include <talloc.h>

#include "base/err.h"
#include "receipt/profile.h"

/*
 * Opens the cash drawer: a job of its own, sent before the slip, cash only,
 * once. All five bytes; NULL when the profile has no drawer.
 */
unsigned char *escpos_drawer(TALLOC_CTX *ctx, const struct receipt_profile *p,
	    size_t *len, struct err *e);
/*
 * The page that tells which profile a printer needs: rulers of 32, 36, 42 and
 * 48 columns, bold and double height, a QR code as raster and a native one,
 * the drawer when the profile has one, then both cuts.
 */
unsigned char *escpos_test_page(TALLOC_CTX *ctx,
	    const struct receipt_profile *p, size_t *len, struct err *e);

#endif
