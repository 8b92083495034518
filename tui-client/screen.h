/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SCREEN_H
#define SCREEN_H

#include "api/field.h"
#include "app.h"

/*
 * A screen is rows: the engines (view/list.c, view/detail.c, view/form.c,
 * view/menu.c) draw them and carry them out. A new menu is a new struct
 * screen in tui-client/screens/ and one line in screens/table.c.
 */
enum screen_kind {
	SCREEN_LIST,		/* list method, columns, filters, actions */
	SCREEN_DETAIL,		/* get method, tabs of blocks, actions */
	SCREEN_FORM,		/* the form of one method */
	SCREEN_BOARD,		/* as LIST, ordered by severity, live */
	SCREEN_MENU,
	SCREEN_CUSTOM		/* open() */
};

enum screen_group {
	GROUP_NONE,		/* not in the menu */
	GROUP_COUNTER,		/* LOKET */
	GROUP_BILLING,		/* PENAGIHAN */
	GROUP_NETWORK,		/* NOC */
	GROUP_MANAGE,		/* KELOLA */
	GROUP_COUNT_
};

enum col_type {
	COL_TEXT,
	COL_MONEY,		/* 277.500, right */
	COL_COUNT,		/* integer, right */
	COL_DATE,
	COL_PERIOD,
	COL_INSTANT,		/* 12-07-2026 10:42 in the user's zone */
	COL_STATUS,		/* a word of words.c, coloured */
	COL_PHONE,
	COL_PERCENT,
	COL_BOOL,		/* yes / - */
	COL_MICROS,		/* microseconds, shown as ms */
	COL_SECONDS,		/* a span: 3h 12m */
	COL_LABEL		/* text that is a msgid (labels of rows) */
};

struct column {
	const char	*key;
	const char	*label;		/* N_() */
	enum col_type	 type;
	int		 min, pref;	/* columns; 0: by type */
	int		 drop;		/* 0: never; else the highest goes first */
	const char	*need;		/* detail: method, else it is not shown */
};

/* One initial value of an action's form. */
struct preset {
	const char	*field;		/* parameter */
	/*
	 * "customer": that member of the row; "^number": of the object that
	 * the detail shows (the row being one of its blocks'); "=x": the text x;
	 * "@role": that member of the screen's fixed filter (or key: "@");
	 * "[perm]": an array with that member; "<period": this period, as a
	 * value to start from; "~own_price": that member, to start from.
	 */
	const char	*from;
};

#define ACT_ROW		0x01	/* acts on the row; hidden without one */
#define ACT_MANY	0x02	/* acts on all tagged rows, one request each */
#define ACT_NOW		0x04	/* no form: everything is preset; F8 in line 23 */
#define ACT_KEY_F6	0x08	/* F6 starts it */
#define ACT_KEY_F7	0x10	/* F7 starts it (details: change) */
#define ACT_KEY_F8	0x20	/* F8 does it at once to the selected row */
#define ACT_SURE	0x40	/* level 2: type the row's key or the count, then F8 */
#define ACT_UPDATE	0x80	/* sends only what was changed, and the version */
#define ACT_TEXT	0x100	/* values are sent as text (setting.update) */
#define ACT_OPEN	0x200	/* opens `screen` instead of a form */

struct action {
	const char		 *id;		/* "cancel": typed name, unique in the screen */
	char			  letter;	/* in the F9 menu */
	const char		 *label;	/* N_() */
	const char		 *method;
	unsigned		  flags;
	const struct preset	 *presets;	/* ends with field NULL */
	/* shown when member `when` of the row is one of the words `is` */
	const char		 *when, *is;
	/* enum field `choose` offers only the array in member `from` of the row */
	const char		 *choose, *from;
	/* the row is the selected one of this block of a detail */
	const char		 *block;
	const char		 *screen;	/* opened afterwards (with `number`), or instead */
	const char		 *screen_key;	/* member of the row, for ACT_OPEN */
	/* get method asked first for current values (ACT_UPDATE in a list) */
	const char		 *get, *get_key;
	/* field rows made at run time (the value of a setting) */
	const struct field	*(*fields)(TALLOC_CTX *, const json_t *row);
};

enum block_kind {
	BLOCK_FIELDS,		/* label and value, two columns where there is room */
	BLOCK_TABLE,		/* array of objects, or a list method's rows */
	BLOCK_NOTE,		/* one text, wrapped */
	BLOCK_CHANGES		/* members `old` and `new` side by side */
};

struct block {
	enum block_kind		 kind;
	const char		*title;		/* N_() or NULL */
	const char		*member;	/* of the answer; NULL: the answer itself */
	const struct column	*columns;	/* ends with key NULL */
	const char		*list;		/* BLOCK_TABLE: list method instead of member */
	const char		*filter;	/* ... filtered by this key = the object's key */
	const char		*screen;	/* Enter on a row opens it ... */
	const char		*screen_key;	/* ... with this member */
	const char		*need;		/* method, else it is not shown */
};

struct tab {
	const char		*label;		/* N_() */
	const struct block	*blocks;	/* ends with columns and member NULL */
};

struct screen {
	const char		*id;		/* "customers" */
	int			 number;	/* in the menu; never reused; -1: none */
	enum screen_group	 group;
	const char		*title;		/* N_() */
	const char		*hint;		/* N_(): more words, for menu and palette */
	enum screen_kind	 kind;
	const char		*need;		/* method that must be granted (else list/get) */
	/* LIST */
	const char		*list, *stats;
	const struct column	*columns;	/* ends with key NULL */
	const struct column	*stat_columns;	/* the strip; ends with key NULL */
	const struct field	*filters;	/* the F7 form; ends with key NULL */
	const char		*fixed;		/* filter member that the opener gives */
	const char		*preset;	/* N_(): filter words typed for him */
	const char		*open;		/* Enter opens this screen ... */
	const char		*open_key;	/* ... with this column; default `key` */
	const char		*enter;		/* or Enter starts this action */
	const struct action	*actions;	/* ends with id NULL */
	const char		*key;		/* column that identifies a row */
	const char		*topic;		/* events that reload it */
	/* DETAIL */
	const char		*get;
	const char		*get_key;	/* parameter of get; default "number" */
	const struct tab	*tabs;		/* ends with label NULL */
	/* members shown in the header: "number", "name"; status last */
	const char		*head[4];
	/* FORM */
	const struct action	*form;
	/* CUSTOM: pushes its view; key as in app_open() */
	struct view		*(*start)(struct app *, const struct screen *,
				    const char *key);
};

/* All screens, in menu order; ends with NULL. One line per screen. */
extern const struct screen *const screen_table[];

const struct screen *screen_find(const char *id);
const struct screen *screen_by_number(int number);
/* True when the session may use it. */
bool	 screen_granted(struct app *app, const struct screen *s);
const char *screen_group_label(enum screen_group g);	/* N_() */

/* The engines; key NULL where there is none. */
struct view *list_open(struct app *app, const struct screen *s,
	    const char *key);
struct view *detail_open(struct app *app, const struct screen *s,
	    const char *key);
struct view *menu_open(struct app *app);
struct view *login_open(struct app *app);

/*
 * Carries out an action on a row (an object, or NULL): opens its form, asks
 * what must be asked, or opens the screen it names.
 */
void	 action_run(struct view *v, const struct action *a, json_t *row,
	    const char *fixed_key, const char *fixed_value);
/* The same at once, everything being preset: for F8 in a list. */
void	 action_now(struct view *v, const struct action *a, json_t *row,
	    const char *fixed_key, const char *fixed_value);
/* True when it may be offered for this row. */
bool	 action_offered(struct view *v, const struct action *a,
	    const json_t *row);
/* The row an action of a view acts on; new reference or NULL. */
typedef json_t *action_row_fn(struct view *v, const struct action *a);
/* The F9 menu: the actions offered for their rows. */
void	 action_menu(struct view *v, const struct action *actions,
	    action_row_fn *row_of, const char *fixed_key,
	    const char *fixed_value);
/* Opens the form of a screen of kind FORM. */
void	 action_form(struct app *app, const struct screen *s);

#endif
