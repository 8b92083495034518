/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RECEIPT_RECEIPT_H
#define RECEIPT_RECEIPT_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>
#include <talloc.h>

#include "base/err.h"
#include "receipt/profile.h"
#include "receipt/slip.h"

/*
 * The payment slip (docs/receipts.md). One layout from stored data; the same
 * data and profile always give the same bytes, so a reprint differs from the
 * original in its copy mark and nowhere else.
 */

/* The neutral lines for a paper of cols columns. */
struct slip *receipt_layout(TALLOC_CTX *ctx, const json_t *data, int cols,
	    struct err *e);
/* The document for a printer; NULL with e. */
unsigned char *receipt_render_escpos(TALLOC_CTX *ctx, const json_t *data,
	    const struct receipt_profile *profile, size_t *len, struct err *e);
/* The same slip as plain text. */
char	*receipt_render_text(TALLOC_CTX *ctx, const json_t *data, int cols,
	    struct err *e);

/* What the QR code of a slip says. */
struct receipt_qr_text {
	char	*number;
	int64_t	 amount;
	char	*check;
};
/* <prefix><number>/<amount>/<check>. */
char	*receipt_qr_payload(TALLOC_CTX *ctx, const char *prefix,
	    const char *number, int64_t amount, const char *check);
/* Takes a scanned payload apart; NULL with ERR_BAD_FIELD if it is none. */
struct receipt_qr_text *receipt_qr_parse(TALLOC_CTX *ctx, const char *s,
	    struct err *e);

#endif
