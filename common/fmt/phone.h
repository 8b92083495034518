/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef FMT_PHONE_H
#define FMT_PHONE_H

#include <talloc.h>

#include "base/err.h"

/*
 * The one stored form of a telephone number: country code and digits, no
 * plus. 0812.., +62 812.., 62812.., 812.., +62 (0)812.. all become 62812..;
 * a number of another country needs its plus and keeps its digits. Blanks,
 * dots, dashes, slashes and brackets are dropped. NULL with ERR_BAD_FIELD and
 * a fixed English sentence (a msgid) when it is no number of 9 to 15 digits.
 */
char	*phone_normalise(TALLOC_CTX *ctx, const char *s, struct err *e);
/*
 * The stored form as people read it: "0812-3456-789", "022-7654321",
 * "+6591234567". What is no stored form comes back as it is.
 */
char	*phone_display(TALLOC_CTX *ctx, const char *stored);

#endif
