/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef BASE_IO_H
#define BASE_IO_H

#include <stddef.h>
#include <sys/types.h>

#include <talloc.h>

#include "base/err.h"

/* Small blocking file helpers for start-up, command line tools and workers. */

/* The whole file as a NUL-terminated string; refuses more than max bytes. */
char	*io_read_file(TALLOC_CTX *ctx, const char *path, size_t max,
	    size_t *len, struct err *e);
/* Writes path anew with this mode through a temporary file and a rename. */
int	 io_write_file(const char *path, const void *data, size_t len,
	    mode_t mode, struct err *e) __attribute__((warn_unused_result));
/* Writes all of it, restarting after signals; -1 with errno. */
int	 io_write_all(int fd, const void *data, size_t len)
	    __attribute__((warn_unused_result));
/* mkdir -p; existing directories are left as they are. */
int	 io_mkdirs(const char *path, mode_t mode, struct err *e)
	    __attribute__((warn_unused_result));

#endif
