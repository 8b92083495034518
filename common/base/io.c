/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *
io_read_file(TALLOC_CTX *ctx, const char *path, size_t max, size_t *len,
    struct err *e)
{
	size_t	 have = 0, cap = 4096;
	ssize_t	 n;
	char	*buf;
	int	 fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1) {
		err_set(e, ERR_IO, "%s: %s", path, strerror(errno));
		return NULL;
	}
	buf = talloc_size(ctx, cap + 1);
	for (;;) {
		n = read(fd, buf + have, cap - have);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1) {
			err_set(e, ERR_IO, "%s: %s", path, strerror(errno));
			goto fail;
		}
		if (n == 0)
			break;
		have += (size_t)n;
		if (have > max) {
			err_set(e, ERR_TOO_LARGE, "%s is larger than %zu bytes",
			    path, max);
			goto fail;
		}
		if (have == cap) {
			cap *= 2;
			buf = talloc_realloc_size(ctx, buf, cap + 1);
		}
	}
	close(fd);
	buf[have] = '\0';
	if (len != NULL)
		*len = have;
	return buf;
fail:
	close(fd);
	talloc_free(buf);
	return NULL;
}

int
io_write_all(int fd, const void *data, size_t len)
{
	const char	*p = data;
	ssize_t		 n;

	while (len > 0) {
		n = write(fd, p, len);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

int
io_write_file(const char *path, const void *data, size_t len, mode_t mode,
    struct err *e)
{
	char	*tmp = talloc_asprintf(NULL, "%s.new.%d", path, (int)getpid());
	int	 fd, rc = -1;

	(void)unlink(tmp);
	fd = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd == -1) {
		err_set(e, ERR_IO, "%s: %s", tmp, strerror(errno));
		goto out;
	}
	if (fchmod(fd, mode) == -1 || io_write_all(fd, data, len) == -1 ||
	    fsync(fd) == -1) {
		err_set(e, ERR_IO, "%s: %s", tmp, strerror(errno));
		close(fd);
		goto out;
	}
	close(fd);
	if (rename(tmp, path) == -1) {
		err_set(e, ERR_IO, "%s: %s", path, strerror(errno));
		goto out;
	}
	rc = 0;
out:
	if (rc == -1)
		(void)unlink(tmp);
	talloc_free(tmp);
	return rc;
}

int
io_mkdirs(const char *path, mode_t mode, struct err *e)
{
	char	*copy = talloc_strdup(NULL, path), *p;
	int	 rc = 0;

	for (p = copy + 1; rc == 0; p++) {
		if (*p != '/' && *p != '\0')
			continue;
		char c = *p;
		*p = '\0';
		if (mkdir(copy, mode) == -1 && errno != EEXIST)
			rc = err_set(e, ERR_IO, "%s: %s", copy, strerror(errno));
		*p = c;
		if (c == '\0')
			break;
	}
	talloc_free(copy);
	return rc;
}
