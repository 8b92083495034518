/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "receipt/qr.h"

#include <errno.h>
#include <string.h>

#include <qrencode.h>

#define MODULE_MIN	2		/* dots; smaller ones no reader sees */

bool
bitmap_get(const struct bitmap *b, int x, int y)
{
	if (x < 0 || y < 0 || x >= b->w || y >= b->h)
		return false;
	return (b->bits[(size_t)y * b->stride + (size_t)x / 8] >>
	    (7 - x % 8) & 1) != 0;
}

static void
bitmap_set(struct bitmap *b, int x, int y)
{
	b->bits[(size_t)y * b->stride + (size_t)x / 8] |=
	    (unsigned char)(0x80 >> x % 8);
}

struct bitmap *
qr_bitmap(TALLOC_CTX *ctx, const char *payload, int module, int max_dots,
    struct err *e)
{
	size_t		 len = strlen(payload);
	struct bitmap	*b;
	QRcode		*q;
	int		 x, y;

	q = len == 0 || len > 2000 ? NULL : QRcode_encodeData((int)len,
	    (const unsigned char *)payload, 0, QR_ECLEVEL_M);
	if (q == NULL) {
		err_set(e, ERR_TOO_LARGE, "%zu bytes do not fit a QR code",
		    len);
		return NULL;
	}
	while (module > MODULE_MIN && q->width * module > max_dots)
		module--;
	if (q->width * module > max_dots) {
		err_set(e, ERR_TOO_LARGE,
		    "a QR code of %d modules does not fit %d dots", q->width,
		    max_dots);
		QRcode_free(q);
		return NULL;
	}
	b = talloc_zero(ctx, struct bitmap);
	b->w = b->h = q->width * module;
	b->stride = (size_t)(b->w + 7) / 8;
	b->bits = talloc_zero_array(b, unsigned char,
	    b->stride * (size_t)b->h);
	for (y = 0; y < b->h; y++)
		for (x = 0; x < b->w; x++)
			if (q->data[y / module * q->width + x / module] & 1)
				bitmap_set(b, x, y);
	QRcode_free(q);
	return b;
}

bool
qr_is(const struct bitmap *b)
{
	static const char	finder[] = "1111111" "1000001" "1011101"
				"1011101" "1011101" "1000001" "1111111";
	int			m, i, modules;

	for (i = 0; bitmap_get(b, i, 0); i++)
		continue;
	if (i == 0 || i % 7 != 0)
		return false;
	m = i / 7;
	modules = b->h / m;
	/* The width may be filled up to whole bytes. */
	if (b->h % m != 0 || modules < 21 || modules % 4 != 1 ||
	    b->w < b->h || b->w - b->h > 7)
		return false;
	for (i = 0; i < 49; i++)
		if (bitmap_get(b, i % 7 * m, i / 7 * m) != (finder[i] == '1'))
			return false;
	return true;
}
