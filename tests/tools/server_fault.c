/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The client's side of fault tests. ADDRESS is HOST:PORT (TLS) or the path of
 * the Unix socket.
 *
 *	token SOCKET USER		logs in over the socket, prints the token
 *	pay ADDRESS TOKEN LINES DEPTH SECONDS NOTE LOG
 *		payments of 1000001 ... 1000100, DEPTH open on each line, one
 *		row of LOG for each `sent`, `ok` and `err`; prints counts
 *	settle ADDRESS TOKEN NOTE LOG
 *		asks again for every operation of LOG until the answer is
 *		definite; prints "OP NUMBER" or "OP code", and DIFFERS where
 *		LOG had another answer
 *	hold ADDRESS raw|tls|hello N SECONDS
 *		N lines that go no further; prints when they were closed
 *	deaf ADDRESS TOKEN METHOD PARAMS SECONDS
 *		asks and never reads; prints when the line was closed
 *	watch ADDRESS TOKEN TOPIC,TOPIC SECONDS
 *		prints what comes, and when (milliseconds since 1970)
 *	ask ADDRESS TOKEN METHOD PARAMS N CANCEL_MS DELAY_MS
 *		N requests at once, DELAY_MS after the session was taken up;
 *		unless CANCEL_MS is 0 the first and the last are cancelled
 *		after so long; prints code and time of each
 */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <openssl/ssl.h>

#include "base/clock.h"
#include "base/mem.h"
#include "wire/frame.h"
#include "wire/version.h"

#define DEPTH_MAX	32
#define ASK_MAX		64
#define ANSWER_MS	30000
#define LINES_MAX	1000

struct line {
	int	 fd;
	SSL	*ssl;
	char	*buf;			/* what came and was not taken */
	size_t	 have;
};

static SSL_CTX	*tls;
static int	 small_buffer;

static void
die(const char *why, const char *what)
{
	fprintf(stderr, "server_fault: %s %s\n", why, what);
	_exit(1);
}

static int
number(const char *s)
{
	return (int)strtol(s, NULL, 10);
}

static int
dial(const char *address)
{
	struct sockaddr_un	 sun = { .sun_family = AF_UNIX };
	struct addrinfo		 hints = { .ai_socktype = SOCK_STREAM }, *ai;
	char			*host = talloc_strdup(NULL, address);
	char			*port = strrchr(host, ':');
	int			 fd, one = 1, size = 4096, rc;

	if (*address == '/') {
		fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		memcpy(sun.sun_path, address,
		    strnlen(address, sizeof sun.sun_path - 1));
		rc = connect(fd, (struct sockaddr *)&sun, sizeof sun);
	} else {
		if (port == NULL)
			die("no port in", address);
		*port++ = '\0';
		if (getaddrinfo(host, port, &hints, &ai) != 0)
			die("no such address:", address);
		fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (small_buffer)
			setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size,
			    sizeof size);
		rc = connect(fd, ai->ai_addr, ai->ai_addrlen);
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
		freeaddrinfo(ai);
	}
	talloc_free(host);
	if (rc == -1) {
		close(fd);
		return -1;
	}
	return fd;
}

static void
line_close(struct line *l)
{
	if (l == NULL)
		return;
	if (l->ssl != NULL)
		SSL_free(l->ssl);
	close(l->fd);
	talloc_free(l);
}

/* Connected, and through the handshake where there is one; NULL: refused. */
static struct line *
line_dial(const char *address)
{
	int		 fd = dial(address);
	struct line	*l;

	if (fd == -1)
		return NULL;
	l = talloc_zero(NULL, struct line);
	l->fd = fd;
	if (*address == '/')
		return l;
	l->ssl = SSL_new(tls);
	SSL_set_fd(l->ssl, fd);
	if (SSL_connect(l->ssl) != 1) {
		line_close(l);
		return NULL;
	}
	return l;
}

static int
line_put(struct line *l, const void *data, size_t n)
{
	if (l->ssl != NULL)
		return SSL_write(l->ssl, data, (int)n) == (int)n ? 0 : -1;
	return send(l->fd, data, n, MSG_NOSIGNAL) == (ssize_t)n ? 0 : -1;
}

static int
line_send(struct line *l, json_t *msg)
{
	struct err	 e = ERR_INIT;
	size_t		 size;
	void		*frame = frame_build(NULL, msg, FRAME_UP, &size, &e);
	int		 rc;

	json_decref(msg);
	if (frame == NULL)
		die("cannot send:", e.msg);
	rc = line_put(l, frame, size);
	talloc_free(frame);
	return rc;
}

/* More bytes within ms: 1 yes, 0 none came, -1 the line is gone. */
static int
line_fill(struct line *l, int ms)
{
	struct pollfd	 p = { l->fd, POLLIN, 0 };
	char		 part[16384];
	int		 n;

	if (l->ssl == NULL || SSL_pending(l->ssl) == 0) {
		n = poll(&p, 1, ms);
		if (n <= 0)
			return n == -1 && errno != EINTR ? -1 : 0;
	}
	if (l->ssl != NULL)
		n = SSL_read(l->ssl, part, sizeof part);
	else
		n = (int)recv(l->fd, part, sizeof part, 0);
	if (n <= 0)
		return -1;
	l->buf = talloc_realloc(l, l->buf, char, l->have + (size_t)n);
	memcpy(l->buf + l->have, part, (size_t)n);
	l->have += (size_t)n;
	return 1;
}

/* The next message within ms; NULL with *gone or because none came. */
static json_t *
line_get(struct line *l, int ms, bool *gone)
{
	int64_t		 end = clock_mono_ms() + ms, left;
	struct err	 e = ERR_INIT;
	json_t		*msg;
	size_t		 size = 0;
	int		 rc;

	*gone = false;
	while (frame_peek(l->buf, l->have, FRAME_DOWN, &size, &e) != 1) {
		left = end - clock_mono_ms();
		rc = line_fill(l, left > 0 ? (int)left : 0);
		*gone = rc == -1;
		if (rc == -1 || (rc == 0 && left <= 0))
			return NULL;
	}
	msg = frame_parse(l->buf + 4, size - 4, &e);
	if (msg == NULL)
		die("the server sent nonsense:", e.msg);
	l->have -= size;
	memmove(l->buf, l->buf + size, l->have);
	return msg;
}

static json_t *
request(int id, const char *method, json_t *params)
{
	return json_pack("{s:s,s:i,s:s,s:o}", "k", "req", "id", id, "m",
	    method, "p", params);
}

static int
line_hello(struct line *l)
{
	json_t	*msg;
	bool	 gone;

	if (line_send(l, json_pack("{s:s,s:i,s:i,s:s,s:s}", "k", "hello",
	    "proto", WIRE_PROTO, "min", WIRE_MIN, "app", "fault", "lang",
	    "id")) == -1)
		return -1;
	msg = line_get(l, ANSWER_MS, &gone);
	json_decref(msg);
	return msg != NULL ? 0 : -1;
}

/* The answer to that request, events left out; NULL: the line is gone. */
static json_t *
line_answer(struct line *l, int id)
{
	json_t	*msg;
	bool	 gone;

	while ((msg = line_get(l, ANSWER_MS, &gone)) != NULL) {
		if (json_integer_value(json_object_get(msg, "id")) == id)
			return msg;
		json_decref(msg);
	}
	return NULL;
}

static const char *
code_of(const json_t *msg)
{
	const char	*code = json_string_value(json_object_get(
			    json_object_get(msg, "e"), "code"));

	return msg == NULL ? "gone" : code != NULL ? code : "ok";
}

/* A line on which that session is taken up; tries for some seconds. */
static struct line *
line_session(const char *address, const char *token)
{
	int64_t		 end = clock_mono_ms() + 20000;
	struct line	*l;
	json_t		*msg;

	for (;;) {
		l = line_dial(address);
		if (l != NULL && line_hello(l) == 0 && line_send(l,
		    request(1, "session.resume", json_pack("{s:s}", "token",
		    token))) == 0) {
			msg = line_answer(l, 1);
			if (strcmp(code_of(msg), "ok") == 0) {
				json_decref(msg);
				return l;
			}
			if (strcmp(code_of(msg), "not_logged_in") == 0)
				die("the session", "ended");
			json_decref(msg);
		}
		line_close(l);
		if (clock_mono_ms() > end)
			die("no line to", address);
		poll(NULL, 0, 100);
	}
}

static int
cmd_token(char **arg)
{
	struct line	*l = line_dial(arg[0]);
	json_t		*msg;

	if (l == NULL || line_hello(l) == -1)
		die("no line to", arg[0]);
	line_send(l, request(1, "session.login", json_pack("{s:s,s:s}", "name",
	    arg[1], "password", "")));
	msg = line_answer(l, 1);
	if (strcmp(code_of(msg), "ok") != 0)
		die("login:", code_of(msg));
	printf("%s\n", json_string_value(json_object_get(json_object_get(msg,
	    "r"), "token")));
	json_decref(msg);
	line_close(l);
	return 0;
}

/* ---------------------------------------------------------------- payments */

struct pay {
	char	op[37];
	int	customer, amount;
};

static void
pay_new(struct pay *p)
{
	unsigned char	b[16];

	if (getrandom(b, sizeof b, 0) != sizeof b)
		die("no random bytes", "");
	snprintf(p->op, sizeof p->op, "%02x%02x%02x%02x-%02x%02x-4%x%02x-"
	    "a%x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1], b[2], b[3], b[4],
	    b[5], b[6] & 15, b[7], b[8] & 15, b[9], b[10], b[11], b[12], b[13],
	    b[14], b[15]);
	p->customer = 1000001 + b[0] % 100;
	p->amount = 1000 + b[1];
}

static json_t *
pay_params(const struct pay *p, const char *note)
{
	char	customer[16];

	snprintf(customer, sizeof customer, "%d", p->customer);
	return json_pack("{s:s,s:s,s:s,s:i,s:s}", "op_id", p->op, "customer",
	    customer, "method", "cash", "tendered", p->amount, "note", note);
}

/* One row, in one write: many lines share the file. */
static void
log_row(int fd, const char *what, const struct pay *p, const char *detail)
{
	char	row[200];
	int	n = snprintf(row, sizeof row, "%s %s %d %d %s\n", what, p->op,
		    p->customer, p->amount, detail);

	if (write(fd, row, (size_t)n) != n)
		die("cannot write", "the log");
}

static void
pay_line(const char *address, const char *token, int depth, int seconds,
    const char *note, int log)
{
	struct line	*l = line_session(address, token);
	struct pay	 open[DEPTH_MAX];
	int64_t		 end = clock_mono_ms() + (int64_t)seconds * 1000;
	int		 i, id, n = 0, ids[DEPTH_MAX], next = 2;
	const char	*paid;
	json_t		*msg;
	bool		 gone = false;

	while (!gone) {
		while (n < depth && clock_mono_ms() < end) {
			pay_new(&open[n]);
			ids[n] = next++;
			/* On paper before it can happen. */
			log_row(log, "sent", &open[n], "-");
			gone = line_send(l, request(ids[n], "payment.take",
			    pay_params(&open[n], note))) == -1;
			n++;
			if (gone)
				return;
		}
		if (n == 0 || (msg = line_get(l, ANSWER_MS, &gone)) == NULL)
			break;
		id = (int)json_integer_value(json_object_get(msg, "id"));
		for (i = 0; i < n && ids[i] != id; i++)
			;
		if (i == n) {
			json_decref(msg);
			continue;
		}
		paid = json_string_value(json_object_get(json_object_get(
		    msg, "r"), "number"));
		log_row(log, paid != NULL ? "ok" : "err", &open[i],
		    paid != NULL ? paid : code_of(msg));
		if (paid == NULL)
			poll(NULL, 0, 20);
		open[i] = open[--n];
		ids[i] = ids[n];
		json_decref(msg);
	}
	line_close(l);
}

static int
cmd_pay(char **arg)
{
	int	lines = number(arg[2]), i, log, status, rc = 0;

	log = open(arg[6], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (log == -1)
		die("cannot write", arg[6]);
	for (i = 0; i < lines; i++)
		if (fork() == 0) {
			pay_line(arg[0], arg[1], number(arg[3]),
			    number(arg[4]), arg[5], log);
			_exit(0);
		}
	while (wait(&status) > 0)
		if (status != 0)
			rc = 1;
	close(log);
	return rc;
}

static bool
temporary(const char *code)
{
	static const char *const codes[] = { "busy", "unavailable", "timeout",
	    "gone", NULL };
	int	i;

	for (i = 0; codes[i] != NULL; i++)
		if (strcmp(codes[i], code) == 0)
			return true;
	return false;
}

/* The definite answer of one operation, into what. */
static struct line *
settle_one(struct line *l, const char *address, const char *token,
    const struct pay *p, const char *note, char what[64])
{
	int64_t		 end = clock_mono_ms() + ANSWER_MS;
	const char	*paid;
	json_t		*msg;

	for (;;) {
		if (l == NULL)
			l = line_session(address, token);
		msg = NULL;
		if (line_send(l, request(2, "payment.take", pay_params(p,
		    note))) == 0)
			msg = line_answer(l, 2);
		paid = json_string_value(json_object_get(json_object_get(
		    msg, "r"), "number"));
		snprintf(what, 64, "%s", paid != NULL ? paid :
		    code_of(msg));
		if (msg == NULL) {
			line_close(l);
			l = NULL;
		}
		json_decref(msg);
		if (!temporary(what) || clock_mono_ms() > end)
			return l;
		poll(NULL, 0, 100);
	}
}

static int
cmd_settle(char **arg)
{
	FILE		*f = fopen(arg[3], "re");
	json_t		*ops = json_object(), *was, *op;
	struct line	*l = NULL;
	struct pay	 p;
	const char	*key;
	char		 row[200], what[16], detail[64];

	if (f == NULL)
		die("cannot read", arg[3]);
	while (fgets(row, sizeof row, f) != NULL) {
		if (sscanf(row, "%15s %36s %d %d %63s", what, p.op,
		    &p.customer, &p.amount, detail) != 5)
			continue;
		json_object_set_new(ops, p.op, json_pack("{s:i,s:i,s:s}", "c",
		    p.customer, "a", p.amount, "was", strcmp(what, "ok") == 0 ?
		    detail : ""));
	}
	fclose(f);
	json_object_foreach(ops, key, op) {
		snprintf(p.op, sizeof p.op, "%s", key);
		p.customer = (int)json_integer_value(json_object_get(op, "c"));
		p.amount = (int)json_integer_value(json_object_get(op, "a"));
		l = settle_one(l, arg[0], arg[1], &p, arg[2], detail);
		was = json_object_get(op, "was");
		printf("%s %s%s\n", p.op, detail,
		    json_string_length(was) > 0 &&
		    strcmp(json_string_value(was), detail) != 0 ? " DIFFERS" :
		    "");
	}
	json_decref(ops);
	line_close(l);
	return 0;
}

/* ---------------------------------------------------------------- the idle */

/* Waits until each of them was closed; prints how many and when. */
static void
hold_wait(struct pollfd *p, int n, int opened, int seconds)
{
	int64_t	start = clock_mono_ms(), first = -1, last = -1, now;
	char	part[4096];
	int	i, left = 0;

	for (i = 0; i < n; i++)
		left += p[i].fd != -1;
	while (left > 0 && (now = clock_mono_ms() - start) < seconds * 1000) {
		if (poll(p, (nfds_t)n, 200) <= 0)
			continue;
		for (i = 0; i < n; i++) {
			if (p[i].fd == -1 || p[i].revents == 0 ||
			    recv(p[i].fd, part, sizeof part, MSG_DONTWAIT) > 0)
				continue;
			close(p[i].fd);
			p[i].fd = -1;
			left--;
			last = clock_mono_ms() - start;
			if (first == -1)
				first = last;
		}
	}
	printf("{\"opened\":%d,\"left\":%d,\"first_ms\":%lld,"
	    "\"last_ms\":%lld}\n", opened, left, (long long)first,
	    (long long)last);
}

static int
cmd_hold(char **arg)
{
	struct pollfd	*p;
	struct line	*l;
	int		 n = number(arg[2]), i, opened = 0;

	p = talloc_zero_array(NULL, struct pollfd, (unsigned)n);
	for (i = 0; i < n; i++) {
		p[i].events = POLLIN;
		if (strcmp(arg[1], "raw") == 0) {
			p[i].fd = dial(arg[0]);
		} else {
			l = line_dial(arg[0]);
			if (l != NULL && strcmp(arg[1], "hello") == 0 &&
			    line_hello(l) == -1) {
				line_close(l);
				l = NULL;
			}
			/* The descriptor is all that is left of it. */
			p[i].fd = l != NULL ? l->fd : -1;
		}
		opened += p[i].fd != -1;
	}
	printf("open\n");
	hold_wait(p, n, opened, number(arg[3]));
	talloc_free(p);
	_exit(0);	/* the halves of lines are no leak */
}

static int
cmd_deaf(char **arg)
{
	struct line	*l;
	int64_t		 start, end, ended = -1;
	struct pollfd	 p;
	int		 sent = 0, id = 2;

	small_buffer = 1;
	l = line_session(arg[0], arg[1]);
	start = clock_mono_ms();
	end = start + (int64_t)number(arg[4]) * 1000;
	fcntl(l->fd, F_SETFL, fcntl(l->fd, F_GETFL) | O_NONBLOCK);
	p = (struct pollfd){ l->fd, POLLOUT, 0 };
	while (clock_mono_ms() < end) {
		if (poll(&p, 1, 100) == 1 && (p.revents & (POLLERR | POLLHUP)))
			break;
		if (!(p.revents & POLLOUT) || line_send(l, request(id++,
		    arg[2], json_loads(arg[3], 0, NULL))) == -1)
			poll(NULL, 0, 100);
		else
			sent++;
		poll(NULL, 0, 5);
	}
	if (clock_mono_ms() < end)
		ended = clock_mono_ms() - start;
	printf("{\"sent\":%d,\"ended_ms\":%lld}\n", sent, (long long)ended);
	line_close(l);
	return 0;
}

/* ---------------------------------------------------------------- the rest */

static int
cmd_watch(char **arg)
{
	struct line	*l = line_session(arg[0], arg[1]);
	int64_t		 end = clock_mono_ms() +
			    (int64_t)number(arg[3]) * 1000;
	json_t		*topics = json_array(), *msg;
	char		*list = talloc_strdup(l, arg[2]), *p, *comma, *text;
	struct timespec	 at;
	bool		 gone = false;

	for (p = list; p != NULL; p = comma) {
		comma = strchr(p, ',');
		if (comma != NULL)
			*comma++ = '\0';
		json_array_append_new(topics, json_string(p));
	}
	line_send(l, request(2, "event.watch", json_pack("{s:o}", "topics",
	    topics)));
	msg = line_answer(l, 2);
	printf("%s\n", code_of(msg));
	json_decref(msg);
	while (!gone && clock_mono_ms() < end) {
		msg = line_get(l, 200, &gone);
		if (msg == NULL)
			continue;
		text = json_text(l, msg);
		clock_gettime(CLOCK_REALTIME, &at);
		printf("%lld%03ld %s\n", (long long)at.tv_sec,
		    at.tv_nsec / 1000000, text);
		talloc_free(text);
		json_decref(msg);
	}
	printf("%s\n", gone ? "gone" : "end");
	line_close(l);
	return 0;
}

static int
cmd_ask(char **arg)
{
	struct line	*l = line_session(arg[0], arg[1]);
	int		 n = number(arg[4]), cancel_ms = number(arg[5]);
	int		 i, id, left = n;
	int64_t		 start[ASK_MAX];
	json_t		*msg;
	bool		 gone;

	if (n < 1 || n > ASK_MAX)
		return 2;
	poll(NULL, 0, number(arg[6]));
	for (i = 0; i < n; i++) {
		start[i] = clock_mono_ms();
		line_send(l, request(i + 2, arg[2],
		    json_loads(arg[3], 0, NULL)));
	}
	if (cancel_ms > 0) {
		poll(NULL, 0, cancel_ms);
		for (i = 0; i < n; i += n > 1 ? n - 1 : 1) {
			start[i] = clock_mono_ms();
			line_send(l, json_pack("{s:s,s:i}", "k", "cancel",
			    "id", i + 2));
		}
	}
	while (left > 0 && (msg = line_get(l, ANSWER_MS, &gone)) != NULL) {
		id = (int)json_integer_value(json_object_get(msg, "id")) - 2;
		if (id >= 0 && id < n) {
			left--;
			printf("%d %s %lld\n", id + 1, code_of(msg),
			    (long long)(clock_mono_ms() - start[id]));
		}
		json_decref(msg);
	}
	if (left > 0)
		printf("- gone %d\n", left);
	line_close(l);
	return 0;
}

int
main(int argc, char **argv)
{
	static const struct {
		const char	*name;
		int		 args;
		int		(*run)(char **);
	} commands[] = {
		{ "token", 2, cmd_token }, { "pay", 7, cmd_pay },
		{ "settle", 4, cmd_settle }, { "hold", 4, cmd_hold },
		{ "deaf", 5, cmd_deaf }, { "watch", 4, cmd_watch },
		{ "ask", 7, cmd_ask },
	};
	size_t	i;
	int	rc;

	mem_init();
	signal(SIGPIPE, SIG_IGN);
	setvbuf(stdout, NULL, _IOLBF, 0);
	tls = SSL_CTX_new(TLS_client_method());
	for (i = 0; argc > 1 && i < sizeof commands / sizeof commands[0]; i++)
		if (strcmp(argv[1], commands[i].name) == 0 &&
		    argc == commands[i].args + 2) {
			rc = commands[i].run(argv + 2);
			SSL_CTX_free(tls);
			return rc;
		}
	fprintf(stderr, "server_fault: see the head of its source\n");
	return 2;
}
