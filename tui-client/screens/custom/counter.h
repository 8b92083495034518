/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CUSTOM_COUNTER_H
#define CUSTOM_COUNTER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <talloc.h>

#include "app.h"
#include "fmt/date.h"
#include "paper.h"
#include "rpc.h"
#include "ui/edit.h"

/*
 * The counter: search > bill > money > F8 > next. counter.c is the view,
 * counter_model.c asks, counter_take.c books, counter_keys.c moves about,
 * counter_draw.c draws, counter_spool.c prints, counter_popup.c has the small
 * windows. All but the view and the windows see the program through struct
 * counter_host, so that tests can type into them.
 */
enum counter_phase {
	COUNTER_IDLE,		/* no bill; perhaps the last result */
	COUNTER_FINDING,	/* the server is asked; keys are held back */
	COUNTER_PICKING,	/* several match */
	COUNTER_BILL,
	COUNTER_TAKING,		/* payment.take is on its way */
	COUNTER_UNSURE		/* ... and nobody knows whether it arrived */
};

enum counter_focus { ON_SEARCH, ON_INVOICES, ON_METHOD, ON_REFERENCE,
	ON_MONEY, ON_RETYPE };

/* What F8 wants to hear once more. */
enum counter_ask { ASK_NONE, ASK_PARTIAL, ASK_CREDIT, ASK_RETYPE };

enum counter_timer { TIMER_CHECK, TIMER_BILL, TIMER_RECENT, TIMER_ECHO,
	TIMER_COUNT };

enum counter_method { METHOD_CASH, METHOD_TRANSFER, METHOD_COUNT };

struct counter_invoice {
	char		*number, *period, *title;
	struct date	 due;		/* y is 0 when there is none */
	int64_t		 remaining;
	int		 days_late;
	bool		 chosen;
};

struct counter_match {
	char	*number, *name, *address, *package, *status;
	int64_t	 owed;
};

struct counter_bill {
	char			*number, *name, *address, *phone, *package;
	char			*status, *notes;
	int64_t			 credit, owed, waiting;
	struct counter_invoice	*inv;
	size_t			 n;
};

/* What was booked last; shown until the next customer is found. */
struct counter_result {
	char		*payment, *name, *customer, *status, *at;
	const char	*method;	/* wire value */
	int64_t		 amount, tendered, change, credit, remaining;
};

/* The outside, as the model needs it. */
struct counter_host {
	void		(*message)(void *arg, enum message_kind kind,
			    const char *text);
	void		(*error)(void *arg, const char *method,
			    const json_t *error);
	void		(*hold)(void *arg, bool hold);
	void		(*flush)(void *arg);
	void		(*dirty)(void *arg);
	int64_t		(*mono_ms)(void *arg);
	struct date	(*today)(void *arg);
	/* counter_timer() is called ms from now */
	void		(*timer)(void *arg, enum counter_timer t, int ms);
	void		(*open_session)(void *arg);
	void		(*actions)(void *arg);
};

/* How far one slip is. */
struct counter_slip {
	struct counter_slip	*next;
	struct spool		*spool;
	char			*payment;
	json_t			*params;	/* of receipt.print */
	const char		*state;		/* a msgid, or text below */
	char			*text;		/* what the printer said */
	int64_t			 copy;		/* 0: the original */
	bool			 asking, lost, drawer, failed;
};

/*
 * Prints outlive the screen (and so does this): the slips of payments and
 * how far they are.
 * `send` hands bytes to the printer (paper_print() but in tests).
 */
struct spool {
	struct rpc		*rpc;
	struct paper_printer	 printer;
	struct counter_slip	*slips;		/* newest first */
	void	(*send)(struct spool *, const struct paper_printer *,
		    const void *bytes, size_t len, paper_cb *cb,
		    TALLOC_CTX *owner, void *arg);
	void	*send_arg;
	/* a slip's state is another one */
	void	(*changed)(void *arg, const struct counter_slip *sl);
	void	*changed_arg;
};

struct counter {
	struct rpc			*rpc;
	const struct counter_host	*host;
	void				*host_arg;
	struct spool			*spool;
	enum counter_phase		 phase;
	enum counter_focus		 focus;
	enum counter_ask		 ask;
	struct rpc_req			*req;	/* find, bill or take */
	struct rpc_req			*quiet;	/* bill read again */
	struct rpc_req			*asking; /* counter.recent */
	struct edit			*search, *reference, *money, *retype;
	char				*echo;	/* money as last explained */
	/* picking */
	struct counter_match		*match;
	size_t				 n_match, pick;
	/* the bill */
	struct counter_bill		*bill;
	size_t				 at;	/* row among the invoices */
	enum counter_method		 method;
	size_t				 tender; /* which suggestion */
	char				*op_id;
	json_t				*sent;	/* parameters of op_id's take */
	bool				 refused; /* op_id got a definite no */
	bool				 ok_short, ok_credit;
	int64_t				 ok_amount;
	int64_t				 asked_at;	/* ms: it arms late */
	int64_t				 confirm_from;
	struct counter_result		*result;
	/* drawer and last payments */
	bool				 known;	/* it was asked and told */
	bool				 actions_wait;	/* F9 came before that */
	bool				 session;
	char				*drawer;
	int64_t				 in_drawer, receipts;
	json_t				*recent; /* [{number, at, ...}] */
	/* characters since the last key that was none: perhaps a scan */
	char				*run, *run_text;
	size_t				 run_cur;
	bool				 run_fresh;
	enum counter_method		 run_method;
	char				*last_scan;
	int64_t				 last_scan_at;
};

/* ---- counter_model.c */
struct counter	*counter_new(TALLOC_CTX *ctx, struct rpc *rpc,
		    struct spool *spool, const struct counter_host *host,
		    void *arg);
/* Asks for the customer that q means. */
void		 counter_find(struct counter *c, const char *q);
/* Opens the bill of a customer's number. */
void		 counter_open(struct counter *c, const char *number);
/* Reads the state of the drawer and the last payments. */
void		 counter_read(struct counter *c);
/* Puts the bill away. */
void		 counter_clear(struct counter *c);
/* Esc while the server is asked. */
void		 counter_stop(struct counter *c);
void		 counter_event(struct counter *c, const char *topic,
		    const json_t *data);
void		 counter_timer(struct counter *c, enum counter_timer t);
/* The chosen invoices' sum, and what is given for it (-1: not readable). */
int64_t		 counter_total(const struct counter *c);
int64_t		 counter_given(const struct counter *c, struct err *e);
/* The same of what the echo beside the field explains. */
int64_t		 counter_echoed(const struct counter *c, struct err *e);
/* The amounts changed: what was confirmed must be confirmed again. */
void		 counter_changed(struct counter *c);
/* The same while he types on: the echo follows when he pauses. */
void		 counter_typed(struct counter *c);

/* ---- counter_take.c */
/* F8. */
void		 counter_commit(struct counter *c);
/* Asks again about a payment whose answer was lost, once the line is back. */
void		 counter_check(struct counter *c);
/* False, and a message why, while a payment is not known to be booked. */
bool		 counter_may_leave(struct counter *c);
const char	*counter_method_wire(enum counter_method m);

/* ---- counter_keys.c */
bool		 counter_command(struct counter *c, enum command cmd);
void		 counter_text(struct counter *c, const struct key *k);
/* A code came in; true when it was one of ours, good or bad. */
bool		 counter_scan(struct counter *c, const char *text);
void		 counter_focus_set(struct counter *c, enum counter_focus f);
const char	*counter_focus_name(const struct counter *c);

/* ---- counter_draw.c */
void		 counter_draw(struct counter *c, const struct area *body,
		    const char *zone);
/* "siti | Loket 2 | struk 84 | laci 8.415.000" */
char		*counter_status(TALLOC_CTX *ctx, const struct counter *c,
		    const char *user);

/* ---- counter_spool.c */
struct spool	*spool_new(TALLOC_CTX *ctx, struct rpc *rpc);
/* The slip of a fresh payment; the drawer opens first where cash came in. */
void		 spool_fresh(struct spool *s, const char *payment, bool cash);
/* Once more, by hand: a copy where there was a print before. */
void		 spool_again(struct spool *s, const char *payment);
/* Opens the drawer; -1 with e where the profile has none. */
int		 spool_drawer(struct spool *s, struct err *e)
		    __attribute__((warn_unused_result));
/* The line is back: asks again what was lost. */
void		 spool_resume(struct spool *s);
/*
 * How far the slip of a payment is, or NULL when it is not ours; *attr (or
 * NULL) tells trouble from success.
 */
char		*spool_state(TALLOC_CTX *ctx, const struct spool *s,
		    const char *payment, enum attr *attr);
bool		 spool_has_printer(const struct spool *s);

/* ---- counter_popup.c */
struct view	*counter_menu_open(struct view *counter);
void		 counter_printer_open(struct view *counter);
void		 counter_preview_open(struct view *counter,
		    const char *payment);
struct counter	*counter_of(struct view *v);
struct spool	*spool_get(struct app *app);
/* The payment that F9 c and s mean, or NULL. */
const char	*counter_last_payment(const struct counter *c);

#endif
