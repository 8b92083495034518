/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "screens/rows.h"

/* ---------------------------------------------------------------- users */

static const struct column	user_columns[] = {
	{ "name", N_("User"), COL_TEXT, .min = 12, .pref = 20 },
	{ "full_name", N_("Full name"), COL_TEXT, .min = 14, .pref = 28 },
	{ "role", N_("Role"), COL_TEXT, .min = 11, .pref = 16 },
	{ "scope", N_("Sees"), COL_STATUS, .min = 10, .drop = 4 },
	{ "branch", N_("Branch"), COL_TEXT, .min = 8, .drop = 5 },
	{ "active", N_("Active"), COL_BOOL, .min = 6 },
	{ "locked", N_("Locked"), COL_BOOL, .min = 8 },
	{ "last_login_at", N_("Last login"), COL_INSTANT, .drop = 3 },
	COLUMNS_END
};

static const struct action	user_actions[] = {
	{ "new", 'n', N_("New user"), "user.create", ACT_KEY_F6 },
	{ "update", 'u', N_("Change"), "user.update",
	    ACT_ROW | ACT_UPDATE, .get = "user.get", .get_key = "name",
	    .presets = PRESETS({ "name", "name" }) },
	{ "reset", 's', N_("New first password"), "user.reset", ACT_ROW,
	    .presets = PRESETS({ "name", "name" }) },
	{ "unlock", 'b', N_("Unlock"), "user.unlock", ACT_ROW | ACT_NOW,
	    .presets = PRESETS({ "name", "name" }),
	    .when = "locked", .is = "true" },
	{ NULL }
};

const struct screen	screen_users = {
	.id = "users", .number = 22, .group = GROUP_MANAGE,
	.title = N_("Users"), .hint = N_("users, passwords, locks"),
	.kind = SCREEN_LIST, .list = "user.list", .columns = user_columns,
	.actions = user_actions, .key = "name", .enter = "update",
};

/* ---------------------------------------------------------------- roles */

static const struct column	role_columns[] = {
	{ "id", N_("Role"), COL_TEXT, .min = 14, .pref = 24 },
	{ "label", N_("Name"), COL_LABEL, .min = 16, .pref = 34 },
	{ "scope", N_("Sees"), COL_STATUS, .min = 12 },
	{ "users", N_("Users"), COL_COUNT, .min = 8 },
	{ "builtin", N_("Built in"), COL_BOOL, .min = 8 },
	COLUMNS_END
};

static const struct action	role_actions[] = {
	{ "new", 'n', N_("New role"), "role.create", ACT_KEY_F6 },
	{ "rights", 'h', N_("Rights"), "role.rights", ACT_ROW | ACT_OPEN,
	    .screen = "rights", .screen_key = "id" },
	{ "update", 'u', N_("Change"), "role.update", ACT_ROW | ACT_UPDATE,
	    .presets = PRESETS({ "id", "id" }) },
	{ "delete", 'x', N_("Delete"), "role.delete", ACT_ROW | ACT_SURE,
	    .presets = PRESETS({ "id", "id" }),
	    .when = "builtin", .is = "false" },
	{ NULL }
};

const struct screen	screen_roles = {
	.id = "roles", .number = 24, .group = GROUP_MANAGE,
	.title = N_("Roles & rights"), .hint = N_("who may do what"),
	.kind = SCREEN_LIST, .list = "role.list", .columns = role_columns,
	.actions = role_actions, .key = "id", .open = "rights",
};

static const struct column	right_columns[] = {
	{ "label", N_("Meaning"), COL_LABEL, .min = 22, .pref = 44 },
	{ "verb", N_("May"), COL_STATUS, .min = 10 },
	{ "perm", N_("Right"), COL_TEXT, .min = 20, .pref = 30 },
	{ "granted", N_("Granted"), COL_BOOL, .min = 8 },
	{ "used", N_("In use"), COL_BOOL, .min = 7 },
	COLUMNS_END
};

static const struct action	right_actions[] = {
	{ "grant", 'b', N_("Give"), "role.update",
	    ACT_ROW | ACT_NOW | ACT_KEY_F8,
	    .presets = PRESETS({ "id", "@role" }, { "grant", "[perm]" }),
	    .when = "granted", .is = "false" },
	{ "revoke", 'c', N_("Take away"), "role.update",
	    ACT_ROW | ACT_NOW | ACT_KEY_F8,
	    .presets = PRESETS({ "id", "@role" }, { "revoke", "[perm]" }),
	    .when = "granted", .is = "true" },
	{ NULL }
};

const struct screen	screen_rights = {
	.id = "rights", .number = -1, .title = N_("Rights of"),
	.kind = SCREEN_LIST, .list = "role.rights",
	.columns = right_columns, .actions = right_actions, .key = "perm",
	.fixed = "role",
};

/* ---------------------------------------------------------------- settings */

static const struct column	setting_columns[] = {
	{ "label", N_("Setting"), COL_LABEL, .min = 30, .pref = 40 },
	{ "value", N_("Value"), COL_STATUS, .min = 20, .pref = 50 },
	{ "preset", N_("Preset"), COL_STATUS, .min = 12, .pref = 24,
	    .drop = 2 },
	{ "key", N_("Key"), COL_TEXT, .min = 16, .pref = 24, .drop = 3 },
	COLUMNS_END
};

/* The editor of a setting is the one its own row asks for. */
static const struct field *
setting_fields(TALLOC_CTX *ctx, const json_t *row)
{
	static const struct field	key = { "key", F_CODE,
	    .flags = FIELD_REQUIRED | FIELD_FIXED, .label = N_("Setting") };
	const struct field		*f;
	struct field			*out;
	const char			*name;

	out = talloc_zero_array(ctx, struct field, 3);
	out[0] = key;
	name = json_string_value(json_object_get(row, "key"));
	f = name != NULL ? field_find(setting_rows, name) : NULL;
	if (f != NULL)
		out[1] = *f;
	else {
		/* A server newer than this program knows more settings. */
		out[1].type = F_TEXT;
		out[1].max = 1000;
	}
	out[1].key = "value";
	out[1].label = f != NULL ? f->label : N_("Value");
	out[1].flags = FIELD_NULL;
	out[1].preset = NULL;
	return out;
}

static const struct action	setting_actions[] = {
	{ "update", 'u', N_("Change"), "setting.update",
	    ACT_ROW | ACT_UPDATE | ACT_TEXT,
	    .presets = PRESETS({ "key", "key" }), .fields = setting_fields },
	{ NULL }
};

const struct screen	screen_settings = {
	.id = "settings", .number = 25, .group = GROUP_MANAGE,
	.title = N_("Settings"), .hint = N_("company, receipts, rules"),
	.kind = SCREEN_LIST, .list = "setting.list",
	.columns = setting_columns, .actions = setting_actions,
	.key = "key", .enter = "update",
};

/* ---------------------------------------------------------------- audit */

static const struct column	audit_columns[] = {
	{ "id", N_("No."), COL_TEXT, .min = 6, .drop = 4 },
	{ "at", N_("When"), COL_INSTANT },
	{ "user", N_("User"), COL_TEXT, .min = 11, .pref = 14 },
	{ "method", N_("Call"), COL_TEXT, .min = 15, .pref = 20 },
	{ "object", N_("Object"), COL_TEXT, .min = 8, .drop = 3 },
	{ "number", N_("Number"), COL_TEXT, .min = 16, .pref = 17 },
	{ "summary", N_("What"), COL_TEXT, .min = 10, .pref = 40,
	    .drop = 1 },
	{ "addr", N_("From"), COL_TEXT, .min = 11, .drop = 2 },
	COLUMNS_END
};

static const struct field	audit_filters[] = {
	{ "user", F_REF, .label = N_("User"), .lookup = "staff.list",
	    .lookup_key = "name" },
	{ "method", F_TEXT, .label = N_("Method") },
	{ "object", F_TEXT, .label = N_("Object") },
	{ "number", F_TEXT, .label = N_("Number") },
	{ NULL }
};

const struct screen	screen_audit = {
	.id = "audit", .number = 26, .group = GROUP_MANAGE,
	.title = N_("Audit log"), .hint = N_("who did what and when"),
	.kind = SCREEN_LIST, .list = "audit.list",
	.columns = audit_columns, .filters = audit_filters, .key = "id",
	.open = "audit-entry",
};

static const struct column	audit_fields[] = {
	{ "at", N_("When"), COL_INSTANT },
	{ "user", N_("User"), COL_TEXT },
	{ "method", N_("Call"), COL_TEXT },
	{ "addr", N_("From"), COL_TEXT },
	{ "object", N_("Object"), COL_TEXT },
	{ "number", N_("Number"), COL_TEXT },
	{ "summary", N_("What"), COL_TEXT },
	{ "op_id", N_("Operation"), COL_TEXT },
	COLUMNS_END
};

static const struct block	audit_main[] = {
	{ BLOCK_FIELDS, NULL, NULL, audit_fields },
	{ BLOCK_CHANGES, N_("Before and after"), "new" },
	{ BLOCK_FIELDS }
};

static const struct tab	audit_tabs[] = {
	{ N_("Summary"), audit_main },
	{ NULL, NULL }
};

const struct screen	screen_audit_entry = {
	.id = "audit-entry", .number = -1, .title = N_("Audit entry"),
	.kind = SCREEN_DETAIL, .get = "audit.get", .get_key = "id",
	.tabs = audit_tabs, .head = { "method", "number" },
};

/* ---------------------------------------------------------------- sessions */

static const struct column	session_columns[] = {
	{ "id", N_("No."), COL_TEXT, .min = 6 },
	{ "user", N_("User"), COL_TEXT, .min = 10, .pref = 18 },
	{ "addr", N_("From"), COL_TEXT, .min = 11, .pref = 20 },
	{ "client", N_("Program"), COL_TEXT, .min = 10, .pref = 20,
	    .drop = 3 },
	{ "created_at", N_("Since"), COL_INSTANT, .drop = 2 },
	{ "seen_at", N_("Last seen"), COL_INSTANT },
	{ "current", N_("This one"), COL_BOOL, .min = 8 },
	COLUMNS_END
};

static const struct action	session_actions[] = {
	{ "end", 'x', N_("End the session"), "session.end",
	    ACT_ROW | ACT_NOW, .presets = PRESETS({ "id", "id" }) },
	{ NULL }
};

const struct screen	screen_sessions = {
	.id = "sessions", .number = 27, .group = GROUP_MANAGE,
	.title = N_("Sessions"), .hint = N_("who is logged in"),
	.kind = SCREEN_LIST, .list = "session.list",
	.columns = session_columns, .actions = session_actions,
	.key = "id",
};

/* ---------------------------------------------------------------- figures */

static const struct column	stats_fields[] = {
	{ "uptime_s", N_("Running for"), COL_SECONDS },
	{ "clients", N_("Terminals"), COL_COUNT },
	{ "requests", N_("Requests open"), COL_COUNT },
	{ "logins_waiting", N_("Logins waiting"), COL_COUNT },
	{ "db_connections", N_("Database lines"), COL_COUNT },
	{ "db_waiting", N_("Waiting for it"), COL_COUNT },
	COLUMNS_END
};

static const struct column	method_rows[] = {
	{ "name", N_("Call"), COL_TEXT, .min = 22, .pref = 34 },
	{ "calls", N_("Calls"), COL_COUNT, .min = 10 },
	{ "errors", N_("Errors"), COL_COUNT, .min = 8 },
	{ "refused", N_("Refused"), COL_COUNT, .min = 8, .drop = 2 },
	{ "mean_us", N_("Mean ms"), COL_MICROS, .min = 9 },
	{ "p99_us", N_("p99 ms"), COL_MICROS, .min = 9 },
	{ "max_us", N_("Max ms"), COL_MICROS, .min = 9, .drop = 1 },
	COLUMNS_END
};

static const struct block	stats_main[] = {
	{ BLOCK_FIELDS, NULL, NULL, stats_fields },
	{ BLOCK_TABLE, N_("Methods"), "methods", method_rows },
	{ BLOCK_FIELDS }
};

static const struct tab	stats_tabs[] = {
	{ N_("Summary"), stats_main },
	{ NULL, NULL }
};

const struct screen	screen_stats = {
	.id = "stats", .number = 28, .group = GROUP_MANAGE,
	.title = N_("Server figures"),
	.hint = N_("counters and latency of the server"),
	.kind = SCREEN_DETAIL, .get = "system.stats", .tabs = stats_tabs,
};
