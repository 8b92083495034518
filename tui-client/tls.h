/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CLIENT_TLS_H
#define CLIENT_TLS_H

#include <openssl/ssl.h>
#include <talloc.h>

#include "base/err.h"

/* What the certificate of a server means to us. */
enum tls_trust {
	TLS_TRUSTED,		/* signed by --ca, or pinned before */
	TLS_UNKNOWN,		/* never seen: a person must look at it */
	TLS_CHANGED,		/* pinned before, and it is another one now */
	TLS_REFUSED		/* --ca was given and does not vouch for it */
};

/* A client context for TLS 1.3 only; NULL and an error without the CA file. */
SSL_CTX	*tls_context(const char *ca, struct err *e);
/*
 * Judges the certificate of a finished handshake with HOST:PORT. Sets
 * *fingerprint ("SHA256:ab:cd:..") and, when refused, *why; children of ctx.
 */
enum tls_trust tls_judge(TALLOC_CTX *ctx, SSL *ssl, const char *ca,
	    const char *known_hosts, const char *server, char **fingerprint,
	    char **why);
/* Adds HOST:PORT and its fingerprint to the file of known servers. */
int	 tls_pin(const char *known_hosts, const char *server,
	    const char *fingerprint, struct err *e)
	    __attribute__((warn_unused_result));

#endif
