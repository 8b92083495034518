/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef API_PERMS_H
#define API_PERMS_H

#include <jansson.h>

/*
 * Who may do what. The matrix is the one of the specification: a row per
 * menu, a column per role, letters for rights; each letter of a row is one
 * permission named object.verb:
 *   R view, C create, U update, D delete, A approve, X run, F all of them.
 * Extra rows add permissions that are no letter of a menu. This table is the
 * seed: `jabbard migrate up` hands it to the database, where roles may then
 * be changed.
 */
enum role_column { ROLE_SA, ROLE_AD, ROLE_SL, ROLE_FN, ROLE_NC, ROLE_WH,
	ROLE_HR, ROLE_TK, ROLE_RS, ROLE_COUNT_ };

struct role_row {
	const char	*id;		/* "super-admin" */
	const char	*label;		/* N_() */
	const char	*scope;		/* row scope of a new user: all branch partner own */
};
extern const struct role_row role_rows[ROLE_COUNT_];

struct menu_row {
	const char	*object;	/* "customer" */
	const char	*label;		/* N_() */
	const char	*letters;	/* the rights this menu has, e.g. "RCUD" */
	const char	*may[ROLE_COUNT_];
};
extern const struct menu_row menu_rows[];	/* ends with object NULL */

struct extra_perm_row {
	const char	*perm;		/* "cash.use" */
	const char	*label;		/* N_() */
	const char	*roles;		/* "FN AD SA" as ids of columns */
};
extern const struct extra_perm_row extra_perm_rows[];

/* Not permissions: before login, and whoever is logged in. */
#define PERM_ANY	"*any"
#define PERM_SELF	"*self"

/* [{perm, label, used, roles: [ids]}]; used: some method asks for it. New reference. */
json_t	*perms_json(void);
/* [{id, label, scope}]: new reference. */
json_t	*roles_json(void);
/* Nonzero when some row names this permission. */
int	 perm_known(const char *perm);

#endif
