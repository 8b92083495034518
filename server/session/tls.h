/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SESSION_TLS_H
#define SESSION_TLS_H

#include <openssl/ssl.h>

#include "base/err.h"

/* A server context for TLS 1.3 only; NULL and why where the files do not do. */
SSL_CTX	*tls_server_ctx(const char *cert, const char *key, struct err *e);

#endif
