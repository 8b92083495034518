/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LINK_H
#define LINK_H

#include <event2/event.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <talloc.h>

#include "rpc.h"

/*
 * The line to the server: dials (TLS or Unix socket), says hello, keeps the
 * session over cuts, measures the round trip, hands answers to their
 * requests and events to whoever watches. Never blocks: names are looked up
 * by a helper process.
 */
enum link_state {
	LINK_CUT,		/* no line; trying again */
	LINK_OPENING,		/* dialling, handshake, hello, resume */
	LINK_ASKING,		/* the certificate waits for link_trust() */
	LINK_UP,
	LINK_REFUSED		/* will not try again: changed certificate, version */
};

struct link;

struct link_ops {
	/* hello is done (and the session resumed, where there was one) */
	void	(*up)(void *arg);
	/* the line is gone, or could not be opened; error as in struct reply */
	void	(*down)(const json_t *error, void *arg);
	/* an unknown certificate: link_trust() or link_refuse() answers */
	void	(*ask)(const char *server, const char *fingerprint, void *arg);
	/* the session is over: log in again */
	void	(*expired)(const json_t *error, void *arg);
	/* something happened; topic "resync" after every cut */
	void	(*event)(const char *topic, const json_t *data, void *arg);
	/* the state or the round trip changed visibly */
	void	(*changed)(void *arg);
};

struct link_conf {
	const char	*server;	/* HOST:PORT, or NULL with a socket */
	const char	*socket;
	const char	*ca;
	const char	*known_hosts;
	const char	*lang;
	bool		 once;		/* do not dial again after a cut */
};

/* A line that starts dialling at once; strings of conf are copied. */
struct link	*link_new(TALLOC_CTX *ctx, struct event_base *base,
		    const struct link_conf *conf, const struct link_ops *ops,
		    void *arg);
/* The requests of screens go through this. */
struct rpc	*link_rpc(struct link *l);

/* Answers to ask(): pins and goes on; or gives up. */
void		 link_trust(struct link *l);
void		 link_refuse(struct link *l);
/* The fingerprint of the last certificate seen, or NULL. */
const char	*link_fingerprint(const struct link *l);

/* Logs in; the token, rights and user are kept on success, then cb runs. */
void		 link_login(struct link *l, const char *name,
		    const char *password, const char *totp, rpc_cb *cb,
		    void *arg);
/* Forgets the session and tells the server to end it. */
void		 link_logout(struct link *l);
bool		 link_logged_in(const struct link *l);
/* {name, full_name, role, ...}, {name} of the company; NULL before login. */
const json_t	*link_user(const struct link *l);
const json_t	*link_company(const struct link *l);
/* True while a first password must be changed. */
bool		 link_must_change(const struct link *l);
void		 link_password_changed(struct link *l);

/* Replaces the topics watched; sent again after each cut. */
void		 link_watch(struct link *l, json_t *topics);

enum link_state	 link_state(const struct link *l);
/* Median round trip in ms of the last five pings; -1 before the first. */
int		 link_rtt_ms(const struct link *l);
/* Milliseconds since the line was cut; 0 while it is up. */
int64_t		 link_cut_ms(const struct link *l);
/* Requests without an answer yet. */
unsigned	 link_pending(const struct link *l);
/* Dials now instead of at the next try. */
void		 link_retry(struct link *l);


#endif
