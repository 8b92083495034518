/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proc/role.h"

#include "base/log.h"
#include "core.h"
#include "db/cluster.h"
#include "proc/util.h"

static int
run_core(const struct role_boot *boot)
{
	struct err	 e = ERR_INIT;
	TALLOC_CTX	*ctx = talloc_new(NULL);
	struct core_boot core = { .conf = boot->conf,
			    .control_fd = boot->control_fd,
			    .tls_fd = boot->tls_fd, .unix_fd = boot->unix_fd };
	int		 rc = 1;

	core.conninfo = cluster_conninfo(ctx, boot->conf, CLUSTER_RUN, &e);
	core.listen_conninfo = cluster_conninfo(ctx, boot->conf,
	    CLUSTER_LISTEN, &e);
	if (core.conninfo == NULL || core.listen_conninfo == NULL)
		log_error("event=start error=\"%s\"", e.msg);
	else
		rc = core_main(&core);
	err_clear(&e);
	talloc_free(ctx);
	return rc;
}

static int
run_util(const struct role_boot *boot)
{
	return util_main(boot->control_fd);
}

static int
count_util(const struct conf *conf)
{
	return conf->util_workers;
}

/* The leading role first: it is started first and stopped first. */
const struct role roles[] = {
	{ .name = "core", .run = run_core, .listeners = true, .leads = true,
	    .keep_conf = true, .nofile = 256, .memory_mb = 4096 },
	{ .name = "util", .run = run_util, .count = count_util, .nofile = 64,
	    .memory_mb = 1024, .nice = 5 },
	{ .name = NULL },
};
