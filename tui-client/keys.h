/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef KEYS_H
#define KEYS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Keys as the program sees them, whatever the terminal sent, and the one
 * table of what they mean. Dispatcher, key bar, help and palette all read
 * this table; a screen gives a command its own wording, never another key.
 */
enum key_code {
	K_NONE,
	K_CHAR,			/* ch */
	K_PASTE,		/* text */
	K_ENTER, K_TAB, K_BACKTAB, K_ESC, K_BACKSPACE, K_DELETE, K_INSERT,
	K_UP, K_DOWN, K_LEFT, K_RIGHT, K_HOME, K_END, K_PGUP, K_PGDN,
	K_F1, K_F2, K_F3, K_F4, K_F5, K_F6, K_F7, K_F8, K_F9, K_F10, K_F11,
	K_F12,
	K_SF1, K_SF2, K_SF3, K_SF4, K_SF5, K_SF6, K_SF7, K_SF8, K_SF9, K_SF10,
	K_RESIZE,
	K_CTRL			/* K_CTRL + 'A' .. K_CTRL + 'Z' */
};

struct key {
	int		 code;
	int32_t		 ch;
	const char	*text;
};

enum command {
	CMD_NONE,
	CMD_HELP, CMD_FIND, CMD_CLOSE, CMD_LIST, CMD_REFRESH, CMD_START,
	CMD_EDIT, CMD_COMMIT, CMD_ACTIONS, CMD_MENU, CMD_CANCEL, CMD_PALETTE,
	CMD_REDRAW, CMD_TAG, CMD_TAG_ALL, CMD_COPY_PREVIOUS, CMD_UNDO,
	CMD_REDO, CMD_CLEAR, CMD_SORT_NEXT, CMD_SORT_TURN, CMD_FILTER,
	CMD_ENTER, CMD_ESC, CMD_NEXT, CMD_PREVIOUS, CMD_UP, CMD_DOWN,
	CMD_LEFT, CMD_RIGHT, CMD_HOME, CMD_END, CMD_PGUP, CMD_PGDN,
	CMD_BACKSPACE, CMD_DELETE,
	CMD_LANGUAGE, CMD_PASSWORD, CMD_LOGOUT, CMD_QUIT,
	CMD_COUNT_
};

/* Where a command counts: the kind of the view on top. */
#define CTX_LIST	0x01
#define CTX_FORM	0x02
#define CTX_DETAIL	0x04
#define CTX_MENU	0x08
#define CTX_LOGIN	0x10
#define CTX_POPUP	0x20
#define CTX_CUSTOM	0x40	/* counter, dashboard: all but lists' letters */
#define CTX_BOARD	0x80
#define CTX_ALL		0xff
#define CTX_SCREENS	(CTX_LIST | CTX_FORM | CTX_DETAIL | CTX_MENU | \
			    CTX_CUSTOM | CTX_BOARD)
/* Letters of profile noc only. */
#define CTX_NOC		0x100

struct app;

struct command_row {
	enum command	 id;
	int		 key;		/* K_..., 0: only by the palette */
	int		 key2;		/* a second one, or 0 */
	int32_t		 ch;		/* a character that does it where no text is typed */
	unsigned	 contexts;
	const char	*name;		/* N_(): two or three words for the bar, or NULL */
	const char	*help;		/* N_(): a sentence for help and palette */
	void		(*run)(struct app *);	/* where the view has no answer of its own */
};

extern const struct command_row command_rows[];	/* ends with CMD_NONE */

const struct command_row *command_row(enum command id);
/*
 * The command of a key in these contexts; `typing` says that characters are
 * text at the moment, `noc` the profile. CMD_NONE where it is none.
 */
enum command	 command_find(const struct key *k, unsigned contexts,
		    bool typing, bool noc);

/* "F8", "Ctrl-K", "PgDn"; a static buffer for characters. */
const char	*key_name(int code);
/* The reverse, of one word; a single character gives K_CHAR. */
bool		 key_parse(const char *name, struct key *out);

#endif
