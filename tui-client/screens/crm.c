/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "screens/rows.h"

/* ---------------------------------------------------------------- customers */

static const struct column	customer_columns[] = {
	{ "number", N_("No."), COL_TEXT, .min = 7 },
	{ "name", N_("Name"), COL_TEXT, .min = 14, .pref = 28 },
	{ "address", N_("Address"), COL_TEXT, .min = 10, .pref = 30,
	    .drop = 3 },
	{ "village", N_("Village"), COL_TEXT, .min = 10, .pref = 16,
	    .drop = 8 },
	{ "district", N_("District"), COL_TEXT, .min = 10, .pref = 16,
	    .drop = 9 },
	{ "phone", N_("Phone"), COL_PHONE, .min = 14, .drop = 6 },
	{ "package", N_("Package"), COL_TEXT, .min = 8, .pref = 12,
	    .drop = 4 },
	{ "price", N_("Price"), COL_MONEY, .min = 9, .drop = 10 },
	{ "status", N_("Status"), COL_STATUS, .min = 10 },
	{ "owed", N_("Owes"), COL_MONEY, .min = 10 },
	{ "credit", N_("Credit"), COL_MONEY, .min = 9, .drop = 7 },
	{ "since", N_("Since"), COL_DATE, .drop = 11 },
	COLUMNS_END
};

static const struct column	customer_stats[] = {
	{ "total", N_("Total"), COL_COUNT },
	{ "active", N_("Active"), COL_COUNT },
	{ "pending", N_("In progress"), COL_COUNT },
	{ "suspended", N_("Isolir"), COL_COUNT },
	{ "terminated", N_("Terminated"), COL_COUNT },
	{ "owing", N_("Owing"), COL_COUNT },
	COLUMNS_END
};

static const struct field	customer_filters[] = {
	{ "status", F_ENUM, .label = N_("Status"),
	    .values = customer_states },
	{ "package", F_REF, .label = N_("Package"), .lookup = "package.list",
	    .lookup_key = "code" },
	{ "village", F_TEXT, .label = N_("Village") },
	{ "district", F_TEXT, .label = N_("District") },
	{ NULL }
};

static const struct action	customer_actions[] = {
	{ "new", 'n', N_("New customer"), "customer.create", ACT_KEY_F6,
	    .screen = "customer" },
	{ "open", 'o', N_("Open"), "customer.get", ACT_ROW | ACT_OPEN,
	    .screen = "customer" },
	{ "update", 'u', N_("Change data"), "customer.update",
	    ACT_ROW | ACT_UPDATE, .get = "customer.get",
	    .presets = PRESETS({ "number", "number" }) },
	{ "invoice", 't', N_("New invoice"), "invoice.create", ACT_ROW,
	    .presets = PRESETS({ "customer", "number" }),
	    .screen = "invoice" },
	{ NULL }
};

const struct screen	screen_customers = {
	.id = "customers", .number = 2, .group = GROUP_COUNTER,
	.title = N_("Customers"),
	.hint = N_("customers: find, look at, change"),
	.kind = SCREEN_LIST,
	.list = "customer.list", .stats = "customer.stats",
	.columns = customer_columns, .stat_columns = customer_stats,
	.filters = customer_filters, .actions = customer_actions,
	.key = "number", .open = "customer", .topic = "customer",
};

const struct screen	screen_arrears = {
	.id = "arrears", .number = 6, .group = GROUP_BILLING,
	.title = N_("Arrears & isolir"),
	.hint = N_("who owes money"),
	.kind = SCREEN_LIST,
	.list = "customer.list", .columns = customer_columns,
	.filters = customer_filters, .actions = customer_actions,
	.preset = N_("owed:>0"), .need = "invoice.list",
	.key = "number", .open = "customer", .topic = "customer",
};

static const struct action	customer_new_action[] = {
	{ "new", 'n', N_("New installation"), "customer.create",
	    .screen = "customer" },
	{ NULL }
};

const struct screen	screen_customer_new = {
	.id = "customer-new", .number = 3, .group = GROUP_COUNTER,
	.title = N_("New installation"),
	.hint = N_("register a customer"),
	.kind = SCREEN_FORM, .form = customer_new_action,
};

/* ---------------------------------------------------------------- one */

static const struct column	summary_fields[] = {
	{ "address", N_("Address"), COL_TEXT },
	{ "owed", N_("Owes"), COL_MONEY, .need = "invoice.list" },
	{ "village", N_("Village"), COL_TEXT },
	{ "credit", N_("Credit"), COL_MONEY, .need = "invoice.list" },
	{ "phone", N_("Phone/WA"), COL_PHONE },
	{ "status", N_("Status"), COL_STATUS },
	{ "email", N_("E-mail"), COL_TEXT },
	{ "since", N_("Since"), COL_DATE },
	COLUMNS_END
};

static const struct column	behaviour_fields[] = {
	{ "label", N_("Pays"), COL_LABEL },
	{ "score", N_("On time"), COL_PERCENT },
	{ "on_time", N_("Times on time"), COL_COUNT },
	{ "late", N_("Times late"), COL_COUNT },
	{ "mean_days_late", N_("Mean days late"), COL_TEXT },
	COLUMNS_END
};

static const struct column	data_fields[] = {
	{ "rt_rw", N_("RT/RW"), COL_TEXT },
	{ "village", N_("Village"), COL_TEXT },
	{ "district", N_("District"), COL_TEXT },
	{ "city", N_("City"), COL_TEXT },
	{ "province", N_("Province"), COL_TEXT },
	{ "postal_code", N_("Postal code"), COL_TEXT },
	{ "latitude", N_("Latitude"), COL_TEXT },
	{ "longitude", N_("Longitude"), COL_TEXT },
	{ "id_number", N_("ID number"), COL_TEXT },
	{ "npwp", N_("NPWP"), COL_TEXT },
	{ "branch", N_("Branch"), COL_TEXT },
	{ "partner", N_("Partner"), COL_TEXT },
	{ "assigned_to", N_("Technician"), COL_TEXT },
	{ "pay_url", N_("Payment page"), COL_TEXT },
	COLUMNS_END
};

static const struct column	service_rows[] = {
	{ "seq", N_("#"), COL_COUNT, .min = 2 },
	{ "package_name", N_("Package"), COL_TEXT, .min = 14, .pref = 24 },
	{ "price", N_("Price"), COL_MONEY, .min = 9 },
	{ "status", N_("Status"), COL_STATUS, .min = 10 },
	{ "pppoe_user", N_("PPPoE"), COL_TEXT, .min = 10, .pref = 20,
	    .drop = 3 },
	{ "odp_port", N_("ODP port"), COL_TEXT, .min = 9, .drop = 4 },
	{ "onu_serial", N_("ONU serial"), COL_TEXT, .min = 12, .drop = 6 },
	{ "billing_day", N_("Day"), COL_COUNT, .min = 4, .drop = 5 },
	{ "installed_on", N_("Installed"), COL_DATE, .drop = 7 },
	COLUMNS_END
};

static const struct column	customer_invoice_rows[] = {
	{ "number", N_("Number"), COL_TEXT, .min = 16 },
	{ "period", N_("Period"), COL_PERIOD },
	{ "due", N_("Due"), COL_DATE },
	{ "total", N_("Total"), COL_MONEY },
	{ "remaining", N_("Remaining"), COL_MONEY },
	{ "status", N_("Status"), COL_STATUS },
	{ "days_late", N_("Late"), COL_COUNT, .drop = 2 },
	COLUMNS_END
};

static const struct column	customer_payment_rows[] = {
	{ "number", N_("Number"), COL_TEXT, .min = 16 },
	{ "at", N_("When"), COL_INSTANT },
	{ "method", N_("Method"), COL_STATUS, .min = 8 },
	{ "amount", N_("Amount"), COL_MONEY },
	{ "status", N_("Status"), COL_STATUS, .min = 10 },
	{ "cashier", N_("Cashier"), COL_TEXT, .min = 8, .pref = 16,
	    .drop = 1 },
	COLUMNS_END
};

static const struct column	history_rows[] = {
	{ "at", N_("When"), COL_INSTANT },
	{ "by", N_("Who"), COL_TEXT, .min = 8, .pref = 14 },
	{ "what", N_("What"), COL_STATUS, .min = 14, .pref = 24 },
	{ "note", N_("Note"), COL_TEXT, .min = 14, .pref = 60 },
	COLUMNS_END
};

#define SERVICE_BLOCK							\
	{ BLOCK_TABLE, N_("Services"), "services", service_rows }

static const struct block	summary_blocks[] = {
	{ BLOCK_FIELDS, NULL, NULL, summary_fields },
	SERVICE_BLOCK,
	{ BLOCK_TABLE, N_("Invoices"), "invoices", customer_invoice_rows,
	    .screen = "invoice", .need = "invoice.list" },
	{ BLOCK_FIELDS, N_("Payment behaviour"), "behaviour",
	    behaviour_fields, .need = "invoice.list" },
	{ BLOCK_NOTE, N_("Notes"), "notes" },
	{ BLOCK_FIELDS }
};
static const struct block	service_blocks[] = {
	SERVICE_BLOCK,
	{ BLOCK_FIELDS }
};
static const struct block	invoice_blocks[] = {
	{ BLOCK_TABLE, NULL, NULL, customer_invoice_rows,
	    .list = "invoice.list", .filter = "customer",
	    .screen = "invoice" },
	{ BLOCK_FIELDS }
};
static const struct block	payment_blocks[] = {
	{ BLOCK_TABLE, NULL, NULL, customer_payment_rows,
	    .list = "payment.list", .filter = "customer",
	    .screen = "payment" },
	{ BLOCK_FIELDS }
};
static const struct block	data_blocks[] = {
	{ BLOCK_FIELDS, NULL, NULL, data_fields },
	{ BLOCK_FIELDS }
};
static const struct block	history_blocks[] = {
	{ BLOCK_TABLE, NULL, "history", history_rows },
	{ BLOCK_FIELDS }
};

static const struct tab	customer_tabs[] = {
	{ N_("Summary"), summary_blocks },
	{ N_("Services"), service_blocks },
	{ N_("Invoices"), invoice_blocks },
	{ N_("Pays"), payment_blocks },
	{ N_("Data"), data_blocks },
	{ N_("History"), history_blocks },
	{ NULL, NULL }
};

static const struct action	one_customer_actions[] = {
	{ "update", 'u', N_("Change data"), "customer.update",
	    ACT_ROW | ACT_UPDATE | ACT_KEY_F7,
	    .presets = PRESETS({ "number", "number" }) },
	{ "service-status", 's', N_("Status of the service"),
	    "service.status", ACT_ROW,
	    .presets = PRESETS({ "customer", "^number" },
	    { "service", "id" }), .block = "services",
	    .choose = "status", .from = "next" },
	{ "service-update", 'l', N_("Change the service"), "service.update",
	    ACT_ROW | ACT_UPDATE,
	    .presets = PRESETS({ "customer", "^number" },
	    { "service", "id" }, { "price", "~own_price" }),
	    .block = "services",
	    .choose = "status", .from = "next" },
	{ "service-new", 'a', N_("Add a service"), "service.create", ACT_ROW,
	    .presets = PRESETS({ "customer", "number" }) },
	{ "invoice-new", 't', N_("New invoice"), "invoice.create", ACT_ROW,
	    .presets = PRESETS({ "customer", "number" }),
	    .screen = "invoice" },
	{ NULL }
};

const struct screen	screen_customer = {
	.id = "customer", .number = -1,
	.title = N_("Customer"),
	.kind = SCREEN_DETAIL, .get = "customer.get",
	.tabs = customer_tabs, .actions = one_customer_actions,
	.topic = "customer", .head = { "number", "name", "status" },
};

/* ---------------------------------------------------------------- services */

static const struct column	service_columns[] = {
	{ "customer", N_("No."), COL_TEXT, .min = 7 },
	{ "name", N_("Name"), COL_TEXT, .min = 14, .pref = 26 },
	{ "package", N_("Package"), COL_TEXT, .min = 8, .pref = 14 },
	{ "price", N_("Price"), COL_MONEY, .min = 9 },
	{ "status", N_("Status"), COL_STATUS, .min = 10 },
	{ "pppoe_user", N_("PPPoE"), COL_TEXT, .min = 10, .pref = 20,
	    .drop = 2 },
	{ "address", N_("Address"), COL_TEXT, .min = 10, .pref = 30,
	    .drop = 3 },
	COLUMNS_END
};

static const struct field	service_filters[] = {
	{ "status", F_ENUM, .label = N_("Status"),
	    .values = service_states },
	{ "package", F_REF, .label = N_("Package"), .lookup = "package.list",
	    .lookup_key = "code" },
	{ NULL }
};

static const struct action	service_actions[] = {
	{ "open", 'o', N_("Open"), "customer.get",
	    ACT_ROW | ACT_OPEN | ACT_KEY_F6, .screen = "customer",
	    .screen_key = "customer" },
	{ NULL }
};

const struct screen	screen_services = {
	.id = "services", .number = 9, .group = GROUP_BILLING,
	.title = N_("Services"),
	.hint = N_("services of all customers"),
	.kind = SCREEN_LIST, .list = "service.list",
	.columns = service_columns, .filters = service_filters,
	.actions = service_actions, .key = "id", .topic = "service",
	.open = "customer", .open_key = "customer",
};

/* ---------------------------------------------------------------- packages */

static const struct column	package_columns[] = {
	{ "code", N_("Code"), COL_TEXT, .min = 10, .pref = 16 },
	{ "name", N_("Name"), COL_TEXT, .min = 16, .pref = 34 },
	{ "down_mbps", N_("Down"), COL_COUNT, .min = 6 },
	{ "up_mbps", N_("Up"), COL_COUNT, .min = 6 },
	{ "price", N_("Price"), COL_MONEY },
	{ "services", N_("Services"), COL_COUNT, .min = 8 },
	{ "active", N_("On sale"), COL_BOOL, .min = 7 },
	COLUMNS_END
};

static const struct action	package_actions[] = {
	{ "new", 'n', N_("New package"), "package.create", ACT_KEY_F6 },
	{ "update", 'u', N_("Change"), "package.update",
	    ACT_ROW | ACT_UPDATE, .get = "package.get", .get_key = "code",
	    .presets = PRESETS({ "code", "code" }) },
	{ NULL }
};

const struct screen	screen_packages = {
	.id = "packages", .number = 21, .group = GROUP_MANAGE,
	.title = N_("Packages & prices"),
	.hint = N_("packages, speeds, prices"),
	.kind = SCREEN_LIST, .list = "package.list",
	.columns = package_columns, .actions = package_actions,
	.key = "code", .topic = "package", .enter = "update",
};
