/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SESSION_CLIENT_H
#define SESSION_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <event2/event.h>
#include <jansson.h>
#include <openssl/ssl.h>
#include <talloc.h>

#include "base/err.h"

/*
 * The lines of clients: accept, TLS, hello, frames, pings, limits. What a
 * request means is the gate's business; it is called for each `req` and
 * `cancel` and answers by the functions below, at once or later. Only ids
 * cross into the database and the workers: on return the client is looked up
 * again, and may be gone.
 */
#define CLIENT_REQUESTS		32		/* open at once */
#define CLIENT_HANDSHAKE_S	10		/* TLS and hello */
#define CLIENT_LOGIN_S		60		/* connected, not logged in */
#define CLIENT_IDLE_S		120
#define CLIENT_OUT_MAX		(4 * 1024 * 1024)
#define CLIENT_OUT_PAUSE	(256 * 1024)	/* reads no more requests */
#define CLIENTS_OUT_MAX		(128 * 1024 * 1024)	/* all together */
#define CLIENT_OUT_STALL_S	30
#define CLIENT_NEW_PER_ADDR	256		/* lines not logged in */

struct clients;
struct client_request;

struct client {
	struct clients		*all;
	uint64_t		 id;		/* never used twice */
	char			*addr;		/* "192.0.2.7", "local" */
	long			 uid;		/* peer of a local socket, or -1 */
	char			 lang[3];
	unsigned		 open;		/* requests without an answer */
	/* Set by the gate at login, cleared at logout. */
	char			*token;
	char			*user;
	bool			 must_change;
	bool			*granted;	/* one per method */
	uint64_t		 login;		/* never used twice */
	uint64_t		 rights;	/* mark of what was granted */
	bool			 rights_stale, rights_asked;
	uint64_t		 watch, may_hear; /* bits of topics */
	bool			 missed;	/* an event, for the above */
	struct client_io	*io;
};

struct client_ops {
	void	(*request)(void *arg, struct client *c, uint64_t id,
		    const char *method, json_t *params);
	void	(*cancel)(void *arg, struct client *c, uint64_t id);
	void	(*closed)(void *arg, struct client *c);
	/* New reference: names allowed before login, for our hello. */
	json_t	*(*hello)(void *arg);
};

struct clients	*clients_new(TALLOC_CTX *ctx, struct event_base *base,
		    SSL_CTX *tls, int max, const struct client_ops *ops,
		    void *arg);
/* Takes over bound, listening descriptors; -1 is none. */
void		 clients_listen(struct clients *all, int tls_fd, int unix_fd);
/* A new context for the lines to come; stays the caller's. */
void		 clients_set_tls(struct clients *all, SSL_CTX *tls);
/* No new lines and no new requests from now on; answers still go out. */
void		 clients_drain(struct clients *all);
struct client	*client_find(struct clients *all, uint64_t id);
size_t		 clients_count(const struct clients *all);
/* True when nothing waits to be written to anybody. */
bool		 clients_flushed(const struct clients *all);
/* f may close the client it is given. */
void		 clients_each(struct clients *all,
		    void (*f)(struct client *, void *), void *arg);

/* The answer of a request as JSON text, copied into the frame as it is. */
void		 client_answer(struct client *c, uint64_t req, const char *text,
		    size_t len);
void		 client_refuse(struct client *c, uint64_t req,
		    const struct err *e);
void		 client_event(struct client *c, const char *topic,
		    json_t *data);		/* steals data */
/* Ends the line after what is queued was written. */
void		 client_close(struct client *c, const char *why);
/* Forgets the login. */
void		 client_logout(struct client *c);

#endif
