/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/perms.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "api/methods.h"

const struct role_row role_rows[ROLE_COUNT_] = {
	[ROLE_SA] = { "super-admin", N_("Super Admin"), "all" },
	[ROLE_AD] = { "admin", N_("Admin"), "all" },
	[ROLE_SL] = { "sales-cs", N_("Sales & CS"), "all" },
	[ROLE_FN] = { "finance", N_("Finance"), "all" },
	[ROLE_NC] = { "noc", N_("NOC"), "all" },
	[ROLE_WH] = { "warehouse", N_("Warehouse"), "all" },
	[ROLE_HR] = { "hrd", N_("HRD"), "all" },
	[ROLE_TK] = { "technician", N_("Field Technician"), "own" },
	[ROLE_RS] = { "reseller", N_("Reseller"), "partner" },
};

static const char *const role_codes[ROLE_COUNT_] = {
	"SA", "AD", "SL", "FN", "NC", "WH", "HR", "TK", "RS"
};

const struct menu_row menu_rows[] = {
	/* object, label, letters,	SA AD SL FN NC WH HR TK RS */
	{ "dashboard", N_("Dashboard"), "R",
	    { "F", "F", "F", "F", "F", "F", "F", "F", "F" } },
	{ "lead", N_("Leads"), "RCUDX",
	    { "F", "F", "RCUX", "", "", "", "", "", "RC" } },
	{ "customer", N_("Customers"), "RCUD",
	    { "F", "F", "RCU", "R", "R", "", "", "R", "R" } },
	{ "contract", N_("Contracts"), "RCUD",
	    { "F", "F", "RCU", "", "", "", "", "", "" } },
	{ "partner", N_("Partners"), "RCUD",
	    { "F", "F", "RCU", "", "", "", "", "", "" } },
	{ "invoice", N_("Invoices"), "RCUD",
	    { "F", "F", "", "RCUD", "", "", "", "", "R" } },
	{ "payment", N_("Payments"), "RCA",
	    { "F", "F", "", "RCA", "", "", "", "", "" } },
	{ "recurring", N_("Recurring billing"), "RCUX",
	    { "F", "F", "", "RCUX", "", "", "", "", "" } },
	{ "proforma", N_("Proforma"), "RCUX",
	    { "F", "F", "", "RCUX", "", "", "", "", "" } },
	{ "credit_note", N_("Credit notes"), "RCUX",
	    { "F", "F", "", "RCUX", "", "", "", "", "" } },
	{ "report", N_("Financial reports"), "R",
	    { "F", "F", "", "R", "", "", "", "", "" } },
	{ "monitor", N_("Network monitor"), "RX",
	    { "F", "F", "", "", "RX", "", "", "", "" } },
	{ "olt", N_("OLT"), "RCUDX",
	    { "F", "F", "", "", "F", "", "", "R", "" } },
	{ "odp", N_("ODP"), "RCUD",
	    { "F", "F", "", "", "F", "", "", "R", "" } },
	{ "router", N_("Routers"), "RCUDX",
	    { "F", "F", "", "", "F", "", "", "R", "" } },
	{ "ipam", N_("IP addresses"), "RCUD",
	    { "F", "F", "", "", "F", "", "", "R", "" } },
	{ "bandwidth", N_("Bandwidth"), "RCUD",
	    { "F", "F", "", "", "F", "", "", "", "" } },
	{ "topology", N_("Topology"), "R",
	    { "F", "F", "", "", "F", "", "", "R", "" } },
	{ "hotspot", N_("Hotspot vouchers"), "RCUDX",
	    { "F", "F", "RCX", "", "F", "", "", "", "" } },
	{ "radius", N_("RADIUS"), "RCUD",
	    { "F", "F", "", "", "F", "", "", "", "" } },
	{ "ticket", N_("Tickets"), "RCUD",
	    { "F", "F", "RCU", "", "RCU", "", "", "RU", "" } },
	{ "message", N_("Messages"), "RX",
	    { "F", "F", "RX", "", "", "", "", "", "" } },
	{ "article", N_("Knowledge base"), "RCUD",
	    { "F", "F", "R", "", "F", "", "", "R", "" } },
	{ "sla", N_("SLA"), "RCUD",
	    { "F", "F", "", "", "F", "", "", "", "" } },
	{ "technician", N_("Technicians"), "RCUD",
	    { "F", "F", "", "", "F", "", "", "", "" } },
	{ "work_order", N_("Work orders"), "RCUDX",
	    { "F", "F", "", "", "RCUX", "", "", "RX", "" } },
	{ "schedule", N_("Scheduling"), "RU",
	    { "F", "F", "", "", "RU", "", "", "R", "" } },
	{ "install_report", N_("Installation reports"), "RCUD",
	    { "F", "F", "", "", "RC", "", "", "RC", "" } },
	{ "gps", N_("GPS tracking"), "RX",
	    { "R", "R", "", "", "R", "", "", "X", "" } },
	{ "stock", N_("Stock"), "RCUDX",
	    { "F", "F", "", "", "", "RCUX", "", "", "" } },
	{ "asset", N_("Assets"), "RCUD",
	    { "F", "F", "", "", "", "F", "", "", "" } },
	{ "vendor", N_("Vendors"), "RCUD",
	    { "F", "F", "", "", "", "F", "", "", "" } },
	{ "purchase", N_("Purchase orders"), "RCUDA",
	    { "F", "F", "", "RA", "", "RCU", "", "", "" } },
	{ "employee", N_("Employees"), "RCUD",
	    { "F", "F", "", "", "", "", "F", "", "" } },
	{ "attendance", N_("Attendance"), "RCUDX",
	    { "F", "F", "X", "X", "X", "X", "F", "X", "" } },
	{ "payroll", N_("Payroll"), "RCUA",
	    { "F", "F", "", "RCUA", "", "", "RCUA", "", "" } },
	{ "leave", N_("Leave"), "RCUDA",
	    { "F", "F", "C", "C", "C", "C", "F", "C", "" } },
	{ "campaign", N_("Campaigns"), "RCUX",
	    { "F", "F", "RCUX", "", "", "", "", "", "" } },
	{ "promotion", N_("Promotions"), "RCU",
	    { "F", "F", "RCU", "", "", "", "", "", "" } },
	{ "referral", N_("Referrals"), "RCX",
	    { "F", "F", "RCX", "", "", "", "", "", "" } },
	{ "setting", N_("General settings"), "RU",
	    { "F", "", "", "", "", "", "", "", "" } },
	{ "gateway", N_("Payment gateways"), "RU",
	    { "F", "", "", "RU", "", "", "", "", "" } },
	{ "user", N_("Users"), "RCUD",
	    { "F", "RCU", "", "", "", "", "R", "", "" } },
	{ "role", N_("Roles & permissions"), "RCUD",
	    { "F", "", "", "", "", "", "", "", "" } },
	{ "audit", N_("Audit log"), "RX",
	    { "F", "", "", "", "", "", "", "", "" } },
	{ "backup", N_("Backup & restore"), "RX",
	    { "F", "", "", "", "", "", "", "", "" } },
	{ "api_key", N_("API keys"), "RCUD",
	    { "F", "", "", "", "", "", "", "", "" } },
	{ "package", N_("Packages"), "RCUD",
	    { "F", "F", "R", "R", "", "", "", "", "R" } },
	{ NULL, NULL, NULL, { NULL } }
};

const struct extra_perm_row extra_perm_rows[] = {
	{ "customer.step", N_("Installation steps of own customers"), "SA AD SL TK" },
	{ "invoice.generate", N_("Make the invoices of a period"), "FN AD SA" },
	{ "payment.reverse", N_("Reverse a payment"), "FN AD SA" },
	{ "cash.use", N_("Open and close a cash drawer"), "FN AD SA" },
	{ "receipt.print", N_("Print receipts"), "FN AD SA" },
	{ "system.stats", N_("Figures of the server"), "SA" },
	{ "session.manage", N_("Sessions of other users"), "SA" },
	{ NULL, NULL, NULL }
};

static const struct {
	char		 letter;
	const char	*verb;
} verbs[] = {
	{ 'R', "view" }, { 'C', "create" }, { 'U', "update" },
	{ 'D', "delete" }, { 'A', "approve" }, { 'X', "run" },
};

static int
role_may(const char *cell, char letter)
{
	return strcmp(cell, "F") == 0 || strchr(cell, letter) != NULL;
}

struct perm_use {
	const char	*perm;
	bool		 used;
};

static void
perm_use_note(const struct rpc_method *m, void *arg)
{
	struct perm_use	*u = arg;

	if (strcmp(m->perm, u->perm) == 0)
		u->used = true;
}

/* These two are asked for inside of functions, by no method row. */
static json_t *
perm_row(const char *perm, const char *label, json_t *roles)
{
	struct perm_use	u = { perm, strcmp(perm, "customer.delete") == 0 ||
	    strcmp(perm, "session.manage") == 0 };

	rpc_method_each(perm_use_note, &u);
	return json_pack("{s:s,s:s,s:b,s:o}", "perm", perm, "label", label,
	    "used", u.used, "roles", roles);
}

json_t *
perms_json(void)
{
	const struct menu_row		*m;
	const struct extra_perm_row	*x;
	json_t				*out = json_array(), *roles;
	char				 name[64];
	size_t				 v;
	int				 r;

	for (m = menu_rows; m->object != NULL; m++)
		for (v = 0; v < sizeof verbs / sizeof verbs[0]; v++) {
			if (strchr(m->letters, verbs[v].letter) == NULL)
				continue;
			snprintf(name, sizeof name, "%s.%s", m->object,
			    verbs[v].verb);
			roles = json_array();
			for (r = 0; r < ROLE_COUNT_; r++)
				if (role_may(m->may[r], verbs[v].letter))
					json_array_append_new(roles,
					    json_string(role_rows[r].id));
			json_array_append_new(out,
			    perm_row(name, m->label, roles));
		}
	for (x = extra_perm_rows; x->perm != NULL; x++) {
		roles = json_array();
		for (r = 0; r < ROLE_COUNT_; r++)
			if (strstr(x->roles, role_codes[r]) != NULL)
				json_array_append_new(roles,
				    json_string(role_rows[r].id));
		json_array_append_new(out,
		    perm_row(x->perm, x->label, roles));
	}
	return out;
}

json_t *
roles_json(void)
{
	json_t	*out = json_array();
	int	 r;

	for (r = 0; r < ROLE_COUNT_; r++)
		json_array_append_new(out, json_pack("{s:s,s:s,s:s}", "id",
		    role_rows[r].id, "label", role_rows[r].label, "scope",
		    role_rows[r].scope));
	return out;
}

int
perm_known(const char *perm)
{
	json_t	*all = perms_json(), *row;
	size_t	 i;
	int	 found = 0;

	json_array_foreach(all, i, row)
		if (strcmp(json_string_value(json_object_get(row, "perm")),
		    perm) == 0)
			found = 1;
	json_decref(all);
	return found;
}
