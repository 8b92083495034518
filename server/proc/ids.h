/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PROC_IDS_H
#define PROC_IDS_H

#include <stdbool.h>
#include <sys/types.h>

#include <talloc.h>

#include "base/err.h"

/*
 * Who a process is. Started by root, the database and the serving processes
 * are two system users; started by anybody else all of it is himself.
 */
struct ids {
	char	name[64];
	uid_t	uid;
	gid_t	gid;
};

/* True when this process may change ids at all. */
bool	 ids_privileged(void);
/* The ids of a user, or of this process itself where it is not root. */
int	 ids_of(const char *user, struct ids *out, struct err *e)
	    __attribute__((warn_unused_result));
/* Becomes that user for good, groups included; a no-op where not root. */
int	 ids_drop(const struct ids *to, struct err *e)
	    __attribute__((warn_unused_result));
/* Effective ids for file work only, and back to root; no-ops where not root. */
int	 ids_assume(const struct ids *to, struct err *e)
	    __attribute__((warn_unused_result));
void	 ids_back(void);
/*
 * Makes a system user (without login, member of `group` unless NULL) where it
 * is missing.
 */
int	 ids_create(const char *user, const char *group, const char *home,
	    struct err *e) __attribute__((warn_unused_result));
/* ERR_IO with the directory at fault where that user cannot enter path. */
int	 ids_can_enter(const struct ids *who, const char *path, struct err *e)
	    __attribute__((warn_unused_result));
/*
 * Runs a program as that user (NULL: as ourselves) to its end, without a
 * shell and with a plain environment; -1 with what it says is wrong unless
 * it exits 0. *out (may be NULL) is what it wrote, up to 64 KiB.
 */
int	 ids_run(TALLOC_CTX *ctx, const struct ids *who,
	    const char *const *argv, char **out, struct err *e)
	    __attribute__((warn_unused_result));

#endif
