/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef FMT_MONEY_H
#define FMT_MONEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <talloc.h>

#include "base/err.h"

/* Whole rupiah; never a fraction, never a float. */
struct money {
	int64_t	v;
};

/* Checked arithmetic: 0, or -1 when the result does not fit (out unchanged). */
int	money_add(struct money a, struct money b, struct money *out)
	    __attribute__((warn_unused_result));
int	money_sub(struct money a, struct money b, struct money *out)
	    __attribute__((warn_unused_result));
int	money_mul(struct money a, int64_t n, struct money *out)
	    __attribute__((warn_unused_result));
/* a * num / den, rounded half away from zero; -1 on overflow or den <= 0. */
int	money_ratio(struct money a, int64_t num, int64_t den, struct money *out)
	    __attribute__((warn_unused_result));

/* "277.500", "-10.000". */
char	*money_format(TALLOC_CTX *ctx, int64_t v);
/* "Rp277.500", "-Rp10.000". */
char	*money_rp(TALLOC_CTX *ctx, int64_t v);

/*
 * Reads what people type: 277500 277.500 277k 277rb 277,5rb 1jt 1,25jt
 * 1jt250rb 2mi 2miliar, with + - * between them. A sum that begins with an
 * operator goes on from `base`; a percentage is taken of `base` when it
 * stands first or after *, else of what stands before it. Rejected with
 * ERR_BAD_FIELD and a message that is a fixed English sentence (a msgid):
 * dots not in groups of three, a comma without suffix, fractions of a rupiah,
 * bare m, overflow, base operations without has_base.
 */
int	money_parse(const char *s, int64_t base, bool has_base, int64_t *out,
	    struct err *e) __attribute__((warn_unused_result));

/*
 * What a customer is likely to hand over for total: exact, then the next 5,
 * 10, 50 and 100 thousand; distinct, ascending. Returns how many (<= n).
 */
size_t	 tender_suggest(int64_t total, int64_t *out, size_t n);

#endif
