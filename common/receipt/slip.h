/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RECEIPT_SLIP_H
#define RECEIPT_SLIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <talloc.h>

#include "base/err.h"
#include "receipt/profile.h"

/*
 * A slip of paper as neutral lines, computed once for a width in columns; the
 * renderers only walk it. Every text put in is folded to printable ASCII and
 * made to fit here, so no renderer ever meets a byte that a printer could
 * take for a command.
 */
enum slip_align { SLIP_LEFT, SLIP_CENTER, SLIP_RIGHT };
enum slip_kind { SLIP_TEXT, SLIP_RULE, SLIP_QR, SLIP_FEED };

#define SLIP_BOLD	0x01
#define SLIP_TALL	0x02	/* double height; never width */

struct slip_line {
	enum slip_kind	 kind;
	enum slip_align	 align;
	unsigned	 flags;
	char		*text;	/* 0x20-0x7e, <= cols; QR: payload */
	int		 n;	/* FEED: lines */
};

struct slip {
	int			 cols;
	struct slip_line	*lines;
	size_t			 n;
};

/* What stands for a QR code wherever only text can be shown. */
#define SLIP_QR_TEXT	"[ QR verifikasi struk ]"

struct slip *slip_new(TALLOC_CTX *ctx, int cols);
/* One line, cut with '~' when too long; nothing for an empty text. */
void	slip_text(struct slip *s, enum slip_align align, unsigned flags,
	    const char *text);
/* Wrapped at blanks into at most max lines, the last one cut. */
void	slip_wrap(struct slip *s, enum slip_align align, unsigned flags,
	    int max, const char *text);
/* Label left, value right; a long value is cut (names). */
void	slip_pair(struct slip *s, const char *label, const char *value);
/* The same, but a value that does not fit goes on its own line (numbers). */
void	slip_number(struct slip *s, const char *label, const char *value);
/* Label left, amount right; a long label is cut, an amount never. */
void	slip_money(struct slip *s, unsigned flags, const char *label,
	    int64_t v);
void	slip_total(struct slip *s, const char *label, int64_t v);
void	slip_rule(struct slip *s, char c);
void	slip_qr(struct slip *s, const char *payload);
void	slip_feed(struct slip *s, int lines);

/* Lines of plain text, trailing blanks trimmed, each ended by a newline. */
char	*slip_render_text(TALLOC_CTX *ctx, const struct slip *s);
/* The document for one printer: starts with ESC @, ends with feed or cut. */
unsigned char *slip_render_escpos(TALLOC_CTX *ctx, const struct slip *s,
	    const struct receipt_profile *p, size_t *len, struct err *e);

#endif
