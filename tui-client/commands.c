/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "commands.h"

#include <string.h>

#include "app.h"
#include "i18n.h"
#include "message.h"
#include "model.h"
#include "screen.h"
#include "view/form.h"
#include "view/popup.h"

void
cmd_close(struct app *app)
{
	struct view	*v = app_top(app);

	if (v != NULL && v->below != NULL)
		app_close(v);
}

void
cmd_menu(struct app *app)
{
	app_home(app);
}

void
cmd_redraw(struct app *app)
{
	app_repaint(app);
}

void
cmd_language(struct app *app)
{
	i18n_set(strcmp(i18n_lang(), "id") == 0 ? "en" : "id");
	app_repaint(app);
}

void
cmd_password(struct app *app)
{
	form_password(app, false);
}

void
cmd_logout(struct app *app)
{
	struct view	*v = app_top(app);

	/* Whoever has something unsaved is asked first. */
	app_home(app);
	if (app_top(app) == v && v->below != NULL)
		return;
	if (app_top(app)->below == NULL) {
		form_forget_previous();
		app_logout(app);
	}
}

static void
quit_now(struct app *app, void *arg)
{
	(void)arg;
	app_quit(app, 0);
}

void
cmd_quit(struct app *app)
{
	struct view	*v = app_top(app);

	/* Drafts are written by whoever holds one. */
	for (; v != NULL; v = v->below)
		if (v->ops->save != NULL)
			v->ops->save(v);
	quit_now(app, NULL);
}

void
cmd_cancel(struct app *app)
{
	struct view	*v = app_top(app);

	if (v->ops->context == CTX_MENU || v->ops->context == CTX_LOGIN) {
		popup_confirm(app, _(N_("Quit")),
		    _(N_("End the program?")), NULL, quit_now, NULL);
		return;
	}
	cmd_close(app);
}

/* ---------------------------------------------------------------- help */

static struct choice *
choice_add(struct choice *c, size_t *n)
{
	c = talloc_realloc(NULL, c, struct choice, *n + 1);
	memset(&c[*n], 0, sizeof c[*n]);
	(*n)++;
	return c;
}

/* The key as people say it: "F9 \", "Ins Ctrl-O", "/". */
static char *
keys_text(TALLOC_CTX *ctx, const struct command_row *r)
{
	char	*s = talloc_strdup(ctx, r->key != 0 ? key_name(r->key) : "");

	if (r->key2 != 0)
		s = talloc_asprintf_append_buffer(s, " %s", key_name(r->key2));
	if (r->ch > ' ' && r->ch < 0x7f && !(r->contexts & CTX_NOC))
		s = talloc_asprintf_append_buffer(s, "%s%c",
		    *s != '\0' ? " " : "", (char)r->ch);
	return s;
}

void
cmd_help(struct app *app)
{
	struct view			*v = app_top(app);
	const struct command_row	*r;
	const struct action		*a;
	struct choice			*c = talloc_array(NULL,
					    struct choice, 0);
	const struct view_key		*k;
	const char			*name;
	size_t				 n = 0;

	/* First what this screen is for, then the keys. */
	for (k = v->ops->keys; k != NULL && k->text != NULL; k++) {
		c = choice_add(c, &n);
		c[n - 1].key = talloc_strdup(c, i18n_text(k->key));
		c[n - 1].text = i18n_text(k->text);
	}
	for (r = command_rows; r->id != CMD_NONE; r++) {
		if (!(r->contexts & v->ops->context & CTX_ALL) ||
		    r->help == NULL)
			continue;
		name = v->ops->bar != NULL && r->name != NULL ?
		    v->ops->bar(v, r->id) : "";
		/* What this screen hides from its bar is not offered here. */
		if (name == NULL && r->key >= K_F1 && r->key <= K_F12)
			continue;
		c = choice_add(c, &n);
		c[n - 1].key = keys_text(c, r);
		c[n - 1].text = i18n_text(r->help);
		if (name == NULL || *name == '\0')
			continue;
		/* These two mean what the screen says, and nothing else. */
		if (r->id == CMD_START || r->id == CMD_EDIT)
			c[n - 1].text = name;
		else
			c[n - 1].hint = name;
	}
	for (a = v->screen != NULL ? v->screen->actions : NULL;
	    a != NULL && a->id != NULL; a++) {
		if (!app_granted(app, a->method))
			continue;
		c = choice_add(c, &n);
		c[n - 1].key = talloc_asprintf(c, "F9 %c", a->letter);
		c[n - 1].text = i18n_text(a->label);
	}
	popup_choose(app, _(N_("Help")), POPUP_FILTER | POPUP_READ, c, n,
	    NULL, NULL);
}

/* ---------------------------------------------------------------- palette */

static void
palette_chosen(struct app *app, int index, const struct choice *c, void *arg)
{
	const struct command_row	*r;
	const struct screen *const	*s;

	const struct action		*a;

	(void)arg;
	if (index < 0)
		return;
	for (s = screen_table; *s != NULL; s++) {
		if (c->data == (const void *)*s) {
			app_open(app, (*s)->id, NULL);
			return;
		}
		for (a = (*s)->actions; a != NULL && a->id != NULL; a++)
			if (c->data == (const void *)a) {
				if (app_open(app, (*s)->id, NULL))
					action_run(app_top(app), a, NULL,
					    NULL, NULL);
				return;
			}
	}
	r = c->data;
	app_command(app, r->id);
}

static bool
choice_has(const struct choice *c, size_t n, const void *data)
{
	while (n-- > 0)
		if (c[n].data == data)
			return true;
	return false;
}

void
cmd_palette(struct app *app)
{
	struct view			*v = app_top(app);
	const struct command_row	*r;
	const struct screen *const	*s;
	struct choice			*c = talloc_array(NULL,
					    struct choice, 0);
	const struct action		*a;
	const char			*name;
	size_t				 n = 0;

	for (s = screen_table; *s != NULL; s++) {
		if ((*s)->number < 0 || !screen_granted(app, *s))
			continue;
		c = choice_add(c, &n);
		c[n - 1].key = talloc_asprintf(c, "%d", (*s)->number);
		c[n - 1].text = i18n_text((*s)->title);
		/* Both languages find it. */
		c[n - 1].hint = (*s)->hint != NULL ? i18n_text((*s)->hint) :
		    (*s)->id;
		c[n - 1].data = (void *)(uintptr_t)*s;
	}
	/* What can be started without a row: "new invoice", "open drawer". */
	for (s = screen_table; *s != NULL; s++)
		for (a = (*s)->number >= 0 && screen_granted(app, *s) ?
		    (*s)->actions : NULL; a != NULL && a->id != NULL; a++) {
			if ((a->flags & (ACT_ROW | ACT_MANY | ACT_OPEN)) ||
			    a->method == NULL ||
			    !app_granted(app, a->method) ||
			    choice_has(c, n, a))
				continue;
			c = choice_add(c, &n);
			c[n - 1].key = talloc_asprintf(c, "%d F9 %c",
			    (*s)->number, a->letter);
			c[n - 1].text = i18n_text(a->label);
			c[n - 1].hint = i18n_text((*s)->title);
			c[n - 1].data = (void *)(uintptr_t)a;
		}
	for (r = command_rows; r->id != CMD_NONE; r++) {
		if (r->help == NULL || r->name == NULL ||
		    !(r->contexts & v->ops->context & CTX_ALL))
			continue;
		name = v->ops->bar != NULL && r->key != 0 ?
		    v->ops->bar(v, r->id) : "";
		if (name == NULL)
			continue;
		c = choice_add(c, &n);
		c[n - 1].key = r->key != 0 ? talloc_strdup(c,
		    key_name(r->key)) : NULL;
		c[n - 1].text = *name != '\0' ? name : i18n_text(r->name);
		c[n - 1].hint = i18n_text(r->help);
		c[n - 1].data = (void *)(uintptr_t)r;
	}
	popup_choose(app, _(N_("What do you want to do?")), POPUP_FILTER, c,
	    n, palette_chosen, NULL);
}

/* ---------------------------------------------------------------- find */

static const struct {
	const char	*kind, *screen;
} found_screens[] = {
	{ "customer", "customer" },
	{ "service", "customer" },
	{ "invoice", "invoice" },
	{ "payment", "payment" },
	{ "cash", "cash-session" },
	{ "package", "packages" },
	{ NULL, NULL }
};

static void
found(struct app *app, const char *key, const json_t *row, void *arg)
{
	const char	*kind;
	int		 i;

	(void)arg;
	kind = json_string_value(json_object_get(row, "kind"));
	for (i = 0; kind != NULL && found_screens[i].kind != NULL; i++)
		if (strcmp(found_screens[i].kind, kind) == 0) {
			app_open(app, found_screens[i].screen, key);
			return;
		}
}

void
cmd_find(struct app *app)
{
	popup_picker(app,
	    _(N_("Find: number, name, phone, address, invoice, PPPoE")),
	    "search.all", "number", "", found, NULL);
}
