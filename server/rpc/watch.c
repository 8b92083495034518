/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rpc/watch.h"

#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "db/query.h"

/* Lines whose rights are read again at the same time, and when it failed. */
#define RIGHTS_AT_ONCE	4
#define RIGHTS_RETRY_MS	500
#define TOPICS_MAX	64
/* Calls on behalf of a line: apart from the ids of requests. */
#define LINE_CALL	(UINT64_C(1) << 63)

/* A line whose rights are being read, and the login they belong to. */
struct rights_call {
	uint64_t	 client, login;
	bool		 used;
};

struct watch {
	struct db_pool		*pool;
	struct clients		*clients;
	json_t			*(*grant)(void *, struct client *,
				    const json_t *);
	void			*arg;
	const char		*topics[TOPICS_MAX];	/* objects of methods */
	int			 topic_count;
	uint64_t		 next_login;
	struct rights_call	 rights[RIGHTS_AT_ONCE];
	struct event		*retry;
};

static void	rights_pump(struct watch *);

/* The bit of a topic; 0 where there is none of that name. */
static uint64_t
topic_bit(const struct watch *w, const char *name)
{
	int	i;

	for (i = 0; i < w->topic_count; i++)
		if (strcmp(w->topics[i], name) == 0)
			return UINT64_C(1) << i;
	return 0;
}

uint64_t
watch_method(struct watch *w, const char *method)
{
	char		*name = talloc_strndup(w, method, strcspn(method, "."));
	uint64_t	 bit = topic_bit(w, name);

	if (bit != 0) {
		talloc_free(name);
		return bit;
	}
	if (w->topic_count == TOPICS_MAX)
		bug("more than %d objects", TOPICS_MAX);
	w->topics[w->topic_count] = name;
	return UINT64_C(1) << w->topic_count++;
}

/* Tells whether anything changed that a login's rights consist of. */
static uint64_t
rights_mark(const json_t *answer)
{
	json_t		*user = json_object_get(answer, "user");
	json_t		*all = json_pack("[O?,O?,O?,O?,O?]",
			    json_object_get(answer, "perms"),
			    json_object_get(answer, "must_change"),
			    json_object_get(user, "role"),
			    json_object_get(user, "branch"),
			    json_object_get(user, "scope"));
	char		*text = json_text(NULL, all), *p;
	uint64_t	 mark = UINT64_C(14695981039346656037);

	for (p = text; *p != '\0'; p++)
		mark = (mark ^ (unsigned char)*p) * UINT64_C(1099511628211);
	json_decref(all);
	talloc_free(text);
	return mark;
}

void
watch_login(struct watch *w, struct client *c, const json_t *answer)
{
	c->login = ++w->next_login;
	c->rights = rights_mark(answer);
}

void
watch_topics(struct watch *w, struct client *c, const json_t *topics)
{
	json_t	*t;
	size_t	 i;

	c->watch = 0;
	json_array_foreach(topics, i, t)
		if (json_is_string(t))
			c->watch |= topic_bit(w, json_string_value(t));
}

struct event_args {
	uint64_t	 bit;
	const char	*topic, *number;
};

static void
event_one(struct client *c, void *arg)
{
	struct event_args	*a = arg;

	if (c->token == NULL || !(c->watch & c->may_hear & a->bit))
		return;
	/* What he may hear is being read again: told afterwards. */
	if (c->rights_stale || c->rights_asked)
		c->missed = true;
	else
		client_event(c, a->topic, json_pack("{s:s}", "number",
		    a->number));
}

/* The session of a line as the database sees it now; NULL: it ended. */
static void
rights_apply(struct watch *w, struct client *c, const json_t *answer)
{
	json_t		*names;
	uint64_t	 mark;

	if (answer == NULL) {
		/* Somebody else ended it, or it is over. */
		client_logout(c);
		client_event(c, "session", json_pack("{s:b}", "ended", 1));
		return;
	}
	mark = rights_mark(answer);
	if (mark != c->rights) {
		c->rights = mark;
		c->must_change = json_is_true(json_object_get(answer,
		    "must_change"));
		names = w->grant(w->arg, c, json_object_get(answer, "perms"));
		client_event(c, "session", json_pack("{s:o}", "granted",
		    names));
	}
	if (c->missed)
		client_event(c, "resync", json_object());
	c->missed = false;
}

static void
rights_done(void *arg, uint64_t id, const char *text, size_t len,
    struct err *e)
{
	struct watch		*w = arg;
	struct rights_call	*call = &w->rights[id & ~LINE_CALL];
	struct client		*c = client_find(w->clients, call->client);
	struct timeval		 later = { 0, RIGHTS_RETRY_MS * 1000 };
	json_t			*answer;

	call->used = false;
	/* The line may be gone, or somebody else may use it by now. */
	if (c == NULL || c->token == NULL || c->login != call->login) {
		rights_pump(w);
		return;
	}
	c->rights_asked = false;
	if (e->code != ERR_NONE) {
		c->rights_stale = true;
		evtimer_add(w->retry, &later);
		return;
	}
	answer = len > 0 ? json_loads(text, 0, NULL) : NULL;
	rights_apply(w, c, answer);
	json_decref(answer);
	rights_pump(w);
}

static void
rights_one(struct client *c, void *arg)
{
	struct watch	*w = arg;
	struct db_call	 call = { .n = 1, .again = true };
	struct timeval	 later = { 0, RIGHTS_RETRY_MS * 1000 };
	size_t		 i;

	for (i = 0; i < RIGHTS_AT_ONCE && w->rights[i].used; i++)
		;
	if (i == RIGHTS_AT_ONCE || c->token == NULL || !c->rights_stale ||
	    c->rights_asked)
		return;
	call.steps[0].sql = query_text("session_rights");
	call.steps[0].n = 1;
	call.steps[0].values[0] = c->token;
	if (db_submit(w->pool, &call, rights_done, w, i | LINE_CALL, NULL) ==
	    -1) {
		evtimer_add(w->retry, &later);
		return;
	}
	w->rights[i] = (struct rights_call){ c->id, c->login, true };
	c->rights_stale = false;
	c->rights_asked = true;
}

/* Reads stale rights again, a few lines at a time, until none are. */
static void
rights_pump(struct watch *w)
{
	clients_each(w->clients, rights_one, w);
}

static void
rights_mistrust(struct client *c, void *arg)
{
	(void)arg;
	c->rights_stale = c->token != NULL;
}

void
watch_event(struct watch *w, const char *topic, const char *number)
{
	struct event_args	a = { topic_bit(w, topic), topic, number };

	if (strcmp(topic, "session") == 0) {
		clients_each(w->clients, rights_mistrust, NULL);
		rights_pump(w);
	} else if (a.bit != 0)
		clients_each(w->clients, event_one, &a);
}

/* Whatever was missed, each line is told once its rights are known again. */
static void
resync_one(struct client *c, void *arg)
{
	(void)arg;
	c->rights_stale = c->token != NULL;
	c->missed = c->watch != 0;
}

void
watch_resync(struct watch *w)
{
	clients_each(w->clients, resync_one, NULL);
	rights_pump(w);
}

static void
rights_again(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	rights_pump(arg);
}

static int
watch_free(struct watch *w)
{
	event_free(w->retry);
	return 0;
}

void
watch_set_clients(struct watch *w, struct clients *clients)
{
	w->clients = clients;
}

struct watch *
watch_new(TALLOC_CTX *ctx, struct event_base *base, struct db_pool *pool,
    json_t *(*grant)(void *, struct client *, const json_t *), void *arg)
{
	struct watch	*w = talloc_zero(ctx, struct watch);

	w->pool = pool;
	w->grant = grant;
	w->arg = arg;
	w->retry = evtimer_new(base, rights_again, w);
	talloc_set_destructor(w, watch_free);
	return w;
}
