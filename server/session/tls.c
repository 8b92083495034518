/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/tls.h"

#include <openssl/err.h>

static const char *
tls_why(void)
{
	const char	*s = ERR_reason_error_string(ERR_peek_error());

	ERR_clear_error();
	return s != NULL ? s : "unknown reason";
}

SSL_CTX *
tls_server_ctx(const char *cert, const char *key, struct err *e)
{
	SSL_CTX	*ctx = SSL_CTX_new(TLS_server_method());

	if (ctx == NULL) {
		err_set(e, ERR_INTERNAL, "TLS: %s", tls_why());
		return NULL;
	}
	SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION);
	/* Tickets would only cost memory: sessions resume by our own token. */
	SSL_CTX_set_num_tickets(ctx, 0);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION |
	    SSL_OP_NO_COMPRESSION);
	/* An idle line holds no record buffers. */
	SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
	if (SSL_CTX_use_certificate_chain_file(ctx, cert) != 1)
		err_set(e, ERR_IO, "certificate %s: %s", cert, tls_why());
	else if (SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM) != 1)
		err_set(e, ERR_IO, "key %s: %s", key, tls_why());
	else if (SSL_CTX_check_private_key(ctx) != 1)
		err_set(e, ERR_IO, "key %s does not belong to %s", key, cert);
	else
		return ctx;
	SSL_CTX_free(ctx);
	return NULL;
}
