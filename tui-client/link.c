/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One line, four layers in one state machine: dial, TLS, hello, session. A
 * request is sent at most once; when the line breaks every open request is
 * told `lost`, and whoever asked decides (by the same op_id) what happened.
 */
#include "link.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/err.h>
#include <uthash.h>

#include "base/clock.h"
#include "base/mem.h"
#include "dial.h"
#include "i18n.h"
#include "link_int.h"
#include "message.h"
#include "tls.h"
#include "wire/frame.h"

#define PROTO		1
#define OPEN_S		10	/* dial, handshake and hello together */
#define PING_S		20
#define SILENCE_MS	50000	/* nothing came for so long: cut */

static void	link_dial(struct link *);
static void	link_drop(struct link *, json_t *error, bool final);

/* ---------------------------------------------------------------- session */

static void
granted_set(struct link *l, const json_t *list)
{
	json_t	*v;
	size_t	 i;

	if (!json_is_array(list))
		return;
	json_decref(l->granted);
	l->granted = json_object();
	json_array_foreach(list, i, v)
		if (json_is_string(v))
			json_object_set_new(l->granted, json_string_value(v),
			    json_true());
}

static void
session_set(struct link *l, const json_t *r)
{
	const char	*token;

	token = json_string_value(json_object_get(r, "token"));
	if (token != NULL) {
		talloc_free(l->token);
		l->token = secret_strdup(l, token);
	}
	granted_set(l, json_object_get(r, "granted"));
	json_decref(l->user);
	l->user = json_incref(json_object_get(r, "user"));
	json_decref(l->company);
	l->company = json_incref(json_object_get(r, "company"));
	l->must_change = json_is_true(json_object_get(r, "must_change"));
}

static void
session_forget(struct link *l)
{
	talloc_free(l->token);
	l->token = NULL;
	json_decref(l->granted);
	l->granted = NULL;
	json_decref(l->topics);
	l->topics = NULL;
	l->must_change = false;
}

static void
ignore_answer(const struct reply *r, void *arg)
{
	(void)r, (void)arg;
}

static void
ping_send(struct link *l)
{
	l->ping_at = clock_mono_ms();
	link_frame(l, json_pack("{s:s,s:I}", "k", "ping", "id",
	    (json_int_t)++l->ping_id));
}

static void
link_is_up(struct link *l, bool resumed)
{
	l->state = LINK_UP;
	l->tries = 0;
	l->cut_at = 0;
	ping_send(l);
	link_timer(l->ping, PING_S * 1000);
	if (resumed && l->topics != NULL)
		link_send(l, l, "event.watch", json_pack("{s:O}", "topics",
		    l->topics), RPC_TIMEOUT_MS, false, ignore_answer, l);
	if (l->ops->up != NULL)
		l->ops->up(l->arg);
	if (resumed && l->ops->event != NULL)
		l->ops->event("resync", NULL, l->arg);
	if (l->ops->changed != NULL)
		l->ops->changed(l->arg);
}

static void
resume_done(const struct reply *r, void *arg)
{
	struct link	*l = arg;
	const char	*code;

	l->in_resume = false;
	if (r->result != NULL) {
		session_set(l, r->result);
		link_is_up(l, true);
		return;
	}
	if (r->lost || l->bev == NULL)
		return;		/* cut again: the next dial resumes */
	code = json_string_value(json_object_get(r->error, "code"));
	if (code != NULL && (strcmp(code, "unavailable") == 0 ||
	    strcmp(code, "busy") == 0)) {
		link_drop(l, json_incref(r->error), false);
		return;
	}
	session_forget(l);
	link_is_up(l, false);
	if (l->ops->expired != NULL)
		l->ops->expired(r->error, l->arg);
}

static void
hello_done(struct link *l, const json_t *f)
{
	json_int_t	proto, min;

	proto = json_integer_value(json_object_get(f, "proto"));
	min = json_integer_value(json_object_get(f, "min"));
	if (proto < PROTO || min > PROTO) {
		link_drop(l, link_error(ERR_VERSION, "no common protocol"),
		    true);
		return;
	}
	l->greeted = true;
	evtimer_del(l->open_timer);
	if (l->token == NULL) {
		link_is_up(l, false);
		return;
	}
	l->in_resume = true;
	link_send(l, l, "session.resume", json_pack("{s:s,s:s}", "token",
	    l->token, "client", "jabbar " JB_VERSION), OPEN_S * 1000, true,
	    resume_done, l);
}

/* ---------------------------------------------------------------- frames */

static int
int_compare(const void *a, const void *b)
{
	int	x = *(const int *)a, y = *(const int *)b;

	return (x > y) - (x < y);
}

int
link_rtt_ms(const struct link *l)
{
	int	v[RTT_N], n = l->rtt_n < RTT_N ? l->rtt_n : RTT_N;

	if (n == 0)
		return -1;
	memcpy(v, l->rtt, (size_t)n * sizeof v[0]);
	qsort(v, (size_t)n, sizeof v[0], int_compare);
	return v[n / 2];
}

static void
pong(struct link *l, const json_t *f)
{
	int	before = link_rtt_ms(l);

	if (!json_is_true(json_object_get(f, "ack"))) {
		link_frame(l, json_pack("{s:s,s:O?,s:b}", "k", "ping", "id",
		    json_object_get(f, "id"), "ack", 1));
		return;
	}
	if (json_integer_value(json_object_get(f, "id")) != l->ping_id)
		return;
	l->rtt[l->rtt_n % RTT_N] = (int)(clock_mono_ms() - l->ping_at);
	/* Keeps counting, but never past the point where the modulus shows. */
	l->rtt_n = l->rtt_n + 1 < 2 * RTT_N ? l->rtt_n + 1 : RTT_N;
	if (link_rtt_ms(l) / 10 != before / 10 && l->ops->changed != NULL)
		l->ops->changed(l->arg);
}

static void
answer(struct link *l, const json_t *f, bool ok)
{
	json_t		*id = json_object_get(f, "id"), *err;
	struct rpc_req	*r;
	unsigned	 key;

	if (!ok && !json_is_integer(id)) {
		/* The server says why it is about to hang up. */
		err = json_object_get(f, "e");
		link_drop(l, json_incref(err), json_string_value(
		    json_object_get(err, "code")) != NULL && strcmp(
		    json_string_value(json_object_get(err, "code")),
		    "version") == 0);
		return;
	}
	key = (unsigned)json_integer_value(id);
	HASH_FIND(hh, l->reqs, &key, sizeof key, r);
	if (r == NULL)
		return;		/* cancelled meanwhile */
	if (ok)
		link_answer(r, json_object_get(f, "r"), NULL, false);
	else
		link_answer(r, NULL, json_object_get(f, "e"), false);
}

static void
event_in(struct link *l, const json_t *f)
{
	const char	*topic = json_string_value(json_object_get(f, "t"));
	json_t		*d = json_object_get(f, "d");

	if (topic == NULL)
		return;
	if (strcmp(topic, "session") == 0)
		granted_set(l, json_object_get(d, "granted"));
	if (l->ops->event != NULL)
		l->ops->event(topic, d, l->arg);
}

static void
frame_in(struct link *l, const json_t *f)
{
	const char	*k = json_string_value(json_object_get(f, "k"));

	if (k == NULL)
		return;
	if (strcmp(k, "hello") == 0 && !l->greeted)
		hello_done(l, f);
	else if (strcmp(k, "res") == 0)
		answer(l, f, true);
	else if (strcmp(k, "err") == 0)
		answer(l, f, false);
	else if (strcmp(k, "evt") == 0)
		event_in(l, f);
	else if (strcmp(k, "ping") == 0)
		pong(l, f);
}

static void
on_read(struct bufferevent *bev, void *arg)
{
	struct link	*l = arg;
	struct evbuffer	*in = bufferevent_get_input(bev);
	struct err	 e = ERR_INIT;
	unsigned char	 head[4];
	size_t		 size;
	json_t		*f;
	int		 rc;

	l->rx_at = clock_mono_ms();
	while (l->bev == bev && evbuffer_get_length(in) >= 4) {
		evbuffer_copyout(in, head, sizeof head);
		rc = frame_peek(head, sizeof head, FRAME_DOWN, &size, &e);
		if (rc != -1 && evbuffer_get_length(in) < size)
			break;
		f = rc == -1 ? NULL : frame_parse(evbuffer_pullup(in,
		    (ev_ssize_t)size) + 4, size - 4, &e);
		if (f == NULL) {
			link_drop(l, message_from_err(&e), false);
			err_clear(&e);
			return;
		}
		evbuffer_drain(in, size);
		frame_in(l, f);
		json_decref(f);
	}
}

/* ---------------------------------------------------------------- line */

static void
line_close(struct link *l)
{
	talloc_free(l->dial);
	l->dial = NULL;
	if (l->bev != NULL)
		bufferevent_free(l->bev);
	l->bev = NULL;
	l->greeted = l->handshaken = false;
	evtimer_del(l->ping);
	evtimer_del(l->open_timer);
}

/* The line is gone: tells every request, the owner, and plans the next try. */
static void
link_drop(struct link *l, json_t *error, bool final)
{
	struct rpc_req	*r, *tmp;
	json_t		*lost;
	int64_t		 wait;
	unsigned char	 jitter;
	unsigned	 last = l->next_id;

	line_close(l);
	l->state = final ? LINK_REFUSED : LINK_CUT;
	if (l->cut_at == 0)
		l->cut_at = clock_mono_ms();
	if (error == NULL)
		error = link_error(ERR_IO, N_("No line to the server."));
	lost = link_error(ERR_IO, N_("The line broke before the answer "
	    "came: it may have been carried out."));
	do {
		/* A callback may free others: start over after each. */
		tmp = NULL;
		for (r = l->reqs; r != NULL; r = r->hh.next)
			if (r->sent && r->id <= last) {
				tmp = r;
				break;
			}
		if (tmp != NULL)
			link_answer(tmp, NULL, lost, true);
	} while (tmp != NULL);
	json_decref(lost);
	if (!final && !l->conf.once) {
		RAND_bytes(&jitter, 1);
		wait = 1000 << (l->tries < 5 ? l->tries : 5);
		if (wait > 30000)
			wait = 30000;
		wait += wait * (jitter - 128) / 512;
		l->tries++;
		link_timer(l->retry, wait);
	}
	if (l->ops->down != NULL)
		l->ops->down(error, l->arg);
	if (l->ops->changed != NULL)
		l->ops->changed(l->arg);
	json_decref(error);
}

static void
say_hello(struct link *l)
{
	l->handshaken = true;
	link_frame(l, json_pack("{s:s,s:i,s:i,s:s,s:s}", "k", "hello", "proto",
	    PROTO, "min", PROTO, "app", "jabbar " JB_VERSION, "lang",
	    l->conf.lang));
}

static void
tls_up(struct link *l)
{
	enum tls_trust	 trust;
	char		*why;
	json_t		*error;

	talloc_free(l->fingerprint);
	trust = tls_judge(l, bufferevent_openssl_get_ssl(l->bev), l->conf.ca,
	    l->conf.known_hosts, l->conf.server, &l->fingerprint, &why);
	switch (trust) {
	case TLS_TRUSTED:
		say_hello(l);
		break;
	case TLS_UNKNOWN:
		evtimer_del(l->open_timer);
		l->state = LINK_ASKING;
		l->ops->ask(l->conf.server, l->fingerprint, l->arg);
		break;
	case TLS_CHANGED:
		error = link_error(ERR_IO, N_("DANGER: another certificate "
		    "than before; somebody may be listening in. Ask the "
		    "administrator; if renewed, remove its line from "
		    "~/.config/jabbar/known_hosts."));
		link_drop(l, error, true);
		break;
	case TLS_REFUSED:
		error = link_error(ERR_IO, why);
		link_drop(l, error, true);
		break;
	}
	talloc_free(why);
}

static void
on_event(struct bufferevent *bev, short what, void *arg)
{
	struct link	*l = arg;
	json_t		*error = NULL;
	unsigned long	 tls_error;
	const char	*reason;

	if (what & BEV_EVENT_CONNECTED) {
		if (l->conf.socket != NULL)
			say_hello(l);
		else
			tls_up(l);
		return;
	}
	if (!(what & (BEV_EVENT_ERROR | BEV_EVENT_EOF | BEV_EVENT_TIMEOUT)))
		return;
	if (!l->handshaken && l->state == LINK_OPENING &&
	    l->addr_i + 1 < l->addr_n) {
		l->addr_i++;
		link_dial(l);
		return;
	}
	if (what & BEV_EVENT_ERROR) {
		tls_error = bufferevent_get_openssl_error(bev);
		reason = tls_error != 0 ? ERR_reason_error_string(tls_error) :
		    evutil_socket_error_to_string(EVUTIL_SOCKET_ERROR());
		error = json_pack("{s:s,s:s,s:{s:s}}", "code", "io", "message",
		    reason != NULL ? reason : "?", "args", "what",
		    reason != NULL ? reason : "?");
	}
	link_drop(l, error, false);
}

/* Connects to the address in hand. */
static void
link_dial(struct link *l)
{
	const struct dial_addr	*a = &l->addr[l->addr_i];
	SSL			*ssl;
	char			*host = NULL, *port;

	if (l->bev != NULL)
		bufferevent_free(l->bev);
	l->bev = NULL;
	if (l->conf.socket != NULL)
		l->bev = bufferevent_socket_new(l->base, -1,
		    BEV_OPT_CLOSE_ON_FREE);
	else {
		ssl = SSL_new(l->tls);
		if (ssl == NULL)
			bug("SSL_new");
		if (dial_split(l, l->conf.server, &host, &port)) {
			SSL_set_tlsext_host_name(ssl, host);
			talloc_free(host);
			talloc_free(port);
		}
		l->bev = bufferevent_openssl_socket_new(l->base, -1, ssl,
		    BUFFEREVENT_SSL_CONNECTING, BEV_OPT_CLOSE_ON_FREE);
		/* Else a plain close is reported as an error. */
		bufferevent_openssl_set_allow_dirty_shutdown(l->bev, 1);
	}
	bufferevent_setcb(l->bev, on_read, NULL, on_event, l);
	bufferevent_enable(l->bev, EV_READ | EV_WRITE);
	if (bufferevent_socket_connect(l->bev,
	    (const struct sockaddr *)&a->sa, (int)a->len) == -1 &&
	    l->state == LINK_OPENING && l->bev != NULL)
		link_drop(l, link_error(ERR_IO, strerror(errno)), false);
}

static void
dial_done(const struct dial_addr *addrs, size_t n, struct err *e, void *arg)
{
	struct link	*l = arg;

	if (n == 0) {
		link_drop(l, message_from_err(e), false);
		return;
	}
	talloc_free(l->addr);
	l->addr = talloc_memdup(l, addrs, n * sizeof *addrs);
	l->addr_n = n;
	l->addr_i = 0;
	link_dial(l);
}

static void
link_open(struct link *l)
{
	struct err	e = ERR_INIT;

	line_close(l);
	l->state = LINK_OPENING;
	if (l->conf.socket == NULL && l->tls == NULL) {
		l->tls = tls_context(l->conf.ca, &e);
		if (l->tls == NULL) {
			link_drop(l, message_from_err(&e), true);
			err_clear(&e);
			return;
		}
	}
	link_timer(l->open_timer, OPEN_S * 1000);
	l->dial = dial_start(l, l->base, l->conf.server, l->conf.socket,
	    dial_done, l);
}

static void
retry_timer(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what;
	link_open(arg);
}

static void
open_timeout(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what;
	link_drop(arg, link_error(ERR_TIMEOUT, "the server does not answer"),
	    false);
}

static void
ping_timer(evutil_socket_t fd, short what, void *arg)
{
	struct link	*l = arg;

	(void)fd, (void)what;
	if (clock_mono_ms() - l->rx_at > SILENCE_MS) {
		link_drop(l, NULL, false);
		return;
	}
	ping_send(l);
	link_timer(l->ping, PING_S * 1000);
}

/* ---------------------------------------------------------------- public */

static int
link_free(struct link *l)
{
	struct rpc_req	*r, *tmp;

	line_close(l);
	HASH_ITER(hh, l->reqs, r, tmp) {
		HASH_DEL(l->reqs, r);
		r->l = NULL;
	}
	event_free(l->retry);
	event_free(l->ping);
	event_free(l->open_timer);
	SSL_CTX_free(l->tls);
	json_decref(l->granted);
	json_decref(l->user);
	json_decref(l->company);
	json_decref(l->topics);
	return 0;
}

struct link *
link_new(TALLOC_CTX *ctx, struct event_base *base,
    const struct link_conf *conf, const struct link_ops *ops, void *arg)
{
	struct link	*l = talloc_zero(ctx, struct link);

	l->rpc.ops = &link_rpc_ops;
	l->base = base;
	l->ops = ops;
	l->arg = arg;
	l->conf = *conf;
	l->conf.server = talloc_strdup(l, conf->server);
	l->conf.socket = talloc_strdup(l, conf->socket);
	l->conf.ca = talloc_strdup(l, conf->ca);
	l->conf.known_hosts = talloc_strdup(l, conf->known_hosts);
	l->conf.lang = talloc_strdup(l, conf->lang);
	l->retry = evtimer_new(base, retry_timer, l);
	l->ping = evtimer_new(base, ping_timer, l);
	l->open_timer = evtimer_new(base, open_timeout, l);
	l->state = LINK_OPENING;
	talloc_set_destructor(l, link_free);
	/* From the loop, so that the owner has our pointer by then. */
	link_timer(l->retry, 0);
	return l;
}

struct rpc *
link_rpc(struct link *l)
{
	return &l->rpc;
}

void
link_trust(struct link *l)
{
	struct err	e = ERR_INIT;

	if (l->state != LINK_ASKING)
		return;
	if (tls_pin(l->conf.known_hosts, l->conf.server, l->fingerprint,
	    &e) == -1) {
		link_drop(l, message_from_err(&e), true);
		err_clear(&e);
		return;
	}
	l->state = LINK_OPENING;
	link_timer(l->open_timer, OPEN_S * 1000);
	say_hello(l);
}

const char *
link_fingerprint(const struct link *l)
{
	return l->fingerprint;
}

void
link_refuse(struct link *l)
{
	if (l->state == LINK_ASKING)
		link_drop(l, link_error(ERR_IO,
		    N_("This server's certificate is not known here: start "
		    "jabbar once to compare it, or name it with --ca.")),
		    true);
}

struct login {
	struct link	*l;
	rpc_cb		*cb;
	void		*arg;
};

static void
login_done(const struct reply *r, void *arg)
{
	struct login	*lg = arg;
	rpc_cb		*cb = lg->cb;
	void		*cb_arg = lg->arg;

	if (r->result != NULL)
		session_set(lg->l, r->result);
	talloc_free(lg);
	cb(r, cb_arg);
}

void
link_login(struct link *l, const char *name, const char *password,
    const char *totp, rpc_cb *cb, void *arg)
{
	struct login	*lg = talloc_zero(l, struct login);
	json_t		*p;

	lg->l = l;
	lg->cb = cb;
	lg->arg = arg;
	p = json_pack("{s:s,s:s,s:s}", "name", name, "password", password,
	    "client", "jabbar " JB_VERSION);
	if (p == NULL)		/* not UTF-8 */
		p = json_pack("{s:s,s:s}", "name", "", "password", "");
	if (totp != NULL && *totp != '\0')
		json_object_set_new(p, "totp", json_string(totp));
	link_send(l, l, "session.login", p, RPC_TIMEOUT_MS, false, login_done,
	    lg);
}

void
link_logout(struct link *l)
{
	if (l->token == NULL)
		return;
	if (l->state == LINK_UP)
		link_send(l, l, "session.end", NULL, RPC_TIMEOUT_MS, false,
		    ignore_answer, l);
	session_forget(l);
}

bool
link_logged_in(const struct link *l)
{
	return l->token != NULL;
}

const json_t *
link_user(const struct link *l)
{
	return l->token != NULL ? l->user : NULL;
}

const json_t *
link_company(const struct link *l)
{
	return l->company;
}

bool
link_must_change(const struct link *l)
{
	return l->must_change;
}

void
link_password_changed(struct link *l)
{
	l->must_change = false;
}

void
link_watch(struct link *l, json_t *topics)
{
	json_decref(l->topics);
	l->topics = topics;
	if (l->state == LINK_UP)
		link_send(l, l, "event.watch", json_pack("{s:O}", "topics",
		    topics), RPC_TIMEOUT_MS, false, ignore_answer, l);
}

enum link_state
link_state(const struct link *l)
{
	return l->state;
}

int64_t
link_cut_ms(const struct link *l)
{
	/* Never 0 while it is cut: that is how callers know. */
	return l->cut_at != 0 ? clock_mono_ms() - l->cut_at + 1 : 0;
}

unsigned
link_pending(const struct link *l)
{
	return HASH_COUNT(l->reqs);
}

void
link_retry(struct link *l)
{
	if (l->state == LINK_CUT) {
		l->tries = 0;
		link_timer(l->retry, 0);
	}
}
