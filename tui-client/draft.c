/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "draft.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "i18n.h"
#include "message.h"
#include "value.h"
#include "view/form.h"
#include "view/popup.h"

#define DRAFT_MAX	(64 * 1024)

static char *
draft_dir(TALLOC_CTX *ctx, struct app *app)
{
	return talloc_asprintf(ctx, "%s/drafts", app_conf(app)->state_dir);
}

static char *
draft_path(TALLOC_CTX *ctx, struct app *app, const char *id)
{
	return talloc_asprintf(ctx, "%s/drafts/%s.json",
	    app_conf(app)->state_dir, id);
}

void
draft_save(struct app *app, const char *id, const json_t *draft)
{
	TALLOC_CTX	*ctx = talloc_new(NULL);
	struct err	 e = ERR_INIT;
	char		*text;

	text = message_json(ctx, draft, JSON_INDENT(1));
	if (io_mkdirs(draft_dir(ctx, app), 0700, &e) == -1 ||
	    io_write_file(draft_path(ctx, app, id), text, strlen(text), 0600,
	    &e) == -1) {
		/* A full disk must not stop the work at the counter. */
		app_message(app, MSG_ERROR, "%s %s",
		    _(N_("The draft could not be kept:")),
		    e.msg != NULL ? e.msg : "");
		err_clear(&e);
	}
	talloc_free(ctx);
}

void
draft_remove(struct app *app, const char *id)
{
	char	*path = draft_path(NULL, app, id);

	if (unlink(path) == -1 && errno != ENOENT)
		app_message(app, MSG_ERROR, "%s: %s", path, strerror(errno));
	talloc_free(path);
}

static json_t *
draft_read(TALLOC_CTX *ctx, struct app *app, const char *name)
{
	char		*path, *text;
	const char	*user;
	json_t		*j;

	path = talloc_asprintf(ctx, "%s/%s", draft_dir(ctx, app), name);
	text = io_read_file(ctx, path, DRAFT_MAX, NULL, NULL);
	if (text == NULL)
		return NULL;
	j = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	user = json_string_value(json_object_get(j, "user"));
	if (user == NULL || strcmp(user, app_user_text(app, "name")) != 0) {
		json_decref(j);
		return NULL;
	}
	return j;
}

static json_int_t
draft_at(const json_t *d)
{
	return json_integer_value(json_object_get(d, "at"));
}

json_t *
draft_list(struct app *app)
{
	TALLOC_CTX	*ctx = talloc_new(NULL);
	json_t		*out = json_array(), *j;
	struct dirent	*de;
	size_t		 i, len;
	DIR		*dir;

	dir = opendir(draft_dir(ctx, app));
	while (dir != NULL && (de = readdir(dir)) != NULL) {
		len = strlen(de->d_name);
		if (len < 6 || strcmp(de->d_name + len - 5, ".json") != 0)
			continue;
		j = draft_read(ctx, app, de->d_name);
		if (j == NULL)
			continue;
		for (i = 0; i < json_array_size(out) &&
		    draft_at(json_array_get(out, i)) > draft_at(j); i++)
			;
		json_array_insert_new(out, i, j);
	}
	if (dir != NULL)
		closedir(dir);
	talloc_free(ctx);
	return out;
}

/* ---------------------------------------------------------------- offering */

struct offer {
	json_t	*list;
};

static int
offer_free(struct offer *o)
{
	json_decref(o->list);
	return 0;
}

static void
offer_chosen(struct app *app, int index, const struct choice *c, void *arg)
{
	struct offer	*o = arg;
	const char	*id;
	json_t		*d;
	size_t		 i;

	(void)c;
	if (index < 0)
		return;
	if ((size_t)index == json_array_size(o->list)) {
		json_array_foreach(o->list, i, d) {
			id = json_string_value(json_object_get(d, "op_id"));
			if (id != NULL && strchr(id, '/') == NULL)
				draft_remove(app, id);
		}
		return;
	}
	d = json_array_get(o->list, (size_t)index);
	if (!action_restore(app, d))
		app_message(app, MSG_ERROR, "%s",
		    _(N_("That form is not there any more.")));
}

/* "Pasang baru  10:12  Budi Santoso" */
static const char *
draft_text(TALLOC_CTX *ctx, struct app *app, const json_t *d)
{
	struct local_time	 t = { { 0, 0, 0 }, 0, 0, 0, "" };
	const char		*title, *name;
	char			*at;

	title = json_string_value(json_object_get(d, "title"));
	name = json_string_value(json_object_get(json_object_get(d, "texts"),
	    "name"));
	if (instant_local(draft_at(d), app_zone(app), &t, NULL) == -1)
		return title != NULL ? title : "?";
	at = local_format(ctx, &t, false);
	return talloc_asprintf(ctx, "%s  %s  %s", at,
	    title != NULL ? title : "?", name != NULL ? name : "");
}

void
draft_offer(struct app *app)
{
	struct offer	*o;
	struct choice	*c;
	size_t		 i, n;
	json_t		*list = draft_list(app), *d;

	n = json_array_size(list);
	if (n == 0) {
		json_decref(list);
		return;
	}
	c = talloc_zero_array(NULL, struct choice, n + 1);
	o = talloc_zero(c, struct offer);
	o->list = list;
	talloc_set_destructor(o, offer_free);
	json_array_foreach(list, i, d)
		c[i].text = draft_text(c, app, d);
	c[n].text = _(N_("Throw all of them away"));
	popup_choose(app, _(N_("Not finished yet (Esc: later)")), 0, c, n + 1,
	    offer_chosen, o);
}
