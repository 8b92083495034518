/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A closed loop of requests over TLS, one process a line, for the bench.
 * Usage: server_load HOST:PORT USER PASSWORD-FILE LINES SECONDS METHOD PARAMS
 * The first line logs in, the others resume its session. METHOD "token" only
 * prints the token, METHOD "idle" keeps the lines open for SECONDS.
 *
 * PARAMS is JSON in which $uuid is a fresh operation id and $rand:LO:HI a
 * number. Prints {lines, calls, errors, per_s, p50_us, p99_us, max_us}.
 */
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/ssl.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "wire/frame.h"
#include "wire/version.h"

#define CALLS_MAX	2000000

struct tally {
	uint32_t	n, errors;
	uint32_t	us[CALLS_MAX];
	char		error[200];
};

static const char	*address, *method, *template;
static char		*token;
static int		 seconds;

static void
die(const char *why)
{
	fprintf(stderr, "server_load: %s\n", why);
	_exit(1);
}

static SSL *
line_open(void)
{
	struct addrinfo	 hints = { .ai_socktype = SOCK_STREAM }, *ai;
	char		*host = talloc_strdup(NULL, address), *port = strrchr(host, ':');
	SSL_CTX		*ctx = SSL_CTX_new(TLS_client_method());
	SSL		*ssl = SSL_new(ctx);
	int		 fd, one = 1;

	*port++ = '\0';
	if (getaddrinfo(host, port, &hints, &ai) != 0)
		die("no such address");
	fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (connect(fd, ai->ai_addr, ai->ai_addrlen) == -1)
		die("cannot connect");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	SSL_set_fd(ssl, fd);
	if (SSL_connect(ssl) != 1)
		die("no TLS");
	freeaddrinfo(ai);
	return ssl;
}

static void
line_write(SSL *ssl, const char *text)
{
	size_t	 n = strlen(text);
	uint8_t	*frame = talloc_size(NULL, n + 4);

	frame_header(frame, n);
	memcpy(frame + 4, text, n);
	if (SSL_write(ssl, frame, (int)n + 4) <= 0)
		die("line broke");
	talloc_free(frame);
}

static void
line_exact(SSL *ssl, void *to, size_t n)
{
	int	k;

	while (n > 0) {
		k = SSL_read(ssl, to, n > 65536 ? 65536 : (int)n);
		if (k <= 0)
			die("line broke");
		to = (char *)to + k;
		n -= (size_t)k;
	}
}

/* The next frame's text. */
static char *
line_read(SSL *ssl)
{
	uint8_t	 head[4];
	size_t	 n;
	char	*text;

	line_exact(ssl, head, 4);
	n = (size_t)head[0] << 24 | (size_t)head[1] << 16 |
	    (size_t)head[2] << 8 | head[3];
	text = talloc_size(NULL, n + 1);
	line_exact(ssl, text, n);
	text[n] = '\0';
	return text;
}

static char *
params_make(void)
{
	char		*out = talloc_strdup(NULL, "");
	const char	*p = template, *d;
	unsigned char	 b[16];
	long		 lo, hi;
	char		*end;

	while ((d = strchr(p, '$')) != NULL) {
		out = talloc_strndup_append_buffer(out, p, (size_t)(d - p));
		if (getrandom(b, sizeof b, 0) != sizeof b)
			die("no random bytes");
		if (strncmp(d, "$uuid", 5) == 0) {
			out = talloc_asprintf_append_buffer(out,
			    "%02x%02x%02x%02x-%02x%02x-4%x%02x-a%x%02x-"
			    "%02x%02x%02x%02x%02x%02x", b[0], b[1], b[2],
			    b[3], b[4], b[5], b[6] & 15, b[7], b[8] & 15,
			    b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
			p = d + 5;
		} else if (strncmp(d, "$rand:", 6) == 0) {
			uint64_t r;
			lo = strtol(d + 6, &end, 10);
			hi = strtol(end + 1, &end, 10);
			memcpy(&r, b, sizeof r);
			out = talloc_asprintf_append_buffer(out, "%ld", lo +
			    (long)(r % (uint64_t)(hi - lo + 1)));
			p = end;
		} else
			die("unknown $ in PARAMS");
	}
	return talloc_strdup_append_buffer(out, p);
}

static void
line_hello(SSL *ssl)
{
	char	*msg;

	msg = talloc_asprintf(NULL, "{\"k\":\"hello\",\"proto\":%d,\"min\":%d,"
	    "\"app\":\"load\",\"lang\":\"id\"}", WIRE_PROTO, WIRE_MIN);
	line_write(ssl, msg);
	talloc_free(msg);
	talloc_free(line_read(ssl));
}

static void
login(const char *user, const char *file)
{
	SSL		*ssl = line_open();
	struct err	 e = ERR_INIT;
	char		*password = io_read_file(NULL, file, 1024, NULL, &e);
	char		*text;
	json_t		*msg;

	if (password == NULL)
		die(e.msg);
	password[strcspn(password, "\n")] = '\0';
	line_hello(ssl);
	line_write(ssl, talloc_asprintf(NULL, "{\"k\":\"req\",\"id\":1,\"m\":"
	    "\"session.login\",\"p\":{\"name\":\"%s\",\"password\":\"%s\"}}",
	    user, password));
	text = line_read(ssl);
	msg = json_loads(text, 0, NULL);
	token = talloc_strdup(NULL, json_is_object(json_object_get(msg, "r")) ?
	    json_string_value(json_object_get(json_object_get(msg, "r"),
	    "token")) : "");
	if (*token == '\0')
		die(text);
	json_decref(msg);
	SSL_free(ssl);
}

static void
line_run(struct tally *t)
{
	SSL	*ssl = line_open();
	char	*text, *params, *msg;
	int64_t	 end, start;
	int	 id = 1;

	line_hello(ssl);
	msg = talloc_asprintf(NULL, "{\"k\":\"req\",\"id\":1,\"m\":"
	    "\"session.resume\",\"p\":{\"token\":\"%s\"}}", token);
	line_write(ssl, msg);
	text = line_read(ssl);
	if (strstr(text, "\"res\"") == NULL)
		die(text);
	if (strcmp(method, "idle") == 0) {
		sleep((unsigned)seconds);
		return;
	}
	end = clock_mono_us() + (int64_t)seconds * 1000000;
	while ((start = clock_mono_us()) < end && t->n < CALLS_MAX) {
		params = params_make();
		msg = talloc_asprintf(NULL, "{\"k\":\"req\",\"id\":%d,\"m\":"
		    "\"%s\",\"p\":%s}", ++id, method, params);
		start = clock_mono_us();
		line_write(ssl, msg);
		do {
			text = line_read(ssl);
			if (strncmp(text, "{\"k\":\"evt\"", 10) != 0)
				break;
			talloc_free(text);
		} while (1);
		t->us[t->n++] = (uint32_t)(clock_mono_us() - start);
		if (strncmp(text, "{\"k\":\"res\"", 10) != 0) {
			t->errors++;
			snprintf(t->error, sizeof t->error, "%s", text);
		}
		talloc_free(text);
		talloc_free(msg);
		talloc_free(params);
	}
}

static int
compare(const void *a, const void *b)
{
	uint32_t	x, y;

	memcpy(&x, a, sizeof x);
	memcpy(&y, b, sizeof y);
	return x < y ? -1 : x > y;
}

int
main(int argc, char **argv)
{
	struct tally	**t;
	uint32_t	 *all;
	size_t		  n = 0, errors = 0;
	const char	 *error = "";
	int		  i, lines, status, rc = 0;

	if (argc != 8) {
		fprintf(stderr, "usage: server_load HOST:PORT USER "
		    "PASSWORD-FILE LINES SECONDS METHOD PARAMS\n");
		return 2;
	}
	mem_init();
	address = argv[1];
	lines = (int)strtol(argv[4], NULL, 10);
	seconds = (int)strtol(argv[5], NULL, 10);
	method = argv[6];
	template = argv[7];
	if (lines < 1 || lines > 1000 || seconds < 1)
		return 2;
	login(argv[2], argv[3]);
	if (strcmp(method, "token") == 0) {
		printf("%s\n", token);
		return 0;
	}
	t = talloc_array(NULL, struct tally *, (unsigned)lines);
	for (i = 0; i < lines; i++) {
		t[i] = mmap(NULL, sizeof **t, PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		if (t[i] == MAP_FAILED)
			die("out of memory");
		if (fork() == 0) {
			line_run(t[i]);
			_exit(0);
		}
	}
	while (wait(&status) > 0)
		if (status != 0)
			rc = 1;
	for (i = 0; i < lines; i++) {
		n += t[i]->n;
		errors += t[i]->errors;
		if (t[i]->errors > 0)
			error = t[i]->error;
	}
	all = talloc_array(t, uint32_t, (unsigned)n + 1);
	for (i = 0, n = 0; i < lines; i++) {
		memcpy(all + n, t[i]->us, t[i]->n * sizeof *all);
		n += t[i]->n;
	}
	qsort(all, n, sizeof *all, compare);
	printf("{\"lines\":%d,\"calls\":%zu,\"errors\":%zu,\"per_s\":%zu,"
	    "\"p50_us\":%u,\"p99_us\":%u,\"max_us\":%u}\n", lines, n, errors,
	    n / (size_t)seconds, n ? all[n / 2] : 0, n ? all[n * 99 / 100] : 0,
	    n ? all[n - 1] : 0);
	if (errors > 0)
		fprintf(stderr, "server_load: last error: %s\n", error);
	talloc_free(t);
	return rc;
}
