/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "draft.h"
#include "i18n.h"
#include "screen.h"
#include "ui/edit.h"

struct item {
	const struct screen	*s;
	int			 row, col;	/* where it is drawn */
};

struct menu {
	struct view	*view;
	struct edit	*choice;
	struct item	 item[64];
	size_t		 n, sel;
};

static void
menu_collect(struct menu *m)
{
	const struct screen *const	*s;

	m->n = 0;
	for (s = screen_table; *s != NULL; s++)
		if ((*s)->number >= 0 && (*s)->group != GROUP_NONE &&
		    screen_granted(m->view->app, *s) &&
		    m->n < sizeof m->item / sizeof m->item[0])
			m->item[m->n++].s = *s;
	if (m->sel >= m->n)
		m->sel = 0;
}

/* Groups one below the other, in two columns (three where there is room). */
static void
menu_place(struct menu *m, int rows, int cols)
{
	enum screen_group	g = GROUP_NONE;
	int			r = 0, col = 0, width, per, need;
	size_t			i, j;

	per = cols >= 120 ? 3 : 2;
	width = cols / per;
	for (i = 0; i < m->n; i++) {
		if (m->item[i].s->group != g) {
			g = m->item[i].s->group;
			need = 1;
			for (j = i; j < m->n && m->item[j].s->group == g; j++)
				need++;
			/* A group stays whole while a column is left. */
			if (r > 0 && (r + need > rows || g == GROUP_NETWORK ||
			    g == GROUP_MANAGE) && col + 1 < per) {
				if (col == 0 || r + need > rows) {
					col++;
					r = 0;
				}
			}
			r++;
		}
		if (r >= rows && col + 1 < per) {
			col++;
			r = 0;
		}
		m->item[i].row = r++;
		m->item[i].col = col * width;
	}
}

static void
menu_draw(struct view *v, const struct area *body)
{
	struct menu		*m = v->state;
	struct area		 a = area_sub(body, 2, 0, body->rows - 5,
				    body->cols);
	const struct item	*it;
	enum screen_group	 g = GROUP_NONE;
	size_t			 i;
	int			 col;

	menu_collect(m);
	menu_place(m, a.rows, a.cols);
	col = 1 + area_text(body, 0, 1, -1, T_LABEL, _(N_("Choice ==>"))) + 1;
	area_fill(body, 0, col, 1, '[', T_FIELD);
	edit_draw(m->choice, body, 0, col + 1, 26, true);
	area_fill(body, 0, col + 27, 1, ']', T_FIELD);
	area_text(body, 0, col + 30, -1, T_DIM,
	    _(N_("a number, a word, or Ctrl-K")));
	for (i = 0; i < m->n; i++) {
		it = &m->item[i];
		if (it->s->group != g) {
			g = it->s->group;
			area_text(&a, it->row - 1, it->col + 2, -1, T_TITLE,
			    i18n_text(screen_group_label(g)));
		}
		area_printf(&a, it->row, it->col + 3, T_KEY, "%2d",
		    it->s->number);
		area_text(&a, it->row, it->col + 7, a.cols / 2 - 8, T_TEXT,
		    i18n_text(it->s->title));
		if (i == m->sel && *m->choice->text == '\0')
			area_fill(&a, it->row, it->col + 1, 1, '>', T_MARK);
	}
	area_text(body, body->rows - 2, 1, -1, T_DIM,
	    app_granted(v->app, "counter.find") ?
	    _(N_("Type a number, then Enter; \"1 0037\" opens the counter on "
	    "customer ...0037.")) :
	    _(N_("Type a number or part of a name, then Enter; F2 finds "
	    "anything.")));
	area_text(body, body->rows - 1, 1, -1, T_DIM, app_company(v->app));
}

static char *
menu_status(struct view *v, TALLOC_CTX *ctx)
{
	const char	*full = app_user_text(v->app, "full_name");
	const char	*role = app_user_text(v->app, "role_label");

	if (*full == '\0')
		full = app_user_text(v->app, "name");
	if (*full == '\0')
		return NULL;
	role = i18n_text(role);
	if (strcmp(full, role) == 0)
		return talloc_strdup(ctx, full);
	return talloc_asprintf(ctx, "%s | %s", full, role);
}

/* "3" opens a screen, "1 0037" opens it with that; a word finds its title. */
static void
menu_enter(struct menu *m)
{
	const struct screen	*s = NULL;
	struct app		*app = m->view->app;
	char			*text, *rest;
	size_t			 i, len;

	text = text_trim(m, m->choice->text);
	edit_set(m->choice, "");
	if (*text == '\0') {
		if (m->sel < m->n)
			app_open(app, m->item[m->sel].s->id, NULL);
		talloc_free(text);
		return;
	}
	rest = strchr(text, ' ');
	len = rest != NULL ? (size_t)(rest - text) : strlen(text);
	if (strspn(text, "0123456789") == len)
		s = screen_by_number((int)strtol(text, NULL, 10));
	else {
		len = strlen(text);
		rest = NULL;
		for (i = 0; i < m->n && s == NULL; i++)
			if (strcasestr(i18n_text(m->item[i].s->title),
			    text) != NULL || strncmp(m->item[i].s->id, text,
			    len) == 0)
				s = m->item[i].s;
	}
	while (rest != NULL && *rest == ' ')
		rest++;
	if (s == NULL || s->number < 0)
		app_message(app, MSG_ERROR, "%s",
		    _(N_("There is no such screen.")));
	else
		app_open(app, s->id, rest != NULL && *rest != '\0' ? rest :
		    NULL);
	talloc_free(text);
}

static void
menu_move(struct menu *m, enum command cmd)
{
	const struct item	*at = &m->item[m->sel], *it;
	size_t			 i, best = m->sel;
	int			 d, best_d = 1000;

	if (m->n == 0)
		return;
	for (i = 0; i < m->n; i++) {
		it = &m->item[i];
		switch ((int)cmd) {
		case CMD_UP:
			d = it->col == at->col ? at->row - it->row : 0;
			break;
		case CMD_DOWN:
			d = it->col == at->col ? it->row - at->row : 0;
			break;
		case CMD_LEFT:
			d = it->col < at->col ? abs(it->row - at->row) +
			    at->col - it->col : 0;
			break;
		default:
			d = it->col > at->col ? abs(it->row - at->row) +
			    it->col - at->col : 0;
			break;
		}
		if (d > 0 && d < best_d) {
			best_d = d;
			best = i;
		}
	}
	m->sel = best;
}

static bool
menu_command(struct view *v, enum command cmd, const struct key *k)
{
	struct menu	*m = v->state;
	bool		 changed;

	(void)k;
	switch ((int)cmd) {
	case CMD_ENTER:
		menu_enter(m);
		return true;
	case CMD_START:
		draft_offer(v->app);
		return true;
	case CMD_UP:
	case CMD_DOWN:
		menu_move(m, cmd);
		return true;
	case CMD_LEFT:
	case CMD_RIGHT:
		if (*m->choice->text == '\0') {
			menu_move(m, cmd);
			return true;
		}
		break;
	case CMD_ESC:
		if (*m->choice->text == '\0')
			return false;
		edit_set(m->choice, "");
		return true;
	case CMD_REFRESH:
		app_retry(v->app);
		return true;
	case CMD_MENU:
	case CMD_EDIT:
	case CMD_ACTIONS:
		return true;
	default:
		break;
	}
	return edit_command(m->choice, cmd, &changed);
}

static void
menu_text(struct view *v, const struct key *k)
{
	struct menu	*m = v->state;

	m->choice->fresh = false;
	edit_text(m->choice, k);
}

static bool
menu_typing(struct view *v)
{
	struct menu	*m = v->state;

	return *m->choice->text != '\0';
}

static const char *
menu_bar(struct view *v, enum command cmd)
{
	(void)v;
	switch ((int)cmd) {
	case CMD_START:
		return _(N_("Drafts"));
	case CMD_CANCEL:
		return _(N_("Quit"));
	case CMD_MENU:
	case CMD_EDIT:
	case CMD_ACTIONS:
		return NULL;
	default:
		return "";
	}
}

static const char *
menu_focus(struct view *v)
{
	(void)v;
	return "choice";
}

static const struct view_key	menu_keys[] = {
	{ "5 Enter", N_("Open screen 5; part of its name does too") },
	{ "1 0037", N_("Counter, with the customer ending in 0037") },
	{ NULL, NULL }
};

static const struct view_ops	menu_ops = {
	.name = "menu",
	.keys = menu_keys,
	.context = CTX_MENU,
	.draw = menu_draw,
	.command = menu_command,
	.text = menu_text,
	.typing = menu_typing,
	.bar = menu_bar,
	.status = menu_status,
	.focus = menu_focus,
};

struct view *
menu_open(struct app *app)
{
	struct menu	*m = talloc_zero(NULL, struct menu);

	m->choice = edit_new(m, 60);
	m->view = app_push(app, &menu_ops, NULL, N_("MAIN MENU"), m);
	return m->view;
}
