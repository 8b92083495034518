/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/perms.h"
#include "base/io.h"
#include "base/text.h"
#include "db/sync.h"
#include "proc/password.h"

#define CUSTOMERS_DEFAULT	2000
#define CUSTOMERS_MAX		10000000
#define PASSWORD_LEN		20

struct demo_args {
	long		 customers, seed;	/* customers -1: not given */
	const char	*passwords;
	bool		 force;
};

/* The loader says by NOTICE how far it is. */
static void
notice(void *arg, const PGresult *res)
{
	const char	*msg = PQresultErrorField(res,
			    PG_DIAG_MESSAGE_PRIMARY);
	char		*text = text_visible(NULL, msg == NULL ? "" : msg);

	(void)arg;
	fprintf(stderr, "%s\n", text);
	talloc_free(text);
}

static int
demo_load(struct cmd_db *db, const struct demo_args *a, struct err *e)
{
	struct err	 own = ERR_INIT;
	char		*some;
	int		 rc;

	if (cmd_begin(db, "jabbard demo", e) == -1)
		return -1;
	some = sync_value(NULL, db->c, "command_customers", 0, NULL, &own);
	if (own.code != ERR_NONE) {
		err_move(e, &own);
		return -1;
	}
	rc = some != NULL && !a->force;
	talloc_free(some);
	if (rc)
		return err_set(e, ERR_EXISTS, "the database has customers "
		    "already; demo data is loaded beside them with --force "
		    "only");
	PQsetNoticeReceiver(db->c, notice, NULL);
	if (sync_run(db->c, "command_notices", 0, NULL, e) == -1 ||
	    cmd_call(db, "command_demo_load", json_pack("{s:I, s:I}",
	    "customers", (json_int_t)a->customers, "seed",
	    (json_int_t)a->seed), NULL, NULL, e) == -1)
		return -1;
	return cmd_commit(db, e);
}

/* One user in one transaction, so that an existing one can be tried again. */
static int
demo_user(struct cmd_db *db, const struct role_row *role, const char *dir,
    struct err *e)
{
	struct err	 own = ERR_INIT;
	char		*path = talloc_asprintf(NULL, "%s/%s", dir, role->id);
	char		*pw = password_random(path, PASSWORD_LEN, e);
	char		*line;
	struct cmd_user	 u = { .name = role->id, .full_name = role->label,
			    .role = role->id, .password = pw };
	int		 rc = -1;

	if (pw == NULL)
		goto out;
	rc = cmd_begin(db, "jabbard demo", &own);
	if (rc == 0 && strcmp(role->scope, "partner") == 0) {
		u.partner = sync_value(path, db->c, "command_partner", 0, NULL,
		    &own);
		if (own.code != ERR_NONE)
			rc = -1;
	}
	if (rc == 0)
		rc = cmd_user_add(db, &u, &own);
	if (rc == -1 && own.code == ERR_EXISTS) {
		err_clear(&own);
		rc = sync_run(db->c, "migrate_rollback", 0, NULL, &own);
		if (rc == 0)
			rc = cmd_begin(db, "jabbard demo", &own);
		if (rc == 0)
			rc = cmd_user_password(db, &u, &own);
	}
	if (rc == 0)
		rc = cmd_commit(db, &own);
	if (rc == 0) {
		line = talloc_asprintf(path, "%s\n", pw);
		rc = io_write_file(path, line, strlen(line), 0600, &own);
		explicit_bzero(line, strlen(line));
	}
	if (rc == -1)
		err_move(e, &own);
out:
	talloc_free(path);
	return rc;
}

static int
demo_passwords(struct cmd_db *db, const char *dir, struct err *e)
{
	int	i;

	if (io_mkdirs(dir, 0700, e) == -1)
		return -1;
	for (i = 0; i < ROLE_COUNT_; i++) {
		if (demo_user(db, &role_rows[i], dir, e) == -1)
			return err_prefix(e, "user '%s'", role_rows[i].id);
	}
	return 0;
}

static int
number(const char *s, long min, long max, long *out)
{
	char	*end;

	errno = 0;
	*out = strtol(s, &end, 10);
	return *s != '\0' && *end == '\0' && errno == 0 && *out >= min &&
	    *out <= max;
}

static int
demo_args(struct cmd *cmd, struct demo_args *a)
{
	static const struct option longs[] = {
		{ "customers", required_argument, NULL, 'n' },
		{ "seed", required_argument, NULL, 's' },
		{ "passwords", required_argument, NULL, 'p' },
		{ "force", no_argument, NULL, 'f' },
		{ NULL, 0, NULL, 0 }
	};
	int	opt, ok = 1;

	optind = 0;
	while ((opt = getopt_long(cmd->argc, cmd->argv, "", longs, NULL)) !=
	    -1) {
		switch (opt) {
		case 'n':
			ok = number(optarg, 1, CUSTOMERS_MAX, &a->customers);
			break;
		case 's':
			ok = number(optarg, 0, 2147483647, &a->seed);
			break;
		case 'p':
			a->passwords = optarg;
			break;
		case 'f':
			a->force = true;
			break;
		default:
			return cmd_usage(cmd, "bad option");
		}
		if (!ok)
			return cmd_usage(cmd, "'%s' is no number that fits",
			    optarg);
	}
	if (optind != cmd->argc)
		return cmd_usage(cmd, "demo takes options only");
	/* With passwords alone the data is left as it is. */
	if (a->customers == -1 && a->passwords == NULL)
		a->customers = CUSTOMERS_DEFAULT;
	return CMD_OK;
}

int
cmd_demo(struct cmd *cmd)
{
	struct err	 e = ERR_INIT;
	struct demo_args a = { .customers = -1, .seed = 1 };
	struct cmd_db	 db;
	int		 rc = 0;

	if (demo_args(cmd, &a) != CMD_OK)
		return CMD_USAGE;
	if (cmd_open(cmd, &db, &e) == -1)
		return cmd_failed(&e);
	if (a.customers != -1)
		rc = demo_load(&db, &a, &e);
	if (rc == 0 && a.passwords != NULL)
		rc = demo_passwords(&db, a.passwords, &e);
	cmd_close(&db);
	return rc == 0 ? CMD_OK : cmd_failed(&e);
}
