/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_CORE_H
#define SERVER_CORE_H

#include "conf/conf.h"

/*
 * What the parent hands to core, by descriptor and by value. Core is the only
 * role that talks to clients and to PostgreSQL; it runs one event loop until
 * SIGTERM, answers what it accepted and returns 0.
 */
struct core_boot {
	const struct conf	*conf;
	int			 control_fd;	/* frames with passed descriptors */
	int			 tls_fd;	/* bound and listening */
	int			 unix_fd;	/* bound and listening */
	const char		*conninfo;	/* of the runtime role */
	const char		*listen_conninfo; /* never through a pooler */
};

int	core_main(const struct core_boot *boot);

#endif
