/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "conf/conf.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <ini.h>

#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"

#define CONF_MAX	(256 * 1024)
#define CONF_LINE	4096

enum option_type {
	OPT_TEXT,	/* one word or name; empty means the default */
	OPT_SECRET,	/* the same, wiped when freed */
	OPT_PATH,	/* relative to the directory of the file */
	OPT_INT,
	OPT_BOOL,
	OPT_LEVEL
};

/*
 * One row per option: the parser, the sample file and the manual page read
 * these and nothing else does. Sections stand together, in the order in which
 * the sample prints them. A default that depends on another option is empty
 * here and stands in conf_defaults().
 */
struct option_row {
	const char		*section, *key;
	enum option_type	 type;
	size_t			 offset;
	const char		*def;
	int			 min, max;
	const char		*help;
};

#define AT(member)	offsetof(struct conf, member)

static const struct option_row option_rows[] = {
	{ "listen", "host", OPT_TEXT, AT(listen_host), "127.0.0.1", 0, 0,
	    "Address or name on which terminals connect through TLS; * means "
	    "every address of this machine." },
	{ "listen", "port", OPT_INT, AT(listen_port), "7823", 0, 65535,
	    "TCP port of the same; 0 takes any free one." },
	{ "listen", "socket", OPT_PATH, AT(socket_path), "", 0, 0,
	    "Unix socket for terminals on this machine; jabbard.sock in the "
	    "run directory if not given." },
	{ "listen", "max_clients", OPT_INT, AT(max_clients), "1000", 1, 20000,
	    "Terminals connected at the same time." },
	{ "tls", "cert", OPT_PATH, AT(tls_cert), "", 0, 0,
	    "Certificate chain in PEM; tls/cert.pem in the data directory if "
	    "not given, which `jabbard init` makes." },
	{ "tls", "key", OPT_PATH, AT(tls_key), "", 0, 0,
	    "Its private key, readable by the daemon's user only; tls/key.pem "
	    "in the data directory if not given." },
	{ "database", "url", OPT_SECRET, AT(db_url), "", 0, 0,
	    "libpq URL or connection string of an own PostgreSQL server, "
	    "logging in as jabbar_run. Without it the daemon runs a private "
	    "one in its data directory." },
	{ "database", "listen_url", OPT_SECRET, AT(db_listen_url), "", 0, 0,
	    "The same, never through a pooler, for notifications; the url if "
	    "not given." },
	{ "database", "owner_url", OPT_SECRET, AT(db_owner_url), "", 0, 0,
	    "The same, logging in as a member of jabbar_owner, for "
	    "migrations and administration." },
	{ "database", "pooled", OPT_BOOL, AT(db_pooled), "no", 0, 0,
	    "yes when the url goes through a pooler in transaction mode." },
	{ "database", "pool", OPT_INT, AT(db_pool), "16", 1, 200,
	    "Connections that the daemon keeps open." },
	{ "database", "timeout_ms", OPT_INT, AT(db_timeout_ms), "15000", 100,
	    600000, "Longest time of one statement, in milliseconds." },
	{ "paths", "data", OPT_PATH, AT(data_dir), "/var/lib/jabbar", 0, 0,
	    "The private database, certificate and key." },
	{ "paths", "run", OPT_PATH, AT(run_dir), "/run/jabbar", 0, 0,
	    "Sockets and jabbard.json." },
	{ "process", "user", OPT_TEXT, AT(user), "jabbar", 0, 0,
	    "System user of the serving processes when started by root." },
	{ "process", "db_user", OPT_TEXT, AT(db_user), "jabbar-db", 0, 0,
	    "System user of the private database when started by root." },
	{ "process", "restart_max", OPT_INT, AT(restart_max), "5", 0, 100000,
	    "Restarts of serving processes ..." },
	{ "process", "restart_window", OPT_INT, AT(restart_window), "300", 1,
	    86400, "... within so many seconds; one more and the daemon ends "
	    "with exit code 1." },
	{ "process", "util_workers", OPT_INT, AT(util_workers), "2", 1, 32,
	    "Workers that check passwords." },
	{ "log", "level", OPT_LEVEL, AT(log_level), "info", 0, 0,
	    "error, warning, info or debug." },
};
#define OPTIONS	(sizeof option_rows / sizeof option_rows[0])

static const struct {
	const char	*name;
	int		 level;
} level_rows[] = {
	{ "error", LOG_ERR },
	{ "warning", LOG_WARNING },
	{ "info", LOG_INFO },
	{ "debug", LOG_DEBUG },
};
#define LEVELS	(sizeof level_rows / sizeof level_rows[0])

struct reader {
	struct conf	*conf;
	const char	*path;
	char		*dir;
	const char	*next;		/* of the text */
	int		 line;
	int		 seen[OPTIONS];	/* line of each option, 0 = not given */
	struct err	*e;
};

int
conf_log_level(const struct conf *conf)
{
	size_t	i;

	for (i = 0; i < LEVELS; i++) {
		if (strcmp(level_rows[i].name, conf->log_level) == 0)
			return level_rows[i].level;
	}
	return LOG_INFO;
}

/* fgets() over the text, which is how line numbers are known. */
static char *
reader_line(char *buf, int size, void *arg)
{
	struct reader	*r = arg;
	size_t		 n = strcspn(r->next, "\n");

	if (*r->next == '\0')
		return NULL;
	n += r->next[n] == '\n';
	if (n > (size_t)size - 1)
		n = (size_t)size - 1;
	memcpy(buf, r->next, n);
	buf[n] = '\0';
	r->next += n;
	if (buf[n - 1] == '\n' || *r->next == '\0')
		r->line++;
	return buf;
}

static int
refuse(struct reader *r, const char *fmt, const char *a, const char *b)
{
	char	*what = text_visible(NULL, a), *more = text_visible(NULL, b);
	char	*text;

	if (r->e->code == ERR_NONE) {
		text = talloc_asprintf(what, "%s '%s' %s", fmt, what, more);
		err_set(r->e, ERR_USAGE, "%s:%d: %s", r->path, r->line,
		    text_trim(what, text));
	}
	talloc_free(what);
	talloc_free(more);
	return 0;
}

static int
put_int(struct reader *r, const struct option_row *o, const char *value)
{
	char	*end, *why;
	long	 n;

	errno = 0;
	n = strtol(value, &end, 10);
	if (*value != '\0' && *end == '\0' && errno == 0 && n >= o->min &&
	    n <= o->max) {
		*(int *)(void *)((char *)r->conf + o->offset) = (int)n;
		return 1;
	}
	why = talloc_asprintf(NULL, "must be a number from %d to %d, not '%s'",
	    o->min, o->max, value);
	refuse(r, "key", o->key, why);
	talloc_free(why);
	return 0;
}

static int
put_bool(struct reader *r, const struct option_row *o, const char *value)
{
	static const char *const words[] = { "no", "yes", "false", "true",
	    "off", "on", "0", "1" };
	size_t	i;

	for (i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (strcmp(words[i], value) == 0) {
			*(bool *)(void *)((char *)r->conf + o->offset) = i % 2;
			return 1;
		}
	}
	return refuse(r, "key", o->key, "must be yes or no");
}

static const char **
text_slot(struct conf *conf, const struct option_row *o)
{
	return (const char **)(void *)((char *)conf + o->offset);
}

static int
put_text(struct reader *r, const struct option_row *o, const char *value)
{
	const char	**slot = text_slot(r->conf, o);
	size_t		  i;

	if (!text_utf8_valid(value, strlen(value)) || !text_is_clean(value))
		return refuse(r, "key", o->key,
		    "holds control characters or bytes that are no UTF-8");
	if (*value == '\0')
		return 1;
	if (o->type == OPT_LEVEL) {
		for (i = 0; i < LEVELS; i++) {
			if (strcmp(level_rows[i].name, value) == 0)
				break;
		}
		if (i == LEVELS)
			return refuse(r, "key", o->key,
			    "must be error, warning, info or debug");
	}
	if (o->type == OPT_SECRET)
		*slot = secret_strdup(r->conf, value);
	else if (o->type == OPT_PATH && *value != '/')
		*slot = talloc_asprintf(r->conf, "%s/%s",
		    strcmp(r->dir, "/") == 0 ? "" : r->dir, value);
	else
		*slot = talloc_strdup(r->conf, value);
	return 1;
}

static int
put_value(struct reader *r, const struct option_row *o, const char *value)
{
	switch (o->type) {
	case OPT_INT:
		return put_int(r, o, value);
	case OPT_BOOL:
		return put_bool(r, o, value);
	case OPT_TEXT:
	case OPT_SECRET:
	case OPT_PATH:
	case OPT_LEVEL:
		return put_text(r, o, value);
	}
	return 0;
}

/* inih's handler: 1 goes on, 0 stops at this line. */
static int
reader_value(void *arg, const char *section, const char *key,
    const char *value)
{
	struct reader	*r = arg;
	char		*why;
	size_t		 i;
	int		 known = 0;

	for (i = 0; i < OPTIONS; i++) {
		if (strcmp(option_rows[i].section, section) != 0)
			continue;
		known = 1;
		if (strcmp(option_rows[i].key, key) == 0)
			break;
	}
	if (i == OPTIONS) {
		if (*section == '\0')
			return refuse(r, "key", key,
			    "stands before the first [section]");
		if (!known)
			return refuse(r, "unknown section", section, "");
		why = talloc_asprintf(NULL, "in section [%s]", section);
		refuse(r, "unknown key", key, why);
		talloc_free(why);
		return 0;
	}
	if (r->seen[i] != 0) {
		why = talloc_asprintf(NULL, "is given already in line %d",
		    r->seen[i]);
		refuse(r, "key", key, why);
		talloc_free(why);
		return 0;
	}
	r->seen[i] = r->line;
	return put_value(r, &option_rows[i], value == NULL ? "" : value);
}

/* Fills what the file did not give; computed defaults last. */
static void
conf_defaults(struct reader *r)
{
	struct conf	*c = r->conf;
	size_t		 i;

	for (i = 0; i < OPTIONS; i++) {
		const struct option_row *o = &option_rows[i];

		if (o->type == OPT_INT || o->type == OPT_BOOL) {
			if (r->seen[i] == 0)
				put_value(r, o, o->def);
		} else if (*text_slot(c, o) == NULL)
			put_value(r, o, o->def);
	}
	if (c->socket_path == NULL)
		c->socket_path = talloc_asprintf(c, "%s/jabbard.sock",
		    c->run_dir);
	if (c->tls_cert == NULL)
		c->tls_cert = talloc_asprintf(c, "%s/tls/cert.pem",
		    c->data_dir);
	if (c->tls_key == NULL)
		c->tls_key = talloc_asprintf(c, "%s/tls/key.pem",
		    c->data_dir);
}

static int
reader_run(struct reader *r)
{
	int	line;

	/* Lines of any sane length; a leading blank is no continuation. */
	ini_use_stack = false;
	ini_max_line = CONF_LINE;
	ini_initial_alloc = CONF_LINE;
	ini_allow_multiline = false;
	ini_stop_on_first_error = true;
	line = ini_parse_stream(reader_line, r, reader_value, r);
	if (r->e->code != ERR_NONE)
		return -1;
	if (line != 0)
		return err_set(r->e, ERR_USAGE,
		    "%s:%d: expected [section] or key = value", r->path,
		    r->line);
	return 0;
}

struct conf *
conf_read(TALLOC_CTX *ctx, const char *path, struct err *e)
{
	struct conf	*c = talloc_zero(ctx, struct conf);
	struct err	 own = ERR_INIT;
	struct reader	 r = { .conf = c, .e = &own };
	char		 full[PATH_MAX], *text, *slash;
	size_t		 len;

	if (realpath(path, full) == NULL) {
		err_set(&own, ERR_IO, "%s: %s%s", path, strerror(errno),
		    errno == ENOENT ? ": `jabbard init` makes one" : "");
		goto fail;
	}
	text = io_read_file(c, full, CONF_MAX, &len, &own);
	if (text == NULL)
		goto fail;
	c->path = r.path = talloc_strdup(c, full);
	r.dir = talloc_strdup(c, full);
	slash = strrchr(r.dir, '/');
	slash[slash == r.dir] = '\0';
	r.next = text;
	if (strlen(text) != len) {
		err_set(&own, ERR_USAGE, "%s: holds a NUL byte", full);
		goto fail;
	}
	if (reader_run(&r) == -1)
		goto fail;
	explicit_bzero(text, len);
	talloc_free(text);
	conf_defaults(&r);
	return c;
fail:
	err_move(e, &own);
	talloc_free(c);
	return NULL;
}

/* Comment lines of at most 76 columns. */
static char *
comment(TALLOC_CTX *ctx, char *out, const char *help)
{
	char	**words = text_split(ctx, help, ' ', NULL);
	size_t	  col = 0, i;

	for (i = 0; words[i] != NULL; i++) {
		if (col == 0 || col + strlen(words[i]) > 75) {
			out = talloc_asprintf_append(out, "%s#",
			    col == 0 ? "" : "\n");
			col = 1;
		}
		out = talloc_asprintf_append(out, " %s", words[i]);
		col += 1 + strlen(words[i]);
	}
	talloc_free(words);
	return talloc_asprintf_append(out, "\n");
}

static const char *
value_of(const struct conf_value *set, const struct option_row *o)
{
	for (; set != NULL && set->section != NULL; set++) {
		if (strcmp(set->section, o->section) == 0 &&
		    strcmp(set->key, o->key) == 0)
			return set->value;
	}
	return NULL;
}

char *
conf_sample_with(TALLOC_CTX *ctx, const struct conf_value *set)
{
	char		*out;
	const char	*section = "", *value;
	size_t		 i;

	out = talloc_strdup(ctx, "# jabbard.ini, see jabbard.conf(5). A line "
	    "that starts with # is a comment;\n# what is commented out shows "
	    "the default. Relative paths start at the\n# directory of this "
	    "file. Settings of the business are in the program itself.\n");
	for (i = 0; i < OPTIONS; i++) {
		const struct option_row *o = &option_rows[i];

		if (strcmp(section, o->section) != 0)
			out = talloc_asprintf_append(out, "\n[%s]\n",
			    o->section);
		section = o->section;
		out = comment(ctx, out, o->help);
		value = value_of(set, o);
		out = talloc_asprintf_append(out, "%s%s = %s\n",
		    value == NULL ? "#" : "", o->key,
		    value == NULL ? o->def : value);
	}
	return out;
}

bool
conf_option(size_t n, struct conf_option *out)
{
	static const char *const	types[] = {
		[OPT_TEXT] = "text", [OPT_SECRET] = "secret",
		[OPT_PATH] = "path", [OPT_INT] = "int", [OPT_BOOL] = "bool",
		[OPT_LEVEL] = "level",
	};
	const struct option_row		*o;

	if (n >= OPTIONS)
		return false;
	o = &option_rows[n];
	out->section = o->section;
	out->key = o->key;
	out->type = types[o->type];
	out->def = o->def;
	out->min = o->min;
	out->max = o->max;
	out->help = o->help;
	return true;
}

char *
conf_sample(TALLOC_CTX *ctx)
{
	return conf_sample_with(ctx, NULL);
}
