/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef API_TABLES_H
#define API_TABLES_H

#include "api/methods.h"
#include "api/perms.h"

/* One method table per domain; methods.c lists them. */
extern const struct rpc_method session_methods[];
extern const struct rpc_method crm_methods[];
extern const struct rpc_method billing_methods[];
extern const struct rpc_method cash_methods[];
extern const struct rpc_method admin_methods[];

/* Rows that several methods share. */
#define FIELD_NOTE_ROW							\
	{ "note", F_NOTE, .max = 500, .label = N_("Note") }
#define FIELD_REASON_ROW						\
	{ "reason", F_TEXT, .min = 3, .max = 255,			\
	    .flags = FIELD_REQUIRED, .label = N_("Reason") }
#define FIELD_CUSTOMER_ROW						\
	{ "customer", F_REF, .flags = FIELD_REQUIRED,			\
	    .label = N_("Customer"), .lookup = "customer.list" }
#define FIELD_VERSION_ROW						\
	{ "version", F_INT, 1, INT32_MAX, .flags = FIELD_HIDDEN }

#endif
