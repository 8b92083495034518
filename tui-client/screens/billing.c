/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "screens/rows.h"

/* ---------------------------------------------------------------- invoices */

static const struct column	invoice_columns[] = {
	{ "number", N_("Number"), COL_TEXT, .min = 16 },
	{ "name", N_("Name"), COL_TEXT, .min = 14, .pref = 26 },
	{ "customer", N_("Customer"), COL_TEXT, .min = 8, .drop = 5 },
	{ "period", N_("Period"), COL_PERIOD },
	{ "issued", N_("Issued"), COL_DATE, .drop = 7 },
	{ "due", N_("Due"), COL_DATE, .drop = 3 },
	{ "total", N_("Total"), COL_MONEY, .min = 10, .drop = 4 },
	{ "paid", N_("Paid"), COL_MONEY, .drop = 8 },
	{ "remaining", N_("Remaining"), COL_MONEY, .min = 10 },
	{ "status", N_("Status"), COL_STATUS, .min = 10 },
	{ "days_late", N_("Late"), COL_COUNT, .min = 5, .drop = 6 },
	COLUMNS_END
};

static const struct column	invoice_stats_columns[] = {
	{ "open", N_("Not paid"), COL_COUNT },
	{ "open_sum", N_("Not paid Rp"), COL_MONEY },
	{ "overdue", N_("Overdue"), COL_COUNT },
	{ "overdue_sum", N_("Overdue Rp"), COL_MONEY },
	{ "month_sum", N_("Month Rp"), COL_MONEY },
	{ "paid_sum", N_("Paid Rp"), COL_MONEY },
	COLUMNS_END
};

static const struct field	invoice_filters[] = {
	{ "period", F_PERIOD, .label = N_("Period") },
	{ "status", F_ENUM, .label = N_("Status"),
	    .values = invoice_states },
	{ "customer", F_REF, .label = N_("Customer"),
	    .lookup = "customer.list" },
	{ "overdue", F_BOOL, .label = N_("Overdue") },
	{ NULL }
};

#define CANCEL_ACTION							\
	{ "cancel", 'b', N_("Cancel the invoice"), "invoice.cancel",	\
	    ACT_ROW | ACT_SURE,						\
	    .presets = PRESETS({ "number", "number" }),			\
	    .when = "status", .is = "unpaid" }

static const struct action	invoice_actions[] = {
	{ "new", 'n', N_("New invoice"), "invoice.create", ACT_KEY_F6,
	    .screen = "invoice" },
	{ "generate", 'p', N_("Make a period's invoices"),
	    "invoice.generate", .presets = PRESETS({ "period", "<period" }) },
	{ "open", 'o', N_("Open"), "invoice.get", ACT_ROW | ACT_OPEN,
	    .screen = "invoice" },
	{ "customer", 'c', N_("Open the customer"), "customer.get",
	    ACT_ROW | ACT_OPEN, .screen = "customer",
	    .screen_key = "customer" },
	CANCEL_ACTION,
	{ NULL }
};

const struct screen	screen_invoices = {
	.id = "invoices", .number = 5, .group = GROUP_BILLING,
	.title = N_("Invoices"),
	.hint = N_("invoices: look at, make, cancel"),
	.kind = SCREEN_LIST, .list = "invoice.list",
	.stats = "invoice.stats", .columns = invoice_columns,
	.stat_columns = invoice_stats_columns, .filters = invoice_filters,
	.actions = invoice_actions, .key = "number", .open = "invoice",
	.topic = "invoice",
};

static const struct column	invoice_fields[] = {
	{ "customer", N_("Customer"), COL_TEXT },
	{ "status", N_("Status"), COL_STATUS },
	{ "name", N_("Name"), COL_TEXT },
	{ "total", N_("Total"), COL_MONEY },
	{ "period", N_("Period"), COL_PERIOD },
	{ "paid", N_("Paid"), COL_MONEY },
	{ "issued", N_("Issued"), COL_DATE },
	{ "remaining", N_("Remaining"), COL_MONEY },
	{ "due", N_("Due"), COL_DATE },
	{ "days_late", N_("Days late"), COL_COUNT },
	{ "subtotal", N_("Subtotal"), COL_MONEY },
	{ "discount", N_("Discount"), COL_MONEY },
	COLUMNS_END
};

static const struct column	line_rows[] = {
	{ "text", N_("Text"), COL_TEXT, .min = 24, .pref = 60 },
	{ "qty", N_("Quantity"), COL_COUNT, .min = 8 },
	{ "unit_price", N_("Unit price"), COL_MONEY },
	{ "amount", N_("Amount"), COL_MONEY },
	COLUMNS_END
};

static const struct column	tax_rows[] = {
	{ "name", N_("Tax"), COL_TEXT, .min = 12, .pref = 30 },
	{ "rate", N_("Rate"), COL_PERCENT, .min = 8 },
	{ "base", N_("Base"), COL_MONEY },
	{ "amount", N_("Amount"), COL_MONEY },
	{ "inclusive", N_("Included"), COL_BOOL, .min = 8 },
	COLUMNS_END
};

static const struct column	paid_rows[] = {
	{ "number", N_("Payment"), COL_TEXT, .min = 16 },
	{ "at", N_("When"), COL_INSTANT },
	{ "method", N_("Method"), COL_STATUS, .min = 8 },
	{ "amount", N_("Amount"), COL_MONEY },
	{ "status", N_("Status"), COL_STATUS, .min = 10, .drop = 1 },
	COLUMNS_END
};

static const struct block	invoice_main[] = {
	{ BLOCK_FIELDS, NULL, NULL, invoice_fields },
	{ BLOCK_TABLE, N_("Lines"), "lines", line_rows },
	{ BLOCK_TABLE, N_("Taxes"), "tax", tax_rows },
	{ BLOCK_TABLE, N_("Payments"), "payments", paid_rows,
	    .screen = "payment" },
	{ BLOCK_NOTE, N_("Note"), "note" },
	{ BLOCK_FIELDS }
};

static const struct tab	invoice_tabs[] = {
	{ N_("Summary"), invoice_main },
	{ NULL, NULL }
};

static const struct action	one_invoice_actions[] = {
	{ "customer", 'c', N_("Open the customer"), "customer.get",
	    ACT_ROW | ACT_OPEN, .screen = "customer",
	    .screen_key = "customer" },
	CANCEL_ACTION,
	{ NULL }
};

const struct screen	screen_invoice = {
	.id = "invoice", .number = -1, .title = N_("Invoice"),
	.kind = SCREEN_DETAIL, .get = "invoice.get", .tabs = invoice_tabs,
	.actions = one_invoice_actions, .topic = "invoice",
	.head = { "number", "name", "status" },
};

/* ---------------------------------------------------------------- payments */

static const struct column	payment_columns[] = {
	{ "number", N_("Number"), COL_TEXT, .min = 16 },
	{ "at", N_("When"), COL_INSTANT },
	{ "name", N_("Name"), COL_TEXT, .min = 12, .pref = 26 },
	{ "customer", N_("Customer"), COL_TEXT, .min = 8, .drop = 6 },
	{ "method", N_("Method"), COL_STATUS, .min = 8, .drop = 3 },
	{ "amount", N_("Amount"), COL_MONEY, .min = 10 },
	{ "reference", N_("Reference"), COL_TEXT, .min = 10, .pref = 20,
	    .drop = 7 },
	{ "status", N_("Status"), COL_STATUS, .min = 10 },
	{ "cashier", N_("Cashier"), COL_TEXT, .min = 8, .pref = 14,
	    .drop = 5 },
	{ "prints", N_("Prints"), COL_COUNT, .min = 6, .drop = 8 },
	COLUMNS_END
};

static const struct column	payment_stats_columns[] = {
	{ "count_today", N_("Today"), COL_COUNT },
	{ "today", N_("Today Rp"), COL_MONEY },
	{ "month", N_("Month Rp"), COL_MONEY },
	{ "pending", N_("Waiting"), COL_COUNT },
	{ "pending_sum", N_("Waiting Rp"), COL_MONEY },
	COLUMNS_END
};

static const struct field	payment_filters[] = {
	{ "status", F_ENUM, .label = N_("Status"),
	    .values = payment_states },
	{ "method", F_ENUM, .label = N_("Method"),
	    .values = payment_methods },
	{ "customer", F_REF, .label = N_("Customer"),
	    .lookup = "customer.list" },
	{ "cashier", F_REF, .label = N_("Cashier"), .lookup = "staff.list",
	    .lookup_key = "name" },
	{ NULL }
};

#define STEP_ACTIONS							\
	{ "verify", 'v', N_("Seen on the bank"), "payment.verify",	\
	    ACT_ROW | ACT_MANY,						\
	    .presets = PRESETS({ "number", "number" }),			\
	    .when = "status", .is = "pending" },			\
	{ "confirm", 'k', N_("Confirm and book"), "payment.confirm",	\
	    ACT_ROW | ACT_MANY,						\
	    .presets = PRESETS({ "number", "number" }),			\
	    .when = "status", .is = "pending verified" },		\
	{ "reject", 't', N_("Refuse"), "payment.reject",		\
	    ACT_ROW | ACT_SURE,						\
	    .presets = PRESETS({ "number", "number" }),			\
	    .when = "status", .is = "pending verified" }

static const struct action	payment_actions[] = {
	{ "open", 'o', N_("Open"), "payment.get", ACT_ROW | ACT_OPEN,
	    .screen = "payment" },
	{ "customer", 'p', N_("Open the customer"), "customer.get",
	    ACT_ROW | ACT_OPEN, .screen = "customer",
	    .screen_key = "customer" },
	STEP_ACTIONS,
	{ NULL }
};

const struct screen	screen_payments = {
	.id = "payments", .number = 8, .group = GROUP_BILLING,
	.title = N_("Payments"),
	.hint = N_("payments: look at, confirm transfers"),
	.kind = SCREEN_LIST, .list = "payment.list",
	.stats = "payment.stats", .columns = payment_columns,
	.stat_columns = payment_stats_columns, .filters = payment_filters,
	.actions = payment_actions, .key = "number", .open = "payment",
	.topic = "payment",
};

static const struct column	payment_fields[] = {
	{ "customer", N_("Customer"), COL_TEXT },
	{ "status", N_("Status"), COL_STATUS },
	{ "name", N_("Name"), COL_TEXT },
	{ "amount", N_("Amount"), COL_MONEY },
	{ "at", N_("When"), COL_INSTANT },
	{ "tendered", N_("Money given"), COL_MONEY },
	{ "method", N_("Method"), COL_STATUS },
	{ "change", N_("Change given"), COL_MONEY },
	{ "reference", N_("Reference"), COL_TEXT },
	{ "credited", N_("To credit"), COL_MONEY },
	{ "cashier", N_("Cashier"), COL_TEXT },
	{ "prints", N_("Prints"), COL_COUNT },
	COLUMNS_END
};

static const struct column	allocated_rows[] = {
	{ "invoice", N_("Invoice"), COL_TEXT, .min = 16 },
	{ "period", N_("Period"), COL_PERIOD },
	{ "amount", N_("Amount"), COL_MONEY },
	{ "total", N_("Total"), COL_MONEY },
	{ "remaining", N_("Remaining"), COL_MONEY },
	{ "status", N_("Status"), COL_STATUS },
	COLUMNS_END
};

static const struct column	copy_rows[] = {
	{ "at", N_("When"), COL_INSTANT },
	{ "by", N_("Who"), COL_TEXT, .min = 8, .pref = 14 },
	{ "copy", N_("Copy"), COL_COUNT, .min = 7 },
	{ "printer", N_("Printer"), COL_TEXT, .min = 12, .pref = 30 },
	{ "reason", N_("Reason"), COL_TEXT, .min = 10, .pref = 30 },
	COLUMNS_END
};

static const struct block	payment_main[] = {
	{ BLOCK_FIELDS, NULL, NULL, payment_fields },
	{ BLOCK_TABLE, N_("Paid with it"), "allocated", allocated_rows,
	    .screen = "invoice", .screen_key = "invoice" },
	{ BLOCK_NOTE, N_("Note"), "note" },
	{ BLOCK_NOTE, N_("Reason"), "reason" },
	{ BLOCK_TABLE, N_("Prints"), "copies", copy_rows },
	{ BLOCK_FIELDS }
};

static const struct tab	payment_tabs[] = {
	{ N_("Summary"), payment_main },
	{ NULL, NULL }
};

static const struct action	one_payment_actions[] = {
	{ "customer", 'p', N_("Open the customer"), "customer.get",
	    ACT_ROW | ACT_OPEN, .screen = "customer",
	    .screen_key = "customer" },
	STEP_ACTIONS,
	{ NULL }
};

const struct screen	screen_payment = {
	.id = "payment", .number = -1, .title = N_("Payment"),
	.kind = SCREEN_DETAIL, .get = "payment.get", .tabs = payment_tabs,
	.actions = one_payment_actions, .topic = "payment",
	.head = { "number", "name", "status" },
};

/* ---------------------------------------------------------------- drawers */

static const struct column	cash_columns[] = {
	{ "number", N_("Number"), COL_TEXT, .min = 17 },
	{ "user", N_("User"), COL_TEXT, .min = 8, .pref = 14 },
	{ "drawer", N_("Drawer"), COL_TEXT, .min = 6, .pref = 14,
	    .drop = 4 },
	{ "opened_at", N_("Opened"), COL_INSTANT },
	{ "closed_at", N_("Closed"), COL_INSTANT, .drop = 5 },
	{ "float", N_("Float"), COL_MONEY, .drop = 6 },
	{ "expected", N_("Expected"), COL_MONEY, .drop = 1 },
	{ "counted", N_("Counted"), COL_MONEY, .drop = 3 },
	{ "variance", N_("Variance"), COL_MONEY, .min = 9 },
	{ "status", N_("Status"), COL_STATUS, .min = 7 },
	COLUMNS_END
};

static const struct action	cash_actions[] = {
	{ "open", 'b', N_("Open the drawer"), "cash.open", ACT_KEY_F6 },
	{ "close", 't', N_("Close the drawer"), "cash.close",
	    .screen = "cash-session" },
	{ "show", 'o', N_("Open"), "cash.get", ACT_ROW | ACT_OPEN,
	    .screen = "cash-session" },
	{ NULL }
};

const struct screen	screen_cash = {
	.id = "cash", .number = 4, .group = GROUP_COUNTER,
	.title = N_("Cash sessions"),
	.hint = N_("open and close the drawer"),
	.kind = SCREEN_LIST, .list = "cash.list", .columns = cash_columns,
	.actions = cash_actions, .key = "number", .open = "cash-session",
	.topic = "cash",
};

static const struct column	cash_fields[] = {
	{ "user", N_("User"), COL_TEXT },
	{ "status", N_("Status"), COL_STATUS },
	{ "drawer", N_("Drawer"), COL_TEXT },
	{ "float", N_("Float"), COL_MONEY },
	{ "opened_at", N_("Opened"), COL_INSTANT },
	{ "expected", N_("Expected"), COL_MONEY },
	{ "closed_at", N_("Closed"), COL_INSTANT },
	{ "counted", N_("Counted"), COL_MONEY },
	{ "payments", N_("Payments"), COL_COUNT },
	{ "variance", N_("Variance"), COL_MONEY },
	{ "cash_in", N_("Cash taken"), COL_MONEY },
	{ "change", N_("Change given"), COL_MONEY },
	COLUMNS_END
};

static const struct block	cash_main[] = {
	{ BLOCK_FIELDS, NULL, NULL, cash_fields },
	{ BLOCK_NOTE, N_("Note"), "note" },
	{ BLOCK_FIELDS }
};

static const struct tab	cash_tabs[] = {
	{ N_("Summary"), cash_main },
	{ NULL, NULL }
};

const struct screen	screen_cash_detail = {
	.id = "cash-session", .number = -1, .title = N_("Cash session"),
	.kind = SCREEN_DETAIL, .get = "cash.get", .tabs = cash_tabs,
	.topic = "cash", .head = { "number", "user", "status" },
};
