/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Prints the client's tables (screens, keys, words) as one JSON object, with
 * every text in both languages and the columns it takes: what tests/tables
 * compares and docgen writes.
 */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "i18n.h"
#include "keys.h"
#include "screen.h"
#include "value.h"
#include "view/list.h"

static json_t	*texts;		/* msgid: {id, en, id_width, en_width} */

/* NULL comes of a row that lacks a value. */
static void
add(json_t *array, json_t *o)
{
	if (json_array_append_new(array, o) == -1)
		bug("a row lacks a value");
}

static void
join(json_t *object, json_t *more)
{
	if (json_object_update_new(object, more) == -1)
		bug("a row lacks a value");
}

/* A msgid of a table; its translations go into `texts`. */
static json_t *
label_json(const char *msgid)
{
	const char	*id, *en;

	if (msgid == NULL || *msgid == '\0')
		return json_null();
	id = i18n_text_in("id", msgid);
	en = i18n_text_in("en", msgid);
	json_object_set_new(texts, msgid, json_pack("{s:s,s:s,s:i,s:i}",
	    "id", id, "en", en, "id_width", text_width(id),
	    "en_width", text_width(en)));
	return json_string(msgid);
}

static json_t *
text_or_null(const char *s)
{
	return s != NULL ? json_string(s) : json_null();
}

static json_t *
flags_json(unsigned flags, const char *const *names, size_t n)
{
	json_t	*out = json_array();
	size_t	 i;

	for (i = 0; i < n; i++)
		if (flags & (1U << i))
			add(out, json_string(names[i]));
	return out;
}

static int
width_in(const char *lang, const struct column *c)
{
	i18n_set(lang);
	return list_col_min(c);
}

static json_t *
columns_json(const struct column *c)
{
	static const char *const	types[] = { "text", "money", "count",
	    "date", "period", "instant", "status", "phone", "percent", "bool",
	    "micros", "seconds", "label" };
	json_t				*out = json_array();

	_Static_assert(sizeof types / sizeof types[0] == COL_LABEL + 1,
	    "a name per type of column");
	for (; c != NULL && c->key != NULL; c++)
		add(out, json_pack(
		    "{s:s,s:o,s:s,s:i,s:i,s:i,s:i,s:i}", "key", c->key,
		    "label", label_json(c->label), "type", types[c->type],
		    "min", c->min, "pref", c->pref, "drop", c->drop,
		    "id_width", width_in("id", c),
		    "en_width", width_in("en", c)));
	return out;
}

static json_t *
filters_json(const struct field *f)
{
	json_t			*out = json_array(), *o, *v;
	const char *const	*value;

	for (; f != NULL && f->key != NULL; f++) {
		o = json_pack("{s:s,s:s,s:o,s:o,s:o}", "key", f->key,
		    "type", field_type_name(f->type),
		    "label", label_json(f->label),
		    "lookup", text_or_null(f->lookup),
		    "lookup_key", text_or_null(f->lookup_key));
		v = json_array();
		for (value = f->values; value != NULL && *value != NULL;
		    value++)
			add(v, json_string(*value));
		json_object_set_new(o, "values", v);
		add(out, o);
	}
	return out;
}

static json_t *
actions_json(const struct action *a)
{
	static const char *const	names[] = { "row", "many", "now", "F6",
	    "F7", "F8", "sure", "update", "text", "open" };
	const struct preset		*p;
	json_t				*out = json_array(), *o, *presets;
	char				 letter[2] = "";

	for (; a != NULL && a->id != NULL; a++) {
		letter[0] = a->letter;
		presets = json_array();
		for (p = a->presets; p != NULL && p->field != NULL; p++)
			add(presets, json_pack("{s:s,s:s}",
			    "field", p->field, "from", p->from));
		o = json_pack("{s:s,s:s,s:o,s:s,s:o,s:o,s:b}", "id", a->id,
		    "letter", letter, "label", label_json(a->label),
		    "method", a->method, "flags", flags_json(a->flags, names,
		    sizeof names / sizeof names[0]), "presets", presets,
		    "own_fields", a->fields != NULL);
		join(o, json_pack(
		    "{s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o}",
		    "when", text_or_null(a->when), "is", text_or_null(a->is),
		    "choose", text_or_null(a->choose),
		    "from", text_or_null(a->from),
		    "block", text_or_null(a->block),
		    "screen", text_or_null(a->screen),
		    "screen_key", text_or_null(a->screen_key),
		    "get", text_or_null(a->get),
		    "get_key", text_or_null(a->get_key)));
		add(out, o);
	}
	return out;
}

static json_t *
blocks_json(const struct block *b)
{
	static const char *const	kinds[] = { "fields", "table", "note",
	    "changes" };
	json_t				*out = json_array();

	/* The last row has neither columns nor a member. */
	for (; b->columns != NULL || b->member != NULL; b++)
		add(out, json_pack(
		    "{s:s,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "kind",
		    kinds[b->kind], "title", label_json(b->title),
		    "member", text_or_null(b->member),
		    "columns", columns_json(b->columns),
		    "list", text_or_null(b->list),
		    "filter", text_or_null(b->filter),
		    "screen", text_or_null(b->screen),
		    "screen_key", text_or_null(b->screen_key)));
	return out;
}

static json_t *
tabs_json(const struct tab *t)
{
	json_t	*out = json_array();

	for (; t != NULL && t->label != NULL; t++)
		add(out, json_pack("{s:o,s:o}",
		    "label", label_json(t->label),
		    "blocks", blocks_json(t->blocks)));
	return out;
}

static json_t *
head_json(const struct screen *s)
{
	json_t	*out = json_array();
	size_t	 i;

	for (i = 0; i < sizeof s->head / sizeof s->head[0]; i++)
		if (s->head[i] != NULL)
			add(out, json_string(s->head[i]));
	return out;
}

static json_t *
screen_json(const struct screen *s)
{
	static const char *const	kinds[] = { "list", "detail", "form",
	    "board", "menu", "custom" };
	json_t				*o;

	o = json_pack("{s:s,s:i,s:o,s:o,s:o,s:s,s:b}", "id", s->id,
	    "number", s->number, "group", label_json(screen_group_label(
	    s->group)), "title", label_json(s->title), "hint",
	    label_json(s->hint), "kind", kinds[s->kind],
	    "start", s->start != NULL);
	join(o, json_pack("{s:o,s:o,s:o,s:o,s:o,s:o}",
	    "need", text_or_null(s->need), "list", text_or_null(s->list),
	    "stats", text_or_null(s->stats), "get", text_or_null(s->get),
	    "get_key", text_or_null(s->get_key),
	    "topic", text_or_null(s->topic)));
	join(o, json_pack("{s:o,s:o,s:o,s:o,s:o,s:o}",
	    "key", text_or_null(s->key), "fixed", text_or_null(s->fixed),
	    "preset", text_or_null(s->preset), "open", text_or_null(s->open),
	    "open_key", text_or_null(s->open_key),
	    "enter", text_or_null(s->enter)));
	join(o, json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:o}",
	    "columns", columns_json(s->columns),
	    "stat_columns", columns_json(s->stat_columns),
	    "filters", filters_json(s->filters),
	    "actions", actions_json(s->actions),
	    "form", actions_json(s->form), "tabs", tabs_json(s->tabs),
	    "head", head_json(s)));
	return o;
}

static json_t *
screens_json(void)
{
	const struct screen *const	*s;
	json_t				*out = json_array();

	for (s = screen_table; *s != NULL; s++)
		add(out, screen_json(*s));
	return out;
}

static json_t *
commands_json(void)
{
	static const char *const	contexts[] = { "list", "form",
	    "detail", "menu", "login", "popup", "custom", "board", "noc" };
	const struct command_row	*r;
	json_t				*out = json_array();
	char				 ch[2] = "";

	for (r = command_rows; r->id != CMD_NONE; r++) {
		if (r->ch < 0 || r->ch > 0x7e)
			bug("command %d: its character is not ASCII", r->id);
		ch[0] = (char)r->ch;
		add(out, json_pack(
		    "{s:i,s:s,s:s,s:s,s:o,s:o,s:o,s:b}", "id", r->id,
		    "key", r->key != 0 ? key_name(r->key) : "",
		    "key2", r->key2 != 0 ? key_name(r->key2) : "", "ch", ch,
		    "contexts", flags_json(r->contexts, contexts,
		    sizeof contexts / sizeof contexts[0]),
		    "name", label_json(r->name), "help", label_json(r->help),
		    "run", r->run != NULL));
	}
	return out;
}

static json_t *
words_json(void)
{
	const struct word	*w;
	const char *const	*s;
	json_t			*out = json_array();

	for (w = words; w->wire != NULL; w++)
		add(out, json_pack("{s:s,s:o}", "wire",
		    w->wire, "label", label_json(w->label)));
	for (s = word_sentences; *s != NULL; s++)
		json_decref(label_json(*s));
	return out;
}

int
main(void)
{
	json_t	*all;

	mem_init();
	texts = json_object();
	all = json_pack("{s:o,s:i,s:o,s:o}", "screens", screens_json(),
	    "command_count", CMD_COUNT_, "commands", commands_json(),
	    "words", words_json());
	if (all == NULL)
		bug("a row has no value where it needs one");
	json_object_set_new(all, "texts", texts);
	if (json_dumpf(all, stdout, JSON_INDENT(1)) == -1 ||
	    putchar('\n') == EOF)
		return 1;
	json_decref(all);
	return 0;
}
