/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "receipt/data.h"

#include <string.h>

#define AMOUNT_MAX	INT64_C(1000000000000000)
#define INVOICES_MAX	500
#define TAXES_MAX	20
#define TEXT_MAX	2000		/* bytes of one text that count */

struct src {
	TALLOC_CTX	*ctx;
	const json_t	*obj;
	const char	*path;
	struct err	*e;
};

static int
bad(const struct src *s, const char *key, const char *rule, const char *what)
{
	char	*field = talloc_asprintf(NULL, "%s%s%s", s->path,
		    *s->path == '\0' ? "" : ".", key);

	(void)err_field(s->e, field, rule, "receipt: %s %s", field, what);
	talloc_free(field);
	return -1;
}

/* The object member, or array element, that the following gets read from. */
static int
enter(const struct src *s, const char *key, struct src *in)
{
	*in = *s;
	in->obj = json_object_get(s->obj, key);
	in->path = key;
	if (!json_is_object(in->obj))
		return bad(s, key, "type", "is not an object");
	return 0;
}

/* A text; null and absent become "" unless it is required. */
static int
get_text(const struct src *s, const char *key, bool required,
    const char **out)
{
	const json_t	*v = json_object_get(s->obj, key);

	*out = "";
	if (v == NULL || json_is_null(v))
		return required ? bad(s, key, "required", "is missing") : 0;
	if (!json_is_string(v))
		return bad(s, key, "type", "is not a text");
	*out = talloc_strndup(s->ctx, json_string_value(v), TEXT_MAX);
	if (required && **out == '\0')
		return bad(s, key, "required", "is empty");
	return 0;
}

static int
get_amount(const struct src *s, const char *key, bool required, int64_t *out)
{
	const json_t	*v = json_object_get(s->obj, key);
	json_int_t	 n = json_integer_value(v);

	*out = 0;
	if (v == NULL || json_is_null(v))
		return required ? bad(s, key, "required", "is missing") : 0;
	if (!json_is_integer(v))
		return bad(s, key, "integer", "is not an integer");
	if (n > AMOUNT_MAX || n < -AMOUNT_MAX)
		return bad(s, key, "max", "is too large");
	*out = n;
	return 0;
}

static int
get_date(const struct src *s, const char *key, struct date *out)
{
	const char	*t;

	*out = (struct date){ 0, 0, 0 };
	if (get_text(s, key, false, &t) == -1)
		return -1;
	if (*t != '\0' && date_parse_iso(t, out, NULL) == -1)
		return bad(s, key, "format", "is not a date");
	return 0;
}

static int
get_instant(const struct src *s, const char *key, const char *zone,
    struct local_time *out)
{
	const char	*t;
	int64_t		 secs;

	if (get_text(s, key, true, &t) == -1)
		return -1;
	if (instant_parse(t, &secs, NULL) == -1)
		return bad(s, key, "format", "is not a point in time");
	if (instant_local(secs, zone, out, NULL) == -1)
		return bad(s, "zone", "value", "is an unknown zone");
	return 0;
}

static int
read_company(const struct src *top, struct receipt_data *d)
{
	struct src	s;

	if (enter(top, "company", &s) == -1 ||
	    get_text(&s, "name", false, &d->company.name) == -1 ||
	    get_text(&s, "legal", false, &d->company.legal) == -1 ||
	    get_text(&s, "address", false, &d->company.address) == -1 ||
	    get_text(&s, "phone", false, &d->company.phone) == -1 ||
	    get_text(&s, "npwp", false, &d->company.npwp) == -1 ||
	    get_text(&s, "footer", false, &d->company.footer) == -1 ||
	    get_text(&s, "thanks", false, &d->company.thanks) == -1)
		return -1;
	return 0;
}

static int
read_method(const struct src *s, enum receipt_method *out)
{
	static const char *const	names[] = { "cash", "transfer", "qris",
					    "edc", "ewallet", "credit" };
	const char			*t;
	size_t				 i;

	if (get_text(s, "method", true, &t) == -1)
		return -1;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(t, names[i]) == 0) {
			*out = (enum receipt_method)i;
			return 0;
		}
	return bad(s, "method", "value", "is unknown");
}

static int
read_payment(const struct src *top, struct receipt_data *d, const char **zone)
{
	struct src	s;

	if (enter(top, "payment", &s) == -1 ||
	    get_text(&s, "number", true, &d->payment.number) == -1 ||
	    get_text(&s, "zone", true, zone) == -1 ||
	    get_instant(&s, "at", *zone, &d->payment.at) == -1 ||
	    get_text(&s, "cashier", false, &d->payment.cashier) == -1 ||
	    get_text(&s, "drawer", false, &d->payment.drawer) == -1 ||
	    read_method(&s, &d->payment.method) == -1 ||
	    get_text(&s, "reference", false, &d->payment.reference) == -1 ||
	    get_amount(&s, "tendered", false, &d->payment.tendered) == -1 ||
	    get_amount(&s, "amount", true, &d->payment.amount) == -1 ||
	    get_amount(&s, "change", false, &d->payment.change) == -1 ||
	    get_amount(&s, "credited", false, &d->payment.credited) == -1 ||
	    get_text(&s, "status", true, &d->payment.status) == -1 ||
	    get_text(&s, "check", false, &d->payment.check) == -1 ||
	    get_text(&s, "verify_url", false, &d->payment.verify_url) == -1 ||
	    get_text(&s, "note", false, &d->payment.note) == -1)
		return -1;
	return 0;
}

static int
read_taxes(const struct src *s, struct receipt_invoice *inv)
{
	const json_t	*list = json_object_get(s->obj, "taxes"), *flag;
	struct src	 t = *s;
	size_t		 i;

	if (list == NULL || json_is_null(list))
		return 0;
	if (!json_is_array(list) || json_array_size(list) > TAXES_MAX)
		return bad(s, "taxes", "type", "is not a short list");
	inv->n_taxes = json_array_size(list);
	inv->taxes = talloc_zero_array(s->ctx, struct receipt_tax,
	    inv->n_taxes);
	for (i = 0; i < inv->n_taxes; i++) {
		t.obj = json_array_get(list, i);
		t.path = "taxes";
		if (get_text(&t, "name", true, &inv->taxes[i].name) == -1 ||
		    get_amount(&t, "amount", true,
		    &inv->taxes[i].amount) == -1)
			return -1;
		flag = json_object_get(t.obj, "inclusive");
		if (flag != NULL && !json_is_boolean(flag) &&
		    !json_is_null(flag))
			return bad(&t, "inclusive", "type", "is not a boolean");
		inv->taxes[i].inclusive = json_is_true(flag);
	}
	return 0;
}

static int
read_invoice(const struct src *s, struct receipt_invoice *inv)
{
	const char	*period;

	if (get_text(s, "number", true, &inv->number) == -1 ||
	    get_text(s, "title", false, &inv->title) == -1 ||
	    get_text(s, "period", false, &period) == -1 ||
	    get_date(s, "period_start", &inv->start) == -1 ||
	    get_date(s, "period_end", &inv->end) == -1 ||
	    get_amount(s, "subtotal", true, &inv->subtotal) == -1 ||
	    get_amount(s, "discount", false, &inv->discount) == -1 ||
	    get_amount(s, "penalty", false, &inv->penalty) == -1 ||
	    get_amount(s, "total", true, &inv->total) == -1 ||
	    get_amount(s, "allocated", true, &inv->allocated) == -1 ||
	    get_amount(s, "remaining", false, &inv->remaining) == -1 ||
	    read_taxes(s, inv) == -1)
		return -1;
	if (*period != '\0' &&
	    period_parse_iso(period, &inv->period, NULL) == -1)
		return bad(s, "period", "format", "is not a month");
	return 0;
}

static int
read_invoices(const struct src *top, struct receipt_data *d)
{
	const json_t	*list = json_object_get(top->obj, "invoices");
	struct src	 s = *top;
	size_t		 i;

	if (!json_is_array(list) || json_array_size(list) > INVOICES_MAX)
		return bad(top, "invoices", "type", "is not a list");
	d->n_invoices = json_array_size(list);
	d->invoices = talloc_zero_array(d, struct receipt_invoice,
	    d->n_invoices);
	for (i = 0; i < d->n_invoices; i++) {
		s.obj = json_array_get(list, i);
		s.path = "invoices";
		if (read_invoice(&s, &d->invoices[i]) == -1)
			return -1;
	}
	return 0;
}

static int
read_copy(const struct src *top, struct receipt_data *d, const char *zone)
{
	struct src	s;

	if (get_amount(top, "copy", false, &d->copy) == -1)
		return -1;
	d->copied_by = "";
	if (d->copy == 0)
		return 0;
	if (d->copy < 0 || d->copy > 99999)
		return bad(top, "copy", "min", "is no count");
	if (enter(top, "copied", &s) == -1 ||
	    get_text(&s, "by", true, &d->copied_by) == -1 ||
	    get_instant(&s, "at", zone, &d->copied_at) == -1)
		return -1;
	return 0;
}

struct receipt_data *
receipt_data_parse(TALLOC_CTX *ctx, const json_t *j, struct err *e)
{
	struct receipt_data	*d = talloc_zero(ctx, struct receipt_data);
	struct src		 top = { d, j, "", e }, s;
	const char		*zone;

	if (!json_is_object(j)) {
		(void)err_field(e, "receipt", "type", "receipt: not an object");
		goto fail;
	}
	if (read_company(&top, d) == -1 ||
	    read_payment(&top, d, &zone) == -1 ||
	    enter(&top, "customer", &s) == -1 ||
	    get_text(&s, "number", true, &d->customer.number) == -1 ||
	    get_text(&s, "name", false, &d->customer.name) == -1 ||
	    read_invoices(&top, d) == -1 ||
	    get_amount(&top, "credit_after", false, &d->credit_after) == -1 ||
	    get_amount(&top, "stamp_duty", false, &d->stamp_duty) == -1 ||
	    read_copy(&top, d, zone) == -1)
		goto fail;
	return d;
fail:
	talloc_free(d);
	return NULL;
}
