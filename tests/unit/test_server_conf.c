/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "conf/conf.h"

struct place {
	char	*dir, *path;
};

static int
setup(void **state)
{
	struct place	*p = talloc_zero(NULL, struct place);
	char		 dir[] = "/tmp/jabbar-conf.XXXXXX", real[PATH_MAX];

	if (mkdtemp(dir) == NULL || realpath(dir, real) == NULL)
		return -1;
	p->dir = talloc_strdup(p, real);
	p->path = talloc_asprintf(p, "%s/jabbard.ini", real);
	*state = p;
	return 0;
}

static int
teardown(void **state)
{
	struct place	*p = *state;

	(void)unlink(p->path);
	(void)rmdir(p->dir);
	talloc_free(p);
	return 0;
}

static struct conf *
read_text(const struct place *p, const char *text, struct err *e)
{
	assert_int_equal(io_write_file(p->path, text, strlen(text), 0600,
	    NULL), 0);
	return conf_read(NULL, p->path, e);
}

/* The text must be refused with exactly this sentence after the path. */
static void
refused(const struct place *p, const char *text, const char *why)
{
	struct err	 e = ERR_INIT;
	struct conf	*c = read_text(p, text, &e);
	char		*full = talloc_asprintf(NULL, "%s%s", p->path, why);

	assert_null(c);
	assert_string_equal(e.msg, full);
	talloc_free(full);
	err_clear(&e);
}

static void
defaults(void **state)
{
	const struct place	*p = *state;
	struct err		 e = ERR_INIT;
	struct conf		*c = read_text(p, "# nothing\n", &e);

	assert_non_null(c);
	assert_string_equal(c->path, p->path);
	assert_string_equal(c->listen_host, "127.0.0.1");
	assert_int_equal(c->listen_port, 7823);
	assert_string_equal(c->socket_path, "/run/jabbar/jabbard.sock");
	assert_string_equal(c->tls_cert, "/var/lib/jabbar/tls/cert.pem");
	assert_string_equal(c->tls_key, "/var/lib/jabbar/tls/key.pem");
	assert_null(c->db_url);
	assert_null(c->db_listen_url);
	assert_null(c->db_owner_url);
	assert_false(c->db_pooled);
	assert_int_equal(c->db_pool, 16);
	assert_int_equal(c->restart_max, 5);
	assert_int_equal(c->util_workers, 2);
	assert_string_equal(c->user, "jabbar");
	assert_int_equal(conf_log_level(c), LOG_INFO);
	talloc_free(c);
}

static void
values(void **state)
{
	const struct place	*p = *state;
	struct err		 e = ERR_INIT;
	struct conf		*c = read_text(p,
	    "[listen]\r\nhost = ::1\nport=0\n\n[database]\n"
	    "url = postgresql://jabbar_run:pa#ss@db/x ; a comment\n"
	    "pooled = yes\n[log]\n  level = debug\n", &e);

	assert_non_null(c);
	assert_string_equal(c->listen_host, "::1");
	assert_int_equal(c->listen_port, 0);
	assert_string_equal(c->db_url, "postgresql://jabbar_run:pa#ss@db/x");
	assert_true(c->db_pooled);
	assert_int_equal(conf_log_level(c), LOG_DEBUG);
	talloc_free(c);
}

static void
relative_paths(void **state)
{
	const struct place	*p = *state;
	struct err		 e = ERR_INIT;
	struct conf		*c = read_text(p, "[paths]\ndata = the data\n"
				    "run = /srv/run\n[tls]\nkey = k.pem\n", &e);
	char			*want;

	assert_non_null(c);
	want = talloc_asprintf(c, "%s/the data", p->dir);
	assert_string_equal(c->data_dir, want);
	want = talloc_asprintf(c, "%s/the data/tls/cert.pem", p->dir);
	assert_string_equal(c->tls_cert, want);
	want = talloc_asprintf(c, "%s/k.pem", p->dir);
	assert_string_equal(c->tls_key, want);
	assert_string_equal(c->socket_path, "/srv/run/jabbard.sock");
	talloc_free(c);
}

static void
refusals(void **state)
{
	const struct place	*p = *state;

	refused(p, "[listen]\n\nprot = 1\n",
	    ":3: unknown key 'prot' in section [listen]");
	refused(p, "[lsten]\nport = 1\n", ":2: unknown section 'lsten'");
	refused(p, "port = 1\n",
	    ":1: key 'port' stands before the first [section]");
	refused(p, "[listen]\nport = 65536\n", ":2: key 'port' must be a "
	    "number from 0 to 65535, not '65536'");
	refused(p, "[listen]\nport = 12x\n", ":2: key 'port' must be a "
	    "number from 0 to 65535, not '12x'");
	refused(p, "[listen]\nport =\n", ":2: key 'port' must be a "
	    "number from 0 to 65535, not ''");
	refused(p, "[database]\npooled = maybe\n",
	    ":2: key 'pooled' must be yes or no");
	refused(p, "[log]\nlevel = loud\n", ":2: key 'level' must be error, "
	    "warning, info or debug");
	refused(p, "[listen]\nport = 1\nport = 2\n",
	    ":3: key 'port' is given already in line 2");
	refused(p, "[listen]\nport = 1\nnonsense\n",
	    ":3: expected [section] or key = value");
	refused(p, "[listen\nport = 1\n",
	    ":1: expected [section] or key = value");
	refused(p, "[listen]\nhost = a\x1b[2Jb\n", ":2: key 'host' holds "
	    "control characters or bytes that are no UTF-8");
}

static void
missing_file(void **state)
{
	const struct place	*p = *state;
	struct err		 e = ERR_INIT;
	char			*want;

	assert_null(conf_read(NULL, p->path, &e));
	want = talloc_asprintf(NULL, "%s: No such file or directory: "
	    "`jabbard init` makes one", p->path);
	assert_string_equal(e.msg, want);
	talloc_free(want);
	err_clear(&e);
}

/* What the sample shows as defaults are the defaults. */
static void
sample(void **state)
{
	static const struct conf_value set[] = {
		{ "listen", "port", "4444" }, { "paths", "data", "d" },
		{ NULL, NULL, NULL }
	};
	const struct place	*p = *state;
	struct err		 e = ERR_INIT;
	struct conf		*c;
	char			*text = conf_sample(NULL), *q;

	c = read_text(p, text, &e);
	assert_non_null(c);
	talloc_free(c);
	/* Every commented option taken out of its comment. */
	for (q = text; (q = strstr(q, "\n#")) != NULL; q++) {
		if (q[2] != ' ')
			q[1] = ' ';
	}
	c = read_text(p, text, &e);
	assert_non_null(c);
	assert_int_equal(c->listen_port, 7823);
	assert_int_equal(c->restart_window, 300);
	assert_string_equal(c->data_dir, "/var/lib/jabbar");
	assert_string_equal(c->socket_path, "/run/jabbar/jabbard.sock");
	talloc_free(c);
	talloc_free(text);

	text = conf_sample_with(NULL, set);
	c = read_text(p, text, &e);
	assert_non_null(c);
	assert_int_equal(c->listen_port, 4444);
	talloc_free(c);
	talloc_free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(defaults, setup, teardown),
		cmocka_unit_test_setup_teardown(values, setup, teardown),
		cmocka_unit_test_setup_teardown(relative_paths, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(refusals, setup, teardown),
		cmocka_unit_test_setup_teardown(missing_file, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(sample, setup, teardown),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
