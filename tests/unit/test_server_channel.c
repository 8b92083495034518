/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "proc/channel.h"
#include "proc/password.h"
#include "proc/util.h"
#include "wire/frame.h"

static int
open_files(void)
{
	DIR	*d = opendir("/proc/self/fd");
	int	 n = 0;

	assert_non_null(d);
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n;
}

static void
message_without_descriptor(void **state)
{
	struct err	 e = ERR_INIT;
	int		 fd[2], got = 99;
	json_t		*m = json_pack("{s:s, s:i}", "peer", "util", "n", 3);
	json_t		*back;

	(void)state;
	assert_int_equal(channel_pair(fd, &e), 0);
	assert_int_equal(channel_send(fd[0], m, -1, &e), 0);
	back = channel_recv(fd[1], &got, &e);
	assert_non_null(back);
	assert_int_equal(got, -1);
	assert_true(json_equal(m, back));
	json_decref(m);
	json_decref(back);
	close(fd[0]);
	/* An orderly end is no error. */
	assert_null(channel_recv(fd[1], &got, &e));
	assert_int_equal(e.code, ERR_NONE);
	err_clear(&e);
	close(fd[1]);
}

static void
descriptor_passes(void **state)
{
	struct err	 e = ERR_INIT;
	int		 fd[2], pipe_fd[2], got;
	json_t		*m = json_pack("{s:s}", "peer", "core"), *back;
	char		 c = 0;

	(void)state;
	assert_int_equal(channel_pair(fd, &e), 0);
	assert_int_equal(pipe2(pipe_fd, O_CLOEXEC), 0);
	assert_int_equal(channel_send(fd[0], m, pipe_fd[1], &e), 0);
	assert_int_equal(channel_send(fd[0], m, -1, &e), 0);
	close(pipe_fd[1]);
	back = channel_recv(fd[1], &got, &e);
	assert_non_null(back);
	assert_int_not_equal(got, -1);
	assert_int_equal(fcntl(got, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	assert_int_equal(write(got, "x", 1), 1);
	assert_int_equal(read(pipe_fd[0], &c, 1), 1);
	assert_int_equal(c, 'x');
	json_decref(back);
	close(got);
	/* The one after it has none: it did not stick. */
	back = channel_recv(fd[1], &got, &e);
	assert_non_null(back);
	assert_int_equal(got, -1);
	json_decref(back);
	json_decref(m);
	close(pipe_fd[0]);
	close(fd[0]);
	close(fd[1]);
}

/* Who does not ask for descriptors, or gets too many, leaks none. */
static void
descriptors_do_not_leak(void **state)
{
	struct err	 e = ERR_INIT;
	int		 fd[2], before, got, three[3] = { 0, 0, 0 };
	json_t		*m = json_pack("{s:i}", "a", 1), *back;
	char		 space[CMSG_SPACE(sizeof three)];
	char		 text[] = "\0\0\0\7{\"a\":1}";
	struct iovec	 v = { text, sizeof text - 1 };
	struct msghdr	 h = { .msg_iov = &v, .msg_iovlen = 1,
			    .msg_control = space,
			    .msg_controllen = sizeof space };
	struct cmsghdr	*c;

	(void)state;
	assert_int_equal(channel_pair(fd, &e), 0);
	before = open_files();
	assert_int_equal(channel_send(fd[0], m, 0, &e), 0);
	back = channel_recv(fd[1], NULL, &e);
	assert_non_null(back);
	json_decref(back);
	assert_int_equal(open_files(), before);

	memset(space, 0, sizeof space);
	c = CMSG_FIRSTHDR(&h);
	if (c == NULL) {
		fail_msg("no room for descriptors");
		return;
	}
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof three);
	memcpy(CMSG_DATA(c), three, sizeof three);
	assert_int_equal(sendmsg(fd[0], &h, 0), (int)v.iov_len);
	back = channel_recv(fd[1], &got, &e);
	assert_non_null(back);
	assert_int_not_equal(got, -1);
	close(got);
	json_decref(back);
	json_decref(m);
	assert_int_equal(open_files(), before);
	close(fd[0]);
	close(fd[1]);
}

static void
bad_frames(void **state)
{
	static const struct {
		const char	*bytes;
		size_t		 len;
		enum err_code	 code;
	} rows[] = {
		{ "\0\0\0\0", 4, ERR_BAD_FRAME },
		{ "\xff\xff\xff\xff", 4, ERR_TOO_LARGE },
		{ "\0\0\0\2[]", 6, ERR_BAD_FRAME },
		{ "\0\0\0\2{", 5, ERR_IO },
		{ "\0\0", 2, ERR_IO },
	};
	struct err	 e = ERR_INIT;
	size_t		 i;
	int		 fd[2], got;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(channel_pair(fd, &e), 0);
		assert_int_equal(write(fd[0], rows[i].bytes, rows[i].len),
		    (int)rows[i].len);
		close(fd[0]);
		assert_null(channel_recv(fd[1], &got, &e));
		assert_int_equal(e.code, rows[i].code);
		err_clear(&e);
		close(fd[1]);
	}
}

/* Neither end may hang or be killed by the other. */
static void
peers_that_do_not_read(void **state)
{
	struct err	 e = ERR_INIT;
	char		*big = talloc_zero_size(NULL, 60001);
	json_t		*m;
	int		 fd[2], got, i, rc = 0;

	(void)state;
	memset(big, 'x', 60000);
	m = json_pack("{s:s}", "big", big);
	assert_int_equal(channel_pair(fd, &e), 0);
	assert_int_equal(fcntl(fd[1], F_SETFL, O_NONBLOCK), 0);
	assert_null(channel_recv(fd[1], &got, &e));
	assert_int_equal(e.code, ERR_BUSY);
	err_clear(&e);
	for (i = 0; i < 1000 && rc == 0; i++)
		rc = channel_send(fd[0], m, -1, &e);
	assert_int_equal(rc, -1);
	assert_int_equal(e.code, ERR_BUSY);
	err_clear(&e);
	close(fd[1]);
	assert_int_equal(channel_send(fd[0], m, -1, &e), -1);
	assert_int_equal(e.code, ERR_IO);
	err_clear(&e);
	json_decref(m);
	talloc_free(big);
	close(fd[0]);
}

static json_t *
ask(int fd, json_t *req)
{
	struct err	 e = ERR_INIT;
	json_t		*res;

	assert_int_equal(channel_send(fd, req, -1, &e), 0);
	json_decref(req);
	res = channel_recv(fd, NULL, &e);
	assert_non_null(res);
	return res;
}

static int
introduce(int control)
{
	struct err	 e = ERR_INIT;
	json_t		*m = json_pack("{s:s}", "peer", "core");
	int		 peer[2];

	assert_int_equal(channel_pair(peer, &e), 0);
	assert_int_equal(channel_send(control, m, peer[0], &e), 0);
	json_decref(m);
	close(peer[0]);
	return peer[1];
}

/*
 * The util role as a process: hash, verify, nonsense, a second core, the end.
 */
static void
util_role(void **state)
{
	struct err	 e = ERR_INIT;
	int		 control[2], peer, status;
	json_t		*r, *v;
	pid_t		 pid;

	(void)state;
	assert_int_equal(channel_pair(control, &e), 0);
	pid = fork();
	assert_int_not_equal(pid, -1);
	if (pid == 0) {
		close(control[0]);
		_exit(util_main(control[1]));
	}
	close(control[1]);
	peer = introduce(control[0]);
	r = ask(peer, json_pack("{s:i, s:s, s:s}", "id", 7, "op", "hash",
	    "password", "rahasia-sekali"));
	assert_int_equal(json_integer_value(json_object_get(r, "id")), 7);
	assert_non_null(strstr(json_string_value(json_object_get(r, "hash")),
	    "$argon2id$"));
	v = ask(peer, json_pack("{s:i, s:s, s:s, s:O}", "id", 8, "op",
	    "verify", "password", "rahasia-sekali", "hash",
	    json_object_get(r, "hash")));
	assert_true(json_is_true(json_object_get(v, "ok")));
	assert_true(json_is_false(json_object_get(v, "rehash")));
	json_decref(v);
	close(peer);
	/* A new core comes; the worker is the same. */
	peer = introduce(control[0]);
	v = ask(peer, json_pack("{s:i, s:s, s:s, s:O}", "id", 9, "op",
	    "verify", "password", "rahasia-sekalj", "hash",
	    json_object_get(r, "hash")));
	assert_true(json_is_false(json_object_get(v, "ok")));
	json_decref(v);
	v = ask(peer, json_pack("{s:i, s:s}", "id", 10, "op", "sing"));
	assert_int_equal(json_integer_value(json_object_get(v, "id")), 10);
	assert_non_null(json_string_value(json_object_get(v, "error")));
	json_decref(v);
	json_decref(r);
	close(control[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	close(peer);
}

static void
passwords(void **state)
{
	struct err	 e = ERR_INIT;
	bool		 rehash;
	char		*long_one = talloc_zero_size(NULL, PASSWORD_MAX + 2);
	char		*a, *b, *weak;

	(void)state;
	memset(long_one, 'a', PASSWORD_MAX + 1);
	assert_null(password_hash(NULL, long_one, &e));
	assert_int_equal(e.code, ERR_BAD_FIELD);
	err_clear(&e);
	assert_false(password_verify("not a hash", "x", &rehash));
	/* One pass of 8 KiB is not what we ask for today. */
	weak = talloc_strdup(NULL, "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRz"
	    "b21lc2FsdA$AAAA");
	assert_false(password_verify(weak, "x", &rehash));
	a = password_random(NULL, 20, &e);
	b = password_random(NULL, 20, &e);
	assert_int_equal(strlen(a), 20);
	assert_string_not_equal(a, b);
	assert_null(strpbrk(a, "0O1lI"));
	talloc_free(a);
	talloc_free(b);
	talloc_free(weak);
	talloc_free(long_one);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(message_without_descriptor),
		cmocka_unit_test(descriptor_passes),
		cmocka_unit_test(descriptors_do_not_leak),
		cmocka_unit_test(bad_frames),
		cmocka_unit_test(peers_that_do_not_read),
		cmocka_unit_test(util_role),
		cmocka_unit_test(passwords),
	};

	mem_init();
	(void)signal(SIGPIPE, SIG_DFL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
