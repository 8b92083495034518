/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RECEIPT_PROFILE_H
#define RECEIPT_PROFILE_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "base/err.h"

/*
 * What one printer can do. Never guessed: printed on the test page, read off
 * it by a person, stored.
 */
enum receipt_cut { RECEIPT_CUT_NONE, RECEIPT_CUT_PARTIAL, RECEIPT_CUT_FULL };
enum receipt_qr { RECEIPT_QR_RASTER, RECEIPT_QR_NATIVE, RECEIPT_QR_NONE };

#define RECEIPT_COLS_MIN	24
#define RECEIPT_COLS_MAX	64
#define RECEIPT_PREAMBLE_MAX	16

struct receipt_profile {
	int		 cols;		/* of font A */
	int		 dots;		/* printable width */
	enum receipt_cut cut;
	int		 feed_lines;	/* at the end when nothing cuts */
	enum receipt_qr	 qr;
	int		 qr_module;	/* dots per module, 1..16 */
	int		 chunk;		/* bytes per write, 0 = all at once */
	int		 delay_ms;	/* between two writes */
	int		 drawer_pin;	/* 2, 5, or 0 = no drawer */
	bool		 status;	/* answers DLE EOT on a two-way link */
	/* Sent by the transport before the document: wakes a sleeping head. */
	unsigned char	 preamble[RECEIPT_PREAMBLE_MAX];
	size_t		 preamble_len;
};

/* "58" or "80" (mm); NULL for any other name. */
const struct receipt_profile *receipt_profile_preset(const char *name);
/* Refuses values no printer has; -1 with ERR_BAD_FIELD naming the member. */
int	receipt_profile_check(const struct receipt_profile *p, struct err *e)
	    __attribute__((warn_unused_result));
/*
 * Reads {preset?, cols?, dots?, cut?, feed_lines?, qr?, qr_module?, chunk?,
 * delay_ms?, drawer?, status?, preamble? (hex)}; what is not given comes from
 * the preset ("58" if none is named). Unknown members are refused.
 */
int	receipt_profile_from_json(const json_t *j, struct receipt_profile *p,
	    struct err *e) __attribute__((warn_unused_result));

#endif
