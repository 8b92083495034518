/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/tables.h"

const char *const service_states[] = { "registered", "survey", "approved",
	"scheduled", "installing", "active", "suspended", "paused",
	"terminated", NULL };
const char *const customer_states[] = { "registered", "survey", "approved",
	"scheduled", "installing", "active", "suspended", "paused",
	"terminated", "archived", NULL };

static const struct field number_field[] = {
	{ "number", F_REF, .flags = FIELD_REQUIRED, .label = N_("Number"),
	    .lookup = "customer.list" },
	{ NULL }
};

#define ADDRESS_ROWS							\
	{ "rt_rw", F_TEXT, .max = 20, .label = N_("RT/RW") },		\
	{ "village", F_TEXT, .max = 100, .label = N_("Village") },	\
	{ "district", F_TEXT, .max = 100, .label = N_("District") },	\
	{ "city", F_TEXT, .max = 100, .label = N_("City") },		\
	{ "province", F_TEXT, .max = 100, .label = N_("Province") },	\
	{ "postal_code", F_CODE, .max = 10, .label = N_("Postal code") }, \
	{ "latitude", F_DECIMAL, .label = N_("Latitude") },		\
	{ "longitude", F_DECIMAL, .label = N_("Longitude") }

#define IDENTITY_ROWS							\
	{ "email", F_EMAIL, .label = N_("E-mail") },			\
	{ "id_number", F_CODE, .max = 20, .label = N_("ID number"),	\
	    .help = N_("Shown masked to everybody afterwards.") },	\
	{ "npwp", F_CODE, .max = 30, .label = N_("NPWP") }

#define ASSIGN_ROWS							\
	{ "branch", F_REF, .label = N_("Branch"),			\
	    .lookup = "branch.list", .lookup_key = "code" },		\
	{ "partner", F_REF, .label = N_("Partner"),			\
	    .lookup = "partner.list", .lookup_key = "code" },		\
	{ "assigned_to", F_REF, .label = N_("Technician"),		\
	    .lookup = "staff.list", .lookup_key = "name" },		\
	{ "notes", F_NOTE, .max = 2000, .label = N_("Notes") }

static const struct field customer_create_fields[] = {
	{ "name", F_TEXT, .min = 2, .max = 200, .flags = FIELD_REQUIRED,
	    .label = N_("Full name") },
	{ "phone", F_PHONE, .flags = FIELD_REQUIRED,
	    .label = N_("Phone/WhatsApp") },
	{ "address", F_TEXT, .min = 3, .max = 255, .flags = FIELD_REQUIRED,
	    .label = N_("Address") },
	{ "package", F_REF, .flags = FIELD_REQUIRED, .label = N_("Package"),
	    .lookup = "package.list", .lookup_key = "code" },
	ADDRESS_ROWS,
	IDENTITY_ROWS,
	{ "billing_day", F_INT, 1, 31, .label = N_("Billing day"),
	    .preset = "1" },
	{ "pppoe_user", F_CODE, .max = 64, .label = N_("PPPoE user") },
	ASSIGN_ROWS,
	{ NULL }
};

static const struct field customer_update_fields[] = {
	{ "number", F_REF, .flags = FIELD_REQUIRED | FIELD_FIXED,
	    .label = N_("Number") },
	FIELD_VERSION_ROW,
	{ "name", F_TEXT, .min = 2, .max = 200, .label = N_("Full name") },
	{ "phone", F_PHONE, .label = N_("Phone/WhatsApp") },
	{ "address", F_TEXT, .min = 3, .max = 255, .label = N_("Address") },
	ADDRESS_ROWS,
	IDENTITY_ROWS,
	ASSIGN_ROWS,
	{ NULL }
};

static const struct field customer_status_fields[] = {
	FIELD_CUSTOMER_ROW,
	{ "status", F_ENUM, .flags = FIELD_REQUIRED, .label = N_("Status"),
	    .values = customer_states },
	FIELD_NOTE_ROW,
	{ NULL }
};

#define SERVICE_ROWS							\
	{ "address", F_TEXT, .max = 255, .label = N_("Address"),	\
	    .help = N_("Empty: the customer's address.") },		\
	{ "price", F_MONEY, .flags = FIELD_NULL, .label = N_("Own price"), \
	    .help = N_("Empty: the package's price.") },		\
	{ "billing_day", F_INT, 1, 31, .label = N_("Billing day") },	\
	{ "pppoe_user", F_CODE, .max = 64, .label = N_("PPPoE user") },	\
	{ "static_ip", F_IP, .label = N_("Static IP") },		\
	{ "odp_port", F_TEXT, .max = 50, .label = N_("ODP port") },	\
	{ "onu_serial", F_CODE, .max = 50, .label = N_("ONU serial") }

static const struct field service_create_fields[] = {
	FIELD_CUSTOMER_ROW,
	{ "package", F_REF, .flags = FIELD_REQUIRED, .label = N_("Package"),
	    .lookup = "package.list", .lookup_key = "code" },
	SERVICE_ROWS,
	{ NULL }
};

static const struct field service_update_fields[] = {
	FIELD_CUSTOMER_ROW,
	{ "service", F_INT, 1, INT64_MAX, .label = N_("Service") },
	FIELD_VERSION_ROW,
	{ "package", F_REF, .label = N_("Package"), .lookup = "package.list",
	    .lookup_key = "code" },
	SERVICE_ROWS,
	{ "status", F_ENUM, .label = N_("Status"), .values = service_states },
	FIELD_NOTE_ROW,
	{ NULL }
};

static const struct field service_status_fields[] = {
	FIELD_CUSTOMER_ROW,
	{ "service", F_INT, 1, INT64_MAX, .label = N_("Service") },
	{ "status", F_ENUM, .flags = FIELD_REQUIRED, .label = N_("Status"),
	    .values = service_states },
	FIELD_NOTE_ROW,
	{ NULL }
};

static const struct field code_field[] = {
	{ "code", F_CODE, .max = 32, .flags = FIELD_REQUIRED,
	    .label = N_("Code") },
	{ NULL }
};

static const struct field package_create_fields[] = {
	{ "code", F_CODE, .min = 2, .max = 32, .flags = FIELD_REQUIRED,
	    .label = N_("Code") },
	{ "name", F_TEXT, .min = 2, .max = 255, .flags = FIELD_REQUIRED,
	    .label = N_("Name") },
	{ "down_mbps", F_INT, 1, 100000, .flags = FIELD_REQUIRED,
	    .label = N_("Download Mbps") },
	{ "up_mbps", F_INT, 1, 100000, .flags = FIELD_REQUIRED,
	    .label = N_("Upload Mbps") },
	{ "price", F_MONEY, 0, INT64_C(1000000000), .flags = FIELD_REQUIRED,
	    .label = N_("Price per month") },
	{ "description", F_NOTE, .max = 1000, .label = N_("Description") },
	{ NULL }
};

static const struct field package_update_fields[] = {
	{ "code", F_CODE, .max = 32, .flags = FIELD_REQUIRED | FIELD_FIXED,
	    .label = N_("Code") },
	FIELD_VERSION_ROW,
	{ "name", F_TEXT, .min = 2, .max = 255, .label = N_("Name") },
	{ "down_mbps", F_INT, 1, 100000, .label = N_("Download Mbps") },
	{ "up_mbps", F_INT, 1, 100000, .label = N_("Upload Mbps") },
	{ "price", F_MONEY, 0, INT64_C(1000000000),
	    .label = N_("Price per month") },
	{ "description", F_NOTE, .max = 1000, .label = N_("Description") },
	{ "active", F_BOOL, .label = N_("On sale") },
	{ NULL }
};

const struct rpc_method crm_methods[] = {
	{ "customer.list", "customer.view", RPC_LIST, NULL,
	    "Customers; filters by status, package, area, arrears." },
	{ "customer.stats", "customer.view", 0, NULL,
	    "Number of customers per status, for the strip above the list." },
	{ "customer.get", "customer.view", 0, number_field,
	    "Everything about one customer: services, money, history." },
	{ "customer.create", "customer.create", RPC_WRITE | RPC_OPID,
	    customer_create_fields,
	    "Registers a customer with his first service." },
	{ "customer.update", "customer.update", RPC_WRITE,
	    customer_update_fields, "Changes a customer's data." },
	{ "customer.status", "customer.step", RPC_WRITE | RPC_OPID,
	    customer_status_fields,
	    "Moves the only service of a customer along its life cycle." },
	{ "service.list", "customer.view", RPC_LIST, NULL,
	    "Services of all customers, or of one by filter." },
	{ "service.create", "customer.update", RPC_WRITE | RPC_OPID,
	    service_create_fields, "Adds a service to a customer." },
	{ "service.update", "customer.update", RPC_WRITE | RPC_OPID,
	    service_update_fields, "Changes a service." },
	{ "service.status", "customer.step", RPC_WRITE | RPC_OPID,
	    service_status_fields, "Moves a service along its life cycle." },
	{ "package.list", "package.view", RPC_LIST, NULL,
	    "Packages with speed, price and number of services." },
	{ "package.get", "package.view", 0, code_field, "One package." },
	{ "package.create", "package.create", RPC_WRITE,
	    package_create_fields, "Adds a package." },
	{ "package.update", "package.update", RPC_WRITE,
	    package_update_fields,
	    "Changes a package, or takes it off sale." },
	{ "branch.list", PERM_SELF, RPC_LIST, NULL, "Branches, for pickers." },
	{ "partner.list", PERM_SELF, RPC_LIST, NULL, "Partners, for pickers." },
	{ "staff.list", PERM_SELF, RPC_LIST, NULL,
	    "Names of active users, for pickers." },
	{ NULL }
};
