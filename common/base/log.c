/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <talloc.h>

#include "base/text.h"

static const char	*log_role = "jabbar";
static int		 log_max = LOG_INFO;

void
log_open(const char *role, int level)
{
	log_role = role;
	log_max = level;
}

void
log_level_set(int level)
{
	log_max = level;
}

void
log_line(int prio, const char *fmt, ...)
{
	va_list	 ap;
	char	*text, *safe, *line;
	ssize_t	 n;

	if (prio > log_max)
		return;
	va_start(ap, fmt);
	text = talloc_vasprintf(NULL, fmt, ap);
	va_end(ap);
	safe = text_visible(text, text);
	line = talloc_asprintf(text, "<%d>role=%s pid=%d %s\n", prio, log_role,
	    (int)getpid(), safe);
	/* A full disk or a closed stderr must not stop the service. */
	n = write(STDERR_FILENO, line, talloc_get_size(line) - 1);
	(void)n;
	talloc_free(text);
}
