/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proc/channel.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <talloc.h>

#include "base/clock.h"
#include "wire/frame.h"

#define CHANNEL_WAIT_MS	2000
#define CHANNEL_FDS	4	/* room for more than one, to close the rest */

union control {
	struct cmsghdr	head;		/* for its alignment */
	char		space[CMSG_SPACE(sizeof(int) * CHANNEL_FDS)];
};

int
channel_pair(int fd[2], struct err *e)
{
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd) == -1)
		return err_set(e, ERR_IO, "socketpair: %s", strerror(errno));
	return 0;
}

/* Waits for events until the deadline; 0 when they are there, -1 with errno. */
static int
channel_wait(int fd, short events, int64_t deadline)
{
	struct pollfd	p = { .fd = fd, .events = events };
	int64_t		left;
	int		n;

	for (;;) {
		left = deadline - clock_mono_ms();
		n = poll(&p, 1, left > 0 ? (int)left : 0);
		if (n > 0)
			return 0;
		if (n == 0) {
			errno = ETIMEDOUT;
			return -1;
		}
		if (errno != EINTR)
			return -1;
	}
}

static void
control_put(struct msghdr *m, union control *c, int pass_fd)
{
	struct cmsghdr	*h;

	memset(c, 0, sizeof *c);
	m->msg_control = c->space;
	m->msg_controllen = CMSG_SPACE(sizeof pass_fd);
	h = CMSG_FIRSTHDR(m);
	h->cmsg_level = SOL_SOCKET;
	h->cmsg_type = SCM_RIGHTS;
	h->cmsg_len = CMSG_LEN(sizeof pass_fd);
	memcpy(CMSG_DATA(h), &pass_fd, sizeof pass_fd);
}

int
channel_send(int fd, const json_t *msg, int pass_fd, struct err *e)
{
	int64_t		 deadline = clock_mono_ms() + CHANNEL_WAIT_MS;
	union control	 c;
	struct iovec	 v;
	size_t		 size;
	ssize_t		 n;
	char		*buf = frame_build(NULL, msg, FRAME_UP, &size, e);
	int		 rc = -1;

	if (buf == NULL)
		return -1;
	v = (struct iovec){ .iov_base = buf, .iov_len = size };
	while (v.iov_len > 0) {
		struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1 };

		/* The descriptor travels with the first byte, once. */
		if (pass_fd != -1 && v.iov_len == size)
			control_put(&m, &c, pass_fd);
		n = sendmsg(fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n >= 0) {
			v.iov_base = (char *)v.iov_base + n;
			v.iov_len -= (size_t)n;
		} else if (errno == EAGAIN) {
			if (channel_wait(fd, POLLOUT, deadline) == -1) {
				err_set(e, ERR_BUSY, "the peer does not read");
				goto out;
			}
		} else if (errno != EINTR) {
			err_set(e, ERR_IO, "send: %s", strerror(errno));
			goto out;
		}
	}
	rc = 0;
out:
	explicit_bzero(buf, size);
	talloc_free(buf);
	return rc;
}

/* Keeps the first descriptor of a message in *keep, closes all others. */
static void
control_take(struct msghdr *m, int *keep)
{
	struct cmsghdr	*h;
	size_t		 i, n;
	int		 fd;

	for (h = CMSG_FIRSTHDR(m); h != NULL; h = CMSG_NXTHDR(m, h)) {
		if (h->cmsg_level != SOL_SOCKET || h->cmsg_type != SCM_RIGHTS)
			continue;
		n = (h->cmsg_len - CMSG_LEN(0)) / sizeof fd;
		for (i = 0; i < n; i++) {
			memcpy(&fd, CMSG_DATA(h) + i * sizeof fd, sizeof fd);
			if (*keep == -1)
				*keep = fd;
			else
				close(fd);
		}
	}
}

/*
 * Reads exactly len bytes. Only the first read of a frame (first) may find
 * nothing on a descriptor that does not block: 0 closed, 1 done, -1 error.
 */
static int
channel_read(int fd, void *buf, size_t len, int *keep, int first,
    struct err *e)
{
	int64_t		 deadline = clock_mono_ms() + CHANNEL_WAIT_MS;
	union control	 c;
	size_t		 have = 0;
	ssize_t		 n;

	while (have < len) {
		struct iovec v = { (char *)buf + have, len - have };
		struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1,
		    .msg_control = c.space, .msg_controllen = sizeof c.space };

		n = recvmsg(fd, &m, MSG_CMSG_CLOEXEC);
		if (n > 0) {
			control_take(&m, keep);
			have += (size_t)n;
		} else if (n == 0 || errno == ECONNRESET) {
			if (first && have == 0)
				return 0;
			return err_set(e, ERR_IO, "closed within a message");
		} else if (errno == EAGAIN) {
			if (first && have == 0)
				return err_set(e, ERR_BUSY, "nothing there");
			if (channel_wait(fd, POLLIN, deadline) == -1)
				return err_set(e, ERR_IO,
				    "half a message: %s", strerror(errno));
		} else if (errno != EINTR)
			return err_set(e, ERR_IO, "recv: %s", strerror(errno));
	}
	return 1;
}

json_t *
channel_recv(int fd, int *passed_fd, struct err *e)
{
	uint8_t	 head[4];
	size_t	 size;
	json_t	*j = NULL;
	char	*buf;
	int	 keep = -1, rc;

	if (passed_fd != NULL)
		*passed_fd = -1;
	rc = channel_read(fd, head, sizeof head, &keep, 1, e);
	if (rc == 0)
		err_set(e, ERR_NONE, "closed");
	if (rc == 1 &&
	    frame_peek(head, sizeof head, FRAME_UP, &size, e) != -1) {
		size -= sizeof head;
		buf = talloc_size(NULL, size);
		if (channel_read(fd, buf, size, &keep, 0, e) == 1)
			j = frame_parse(buf, size, e);
		explicit_bzero(buf, size);
		talloc_free(buf);
	}
	if (j != NULL && passed_fd != NULL)
		*passed_fd = keep;
	else if (keep != -1)
		close(keep);
	return j;
}
