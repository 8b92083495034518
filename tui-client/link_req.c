/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link_int.h"

#include <string.h>

#include <openssl/rand.h>

#include "i18n.h"
#include "message.h"
#include "wire/frame.h"

#define OPEN_MAX	32	/* requests without answer, by protocol */

char *
uuid_new(TALLOC_CTX *ctx)
{
	unsigned char	b[16];

	if (RAND_bytes(b, sizeof b) != 1)
		bug("no random numbers");
	b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
	return talloc_asprintf(ctx, "%02x%02x%02x%02x-%02x%02x-%02x%02x-"
	    "%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1], b[2], b[3], b[4],
	    b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14],
	    b[15]);
}

json_t *
link_error(enum err_code code, const char *message)
{
	struct err	 e = { .code = code };
	json_t		*j;

	e.msg = talloc_strdup(NULL, message);
	j = message_from_err(&e);
	err_clear(&e);
	return j;
}

void
link_timer(struct event *ev, int64_t ms)
{
	struct timeval	tv = { ms / 1000, (ms % 1000) * 1000 };

	evtimer_add(ev, &tv);
}

int
link_frame(struct link *l, json_t *frame)
{
	struct err	 e = ERR_INIT;
	size_t		 size;
	void		*buf;

	buf = frame_build(NULL, frame, FRAME_UP, &size, &e);
	json_decref(frame);
	if (buf == NULL) {
		err_clear(&e);
		return -1;
	}
	bufferevent_write(l->bev, buf, size);
	/* It may have held a password. */
	explicit_bzero(buf, size);
	talloc_free(buf);
	return 0;
}

void
link_answer(struct rpc_req *r, json_t *result, json_t *error, bool lost)
{
	struct reply	 reply = { result, error, lost };
	rpc_cb		*cb = r->cb;
	void		*arg = r->arg;
	struct link	*l = r->l;

	/* The handle is dead before the callback: it may free its owner. */
	HASH_DEL(l->reqs, r);
	r->l = NULL;
	json_incref(result);
	json_incref(error);
	talloc_free(r);
	cb(&reply, arg);
	json_decref(result);
	json_decref(error);
}

static int
req_free(struct rpc_req *r)
{
	struct link	*l = r->l;

	if (l != NULL) {
		HASH_DEL(l->reqs, r);
		if (r->sent && l->bev != NULL && l->greeted)
			link_frame(l, json_pack("{s:s,s:I}", "k", "cancel",
			    "id", (json_int_t)r->id));
	}
	if (r->timer != NULL)
		event_free(r->timer);
	json_decref(r->failed);
	return 0;
}

static void
req_timer(evutil_socket_t fd, short what, void *arg)
{
	struct rpc_req	*r = arg;
	struct link	*l = r->l;
	json_t		*error;
	bool		 sent = r->sent;

	(void)fd, (void)what;
	error = r->failed != NULL ? json_incref(r->failed) :
	    link_error(ERR_TIMEOUT, "no answer in time");
	if (sent && l->bev != NULL)
		link_frame(l, json_pack("{s:s,s:I}", "k", "cancel", "id",
		    (json_int_t)r->id));
	link_answer(r, NULL, error, sent);
	json_decref(error);
}

struct rpc_req *
link_send(struct link *l, TALLOC_CTX *owner, const char *method,
    json_t *params, int timeout_ms, bool internal, rpc_cb *cb, void *arg)
{
	struct rpc_req	*r = talloc_zero(owner, struct rpc_req);
	bool		 open;

	if (params == NULL)
		params = json_object();
	r->l = l;
	r->id = ++l->next_id;
	r->cb = cb;
	r->arg = arg;
	r->timer = evtimer_new(l->base, req_timer, r);
	open = l->bev != NULL && l->greeted &&
	    (l->state == LINK_UP || internal);
	if (!open)
		r->failed = link_error(ERR_IO, N_("No line to the server."));
	else if (HASH_COUNT(l->reqs) >= OPEN_MAX)
		r->failed = link_error(ERR_BUSY, "too many open requests");
	else if (link_frame(l, json_pack("{s:s,s:I,s:s,s:O}", "k", "req",
	    "id", (json_int_t)r->id, "m", method, "p", params)) == -1) {
		r->failed = link_error(ERR_TOO_LARGE,
		    "the request is too large");
		json_object_set_new(r->failed, "args",
		    json_pack("{s:i}", "max", FRAME_UP));
	} else
		r->sent = true;
	json_decref(params);
	HASH_ADD(hh, l->reqs, id, sizeof r->id, r);
	talloc_set_destructor(r, req_free);
	link_timer(r->timer, r->sent ? timeout_ms : 0);
	return r;
}

static struct rpc_req *
rpc_link_send(struct rpc *rpc, TALLOC_CTX *owner, const char *method,
    json_t *params, int timeout_ms, rpc_cb *cb, void *arg)
{
	return link_send((struct link *)rpc, owner, method, params, timeout_ms,
	    false, cb, arg);
}

static bool
rpc_link_granted(struct rpc *rpc, const char *method)
{
	struct link	*l = (struct link *)rpc;

	return json_object_get(l->granted, method) != NULL;
}

static bool
rpc_link_online(struct rpc *rpc)
{
	return ((struct link *)rpc)->state == LINK_UP;
}

const struct rpc_ops	link_rpc_ops = {
	.send = rpc_link_send,
	.granted = rpc_link_granted,
	.online = rpc_link_online,
};
