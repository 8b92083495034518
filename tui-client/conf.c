/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "conf.h"

#include <ini.h>
#include <pwd.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "base/text.h"
#include "i18n.h"

#define OPT_FLAG	0x01	/* takes no value */
#define OPT_HIDDEN	0x02
#define OPT_ARGV	0x04	/* on the command line only */

struct option_row {
	const char	*name;		/* --name, name = in the file */
	const char	*arg;
	size_t		 offset;
	unsigned	 flags;
	const char	*help;
};
#define OPT(m)	offsetof(struct client_conf, m)

static const struct option_row option_rows[] = {
	{ "server", "HOST:PORT", OPT(server), 0,
	    "server to talk to over TLS" },
	{ "socket", "PATH", OPT(socket), 0, "local socket to talk to" },
	{ "user", "NAME", OPT(user), 0, "name to log in with" },
	{ "password-file", "FILE", OPT(password_file), 0,
	    "file whose first line is the password" },
	{ "ca", "FILE", OPT(ca), 0,
	    "certificates (PEM) to check the server against" },
	{ "lang", "id|en", OPT(lang), 0, "language of the screen" },
	{ "profile", "loket|noc", OPT(profile), 0,
	    "what letters do in a list" },
	{ "printer", "URI", OPT(printer), 0,
	    "printer of receipts: cups://HOST/QUEUE, tcp://HOST:9100, "
	    "file:/PATH" },
	{ "paper", "58|80", OPT(paper), 0, "width of the receipt paper in mm" },
	{ "printer-profile", "KEY=VALUE,..", OPT(printer_profile), 0,
	    "what differs from a plain printer: drawer=2,cut=full,qr=none" },
	{ "script", "FILE", OPT(script), OPT_ARGV,
	    "read keys from FILE instead of a terminal" },
	{ "save-display", "FILE", OPT(save_display), OPT_ARGV,
	    "write the last screen as text to FILE" },
	{ "timeout", "SECONDS", OPT(timeout), OPT_ARGV,
	    "how long `call' waits (20)" },
	{ "uji-fd", "N", OPT(test_fd), OPT_ARGV | OPT_HIDDEN, "" },
	{ "help", NULL, OPT(help), OPT_FLAG | OPT_ARGV, "show this" },
	{ "version", NULL, OPT(version), OPT_FLAG | OPT_ARGV,
	    "show the version" },
	{ NULL, NULL, 0, 0, NULL }
};

struct load {
	struct client_conf	*c;
	TALLOC_CTX		*ctx;
	struct err		*e;
	const char		*path;
	int			 rc;
};

static const struct option_row *
option_find(const char *name, size_t len)
{
	const struct option_row	*o;

	for (o = option_rows; o->name != NULL; o++)
		if (strlen(o->name) == len && strncmp(o->name, name, len) == 0)
			return o;
	return NULL;
}

static void
option_set(struct load *l, const struct option_row *o, const char *value)
{
	const char	**slot;

	slot = (const char **)(void *)((char *)l->c + o->offset);
	*slot = talloc_strdup(l->ctx, value);
	/* The two name the same thing: the stronger source decides. */
	if (o->offset == OPT(server))
		l->c->socket = NULL;
	else if (o->offset == OPT(socket))
		l->c->server = NULL;
}

const char *
conf_value(const struct client_conf *c, const char *name)
{
	const struct option_row	*o = option_find(name, strlen(name));

	if (o == NULL || (o->flags & OPT_FLAG))
		return NULL;
	return *(const char *const *)(const void *)((const char *)c +
	    o->offset);
}

/* The section [printer] has short names of its own. */
static const char *
section_key(const char *section, const char *name)
{
	static const struct {
		const char	*key, *option;
	} printer[] = {
		{ "to", "printer" }, { "width", "paper" },
		{ "profile", "printer-profile" }, { NULL, NULL }
	};
	int	i;

	if (strcmp(section, "printer") == 0)
		for (i = 0; printer[i].key != NULL; i++)
			if (strcmp(printer[i].key, name) == 0)
				return printer[i].option;
	return name;
}

static int
file_row(void *arg, const char *section, const char *name, const char *value)
{
	struct load			*l = arg;
	const struct option_row		*o;
	char				*key, *p;

	key = talloc_strdup(l->ctx, section_key(section, name));
	for (p = key; *p != '\0'; p++)
		if (*p == '_')
			*p = '-';
	o = option_find(key, strlen(key));
	if (o == NULL || (o->flags & OPT_ARGV)) {
		l->rc = err_set(l->e, ERR_USAGE, "%s: unknown key %s", l->path,
		    key);
		return 0;
	}
	option_set(l, o, value);
	return 1;
}

static int
load_file(struct load *l)
{
	int	line;

	if (access(l->path, F_OK) == -1)
		return 0;
	line = ini_parse(l->path, file_row, l);
	if (l->rc == 0 && line != 0)
		return err_set(l->e, ERR_USAGE, "%s: %s %d", l->path,
		    line > 0 ? "cannot understand line" :
		    "cannot be read, code", line);
	return l->rc;
}

static void
load_env(struct load *l)
{
	const struct option_row	*o;
	char			*name, *p;
	const char		*value;

	for (o = option_rows; o->name != NULL; o++) {
		if (o->flags & OPT_ARGV)
			continue;
		name = talloc_asprintf(l->ctx, "JABBAR_%s", o->name);
		for (p = name; *p != '\0'; p++)
			*p = *p == '-' ? '_' :
			    *p >= 'a' && *p <= 'z' ? (char)(*p - 32) : *p;
		value = getenv(name);
		if (value != NULL && *value != '\0')
			option_set(l, o, value);
		talloc_free(name);
	}
}

/* --name=value, --name value, --flag; stops at -- and gathers the rest. */
static int
load_argv(struct load *l, int argc, char **argv)
{
	const struct option_row	*o;
	const char		*name, *eq;
	int			 i;
	size_t			 len;

	l->c->argv = talloc_zero_array(l->ctx, char *, (size_t)argc + 1);
	for (i = 1; i < argc; i++) {
		if (strcmp(argv[i], "-x") == 0 && i + 1 < argc &&
		    l->c->argc == 0) {
			/* A helper of our own: the rest is its business. */
			l->c->helper = argv[++i];
			while (++i < argc)
				l->c->argv[l->c->argc++] = argv[i];
			return 0;
		}
		if (strcmp(argv[i], "-h") == 0) {
			l->c->help = true;
			continue;
		}
		if (strncmp(argv[i], "--", 2) != 0) {
			l->c->argv[l->c->argc++] = argv[i];
			continue;
		}
		if (argv[i][2] == '\0') {
			while (++i < argc)
				l->c->argv[l->c->argc++] = argv[i];
			break;
		}
		name = argv[i] + 2;
		eq = strchr(name, '=');
		len = eq != NULL ? (size_t)(eq - name) : strlen(name);
		o = option_find(name, len);
		if (o == NULL) {
			/* Subcommands have options of their own. */
			if (l->c->argc > 0) {
				l->c->argv[l->c->argc++] = argv[i];
				continue;
			}
			return err_set(l->e, ERR_USAGE, "unknown option %s",
			    argv[i]);
		}
		if (o->flags & OPT_FLAG) {
			*(bool *)(void *)((char *)l->c + o->offset) = true;
			continue;
		}
		if (eq == NULL && i + 1 >= argc)
			return err_set(l->e, ERR_USAGE, "--%s needs a value",
			    o->name);
		option_set(l, o, eq != NULL ? eq + 1 : argv[++i]);
	}
	return 0;
}

static const char *
home_dir(void)
{
	const char		*home = getenv("HOME");
	const struct passwd	*pw;

	if (home != NULL && *home == '/')
		return home;
	pw = getpwuid(getuid());
	return pw != NULL ? pw->pw_dir : "/";
}

static char *
xdg_dir(TALLOC_CTX *ctx, const char *env, const char *rest)
{
	const char	*base = getenv(env);

	if (base != NULL && *base == '/')
		return talloc_asprintf(ctx, "%s/jabbar", base);
	return talloc_asprintf(ctx, "%s/%s/jabbar", home_dir(), rest);
}

static int
conf_check(const struct client_conf *c, struct err *e)
{
	if (strcmp(c->lang, "id") != 0 && strcmp(c->lang, "en") != 0)
		return err_set(e, ERR_USAGE, "--lang is id or en, not %s",
		    c->lang);
	if (strcmp(c->profile, "loket") != 0 && strcmp(c->profile, "noc") != 0)
		return err_set(e, ERR_USAGE,
		    "--profile is loket or noc, not %s", c->profile);
	if (strcmp(c->paper, "58") != 0 && strcmp(c->paper, "80") != 0)
		return err_set(e, ERR_USAGE, "--paper is 58 or 80, not %s",
		    c->paper);
	if (c->timeout != NULL && strtol(c->timeout, NULL, 10) <= 0)
		return err_set(e, ERR_USAGE,
		    "--timeout is a number of seconds, not %s", c->timeout);
	return 0;
}

int
conf_load(struct client_conf *c, TALLOC_CTX *ctx, int argc, char **argv,
    struct err *e)
{
	struct load	l = { .c = c, .ctx = ctx, .e = e };

	c->lang = "id";
	c->profile = "loket";
	c->paper = "58";
	c->config_dir = xdg_dir(ctx, "XDG_CONFIG_HOME", ".config");
	c->state_dir = xdg_dir(ctx, "XDG_STATE_HOME", ".local/state");
	l.path = talloc_asprintf(ctx, "%s/jabbar.ini", c->config_dir);
	if (load_file(&l) == -1)
		return -1;
	load_env(&l);
	if (load_argv(&l, argc, argv) == -1)
		return -1;
	if (c->server == NULL && c->socket == NULL) {
		if (access("/run/jabbar/jabbard.sock", F_OK) == 0)
			c->socket = "/run/jabbar/jabbard.sock";
		else
			c->server = "localhost:7823";
	}
	return conf_check(c, e);
}

char *
conf_help(TALLOC_CTX *ctx)
{
	const struct option_row	*o;
	char			*out = talloc_strdup(ctx, ""), *left;

	for (o = option_rows; o->name != NULL; o++) {
		if (o->flags & OPT_HIDDEN)
			continue;
		left = talloc_asprintf(ctx, "--%s%s%s", o->name,
		    o->arg != NULL ? " " : "", o->arg != NULL ? o->arg : "");
		out = talloc_asprintf_append_buffer(out, "  %-24s  %s\n", left,
		    o->help);
		talloc_free(left);
	}
	return out;
}

char *
conf_password(TALLOC_CTX *ctx, const struct client_conf *c, struct err *e)
{
	char	*text, *out, *nl;
	size_t	 len;

	text = io_read_file(ctx, c->password_file, 4096, &len, e);
	if (text == NULL)
		return NULL;
	nl = strpbrk(text, "\r\n");
	if (nl != NULL)
		*nl = '\0';
	out = secret_strdup(ctx, text);
	explicit_bzero(text, len);
	talloc_free(text);
	return out;
}
