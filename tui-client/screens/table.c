/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "screens/custom/custom.h"
#include "screens/rows.h"

/*
 * Every screen, in the order of the menu. Numbers are typed from memory: once
 * given they are never used for another screen.
 */
const struct screen *const	screen_table[] = {
	&screen_dashboard,
	&screen_counter,
	&screen_customers,
	&screen_customer_new,
	&screen_cash,
	&screen_invoices,
	&screen_arrears,
	&screen_payments,
	&screen_services,
	&screen_packages,
	&screen_users,
	&screen_roles,
	&screen_settings,
	&screen_audit,
	&screen_sessions,
	&screen_stats,
	/* opened from others, not in the menu */
	&screen_customer,
	&screen_invoice,
	&screen_payment,
	&screen_cash_detail,
	&screen_rights,
	&screen_audit_entry,
	NULL
};
