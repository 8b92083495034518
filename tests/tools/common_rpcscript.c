/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs scripts of requests against a live daemon over its Unix socket and
 * prints TAP. Usage: common_rpcscript SOCKET SCRIPT...
 *
 *	as USER				logs in (the socket trusts root and the
 *					daemon's user); one line per user is kept
 *	call METHOD [JSON]		sends a request and keeps its answer
 *	ok [TEXT]			the answer was a result
 *	err CODE [FIELD]		... or this error
 *	is PATH JSON			a value of the answer (.rows.0.2, .number)
 *	has PATH			... that is neither absent nor null
 *	size PATH N			... an array or object of that size
 *	row KEY VALUE			a list has a row with VALUE in column KEY;
 *					further paths start at that row: .KEY
 *	save NAME PATH			$NAME stands for it from now on
 *	same PATH NAME			equal to what was saved, as text
 *	event TOPIC			an event of that topic arrives
 *
 * $uuid:NAME makes an operation id once per NAME. # starts a comment. A line
 * that ends in a backslash goes on in the next one.
 */
#include <ctype.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "base/text.h"
#include "wire/frame.h"
#include "wire/version.h"

#define LINES_MAX	16

struct line {
	char	*user;
	int	 fd;
	json_t	*events;
};

static const char	*socket_path, *script;
static int		 line_no;
static struct line	 lines[LINES_MAX];
static struct line	*now;
static json_t		*vars, *answer, *row;
static char		*method;
static int		 tests, bad, next_id;
static TALLOC_CTX	*ctx;

static void
die(const char *why, const char *what)
{
	printf("Bail out! %s:%d: %s %s\n", script, line_no, why, what);
	exit(1);
}

static char *
show(const json_t *j)
{
	char	*text = j != NULL ? json_dumps(j, JSON_COMPACT |
		    JSON_ENCODE_ANY | JSON_SORT_KEYS) : NULL;
	char	*copy = talloc_strndup(ctx, text != NULL ? text : "(nothing)",
		    600);
	json_free_t release;

	json_get_alloc_funcs(NULL, &release);
	release(text);
	return copy;
}

static void
result(int ok, const char *what, const char *detail)
{
	const char	*base = strrchr(script, '/');

	tests++;
	if (!ok)
		bad++;
	printf("%sok %d - %s:%d %s %s\n", ok ? "" : "not ", tests,
	    base != NULL ? base + 1 : script, line_no,
	    method != NULL ? method : "", what);
	if (!ok)
		printf("# got %s\n# answer %s\n", detail, show(answer));
}

static json_t *
receive(struct line *l, int timeout_ms)
{
	struct pollfd	 p = { l->fd, POLLIN, 0 };
	struct err	 e = ERR_INIT;
	json_t		*msg;

	if (poll(&p, 1, timeout_ms) != 1)
		return NULL;
	msg = frame_read(l->fd, FRAME_DOWN, &e);
	if (msg == NULL)
		die("line broke:", e.msg != NULL ? e.msg : "closed");
	return msg;
}

static void
send_msg(struct line *l, json_t *msg)
{
	struct err	e = ERR_INIT;

	if (frame_write(l->fd, msg, FRAME_UP, &e) == -1)
		die("cannot send:", e.msg);
	json_decref(msg);
}

static void
request(struct line *l, const char *m, json_t *params)
{
	json_t	*msg;
	int	 id = ++next_id;

	send_msg(l, json_pack("{s:s,s:i,s:s,s:o}", "k", "req", "id", id, "m",
	    m, "p", params));
	for (;;) {
		msg = receive(l, 30000);
		if (msg == NULL)
			die("no answer to", m);
		if (json_integer_value(json_object_get(msg, "id")) == id)
			break;
		if (json_object_get(msg, "t") != NULL)
			json_array_append(l->events,
			    json_object_get(msg, "t"));
		json_decref(msg);
	}
	json_decref(answer);
	answer = msg;
	row = NULL;
}

static void
do_as(const char *user)
{
	struct sockaddr_un	 sun = { .sun_family = AF_UNIX };
	struct line		*l;
	json_t			*msg;

	for (l = lines; l < lines + LINES_MAX && l->user != NULL; l++)
		if (strcmp(l->user, user) == 0) {
			now = l;
			return;
		}
	if (l == lines + LINES_MAX)
		die("too many users:", user);
	if (strlen(socket_path) >= sizeof sun.sun_path)
		die("socket path too long:", socket_path);
	memcpy(sun.sun_path, socket_path, strlen(socket_path));
	l->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (connect(l->fd, (struct sockaddr *)&sun, sizeof sun) == -1)
		die("cannot connect to", socket_path);
	l->user = talloc_strdup(ctx, user);
	l->events = json_array();
	now = l;
	send_msg(l, json_pack("{s:s,s:i,s:i,s:s,s:s}", "k", "hello", "proto",
	    WIRE_PROTO, "min", WIRE_MIN, "app", "rpcscript", "lang", "id"));
	msg = receive(l, 10000);
	if (msg == NULL)
		die("no hello for", user);
	json_decref(msg);
	request(l, "session.login", json_pack("{s:s,s:s}", "name", user,
	    "password", ""));
	if (json_object_get(answer, "r") == NULL)
		die("cannot log in as", user);
}

static void
uuid_make(char out[37])
{
	unsigned char	b[16];

	if (getrandom(b, sizeof b, 0) != sizeof b)
		die("no random bytes", "");
	snprintf(out, 37, "%02x%02x%02x%02x-%02x%02x-4%x%02x-a%x%02x-"
	    "%02x%02x%02x%02x%02x%02x", b[0], b[1], b[2], b[3], b[4], b[5],
	    b[6] & 15, b[7], b[8] & 15, b[9], b[10], b[11], b[12], b[13],
	    b[14], b[15]);
}

/* Puts the values of $NAME and $uuid:NAME in. */
/* A string as it stands between the quotes of JSON. */
static char *
inside(const json_t *v)
{
	char	*text = json_dumps(v, JSON_ENCODE_ANY);
	char	*out = talloc_strndup(ctx, text + 1, strlen(text) - 2);
	json_free_t release;

	json_get_alloc_funcs(NULL, &release);
	release(text);
	return out;
}

static char *
expand(const char *s)
{
	char		*out = talloc_strdup(ctx, ""), *name;
	const char	*p;
	char		 uuid[37];
	json_t		*v;

	for (; *s != '\0'; s++) {
		if (*s != '$') {
			out = talloc_strndup_append_buffer(out, s, 1);
			continue;
		}
		for (p = s + 1; isalnum((unsigned char)*p) || *p == '_' ||
		    *p == ':'; p++)
			;
		name = talloc_strndup(ctx, s + 1, (size_t)(p - s - 1));
		v = json_object_get(vars, name);
		if (v == NULL && strncmp(name, "uuid:", 5) == 0) {
			uuid_make(uuid);
			json_object_set_new(vars, name, json_string(uuid));
			v = json_object_get(vars, name);
		}
		if (v == NULL)
			die("no variable", name);
		out = talloc_strdup_append_buffer(out, json_is_string(v) ?
		    inside(v) : show(v));
		s = p - 1;
	}
	return out;
}

/* .a.0.b of the result; after `row`, .KEY is a column of that row. */
static json_t *
path_get(const char *path)
{
	json_t	 *v = json_object_get(answer, "r"), *cols, *c;
	char	**parts;
	size_t	  n, i, k;

	if (v == NULL || *path != '.')
		return NULL;
	if (path[1] == '\0')
		return v;
	parts = text_split(ctx, path + 1, '.', &n);
	for (i = 0; i < n && v != NULL; i++) {
		if (i == 0 && row != NULL) {
			cols = json_object_get(v, "cols");
			v = NULL;
			json_array_foreach(cols, k, c)
				if (strcmp(json_string_value(c), parts[0]) == 0)
					v = json_array_get(row, k);
		} else if (json_is_array(v))
			v = json_array_get(v, (size_t)strtoul(parts[i], NULL,
			    10));
		else
			v = json_object_get(v, parts[i]);
	}
	return v;
}

static void
do_row(const char *key, const char *value)
{
	json_t	*r = json_object_get(answer, "r"), *one, *cell;
	json_t	*cols = json_object_get(r, "cols"), *c;
	size_t	 i, k;

	row = NULL;
	json_array_foreach(json_object_get(r, "rows"), i, one)
		json_array_foreach(cols, k, c) {
			cell = json_array_get(one, k);
			if (strcmp(json_string_value(c), key) == 0 &&
			    strcmp(json_is_string(cell) ?
			    json_string_value(cell) : show(cell), value) == 0)
				row = one;
		}
	result(row != NULL, talloc_asprintf(ctx, "has a row with %s %s", key,
	    value), "none");
}

static void
do_err(const char *code, const char *field)
{
	json_t		*e = json_object_get(answer, "e");
	const char	*have = json_string_value(json_object_get(e, "code"));
	const char	*at = json_string_value(json_object_get(e, "field"));

	result(have != NULL && strcmp(have, code) == 0 && (*field == '\0' ||
	    (at != NULL && strcmp(at, field) == 0)),
	    talloc_asprintf(ctx, "is refused with %s %s", code, field),
	    show(e));
}

static void
do_event(const char *topic)
{
	json_t	*msg, *t;
	size_t	 i;
	int	 tries;

	for (tries = 0; tries < 100; tries++) {
		json_array_foreach(now->events, i, t)
			if (strcmp(json_string_value(t), topic) == 0) {
				json_array_clear(now->events);
				result(1, topic, "");
				return;
			}
		msg = receive(now, 100);
		if (msg == NULL)
			continue;
		if (json_object_get(msg, "t") != NULL)
			json_array_append(now->events,
			    json_object_get(msg, "t"));
		json_decref(msg);
	}
	result(0, topic, "no event");
}

static void
do_line(char *text)
{
	char	*word = text, *rest, *arg;
	json_t	*v, *want;

	rest = strpbrk(text, " \t");
	if (rest != NULL) {
		*rest++ = '\0';
		rest = text_trim(ctx, rest);
	} else
		rest = talloc_strdup(ctx, "");
	rest = expand(rest);
	arg = strchr(rest, ' ');
	if (arg != NULL && strcmp(word, "ok") != 0)
		*arg++ = '\0';
	else
		arg = rest + strlen(rest);
	if (strcmp(word, "as") == 0)
		do_as(rest);
	else if (strcmp(word, "call") == 0) {
		v = json_loads(*arg != '\0' ? arg : "{}", 0, NULL);
		if (v == NULL)
			die("no JSON:", arg);
		method = talloc_strdup(ctx, rest);
		request(now, rest, v);
	} else if (strcmp(word, "ok") == 0)
		result(json_object_get(answer, "r") != NULL, *rest != '\0' ?
		    rest : "answers", show(json_object_get(answer, "e")));
	else if (strcmp(word, "err") == 0)
		do_err(rest, arg);
	else if (strcmp(word, "is") == 0) {
		want = json_loads(arg, JSON_DECODE_ANY, NULL);
		if (want == NULL)
			die("no JSON:", arg);
		v = path_get(rest);
		result(json_equal(v, want), talloc_asprintf(ctx, "%s is %s",
		    rest, arg), show(v));
		json_decref(want);
	} else if (strcmp(word, "has") == 0) {
		v = path_get(rest);
		result(v != NULL && !json_is_null(v), talloc_asprintf(ctx,
		    "has %s", rest), show(v));
	} else if (strcmp(word, "size") == 0) {
		v = path_get(rest);
		result((json_is_array(v) ? json_array_size(v) :
		    json_object_size(v)) == strtoul(arg, NULL, 10),
		    talloc_asprintf(ctx, "%s has %s members", rest, arg),
		    show(v));
	} else if (strcmp(word, "row") == 0)
		do_row(rest, arg);
	else if (strcmp(word, "save") == 0) {
		v = path_get(arg);
		if (v == NULL)
			die("nothing to save at", arg);
		json_object_set(vars, rest, v);
	} else if (strcmp(word, "same") == 0) {
		v = path_get(rest);
		result(json_equal(v, json_object_get(vars, arg)),
		    talloc_asprintf(ctx, "%s is what %s was", rest, arg),
		    show(v));
	} else if (strcmp(word, "event") == 0)
		do_event(rest);
	else
		die("unknown word", word);
}

static void
run_script(const char *path)
{
	struct err	 e = ERR_INIT;
	char		*text, **all, *one;
	size_t		 n, i;

	script = path;
	text = io_read_file(ctx, path, 1024 * 1024, NULL, &e);
	if (text == NULL)
		die("cannot read", e.msg);
	all = text_split(ctx, text, '\n', &n);
	for (i = 0; i < n; i++) {
		line_no = (int)i + 1;
		one = text_trim(ctx, all[i]);
		while (*one != '\0' && one[strlen(one) - 1] == '\\' &&
		    i + 1 < n) {
			one[strlen(one) - 1] = '\0';
			one = talloc_asprintf(ctx, "%s%s", one,
			    text_trim(ctx, all[++i]));
		}
		if (*one != '\0' && *one != '#')
			do_line(one);
	}
}

int
main(int argc, char **argv)
{
	struct line	*l;
	int		 i;

	if (argc < 3) {
		fprintf(stderr, "usage: common_rpcscript SOCKET SCRIPT...\n");
		return 2;
	}
	mem_init();
	ctx = talloc_new(NULL);
	vars = json_object();
	setvbuf(stdout, NULL, _IOLBF, 0);
	socket_path = argv[1];
	for (i = 2; i < argc; i++)
		run_script(argv[i]);
	printf("1..%d\n", tests);
	for (l = lines; l < lines + LINES_MAX && l->user != NULL; l++) {
		close(l->fd);
		json_decref(l->events);
	}
	json_decref(vars);
	json_decref(answer);
	talloc_free(ctx);
	return bad != 0;
}
