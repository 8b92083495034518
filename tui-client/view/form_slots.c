/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "api/methods.h"
#include "base/text.h"
#include "i18n.h"
#include "message.h"
#include "value.h"
#include "view/form_int.h"

static int
slot_free(struct slot *s)
{
	json_decref(s->value);
	json_decref(s->choices);
	return 0;
}

static size_t
edit_max(const struct field *f)
{
	switch ((int)f->type) {
	case F_TEXT:
	case F_CODE:
	case F_SECRET:
		return f->max > 0 ? (size_t)f->max : 255;
	case F_NOTE:
		return f->max > 0 ? (size_t)f->max : 4000;
	case F_NUMBERS:
		return 4000;
	default:
		return 255;
	}
}

static struct slot *
slot_new(struct form *fm, const struct field *f, const struct field *parent,
    int row)
{
	struct slot	*s = talloc_zero(fm, struct slot);

	s->f = f;
	s->parent = parent;
	s->row = row;
	s->ed = edit_new(s, edit_max(f));
	s->ed->secret = f->type == F_SECRET;
	s->ed->lines = f->type == F_NOTE;
	s->initial = talloc_strdup(s, "");
	talloc_set_destructor(s, slot_free);
	return s;
}

static void
slot_set(struct slot *s, const char *text)
{
	edit_set(s->ed, text);
	talloc_free(s->initial);
	/* What the editor made of it: only a real change is a change. */
	s->initial = talloc_strdup(s, s->ed->text);
	talloc_free(s->looked);
	s->looked = talloc_strdup(s, s->ed->text);
}

/* "+10" of a date preset is ten days from today: shown as that date. */
static void
slot_preset(struct form *fm, struct slot *s)
{
	struct date	 today = app_today(fm->view->app);
	json_t		*v;
	char		*text;

	if (s->f->preset == NULL)
		return;
	v = value_parse(s->f, s->f->preset, today, NULL);
	text = value_edit(s, s->f, v);
	edit_set(s->ed, text);
	talloc_free(text);
	json_decref(v);
}

static void
slots_append(struct form *fm, struct slot *s, size_t at)
{
	fm->slot = talloc_realloc(fm, fm->slot, struct slot *, fm->n + 1);
	memmove(fm->slot + at + 1, fm->slot + at,
	    (fm->n - at) * sizeof *fm->slot);
	fm->slot[at] = s;
	fm->n++;
}

size_t
slots_add_row(struct form *fm, const struct field *list)
{
	const struct field	*f;
	size_t			 i, at = fm->n, first;
	int			 row = 0;

	for (i = 0; i < fm->n; i++)
		if (fm->slot[i]->parent == list) {
			at = i + 1;
			row = fm->slot[i]->row + 1;
		}
	first = at;
	for (f = list->sub; f->key != NULL; f++) {
		struct slot *s = slot_new(fm, f, list, row);
		slots_append(fm, s, at++);
		slot_preset(fm, s);
		talloc_free(s->initial);
		s->initial = talloc_strdup(s, s->ed->text);
	}
	return first;
}

/* Whose number it is: a given number says nothing to the reader. */
static void
slot_whose(struct form *fm, struct slot *s)
{
	static const struct {
		const char	*key, *member;
	} names[] = {
		{ "customer", "^name" }, { "customer", "name" },
		{ "service", "package_name" }, { "invoice", "name" },
	};
	const char	*name;
	size_t		 i;

	for (i = 0; i < sizeof names / sizeof names[0]; i++) {
		name = json_string_value(json_object_get(fm->spec.row,
		    names[i].member));
		if (name == NULL || strcmp(s->f->key, names[i].key) != 0)
			continue;
		s->note = talloc_strdup(s, name);
		return;
	}
}

static void
slot_fill(struct form *fm, struct slot *s)
{
	json_t	*v = json_object_get(fm->spec.fixed, s->f->key);
	char	*text;

	if (v != NULL) {
		s->fixed = true;
		s->value = json_incref(v);
		slot_whose(fm, s);
	} else {
		v = json_object_get(fm->spec.values, s->f->key);
		if (s->f->flags & FIELD_FIXED) {
			s->fixed = true;
			s->value = json_incref(v);
		}
	}
	s->choices = json_incref(json_object_get(fm->spec.choices, s->f->key));
	if (v != NULL && !json_is_null(v)) {
		text = value_edit(s, s->f, v);
		slot_set(s, text);
		talloc_free(text);
	} else if (!(fm->spec.flags & FORM_UPDATE))
		slot_preset(fm, s);
}

void
slots_build(struct form *fm)
{
	const struct field	*f;
	struct slot		*s;

	for (f = fm->fields; f != NULL && f->key != NULL; f++) {
		if ((f->flags & FIELD_HIDDEN) || f->type == F_OBJECT)
			continue;
		if (f->type == F_LIST) {
			slots_add_row(fm, f);
			continue;
		}
		s = slot_new(fm, f, NULL, 0);
		slots_append(fm, s, fm->n);
		slot_fill(fm, s);
	}
	while (fm->cur < fm->n && fm->slot[fm->cur]->fixed)
		fm->cur++;
	if (fm->cur == fm->n) {
		fm->cur = 0;
		fm->on_commit = true;
	}
}

bool
slot_is_empty_row(struct form *fm, const struct slot *s)
{
	size_t	i;

	if (s->parent == NULL)
		return false;
	for (i = 0; i < fm->n; i++)
		if (fm->slot[i]->parent == s->parent &&
		    fm->slot[i]->row == s->row &&
		    strcmp(fm->slot[i]->ed->text, fm->slot[i]->initial) != 0 &&
		    *fm->slot[i]->ed->text != '\0')
			return false;
	return true;
}

static void
slot_error(struct form *fm, struct slot *s, struct err *e)
{
	json_t	*error = message_from_err(e);

	talloc_free(s->error);
	s->error = message_error_fields(s, s->parent != NULL ?
	    s->parent->sub : fm->fields, error);
	/* What a parser says is more to the point than "not in the form". */
	if (e->code == ERR_BAD_FIELD && e->msg != NULL &&
	    strcmp(i18n_text(e->msg), e->msg) != 0) {
		talloc_free(s->error);
		s->error = talloc_asprintf(s, "%s: %s",
		    i18n_text(s->f->label != NULL ? s->f->label : s->f->key),
		    i18n_text(e->msg));
	}
	json_decref(error);
}

/* The slot's value; NULL and its error set where it is wrong. */
static json_t *
slot_value(struct form *fm, struct slot *s)
{
	struct err	 e = ERR_INIT;
	json_t		*v;

	talloc_free(s->error);
	s->error = NULL;
	if (s->fixed && s->value != NULL)
		return json_incref(s->value);
	v = value_parse(s->f, s->ed->text, app_today(fm->view->app), &e);
	if (v != NULL && json_is_null(v) && (s->f->flags & FIELD_REQUIRED)) {
		json_decref(v);
		v = NULL;
		err_field(&e, s->f->key, "required", "%s is required",
		    s->f->key);
	}
	if (v == NULL)
		slot_error(fm, s, &e);
	err_clear(&e);
	return v;
}

static bool
slot_untouched(const struct form *fm, const struct slot *s)
{
	return (fm->spec.flags & FORM_UPDATE) && !s->fixed &&
	    s->parent == NULL && strcmp(s->ed->text, s->initial) == 0;
}

bool
slot_check(struct form *fm, struct slot *s)
{
	json_t	*v;

	/*
	 * An empty field is no mistake until the form is sent, and what the
	 * server gave (a masked number) is none at all.
	 */
	if (*s->ed->text == '\0' || s->fixed || slot_untouched(fm, s)) {
		talloc_free(s->error);
		s->error = NULL;
		return true;
	}
	v = slot_value(fm, s);
	if (v != NULL)
		json_decref(v);
	return v != NULL;
}

static void
errors_add(char **errors, const struct slot *s)
{
	if (s->error == NULL)
		return;
	if (*errors == NULL)
		*errors = talloc_strdup(NULL, s->error);
	else
		*errors = talloc_asprintf_append_buffer(*errors, "  %s",
		    s->error);
}

/* setting.update wants text whatever the type is. */
static json_t *
as_text(json_t *v)
{
	char	*s;
	json_t	*out;

	if (json_is_integer(v))
		s = talloc_asprintf(NULL, "%lld",
		    (long long)json_integer_value(v));
	else if (json_is_boolean(v))
		s = talloc_strdup(NULL, json_is_true(v) ? "true" : "false");
	else
		return v;
	out = json_string(s);
	talloc_free(s);
	json_decref(v);
	return out;
}

static void
param_set(struct form *fm, json_t *params, struct slot *s, json_t *v)
{
	bool	changed = strcmp(s->ed->text, s->initial) != 0;

	if (json_is_null(v)) {
		json_decref(v);
		/* Emptied on purpose: say so. Never there: say nothing. */
		if (!(fm->spec.flags & FORM_UPDATE) || !changed || s->fixed)
			return;
		v = s->f->flags & FIELD_NULL ? json_null() : json_string("");
	}
	if ((fm->spec.flags & FORM_TEXT) && !s->fixed)
		v = as_text(v);
	json_object_set_new(params, s->f->key, v);
}

static void
list_param(struct form *fm, json_t *params, struct slot *s, json_t *v)
{
	json_t	*rows = json_object_get(params, s->parent->key), *row;
	int	 have;

	if (rows == NULL) {
		rows = json_array();
		json_object_set_new(params, s->parent->key, rows);
	}
	(void)fm;
	/* Rows that were left empty in between do not count. */
	have = (int)json_array_size(rows);
	row = have > 0 ? json_array_get(rows, (size_t)have - 1) : NULL;
	if (row == NULL || json_object_get(row, "#") == NULL ||
	    json_integer_value(json_object_get(row, "#")) != s->row) {
		row = json_pack("{s:i}", "#", s->row);
		json_array_append_new(rows, row);
	}
	if (json_is_null(v))
		json_decref(v);
	else
		json_object_set_new(row, s->f->key, v);
}

/* Takes the row marks out again and finds lists that are required. */
static void
lists_finish(struct form *fm, json_t *params, char **errors)
{
	const struct field	*f;
	json_t			*rows, *row;
	size_t			 i;
	char			*s;

	for (f = fm->fields; f != NULL && f->key != NULL; f++) {
		if (f->type != F_LIST)
			continue;
		rows = json_object_get(params, f->key);
		json_array_foreach(rows, i, row)
			json_object_del(row, "#");
		if (json_array_size(rows) > 0 ||
		    !(f->flags & FIELD_REQUIRED))
			continue;
		s = talloc_asprintf(NULL, "%s", i18n_text(f->label));
		s = talloc_asprintf_append_buffer(s, ": %s",
		    _(N_("at least one line")));
		if (*errors == NULL)
			*errors = talloc_strdup(NULL, s);
		talloc_free(s);
	}
}

json_t *
slots_params(struct form *fm, char **errors)
{
	json_t		*params = json_object(), *v;
	struct slot	*s, *secret = NULL;
	size_t		 i;

	*errors = NULL;
	for (i = 0; i < fm->n; i++) {
		s = fm->slot[i];
		if (slot_is_empty_row(fm, s) || slot_untouched(fm, s)) {
			talloc_free(s->error);
			s->error = NULL;
			continue;
		}
		if (strcmp(s->f->key, "repeat") == 0 && secret != NULL) {
			/* Only there so that a slip of the finger shows. */
			talloc_free(s->error);
			s->error = strcmp(s->ed->text, secret->ed->text) == 0 ?
			    NULL : talloc_strdup(s,
			    _(N_("The two new passwords differ.")));
			errors_add(errors, s);
			continue;
		}
		if (s->f->type == F_SECRET)
			secret = s;
		v = slot_value(fm, s);
		if (v == NULL) {
			errors_add(errors, s);
			continue;
		}
		if (s->parent != NULL)
			list_param(fm, params, s, v);
		else
			param_set(fm, params, s, v);
	}
	lists_finish(fm, params, errors);
	if (*errors != NULL) {
		json_decref(params);
		return NULL;
	}
	return params;
}

json_t *
slots_texts(struct form *fm)
{
	json_t		*out = json_object();
	struct slot	*s;
	char		*key;
	size_t		 i;

	for (i = 0; i < fm->n; i++) {
		s = fm->slot[i];
		if (s->fixed || s->f->type == F_SECRET || *s->ed->text == '\0')
			continue;
		key = s->parent != NULL ? talloc_asprintf(NULL, "%s.%d.%s",
		    s->parent->key, s->row, s->f->key) :
		    talloc_strdup(NULL, s->f->key);
		json_object_set_new(out, key, json_string(s->ed->text));
		talloc_free(key);
	}
	return out;
}

static struct slot *
slot_named(struct form *fm, const char *name)
{
	const struct field	*f;
	char			**part;
	size_t			 n, i;
	struct slot		*found = NULL;
	int			 row, guard;

	part = text_split(NULL, name, '.', &n);
	row = n == 3 ? (int)strtol(part[1], NULL, 10) : 0;
	for (guard = 0; guard < 200 && found == NULL; guard++) {
		for (i = 0; i < fm->n && found == NULL; i++) {
			if (n == 1 && fm->slot[i]->parent == NULL &&
			    strcmp(fm->slot[i]->f->key, name) == 0)
				found = fm->slot[i];
			if (n == 3 && fm->slot[i]->parent != NULL &&
			    fm->slot[i]->row == row &&
			    strcmp(fm->slot[i]->parent->key, part[0]) == 0 &&
			    strcmp(fm->slot[i]->f->key, part[2]) == 0)
				found = fm->slot[i];
		}
		f = n == 3 ? field_find(fm->fields, part[0]) : NULL;
		if (found != NULL || f == NULL || f->type != F_LIST ||
		    row > 100 || field_find(f->sub, part[2]) == NULL)
			break;
		slots_add_row(fm, f);
	}
	talloc_free(part);
	return found;
}

void
slots_restore(struct form *fm, json_t *texts)
{
	const char	*key;
	json_t		*v;
	struct slot	*s;

	json_object_foreach(texts, key, v) {
		s = slot_named(fm, key);
		if (s == NULL || s->fixed || !json_is_string(v))
			continue;
		edit_set(s->ed, json_string_value(v));
		fm->dirty = true;
	}
}

void
slot_echo(struct form *fm, struct slot *s)
{
	/* The name of what was picked stays beside its code. */
	if (s->f->type == F_REF)
		return;
	talloc_free(s->note);
	s->note = value_echo(s, s->f, s->ed->text, app_today(fm->view->app));
}

bool
slots_mark(struct form *fm, const char *field, const char *text)
{
	size_t		 i;
	struct slot	*s = field != NULL ? slot_named(fm, field) : NULL;

	if (s == NULL)
		return false;
	talloc_free(s->error);
	s->error = talloc_strdup(s, text);
	for (i = 0; i < fm->n; i++)
		if (fm->slot[i] == s && !s->fixed) {
			fm->cur = i;
			fm->on_commit = false;
		}
	return true;
}
