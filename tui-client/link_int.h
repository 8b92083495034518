/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LINK_INT_H
#define LINK_INT_H

#include <event2/bufferevent.h>
#include <openssl/ssl.h>
#include <uthash.h>

#include "base/err.h"
#include "dial.h"
#include "link.h"

/* Shared by link.c (the line, the session) and link_req.c (requests) alone. */
#define RTT_N		5

struct rpc_req {
	struct link	*l;
	unsigned	 id;
	rpc_cb		*cb;
	void		*arg;
	struct event	*timer;
	json_t		*failed;	/* answered so by ourselves */
	bool		 sent;
	UT_hash_handle	 hh;
};

struct link {
	struct rpc		 rpc;	/* first: rpc_* receive this */
	struct event_base	*base;
	struct link_conf	 conf;
	const struct link_ops	*ops;
	void			*arg;
	enum link_state		 state;
	SSL_CTX			*tls;
	struct bufferevent	*bev;
	struct dial		*dial;
	struct dial_addr	*addr;
	size_t			 addr_n, addr_i;
	bool			 handshaken, greeted;
	char			*fingerprint;
	struct event		*retry, *ping, *open_timer;
	int			 tries;
	int64_t			 cut_at, rx_at, ping_at;
	unsigned		 ping_id;
	int			 rtt[RTT_N], rtt_n;
	struct rpc_req		*reqs;
	unsigned		 next_id;
	/* the session */
	char			*token;
	json_t			*granted, *user, *company, *topics;
	bool			 must_change, in_resume;
};

/* An error of our own in the shape of the wire; new reference. */
json_t	*link_error(enum err_code code, const char *message);
void	 link_timer(struct event *ev, int64_t ms);
/* Sends a frame; takes its reference. */
int	 link_frame(struct link *l, json_t *frame);
/* `internal` ones may go out while the session is being resumed. */
struct rpc_req *link_send(struct link *l, TALLOC_CTX *owner,
	    const char *method, json_t *params, int timeout_ms, bool internal,
	    rpc_cb *cb, void *arg);
/* Answers a request and forgets it. */
void	 link_answer(struct rpc_req *r, json_t *result, json_t *error,
	    bool lost);
extern const struct rpc_ops link_rpc_ops;

#endif
