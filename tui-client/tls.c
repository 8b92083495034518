/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tls.h"

#include <arpa/inet.h>
#include <string.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "base/io.h"
#include "base/text.h"
#include "i18n.h"

#define KNOWN_MAX	(1024 * 1024)

static const char *
openssl_reason(void)
{
	const char	*s = ERR_reason_error_string(ERR_peek_last_error());

	ERR_clear_error();
	return s != NULL ? s : "unknown reason";
}

SSL_CTX *
tls_context(const char *ca, struct err *e)
{
	SSL_CTX	*ctx = SSL_CTX_new(TLS_client_method());

	if (ctx == NULL) {
		err_set(e, ERR_IO, "TLS: %s", openssl_reason());
		return NULL;
	}
	SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION);
	SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
	/* The handshake goes on; tls_judge() decides before a byte is sent. */
	SSL_CTX_set_verify(ctx, SSL_VERIFY_NONE, NULL);
	if (ca != NULL && SSL_CTX_load_verify_file(ctx, ca) != 1) {
		err_set(e, ERR_IO, "%s: %s", ca, openssl_reason());
		SSL_CTX_free(ctx);
		return NULL;
	}
	return ctx;
}

static char *
host_part(TALLOC_CTX *ctx, const char *server)
{
	const char	*colon = strrchr(server, ':');
	char		*host;
	size_t		 n;

	n = colon != NULL ? (size_t)(colon - server) : strlen(server);
	host = talloc_strndup(ctx, server, n);
	if (host[0] == '[' && n > 1 && host[n - 1] == ']') {
		host[n - 1] = '\0';
		host++;
	}
	return host;
}

static char *
fingerprint_of(TALLOC_CTX *ctx, X509 *cert)
{
	unsigned char	 md[EVP_MAX_MD_SIZE];
	unsigned int	 n = 0, i;
	char		*out;

	X509_digest(cert, EVP_sha256(), md, &n);
	out = talloc_strdup(ctx, "SHA256");
	for (i = 0; i < n; i++)
		out = talloc_asprintf_append_buffer(out, ":%02x", md[i]);
	return out;
}

/* True when the file holds this very certificate: then names are moot. */
static bool
cert_in_file(const char *path, X509 *cert)
{
	BIO	*in = BIO_new_file(path, "r");
	X509	*x;
	bool	 same = false;

	if (in == NULL)
		return false;
	while (!same && (x = PEM_read_bio_X509(in, NULL, NULL, NULL)) != NULL) {
		same = X509_cmp(x, cert) == 0;
		X509_free(x);
	}
	ERR_clear_error();
	BIO_free(in);
	return same;
}

static enum tls_trust
judge_by_ca(TALLOC_CTX *ctx, SSL *ssl, X509 *cert, const char *ca,
    const char *server, char **why)
{
	char		*host = host_part(ctx, server);
	unsigned char	 ip[16];
	long		 rc;
	bool		 named;

	if (cert_in_file(ca, cert))
		return TLS_TRUSTED;
	rc = SSL_get_verify_result(ssl);
	if (rc == X509_V_ERR_CERT_HAS_EXPIRED)
		*why = talloc_strdup(ctx, N_("The server's certificate is no "
		    "longer valid: the administrator must renew it."));
	else if (rc != X509_V_OK)
		*why = talloc_strdup(ctx, N_("The server does not show the "
		    "certificate that --ca names: is it the right server?"));
	if (rc != X509_V_OK)
		return TLS_REFUSED;
	if (inet_pton(AF_INET, host, ip) == 1 ||
	    inet_pton(AF_INET6, host, ip) == 1)
		named = X509_check_ip_asc(cert, host, 0) == 1;
	else
		named = X509_check_host(cert, host, 0, 0, NULL) == 1;
	if (named)
		return TLS_TRUSTED;
	*why = talloc_strdup(ctx, N_("The server's certificate is for another "
	    "name than the one that was dialled."));
	return TLS_REFUSED;
}

static enum tls_trust
judge_by_pin(TALLOC_CTX *ctx, const char *path, const char *server,
    const char *fingerprint)
{
	enum tls_trust	 trust = TLS_UNKNOWN;
	char		*text, **lines;
	size_t		 len, n, i, k = strlen(server);

	if (access(path, F_OK) == -1)
		return TLS_UNKNOWN;
	text = io_read_file(ctx, path, KNOWN_MAX, &len, NULL);
	if (text == NULL)
		return TLS_CHANGED;	/* unreadable: never ask instead */
	lines = text_split(ctx, text, '\n', &n);
	for (i = 0; i < n; i++) {
		if (strncmp(lines[i], server, k) != 0 || lines[i][k] != ' ')
			continue;
		if (strcmp(lines[i] + k + 1, fingerprint) == 0) {
			trust = TLS_TRUSTED;
			break;
		}
		trust = TLS_CHANGED;
	}
	talloc_free(lines);
	talloc_free(text);
	return trust;
}

enum tls_trust
tls_judge(TALLOC_CTX *ctx, SSL *ssl, const char *ca, const char *known_hosts,
    const char *server, char **fingerprint, char **why)
{
	X509		*cert = SSL_get1_peer_certificate(ssl);
	enum tls_trust	 trust;

	*why = NULL;
	if (cert == NULL) {
		*fingerprint = NULL;
		*why = talloc_strdup(ctx,
		    N_("The server shows no certificate."));
		return TLS_REFUSED;
	}
	*fingerprint = fingerprint_of(ctx, cert);
	if (ca != NULL)
		trust = judge_by_ca(ctx, ssl, cert, ca, server, why);
	else
		trust = judge_by_pin(ctx, known_hosts, server, *fingerprint);
	X509_free(cert);
	return trust;
}

int
tls_pin(const char *known_hosts, const char *server, const char *fingerprint,
    struct err *e)
{
	char	*old = NULL, *text, *dir, *slash;
	size_t	 len = 0;
	int	 rc = -1;

	dir = talloc_strdup(NULL, known_hosts);
	slash = strrchr(dir, '/');
	if (slash != NULL)
		*slash = '\0';
	if (slash != NULL && io_mkdirs(dir, 0700, e) == -1)
		goto out;
	if (access(known_hosts, F_OK) == 0) {
		old = io_read_file(dir, known_hosts, KNOWN_MAX, &len, e);
		if (old == NULL)
			goto out;
	}
	text = talloc_asprintf(dir, "%s%s%s %s\n", old != NULL ? old : "",
	    len > 0 && old[len - 1] != '\n' ? "\n" : "", server, fingerprint);
	rc = io_write_file(known_hosts, text, strlen(text), 0600, e);
out:
	talloc_free(dir);
	return rc;
}
