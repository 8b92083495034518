/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/worker.h"

#include <stdbool.h>
#include <string.h>
#include <sys/queue.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>

#include "base/clock.h"
#include "base/log.h"
#include "wire/frame.h"

struct job {
	TAILQ_ENTRY(job)	 entry;
	json_t			*json;
	worker_done_fn		*done;
	void			*arg;
	uint64_t		 id;
	int64_t			 deadline_ms;
	int			 tries;
	bool			 cancelled;
	json_int_t		 seq;
};
TAILQ_HEAD(job_list, job);

struct worker {
	TAILQ_ENTRY(worker)	 entry;
	struct workers		*all;
	int			 n;
	struct bufferevent	*bev;
	struct job		*job;
	int64_t			 since_ms;	/* when it got the job */
};
TAILQ_HEAD(worker_list, worker);

struct workers {
	struct event_base	*base;
	struct worker_list	 list;
	struct job_list		 waiting;
	struct event		*janitor;
	void			(*hung)(void *, int);
	void			*arg;
	size_t			 busy;
	json_int_t		 seq;
};

static int
job_free(struct job *j)
{
	/* A job may carry a password: leave nothing readable behind. */
	json_t	*pw = json_object_get(j->json, "password");

	if (json_is_string(pw))
		explicit_bzero((char *)(uintptr_t)json_string_value(pw),
		    json_string_length(pw));
	json_decref(j->json);
	return 0;
}

static void
job_finish(struct workers *w, struct job *j, const json_t *answer,
    struct err *e)
{
	w->busy--;
	j->done(j->arg, j->id, answer, e);
	talloc_free(j);
}

/* The next job that somebody still waits for. */
static struct job *
job_next(struct workers *w)
{
	struct job	*j;

	TAILQ_FOREACH(j, &w->waiting, entry)
		if (!j->cancelled)
			return j;
	return NULL;
}

static void
workers_dispatch(struct workers *w)
{
	struct worker	*k;
	struct job	*j;
	struct err	 e = ERR_INIT;
	size_t		 size;
	void		*frame;

	TAILQ_FOREACH(k, &w->list, entry) {
		if (k->job != NULL)
			continue;
		if ((j = job_next(w)) == NULL)
			return;
		json_object_set_new(j->json, "id", json_integer(j->seq));
		frame = frame_build(NULL, j->json, FRAME_UP, &size, &e);
		/* worker_submit() has looked at its size. */
		if (frame == NULL)
			bug("a job that fits no frame: %s", e.msg);
		TAILQ_REMOVE(&w->waiting, j, entry);
		k->job = j;
		k->since_ms = clock_mono_ms();
		j->tries++;
		bufferevent_write(k->bev, frame, size);
		explicit_bzero(frame, size);
		talloc_free(frame);
	}
}

/* Its job goes back to the head of the queue. */
static int
worker_free(struct worker *k)
{
	struct workers	*w = k->all;

	TAILQ_REMOVE(&w->list, k, entry);
	bufferevent_free(k->bev);
	if (k->job != NULL)
		TAILQ_INSERT_HEAD(&w->waiting, k->job, entry);
	return 0;
}

/* A worker that is of no use any more; the others take over. */
static void
worker_end(struct worker *k)
{
	struct workers	*w = k->all;

	talloc_free(k);
	/* A job that ends its workers is refused by the janitor, at once. */
	event_active(w->janitor, EV_TIMEOUT, 0);
}

static void
worker_answer(struct worker *k, json_t *answer)
{
	struct job	*j = k->job;
	struct err	 e = ERR_INIT;
	const char	*why;

	if (j == NULL ||
	    json_integer_value(json_object_get(answer, "id")) != j->seq)
		return;
	k->job = NULL;
	why = json_string_value(json_object_get(answer, "error"));
	if (why != NULL)
		err_set(&e, ERR_INTERNAL, "worker: %s", why);
	job_finish(k->all, j, answer, &e);
	err_clear(&e);
}

/* The next answer, or NULL: none yet, or (e filled) nonsense. */
static json_t *
worker_frame(struct evbuffer *in, struct err *e)
{
	size_t	 have = evbuffer_get_length(in), size;
	json_t	*answer;

	if (frame_peek(evbuffer_pullup(in, have < 4 ? (ev_ssize_t)have : 4),
	    have, FRAME_DOWN, &size, e) != 1)
		return NULL;
	answer = frame_parse(evbuffer_pullup(in, (ev_ssize_t)size) + 4,
	    size - 4, e);
	evbuffer_drain(in, size);
	return answer;
}

static void
worker_read(struct bufferevent *bev, void *arg)
{
	struct worker	*k = arg;
	struct workers	*w = k->all;
	struct err	 e = ERR_INIT;
	json_t		*answer;

	while ((answer = worker_frame(bufferevent_get_input(bev), &e)) !=
	    NULL) {
		worker_answer(k, answer);
		json_decref(answer);
	}
	if (e.code != ERR_NONE) {
		log_error("event=worker_garbage n=%d why=\"%s\"", k->n, e.msg);
		w->hung(w->arg, k->n);
		worker_end(k);
	}
	err_clear(&e);
	workers_dispatch(w);
}

static void
worker_event(struct bufferevent *bev, short what, void *arg)
{
	struct worker	*k = arg;

	(void)bev;
	(void)what;
	log_warn("event=worker_gone n=%d", k->n);
	worker_end(k);
}

/* Fills e with why a waiting job ends now; false when it does not. */
static bool
job_over(const struct job *j, int64_t now, struct err *e)
{
	if (j->cancelled)
		err_set(e, ERR_CANCELLED, "cancelled");
	else if (j->tries >= WORKER_TRIES)
		err_set(e, ERR_INTERNAL, "%d workers died of the job",
		    j->tries);
	else if (j->deadline_ms <= now)
		err_set(e, ERR_TIMEOUT, "no worker took the job in time");
	else
		return false;
	return true;
}

static void
workers_janitor(evutil_socket_t fd, short what, void *arg)
{
	struct workers	*w = arg;
	struct worker	*k, *k_next;
	struct job	*j, *next;
	struct err	 e = ERR_INIT;
	int64_t		 now = clock_mono_ms();

	(void)fd;
	(void)what;
	for (k = TAILQ_FIRST(&w->list); k != NULL; k = k_next) {
		k_next = TAILQ_NEXT(k, entry);
		if (k->job == NULL || now - k->since_ms < WORKER_RUN_MS)
			continue;
		log_error("event=worker_hung n=%d", k->n);
		w->hung(w->arg, k->n);
		talloc_free(k);
	}
	for (j = TAILQ_FIRST(&w->waiting); j != NULL; j = next) {
		next = TAILQ_NEXT(j, entry);
		if (!job_over(j, now, &e))
			continue;
		TAILQ_REMOVE(&w->waiting, j, entry);
		job_finish(w, j, NULL, &e);
		err_clear(&e);
	}
	workers_dispatch(w);
}

static int
workers_free(struct workers *w)
{
	struct worker	*k;
	struct job	*j;

	while ((k = TAILQ_FIRST(&w->list)) != NULL)
		talloc_free(k);
	while ((j = TAILQ_FIRST(&w->waiting)) != NULL) {
		TAILQ_REMOVE(&w->waiting, j, entry);
		talloc_free(j);
	}
	event_free(w->janitor);
	return 0;
}

struct workers *
workers_new(TALLOC_CTX *ctx, struct event_base *base,
    void (*hung)(void *, int), void *arg)
{
	struct workers	*w = talloc_zero(ctx, struct workers);
	struct timeval	 second = { 1, 0 };

	w->base = base;
	w->hung = hung;
	w->arg = arg;
	TAILQ_INIT(&w->list);
	TAILQ_INIT(&w->waiting);
	w->janitor = event_new(base, -1, EV_PERSIST, workers_janitor, w);
	event_add(w->janitor, &second);
	talloc_set_destructor(w, workers_free);
	return w;
}

void
workers_add(struct workers *w, int n, int fd)
{
	struct worker	*k, *old;

	TAILQ_FOREACH(old, &w->list, entry)
		if (old->n == n)
			break;
	if (old != NULL)
		talloc_free(old);
	k = talloc_zero(NULL, struct worker);
	k->all = w;
	k->n = n;
	evutil_make_socket_nonblocking(fd);
	k->bev = bufferevent_socket_new(w->base, fd, BEV_OPT_CLOSE_ON_FREE |
	    BEV_OPT_DEFER_CALLBACKS);
	bufferevent_setcb(k->bev, worker_read, NULL, worker_event, k);
	bufferevent_enable(k->bev, EV_READ | EV_WRITE);
	TAILQ_INSERT_TAIL(&w->list, k, entry);
	talloc_set_destructor(k, worker_free);
	workers_dispatch(w);
}

int
worker_submit(struct workers *w, json_t *job, worker_done_fn *done, void *arg,
    uint64_t id, struct err *e)
{
	struct job	*j;

	if (w->busy >= WORKER_QUEUE)
		return err_set(e, ERR_BUSY, "%zu logins wait", w->busy);
	if (json_dumpb(job, NULL, 0, JSON_COMPACT) > FRAME_UP - 64)
		return err_set(e, ERR_TOO_LARGE, "a job beyond a frame");
	j = talloc_zero(NULL, struct job);
	j->json = json_incref(job);
	j->done = done;
	j->arg = arg;
	j->id = id;
	j->seq = ++w->seq;
	j->deadline_ms = clock_mono_ms() + WORKER_DEADLINE_MS;
	talloc_set_destructor(j, job_free);
	w->busy++;
	TAILQ_INSERT_TAIL(&w->waiting, j, entry);
	workers_dispatch(w);
	return 0;
}

void
worker_cancel(struct workers *w, uint64_t id)
{
	struct job	*j;

	TAILQ_FOREACH(j, &w->waiting, entry)
		if (j->id == id) {
			j->cancelled = true;
			event_active(w->janitor, EV_TIMEOUT, 0);
			return;
		}
}

size_t
workers_busy(const struct workers *w)
{
	return w->busy;
}
