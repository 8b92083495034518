/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "cmd/cert.h"
#include "db/migrate.h"
#include "db/sync.h"
#include "proc/ids.h"

struct init_args {
	const char	*admin, *file, *data, *run, *listen;
	bool		 no_admin;
};

static void
tell(void *arg, const char *what)
{
	(void)arg;
	printf("%s\n", what);
	fflush(stdout);
}

/* The first configuration file; one that exists is never touched. */
static int
write_conf(struct cmd *cmd, const struct init_args *a, struct err *e)
{
	struct conf_value	 set[5];
	char			*text, *dir, *slash, *host = NULL, *colon;
	int			 n = 0;

	if (access(cmd->conf_path, F_OK) == 0) {
		if (a->data == NULL && a->run == NULL && a->listen == NULL)
			return 0;
		return err_set(e, ERR_EXISTS, "%s exists already: set data, "
		    "run and listen there", cmd->conf_path);
	}
	if (a->listen != NULL) {
		host = talloc_strdup(cmd->ctx, a->listen);
		colon = strrchr(host, ':');
		if (colon == NULL)
			return err_set(e, ERR_USAGE,
			    "--listen is HOST:PORT, not '%s'", a->listen);
		*colon = '\0';
		set[n++] = (struct conf_value){ "listen", "host", host };
		set[n++] = (struct conf_value){ "listen", "port", colon + 1 };
	}
	if (a->data != NULL)
		set[n++] = (struct conf_value){ "paths", "data", a->data };
	if (a->run != NULL)
		set[n++] = (struct conf_value){ "paths", "run", a->run };
	set[n] = (struct conf_value){ NULL, NULL, NULL };
	text = conf_sample_with(cmd->ctx, set);
	dir = talloc_strdup(cmd->ctx, cmd->conf_path);
	slash = strrchr(dir, '/');
	if (slash != NULL && slash != dir) {
		*slash = '\0';
		if (io_mkdirs(dir, 0755, e) == -1)
			return -1;
	}
	/* It may come to hold a database password. */
	if (io_write_file(cmd->conf_path, text, strlen(text), 0600, e) == -1)
		return -1;
	printf("wrote %s\n", cmd->conf_path);
	return 0;
}

static int
make_users(const struct conf *conf, struct err *e)
{
	if (!ids_privileged())
		return 0;
	if (ids_create(conf->user, NULL, conf->data_dir, e) == -1)
		return -1;
	/* In core's group, so that its socket can be given to that group. */
	if (cluster_private(conf))
		return ids_create(conf->db_user, conf->user, conf->data_dir,
		    e);
	return 0;
}

static int
make_data_dir(const struct conf *conf, struct err *e)
{
	struct stat	st;
	mode_t		mode;

	if (stat(conf->data_dir, &st) == 0) {
		if (!S_ISDIR(st.st_mode))
			return err_set(e, ERR_IO, "%s is no directory",
			    conf->data_dir);
		return 0;
	}
	if (io_mkdirs(conf->data_dir, 0755, e) == -1)
		return -1;
	/* Two system users pass through root's; what is in it, they own. */
	mode = ids_privileged() ? 0711 : 0700;
	if (chmod(conf->data_dir, mode) == -1)
		return err_set(e, ERR_IO, "%s: %s", conf->data_dir,
		    strerror(errno));
	return 0;
}

static int
make_cert(const struct conf *conf, struct err *e)
{
	struct ids	owner;
	char		*print;
	bool		cert = access(conf->tls_cert, F_OK) == 0;
	bool		key = access(conf->tls_key, F_OK) == 0;

	if (cert && key)
		return 0;
	if (cert || key)
		return err_set(e, ERR_BAD_STATE, "%s exists, but %s does not: "
		    "put both in place, or move the one away",
		    cert ? conf->tls_cert : conf->tls_key,
		    cert ? conf->tls_key : conf->tls_cert);
	if (ids_of(conf->user, &owner, e) == -1 ||
	    ids_can_enter(&owner, conf->data_dir, e) == -1)
		return -1;
	if (cert_create(conf->tls_cert, conf->tls_key, conf->listen_host,
	    &owner, e) == -1)
		return -1;
	print = cert_fingerprint(NULL, conf->tls_cert);
	printf("certificate %s\n  %s\n", conf->tls_cert,
	    print == NULL ? "" : print);
	talloc_free(print);
	return 0;
}

static int
make_cluster(const struct conf *conf, struct err *e)
{
	int	lock, rc;

	if (!cluster_private(conf) || cluster_exists(conf))
		return 0;
	lock = cluster_lock(conf, e);
	if (lock == -1)
		return -1;
	printf("database cluster %s/pg\n", conf->data_dir);
	fflush(stdout);
	rc = cluster_create(conf, e);
	close(lock);
	return rc;
}

/* Asks before anything is changed what cannot be asked later. */
static int
admin_password(struct cmd *cmd, struct init_args *a, char **password,
    struct err *e)
{
	*password = NULL;
	if (a->no_admin || (a->file == NULL && a->admin == NULL &&
	    !isatty(STDIN_FILENO)))
		return 0;
	if (a->admin == NULL)
		a->admin = "admin";
	if (a->file == NULL)
		return 0;
	*password = cmd_password(cmd->ctx, a->admin, a->file, e);
	return *password == NULL ? -1 : 0;
}

/* The first super-admin; a database that has users already needs none. */
static int
make_admin(struct cmd *cmd, struct cmd_db *db, const struct init_args *a,
    char *password, struct err *e)
{
	struct cmd_user	 first = { .role = "super-admin" };
	char		*count;
	bool		 none;

	if (a->no_admin)
		return 0;
	if (cmd_begin(db, "jabbard init", e) == -1)
		return -1;
	count = sync_value(cmd->ctx, db->c, "command_user_count", 0, NULL, e);
	if (count == NULL || cmd_commit(db, e) == -1)
		return -1;
	none = strcmp(count, "0") == 0;
	if (!none)
		return 0;
	if (a->admin == NULL)
		return err_set(e, ERR_USAGE, "the first user is missing: run "
		    "again with --admin NAME --password-file FILE, or with "
		    "--no-admin");
	if (password == NULL)
		password = cmd_password(cmd->ctx, a->admin, NULL, e);
	if (password == NULL)
		return -1;
	first.name = a->admin;
	first.password = password;
	if (cmd_begin(db, "jabbard init", e) == -1 ||
	    cmd_user_add(db, &first, e) == -1 || cmd_commit(db, e) == -1)
		return -1;
	printf("super-admin '%s'\n", a->admin);
	return 0;
}

static int
make_schema(struct cmd *cmd, struct init_args *a, char *password,
    const struct conf *conf, struct err *e)
{
	struct cmd_db	db = { NULL, NULL, NULL };
	struct cluster	*cl = cluster_open(cmd->ctx, conf, e);
	bool		 changed;
	int		 rc = -1;

	if (cl == NULL)
		return -1;
	if (cluster_bootstrap(conf, e) == -1)
		goto out;
	db.c = sync_connect(cluster_conninfo(cmd->ctx, conf, CLUSTER_OWNER,
	    e), e);
	if (db.c == NULL ||
	    migrate_up(db.c, tell, NULL, &changed, e) == -1 ||
	    make_admin(cmd, &db, a, password, e) == -1)
		goto out;
	rc = 0;
out:
	PQfinish(db.c);
	cluster_close(cl);
	return rc;
}

static int
init_args(struct cmd *cmd, struct init_args *a)
{
	static const struct option longs[] = {
		{ "admin", required_argument, NULL, 'a' },
		{ "password-file", required_argument, NULL, 'p' },
		{ "no-admin", no_argument, NULL, 'n' },
		{ "data", required_argument, NULL, 'd' },
		{ "run", required_argument, NULL, 'r' },
		{ "listen", required_argument, NULL, 'l' },
		{ NULL, 0, NULL, 0 }
	};
	int	opt;

	optind = 0;
	while ((opt = getopt_long(cmd->argc, cmd->argv, "", longs, NULL)) !=
	    -1) {
		switch (opt) {
		case 'a':
			a->admin = optarg;
			break;
		case 'p':
			a->file = optarg;
			break;
		case 'n':
			a->no_admin = true;
			break;
		case 'd':
			a->data = optarg;
			break;
		case 'r':
			a->run = optarg;
			break;
		case 'l':
			a->listen = optarg;
			break;
		default:
			return cmd_usage(cmd, "bad option");
		}
	}
	if (optind != cmd->argc)
		return cmd_usage(cmd, "init takes options only");
	if (a->no_admin && (a->admin != NULL || a->file != NULL))
		return cmd_usage(cmd, "--no-admin excludes --admin");
	return CMD_OK;
}

int
cmd_init(struct cmd *cmd)
{
	struct err	 e = ERR_INIT;
	struct init_args a = { NULL, NULL, NULL, NULL, NULL, false };
	struct conf	*conf;
	char		*password;

	if (init_args(cmd, &a) != CMD_OK)
		return CMD_USAGE;
	umask(022);
	if (admin_password(cmd, &a, &password, &e) == -1 ||
	    write_conf(cmd, &a, &e) == -1)
		return cmd_failed(&e);
	conf = conf_read(cmd->ctx, cmd->conf_path, &e);
	if (conf == NULL)
		return cmd_failed(&e);
	if (make_users(conf, &e) == -1 || make_data_dir(conf, &e) == -1 ||
	    cluster_run_dir(conf, &e) == -1 || make_cert(conf, &e) == -1 ||
	    make_cluster(conf, &e) == -1 ||
	    make_schema(cmd, &a, password, conf, &e) == -1)
		return cmd_failed(&e);
	printf("ready: jabbard -c %s serve\n", conf->path);
	return CMD_OK;
}
