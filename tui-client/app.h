/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef APP_H
#define APP_H

#include <event2/event.h>
#include <jansson.h>
#include <stdbool.h>
#include <talloc.h>

#include "api/field.h"
#include "conf.h"
#include "keys.h"
#include "rpc.h"
#include "fmt/date.h"
#include "ui/cells.h"

/*
 * The stack of views over one event loop. A view is a screen (fills the
 * body) or a popup (draws over the one below). A view's state is its talloc
 * context: requests and timers owned by it die with it.
 *
 * Lines of the terminal: 0 is the header, the last but one the message, the
 * last the key bar; the body between is the view's.
 */
struct app;
struct view;
struct screen;

/* A line of a view's own in its help: what no key of the table says. */
struct view_key {
	const char	*key;
	const char	*text;		/* N_() */
};

struct view_ops {
	const char	*name;		/* "list": for the test line */
	const struct view_key	*keys;	/* ends with text NULL; or NULL */
	unsigned	 context;	/* CTX_... */
	bool		 popup;
	/* draws itself into the body; sets the cursor */
	void		(*draw)(struct view *, const struct area *body);
	/* a command of the table: true when it was handled */
	bool		(*command)(struct view *, enum command,
			    const struct key *);
	/* a character or a paste */
	void		(*text)(struct view *, const struct key *);
	/* true while characters are text, not single-key commands */
	bool		(*typing)(struct view *);
	/*
	 * The wording of a command in the key bar: NULL hides it, "" takes
	 * the table's. Without this member: the commands of the table.
	 */
	const char	*(*bar)(struct view *, enum command);
	/* right half of the header, or NULL; child of ctx */
	char		*(*status)(struct view *, TALLOC_CTX *ctx);
	/* name of the focused field, for the test line */
	const char	*(*focus)(struct view *);
	/* something happened on a topic; "resync": read again */
	void		(*event)(struct view *, const char *topic,
			    const json_t *data);
	/* on top again after a view above it went */
	void		(*shown)(struct view *);
	/* false keeps it open (it asks what to do with the changes) */
	bool		(*may_close)(struct view *);
	/* the terminal goes away: keep what was typed */
	void		(*save)(struct view *);
};

struct view {
	const struct view_ops	*ops;
	struct app		*app;
	const struct screen	*screen;	/* or NULL */
	const char		*title;		/* a msgid, or a text made for it */
	void			*state;		/* the implementation's */
	struct view		*below;
	struct view_timer	*timers;	/* app_timer() */
	bool			 closing;
};

enum message_kind { MSG_INFO, MSG_DONE, MSG_ERROR };

/* ---- views */
/* Pushes a view; `state` (or NULL) becomes its child. */
struct view	*app_push(struct app *app, const struct view_ops *ops,
		    const struct screen *screen, const char *title,
		    void *state);
/* Takes a view off the stack, with all above it; freed when the turn ends. */
void		 app_pop(struct view *v);
/* Pops it when it may be closed (drafts ask first). */
void		 app_close(struct view *v);
struct view	*app_top(struct app *app);
/* Down to the menu; screens with unsaved changes stay and ask. */
void		 app_home(struct app *app);
/* Opens the screen of that id, with the key of an object for a detail. */
bool		 app_open(struct app *app, const char *screen,
		    const char *key);

/* ---- requests */
struct rpc	*app_rpc(struct app *app);
/* Sends for a view; the answer is dropped when the view is gone. */
struct rpc_req	*app_send(struct view *v, const char *method, json_t *params,
		    rpc_cb *cb, void *arg);
bool		 app_granted(struct app *app, const char *method);
/* Something was written: lists below read again when they show. */
void		 app_wrote(struct app *app);
unsigned	 app_writes(struct app *app);
/* F5 for a view, as a timer callback. */
void		 app_refresh_view(struct view *v);
/* True, or a message why nothing can be committed now. */
bool		 app_may_commit(struct app *app);
/* {name, full_name, ...} of the user; NULL before login. */
const json_t	*app_user(struct app *app);
const struct client_conf *app_conf(struct app *app);
struct event_base *app_base(struct app *app);
/* Text of a member of the user's object, or "". */
const char	*app_user_text(struct app *app, const char *member);

/* ---- the screen */
/* Line 23; text is translated already and made visible by the drawing. */
void		 app_message(struct app *app, enum message_kind kind,
		    const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* The sentence of an error {code, ...} of a method (or NULL). */
void		 app_error(struct app *app, const char *method,
		    const json_t *error);
void		 app_message_clear(struct app *app);
/* Something changed: paint soon. */
void		 app_dirty(struct app *app);
/* Repaints everything (Ctrl-L). */
void		 app_repaint(struct app *app);
int		 app_rows(struct app *app);	/* of the body */
int		 app_cols(struct app *app);

/* ---- keys and time */
/* Holds typed keys back until released (an answer decides where they go). */
void		 app_hold(struct app *app, bool hold);
/* Holds this key back too, to come again first when they are released. */
void		 app_wait(struct view *v, const struct key *k);
/* Drops keys typed ahead (level-2 dialogs, errors). */
void		 app_flush_keys(struct app *app);
/* Feeds a key, as the terminal or a script does. */
void		 app_key(struct app *app, const struct key *k);
/* Runs a command as if its key had been pressed. */
void		 app_command(struct app *app, enum command cmd);

/* A timer of a view: fires once, ms from now; again = starts anew. */
typedef void	 app_timer_cb(struct view *v);
void		 app_timer(struct view *v, int ms, app_timer_cb *cb);
void		 app_timer_stop(struct view *v, app_timer_cb *cb);
/* True while no timer of a view, request or held key is outstanding. */
bool		 app_settled(struct app *app);

/* ---- session */
/* Logs out and shows the login screen. */
void		 app_logout(struct app *app);
void		 app_quit(struct app *app, int code);
/* The business date in the user's zone. */
struct date	 app_today(struct app *app);
const char	*app_zone(struct app *app);
/* After login: menu, first password, drafts. */
void		 app_logged_in(struct app *app);
/* ---- the line, as far as views need it */
/* Median round trip in ms, -1 before the first. */
int		 app_rtt_ms(struct app *app);
/* The company's name as the server told it, or "". */
const char	*app_company(struct app *app);
/* Dials now instead of at the next try. */
void		 app_retry(struct app *app);
/* True while a certificate waits for app_trust(). */
bool		 app_asking(struct app *app);
void		 app_trust(struct app *app);
/* The unknown certificate's fingerprint, "" where none waits. */
const char	*app_fingerprint(struct app *app);
/* Logs in; on success app_logged_in() is the caller's to call. */
void		 app_login(struct app *app, const char *name,
		    const char *password, const char *totp, rpc_cb *cb,
		    void *arg);
/* True while a first password must be changed; and it was. */
bool		 app_must_change(struct app *app);
void		 app_password_changed(struct app *app);

#endif
