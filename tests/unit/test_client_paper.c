/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Printing from the client: the helper is a real process (this program run
 * again as `-x print`), its printers are files and sockets.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/io.h"
#include "base/mem.h"
#include "i18n.h"
#include "paper.h"

struct news {
	struct event_base	*base;
	enum paper_state	 state;
	int			 calls, finals;
	int			 wait;	/* finals until the loop ends */
	char			 text[256];
	bool			 queues;
	int			*order, place;
};

static char	*dir;

static void
on_news(const struct paper_status *st, void *arg)
{
	struct news	*n = arg;

	n->calls++;
	n->state = st->state;
	snprintf(n->text, sizeof n->text, "%s", st->text);
	n->queues = st->queues != NULL;
	if (!st->final)
		return;
	if (n->order != NULL)
		n->place = ++*n->order;
	if (++n->finals >= n->wait)
		event_base_loopbreak(n->base);
}

static const struct receipt_profile *
plain(void)
{
	return receipt_profile_preset("80");
}

static char *
path_of(const char *name)
{
	return talloc_asprintf(dir, "%s/%s", dir, name);
}

static void
test_file(void **state)
{
	struct event_base	*base = event_base_new();
	TALLOC_CTX		*ctx = talloc_new(NULL);
	struct news		 a = { .base = base, .wait = 9 };
	struct news		 b = { .base = base, .wait = 1 };
	char			*pa = path_of("a"), *pb = path_of("b"), *got;
	int			 order = 0;
	struct paper		*p = paper_new(ctx, base);
	size_t			 n;

	(void)state;
	a.order = b.order = &order;
	paper_print(p, ctx, talloc_asprintf(ctx, "file:%s", pa), plain(),
	    "\033@first\n", 8, on_news, &a);
	paper_print(p, ctx, talloc_asprintf(ctx, "file:%s", pb), plain(),
	    "\033@second\n", 9, on_news, &b);
	assert_int_equal(paper_pending(p), 2);
	event_base_dispatch(base);
	/* In the order they were given, and no more is claimed than known. */
	assert_int_equal(a.place, 1);
	assert_int_equal(b.place, 2);
	assert_int_equal(a.state, PAPER_SENT);
	assert_int_equal(paper_pending(p), 0);
	got = io_read_file(ctx, pa, 100, &n, NULL);
	assert_int_equal(n, 8);
	assert_memory_equal(got, "\033@first\n", 8);
	got = io_read_file(ctx, pb, 100, &n, NULL);
	assert_int_equal(n, 9);
	talloc_free(ctx);
	event_base_free(base);
}

static void
test_failed(void **state)
{
	struct event_base	*base = event_base_new();
	TALLOC_CTX		*ctx = talloc_new(NULL);
	struct paper		*p = paper_new(ctx, base);
	struct news		 a = { .base = base, .wait = 1 };
	struct paper_status	 st = { .code = "unavailable" };
	char			*s;

	(void)state;
	/* Port 1 of this machine: refused at once. */
	paper_print(p, ctx, "tcp://127.0.0.1:1", plain(), "x", 1, on_news,
	    &a);
	event_base_dispatch(base);
	assert_int_equal(a.state, PAPER_FAILED);
	assert_true(a.text[0] != '\0');
	st.state = a.state;
	st.text = a.text;
	s = paper_state_text(ctx, &st);
	assert_non_null(strstr(s, _("the printer does not answer")));
	i18n_set("en");
	talloc_free(s);
	s = paper_state_text(ctx, &st);
	assert_non_null(strstr(s, "127.0.0.1"));
	i18n_set("id");
	paper_print(p, ctx, "lpt1", plain(), "x", 1, on_news, &a);
	event_base_dispatch(base);
	assert_int_equal(a.state, PAPER_FAILED);
	talloc_free(ctx);
	event_base_free(base);
}

/* A printer that takes the connection and nothing more. */
static int
listener(int *port)
{
	struct sockaddr_in	sa = { .sin_family = AF_INET };
	socklen_t		len = sizeof sa;
	int			fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC,
				    0);

	sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&sa, sizeof sa), 0);
	assert_int_equal(listen(fd, 4), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&sa, &len), 0);
	*port = ntohs(sa.sin_port);
	return fd;
}

/* The youngest child; those of other tests may still be in the list. */
static void
kill_helper(evutil_socket_t fd, short what, void *arg)
{
	char	 path[64], *list, *p;
	size_t	 n;
	long	 pid = 0;

	(void)fd, (void)what, (void)arg;
	snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)getpid(),
	    (int)getpid());
	list = io_read_file(NULL, path, 4096, &n, NULL);
	assert_non_null(list);
	for (p = list; *p >= '0' && *p <= '9'; p += *p == ' ')
		pid = strtol(p, &p, 10);
	assert_true(pid > 1);
	kill((pid_t)pid, SIGKILL);
	talloc_free(list);
}

static void
test_helper_dies(void **state)
{
	static const struct timeval	soon = { 0, 300000 };
	struct event_base	*base = event_base_new();
	TALLOC_CTX		*ctx = talloc_new(NULL);
	struct paper		*p = paper_new(ctx, base);
	struct news		 a = { .base = base, .wait = 1 };
	struct news		 b = { .base = base, .wait = 1 };
	char			*pb = path_of("after"), *got, *big;
	int			 port, fd = listener(&port);
	size_t			 n;

	(void)state;
	/* More than a socket holds, so it hangs in the middle of it. */
	n = 600000;
	big = talloc_zero_size(ctx, n);
	paper_print(p, ctx, talloc_asprintf(ctx, "tcp://127.0.0.1:%d", port),
	    plain(), big, n, on_news, &a);
	paper_print(p, ctx, talloc_asprintf(ctx, "file:%s", pb), plain(),
	    "later", 5, on_news, &b);
	event_base_once(base, -1, EV_TIMEOUT, kill_helper, NULL, &soon);
	event_base_dispatch(base);
	/* What it was at is not known, and not printed twice by itself. */
	assert_int_equal(a.state, PAPER_UNKNOWN);
	assert_int_equal(a.finals, 1);
	event_base_dispatch(base);
	assert_int_equal(b.state, PAPER_SENT);
	got = io_read_file(ctx, pb, 100, &n, NULL);
	assert_non_null(got);
	assert_int_equal(n, 5);
	close(fd);
	talloc_free(ctx);
	event_base_free(base);
}

static void
test_owner_gone(void **state)
{
	struct event_base	*base = event_base_new();
	TALLOC_CTX		*ctx = talloc_new(NULL), *owner;
	struct paper		*p = paper_new(ctx, base);
	struct news		 a = { .base = base, .wait = 1 };
	struct news		 b = { .base = base, .wait = 1 };
	char			*pa = path_of("orphan"), *got;
	size_t			 n;

	(void)state;
	owner = talloc_new(ctx);
	paper_print(p, owner, talloc_asprintf(ctx, "file:%s", pa), plain(),
	    "still", 5, on_news, &a);
	talloc_free(owner);
	paper_print(p, ctx, talloc_asprintf(ctx, "file:%s", path_of("c")),
	    plain(), "x", 1, on_news, &b);
	event_base_dispatch(base);
	assert_int_equal(a.calls, 0);
	got = io_read_file(ctx, pa, 100, &n, NULL);
	assert_non_null(got);
	assert_int_equal(n, 5);
	talloc_free(ctx);
	event_base_free(base);
}

static void
test_list(void **state)
{
	struct event_base	*base = event_base_new();
	TALLOC_CTX		*ctx = talloc_new(NULL);
	struct paper		*p = paper_new(ctx, base);
	struct news		 a = { .base = base, .wait = 1 };

	(void)state;
	/* Nobody listens there: words, not a wait. */
	assert_int_equal(setenv("CUPS_SERVER", "127.0.0.1:1", 1), 0);
	paper_list(p, ctx, on_news, &a);
	event_base_dispatch(base);
	assert_int_equal(a.state, PAPER_FAILED);
	assert_false(a.queues);
	talloc_free(ctx);
	event_base_free(base);
}

static void
test_base64(void **state)
{
	static const struct {
		const char	*plain, *coded;
	} t[] = { { "", "" }, { "a", "YQ==" }, { "ab", "YWI=" },
		{ "abc", "YWJj" } };
	struct err	 e = ERR_INIT;
	unsigned char	*back;
	char		*s;
	size_t		 n, i;

	(void)state;
	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		s = paper_base64(NULL, t[i].plain, strlen(t[i].plain));
		assert_string_equal(s, t[i].coded);
		back = paper_unbase64(NULL, s, &n, &e);
		assert_non_null(back);
		assert_int_equal(n, strlen(t[i].plain));
		assert_memory_equal(back, t[i].plain, n);
		talloc_free(back);
		talloc_free(s);
	}
	assert_null(paper_unbase64(NULL, "YQ=", &n, &e));
	err_clear(&e);
	assert_null(paper_unbase64(NULL, "Y!==", &n, &e));
	err_clear(&e);
}

static void
printer_load(struct paper_printer *pr, TALLOC_CTX *ctx,
    struct client_conf *conf)
{
	char		 name[] = "jabbar";
	char		*argv[] = { name, NULL };
	struct err	 e = ERR_INIT;

	memset(conf, 0, sizeof *conf);
	assert_int_equal(conf_load(conf, ctx, 1, argv, &e), 0);
	assert_int_equal(paper_printer_load(pr, ctx, conf, &e), 0);
}

static void
test_settings(void **state)
{
	static const char	before[] = "# mine\nlang = en\nprinter = "
				    "tcp://192.0.2.1\n[printer]\nto = x\n"
				    "[other]\nuser = siti\n";
	TALLOC_CTX		*ctx = talloc_new(NULL);
	struct client_conf	 conf;
	struct paper_printer	 pr;
	struct err		 e = ERR_INIT;
	char			*path, *text;
	json_t			*j;
	size_t			 n;

	(void)state;
	assert_int_equal(setenv("XDG_CONFIG_HOME", dir, 1), 0);
	printer_load(&pr, ctx, &conf);
	assert_string_equal(pr.uri, "");
	assert_string_equal(pr.width, "58");
	assert_null(paper_printer_json(&pr));
	path = talloc_asprintf(ctx, "%s/jabbar.ini", conf.config_dir);
	assert_int_equal(io_mkdirs(conf.config_dir, 0700, &e), 0);
	assert_int_equal(io_write_file(path, before, strlen(before), 0600,
	    &e), 0);

	assert_int_equal(paper_printer_set(&pr, ctx, "uri",
	    "cups://localhost/STRUK80", &e), 0);
	assert_string_equal(paper_printer_name(&pr), "STRUK80");
	assert_int_equal(paper_printer_set(&pr, ctx, "width", "80", &e), 0);
	assert_int_equal(paper_printer_set(&pr, ctx, "drawer", "2", &e), 0);
	assert_int_equal(paper_printer_set(&pr, ctx, "cut", "full", &e), 0);
	/* What no printer has changes nothing. */
	assert_int_equal(paper_printer_set(&pr, ctx, "drawer", "3", &e), -1);
	assert_int_equal(paper_printer_set(&pr, ctx, "width", "70", &e), -1);
	assert_int_equal(paper_printer_set(&pr, ctx, "uri", "; rm -rf /",
	    &e), -1);
	assert_int_equal(paper_printer_set(&pr, ctx, "colour", "red", &e),
	    -1);
	err_clear(&e);
	assert_int_equal(pr.profile.drawer_pin, 2);
	assert_int_equal(pr.profile.cols, 48);

	assert_int_equal(paper_printer_save(&pr, &conf, &e), 0);
	text = io_read_file(ctx, path, 4096, &n, &e);
	assert_non_null(strstr(text, "# mine\nlang = en\n"));
	assert_non_null(strstr(text, "[other]\nuser = siti\n"));
	assert_null(strstr(text, "192.0.2.1"));
	assert_null(strstr(text, "to = x"));

	printer_load(&pr, ctx, &conf);
	assert_string_equal(pr.uri, "cups://localhost/STRUK80");
	assert_string_equal(pr.width, "80");
	assert_int_equal(pr.profile.drawer_pin, 2);
	assert_int_equal(pr.profile.cut, RECEIPT_CUT_FULL);
	j = paper_printer_json(&pr);
	assert_string_equal(json_string_value(json_object_get(j, "preset")),
	    "80");
	json_decref(j);
	assert_string_equal(conf.lang, "en");
	assert_string_equal(conf.user, "siti");
	assert_int_equal(paper_printer_set(&pr, ctx, "drawer", "", &e), 0);
	assert_int_equal(pr.profile.drawer_pin, 0);
	talloc_free(ctx);
}

static int
group_setup(void **state)
{
	(void)state;
	dir = talloc_strdup(NULL, "/tmp/jabbar-paper-XXXXXX");
	return mkdtemp(dir) != NULL ? 0 : -1;
}

static int
group_teardown(void **state)
{
	static const char *const	names[] = { "a", "b", "c", "after",
		"orphan", "jabbar/jabbar.ini" };
	size_t				i;

	(void)state;
	for (i = 0; i < sizeof names / sizeof names[0]; i++)
		unlink(path_of(names[i]));
	rmdir(path_of("jabbar"));
	rmdir(dir);
	talloc_free(dir);
	return 0;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_failed),
		cmocka_unit_test(test_helper_dies),
		cmocka_unit_test(test_owner_gone),
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_base64),
		cmocka_unit_test(test_settings),
	};

	mem_init();
	signal(SIGPIPE, SIG_IGN);
	if (argc > 2 && strcmp(argv[1], "-x") == 0)
		return paper_print_main(argc - 3, argv + 3);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
