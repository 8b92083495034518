/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proc/role.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/log.h"
#include "proc/channel.h"
#include "proc/ids.h"

#if defined(__SANITIZE_ADDRESS__)
#define ROLE_SANITIZED	1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ROLE_SANITIZED	1
#endif
#endif
#ifndef ROLE_SANITIZED
#define ROLE_SANITIZED	0
#endif

/* What of the environment a role keeps: the rest of it is nobody's business. */
static const char *const env_kept[] = { "JABBAR_CLOCK", "ASAN_OPTIONS",
	"UBSAN_OPTIONS", "LSAN_OPTIONS", NULL };
/* The leading role feeds systemd's watchdog from its own loop. */
static const char *const env_lead[] = { "NOTIFY_SOCKET", "WATCHDOG_USEC",
	NULL };

const struct role *
role_find(const char *name)
{
	const struct role	*r;

	for (r = roles; r->name != NULL; r++) {
		if (strcmp(r->name, name) == 0)
			return r;
	}
	return NULL;
}

static int
env_keep(char **env, int n, const char *const *names)
{
	const char	*value;

	for (; *names != NULL; names++) {
		value = getenv(*names);
		if (value != NULL)
			env[n++] = talloc_asprintf(env, "%s=%s", *names,
			    value);
	}
	return n;
}

static char **
role_env(TALLOC_CTX *ctx, const struct role *r, pid_t parent)
{
	char		**env = talloc_zero_array(ctx, char *, 16);
	int		  n = 0;

	env[n++] = talloc_strdup(env, "PATH=/usr/bin:/bin");
	env[n++] = talloc_strdup(env, "LANG=C.UTF-8");
	env[n++] = talloc_strdup(env, "TZ=UTC");
	/* libpq looks for files of its user here, and must find none. */
	env[n++] = talloc_strdup(env, "HOME=/nonexistent");
	env[n++] = talloc_asprintf(env, "JABBAR_PARENT=%d", (int)parent);
	n = env_keep(env, n, env_kept);
	if (r->leads)
		n = env_keep(env, n, env_lead);
	env[n] = NULL;
	return env;
}

/* Puts the descriptors at their fixed numbers and closes all others. */
static int
role_descriptors(int control, int tls_fd, int unix_fd)
{
	int	from[3] = { control, tls_fd, unix_fd };
	int	to[3] = { ROLE_CONTROL_FD, ROLE_TLS_FD, ROLE_UNIX_FD };
	int	i;

	/* Out of the way first, so that no dup2() hits one still needed. */
	for (i = 0; i < 3; i++) {
		if (from[i] == -1)
			continue;
		from[i] = fcntl(from[i], F_DUPFD_CLOEXEC, 16);
		if (from[i] == -1)
			return -1;
	}
	for (i = 0; i < 3; i++) {
		if (from[i] == -1)
			close(to[i]);
		else if (dup2(from[i], to[i]) == -1)
			return -1;
	}
	return close_range(ROLE_UNIX_FD + 1, ~0U, 0);
}

static void
role_exec(const struct role *r, int n, const struct conf *conf, pid_t parent,
    int control, int tls_fd, int unix_fd)
{
	char		*number = talloc_asprintf(NULL, "%d", n);
	const char	*argv[] = { "jabbard", "-x", r->name, "-n", number,
			    "-c", conf->path, NULL };
	char		**env = role_env(NULL, r, parent);
	sigset_t	 none;
	int		 null;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* ^C on a terminal is for the parent, which stops all in order. */
	(void)setpgid(0, 0);
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null != -1) {
		(void)dup2(null, 0);
		(void)dup2(null, 1);
	}
	if (role_descriptors(control, r->listeners ? tls_fd : -1,
	    r->listeners ? unix_fd : -1) == 0)
		execve("/proc/self/exe", (char *const *)(uintptr_t)argv, env);
	log_error("event=exec role=%s error=\"%s\"", r->name,
	    strerror(errno));
	_exit(127);
}

pid_t
role_spawn(const struct role *r, int n, const struct conf *conf, int tls_fd,
    int unix_fd, int *control, struct err *e)
{
	pid_t	parent = getpid(), pid;
	int	pair[2];

	if (channel_pair(pair, e) == -1)
		return -1;
	pid = fork();
	if (pid == 0)
		role_exec(r, n, conf, parent, pair[1], tls_fd, unix_fd);
	close(pair[1]);
	if (pid == -1) {
		close(pair[0]);
		return err_set(e, ERR_IO, "fork: %s", strerror(errno));
	}
	*control = pair[0];
	return pid;
}

/* Lowers a limit to max, as far as the hard limit goes. */
static void
limit(int what, rlim_t max)
{
	struct rlimit	rl;

	if (getrlimit((__rlimit_resource_t)what, &rl) == -1)
		return;
	if (max > rl.rlim_max && rl.rlim_max != RLIM_INFINITY)
		max = rl.rlim_max;
	rl.rlim_cur = rl.rlim_max = max;
	if (setrlimit((__rlimit_resource_t)what, &rl) == -1)
		log_warn("event=rlimit what=%d error=\"%s\"", what,
		    strerror(errno));
}

static void
role_limits(const struct role *r, const struct conf *conf, bool dropped)
{
	rlim_t	files = r->nofile;

	if (r->listeners)
		files += (rlim_t)conf->max_clients + (rlim_t)conf->db_pool;
	limit(RLIMIT_NOFILE, files);
	limit(RLIMIT_CORE, 0);
	if (r->nice != 0 && setpriority(PRIO_PROCESS, 0, r->nice) == -1)
		log_warn("event=nice error=\"%s\"", strerror(errno));
	/*
	 * The address sanitizer reserves terabytes and its leak checker forks,
	 * so those two only bind real builds; processes are counted per user,
	 * so theirs only binds where that user is ours alone.
	 */
	if (ROLE_SANITIZED)
		return;
	if (r->memory_mb != 0)
		limit(RLIMIT_AS, (rlim_t)r->memory_mb * 1024 * 1024);
	if (dropped)
		limit(RLIMIT_NPROC, 64);
}

static int
role_ids(const struct conf *conf, bool *dropped, struct err *e)
{
	const char	*parent = getenv("JABBAR_PARENT");
	struct ids	 ids;

	*dropped = ids_privileged();
	if (*dropped && (ids_of(conf->user, &ids, e) == -1 ||
	    ids_drop(&ids, e) == -1))
		return -1;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return err_set(e, ERR_IO, "no_new_privs: %s", strerror(errno));
	/* Another user's process cannot be attached to, not by the checker. */
	if (ROLE_SANITIZED)
		(void)prctl(PR_SET_DUMPABLE, 1);
	/* A change of ids clears it, so it is set here, and then looked at. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1)
		return err_set(e, ERR_IO, "pdeathsig: %s", strerror(errno));
	if (parent != NULL && strtol(parent, NULL, 10) != (long)getppid())
		return err_set(e, ERR_IO, "the parent is gone");
	return 0;
}

int
role_enter(const char *name, const char *conf_path, int n)
{
	const struct role	*r = role_find(name);
	struct role_boot	 boot = { .n = n,
				    .control_fd = ROLE_CONTROL_FD,
				    .tls_fd = -1, .unix_fd = -1 };
	struct err		 e = ERR_INIT;
	struct conf		*conf;
	bool			 dropped;
	int			 rc = 1, fd;

	if (r == NULL) {
		fprintf(stderr, "jabbard: unknown role '%s'\n", name);
		return 2;
	}
	(void)prctl(PR_SET_NAME, "jabbard");
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
	conf = conf_read(NULL, conf_path, &e);
	if (conf == NULL)
		goto out;
	log_open(r->name, conf_log_level(conf));
	for (fd = ROLE_CONTROL_FD; fd <= (r->listeners ? ROLE_UNIX_FD :
	    ROLE_CONTROL_FD); fd++) {
		if (fcntl(fd, F_SETFD, FD_CLOEXEC) == -1) {
			err_set(&e, ERR_IO, "descriptor %d is missing: roles "
			    "are started by `jabbard serve`", fd);
			goto out;
		}
	}
	if (role_ids(conf, &dropped, &e) == -1)
		goto out;
	role_limits(r, conf, dropped);
	if (r->keep_conf)
		boot.conf = conf;
	else
		TALLOC_FREE(conf);
	if (r->listeners) {
		boot.tls_fd = ROLE_TLS_FD;
		boot.unix_fd = ROLE_UNIX_FD;
	}
	rc = r->run(&boot);
out:
	if (e.code != ERR_NONE)
		log_error("event=start error=\"%s\"", e.msg);
	err_clear(&e);
	talloc_free(conf);
	return rc;
}
