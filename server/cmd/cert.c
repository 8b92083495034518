/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cert.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "base/clock.h"
#include "base/io.h"

#define CERT_DAYS	3650

static int
openssl_failed(struct err *e, const char *what)
{
	char	reason[256];

	ERR_error_string_n(ERR_get_error(), reason, sizeof reason);
	ERR_clear_error();
	return err_set(e, ERR_INTERNAL, "%s: %s", what, reason);
}

static int
extension(X509 *x, int nid, const char *value)
{
	X509V3_CTX	 ctx;
	X509_EXTENSION	*ext;
	int		 ok;

	X509V3_set_ctx_nodb(&ctx);
	X509V3_set_ctx(&ctx, x, x, NULL, NULL, 0);
	ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	if (ext == NULL)
		return 0;
	ok = X509_add_ext(x, ext, -1);
	X509_EXTENSION_free(ext);
	return ok;
}

/* A name that may stand in the list of names, which is text with commas. */
static bool
plain_name(const char *s)
{
	return *s != '\0' && strlen(s) <= 253 && strspn(s, "abcdefghijklmnop"
	    "qrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-") == strlen(s);
}

static char *
alt_names(TALLOC_CTX *ctx, const char *host)
{
	char		 name[256] = "";
	unsigned char	 addr[16];
	char		*out = talloc_strdup(ctx,
			    "DNS:localhost,IP:127.0.0.1,IP:::1");

	if (gethostname(name, sizeof name - 1) == 0 && plain_name(name) &&
	    strcmp(name, "localhost") != 0)
		out = talloc_asprintf_append(out, ",DNS:%s", name);
	if (host == NULL || strcmp(host, "127.0.0.1") == 0 ||
	    strcmp(host, "::1") == 0 || strcmp(host, "localhost") == 0 ||
	    strcmp(host, "0.0.0.0") == 0 || strcmp(host, "::") == 0 ||
	    strcmp(host, name) == 0)
		return out;
	if (inet_pton(AF_INET, host, addr) == 1 ||
	    inet_pton(AF_INET6, host, addr) == 1)
		return talloc_asprintf_append(out, ",IP:%s", host);
	if (plain_name(host))
		out = talloc_asprintf_append(out, ",DNS:%s", host);
	return out;
}

static int
cert_fill(X509 *x, EVP_PKEY *key, const char *host)
{
	time_t		 now = clock_now();
	unsigned char	 serial[16];
	BIGNUM		*bn;
	X509_NAME	*name = X509_get_subject_name(x);
	char		*alt = alt_names(NULL, host);
	int		 ok;

	if (RAND_bytes(serial, sizeof serial) != 1) {
		talloc_free(alt);
		return 0;
	}
	serial[0] &= 0x7f;
	bn = BN_bin2bn(serial, sizeof serial, NULL);
	/* A day back, for terminals whose clock is behind. */
	ok = bn != NULL && X509_set_version(x, 2) &&
	    BN_to_ASN1_INTEGER(bn, X509_get_serialNumber(x)) != NULL &&
	    X509_time_adj_ex(X509_getm_notBefore(x), -1, 0, &now) != NULL &&
	    X509_time_adj_ex(X509_getm_notAfter(x), CERT_DAYS, 0, &now) !=
	    NULL && X509_set_pubkey(x, key) &&
	    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
	    (const unsigned char *)"jabbard", -1, -1, 0) &&
	    X509_set_issuer_name(x, name) &&
	    extension(x, NID_basic_constraints, "critical,CA:FALSE") &&
	    extension(x, NID_key_usage, "critical,digitalSignature") &&
	    extension(x, NID_ext_key_usage, "serverAuth") &&
	    extension(x, NID_subject_key_identifier, "hash") &&
	    extension(x, NID_subject_alt_name, alt) &&
	    X509_sign(x, key, EVP_sha256()) > 0;
	BN_free(bn);
	talloc_free(alt);
	return ok;
}

static int
file_write(const char *path, BIO *bio, mode_t mode, const struct ids *owner,
    struct err *e)
{
	char	*data, *dir = talloc_strdup(NULL, path), *slash;
	long	 len = BIO_get_mem_data(bio, &data);
	int	 rc = 0;

	slash = strrchr(dir, '/');
	if (slash != NULL && slash != dir) {
		*slash = '\0';
		rc = io_mkdirs(dir, 0755, e);
	}
	if (rc == 0)
		rc = io_write_file(path, data, (size_t)len, mode, e);
	if (rc == 0 && ids_privileged() &&
	    chown(path, owner->uid, owner->gid) == -1)
		rc = err_set(e, ERR_IO, "%s: %s", path, strerror(errno));
	talloc_free(dir);
	return rc;
}

int
cert_create(const char *cert, const char *key, const char *host,
    const struct ids *owner, struct err *e)
{
	EVP_PKEY	*pkey = EVP_EC_gen("P-256");
	X509		*x = X509_new();
	BIO		*b = BIO_new(BIO_s_mem()), *k = BIO_new(BIO_s_secmem());
	int		 rc = -1;

	if (pkey == NULL || x == NULL || b == NULL || k == NULL ||
	    !cert_fill(x, pkey, host) || !PEM_write_bio_X509(b, x) ||
	    !PEM_write_bio_PrivateKey(k, pkey, NULL, NULL, 0, NULL, NULL))
		openssl_failed(e, "cannot make a certificate");
	else if (file_write(key, k, 0600, owner, e) == 0 &&
	    file_write(cert, b, 0644, owner, e) == 0)
		rc = 0;
	BIO_free(b);
	BIO_free(k);
	X509_free(x);
	EVP_PKEY_free(pkey);
	return rc;
}

/* An open file becomes BIO; libcrypto's own opening hides errno. */
static BIO *
bio_open(const char *path, struct err *e)
{
	char	*text = io_read_file(NULL, path, 1024 * 1024, NULL, e);
	BIO	*b;

	if (text == NULL)
		return NULL;
	b = BIO_new(BIO_s_mem());
	if (b != NULL)
		(void)BIO_puts(b, text);
	explicit_bzero(text, strlen(text));
	talloc_free(text);
	return b;
}

int
cert_check(const char *cert, const char *key, int *days, struct err *e)
{
	BIO		*b = bio_open(cert, e), *k = NULL;
	X509		*x = NULL;
	EVP_PKEY	*pkey = NULL;
	ASN1_TIME	*now = NULL;
	time_t		 t = clock_now();
	int		 rc = -1, seconds;

	if (b == NULL)
		return -1;
	k = bio_open(key, e);
	if (k == NULL)
		goto out;
	x = PEM_read_bio_X509(b, NULL, NULL, NULL);
	pkey = PEM_read_bio_PrivateKey(k, NULL, NULL, NULL);
	now = ASN1_TIME_adj(NULL, t, 0, 0);
	if (x == NULL)
		openssl_failed(e, cert);
	else if (pkey == NULL)
		openssl_failed(e, key);
	else if (X509_check_private_key(x, pkey) != 1)
		err_set(e, ERR_BAD_STATE, "%s is not the key of %s", key,
		    cert);
	else if (now == NULL || !ASN1_TIME_diff(days, &seconds, now,
	    X509_get0_notAfter(x)))
		openssl_failed(e, "certificate dates");
	else if (X509_cmp_time(X509_get0_notBefore(x), &t) > 0)
		err_set(e, ERR_BAD_STATE, "%s is not valid yet: is the clock "
		    "right?", cert);
	else
		rc = 0;
	if (rc == 0 && *days == 0 && seconds < 0)
		*days = -1;
	ERR_clear_error();
out:
	BIO_free(b);
	BIO_free(k);
	X509_free(x);
	EVP_PKEY_free(pkey);
	ASN1_TIME_free(now);
	return rc;
}

char *
cert_fingerprint(TALLOC_CTX *ctx, const char *cert)
{
	struct err	 e = ERR_INIT;
	unsigned char	 md[EVP_MAX_MD_SIZE];
	unsigned int	 n = 0, i;
	BIO		*b = bio_open(cert, &e);
	X509		*x;
	char		*out = NULL;

	x = b == NULL ? NULL : PEM_read_bio_X509(b, NULL, NULL, NULL);
	if (x != NULL && X509_digest(x, EVP_sha256(), md, &n)) {
		out = talloc_strdup(ctx, "SHA256");
		for (i = 0; i < n; i++)
			out = talloc_asprintf_append_buffer(out, ":%02x",
			    md[i]);
	}
	X509_free(x);
	BIO_free(b);
	ERR_clear_error();
	err_clear(&e);
	return out;
}
