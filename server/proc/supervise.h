/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PROC_SUPERVISE_H
#define PROC_SUPERVISE_H

#include <sys/types.h>

#include "base/err.h"
#include "conf/conf.h"
#include "proc/role.h"

/*
 * The parent's loop: keeps a foreign program (the private PostgreSQL) and the
 * roles running, introduces them to each other, stops them in order. It reads
 * nothing that comes from outside the machine.
 */

/* A program that is no role of ours and is kept running. */
struct keeper {
	const char	*name;
	pid_t		(*spawn)(const struct conf *, struct err *);
	int		(*ready)(const struct conf *);	/* 1 = in service */
	char		*(*last_words)(TALLOC_CTX *, const struct conf *);
	int		 stop_signal, kill_signal;
};

struct supervise {
	const struct conf	*conf;
	const struct role	*roles;
	const struct keeper	*keeper;	/* NULL: nothing to keep */
	/*
	 * Called when the keeper is in service, before any role starts: may
	 * the roles start at all? ERR_UNAVAILABLE is tried again for a minute.
	 */
	int			(*check)(const struct conf *, struct err *);
	int			 tls_fd, unix_fd;
	const char		*rpc;		/* "host:port" as bound */
};

/*
 * Runs until SIGTERM or SIGINT (0) or until it cannot go on (-1 and the
 * reason). Everything it started has ended when it returns. While in service
 * run_dir/jabbard.json says where.
 */
int	supervise_run(const struct supervise *s, struct err *e);

#endif
