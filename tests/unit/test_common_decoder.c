/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "receipt/decoder.h"
#include "receipt/escpos.h"

static const struct escpos_limits	paper = { 32, 384, false };
static const struct escpos_limits	part = { 32, 384, true };

#define DOC(s)	s, sizeof(s) - 1

static void
test_commands(void **state)
{
	static const char	doc[] = "\x1b@\x1c.\x1bt\0\x1b" "2"
	    "\x1b" "a\x01\x1b" "E\x01\x1d!\x01" "Judul\n\x1d!\x00\x1b" "E\x00"
	    "\x1b" "a\x02" "kanan\n\x1b" "a\x00\n\x1b" "d\x02" "x\n"
	    "\x1bM\x01" "12345678901234567890123456789012345678901\n\x1bM\x00"
	    "\x1d!\x10" "1234567890123456\n\x1d!\x00"
	    "\x1dh\x50\x1dw\x02\x1dH\x02\x1dkI\x07{BJB1C7"
	    "\x10\x04\x04\x1bJ\x10\x1bp\x01\x19\xfa\x1bm\x1bi\x1dV\x41\0";
	void			*ctx = talloc_new(NULL);
	struct err		 e = ERR_INIT;
	struct escpos_doc	*d;

	(void)state;
	d = escpos_decode(ctx, DOC(doc), &paper, &e);
	if (d == NULL)
		fail_msg("%s", e.msg);
	assert_string_equal(d->items[0].text, "Judul");
	assert_true(d->items[0].bold && d->items[0].tall);
	assert_int_equal(d->items[0].align, SLIP_CENTER);
	assert_false(d->items[1].bold || d->items[1].tall);
	assert_string_equal(escpos_text(ctx, d),
	    "             Judul\n"
	    "                           kanan\n"
	    "\n\n\nx\n"
	    "12345678901234567890123456789012345678901\n"
	    "1234567890123456\n"
	    "[ JB1C7 ]\n"
	    "            [ laci ]\n");
	talloc_free(ctx);
}

struct bad {
	const char	*doc;
	size_t		 len;
	const char	*start;		/* of the message */
};

#define BAD(s, m)	{ "\x1b@" s, sizeof(s) + 1, m }

static const struct bad	bads[] = {
	{ "", 0, "byte 0: " },
	{ "Halo\n", 5, "byte 0: " },
	{ "\x1b", 1, "byte 0: " },
	{ "\n\x1b@", 3, "byte 0: " },
	BAD("tanpa akhir", "byte 13: "),
	BAD("\x80\n", "byte 2: "),
	BAD("\xc3\xa9\n", "byte 2: "),
	BAD("a\x7f\n", "byte 3: "),
	BAD("a\r\n", "byte 3: "),
	BAD("a\tb\n", "byte 3: "),
	BAD("\0", "byte 2: "),
	BAD("\x07", "byte 2: "),
	BAD("123456789012345678901234567890123\n", "byte 34: "),
	BAD("\x1d!\x11" "12345678901234567\n", "byte 21: "),
	BAD("\x1bM\x01" "1234567890123456789012345678901234567890123\n",
	    "byte 47: "),
	BAD("\x1b", "byte 2: "), BAD("\x1b" "a", "byte 2: "),
	BAD("\x1b" "a\x03", "byte 2: "), BAD("\x1b" "E\x02", "byte 2: "),
	BAD("\x1bt\x10", "byte 2: "), BAD("\x1bM\x02", "byte 2: "),
	BAD("\x1bZ\x01", "byte 2: "), BAD("\x1c&", "byte 2: "),
	BAD("\x1c", "byte 2: "), BAD("\x1d!\x22", "byte 2: "),
	BAD("\x1dZ\x01", "byte 2: "), BAD("\x1d", "byte 2: "),
	BAD("x\x1b" "a\x01\n", "byte 3: "), BAD("x\x1b@\n", "byte 3: "),
	BAD("x\x1b" "E\x01y\n", "byte 3: "), BAD("x\x1b" "d\x01", "byte 3: "),
	BAD("x\x1dV\x42\0", "byte 3: "), BAD("\x1dV\x00", "byte 2: "),
	BAD("\x1dV\x42\x05", "byte 2: "), BAD("\x1dV\x43\0", "byte 2: "),
	/* The drawer: all five bytes, a known pin. */
	BAD("\x1bp\x00", "byte 2: "), BAD("\x1bp\x00\x19", "byte 2: "),
	BAD("\x1bp\x02\x19\xfa", "byte 2: "),
	BAD("\x1bp\x00\x00\xfa", "byte 2: "),
	/* Raster: complete, not empty, not wider than the paper. */
	BAD("\x1dv0\0\x01\0\x02\0A", "byte 2: "),
	BAD("\x1dv0\0\0\0\x01\0", "byte 2: "),
	BAD("\x1dv0\0\x01\0\0\0", "byte 2: "),
	BAD("\x1dv0\x01\x01\0\x01\0A", "byte 2: "),
	BAD("\x1dv0\0\x39\0\x01\0", "byte 2: "),
	BAD("\x1dv0\0\xff\xff\xff\xff", "byte 2: "),
	BAD("\x1dv0\0\x01", "byte 2: "),
	/* Native QR: in order, complete. */
	BAD("\x1d(k\x03\0\x31\x51\x30", "byte 2: "),
	BAD("\x1d(k\xff\xff\x31\x50\x30", "byte 2: "),
	BAD("\x1d(k\x03\0\x31\x50\x30", "byte 2: "),
	BAD("\x1d(k\x04\0\x31\x50\x30\x1b", "byte 2: "),
	BAD("\x1d(k\x03\0\x31\x43\x11", "byte 2: "),
	BAD("\x1d(k\x03\0\x31\x45\x33", "byte 2: "),
	BAD("\x1d(L\x03\0\x31\x45\x31", "byte 2: "),
	BAD("\x1d(k\x00\0\x31\x45\x31", "byte 2: "),
	BAD("\x1d(k", "byte 2: "),
	/* CODE128: size set before, set B, plain text. */
	BAD("\x1dkI\x03{BA", "byte 2: "), BAD("\x1dkI\x09{BA", "byte 2: "),
	BAD("\x1dk\x04" "A\0", "byte 2: "), BAD("\x1dkI\x03{AA", "byte 2: "),
	BAD("\x10\x04\x05", "byte 2: "), BAD("\x10\x14\x01", "byte 2: "),
	BAD("\x10\x04", "byte 2: "),
	BAD("\x1b" "d\xff\x1b" "d\xff\x1b" "d\xff\x1b" "d\xff", "byte 11: "),
};

static void
test_malformed(void **state)
{
	struct err	e = ERR_INIT;
	size_t		i;

	(void)state;
	for (i = 0; i < sizeof(bads) / sizeof(bads[0]); i++) {
		if (escpos_decode(NULL, bads[i].doc, bads[i].len, &paper,
		    &e) != NULL)
			fail_msg("row %zu was taken", i);
		assert_int_equal(e.code, ERR_BAD_FIELD);
		if (strncmp(e.msg, bads[i].start, strlen(bads[i].start)) != 0)
			fail_msg("row %zu: %s", i, e.msg);
		err_clear(&e);
	}
}

static void
test_fragment(void **state)
{
	struct escpos_doc	*d;

	(void)state;
	assert_null(escpos_decode(NULL, DOC("\x1bp\x00\x19\xfa"), &paper,
	    NULL));
	d = escpos_decode(NULL, DOC("\x1bp\x00\x19\xfa"), &part, NULL);
	assert_non_null(d);
	assert_int_equal(d->n, 1);
	assert_int_equal(d->items[0].kind, ESCPOS_DRAWER);
	assert_int_equal(d->items[0].n, 2);
	talloc_free(d);
}

/* Strips that follow each other are one image; anything between ends it. */
static void
test_strips(void **state)
{
	static const char	doc[] = "\x1b@"
	    "\x1dv0\0\x01\0\x02\0\xaa\x55" "\x1dv0\0\x01\0\x01\0\xff"
	    "\n" "\x1dv0\0\x01\0\x01\0\x80";
	struct escpos_doc	*d;
	size_t			 n;
	struct escpos_row	*r;

	(void)state;
	d = escpos_decode(NULL, DOC(doc), &paper, NULL);
	assert_non_null(d);
	assert_int_equal(d->n, 3);
	assert_int_equal(d->items[0].image->h, 3);
	assert_memory_equal(d->items[0].image->bits, "\xaa\x55\xff", 3);
	assert_true(bitmap_get(d->items[0].image, 0, 0));
	assert_false(bitmap_get(d->items[0].image, 1, 0));
	assert_false(bitmap_get(d->items[0].image, 8, 0));
	assert_false(bitmap_get(d->items[0].image, 0, -1));
	r = escpos_rows(d, d, &n);
	assert_int_equal(n, 3);
	assert_string_equal(r[0].text, "[ gambar 8x3 ]");
	talloc_free(d);
}

/* A native code is drawn as the printer would draw it. */
static void
test_native_qr(void **state)
{
	static const char	doc[] = "\x1b@"
	    "\x1d(k\x04\0\x31\x41\x32\0" "\x1d(k\x03\0\x31\x43\x06"
	    "\x1d(k\x03\0\x31\x45\x31" "\x1d(k\x07\0\x31\x50\x30" "HALO"
	    "\x1d(k\x03\0\x31\x51\x30";
	struct escpos_doc	*d;

	(void)state;
	d = escpos_decode(NULL, DOC(doc), &paper, NULL);
	assert_non_null(d);
	assert_int_equal(d->n, 1);
	assert_string_equal(d->items[0].text, "HALO");
	assert_int_equal(d->items[0].image->w, 21 * 6);
	assert_true(qr_is(d->items[0].image));
	talloc_free(d);
}

/* Whatever bytes come, the decoder answers; each cut of a slip too. */
static void
test_garbage(void **state)
{
	static const unsigned char	lead[] = { 0x1b, 0x1d, 0x1c, 0x10,
		0x0a, '@', 'a', '!', 'v', '0', '(', 'k', 0x31, 0x50, 0, 1 };
	unsigned		 seed = (unsigned)getpid();
	struct escpos_doc	*d;
	struct receipt_profile	 p = *receipt_profile_preset("80");
	const struct escpos_limits lim = { 48, 576, false };
	unsigned char		 buf[200], *page;
	size_t			 i, n, len;

	(void)state;
	print_message("# seed %u\n", seed);
	for (i = 0; i < 20000; i++) {
		n = (size_t)rand_r(&seed) % sizeof(buf);
		for (len = 0; len < n; len++)
			buf[len] = rand_r(&seed) % 4 == 0 ?
			    (unsigned char)rand_r(&seed) :
			    lead[(size_t)rand_r(&seed) % sizeof(lead)];
		d = escpos_decode(NULL, buf, n, &part, NULL);
		if (d != NULL)
			talloc_free(escpos_text(NULL, d));
		talloc_free(d);
	}
	page = escpos_test_page(NULL, &p, &len, NULL);
	for (n = 0; n < len; n += 1 + n / 50) {
		d = escpos_decode(NULL, page, n, &lim, NULL);
		talloc_free(d);
	}
	d = escpos_decode(NULL, page, len, &lim, NULL);
	assert_non_null(d);
	talloc_free(d);
	talloc_free(page);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_commands),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_fragment),
		cmocka_unit_test(test_strips),
		cmocka_unit_test(test_native_qr),
		cmocka_unit_test(test_garbage),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
