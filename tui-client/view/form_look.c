/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fields whose value is chosen: references, choices. */
#include <string.h>
#include <strings.h>

#include "i18n.h"
#include "message.h"
#include "value.h"
#include "view/form_int.h"
#include "view/popup.h"

/* ---------------------------------------------------------------- look-up */

static const char *
row_name(const json_t *row)
{
	static const char *const	names[] = { "name", "label",
					    "full_name", "title", NULL };
	const char			*s;
	int				 i;

	for (i = 0; names[i] != NULL; i++) {
		s = json_string_value(json_object_get(row, names[i]));
		/* Labels are the program's own words, names are not. */
		if (s != NULL)
			return strcmp(names[i], "label") == 0 ?
			    i18n_text(s) : s;
	}
	return "";
}

static const char *
look_key(const struct field *f)
{
	return f->lookup_key != NULL ? f->lookup_key : "number";
}

static void
look_take(struct form *fm, struct slot *s, const char *key,
    const char *name)
{
	if (strcmp(s->ed->text, key) != 0) {
		form_remember(fm, s, false);
		edit_set(s->ed, key);
	}
	talloc_free(s->looked);
	s->looked = talloc_strdup(s, s->ed->text);
	talloc_free(s->note);
	s->note = strcmp(key, name) != 0 ? talloc_strdup(s, name) : NULL;
	talloc_free(s->error);
	s->error = NULL;
}

static void
picked(struct app *app, const char *key, const json_t *row, void *arg)
{
	struct form	*fm = arg;
	struct slot	*s = form_slot(fm);

	(void)app;
	if (s == NULL)
		return;
	if (s->f->type == F_NUMBERS) {
		form_remember(fm, s, false);
		s->ed->fresh = false;
		if (*s->ed->text != '\0')
			edit_insert(s->ed, ", ");
		edit_insert(s->ed, key);
		return;
	}
	look_take(fm, s, key, row_name(row));
	form_leave(fm);
	form_step(fm, 1);
}

static void
form_pick(struct form *fm, struct slot *s, const char *q)
{
	popup_picker(fm->view->app, i18n_text(s->f->label), s->f->lookup,
	    look_key(s->f), q, picked, fm);
}

/* Rows of the answer as objects; the one that is meant, or none. */
static json_t *
look_choose(const struct slot *s, const json_t *result, size_t *n)
{
	json_t		*cols = json_object_get(result, "cols"), *c, *row, *o;
	json_t		*found = NULL, *rows = json_object_get(result, "rows");
	const char	*key;
	size_t		 i, k;

	*n = json_array_size(rows);
	json_array_foreach(rows, i, row) {
		o = json_object();
		json_array_foreach(cols, k, c)
			if (json_is_string(c))
				json_object_set(o, json_string_value(c),
				    json_array_get(row, k));
		key = json_string_value(json_object_get(o, look_key(s->f)));
		if (found == NULL && key != NULL && (*n == 1 ||
		    strcasecmp(key, s->ed->text) == 0)) {
			found = o;
			continue;
		}
		json_decref(o);
	}
	return found;
}

static void
look_answer(const struct reply *r, void *arg)
{
	struct form	*fm = arg;
	struct slot	*s = fm->looking;
	json_t		*row;
	const char	*key;
	size_t		 n;
	int		 by = fm->look_move;

	fm->looking = NULL;
	if (s == NULL)
		return;
	if (r->result == NULL) {
		/* Without the list the server decides, at F8. */
		form_leave(fm);
		form_step(fm, by);
		app_hold(fm->view->app, false);
		return;
	}
	row = look_choose(s, r->result, &n);
	if (row != NULL) {
		key = json_string_value(json_object_get(row, look_key(s->f)));
		look_take(fm, s, key, row_name(row));
		form_leave(fm);
		form_step(fm, by);
	} else if (n == 0) {
		talloc_free(s->error);
		s->error = message_text(s, N_("{field}: not found."), "field",
		    i18n_text(s->f->label), NULL);
		app_message(fm->view->app, MSG_ERROR, "%s", s->error);
	} else
		form_pick(fm, s, s->ed->text);
	json_decref(row);
	app_dirty(fm->view->app);
	app_hold(fm->view->app, false);
}

/* Enter in a reference: part of a name or number becomes the whole. */
bool
form_look(struct form *fm, int by)
{
	struct slot	*s = form_slot(fm);

	if (s == NULL || s->f->type != F_REF || s->f->lookup == NULL ||
	    *s->ed->text == '\0' || !app_granted(fm->view->app, s->f->lookup))
		return false;
	if (s->looked != NULL && strcmp(s->looked, s->ed->text) == 0)
		return false;
	fm->looking = s;
	fm->look_move = by;
	/* Type-ahead waits: the answer decides which field comes next. */
	app_hold(fm->view->app, true);
	app_send(fm->view, s->f->lookup, json_pack("{s:s,s:i}", "q",
	    s->ed->text, "limit", 10), look_answer, fm);
	return true;
}

/* ---------------------------------------------------------------- choices */

struct enum_pick {
	struct form	*fm;
	struct slot	*s;
};

static void
enum_set(struct form *fm, struct slot *s, const char *wire)
{
	form_remember(fm, s, false);
	edit_set(s->ed, word_text(wire));
}

/* A choice is a word, or an object that says where it leads `to`. */
static const char *
choice_name(const json_t *v)
{
	const char	*s = json_string_value(json_is_object(v) ?
			    json_object_get(v, "to") : v);

	return s != NULL ? s : "";
}

/* A value that may be chosen: one of the field's, allowed by the row. */
static bool
enum_allowed(const struct slot *s, const char *wire)
{
	json_t	*v;
	size_t	 i;

	if (!json_is_array(s->choices))
		return true;
	json_array_foreach(s->choices, i, v)
		if (strcmp(choice_name(v), wire) == 0)
			return true;
	return false;
}

/* The next value (by = 1, -1), or the next that starts with ch. */
void
form_enum_turn(struct form *fm, struct slot *s, int by, int32_t ch)
{
	const char *const	*v = s->f->values;
	int			 n = 0, at = -1, i, k;
	char			 first[2] = { (char)ch, '\0' };

	for (; v[n] != NULL; n++)
		if (strcmp(word_text(v[n]), s->ed->text) == 0)
			at = n;
	if (n == 0)
		return;
	for (k = 1; k <= n; k++) {
		i = ((at + k * by) % n + n) % n;
		if (at == -1 && by < 0)
			i = ((n - k) % n + n) % n;
		if (!enum_allowed(s, v[i]) || (ch != 0 &&
		    strncasecmp(word_text(v[i]), first, 1) != 0))
			continue;
		enum_set(fm, s, v[i]);
		return;
	}
}

static void
enum_picked(struct app *app, int index, const struct choice *c, void *arg)
{
	struct enum_pick	*p = arg;

	(void)app;
	if (index >= 0) {
		enum_set(p->fm, p->s, c->data);
		form_leave(p->fm);
		form_step(p->fm, 1);
	}
	talloc_free(p);
}

static void
enum_list(struct form *fm, struct slot *s)
{
	struct enum_pick	*p = talloc_zero(fm, struct enum_pick);
	const char *const	*v;
	struct choice		*c = NULL;
	size_t			 n = 0;

	p->fm = fm;
	p->s = s;
	for (v = s->f->values; *v != NULL; v++) {
		if (!enum_allowed(s, *v))
			continue;
		c = talloc_realloc(fm, c, struct choice, n + 1);
		memset(&c[n], 0, sizeof c[n]);
		c[n].text = word_text(*v);
		c[n++].data = (void *)(uintptr_t)*v;
	}
	popup_choose(fm->view->app, i18n_text(s->f->label), 0, c, n,
	    enum_picked, p);
}

void
form_list(struct form *fm)
{
	struct slot	*s = form_slot(fm);

	if (s == NULL)
		return;
	if (s->f->type == F_ENUM)
		enum_list(fm, s);
	else if (s->f->lookup != NULL &&
	    app_granted(fm->view->app, s->f->lookup))
		form_pick(fm, s, s->f->type == F_REF && s->looked == NULL ?
		    s->ed->text : "");
}
