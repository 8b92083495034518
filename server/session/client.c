/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/client.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/listener.h>
#include <uthash.h>

#include "api/errors.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "wire/frame.h"
#include "wire/version.h"

/*
 * States of a line: TLS handshake, hello awaited, open, closing. A janitor
 * looks at every line once a second; nothing else keeps timers, so ten
 * thousand idle lines cost one. A line that is ended goes to the dead list
 * and is freed when the turn of the loop is over, since an event of this turn
 * may still name it.
 */
enum line_state { LINE_TLS, LINE_HELLO, LINE_OPEN, LINE_CLOSING };

struct client_io {
	TAILQ_ENTRY(client_io)	 entry;
	UT_hash_handle		 hh;
	struct client		 client;
	struct bufferevent	*bev;
	enum line_state		 state;
	int64_t			 born_ms, heard_ms;
	int64_t			 moved_ms;	/* output went away last */
	uint64_t		 queued, gone;	/* bytes of output */
	bool			 paused;	/* reads on when output is out */
	bool			 dead;
};
TAILQ_HEAD(io_list, client_io);

struct clients {
	struct event_base	*base;
	SSL_CTX			*tls;
	int			 max;
	const struct client_ops	*ops;
	void			*arg;
	struct evconnlistener	*tls_listener, *unix_listener;
	struct io_list		 list, dead;
	struct client_io	*by_id;
	size_t			 count;
	uint64_t		 next_id;
	struct event		*janitor, *bury;
	bool			 draining;
	bool			 deaf;		/* out of descriptors */
};

static int
io_free(struct client_io *io)
{
	client_logout(&io->client);
	bufferevent_free(io->bev);
	return 0;
}

/* Takes the line out of everything at once, frees it at the end of the turn. */
static void
line_end(struct client_io *io, const char *why)
{
	struct clients	*all = io->client.all;
	struct timeval	 now = { 0, 0 };

	if (io->dead)
		return;
	io->dead = true;
	log_debug("event=line_end client=%llu addr=%s why=\"%s\"",
	    (unsigned long long)io->client.id, io->client.addr, why);
	bufferevent_disable(io->bev, EV_READ | EV_WRITE);
	bufferevent_setcb(io->bev, NULL, NULL, NULL, NULL);
	TAILQ_REMOVE(&all->list, io, entry);
	HASH_DEL(all->by_id, io);
	all->count--;
	TAILQ_INSERT_TAIL(&all->dead, io, entry);
	all->ops->closed(all->arg, &io->client);
	evtimer_add(all->bury, &now);
}

static void
clients_bury(evutil_socket_t fd, short what, void *arg)
{
	struct clients		*all = arg;
	struct client_io	*io;

	(void)fd;
	(void)what;
	while ((io = TAILQ_FIRST(&all->dead)) != NULL) {
		TAILQ_REMOVE(&all->dead, io, entry);
		talloc_free(io);
	}
}

static size_t
line_pending(const struct client_io *io)
{
	return evbuffer_get_length(bufferevent_get_output(io->bev));
}

/*
 * Who asks faster than he reads is not read from until he has caught up; what
 * he asked for already, and events, may still fill the rest of his buffer.
 */
static void
line_pause(struct client_io *io)
{
	if (io->paused || io->state == LINE_CLOSING)
		return;
	io->paused = true;
	bufferevent_disable(io->bev, EV_READ);
}

static void
line_write(struct client_io *io, const void *data, size_t len)
{
	size_t	pending;

	if (io->dead)
		return;
	pending = line_pending(io);
	if (pending + len > CLIENT_OUT_MAX) {
		log_warn("event=slow_reader client=%llu addr=%s",
		    (unsigned long long)io->client.id, io->client.addr);
		line_end(io, "reads too slowly");
		return;
	}
	if (pending == 0)
		io->moved_ms = clock_mono_ms();
	io->queued += len;
	bufferevent_write(io->bev, data, len);
	if (pending + len > CLIENT_OUT_PAUSE)
		line_pause(io);
}

static void
line_send(struct client_io *io, json_t *msg)
{
	struct err	 e = ERR_INIT;
	size_t		 size;
	void		*frame = frame_build(NULL, msg, FRAME_DOWN, &size, &e);

	if (frame == NULL)
		bug("cannot build a message: %s", e.msg);
	line_write(io, frame, size);
	talloc_free(frame);
	json_decref(msg);
}

static json_t *
error_json(const struct err *e)
{
	json_t	*j = json_object(), *args;

	json_object_set_new(j, "code", json_string(err_name(e->code)));
	if (e->field != NULL)
		json_object_set_new(j, "field", json_string(e->field));
	if (e->args != NULL && (args = json_loads(e->args, 0, NULL)) != NULL) {
		/* Members that a caller reads without looking into args. */
		if (json_object_get(args, "approval") != NULL)
			json_object_set(j, "approval",
			    json_object_get(args, "approval"));
		json_object_set_new(j, "args", args);
	}
	/* What went wrong inside stays inside. */
	json_object_set_new(j, "message", json_string(
	    e->code == ERR_INTERNAL ? "internal error" :
	    e->msg != NULL ? e->msg : ""));
	return j;
}

void
client_refuse(struct client *c, uint64_t req, const struct err *e)
{
	json_t	*msg = json_object();

	json_object_set_new(msg, "k", json_string("err"));
	if (req != 0) {
		json_object_set_new(msg, "id", json_integer((json_int_t)req));
		if (c->open > 0)
			c->open--;
	}
	json_object_set_new(msg, "e", error_json(e));
	line_send(c->io, msg);
}

void
client_answer(struct client *c, uint64_t req, const char *text, size_t len)
{
	struct err	 e = ERR_INIT;
	uint8_t		 head[4];
	char		*pre;
	size_t		 n;

	if (len == 0) {
		text = "null";
		len = 4;
	}
	pre = talloc_asprintf(NULL, "{\"k\":\"res\",\"id\":%llu,\"r\":",
	    (unsigned long long)req);
	n = strlen(pre) + len + 1;
	if (n > FRAME_DOWN) {
		err_set(&e, ERR_TOO_LARGE, "answer of %zu bytes", n);
		e.args = talloc_asprintf(NULL, "{\"max\":%d}", FRAME_DOWN);
		client_refuse(c, req, &e);
		err_clear(&e);
	} else {
		frame_header(head, n);
		if (c->open > 0)
			c->open--;
		line_write(c->io, head, 4);
		line_write(c->io, pre, strlen(pre));
		line_write(c->io, text, len);
		line_write(c->io, "}", 1);
	}
	talloc_free(pre);
}

void
client_event(struct client *c, const char *topic, json_t *data)
{
	line_send(c->io, json_pack("{s:s,s:s,s:o}", "k", "evt", "t", topic,
	    "d", data));
}

void
client_close(struct client *c, const char *why)
{
	struct client_io	*io = c->io;

	if (io->dead || io->state == LINE_CLOSING)
		return;
	bufferevent_disable(io->bev, EV_READ);
	io->state = LINE_CLOSING;
	if (line_pending(io) == 0)
		line_end(io, why);
}

void
client_logout(struct client *c)
{
	TALLOC_FREE(c->token);
	TALLOC_FREE(c->user);
	TALLOC_FREE(c->granted);
	c->must_change = false;
	c->rights_stale = c->rights_asked = c->missed = false;
	c->watch = c->may_hear = 0;
}

static void
line_reject(struct client_io *io, struct err *e)
{
	client_refuse(&io->client, 0, e);
	client_close(&io->client, e->msg);
	err_clear(e);
}

static void
line_hello(struct client_io *io, json_t *msg)
{
	struct clients	*all = io->client.all;
	struct err	 e = ERR_INIT;
	json_int_t	 proto = json_integer_value(json_object_get(msg,
			    "proto"));
	json_int_t	 min = json_integer_value(json_object_get(msg, "min"));
	const char	*lang = json_string_value(json_object_get(msg, "lang"));

	if (proto < WIRE_MIN || min > WIRE_PROTO || min < 1 || proto < min) {
		err_set(&e, ERR_VERSION,
		    "client speaks %d to %d, server %d to %d", (int)min,
		    (int)proto, WIRE_MIN, WIRE_PROTO);
		line_reject(io, &e);
		return;
	}
	if (lang != NULL && strcmp(lang, "en") == 0)
		memcpy(io->client.lang, "en", 3);
	io->state = LINE_OPEN;
	line_send(io, json_pack("{s:s,s:i,s:i,s:s,s:o}", "k", "hello", "proto",
	    WIRE_PROTO, "min", WIRE_MIN, "app", "jabbard " JB_VERSION,
	    "granted", all->ops->hello(all->arg)));
}

static void
line_request(struct client_io *io, json_t *msg)
{
	struct clients	*all = io->client.all;
	struct err	 e = ERR_INIT;
	json_int_t	 id = json_integer_value(json_object_get(msg, "id"));
	const char	*m = json_string_value(json_object_get(msg, "m"));
	json_t		*p = json_object_get(msg, "p");

	if (id <= 0 || m == NULL) {
		err_set(&e, ERR_BAD_FRAME, "a request needs id and m");
		line_reject(io, &e);
		return;
	}
	io->client.open++;
	if (io->client.open > CLIENT_REQUESTS || all->draining) {
		err_set(&e, ERR_BUSY, all->draining ? "shutting down" :
		    "more than %d requests open", CLIENT_REQUESTS);
		client_refuse(&io->client, (uint64_t)id, &e);
		err_clear(&e);
		return;
	}
	if (p == NULL)
		p = json_object();
	else
		json_incref(p);
	all->ops->request(all->arg, &io->client, (uint64_t)id, m, p);
	json_decref(p);
}

static void
line_message(struct client_io *io, json_t *msg)
{
	struct clients	*all = io->client.all;
	const char	*k = json_string_value(json_object_get(msg, "k"));
	struct err	 e = ERR_INIT;
	json_t		*ack;

	if (k == NULL)
		k = "";
	if (io->state == LINE_HELLO) {
		if (strcmp(k, "hello") == 0)
			line_hello(io, msg);
		else {
			err_set(&e, ERR_BAD_FRAME, "hello comes first");
			line_reject(io, &e);
		}
	} else if (strcmp(k, "req") == 0)
		line_request(io, msg);
	else if (strcmp(k, "cancel") == 0)
		all->ops->cancel(all->arg, &io->client, (uint64_t)
		    json_integer_value(json_object_get(msg, "id")));
	else if (strcmp(k, "ping") == 0) {
		if (json_is_true(json_object_get(msg, "ack")))
			return;
		ack = json_pack("{s:s,s:b}", "k", "ping", "ack", 1);
		if (json_is_integer(json_object_get(msg, "id")))
			json_object_set(ack, "id", json_object_get(msg, "id"));
		line_send(io, ack);
	} else {
		err_set(&e, ERR_BAD_FRAME, "unknown kind");
		line_reject(io, &e);
	}
}

static void
line_read(struct bufferevent *bev, void *arg)
{
	struct client_io	*io = arg;
	struct evbuffer		*in = bufferevent_get_input(bev);
	struct err		 e = ERR_INIT;
	size_t			 have, size;
	json_t			*msg;
	int			 rc;

	while (!io->dead && !io->paused && io->state != LINE_CLOSING) {
		have = evbuffer_get_length(in);
		rc = frame_peek(evbuffer_pullup(in, have < 4 ?
		    (ev_ssize_t)have : 4), have, FRAME_UP, &size, &e);
		if (rc == 0)
			return;
		if (rc == 1) {
			msg = frame_parse(evbuffer_pullup(in,
			    (ev_ssize_t)size) + 4, size - 4, &e);
			evbuffer_drain(in, size);
			if (msg != NULL) {
				/* Bytes alone are no sign of life. */
				io->heard_ms = clock_mono_ms();
				line_message(io, msg);
				json_decref(msg);
				continue;
			}
		}
		if (e.code == ERR_TOO_LARGE && e.args == NULL)
			e.args = talloc_asprintf(NULL, "{\"max\":%d}",
			    FRAME_UP);
		line_reject(io, &e);
		return;
	}
}

static void
line_written(struct bufferevent *bev, void *arg)
{
	struct client_io	*io = arg;

	io->moved_ms = clock_mono_ms();
	if (line_pending(io) > 0)
		return;
	if (io->state == LINE_CLOSING)
		line_end(io, "closed");
	else if (io->paused) {
		io->paused = false;
		bufferevent_enable(bev, EV_READ);
		/* What came before the pause causes no event of its own. */
		line_read(bev, io);
	}
}

static void
line_event(struct bufferevent *bev, short what, void *arg)
{
	struct client_io	*io = arg;

	(void)bev;
	if (what & BEV_EVENT_CONNECTED) {
		io->state = LINE_HELLO;
		return;
	}
	line_end(io, what & BEV_EVENT_EOF ? "peer closed" : "broken");
}

/* The same host; on the local socket, the same user. */
static bool
same_origin(const struct client *c, const char *addr, long uid)
{
	return c->uid == uid && strcmp(c->addr, addr) == 0;
}

/*
 * The line that goes first where room is short: the oldest without hello,
 * else the oldest without a login that asks for nothing. addr NULL is anybody.
 * *count is how many there are without a login.
 */
static struct client_io *
line_least(const struct clients *all, const char *addr, long uid, int *count)
{
	struct client_io	*io, *mute = NULL, *anon = NULL;

	*count = 0;
	TAILQ_FOREACH(io, &all->list, entry) {
		if (io->client.token != NULL || (addr != NULL &&
		    !same_origin(&io->client, addr, uid)))
			continue;
		++*count;
		if (mute == NULL && io->state <= LINE_HELLO)
			mute = io;
		if (anon == NULL && io->client.open == 0)
			anon = io;
	}
	return mute != NULL ? mute : anon;
}

/*
 * Room for one more: a flood of lines that never log in pushes out its own
 * oldest ones, so that who means it gets in. False when there is none.
 */
static bool
lines_make_room(struct clients *all, const char *addr, long uid)
{
	struct client_io	*io;
	int			 count;

	io = line_least(all, addr, uid, &count);
	if (count >= CLIENT_NEW_PER_ADDR) {
		if (io == NULL)
			return false;
		line_end(io, "one of too many without a login");
	}
	if (all->count < (size_t)all->max)
		return true;
	io = line_least(all, NULL, 0, &count);
	if (io == NULL)
		return false;
	line_end(io, "no room left");
	return true;
}

static void
line_start(struct clients *all, int fd, const char *addr, long uid, bool tls)
{
	struct client_io	*io;
	SSL			*ssl;
	int			 one = 1;

	if (all->draining || !lines_make_room(all, addr, uid)) {
		log_warn("event=line_refused addr=%s lines=%zu", addr,
		    all->count);
		close(fd);
		return;
	}
	io = talloc_zero(NULL, struct client_io);
	if (tls) {
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
		setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof one);
		ssl = SSL_new(all->tls);
		io->bev = bufferevent_openssl_socket_new(all->base, fd, ssl,
		    BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_CLOSE_ON_FREE |
		    BEV_OPT_DEFER_CALLBACKS);
		if (io->bev != NULL)
			bufferevent_openssl_set_allow_dirty_shutdown(io->bev,
			    1);
		io->state = LINE_TLS;
	} else {
		io->bev = bufferevent_socket_new(all->base, fd,
		    BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS);
		io->state = LINE_HELLO;
	}
	if (io->bev == NULL)
		bug("no buffers for a line");
	io->client.all = all;
	io->client.io = io;
	io->client.id = ++all->next_id;
	io->client.addr = talloc_strdup(io, addr);
	io->client.uid = uid;
	memcpy(io->client.lang, "id", 3);
	io->born_ms = io->heard_ms = io->moved_ms = clock_mono_ms();
	talloc_set_destructor(io, io_free);
	TAILQ_INSERT_TAIL(&all->list, io, entry);
	HASH_ADD(hh, all->by_id, client.id, sizeof io->client.id, io);
	all->count++;
	bufferevent_setcb(io->bev, line_read, line_written, line_event, io);
	/* Never more in memory than the largest frame and its header. */
	bufferevent_setwatermark(io->bev, EV_READ, 0, FRAME_UP + 4);
	bufferevent_enable(io->bev, EV_READ | EV_WRITE);
}

static void
accept_tls(struct evconnlistener *l, evutil_socket_t fd, struct sockaddr *sa,
    int len, void *arg)
{
	char	addr[INET6_ADDRSTRLEN] = "?";

	(void)l;
	(void)len;
	if (sa->sa_family == AF_INET) {
		struct sockaddr_in in;

		memcpy(&in, sa, sizeof in);
		inet_ntop(AF_INET, &in.sin_addr, addr, sizeof addr);
	} else if (sa->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;

		memcpy(&in6, sa, sizeof in6);
		inet_ntop(AF_INET6, &in6.sin6_addr, addr, sizeof addr);
	}
	line_start(arg, fd, addr, -1, true);
}

static void
accept_unix(struct evconnlistener *l, evutil_socket_t fd, struct sockaddr *sa,
    int len, void *arg)
{
	struct ucred	cred = { .uid = (uid_t)-1 };
	socklen_t	n = sizeof cred;

	(void)l;
	(void)sa;
	(void)len;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &n) == -1) {
		close(fd);
		return;
	}
	line_start(arg, fd, "local", (long)cred.uid, false);
}

/* Why a line must end now, or NULL. */
static const char *
line_overdue(struct client_io *io, int64_t now)
{
	int64_t		age = now - io->born_ms;
	uint64_t	gone = io->queued - line_pending(io);

	/* Slow is not the same as stuck: any byte that went counts. */
	if (gone != io->gone)
		io->moved_ms = now;
	io->gone = gone;
	if (io->state <= LINE_HELLO && age > CLIENT_HANDSHAKE_S * 1000)
		return "no hello in time";
	if (io->client.token == NULL && io->client.open == 0 &&
	    age > CLIENT_LOGIN_S * 1000 &&
	    now - io->heard_ms > CLIENT_LOGIN_S * 1000)
		return "no login in time";
	if (line_pending(io) > 0 &&
	    now - io->moved_ms > CLIENT_OUT_STALL_S * 1000)
		return "does not read";
	if (!io->paused && now - io->heard_ms > CLIENT_IDLE_S * 1000)
		return "silent";
	return NULL;
}

/* Together the lines may hold so much output; the fullest go first. */
static void
clients_shed(struct clients *all)
{
	struct client_io	*io, *most;
	size_t			 sum;

	for (;;) {
		sum = 0;
		most = NULL;
		TAILQ_FOREACH(io, &all->list, entry) {
			sum += line_pending(io);
			if (most == NULL ||
			    line_pending(io) > line_pending(most))
				most = io;
		}
		if (sum <= CLIENTS_OUT_MAX)
			return;
		log_warn("event=slow_reader client=%llu addr=%s",
		    (unsigned long long)most->client.id, most->client.addr);
		line_end(most, "too much unread by all together");
	}
}

static void
clients_hear(struct clients *all, bool on)
{
	struct evconnlistener	*l[] = { all->tls_listener,
				    all->unix_listener };
	size_t			 i;

	all->deaf = !on;
	for (i = 0; i < 2; i++) {
		if (l[i] == NULL)
			continue;
		if (on)
			evconnlistener_enable(l[i]);
		else
			evconnlistener_disable(l[i]);
	}
}

static void
clients_janitor(evutil_socket_t fd, short what, void *arg)
{
	struct clients		*all = arg;
	struct client_io	*io, *next;
	const char		*why;
	int64_t			 now = clock_mono_ms();

	(void)fd;
	(void)what;
	for (io = TAILQ_FIRST(&all->list); io != NULL; io = next) {
		next = TAILQ_NEXT(io, entry);
		if ((why = line_overdue(io, now)) != NULL)
			line_end(io, why);
	}
	clients_shed(all);
	if (all->deaf)
		clients_hear(all, true);
}

static int
clients_free(struct clients *all)
{
	struct client_io	*io;

	clients_drain(all);
	while ((io = TAILQ_FIRST(&all->list)) != NULL)
		line_end(io, "shutdown");
	clients_bury(-1, 0, all);
	event_free(all->janitor);
	event_free(all->bury);
	return 0;
}

struct clients *
clients_new(TALLOC_CTX *ctx, struct event_base *base, SSL_CTX *tls, int max,
    const struct client_ops *ops, void *arg)
{
	struct clients	*all = talloc_zero(ctx, struct clients);
	struct timeval	 second = { 1, 0 };

	all->base = base;
	all->tls = tls;
	all->max = max;
	all->ops = ops;
	all->arg = arg;
	TAILQ_INIT(&all->list);
	TAILQ_INIT(&all->dead);
	all->bury = evtimer_new(base, clients_bury, all);
	all->janitor = event_new(base, -1, EV_PERSIST, clients_janitor, all);
	event_add(all->janitor, &second);
	talloc_set_destructor(all, clients_free);
	return all;
}

static void
accept_error(struct evconnlistener *l, void *arg)
{
	int	error = EVUTIL_SOCKET_ERROR();

	(void)l;
	/* Out of descriptors: those who are in stay in, others wait a little. */
	log_warn("event=accept_error why=\"%s\"",
	    evutil_socket_error_to_string(error));
	clients_hear(arg, false);
}

void
clients_listen(struct clients *all, int tls_fd, int unix_fd)
{
	if (tls_fd != -1) {
		evutil_make_socket_nonblocking(tls_fd);
		all->tls_listener = evconnlistener_new(all->base, accept_tls,
		    all, LEV_OPT_CLOSE_ON_EXEC, 0, tls_fd);
		evconnlistener_set_error_cb(all->tls_listener, accept_error);
	}
	if (unix_fd != -1) {
		evutil_make_socket_nonblocking(unix_fd);
		all->unix_listener = evconnlistener_new(all->base,
		    accept_unix, all, LEV_OPT_CLOSE_ON_EXEC, 0, unix_fd);
		evconnlistener_set_error_cb(all->unix_listener, accept_error);
	}
}

void
clients_set_tls(struct clients *all, SSL_CTX *tls)
{
	all->tls = tls;
}

void
clients_drain(struct clients *all)
{
	all->draining = true;
	if (all->tls_listener != NULL)
		evconnlistener_free(all->tls_listener);
	if (all->unix_listener != NULL)
		evconnlistener_free(all->unix_listener);
	all->tls_listener = all->unix_listener = NULL;
}

struct client *
client_find(struct clients *all, uint64_t id)
{
	struct client_io	*io;

	HASH_FIND(hh, all->by_id, &id, sizeof id, io);
	return io != NULL ? &io->client : NULL;
}

size_t
clients_count(const struct clients *all)
{
	return all->count;
}

bool
clients_flushed(const struct clients *all)
{
	const struct client_io	*io;

	TAILQ_FOREACH(io, &all->list, entry)
		if (line_pending(io) > 0)
			return false;
	return true;
}

void
clients_each(struct clients *all, void (*f)(struct client *, void *),
    void *arg)
{
	struct client_io	*io, *next;

	for (io = TAILQ_FIRST(&all->list); io != NULL; io = next) {
		next = TAILQ_NEXT(io, entry);
		f(&io->client, arg);
	}
}
