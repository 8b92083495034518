/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef FMT_CODE_H
#define FMT_CODE_H

#include <stdbool.h>

#include <talloc.h>

#include "base/err.h"

/*
 * Codes to scan, on cards and slips (docs/receipts.md):
 *
 *	JB1 KIND NUMBER CHECK		JB1C1000375V
 *
 * JB1 is the prefix with the version of this scheme; KIND is one letter;
 * NUMBER is the number of the customer or document as it is printed, 1 to 40
 * of A-Z 0-9 - . / with at least one letter or digit; CHECK is one character
 * of A-Z 0-9 by ISO 7064 MOD 37,36 over all letters and digits before it
 * (punctuation is skipped). Six characters at least. Readers may send lower
 * case and may surround the code with blanks or line ends.
 */
enum code_kind {
	CODE_CUSTOMER,		/* C */
	CODE_INVOICE,		/* I */
	CODE_RECEIPT,		/* R */
};

#define CODE_NUMBER_MAX	40

struct code {
	enum code_kind	kind;
	char		number[CODE_NUMBER_MAX + 1];
};

/* The payload of a code; NULL with ERR_BAD_FIELD if it cannot carry number. */
char	*code_build(TALLOC_CTX *ctx, enum code_kind kind, const char *number,
	    struct err *e);
/* True when s claims to be ours (prefix, length): parse it or refuse it. */
bool	 code_claims(const char *s);
/* Verifies and takes apart; ERR_BAD_FIELD, rule "check" when misread. */
int	 code_parse(const char *s, struct code *out, struct err *e)
	    __attribute__((warn_unused_result));
/* ISO 7064 MOD 37,36 over the letters and digits of s, in either case. */
char	 code_check_char(const char *s);

#endif
