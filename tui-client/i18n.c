/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "i18n.h"

#include <stdlib.h>
#include <string.h>

#include "po/catalog.h"

static const struct catalog	*current;
static const char		*current_lang = "id";

static const struct catalog *
catalog_find(const char *lang)
{
	const struct catalog	*c;

	for (c = catalogs; c->lang != NULL; c++)
		if (strncmp(c->lang, lang, 2) == 0)
			return c;
	return NULL;
}

static int
entry_compare(const void *key, const void *entry)
{
	return strcmp(key, ((const struct catalog_entry *)entry)->msgid);
}

static const char *
catalog_text(const struct catalog *c, const char *msgid)
{
	const struct catalog_entry	*hit;

	if (c == NULL || c->n == 0 || *msgid == '\0')
		return msgid;
	hit = bsearch(msgid, c->entries, c->n, sizeof c->entries[0],
	    entry_compare);
	return hit != NULL ? hit->text : msgid;
}

void
i18n_set(const char *lang)
{
	current_lang = lang != NULL && strncmp(lang, "en", 2) == 0 ?
	    "en" : "id";
	current = catalog_find(current_lang);
}

const char *
i18n_lang(void)
{
	return current_lang;
}

const char *
i18n_text(const char *msgid)
{
	if (current == NULL)
		current = catalog_find(current_lang);
	return catalog_text(current, msgid);
}

const char *
i18n_text_in(const char *lang, const char *msgid)
{
	return catalog_text(catalog_find(lang), msgid);
}
