/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The form engine: a method's field rows become editors. Nothing is sent but
 * by F8, once, with one op_id for as long as the form is open; what was typed
 * is kept in a draft on every field that is left.
 */
#include "view/form.h"

#include <string.h>
#include <strings.h>

#include "api/methods.h"
#include "base/clock.h"
#include "base/text.h"
#include "draft.h"
#include "i18n.h"
#include "message.h"
#include "value.h"
#include "view/form_int.h"
#include "view/popup.h"

#define UNDO_MAX	200
#define ECHO_MS		150

static struct form *
form_of(struct view *v)
{
	return v->state;
}

struct slot *
form_slot(struct form *fm)
{
	return fm->on_commit || fm->n == 0 ? NULL : fm->slot[fm->cur];
}

/* ---------------------------------------------------------------- undo */

static void
undo_push(struct form *fm, struct form_undo **stack, size_t *n,
    struct slot *s)
{
	if (*n == UNDO_MAX) {
		talloc_free((*stack)[0].text);
		memmove(*stack, *stack + 1, (--*n) * sizeof **stack);
	}
	*stack = talloc_realloc(fm, *stack, struct form_undo, *n + 1);
	(*stack)[*n].slot = s;
	(*stack)[*n].text = talloc_strdup(fm, s->ed->text);
	(*stack)[(*n)++].cur = s->ed->cur;
}

void
form_remember(struct form *fm, struct slot *s, bool run)
{
	fm->dirty = true;
	if (s->f->type == F_SECRET || (run && fm->run == s))
		return;
	undo_push(fm, &fm->undo, &fm->undo_n, s);
	fm->redo_n = 0;
	fm->run = run ? s : NULL;
}

static void
undo_step(struct form *fm, struct form_undo *from, size_t *from_n,
    struct form_undo **to, size_t *to_n)
{
	struct form_undo	u;
	size_t			i;

	if (*from_n == 0)
		return;
	u = from[--*from_n];
	undo_push(fm, to, to_n, u.slot);
	edit_set(u.slot->ed, u.text);
	u.slot->ed->fresh = false;
	u.slot->ed->cur = u.cur;
	talloc_free(u.text);
	fm->run = NULL;
	for (i = 0; i < fm->n; i++)
		if (fm->slot[i] == u.slot) {
			fm->cur = i;
			fm->on_commit = false;
		}
}

/* ---------------------------------------------------------------- drafts */

static void
form_save(struct view *v)
{
	struct form	*fm = form_of(v);
	json_t		*d;

	if (!fm->dirty || fm->spec.action == NULL)
		return;
	d = json_pack("{s:s,s:s,s:s,s:s,s:I,s:o,s:s}", "title", v->title,
	    "screen", fm->spec.screen, "action", fm->spec.action, "user",
	    app_user_text(v->app, "name"), "at", (json_int_t)clock_now(),
	    "texts", slots_texts(fm), "op_id", fm->op_id);
	if (fm->spec.row != NULL)
		json_object_set(d, "row", fm->spec.row);
	draft_save(v->app, fm->op_id, d);
	json_decref(d);
}

/* ---------------------------------------------------------------- moving */

static void
form_echo(struct view *v)
{
	struct slot	*s = form_slot(form_of(v));

	if (s != NULL)
		slot_echo(form_of(v), s);
}

/* The field is left: what it means, whether it can be, and the draft. */
void
form_leave(struct form *fm)
{
	struct slot	*s = form_slot(fm);

	fm->run = NULL;
	app_timer_stop(fm->view, form_echo);
	if (s == NULL)
		return;
	slot_echo(fm, s);
	if (!slot_check(fm, s) && s->error != NULL)
		app_message(fm->view->app, MSG_ERROR, "%s", s->error);
	form_save(fm->view);
}

static void
form_enter_slot(struct form *fm)
{
	struct slot	*s = form_slot(fm);

	if (s != NULL && !s->ed->lines) {
		s->ed->fresh = true;
		s->ed->cur = strlen(s->ed->text);
	}
}

/* The next row of a list appears when the last one is used. */
static void
list_grow(struct form *fm)
{
	struct slot	*s = fm->slot[fm->cur], *next;
	int64_t		 max;

	if (s->parent == NULL || slot_is_empty_row(fm, s))
		return;
	next = fm->cur + 1 < fm->n ? fm->slot[fm->cur + 1] : NULL;
	max = s->parent->max > 0 ? s->parent->max : 200;
	if ((next == NULL || next->parent != s->parent) && s->row + 1 < max)
		slots_add_row(fm, s->parent);
}

void
form_step(struct form *fm, int by)
{
	struct slot	*s;
	size_t		 i = fm->cur;

	if (fm->n == 0)
		return;
	if (fm->on_commit) {
		if (by < 0 && !fm->slot[fm->cur]->fixed)
			fm->on_commit = false;
		form_enter_slot(fm);
		return;
	}
	s = fm->slot[i];
	if (by > 0) {
		list_grow(fm);
		/* An empty row of a list is left whole. */
		if (s->parent != NULL && slot_is_empty_row(fm, s) &&
		    s->f == s->parent->sub)
			while (i + 1 < fm->n &&
			    fm->slot[i + 1]->parent == s->parent)
				i++;
	}
	for (;;) {
		if (by > 0 && i + 1 >= fm->n) {
			fm->on_commit = true;
			return;
		}
		if (by < 0 && i == 0)
			return;
		i = by > 0 ? i + 1 : i - 1;
		if (!fm->slot[i]->fixed)
			break;
	}
	fm->cur = i;
	form_enter_slot(fm);
}

static void
form_move(struct form *fm, int by)
{
	if (by > 0 && form_look(fm, by))
		return;
	form_leave(fm);
	form_step(fm, by);
}

/* ---------------------------------------------------------------- commit */

static void	form_send(struct form *fm, json_t *params);

/* The value of the record saved before, for Ctrl-D; by method. */
static json_t	*previous;

static void
previous_keep(struct form *fm)
{
	json_t	*texts;

	if (fm->spec.method == NULL)
		return;
	if (previous == NULL)
		previous = json_object();
	texts = slots_texts(fm);
	json_object_set_new(previous, fm->spec.method, texts);
}

void
form_forget_previous(void)
{
	json_decref(previous);
	previous = NULL;
}

static void
previous_copy(struct form *fm)
{
	struct slot	*s = form_slot(fm);
	const char	*text;

	if (s == NULL || fm->spec.method == NULL)
		return;
	text = json_string_value(json_object_get(json_object_get(previous,
	    fm->spec.method), s->f->key));
	if (text == NULL)
		return;
	form_remember(fm, s, false);
	edit_set(s->ed, text);
}

static void
form_saved(struct form *fm, const json_t *params, const json_t *result)
{
	struct app	*app = fm->view->app;
	const char	*number;
	char		*text;

	number = json_string_value(json_object_get(result, "number"));
	text = number != NULL ? message_text(fm, N_("Saved: {number}"),
	    "number", number, NULL) :
	    talloc_strdup(fm, _(N_("Saved.")));
	previous_keep(fm);
	draft_remove(app, fm->op_id);
	fm->dirty = false;
	app_wrote(app);
	app_pop(fm->view);
	app_message(app, MSG_DONE, "%s", text);
	if (fm->spec.done != NULL)
		fm->spec.done(app, params, result, fm->spec.arg);
}

static void
form_answer(const struct reply *r, void *arg)
{
	struct form	*fm = arg;
	struct app	*app = fm->view->app;
	const char	*field;
	char		*text;

	fm->sending = false;
	if (r->result != NULL) {
		form_saved(fm, fm->pending, r->result);
		return;
	}
	if (r->lost) {
		app_message(app, MSG_ERROR, "%s", _(N_("NOT CERTAIN: the line "
		    "broke after sending. F8 asks again; nothing happens "
		    "twice.")));
		return;
	}
	field = json_string_value(json_object_get(r->error, "field"));
	text = message_error_fields(fm, fm->fields, r->error);
	if (slots_mark(fm, field, text))
		form_enter_slot(fm);
	app_message(app, MSG_ERROR, "%s", text);
	talloc_free(text);
}

static void
form_send(struct form *fm, json_t *params)
{
	json_t	*version = json_object_get(fm->spec.values, "version");

	if ((fm->spec.flags & FORM_UPDATE) && json_is_integer(version) &&
	    field_find(fm->method->params, "version") != NULL)
		json_object_set(params, "version", version);
	if (fm->method->flags & RPC_WRITE)
		json_object_set_new(params, "op_id", json_string(fm->op_id));
	json_decref(fm->pending);
	fm->pending = json_incref(params);
	fm->sending = true;
	app_send(fm->view, fm->spec.method, params, form_answer, fm);
}

static void
form_sure(struct app *app, void *arg)
{
	struct form	*fm = arg;

	if (fm->pending != NULL && app_may_commit(app) && !fm->sending)
		form_send(fm, json_incref(fm->pending));
}

static bool
nothing_changed(struct form *fm)
{
	size_t	i;

	if (!(fm->spec.flags & FORM_UPDATE))
		return false;
	for (i = 0; i < fm->n; i++)
		if (!fm->slot[i]->fixed && strcmp(fm->slot[i]->ed->text,
		    fm->slot[i]->initial) != 0)
			return false;
	return true;
}

static void
form_focus_error(struct form *fm)
{
	size_t	i;

	for (i = 0; i < fm->n; i++)
		if (fm->slot[i]->error != NULL && !fm->slot[i]->fixed) {
			fm->cur = i;
			fm->on_commit = false;
			/* Typing replaces what was wrong. */
			form_enter_slot(fm);
			return;
		}
}

static void
form_local(struct form *fm, json_t *params)
{
	struct app	*app = fm->view->app;

	fm->dirty = false;
	app_pop(fm->view);
	fm->spec.local(app, params, fm->spec.arg);
	json_decref(params);
}

static void
form_commit(struct form *fm)
{
	struct app	*app = fm->view->app;
	json_t		*params;
	char		*errors, *ask;

	if (fm->sending)
		return;
	form_leave(fm);
	params = slots_params(fm, &errors);
	if (params == NULL) {
		app_message(app, MSG_ERROR, "%s", errors);
		talloc_free(errors);
		form_focus_error(fm);
		return;
	}
	if (fm->spec.local != NULL) {
		form_local(fm, params);
		return;
	}
	if (nothing_changed(fm)) {
		json_decref(params);
		app_message(app, MSG_INFO, "%s", _(N_("Nothing was changed.")));
		return;
	}
	if (!app_may_commit(app)) {
		json_decref(params);
		return;
	}
	if (fm->spec.sure == NULL) {
		form_send(fm, params);
		return;
	}
	json_decref(fm->pending);
	fm->pending = params;
	ask = message_text(fm,
	    N_("This cannot be undone. Type {what}, then F8."),
	    "what", fm->spec.sure, NULL);
	popup_confirm(app, fm->view->title, ask, fm->spec.sure, form_sure, fm);
}

/* ---------------------------------------------------------------- leaving */

static void
leave_chosen(struct app *app, int index, const struct choice *c, void *arg)
{
	struct form	*fm = arg;

	(void)c;
	if (index == 1) {
		form_save(fm->view);
		app_message(app, MSG_INFO, "%s", _(N_("Kept as a draft.")));
	}
	if (index == 2)
		draft_remove(app, fm->op_id);
	if (index > 0) {
		fm->leaving = true;
		app_pop(fm->view);
	}
}

static bool
form_may_close(struct view *v)
{
	struct form	*fm = form_of(v);
	struct choice	*c;

	if (fm->spec.flags & FORM_STAY)
		return false;
	if (!fm->dirty || fm->leaving)
		return true;
	c = talloc_zero_array(NULL, struct choice, 3);
	c[0].key = "l";
	c[0].text = _(N_("Go on typing"));
	c[1].key = "s";
	c[1].text = _(N_("Keep as a draft"));
	c[2].key = "b";
	c[2].text = _(N_("Throw away"));
	popup_choose(v->app, _(N_("Not saved yet")), 0, c, 3, leave_chosen,
	    fm);
	return false;
}

/* ---------------------------------------------------------------- keys */

/* A date moves by a day or a month; other fields leave the key alone. */
static bool
date_move(struct form *fm, struct slot *s, enum command cmd)
{
	struct date	 today = app_today(fm->view->app), d = today;
	char		*text;

	if (s->f->type != F_DATE || *s->ed->text == '\0')
		return false;
	if (date_parse(s->ed->text, today, true, &d, NULL) == -1)
		return false;
	switch ((int)cmd) {
	case CMD_UP:
		d = date_add_days(d, 1);
		break;
	case CMD_DOWN:
		d = date_add_days(d, -1);
		break;
	case CMD_PGUP:
		d = date_add_months(d, 1);
		break;
	case CMD_PGDN:
		d = date_add_months(d, -1);
		break;
	default:
		return false;
	}
	form_remember(fm, s, false);
	text = date_format(s, d);
	edit_set(s->ed, text);
	talloc_free(text);
	slot_echo(fm, s);
	return true;
}

static bool
form_edit_key(struct form *fm, enum command cmd)
{
	struct slot	*s = form_slot(fm);
	struct edit	 before;
	bool		 changed;

	if (s == NULL)
		return false;
	if (date_move(fm, s, cmd))
		return true;
	if (s->f->type == F_ENUM && (cmd == CMD_LEFT || cmd == CMD_RIGHT)) {
		form_enum_turn(fm, s, cmd == CMD_RIGHT ? 1 : -1, 0);
		return true;
	}
	if (s->ed->lines && (cmd == CMD_UP || cmd == CMD_DOWN))
		return edit_move_line(s->ed, cmd == CMD_UP ? -1 : 1);
	before = *s->ed;
	if (cmd == CMD_BACKSPACE || cmd == CMD_DELETE || cmd == CMD_CLEAR)
		form_remember(fm, s, cmd != CMD_CLEAR);
	if (!edit_command(s->ed, cmd, &changed)) {
		*s->ed = before;
		return false;
	}
	if (changed)
		app_timer(fm->view, ECHO_MS, form_echo);
	return true;
}

static bool
form_enter(struct form *fm)
{
	struct slot	*s = form_slot(fm);

	/* In a note Enter is a new line, an empty last line ends it. */
	if (s != NULL && s->ed->lines && *s->ed->text != '\0' &&
	    s->ed->cur > 0 && s->ed->text[s->ed->cur - 1] != '\n') {
		form_remember(fm, s, true);
		s->ed->fresh = false;
		edit_insert(s->ed, "\n");
		return true;
	}
	/* One of a list is wanted and nothing is typed: here it is. */
	if (s != NULL && *s->ed->text == '\0' &&
	    (s->f->flags & FIELD_REQUIRED) && s->parent == NULL &&
	    (s->f->type == F_ENUM || s->f->type == F_REF)) {
		form_list(fm);
		if (app_top(fm->view->app) != fm->view)
			return true;
	}
	form_move(fm, 1);
	return true;
}

static bool
form_command(struct view *v, enum command cmd, const struct key *k)
{
	struct form	*fm = form_of(v);

	(void)k;
	if (fm->sending && cmd != CMD_ESC && cmd != CMD_CLOSE &&
	    cmd != CMD_HELP && cmd != CMD_REDRAW)
		return true;
	if (form_edit_key(fm, cmd))
		return true;
	switch ((int)cmd) {
	case CMD_ENTER:
		return form_enter(fm);
	case CMD_NEXT:
	case CMD_DOWN:
		form_move(fm, 1);
		return true;
	case CMD_PREVIOUS:
	case CMD_UP:
		form_move(fm, -1);
		return true;
	case CMD_PGDN:
	case CMD_PGUP:
		form_leave(fm);
		fm->on_commit = cmd == CMD_PGDN;
		if (cmd == CMD_PGUP)
			fm->cur = 0;
		if (cmd == CMD_PGUP && fm->n > 0 && fm->slot[0]->fixed)
			form_step(fm, 1);
		return true;
	case CMD_LIST:
		form_list(fm);
		return true;
	case CMD_COMMIT:
		form_commit(fm);
		return true;
	case CMD_UNDO:
		undo_step(fm, fm->undo, &fm->undo_n, &fm->redo, &fm->redo_n);
		return true;
	case CMD_REDO:
		undo_step(fm, fm->redo, &fm->redo_n, &fm->undo, &fm->undo_n);
		return true;
	case CMD_COPY_PREVIOUS:
		previous_copy(fm);
		return true;
	case CMD_ESC:
		/* Esc leaves a form only when nothing was typed. */
		app_close(v);
		return true;
	case CMD_REFRESH:
	case CMD_START:
	case CMD_EDIT:
	case CMD_ACTIONS:
		return true;
	default:
		return false;
	}
}

static void
form_text(struct view *v, const struct key *k)
{
	struct form	*fm = form_of(v);
	struct slot	*s = form_slot(fm);

	if (s == NULL || s->fixed || fm->sending)
		return;
	if (s->f->type == F_ENUM && k->code == K_CHAR) {
		form_enum_turn(fm, s, 1, k->ch);
		return;
	}
	if (s->f->type == F_BOOL && k->code == K_CHAR) {
		form_remember(fm, s, false);
		edit_set(s->ed, k->ch == ' ' ? (strcmp(s->ed->text,
		    i18n_text(N_("yes"))) == 0 ? i18n_text(N_("no")) :
		    i18n_text(N_("yes"))) : strchr("yYxX1", (char)k->ch) !=
		    NULL ? i18n_text(N_("yes")) : i18n_text(N_("no")));
		return;
	}
	form_remember(fm, s, k->code == K_CHAR);
	if (!edit_text(s->ed, k))
		return;
	if (s->f->type == F_MONEY || s->f->type == F_DATE ||
	    s->f->type == F_PERIOD)
		app_timer(v, ECHO_MS, form_echo);
	else if (s->f->type == F_REF) {
		talloc_free(s->note);
		s->note = NULL;
	}
}

static bool
form_typing(struct view *v)
{
	return form_slot(form_of(v)) != NULL;
}

static const char *
form_bar(struct view *v, enum command cmd)
{
	struct form	*fm = form_of(v);
	struct slot	*s = form_slot(fm);

	switch ((int)cmd) {
	case CMD_LIST:
		return s != NULL && (s->f->type == F_ENUM ||
		    s->f->lookup != NULL) ? "" : NULL;
	case CMD_COMMIT:
		return fm->spec.local != NULL ? _(N_("Apply")) : "";
	case CMD_FIND:
	case CMD_START:
	case CMD_EDIT:
	case CMD_ACTIONS:
		return NULL;
	default:
		return "";
	}
}

static const char *
form_focus(struct view *v)
{
	struct slot	*s = form_slot(form_of(v));

	return s != NULL ? s->f->key : "F8";
}

static const struct view_ops	form_ops = {
	.name = "form",
	.context = CTX_FORM,
	.draw = form_draw,
	.command = form_command,
	.text = form_text,
	.typing = form_typing,
	.bar = form_bar,
	.focus = form_focus,
	.may_close = form_may_close,
	.save = form_save,
};

static int
form_free(struct form *fm)
{
	json_decref(fm->spec.values);
	json_decref(fm->spec.fixed);
	json_decref(fm->spec.choices);
	json_decref(fm->spec.row);
	json_decref(fm->pending);
	return 0;
}

struct view *
form_open(struct app *app, const struct form_spec *spec)
{
	struct form	*fm = talloc_zero(NULL, struct form);
	const char	*op_id;

	fm->spec = *spec;
	fm->spec.draft = NULL;
	fm->method = spec->method != NULL ? rpc_method_find(spec->method) :
	    NULL;
	fm->fields = spec->fields != NULL ? spec->fields :
	    fm->method != NULL ? fm->method->params : NULL;
	json_incref(spec->values);
	json_incref(spec->fixed);
	json_incref(spec->choices);
	json_incref(spec->row);
	talloc_set_destructor(fm, form_free);
	if (spec->method != NULL && fm->method == NULL) {
		talloc_free(fm);
		return NULL;
	}
	fm->spec.sure = talloc_strdup(fm, spec->sure);
	if (spec->arg != NULL)
		talloc_steal(fm, spec->arg);
	op_id = json_string_value(json_object_get(spec->draft, "op_id"));
	fm->op_id = op_id != NULL ? talloc_strdup(fm, op_id) : uuid_new(fm);
	fm->view = app_push(app, &form_ops, NULL,
	    talloc_strdup(fm, spec->title), fm);
	slots_build(fm);
	if (spec->draft != NULL)
		slots_restore(fm, json_object_get(spec->draft, "texts"));
	form_enter_slot(fm);
	return fm->view;
}
