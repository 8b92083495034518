/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PRINT_PRINT_H
#define PRINT_PRINT_H

#include <stdbool.h>
#include <stddef.h>

#include <talloc.h>

#include "base/err.h"

/*
 * Hands bytes to a printer and says what is known of them. Everything here
 * blocks, with deadlines: it belongs into a helper process of the client.
 *
 *	cups://HOST[:PORT]/QUEUE	a raw CUPS queue; cups:///QUEUE asks
 *					CUPS_SERVER, or this machine
 *	tcp://HOST[:PORT]		AppSocket, port 9100
 *	file:/PATH			a device (appended) or a plain file
 *					(created with mode 0600, replaced)
 *
 * No printer tells that paper came out. What we know ends with "sent" over
 * tcp and to a device, and with the state of the job over CUPS.
 */
enum print_scheme { PRINT_CUPS, PRINT_TCP, PRINT_FILE };

struct print_target {
	enum print_scheme	 scheme;
	char			*host;		/* NULL: this machine's CUPS */
	int			 port;		/* 0: the default */
	char			*queue;
	char			*path;
};

enum print_state {
	PRINT_CONNECTING,
	PRINT_SENDING,
	PRINT_SENT,		/* handed over; no more is known */
	PRINT_DONE,		/* job finished, file written */
	PRINT_ABORTED,
	PRINT_CANCELLED,
	PRINT_HELD,
	PRINT_STOPPED,		/* the queue stands, the job waits */
	PRINT_UNKNOWN,		/* we stopped watching before it ended */
};

struct print_progress {
	enum print_state	  state;
	size_t			  sent, total;	/* bytes */
	int			  job;		/* number in CUPS, else 0 */
	/* The printer's own words, safe to show; "" if none. */
	const char		 *message;
	/* Known troubles as msgids, NULL-terminated. */
	const char *const	 *reasons;
};

/* Called at each change; what it points to lives until it returns. */
typedef void print_progress_fn(void *arg, const struct print_progress *p);

struct print_options {
	int		 connect_ms;	/* 0: 5000 */
	int		 total_ms;	/* until all bytes are out; 0: 60000 */
	int		 watch_ms;	/* following a job; 0: 20000, -1: not */
	size_t		 chunk;		/* bytes per write; 0: all at once */
	int		 delay_ms;	/* between two writes */
	int		 linger_ms;	/* before closing; 0: 1000 when paced */
	bool		 status;	/* tcp: ask first, refuse if no paper */
	const void	*preamble;	/* sent first, not over CUPS */
	size_t		 preamble_len;
	const char	*title;		/* of the job; NULL: "jabbar" */
	const char	*user;		/* NULL: the user of this process */
};

/* Takes a URI apart; ERR_BAD_FIELD in plain words for what is no printer. */
int	print_uri_parse(TALLOC_CTX *ctx, const char *uri,
	    struct print_target *t, struct err *e)
	    __attribute__((warn_unused_result));
/*
 * Prints. 0 when the bytes were handed over and the job was not given up
 * (cb's last call tells how far it came), else -1 with words for people:
 * ERR_IO, ERR_UNAVAILABLE (nobody answers), ERR_TIMEOUT, ERR_NOT_FOUND (no
 * such queue or device), ERR_DENIED. cb and opt may be NULL.
 */
int	print_send(const char *uri, const void *bytes, size_t len,
	    const struct print_options *opt, print_progress_fn *cb, void *arg,
	    struct err *e) __attribute__((warn_unused_result));
/* "sent", "done", ...: a msgid. */
const char *print_state_text(enum print_state s);

struct print_queue {
	char		*uri;		/* to print to it */
	char		*name, *info;	/* safe to show */
	enum print_state state;		/* DONE (idle), SENDING, STOPPED */
	bool		 accepting;
	char		*message;
};
/* The queues of a CUPS server: "cups:///" or "cups://HOST[:PORT]/". */
int	print_list(TALLOC_CTX *ctx, const char *uri, struct print_queue **out,
	    size_t *n, struct err *e) __attribute__((warn_unused_result));

#endif
