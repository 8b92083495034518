/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "receipt/receipt.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "fmt/money.h"
#include "fmt/phone.h"
#include "fmt/terbilang.h"
#include "receipt/data.h"

/* From this width on there is room for a range of dates and for seconds. */
#define COLS_WIDE	42

struct totals {
	int64_t	total, allocated, remaining;
};

static bool
is(const struct receipt_data *d, const char *status)
{
	return strcmp(d->payment.status, status) == 0;
}

/* Nothing is booked yet. */
static bool
waiting(const struct receipt_data *d)
{
	return is(d, "pending") || is(d, "verified");
}

static void
lay_company(struct slip *s, const struct receipt_data *d)
{
	const char	*phone = d->company.phone;
	char		*t;

	slip_wrap(s, SLIP_CENTER, SLIP_BOLD | SLIP_TALL, 2, d->company.name);
	if (strcmp(d->company.legal, d->company.name) != 0)
		slip_wrap(s, SLIP_CENTER, 0, 2, d->company.legal);
	slip_wrap(s, SLIP_CENTER, 0, 3, d->company.address);
	if (*phone != '\0') {
		t = strncmp(phone, "62", 2) == 0 ? phone_display(s, phone) :
		    talloc_strdup(s, phone);
		t = talloc_asprintf(s, "Telp %s", t);
		slip_text(s, SLIP_CENTER, 0, t);
	}
	if (*d->company.npwp != '\0')
		slip_text(s, SLIP_CENTER, 0, talloc_asprintf(s, "NPWP %s",
		    d->company.npwp));
	slip_rule(s, '=');
}

/* The title carries the copy mark: the only place where a copy differs. */
static void
lay_title(struct slip *s, const struct receipt_data *d)
{
	const char	*banner = NULL;

	if (d->copy == 0)
		slip_text(s, SLIP_CENTER, 0, "BUKTI PEMBAYARAN");
	else {
		slip_wrap(s, SLIP_CENTER, 0, 2, talloc_asprintf(s,
		    "BUKTI PEMBAYARAN (SALINAN ke-%lld)",
		    (long long)d->copy));
		slip_wrap(s, SLIP_CENTER, 0, 2, talloc_asprintf(s,
		    "disalin %s %s", d->copied_by,
		    local_format(s, &d->copied_at, false)));
	}
	if (is(d, "pending"))
		banner = "MENUNGGU VERIFIKASI";
	else if (is(d, "verified"))
		banner = "MENUNGGU KONFIRMASI";
	else if (is(d, "reversed"))
		banner = "DIBATALKAN";
	else if (is(d, "rejected"))
		banner = "DITOLAK";
	if (banner != NULL)
		slip_text(s, SLIP_CENTER, SLIP_BOLD, banner);
}

static void
lay_head(struct slip *s, const struct receipt_data *d)
{
	char	*who = talloc_strdup(s, d->payment.cashier);

	lay_company(s, d);
	lay_title(s, d);
	slip_number(s, "No. Struk", d->payment.number);
	slip_pair(s, "Tanggal", local_format(s, &d->payment.at,
	    s->cols >= COLS_WIDE));
	if (*d->payment.drawer != '\0')
		who = talloc_asprintf(s, "%s%s%s", who,
		    *who == '\0' ? "" : " / ", d->payment.drawer);
	if (*who != '\0')
		slip_pair(s, "Kasir", who);
	slip_rule(s, '-');
	slip_number(s, "No. Plgn", d->customer.number);
	if (*d->customer.name != '\0')
		slip_pair(s, "Nama", d->customer.name);
}

static void
lay_period(struct slip *s, const struct receipt_invoice *inv)
{
	char	*range = NULL;

	if (inv->start.y != 0 && inv->end.y != 0)
		range = talloc_asprintf(s, "%s s.d. %s",
		    date_format(s, inv->start), date_format(s, inv->end));
	if (range != NULL && (s->cols >= COLS_WIDE || inv->period.y == 0))
		slip_number(s, "Periode", range);
	else if (inv->period.y != 0)
		slip_pair(s, "Periode", period_long(s, inv->period, FMT_ID));
}

static void
lay_included_taxes(struct slip *s, const struct receipt_invoice *inv)
{
	size_t	i;

	for (i = 0; i < inv->n_taxes; i++)
		if (inv->taxes[i].inclusive && inv->taxes[i].amount != 0)
			slip_money(s, 0, talloc_asprintf(s, "Termasuk %s",
			    inv->taxes[i].name), inv->taxes[i].amount);
}

/* One invoice: its lines always add up to its total. */
static void
lay_invoice(struct slip *s, const struct receipt_invoice *inv)
{
	int64_t	sum = inv->subtotal;
	size_t	i;

	slip_number(s, "No. Tagihan", inv->number);
	lay_period(s, inv);
	if (*inv->title != '\0')
		slip_pair(s, inv->period.y != 0 ? "Paket" : "Uraian",
		    inv->title);
	slip_rule(s, '-');
	slip_money(s, 0, "Tagihan", inv->subtotal);
	for (i = 0; i < inv->n_taxes; i++) {
		if (inv->taxes[i].inclusive || inv->taxes[i].amount == 0)
			continue;
		slip_money(s, 0, inv->taxes[i].name, inv->taxes[i].amount);
		sum += inv->taxes[i].amount;
	}
	if (inv->penalty != 0)
		slip_money(s, 0, "Denda", inv->penalty);
	if (inv->discount != 0)
		slip_money(s, 0, "Diskon", -inv->discount);
	sum += inv->penalty - inv->discount;
	/* Whatever else made the total (rounding, a credit note) is named. */
	if (sum != inv->total)
		slip_money(s, 0, "Lain-lain", inv->total - sum);
}

static void
lay_share(struct slip *s, const struct totals *t)
{
	int64_t	before = t->total - t->allocated - t->remaining;

	if (t->allocated == t->total)
		return;
	if (before > 0)
		slip_money(s, 0, "Sudah dibayar", before);
	slip_money(s, 0, "Dibayar", t->allocated);
	slip_money(s, 0, "Sisa", t->remaining);
}

/* A refused or undone payment paid nothing: no share to show. */
static bool
shows_share(const struct receipt_data *d, int64_t allocated)
{
	return !waiting(d) && (allocated != 0 ||
	    (!is(d, "reversed") && !is(d, "rejected")));
}

static void
lay_invoices(struct slip *s, const struct receipt_data *d, struct totals *sum)
{
	const struct receipt_invoice	*inv;
	struct totals			 one;
	size_t				 i;

	for (i = 0; i < d->n_invoices; i++) {
		inv = &d->invoices[i];
		if (i > 0)
			slip_rule(s, '-');
		lay_invoice(s, inv);
		sum->total += inv->total;
		sum->allocated += inv->allocated;
		sum->remaining += inv->remaining;
		if (d->n_invoices == 1)
			break;
		slip_money(s, 0, "Jumlah", inv->total);
		lay_included_taxes(s, inv);
		one = (struct totals){ inv->total, inv->allocated,
		    inv->remaining };
		if (shows_share(d, inv->allocated))
			lay_share(s, &one);
	}
	if (d->n_invoices > 1)
		slip_rule(s, '=');
}

/* Duty that was collected with the payment is part of the total. */
static bool
duty_collected(const struct receipt_data *d, const struct totals *t)
{
	return d->stamp_duty > 0 && d->n_invoices > 0 &&
	    d->payment.amount - d->payment.credited - t->allocated ==
	    d->stamp_duty;
}

static void
lay_total(struct slip *s, const struct receipt_data *d)
{
	struct totals	t = { 0, 0, 0 };
	int64_t		duty = 0;

	if (d->n_invoices == 0) {
		slip_rule(s, '-');
		slip_money(s, 0, waiting(d) ? "Dana diterima" : "Uang muka",
		    d->payment.amount);
		slip_total(s, "TOTAL", d->payment.amount);
		return;
	}
	lay_invoices(s, d, &t);
	if (duty_collected(d, &t)) {
		duty = d->stamp_duty;
		slip_money(s, 0, "Bea meterai", duty);
	}
	slip_total(s, "TOTAL", t.total + duty);
	if (d->n_invoices == 1)
		lay_included_taxes(s, &d->invoices[0]);
	t.total += duty;
	t.allocated += duty;
	if (shows_share(d, t.allocated - duty))
		lay_share(s, &t);
}

static void
lay_money(struct slip *s, const struct receipt_data *d)
{
	static const char *const	labels[] = {
		[RECEIPT_CASH] = "Tunai", [RECEIPT_TRANSFER] = "Transfer",
		[RECEIPT_QRIS] = "QRIS", [RECEIPT_EDC] = "EDC",
		[RECEIPT_EWALLET] = "E-Wallet",
		[RECEIPT_CREDIT] = "Dari saldo",
	};
	bool				 cash;

	cash = d->payment.method == RECEIPT_CASH;
	slip_money(s, 0, labels[d->payment.method],
	    cash && d->payment.tendered > d->payment.amount ?
	    d->payment.tendered : d->payment.amount);
	if (*d->payment.reference != '\0')
		slip_number(s, "Ref", d->payment.reference);
	if (cash)
		slip_money(s, 0, "Kembali", d->payment.change);
	if (d->n_invoices > 0 && d->payment.credited != 0)
		slip_money(s, 0, "Masuk saldo", d->payment.credited);
	if (d->credit_after != 0 || d->payment.credited != 0 ||
	    d->payment.method == RECEIPT_CREDIT)
		slip_money(s, 0, "Saldo kini", d->credit_after);
}

static void
lay_foot(struct slip *s, const struct receipt_data *d)
{
	struct totals	t = { 0, 0, 0 };
	size_t		i;

	slip_rule(s, '-');
	slip_wrap(s, SLIP_LEFT, 0, 12, talloc_asprintf(s, "Terbilang: %s",
	    terbilang_rupiah(s, d->payment.amount, FMT_ID)));
	if (*d->payment.note != '\0')
		slip_wrap(s, SLIP_LEFT, 0, 4, talloc_asprintf(s,
		    "Catatan: %s", d->payment.note));
	for (i = 0; i < d->n_invoices; i++)
		t.allocated += d->invoices[i].allocated;
	if (d->stamp_duty > 0 && !duty_collected(d, &t))
		slip_wrap(s, SLIP_LEFT, 0, 2, talloc_asprintf(s,
		    "Terutang bea meterai %s",
		    money_rp(s, d->stamp_duty)));
	if (*d->payment.check != '\0') {
		slip_qr(s, receipt_qr_payload(s, d->payment.verify_url,
		    d->payment.number, d->payment.amount, d->payment.check));
		slip_text(s, SLIP_CENTER, 0, talloc_asprintf(s,
		    "Kode cek %s", d->payment.check));
	}
	slip_wrap(s, SLIP_CENTER, 0, 4, d->company.footer);
	slip_wrap(s, SLIP_CENTER, 0, 2, d->company.thanks);
}

struct slip *
receipt_layout(TALLOC_CTX *ctx, const json_t *data, int cols, struct err *e)
{
	struct receipt_data	*d;
	struct slip		*s;

	if (cols < RECEIPT_COLS_MIN || cols > RECEIPT_COLS_MAX) {
		(void)err_field(e, "cols", "value",
		    "no paper has %d columns", cols);
		return NULL;
	}
	d = receipt_data_parse(ctx, data, e);
	if (d == NULL)
		return NULL;
	s = slip_new(ctx, cols);
	lay_head(s, d);
	lay_total(s, d);
	lay_money(s, d);
	lay_foot(s, d);
	talloc_free(d);
	return s;
}

unsigned char *
receipt_render_escpos(TALLOC_CTX *ctx, const json_t *data,
    const struct receipt_profile *profile, size_t *len, struct err *e)
{
	struct slip	*s = receipt_layout(ctx, data, profile->cols, e);
	unsigned char	*bytes;

	if (s == NULL)
		return NULL;
	bytes = slip_render_escpos(ctx, s, profile, len, e);
	talloc_free(s);
	return bytes;
}

char *
receipt_render_text(TALLOC_CTX *ctx, const json_t *data, int cols,
    struct err *e)
{
	struct slip	*s = receipt_layout(ctx, data, cols, e);
	char		*text;

	if (s == NULL)
		return NULL;
	text = slip_render_text(ctx, s);
	talloc_free(s);
	return text;
}

/* ---------------------------------------------------------- QR payload */

static bool
plain(char c)
{
	return isalnum((unsigned char)c) || (c != '\0' &&
	    strchr("-._~", c) != NULL);
}

static char *
escape(TALLOC_CTX *ctx, const char *s)
{
	char	*out = talloc_strdup(ctx, "");

	for (; *s != '\0'; s++)
		out = plain(*s) ? talloc_strndup_append_buffer(out, s, 1) :
		    talloc_asprintf_append_buffer(out, "%%%02X",
		    (unsigned char)*s);
	return out;
}

static char *
unescape(TALLOC_CTX *ctx, const char *s, size_t n)
{
	char	*out = talloc_strndup(ctx, s, n), *p, *to = out;
	char	 hex[3] = "";

	for (p = out; *p != '\0'; p++) {
		if (*p == '%' && isxdigit((unsigned char)p[1]) &&
		    isxdigit((unsigned char)p[2])) {
			memcpy(hex, p + 1, 2);
			*to++ = (char)strtol(hex, NULL, 16);
			p += 2;
		} else
			*to++ = *p;
	}
	*to = '\0';
	return out;
}

char *
receipt_qr_payload(TALLOC_CTX *ctx, const char *prefix, const char *number,
    int64_t amount, const char *check)
{
	char	*n = escape(NULL, number), *c = escape(NULL, check);
	char	*p = text_ascii(NULL, prefix);
	char	*out = talloc_asprintf(ctx, "%s%s/%lld/%s", p, n,
		    (long long)amount, c);

	talloc_free(n);
	talloc_free(c);
	talloc_free(p);
	return out;
}

struct receipt_qr_text *
receipt_qr_parse(TALLOC_CTX *ctx, const char *s, struct err *e)
{
	struct receipt_qr_text	*q = talloc_zero(ctx, struct receipt_qr_text);
	char			*t = text_trim(q, s), *end;
	char			*check = strrchr(t, '/'), *amount, *number;

	if (strlen(t) > 500 || check == NULL || check[1] == '\0')
		goto bad;
	*check++ = '\0';
	amount = strrchr(t, '/');
	if (amount == NULL || !isdigit((unsigned char)amount[1]) ||
	    strlen(amount + 1) > 16)
		goto bad;
	*amount++ = '\0';
	q->amount = strtoll(amount, &end, 10);
	if (*end != '\0')
		goto bad;
	/* The number ends what the prefix began, with / = ? or nothing. */
	for (number = t + strlen(t); number > t && (plain(number[-1]) ||
	    number[-1] == '%'); number--)
		continue;
	if (*number == '\0')
		goto bad;
	q->number = unescape(q, number, strlen(number));
	q->check = unescape(q, check, strlen(check));
	if (*q->number == '\0' || *q->check == '\0' ||
	    !text_is_clean(q->number) || !text_is_clean(q->check))
		goto bad;
	return q;
bad:
	(void)err_field(e, NULL, "format", "%s",
	    "this is not the code of one of our slips");
	talloc_free(q);
	return NULL;
}
