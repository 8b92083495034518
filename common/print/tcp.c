/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "print/transport.h"

#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <linux/sockios.h>

#include "api/field.h"
#include "base/clock.h"

#define PORT_DEFAULT	9100
#define STATUS_MS	300	/* clones stay silent */
#define CLOSE_MS	2000

static int
connect_failed(const struct print_target *t, int error, struct err *e)
{
	switch (error) {
	case ECONNREFUSED:
		return err_set(e, ERR_UNAVAILABLE, "%s refuses the connection: "
		    "is this a printer, and is it ready?", t->host);
	case EHOSTUNREACH:
	case ENETUNREACH:
		return err_set(e, ERR_UNAVAILABLE, "%s cannot be reached",
		    t->host);
	case ETIMEDOUT:
		return err_set(e, ERR_TIMEOUT, "%s does not answer: is the "
		    "printer switched on?", t->host);
	default:
		return err_set(e, ERR_UNAVAILABLE, "%s: %s", t->host,
		    strerror(error));
	}
}

/* One address, until the time given: 0, or an errno. */
static int
try_connect(struct print_job *j, const struct addrinfo *a, int64_t until)
{
	const int	send_buffer = 32 * 1024;
	struct pollfd	p;
	socklen_t	len = sizeof(int);
	int64_t		left;
	int		error = 0;

	j->fd = socket(a->ai_family, a->ai_socktype | SOCK_NONBLOCK |
	    SOCK_CLOEXEC, a->ai_protocol);
	if (j->fd == -1)
		return errno;
	/* What the kernel merely holds is not at the printer: hold little. */
	(void)setsockopt(j->fd, SOL_SOCKET, SO_SNDBUF, &send_buffer,
	    sizeof(send_buffer));
	if (connect(j->fd, a->ai_addr, a->ai_addrlen) == 0)
		return 0;
	if (errno != EINPROGRESS)
		return errno;
	p = (struct pollfd){ .fd = j->fd, .events = POLLOUT };
	do {
		left = until - clock_mono_ms();
		if (left <= 0)
			return ETIMEDOUT;
	} while (poll(&p, 1, (int)left) <= 0);
	if (getsockopt(j->fd, SOL_SOCKET, SO_ERROR, &error, &len) == -1)
		return errno;
	return error;
}

static int
open_socket(struct print_job *j, struct err *e)
{
	const struct addrinfo	 hints = { .ai_family = AF_UNSPEC,
				    .ai_socktype = SOCK_STREAM,
				    .ai_flags = AI_NUMERICSERV };
	const struct print_target *t = j->target;
	int64_t			 until = clock_mono_ms() + j->opt.connect_ms;
	struct addrinfo		*list, *a;
	char			 port[8];
	int			 rc, error = ENOENT;

	snprintf(port, sizeof(port), "%u", (unsigned)(t->port == 0 ?
	    PORT_DEFAULT : t->port) & 0xffff);
	rc = getaddrinfo(t->host, port, &hints, &list);
	if (rc != 0)
		return err_set(e, ERR_NOT_FOUND, "no host %s: %s", t->host,
		    gai_strerror(rc));
	for (a = list; a != NULL; a = a->ai_next) {
		error = try_connect(j, a, until);
		if (error == 0)
			break;
		if (j->fd != -1)
			close(j->fd);
		j->fd = -1;
	}
	freeaddrinfo(list);
	return error == 0 ? 0 : connect_failed(t, error, e);
}

/* The answer to DLE EOT n, or -1 when there is none in time. */
static int
ask_status(struct print_job *j, unsigned char n)
{
	const unsigned char	ask[] = { 0x10, 0x04, n };
	struct pollfd		p = { .fd = j->fd, .events = POLLIN };
	unsigned char		c;

	if (send(j->fd, ask, sizeof(ask), MSG_NOSIGNAL) != sizeof(ask))
		return -1;
	if (poll(&p, 1, STATUS_MS) != 1 || recv(j->fd, &c, 1, 0) != 1)
		return -1;
	/* Bits 1 and 4 are always set, 0 and 7 never: else no status byte. */
	return (c & 0x93) == 0x12 ? c : -1;
}

/* Asks before anything prints; a printer that keeps silent is trusted. */
static int
check_paper(struct print_job *j, struct err *e)
{
	static const char *const	low[] = { N_("paper is running out"),
					    NULL };
	int				paper = ask_status(j, 4), offline;

	if (paper == -1)
		return 0;
	if ((paper & 0x60) != 0)
		return err_set(e, ERR_IO, "%s",
		    N_("the printer is out of paper"));
	if ((paper & 0x0c) != 0)
		j->now.reasons = low;
	offline = ask_status(j, 1);
	if (offline != -1 && (offline & 0x08) != 0)
		return err_set(e, ERR_IO, "%s", N_("the printer is offline"));
	return 0;
}

/*
 * Waits until the peer has acknowledged every byte, then a moment for it to
 * close; many never do, and that is no error. A reset is one: a peer sends it
 * when it threw away what it had not read.
 */
static int
wait_close(struct print_job *j, struct err *e)
{
	struct pollfd	p = { .fd = j->fd, .events = POLLIN };
	int64_t		until = 0;
	char		buf[256];
	ssize_t		n;
	int		left = 0;

	shutdown(j->fd, SHUT_WR);
	while (until == 0 || clock_mono_ms() < until) {
		if (until == 0 && ioctl(j->fd, SIOCOUTQ, &left) == 0 &&
		    left > 0 && clock_mono_ms() > j->deadline)
			return err_set(e, ERR_TIMEOUT, "the printer stopped "
			    "taking data after %zu of %zu bytes",
			    j->now.total - (size_t)left, j->now.total);
		if (until == 0 && left == 0)
			until = clock_mono_ms() + CLOSE_MS;
		if (poll(&p, 1, left > 0 ? 20 : 100) < 1)
			continue;
		n = recv(j->fd, buf, sizeof(buf), 0);
		if (n == 0 && left == 0)
			return 0;
		if (n == 0)
			/* It closed its side and still takes the rest. */
			print_sleep(20);
		if (n == -1 && errno != EAGAIN && errno != EINTR)
			return err_set(e, ERR_IO, "%s",
			    N_("the printer closed the connection before it "
			    "had taken everything"));
	}
	return 0;
}

int
print_tcp(struct print_job *j, struct err *e)
{
	print_tell(j, PRINT_CONNECTING);
	if (open_socket(j, e) == -1)
		return -1;
	if (j->opt.status && check_paper(j, e) == -1)
		return -1;
	j->device = true;
	if (print_pump(j, e) == -1)
		return -1;
	if (wait_close(j, e) == -1)
		return -1;
	print_tell(j, PRINT_SENT);
	return 0;
}
