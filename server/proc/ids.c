/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proc/ids.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"

#define RUN_OUTPUT	(64 * 1024)

bool
ids_privileged(void)
{
	return geteuid() == 0;
}

int
ids_of(const char *user, struct ids *out, struct err *e)
{
	struct passwd	*pw;

	errno = 0;
	if (ids_privileged())
		pw = getpwnam(user);
	else
		pw = getpwuid(geteuid());
	if (pw == NULL && ids_privileged())
		return err_set(e, ERR_NOT_FOUND, "the system user '%s' does "
		    "not exist: run `jabbard init`", user);
	if (pw == NULL)
		return err_set(e, ERR_NOT_FOUND,
		    "the user id %d has no name on this system",
		    (int)geteuid());
	if (strlen(pw->pw_name) >= sizeof out->name)
		return err_set(e, ERR_USAGE, "the user name '%s' is too long",
		    pw->pw_name);
	memset(out, 0, sizeof *out);
	memcpy(out->name, pw->pw_name, strlen(pw->pw_name));
	out->uid = pw->pw_uid;
	out->gid = pw->pw_gid;
	return 0;
}

int
ids_drop(const struct ids *to, struct err *e)
{
	if (!ids_privileged() || to->uid == 0)
		return 0;
	if (initgroups(to->name, to->gid) == -1 || setgid(to->gid) == -1 ||
	    setuid(to->uid) == -1)
		return err_set(e, ERR_IO, "cannot become user '%s': %s",
		    to->name, strerror(errno));
	/* It must not be possible to come back. */
	if (setuid(0) == 0 || geteuid() != to->uid)
		bug("still root after dropping to %s", to->name);
	return 0;
}

int
ids_assume(const struct ids *to, struct err *e)
{
	if (!ids_privileged())
		return 0;
	if (initgroups(to->name, to->gid) == -1 || setegid(to->gid) == -1 ||
	    seteuid(to->uid) == -1) {
		err_set(e, ERR_IO, "cannot act as user '%s': %s", to->name,
		    strerror(errno));
		ids_back();
		return -1;
	}
	return 0;
}

void
ids_back(void)
{
	const gid_t	root = 0;

	if (getuid() != 0)
		return;
	if (seteuid(0) == -1 || setegid(0) == -1 || setgroups(1, &root) == -1)
		bug("cannot become root again: %s", strerror(errno));
}

int
ids_create(const char *user, const char *group, const char *home,
    struct err *e)
{
	const char	*add[] = { "useradd", "--system", "--user-group",
			    "--no-create-home", "--home-dir", home, "--shell",
			    "/usr/sbin/nologin", user, NULL };
	const char	*join[] = { "usermod", "--append", "--groups", group,
			    user, NULL };
	struct passwd	*pw;
	struct group	*gr;
	int		 i;

	if (getpwnam(user) == NULL && ids_run(NULL, NULL, add, NULL, e) == -1)
		return err_prefix(e, "cannot make the system user '%s'", user);
	if (group == NULL)
		return 0;
	pw = getpwnam(user);
	gr = getgrnam(group);
	if (pw == NULL || gr == NULL)
		return err_set(e, ERR_IO, "the system user '%s' or group '%s' "
		    "cannot be read back", user, group);
	for (i = 0; gr->gr_mem[i] != NULL; i++) {
		if (strcmp(gr->gr_mem[i], user) == 0)
			return 0;
	}
	if (pw->pw_gid == gr->gr_gid)
		return 0;
	if (ids_run(NULL, NULL, join, NULL, e) == -1)
		return err_prefix(e, "cannot put '%s' into group '%s'", user,
		    group);
	return 0;
}

int
ids_can_enter(const struct ids *who, const char *path, struct err *e)
{
	char	*copy = talloc_strdup(NULL, path), *p, c;
	int	 rc = 0;

	if (ids_assume(who, e) == -1) {
		talloc_free(copy);
		return -1;
	}
	for (p = copy + 1; rc == 0; p++) {
		if (*p != '/' && *p != '\0')
			continue;
		c = *p;
		*p = '\0';
		if (faccessat(AT_FDCWD, copy, X_OK, AT_EACCESS) == -1)
			rc = err_set(e, ERR_IO, "the system user '%s' cannot "
			    "enter %s (%s): choose another place for the data "
			    "and run directories, or open that one with "
			    "chmod o+x", who->name, copy, strerror(errno));
		*p = c;
		if (c == '\0')
			break;
	}
	ids_back();
	talloc_free(copy);
	return rc;
}

static void
run_child(const struct ids *who, const char *const *argv, int out)
{
	static const char *const env[] = {
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:"
		"/sbin:/bin", "LANG=C.UTF-8", "LC_ALL=C.UTF-8", "HOME=/",
		"TZ=UTC", NULL
	};
	struct err	 e = ERR_INIT;
	sigset_t	 none;
	int		 null;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (null == -1 || dup2(null, 0) == -1 || dup2(out, 1) == -1 ||
	    dup2(out, 2) == -1)
		_exit(127);
	if (who != NULL && ids_drop(who, &e) == -1) {
		dprintf(2, "%s\n", e.msg);
		_exit(127);
	}
	umask(077);
	if (chdir("/") == -1)
		_exit(127);
	/* execvpe() takes no const, and changes nothing. */
	execvpe(argv[0], (char *const *)(uintptr_t)argv,
	    (char *const *)(uintptr_t)env);
	dprintf(2, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

/* All output up to the limit; what is beyond is read and thrown away. */
static char *
run_output(TALLOC_CTX *ctx, int fd)
{
	char	*buf = talloc_zero_size(ctx, RUN_OUTPUT + 1), drop[4096];
	size_t	 have = 0;
	ssize_t	 n;

	for (;;) {
		if (have < RUN_OUTPUT)
			n = read(fd, buf + have, RUN_OUTPUT - have);
		else
			n = read(fd, drop, sizeof drop);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		if (have < RUN_OUTPUT)
			have += (size_t)n;
	}
	buf[have] = '\0';
	return buf;
}

/* The first line that speaks of an error, else the last one. */
static char *
reason(TALLOC_CTX *ctx, const char *text)
{
	static const char *const words[] = { "error:", "FATAL:", "PANIC:",
	    "could not" };
	char	**lines = text_split(ctx, text, '\n', NULL), *last = NULL;
	size_t	  i, w;

	for (w = 0; w < sizeof words / sizeof words[0]; w++) {
		for (i = 0; lines[i] != NULL; i++) {
			if (strstr(lines[i], words[w]) != NULL)
				return text_visible(ctx, lines[i]);
			if (*lines[i] != '\0')
				last = lines[i];
		}
	}
	return text_visible(ctx, last == NULL ? "it gave no reason" : last);
}

int
ids_run(TALLOC_CTX *ctx, const struct ids *who, const char *const *argv,
    char **out, struct err *e)
{
	char	*text;
	pid_t	 pid;
	int	 fd[2], status = 0, rc = 0;

	if (pipe2(fd, O_CLOEXEC) == -1)
		return err_set(e, ERR_IO, "pipe: %s", strerror(errno));
	pid = fork();
	if (pid == -1) {
		close(fd[0]);
		close(fd[1]);
		return err_set(e, ERR_IO, "fork: %s", strerror(errno));
	}
	if (pid == 0)
		run_child(who, argv, fd[1]);
	close(fd[1]);
	text = run_output(ctx, fd[0]);
	close(fd[0]);
	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		rc = err_set(e, ERR_IO, "%s: %s", argv[0],
		    reason(text, text));
	if (out != NULL && rc == 0)
		*out = text;
	else
		talloc_free(text);
	return rc;
}
