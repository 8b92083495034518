/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "receipt/decoder.h"

#include <string.h>

#define LINE_MAX_BYTES	256
#define FONT_B_DOTS	9
#define IMAGE_ROWS_MAX	4096
#define FEED_LINES_MAX	1000

struct in {
	const unsigned char	*p;
	size_t			 len, at;
	struct escpos_doc	*doc;
	struct err		*e;
	struct escpos_item	 style;		/* of the next line */
	char			 line[LINE_MAX_BYTES + 1];
	size_t			 col;
	int			 fed;		/* lines in all */
	bool			 joins;		/* the last item was a strip */
	/* Symbol state: native QR and CODE128. */
	bool			 qr_model, qr_ec, bar_h, bar_w, bar_text;
	int			 qr_size;
	char			*qr_data;
};

static int
bad(struct in *in, const char *what)
{
	return err_field(in->e, NULL, "format", "byte %zu: %s", in->at, what);
}

static struct escpos_item *
add(struct in *in, enum escpos_kind kind)
{
	struct escpos_doc	*d = in->doc;
	struct escpos_item	*it;

	if ((d->n & (d->n - 1)) == 0)
		d->items = talloc_realloc(d, d->items, struct escpos_item,
		    d->n == 0 ? 1 : d->n * 2);
	it = &d->items[d->n++];
	*it = in->style;
	it->kind = kind;
	it->offset = in->at;
	in->joins = false;
	return it;
}

/* n more bytes behind the command's first ones? */
static int
need(struct in *in, size_t n)
{
	if (n > in->len - in->at)
		return bad(in, "the command is cut off");
	return 0;
}

static int
at_start(struct in *in)
{
	if (in->col != 0)
		return bad(in, "this command belongs at a line's start");
	return 0;
}

static size_t
line_room(const struct in *in)
{
	size_t	cols = (size_t)in->doc->cols;

	if (in->style.font_b)
		cols = (size_t)in->doc->dots / FONT_B_DOTS;
	if (in->style.wide)
		cols /= 2;
	return cols > LINE_MAX_BYTES ? LINE_MAX_BYTES : cols;
}

static int
text_byte(struct in *in, unsigned char c)
{
	if (in->col >= line_room(in))
		return bad(in, "the line is wider than the paper");
	in->line[in->col++] = (char)c;
	in->at++;
	return 0;
}

static int
line_feed(struct in *in)
{
	struct escpos_item	*it = add(in, ESCPOS_TEXT);

	it->text = talloc_strndup(in->doc, in->line, in->col);
	in->col = 0;
	in->at++;
	return 0;
}

static int
feed(struct in *in, int n, int dots)
{
	struct escpos_item	*it;

	if (at_start(in) == -1)
		return -1;
	in->fed += n;
	if (in->fed > FEED_LINES_MAX)
		return bad(in, "more empty paper than any slip has");
	it = add(in, ESCPOS_FEED);
	it->n = n;
	it->dots = dots;
	in->at += 3;
	return 0;
}

static int
cut(struct in *in, bool full, size_t bytes)
{
	if (at_start(in) == -1)
		return -1;
	add(in, ESCPOS_CUT)->full = full;
	in->at += bytes;
	return 0;
}

static int
drawer(struct in *in)
{
	unsigned char	pin;

	if (need(in, 5) == -1 || at_start(in) == -1)
		return -1;
	pin = in->p[in->at + 2];
	if (pin > 1 || in->p[in->at + 3] == 0 || in->p[in->at + 4] == 0)
		return bad(in, "the drawer pulse has no pin or no times");
	add(in, ESCPOS_DRAWER)->n = pin == 0 ? 2 : 5;
	in->at += 5;
	return 0;
}

/* ESC X n with n of 0 or 1 (only 0 when max is 0). */
static int
esc_style(struct in *in, unsigned char c, unsigned char n)
{
	if (at_start(in) == -1)
		return -1;
	switch (c) {
	case 'a':
		if (n > 2)
			return bad(in, "no such alignment");
		in->style.align = (enum slip_align)n;
		break;
	case 'E':
		if (n > 1)
			return bad(in, "bold is on or off");
		in->style.bold = n == 1;
		break;
	case 'M':
		if (n > 1)
			return bad(in, "no such font");
		in->style.font_b = n == 1;
		break;
	case 't':
		if (n != 0)
			return bad(in, "only code page 437 is used");
		break;
	}
	in->at += 3;
	return 0;
}

static int
esc(struct in *in)
{
	unsigned char	c;

	if (need(in, 2) == -1)
		return -1;
	c = in->p[in->at + 1];
	switch (c) {
	case '@':
		if (at_start(in) == -1)
			return -1;
		memset(&in->style, 0, sizeof(in->style));
		in->at += 2;
		return 0;
	case '2':
		in->at += 2;
		return 0;
	case 'm':
	case 'i':
		return cut(in, c == 'i', 2);
	case 'p':
		return drawer(in);
	case 'a':
	case 'E':
	case 'M':
	case 't':
		return need(in, 3) == -1 ? -1 :
		    esc_style(in, c, in->p[in->at + 2]);
	case 'd':
		return need(in, 3) == -1 ? -1 :
		    feed(in, in->p[in->at + 2], 0);
	case 'J':
		return need(in, 3) == -1 ? -1 :
		    feed(in, 0, in->p[in->at + 2]);
	}
	return bad(in, "an unknown ESC command");
}

/* A strip of dots; joined to the strip right above it. */
static int
raster(struct in *in)
{
	struct escpos_item	*it;
	struct bitmap		*b;
	size_t			 stride, rows, bytes, have;

	if (need(in, 8) == -1 || at_start(in) == -1)
		return -1;
	if (in->p[in->at + 2] != '0' || in->p[in->at + 3] != 0)
		return bad(in, "only normal raster images are used");
	stride = in->p[in->at + 4] | (size_t)in->p[in->at + 5] << 8;
	rows = in->p[in->at + 6] | (size_t)in->p[in->at + 7] << 8;
	if (stride == 0 || rows == 0 || stride * 8 > (size_t)in->doc->dots + 7)
		return bad(in, "the image is empty or wider than the paper");
	bytes = stride * rows;
	if (need(in, 8 + bytes) == -1)
		return -1;
	it = in->joins ? &in->doc->items[in->doc->n - 1] : NULL;
	if (it == NULL || it->image->stride != stride ||
	    it->align != in->style.align ||
	    it->image->h + (int)rows > IMAGE_ROWS_MAX) {
		it = add(in, ESCPOS_IMAGE);
		it->image = talloc_zero(in->doc, struct bitmap);
		it->image->w = (int)stride * 8;
		it->image->stride = stride;
	}
	b = it->image;
	have = (size_t)b->h * stride;
	b->bits = talloc_realloc(b, b->bits, unsigned char, have + bytes);
	memcpy(b->bits + have, in->p + in->at + 8, bytes);
	b->h += (int)rows;
	in->joins = true;
	in->at += 8 + bytes;
	return 0;
}

static int
qr_store(struct in *in, size_t n)
{
	const unsigned char	*data = in->p + in->at + 8;
	size_t			 i;

	if (n < 4 || n - 3 > 2000 || data[-1] != 0x30)
		return bad(in, "the QR code has no data");
	for (i = 0; i < n - 3; i++)
		if (data[i] < 0x20 || data[i] > 0x7e)
			return bad(in, "the QR code's data is no plain text");
	talloc_free(in->qr_data);
	in->qr_data = talloc_strndup(in->doc, (const char *)data, n - 3);
	return 0;
}

static int
qr_print(struct in *in)
{
	struct escpos_item	*it;
	struct bitmap		*b;

	if (!in->qr_model || !in->qr_ec || in->qr_size == 0 ||
	    in->qr_data == NULL)
		return bad(in, "the QR code is not set up");
	b = qr_bitmap(in->doc, in->qr_data, in->qr_size, in->doc->dots, NULL);
	if (b == NULL || b->w % in->qr_size != 0)
		return bad(in, "the QR code is wider than the paper");
	it = add(in, ESCPOS_IMAGE);
	it->image = b;
	it->text = talloc_move(in->doc, &in->qr_data);
	return 0;
}

/* GS ( k: the steps of a native QR code. */
static int
native_qr(struct in *in)
{
	const unsigned char	*p = in->p + in->at;
	size_t			 n;
	int			 rc = 0;

	if (need(in, 8) == -1 || at_start(in) == -1)
		return -1;
	n = p[3] | (size_t)p[4] << 8;
	if (p[2] != 'k' || p[5] != 0x31 || n < 3)
		return bad(in, "an unknown symbol command");
	if (need(in, 5 + n) == -1)
		return -1;
	if (p[6] == 0x41 && n == 4 && p[7] == 0x32 && p[8] == 0)
		in->qr_model = true;
	else if (p[6] == 0x43 && n == 3 && p[7] >= 1 && p[7] <= 16)
		in->qr_size = p[7];
	else if (p[6] == 0x45 && n == 3 && p[7] == 0x31)
		in->qr_ec = true;
	else if (p[6] == 0x50)
		rc = qr_store(in, n);
	else if (p[6] == 0x51 && n == 3 && p[7] == 0x30)
		rc = qr_print(in);
	else
		rc = bad(in, "an unknown step of a QR code");
	in->at += 5 + n;
	return rc;
}

static int
code128(struct in *in)
{
	const unsigned char	*p = in->p + in->at;
	struct escpos_item	*it;
	size_t			 n, i;

	if (need(in, 4) == -1 || at_start(in) == -1)
		return -1;
	n = p[3];
	if (p[2] != 0x49 || n < 3)
		return bad(in, "only CODE128 is used");
	if (need(in, 4 + n) == -1)
		return -1;
	if (p[4] != '{' || p[5] != 'B')
		return bad(in, "only set B of CODE128 is used");
	for (i = 6; i < 4 + n; i++)
		if (p[i] < 0x20 || p[i] > 0x7e)
			return bad(in, "a barcode holds plain text only");
	if (!in->bar_h || !in->bar_w || !in->bar_text)
		return bad(in, "the barcode's size is not set");
	it = add(in, ESCPOS_BARCODE);
	it->text = talloc_strndup(in->doc, (const char *)p + 6, n - 2);
	in->at += 4 + n;
	return 0;
}

static int
gs(struct in *in)
{
	unsigned char	c, n;

	if (need(in, 3) == -1)
		return -1;
	c = in->p[in->at + 1];
	n = in->p[in->at + 2];
	switch (c) {
	case '!':
		if (at_start(in) == -1)
			return -1;
		if ((n & ~0x11) != 0)
			return bad(in, "no such size");
		in->style.tall = (n & 0x01) != 0;
		in->style.wide = (n & 0x10) != 0;
		in->at += 3;
		return 0;
	case 'V':
		if (need(in, 4) == -1)
			return -1;
		if ((n != 0x41 && n != 0x42) || in->p[in->at + 3] != 0)
			return bad(in, "no such cut");
		return cut(in, n == 0x41, 4);
	case 'v':
		return raster(in);
	case '(':
		return native_qr(in);
	case 'k':
		return code128(in);
	case 'h':
		in->bar_h = n > 0;
		break;
	case 'w':
		in->bar_w = n >= 2 && n <= 6;
		break;
	case 'H':
		in->bar_text = n <= 3;
		break;
	default:
		return bad(in, "an unknown GS command");
	}
	in->at += 3;
	return 0;
}

static int
status(struct in *in)
{
	unsigned char	n;

	if (need(in, 3) == -1)
		return -1;
	n = in->p[in->at + 2];
	if (in->p[in->at + 1] != 0x04 || n < 1 || n > 4)
		return bad(in, "an unknown DLE command");
	add(in, ESCPOS_STATUS)->n = n;
	in->at += 3;
	return 0;
}

static int
step(struct in *in)
{
	unsigned char	c = in->p[in->at];

	if (c >= 0x20 && c <= 0x7e)
		return text_byte(in, c);
	switch (c) {
	case 0x0a:
		return line_feed(in);
	case 0x10:
		return status(in);
	case 0x1b:
		return esc(in);
	case 0x1c:
		if (need(in, 2) == -1)
			return -1;
		if (in->p[in->at + 1] != 0x2e)
			return bad(in, "an unknown FS command");
		in->at += 2;
		return 0;
	case 0x1d:
		return gs(in);
	}
	return bad(in, "a byte that is neither text nor command");
}

struct escpos_doc *
escpos_decode(TALLOC_CTX *ctx, const void *bytes, size_t len,
    const struct escpos_limits *limits, struct err *e)
{
	struct in	in;

	memset(&in, 0, sizeof(in));
	in.p = bytes;
	in.len = len;
	in.e = e;
	in.doc = talloc_zero(ctx, struct escpos_doc);
	in.doc->cols = limits->cols;
	in.doc->dots = limits->dots;
	if (!limits->fragment && (len < 2 || in.p[0] != 0x1b ||
	    in.p[1] != 0x40)) {
		(void)bad(&in, "the document does not begin with ESC @");
		goto fail;
	}
	while (in.at < in.len)
		if (step(&in) == -1)
			goto fail;
	if (in.col != 0) {
		(void)bad(&in, "the last line is not ended");
		goto fail;
	}
	return in.doc;
fail:
	talloc_free(in.doc);
	return NULL;
}

/* -------------------------------------------------------------- showing */

struct rows {
	struct escpos_row	*r;
	size_t			 n;
};

static struct escpos_row *
add_row(TALLOC_CTX *ctx, struct rows *rs, int cols, enum slip_align align,
    const char *text)
{
	struct escpos_row	*r;
	size_t			 n = strlen(text);
	int			 room = cols - (int)n, pad = 0;

	if ((rs->n & (rs->n - 1)) == 0)
		rs->r = talloc_realloc(ctx, rs->r, struct escpos_row,
		    rs->n == 0 ? 1 : rs->n * 2);
	r = &rs->r[rs->n++];
	memset(r, 0, sizeof(*r));
	while (n > 0 && text[n - 1] == ' ')
		n--;
	if (align == SLIP_CENTER && room > 0)
		pad = room / 2;
	else if (align == SLIP_RIGHT && room > 0)
		pad = room;
	r->text = talloc_asprintf(rs->r, "%*s%.*s", n == 0 ? 0 : pad, "",
	    (int)n, text);
	return r;
}

static void
text_rows(TALLOC_CTX *ctx, struct rows *rs, const struct escpos_doc *d,
    const struct escpos_item *it)
{
	struct escpos_row	*r;
	int			 cols = d->cols;

	if (it->font_b)
		cols = d->dots / FONT_B_DOTS;
	if (it->wide)
		cols /= 2;
	r = add_row(ctx, rs, cols, it->align, it->text);
	r->bold = it->bold;
	r->tall = it->tall;
	r->wide = it->wide;
}

static void
image_row(TALLOC_CTX *ctx, struct rows *rs, const struct escpos_doc *d,
    const struct escpos_item *it)
{
	char	*t;

	if (it->text != NULL || qr_is(it->image)) {
		add_row(ctx, rs, d->cols, it->align, SLIP_QR_TEXT);
		return;
	}
	t = talloc_asprintf(NULL, "[ gambar %dx%d ]", it->image->w,
	    it->image->h);
	add_row(ctx, rs, d->cols, it->align, t);
	talloc_free(t);
}

struct escpos_row *
escpos_rows(TALLOC_CTX *ctx, const struct escpos_doc *d, size_t *n)
{
	struct rows		 rs = { NULL, 0 };
	struct escpos_item	*it;
	char			*t;
	size_t			 i;
	int			 k;

	for (i = 0; i < d->n; i++) {
		it = &d->items[i];
		switch (it->kind) {
		case ESCPOS_TEXT:
			text_rows(ctx, &rs, d, it);
			break;
		case ESCPOS_IMAGE:
			image_row(ctx, &rs, d, it);
			break;
		case ESCPOS_BARCODE:
			t = talloc_asprintf(NULL, "[ %s ]", it->text);
			add_row(ctx, &rs, d->cols, it->align, t);
			talloc_free(t);
			break;
		case ESCPOS_FEED:
			for (k = 0; k < it->n; k++)
				add_row(ctx, &rs, d->cols, SLIP_LEFT, "");
			break;
		case ESCPOS_CUT:
			add_row(ctx, &rs, d->cols, SLIP_CENTER,
			    it->full ? "[ potong ]" : "[ potong sebagian ]")->
			    cut = true;
			break;
		case ESCPOS_DRAWER:
			add_row(ctx, &rs, d->cols, SLIP_CENTER, "[ laci ]");
			break;
		case ESCPOS_STATUS:
			break;
		}
	}
	*n = rs.n;
	return rs.r;
}

char *
escpos_text(TALLOC_CTX *ctx, const struct escpos_doc *d)
{
	size_t			 n, i;
	struct escpos_row	*r = escpos_rows(NULL, d, &n);
	char			*out = talloc_strdup(ctx, "");

	while (n > 0 && (*r[n - 1].text == '\0' || r[n - 1].cut))
		n--;
	for (i = 0; i < n; i++)
		if (!r[i].cut)
			out = talloc_asprintf_append_buffer(out, "%s\n",
			    r[i].text);
	talloc_free(r);
	return out;
}
