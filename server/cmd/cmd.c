/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "api/field.h"
#include "api/methods.h"
#include "api/password.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/text.h"
#include "db/sync.h"
#include "proc/password.h"

#define PASSWORD_MIN_BYTES	10
#define PASSWORD_MAX_BYTES	256
#define PASSWORD_TRIES		3

int
cmd_failed(struct err *e)
{
	char	*text = text_visible(NULL, e->msg == NULL ? "failed" : e->msg);

	fprintf(stderr, "jabbard: %s\n", text);
	talloc_free(text);
	err_clear(e);
	return CMD_FAILED;
}

int
cmd_usage(const struct cmd *cmd, const char *fmt, ...)
{
	va_list	ap;

	fputs("jabbard: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, "\nusage: jabbard [-c FILE] %s%s%s\n", cmd->row->name,
	    *cmd->row->args == '\0' ? "" : " ", cmd->row->args);
	return CMD_USAGE;
}

int
cmd_help(const struct cmd *cmd)
{
	printf("usage: jabbard [-c FILE] %s%s%s\n\n%s\n", cmd->row->name,
	    *cmd->row->args == '\0' ? "" : " ", cmd->row->args,
	    cmd->row->help);
	if (cmd->row->options != NULL)
		printf("\n%s", cmd->row->options);
	return CMD_OK;
}

int
cmd_open(struct cmd *cmd, struct cmd_db *db, struct err *e)
{
	char	*info;

	*db = (struct cmd_db){ NULL, NULL, NULL };
	db->conf = conf_read(cmd->ctx, cmd->conf_path, e);
	if (db->conf == NULL)
		return -1;
	info = cluster_conninfo(cmd->ctx, db->conf, CLUSTER_OWNER, e);
	if (info == NULL)
		return -1;
	db->cluster = cluster_open(cmd->ctx, db->conf, e);
	if (db->cluster == NULL)
		return -1;
	db->c = sync_connect(info, e);
	if (db->c == NULL) {
		cmd_close(db);
		return -1;
	}
	return 0;
}

void
cmd_close(struct cmd_db *db)
{
	PQfinish(db->c);
	db->c = NULL;
	cluster_close(db->cluster);
	db->cluster = NULL;
}

int
cmd_begin(struct cmd_db *db, const char *what, struct err *e)
{
	const char	*p[] = { what };

	if (sync_run(db->c, "migrate_become", 0, NULL, e) == -1 ||
	    sync_run(db->c, "command_begin", 0, NULL, e) == -1)
		return -1;
	return sync_run(db->c, "command_enter", 1, p, e);
}

int
cmd_commit(struct cmd_db *db, struct err *e)
{
	return sync_run(db->c, "command_commit", 0, NULL, e);
}

int
cmd_call(struct cmd_db *db, const char *query, json_t *p, TALLOC_CTX *ctx,
    char **answer, struct err *e)
{
	size_t		 n = json_dumpb(p, NULL, 0, JSON_COMPACT);
	char		*text = talloc_zero_size(NULL, n + 1);
	const char	*params[] = { text };
	PGresult	*res;

	(void)json_dumpb(p, text, n, JSON_COMPACT);
	json_decref(p);
	res = sync_query(db->c, query, 1, params, e);
	explicit_bzero(text, n);
	talloc_free(text);
	if (res == NULL)
		return -1;
	if (answer != NULL)
		*answer = PQntuples(res) == 0 || PQgetisnull(res, 0, 0) ?
		    NULL : talloc_strdup(ctx, PQgetvalue(res, 0, 0));
	PQclear(res);
	return 0;
}

/* One line without echo; NULL at its end. */
static char *
ask(TALLOC_CTX *ctx, int tty, const char *prompt)
{
	struct termios	 old, quiet;
	char		 buf[512], *out = NULL;
	size_t		 n = 0;
	ssize_t		 r = 0;

	if (tcgetattr(tty, &old) == -1)
		return NULL;
	quiet = old;
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
	(void)tcsetattr(tty, TCSAFLUSH, &quiet);
	(void)dprintf(tty, "%s: ", prompt);
	while (n < sizeof buf - 1 && (r = read(tty, buf + n, 1)) == 1 &&
	    buf[n] != '\n')
		n++;
	(void)tcsetattr(tty, TCSAFLUSH, &old);
	(void)dprintf(tty, "\n");
	buf[n] = '\0';
	if (r == 1)
		out = secret_strdup(ctx, buf);
	explicit_bzero(buf, sizeof buf);
	return out;
}

/* What cmd_password() takes; e tells the rule. */
static bool
password_fits(const char *pw, const char *name, struct err *e)
{
	size_t	n = strlen(pw);

	if (n < PASSWORD_MIN_BYTES || n > PASSWORD_MAX_BYTES ||
	    !text_utf8_valid(pw, n) || !text_is_clean(pw)) {
		err_set(e, ERR_BAD_FIELD, "a password has %d to %d characters "
		    "and no control characters", PASSWORD_MIN_BYTES,
		    PASSWORD_MAX_BYTES);
		return false;
	}
	if (password_weak(pw, name)) {
		err_set(e, ERR_BAD_FIELD, "that password is too easy to "
		    "guess: not the name, not a common one");
		return false;
	}
	return true;
}

/* One try: the password, typed the same twice. */
static char *
password_asked(TALLOC_CTX *ctx, int tty, const char *name, struct err *e)
{
	char	*first, *second = NULL, *prompt, *out = NULL;

	prompt = talloc_asprintf(NULL, "Password of %s (at least %d "
	    "characters)", name, PASSWORD_MIN_BYTES);
	first = ask(ctx, tty, prompt);
	talloc_free(prompt);
	if (first != NULL && *first != '\0' && !password_fits(first, name, e))
		goto out;
	if (first != NULL && *first != '\0')
		second = ask(ctx, tty, "Once more");
	if (second == NULL)
		err_set(e, ERR_CANCELLED, "no password was given");
	else if (strcmp(first, second) != 0)
		err_set(e, ERR_BAD_FIELD, "the two passwords differ");
	else
		out = first;
out:
	talloc_free(second);
	if (out == NULL)
		talloc_free(first);
	return out;
}

/* A slip of the finger must not end a set-up: asks three times. */
static char *
password_typed(TALLOC_CTX *ctx, const char *name, struct err *e)
{
	char	*out = NULL;
	int	 i, tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

	if (tty == -1) {
		err_set(e, ERR_USAGE, "no terminal to ask the password of "
		    "'%s' on: give --password-file", name);
		return NULL;
	}
	for (i = 0; out == NULL && i < PASSWORD_TRIES; i++) {
		if (i > 0) {
			(void)dprintf(tty, "%s\n", e->msg);
			err_clear(e);
		}
		out = password_asked(ctx, tty, name, e);
		if (out == NULL && e->code == ERR_CANCELLED)
			break;
	}
	close(tty);
	return out;
}

static char *
password_from(TALLOC_CTX *ctx, const char *file, struct err *e)
{
	const char	*path = strcmp(file, "-") == 0 ? "/dev/stdin" : file;
	size_t		 len;
	char		*text = io_read_file(NULL, path, 4096, &len, e), *out;

	if (text == NULL)
		return NULL;
	text[strcspn(text, "\r\n")] = '\0';
	out = secret_strdup(ctx, text);
	explicit_bzero(text, len);
	talloc_free(text);
	return out;
}

char *
cmd_password(TALLOC_CTX *ctx, const char *name, const char *file,
    struct err *e)
{
	char	*pw;

	if (file == NULL)
		return password_typed(ctx, name, e);
	pw = password_from(ctx, file, e);
	if (pw != NULL && !password_fits(pw, name, e)) {
		talloc_free(pw);
		pw = NULL;
	}
	return pw;
}

/* The same rules for a value as over the wire. */
static int
user_check(const json_t *p, struct err *e)
{
	const struct rpc_method	*m = rpc_method_find("user.create");
	const struct field	*f;
	const char		*key;
	json_t			*value;
	uintptr_t		 at = (uintptr_t)p;

	if (m == NULL)
		bug("no method user.create");
	/* The loop macro takes no const, and changes nothing. */
	json_object_foreach((json_t *)at, key, value) {
		f = field_find(m->params, key);
		if (f != NULL && field_check(f, value, e) == -1)
			return -1;
	}
	return 0;
}

int
cmd_user_add(struct cmd_db *db, const struct cmd_user *u, struct err *e)
{
	char	*hash;
	json_t	*p = json_pack("{s:s, s:s*, s:s, s:s*, s:s*, s:s*, s:b}",
		    "name", u->name, "full_name", u->full_name,
		    "role", u->role, "scope", u->scope, "branch", u->branch,
		    "partner", u->partner, "must_change", u->must_change);

	if (p == NULL)
		return err_set(e, ERR_BAD_FIELD, "a name is not valid UTF-8");
	if (user_check(p, e) == -1) {
		json_decref(p);
		return -1;
	}
	hash = password_hash(NULL, u->password, e);
	if (hash == NULL) {
		json_decref(p);
		return -1;
	}
	json_object_set_new(p, "hash", json_string(hash));
	talloc_free(hash);
	return cmd_call(db, "command_user_add", p, NULL, NULL, e);
}

int
cmd_user_password(struct cmd_db *db, const struct cmd_user *u, struct err *e)
{
	char	*hash = password_hash(NULL, u->password, e);
	json_t	*p;

	if (hash == NULL)
		return -1;
	p = json_pack("{s:s, s:s, s:b}", "name", u->name, "hash", hash,
	    "must_change", u->must_change);
	talloc_free(hash);
	if (p == NULL)
		return err_set(e, ERR_BAD_FIELD, "the name is not valid UTF-8");
	return cmd_call(db, "command_user_password", p, NULL, NULL, e);
}
