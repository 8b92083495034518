/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app_int.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/text.h"

#define SCRIPT_MAX	(256 * 1024)
#define EXPECT_MS	5000
#define WAIT_MS		20000
#define POLL_MS		20

struct script {
	struct app	*app;
	struct event	*ev;
	char		**line;
	size_t		 n, at;
	int64_t		 since;		/* this line began to wait */
	const char	*save_display;
};

static void
script_end(struct script *s, int code)
{
	struct err	 e = ERR_INIT;
	char		*text;

	app_paint(s->app);
	text = cells_dump(s, s->app->cells);
	if (s->save_display != NULL && io_write_file(s->save_display, text,
	    strlen(text), 0644, &e) == -1) {
		fprintf(stderr, "jabbar: %s\n", e.msg);
		err_clear(&e);
		code = 1;
	}
	app_quit(s->app, code);
}

static void
script_fail(struct script *s, const char *what)
{
	char	*text = cells_dump(s, s->app->cells);

	fprintf(stderr, "jabbar: script line %zu: %s: %s\n%s", s->at + 1,
	    s->line[s->at], what, text);
	script_end(s, 1);
}

static bool
screen_shows(struct script *s, const char *text)
{
	char	*all = cells_dump(s, s->app->cells);
	bool	 hit = strstr(all, text) != NULL;

	talloc_free(all);
	return hit;
}

static int
do_keys(struct script *s, const char *arg)
{
	char		**word;
	struct key	  k;
	size_t		  i, n;

	word = text_split(s, arg, ' ', &n);
	for (i = 0; i < n; i++) {
		if (*word[i] == '\0')
			continue;
		if (!key_parse(word[i], &k))
			return -1;
		app_key(s->app, &k);
	}
	return 0;
}

static void
do_type(struct script *s, const char *arg)
{
	struct key	k = { .code = K_CHAR };
	int		n;

	for (; (n = text_next(arg, &k.ch)) > 0; arg += n)
		app_key(s->app, &k);
}

static int
do_resize(struct script *s, const char *arg)
{
	char	*end;
	long	 cols = strtol(arg, &end, 10), rows;

	if (*end != 'x')
		return -1;
	rows = strtol(end + 1, NULL, 10);
	if (cols < 1 || rows < 1 || cols > 1000 || rows > 1000)
		return -1;
	app_resize(s->app, (int)rows, (int)cols);
	return 0;
}

static void
do_save(struct script *s, const char *path)
{
	struct err	 e = ERR_INIT;
	char		*text;

	app_paint(s->app);
	text = cells_dump(s, s->app->cells);
	if (*path == '\0')
		fputs(text, stdout);
	else if (io_write_file(path, text, strlen(text), 0644, &e) == -1) {
		fprintf(stderr, "jabbar: %s\n", e.msg);
		err_clear(&e);
	}
	talloc_free(text);
}

enum step { STEP_DONE, STEP_WAIT, STEP_BAD, STEP_FAILED };

static enum step
do_wait(struct script *s)
{
	if (app_settled(s->app))
		return STEP_DONE;
	return clock_mono_ms() - s->since < WAIT_MS ? STEP_WAIT : STEP_FAILED;
}

static enum step
do_expect(struct script *s, const char *text)
{
	if (screen_shows(s, text))
		return STEP_DONE;
	return clock_mono_ms() - s->since < EXPECT_MS ? STEP_WAIT :
	    STEP_FAILED;
}

static enum step
script_line(struct script *s, const char *line)
{
	struct key	 k = { .code = K_PASTE };
	const char	*arg = strchr(line, ' ');
	size_t		 len = arg != NULL ? (size_t)(arg - line) :
			    strlen(line);
	char		*word = talloc_strndup(s, line, len);

	arg = arg != NULL ? arg + 1 : "";
	if (*line == '\0' || *line == '#')
		return STEP_DONE;
	if (strcmp(word, "key") == 0)
		return do_keys(s, arg) == 0 ? STEP_DONE : STEP_BAD;
	if (strcmp(word, "type") == 0) {
		do_type(s, arg);
		return STEP_DONE;
	}
	if (strcmp(word, "paste") == 0) {
		k.text = arg;
		app_key(s->app, &k);
		return STEP_DONE;
	}
	if (strcmp(word, "wait") == 0)
		return do_wait(s);
	if (strcmp(word, "expect") == 0)
		return do_expect(s, arg);
	if (strcmp(word, "absent") == 0) {
		app_paint(s->app);
		return screen_shows(s, arg) ? STEP_FAILED : STEP_DONE;
	}
	if (strcmp(word, "resize") == 0)
		return do_resize(s, arg) == 0 ? STEP_DONE : STEP_BAD;
	if (strcmp(word, "save") == 0) {
		do_save(s, arg);
		return STEP_DONE;
	}
	return STEP_BAD;
}

/* One line a turn of the loop, so that answers and paint come in between. */
static void
script_step(evutil_socket_t fd, short what, void *arg)
{
	struct script	*s = arg;
	struct timeval	 now = { 0, 0 }, poll = { 0, POLL_MS * 1000 };

	(void)fd, (void)what;
	if (s->at >= s->n) {
		script_end(s, 0);
		return;
	}
	if (s->since == 0)
		s->since = clock_mono_ms();
	switch (script_line(s, s->line[s->at])) {
	case STEP_DONE:
		s->at++;
		s->since = 0;
		evtimer_add(s->ev, &now);
		break;
	case STEP_WAIT:
		evtimer_add(s->ev, &poll);
		break;
	case STEP_BAD:
		script_fail(s, "not understood");
		break;
	case STEP_FAILED:
		script_fail(s, "did not happen");
		break;
	}
}

static int
script_free(struct script *s)
{
	event_free(s->ev);
	return 0;
}

int
script_start(struct app *app, const char *path, const char *save_display,
    struct err *e)
{
	struct timeval	 now = { 0, 0 };
	struct script	*s = talloc_zero(app, struct script);
	char		*text;

	text = io_read_file(s, path, SCRIPT_MAX, NULL, e);
	if (text == NULL) {
		talloc_free(s);
		return -1;
	}
	s->app = app;
	s->save_display = save_display;
	s->line = text_split(s, text, '\n', &s->n);
	s->ev = evtimer_new(app->base, script_step, s);
	talloc_set_destructor(s, script_free);
	evtimer_add(s->ev, &now);
	return 0;
}
