/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Actions are rows of a screen; here they are carried out: presets become
 * the fixed fields of a form, tagged rows become a series of requests with
 * one op_id each, and what cannot be undone is typed first.
 */
#include <string.h>

#include "api/methods.h"
#include "base/text.h"
#include "i18n.h"
#include "message.h"
#include "screen.h"
#include "value.h"
#include "view/filter.h"
#include "view/form.h"
#include "view/popup.h"

struct run {
	const struct action	*a;
	const char		*screen;	/* id, for drafts */
	json_t			*row;
	char			*fixed_key, *fixed_value;
	struct app		*app;
	struct view		*view;
	/* a series over tagged rows */
	json_t			*rows;		/* array */
	json_t			*params;	/* what the form gave */
	size_t			 at, done, failed;
	char			*first_error;
};

static int
run_free(struct run *r)
{
	json_decref(r->row);
	json_decref(r->rows);
	json_decref(r->params);
	return 0;
}

static struct run *
run_new(struct view *v, const struct action *a, json_t *row,
    const char *fixed_key, const char *fixed_value)
{
	struct run	*r = talloc_zero(NULL, struct run);

	r->a = a;
	r->screen = v->screen != NULL ? v->screen->id : NULL;
	r->app = v->app;
	r->view = v;
	r->row = json_incref(row);
	r->fixed_key = talloc_strdup(r, fixed_key);
	r->fixed_value = talloc_strdup(r, fixed_value);
	talloc_set_destructor(r, run_free);
	return r;
}

/* One preset as the wire's value; new reference, NULL where there is none. */
static json_t *
preset_value(const struct run *r, const json_t *row, const char *from)
{
	struct date	 today;
	struct period	 p;
	char		*s;
	json_t		*v, *out;

	switch (*from) {
	case '=':
		return json_string(from + 1);
	case '@':
		return r->fixed_value != NULL ? json_string(r->fixed_value) :
		    NULL;
	case '[':
		s = talloc_strndup(NULL, from + 1, strcspn(from + 1, "]"));
		v = json_object_get(row, s);
		out = v != NULL ? json_pack("[O]", v) : NULL;
		talloc_free(s);
		return out;
	case '<':
		today = app_today(r->app);
		p.y = today.y;
		p.m = today.m;
		s = period_iso(NULL, p);
		out = json_string(s);
		talloc_free(s);
		return out;
	default:
		return json_incref(json_object_get(row, from));
	}
}

static json_t *
presets_of(const struct run *r, const json_t *row)
{
	const struct preset	*p;
	json_t			*out = json_object(), *v;

	for (p = r->a->presets; p != NULL && p->field != NULL; p++) {
		if (*p->from == '<' || *p->from == '~')
			continue;	/* a start value, not a fixed one */
		v = preset_value(r, row, p->from);
		if (v != NULL && !json_is_null(v))
			json_object_set_new(out, p->field, v);
		else
			json_decref(v);
	}
	return out;
}

static json_t *
start_values(const struct run *r)
{
	const struct preset	*p;
	json_t			*out = r->row != NULL &&
				    (r->a->flags & ACT_UPDATE) ?
				    json_copy(r->row) : json_object(), *v;

	for (p = r->a->presets; p != NULL && p->field != NULL; p++) {
		if (*p->from != '<' && *p->from != '~')
			continue;
		v = *p->from == '<' ? preset_value(r, r->row, p->from) :
		    json_incref(json_object_get(r->row, p->from + 1));
		json_object_set_new(out, p->field, v != NULL ? v :
		    json_null());
	}
	return out;
}

bool
action_offered(struct view *v, const struct action *a, const json_t *row)
{
	const char	*s, *p;
	char		*have;
	size_t		 n;
	bool		 hit;

	if (!app_granted(v->app, a->method))
		return false;
	if ((a->flags & ACT_ROW) && row == NULL)
		return false;
	if (a->when == NULL)
		return true;
	s = json_string_value(json_object_get(row, a->when));
	have = s != NULL ? talloc_strdup(NULL, s) :
	    talloc_strdup(NULL, json_is_true(json_object_get(row, a->when)) ?
	    "true" : "false");
	n = strlen(have);
	hit = false;
	for (p = a->is; !hit && (p = strstr(p, have)) != NULL; p += n)
		hit = (p == a->is || p[-1] == ' ') &&
		    (p[n] == '\0' || p[n] == ' ');
	talloc_free(have);
	return hit;
}

/* ---------------------------------------------------------------- series */

static void	series_next(struct run *r);

static void
series_end(struct run *r)
{
	char	*done, *failed, *s;

	done = talloc_asprintf(r, "%zu", r->done);
	failed = talloc_asprintf(r, "%zu", r->failed);
	s = message_text(r, N_("{done} done, {failed} failed. {why}"), "done",
	    done, "failed", failed, "why", r->first_error, NULL);
	app_message(r->app, r->failed > 0 ? MSG_ERROR : MSG_DONE, "%s", s);
	app_wrote(r->app);
	if (list_tags(r->view) != NULL)
		json_object_clear(list_tags(r->view));
	app_timer(r->view, 0, app_refresh_view);
	talloc_free(r);
}

static void
series_answer(const struct reply *reply, void *arg)
{
	struct run	*r = arg;

	if (reply->result != NULL)
		r->done++;
	else {
		r->failed++;
		if (r->first_error == NULL)
			r->first_error = message_error(r, r->a->method,
			    reply->error);
	}
	/* After a cut the rest would only fail as well. */
	if (reply->lost)
		r->at = json_array_size(r->rows);
	series_next(r);
}

static void
series_next(struct run *r)
{
	json_t	*p, *row;
	char	*op_id;

	if (r->at >= json_array_size(r->rows)) {
		series_end(r);
		return;
	}
	row = json_array_get(r->rows, r->at++);
	p = presets_of(r, row);
	json_object_update(p, r->params);
	op_id = uuid_new(r);
	json_object_set_new(p, "op_id", json_string(op_id));
	talloc_free(op_id);
	app_send(r->view, r->a->method, p, series_answer, r);
}

static void
series_start(struct app *app, void *arg)
{
	struct run	*r = arg;

	if (!app_may_commit(app))
		return;
	/* The popup that held it goes away; the list lives on. */
	talloc_steal(r->view, r);
	series_next(r);
}

static void
series_confirm(struct app *app, const json_t *values, void *arg)
{
	struct run	*r = arg;
	struct view	*v;
	char		*n, *ask;

	json_decref(r->params);
	r->params = json_copy((json_t *)(uintptr_t)values);
	/* The form that held it is closing: the dialog keeps it from now on. */
	talloc_steal(NULL, r);
	n = talloc_asprintf(r, "%zu", json_array_size(r->rows));
	ask = message_text(r,
	    N_("{what} for {n} rows. Type the number, then F8."),
	    "what", i18n_text(r->a->label), "n", n, NULL);
	v = popup_confirm(app, i18n_text(r->a->label), ask, n, series_start,
	    r);
	talloc_steal(v, r);
}

/* The fields that are not preset: what one form asks for all rows. */
static const struct field *
fields_left(struct run *r, const struct rpc_method *m)
{
	struct field		*out;
	const struct preset	*p;
	size_t			 i, n = 0, all = field_count(m->params);
	bool			 preset;

	out = talloc_zero_array(r, struct field, all + 1);
	for (i = 0; i < all; i++) {
		preset = (m->params[i].flags & FIELD_HIDDEN) != 0;
		for (p = r->a->presets; p != NULL && p->field != NULL; p++)
			if (strcmp(p->field, m->params[i].key) == 0)
				preset = true;
		if (!preset)
			out[n++] = m->params[i];
	}
	return out;
}

static void
series_ask(struct view *v, struct run *r, json_t *tags)
{
	const struct rpc_method	*m = rpc_method_find(r->a->method);
	struct form_spec	 spec = { 0 };
	const char		*key;
	json_t			*row;

	r->rows = json_array();
	json_object_foreach(tags, key, row)
		if (action_offered(v, r->a, row))
			json_array_append(r->rows, row);
	spec.fields = fields_left(r, m);
	if (spec.fields[0].key == NULL) {
		series_confirm(v->app, NULL, r);
		return;
	}
	spec.title = i18n_text(r->a->label);
	spec.local = series_confirm;
	spec.arg = r;
	form_open(v->app, &spec);
}

/* ---------------------------------------------------------------- one row */

static void
run_done(struct app *app, const json_t *params, const json_t *result,
    void *arg)
{
	struct run	*r = arg;
	const char	*key;

	(void)params;
	if (r->a->screen == NULL)
		return;
	key = json_string_value(json_object_get(result, "number"));
	app_open(app, r->a->screen, key);
}

static void
run_form(struct view *v, struct run *r, json_t *draft)
{
	struct form_spec	 spec = { 0 };
	json_t			*key;

	spec.title = i18n_text(r->a->label);
	spec.method = r->a->method;
	if (r->a->fields != NULL)
		spec.fields = r->a->fields(r, r->row);
	spec.fixed = presets_of(r, r->row);
	spec.values = start_values(r);
	if (r->a->choose != NULL && json_is_array(json_object_get(r->row,
	    r->a->from)))
		spec.choices = json_pack("{s:O}", r->a->choose,
		    json_object_get(r->row, r->a->from));
	spec.flags = (r->a->flags & ACT_UPDATE ? FORM_UPDATE : 0) |
	    (r->a->flags & ACT_TEXT ? FORM_TEXT : 0);
	if (r->a->flags & ACT_SURE) {
		key = json_object_get(spec.fixed, r->a->presets[0].field);
		spec.sure = json_string_value(key);
	}
	spec.screen = r->screen;
	spec.action = r->screen != NULL ? r->a->id : NULL;
	spec.row = r->row;
	spec.draft = draft;
	spec.done = run_done;
	spec.arg = r;
	form_open(v->app, &spec);
	json_decref(spec.fixed);
	json_decref(spec.values);
	json_decref(spec.choices);
}

/* The object as it is now, before a form changes it. */
static void
got(const struct reply *reply, void *arg)
{
	struct run	*r = arg;

	app_hold(r->app, false);
	if (reply->result == NULL) {
		app_error(r->app, r->a->get, reply->error);
		talloc_free(r);
		return;
	}
	json_decref(r->row);
	r->row = json_incref(reply->result);
	run_form(r->view, r, NULL);
}

static void
run_get(struct view *v, struct run *r)
{
	const char	*key = r->a->get_key != NULL ? r->a->get_key : "number";
	json_t		*id = json_object_get(r->row, key);

	talloc_steal(v, r);
	app_hold(v->app, true);
	app_send(v, r->a->get, json_pack("{s:O?}", key, id), got, r);
}

static void
now_answer(const struct reply *reply, void *arg)
{
	struct run	*r = arg;

	if (reply->result == NULL)
		app_error(r->app, r->a->method, reply->error);
	else {
		app_wrote(r->app);
		app_message(r->app, MSG_DONE, "%s: %s",
		    i18n_text(r->a->label), _(N_("done")));
		app_timer(r->view, 0, app_refresh_view);
	}
	talloc_free(r);
}

static void
run_now(struct app *app, void *arg)
{
	struct run	*r = arg;
	json_t		*p;
	char		*op_id;

	if (!app_may_commit(app))
		return;
	talloc_steal(r->view, r);
	p = presets_of(r, r->row);
	op_id = uuid_new(r);
	json_object_set_new(p, "op_id", json_string(op_id));
	app_send(r->view, r->a->method, p, now_answer, r);
}

void
action_now(struct view *v, const struct action *a, json_t *row,
    const char *fixed_key, const char *fixed_value)
{
	struct run	*r = run_new(v, a, row, fixed_key, fixed_value);

	talloc_steal(v, r);
	run_now(v->app, r);
}

/* What is asked before it is done: the action, and on which row. */
static char *
now_text(TALLOC_CTX *ctx, const struct view *v, const struct action *a,
    const json_t *row)
{
	const char	*keys[] = { v->screen == NULL ? NULL : v->screen->key,
			    "user", "name" };
	char		*out = talloc_strdup(ctx, i18n_text(a->label)), *text;
	const char	*sep = ": ";
	const json_t	*j;
	size_t		 i;

	for (i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		if (keys[i] == NULL || (i > 0 && keys[0] != NULL &&
		    strcmp(keys[i], keys[0]) == 0))
			continue;
		j = json_object_get(row, keys[i]);
		if (json_is_string(j))
			text = text_visible(ctx, json_string_value(j));
		else if (json_is_integer(j))
			text = message_json(ctx, j, 0);
		else
			continue;
		out = talloc_asprintf_append_buffer(out, "%s%s", sep, text);
		talloc_free(text);
		sep = " ";
	}
	return out;
}

void
action_run(struct view *v, const struct action *a, json_t *row,
    const char *fixed_key, const char *fixed_value)
{
	struct run	*r;
	json_t		*tags;
	const char	*key;

	if (!app_granted(v->app, a->method)) {
		app_message(v->app, MSG_ERROR, "%s",
		    _(N_("You are not allowed to do that.")));
		return;
	}
	if (a->flags & ACT_OPEN) {
		key = json_string_value(json_object_get(row,
		    a->screen_key != NULL ? a->screen_key : "number"));
		app_open(v->app, a->screen, key);
		return;
	}
	r = run_new(v, a, row, fixed_key, fixed_value);
	tags = list_tags(v);
	if ((a->flags & ACT_MANY) && json_object_size(tags) > 0)
		series_ask(v, r, tags);
	else if (a->flags & ACT_NOW) {
		char	*ask = now_text(r, v, a, row);
		struct view *p = popup_confirm(v->app, i18n_text(a->label),
		    ask, NULL, run_now, r);
		talloc_steal(p, r);
	} else if (a->get != NULL)
		run_get(v, r);
	else
		run_form(v, r, NULL);
}

/* ---------------------------------------------------------------- menu */

struct menu {
	struct view	*view;
	json_t		*rows;		/* one per choice, null where none */
	char		*fixed_key, *fixed_value;
};

static int
menu_free(struct menu *m)
{
	json_decref(m->rows);
	return 0;
}

static void
menu_chosen(struct app *app, int index, const struct choice *c, void *arg)
{
	struct menu	*m = arg;
	json_t		*row;

	(void)app;
	if (index < 0)
		return;
	row = json_array_get(m->rows, (size_t)index);
	action_run(m->view, c->data, json_is_null(row) ? NULL : row,
	    m->fixed_key, m->fixed_value);
}

/* With tagged rows it is they that count, not the one under the cursor. */
static bool
tags_offer(struct view *v, const struct action *a)
{
	const char	*key;
	json_t		*row, *tags = list_tags(v);

	if (!(a->flags & ACT_MANY))
		return false;
	json_object_foreach(tags, key, row)
		if (action_offered(v, a, row))
			return true;
	return false;
}

void
action_menu(struct view *v, const struct action *actions,
    action_row_fn *row_of, const char *fixed_key, const char *fixed_value)
{
	const struct action	*a;
	struct choice		*c = talloc_array(NULL, struct choice, 0);
	struct menu		*m = talloc_zero(c, struct menu);
	json_t			*row;
	size_t			 n = 0;

	/* The rows are those that are seen now, whatever arrives meanwhile. */
	m->rows = json_array();
	talloc_set_destructor(m, menu_free);
	for (a = actions; a != NULL && a->id != NULL; a++) {
		row = row_of(v, a);
		if (!action_offered(v, a, row) && !tags_offer(v, a)) {
			json_decref(row);
			continue;
		}
		c = talloc_realloc(NULL, c, struct choice, n + 1);
		memset(&c[n], 0, sizeof c[n]);
		c[n].key = talloc_asprintf(c, "%c", a->letter);
		c[n].text = i18n_text(a->label);
		c[n++].data = (void *)(uintptr_t)a;
		json_array_append_new(m->rows, row != NULL ? row :
		    json_null());
	}
	if (n == 0) {
		talloc_free(c);
		app_message(v->app, MSG_INFO, "%s",
		    _(N_("Nothing can be done here.")));
		return;
	}
	m->view = v;
	m->fixed_key = talloc_strdup(m, fixed_key);
	m->fixed_value = talloc_strdup(m, fixed_value);
	popup_choose(v->app, _(N_("Actions")), 0, c, n, menu_chosen, m);
}

void
action_form(struct app *app, const struct screen *s)
{
	struct run	*r = run_new(app_top(app), s->form, NULL, NULL, NULL);

	r->screen = s->id;
	run_form(app_top(app), r, NULL);
}

bool
action_restore(struct app *app, const json_t *draft)
{
	const struct screen	*s;
	const struct action	*a;
	const char		*id;
	struct run		*r;

	id = json_string_value(json_object_get(draft, "screen"));
	s = id != NULL ? screen_find(id) : NULL;
	id = json_string_value(json_object_get(draft, "action"));
	if (s == NULL || id == NULL)
		return false;
	for (a = s->form != NULL ? s->form : s->actions;
	    a != NULL && a->id != NULL; a++)
		if (strcmp(a->id, id) == 0)
			break;
	if (a == NULL || a->id == NULL || !app_granted(app, a->method))
		return false;
	r = run_new(app_top(app), a, json_object_get(draft, "row"), NULL,
	    NULL);
	r->screen = s->id;
	run_form(app_top(app), r, (json_t *)(uintptr_t)draft);
	return true;
}
