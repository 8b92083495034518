/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PO_CATALOG_H
#define PO_CATALOG_H

#include <stddef.h>

/*
 * The translations of tui-client/po/LANG.po, written by common/gen/pogen.c at
 * build time. Entries that are fuzzy or empty are left out, so a message that
 * is not found here is shown as its msgid.
 */
struct catalog_entry {
	const char	*msgid;
	const char	*text;
};

struct catalog {
	const char			*lang;		/* "id"; NULL ends the array */
	const struct catalog_entry	*entries;	/* sorted by msgid (strcmp) */
	size_t				 n;
};

extern const struct catalog	catalogs[];

#endif
