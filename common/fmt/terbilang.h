/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef FMT_TERBILANG_H
#define FMT_TERBILANG_H

#include <stdint.h>

#include <talloc.h>

#include "base/err.h"
#include "fmt/lang.h"

/*
 * Numbers in words, lower case, single blanks: "dua ratus tujuh puluh tujuh
 * ribu lima ratus", "two hundred seventy-seven thousand five hundred"; "nol",
 * "minus ..." below zero. Every int64_t has its words.
 */
char	*terbilang(TALLOC_CTX *ctx, int64_t v, enum fmt_lang lang);
/* The same with " rupiah". */
char	*terbilang_rupiah(TALLOC_CTX *ctx, int64_t v, enum fmt_lang lang);
/* Reads such words back (without "rupiah"); refuses every other spelling. */
int	terbilang_parse(const char *s, enum fmt_lang lang, int64_t *out,
	    struct err *e) __attribute__((warn_unused_result));

#endif
