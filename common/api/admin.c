/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/tables.h"


const char *const scope_values[] = { "all", "branch", "partner", "own", NULL };
const char *const lang_values[] = { "id", "en", NULL };
static const char *const ppn_modes[] = { "exclusive", "inclusive", NULL };

static const struct field name_field[] = {
	{ "name", F_TEXT, .max = 64, .flags = FIELD_REQUIRED,
	    .label = N_("User") },
	{ NULL }
};

#define USER_ROWS(role_flags)						\
	{ "full_name", F_TEXT, .max = 200, .label = N_("Full name") },	\
	{ "role", F_REF, .flags = (role_flags), .label = N_("Role"),	\
	    .lookup = "role.list", .lookup_key = "id" },		\
	{ "scope", F_ENUM, .label = N_("Sees"), .values = scope_values }, \
	{ "branch", F_REF, .label = N_("Branch"),			\
	    .lookup = "branch.list", .lookup_key = "code" },		\
	{ "partner", F_REF, .label = N_("Partner"),			\
	    .lookup = "partner.list", .lookup_key = "code" },		\
	{ "phone", F_PHONE, .label = N_("Phone/WhatsApp") },		\
	{ "email", F_EMAIL, .label = N_("E-mail") },			\
	{ "lang", F_ENUM, .label = N_("Language"), .values = lang_values }

static const struct field user_create_fields[] = {
	{ "name", F_CODE, .min = 2, .max = 64, .flags = FIELD_REQUIRED,
	    .label = N_("User") },
	{ "password", F_SECRET, .min = 10, .max = 256,
	    .flags = FIELD_REQUIRED, .label = N_("First password"),
	    .help = N_("Must be changed at the first login.") },
	USER_ROWS(FIELD_REQUIRED),
	{ NULL }
};

static const struct field user_update_fields[] = {
	{ "name", F_CODE, .max = 64, .flags = FIELD_REQUIRED | FIELD_FIXED,
	    .label = N_("User") },
	FIELD_VERSION_ROW,
	USER_ROWS(0),
	{ "active", F_BOOL, .label = N_("Active") },
	{ NULL }
};

static const struct field user_reset_fields[] = {
	{ "name", F_CODE, .max = 64, .flags = FIELD_REQUIRED | FIELD_FIXED,
	    .label = N_("User") },
	{ "password", F_SECRET, .min = 10, .max = 256,
	    .flags = FIELD_REQUIRED, .label = N_("First password") },
	{ NULL }
};

static const struct field role_id_field[] = {
	{ "id", F_CODE, .max = 64, .flags = FIELD_REQUIRED,
	    .label = N_("Role") },
	{ NULL }
};

static const struct field role_create_fields[] = {
	{ "id", F_CODE, .min = 2, .max = 64, .flags = FIELD_REQUIRED,
	    .label = N_("Role") },
	{ "label", F_TEXT, .max = 100, .flags = FIELD_REQUIRED,
	    .label = N_("Name") },
	{ "scope", F_ENUM, .label = N_("Sees"), .values = scope_values,
	    .preset = "all" },
	{ "like", F_REF, .label = N_("With the rights of"),
	    .lookup = "role.list", .lookup_key = "id" },
	{ NULL }
};

static const struct field role_update_fields[] = {
	{ "id", F_CODE, .max = 64, .flags = FIELD_REQUIRED | FIELD_FIXED,
	    .label = N_("Role") },
	{ "label", F_TEXT, .max = 100, .label = N_("Name") },
	{ "scope", F_ENUM, .label = N_("Sees"), .values = scope_values },
	{ "grant", F_NUMBERS, 0, 200, .label = N_("Give"),
	    .lookup = "role.rights", .lookup_key = "perm" },
	{ "revoke", F_NUMBERS, 0, 200, .label = N_("Take away"),
	    .lookup = "role.rights", .lookup_key = "perm" },
	{ NULL }
};

static const struct field setting_update_fields[] = {
	{ "key", F_CODE, .max = 64, .flags = FIELD_REQUIRED | FIELD_FIXED,
	    .label = N_("Setting") },
	{ "value", F_NOTE, .max = 1000, .flags = FIELD_NULL,
	    .label = N_("Value") },
	{ NULL }
};

static const struct field audit_get_fields[] = {
	{ "id", F_INT, 1, INT64_MAX, .flags = FIELD_REQUIRED,
	    .label = N_("Entry") },
	{ NULL }
};

static const struct field stats_fields[] = {
	{ "reset", F_BOOL, .label = N_("Start counting anew") },
	{ NULL }
};

const struct rpc_method admin_methods[] = {
	{ "dashboard.get", "dashboard.view", 0, NULL,
	    "The figures of the dashboard that the role may see." },
	{ "user.list", "user.view", RPC_LIST, NULL, "Users." },
	{ "user.get", "user.view", 0, name_field, "One user." },
	{ "user.create", "user.create", RPC_WRITE, user_create_fields,
	    "Adds a user; the first password must be changed." },
	{ "user.update", "user.update", RPC_WRITE, user_update_fields,
	    "Changes a user; inactive ones cannot log in." },
	{ "user.reset", "user.update", RPC_WRITE, user_reset_fields,
	    "Gives a user a new first password and ends his sessions." },
	{ "user.unlock", "user.update", RPC_WRITE, name_field,
	    "Lets a locked name log in again at once." },
	{ "role.list", "role.view", RPC_LIST, NULL, "Roles." },
	{ "role.get", "role.view", 0, role_id_field,
	    "One role with its permissions." },
	{ "role.rights", "role.view", RPC_LIST, NULL,
	    "Permissions of a role (filter role), for the editor." },
	{ "role.create", "role.create", RPC_WRITE, role_create_fields,
	    "Adds a role, with the rights of another one to start from." },
	{ "role.update", "role.update", RPC_WRITE, role_update_fields,
	    "Changes a role; who has it is told at once." },
	{ "role.delete", "role.delete", RPC_WRITE, role_id_field,
	    "Deletes a role that nobody has." },
	{ "setting.list", "setting.view", RPC_LIST, NULL, "Settings." },
	{ "setting.update", "setting.update", RPC_WRITE,
	    setting_update_fields, "Changes a setting." },
	{ "audit.list", "audit.view", RPC_LIST, NULL,
	    "Who did what and when; filters by user, method, object, date." },
	{ "audit.get", "audit.view", 0, audit_get_fields,
	    "One audit entry with old and new values." },
	{ "system.stats", "system.stats", 0, stats_fields,
	    "Counters and latency of every method." },
	{ NULL }
};

const struct field setting_rows[] = {
	{ "company_name", F_TEXT, .max = 60, .label = N_("Brand"),
	    .preset = "JABBAR23" },
	{ "company_legal", F_TEXT, .max = 100, .label = N_("Company"),
	    .preset = "" },
	{ "company_address", F_TEXT, .max = 200, .label = N_("Address"),
	    .preset = "" },
	{ "company_phone", F_PHONE, .label = N_("Phone/WhatsApp"),
	    .preset = "" },
	{ "company_npwp", F_CODE, .max = 30, .label = N_("NPWP"),
	    .preset = "", .help = N_("Printed on receipts when filled in.") },
	{ "receipt_footer", F_TEXT, .max = 120, .label = N_("Receipt footer"),
	    .preset = "Simpan sebagai bukti sah." },
	{ "receipt_thanks", F_TEXT, .max = 40, .label = N_("Receipt thanks"),
	    .preset = "TERIMA KASIH" },
	{ "receipt_qr_prefix", F_TEXT, .max = 120,
	    .label = N_("Receipt QR prefix"), .preset = "",
	    .help = N_("Put before number, amount and check code.") },
	{ "due_days", F_INT, 0, 60, .label = N_("Days until due"),
	    .preset = "10" },
	{ "ppn_mode", F_ENUM, .label = N_("Prices and PPN"),
	    .values = ppn_modes, .preset = "exclusive" },
	{ "lockout_failures", F_INT, 3, 20,
	    .label = N_("Wrong passwords until locked"), .preset = "5" },
	{ "lockout_minutes", F_INT, 1, 1440, .label = N_("Minutes locked"),
	    .preset = "15" },
	{ "session_hours", F_INT, 1, 720, .label = N_("Hours a session lasts"),
	    .preset = "24" },
	{ "confirm_amount", F_MONEY, 0, INT64_C(1000000000000),
	    .label = N_("Amount to be typed twice from"), .preset = "5000000" },
	{ NULL }
};

json_t *
settings_json(void)
{
	const struct field	*f;
	const char *const	*v;
	json_t			*out = json_array(), *row, *values;

	for (f = setting_rows; f->key != NULL; f++) {
		row = json_pack("{s:s,s:s,s:I,s:I,s:s,s:s}", "key", f->key,
		    "type", field_type_name(f->type), "min", (json_int_t)f->min,
		    "max", (json_int_t)f->max, "preset", f->preset, "label",
		    f->label);
		if (f->values != NULL) {
			values = json_array();
			for (v = f->values; *v != NULL; v++)
				json_array_append_new(values, json_string(*v));
			json_object_set_new(row, "values", values);
		}
		json_array_append_new(out, row);
	}
	return out;
}
