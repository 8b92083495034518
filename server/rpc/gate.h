/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RPC_GATE_H
#define RPC_GATE_H

#include "api/methods.h"
#include "db/pool.h"
#include "session/client.h"
#include "session/worker.h"

/*
 * The one gate in front of the method table. For every request, in this
 * order: does the method exist; is somebody logged in; has he set his own
 * password; may he; are the fields right; then the method's `before` step if
 * it has one, one pipeline segment in which the database checks session and
 * right again, and the `after` step. What every method needs (counting,
 * latency, refusals in the audit log, one log line per fault) happens here
 * once.
 */
struct gate;
struct request;

struct gate	*gate_new(TALLOC_CTX *ctx, struct event_base *base,
		    struct db_pool *pool, struct workers *workers);
void		 gate_set_clients(struct gate *g, struct clients *clients);
const struct client_ops *gate_client_ops(void);
/* A notification of the database: tells who watches; rights are read again. */
void		 gate_event(void *gate, const char *topic, const char *number);
/* Notifications may have been lost. */
void		 gate_resync(void *gate);
size_t		 gate_busy(const struct gate *g);

/*
 * What hooks see of a request. A step ends by calling gate_continue() with
 * the next stage's input, or gate_fail(). Both free what hangs off `req` at
 * the end. Between the two the client may go away; the request lives on.
 */
struct request {
	struct gate			*gate;
	uint64_t			 uid;		/* never used twice */
	uint64_t			 client;	/* id of the line */
	uint64_t			 id;		/* the client's number */
	const struct rpc_method		*method;
	const struct hook		*hook;
	json_t				*params;	/* owned */
	char				*token, *user;	/* of who asked */
	char				*addr;
	long				 uid_peer;
	int64_t				 start_us;
	bool				 cancelled;
};

/*
 * A method that needs more than its SQL function. run: does all by itself.
 * before: works on req->params, then gate_query(). after: turns the answer's
 * text into another one (talloc child of req), or fills e.
 */
struct hook {
	const char	*method;
	void		(*run)(struct request *req);
	void		(*before)(struct request *req);
	char		*(*after)(struct request *req, const char *text,
			    size_t len, struct err *e);
};
extern const struct hook hooks[];	/* ends with method NULL */

struct request	*gate_request(struct gate *g, uint64_t uid);
/* The SQL function of the method, with req->params. */
void		 gate_query(struct request *req);
void		 gate_done(struct request *req, const char *text, size_t len);
void		 gate_done_json(struct request *req, json_t *answer);	/* steals */
void		 gate_fail(struct request *req, struct err *e);
/* One statement outside the method's own (login): done gets req->uid. */
void		 gate_sql(struct request *req, const char *query, bool again,
		    int n, const char *const *values, db_done_fn *done);
void		 gate_worker(struct request *req, json_t *job,
		    worker_done_fn *done);
/* Takes a login answer of the database: sets the client, answers it. */
void		 gate_logged_in(struct request *req, const char *text);
struct clients	*gate_clients(struct gate *g);
/* Replaces what a line wants to hear of; unknown topics are never heard of. */
void		 gate_watch(struct gate *g, struct client *c,
		    const json_t *topics);
/* Other open requests for the same method from the same address. */
size_t		 gate_alike(const struct request *req, bool *same_line);
/* Members for system.stats; new reference. */
json_t		*gate_stats(struct gate *g, bool reset);

#endif
