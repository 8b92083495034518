/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/tables.h"

const char *const invoice_states[] = { "unpaid", "partial", "paid",
	"cancelled", NULL };
const char *const payment_states[] = { "pending", "verified", "confirmed",
	"rejected", "reversed", NULL };
const char *const payment_methods[] = { "cash", "transfer", NULL };

static const struct field number_field[] = {
	{ "number", F_REF, .flags = FIELD_REQUIRED, .label = N_("Number") },
	{ NULL }
};

static const struct field invoice_line_fields[] = {
	{ "text", F_TEXT, .min = 1, .max = 200, .flags = FIELD_REQUIRED,
	    .label = N_("Text") },
	{ "qty", F_INT, 1, 100000, .flags = FIELD_REQUIRED,
	    .label = N_("Quantity"), .preset = "1" },
	{ "unit_price", F_MONEY, 0, INT64_C(10000000000),
	    .flags = FIELD_REQUIRED, .label = N_("Unit price") },
	{ NULL }
};

static const struct field invoice_create_fields[] = {
	FIELD_CUSTOMER_ROW,
	{ "due", F_DATE, .flags = FIELD_REQUIRED, .label = N_("Due date"),
	    .preset = "+10" },
	{ "lines", F_LIST, 1, 100, .flags = FIELD_REQUIRED,
	    .label = N_("Lines"), .sub = invoice_line_fields },
	{ "discount", F_MONEY, .label = N_("Discount") },
	{ "note", F_NOTE, .max = 500, .label = N_("Note") },
	{ NULL }
};

static const struct field invoice_cancel_fields[] = {
	{ "number", F_REF, .flags = FIELD_REQUIRED | FIELD_FIXED,
	    .label = N_("Number") },
	FIELD_REASON_ROW,
	{ NULL }
};

static const struct field invoice_generate_fields[] = {
	{ "period", F_PERIOD, .flags = FIELD_REQUIRED, .label = N_("Period") },
	{ NULL }
};

static const struct field payment_take_fields[] = {
	FIELD_CUSTOMER_ROW,
	{ "invoices", F_NUMBERS, 1, 100, .label = N_("Invoices"),
	    .lookup = "invoice.list" },
	{ "method", F_ENUM, .flags = FIELD_REQUIRED, .label = N_("Method"),
	    .values = payment_methods, .preset = "cash" },
	{ "tendered", F_MONEY, 1, INT64_C(1000000000000),
	    .flags = FIELD_REQUIRED, .label = N_("Money given") },
	{ "reference", F_TEXT, .max = 100, .label = N_("Reference") },
	{ "account", F_TEXT, .max = 100, .label = N_("Paid into account") },
	{ "paid_at", F_DATE, .label = N_("Paid on") },
	{ "note", F_NOTE, .max = 500, .label = N_("Note") },
	{ NULL }
};

static const struct field payment_step_fields[] = {
	{ "number", F_REF, .flags = FIELD_REQUIRED | FIELD_FIXED,
	    .label = N_("Number") },
	{ "note", F_NOTE, .max = 500, .label = N_("Note") },
	{ NULL }
};

static const struct field payment_reject_fields[] = {
	{ "number", F_REF, .flags = FIELD_REQUIRED | FIELD_FIXED,
	    .label = N_("Number") },
	FIELD_REASON_ROW,
	{ NULL }
};

static const char *const receipt_formats[] = { "escpos", "text", NULL };

static const struct field receipt_render_fields[] = {
	{ "payment", F_REF, .flags = FIELD_REQUIRED, .label = N_("Payment") },
	{ "width", F_INT, 58, 80, .label = N_("Paper width"), .preset = "58" },
	{ "format", F_ENUM, .label = N_("Format"), .values = receipt_formats,
	    .preset = "text" },
	{ NULL }
};

static const struct field receipt_print_fields[] = {
	{ "payment", F_REF, .flags = FIELD_REQUIRED, .label = N_("Payment") },
	{ "to", F_TEXT, .max = 255, .flags = FIELD_REQUIRED,
	    .label = N_("Printer") },
	{ "width", F_INT, 58, 80, .label = N_("Paper width"), .preset = "58" },
	{ "profile", F_OBJECT, .flags = FIELD_HIDDEN },
	{ "reason", F_TEXT, .max = 255, .label = N_("Reason") },
	{ NULL }
};

const struct rpc_method billing_methods[] = {
	{ "invoice.list", "invoice.view", RPC_LIST, NULL,
	    "Invoices; filters by period, status, customer, overdue." },
	{ "invoice.stats", "invoice.view", 0, NULL,
	    "Open, paid and overdue sums, for the strip above the list." },
	{ "invoice.get", "invoice.view", 0, number_field,
	    "One invoice with lines, taxes and payments." },
	{ "invoice.create", "invoice.create", RPC_WRITE | RPC_OPID,
	    invoice_create_fields, "Makes an invoice by hand." },
	{ "invoice.cancel", "invoice.delete", RPC_WRITE | RPC_OPID,
	    invoice_cancel_fields,
	    "Cancels an invoice that has no money on it." },
	{ "invoice.generate", "invoice.generate",
	    RPC_WRITE | RPC_OPID | RPC_LONG,
	    invoice_generate_fields,
	    "Makes the invoices of all active services for a period." },
	{ "payment.list", "payment.view", RPC_LIST, NULL,
	    "Payments; filters by status, method, date, cashier, customer." },
	{ "payment.stats", "payment.view", 0, NULL,
	    "Sums of today and of the month, and what waits." },
	{ "payment.get", "payment.view", 0, number_field,
	    "One payment with what it paid." },
	{ "payment.take", "payment.create", RPC_WRITE | RPC_OPID,
	    payment_take_fields,
	    "Takes money of a customer and books it on open invoices." },
	{ "payment.verify", "payment.approve", RPC_WRITE | RPC_OPID,
	    payment_step_fields, "Marks a transfer as seen on the bank." },
	{ "payment.confirm", "payment.approve", RPC_WRITE | RPC_OPID,
	    payment_step_fields, "Books a transfer and allocates it." },
	{ "payment.reject", "payment.approve", RPC_WRITE | RPC_OPID,
	    payment_reject_fields, "Refuses a transfer." },
	{ "receipt.render", "receipt.print", 0, receipt_render_fields,
	    "The receipt of a payment as text or ESC/POS; changes nothing." },
	{ "receipt.print", "receipt.print", RPC_WRITE | RPC_OPID,
	    receipt_print_fields,
	    "Counts a print and answers its bytes; copies are marked." },
	{ NULL }
};
