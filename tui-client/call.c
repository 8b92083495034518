/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call.h"

#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "base/text.h"
#include "i18n.h"
#include "link.h"
#include "message.h"
#include "wire/frame.h"

struct call {
	struct event_base	*base;
	struct link		*link;
	const struct client_conf *conf;
	const char		*method;
	json_t			*params;
	int			 timeout_ms;
	int			 rc;
	bool			 asked;		/* the request left */
	bool			 done;		/* its answer came */
};

char *
call_ask_secret(TALLOC_CTX *ctx, const char *prompt)
{
	struct termios	 old, quiet;
	char		 buf[512], *nl, *out = NULL;

	if (!isatty(STDIN_FILENO) || tcgetattr(STDIN_FILENO, &old) == -1)
		return NULL;
	quiet = old;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	fprintf(stderr, "%s", prompt);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	if (fgets(buf, sizeof buf, stdin) != NULL) {
		nl = strpbrk(buf, "\r\n");
		if (nl != NULL)
			*nl = '\0';
		out = secret_strdup(ctx, buf);
	}
	explicit_bzero(buf, sizeof buf);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &old);
	fprintf(stderr, "\n");
	return out;
}

static void
call_end(struct call *c, int rc)
{
	c->rc = rc;
	event_base_loopbreak(c->base);
}

/* {code, message, field?, args?} on stderr, the sentence in his language. */
static void
print_error(const char *method, const json_t *error)
{
	json_t	*out = json_object(), *v;
	char	*text = message_error(NULL, method, error);

	v = json_object_get(error, "code");
	json_object_set(out, "code", v != NULL ? v : json_null());
	json_object_set_new(out, "message", json_string(text));
	v = json_object_get(error, "field");
	if (v != NULL && !json_is_null(v))
		json_object_set(out, "field", v);
	v = json_object_get(error, "args");
	if (json_is_object(v)) {
		json_object_set(out, "args", v);
		v = json_object_get(v, "approval");
		if (v != NULL)
			json_object_set(out, "approval", v);
	}
	json_dumpf(out, stderr, JSON_COMPACT);
	fputc('\n', stderr);
	json_decref(out);
	talloc_free(text);
}

static void
session_ended(const struct reply *r, void *arg)
{
	(void)r;
	call_end(arg, ((struct call *)arg)->rc);
}

static void
answered(const struct reply *r, void *arg)
{
	struct call	*c = arg;

	c->done = true;
	if (r->result != NULL) {
		json_dumpf(r->result, stdout, isatty(STDOUT_FILENO) ?
		    JSON_INDENT(2) | JSON_ENCODE_ANY :
		    JSON_COMPACT | JSON_ENCODE_ANY);
		putchar('\n');
		c->rc = fflush(stdout) == 0 ? 0 : 1;
	} else {
		print_error(c->method, r->error);
		c->rc = 1;
	}
	if (r->lost || !rpc_online(link_rpc(c->link))) {
		call_end(c, c->rc);
		return;
	}
	/* No session is left lying about; a silent server is not waited for. */
	link_rpc(c->link)->ops->send(link_rpc(c->link), c->link,
	    "session.end", NULL, 1500, session_ended, c);
}

static void
logged_in(const struct reply *r, void *arg)
{
	struct call	*c = arg;

	if (r->result == NULL) {
		print_error("session.login", r->error);
		call_end(c, 1);
		return;
	}
	c->asked = true;
	link_rpc(c->link)->ops->send(link_rpc(c->link), c->link, c->method,
	    json_incref(c->params), c->timeout_ms, answered, c);
}

static void
on_up(void *arg)
{
	struct call	*c = arg;
	struct err	 e = ERR_INIT;
	char		*password = NULL;
	json_t		*error;

	if (c->conf->password_file != NULL)
		password = conf_password(c->link, c->conf, &e);
	else if (c->conf->socket != NULL && geteuid() == 0)
		password = secret_strdup(c->link, "");
	else
		password = call_ask_secret(c->link, _(N_("Password: ")));
	if (password == NULL) {
		if (e.code == ERR_NONE)
			err_set(&e, ERR_USAGE, "%s",
			    N_("No password: name a file with "
			    "--password-file."));
		error = message_from_err(&e);
		print_error(NULL, error);
		json_decref(error);
		err_clear(&e);
		call_end(c, 1);
		return;
	}
	link_login(c->link, c->conf->user, password, NULL, logged_in, c);
	talloc_free(password);
}

static void
on_down(const json_t *error, void *arg)
{
	struct call	*c = arg;

	if (!c->asked)
		print_error(NULL, error);
	call_end(c, c->asked && c->rc == 0 ? 0 : 1);
}

static void
on_ask(const char *server, const char *fingerprint, void *arg)
{
	struct call	*c = arg;
	char		 buf[16] = "";

	if (isatty(STDIN_FILENO)) {
		fprintf(stderr, "%s\n  %s\n  %s\n%s ",
		    _(N_("Unknown server. Its certificate:")), server,
		    fingerprint, _(N_("Trust it from now on? (yes/no)")));
		if (fgets(buf, sizeof buf, stdin) != NULL &&
		    (strncmp(buf, "yes", 3) == 0 ||
		    strncmp(buf, "ya", 2) == 0)) {
			link_trust(c->link);
			return;
		}
	}
	link_refuse(c->link);
}

static const struct link_ops	call_ops = {
	.up = on_up,
	.down = on_down,
	.ask = on_ask,
};

static void
timed_out(evutil_socket_t fd, short what, void *arg)
{
	struct call	*c = arg;
	json_t		*error;

	(void)fd, (void)what;
	if (!c->done) {
		error = json_pack("{s:s,s:s}", "code", "timeout", "message",
		    "no answer in time");
		print_error(NULL, error);
		json_decref(error);
	}
	call_end(c, c->rc);
}

static json_t *
read_params(TALLOC_CTX *ctx, const char *arg)
{
	struct err	 e = ERR_INIT;
	json_error_t	 je;
	json_t		*j;
	char		*text;
	size_t		 len;

	if (arg == NULL)
		return json_object();
	if (arg[0] == '@' || strcmp(arg, "-") == 0) {
		text = io_read_file(ctx, arg[0] == '@' ? arg + 1 :
		    "/dev/stdin", FRAME_UP, &len, &e);
		if (text == NULL) {
			fprintf(stderr, "jabbar: %s\n", e.msg);
			err_clear(&e);
			return NULL;
		}
		arg = text;
	}
	j = json_loads(arg, JSON_REJECT_DUPLICATES, &je);
	if (j == NULL || !json_is_object(j)) {
		fprintf(stderr, "jabbar: %s: %s\n",
		    _(N_("The parameters are no JSON object")),
		    j == NULL ? je.text : "?");
		json_decref(j);
		return NULL;
	}
	return j;
}

int
call_main(const struct client_conf *conf, int argc, char **argv)
{
	struct call	 c = { .conf = conf, .rc = 1 };
	struct link_conf lc = { conf->server, conf->socket, conf->ca, NULL,
			    conf->lang, true };
	TALLOC_CTX	*ctx;
	struct event	*deadline;
	struct timeval	 tv = { 20, 0 };

	if (argc < 1 || argc > 2) {
		fprintf(stderr, "%s\n",
		    _(N_("usage: jabbar call METHOD [JSON|@FILE|-]")));
		return 2;
	}
	if (conf->user == NULL) {
		fprintf(stderr, "jabbar: %s\n",
		    _(N_("Name a user with --user or JABBAR_USER.")));
		return 2;
	}
	if (conf->timeout != NULL)
		tv.tv_sec = strtol(conf->timeout, NULL, 10);
	ctx = talloc_new(NULL);
	c.method = argv[0];
	c.params = read_params(ctx, argc > 1 ? argv[1] : NULL);
	if (c.params == NULL) {
		talloc_free(ctx);
		return 2;
	}
	c.timeout_ms = (int)tv.tv_sec * 1000;
	lc.known_hosts = talloc_asprintf(ctx, "%s/known_hosts",
	    conf->config_dir);
	c.base = event_base_new();
	c.link = link_new(ctx, c.base, &lc, &call_ops, &c);
	deadline = evtimer_new(c.base, timed_out, &c);
	evtimer_add(deadline, &tv);
	event_base_dispatch(c.base);
	event_free(deadline);
	talloc_free(ctx);
	event_base_free(c.base);
	json_decref(c.params);
	return c.rc;
}
