/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The helper `jabbar -x print`: one frame in, one job done, news of it out.
 * Whatever may block for long (names, CUPS, a printer without paper) blocks
 * here and holds no key.
 */
#include "paper.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "api/errors.h"
#include "print/print.h"
#include "wire/frame.h"

struct watch {
	json_int_t		 id;
	enum print_scheme	 scheme;
	enum print_state	 last;
	char			*text;		/* of the last news */
	bool			 told;
};

/* The parent may be gone: then the paper still comes out, nobody is told. */
static void
tell(json_t *frame)
{
	struct err	e = ERR_INIT;

	if (frame_write(1, frame, FRAME_DOWN, &e) == -1)
		err_clear(&e);
	json_decref(frame);
}

static void
tell_state(json_int_t id, const char *state, const char *text, bool final)
{
	tell(json_pack("{s:I,s:s,s:s,s:b}", "id", id, "state", state, "text",
	    text != NULL ? text : "", "final", final));
}

/* What the printer says of itself, or what the state alone means. */
static const char *
progress_text(const struct print_progress *p)
{
	if (p->reasons != NULL && p->reasons[0] != NULL)
		return p->reasons[0];
	if (p->state == PRINT_HELD || p->state == PRINT_STOPPED)
		return *p->message != '\0' ? p->message :
		    print_state_text(p->state);
	return "";
}

static void
on_progress(void *arg, const struct print_progress *p)
{
	struct watch	*w = arg;
	const char	*text = progress_text(p);
	bool		 same = w->told && w->last == p->state &&
			    strcmp(w->text, text) == 0;

	w->last = p->state;
	if (same)
		return;
	talloc_free(w->text);
	w->text = talloc_strdup(NULL, text);
	w->told = true;
	tell_state(w->id, p->state == PRINT_CONNECTING ||
	    p->state == PRINT_SENDING ? "sending" : "sent", text, false);
}

/* How the last state reads once nothing more will be heard. */
static const char *
last_word(const struct watch *w)
{
	switch (w->last) {
	case PRINT_DONE:
		/* A file or device took the bytes; that is all it knows. */
		return w->scheme == PRINT_CUPS ? "done" : "sent";
	case PRINT_CONNECTING:
	case PRINT_SENDING:
	case PRINT_SENT:
		return "sent";
	case PRINT_ABORTED:
	case PRINT_CANCELLED:
		return "failed";
	case PRINT_HELD:
	case PRINT_STOPPED:
	case PRINT_UNKNOWN:
		return "unknown";
	}
	return "unknown";
}

/* Why: what the printer complained of at the end, else the error's words. */
static void
tell_failed(const struct watch *w, const struct err *e)
{
	bool	own = w->text != NULL && *w->text != '\0' &&
		    (w->last == PRINT_ABORTED || w->last == PRINT_CANCELLED);

	tell(json_pack("{s:I,s:s,s:s,s:s,s:b}", "id", w->id, "state",
	    "failed", "text", own ? w->text : e->msg, "code",
	    err_name(e->code), "final", true));
}

static int
int_of(const json_t *f, const char *key)
{
	return (int)json_integer_value(json_object_get(f, key));
}

static void
do_print(const json_t *f, json_int_t id)
{
	TALLOC_CTX		*ctx = talloc_new(NULL);
	struct print_options	 opt = { 0 };
	struct print_target	 t;
	struct watch		 w = { .id = id };
	struct err		 e = ERR_INIT;
	const char		*uri, *data, *pre;
	unsigned char		*bytes;
	size_t			 len;

	uri = json_string_value(json_object_get(f, "uri"));
	data = json_string_value(json_object_get(f, "data"));
	pre = json_string_value(json_object_get(f, "preamble"));
	opt.chunk = (size_t)int_of(f, "chunk");
	opt.delay_ms = int_of(f, "delay_ms");
	opt.watch_ms = int_of(f, "watch_ms");
	opt.status = json_is_true(json_object_get(f, "status"));
	if (uri == NULL || data == NULL)
		(void)err_set(&e, ERR_BAD_FRAME, "no address or no bytes");
	else if (print_uri_parse(ctx, uri, &t, &e) == 0 &&
	    (bytes = paper_unbase64(ctx, data, &len, &e)) != NULL) {
		w.scheme = t.scheme;
		if (pre != NULL)
			opt.preamble = paper_unbase64(ctx, pre,
			    &opt.preamble_len, NULL);
		tell_state(id, "sending", "", false);
		if (print_send(uri, bytes, len, &opt, on_progress, &w,
		    &e) == 0)
			tell_state(id, last_word(&w), w.text, true);
	}
	if (e.code != ERR_NONE)
		tell_failed(&w, &e);
	err_clear(&e);
	talloc_free(w.text);
	talloc_free(ctx);
}

static void
do_list(json_int_t id)
{
	TALLOC_CTX		*ctx = talloc_new(NULL);
	struct print_queue	*q;
	struct err		 e = ERR_INIT;
	json_t			*out;
	size_t			 n, i;

	if (print_list(ctx, "cups:///", &q, &n, &e) == -1) {
		tell_state(id, "failed", e.msg, true);
		err_clear(&e);
		talloc_free(ctx);
		return;
	}
	out = json_array();
	for (i = 0; i < n; i++)
		json_array_append_new(out, json_pack("{s:s,s:s,s:s,s:s}",
		    "name", q[i].name, "uri", q[i].uri, "info", q[i].info,
		    "state", q[i].state == PRINT_STOPPED || !q[i].accepting ?
		    print_state_text(PRINT_STOPPED) : ""));
	tell(json_pack("{s:I,s:s,s:b,s:o}", "id", id, "state", "done",
	    "final", true, "queues", out));
	talloc_free(ctx);
}

int
paper_print_main(int argc, char **argv)
{
	json_t		*f;
	const char	*what;
	json_int_t	 id;

	(void)argc, (void)argv;
	/* The end of the terminal must not tear a slip in two. */
	signal(SIGHUP, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	while ((f = frame_read(0, FRAME_DOWN, NULL)) != NULL) {
		id = json_integer_value(json_object_get(f, "id"));
		what = json_string_value(json_object_get(f, "do"));
		if (what != NULL && strcmp(what, "list") == 0)
			do_list(id);
		else
			do_print(f, id);
		json_decref(f);
	}
	return 0;
}
