/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Speaks the protocol wrongly, over the daemon's Unix socket, and prints TAP:
 * each case is bytes to send and what must come back. After every case a good
 * client must still be served. Usage: common_wire SOCKET USER
 */
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "wire/frame.h"

static const char	*path, *user;
static int		 tests;

#define HELLO	"{\"k\":\"hello\",\"proto\":1,\"min\":1,\"app\":\"t\",\"lang\":\"id\"}"

static void
result(bool ok, const char *what)
{
	printf("%sok %d - %s\n", ok ? "" : "not ", ++tests, what);
}

static int
dial(void)
{
	struct sockaddr_un	sun = { .sun_family = AF_UNIX };
	int			fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC,
				    0);

	memcpy(sun.sun_path, path, strnlen(path, sizeof sun.sun_path - 1));
	if (connect(fd, (struct sockaddr *)&sun, sizeof sun) == -1) {
		printf("Bail out! cannot connect: %s\n", strerror(errno));
		_exit(1);
	}
	return fd;
}

static void
put(int fd, const void *data, size_t len)
{
	/* The peer may have closed already: that is what some cases want. */
	if (send(fd, data, len, MSG_NOSIGNAL) == -1)
		return;
}

static void
put_frame(int fd, const char *json)
{
	uint8_t	head[4];

	frame_header(head, strlen(json));
	put(fd, head, 4);
	put(fd, json, strlen(json));
}

/* The next message within ms, or NULL: silence, or the end of the line. */
static json_t *
get(int fd, int ms, bool *closed)
{
	struct pollfd	 p = { fd, POLLIN, 0 };
	struct err	 e = ERR_INIT;
	json_t		*msg;

	*closed = false;
	if (poll(&p, 1, ms) != 1)
		return NULL;
	msg = frame_read(fd, FRAME_DOWN, &e);
	*closed = msg == NULL;
	err_clear(&e);
	return msg;
}

static const char *
code_of(const json_t *msg)
{
	const char	*s = json_string_value(json_object_get(
			    json_object_get(msg, "e"), "code"));

	return s != NULL ? s : "";
}

/* Reads until the line ends; returns the last error code (static). */
static const char *
drain(int fd, bool *closed)
{
	static char	 last[64];
	json_t		*msg;
	bool		 end = false;

	last[0] = '\0';
	while ((msg = get(fd, 15000, &end)) != NULL) {
		if (*code_of(msg) != '\0')
			snprintf(last, sizeof last, "%s", code_of(msg));
		json_decref(msg);
	}
	*closed = end;
	return last;
}

static void
alive(const char *after)
{
	json_t	*msg;
	bool	 closed;
	int	 fd = dial();
	char	*what = talloc_asprintf(NULL, "a good client is served after %s",
		    after);

	put_frame(fd, HELLO);
	msg = get(fd, 10000, &closed);
	result(msg != NULL && json_object_get(msg, "granted") != NULL, what);
	json_decref(msg);
	close(fd);
	talloc_free(what);
}

struct bad {
	const char	*what;
	bool		 hello;		/* a good hello first */
	const void	*bytes;
	size_t		 len;
	const char	*json;		/* or a frame of this */
	const char	*code;		/* "" where only the end is asked for */
};

#define BYTES(s)	s, sizeof s - 1

static const struct bad cases[] = {
	{ "a frame of length zero", true, BYTES("\0\0\0\0"), NULL,
	    "bad_frame" },
	{ "a frame of 4 GiB", true, BYTES("\xff\xff\xff\xff"), NULL,
	    "too_large" },
	{ "a frame one byte too large", true, BYTES("\0\1\0\1"), NULL,
	    "too_large" },
	{ "an array", true, NULL, 0, "[]", "bad_frame" },
	{ "a bare word", true, NULL, 0, "hello", "bad_frame" },
	{ "half an object", true, NULL, 0, "{\"k\":", "bad_frame" },
	{ "a duplicate key", true, NULL, 0,
	    "{\"k\":\"ping\",\"k\":\"ping\"}", "bad_frame" },
	{ "trailing bytes", true, NULL, 0, "{\"k\":\"ping\"} x", "bad_frame" },
	{ "a NUL in a string", true, NULL, 0, "{\"k\":\"a\\u0000b\"}",
	    "bad_frame" },
	{ "a number beyond 64 bits", true, NULL, 0,
	    "{\"k\":\"ping\",\"id\":99999999999999999999}", "bad_frame" },
	{ "1e999", true, NULL, 0, "{\"k\":\"ping\",\"id\":1e999}",
	    "bad_frame" },
	{ "NaN", true, NULL, 0, "{\"k\":\"ping\",\"id\":NaN}", "bad_frame" },
	{ "invalid UTF-8", true, NULL, 0, "{\"k\":\"\xc3\x28\"}",
	    "bad_frame" },
	{ "an overlong encoding", true, NULL, 0, "{\"k\":\"\xc0\xaf\"}",
	    "bad_frame" },
	{ "an unknown kind", true, NULL, 0, "{\"k\":\"gossip\"}",
	    "bad_frame" },
	{ "no kind", true, NULL, 0, "{\"id\":1}", "bad_frame" },
	{ "a kind that is a number", true, NULL, 0, "{\"k\":1}",
	    "bad_frame" },
	{ "a request without id", true, NULL, 0,
	    "{\"k\":\"req\",\"m\":\"session.list\"}", "bad_frame" },
	{ "a request with id 0", true, NULL, 0,
	    "{\"k\":\"req\",\"id\":0,\"m\":\"session.list\"}", "bad_frame" },
	{ "a request without a method", true, NULL, 0,
	    "{\"k\":\"req\",\"id\":1}", "bad_frame" },
	{ "a request before hello", false, NULL, 0,
	    "{\"k\":\"req\",\"id\":1,\"m\":\"session.list\"}", "bad_frame" },
	{ "a protocol that is too new", false, NULL, 0,
	    "{\"k\":\"hello\",\"proto\":99,\"min\":98}", "version" },
	{ "a protocol that is too old", false, NULL, 0,
	    "{\"k\":\"hello\",\"proto\":0,\"min\":0}", "version" },
	{ "a hello without versions", false, NULL, 0, "{\"k\":\"hello\"}",
	    "version" },
	{ "HTTP", false, BYTES("GET / HTTP/1.0\r\n\r\n"), NULL, "too_large" },
};

static void
run_case(const struct bad *b)
{
	char	*what = talloc_asprintf(NULL, "%s ends the line%s%s", b->what,
		    *b->code != '\0' ? " with " : "", b->code);
	const char *code;
	json_t	*msg;
	bool	 closed;
	int	 fd = dial();

	if (b->hello) {
		put_frame(fd, HELLO);
		msg = get(fd, 10000, &closed);
		json_decref(msg);
	}
	if (b->json != NULL)
		put_frame(fd, b->json);
	else
		put(fd, b->bytes, b->len);
	code = drain(fd, &closed);
	result(closed && strcmp(code, b->code) == 0, what);
	if (!closed || strcmp(code, b->code) != 0)
		printf("# closed %d, code %s\n", closed, code);
	close(fd);
	talloc_free(what);
}

/* A frame nested n deep. */
static void
run_depth(int n, bool good)
{
	char	*json = talloc_strdup(NULL, "{\"k\":\"ping\",\"id\":1,\"x\":");
	const char *code;
	json_t	*msg;
	bool	 closed;
	int	 fd = dial(), i;

	for (i = 0; i < n - 1; i++)
		json = talloc_strdup_append(json, "[");
	for (i = 0; i < n - 1; i++)
		json = talloc_strdup_append(json, "]");
	json = talloc_strdup_append(json, "}");
	put_frame(fd, HELLO);
	json_decref(get(fd, 10000, &closed));
	put_frame(fd, json);
	if (good) {
		msg = get(fd, 10000, &closed);
		result(json_is_true(json_object_get(msg, "ack")),
		    "a ping nested 32 deep is answered");
		json_decref(msg);
	} else {
		code = drain(fd, &closed);
		result(closed && strcmp(code, "bad_frame") == 0,
		    "33 levels end the line");
	}
	close(fd);
	talloc_free(json);
}

static int
login(void)
{
	char	*json = talloc_asprintf(NULL, "{\"k\":\"req\",\"id\":1,\"m\":"
		    "\"session.login\",\"p\":{\"name\":\"%s\","
		    "\"password\":\"\"}}", user);
	json_t	*msg;
	bool	 closed;
	int	 fd = dial();

	put_frame(fd, HELLO);
	json_decref(get(fd, 10000, &closed));
	put_frame(fd, json);
	msg = get(fd, 10000, &closed);
	result(json_object_get(msg, "r") != NULL, "login over the socket");
	json_decref(msg);
	talloc_free(json);
	return fd;
}

/* One more than may be open is busy; the others are answered. */
static void
run_many(void)
{
	char	*one = talloc_strdup(NULL, "");
	int	 fd = login(), i, good = 0, busy = 0;
	uint8_t	 head[4];
	char	 json[128], all[64 * 160];
	size_t	 n = 0, len;
	json_t	*msg;
	bool	 closed;

	/* In one write, so that they are read in one turn of the loop. */
	for (i = 0; i < 40; i++) {
		len = (size_t)snprintf(json, sizeof json,
		    "{\"k\":\"req\",\"id\":%d,\"m\":\"session.list\"}", i + 2);
		frame_header(head, len);
		memcpy(all + n, head, 4);
		memcpy(all + n + 4, json, len);
		n += len + 4;
	}
	put(fd, all, n);
	for (i = 0; i < 40; i++) {
		msg = get(fd, 15000, &closed);
		good += json_object_get(msg, "r") != NULL;
		busy += strcmp(code_of(msg), "busy") == 0;
		json_decref(msg);
	}
	result(good >= 32 && good + busy == 40,
	    "40 requests at once: 32 are answered, the others are busy");
	if (good + busy != 40)
		printf("# %d good, %d busy\n", good, busy);
	close(fd);
	talloc_free(one);
}

/* A frame that comes byte by byte is a frame. */
static void
run_slow(void)
{
	const char	*json = "{\"k\":\"ping\",\"id\":7}";
	uint8_t		 head[4];
	size_t		 i;
	json_t		*msg;
	bool		 closed;
	int		 fd = dial();

	put_frame(fd, HELLO);
	json_decref(get(fd, 10000, &closed));
	frame_header(head, strlen(json));
	for (i = 0; i < 4; i++)
		put(fd, head + i, 1);
	for (i = 0; json[i] != '\0'; i++)
		put(fd, json + i, 1);
	msg = get(fd, 10000, &closed);
	result(json_integer_value(json_object_get(msg, "id")) == 7,
	    "a ping byte by byte is answered with its id");
	json_decref(msg);
	close(fd);
}

/* A cancel for nothing, an event kind upward, an answer nobody asked for. */
static void
run_ignored(void)
{
	json_t	*msg;
	bool	 closed;
	int	 fd = login();

	put_frame(fd, "{\"k\":\"cancel\",\"id\":4711}");
	put_frame(fd, "{\"k\":\"ping\",\"ack\":true}");
	put_frame(fd, "{\"k\":\"req\",\"id\":9,\"m\":\"session.list\",\"p\":[]}");
	msg = get(fd, 10000, &closed);
	result(strcmp(code_of(msg), "bad_field") == 0,
	    "parameters that are no object are a bad field");
	json_decref(msg);
	put_frame(fd, "{\"k\":\"req\",\"id\":10,\"m\":\"session.list\"}");
	msg = get(fd, 10000, &closed);
	result(json_object_get(msg, "r") != NULL,
	    "no parameters are no parameters");
	json_decref(msg);
	close(fd);
}

int
main(int argc, char **argv)
{
	size_t	i;

	if (argc != 3) {
		fprintf(stderr, "usage: common_wire SOCKET USER\n");
		return 2;
	}
	mem_init();
	setvbuf(stdout, NULL, _IOLBF, 0);
	path = argv[1];
	user = argv[2];
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++)
		run_case(&cases[i]);
	alive("malformed frames");
	run_depth(32, true);
	run_depth(33, false);
	run_slow();
	run_ignored();
	run_many();
	alive("all of it");
	printf("1..%d\n", tests);
	return 0;
}
