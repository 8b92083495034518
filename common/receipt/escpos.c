/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "receipt/escpos.h"

#include <stdint.h>
#include <string.h>

#include "receipt/qr.h"
#include "receipt/slip.h"

/*
 * Printers differ in everything but a small core, so only that core is used,
 * and each document begins from a known state: reset, leave the Chinese mode
 * some firmwares start in, code page 437, default line spacing. Alignment is
 * only changed at the start of a line. Images go in strips, because clones
 * with 4 KiB of buffer print the rest of a larger one as garbage text.
 */
#define STRIP_ROWS	64
#define QUIET_DOTS	16	/* above and below a QR code: four modules */

struct out {
	unsigned char	*p;
	size_t		 len, cap;
	enum slip_align	 align;
	unsigned	 flags;
};

static void
put(struct out *o, const void *data, size_t len)
{
	if (len > o->cap - o->len) {
		o->cap = (o->len + len) * 2;
		o->p = talloc_realloc(NULL, o->p, unsigned char, o->cap);
	}
	memcpy(o->p + o->len, data, len);
	o->len += len;
}

#define PUT(o, ...) do {						\
	const unsigned char	put_b_[] = { __VA_ARGS__ };		\
	put(o, put_b_, sizeof(put_b_));					\
} while (0)

static void
begin(struct out *o)
{
	memset(o, 0, sizeof(*o));
	PUT(o, 0x1b, 0x40, 0x1c, 0x2e, 0x1b, 0x74, 0x00, 0x1b, 0x32);
}

static void
set_align(struct out *o, enum slip_align align)
{
	if (o->align != align)
		PUT(o, 0x1b, 0x61, (unsigned char)align);
	o->align = align;
}

static void
set_flags(struct out *o, unsigned flags)
{
	unsigned	change = o->flags ^ flags;

	if (change & SLIP_TALL && !(flags & SLIP_TALL))
		PUT(o, 0x1d, 0x21, 0x00);
	if (change & SLIP_BOLD)
		PUT(o, 0x1b, 0x45, flags & SLIP_BOLD ? 1 : 0);
	if (change & SLIP_TALL && flags & SLIP_TALL)
		PUT(o, 0x1d, 0x21, 0x01);
	o->flags = flags;
}

static void
put_text(struct out *o, enum slip_align align, unsigned flags,
    const char *text)
{
	set_align(o, align);
	set_flags(o, flags);
	put(o, text, strlen(text));
	PUT(o, 0x0a);
}

static void
put_raster(struct out *o, const struct bitmap *b)
{
	int	y, rows;

	for (y = 0; y < b->h; y += rows) {
		rows = b->h - y < STRIP_ROWS ? b->h - y : STRIP_ROWS;
		PUT(o, 0x1d, 0x76, 0x30, 0x00, (unsigned char)(b->stride & 255),
		    (unsigned char)(b->stride >> 8), (unsigned char)rows, 0);
		put(o, b->bits + (size_t)y * b->stride,
		    (size_t)rows * b->stride);
	}
}

static void
put_native_qr(struct out *o, const char *payload, int module)
{
	size_t	n = strlen(payload) + 3;

	PUT(o, 0x1d, 0x28, 0x6b, 4, 0, 0x31, 0x41, 0x32, 0);
	PUT(o, 0x1d, 0x28, 0x6b, 3, 0, 0x31, 0x43, (unsigned char)module);
	PUT(o, 0x1d, 0x28, 0x6b, 3, 0, 0x31, 0x45, 0x31);
	PUT(o, 0x1d, 0x28, 0x6b, (unsigned char)(n & 255),
	    (unsigned char)(n >> 8), 0x31, 0x50, 0x30);
	put(o, payload, n - 3);
	PUT(o, 0x1d, 0x28, 0x6b, 3, 0, 0x31, 0x51, 0x30);
}

static int
put_qr(struct out *o, const char *payload, const struct receipt_profile *p,
    enum receipt_qr how, struct err *e)
{
	struct bitmap	*b;
	int		 module = p->qr_module;

	/* The native kind is measured too, so that it fits the paper. */
	b = qr_bitmap(NULL, payload, module, p->dots, e);
	if (b == NULL)
		return -1;
	set_align(o, SLIP_CENTER);
	set_flags(o, 0);
	PUT(o, 0x1b, 0x4a, QUIET_DOTS);
	if (how == RECEIPT_QR_RASTER)
		put_raster(o, b);
	else {
		while (module > 1 && b->w % module != 0)
			module--;
		put_native_qr(o, payload, module);
	}
	PUT(o, 0x1b, 0x4a, QUIET_DOTS);
	talloc_free(b);
	return 0;
}

static void
put_cut(struct out *o, enum receipt_cut cut)
{
	PUT(o, 0x1d, 0x56, cut == RECEIPT_CUT_FULL ? 0x41 : 0x42, 0);
}

static void
finish(struct out *o, const struct receipt_profile *p)
{
	set_align(o, SLIP_LEFT);
	set_flags(o, 0);
	if (p->cut != RECEIPT_CUT_NONE)
		put_cut(o, p->cut);
	else if (p->feed_lines > 0)
		PUT(o, 0x1b, 0x64, (unsigned char)p->feed_lines);
}

static unsigned char *
give(TALLOC_CTX *ctx, struct out *o, size_t *len)
{
	*len = o->len;
	return talloc_move(ctx, &o->p);
}

unsigned char *
slip_render_escpos(TALLOC_CTX *ctx, const struct slip *s,
    const struct receipt_profile *p, size_t *len, struct err *e)
{
	const struct slip_line	*l;
	struct out		 o;
	size_t			 i;

	if (receipt_profile_check(p, e) == -1)
		return NULL;
	if (s->cols > p->cols) {
		err_set(e, ERR_INTERNAL, "a slip of %d columns for %d",
		    s->cols, p->cols);
		return NULL;
	}
	begin(&o);
	for (i = 0; i < s->n; i++) {
		l = &s->lines[i];
		switch (l->kind) {
		case SLIP_TEXT:
		case SLIP_RULE:
			put_text(&o, l->align, l->flags, l->text);
			break;
		case SLIP_QR:
			if (p->qr == RECEIPT_QR_NONE)
				break;
			if (put_qr(&o, l->text, p, p->qr, e) == -1) {
				talloc_free(o.p);
				return NULL;
			}
			break;
		case SLIP_FEED:
			if (l->n > 0)
				PUT(&o, 0x1b, 0x64, (unsigned char)l->n);
			break;
		}
	}
	finish(&o, p);
	return give(ctx, &o, len);
}

static int
put_kick(struct out *o, const struct receipt_profile *p)
{
	if (p->drawer_pin != 2 && p->drawer_pin != 5)
		return -1;
	/* 50 ms on, 500 ms off. */
	PUT(o, 0x1b, 0x70, p->drawer_pin == 2 ? 0 : 1, 0x19, 0xfa);
	return 0;
}

unsigned char *
escpos_drawer(TALLOC_CTX *ctx, const struct receipt_profile *p, size_t *len,
    struct err *e)
{
	struct out	o;

	memset(&o, 0, sizeof(o));
	if (put_kick(&o, p) == -1) {
		err_set(e, ERR_BAD_STATE, "this printer has no drawer");
		return NULL;
	}
	return give(ctx, &o, len);
}

static void
put_ruler(struct out *o, int cols)
{
	char	line[RECEIPT_COLS_MAX + 1], head[32];
	int	i;

	for (i = 1; i <= cols; i++)
		line[i - 1] = i % 10 == 0 ? (char)('0' + i / 10 % 10) :
		    i % 5 == 0 ? ':' : '.';
	line[cols - 1] = '|';
	line[cols] = '\0';
	snprintf(head, sizeof(head), "%d kolom:", cols);
	put_text(o, SLIP_LEFT, 0, head);
	put_text(o, SLIP_LEFT, 0, line);
}

unsigned char *
escpos_test_page(TALLOC_CTX *ctx, const struct receipt_profile *p,
    size_t *len, struct err *e)
{
	static const int	widths[] = { 32, 36, 42, 48 };
	struct out		o;
	size_t			i;

	if (receipt_profile_check(p, e) == -1)
		return NULL;
	begin(&o);
	put_text(&o, SLIP_CENTER, SLIP_BOLD | SLIP_TALL, "UJI PRINTER");
	put_text(&o, SLIP_LEFT, 0, "Penggaris terpanjang yang");
	put_text(&o, SLIP_LEFT, 0, "satu baris = jumlah kolom.");
	for (i = 0; i < sizeof(widths) / sizeof(widths[0]); i++)
		put_ruler(&o, widths[i]);
	put_text(&o, SLIP_LEFT, SLIP_BOLD, "Tebal");
	put_text(&o, SLIP_LEFT, SLIP_TALL, "Tinggi ganda");
	put_text(&o, SLIP_LEFT, 0, "QR gambar (raster):");
	if (put_qr(&o, "JB23 RASTER", p, RECEIPT_QR_RASTER, e) == -1)
		goto fail;
	put_text(&o, SLIP_LEFT, 0, "QR printer (native); bila");
	put_text(&o, SLIP_LEFT, 0, "muncul huruf, pilih raster:");
	if (put_qr(&o, "JB23 NATIVE", p, RECEIPT_QR_NATIVE, e) == -1)
		goto fail;
	set_align(&o, SLIP_LEFT);
	if (p->drawer_pin != 0) {
		put_text(&o, SLIP_LEFT, 0, "Laci terbuka sekarang.");
		(void)put_kick(&o, p);
	}
	put_text(&o, SLIP_LEFT, 0, "Potong sebagian:");
	put_cut(&o, RECEIPT_CUT_PARTIAL);
	put_text(&o, SLIP_LEFT, 0, "Potong penuh:");
	put_cut(&o, RECEIPT_CUT_FULL);
	PUT(&o, 0x1b, 0x64, 4);
	return give(ctx, &o, len);
fail:
	talloc_free(o.p);
	return NULL;
}
