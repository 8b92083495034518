/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PROC_LISTEN_H
#define PROC_LISTEN_H

#include <talloc.h>

#include "base/err.h"

/*
 * The listeners, bound once by the parent and handed to every core it starts,
 * so that a new core goes on where the old one died. Both descriptors do not
 * block and are closed on exec.
 */

/*
 * Binds host ("*" = all) and port (0 = any); *name is where a client here
 * connects to.
 */
int	 listen_tcp(TALLOC_CTX *ctx, const char *host, int port, char **name,
	    struct err *e) __attribute__((warn_unused_result));
/*
 * Binds a Unix socket for every user; replaces a file on which nobody answers.
 */
int	 listen_unix(const char *path, struct err *e)
	    __attribute__((warn_unused_result));
/* ERR_USAGE where a socket's path is longer than the system allows. */
int	 listen_path_check(const char *path, struct err *e)
	    __attribute__((warn_unused_result));

#endif
