/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DB_CLUSTER_CONF_H
#define DB_CLUSTER_CONF_H

#include <talloc.h>

#include "base/err.h"
#include "conf/conf.h"

/* The files of the private cluster: its program, initdb, configuration, log. */

#define CLUSTER_SUPER	"jabbar_super"	/* its superuser */
#define CLUSTER_PORT	5432		/* names the socket; there is no TCP */

/*
 * The `postgres` program that fits the cluster's version (or, where there is
 * no cluster yet, the newest one supported); path may be NULL. ERR_VERSION
 * says how to upgrade, ERR_NOT_FOUND what to install.
 */
int	 cluster_program(TALLOC_CTX *ctx, const struct conf *conf, char **path,
	    struct err *e) __attribute__((warn_unused_result));
/*
 * Writes the configuration files, which follow the daemon's own at each start.
 */
int	 cluster_configure(const struct conf *conf, struct err *e)
	    __attribute__((warn_unused_result));
/* Opens data_dir/pg.log for appending; an old one above 16 MiB is put aside. */
int	 cluster_log_open(const struct conf *conf, struct err *e)
	    __attribute__((warn_unused_result));

#endif
