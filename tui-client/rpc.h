/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RPC_H
#define RPC_H

#include <stdbool.h>

#include <jansson.h>
#include <talloc.h>

#include "api/methods.h"

/*
 * What screens see of the line to the server. The link implements it over
 * TLS or a Unix socket; tests implement it with an array of answers.
 *
 * A request belongs to `owner`: freeing the owner (a closed screen) or the
 * handle forgets the request and cancels it at the server. The callback runs
 * from the event loop, never inside rpc_send, and exactly once unless the
 * request was forgotten before.
 */
struct reply {
	json_t	*result;	/* borrowed; NULL on failure */
	json_t	*error;		/* borrowed: {code, field?, args?, message} */
	bool	 lost;		/* sent, and the line broke: it may have happened */
};
typedef void rpc_cb(const struct reply *r, void *arg);

struct rpc;
struct rpc_req;			/* the handle: talloc_free() cancels */

struct rpc_ops {
	struct rpc_req	*(*send)(struct rpc *, TALLOC_CTX *owner,
			    const char *method, json_t *params,
			    int timeout_ms, rpc_cb *cb, void *arg);
	bool		 (*granted)(struct rpc *, const char *method);
	bool		 (*online)(struct rpc *);
};
struct rpc {
	const struct rpc_ops	*ops;
};

#define RPC_TIMEOUT_MS	20000

/* How long an answer of the method may take. */
static inline int
rpc_timeout_ms(const char *method)
{
	const struct rpc_method	*m = rpc_method_find(method);

	return m != NULL && (m->flags & RPC_LONG) ? RPC_LONG_MS :
	    RPC_TIMEOUT_MS;
}

/* Sends a request; takes the reference of params (NULL = {}). */
static inline struct rpc_req *
rpc_send(struct rpc *rpc, TALLOC_CTX *owner, const char *method,
    json_t *params, rpc_cb *cb, void *arg)
{
	return rpc->ops->send(rpc, owner, method, params,
	    rpc_timeout_ms(method), cb, arg);
}

/* True when the server allows this session the method. */
static inline bool
rpc_granted(struct rpc *rpc, const char *method)
{
	return method == NULL || rpc->ops->granted(rpc, method);
}

/* True while a request can be sent now. */
static inline bool
rpc_online(struct rpc *rpc)
{
	return rpc->ops->online(rpc);
}

/* A new random UUID (version 4) as text: an op_id. */
char	*uuid_new(TALLOC_CTX *ctx);

#endif
