/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proc/password.h"

#include <string.h>

#include <sodium.h>

#include "base/mem.h"

static int
sodium_ready(struct err *e)
{
	if (sodium_init() == -1)
		return err_set(e, ERR_INTERNAL, "libsodium does not start");
	return 0;
}

char *
password_hash(TALLOC_CTX *ctx, const char *password, struct err *e)
{
	char	out[crypto_pwhash_STRBYTES];
	size_t	len = strlen(password);

	if (sodium_ready(e) == -1)
		return NULL;
	if (len > PASSWORD_MAX) {
		err_field(e, "password", "length", "longer than %d bytes",
		    PASSWORD_MAX);
		return NULL;
	}
	if (crypto_pwhash_str(out, password, len,
	    crypto_pwhash_OPSLIMIT_INTERACTIVE,
	    crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0) {
		err_set(e, ERR_UNAVAILABLE, "no memory to hash a password");
		return NULL;
	}
	return talloc_strdup(ctx, out);
}

bool
password_verify(const char *hash, const char *password, bool *rehash)
{
	size_t	len = strlen(password);

	*rehash = false;
	/* libsodium reads a buffer of the full size. */
	char	full[crypto_pwhash_STRBYTES] = "";

	if (sodium_ready(NULL) == -1 || len > PASSWORD_MAX ||
	    strlen(hash) >= sizeof full)
		return false;
	memcpy(full, hash, strlen(hash));
	if (crypto_pwhash_str_verify(full, password, len) != 0)
		return false;
	*rehash = crypto_pwhash_str_needs_rehash(full,
	    crypto_pwhash_OPSLIMIT_INTERACTIVE,
	    crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0;
	return true;
}

char *
password_random(TALLOC_CTX *ctx, size_t n, struct err *e)
{
	static const char	letters[] =
	    "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
	char			*out;
	size_t			 i;

	if (sodium_ready(e) == -1)
		return NULL;
	out = talloc_zero_size(NULL, n + 1);
	for (i = 0; i < n; i++)
		out[i] = letters[randombytes_uniform(sizeof letters - 1)];
	char *copy = secret_strdup(ctx, out);
	explicit_bzero(out, n);
	talloc_free(out);
	return copy;
}
