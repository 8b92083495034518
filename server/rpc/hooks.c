/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rpc/gate.h"

#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "api/password.h"
#include "base/mem.h"
#include "base/text.h"
#include "rpc/paper.h"

/*
 * The methods that are more than their SQL function. Passwords are checked
 * and hashed in a worker; core never holds one longer than the message.
 */

/* Wipes and removes a secret parameter; returns a copy that wipes itself. */
static char *
take_secret(struct request *req, TALLOC_CTX *ctx, const char *key)
{
	json_t	*v = json_object_get(req->params, key);
	char	*copy;

	if (!json_is_string(v))
		return NULL;
	copy = secret_strdup(ctx, json_string_value(v));
	explicit_bzero((char *)(uintptr_t)json_string_value(v),
	    json_string_length(v));
	json_object_del(req->params, key);
	return copy;
}

static const char *
param(const struct request *req, const char *key)
{
	return json_string_value(json_object_get(req->params, key));
}

static char *
new_token(TALLOC_CTX *ctx)
{
	unsigned char	raw[32];
	char		hex[65], *token;

	randombytes_buf(raw, sizeof raw);
	sodium_bin2hex(hex, sizeof hex, raw, sizeof raw);
	token = secret_strdup(ctx, hex);
	sodium_memzero(raw, sizeof raw);
	sodium_memzero(hex, sizeof hex);
	return token;
}

/* ---------------------------------------------------------------- login */

static void
login_stored(void *arg, uint64_t uid, const char *text, size_t len,
    struct err *e)
{
	struct request	*req = gate_request(arg, uid);
	struct err	 refused = ERR_INIT;
	json_t		*answer;
	const char	*code;

	(void)len;
	if (e->code != ERR_NONE) {
		gate_fail(req, e);
		return;
	}
	answer = json_loads(text, 0, NULL);
	code = json_string_value(json_object_get(answer, "refused"));
	if (code == NULL) {
		json_decref(answer);
		gate_logged_in(req, text);
		return;
	}
	err_set(&refused, strcmp(code, "locked") == 0 ? ERR_LOCKED :
	    ERR_BAD_LOGIN, "login refused");
	refused.args = json_text(NULL, json_object_get(answer, "args"));
	json_decref(answer);
	gate_fail(req, &refused);
	err_clear(&refused);
}

static void
login_end(struct request *req, bool ok)
{
	const char	*values[5];

	values[0] = param(req, "name");
	values[1] = req->addr;
	values[2] = ok ? "t" : "f";
	values[3] = new_token(req);
	values[4] = param(req, "client");
	/* Not to be repeated: a failure would be counted twice. */
	gate_sql(req, "login_end", false, 5, values, login_stored);
}

static void
login_checked(void *arg, uint64_t uid, const json_t *answer, struct err *e)
{
	struct request	*req = gate_request(arg, uid);

	if (e->code != ERR_NONE)
		gate_fail(req, e);
	else
		login_end(req, json_is_true(json_object_get(answer, "ok")));
}

/* root and the daemon's own user, on the local socket. */
static bool
peer_trusted(const struct request *req)
{
	return req->uid_peer != -1 &&
	    (req->uid_peer == 0 || req->uid_peer == (long)geteuid());
}

static void
login_begun(void *arg, uint64_t uid, const char *text, size_t len,
    struct err *e)
{
	struct request	*req = gate_request(arg, uid);
	struct err	 locked = ERR_INIT;
	json_t		*answer, *job;
	const char	*hash;
	char		*password;

	(void)len;
	if (e->code != ERR_NONE) {
		gate_fail(req, e);
		return;
	}
	answer = json_loads(text, 0, NULL);
	hash = json_string_value(json_object_get(answer, "hash"));
	password = take_secret(req, req, "password");
	if (json_is_true(json_object_get(answer, "locked"))) {
		err_set(&locked, ERR_LOCKED, "locked");
		locked.args = talloc_asprintf(NULL, "{\"minutes\":%d}",
		    (int)json_integer_value(json_object_get(answer,
		    "minutes")));
		gate_fail(req, &locked);
		err_clear(&locked);
	} else if (password == NULL && peer_trusted(req))
		login_end(req, hash != NULL);
	else {
		/* An unknown name costs the same time: something is hashed. */
		job = hash != NULL ? json_pack("{s:s,s:s,s:s}", "op", "verify",
		    "password", password != NULL ? password : "", "hash", hash)
		    : json_pack("{s:s,s:s}", "op", "hash", "password",
		    password != NULL ? password : "");
		gate_worker(req, job, login_checked);
		json_decref(job);
	}
	json_decref(answer);
}

/*
 * Hashing is what logins wait for: one at a time per line, and no address
 * fills the queue of the workers alone.
 */
#define LOGINS_PER_ADDR	64

static void
login_run(struct request *req)
{
	const char	*values[2];
	struct err	 e = ERR_INIT;
	bool		 same_line;

	if (gate_alike(req, &same_line) >= LOGINS_PER_ADDR || same_line) {
		err_set(&e, ERR_BUSY, "logins of this address wait already");
		gate_fail(req, &e);
		err_clear(&e);
		return;
	}
	/* "" means none: the local socket's way in. */
	if (json_string_length(json_object_get(req->params, "password")) == 0)
		json_object_del(req->params, "password");
	values[0] = param(req, "name");
	values[1] = req->addr;
	gate_sql(req, "login_begin", true, 2, values, login_begun);
}

static void
resume_done(void *arg, uint64_t uid, const char *text, size_t len,
    struct err *e)
{
	struct request	*req = gate_request(arg, uid);

	(void)len;
	if (e->code != ERR_NONE)
		gate_fail(req, e);
	else
		gate_logged_in(req, text);
}

static void
resume_run(struct request *req)
{
	const char	*values[3];

	values[0] = take_secret(req, req, "token");
	values[1] = req->addr;
	values[2] = param(req, "client");
	gate_sql(req, "session_resume", true, 3, values, resume_done);
}

/* ---------------------------------------------------------------- passwords */

static void
hashed(void *arg, uint64_t uid, const json_t *answer, struct err *e)
{
	struct request	*req = gate_request(arg, uid);

	if (e->code != ERR_NONE) {
		gate_fail(req, e);
		return;
	}
	json_object_set(req->params, "hash", json_object_get(answer, "hash"));
	gate_query(req);
}

/* Replaces the password of this parameter by its hash, in a worker. */
static void
hash_then_query(struct request *req, const char *key, const char *name)
{
	char		*password = take_secret(req, req, key);
	struct err	 e = ERR_INIT;
	json_t		*job;

	if (password == NULL || password_weak(password, name)) {
		err_field(&e, key, "weak", "too easy to guess");
		gate_fail(req, &e);
		err_clear(&e);
		return;
	}
	job = json_pack("{s:s,s:s}", "op", "hash", "password", password);
	gate_worker(req, job, hashed);
	json_decref(job);
}

static void
first_password_before(struct request *req)
{
	hash_then_query(req, "password", param(req, "name"));
}

static void
old_verified(void *arg, uint64_t uid, const json_t *answer, struct err *e)
{
	struct request	*req = gate_request(arg, uid);
	struct err	 bad = ERR_INIT;

	if (e->code != ERR_NONE) {
		gate_fail(req, e);
	} else if (!json_is_true(json_object_get(answer, "ok"))) {
		err_field(&bad, "old", "value", "the old password is wrong");
		gate_fail(req, &bad);
		err_clear(&bad);
	} else
		hash_then_query(req, "new", req->user);
}

static void
own_hash_read(void *arg, uint64_t uid, const char *text, size_t len,
    struct err *e)
{
	struct request	*req = gate_request(arg, uid);
	struct err	 gone = ERR_INIT;
	char		*old;
	json_t		*job;

	if (e->code != ERR_NONE) {
		gate_fail(req, e);
		return;
	}
	if (len == 0) {
		err_set(&gone, ERR_NOT_LOGGED_IN, "the session ended");
		gate_fail(req, &gone);
		err_clear(&gone);
		return;
	}
	old = take_secret(req, req, "old");
	job = json_pack("{s:s,s:s,s:s}", "op", "verify", "password", old,
	    "hash", text);
	gate_worker(req, job, old_verified);
	json_decref(job);
}

static void
own_password_before(struct request *req)
{
	const char	*old = param(req, "old"), *fresh = param(req, "new");
	const char	*values[1];
	struct err	 e = ERR_INIT;

	if (strcmp(old, fresh) == 0) {
		err_field(&e, "new", "same", "the old password again");
		gate_fail(req, &e);
		err_clear(&e);
		return;
	}
	values[0] = req->token;
	gate_sql(req, "own_hash", true, 1, values, own_hash_read);
}

/* The line that changed its password may use everything from now on. */
static char *
own_password_after(struct request *req, const char *text, size_t len,
    struct err *e)
{
	struct client	*c = client_find(gate_clients(req->gate), req->client);

	(void)e;
	if (c != NULL)
		c->must_change = false;
	return talloc_strndup(req, text, len);
}

/* ---------------------------------------------------------------- the rest */

static void
watch_run(struct request *req)
{
	struct client	*c = client_find(gate_clients(req->gate), req->client);

	if (c != NULL)
		gate_watch(req->gate, c, json_object_get(req->params,
		    "topics"));
	gate_done_json(req, json_object());
}

static void
stats_run(struct request *req)
{
	gate_done_json(req, gate_stats(req->gate, json_is_true(
	    json_object_get(req->params, "reset"))));
}

const struct hook hooks[] = {
	{ .method = "session.login", .run = login_run },
	{ .method = "session.resume", .run = resume_run },
	{ .method = "event.watch", .run = watch_run },
	{ .method = "system.stats", .run = stats_run },
	{ .method = "user.password", .before = own_password_before,
	    .after = own_password_after },
	{ .method = "user.create", .before = first_password_before },
	{ .method = "user.reset", .before = first_password_before },
	{ .method = "receipt.render", .after = paper_render },
	{ .method = "receipt.print", .after = paper_print },
	{ .method = NULL }
};
