/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "paper.h"

#include <sys/socket.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <unistd.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <openssl/evp.h>

#include "i18n.h"
#include "wire/frame.h"

/*
 * Every job goes to the helper at once; it works them off one by one and the
 * pipe is the queue. So closing this program loses nothing that was given to
 * the helper, and what a dead helper had not begun is given to the next one.
 */
#define QUIET_S		90	/* no news of a job for so long: start anew */
#define START_TRIES	3	/* helpers that die without a word */

extern char	**environ;

struct job {
	struct job		*next;
	struct lane		*lane;
	unsigned		 id;
	json_t			*frame;
	bool			 begun;		/* the helper said so */
	struct ticket		*ticket;	/* NULL: nobody listens */
};

/* Hangs off the owner; its end takes the listener away, not the job. */
struct ticket {
	struct job	*job;
	paper_cb	*cb;
	void		*arg;
};

/* A helper and its jobs: slips in one, questions in another. */
struct lane {
	struct paper		*paper;
	struct bufferevent	*bev;
	struct event		*quiet;
	pid_t			 pid;
	unsigned		 deaths;	/* since the last word */
	struct job		*jobs;		/* oldest first */
};

enum { LANE_PRINT, LANE_ASK, LANE_COUNT };

struct paper {
	struct event_base	*base;
	unsigned		 last_id;
	struct lane		 lane[LANE_COUNT];
};

static void	lane_start(struct lane *l);

/* ---- jobs */

static int
ticket_free(struct ticket *t)
{
	if (t->job != NULL)
		t->job->ticket = NULL;
	return 0;
}

static int
job_free(struct job *j)
{
	if (j->ticket != NULL) {
		j->ticket->job = NULL;
		talloc_free(j->ticket);
	}
	json_decref(j->frame);
	return 0;
}

static void
job_unlink(struct lane *l, struct job *job)
{
	struct job	**p;

	for (p = &l->jobs; *p != NULL; p = &(*p)->next)
		if (*p == job) {
			*p = job->next;
			return;
		}
}

static void
job_tell(struct job *j, const struct paper_status *st)
{
	if (j->ticket != NULL && j->ticket->cb != NULL)
		j->ticket->cb(st, j->ticket->arg);
}

/* Tells, and takes it off the queue when that was the last word. */
static void
job_news(struct lane *l, struct job *j, const struct paper_status *st)
{
	if (!st->final) {
		j->begun = true;
		job_tell(j, st);
		return;
	}
	job_unlink(l, j);
	job_tell(j, st);
	talloc_free(j);
}

static void
job_end(struct lane *l, struct job *j, enum paper_state state,
    const char *text)
{
	struct paper_status	st = { .state = state, .final = true,
				    .text = text };

	job_news(l, j, &st);
}

static void
job_send(struct lane *l, const struct job *j)
{
	struct err	 e = ERR_INIT;
	size_t		 size;
	void		*buf = frame_build(NULL, j->frame, FRAME_DOWN, &size,
			    &e);

	if (buf != NULL)
		bufferevent_write(l->bev, buf, size);
	talloc_free(buf);
	err_clear(&e);
}

/* ---- the helper */

static void
lane_close(struct lane *l)
{
	if (l->bev != NULL)
		bufferevent_free(l->bev);
	l->bev = NULL;
	if (l->pid > 0) {
		kill(l->pid, SIGKILL);
		while (waitpid(l->pid, NULL, 0) == -1 && errno == EINTR)
			;
	}
	l->pid = 0;
}

static void
lane_rearm(struct lane *l)
{
	static const struct timeval	quiet = { QUIET_S, 0 };

	if (l->jobs != NULL)
		event_add(l->quiet, &quiet);
	else
		event_del(l->quiet);
}

/* The helper is gone: the job it was at is unknown, the others go on. */
static void
lane_died(struct lane *l, const char *why)
{
	struct job	*j = l->jobs;

	lane_close(l);
	if (j != NULL && j->begun) {
		l->deaths = 0;
		job_end(l, j, PAPER_UNKNOWN, why);
	} else
		l->deaths++;
	while (l->deaths >= START_TRIES && (j = l->jobs) != NULL)
		job_end(l, j, PAPER_FAILED,
		    N_("the print helper does not start"));
	if (l->deaths >= START_TRIES)
		l->deaths = 0;
	if (l->jobs != NULL && l->bev == NULL)
		lane_start(l);
	lane_rearm(l);
}

static const struct {
	const char		*word;
	enum paper_state	 state;
} state_words[] = {
	{ "sending", PAPER_SENDING }, { "sent", PAPER_SENT },
	{ "done", PAPER_DONE }, { "failed", PAPER_FAILED },
	{ "unknown", PAPER_UNKNOWN },
};

static void
lane_frame(struct lane *l, const json_t *f)
{
	struct paper_status	 st = { .state = PAPER_UNKNOWN, .text = "" };
	const char		*word, *text;
	json_int_t		 id = json_integer_value(
				    json_object_get(f, "id"));
	struct job		*j;
	size_t			 i;

	for (j = l->jobs; j != NULL && (json_int_t)j->id != id; j = j->next)
		;
	word = json_string_value(json_object_get(f, "state"));
	if (j == NULL || word == NULL)
		return;
	for (i = 0; i < sizeof state_words / sizeof state_words[0]; i++)
		if (strcmp(state_words[i].word, word) == 0)
			st.state = state_words[i].state;
	text = json_string_value(json_object_get(f, "text"));
	st.text = text != NULL ? text : "";
	st.code = json_string_value(json_object_get(f, "code"));
	st.final = json_is_true(json_object_get(f, "final"));
	st.queues = json_object_get(f, "queues");
	l->deaths = 0;
	job_news(l, j, &st);
}

static void
lane_read(struct bufferevent *bev, void *arg)
{
	struct lane	*l = arg;
	struct evbuffer	*in = bufferevent_get_input(bev);
	struct err	 e = ERR_INIT;
	size_t		 size, have;
	json_t		*f;
	int		 rc;

	while (l->bev == bev && (have = evbuffer_get_length(in)) >= 4) {
		rc = frame_peek(evbuffer_pullup(in, 4), have, FRAME_DOWN,
		    &size, &e);
		if (rc == 0)
			break;
		f = rc == 1 ? frame_parse(evbuffer_pullup(in, (ssize_t)size)
		    + 4, size - 4, &e) : NULL;
		if (f == NULL) {
			err_clear(&e);
			lane_died(l, N_("the print helper broke down"));
			return;
		}
		evbuffer_drain(in, size);
		lane_frame(l, f);
		json_decref(f);
	}
	lane_rearm(l);
}

static void
lane_event(struct bufferevent *bev, short what, void *arg)
{
	(void)bev;
	if (what & (BEV_EVENT_EOF | BEV_EVENT_ERROR))
		lane_died(arg, N_("the print helper broke down"));
}

static void
lane_quiet(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what;
	lane_died(arg, N_("no answer from the printer"));
}

static int
lane_spawn(struct lane *l, int *fd)
{
	char	name[] = "jabbar", x[] = "-x", role[] = "print";
	char	*argv[] = { name, x, role, NULL };
	posix_spawn_file_actions_t	fa;
	int	sv[2], rc;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv) == -1)
		return -1;
	posix_spawn_file_actions_init(&fa);
	posix_spawn_file_actions_adddup2(&fa, sv[1], 0);
	posix_spawn_file_actions_adddup2(&fa, sv[1], 1);
	/* Libraries that complain must not write over the screen. */
	posix_spawn_file_actions_addopen(&fa, 2, "/dev/null", O_WRONLY, 0);
	rc = posix_spawn(&l->pid, "/proc/self/exe", &fa, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&fa);
	close(sv[1]);
	if (rc != 0) {
		close(sv[0]);
		l->pid = 0;
		return -1;
	}
	*fd = sv[0];
	return 0;
}

static void
lane_start(struct lane *l)
{
	struct job	*j;
	int		 fd;

	if (lane_spawn(l, &fd) == -1) {
		while ((j = l->jobs) != NULL)
			job_end(l, j, PAPER_FAILED,
			    N_("the print helper does not start"));
		return;
	}
	evutil_make_socket_nonblocking(fd);
	l->bev = bufferevent_socket_new(l->paper->base, fd,
	    BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS);
	bufferevent_setcb(l->bev, lane_read, NULL, lane_event, l);
	bufferevent_enable(l->bev, EV_READ | EV_WRITE);
	for (j = l->jobs; j != NULL; j = j->next)
		job_send(l, j);
}

/* The helper works off what it was given after we are gone. */
static int
paper_free(struct paper *p)
{
	struct lane	*l;
	struct job	*j;
	int		 i;

	for (i = 0; i < LANE_COUNT; i++) {
		l = &p->lane[i];
		if (l->bev != NULL) {
			evbuffer_write(bufferevent_get_output(l->bev),
			    bufferevent_getfd(l->bev));
			bufferevent_free(l->bev);
		}
		if (i == LANE_ASK && l->pid > 0)
			kill(l->pid, SIGKILL);
		event_free(l->quiet);
		while ((j = l->jobs) != NULL) {
			l->jobs = j->next;
			talloc_free(j);
		}
	}
	return 0;
}

struct paper *
paper_new(TALLOC_CTX *ctx, struct event_base *base)
{
	struct paper	*p = talloc_zero(ctx, struct paper);
	int		 i;

	p->base = base;
	for (i = 0; i < LANE_COUNT; i++) {
		p->lane[i].paper = p;
		p->lane[i].quiet = evtimer_new(base, lane_quiet, &p->lane[i]);
	}
	talloc_set_destructor(p, paper_free);
	return p;
}

static void
job_add(struct paper *p, int lane, TALLOC_CTX *owner, json_t *frame,
    paper_cb *cb, void *arg)
{
	struct lane	*l = &p->lane[lane];
	struct job	*j = talloc_zero(p, struct job), **end;

	j->id = ++p->last_id;
	j->lane = l;
	j->frame = frame;
	json_object_set_new(frame, "id", json_integer(j->id));
	talloc_set_destructor(j, job_free);
	j->ticket = talloc_zero(owner, struct ticket);
	j->ticket->job = j;
	j->ticket->cb = cb;
	j->ticket->arg = arg;
	talloc_set_destructor(j->ticket, ticket_free);
	for (end = &l->jobs; *end != NULL; end = &(*end)->next)
		;
	*end = j;
	if (l->bev != NULL)
		job_send(l, j);
	else
		lane_start(l);
	lane_rearm(l);
}

void
paper_print(struct paper *p, TALLOC_CTX *owner, const char *uri,
    const struct receipt_profile *profile, const void *bytes, size_t len,
    paper_cb *cb, void *arg)
{
	char	*b64 = paper_base64(NULL, bytes, len);
	json_t	*f;

	f = json_pack("{s:s,s:s,s:s,s:i,s:i,s:b}", "do", "print", "uri", uri,
	    "data", b64, "chunk", profile->chunk, "delay_ms",
	    profile->delay_ms, "status", profile->status);
	talloc_free(b64);
	if (profile->preamble_len > 0) {
		b64 = paper_base64(NULL, profile->preamble,
		    profile->preamble_len);
		json_object_set_new(f, "preamble", json_string(b64));
		talloc_free(b64);
	}
	job_add(p, LANE_PRINT, owner, f, cb, arg);
}

void
paper_list(struct paper *p, TALLOC_CTX *owner, paper_cb *cb, void *arg)
{
	job_add(p, LANE_ASK, owner, json_pack("{s:s}", "do", "list"), cb,
	    arg);
}

unsigned
paper_pending(const struct paper *p)
{
	const struct job	*j;
	unsigned		 n = 0;
	int			 i;

	for (i = 0; i < LANE_COUNT; i++)
		for (j = p->lane[i].jobs; j != NULL; j = j->next)
			n++;
	return n;
}

/* Words with a host's name in them have no translation: what they mean has. */
static const char *
why_text(const struct paper_status *st)
{
	static const struct {
		const char	*code, *text;
	} means[] = {
		{ "unavailable", N_("the printer does not answer") },
		{ "timeout", N_("the printer takes no data") },
		{ "not_found", N_("there is no such printer") },
		{ "denied", N_("the print server refuses") },
		{ NULL, NULL }
	};
	const char	*text = _(st->text);
	int		 i;

	if (text != st->text || st->code == NULL ||
	    strcmp(i18n_lang(), "en") == 0)
		return text;
	for (i = 0; means[i].code != NULL; i++)
		if (strcmp(means[i].code, st->code) == 0)
			return _(means[i].text);
	return text;
}

char *
paper_state_text(TALLOC_CTX *ctx, const struct paper_status *st)
{
	static const char *const	text[] = {
		[PAPER_WAITING] = N_("waiting"),
		[PAPER_SENDING] = N_("being sent"),
		[PAPER_SENT] = N_("sent"),
		[PAPER_DONE] = N_("printed (says CUPS)"),
		[PAPER_FAILED] = N_("failed"),
		[PAPER_UNKNOWN] = N_("not known"),
	};

	if (st->text == NULL || *st->text == '\0')
		return talloc_strdup(ctx, _(text[st->state]));
	return talloc_asprintf(ctx, "%s: %s", _(text[st->state]),
	    why_text(st));
}

/* ---- base64 */

char *
paper_base64(TALLOC_CTX *ctx, const void *data, size_t len)
{
	char	*out = talloc_size(ctx, (len + 2) / 3 * 4 + 1);

	EVP_EncodeBlock((unsigned char *)out, data, (int)len);
	return out;
}

unsigned char *
paper_unbase64(TALLOC_CTX *ctx, const char *s, size_t *len, struct err *e)
{
	size_t		 n = strlen(s), pad = 0;
	unsigned char	*out;

	if (n % 4 != 0 || n > FRAME_DOWN)
		goto bad;
	if (n > 0)
		pad = (size_t)(s[n - 1] == '=') + (s[n - 2] == '=');
	out = talloc_size(ctx, n / 4 * 3 + 1);
	if (n > 0 && EVP_DecodeBlock(out, (const unsigned char *)s,
	    (int)n) < 0) {
		talloc_free(out);
		goto bad;
	}
	*len = n / 4 * 3 - pad;
	return out;
bad:
	err_set(e, ERR_BAD_FRAME, "the document is not base64");
	return NULL;
}
