/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scan.h"

#include <string.h>
#include <strings.h>

#include "fmt/code.h"
#include "i18n.h"
#include "screen.h"

#define RUN_MAX		96

/* What was typed since the last key that is no character. */
static char	run[RUN_MAX + 1];
static size_t	run_n;

static void
run_add(char c)
{
	if (run_n == RUN_MAX) {
		/* A code is shorter: the beginning cannot be part of it. */
		memmove(run, run + RUN_MAX / 2, RUN_MAX / 2);
		run_n = RUN_MAX / 2;
	}
	run[run_n++] = c;
	run[run_n] = '\0';
}

static void
run_key(const struct key *k)
{
	const char	*p;

	if (k->code == K_CHAR)
		run_add(k->ch < 0x80 ? (char)k->ch : '?');
	else
		for (p = k->text; p != NULL && *p != '\0' && *p != '\n'; p++)
			run_add(*p);
}

static const char *
run_code(void)
{
	const char	*p, *hit = NULL;

	for (p = run; *p != '\0'; p++)
		if (strncasecmp(p, "JB1", 3) == 0 && code_claims(p))
			hit = p;
	return hit;
}

/* Takes n characters out of the field they went into. */
static void
untype(struct view *v, size_t n)
{
	struct key	k = { .code = K_BACKSPACE };

	for (; n > 0 && v->ops->command != NULL; n--)
		v->ops->command(v, CMD_BACKSPACE, &k);
}

/* The counter is there already: it gets the scan as if it had been on top. */
static void
scan_retype(struct view *v, const char *code)
{
	struct key	text = { .code = K_PASTE, .text = code };
	struct key	enter = { .code = K_ENTER };

	v->ops->text(v, &text);
	v->ops->command(v, CMD_ENTER, &enter);
}

static bool
is_counter(const struct view *v)
{
	return v->screen != NULL && strcmp(v->screen->id, "counter") == 0;
}

static void
scan_open(struct app *app, const char *text)
{
	struct code	 code;
	struct view	*v = app_top(app);

	untype(v, strlen(text));
	if (code_parse(text, &code, NULL) == -1) {
		app_message(app, MSG_ERROR, "%s",
		    _("Scan not recognised: scan it again."));
		return;
	}
	while (v->ops->popup) {
		app_close(v);
		if (app_top(app) == v)
			return;		/* it asks something first */
		v = app_top(app);
	}
	if (is_counter(v))
		scan_retype(v, text);
	else
		app_open(app, "counter", text);
}

bool
scan_key(struct app *app, const struct key *k)
{
	const char	*hit;
	char		*text;
	struct view	*v = app_top(app);

	if (v == NULL || v->ops->context == CTX_LOGIN) {
		run_n = 0;
		return false;
	}
	if (k->code == K_CHAR || k->code == K_PASTE) {
		run_key(k);
		return false;
	}
	run[run_n] = '\0';
	hit = k->code == K_ENTER && run_n > 0 ? run_code() : NULL;
	run_n = 0;
	/* The counter restores its fields better than backspaces do. */
	if (hit == NULL || is_counter(v))
		return false;
	text = talloc_strdup(NULL, hit);
	scan_open(app, text);
	talloc_free(text);
	return true;
}
