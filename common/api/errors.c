/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/errors.h"

#include <string.h>

#include "api/field.h"

const struct err_row err_rows[] = {
	{ ERR_NONE, "none", false, N_("No error.") },
	{ ERR_INTERNAL, "internal", false,
	    N_("Something went wrong in the server; it is in its log.") },
	{ ERR_UNAVAILABLE, "unavailable", true,
	    N_("The database does not answer at the moment. Try again.") },
	{ ERR_TIMEOUT, "timeout", true,
	    N_("That took too long and was stopped. Try again.") },
	{ ERR_CANCELLED, "cancelled", false, N_("Cancelled.") },
	{ ERR_BUSY, "busy", true,
	    N_("The server is busy. Try again in a moment.") },
	{ ERR_VERSION, "version", false,
	    N_("This program and the server speak different versions. Update it.") },
	{ ERR_TOO_LARGE, "too_large", false,
	    N_("Too large: at most {max} bytes are allowed.") },
	{ ERR_BAD_FRAME, "bad_frame", false,
	    N_("The message could not be understood.") },
	{ ERR_NO_METHOD, "no_method", false,
	    N_("There is no method {method}.") },
	{ ERR_BAD_FIELD, "bad_field", false, N_("{field}: not valid.") },
	{ ERR_NOT_LOGGED_IN, "not_logged_in", false, N_("Log in first.") },
	{ ERR_BAD_LOGIN, "bad_login", false,
	    N_("Wrong name or password. {left} tries left.") },
	{ ERR_LOCKED, "locked", true,
	    N_("Too many wrong passwords. Locked for {minutes} more minutes, or until an administrator unlocks it.") },
	{ ERR_PASSWORD_CHANGE, "password_change", false,
	    N_("Set a password of your own first.") },
	{ ERR_TOTP_REQUIRED, "totp_required", false,
	    N_("Type the code of your authenticator.") },
	{ ERR_DENIED, "denied", false,
	    N_("You are not allowed to do that.") },
	{ ERR_NOT_FOUND, "not_found", false, N_("{field}: not found.") },
	{ ERR_EXISTS, "exists", false,
	    N_("{field}: taken already.") },
	{ ERR_BAD_STATE, "bad_state", false,
	    N_("Not possible in the state {state}.") },
	{ ERR_CONFLICT, "conflict", false,
	    N_("Somebody changed it meanwhile. Look at it again.") },
	{ ERR_OP_CONFLICT, "op_conflict", false,
	    N_("This operation was already carried out with other values.") },
	{ ERR_INVOICE_CLOSED, "invoice_closed", false,
	    N_("Invoice {number} is no longer open.") },
	{ ERR_NO_SESSION, "no_session", false,
	    N_("No open cash session. Open the drawer first.") },
	{ ERR_APPROVAL_REQUIRED, "approval_required", false,
	    N_("A second person must approve this.") },
	{ ERR_BAD_ROWS, "bad_rows", false,
	    N_("{count} rows are not valid; nothing was written.") },
	{ ERR_IN_USE, "in_use", false,
	    N_("Still used by {count} others.") },
	{ ERR_IO, "io", true, N_("{what}") },
	{ ERR_USAGE, "usage", false, N_("{what}") },
};
_Static_assert(sizeof err_rows / sizeof err_rows[0] == ERR_COUNT_,
    "one row per error code");

const struct rule_row rule_rows[] = {
	{ "unknown", N_("{field}: this method has no such parameter.") },
	{ "required", N_("{field}: must be filled in.") },
	{ "type", N_("{field}: wrong kind of value.") },
	{ "integer", N_("{field}: must be a whole number.") },
	{ "min", N_("{field}: too small.") },
	{ "max", N_("{field}: too large.") },
	{ "length", N_("{field}: too long or too short.") },
	{ "control", N_("{field}: holds control characters.") },
	{ "format", N_("{field}: not in the expected form.") },
	{ "value", N_("{field}: not one of the choices.") },
	{ "weak", N_("{field}: at least 10 characters, not the name, not a common one.") },
	{ "same", N_("{field}: must differ from the old one.") },
	{ "order", N_("{field}: must not be before the start.") },
	{ "sort", N_("{field}: this list cannot be sorted so.") },
	{ "filter", N_("{field}: this list has no such filter.") },
	{ "cursor", N_("{field}: does not belong to this list.") },
	{ "duplicate", N_("{field}: named twice.") },
	{ NULL, NULL }
};

const struct constraint_row constraint_rows[] = {
	{ "app_user_name_key", ERR_EXISTS, "name" },
	{ "package_code_key", ERR_EXISTS, "code" },
	{ "role_id_key", ERR_EXISTS, "id" },
	{ "service_pppoe_user_key", ERR_EXISTS, "pppoe_user" },
	{ "invoice_service_period_key", ERR_EXISTS, "period" },
	{ "cash_session_open_user_key", ERR_EXISTS, "user" },
	{ "cash_session_open_drawer_key", ERR_EXISTS, "drawer" },
	{ NULL, ERR_NONE, NULL }
};

const struct err_row *
err_row_by_name(const char *name)
{
	int	i;

	for (i = 0; i < ERR_COUNT_; i++)
		if (strcmp(err_rows[i].name, name) == 0)
			return &err_rows[i];
	return NULL;
}

const char *
err_name(enum err_code code)
{
	return err_rows[code].name;
}
