/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "keys.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "commands.h"
#include "i18n.h"

#define CTRL(c)	(K_CTRL + (c))

/* The meanings are frozen: a key means the same everywhere, for years. */
const struct command_row command_rows[] = {
	{ CMD_HELP, K_F1, 0, '?', CTX_ALL, N_("Help"),
	    N_("Help for this screen; type to search it"), cmd_help },
	{ CMD_FIND, K_F2, 0, 0, CTX_SCREENS, N_("Find"),
	    N_("Find customers and documents by anything"), cmd_find },
	{ CMD_CLOSE, K_F3, 0, 0, CTX_ALL & ~(CTX_MENU | CTX_LOGIN),
	    N_("Close"), N_("Close this screen"), cmd_close },
	{ CMD_LIST, K_F4, 0, 0, CTX_FORM | CTX_LIST | CTX_CUSTOM | CTX_LOGIN,
	    N_("List"), N_("Pick from a list; columns of a list"), NULL },
	{ CMD_REFRESH, K_F5, 0, 0, CTX_SCREENS & ~CTX_FORM, N_("Refresh"),
	    N_("Read again from the server"), NULL },
	{ CMD_START, K_F6, 0, 0, CTX_SCREENS, N_("New"),
	    N_("The main start of the screen: new, pay, take"), NULL },
	{ CMD_EDIT, K_F7, 0, 0, CTX_SCREENS, N_("Filter"),
	    N_("Filter a list, change an object"), NULL },
	{ CMD_COMMIT, K_F8, 0, 0, CTX_ALL & ~CTX_MENU, N_("Save"),
	    N_("Carry out; the only key that commits anything"), NULL },
	{ CMD_ACTIONS, K_F9, 0, '\\', CTX_SCREENS | CTX_LOGIN, N_("Actions"),
	    N_("Actions on the row or on the tagged rows"), NULL },
	{ CMD_MENU, K_F10, 0, 0, CTX_SCREENS, N_("Menu"), N_("The main menu"),
	    cmd_menu },
	{ CMD_CANCEL, K_F12, 0, 0, CTX_ALL, N_("Cancel"),
	    N_("Leave without saving; in the menu: quit"), cmd_cancel },
	{ CMD_PALETTE, CTRL('K'), 0, ':', CTX_SCREENS, NULL,
	    N_("Palette: type what you want to do"), cmd_palette },
	{ CMD_REDRAW, CTRL('L'), 0, 0, CTX_ALL, NULL,
	    N_("Draw the screen anew"), cmd_redraw },
	{ CMD_TAG, K_INSERT, CTRL('O'), ' ', CTX_LIST, NULL,
	    N_("Tag the row and move down"), NULL },
	{ CMD_TAG_ALL, K_SF7, 0, 0, CTX_LIST, NULL,
	    N_("Tag all rows that are shown; again: none"), NULL },
	{ CMD_SORT_NEXT, 0, 0, '>', CTX_LIST, NULL,
	    N_("Sort by the next column"), NULL },
	{ CMD_SORT_TURN, 0, 0, '<', CTX_LIST, NULL,
	    N_("Turn the order of sorting round"), NULL },
	{ CMD_FILTER, 0, 0, '/', CTX_LIST, NULL,
	    N_("Type into the filter line"), NULL },
	{ CMD_COPY_PREVIOUS, CTRL('D'), 0, 0, CTX_FORM, NULL,
	    N_("Copy the value of the record saved before"), NULL },
	{ CMD_UNDO, CTRL('Z'), 0, 0, CTX_FORM | CTX_CUSTOM, NULL,
	    N_("Undo the last change of the form"), NULL },
	{ CMD_REDO, CTRL('Y'), 0, 0, CTX_FORM | CTX_CUSTOM, NULL,
	    N_("Do again what was undone"), NULL },
	{ CMD_CLEAR, CTRL('U'), 0, 0, CTX_ALL, NULL,
	    N_("Empty the field or the filter line"), NULL },
	{ CMD_ENTER, K_ENTER, 0, 0, CTX_ALL, NULL,
	    N_("Open the row; in a form the next field; never commits"),
	    NULL },
	{ CMD_ESC, K_ESC, 0, 0, CTX_ALL, NULL,
	    N_("Close a popup, empty the filter; then 1..9, 0 = F1..F10"),
	    NULL },
	{ CMD_NEXT, K_TAB, 0, 0, CTX_ALL, NULL,
	    N_("Next field, next tab of a detail"), NULL },
	{ CMD_PREVIOUS, K_BACKTAB, 0, 0, CTX_ALL, NULL,
	    N_("Previous field, previous tab"), NULL },
	{ CMD_DOWN, K_DOWN, 0, 'j', CTX_LIST | CTX_DETAIL | CTX_BOARD |
	    CTX_NOC, NULL, N_("Down (j in profile noc)"), NULL },
	{ CMD_UP, K_UP, 0, 'k', CTX_LIST | CTX_DETAIL | CTX_BOARD | CTX_NOC,
	    NULL, N_("Up (k in profile noc)"), NULL },
	{ CMD_HOME, K_HOME, 0, 'g', CTX_LIST | CTX_DETAIL | CTX_BOARD |
	    CTX_NOC, NULL, N_("First row (g in profile noc)"), NULL },
	{ CMD_END, K_END, 0, 'G', CTX_LIST | CTX_DETAIL | CTX_BOARD |
	    CTX_NOC, NULL, N_("Last row (G in profile noc)"), NULL },
	{ CMD_UP, K_UP, 0, 0, CTX_ALL, NULL, NULL, NULL },
	{ CMD_DOWN, K_DOWN, 0, 0, CTX_ALL, NULL, NULL, NULL },
	{ CMD_HOME, K_HOME, 0, 0, CTX_ALL, NULL, NULL, NULL },
	{ CMD_END, K_END, 0, 0, CTX_ALL, NULL, NULL, NULL },
	{ CMD_LEFT, K_LEFT, 0, 0, CTX_ALL, NULL, NULL, NULL },
	{ CMD_RIGHT, K_RIGHT, 0, 0, CTX_ALL, NULL, NULL, NULL },
	{ CMD_PGUP, K_PGUP, 0, 0, CTX_ALL, NULL,
	    N_("A page up; in a date a month on"), NULL },
	{ CMD_PGDN, K_PGDN, 0, 0, CTX_ALL, NULL,
	    N_("A page down; in a date a month back"), NULL },
	{ CMD_BACKSPACE, K_BACKSPACE, 0, 0, CTX_ALL, NULL, NULL, NULL },
	{ CMD_DELETE, K_DELETE, 0, 0, CTX_ALL, NULL, NULL, NULL },
	{ CMD_LANGUAGE, 0, 0, 0, CTX_ALL, N_("Language"),
	    N_("English / Indonesian"), cmd_language },
	{ CMD_PASSWORD, 0, 0, 0, CTX_SCREENS, N_("Password"),
	    N_("Change my password"), cmd_password },
	{ CMD_LOGOUT, 0, 0, 0, CTX_SCREENS, N_("Log out"),
	    N_("Log out and let somebody else in"), cmd_logout },
	{ CMD_QUIT, 0, 0, 0, CTX_ALL, N_("Quit"), N_("End the program"),
	    cmd_quit },
	{ CMD_NONE, 0, 0, 0, 0, NULL, NULL, NULL }
};

static const struct {
	int		 code;
	const char	*name;
} names[] = {
	{ K_ENTER, "Enter" }, { K_TAB, "Tab" }, { K_BACKTAB, "S-Tab" },
	{ K_ESC, "Esc" }, { K_BACKSPACE, "Backspace" },
	{ K_DELETE, "Del" }, { K_INSERT, "Ins" }, { K_UP, "Up" },
	{ K_DOWN, "Down" }, { K_LEFT, "Left" }, { K_RIGHT, "Right" },
	{ K_HOME, "Home" }, { K_END, "End" }, { K_PGUP, "PgUp" },
	{ K_PGDN, "PgDn" }, { K_F1, "F1" }, { K_F2, "F2" }, { K_F3, "F3" },
	{ K_F4, "F4" }, { K_F5, "F5" }, { K_F6, "F6" }, { K_F7, "F7" },
	{ K_F8, "F8" }, { K_F9, "F9" }, { K_F10, "F10" }, { K_F11, "F11" },
	{ K_F12, "F12" }, { K_SF1, "S-F1" }, { K_SF2, "S-F2" },
	{ K_SF3, "S-F3" }, { K_SF4, "S-F4" }, { K_SF5, "S-F5" },
	{ K_SF6, "S-F6" }, { K_SF7, "S-F7" }, { K_SF8, "S-F8" },
	{ K_SF9, "S-F9" }, { K_SF10, "S-F10" }, { K_NONE, NULL }
};

const struct command_row *
command_row(enum command id)
{
	const struct command_row	*r;

	for (r = command_rows; r->id != CMD_NONE; r++)
		if (r->id == id)
			return r;
	return NULL;
}

static bool
row_has_char(const struct command_row *r, int32_t ch, bool noc)
{
	if (r->ch == 0 || r->ch != ch)
		return false;
	return noc || !(r->contexts & CTX_NOC);
}

enum command
command_find(const struct key *k, unsigned contexts, bool typing, bool noc)
{
	const struct command_row	*r;

	for (r = command_rows; r->id != CMD_NONE; r++) {
		if (!(r->contexts & contexts & CTX_ALL))
			continue;
		if (k->code == K_CHAR) {
			if (!typing && row_has_char(r, k->ch, noc))
				return r->id;
			continue;
		}
		if (k->code != K_NONE && (r->key == k->code ||
		    r->key2 == k->code))
			return r->id;
	}
	return CMD_NONE;
}

const char *
key_name(int code)
{
	static char	 ctrl[8];
	size_t		 i;

	if (code > K_CTRL) {
		snprintf(ctrl, sizeof ctrl, "Ctrl-%c", code - K_CTRL);
		return ctrl;
	}
	for (i = 0; names[i].name != NULL; i++)
		if (names[i].code == code)
			return names[i].name;
	return "";
}

bool
key_parse(const char *name, struct key *out)
{
	size_t	i;
	int32_t	cp;
	int	n;

	memset(out, 0, sizeof *out);
	for (i = 0; names[i].name != NULL; i++)
		if (strcasecmp(names[i].name, name) == 0) {
			out->code = names[i].code;
			return true;
		}
	if (strcasecmp(name, "Escape") == 0)
		out->code = K_ESC;
	else if (strcasecmp(name, "Space") == 0) {
		out->code = K_CHAR;
		out->ch = ' ';
	} else if (strcasecmp(name, "BTab") == 0)
		out->code = K_BACKTAB;
	else if (strncasecmp(name, "Ctrl-", 5) == 0 && name[5] != '\0' &&
	    name[6] == '\0')
		out->code = K_CTRL + (name[5] & ~0x20);
	else if ((n = text_next(name, &cp)) > 0 && name[n] == '\0') {
		out->code = K_CHAR;
		out->ch = cp;
	}
	return out->code != K_NONE;
}
