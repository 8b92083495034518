/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PAPER_H
#define PAPER_H

#include <event2/event.h>
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <talloc.h>

#include "base/err.h"
#include "conf.h"
#include "receipt/profile.h"

/*
 * Printing on the clerk's side. A helper process of this binary (`jabbar -x
 * print`) does all that may block: names, CUPS, dead printers. Jobs leave in
 * the order they were given; the helper is started anew when it dies, and the
 * job it died with is "unknown", never printed twice by itself.
 */
enum paper_state {
	PAPER_WAITING,		/* in our queue */
	PAPER_SENDING,		/* the helper is at it */
	PAPER_SENT,		/* handed over; nobody says it was printed */
	PAPER_DONE,		/* CUPS says so */
	PAPER_FAILED,		/* text says why */
	PAPER_UNKNOWN		/* it may or may not have been printed */
};

struct paper_status {
	enum paper_state	 state;
	bool			 final;
	const char		*text;	/* why, or what the printer says; "" */
	const char		*code;	/* of the error table, or NULL */
	/* of paper_list(): [{name, uri, info}] */
	const json_t		*queues;
};
/* From the event loop, once per news; the last one is final. */
typedef void paper_cb(const struct paper_status *st, void *arg);

struct paper;

/* Nothing is started before the first job. */
struct paper	*paper_new(TALLOC_CTX *ctx, struct event_base *base);
/*
 * Queues bytes for a printer (a URI of common/print) with the pacing of its
 * profile. cb hears of it until owner is freed; the job goes on without it.
 */
void		 paper_print(struct paper *p, TALLOC_CTX *owner,
		    const char *uri, const struct receipt_profile *profile,
		    const void *bytes, size_t len, paper_cb *cb, void *arg);
/* Asks for the queues of the CUPS server in force. */
void		 paper_list(struct paper *p, TALLOC_CTX *owner, paper_cb *cb,
		    void *arg);
/* Jobs that are not final yet. */
unsigned	 paper_pending(const struct paper *p);

/* "sent", "printed (CUPS)", "failed: out of paper", translated. */
char		*paper_state_text(TALLOC_CTX *ctx,
		    const struct paper_status *st);

/* The user's printer, read from what the client was told at start. */
struct paper_printer {
	char			*uri;		/* "" when none is chosen */
	char			*width;		/* "58" or "80" */
	struct receipt_profile	 profile;
	json_t			*own;		/* what differs from it */
};
/* Fills it from the options; -1 with ERR_USAGE where they are wrong. */
int		 paper_printer_load(struct paper_printer *pr, TALLOC_CTX *ctx,
		    const struct client_conf *conf, struct err *e)
		    __attribute__((warn_unused_result));
/*
 * Changes one member: "uri", "width" or one of the profile. An empty value of
 * a profile's member takes the preset's again.
 */
int		 paper_printer_set(struct paper_printer *pr, TALLOC_CTX *ctx,
		    const char *member, const char *value, struct err *e)
		    __attribute__((warn_unused_result));
/* The parameter `profile` of receipt.print, or NULL; new reference. */
json_t		*paper_printer_json(const struct paper_printer *pr);
/* "STRUK58", "192.0.2.7:9100", "/dev/usb/lp0": for a line of text. */
const char	*paper_printer_name(const struct paper_printer *pr);
/*
 * Writes the section [printer] of jabbar.ini anew; the rest of the file
 * stays as it is.
 */
int		 paper_printer_save(const struct paper_printer *pr,
		    const struct client_conf *conf, struct err *e)
		    __attribute__((warn_unused_result));

/* Base64 as frames carry it. */
char		*paper_base64(TALLOC_CTX *ctx, const void *data, size_t len);
unsigned char	*paper_unbase64(TALLOC_CTX *ctx, const char *s, size_t *len,
		    struct err *e);

/* The helper: frames on descriptor 0, answers on 1, until 0 ends. */
int		 paper_print_main(int argc, char **argv);

#endif
