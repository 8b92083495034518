/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SCREENS_ROWS_H
#define SCREENS_ROWS_H

#include "api/methods.h"
#include "i18n.h"
#include "screen.h"

/* One extern per screen; table.c lists them in menu order. */
extern const struct screen	screen_customers, screen_customer,
				screen_customer_new, screen_services,
				screen_arrears, screen_packages;
extern const struct screen	screen_invoices, screen_invoice,
				screen_payments, screen_payment;
extern const struct screen	screen_cash, screen_cash_detail;
extern const struct screen	screen_users, screen_roles, screen_rights,
				screen_settings, screen_audit,
				screen_audit_entry, screen_sessions,
				screen_stats;

#define COLUMNS_END	{ NULL }
#define PRESETS(...)	(const struct preset[]){ __VA_ARGS__, { NULL, NULL } }

#endif
