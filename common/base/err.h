/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef BASE_ERR_H
#define BASE_ERR_H

/*
 * One error, filled once where the fact is known. `code` decides what the
 * peer is told and whether a retry makes sense (common/api/errors.c has a row
 * for each); `msg` is for the log and for people who read English; `field`
 * names the parameter at fault; `args` is a JSON object as text whose members
 * the localised sentence may use ("number", "rule", "min", ...).
 */
enum err_code {
	ERR_NONE,
	ERR_INTERNAL,		/* our own bug, or something nobody foresaw */
	ERR_UNAVAILABLE,	/* the database or a worker is away; retry */
	ERR_TIMEOUT,
	ERR_CANCELLED,
	ERR_BUSY,		/* a queue is full; retry later */
	ERR_VERSION,		/* the two ends speak no common protocol */
	ERR_TOO_LARGE,
	ERR_BAD_FRAME,		/* not a frame of ours: ends the connection */
	ERR_NO_METHOD,
	ERR_BAD_FIELD,
	ERR_NOT_LOGGED_IN,
	ERR_BAD_LOGIN,
	ERR_LOCKED,
	ERR_PASSWORD_CHANGE,	/* the first password must be changed first */
	ERR_TOTP_REQUIRED,
	ERR_DENIED,
	ERR_NOT_FOUND,
	ERR_EXISTS,		/* a unique value is taken already */
	ERR_BAD_STATE,
	ERR_CONFLICT,		/* the row changed since it was read */
	ERR_OP_CONFLICT,	/* an op_id again with other parameters */
	ERR_INVOICE_CLOSED,
	ERR_NO_SESSION,		/* no open cash session */
	ERR_APPROVAL_REQUIRED,
	ERR_BAD_ROWS,
	ERR_IN_USE,		/* refused because other rows refer to it */
	ERR_IO,			/* file, printer, socket on this side */
	ERR_USAGE,
	ERR_COUNT_
};

struct err {
	enum err_code	 code;
	char		*msg;		/* talloc, child of nothing: err_clear */
	char		*field;
	char		*args;
};

#define ERR_INIT { ERR_NONE, NULL, NULL, NULL }

/* Fills e (NULL is allowed) and returns -1, so `return err_set(...)` reads well. */
int	err_set(struct err *e, enum err_code code, const char *fmt, ...)
	    __attribute__((format(printf, 3, 4)));
/* The same, naming the parameter at fault and the rule it broke. */
int	err_field(struct err *e, const char *field, const char *rule,
	    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* Puts "context: " before the message on the way up. */
int	err_prefix(struct err *e, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
void	err_move(struct err *to, struct err *from);
void	err_clear(struct err *e);

/* A state that our own code made impossible: says where and aborts. */
#define bug(...) bug_at(__FILE__, __LINE__, __VA_ARGS__)
void	bug_at(const char *file, int line, const char *fmt, ...)
	    __attribute__((format(printf, 3, 4), noreturn));

#endif
