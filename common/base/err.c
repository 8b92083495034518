/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <talloc.h>

static void	err_fill(struct err *e, enum err_code code, const char *fmt,
		    va_list ap) __attribute__((format(printf, 3, 0)));

static void
err_fill(struct err *e, enum err_code code, const char *fmt, va_list ap)
{
	char	*msg = talloc_vasprintf(NULL, fmt, ap);

	err_clear(e);
	e->code = code;
	e->msg = msg;
}

int
err_set(struct err *e, enum err_code code, const char *fmt, ...)
{
	va_list	ap;

	if (e == NULL)
		return -1;
	va_start(ap, fmt);
	err_fill(e, code, fmt, ap);
	va_end(ap);
	return -1;
}

int
err_field(struct err *e, const char *field, const char *rule,
    const char *fmt, ...)
{
	va_list	ap;

	if (e == NULL)
		return -1;
	va_start(ap, fmt);
	err_fill(e, ERR_BAD_FIELD, fmt, ap);
	va_end(ap);
	e->field = talloc_strdup(NULL, field);
	e->args = talloc_asprintf(NULL, "{\"rule\":\"%s\"}", rule);
	return -1;
}

int
err_prefix(struct err *e, const char *fmt, ...)
{
	va_list	 ap;
	char	*head, *msg;

	if (e == NULL || e->msg == NULL)
		return -1;
	va_start(ap, fmt);
	head = talloc_vasprintf(NULL, fmt, ap);
	va_end(ap);
	msg = talloc_asprintf(NULL, "%s: %s", head, e->msg);
	talloc_free(head);
	talloc_free(e->msg);
	e->msg = msg;
	return -1;
}

void
err_move(struct err *to, struct err *from)
{
	if (to == NULL) {
		err_clear(from);
		return;
	}
	err_clear(to);
	*to = *from;
	*from = (struct err)ERR_INIT;
}

void
err_clear(struct err *e)
{
	if (e == NULL)
		return;
	TALLOC_FREE(e->msg);
	TALLOC_FREE(e->field);
	TALLOC_FREE(e->args);
	e->code = ERR_NONE;
}

void
bug_at(const char *file, int line, const char *fmt, ...)
{
	va_list	ap;

	fprintf(stderr, "bug at %s:%d: ", file, line);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	abort();
}
