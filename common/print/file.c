/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "print/transport.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "api/field.h"
#include "base/clock.h"

static int
open_failed(const char *path, struct err *e)
{
	switch (errno) {
	case ENOENT:
		return err_set(e, ERR_NOT_FOUND, "there is no %s", path);
	case EACCES:
	case EPERM:
	case EROFS:
		return err_set(e, ERR_DENIED, "%s may not be written by this "
		    "user", path);
	case EBUSY:
		return err_set(e, ERR_BUSY, "%s is in use by another program",
		    path);
	case ENXIO:
	case ENODEV:
		return err_set(e, ERR_UNAVAILABLE, "no printer is connected "
		    "to %s", path);
	default:
		return err_set(e, ERR_IO, "%s: %s", path, strerror(errno));
	}
}

/* A serial line must not turn line feeds into anything else. */
static int
make_raw(struct print_job *j, struct err *e)
{
	struct termios	t;

	if (!isatty(j->fd))
		return 0;
	if (tcgetattr(j->fd, &t) == -1)
		return err_set(e, ERR_IO, "%s: %s", j->target->path,
		    strerror(errno));
	t.c_oflag &= ~(tcflag_t)OPOST;
	t.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG);
	if (tcsetattr(j->fd, TCSANOW, &t) == -1)
		return err_set(e, ERR_IO, "%s: %s", j->target->path,
		    strerror(errno));
	return 0;
}

/*
 * Waits for what the driver still holds, then for what the link still holds:
 * closing a Bluetooth line before its last byte is out loses the tail.
 */
static void
drain(struct print_job *j)
{
	int	queued;

	while (isatty(j->fd) && ioctl(j->fd, TIOCOUTQ, &queued) == 0 &&
	    queued > 0 && clock_mono_ms() < j->deadline)
		print_sleep(20);
	if (j->opt.linger_ms > 0)
		print_sleep(j->opt.linger_ms);
}

static int
to_device(struct print_job *j, struct err *e)
{
	const char	*path = j->target->path;

	j->device = true;
	j->fd = open(path, O_WRONLY | O_APPEND | O_NOCTTY | O_NONBLOCK |
	    O_CLOEXEC);
	if (j->fd == -1)
		return open_failed(path, e);
	if (make_raw(j, e) == -1 || print_pump(j, e) == -1)
		return -1;
	drain(j);
	print_tell(j, PRINT_SENT);
	return 0;
}

static int
to_plain_file(struct print_job *j, struct err *e)
{
	const char	*path = j->target->path;
	struct stat	 st;

	/* Checked again after opening: what was looked at may have changed. */
	j->fd = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK |
	    O_NOCTTY | O_CLOEXEC, 0600);
	if (j->fd == -1)
		return open_failed(path, e);
	if (fstat(j->fd, &st) == -1 || !S_ISREG(st.st_mode))
		return err_set(e, ERR_BAD_STATE, "%s is no plain file", path);
	if (ftruncate(j->fd, 0) == -1 || fchmod(j->fd, 0600) == -1)
		return open_failed(path, e);
	if (print_pump(j, e) == -1)
		return -1;
	if (fsync(j->fd) == -1)
		return err_set(e, ERR_IO, "%s: %s", path, strerror(errno));
	print_tell(j, PRINT_DONE);
	return 0;
}

int
print_file(struct print_job *j, struct err *e)
{
	struct stat	st;

	print_tell(j, PRINT_CONNECTING);
	if (stat(j->target->path, &st) == -1) {
		if (errno != ENOENT)
			return open_failed(j->target->path, e);
		/* A device that is not there is no file to be created. */
		if (strncmp(j->target->path, "/dev/", 5) == 0)
			return open_failed(j->target->path, e);
		return to_plain_file(j, e);
	}
	if (S_ISCHR(st.st_mode) || S_ISFIFO(st.st_mode))
		return to_device(j, e);
	if (S_ISREG(st.st_mode))
		return to_plain_file(j, e);
	return err_set(e, ERR_BAD_STATE, "%s is neither a printer nor a file",
	    j->target->path);
}
