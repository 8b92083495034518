/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef API_METHODS_H
#define API_METHODS_H

#include "api/field.h"

/*
 * The method table: what exists, who may, and with which parameters. The
 * server's gate walks it, the client builds forms and completion from it.
 * The code of a method is the SQL function api.object_verb(jsonb) of its
 * name, unless server/rpc/hooks.c says otherwise.
 */
#define RPC_WRITE	0x01	/* changes something: audited */
#define RPC_OPID	0x02	/* op_id is required */
#define RPC_LIST	0x04	/* takes the list parameters, answers cols/rows/next */
#define RPC_FIRST	0x08	/* allowed while a first password must be changed */
#define RPC_OPEN	0x10	/* allowed before login */
#define RPC_LONG	0x20	/* may take RPC_LONG_MS instead of the usual time-out */
#define RPC_LONG_MS	300000

struct rpc_method {
	const char		*name;		/* "invoice.cancel", never renamed */
	const char		*perm;		/* a permission, PERM_ANY or PERM_SELF */
	unsigned		 flags;
	const struct field	*params;	/* NULL: only what the flags add */
	const char		*help;		/* one English sentence */
};

extern const struct rpc_method *const rpc_tables[];	/* ends with NULL; each ends with name NULL */

/* NULL where there is no such method. */
const struct rpc_method *rpc_method_find(const char *name);
/* Calls f for every method, in table order. */
void	rpc_method_each(void (*f)(const struct rpc_method *, void *), void *arg);

/* The parameters every list takes, and the hidden op_id of every write. */
extern const struct field list_fields[];
extern const struct field op_id_field;
extern const struct field op_id_required;

/*
 * Checks params against all rows of a method: its own, the list's, op_id.
 * Errors as fields_check().
 */
int	rpc_method_check(const struct rpc_method *m, const json_t *params,
	    struct err *e) __attribute__((warn_unused_result));

/* Settings of the business: rows with type, range, preset, label and help. */
extern const struct field setting_rows[];
/* [{key, type, min, max, preset, values?}] for the database; new reference. */
json_t	*settings_json(void);

/* Value lists shared by fields, screens and SQL (a test compares). */
extern const char *const service_states[];
extern const char *const customer_states[];
extern const char *const invoice_states[];
extern const char *const payment_states[];
extern const char *const payment_methods[];
extern const char *const scope_values[];
extern const char *const lang_values[];

#endif
