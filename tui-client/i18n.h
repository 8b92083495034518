/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef I18N_H
#define I18N_H

/* Marks a msgid in a table; it is translated where it is drawn. */
#ifndef N_
#define N_(s) s
#endif

/* Chooses the language, "id" or "en" (or "id_ID.UTF-8"); unknown ones give "id". */
void		 i18n_set(const char *lang);
/* The language in force: "id" or "en". */
const char	*i18n_lang(void);
/* The text of a msgid in the language in force; the msgid where it has none. */
const char	*i18n_text(const char *msgid);
/* The same in a named language, whatever is in force. */
const char	*i18n_text_in(const char *lang, const char *msgid);

#define _(s) i18n_text(s)

#endif
