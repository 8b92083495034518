/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dial.h"

#include <sys/un.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

#define DIAL_MAX	8
#define DIAL_TIMEOUT_S	8

extern char	**environ;

struct dial {
	struct event	 *ev;		/* the helper's pipe, or a zero timer */
	pid_t		  pid;
	int		  fd;
	char		  buf[1024];
	size_t		  len;
	struct dial_addr  addr[DIAL_MAX];
	size_t		  n;
	struct err	  e;
	dial_cb		 *cb;
	void		 *arg;
};

bool
dial_split(TALLOC_CTX *ctx, const char *server, char **host, char **port)
{
	const char	*colon = strrchr(server, ':'), *p;
	size_t		 n;

	if (colon == NULL || colon[1] == '\0' || colon == server)
		return false;
	for (p = colon + 1; *p != '\0'; p++)
		if (*p < '0' || *p > '9')
			return false;
	n = (size_t)(colon - server);
	if (server[0] == '[') {
		if (server[n - 1] != ']')
			return false;
		*host = talloc_strndup(ctx, server + 1, n - 2);
	} else
		*host = talloc_strndup(ctx, server, n);
	*port = talloc_strdup(ctx, colon + 1);
	return true;
}

/* Adds what getaddrinfo() makes of a numeric address; false if it is none. */
static bool
add_numeric(struct dial *d, const char *host, const char *port)
{
	struct addrinfo	 hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
			    .ai_socktype = SOCK_STREAM }, *ai;

	if (d->n == DIAL_MAX || getaddrinfo(host, port, &hints, &ai) != 0)
		return false;
	memcpy(&d->addr[d->n].sa, ai->ai_addr, ai->ai_addrlen);
	d->addr[d->n++].len = ai->ai_addrlen;
	freeaddrinfo(ai);
	return true;
}

static void
helper_end(struct dial *d)
{
	if (d->fd != -1)
		close(d->fd);
	d->fd = -1;
	if (d->pid > 0) {
		kill(d->pid, SIGKILL);
		while (waitpid(d->pid, NULL, 0) == -1 && errno == EINTR)
			;
	}
	d->pid = 0;
}

static int
dial_free(struct dial *d)
{
	helper_end(d);
	if (d->ev != NULL)
		event_free(d->ev);
	err_clear(&d->e);
	return 0;
}

static void
dial_done(evutil_socket_t fd, short what, void *arg)
{
	struct dial	*d = arg;

	(void)fd, (void)what;
	d->cb(d->addr, d->n, &d->e, d->arg);
}

/* The helper printed "ADDRESS PORT" lines, or "! reason". */
static void
helper_parse(struct dial *d)
{
	char	**lines, **word;
	size_t	  n, i, k;

	d->buf[d->len] = '\0';
	lines = text_split(d, d->buf, '\n', &n);
	for (i = 0; i < n; i++) {
		if (lines[i][0] == '!') {
			err_set(&d->e, ERR_IO, "%s", lines[i] + 1);
			continue;
		}
		word = text_split(lines, lines[i], ' ', &k);
		if (k == 2)
			add_numeric(d, word[0], word[1]);
	}
	if (d->n == 0 && d->e.code == ERR_NONE)
		err_set(&d->e, ERR_IO, "the name cannot be looked up");
	talloc_free(lines);
}

static void
helper_read(evutil_socket_t fd, short what, void *arg)
{
	struct dial	*d = arg;
	ssize_t		 n;

	if (what & EV_TIMEOUT) {
		err_set(&d->e, ERR_IO, "looking up the name took too long");
		helper_end(d);
		dial_done(-1, 0, d);
		return;
	}
	n = read(fd, d->buf + d->len, sizeof d->buf - 1 - d->len);
	if (n > 0) {
		d->len += (size_t)n;
		return;
	}
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	event_del(d->ev);
	helper_end(d);
	helper_parse(d);
	dial_done(-1, 0, d);
}

static int
helper_start(struct dial *d, struct event_base *base, char *host, char *port)
{
	static const struct timeval	limit = { DIAL_TIMEOUT_S, 0 };
	char	name[] = "jabbar", x[] = "-x", role[] = "resolve";
	char	*argv[] = { name, x, role, host, port, NULL };
	posix_spawn_file_actions_t	fa;
	int	pipefd[2], rc;

	if (pipe2(pipefd, O_CLOEXEC) == -1)
		return err_set(&d->e, ERR_IO, "pipe: %s", strerror(errno));
	posix_spawn_file_actions_init(&fa);
	posix_spawn_file_actions_adddup2(&fa, pipefd[1], 1);
	posix_spawn_file_actions_addopen(&fa, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&fa, 2, "/dev/null", O_WRONLY, 0);
	rc = posix_spawn(&d->pid, "/proc/self/exe", &fa, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&fa);
	close(pipefd[1]);
	if (rc != 0) {
		close(pipefd[0]);
		d->pid = 0;
		return err_set(&d->e, ERR_IO, "spawn: %s", strerror(rc));
	}
	d->fd = pipefd[0];
	evutil_make_socket_nonblocking(d->fd);
	d->ev = event_new(base, d->fd, EV_READ | EV_PERSIST, helper_read, d);
	event_add(d->ev, &limit);
	return 0;
}

static void
add_socket(struct dial *d, const char *path)
{
	struct sockaddr_un	*un = (struct sockaddr_un *)
				    (void *)&d->addr[0].sa;

	if (strlen(path) >= sizeof un->sun_path) {
		err_set(&d->e, ERR_IO, "%s: the path is too long", path);
		return;
	}
	un->sun_family = AF_UNIX;
	memcpy(un->sun_path, path, strlen(path) + 1);
	d->addr[0].len = sizeof *un;
	d->n = 1;
}

struct dial *
dial_start(TALLOC_CTX *ctx, struct event_base *base, const char *server,
    const char *socket, dial_cb *cb, void *arg)
{
	static const struct timeval	now = { 0, 0 };
	struct dial	*d = talloc_zero(ctx, struct dial);
	char		*host, *port;

	d->cb = cb;
	d->arg = arg;
	d->fd = -1;
	talloc_set_destructor(d, dial_free);
	if (socket != NULL)
		add_socket(d, socket);
	else if (!dial_split(d, server, &host, &port))
		err_set(&d->e, ERR_IO, "%s is not HOST:PORT", server);
	else if (!add_numeric(d, host, port) &&
	    helper_start(d, base, host, port) == 0)
		return d;
	d->ev = event_new(base, -1, 0, dial_done, d);
	event_add(d->ev, &now);
	return d;
}

int
dial_resolve_main(int argc, char **argv)
{
	struct addrinfo	 hints = { .ai_flags = AI_NUMERICSERV,
			    .ai_socktype = SOCK_STREAM }, *ai, *a;
	char		 host[NI_MAXHOST], port[NI_MAXSERV];
	int		 rc;

	if (argc != 2)
		return 2;
	rc = getaddrinfo(argv[0], argv[1], &hints, &ai);
	if (rc != 0) {
		printf("!%s: %s\n", argv[0], gai_strerror(rc));
		return 1;
	}
	for (a = ai; a != NULL; a = a->ai_next)
		if (getnameinfo(a->ai_addr, a->ai_addrlen, host, sizeof host,
		    port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) == 0)
			printf("%s %s\n", host, port);
	freeaddrinfo(ai);
	return 0;
}
