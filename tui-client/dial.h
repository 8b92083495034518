/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DIAL_H
#define DIAL_H

#include <sys/socket.h>

#include <event2/event.h>
#include <stdbool.h>
#include <talloc.h>

#include "base/err.h"

/* Where a server may be reached: filled by dial_start(). */
struct dial_addr {
	struct sockaddr_storage	 sa;
	socklen_t		 len;
};

struct dial;
/* n = 0: nothing was found and e says why. */
typedef void dial_cb(const struct dial_addr *addrs, size_t n, struct err *e,
	    void *arg);

/*
 * Finds the addresses of HOST:PORT or of a socket path (one of them NULL)
 * and hands them to cb from the event loop. Numeric addresses and paths need
 * nobody; a name is looked up by a helper process, so a dead name server
 * never holds a key. talloc_free() gives up.
 */
struct dial	*dial_start(TALLOC_CTX *ctx, struct event_base *base,
		    const char *server, const char *socket, dial_cb *cb,
		    void *arg);
/* The helper: prints the addresses of argv[0] port argv[1], one a line. */
int		 dial_resolve_main(int argc, char **argv);
/* Splits HOST:PORT ("[::1]:7823" too); false where it is neither. */
bool		 dial_split(TALLOC_CTX *ctx, const char *server, char **host,
		    char **port);

#endif
