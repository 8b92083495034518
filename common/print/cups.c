/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "print/transport.h"

#include <stdlib.h>
#include <string.h>

#include <cups/cups.h>

#include "api/field.h"
#include "base/clock.h"
#include "base/text.h"

/*
 * One Print-Job request with the document behind it: a single round trip,
 * which is what counts on a server 200 ms away, and no half-made job is left
 * behind when it fails. Of the job's attributes only the number of its state
 * can be trusted; what is wrong with the printer stands in the message rather
 * than in the reasons. "done" means that the server has passed the bytes on.
 */
#define REASONS_MAX	6

static const struct {
	const char	*keyword;	/* without -error, -warning, -report */
	const char	*text;
} reason_words[] = {
	{ "media-empty",		N_("out of paper") },
	{ "media-needed",		N_("out of paper") },
	{ "media-low",			N_("paper is running out") },
	{ "media-jam",			N_("paper jam") },
	{ "cover-open",			N_("the cover is open") },
	{ "door-open",			N_("the cover is open") },
	{ "interlock-open",		N_("the cover is open") },
	{ "offline",			N_("the printer is offline") },
	{ "shutdown",			N_("the printer is switched off") },
	{ "paused",			N_("the queue is paused") },
	{ "moving-to-paused",		N_("the queue is paused") },
	{ "connecting-to-device",	N_("connecting to the printer") },
	{ "timed-out",			N_("the printer does not answer") },
	{ "cups-missing-filter",	N_("the queue is not raw") },
	{ "cups-insecure-filter",	N_("the queue is not raw") },
	{ "other",			N_("the printer reports a fault") },
};

struct watch {
	const char	*reasons[REASONS_MAX + 1];
	char		*message;
	int		 job_state, printer_state;
};

/* Nobody is here to type a password. */
static const char *
no_password(const char *prompt, http_t *http, const char *method,
    const char *resource, void *arg)
{
	(void)prompt;
	(void)http;
	(void)method;
	(void)resource;
	(void)arg;
	return NULL;
}

static int
give_up(http_t *http, void *arg)
{
	(void)http;
	(void)arg;
	return 0;
}

static http_t *
open_server(const struct print_target *t, int connect_ms, struct err *e)
{
	const char	*host = t->host == NULL ? cupsServer() : t->host;
	int		 port = t->port;
	http_t		*http;

	if (port == 0)
		port = t->host == NULL ? ippPort() : IPP_PORT;
	cupsSetPasswordCB2(no_password, NULL);
	http = httpConnect2(host, port, NULL, AF_UNSPEC,
	    HTTP_ENCRYPTION_IF_REQUESTED, 1, connect_ms, NULL);
	if (http == NULL) {
		err_set(e, ERR_UNAVAILABLE, "the print server %s does not "
		    "answer", host);
		return NULL;
	}
	httpSetTimeout(http, (double)connect_ms / 1000, give_up, NULL);
	return http;
}

/* The printer's URI on the server; its host name is the server's own affair. */
static void
printer_uri(const struct print_target *t, char *uri, size_t size)
{
	const char	*host = t->host == NULL ? "localhost" : t->host;

	httpAssembleURIf(HTTP_URI_CODING_ALL, uri, (int)size, "ipp", NULL,
	    host, t->port == 0 ? ippPort() : t->port, "/printers/%s",
	    t->queue);
}

static ipp_t *
new_request(const struct print_job *j, ipp_op_t op)
{
	char	 uri[HTTP_MAX_URI];
	ipp_t	*r = ippNewRequest(op);

	printer_uri(j->target, uri, sizeof(uri));
	ippAddString(r, IPP_TAG_OPERATION, IPP_TAG_URI, "printer-uri", NULL,
	    uri);
	return r;
}

static void
add_user(ipp_t *r, const struct print_job *j)
{
	ippAddString(r, IPP_TAG_OPERATION, IPP_TAG_NAME,
	    "requesting-user-name", NULL,
	    j->opt.user == NULL ? cupsUser() : j->opt.user);
}

/* Why the server did not take it, in words. */
static int
refused(const struct print_target *t, http_t *http, struct err *e)
{
	const char	*q = t->queue == NULL ? "" : t->queue;
	char		*why;

	switch (cupsLastError()) {
	case IPP_STATUS_ERROR_NOT_FOUND:
		return err_set(e, ERR_NOT_FOUND, "the print server has no "
		    "queue %s", q);
	case IPP_STATUS_ERROR_NOT_ACCEPTING_JOBS:
		return err_set(e, ERR_UNAVAILABLE, "the queue %s takes no "
		    "jobs", q);
	case IPP_STATUS_ERROR_FORBIDDEN:
	case IPP_STATUS_ERROR_NOT_AUTHENTICATED:
	case IPP_STATUS_ERROR_NOT_AUTHORIZED:
	case IPP_STATUS_ERROR_CUPS_AUTHENTICATION_CANCELED:
		return err_set(e, ERR_DENIED, "the print server does not let "
		    "this user print");
	default:
		break;
	}
	/* A server checks the name it was called by. */
	if (httpGetStatus(http) == HTTP_STATUS_BAD_REQUEST)
		return err_set(e, ERR_DENIED, "the print server refuses to be "
		    "called %s; use localhost", t->host == NULL ? "so" :
		    t->host);
	why = text_visible(NULL, cupsLastErrorString());
	(void)err_set(e, ERR_IO, "the print server: %s", why);
	talloc_free(why);
	return -1;
}

static bool
succeeded(ipp_t *answer)
{
	return answer != NULL &&
	    ippGetStatusCode(answer) < IPP_STATUS_REDIRECTION_OTHER_SITE;
}

/* Sends the document; the job's number, or -1. */
static int
send_job(struct print_job *j, http_t *http, struct err *e)
{
	char		*title = text_ascii(j->ctx, j->opt.title);
	char		*resource;
	ipp_attribute_t	*a;
	ipp_t		*r, *answer = NULL;
	int		 job = -1;

	resource = talloc_asprintf(j->ctx, "/printers/%s", j->target->queue);
	r = new_request(j, IPP_OP_PRINT_JOB);
	add_user(r, j);
	ippAddString(r, IPP_TAG_OPERATION, IPP_TAG_NAME, "job-name", NULL,
	    text_clip(j->ctx, title, 60));
	ippAddString(r, IPP_TAG_OPERATION, IPP_TAG_MIMETYPE,
	    "document-format", NULL, CUPS_FORMAT_RAW);
	print_tell(j, PRINT_SENDING);
	/* A refusal may come before the document is out: read it anyway. */
	if (cupsSendRequest(http, r, resource, ippLength(r) + j->len) ==
	    HTTP_STATUS_CONTINUE && j->len > 0)
		(void)cupsWriteRequestData(http, (const char *)j->bytes,
		    j->len);
	answer = cupsGetResponse(http, resource);
	ippDelete(r);
	a = succeeded(answer) ? ippFindAttribute(answer, "job-id",
	    IPP_TAG_INTEGER) : NULL;
	if (a != NULL)
		job = ippGetInteger(a, 0);
	else
		(void)refused(j->target, http, e);
	ippDelete(answer);
	return job;
}

static void
add_reason(struct watch *w, const char *keyword)
{
	size_t	i, k, n = strlen(keyword);
	static const char *const	tails[] = { "-error", "-warning",
					    "-report" };

	for (i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		k = strlen(tails[i]);
		if (n > k && strcmp(keyword + n - k, tails[i]) == 0) {
			n -= k;
			break;
		}
	}
	for (i = 0; i < sizeof(reason_words) / sizeof(reason_words[0]); i++) {
		if (strlen(reason_words[i].keyword) != n ||
		    memcmp(reason_words[i].keyword, keyword, n) != 0)
			continue;
		for (k = 0; k < REASONS_MAX && w->reasons[k] != NULL; k++)
			if (w->reasons[k] == reason_words[i].text)
				return;
		if (k < REASONS_MAX)
			w->reasons[k] = reason_words[i].text;
	}
}

static void
take_texts(struct watch *w, TALLOC_CTX *ctx, ipp_t *answer,
    const char *message, const char *reasons)
{
	ipp_attribute_t	*a;
	const char	*s;
	int		 i;

	a = ippFindAttribute(answer, message, IPP_TAG_TEXT);
	s = a == NULL ? NULL : ippGetString(a, 0, NULL);
	if (s != NULL && *s != '\0' && *w->message == '\0')
		w->message = text_visible(ctx, s);
	a = ippFindAttribute(answer, reasons, IPP_TAG_KEYWORD);
	for (i = 0; a != NULL && i < ippGetCount(a); i++) {
		s = ippGetString(a, i, NULL);
		if (s != NULL)
			add_reason(w, s);
	}
}

static int
int_of(ipp_t *answer, const char *name)
{
	ipp_attribute_t	*a = ippFindAttribute(answer, name, IPP_TAG_ENUM);

	return a == NULL ? 0 : ippGetInteger(a, 0);
}

/* Asks for the job, then for its printer; -1 when nobody answers. */
static int
look(struct print_job *j, http_t *http, struct watch *w)
{
	static const char *const	job_attrs[] = { "job-state",
		"job-printer-state-message", "job-printer-state-reasons" };
	static const char *const	prn_attrs[] = { "printer-state",
		"printer-state-message", "printer-state-reasons" };
	ipp_t				*r, *answer;

	memset(w, 0, sizeof(*w));
	w->message = talloc_strdup(j->ctx, "");
	r = new_request(j, IPP_OP_GET_JOB_ATTRIBUTES);
	ippAddInteger(r, IPP_TAG_OPERATION, IPP_TAG_INTEGER, "job-id",
	    j->now.job);
	add_user(r, j);
	ippAddStrings(r, IPP_TAG_OPERATION, IPP_TAG_KEYWORD,
	    "requested-attributes", 3, NULL, job_attrs);
	answer = cupsDoRequest(http, r, "/");
	if (!succeeded(answer)) {
		ippDelete(answer);
		return -1;
	}
	w->job_state = int_of(answer, "job-state");
	take_texts(w, j->ctx, answer, job_attrs[1], job_attrs[2]);
	ippDelete(answer);

	r = new_request(j, IPP_OP_GET_PRINTER_ATTRIBUTES);
	add_user(r, j);
	ippAddStrings(r, IPP_TAG_OPERATION, IPP_TAG_KEYWORD,
	    "requested-attributes", 3, NULL, prn_attrs);
	answer = cupsDoRequest(http, r, "/");
	if (succeeded(answer)) {
		w->printer_state = int_of(answer, "printer-state");
		take_texts(w, j->ctx, answer, prn_attrs[1], prn_attrs[2]);
	}
	ippDelete(answer);
	return 0;
}

static enum print_state
state_of(const struct watch *w)
{
	switch (w->job_state) {
	case IPP_JSTATE_COMPLETED:
		return PRINT_DONE;
	case IPP_JSTATE_ABORTED:
		return PRINT_ABORTED;
	case IPP_JSTATE_CANCELED:
		return PRINT_CANCELLED;
	case IPP_JSTATE_HELD:
		return PRINT_HELD;
	case IPP_JSTATE_STOPPED:
		return PRINT_STOPPED;
	default:
		return w->printer_state == IPP_PSTATE_STOPPED ?
		    PRINT_STOPPED : PRINT_SENT;
	}
}

/* Passes on what changed since the last look. */
static void
report(struct print_job *j, const struct watch *w, enum print_state s)
{
	bool	same = j->now.state == s &&
		    strcmp(j->now.message, w->message) == 0;
	size_t	i;

	for (i = 0; same; i++) {
		same = j->now.reasons[i] == w->reasons[i];
		if (w->reasons[i] == NULL)
			break;
	}
	if (same)
		return;
	j->now.message = w->message;
	j->now.reasons = talloc_memdup(j->ctx, w->reasons,
	    sizeof(w->reasons));
	print_tell(j, s);
}

static int
ended_badly(const struct print_job *j, const char *what, struct err *e)
{
	const char	*why = j->now.reasons[0];

	if (why == NULL && *j->now.message != '\0')
		why = j->now.message;
	return why == NULL ? err_set(e, ERR_IO, "%s", what) :
	    err_set(e, ERR_IO, "%s: %s", what, why);
}

/* Follows the job until it ends or we have waited long enough. */
static int
watch_job(struct print_job *j, http_t *http, struct err *e)
{
	static const int	pauses[] = { 200, 500, 1000, 2000 };
	int64_t			until = clock_mono_ms() + j->opt.watch_ms;
	struct watch		w;
	size_t			i = 0;
	enum print_state	s;

	while (clock_mono_ms() + pauses[i] <= until) {
		print_sleep(pauses[i]);
		if (i + 1 < sizeof(pauses) / sizeof(pauses[0]))
			i++;
		if (look(j, http, &w) == -1)
			break;
		s = state_of(&w);
		report(j, &w, s);
		if (s == PRINT_DONE)
			return 0;
		if (s == PRINT_ABORTED)
			return ended_badly(j, N_("the job was aborted"), e);
		if (s == PRINT_CANCELLED)
			return ended_badly(j, N_("the job was cancelled"), e);
	}
	if (j->now.state == PRINT_SENT)
		print_tell(j, PRINT_UNKNOWN);
	return 0;
}

int
print_cups(struct print_job *j, struct err *e)
{
	http_t	*http;
	int	 rc = -1;

	print_tell(j, PRINT_CONNECTING);
	http = open_server(j->target, j->opt.connect_ms, e);
	if (http == NULL)
		return -1;
	j->now.job = send_job(j, http, e);
	if (j->now.job == -1)
		goto out;
	j->now.sent = j->len;
	print_tell(j, PRINT_SENT);
	rc = j->opt.watch_ms < 0 ? 0 : watch_job(j, http, e);
out:
	httpClose(http);
	return rc;
}

/* ------------------------------------------------------------------ list */

static const char *
text_of(ipp_attribute_t *a)
{
	const char	*s = ippGetString(a, 0, NULL);

	return s == NULL ? "" : s;
}

static void
take_queue_attr(TALLOC_CTX *ctx, struct print_queue *q, ipp_attribute_t *a,
    const char *name)
{
	if (strcmp(name, "printer-name") == 0)
		q->name = text_visible(ctx, text_of(a));
	else if (strcmp(name, "printer-info") == 0)
		q->info = text_visible(ctx, text_of(a));
	else if (strcmp(name, "printer-state-message") == 0)
		q->message = text_visible(ctx, text_of(a));
	else if (strcmp(name, "printer-is-accepting-jobs") == 0)
		q->accepting = ippGetBoolean(a, 0) != 0;
	else if (strcmp(name, "printer-state") == 0)
		q->state = ippGetInteger(a, 0) == IPP_PSTATE_STOPPED ?
		    PRINT_STOPPED : ippGetInteger(a, 0) ==
		    IPP_PSTATE_PROCESSING ? PRINT_SENDING : PRINT_DONE;
}

/* What stands between cups:// and the queue. */
static char *
authority(TALLOC_CTX *ctx, const struct print_target *t)
{
	bool	 v6 = t->host != NULL && strchr(t->host, ':') != NULL;
	char	*s = talloc_asprintf(ctx, "%s%s%s", v6 ? "[" : "",
		    t->host == NULL ? "" : t->host, v6 ? "]" : "");

	return t->port == 0 ? s : talloc_asprintf_append_buffer(s, ":%d",
	    t->port);
}

/* Printers come as groups of attributes with a separator between them. */
static void
read_queues(TALLOC_CTX *ctx, const struct print_target *t, ipp_t *answer,
    struct print_queue **out, size_t *n)
{
	struct print_queue	*q = NULL, *all = NULL;
	ipp_attribute_t		*a;
	const char		*name;
	char			*where = authority(NULL, t);
	size_t			 i;

	for (a = ippFirstAttribute(answer); a != NULL;
	    a = ippNextAttribute(answer)) {
		name = ippGetName(a);
		if (name == NULL || ippGetGroupTag(a) != IPP_TAG_PRINTER) {
			q = NULL;
			continue;
		}
		if (q == NULL) {
			all = talloc_realloc(ctx, all, struct print_queue,
			    *n + 1);
			q = &all[(*n)++];
			memset(q, 0, sizeof(*q));
			q->state = PRINT_DONE;
		}
		take_queue_attr(all, q, a, name);
	}
	for (i = 0; all != NULL && i < *n; i++) {
		q = &all[i];
		if (q->name == NULL)
			q->name = talloc_strdup(all, "");
		if (q->info == NULL)
			q->info = talloc_strdup(all, "");
		if (q->message == NULL)
			q->message = talloc_strdup(all, "");
		q->uri = talloc_asprintf(all, "cups://%s/%s", where, q->name);
	}
	*out = all;
	talloc_free(where);
}

int
print_cups_list(TALLOC_CTX *ctx, const struct print_target *t,
    struct print_queue **out, size_t *n, struct err *e)
{
	static const char *const	attrs[] = { "printer-name",
		"printer-info", "printer-state", "printer-state-message",
		"printer-is-accepting-jobs" };
	http_t				*http = open_server(t, 5000, e);
	ipp_t				*r, *answer;
	int				 rc = 0;

	if (http == NULL)
		return -1;
	r = ippNewRequest(IPP_OP_CUPS_GET_PRINTERS);
	ippAddStrings(r, IPP_TAG_OPERATION, IPP_TAG_KEYWORD,
	    "requested-attributes", sizeof(attrs) / sizeof(attrs[0]), NULL,
	    attrs);
	answer = cupsDoRequest(http, r, "/");
	if (succeeded(answer))
		read_queues(ctx, t, answer, out, n);
	else if (answer == NULL ||
	    ippGetStatusCode(answer) != IPP_STATUS_ERROR_NOT_FOUND)
		rc = refused(t, http, e);	/* none at all is "not found" */
	ippDelete(answer);
	httpClose(http);
	return rc;
}
