/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "base/text.h"
#include "cmd/cert.h"
#include "db/migrate.h"
#include "db/sync.h"
#include "proc/ids.h"
#include "proc/listen.h"

#define CERT_WARN_DAYS	14	/* those renewed every 60 of 90 days are no alarm */
#define DISK_MIN_MB	512

struct doctor {
	struct conf	*conf;
	int		 bad;
};

static void
good(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static void
bad(struct doctor *d, const char *what, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static void
good(const char *fmt, ...)
{
	va_list	ap;

	printf("ok    ");
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

static void
bad(struct doctor *d, const char *what, const char *fmt, ...)
{
	va_list	 ap;
	char	*detail, *safe;

	va_start(ap, fmt);
	detail = talloc_vasprintf(NULL, fmt, ap);
	va_end(ap);
	safe = text_visible(detail, detail);
	printf("WRONG %s: %s\n", what, safe);
	talloc_free(detail);
	d->bad++;
}

static void
check_secret_file(struct doctor *d, const char *what, const char *path,
    const struct ids *owner)
{
	struct stat	st;

	if (stat(path, &st) == -1) {
		bad(d, what, "%s: %s", path, strerror(errno));
		return;
	}
	if ((st.st_mode & 077) != 0)
		bad(d, what, "%s has mode %04o: chmod 600", path,
		    (unsigned)st.st_mode & 07777);
	else if (ids_privileged() && owner != NULL && st.st_uid != owner->uid)
		bad(d, what, "%s does not belong to user '%s'", path,
		    owner->name);
	else
		good("%s: %s", what, path);
}

static void
check_conf_file(struct doctor *d)
{
	struct stat	st;

	if (stat(d->conf->path, &st) == -1)
		bad(d, "configuration", "%s: %s", d->conf->path,
		    strerror(errno));
	else if ((st.st_mode & 022) != 0)
		bad(d, "configuration", "%s may be written by others: chmod "
		    "go-w", d->conf->path);
	else if ((st.st_mode & 044) != 0 && (d->conf->db_url != NULL ||
	    d->conf->db_owner_url != NULL))
		bad(d, "configuration", "%s holds a database URL and may be "
		    "read by others: chmod 600", d->conf->path);
	else
		good("configuration: %s", d->conf->path);
}

static void
check_files(struct doctor *d)
{
	struct err	 e = ERR_INIT;
	struct ids	 core;
	struct statvfs	 vfs;
	unsigned long	 mb;
	char		*print;
	int		 days;

	check_conf_file(d);
	if (ids_of(d->conf->user, &core, &e) == -1) {
		bad(d, "system user", "%s", e.msg);
		err_clear(&e);
	} else
		check_secret_file(d, "TLS key", d->conf->tls_key, &core);
	if (cert_check(d->conf->tls_cert, d->conf->tls_key, &days, &e) == -1) {
		bad(d, "TLS certificate", "%s", e.msg);
		err_clear(&e);
	} else if (days < 0)
		bad(d, "TLS certificate", "%s is over since %d days",
		    d->conf->tls_cert, -days);
	else if (days < CERT_WARN_DAYS)
		bad(d, "TLS certificate", "%s ends in %d days",
		    d->conf->tls_cert, days);
	else {
		good("TLS certificate: valid for %d days", days);
		print = cert_fingerprint(NULL, d->conf->tls_cert);
		if (print != NULL)
			good("its fingerprint: %s", print);
		talloc_free(print);
	}
	if (listen_path_check(d->conf->socket_path, &e) == -1) {
		bad(d, "socket", "%s", e.msg);
		err_clear(&e);
	}
	if (statvfs(d->conf->data_dir, &vfs) == -1) {
		bad(d, "data directory", "%s: %s", d->conf->data_dir,
		    strerror(errno));
		return;
	}
	mb = (unsigned long)(vfs.f_bavail / 1024 * vfs.f_frsize / 1024);
	if (mb < DISK_MIN_MB)
		bad(d, "disk", "%lu MB are left in %s", mb, d->conf->data_dir);
	else
		good("disk: %lu MB free in %s", mb, d->conf->data_dir);
}

/* Every row that a query returns is something wrong. */
static void
check_rows(struct doctor *d, PGconn *c, const char *query, const char *what)
{
	struct err	 e = ERR_INIT;
	PGresult	*res = sync_query(c, query, 0, NULL, &e);
	char		*name;
	int		 i;

	if (res == NULL) {
		bad(d, what, "%s", e.msg);
		err_clear(&e);
		return;
	}
	for (i = 0; i < PQntuples(res); i++) {
		if (PQnfields(res) < 2) {
			bad(d, what, "%s", PQgetvalue(res, i, 0));
			continue;
		}
		name = text_visible(NULL, PQgetvalue(res, i, 0));
		bad(d, name, "%s", PQgetvalue(res, i, 1));
		talloc_free(name);
	}
	if (PQntuples(res) == 0)
		good("%s", what);
	PQclear(res);
}

/* The way core logs in, which is not the owner's. */
static void
check_run_login(struct doctor *d)
{
	struct err	 e = ERR_INIT;
	char		*info = cluster_conninfo(NULL, d->conf, CLUSTER_RUN,
			    &e);
	PGconn		*c = info == NULL ? NULL : sync_connect(info, &e);

	if (c == NULL)
		bad(d, "database login", "%s", e.msg);
	else if (migrate_verify(c, &e) == -1)
		bad(d, "database version", "%s", e.msg);
	else
		good("database: version of jabbard %s, PostgreSQL %s",
		    JB_VERSION, PQparameterStatus(c, "server_version"));
	err_clear(&e);
	PQfinish(c);
	talloc_free(info);
}

static void
check_books(struct doctor *d, struct cmd_db *db)
{
	struct err	e = ERR_INIT;

	if (cmd_begin(db, "jabbard doctor", &e) == -1) {
		bad(d, "books", "%s", e.msg);
		err_clear(&e);
		return;
	}
	check_rows(d, db->c, "command_rights", "rights of the database login");
	check_rows(d, db->c, "command_doctor", "books");
	if (cmd_commit(db, &e) == -1) {
		bad(d, "books", "%s", e.msg);
		err_clear(&e);
	}
}

int
cmd_doctor(struct cmd *cmd)
{
	struct err	 e = ERR_INIT;
	struct doctor	 d = { NULL, 0 };
	struct cmd_db	 db;

	if (cmd->argc > 1)
		return cmd_usage(cmd, "doctor takes no arguments");
	d.conf = conf_read(cmd->ctx, cmd->conf_path, &e);
	if (d.conf == NULL)
		return cmd_failed(&e);
	check_files(&d);
	if (cmd_open(cmd, &db, &e) == -1) {
		bad(&d, "database", "%s", e.msg);
		err_clear(&e);
	} else {
		check_run_login(&d);
		check_books(&d, &db);
		cmd_close(&db);
	}
	if (d.bad == 0)
		return CMD_OK;
	printf("%d wrong\n", d.bad);
	return CMD_FAILED;
}
