/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CONF_CONF_H
#define CONF_CONF_H

#include <stdbool.h>

#include <talloc.h>

#include "base/err.h"

/*
 * Boot facts of the daemon, read once from an INI file; one option row each
 * (conf.c), from which the sample file and jabbard.conf(5) are printed.
 * Business settings live in the database. An unknown key refuses to start.
 * Relative paths are taken from the directory of the file.
 */
struct conf {
	const char	*path;			/* the file itself */
	/* [listen] */
	const char	*listen_host;		/* "127.0.0.1" */
	int		 listen_port;		/* 7823; 0 = any free one */
	const char	*socket_path;		/* run_dir/jabbard.sock */
	int		 max_clients;		/* 1000 */
	/* [tls] */
	const char	*tls_cert, *tls_key;	/* data_dir/tls/... */
	/* [database] */
	const char	*db_url;		/* NULL: private cluster */
	const char	*db_listen_url;		/* NULL: db_url */
	const char	*db_owner_url;		/* migrations, own server */
	bool		 db_pooled;		/* behind PgBouncer */
	int		 db_pool;		/* connections of core, 16 */
	int		 db_timeout_ms;		/* statement time-out, 15000 */
	/* [paths] */
	const char	*data_dir;		/* /var/lib/jabbar */
	const char	*run_dir;		/* /run/jabbar */
	/* [process] */
	const char	*user;			/* core's when root: jabbar */
	const char	*db_user;		/* cluster's when root */
	int		 restart_max;		/* 5 restarts ... */
	int		 restart_window;	/* ... in 300 s, then exit */
	int		 util_workers;		/* 2 */
	/* [log] */
	const char	*log_level;		/* error warning info debug */
};

/*
 * NULL and an error naming file, line, key and rule where the file is not
 * valid.
 */
struct conf *conf_read(TALLOC_CTX *ctx, const char *path, struct err *e);
/* A file to start from, with every option, its default and its help. */
char	*conf_sample(TALLOC_CTX *ctx);

/* One "section", "key", "value" that a new file shall set. */
struct conf_value {
	const char	*section, *key, *value;
};
/*
 * The same with these values set (section NULL ends them); the rest stay
 * comments.
 */
char	*conf_sample_with(TALLOC_CTX *ctx, const struct conf_value *set);
/* What manuals and tests must know of an option. */
struct conf_option {
	const char	*section, *key;
	const char	*type;		/* "text", "secret", "path", "int", ... */
	const char	*def;		/* "" where it depends on others */
	int		 min, max;	/* of "int" */
	const char	*help;		/* one English sentence */
};
/* The n-th option in the order of the sample; false behind the last. */
bool	 conf_option(size_t n, struct conf_option *out);
/* The syslog level of conf->log_level. */
int	 conf_log_level(const struct conf *conf);

#endif
