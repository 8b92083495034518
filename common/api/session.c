/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/tables.h"

static const struct field login_fields[] = {
	{ "name", F_TEXT, .max = 64, .flags = FIELD_REQUIRED,
	    .label = N_("User") },
	{ "password", F_SECRET, .max = 256, .label = N_("Password") },
	{ "totp", F_TEXT, .max = 12, .label = N_("OTP") },
	{ "client", F_TEXT, .max = 64, .flags = FIELD_HIDDEN },
	{ NULL }
};

static const struct field resume_fields[] = {
	{ "token", F_SECRET, .min = 64, .max = 64, .flags = FIELD_REQUIRED },
	{ "client", F_TEXT, .max = 64, .flags = FIELD_HIDDEN },
	{ NULL }
};

static const struct field session_end_fields[] = {
	{ "id", F_INT, 1, INT64_MAX, .label = N_("Session") },
	{ NULL }
};

static const struct field watch_fields[] = {
	{ "topics", F_NUMBERS, 0, 32, .flags = FIELD_HIDDEN },
	{ NULL }
};

static const struct field search_fields[] = {
	{ "q", F_TEXT, .max = 100, .flags = FIELD_REQUIRED,
	    .label = N_("Search") },
	{ "limit", F_INT, 1, 100, .label = N_("Rows") },
	{ NULL }
};

static const struct field own_password_fields[] = {
	{ "old", F_SECRET, .max = 256, .flags = FIELD_REQUIRED,
	    .label = N_("Old password") },
	{ "new", F_SECRET, .min = 10, .max = 256, .flags = FIELD_REQUIRED,
	    .label = N_("New password") },
	{ NULL }
};

const struct rpc_method session_methods[] = {
	{ "session.login", PERM_ANY, RPC_OPEN, login_fields,
	    "Logs in; answers the token and the granted methods." },
	{ "session.resume", PERM_ANY, RPC_OPEN, resume_fields,
	    "Takes a session up again after a lost line." },
	{ "session.list", PERM_SELF, RPC_LIST, NULL,
	    "Sessions: one's own, or everybody's with the right to manage them." },
	{ "session.end", PERM_SELF, RPC_WRITE | RPC_FIRST, session_end_fields,
	    "Ends a session; one's own where no id is given." },
	{ "user.password", PERM_SELF, RPC_WRITE | RPC_FIRST,
	    own_password_fields, "Changes one's own password." },
	{ "event.watch", PERM_SELF, 0, watch_fields,
	    "Says which topics this line wants to hear of." },
	{ "search.all", PERM_SELF, 0, search_fields,
	    "Finds customers and documents by number, name, phone, address." },
	{ NULL }
};
