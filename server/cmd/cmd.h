/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include <jansson.h>
#include <libpq-fe.h>
#include <talloc.h>

#include "base/err.h"
#include "conf/conf.h"
#include "db/cluster.h"

/* The subcommands of jabbard; commands[] in main.c has a row for each. */

#define CMD_OK		0
#define CMD_FAILED	1
#define CMD_USAGE	2

struct command;

struct cmd {
	TALLOC_CTX		*ctx;
	const struct command	*row;
	const char		*conf_path;
	int			 argc;		/* argv[0] is the subcommand */
	char			**argv;
};

struct command {
	const char	*name;
	const char	*args;		/* as the usage line shows them */
	const char	*help;		/* one line of the overview */
	const char	*options;	/* lines of --help, or NULL */
	int		(*run)(struct cmd *);	/* the exit code */
};

int	cmd_init(struct cmd *cmd);
int	cmd_serve(struct cmd *cmd);
int	cmd_migrate(struct cmd *cmd);
int	cmd_user(struct cmd *cmd);
int	cmd_demo(struct cmd *cmd);
int	cmd_doctor(struct cmd *cmd);

/* Prints "jabbard: sentence" on stderr, clears e, returns CMD_FAILED. */
int	cmd_failed(struct err *e);
/* Prints the sentence and the usage line on stderr, returns CMD_USAGE. */
int	cmd_usage(const struct cmd *cmd, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
/* Prints the row's help on stdout, returns CMD_OK. */
int	cmd_help(const struct cmd *cmd);

/* What most commands need: the configuration and the owner's connection. */
struct cmd_db {
	struct conf	*conf;
	struct cluster	*cluster;
	PGconn		*c;
};
/* Reads the configuration, finds or starts the database, connects as owner. */
int	cmd_open(struct cmd *cmd, struct cmd_db *db, struct err *e)
	    __attribute__((warn_unused_result));
void	cmd_close(struct cmd_db *db);
/*
 * Opens a transaction as jabbar_owner that sees everything; `what` is for the
 * audit.
 */
int	cmd_begin(struct cmd_db *db, const char *what, struct err *e)
	    __attribute__((warn_unused_result));
int	cmd_commit(struct cmd_db *db, struct err *e)
	    __attribute__((warn_unused_result));
/*
 * Calls a named query with one JSON parameter (reference stolen); *answer is
 * its text or NULL.
 */
int	cmd_call(struct cmd_db *db, const char *query, json_t *p,
	    TALLOC_CTX *ctx, char **answer, struct err *e)
	    __attribute__((warn_unused_result));

/*
 * A new password: the first line of a file ("-": stdin), or typed twice on
 * the terminal when file is NULL. Wiped when freed. 10 to 256 bytes.
 */
char	*cmd_password(TALLOC_CTX *ctx, const char *name, const char *file,
	    struct err *e);
/* A user to be added; members that are NULL are left to the role. */
struct cmd_user {
	const char	*name, *full_name, *role, *scope, *branch, *partner;
	const char	*password;
	bool		 must_change;
};
/* Adds a user, within the transaction of cmd_begin(). */
int	cmd_user_add(struct cmd_db *db, const struct cmd_user *u,
	    struct err *e) __attribute__((warn_unused_result));
/*
 * Gives an existing one this password; only name, password, must_change count.
 */
int	cmd_user_password(struct cmd_db *db, const struct cmd_user *u,
	    struct err *e) __attribute__((warn_unused_result));

#endif
