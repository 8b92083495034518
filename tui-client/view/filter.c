/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "view/filter.h"

#include <string.h>

#include "base/text.h"
#include "i18n.h"
#include "query.h"
#include "value.h"
#include "view/form.h"

struct filter {
	struct view		*list;
	const struct screen	*s;
	char			*words;		/* what no row of the form holds */
};

/* One value as it is typed into a filter line. */
static char *
word_of(TALLOC_CTX *ctx, const struct field *f, const json_t *v)
{
	const char	*s = json_string_value(v);
	char		*out, *p;

	if (f->type == F_ENUM && s != NULL)
		out = talloc_strdup(ctx, word_text(s));
	else if (f->type == F_BOOL)
		out = talloc_strdup(ctx, json_is_true(v) ? "y" : "t");
	else if (json_is_integer(v))
		out = talloc_asprintf(ctx, "%lld",
		    (long long)json_integer_value(v));
	else
		out = talloc_strdup(ctx, s != NULL ? s : "");
	/* A blank ends a word of the line. */
	for (p = out; *p != '\0'; p++)
		if (*p == ' ')
			*p = '_';
	return out;
}

static void
apply(struct app *app, const json_t *values, void *arg)
{
	struct filter		*fl = arg;
	const struct field	*f;
	json_t			*v;
	char			*line = talloc_strdup(fl, fl->words);

	(void)app;
	for (f = fl->s->filters; f->key != NULL; f++) {
		v = json_object_get(values, f->key);
		if (v == NULL || json_is_null(v))
			continue;
		line = talloc_asprintf_append_buffer(line, "%s%s:%s",
		    *line != '\0' ? " " : "", f->key, word_of(fl, f, v));
	}
	list_set_filter(fl->list, line);
}

void
filter_open(struct view *list, const struct screen *s, const char *line)
{
	struct filter		 *fl = talloc_zero(NULL, struct filter);
	struct form_spec	  spec = { 0 };
	struct query		 *qy;
	const struct field	 *f;
	json_t			 *v;
	char			**word;
	size_t			  i, n, k;
	bool			  mine;

	fl->list = list;
	fl->s = s;
	fl->words = talloc_strdup(fl, "");
	/* Words that the form cannot show stay as they are. */
	word = text_split(fl, line, ' ', &n);
	for (i = 0; i < n; i++) {
		mine = false;
		for (f = s->filters; f->key != NULL; f++) {
			k = strlen(f->key);
			if (strncmp(word[i], f->key, k) == 0 &&
			    word[i][k] == ':' &&
			    strcspn(word[i] + k + 1, "<>!,") ==
			    strlen(word[i] + k + 1))
				mine = true;
		}
		if (!mine && *word[i] != '\0')
			fl->words = talloc_asprintf_append_buffer(fl->words,
			    "%s%s", *fl->words != '\0' ? " " : "", word[i]);
	}
	qy = query_parse(fl, s, line, app_today(list->app));
	spec.values = json_object();
	for (f = s->filters; f->key != NULL; f++) {
		v = json_object_get(qy->filter, f->key);
		if (v != NULL && !json_is_array(v) && !json_is_object(v))
			json_object_set(spec.values, f->key, v);
	}
	spec.title = i18n_text(s->title);
	spec.fields = s->filters;
	spec.local = apply;
	spec.arg = fl;
	form_open(list->app, &spec);
	json_decref(spec.values);
}
