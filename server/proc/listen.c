/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proc/listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"

#define LISTEN_BACKLOG	512
#define LISTEN_RETRY_MS	1000

/* What a client on this machine types to reach the bound socket. */
static char *
bound_name(TALLOC_CTX *ctx, int fd)
{
	struct sockaddr_storage	 ss;
	socklen_t		 len = sizeof ss;
	char			 host[NI_MAXHOST], port[NI_MAXSERV];

	memset(&ss, 0, sizeof ss);
	if (getsockname(fd, (struct sockaddr *)&ss, &len) == -1 ||
	    getnameinfo((struct sockaddr *)&ss, len, host, sizeof host, port,
	    sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		return NULL;
	if (strcmp(host, "0.0.0.0") == 0 || strcmp(host, "::") == 0)
		return talloc_asprintf(ctx, "127.0.0.1:%s", port);
	if (ss.ss_family == AF_INET6)
		return talloc_asprintf(ctx, "[%s]:%s", host, port);
	return talloc_asprintf(ctx, "%s:%s", host, port);
}

static int
bind_one(const struct addrinfo *ai)
{
	int	fd, on = 1, off = 0, saved;

	fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    0);
	if (fd == -1)
		return -1;
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (ai->ai_family == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off,
		    sizeof off);
	if (bind(fd, ai->ai_addr, ai->ai_addrlen) == 0 &&
	    listen(fd, LISTEN_BACKLOG) == 0)
		return fd;
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

static int
bind_first(const struct addrinfo *list)
{
	const struct addrinfo	*ai;
	int			 fd, first = 0;

	for (ai = list; ai != NULL; ai = ai->ai_next) {
		fd = bind_one(ai);
		if (fd != -1)
			return fd;
		/* The first address is the one that was meant. */
		if (first == 0)
			first = errno;
	}
	errno = first;
	return -1;
}

static int
tcp_refused(const char *host, int port, struct err *e)
{
	if (errno == EADDRINUSE)
		return err_set(e, ERR_IO, "port %d on %s is busy: another "
		    "program listens there; stop it or set another port in "
		    "section [listen]", port, host);
	if (errno == EACCES)
		return err_set(e, ERR_IO,
		    "port %d on %s may only be used by root", port, host);
	if (errno == EADDRNOTAVAIL)
		return err_set(e, ERR_IO, "%s is no address of this machine: "
		    "mend host in section [listen]", host);
	return err_set(e, ERR_IO, "cannot listen on %s port %d: %s", host,
	    port, strerror(errno));
}

int
listen_tcp(TALLOC_CTX *ctx, const char *host, int port, char **name,
    struct err *e)
{
	struct addrinfo	 hints = { .ai_family = AF_UNSPEC,
			    .ai_socktype = SOCK_STREAM,
			    .ai_flags = AI_PASSIVE | AI_NUMERICSERV };
	struct addrinfo	*list = NULL;
	char		*service = talloc_asprintf(NULL, "%d", port);
	int64_t		 end = clock_mono_ms() + LISTEN_RETRY_MS;
	int		 fd, rc;

	rc = getaddrinfo(strcmp(host, "*") == 0 ? NULL : host, service, &hints,
	    &list);
	talloc_free(service);
	if (rc != 0)
		return err_set(e, ERR_IO, "host %s in section [listen]: %s",
		    host, gai_strerror(rc));
	/*
	 * The children of a daemon that was killed a moment ago may hold the
	 * port until the kernel has ended them.
	 */
	while ((fd = bind_first(list)) == -1 && errno == EADDRINUSE &&
	    clock_mono_ms() < end)
		(void)poll(NULL, 0, 50);
	if (fd == -1)
		tcp_refused(host, port, e);
	freeaddrinfo(list);
	if (fd == -1)
		return -1;
	*name = bound_name(ctx, fd);
	if (*name == NULL) {
		close(fd);
		return err_set(e, ERR_IO, "getsockname: %s", strerror(errno));
	}
	return fd;
}

int
listen_path_check(const char *path, struct err *e)
{
	struct sockaddr_un	un;

	if (strlen(path) < sizeof un.sun_path)
		return 0;
	return err_set(e, ERR_USAGE, "the path of the socket %s has %zu "
	    "bytes, and the system allows %zu: set a shorter run directory "
	    "in section [paths]", path, strlen(path),
	    sizeof un.sun_path - 1);
}

/* Removes a file that a dead daemon left; refuses where somebody answers. */
static int
unix_clear(const char *path, const struct sockaddr_un *un, struct err *e)
{
	struct stat	st;
	int		fd, rc;

	if (lstat(path, &st) == -1) {
		if (errno == ENOENT)
			return 0;
		return err_set(e, ERR_IO, "%s: %s", path, strerror(errno));
	}
	if (!S_ISSOCK(st.st_mode))
		return err_set(e, ERR_IO, "%s is in the way: it is no socket",
		    path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return err_set(e, ERR_IO, "socket: %s", strerror(errno));
	rc = connect(fd, (const struct sockaddr *)un, sizeof *un);
	if (rc == -1 && errno == ECONNREFUSED)
		rc = unlink(path) == 0 ? 0 : err_set(e, ERR_IO, "%s: %s", path,
		    strerror(errno));
	else
		rc = err_set(e, ERR_IO, "another daemon answers on %s", path);
	close(fd);
	return rc;
}

int
listen_unix(const char *path, struct err *e)
{
	struct sockaddr_un	un = { .sun_family = AF_UNIX };
	int			fd;

	if (listen_path_check(path, e) == -1)
		return -1;
	memcpy(un.sun_path, path, strlen(path) + 1);
	if (unix_clear(path, &un, e) == -1)
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return err_set(e, ERR_IO, "socket: %s", strerror(errno));
	/* Every user of the machine may connect; each still has to log in. */
	if (bind(fd, (struct sockaddr *)&un, sizeof un) == -1 ||
	    chmod(path, 0666) == -1 || listen(fd, LISTEN_BACKLOG) == -1) {
		err_set(e, ERR_IO, "cannot listen on %s: %s", path,
		    strerror(errno));
		close(fd);
		return -1;
	}
	return fd;
}
