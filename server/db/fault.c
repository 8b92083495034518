/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "db/fault.h"

#include <stdio.h>
#include <string.h>

#include <jansson.h>
#include <talloc.h>

#include "api/errors.h"

#define TRIES_MAX	5
#define TRIES_PLAN	3

/* Classes and states that mean "not now" rather than "never". */
static const char *const away[] = { "08", "57P", "53", "40", "25006", "55P03",
	"58030", NULL };

static bool
state_in(const char *state, const char *const *list)
{
	for (; *list != NULL; list++)
		if (strncmp(state, *list, strlen(*list)) == 0)
			return true;
	return false;
}

static void
fill_constraint(struct err *e, const char *constraint)
{
	const struct constraint_row	*row;

	for (row = constraint_rows; row->constraint != NULL; row++) {
		if (strcmp(row->constraint, constraint) != 0)
			continue;
		e->code = row->code;
		if (row->field != NULL)
			e->field = talloc_strdup(NULL, row->field);
		return;
	}
}

/* What app.fail() raised: the code as message, its arguments as detail. */
static void
fill_own(struct err *e, enum err_code code, const char *msg,
    const char *detail)
{
	json_t		*args;
	const char	*field;

	err_set(e, code, "%s %s", msg, detail != NULL ? detail : "");
	if (detail == NULL)
		return;
	e->args = talloc_strdup(NULL, detail);
	args = json_loads(detail, 0, NULL);
	field = json_string_value(json_object_get(args, "field"));
	if (field != NULL)
		e->field = talloc_strdup(NULL, field);
	json_decref(args);
}

void
db_fault(const PGresult *res, char state[SQLSTATE_SIZE], struct err *e)
{
	const char	*code = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	const char	*msg = PQresultErrorField(res,
			    PG_DIAG_MESSAGE_PRIMARY);
	const char	*detail = PQresultErrorField(res,
			    PG_DIAG_MESSAGE_DETAIL);
	const char	*constraint = PQresultErrorField(res,
			    PG_DIAG_CONSTRAINT_NAME);
	const struct err_row *row;

	err_clear(e);
	snprintf(state, SQLSTATE_SIZE, "%s", code != NULL ? code : "");
	if (msg == NULL)
		msg = PQresultErrorMessage(res);
	if (strcmp(state, "ZB000") == 0 &&
	    (row = err_row_by_name(msg)) != NULL) {
		fill_own(e, row->code, msg, detail);
		return;
	}
	if (strcmp(state, "57014") == 0)
		err_set(e, ERR_TIMEOUT, "%s", msg);
	else if (state_in(state, away))
		err_set(e, ERR_UNAVAILABLE, "%s: %s", state, msg);
	else
		err_set(e, ERR_INTERNAL, "%s: %s%s%s",
		    *state != '\0' ? state : "?", msg,
		    detail != NULL ? ": " : "", detail != NULL ? detail : "");
	if (constraint != NULL)
		fill_constraint(e, constraint);
}

bool
db_fault_passes(const char *state, int tries)
{
	/* Met by chance, and better luck after a pause. */
	static const char *const chance[] = { "40001", "40P01", "25006",
	    "57P01", "55P03", NULL };
	/* A statement or a plan that is stale is made anew, once. */
	static const char *const plan[] = { "26000", "0A000", NULL };

	if (state_in(state, plan))
		return tries < TRIES_PLAN;
	return state_in(state, chance) && tries < TRIES_MAX;
}
