/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/tables.h"

static const struct field cash_open_fields[] = {
	{ "float", F_MONEY, 0, INT64_C(1000000000), .flags = FIELD_REQUIRED,
	    .label = N_("Float in the drawer") },
	{ "drawer", F_TEXT, .max = 40, .label = N_("Drawer"),
	    .help = N_("Empty: the drawer of your name.") },
	{ NULL }
};

static const struct field cash_close_fields[] = {
	{ "counted", F_MONEY, 0, INT64_C(100000000000),
	    .label = N_("Money counted"),
	    .help = N_("Count before you look at what is expected.") },
	{ "note", F_NOTE, .max = 500, .label = N_("Note") },
	{ NULL }
};

static const struct field cash_get_fields[] = {
	{ "number", F_REF, .label = N_("Number"),
	    .help = N_("Empty: your own open session.") },
	{ NULL }
};

static const struct field counter_bill_fields[] = {
	FIELD_CUSTOMER_ROW,
	{ NULL }
};

static const struct field counter_find_fields[] = {
	{ "q", F_TEXT, .max = 100, .flags = FIELD_REQUIRED,
	    .label = N_("Search") },
	{ NULL }
};

const struct rpc_method cash_methods[] = {
	{ "cash.open", "cash.use", RPC_WRITE | RPC_OPID, cash_open_fields,
	    "Opens a cash session for oneself." },
	{ "cash.close", "cash.use", RPC_WRITE | RPC_OPID, cash_close_fields,
	    "Closes one's cash session and posts the difference." },
	{ "cash.list", "cash.use", RPC_LIST, NULL, "Cash sessions." },
	{ "cash.get", "cash.use", 0, cash_get_fields,
	    "A cash session with its sums." },
	{ "counter.find", "payment.create", 0, counter_find_fields,
	    "Finds the customer a clerk means: number, last digits, phone, name, scanned code." },
	{ "counter.bill", "payment.create", 0, counter_bill_fields,
	    "What the counter shows of a customer: open invoices, credit, services." },
	{ "counter.recent", "payment.create", 0, NULL,
	    "The last payments of one's own and the state of one's drawer." },
	{ NULL }
};
