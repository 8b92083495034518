/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What terminals really do (all of it was measured): keys are read from a
 * 1x1 pad, because wgetch(stdscr) refreshes stdscr first; arrows are known in
 * both forms, because keypad mode changes them; ESC > keeps the numeric
 * keypad typing digits; boxes are sent as UTF-8, because several terminals
 * ignore the alternate character set in that mode. ncurses keeps its own
 * SIGWINCH handler, ours calls it and wakes the event loop.
 */
#include "ui/term.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <unistd.h>
#include <wchar.h>

#include "base/text.h"

/* Codes of define_key, above ncurses' own. */
enum { X_PASTE_ON = KEY_MAX + 1, X_PASTE_OFF, X_FOCUS, X_DIGIT };

#define PASTE_MAX	(64 * 1024)

static WINDOW		*pad;
static SCREEN		*screen;
static bool		 open_now, utf8, ascii_only, color, repaint;
static int		 wake[2] = { -1, -1 };
static struct sigaction	 old_winch, old_segv, old_abrt, old_bus;
static attr_t		 attrs[T_COUNT_];
static short		 pairs[T_COUNT_];
static char		*paste;
static size_t		 paste_len;

/* Sent with write() where stdio cannot be trusted (a crash). */
static const char	 restore[] =
    "\033[?2004l\033>\033[?1049l\033[0m\033[?25h\r\n";

static void
wake_up(int sig)
{
	int	saved = errno;

	if (old_winch.sa_handler != SIG_DFL && old_winch.sa_handler != SIG_IGN)
		old_winch.sa_handler(sig);
	if (write(wake[1], "w", 1) == -1)
		errno = 0;	/* the pipe is full: it will wake anyway */
	errno = saved;
}

static void
crash(int sig)
{
	struct sigaction	*old = sig == SIGABRT ? &old_abrt :
				    sig == SIGBUS ? &old_bus : &old_segv;

	if (open_now && write(STDOUT_FILENO, restore, sizeof restore - 1) == -1)
		errno = 0;
	open_now = false;
	sigaction(sig, old, NULL);
	raise(sig);
}

static void
catch_signals(void)
{
	static char	 stack[64 * 1024];
	stack_t		 ss = { .ss_sp = stack, .ss_size = sizeof stack };
	struct sigaction sa = { .sa_handler = wake_up,
			    .sa_flags = SA_RESTART };

	sigaction(SIGWINCH, &sa, &old_winch);
	sigaltstack(&ss, NULL);
	sa.sa_handler = crash;
	sa.sa_flags = SA_ONSTACK;
	sigaction(SIGSEGV, &sa, &old_segv);
	sigaction(SIGBUS, &sa, &old_bus);
	sigaction(SIGABRT, &sa, &old_abrt);
}

static void
define_keys(void)
{
	static const struct {
		const char	*seq;
		int		 code;
	} keys[] = {
		{ "\033[A", KEY_UP }, { "\033[B", KEY_DOWN },
		{ "\033[C", KEY_RIGHT }, { "\033[D", KEY_LEFT },
		{ "\033OA", KEY_UP }, { "\033OB", KEY_DOWN },
		{ "\033OC", KEY_RIGHT }, { "\033OD", KEY_LEFT },
		{ "\033[H", KEY_HOME }, { "\033[F", KEY_END },
		{ "\033OH", KEY_HOME }, { "\033OF", KEY_END },
		{ "\033[1~", KEY_HOME }, { "\033[4~", KEY_END },
		{ "\033[7~", KEY_HOME }, { "\033[8~", KEY_END },
		{ "\033[2~", KEY_IC }, { "\033[3~", KEY_DC },
		{ "\033[5~", KEY_PPAGE }, { "\033[6~", KEY_NPAGE },
		{ "\033[Z", KEY_BTAB },
		{ "\033OP", KEY_F(1) }, { "\033OQ", KEY_F(2) },
		{ "\033OR", KEY_F(3) }, { "\033OS", KEY_F(4) },
		{ "\033[11~", KEY_F(1) }, { "\033[12~", KEY_F(2) },
		{ "\033[13~", KEY_F(3) }, { "\033[14~", KEY_F(4) },
		{ "\033[[A", KEY_F(1) }, { "\033[[B", KEY_F(2) },
		{ "\033[[C", KEY_F(3) }, { "\033[[D", KEY_F(4) },
		{ "\033[[E", KEY_F(5) }, { "\033[15~", KEY_F(5) },
		{ "\033[17~", KEY_F(6) }, { "\033[18~", KEY_F(7) },
		{ "\033[19~", KEY_F(8) }, { "\033[20~", KEY_F(9) },
		{ "\033[21~", KEY_F(10) }, { "\033[23~", KEY_F(11) },
		{ "\033[24~", KEY_F(12) },
		{ "\033[200~", X_PASTE_ON }, { "\033[201~", X_PASTE_OFF },
		{ "\033[I", X_FOCUS }, { "\033[O", X_FOCUS },
		{ NULL, 0 }
	};
	static const char	num[] = "pqrstuvwxyjklmn";
	char			seq[4] = "\033O?";
	int			i;

	for (i = 0; keys[i].seq != NULL; i++)
		define_key(keys[i].seq, keys[i].code);
	/* The keypad in application mode: ESC O p is 0, y is 9, M is Enter. */
	for (i = 0; num[i] != '\0'; i++) {
		seq[2] = num[i];
		define_key(seq, X_DIGIT + i);
	}
	define_key("\033OM", KEY_ENTER);
}

static void
attr_row(enum attr a, attr_t mono, short fg, attr_t with)
{
	attrs[a] = color && fg >= 0 ? with : mono;
	pairs[a] = color && fg >= 0 ? (short)(fg + 1) : 0;
}

static void
theme(void)
{
	short	i;

	color = has_colors() && getenv("NO_COLOR") == NULL;
	if (color) {
		start_color();
		use_default_colors();
		for (i = 0; i < 8; i++)
			init_pair((short)(i + 1), i, -1);
	}
	attr_row(T_BOLD, A_BOLD, -1, 0);
	attr_row(T_DIM, A_DIM, -1, 0);
	attr_row(T_TITLE, A_BOLD, COLOR_CYAN, A_BOLD);
	attr_row(T_LABEL, A_NORMAL, -1, 0);
	attr_row(T_HEAD, A_UNDERLINE, -1, 0);
	attr_row(T_MARK, A_BOLD, -1, 0);
	attr_row(T_FIELD, A_NORMAL, -1, 0);
	attr_row(T_KEY, A_BOLD, COLOR_CYAN, A_NORMAL);
	attr_row(T_OK, A_NORMAL, COLOR_GREEN, A_NORMAL);
	attr_row(T_WARN, A_NORMAL, COLOR_YELLOW, A_NORMAL);
	attr_row(T_BAD, A_BOLD, COLOR_RED, A_BOLD);
	attr_row(T_INFO, A_NORMAL, COLOR_CYAN, A_NORMAL);
	attr_row(T_LINE, A_NORMAL, -1, 0);
	attr_row(T_BIG, A_BOLD, -1, 0);
	attr_row(T_ERROR, A_REVERSE, COLOR_RED, A_BOLD);
	attr_row(T_DONE, A_BOLD, COLOR_GREEN, A_BOLD);
}

/* Modes that ncurses does not know; again after every endwin. */
static void
own_modes(bool on)
{
	putp(on ? "\033[?2004h\033>" : "\033[?2004l\033>");
	fflush(stdout);
}

int
term_open(struct err *e)
{
	const char	*name = getenv("TERM"), *codeset;
	const char	*forced = getenv("UI_ASCII");

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return err_set(e, ERR_USAGE,
		    "the full screen needs a terminal");
	codeset = nl_langinfo(CODESET);
	utf8 = codeset != NULL && strcmp(codeset, "UTF-8") == 0;
	ascii_only = !utf8 || (forced != NULL && strcmp(forced, "1") == 0) ||
	    (name != NULL && (strncmp(name, "vt1", 3) == 0 ||
	    strcmp(name, "dumb") == 0));
	if (utf8)
		setenv("NCURSES_NO_UTF8_ACS", "1", 0);
	screen = newterm(NULL, stdout, stdin);
	if (screen == NULL)
		return err_set(e, ERR_USAGE, "TERM=%s: no such terminal",
		    name != NULL ? name : "");
	if (pipe2(wake, O_CLOEXEC | O_NONBLOCK) == -1)
		return err_set(e, ERR_IO, "pipe: %s", strerror(errno));
	raw();
	noecho();
	nonl();
	pad = newpad(1, 1);
	keypad(pad, TRUE);
	nodelay(pad, TRUE);
	leaveok(stdscr, FALSE);
	idlok(stdscr, FALSE);
	set_escdelay(getenv("SSH_CONNECTION") != NULL ? 250 : 100);
	define_keys();
	theme();
	open_now = true;
	atexit(term_close);
	catch_signals();
	clear();
	refresh();
	own_modes(true);
	return 0;
}

void
term_close(void)
{
	if (!open_now)
		return;
	open_now = false;
	own_modes(false);
	endwin();
	talloc_free(paste);
	paste = NULL;
	delwin(pad);
	delscreen(screen);
}

bool
term_is_utf8(void)
{
	return !ascii_only;
}

void
term_size(int *rows, int *cols)
{
	getmaxyx(stdscr, *rows, *cols);
}

int
term_wake_fd(void)
{
	return wake[0];
}

void
term_resume(void)
{
	endwin();
	refresh();
	own_modes(true);
	repaint = true;
}

void
term_bell(void)
{
	beep();
}

/* ---------------------------------------------------------------- keys */

static int
map_code(int c)
{
	switch (c) {
	case KEY_ENTER:		return K_ENTER;
	case KEY_BTAB:		return K_BACKTAB;
	case KEY_BACKSPACE:	return K_BACKSPACE;
	case KEY_DC:		return K_DELETE;
	case KEY_IC:		return K_INSERT;
	case KEY_UP:		return K_UP;
	case KEY_DOWN:		return K_DOWN;
	case KEY_LEFT:		return K_LEFT;
	case KEY_RIGHT:		return K_RIGHT;
	case KEY_HOME:		return K_HOME;
	case KEY_END:		return K_END;
	case KEY_PPAGE:		return K_PGUP;
	case KEY_NPAGE:		return K_PGDN;
	case KEY_RESIZE:	return K_RESIZE;
	default:
		if (c >= KEY_F(1) && c <= KEY_F(12))
			return K_F1 + (c - KEY_F(1));
		/* Shift and F1..F10 come as F13..F22 (xterm) */
		if (c >= KEY_F(13) && c <= KEY_F(22))
			return K_SF1 + (c - KEY_F(13));
		return K_NONE;
	}
}

static bool
control_key(wint_t ch, struct key *k)
{
	if (ch == '\r' || ch == '\n')
		k->code = K_ENTER;
	else if (ch == '\t')
		k->code = K_TAB;
	else if (ch == 27)
		k->code = K_ESC;
	else if (ch == 127 || ch == 8)
		k->code = K_BACKSPACE;
	else if (ch > 0 && ch < 27)
		k->code = K_CTRL + 'A' + (int)ch - 1;
	else
		return false;
	return true;
}

static void
paste_add(const char *s, size_t n)
{
	if (paste_len + n > PASTE_MAX)
		return;		/* read on to its end, keep what fits */
	memcpy(paste + paste_len, s, n);
	paste_len += n;
	paste[paste_len] = '\0';
}

static void
paste_char(wint_t ch)
{
	char		b[MB_LEN_MAX];
	mbstate_t	st = { 0 };
	size_t		n = wcrtomb(b, (wchar_t)ch, &st);

	if (n != (size_t)-1)
		paste_add(b, n);
}

/*
 * Everything up to the closing bracket is text. The rest of a large paste
 * may still be on its way: wait for it a little, it comes from a machine.
 */
static void
paste_read(void)
{
	wint_t	ch;
	int	rc, idle = 0;

	if (paste == NULL)
		paste = talloc_size(NULL, PASTE_MAX + 1);
	paste_len = 0;
	paste[0] = '\0';
	wtimeout(pad, 50);
	while (idle < 10) {
		rc = wget_wch(pad, &ch);
		if (rc == ERR) {
			idle++;
			continue;
		}
		idle = 0;
		if (rc == KEY_CODE_YES && ch == X_PASTE_OFF)
			break;
		if (rc != KEY_CODE_YES)
			paste_char(ch);
		else if (ch == KEY_ENTER)
			paste_add("\n", 1);
	}
	nodelay(pad, TRUE);
}

bool
term_key(struct key *k)
{
	static const char	num[] = "0123456789*+,-.";
	char			drain[64];
	wint_t			ch;
	int			rc;

	while (read(wake[0], drain, sizeof drain) > 0)
		;
	memset(k, 0, sizeof *k);
	while ((rc = wget_wch(pad, &ch)) != ERR) {
		if (rc == OK) {
			if (control_key(ch, k))
				return true;
			if (ch == 0 || text_is_control((int32_t)ch))
				continue;
			k->code = K_CHAR;
			k->ch = (int32_t)ch;
			return true;
		}
		if (ch == X_PASTE_ON) {
			paste_read();
			k->code = K_PASTE;
			k->text = paste;
			return true;
		}
		if (ch >= X_DIGIT && ch < X_DIGIT + sizeof num - 1) {
			k->code = K_CHAR;
			k->ch = num[ch - X_DIGIT];
			return true;
		}
		k->code = map_code((int)ch);
		if (k->code != K_NONE)
			return true;
	}
	return false;
}

/* ---------------------------------------------------------------- output */

static void
cell_draw(int row, int col, const struct cell *c)
{
	wchar_t	ws[CELL_CPS + 1] = { 0 };
	cchar_t	cc;
	int	i;

	for (i = 0; i < CELL_CPS && c->cp[i] != 0; i++)
		ws[i] = (wchar_t)c->cp[i];
	/* Where the C library sees another width the row would shift. */
	if (utf8 && c->cp[0] > 0x7e && wcwidth(ws[0]) != c->width) {
		ws[0] = '?';
		ws[1] = 0;
	}
	setcchar(&cc, ws, attrs[c->attr], pairs[c->attr], NULL);
	mvadd_wch(row, col, &cc);
}

void
term_draw(const struct cells *c)
{
	const struct cell	*v;
	int			 r, x;

	if (!open_now)
		return;
	for (r = 0; r < c->rows; r++)
		for (x = 0; x < c->cols; x++) {
			v = &c->v[r * c->cols + x];
			if (v->width > 0)
				cell_draw(r, x, v);
		}
	if (c->cur_row >= 0)
		move(c->cur_row, c->cur_col);
	if (repaint)
		clearok(curscr, TRUE);
	repaint = false;
	wnoutrefresh(stdscr);
	doupdate();
}

void
term_repaint(void)
{
	repaint = true;
}
