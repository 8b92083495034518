/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef APP_INT_H
#define APP_INT_H

#include "app.h"
#include "link.h"

/* Shared by app.c (stack, keys), app_paint.c and app_run.c alone. */
#define HELD_MAX	512

struct app {
	const struct client_conf *conf;
	struct event_base	*base;
	struct link		*link;
	struct rpc		*rpc;		/* the link's, or a test's */
	struct cells		*cells;
	struct view		*top;
	TALLOC_CTX		*dead;		/* freed when the turn ends */
	struct event		*dead_ev, *paint_ev, *clock_ev, *loading_ev;
	struct event		*hold_ev;	/* lets held keys go on */
	struct event		*esc_ev;
	bool			 headless, dirty, loading, stopping;
	bool			 key_paint;	/* a key asked for it: at once */
	int			 code;
	/* line 23 */
	enum message_kind	 message_kind;
	char			*message;
	/* keys */
	bool			 hold, noc;
	struct key		 held[HELD_MAX];
	int			 held_n;
	int64_t			 esc_at;	/* an Esc that did nothing */
	struct key		 esc_digit;
	/* painting */
	int64_t			 painted_at;
	unsigned		 frame, writes;
	int			 test_fd;
	int			 timers;	/* of views, running */
	char			*user;		/* who is (or was) logged in */
	struct event		*in_ev, *wake_ev;
	struct event		*signals[4];
};

void	app_paint(struct app *app);
void	app_stack_init(struct app *app);
void	app_feed(struct app *app, const struct key *k);
bool	app_small(struct app *app);
void	app_resize(struct app *app, int rows, int cols);

#endif
