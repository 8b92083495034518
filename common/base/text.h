/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <talloc.h>

/*
 * Text from outside. Everything that reaches a terminal, a log, a printer or
 * a file goes through text_visible() or text_ascii() first.
 */

/* Decodes one code point; returns its length in bytes, 0 at the end, -1 where invalid. */
int	 text_next(const char *s, int32_t *cp);
bool	 text_utf8_valid(const char *s, size_t len);

/* True for C0, DEL and C1 control characters (tab and newline included). */
bool	 text_is_control(int32_t cp);
/* True for bidi controls, zero-width and other invisible format characters. */
bool	 text_is_invisible(int32_t cp);
/* True when s has no control character at all. */
bool	 text_is_clean(const char *s);

/*
 * A copy fit to be shown: controls and bytes that are no UTF-8 become \xNN,
 * invisible and bidi characters become <U+NNNN>, the rest stays.
 */
char	*text_visible(TALLOC_CTX *ctx, const char *s);
/* A copy in printable ASCII for paper: accents folded, the rest '?'. */
char	*text_ascii(TALLOC_CTX *ctx, const char *s);

/* Columns that s takes on a terminal (text_visible() applied already). */
int	 text_width(const char *s);
/* Columns of one code point: 0, 1 or 2. */
int	 text_cp_width(int32_t cp);
/* The longest prefix of s that fits width columns, in bytes. */
size_t	 text_fit(const char *s, int width);
/* A copy cut to width columns, with '~' as its last one where it was cut. */
char	*text_clip(TALLOC_CTX *ctx, const char *s, int width);

/* True when s may be one line of a device dialogue: no control characters. */
bool	 line_safe(const char *s);

/* Compares in constant time; lengths may differ. */
bool	 text_equal_secret(const char *a, const char *b);

/* Splits at sep; the array is NULL-terminated, children of ctx. Empty parts are kept. */
char	**text_split(TALLOC_CTX *ctx, const char *s, char sep, size_t *n);
/* A copy without leading and trailing blanks. */
char	*text_trim(TALLOC_CTX *ctx, const char *s);

#endif
