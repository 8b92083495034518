/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef FMT_LANG_H
#define FMT_LANG_H

#include <string.h>

/* The languages our own formats know. They are never the C library's locale. */
enum fmt_lang { FMT_ID, FMT_EN };

/* "en", "en_GB" are English, everything else (NULL too) is Indonesian. */
static inline enum fmt_lang
fmt_lang_of(const char *lang)
{
	return lang != NULL && strncmp(lang, "en", 2) == 0 ? FMT_EN : FMT_ID;
}

#endif
