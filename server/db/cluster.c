/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "db/cluster.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libpq-fe.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/text.h"
#include "db/cluster_conf.h"
#include "db/sync.h"
#include "proc/ids.h"

#define READY_WAIT_MS	120000	/* one of our own, in recovery */
#define SHARED_WAIT_MS	30000	/* one of a daemon, starting */
#define STOP_WAIT_MS	60000

struct cluster {
	const struct conf	*conf;
	int			 lock;
	pid_t			 pid;	/* 0: somebody else's, or none */
};

bool
cluster_private(const struct conf *conf)
{
	return conf->db_url == NULL;
}

/* A value of a connection string. */
static char *
quoted(TALLOC_CTX *ctx, const char *s)
{
	char	*out = talloc_strdup(ctx, "'");

	for (; *s != '\0'; s++)
		out = talloc_asprintf_append(out, "%s%c",
		    *s == '\'' || *s == '\\' ? "\\" : "", *s);
	return talloc_asprintf_append(out, "'");
}

char *
cluster_conninfo(TALLOC_CTX *ctx, const struct conf *conf,
    enum cluster_who who, struct err *e)
{
	const char	*user = "jabbar_run", *db = "jabbar", *url;
	char		*host, *out;

	if (!cluster_private(conf)) {
		url = conf->db_url;
		if (who == CLUSTER_LISTEN && conf->db_listen_url != NULL)
			url = conf->db_listen_url;
		if (who == CLUSTER_OWNER || who == CLUSTER_BOOT)
			url = conf->db_owner_url;
		if (url == NULL) {
			err_set(e, ERR_USAGE, "%s: set owner_url in section "
			    "[database]: this needs a login that is a member "
			    "of jabbar_owner", conf->path);
			return NULL;
		}
		return talloc_strdup(ctx, url);
	}
	if (who == CLUSTER_OWNER || who == CLUSTER_BOOT)
		user = CLUSTER_SUPER;
	if (who == CLUSTER_BOOT)
		db = "postgres";
	host = quoted(ctx, conf->run_dir);
	out = talloc_asprintf(ctx, "host=%s port=%d dbname=%s user=%s", host,
	    CLUSTER_PORT, db, user);
	talloc_free(host);
	return out;
}

int
cluster_lock(const struct conf *conf, struct err *e)
{
	char	*path = talloc_asprintf(NULL, "%s/lock", conf->data_dir);
	char	 pid[32] = "";
	ssize_t	 n;
	int	 fd;

	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd == -1) {
		err_set(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO,
		    errno == ENOENT ? "%s: %s: run `jabbard init` first" :
		    "%s: %s", path, strerror(errno));
		goto out;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) == -1) {
		n = read(fd, pid, sizeof pid - 1);
		pid[n > 0 ? n : 0] = '\0';
		pid[strcspn(pid, "\n")] = '\0';
		err_set(e, ERR_EXISTS, "%s is in use by another jabbard "
		    "(process %s)", conf->data_dir, *pid == '\0' ? "unknown" :
		    pid);
		close(fd);
		fd = -1;
		goto out;
	}
	(void)snprintf(pid, sizeof pid, "%d\n", (int)getpid());
	if (ftruncate(fd, 0) == -1 || pwrite(fd, pid, strlen(pid), 0) == -1) {
		err_set(e, ERR_IO, "%s: %s", path, strerror(errno));
		close(fd);
		fd = -1;
	}
out:
	talloc_free(path);
	return fd;
}

int
cluster_run_dir(const struct conf *conf, struct err *e)
{
	struct ids	db, core;
	bool		mine = !ids_privileged();

	if (io_mkdirs(conf->run_dir, 0755, e) == -1)
		return -1;
	if (!cluster_private(conf) || mine)
		return 0;
	if (ids_of(conf->db_user, &db, e) == -1 ||
	    ids_of(conf->user, &core, e) == -1)
		return -1;
	/*
	 * The database makes its socket here, so it may write; the sticky bit
	 * keeps it from replacing what root made.
	 */
	if (chown(conf->run_dir, 0, db.gid) == -1 ||
	    chmod(conf->run_dir, 01775) == -1)
		return err_set(e, ERR_IO, "%s: %s", conf->run_dir,
		    strerror(errno));
	if (ids_can_enter(&db, conf->run_dir, e) == -1)
		return -1;
	return ids_can_enter(&core, conf->run_dir, e);
}

/*
 * The command line of a process with blanks between its words; NULL where
 * there is none: also of one that has ended and was not waited for.
 */
static char *
command_line(TALLOC_CTX *ctx, pid_t pid)
{
	char	*path = talloc_asprintf(ctx, "/proc/%d/cmdline", (int)pid);
	char	*text;
	size_t	 len = 0, i;

	text = io_read_file(ctx, path, 65536, &len, NULL);
	talloc_free(path);
	if (text == NULL || len == 0) {
		talloc_free(text);
		return NULL;
	}
	for (i = 0; i < len; i++) {
		if (text[i] == '\0')
			text[i] = ' ';
	}
	return text;
}

static bool
waited(pid_t pid, int64_t until)
{
	char	*cmd;

	while ((cmd = command_line(NULL, pid)) != NULL) {
		talloc_free(cmd);
		if (clock_mono_ms() >= until)
			return false;
		(void)poll(NULL, 0, 50);
	}
	return true;
}

/* The server of this directory that runs without a parent of ours, or 0. */
static pid_t
orphan_pid(const struct conf *conf, bool *stale)
{
	char	*path = talloc_asprintf(NULL, "%s/pg/postmaster.pid",
		    conf->data_dir);
	char	*dir = talloc_asprintf(path, "%s/pg", conf->data_dir);
	char	*text, *cmd = NULL;
	long	 pid = 0;

	*stale = false;
	text = io_read_file(path, path, 4096, NULL, NULL);
	if (text != NULL)
		pid = strtol(text, NULL, 10);
	if (pid > 1 && pid <= INT_MAX)
		cmd = command_line(path, (pid_t)pid);
	if (cmd == NULL || strstr(cmd, dir) == NULL) {
		/* Ended, or that number belongs to another program by now. */
		*stale = cmd != NULL;
		pid = 0;
	}
	talloc_free(path);
	return (pid_t)pid;
}

/*
 * The lock on the data directory is ours, so a server that runs there has
 * lost its parent. It is ended cleanly and started anew as our own child:
 * a moment longer than adopting it, but then its end is noticed.
 */
static int
orphan_end(const struct conf *conf, struct err *e)
{
	bool	 stale;
	pid_t	 pid = orphan_pid(conf, &stale);
	char	*path;

	if (stale) {
		path = talloc_asprintf(NULL, "%s/pg/postmaster.pid",
		    conf->data_dir);
		(void)unlink(path);
		talloc_free(path);
	}
	if (pid == 0)
		return 0;
	(void)kill(pid, SIGINT);
	if (waited(pid, clock_mono_ms() + STOP_WAIT_MS))
		return 0;
	(void)kill(pid, SIGQUIT);
	if (waited(pid, clock_mono_ms() + 10000))
		return 0;
	return err_set(e, ERR_IO, "a PostgreSQL left behind (process %d) does "
	    "not end", (int)pid);
}

int
cluster_prepare(const struct conf *conf, struct err *e)
{
	if (!cluster_exists(conf))
		return err_set(e, ERR_NOT_FOUND,
		    "there is no database in %s yet: run `jabbard init`",
		    conf->data_dir);
	if (cluster_run_dir(conf, e) == -1 ||
	    cluster_program(NULL, conf, NULL, e) == -1 ||
	    orphan_end(conf, e) == -1)
		return -1;
	return cluster_configure(conf, e);
}

static void
spawn_child(const struct ids *ids, const char *program, const char *dir,
    int log, pid_t parent)
{
	const char	*argv[] = { program, "-D", dir, NULL };
	static const char *const env[] = { "PATH=/usr/bin:/bin",
			    "LANG=C.UTF-8", "LC_ALL=C.UTF-8", "TZ=UTC",
			    "PG_OOM_ADJUST_FILE=/proc/self/oom_score_adj",
			    NULL };
	struct err	 e = ERR_INIT;
	sigset_t	 none;
	int		 null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	(void)signal(SIGPIPE, SIG_DFL);
	/* ^C on a terminal is for the parent alone. */
	(void)setpgid(0, 0);
	umask(077);
	if (null == -1 || dup2(null, 0) == -1 || dup2(log, 1) == -1 ||
	    dup2(log, 2) == -1 || close_range(3, ~0U, 0) == -1 ||
	    ids_drop(ids, &e) == -1 || chdir("/") == -1)
		_exit(127);
	/* When the parent dies, a fast and clean shutdown. */
	(void)prctl(PR_SET_PDEATHSIG, SIGINT);
	if (getppid() != parent)
		_exit(127);
	execve(program, (char *const *)(uintptr_t)argv,
	    (char *const *)(uintptr_t)env);
	dprintf(2, "FATAL: %s: %s\n", program, strerror(errno));
	_exit(127);
}

pid_t
cluster_spawn(const struct conf *conf, struct err *e)
{
	TALLOC_CTX	*ctx = talloc_new(NULL);
	char		*dir = talloc_asprintf(ctx, "%s/pg", conf->data_dir);
	char		*program;
	struct ids	 ids;
	pid_t		 pid = -1, parent = getpid();
	int		 log = -1;

	if (ids_of(conf->db_user, &ids, e) == -1 ||
	    cluster_program(ctx, conf, &program, e) == -1)
		goto out;
	log = cluster_log_open(conf, e);
	if (log == -1)
		goto out;
	pid = fork();
	if (pid == 0)
		spawn_child(&ids, program, dir, log, parent);
	if (pid == -1)
		err_set(e, ERR_IO, "fork: %s", strerror(errno));
	close(log);
out:
	talloc_free(ctx);
	return pid;
}

int
cluster_ready(const struct conf *conf)
{
	char	*info = cluster_conninfo(NULL, conf, CLUSTER_BOOT, NULL);
	char	*full = talloc_asprintf(info, "%s connect_timeout=2", info);
	PGPing	 p = PQping(full);

	talloc_free(info);
	return p == PQPING_OK;
}

void
cluster_stop(pid_t pid)
{
	static const int signals[] = { SIGINT, SIGQUIT, SIGKILL };
	int64_t		 until;
	size_t		 i;

	for (i = 0; i < 3; i++) {
		(void)kill(pid, signals[i]);
		until = clock_mono_ms() + (i == 0 ? STOP_WAIT_MS : 10000);
		while (clock_mono_ms() < until) {
			if (waitpid(pid, NULL, WNOHANG) != 0)
				return;
			(void)poll(NULL, 0, 20);
		}
	}
}

/* Waits until the child takes connections; it may end instead. */
static int
ready_wait(const struct conf *conf, pid_t pid, struct err *e)
{
	int64_t	 wait = pid == 0 ? SHARED_WAIT_MS : READY_WAIT_MS;
	int64_t	 until = clock_mono_ms() + wait;
	char	*words;
	int	 rc;

	while (cluster_ready(conf) == 0) {
		if (pid != 0 && waitpid(pid, NULL, WNOHANG) == pid) {
			words = cluster_last_words(NULL, conf);
			rc = err_set(e, ERR_UNAVAILABLE,
			    "PostgreSQL does not start: %s (see %s/pg.log)",
			    words, conf->data_dir);
			talloc_free(words);
			return rc;
		}
		if (clock_mono_ms() >= until) {
			if (pid != 0)
				cluster_stop(pid);
			return err_set(e, ERR_UNAVAILABLE, "the database does "
			    "not answer within %d s", (int)(wait / 1000));
		}
		(void)poll(NULL, 0, 50);
	}
	return 0;
}

static int
boot_database(PGconn *c, struct err *e)
{
	struct err	 own = ERR_INIT;
	char		*there;

	if (sync_run(c, "bootstrap_roles", 0, NULL, e) == -1)
		return -1;
	there = sync_value(NULL, c, "bootstrap_has_database", 0, NULL, &own);
	if (own.code != ERR_NONE) {
		err_move(e, &own);
		return -1;
	}
	if (there == NULL &&
	    sync_run(c, "bootstrap_database", 0, NULL, e) == -1)
		return -1;
	talloc_free(there);
	return 0;
}

/* An own server has the database already; the roles we can help with. */
static int
bootstrap_own(const struct conf *conf, struct err *e)
{
	char	*info = cluster_conninfo(NULL, conf, CLUSTER_OWNER, e);
	PGconn	*c;
	int	 rc = -1;

	if (info == NULL)
		return -1;
	c = sync_connect(info, e);
	if (c != NULL && sync_run(c, "bootstrap_roles", 0, NULL, e) == 0 &&
	    sync_run(c, "bootstrap_own", 0, NULL, e) == 0)
		rc = 0;
	PQfinish(c);
	talloc_free(info);
	return rc;
}

static int
bootstrap_private(const struct conf *conf, struct err *e)
{
	char		*info = cluster_conninfo(NULL, conf, CLUSTER_BOOT, e);
	char		*ms = talloc_asprintf(NULL, "%d", conf->db_timeout_ms);
	const char	*p[] = { ms };
	PGconn		*c = sync_connect(info, e);
	int		 rc = -1;

	if (c != NULL && boot_database(c, e) == 0 &&
	    sync_run(c, "bootstrap_rights", 0, NULL, e) == 0 &&
	    sync_run(c, "bootstrap_timeout", 1, p, e) == 0 &&
	    sync_run(c, "bootstrap_timeout_set", 0, NULL, e) == 0)
		rc = 0;
	PQfinish(c);
	talloc_free(info);
	talloc_free(ms);
	return rc;
}

int
cluster_bootstrap(const struct conf *conf, struct err *e)
{
	if (cluster_private(conf))
		return bootstrap_private(conf, e);
	return bootstrap_own(conf, e);
}

static int
open_private(struct cluster *cl, struct err *e)
{
	cl->lock = cluster_lock(cl->conf, e);
	if (cl->lock == -1) {
		if (e->code != ERR_EXISTS)
			return -1;
		/* The daemon has it, perhaps just starting. */
		err_clear(e);
		return ready_wait(cl->conf, 0, e);
	}
	if (cluster_prepare(cl->conf, e) == -1)
		return -1;
	cl->pid = cluster_spawn(cl->conf, e);
	if (cl->pid == -1) {
		cl->pid = 0;
		return -1;
	}
	if (ready_wait(cl->conf, cl->pid, e) == -1) {
		cl->pid = 0;
		return -1;
	}
	return 0;
}

struct cluster *
cluster_open(TALLOC_CTX *ctx, const struct conf *conf, struct err *e)
{
	struct cluster	*cl = talloc_zero(ctx, struct cluster);
	struct err	 own = ERR_INIT;

	cl->conf = conf;
	cl->lock = -1;
	if (cluster_private(conf) && open_private(cl, &own) == -1) {
		err_move(e, &own);
		cluster_close(cl);
		return NULL;
	}
	return cl;
}

bool
cluster_shared(const struct cluster *cl)
{
	return cl->lock == -1;
}

void
cluster_close(struct cluster *cl)
{
	if (cl == NULL)
		return;
	if (cl->pid != 0)
		cluster_stop(cl->pid);
	if (cl->lock != -1)
		close(cl->lock);
	talloc_free(cl);
}
