/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RECEIPT_DECODER_H
#define RECEIPT_DECODER_H

#include <stdbool.h>
#include <stddef.h>

#include <talloc.h>

#include "base/err.h"
#include "receipt/qr.h"
#include "receipt/slip.h"

/*
 * A strict reader of the ESC/POS we write: the commands of docs/receipts.md
 * and printable ASCII, nothing else. It shows the preview (decoding the very
 * bytes that would be sent) and judges every document in the tests: an
 * unknown byte, a cut-off command, a line wider than the paper or an
 * alignment changed in the middle of a line is an error that names the
 * offset.
 */
enum escpos_kind {
	ESCPOS_TEXT,
	ESCPOS_IMAGE,		/* strips that follow each other are one */
	ESCPOS_FEED,		/* dots > 0: dots, else lines */
	ESCPOS_CUT,
	ESCPOS_DRAWER,
	ESCPOS_BARCODE,		/* CODE128, text is its data */
	ESCPOS_STATUS,		/* n is what was asked */
};

struct escpos_item {
	enum escpos_kind	 kind;
	enum slip_align		 align;
	bool			 bold, tall, wide, font_b, full;
	char			*text;		/* also of a native QR */
	struct bitmap		*image;
	int			 n, dots;	/* FEED; DRAWER: n is the pin */
	size_t			 offset;
};

struct escpos_doc {
	int			 cols, dots;
	struct escpos_item	*items;
	size_t			 n;
};

struct escpos_limits {
	int	cols, dots;
	bool	fragment;	/* need not begin with ESC @ (drawer job) */
};

/* NULL with ERR_BAD_FIELD, "byte N: ..." */
struct escpos_doc *escpos_decode(TALLOC_CTX *ctx, const void *bytes,
	    size_t len, const struct escpos_limits *limits, struct err *e);

/* One row of a preview window of doc->cols columns. */
struct escpos_row {
	char	*text;		/* indented as printed, no blanks behind */
	bool	 bold, tall, wide, cut;
};
/* Rows to draw on a screen; images as a word in brackets, cuts as a row. */
struct escpos_row *escpos_rows(TALLOC_CTX *ctx, const struct escpos_doc *d,
	    size_t *n);
/* The text as slip_render_text() writes it, without cuts and the last feed. */
char	*escpos_text(TALLOC_CTX *ctx, const struct escpos_doc *d);

#endif
