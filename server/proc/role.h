/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PROC_ROLE_H
#define PROC_ROLE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"
#include "conf/conf.h"

/* What a role finds when it starts, ids and limits already taken. */
struct role_boot {
	const struct conf	*conf;
	int			 n;		/* 0 .. count - 1 */
	int			 control_fd;	/* frames of the parent */
	int			 tls_fd, unix_fd; /* listeners, or -1 */
};

/*
 * A row per kind of process; the supervisor starts what stands here and
 * knows nothing else about roles.
 */
struct role {
	const char	*name;		/* `jabbard -x NAME` */
	int		(*run)(const struct role_boot *);
	int		(*count)(const struct conf *);	/* NULL: one */
	bool		 listeners;	/* gets the two listening sockets */
	bool		 leads;		/* says ready; peer of the rest */
	bool		 keep_conf;	/* needs conf and its secrets */
	unsigned	 nofile;	/* descriptors, less clients' */
	unsigned	 memory_mb;	/* address space; 0 = no limit */
	int		 nice;
};

extern const struct role roles[];	/* server/roles.c; ends with NULL */

#define ROLE_CONTROL_FD	3
#define ROLE_TLS_FD	4
#define ROLE_UNIX_FD	5

/* The row of that name, or NULL. */
const struct role *role_find(const char *name);
/*
 * Starts role number n as `jabbard -x NAME`; tls_fd and unix_fd are handed on
 * where the row wants them. *control becomes the parent's end.
 */
pid_t	 role_spawn(const struct role *r, int n, const struct conf *conf,
	    int tls_fd, int unix_fd, int *control, struct err *e);
/*
 * The child's side: configuration, ids, limits, then the role; returns its
 * exit code.
 */
int	 role_enter(const char *name, const char *conf_path, int n);

#endif
