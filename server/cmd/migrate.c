/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <stdio.h>
#include <string.h>

#include "db/migrate.h"
#include "db/sync.h"

static void
tell(void *arg, const char *what)
{
	(void)arg;
	fprintf(stderr, "%s\n", what);
}

static int
up(struct cmd_db *db, struct err *e)
{
	bool	changed;

	if (migrate_up(db->c, tell, NULL, &changed, e) == -1)
		return -1;
	printf("%s\n", changed ? "upgraded" : "up to date");
	if (changed && cluster_private(db->conf) && cluster_shared(db->cluster))
		printf("the daemon is running: restart it\n");
	return 0;
}

/* As the owner here: the run role may have been broken by hand. */
static int
verify(struct cmd_db *db, struct err *e)
{
	if (sync_run(db->c, "migrate_become", 0, NULL, e) == -1 ||
	    migrate_verify(db->c, e) == -1)
		return -1;
	printf("the database is of this version (jabbard %s)\n", JB_VERSION);
	return 0;
}

int
cmd_migrate(struct cmd *cmd)
{
	struct err	 e = ERR_INIT;
	struct cmd_db	 db;
	const char	*what;
	int		 rc;

	if (cmd->argc != 2)
		return cmd_usage(cmd, "one of status, up, verify is needed");
	what = cmd->argv[1];
	if (strcmp(what, "status") != 0 && strcmp(what, "up") != 0 &&
	    strcmp(what, "verify") != 0)
		return cmd_usage(cmd, "unknown action '%s'", what);
	if (cmd_open(cmd, &db, &e) == -1)
		return cmd_failed(&e);
	if (strcmp(what, "status") == 0)
		rc = migrate_status(db.c, stdout, &e);
	else if (strcmp(what, "up") == 0)
		rc = up(&db, &e);
	else
		rc = verify(&db, &e);
	cmd_close(&db);
	return rc == 0 ? CMD_OK : cmd_failed(&e);
}
