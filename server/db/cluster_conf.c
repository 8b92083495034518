/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "db/cluster_conf.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/text.h"
#include "db/cluster.h"
#include "proc/ids.h"
#include "proc/listen.h"

#define MAJOR_MIN	15
#define MAJOR_MAX	17
#define LOG_KEEP	(16 * 1024 * 1024)

bool
cluster_exists(const struct conf *conf)
{
	char	*path = talloc_asprintf(NULL, "%s/pg/PG_VERSION",
		    conf->data_dir);
	bool	 there = access(path, F_OK) == 0 || errno == EACCES;

	talloc_free(path);
	return there;
}

/* The major version of the cluster, 0 where there is none. */
static int
cluster_major(const struct conf *conf)
{
	char	*path = talloc_asprintf(NULL, "%s/pg/PG_VERSION",
		    conf->data_dir);
	char	*text = io_read_file(path, path, 64, NULL, NULL);
	long	 n = text == NULL ? 0 : strtol(text, NULL, 10);

	talloc_free(path);
	return n > 0 && n < 1000 ? (int)n : 0;
}

/* The major version that `program --version` names, 0 if it is none. */
static int
program_major(const char *program)
{
	const char	*argv[] = { program, "--version", NULL };
	char		*out = NULL, *digit;
	int		 major = 0;

	if (access(program, X_OK) == -1 ||
	    ids_run(NULL, NULL, argv, &out, NULL) == -1)
		return 0;
	digit = out + strcspn(out, "0123456789");
	major = (int)strtol(digit, NULL, 10);
	talloc_free(out);
	return major;
}

/*
 * Looks for major (0 = the newest supported) where Debian puts it, then in
 * PATH.
 */
static char *
program_find(TALLOC_CTX *ctx, int major, int *found)
{
	const char	*env = getenv("PATH");
	char		**dirs, *p;
	int		  v, i;

	for (v = MAJOR_MAX; v >= MAJOR_MIN; v--) {
		p = talloc_asprintf(ctx, "/usr/lib/postgresql/%d/bin/postgres",
		    v);
		if (access(p, X_OK) == 0) {
			*found = v;
			if (major == 0 || v == major)
				return p;
		}
		talloc_free(p);
	}
	dirs = text_split(ctx, env == NULL ? "" : env, ':', NULL);
	for (i = 0; dirs[i] != NULL; i++) {
		if (dirs[i][0] != '/')
			continue;
		p = talloc_asprintf(ctx, "%s/postgres", dirs[i]);
		v = program_major(p);
		if (v >= MAJOR_MIN && v <= MAJOR_MAX) {
			*found = v;
			if (major == 0 || v == major)
				return p;
		}
		talloc_free(p);
	}
	return NULL;
}

int
cluster_program(TALLOC_CTX *ctx, const struct conf *conf, char **path,
    struct err *e)
{
	TALLOC_CTX	*tmp = talloc_new(ctx);
	int		 major = cluster_major(conf), found = 0, rc = 0;
	char		*p = NULL;

	if (major == 0 || (major >= MAJOR_MIN && major <= MAJOR_MAX))
		p = program_find(tmp, major, &found);
	if (p != NULL) {
		if (path != NULL)
			*path = talloc_move(ctx, &p);
	} else if (major == 0)
		rc = err_set(e, ERR_NOT_FOUND, "no PostgreSQL server of "
		    "version %d to %d is installed: apt-get install "
		    "postgresql-%d", MAJOR_MIN, MAJOR_MAX, MAJOR_MIN);
	else if (major < MAJOR_MIN || major > MAJOR_MAX)
		rc = err_set(e, ERR_VERSION, "%s/pg belongs to PostgreSQL %d, "
		    "and this version works with %d to %d: dump it with "
		    "pg_dump of version %d, move the directory away, run "
		    "`jabbard init --no-admin` and load the dump, or use "
		    "pg_upgrade", conf->data_dir, major, MAJOR_MIN, MAJOR_MAX,
		    major);
	else
		rc = err_set(e, ERR_VERSION, "%s/pg belongs to PostgreSQL %d, "
		    "which is not installed (found: %d): apt-get install "
		    "postgresql-%d, or upgrade the directory with pg_upgrade "
		    "-b /usr/lib/postgresql/%d/bin", conf->data_dir, major,
		    found, major, major);
	talloc_free(tmp);
	return rc;
}

/* 'a string' of postgresql.conf. */
static char *
conf_string(TALLOC_CTX *ctx, const char *s)
{
	char	*out = talloc_strdup(ctx, "'");

	for (; *s != '\0'; s++)
		out = talloc_asprintf_append(out, "%s%c",
		    *s == '\'' ? "'" : *s == '\\' ? "\\" : "", *s);
	return talloc_asprintf_append(out, "'");
}

static int
run_dir_check(const struct conf *conf, struct err *e)
{
	char	*sock = talloc_asprintf(NULL, "%s/.s.PGSQL.%d", conf->run_dir,
		    CLUSTER_PORT);
	int	 rc = listen_path_check(sock, e);

	talloc_free(sock);
	/* libpq splits its host, PostgreSQL its directories, at commas. */
	if (rc == 0 && strpbrk(conf->run_dir, ",\"") != NULL)
		rc = err_set(e, ERR_USAGE, "the run directory %s has a comma "
		    "or a quote in its name: choose another", conf->run_dir);
	return rc;
}

/* Settings for a small server that other things share. */
static char *
conf_text(TALLOC_CTX *ctx, const struct conf *conf, const struct ids *core)
{
	long	 mb = sysconf(_SC_PHYS_PAGES) / 1024 *
		    (sysconf(_SC_PAGESIZE) / 1024);
	char	*dirs = talloc_asprintf(ctx, "\"%s\"", conf->run_dir);
	char	*out;

	if (mb < 256)
		mb = 1024;
	out = talloc_asprintf(ctx,
	    "# Written by jabbard at each start. Own settings go into\n"
	    "# local.conf beside this file, which is read last.\n"
	    "listen_addresses = ''\n"
	    "port = %d\n"
	    "unix_socket_directories = %s\n"
	    "unix_socket_permissions = %s\n",
	    CLUSTER_PORT, conf_string(ctx, dirs), ids_privileged() ? "0770" :
	    "0700");
	if (ids_privileged())
		out = talloc_asprintf_append(out, "unix_socket_group = '%d'\n",
		    (int)core->gid);
	return talloc_asprintf_append(out,
	    "max_connections = %d\n"
	    "shared_buffers = %dMB\n"
	    "effective_cache_size = %ldMB\n"
	    "work_mem = 8MB\n"
	    "maintenance_work_mem = 128MB\n"
	    "random_page_cost = 1.1\n"
	    "max_wal_size = 2GB\n"
	    "wal_compression = on\n"
	    "jit = off\n"
	    "timezone = 'UTC'\n"
	    "log_timezone = 'UTC'\n"
	    "lc_messages = 'C'\n"
	    "logging_collector = off\n"
	    "log_destination = 'stderr'\n"
	    "log_line_prefix = '%%m [%%p] %%u '\n"
	    "log_checkpoints = off\n"
	    "# Statements carry names and phone numbers of customers.\n"
	    "log_min_messages = error\n"
	    "log_min_error_statement = panic\n"
	    "log_error_verbosity = terse\n"
	    "include = 'local.conf'\n",
	    conf->db_pool + 44 > 60 ? conf->db_pool + 44 : 60,
	    mb < 4096 ? 128 : 256, mb / 2);
}

static char *
ident_text(TALLOC_CTX *ctx, const struct ids *db, const struct ids *core)
{
	char	*out = talloc_asprintf(ctx, "# Written by jabbard.\n"
		    "jabbar \"%s\" %s\njabbar \"%s\" jabbar_run\n"
		    "jabbar \"%s\" jabbar_run\n", db->name, CLUSTER_SUPER,
		    core->name, db->name);

	if (ids_privileged())
		out = talloc_asprintf_append(out,
		    "jabbar root %s\njabbar root jabbar_run\n", CLUSTER_SUPER);
	return out;
}

/* The operator's own settings: an empty file that is never written again. */
static int
conf_local(TALLOC_CTX *ctx, const char *dir, struct err *e)
{
	static const char text[] = "# Own settings of PostgreSQL, read last.\n";
	char	*path = talloc_asprintf(ctx, "%s/local.conf", dir);

	if (access(path, F_OK) == 0)
		return 0;
	return io_write_file(path, text, sizeof text - 1, 0600, e);
}

/* Adds our include to the file that initdb made, once. */
static int
conf_include(TALLOC_CTX *ctx, const char *dir, struct err *e)
{
	char	*path = talloc_asprintf(ctx, "%s/postgresql.conf", dir);
	char	*text = io_read_file(ctx, path, 1024 * 1024, NULL, e);

	if (text == NULL)
		return -1;
	if (strstr(text, "\ninclude = 'jabbar.conf'\n") != NULL)
		return 0;
	text = talloc_asprintf_append(text, "\ninclude = 'jabbar.conf'\n");
	return io_write_file(path, text, strlen(text), 0600, e);
}

int
cluster_configure(const struct conf *conf, struct err *e)
{
	static const char hba[] = "# Written by jabbard.\n"
	    "local all all peer map=jabbar\n";
	TALLOC_CTX	*ctx = talloc_new(NULL);
	char		*dir = talloc_asprintf(ctx, "%s/pg", conf->data_dir);
	struct ids	 db, core;
	char		*text, *ident;
	int		 rc = -1;

	if (run_dir_check(conf, e) == -1 ||
	    ids_of(conf->db_user, &db, e) == -1 ||
	    ids_of(conf->user, &core, e) == -1)
		goto out;
	text = conf_text(ctx, conf, &core);
	ident = ident_text(ctx, &db, &core);
	/* As its owner: links that he made lead root nowhere. */
	if (ids_assume(&db, e) == -1)
		goto out;
	rc = io_write_file(talloc_asprintf(ctx, "%s/jabbar.conf", dir), text,
	    strlen(text), 0600, e);
	if (rc == 0)
		rc = io_write_file(talloc_asprintf(ctx, "%s/pg_ident.conf",
		    dir), ident, strlen(ident), 0600, e);
	if (rc == 0)
		rc = io_write_file(talloc_asprintf(ctx, "%s/pg_hba.conf", dir),
		    hba, sizeof hba - 1, 0600, e);
	if (rc == 0)
		rc = conf_local(ctx, dir, e);
	if (rc == 0)
		rc = conf_include(ctx, dir, e);
	ids_back();
out:
	talloc_free(ctx);
	return rc;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

/* Makes the empty directory for initdb, owned by the database's user. */
static int
new_dir(const char *dir, const struct ids *db, struct err *e)
{
	struct stat	st;

	if (lstat(dir, &st) == 0 &&
	    nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) != 0)
		return err_set(e, ERR_IO, "%s: %s", dir, strerror(errno));
	if (mkdir(dir, 0700) == -1 ||
	    (ids_privileged() && chown(dir, db->uid, db->gid) == -1))
		return err_set(e, ERR_IO, "%s: %s", dir, strerror(errno));
	return 0;
}

int
cluster_create(const struct conf *conf, struct err *e)
{
	TALLOC_CTX	*ctx = talloc_new(NULL);
	char		*fresh = talloc_asprintf(ctx, "%s/pg.new",
			    conf->data_dir);
	char		*dir = talloc_asprintf(ctx, "%s/pg", conf->data_dir);
	char		*program, *slash;
	const char	*argv[] = { NULL, "-D", fresh, "-U", CLUSTER_SUPER,
			    "-E", "UTF8", "--locale=C.UTF-8",
			    "--data-checksums", "--auth=peer", NULL };
	struct ids	 db;
	int		 rc = -1;

	if (run_dir_check(conf, e) == -1 ||
	    ids_of(conf->db_user, &db, e) == -1 ||
	    cluster_program(ctx, conf, &program, e) == -1 ||
	    ids_can_enter(&db, conf->data_dir, e) == -1 ||
	    new_dir(fresh, &db, e) == -1)
		goto out;
	slash = strrchr(program, '/');
	argv[0] = talloc_asprintf(ctx, "%.*s/initdb", (int)(slash - program),
	    program);
	if (ids_run(ctx, &db, argv, NULL, e) == -1)
		goto out;
	if (rename(fresh, dir) == -1) {
		err_set(e, ERR_IO, "%s: %s", dir, strerror(errno));
		goto out;
	}
	rc = 0;
out:
	talloc_free(ctx);
	return rc;
}

int
cluster_log_open(const struct conf *conf, struct err *e)
{
	char		*path = talloc_asprintf(NULL, "%s/pg.log",
			    conf->data_dir);
	char		*old = talloc_asprintf(path, "%s.1", path);
	struct stat	 st;
	int		 fd;

	if (lstat(path, &st) == 0 && st.st_size > LOG_KEEP)
		(void)rename(path, old);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW,
	    0600);
	if (fd == -1)
		err_set(e, ERR_IO, "%s: %s", path, strerror(errno));
	talloc_free(path);
	return fd;
}

char *
cluster_last_words(TALLOC_CTX *ctx, const struct conf *conf)
{
	char		*path = talloc_asprintf(NULL, "%s/pg.log",
			    conf->data_dir);
	char		 buf[8193], *line, *p = buf, *words = NULL, *at;
	ssize_t		 n = 0;
	off_t		 size;
	int		 fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd != -1) {
		size = lseek(fd, 0, SEEK_END);
		n = pread(fd, buf, sizeof buf - 1,
		    size > (off_t)sizeof buf - 1 ? size -
		    ((off_t)sizeof buf - 1) : 0);
		close(fd);
	}
	buf[n > 0 ? n : 0] = '\0';
	while ((line = strsep(&p, "\n")) != NULL) {
		at = strstr(line, "FATAL: ");
		if (at == NULL)
			at = strstr(line, "PANIC: ");
		if (at == NULL)
			continue;
		at += strcspn(at, " ");
		at += strspn(at, " ");
		talloc_free(words);
		words = text_visible(ctx, at);
	}
	talloc_free(path);
	return words != NULL ? words : talloc_strdup(ctx, "it gave no reason");
}
