/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GEN_GEN_H
#define GEN_GEN_H

#include <stdio.h>

#include <talloc.h>

/* What the build tools share. They end the build at the first thing wrong. */

/* Says "tool: sentence" on stderr and exits with 1. */
void	 die(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));
/* The whole file; dies when it cannot be read, holds a NUL or is over 16 MiB. */
char	*gen_read(TALLOC_CTX *ctx, const char *path);
/* The file's name without directories and without this suffix; dies without it. */
char	*gen_stem(TALLOC_CTX *ctx, const char *path, const char *suffix);
/* Writes s as C string literals, one source line per line of s. */
void	 gen_put_string(FILE *f, const char *s);
/* The lines that start each generated file. */
void	 gen_put_head(FILE *f, const char *tool, const char *header);
/* Flushes; dies when the disk did not take it all. */
void	 gen_finish(FILE *f);

#endif
