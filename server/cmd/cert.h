/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMD_CERT_H
#define CMD_CERT_H

#include <talloc.h>

#include "base/err.h"
#include "proc/ids.h"

/*
 * Makes a P-256 key (mode 0600, owned by `owner`) and a certificate signed by
 * itself, for ten years, for localhost, its addresses, this machine's name
 * and `host` (NULL or "*": none besides).
 */
int	cert_create(const char *cert, const char *key, const char *host,
	    const struct ids *owner, struct err *e)
	    __attribute__((warn_unused_result));
/*
 * The fingerprint of a certificate as a terminal shows it when it meets the
 * server for the first time; NULL when the file holds none.
 */
char	*cert_fingerprint(TALLOC_CTX *ctx, const char *cert);
/*
 * Whether both files belong together; *days is what is left, negative when
 * over.
 */
int	cert_check(const char *cert, const char *key, int *days, struct err *e)
	    __attribute__((warn_unused_result));

#endif
