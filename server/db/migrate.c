/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "db/migrate.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <talloc.h>

#include "api/methods.h"
#include "api/perms.h"
#include "base/mem.h"
#include "base/text.h"
#include "db/sql_embed.h"
#include "db/sync.h"

/* The row that stands for everything rebuilt at each upgrade. */
#define API_NUMBER	0
#define API_NAME	"api"

struct migration_run {
	PGconn		*c;
	TALLOC_CTX	*ctx;
	PGresult	*recorded;	/* number, name, sha256, ... */
	char		*api_sha;
	migrate_tell	*tell;
	void		*arg;
	struct err	*e;
};

static void
say(const struct migration_run *m, const char *what)
{
	if (m->tell != NULL)
		m->tell(m->arg, what);
}

/* The text of a table of ours, which is released with ctx. */
static char *
table_text(TALLOC_CTX *ctx, json_t *j)
{
	return json_text(ctx, json_own(ctx, j));
}

static void
digest_text(EVP_MD_CTX *md, const char *s)
{
	/* With its end, so that "ab","c" is not "a","bc". */
	if (EVP_DigestUpdate(md, s, strlen(s) + 1) != 1)
		bug("SHA-256 does not work");
}

/* One checksum over api, seed, permissions and settings of this program. */
static char *
api_sha256(TALLOC_CTX *ctx)
{
	TALLOC_CTX		*tmp = talloc_new(NULL);
	EVP_MD_CTX		*md = EVP_MD_CTX_new();
	const struct sql_file	*f;
	unsigned char		 sum[EVP_MAX_MD_SIZE];
	unsigned		 len = 0, i;
	char			*hex = talloc_strdup(ctx, "");

	if (md == NULL || EVP_DigestInit_ex(md, EVP_sha256(), NULL) != 1)
		bug("SHA-256 does not work");
	for (f = sql_api; f->name != NULL; f++) {
		digest_text(md, f->name);
		digest_text(md, f->text);
	}
	for (f = sql_seed; f->name != NULL; f++) {
		digest_text(md, f->name);
		digest_text(md, f->text);
	}
	digest_text(md, table_text(tmp, roles_json()));
	digest_text(md, table_text(tmp, perms_json()));
	digest_text(md, table_text(tmp, settings_json()));
	if (EVP_DigestFinal_ex(md, sum, &len) != 1)
		bug("SHA-256 does not work");
	for (i = 0; i < len; i++)
		hex = talloc_asprintf_append(hex, "%02x", sum[i]);
	EVP_MD_CTX_free(md);
	talloc_free(tmp);
	return hex;
}

/* The row of that number among those recorded, or -1. */
static int
recorded_row(const PGresult *recorded, int number)
{
	int	i;

	for (i = 0; i < PQntuples(recorded); i++) {
		if (strtol(PQgetvalue(recorded, i, 0), NULL, 10) == number)
			return i;
	}
	return -1;
}

static const struct sql_migration *
migration_find(long number)
{
	const struct sql_migration	*m;

	for (m = sql_migrations; m->name != NULL; m++) {
		if (m->number == number)
			return m;
	}
	return NULL;
}

/*
 * Compares what is recorded with what this program carries: ERR_VERSION for
 * rows that it does not know or whose text was changed after they ran.
 */
static int
recorded_check(const PGresult *recorded, struct err *e)
{
	const struct sql_migration	*m;
	long				 number;
	int				 i;

	for (i = 0; i < PQntuples(recorded); i++) {
		number = strtol(PQgetvalue(recorded, i, 0), NULL, 10);
		if (number == API_NUMBER)
			continue;
		m = migration_find(number);
		if (m == NULL)
			return err_set(e, ERR_VERSION, "the database is of a "
			    "newer version (it has migration %04ld_%s, which "
			    "this jabbard %s does not know): install that "
			    "version", number, PQgetvalue(recorded, i, 1),
			    JB_VERSION);
		if (strcmp(m->sha256, PQgetvalue(recorded, i, 2)) != 0)
			return err_set(e, ERR_VERSION, "migration %04ld_%s is "
			    "not the one that was applied to this database "
			    "(checksum %.12s, applied %.12s): install an "
			    "unmodified jabbard", number, m->name, m->sha256,
			    PQgetvalue(recorded, i, 2));
	}
	return 0;
}

static int
pending_count(const PGresult *recorded)
{
	const struct sql_migration	*m;
	int				 n = 0;

	for (m = sql_migrations; m->name != NULL; m++)
		n += recorded_row(recorded, m->number) == -1;
	return n;
}

static bool
api_current(const PGresult *recorded, const char *sha)
{
	int	row = recorded_row(recorded, API_NUMBER);

	return row != -1 && strcmp(PQgetvalue(recorded, row, 2), sha) == 0;
}

static int
run(struct migration_run *m, const char *query)
{
	return sync_run(m->c, query, 0, NULL, m->e);
}

/* 1 when the query finds a row, 0 when none, -1 on error. */
static int
found(PGconn *c, const char *query, struct err *e)
{
	PGresult	*res = sync_query(c, query, 0, NULL, e);
	int		 n;

	if (res == NULL)
		return -1;
	n = PQntuples(res) > 0;
	PQclear(res);
	return n;
}

/* The books must tie out before and after; every row it returns is a fault. */
static int
invariants(struct migration_run *m, const char *when)
{
	PGresult	*res;
	char		*text;
	int		 rc, i;

	if (run(m, "migrate_enter") == -1)
		return -1;
	rc = found(m->c, "migrate_has_invariants", m->e);
	if (rc != 1)
		return rc;
	res = sync_query(m->c, "migrate_invariants", 0, NULL, m->e);
	if (res == NULL)
		return err_prefix(m->e, "%s the upgrade", when);
	rc = 0;
	for (i = 0; rc == 0 && i < PQntuples(res); i++) {
		/* A function without a result gives one empty row. */
		if (PQgetisnull(res, i, 0) || *PQgetvalue(res, i, 0) == '\0')
			continue;
		text = text_visible(NULL, PQgetvalue(res, i, 0));
		rc = err_set(m->e, ERR_BAD_STATE,
		    "%s the upgrade the books do not tie out: %s (%d in all); "
		    "nothing was changed", when, text, PQntuples(res));
		talloc_free(text);
	}
	PQclear(res);
	return rc;
}

/* Dropping api must not take anything of app along. */
static int
nothing_needs_api(struct migration_run *m)
{
	PGresult	*res = sync_query(m->c, "migrate_depends", 0, NULL,
			    m->e);
	int		 rc = 0;

	if (res == NULL)
		return -1;
	if (PQntuples(res) > 0)
		rc = err_set(m->e, ERR_IN_USE, "schema api cannot be rebuilt: "
		    "%s (%d in all)", PQgetvalue(res, 0, 0), PQntuples(res));
	PQclear(res);
	return rc;
}

static int
record(struct migration_run *m, int number, const char *name, const char *sha)
{
	char		*n = talloc_asprintf(m->ctx, "%d", number);
	const char	*p[] = { n, name, sha };

	return sync_run(m->c, "migrate_record", 3, p, m->e);
}

static int
apply_pending(struct migration_run *m, bool notx)
{
	const struct sql_migration	*f;
	char				*label;

	for (f = sql_migrations; f->name != NULL; f++) {
		if (f->notx != notx ||
		    recorded_row(m->recorded, f->number) != -1)
			continue;
		label = talloc_asprintf(m->ctx, "migrations/%04d_%s.sql",
		    f->number, f->name);
		say(m, label);
		if (sync_script(m->c, label, f->text, m->e) == -1 ||
		    record(m, f->number, f->name, f->sha256) == -1)
			return -1;
	}
	return 0;
}

static int
apply_files(struct migration_run *m, const char *dir,
    const struct sql_file *f)
{
	char	*label;

	for (; f->name != NULL; f++) {
		label = talloc_asprintf(m->ctx, "%s/%s.sql", dir, f->name);
		if (sync_script(m->c, label, f->text, m->e) == -1)
			return -1;
	}
	return 0;
}

static int
sync_tables(struct migration_run *m)
{
	const char	*perms[2], *settings[1];

	perms[0] = table_text(m->ctx, roles_json());
	perms[1] = table_text(m->ctx, perms_json());
	settings[0] = table_text(m->ctx, settings_json());
	if (sync_run(m->c, "migrate_sync_permissions", 2, perms, m->e) == -1)
		return -1;
	return sync_run(m->c, "migrate_sync_settings", 1, settings, m->e);
}

static int
upgrade(struct migration_run *m)
{
	if (PQntuples(m->recorded) > 0)
		say(m, "checking the books");
	if (invariants(m, "before") == -1 || nothing_needs_api(m) == -1 ||
	    run(m, "migrate_api_drop") == -1 || apply_pending(m, false) == -1)
		return -1;
	say(m, "schema api");
	if (apply_files(m, "api", sql_api) == -1 ||
	    run(m, "migrate_enter") == -1 ||
	    run(m, "migrate_state_function") == -1 ||
	    apply_files(m, "seed", sql_seed) == -1 || sync_tables(m) == -1 ||
	    run(m, "migrate_grants") == -1 ||
	    nothing_needs_api(m) == -1 || invariants(m, "after") == -1)
		return -1;
	return record(m, API_NUMBER, API_NAME, m->api_sha);
}

/* The transaction; the lock is held already. */
static int
upgrade_locked(struct migration_run *m, bool *changed)
{
	struct err	ignored = ERR_INIT;

	if (run(m, "migrate_begin") == -1)
		return -1;
	if (run(m, "migrate_table") == -1)
		goto fail;
	m->recorded = sync_query(m->c, "migrate_recorded", 0, NULL, m->e);
	if (m->recorded == NULL || recorded_check(m->recorded, m->e) == -1)
		goto fail;
	*changed = pending_count(m->recorded) > 0 ||
	    !api_current(m->recorded, m->api_sha);
	if (*changed && upgrade(m) == -1)
		goto fail;
	if (run(m, "migrate_commit") == -1)
		return -1;
	return apply_pending(m, true);
fail:
	if (sync_run(m->c, "migrate_rollback", 0, NULL, &ignored) == -1)
		say(m, "the connection is lost, which rolls back as well");
	err_clear(&ignored);
	return -1;
}

int
migrate_up(PGconn *c, migrate_tell *tell, void *arg, bool *changed,
    struct err *e)
{
	TALLOC_CTX		*ctx = talloc_new(NULL);
	struct migration_run	 m = { .c = c, .ctx = ctx, .tell = tell,
				    .arg = arg, .e = e };
	int			 rc = -1;

	*changed = false;
	m.api_sha = api_sha256(ctx);
	if (run(&m, "migrate_become") == 0 && run(&m, "migrate_lock") == 0)
		rc = upgrade_locked(&m, changed);
	PQclear(m.recorded);
	talloc_free(ctx);
	return rc;
}

int
migrate_verify(PGconn *c, struct err *e)
{
	PGresult	*recorded;
	char		*sha;
	int		 there = found(c, "migrate_has_state", e), n, rc = 0;

	if (there == -1)
		return -1;
	if (there == 0)
		return err_set(e, ERR_VERSION, "the database has no schema "
		    "yet: run `jabbard migrate up`");
	recorded = sync_query(c, "migrate_state", 0, NULL, e);
	if (recorded == NULL)
		return -1;
	sha = api_sha256(NULL);
	n = pending_count(recorded);
	if (recorded_check(recorded, e) == -1)
		rc = -1;
	else if (n > 0)
		rc = err_set(e, ERR_VERSION, "the database is of an older "
		    "version (%d migrations behind jabbard %s): run `jabbard "
		    "migrate up`", n, JB_VERSION);
	else if (!api_current(recorded, sha))
		rc = err_set(e, ERR_VERSION, "the functions in the database "
		    "are not those of jabbard %s: run `jabbard migrate up`",
		    JB_VERSION);
	PQclear(recorded);
	talloc_free(sha);
	return rc;
}

int
migrate_status(PGconn *c, FILE *out, struct err *e)
{
	const struct sql_migration	*m;
	PGresult			*recorded = NULL;
	char				*sha, *name;
	long				 number;
	int				 there, row, i;

	if (sync_run(c, "migrate_become", 0, NULL, e) == -1)
		return -1;
	there = found(c, "migrate_has_table", e);
	if (there == -1)
		return -1;
	if (there == 1) {
		recorded = sync_query(c, "migrate_recorded", 0, NULL, e);
		if (recorded == NULL)
			return -1;
	}
	for (m = sql_migrations; m->name != NULL; m++) {
		row = recorded == NULL ? -1 : recorded_row(recorded, m->number);
		fprintf(out, "%04d %-32s %s%s\n", m->number, m->name,
		    row == -1 ? "pending" : PQgetvalue(recorded, row, 3),
		    row != -1 && strcmp(PQgetvalue(recorded, row, 2),
		    m->sha256) != 0 ? " CHANGED" : "");
	}
	for (i = 0; recorded != NULL && i < PQntuples(recorded); i++) {
		number = strtol(PQgetvalue(recorded, i, 0), NULL, 10);
		if (number == API_NUMBER || migration_find(number) != NULL)
			continue;
		name = text_visible(NULL, PQgetvalue(recorded, i, 1));
		fprintf(out, "%04ld %-32s of a newer jabbard\n", number, name);
		talloc_free(name);
	}
	sha = api_sha256(NULL);
	fprintf(out, "api  %-32s %s\n", "functions, roles, settings",
	    recorded != NULL && api_current(recorded, sha) ? "current" :
	    "pending");
	talloc_free(sha);
	PQclear(recorded);
	return 0;
}
