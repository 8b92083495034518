/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/text.h"
#include "receipt/decoder.h"
#include "receipt/escpos.h"
#include "receipt/receipt.h"

static const char	sample[] = "{"
    "'company':{'name':'NUSANTARA NET','legal':'PT Contoh Jaringan Nusantara',"
    "'address':'Jl. Merdeka No. 12, Bandung','phone':'',"
    "'npwp':'0012345678901000','footer':'Simpan sebagai bukti sah.',"
    "'thanks':'TERIMA KASIH'},"
    "'payment':{'number':'KW-202607-000123','at':'2026-07-12T03:42:31Z',"
    "'zone':'Asia/Jakarta','cashier':'Siti','drawer':'Loket 2',"
    "'method':'cash','reference':null,'tendered':300000,'amount':277500,"
    "'change':22500,'credited':0,'status':'confirmed','check':'7K3QXZ',"
    "'verify_url':'https://nusantara.example/s/','note':null},"
    "'customer':{'number':'1000375','name':'Budi Santoso'},"
    "'invoices':[{'number':'INV-202607-04411','period':'2026-07',"
    "'period_start':'2026-07-01','period_end':'2026-07-31',"
    "'title':'Home 20 Mbps','subtotal':250000,'discount':10000,"
    "'taxes':[{'name':'PPN','amount':27500,'inclusive':false}],"
    "'penalty':10000,'total':277500,'allocated':277500,'remaining':0}],"
    "'credit_after':0,'copy':0,'stamp_duty':0}";

static const char	golden32[] =
    "         NUSANTARA NET\n"
    "  PT Contoh Jaringan Nusantara\n"
    "  Jl. Merdeka No. 12, Bandung\n"
    "     NPWP 0012345678901000\n"
    "================================\n"
    "        BUKTI PEMBAYARAN\n"
    "No. Struk       KW-202607-000123\n"
    "Tanggal         12-07-2026 10:42\n"
    "Kasir             Siti / Loket 2\n"
    "--------------------------------\n"
    "No. Plgn                 1000375\n"
    "Nama                Budi Santoso\n"
    "No. Tagihan     INV-202607-04411\n"
    "Periode                Juli 2026\n"
    "Paket               Home 20 Mbps\n"
    "--------------------------------\n"
    "Tagihan                  250.000\n"
    "PPN                       27.500\n"
    "Denda                     10.000\n"
    "Diskon                   -10.000\n"
    "TOTAL                  Rp277.500\n"
    "Tunai                    300.000\n"
    "Kembali                   22.500\n"
    "--------------------------------\n"
    "Terbilang: dua ratus tujuh puluh\n"
    "tujuh ribu lima ratus rupiah\n"
    "    [ QR verifikasi struk ]\n"
    "        Kode cek 7K3QXZ\n"
    "   Simpan sebagai bukti sah.\n"
    "          TERIMA KASIH\n";

static const char	golden48[] =
    "                 NUSANTARA NET\n"
    "          PT Contoh Jaringan Nusantara\n"
    "          Jl. Merdeka No. 12, Bandung\n"
    "             NPWP 0012345678901000\n"
    "================================================\n"
    "                BUKTI PEMBAYARAN\n"
    "No. Struk                       KW-202607-000123\n"
    "Tanggal                  12-07-2026 10:42:31 WIB\n"
    "Kasir                             Siti / Loket 2\n"
    "------------------------------------------------\n"
    "No. Plgn                                 1000375\n"
    "Nama                                Budi Santoso\n"
    "No. Tagihan                     INV-202607-04411\n"
    "Periode               01-07-2026 s.d. 31-07-2026\n"
    "Paket                               Home 20 Mbps\n"
    "------------------------------------------------\n"
    "Tagihan                                  250.000\n"
    "PPN                                       27.500\n"
    "Denda                                     10.000\n"
    "Diskon                                   -10.000\n"
    "TOTAL                                  Rp277.500\n"
    "Tunai                                    300.000\n"
    "Kembali                                   22.500\n"
    "------------------------------------------------\n"
    "Terbilang: dua ratus tujuh puluh tujuh ribu lima\n"
    "ratus rupiah\n"
    "            [ QR verifikasi struk ]\n"
    "                Kode cek 7K3QXZ\n"
    "           Simpan sebagai bukti sah.\n"
    "                  TERIMA KASIH\n";

static json_t *
load(TALLOC_CTX *ctx, const char *text)
{
	char	*s = talloc_strdup(ctx, text), *p;
	json_t	*j;

	for (p = s; *p != '\0'; p++)
		if (*p == '\'')
			*p = '"';
	j = json_loads(s, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(j);
	return json_own(ctx, j);
}

/* The object at a path like "payment" or "invoices/0". */
static json_t *
at(json_t *j, const char *path)
{
	if (strcmp(path, "") == 0)
		return j;
	if (strcmp(path, "invoice") == 0)
		return json_array_get(json_object_get(j, "invoices"), 0);
	return json_object_get(j, path);
}

static void
set(json_t *j, const char *path, const char *key, json_t *v)
{
	assert_int_equal(json_object_set_new(at(j, path), key, v), 0);
}

static struct escpos_doc *
decode(TALLOC_CTX *ctx, const unsigned char *b, size_t len,
    const struct receipt_profile *p)
{
	const struct escpos_limits	 lim = { p->cols, p->dots, false };
	struct err			 e = ERR_INIT;
	struct escpos_doc		*d;

	d = escpos_decode(ctx, b, len, &lim, &e);
	if (d == NULL)
		fail_msg("%s", e.msg);
	return d;
}

/*
 * Renders for every profile and checks what holds for every slip: it begins
 * with ESC @, the strict decoder takes it, and what the paper says is what
 * the text says.
 */
static char *
render(TALLOC_CTX *ctx, json_t *j, int cols)
{
	static const char *const	presets[] = { "58", "80" };
	static const int		widths[] = { 32, 42, 48, 24, 64 };
	struct err			e = ERR_INIT;
	struct receipt_profile		p;
	unsigned char			*b, *again;
	char				*text, *wanted = NULL;
	size_t				 i, q, len, len2;

	for (i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
		text = receipt_render_text(ctx, j, widths[i], &e);
		if (text == NULL)
			fail_msg("%s", e.msg);
		p = *receipt_profile_preset(presets[i % 2]);
		p.cols = widths[i];
		p.dots = widths[i] * 12;
		for (q = RECEIPT_QR_RASTER; q <= RECEIPT_QR_NATIVE; q++) {
			p.qr = (enum receipt_qr)q;
			b = receipt_render_escpos(ctx, j, &p, &len, &e);
			if (b == NULL)
				fail_msg("%s", e.msg);
			assert_memory_equal(b,
			    "\x1b@\x1c.\x1bt\0\x1b" "2", 9);
			again = receipt_render_escpos(ctx, j, &p, &len2, &e);
			assert_int_equal(len, len2);
			assert_memory_equal(b, again, len);
			assert_string_equal(escpos_text(ctx, decode(ctx, b,
			    len, &p)), text);
		}
		if (widths[i] == cols)
			wanted = text;
	}
	return wanted;
}

static void
has(const char *text, const char *what)
{
	if (strstr(text, what) == NULL)
		fail_msg("no '%s' in\n%s", what, text);
}

static void
has_not(const char *text, const char *what)
{
	if (strstr(text, what) != NULL)
		fail_msg("'%s' in\n%s", what, text);
}

static void
test_golden(void **state)
{
	void	*ctx = talloc_new(NULL);
	json_t	*j = load(ctx, sample);

	(void)state;
	assert_string_equal(render(ctx, j, 32), golden32);
	assert_string_equal(render(ctx, j, 48), golden48);
	has(render(ctx, j, 42), "01-07-2026 s.d. 31-07-2026");
	talloc_free(ctx);
}

/* The exact bytes around the text: commands of the top, the total, the end. */
static void
test_bytes(void **state)
{
	static const char	top[] = "\x1b@\x1c.\x1bt\0\x1b" "2"
	    "\x1b" "a\x01" "\x1b" "E\x01" "\x1d!\x01" "NUSANTARA NET\n"
	    "\x1d!\x00" "\x1b" "E\x00" "PT Contoh Jaringan Nusantara\n";
	static const char	total[] = "\x1b" "E\x01" "\x1d!\x01"
	    "TOTAL                  Rp277.500\n" "\x1d!\x00" "\x1b" "E\x00";
	void			*ctx = talloc_new(NULL);
	json_t			*j = load(ctx, sample);
	struct receipt_profile	 p = *receipt_profile_preset("58");
	unsigned char		*b;
	size_t			 len;

	(void)state;
	p.qr = RECEIPT_QR_NATIVE;
	b = receipt_render_escpos(ctx, j, &p, &len, NULL);
	assert_non_null(b);
	assert_memory_equal(b, top, sizeof(top) - 1);
	assert_non_null(memmem(b, len, total, sizeof(total) - 1));
	assert_non_null(memmem(b, len,
	    "\x1d(k\x04\x00\x31\x41\x32\x00\x1d(k\x03\x00\x31\x43\x04"
	    "\x1d(k\x03\x00\x31\x45\x31", 25));
	assert_non_null(memmem(b, len,
	    "https://nusantara.example/s/KW-202607-000123/277500/7K3QXZ", 58));
	assert_memory_equal(b + len - 3, "\x1b" "d\x04", 3);
	/* A clone's buffer is small: the text slip stays below 1.5 KB. */
	assert_true(len < 1500);
	p.cut = RECEIPT_CUT_PARTIAL;
	b = receipt_render_escpos(ctx, j, &p, &len, NULL);
	assert_memory_equal(b + len - 4, "\x1dV\x42\x00", 4);
	p.cut = RECEIPT_CUT_FULL;
	b = receipt_render_escpos(ctx, j, &p, &len, NULL);
	assert_memory_equal(b + len - 4, "\x1dV\x41\x00", 4);
	assert_null(memmem(b, len, "\x1dv0", 3));
	p.qr = RECEIPT_QR_NONE;
	b = receipt_render_escpos(ctx, j, &p, &len, NULL);
	assert_null(memmem(b, len, "\x1dv0", 3));
	assert_null(memmem(b, len, "\x1d(k", 3));
	assert_non_null(memmem(b, len, "Kode cek 7K3QXZ", 15));
	talloc_free(ctx);
}

/* Strips of at most 64 rows, cropped to the code, four dots to a module. */
static void
test_raster(void **state)
{
	void			*ctx = talloc_new(NULL);
	json_t			*j = load(ctx, sample);
	struct receipt_profile	 p = *receipt_profile_preset("58");
	struct escpos_doc	*d;
	struct bitmap		*want;
	unsigned char		*b, *s;
	size_t			 len, i, strips = 0;
	int			 rows = 0;

	(void)state;
	b = receipt_render_escpos(ctx, j, &p, &len, NULL);
	for (s = b; (s = memmem(s, len - (size_t)(s - b), "\x1dv0\0", 4)) !=
	    NULL; s += 8) {
		assert_int_equal(s[4], 17);
		assert_true(s[6] <= 64 && s[7] == 0);
		rows += s[6];
		strips++;
	}
	assert_int_equal(rows, 132);
	assert_int_equal(strips, 3);
	want = qr_bitmap(ctx,
	    "https://nusantara.example/s/KW-202607-000123/277500/7K3QXZ", 4,
	    384, NULL);
	d = decode(ctx, b, len, &p);
	for (i = 0; i < d->n && d->items[i].kind != ESCPOS_IMAGE; i++)
		continue;
	assert_true(i < d->n);
	assert_int_equal(d->items[i].align, SLIP_CENTER);
	assert_true(qr_is(d->items[i].image));
	assert_int_equal(d->items[i].image->h, want->h);
	assert_memory_equal(d->items[i].image->bits, want->bits,
	    want->stride * (size_t)want->h);
	talloc_free(ctx);
}

/* A copy differs in its mark and nowhere else. */
static void
test_copy(void **state)
{
	static const char	mark[] =
	    "BUKTI PEMBAYARAN (SALINAN ke-2)\n"
	    "disalin Andi 13-07-2026 09:10\n";
	void			*ctx = talloc_new(NULL);
	json_t			*j = load(ctx, sample);
	struct receipt_profile	 p = *receipt_profile_preset("58");
	unsigned char		*a, *b;
	size_t			 na, nb, head;
	char			*text;

	(void)state;
	a = receipt_render_escpos(ctx, j, &p, &na, NULL);
	set(j, "", "copy", json_integer(2));
	assert_null(receipt_render_escpos(ctx, j, &p, &nb, NULL));
	set(j, "", "copied", json_pack("{s:s,s:s}", "by", "Andi", "at",
	    "2026-07-13T02:10:00Z"));
	text = render(ctx, j, 32);
	has(text, "BUKTI PEMBAYARAN (SALINAN ke-2)\n");
	has(text, "disalin Andi 13-07-2026 09:10\n");
	b = receipt_render_escpos(ctx, j, &p, &nb, NULL);
	for (head = 0; a[head] == b[head]; head++)
		continue;
	head -= strlen("BUKTI PEMBAYARAN");
	assert_memory_equal(a + head, "BUKTI PEMBAYARAN\n", 17);
	assert_memory_equal(b + head, mark, sizeof(mark) - 1);
	assert_int_equal(na - head - 17, nb - head - (sizeof(mark) - 1));
	assert_memory_equal(a + head + 17, b + head + sizeof(mark) - 1,
	    na - head - 17);
	set(j, "", "copy", json_integer(100));
	has(render(ctx, j, 32), "SALINAN");
	talloc_free(ctx);
}

static void
test_methods(void **state)
{
	static const struct {
		const char	*method, *label;
	} rows[] = {
		{ "transfer", "Transfer                 277.500" },
		{ "qris", "QRIS                     277.500" },
		{ "edc", "EDC                      277.500" },
		{ "ewallet", "E-Wallet                 277.500" },
		{ "credit", "Dari saldo               277.500" },
	};
	void	*ctx = talloc_new(NULL);
	json_t	*j = load(ctx, sample);
	char	*t;
	size_t	 i;

	(void)state;
	set(j, "payment", "change", json_integer(0));
	set(j, "payment", "tendered", json_integer(277500));
	set(j, "payment", "reference", json_string("BCA 8812"));
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		set(j, "payment", "method", json_string(rows[i].method));
		t = render(ctx, j, 32);
		has(t, rows[i].label);
		has(t, "Ref                     BCA 8812");
		has_not(t, "Kembali");
		has_not(t, "Tunai");
	}
	set(j, "payment", "method", json_string("cash"));
	has(render(ctx, j, 32), "Kembali                        0");
	set(j, "payment", "method", json_string("barter"));
	assert_null(receipt_render_text(ctx, j, 32, NULL));
	talloc_free(ctx);
}

static void
test_partial(void **state)
{
	void	*ctx = talloc_new(NULL);
	json_t	*j = load(ctx, sample);
	char	*t;

	(void)state;
	set(j, "payment", "amount", json_integer(100000));
	set(j, "payment", "tendered", json_integer(100000));
	set(j, "payment", "change", json_integer(0));
	set(j, "invoice", "allocated", json_integer(100000));
	set(j, "invoice", "remaining", json_integer(177500));
	t = render(ctx, j, 32);
	has(t, "TOTAL                  Rp277.500\n"
	    "Dibayar                  100.000\n"
	    "Sisa                     177.500\n"
	    "Tunai                    100.000\n");
	has(t, "Terbilang: seratus ribu rupiah\n");
	has_not(t, "Sudah dibayar");
	/* The second part names the first. */
	set(j, "invoice", "remaining", json_integer(77500));
	has(render(ctx, j, 32), "Sudah dibayar            100.000\n"
	    "Dibayar                  100.000\n"
	    "Sisa                      77.500\n");
	talloc_free(ctx);
}

static void
test_states(void **state)
{
	void	*ctx = talloc_new(NULL);
	json_t	*j = load(ctx, sample);
	char	*t;

	(void)state;
	has_not(render(ctx, j, 32), "MENUNGGU");
	set(j, "payment", "status", json_string("reversed"));
	set(j, "invoice", "allocated", json_integer(0));
	t = render(ctx, j, 32);
	has(t, "           DIBATALKAN\n");
	has_not(t, "Sisa");
	set(j, "payment", "status", json_string("pending"));
	set(j, "payment", "method", json_string("transfer"));
	t = render(ctx, j, 32);
	has(t, "      MENUNGGU VERIFIKASI\n");
	has_not(t, "Sisa");
	set(j, "", "invoices", json_array());
	t = render(ctx, j, 32);
	has(t, "Dana diterima            277.500\n"
	    "TOTAL                  Rp277.500\n");
	set(j, "payment", "status", json_string("rejected"));
	has(render(ctx, j, 32), "DITOLAK\n");
	talloc_free(ctx);
}

static void
test_credit(void **state)
{
	void	*ctx = talloc_new(NULL);
	json_t	*j = load(ctx, sample);
	char	*t;

	(void)state;
	set(j, "payment", "method", json_string("transfer"));
	set(j, "payment", "amount", json_integer(300000));
	set(j, "payment", "credited", json_integer(22500));
	set(j, "payment", "change", json_integer(0));
	set(j, "", "credit_after", json_integer(32500));
	t = render(ctx, j, 32);
	has(t, "TOTAL                  Rp277.500\n"
	    "Transfer                 300.000\n"
	    "Masuk saldo               22.500\n"
	    "Saldo kini                32.500\n");
	/* No invoice at all: an advance. */
	set(j, "", "invoices", json_array());
	set(j, "payment", "credited", json_integer(300000));
	t = render(ctx, j, 32);
	has(t, "Uang muka                300.000\n"
	    "TOTAL                  Rp300.000\n");
	has_not(t, "Masuk saldo");
	talloc_free(ctx);
}

/* The lines above a total always add up to it. */
static void
test_sums(void **state)
{
	void	*ctx = talloc_new(NULL);
	json_t	*j = load(ctx, sample);
	char	*t;

	(void)state;
	set(j, "invoice", "total", json_integer(277400));
	has(render(ctx, j, 32), "Lain-lain                   -100\n"
	    "TOTAL                  Rp277.400\n");
	set(j, "invoice", "total", json_integer(250000));
	set(j, "invoice", "allocated", json_integer(250000));
	set(j, "payment", "amount", json_integer(250000));
	set(j, "invoice", "taxes", json_pack("[{s:s,s:i,s:b}]", "name",
	    "PPN", "amount", 24775, "inclusive", 1));
	t = render(ctx, j, 32);
	has(t, "TOTAL                  Rp250.000\n"
	    "Termasuk PPN              24.775\n");
	has_not(t, "\nPPN");
	has_not(t, "Lain-lain");
	/* Duty: collected with the money, or owed and only named. */
	set(j, "", "stamp_duty", json_integer(10000));
	has(render(ctx, j, 32), "Terutang bea meterai Rp10.000\n");
	set(j, "payment", "amount", json_integer(260000));
	t = render(ctx, j, 32);
	has(t, "Bea meterai               10.000\n"
	    "TOTAL                  Rp260.000\n");
	has_not(t, "Terutang");
	has_not(t, "Sisa");
	talloc_free(ctx);
}

static void
test_many(void **state)
{
	void	*ctx = talloc_new(NULL);
	json_t	*j = load(ctx, sample), *one, *list = json_array();
	char	*t, *p;
	int	 i, n = 0;

	(void)state;
	for (i = 0; i < 40; i++) {
		one = json_deep_copy(at(j, "invoice"));
		json_object_set_new(one, "number", json_sprintf(
		    "INV-202607-%05d", i));
		if (i == 39) {
			json_object_set_new(one, "allocated",
			    json_integer(77500));
			json_object_set_new(one, "remaining",
			    json_integer(200000));
		}
		json_array_append_new(list, one);
	}
	set(j, "", "invoices", list);
	set(j, "payment", "amount", json_integer(39 * 277500 + 77500));
	set(j, "payment", "tendered", json_integer(39 * 277500 + 77500));
	set(j, "payment", "change", json_integer(0));
	t = render(ctx, j, 32);
	for (p = t; (p = strstr(p, "No. Tagihan")) != NULL; p++)
		n++;
	assert_int_equal(n, 40);
	has(t, "Jumlah                   277.500\n");
	has(t, "TOTAL               Rp11.100.000\n"
	    "Dibayar               10.900.000\n"
	    "Sisa                     200.000\n");
	has(t, "Terbilang: sepuluh juta sembilan\nratus ribu rupiah\n");
	talloc_free(ctx);
}

/* Names from outside reach the paper as printable ASCII within the width. */
static void
test_hostile(void **state)
{
	static const char *const	names[] = {
		"\x1b@\x1bp\x01\x19", "a\nb\r\nc\td", "\xc2\x9b" "2J",
		"Jos\xc3\xa9 \xe2\x80\xae" "drowssap", "\xf0\x9f\x92\xa9",
		"\xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2\xe5\xad\x97",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"'; DROP TABLE customer; --", "%s%n%x", "   ", "e\xcc\x81" "z",
	};
	static const struct {
		const char	*path, *key;
	} places[] = {
		{ "company", "name" }, { "company", "legal" },
		{ "company", "address" }, { "company", "phone" },
		{ "company", "npwp" }, { "company", "footer" },
		{ "company", "thanks" }, { "payment", "number" },
		{ "payment", "cashier" }, { "payment", "drawer" },
		{ "payment", "reference" }, { "payment", "check" },
		{ "payment", "verify_url" }, { "payment", "note" },
		{ "customer", "number" }, { "customer", "name" },
		{ "invoice", "number" }, { "invoice", "title" },
	};
	void	*ctx;
	json_t	*j;
	char	*t, *p, *long_name;
	size_t	 i, k;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		ctx = talloc_new(NULL);
		j = load(ctx, sample);
		for (k = 0; k < sizeof(places) / sizeof(places[0]); k++)
			set(j, places[k].path, places[k].key,
			    json_string(names[i]));
		json_object_set_new(json_array_get(json_object_get(
		    at(j, "invoice"), "taxes"), 0), "name",
		    json_string(names[i]));
		set(j, "", "copy", json_integer(1));
		set(j, "", "copied", json_pack("{s:s,s:s}", "by", names[i],
		    "at", "2026-07-13T02:10:00Z"));
		if (strlen(names[i]) > 60)
			set(j, "payment", "verify_url", json_string("x/"));
		t = render(ctx, j, 32);
		assert_non_null(t);
		for (p = t; *p != '\0'; p++)
			assert_true(*p == '\n' || (*p >= 0x20 && *p <= 0x7e));
		has(t, "Rp277.500");
		talloc_free(ctx);
	}
	ctx = talloc_new(NULL);
	j = load(ctx, sample);
	long_name = talloc_zero_size(ctx, 200001);
	memset(long_name, 'W', 200000);
	set(j, "customer", "name", json_string(long_name));
	has(render(ctx, j, 32), "Nama WWWWWWWWWWWWWWWWWWWWWWWWWW~\n");
	set(j, "customer", "name", json_string("Jos\xc3\xa9 P\xc3\xa9rez"));
	has(render(ctx, j, 32), "Nama                  Jose Perez\n");
	/* A QR code that fits no paper is an error, not a broken slip. */
	set(j, "payment", "verify_url", json_string(long_name));
	assert_null(receipt_render_escpos(ctx, j, receipt_profile_preset("58"),
	    &i, NULL));
	talloc_free(ctx);
}

static void
test_bad_data(void **state)
{
	static const struct {
		const char	*path, *key, *json, *field;
	} rows[] = {
		{ "payment", "amount", "\"277500\"", "payment.amount" },
		{ "payment", "amount", "277500.0", "payment.amount" },
		{ "payment", "amount", "null", "payment.amount" },
		{ "payment", "amount", "9000000000000000000",
		    "payment.amount" },
		{ "payment", "at", "\"yesterday\"", "payment.at" },
		{ "payment", "zone", "\"Mars/Base\"", "payment.zone" },
		{ "payment", "number", "\"\"", "payment.number" },
		{ "payment", "status", "5", "payment.status" },
		{ "customer", "name", "[]", "customer.name" },
		{ "", "customer", "null", "customer" },
		{ "", "company", "\"x\"", "company" },
		{ "", "invoices", "{}", "invoices" },
		{ "", "invoices", "[1]", "invoices.number" },
		{ "", "copy", "-1", "copy" },
		{ "invoice", "period", "\"July\"", "invoices.period" },
		{ "invoice", "taxes", "[{\"name\":\"PPN\"}]",
		    "taxes.amount" },
		{ "invoice", "total", "true", "invoices.total" },
		{ "invoice", "period_start", "\"2026-02-30\"",
		    "invoices.period_start" },
	};
	void		*ctx = talloc_new(NULL);
	struct err	 e = ERR_INIT;
	json_t		*j;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		j = load(ctx, sample);
		set(j, rows[i].path, rows[i].key, json_loads(rows[i].json,
		    JSON_DECODE_ANY, NULL));
		if (receipt_render_text(ctx, j, 32, &e) != NULL)
			fail_msg("%s %s was taken", rows[i].key, rows[i].json);
		assert_int_equal(e.code, ERR_BAD_FIELD);
		assert_string_equal(e.field, rows[i].field);
		err_clear(&e);
	}
	assert_null(receipt_render_text(ctx, load(ctx, "[]"), 32, NULL));
	assert_null(receipt_render_text(ctx, load(ctx, sample), 12, NULL));
	assert_null(receipt_render_text(ctx, load(ctx, sample), 100, NULL));
	/* Members we do not know are a newer server's. */
	j = load(ctx, sample);
	set(j, "payment", "channel", json_string("new"));
	assert_string_equal(receipt_render_text(ctx, j, 32, NULL), golden32);
	talloc_free(ctx);
}

static void
test_qr_payload(void **state)
{
	static const char *const	bad[] = { "", "/", "a/b", "a/b/c",
		"x/12/", "//5/ABC", "x/-5/ABC", "x/5x/ABC",
		"x/99999999999999999999/ABC", "%1b/5/ABC", "%00/5/ABC" };
	void			*ctx = talloc_new(NULL);
	struct receipt_qr_text	*q;
	char			*s;
	size_t			 i;

	(void)state;
	s = receipt_qr_payload(ctx, "https://x.example/s/?n=", "PAY/1 a",
	    277500, "7K3QXZ");
	assert_string_equal(s, "https://x.example/s/?n=PAY%2F1%20a/277500/"
	    "7K3QXZ");
	q = receipt_qr_parse(ctx, s, NULL);
	assert_non_null(q);
	assert_string_equal(q->number, "PAY/1 a");
	assert_int_equal(q->amount, 277500);
	assert_string_equal(q->check, "7K3QXZ");
	q = receipt_qr_parse(ctx, "PAY-202607-00001/5000/ABCDEF\r", NULL);
	assert_string_equal(q->number, "PAY-202607-00001");
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (receipt_qr_parse(ctx, bad[i], NULL) != NULL)
			fail_msg("'%s' was taken", bad[i]);
	talloc_free(ctx);
}

static void
test_profiles(void **state)
{
	static const char *const	bad[] = { "[]", "{'cols':10}",
		"{'cut':'half'}", "{'drawer':3}", "{'preset':'57'}",
		"{'preamble':'0'}", "{'preamble':'zz'}", "{'colour':1}",
		"{'qr':null}", "{'chunk':-1}", "{'status':1}",
		"{'preamble':'0000000000000000000000000000000000'}" };
	void			*ctx = talloc_new(NULL);
	struct receipt_profile	 p;
	struct err		 e = ERR_INIT;
	size_t			 i, len;
	unsigned char		*b;

	(void)state;
	assert_int_equal(receipt_profile_from_json(load(ctx, "{}"), &p, NULL),
	    0);
	assert_int_equal(p.cols, 32);
	assert_int_equal(receipt_profile_from_json(load(ctx,
	    "{'preset':'80','cols':42,'dots':512,'cut':'full','qr':'native',"
	    "'drawer':5,'status':true,'preamble':'00000a'}"), &p, NULL), 0);
	assert_int_equal(p.cols, 42);
	assert_int_equal(p.cut, RECEIPT_CUT_FULL);
	assert_int_equal(p.qr, RECEIPT_QR_NATIVE);
	assert_int_equal(p.preamble_len, 3);
	assert_int_equal(p.preamble[2], 0x0a);
	assert_true(p.status);
	b = escpos_drawer(ctx, &p, &len, NULL);
	assert_int_equal(len, 5);
	assert_memory_equal(b, "\x1bp\x01\x19\xfa", 5);
	p.drawer_pin = 2;
	b = escpos_drawer(ctx, &p, &len, NULL);
	assert_memory_equal(b, "\x1bp\x00\x19\xfa", 5);
	p.drawer_pin = 0;
	assert_null(escpos_drawer(ctx, &p, &len, NULL));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (receipt_profile_from_json(load(ctx, bad[i]), &p, &e) == 0)
			fail_msg("%s was taken", bad[i]);
		assert_int_equal(e.code, ERR_BAD_FIELD);
		err_clear(&e);
	}
	talloc_free(ctx);
}

/* The ruler page is wider than the paper on purpose, else well-formed. */
static void
test_test_page(void **state)
{
	static const struct escpos_limits lim = { 48, 576, false };
	void			*ctx = talloc_new(NULL);
	struct receipt_profile	 p = *receipt_profile_preset("80");
	struct err		 e = ERR_INIT;
	struct escpos_doc	*d;
	unsigned char		*b;
	size_t			 len, i, cuts = 0, images = 0, kicks = 0;

	(void)state;
	p.drawer_pin = 2;
	b = escpos_test_page(ctx, &p, &len, &e);
	assert_non_null(b);
	d = escpos_decode(ctx, b, len, &lim, &e);
	if (d == NULL)
		fail_msg("%s", e.msg);
	for (i = 0; i < d->n; i++) {
		cuts += d->items[i].kind == ESCPOS_CUT;
		images += d->items[i].kind == ESCPOS_IMAGE;
		kicks += d->items[i].kind == ESCPOS_DRAWER;
	}
	assert_int_equal(cuts, 2);
	assert_int_equal(images, 2);
	assert_int_equal(kicks, 1);
	has(escpos_text(ctx, d), "\n....:....1....:....2....:....3.|\n");
	has(escpos_text(ctx, d),
	    "\n....:....1....:....2....:....3....:....4....:..|\n");
	talloc_free(ctx);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_raster),
		cmocka_unit_test(test_copy),
		cmocka_unit_test(test_methods),
		cmocka_unit_test(test_partial),
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_credit),
		cmocka_unit_test(test_sums),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_bad_data),
		cmocka_unit_test(test_qr_payload),
		cmocka_unit_test(test_profiles),
		cmocka_unit_test(test_test_page),
	};

	mem_init();
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
