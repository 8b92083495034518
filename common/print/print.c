/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "print/print.h"

#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "api/field.h"
#include "base/clock.h"
#include "base/text.h"
#include "print/transport.h"

#define HOST_MAX	253
#define QUEUE_MAX	127
#define NOTHING_SENT	0

static const char *const	no_reasons[] = { NULL };

const char *
print_state_text(enum print_state s)
{
	static const char *const	texts[] = {
		[PRINT_CONNECTING] = N_("connecting"),
		[PRINT_SENDING] = N_("sending"),
		[PRINT_SENT] = N_("sent"),
		[PRINT_DONE] = N_("done"),
		[PRINT_ABORTED] = N_("aborted"),
		[PRINT_CANCELLED] = N_("cancelled"),
		[PRINT_HELD] = N_("held"),
		[PRINT_STOPPED] = N_("stopped"),
		[PRINT_UNKNOWN] = N_("unknown"),
	};

	return texts[s];
}

/* ------------------------------------------------------------------ URI */

static int
bad_uri(struct err *e, const char *what)
{
	return err_field(e, "to", "format", "%s", what);
}

/* A name or address as the resolver takes it, nothing an option could be. */
static bool
host_ok(const char *h, bool bracketed)
{
	size_t		 n = strlen(h);
	const char	*p;

	if (n == 0 || n > HOST_MAX || *h == '-' || *h == '.')
		return false;
	for (p = h; *p != '\0'; p++) {
		if (bracketed ? isxdigit((unsigned char)*p) || *p == ':' ||
		    *p == '.' : isalnum((unsigned char)*p) || *p == '-' ||
		    *p == '.' || *p == '_')
			continue;
		return false;
	}
	return true;
}

/* HOST[:PORT] of len bytes. */
static int
parse_host(TALLOC_CTX *ctx, const char *s, size_t len,
    struct print_target *t, struct err *e)
{
	char	*h = talloc_strndup(ctx, s, len), *port = NULL, *end;
	bool	 bracketed = *h == '[';

	if (bracketed) {
		h++;
		end = strchr(h, ']');
		if (end == NULL)
			return bad_uri(e, N_("the printer's address is not "
			    "complete"));
		*end = '\0';
		if (end[1] == ':')
			port = end + 2;
		else if (end[1] != '\0')
			return bad_uri(e, N_("this is no host name"));
	} else {
		port = strchr(h, ':');
		if (port != NULL)
			*port++ = '\0';
	}
	if (!host_ok(h, bracketed))
		return bad_uri(e, N_("this is no host name"));
	if (port != NULL) {
		for (end = port; isdigit((unsigned char)*end); end++)
			t->port = t->port * 10 + (*end - '0');
		if (*end != '\0' || end == port || end - port > 5 ||
		    t->port < 1 || t->port > 65535)
			return bad_uri(e, N_("a port is a number from 1 to "
			    "65535"));
	}
	t->host = talloc_strdup(ctx, h);
	return 0;
}

static bool
queue_ok(const char *q)
{
	const char	*p;

	if (strlen(q) > QUEUE_MAX)
		return false;
	for (p = q; *p != '\0'; p++)
		if ((unsigned char)*p <= ' ' || *p == 0x7f ||
		    strchr("/\\?'\"#%", *p) != NULL)
			return false;
	return text_utf8_valid(q, strlen(q));
}

static int
parse_cups(TALLOC_CTX *ctx, const char *rest, struct print_target *t,
    bool need_queue, struct err *e)
{
	const char	*slash = strchr(rest, '/');

	t->scheme = PRINT_CUPS;
	if (slash == NULL)
		return bad_uri(e, N_("the name of the print queue is missing"));
	if (slash > rest && parse_host(ctx, rest, (size_t)(slash - rest), t,
	    e) == -1)
		return -1;
	if (!queue_ok(slash + 1))
		return bad_uri(e, N_("this is no name of a print queue"));
	if (need_queue && slash[1] == '\0')
		return bad_uri(e, N_("the name of the print queue is missing"));
	t->queue = talloc_strdup(ctx, slash + 1);
	return 0;
}

static int
parse(TALLOC_CTX *ctx, const char *uri, struct print_target *t,
    bool need_queue, struct err *e)
{
	const char	*rest;
	size_t		 n;

	memset(t, 0, sizeof(*t));
	if (strlen(uri) > 4096 || !text_is_clean(uri))
		return bad_uri(e, N_("this is no address of a printer"));
	if (strncmp(uri, "cups://", 7) == 0)
		return parse_cups(ctx, uri + 7, t, need_queue, e);
	if (strncmp(uri, "tcp://", 6) == 0) {
		rest = uri + 6;
		n = strlen(rest);
		if (n > 0 && rest[n - 1] == '/')
			n--;
		t->scheme = PRINT_TCP;
		return parse_host(ctx, rest, n, t, e);
	}
	if (strncmp(uri, "file:", 5) == 0) {
		rest = uri + 5;
		if (strncmp(rest, "//", 2) == 0)
			rest += 2;
		t->scheme = PRINT_FILE;
		if (*rest != '/' || rest[1] == '\0')
			return bad_uri(e, N_("a file needs its whole path"));
		t->path = talloc_strdup(ctx, rest);
		return 0;
	}
	return bad_uri(e, N_("a printer is cups://HOST/QUEUE, tcp://HOST or "
	    "file:/PATH"));
}

int
print_uri_parse(TALLOC_CTX *ctx, const char *uri, struct print_target *t,
    struct err *e)
{
	return parse(ctx, uri, t, true, e);
}

/* ---------------------------------------------------- shared by transports */

void
print_tell(struct print_job *j, enum print_state s)
{
	j->now.state = s;
	if (j->cb != NULL)
		j->cb(j->arg, &j->now);
}

void
print_sleep(int ms)
{
	struct timespec	ts = { ms / 1000, (long)(ms % 1000) * 1000000 };

	while (nanosleep(&ts, &ts) == -1 && errno == EINTR)
		continue;
}

int
print_wait(struct print_job *j, short events, struct err *e)
{
	struct pollfd	p = { .fd = j->fd, .events = events };
	int64_t		left;
	int		n;

	for (;;) {
		left = j->deadline - clock_mono_ms();
		if (left <= 0) {
			if (j->now.sent == NOTHING_SENT)
				return err_set(e, ERR_TIMEOUT, "%s",
				    N_("the printer takes no data"));
			return err_set(e, ERR_TIMEOUT,
			    "the printer stopped taking data after %zu of "
			    "%zu bytes", j->now.sent, j->now.total);
		}
		n = poll(&p, 1, left > 1000 ? 1000 : (int)left);
		if (n > 0)
			return 0;
		if (n == -1 && errno != EINTR)
			return err_set(e, ERR_IO, "poll: %s", strerror(errno));
	}
}

/* What an errno of a write means at a printer. */
static int
write_failed(struct print_job *j, int error, struct err *e)
{
	const char	*what;

	switch (error) {
	case ENOSPC:
		/* The kernel's USB printer driver says so of paper. */
		what = j->device ? N_("the printer is out of paper") :
		    N_("the disk is full");
		break;
	case EPIPE:
	case ECONNRESET:
		what = N_("the printer closed the connection");
		break;
	case ENODEV:
	case ENXIO:
		what = N_("the printer was unplugged");
		break;
	case EIO:
		what = N_("the printer reports a fault");
		break;
	default:
		what = strerror(error);
	}
	if (j->now.sent == NOTHING_SENT)
		return err_set(e, ERR_IO, "%s", what);
	return err_set(e, ERR_IO, "%s (after %zu of %zu bytes)", what,
	    j->now.sent, j->now.total);
}

static int
pump_part(struct print_job *j, const unsigned char *p, size_t len,
    struct err *e)
{
	size_t	want;
	ssize_t	n;

	while (len > 0) {
		if (print_wait(j, POLLOUT, e) == -1)
			return -1;
		want = j->opt.chunk > 0 && j->opt.chunk < len ?
		    j->opt.chunk : len;
		n = write(j->fd, p, want);
		if (n == -1 && (errno == EAGAIN || errno == EINTR)) {
			/* A device may claim to be ready and not be. */
			print_sleep(10);
			continue;
		}
		if (n == -1)
			return write_failed(j, errno, e);
		p += n;
		len -= (size_t)n;
		j->now.sent += (size_t)n;
		print_tell(j, PRINT_SENDING);
		if (len > 0 && j->opt.delay_ms > 0)
			print_sleep(j->opt.delay_ms);
	}
	return 0;
}

int
print_pump(struct print_job *j, struct err *e)
{
	j->now.total = j->opt.preamble_len + j->len;
	if (pump_part(j, j->opt.preamble, j->opt.preamble_len, e) == -1)
		return -1;
	return pump_part(j, j->bytes, j->len, e);
}

/* ----------------------------------------------------------------- entry */

static void
fill_options(struct print_job *j, const struct print_options *opt)
{
	if (opt != NULL)
		j->opt = *opt;
	if (j->opt.connect_ms <= 0)
		j->opt.connect_ms = 5000;
	if (j->opt.total_ms <= 0)
		j->opt.total_ms = 60000;
	if (j->opt.watch_ms == 0)
		j->opt.watch_ms = 20000;
	if (j->opt.linger_ms <= 0)
		j->opt.linger_ms = j->opt.delay_ms > 0 ? 1000 : 0;
	if (j->opt.preamble == NULL)
		j->opt.preamble_len = 0;
	if (j->opt.title == NULL)
		j->opt.title = "jabbar";
}

int
print_send(const char *uri, const void *bytes, size_t len,
    const struct print_options *opt, print_progress_fn *cb, void *arg,
    struct err *e)
{
	struct sigaction	 ignore = { .sa_handler = SIG_IGN }, old;
	struct print_target	 t;
	struct print_job	 j;
	int			 rc = -1;

	memset(&j, 0, sizeof(j));
	j.ctx = talloc_new(NULL);
	j.target = &t;
	j.bytes = bytes;
	j.len = len;
	j.cb = cb;
	j.arg = arg;
	j.fd = -1;
	j.now.message = "";
	j.now.reasons = no_reasons;
	j.now.total = len;
	fill_options(&j, opt);
	if (print_uri_parse(j.ctx, uri, &t, e) == -1)
		goto out;
	j.deadline = clock_mono_ms() + j.opt.total_ms;
	/* A peer that goes away must end the job, not this process. */
	sigaction(SIGPIPE, &ignore, &old);
	switch (t.scheme) {
	case PRINT_CUPS:
		rc = print_cups(&j, e);
		break;
	case PRINT_TCP:
		rc = print_tcp(&j, e);
		break;
	case PRINT_FILE:
		rc = print_file(&j, e);
		break;
	}
	sigaction(SIGPIPE, &old, NULL);
	if (j.fd != -1)
		close(j.fd);
out:
	talloc_free(j.ctx);
	return rc;
}

int
print_list(TALLOC_CTX *ctx, const char *uri, struct print_queue **out,
    size_t *n, struct err *e)
{
	struct print_target	 t;
	TALLOC_CTX		*tmp = talloc_new(NULL);
	int			 rc;

	*out = NULL;
	*n = 0;
	rc = parse(tmp, uri, &t, false, e);
	if (rc == 0 && t.scheme != PRINT_CUPS)
		rc = bad_uri(e, N_("only a CUPS server has queues"));
	if (rc == 0)
		rc = print_cups_list(ctx, &t, out, n, e);
	talloc_free(tmp);
	return rc;
}
