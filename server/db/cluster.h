/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DB_CLUSTER_H
#define DB_CLUSTER_H

#include <stdbool.h>
#include <sys/types.h>

#include <talloc.h>

#include "base/err.h"
#include "conf/conf.h"

/*
 * The private PostgreSQL: made, configured, started and stopped here, in
 * data_dir/pg, reachable by a Unix socket in run_dir alone. With an URL in
 * the configuration only cluster_conninfo() and cluster_lock() mean anything.
 */

enum cluster_who {
	CLUSTER_RUN,		/* jabbar_run: may call what is in api */
	CLUSTER_LISTEN,		/* the same, never through a pooler */
	CLUSTER_OWNER,		/* for migrations; does `set role` itself */
	CLUSTER_BOOT		/* superuser of the private one */
};

/* True when this configuration means the private cluster. */
bool	 cluster_private(const struct conf *conf);
/*
 * A libpq connection string; ERR_USAGE where the configuration lacks that one.
 */
char	*cluster_conninfo(TALLOC_CTX *ctx, const struct conf *conf,
	    enum cluster_who who, struct err *e);

/*
 * One process at a time owns a data directory: the descriptor that holds the
 * lock, or -1 with ERR_EXISTS and the owner's pid in the sentence.
 */
int	 cluster_lock(const struct conf *conf, struct err *e)
	    __attribute__((warn_unused_result));

/* True when a cluster was made here already. */
bool	 cluster_exists(const struct conf *conf);
/* initdb, in a way that an interrupted one is no cluster. */
int	 cluster_create(const struct conf *conf, struct err *e)
	    __attribute__((warn_unused_result));
/* Run directory with its owner and mode; made where it is missing. */
int	 cluster_run_dir(const struct conf *conf, struct err *e)
	    __attribute__((warn_unused_result));
/*
 * Everything before a start: version and program, socket path, configuration
 * files; ends a server that an earlier parent left behind.
 */
int	 cluster_prepare(const struct conf *conf, struct err *e)
	    __attribute__((warn_unused_result));
/* Starts `postgres` as a child of this process, which must wait for it. */
pid_t	 cluster_spawn(const struct conf *conf, struct err *e);
/* 1 takes connections, 0 does not (yet). */
int	 cluster_ready(const struct conf *conf);
/* The newest line of its log that says why it ended. */
char	*cluster_last_words(TALLOC_CTX *ctx, const struct conf *conf);
/* Stops it fast and waits; harder after a minute. */
void	 cluster_stop(pid_t pid);
/* Roles, database and rights, on a running cluster; may run again. */
int	 cluster_bootstrap(const struct conf *conf, struct err *e)
	    __attribute__((warn_unused_result));

/*
 * For a command: the running cluster of a daemon, or one started for the time
 * of the command. With an URL there is nothing to do.
 */
struct cluster;
struct cluster *cluster_open(TALLOC_CTX *ctx, const struct conf *conf,
	    struct err *e);
/* True when the daemon runs, so that its files must be left alone. */
bool	 cluster_shared(const struct cluster *cl);
void	 cluster_close(struct cluster *cl);

#endif
