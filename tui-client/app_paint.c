/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app_int.h"

#include <unistd.h>
#include <string.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/text.h"
#include "i18n.h"
#include "message.h"
#include "screen.h"
#include "ui/term.h"

#define MIN_ROWS	24
#define MIN_COLS	80
#define SLOW_MS		300
#define FRAME_MS	100	/* what arrives is drawn ten times a second */

int
app_rows(struct app *app)
{
	return app->cells->rows - 3;
}

int
app_cols(struct app *app)
{
	return app->cells->cols;
}

bool
app_small(struct app *app)
{
	return app->cells->rows < MIN_ROWS || app->cells->cols < MIN_COLS;
}

/* DARING, LAMBAT 420 ms, PUTUS 00:12 */
static char *
line_state(struct app *app, TALLOC_CTX *ctx, enum attr *attr)
{
	int	rtt = link_rtt_ms(app->link);
	int64_t	s = link_cut_ms(app->link) / 1000;

	*attr = T_OK;
	switch (link_state(app->link)) {
	case LINK_UP:
		if (rtt > SLOW_MS) {
			*attr = T_WARN;
			return talloc_asprintf(ctx, "%s %d ms",
			    _(N_("SLOW")), rtt / 10 * 10);
		}
		return talloc_strdup(ctx, _(N_("ONLINE")));
	case LINK_OPENING:
	case LINK_ASKING:
		if (s == 0) {
			*attr = T_WARN;
			return talloc_strdup(ctx, _(N_("CONNECTING")));
		}
		break;
	case LINK_CUT:
	case LINK_REFUSED:
		break;
	}
	*attr = T_BAD;
	return talloc_asprintf(ctx, "%s %02d:%02d", _(N_("CUT")),
	    (int)(s / 60), (int)(s % 60));
}

static void
draw_header(struct app *app, struct view *v, const struct area *all)
{
	TALLOC_CTX		*ctx = talloc_new(NULL);
	struct local_time	 t = { { 0, 0, 0 }, 0, 0, 0, "" };
	char			*state, *clock, *status = NULL;
	enum attr		 attr;
	int			 right, used, w;

	used = 1 + area_text(all, 0, 1, all->cols / 2, T_TITLE,
	    i18n_text(v->title));
	state = line_state(app, ctx, &attr);
	if (instant_local((int64_t)clock_now(), app_zone(app), &t, NULL) == -1)
		(void)!instant_local((int64_t)clock_now(), "Asia/Jakarta", &t,
		    NULL);
	clock = talloc_asprintf(ctx, "%02d:%02d", t.hour, t.min);
	right = all->cols - 1 - text_width(state);
	area_text(all, 0, right, -1, attr, state);
	right -= 6;
	area_text(all, 0, right, 5, T_TEXT, clock);
	if (v->ops->status != NULL)
		status = v->ops->status(v, ctx);
	if (status == NULL && *app_user_text(app, "name") != '\0')
		status = talloc_strdup(ctx, app_user_text(app, "name"));
	if (status != NULL) {
		w = right - used - 3;
		status = text_visible(ctx, status);
		if (text_width(status) < w)
			w = text_width(status);
		if (w > 3)
			area_text(all, 0, right - 2 - w, w, T_TEXT, status);
	}
	talloc_free(ctx);
}

static void
draw_message(struct app *app, const struct area *all)
{
	static const enum attr	kinds[] = { T_TEXT, T_DONE, T_ERROR };
	struct area		none = *all, part;
	int			row = all->rows - 2, n;

	if (app->message != NULL) {
		/* A long one grows upward: what it says matters more. */
		none.rows = 0;
		n = area_wrap(&none, 0, 0, all->cols - 2, T_TEXT,
		    app->message);
		if (n > 4)
			n = 4;
		part = area_sub(all, row - n + 1, 1, n, all->cols - 2);
		area_clear(&part);
		area_wrap(&part, 0, 0, part.cols, kinds[app->message_kind],
		    app->message);
	} else if (app->loading)
		area_text(all, row, 1, all->cols - 2, T_DIM,
		    _(N_("loading...  Esc cancels")));
}

/* The wording of a command here; NULL where it does not count. */
static const char *
bar_text(struct app *app, struct view *v, const struct command_row *r)
{
	const char	*s = "";

	(void)app;
	if (!(r->contexts & v->ops->context & CTX_ALL) || r->key == 0)
		return NULL;
	if (v->ops->bar != NULL)
		s = v->ops->bar(v, r->id);
	if (s == NULL)
		return NULL;
	if (*s != '\0')
		return s;
	return r->name != NULL ? i18n_text(r->name) : NULL;
}

/* "F1 Bantu F3 Tutup ..."; names get shorter until all of it fits. */
static void
draw_bar(struct app *app, struct view *v, const struct area *all)
{
	const struct command_row	*r;
	const char			*s, *k;
	int				 col, row = all->rows - 1, limit, need;

	for (limit = 30; limit > 3; limit--) {
		need = 0;
		for (r = command_rows; r->id != CMD_NONE; r++) {
			s = bar_text(app, v, r);
			if (s == NULL)
				continue;
			col = text_width(s);
			need += (int)strlen(key_name(r->key)) + 2 +
			    (col < limit ? col : limit);
		}
		if (need <= all->cols)
			break;
	}
	col = 1;
	for (r = command_rows; r->id != CMD_NONE; r++) {
		s = bar_text(app, v, r);
		if (s == NULL)
			continue;
		k = key_name(r->key);
		col += area_text(all, row, col, -1, T_KEY, k) + 1;
		col += area_text(all, row, col, limit, T_TEXT, s) + 1;
	}
}

static void
draw_small(struct app *app, const struct area *all)
{
	TALLOC_CTX	*ctx = talloc_new(NULL);
	char		*need, *now, *s;

	need = talloc_asprintf(ctx, "%dx%d", MIN_COLS, MIN_ROWS);
	now = talloc_asprintf(ctx, "%dx%d", app->cells->cols,
	    app->cells->rows);
	s = message_text(ctx, N_("Needs {need} (now {now})"), "need", need,
	    "now", now, NULL);
	area_text(all, 0, 0, -1, T_TEXT, s);
	area_cursor(all, 0, 0);
	talloc_free(ctx);
}

/* From the topmost full screen up, popups over it. */
static void
draw_views(struct app *app, struct view *v, const struct area *body)
{
	if (v->ops->popup && v->below != NULL)
		draw_views(app, v->below, body);
	v->ops->draw(v, body);
}

static struct view *
full_view(struct app *app)
{
	struct view	*v = app->top;

	while (v->ops->popup && v->below != NULL)
		v = v->below;
	return v;
}

/* One line a frame for tests that wait instead of sleeping. */
static void
test_line(struct app *app)
{
	struct view	*v = app->top;
	const char	*focus, *id;
	char		*s;

	if (app->test_fd < 0)
		return;
	focus = v->ops->focus != NULL ? v->ops->focus(v) : NULL;
	id = v->screen != NULL ? v->screen->id : v->ops->name;
	s = talloc_asprintf(NULL, "frame=%u layar=%s fokus=%s menunggu=%u\n",
	    app->frame, id, focus != NULL ? focus : "-",
	    link_pending(app->link));
	if (io_write_all(app->test_fd, s, strlen(s)) == -1)
		app->test_fd = -1;	/* nobody listens any more */
	talloc_free(s);
}

void
app_paint(struct app *app)
{
	static const struct timeval	later = { 0, 300 * 1000 };
	struct area			all, body;
	struct view			*full;

	if (app->top == NULL)
		return;
	app->dirty = app->key_paint = false;
	app->painted_at = clock_mono_ms();
	app->frame++;
	if (link_pending(app->link) == 0)
		app->loading = false;
	else if (!app->loading && !evtimer_pending(app->loading_ev, NULL))
		evtimer_add(app->loading_ev, &later);
	cells_clear(app->cells);
	all = area_all(app->cells);
	if (app_small(app))
		draw_small(app, &all);
	else {
		full = full_view(app);
		draw_header(app, full, &all);
		body = area_sub(&all, 1, 0, all.rows - 3, all.cols);
		area_cursor(&body, 0, 0);
		draw_views(app, app->top, &body);
		draw_message(app, &all);
		draw_bar(app, app->top, &all);
	}
	if (!app->headless)
		term_draw(app->cells);
	test_line(app);
}

void
app_dirty(struct app *app)
{
	struct timeval	tv = { 0, 0 };
	int64_t		since;

	if (app->dirty && !app->key_paint)
		return;
	app->dirty = true;
	since = clock_mono_ms() - app->painted_at;
	/* Keys are answered at once; what arrives waits its turn. */
	if (!app->key_paint && since < FRAME_MS)
		tv.tv_usec = (FRAME_MS - since) * 1000;
	evtimer_add(app->paint_ev, &tv);
}

void
app_repaint(struct app *app)
{
	if (!app->headless)
		term_repaint();
	app_dirty(app);
}

void
app_resize(struct app *app, int rows, int cols)
{
	if (rows == app->cells->rows && cols == app->cells->cols)
		return;
	cells_resize(app->cells, rows, cols);
	app->key_paint = true;
	app_repaint(app);
}
