/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PROC_PASSWORD_H
#define PROC_PASSWORD_H

#include <stdbool.h>

#include <talloc.h>

#include "base/err.h"

/* Argon2id with libsodium's interactive limits: about 0.2 s and 64 MiB each. */
#define PASSWORD_MAX	1024	/* bytes of a password that is looked at */

/*
 * The hash with salt and parameters in one string; ERR_UNAVAILABLE when memory
 * is short.
 */
char	*password_hash(TALLOC_CTX *ctx, const char *password, struct err *e);
/*
 * Whether the password belongs to the hash; *rehash when its limits are not
 * today's.
 */
bool	 password_verify(const char *hash, const char *password, bool *rehash);
/*
 * A random password of n letters and digits that cannot be mistaken for one
 * another.
 */
char	*password_random(TALLOC_CTX *ctx, size_t n, struct err *e);

#endif
