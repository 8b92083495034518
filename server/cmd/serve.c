/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <getopt.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "db/migrate.h"
#include "db/sync.h"
#include "proc/listen.h"
#include "proc/supervise.h"

static const struct keeper postgres_keeper = {
	.name = "PostgreSQL",
	.spawn = cluster_spawn,
	.ready = cluster_ready,
	.last_words = cluster_last_words,
	.stop_signal = SIGINT,		/* fast: rolls back, then ends */
	.kill_signal = SIGQUIT,
};

/* A program and a database of two versions must not meet. */
static int
check_version(const struct conf *conf, struct err *e)
{
	char	*info = cluster_conninfo(NULL, conf, CLUSTER_RUN, e);
	PGconn	*c;
	int	 rc = -1;

	if (info == NULL)
		return -1;
	c = sync_connect(info, e);
	if (c != NULL)
		rc = migrate_verify(c, e);
	PQfinish(c);
	talloc_free(info);
	return rc;
}

static int
check_files(const struct conf *conf, struct err *e)
{
	const char	*file[] = { conf->tls_cert, conf->tls_key };
	size_t		 i;

	for (i = 0; i < 2; i++) {
		if (access(file[i], F_OK) == -1)
			return err_set(e, ERR_NOT_FOUND, "%s does not exist: "
			    "run `jabbard init`, or set it in section [tls]",
			    file[i]);
	}
	return listen_path_check(conf->socket_path, e);
}

static int
serve(struct conf *conf, struct err *e)
{
	struct supervise	 s = { .conf = conf, .roles = roles,
				    .check = check_version, .tls_fd = -1,
				    .unix_fd = -1 };
	char			*rpc = NULL;
	int			 lock, rc = -1;

	if (check_files(conf, e) == -1)
		return -1;
	lock = cluster_lock(conf, e);
	if (lock == -1)
		return -1;
	if (cluster_run_dir(conf, e) == -1)
		goto out;
	s.tls_fd = listen_tcp(conf, conf->listen_host, conf->listen_port, &rpc,
	    e);
	if (s.tls_fd == -1)
		goto out;
	s.unix_fd = listen_unix(conf->socket_path, e);
	if (s.unix_fd == -1)
		goto out;
	if (cluster_private(conf)) {
		if (cluster_prepare(conf, e) == -1)
			goto out;
		s.keeper = &postgres_keeper;
	}
	s.rpc = rpc;
	rc = supervise_run(&s, e);
out:
	if (s.unix_fd != -1) {
		close(s.unix_fd);
		(void)unlink(conf->socket_path);
	}
	if (s.tls_fd != -1)
		close(s.tls_fd);
	close(lock);
	return rc;
}

int
cmd_serve(struct cmd *cmd)
{
	struct err	 e = ERR_INIT;
	struct conf	*conf;

	if (cmd->argc > 1)
		return cmd_usage(cmd, "serve takes no arguments");
	(void)signal(SIGPIPE, SIG_IGN);
	umask(022);
	conf = conf_read(cmd->ctx, cmd->conf_path, &e);
	if (conf == NULL)
		return cmd_failed(&e);
	log_open("parent", conf_log_level(conf));
	if (serve(conf, &e) == -1)
		return cmd_failed(&e);
	return CMD_OK;
}
