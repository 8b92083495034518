/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rpc/gate.h"

#include <stdio.h>
#include <string.h>

#include <uthash.h>

#include "api/errors.h"
#include "api/perms.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "db/query.h"
#include "rpc/watch.h"
#include "wire/frame.h"

/* Latency buckets: powers of two of 64 microseconds, the last one open. */
#define BUCKETS		20
#define BUCKET_US	64
#define SLOW_US		50000
/* Calls on behalf of a line, not of a request: apart from request ids. */
#define LINE_CALL	(UINT64_C(1) << 63)

struct entry {
	const struct rpc_method	*method;
	const struct hook	*hook;
	const char		*sql;		/* text of its call */
	int			 index;
	uint64_t		 topic;		/* bit of its object */
	uint64_t		 calls, refused, faults;
	uint64_t		 total_us, max_us;
	uint64_t		 bucket[BUCKETS];
	UT_hash_handle		 hh;
};

struct request_node {
	struct request		 req;
	struct entry		*entry;
	UT_hash_handle		 hh;
};

struct gate {
	struct event_base	*base;
	struct db_pool		*pool;
	struct workers		*workers;
	struct clients		*clients;
	struct entry		*methods;
	int			 method_count;
	struct request_node	*requests;
	struct watch		*watch;
	uint64_t		 next_uid;
	int64_t			 start_ms;
	const char		*enter_sql;
};

static json_t	*grant(void *, struct client *, const json_t *);

static void
method_add(const struct rpc_method *m, void *arg)
{
	struct gate		*g = arg;
	struct entry		*en = talloc_zero(g, struct entry);
	const struct hook	*h;
	const char		*text = query_text("method_call");
	const char		*mark = strstr(text, "{}");
	char			*name, *p;

	en->method = m;
	en->index = g->method_count++;
	en->topic = watch_method(g->watch, m->name);
	for (h = hooks; h->method != NULL; h++)
		if (strcmp(h->method, m->name) == 0)
			en->hook = h;
	name = talloc_strdup(en, m->name);
	for (p = name; *p != '\0'; p++)
		if (*p == '.')
			*p = '_';
	en->sql = talloc_asprintf(en, "%.*s%s%s", (int)(mark - text), text,
	    name, mark + 2);
	HASH_ADD_KEYPTR(hh, g->methods, m->name, strlen(m->name), en);
}

static int
gate_free(struct gate *g)
{
	struct request_node	*n, *next;
	struct entry		*en, *en_next;

	HASH_ITER(hh, g->requests, n, next) {
		HASH_DEL(g->requests, n);
		talloc_free(n);
	}
	HASH_ITER(hh, g->methods, en, en_next)
		HASH_DEL(g->methods, en);
	return 0;
}

struct gate *
gate_new(TALLOC_CTX *ctx, struct event_base *base, struct db_pool *pool,
    struct workers *workers)
{
	struct gate		*g = talloc_zero(ctx, struct gate);
	const struct hook	*h;

	g->base = base;
	g->pool = pool;
	g->workers = workers;
	g->start_ms = clock_mono_ms();
	g->watch = watch_new(g, base, pool, grant, g);
	g->enter_sql = query_text("enter");
	rpc_method_each(method_add, g);
	for (h = hooks; h->method != NULL; h++)
		if (rpc_method_find(h->method) == NULL)
			bug("hook for %s, which is no method", h->method);
	talloc_set_destructor(g, gate_free);
	return g;
}

void
gate_set_clients(struct gate *g, struct clients *clients)
{
	g->clients = clients;
	watch_set_clients(g->watch, clients);
}

struct clients *
gate_clients(struct gate *g)
{
	return g->clients;
}

size_t
gate_busy(const struct gate *g)
{
	return HASH_COUNT(g->requests);
}

struct request *
gate_request(struct gate *g, uint64_t uid)
{
	struct request_node	*n;

	HASH_FIND(hh, g->requests, &uid, sizeof uid, n);
	return n != NULL ? &n->req : NULL;
}

static struct request_node *
node_of(struct request *req)
{
	struct request_node	*n;

	HASH_FIND(hh, req->gate->requests, &req->uid, sizeof req->uid, n);
	if (n == NULL)
		bug("request %llu is not open", (unsigned long long)req->uid);
	return n;
}

/* Counts the request and forgets it. */
static void
request_end(struct request *req, enum err_code code)
{
	struct request_node	*n = node_of(req);
	struct entry		*en = n->entry;
	uint64_t		 us = (uint64_t)(clock_mono_us() -
				    req->start_us);
	int			 b = 0;

	en->calls++;
	if (code == ERR_INTERNAL || code == ERR_UNAVAILABLE ||
	    code == ERR_TIMEOUT)
		en->faults++;
	else if (code != ERR_NONE)
		en->refused++;
	en->total_us += us;
	if (us > en->max_us)
		en->max_us = us;
	while (b < BUCKETS - 1 && us >= (uint64_t)BUCKET_US << b)
		b++;
	en->bucket[b]++;
	HASH_DEL(req->gate->requests, n);
	talloc_free(n);
}

static int
node_free(struct request_node *n)
{
	json_decref(n->req.params);
	return 0;
}

void
gate_done(struct request *req, const char *text, size_t len)
{
	struct client	*c = client_find(req->gate->clients, req->client);

	if (c != NULL)
		client_answer(c, req->id, text, len);
	request_end(req, ERR_NONE);
}

void
gate_done_json(struct request *req, json_t *answer)
{
	char	*text = json_text(NULL, answer);

	json_decref(answer);
	gate_done(req, text, strlen(text));
	talloc_free(text);
}

static void
refusal_sent(void *arg, uint64_t id, const char *text, size_t len,
    struct err *e)
{
	(void)arg;
	(void)id;
	(void)text;
	(void)len;
	if (e->code != ERR_NONE)
		log_error("event=audit_lost why=\"%s\"", e->msg);
}

/*
 * A refused transaction took its audit row along, so refusals that matter are
 * written apart: what somebody was not allowed to do, and writes that the
 * rules turned down. A mistyped field is neither.
 */
static void
audit_refusal(struct request *req, const struct err *e)
{
	struct db_call	 call = { .n = 1, .again = false };

	if (req->token == NULL)
		return;
	switch (e->code) {
	case ERR_DENIED:
		break;
	case ERR_BAD_STATE:
	case ERR_INVOICE_CLOSED:
	case ERR_OP_CONFLICT:
	case ERR_IN_USE:
		if (req->method->flags & RPC_WRITE)
			break;
		return;
	default:
		return;
	}
	call.steps[0].sql = query_text("audit_refusal");
	call.steps[0].n = 5;
	call.steps[0].values[0] = req->token;
	call.steps[0].values[1] = req->method->name;
	call.steps[0].values[2] = req->addr;
	call.steps[0].values[3] = err_name(e->code);
	call.steps[0].values[4] = e->args;
	if (db_submit(req->gate->pool, &call, refusal_sent, NULL,
	    LINE_CALL, NULL) ==
	    -1)
		log_error("event=audit_lost why=busy");
}

void
gate_fail(struct request *req, struct err *e)
{
	struct client	*c = client_find(req->gate->clients, req->client);

	if (e->code == ERR_INTERNAL)
		log_error("event=fault method=%s client=%llu user=%s "
		    "why=\"%s\"", req->method->name,
		    (unsigned long long)req->client,
		    req->user != NULL ? req->user : "-", e->msg);
	else
		log_debug("event=refused method=%s code=%s why=\"%s\"",
		    req->method->name, err_name(e->code),
		    e->msg != NULL ? e->msg : "");
	audit_refusal(req, e);
	if (c != NULL) {
		/* Unless somebody logged in on this line meanwhile. */
		if (e->code == ERR_NOT_LOGGED_IN && req->token != NULL &&
		    !(req->method->flags & RPC_OPEN) && c->token != NULL &&
		    strcmp(req->token, c->token) == 0)
			client_logout(c);
		client_refuse(c, req->id, e);
	}
	request_end(req, e->code);
}

static void
query_done(void *arg, uint64_t uid, const char *text, size_t len,
    struct err *e)
{
	struct gate	*g = arg;
	struct request	*req = gate_request(g, uid);
	struct err	 ae = ERR_INIT;
	char		*out;

	if (req == NULL)
		bug("answer for request %llu", (unsigned long long)uid);
	if (e->code != ERR_NONE) {
		gate_fail(req, e);
		return;
	}
	if (req->hook == NULL || req->hook->after == NULL) {
		gate_done(req, text, len);
		return;
	}
	out = req->hook->after(req, text, len, &ae);
	if (out != NULL) {
		gate_done(req, out, strlen(out));
		return;
	}
	gate_fail(req, &ae);
	err_clear(&ae);
}

void
gate_query(struct request *req)
{
	struct gate		*g = req->gate;
	struct request_node	*n = node_of(req);
	struct db_call		 call = { .n = 2 };
	struct err		 e = ERR_INIT;
	char			*params, timeout[16];

	if (req->cancelled) {
		err_set(&e, ERR_CANCELLED, "cancelled");
		gate_fail(req, &e);
		err_clear(&e);
		return;
	}
	params = json_text(NULL, req->params);
	call.steps[0].sql = g->enter_sql;
	call.steps[0].n = 6;
	call.steps[0].values[0] = req->token;
	call.steps[0].values[1] = req->method->perm;
	call.steps[0].values[2] = req->method->name;
	call.steps[0].values[3] = req->addr;
	call.steps[0].values[4] = req->method->flags & RPC_FIRST ? "t" : "f";
	if (req->method->flags & RPC_LONG) {
		snprintf(timeout, sizeof timeout, "%d", RPC_LONG_MS);
		call.steps[0].values[5] = timeout;
		call.timeout_ms = RPC_LONG_MS;
	}
	call.steps[1].sql = n->entry->sql;
	call.steps[1].n = 1;
	call.steps[1].values[0] = params;
	/* A read, or a write that its operation id makes harmless to repeat. */
	call.again = !(req->method->flags & RPC_WRITE) ||
	    json_is_string(json_object_get(req->params, "op_id"));
	if (db_submit(g->pool, &call, query_done, g, req->uid, &e) == -1) {
		gate_fail(req, &e);
		err_clear(&e);
	}
	talloc_free(params);
}

void
gate_sql(struct request *req, const char *query, bool again, int n,
    const char *const *values, db_done_fn *done)
{
	struct db_call	 call = { .n = 1, .again = again };
	struct err	 e = ERR_INIT;
	int		 i;

	call.steps[0].sql = query_text(query);
	call.steps[0].n = n;
	for (i = 0; i < n; i++)
		call.steps[0].values[i] = values[i];
	if (db_submit(req->gate->pool, &call, done, req->gate, req->uid,
	    &e) == -1) {
		gate_fail(req, &e);
		err_clear(&e);
	}
}

void
gate_worker(struct request *req, json_t *job, worker_done_fn *done)
{
	struct err	e = ERR_INIT;

	if (worker_submit(req->gate->workers, job, done, req->gate, req->uid,
	    &e) == -1) {
		gate_fail(req, &e);
		err_clear(&e);
	}
}

size_t
gate_alike(const struct request *req, bool *same_line)
{
	struct request_node	*n, *next;
	size_t			 count = 0;

	*same_line = false;
	HASH_ITER(hh, req->gate->requests, n, next) {
		if (&n->req == req || n->req.method != req->method ||
		    strcmp(n->req.addr, req->addr) != 0)
			continue;
		count++;
		if (n->req.client == req->client)
			*same_line = true;
	}
	return count;
}

/* Marks what the permissions of a login grant. Returns the method names. */
static json_t *
grant(void *arg, struct client *c, const json_t *perms)
{
	struct gate	*g = arg;
	struct entry	*en, *next;
	json_t		*names = json_array(), *p;
	const char	*perm;
	size_t		 i;
	bool		 ok;

	talloc_free(c->granted);
	c->granted = talloc_zero_array(c->io, bool,
	    (unsigned)g->method_count);
	c->may_hear = 0;
	HASH_ITER(hh, g->methods, en, next) {
		perm = en->method->perm;
		ok = perm[0] == '*';
		json_array_foreach(perms, i, p)
			if (!ok && strcmp(json_string_value(p), perm) == 0)
				ok = true;
		c->granted[en->index] = ok;
		if (!ok)
			continue;
		json_array_append_new(names, json_string(en->method->name));
		/* To hear of an object one may view it. */
		if (!(en->method->flags & RPC_WRITE))
			c->may_hear |= en->topic;
	}
	return names;
}

void
gate_logged_in(struct request *req, const char *text)
{
	struct gate	*g = req->gate;
	struct client	*c = client_find(g->clients, req->client);
	struct err	 e = ERR_INIT;
	json_t		*answer = json_loads(text, 0, NULL);
	const char	*token, *user;

	if (answer == NULL)
		bug("login answer is no JSON");
	token = json_string_value(json_object_get(answer, "token"));
	user = json_string_value(json_object_get(
	    json_object_get(answer, "user"), "name"));
	if (token == NULL || user == NULL) {
		json_decref(answer);
		err_set(&e, ERR_NOT_LOGGED_IN, "no such session");
		gate_fail(req, &e);
		err_clear(&e);
		return;
	}
	if (c != NULL) {
		client_logout(c);
		c->token = secret_strdup(c->io, token);
		c->user = talloc_strdup(c->io, user);
		watch_login(g->watch, c, answer);
		c->must_change = json_is_true(json_object_get(answer,
		    "must_change"));
		json_object_set_new(answer, "granted", grant(g, c,
		    json_object_get(answer, "perms")));
	}
	json_object_del(answer, "perms");
	gate_done_json(req, answer);
}

static void
gate_open(struct request *req)
{
	struct gate	*g = req->gate;
	struct client	*c = client_find(g->clients, req->client);
	struct entry	*en = node_of(req)->entry;
	struct err	 e = ERR_INIT;
	const char	*login_only = "log in first";

	if (!(req->method->flags & RPC_OPEN)) {
		if (c->token == NULL)
			err_set(&e, ERR_NOT_LOGGED_IN, "%s", login_only);
		else if (c->must_change && !(req->method->flags & RPC_FIRST))
			err_set(&e, ERR_PASSWORD_CHANGE,
			    "the first password must be changed");
		else if (!c->granted[en->index]) {
			err_set(&e, ERR_DENIED, "%s is not granted",
			    req->method->name);
			e.args = talloc_asprintf(NULL, "{\"perm\":\"%s\"}",
			    req->method->perm);
		}
	}
	if (e.code == ERR_NONE &&
	    rpc_method_check(req->method, req->params, &e) == 0) {
		if (req->hook != NULL && req->hook->run != NULL)
			req->hook->run(req);
		else if (req->hook != NULL && req->hook->before != NULL)
			req->hook->before(req);
		else
			gate_query(req);
		return;
	}
	gate_fail(req, &e);
	err_clear(&e);
}

static void
on_request(void *arg, struct client *c, uint64_t id, const char *method,
    json_t *params)
{
	struct gate		*g = arg;
	struct request_node	*n;
	struct entry		*en;
	struct err		 e = ERR_INIT;
	json_t			*name;
	int64_t			 start = clock_mono_us(), took;

	HASH_FIND_STR(g->methods, method, en);
	if (en == NULL) {
		err_set(&e, ERR_NO_METHOD, "no such method");
		name = json_pack("{s:s}", "method", method);
		e.args = json_text(NULL, name);
		json_decref(name);
		client_refuse(c, id, &e);
		err_clear(&e);
		return;
	}
	n = talloc_zero(NULL, struct request_node);
	talloc_set_destructor(n, node_free);
	n->entry = en;
	n->req.gate = g;
	n->req.uid = ++g->next_uid;
	n->req.client = c->id;
	n->req.id = id;
	n->req.method = en->method;
	n->req.hook = en->hook;
	n->req.params = json_incref(params);
	n->req.addr = talloc_strdup(n, c->addr);
	n->req.uid_peer = c->uid;
	n->req.start_us = start;
	if (c->token != NULL) {
		n->req.token = secret_strdup(n, c->token);
		n->req.user = talloc_strdup(n, c->user);
	}
	HASH_ADD(hh, g->requests, req.uid, sizeof n->req.uid, n);
	gate_open(&n->req);
	took = clock_mono_us() - start;
	if (took > SLOW_US)
		log_warn("event=slow_turn what=%s us=%lld", en->method->name,
		    (long long)took);
}

static void
on_cancel(void *arg, struct client *c, uint64_t id)
{
	struct gate		*g = arg;
	struct request_node	*n, *next;

	HASH_ITER(hh, g->requests, n, next)
		if (n->req.client == c->id && n->req.id == id &&
		    !n->req.cancelled) {
			n->req.cancelled = true;
			db_cancel(g->pool, n->req.uid);
			worker_cancel(g->workers, n->req.uid);
			return;
		}
}

/*
 * Reads of a line that is gone are of no use, nor is hashing the password of
 * who does not wait for the answer; writes are carried out.
 */
static void
on_closed(void *arg, struct client *c)
{
	struct gate		*g = arg;
	struct request_node	*n, *next;

	HASH_ITER(hh, g->requests, n, next)
		if (n->req.client == c->id && !n->req.cancelled &&
		    !(n->req.method->flags & RPC_WRITE)) {
			n->req.cancelled = true;
			if (n->req.method->flags & RPC_OPEN)
				worker_cancel(g->workers, n->req.uid);
			else
				db_cancel(g->pool, n->req.uid);
		}
}

static json_t *
on_hello(void *arg)
{
	struct gate	*g = arg;
	struct entry	*en, *next;
	json_t		*names = json_array();

	HASH_ITER(hh, g->methods, en, next)
		if (en->method->flags & RPC_OPEN)
			json_array_append_new(names,
			    json_string(en->method->name));
	return names;
}

const struct client_ops *
gate_client_ops(void)
{
	static const struct client_ops ops = {
		.request = on_request,
		.cancel = on_cancel,
		.closed = on_closed,
		.hello = on_hello,
	};

	return &ops;
}

void
gate_watch(struct gate *g, struct client *c, const json_t *topics)
{
	watch_topics(g->watch, c, topics);
}

void
gate_event(void *arg, const char *topic, const char *number)
{
	struct gate	*g = arg;

	watch_event(g->watch, topic, number);
}

void
gate_resync(void *arg)
{
	struct gate	*g = arg;

	watch_resync(g->watch);
}

/* The upper edge of the bucket that holds the 99th percentile. */
static uint64_t
entry_p99(const struct entry *en)
{
	uint64_t	seen = 0, want = en->calls - en->calls / 100;
	int		b;

	for (b = 0; b < BUCKETS - 1; b++) {
		seen += en->bucket[b];
		if (seen >= want)
			break;
	}
	return (uint64_t)BUCKET_US << b;
}

json_t *
gate_stats(struct gate *g, bool reset)
{
	json_t		*methods = json_array();
	struct entry	*en, *next;

	HASH_ITER(hh, g->methods, en, next) {
		if (en->calls > 0)
			json_array_append_new(methods, json_pack(
			    "{s:s,s:I,s:I,s:I,s:I,s:I,s:I}", "name",
			    en->method->name, "calls", (json_int_t)en->calls,
			    "errors", (json_int_t)en->faults, "refused",
			    (json_int_t)en->refused, "mean_us",
			    (json_int_t)(en->total_us / en->calls), "p99_us",
			    (json_int_t)entry_p99(en), "max_us",
			    (json_int_t)en->max_us));
		if (reset) {
			en->calls = en->faults = en->refused = 0;
			en->total_us = en->max_us = 0;
			memset(en->bucket, 0, sizeof en->bucket);
		}
	}
	return json_pack("{s:o,s:I,s:I,s:I,s:I,s:I,s:I}", "methods", methods,
	    "uptime_s", (json_int_t)((clock_mono_ms() - g->start_ms) / 1000),
	    "clients", (json_int_t)clients_count(g->clients), "requests",
	    (json_int_t)gate_busy(g), "db_waiting",
	    (json_int_t)db_pool_busy(g->pool), "db_connections",
	    (json_int_t)db_pool_connected(g->pool), "logins_waiting",
	    (json_int_t)workers_busy(g->workers));
}
