/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gen/gen.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/io.h"

#define FILE_MAX_BYTES ((size_t)16 << 20)

void
die(const char *fmt, ...)
{
	va_list	ap;

	fprintf(stderr, "%s: ", program_invocation_short_name);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}

char *
gen_read(TALLOC_CTX *ctx, const char *path)
{
	struct err	 e = ERR_INIT;
	size_t		 len;
	char		*text;

	text = io_read_file(ctx, path, FILE_MAX_BYTES, &len, &e);
	if (text == NULL)
		die("%s", e.msg);
	if (strlen(text) != len)
		die("%s: holds a NUL byte", path);
	return text;
}

char *
gen_stem(TALLOC_CTX *ctx, const char *path, const char *suffix)
{
	const char	*base = strrchr(path, '/');
	size_t		 len, slen = strlen(suffix);

	base = base == NULL ? path : base + 1;
	len = strlen(base);
	if (len <= slen || strcmp(base + len - slen, suffix) != 0)
		die("%s: the name must end with %s", path, suffix);
	return talloc_strndup(ctx, base, len - slen);
}

/*
 * Octal escapes always have three digits, so a digit that follows is never
 * taken for part of one; '?' is escaped because of trigraphs.
 */
static void
put_byte(FILE *f, unsigned char c)
{
	switch (c) {
	case '\n':
		fputs("\\n", f);
		break;
	case '\t':
		fputs("\\t", f);
		break;
	case '"':
	case '\\':
	case '?':
		fprintf(f, "\\%c", c);
		break;
	default:
		if (c < 0x20 || c >= 0x7f)
			fprintf(f, "\\%03o", c);
		else
			fputc(c, f);
	}
}

void
gen_put_string(FILE *f, const char *s)
{
	fputc('"', f);
	for (; *s != '\0'; s++) {
		put_byte(f, (unsigned char)*s);
		if (*s == '\n' && s[1] != '\0')
			fputs("\"\n\t\"", f);
	}
	fputc('"', f);
}

void
gen_put_head(FILE *f, const char *tool, const char *header)
{
	fprintf(f, "/* Written by common/gen/%s.c; not to be edited. */\n"
	    "#include \"%s\"\n\n"
	    "#pragma GCC diagnostic ignored \"-Woverlength-strings\"\n\n",
	    tool, header);
}

void
gen_finish(FILE *f)
{
	if (fflush(f) != 0 || ferror(f))
		die("cannot write: %s", strerror(errno));
}
