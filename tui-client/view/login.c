/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "view/login.h"

#include <string.h>

#include "i18n.h"
#include "screen.h"
#include "ui/edit.h"
#include "view/form.h"
#include "view/popup.h"

enum { IN_NAME, IN_PASSWORD, IN_TOTP, IN_COUNT };

struct login {
	struct view	*view;
	struct edit	*ed[IN_COUNT];
	int		 cur;
	bool		 sending, want_totp;
	bool		 tried;		/* what start-up named was tried */
};

static const char *const	labels[IN_COUNT] = {
	N_("User"), N_("Password"), N_("OTP")
};

static void
login_answer(const struct reply *r, void *arg)
{
	struct app	*app = arg;
	struct view	*v = app_top(app);
	struct login	*lg;
	const char	*code;

	if (r->result != NULL) {
		if (v != NULL && v->ops->context == CTX_LOGIN)
			app_logged_in(app);
		if (app_must_change(app))
			form_password(app, true);
		return;
	}
	while (v != NULL && v->ops->context != CTX_LOGIN)
		v = v->below;
	if (v == NULL)
		return;
	lg = v->state;
	lg->sending = false;
	code = json_string_value(json_object_get(r->error, "code"));
	if (code != NULL && strcmp(code, "totp_required") == 0) {
		lg->want_totp = true;
		lg->cur = IN_TOTP;
	} else {
		edit_set(lg->ed[IN_PASSWORD], "");
		lg->cur = IN_PASSWORD;
	}
	app_error(app, "session.login", r->error);
}

static void
login_send(struct login *lg)
{
	struct app	*app = lg->view->app;

	if (lg->sending)
		return;
	if (*lg->ed[IN_NAME]->text == '\0') {
		lg->cur = IN_NAME;
		app_message(app, MSG_ERROR, "%s", _(N_("Type your name.")));
		return;
	}
	if (app_asking(app)) {
		login_ask_certificate(app, app_conf(app)->server,
		    app_fingerprint(app));
		return;
	}
	if (!rpc_online(app_rpc(app))) {
		app_retry(app);
		app_message(app, MSG_ERROR, "%s",
		    _(N_("No line to the server yet; trying again.")));
		return;
	}
	lg->sending = true;
	app_login(app, lg->ed[IN_NAME]->text,
	    lg->ed[IN_PASSWORD]->text, lg->ed[IN_TOTP]->text, login_answer,
	    app);
}

static struct view *
login_view(struct app *app)
{
	struct view	*v;

	for (v = app_top(app); v != NULL; v = v->below)
		if (v->ops->context == CTX_LOGIN && !v->ops->popup)
			return v;
	return NULL;
}

void
login_link_up(struct app *app)
{
	const struct client_conf *conf = app_conf(app);
	struct view		*v = login_view(app);
	struct login		*lg;
	struct err		 e = ERR_INIT;
	char			*password;

	if (v == NULL)
		return;
	lg = v->state;
	app_message_clear(app);
	lg->sending = false;
	if (lg->tried || conf->user == NULL)
		return;
	lg->tried = true;
	if (conf->password_file == NULL)
		return;
	password = conf_password(lg, conf, &e);
	if (password == NULL) {
		app_message(app, MSG_ERROR, "%s", e.msg);
		err_clear(&e);
		return;
	}
	edit_set(lg->ed[IN_PASSWORD], password);
	talloc_free(password);
	login_send(lg);
}

/* ---------------------------------------------------------------- trust */

static void
trust(struct app *app, void *arg)
{
	(void)arg;
	app_trust(app);
}

void
login_ask_certificate(struct app *app, const char *server,
    const char *fingerprint)
{
	const char	*title = _(N_("Unknown server"));
	struct view	*old = app_top(app);
	char		*text;

	/*
	 * The daemon does not wait long for an answer, so the line may have
	 * been cut and made anew: only the newest question stands.
	 */
	if (old != NULL && old->title != NULL && strcmp(old->title, title) == 0)
		app_pop(old);
	text = talloc_asprintf(NULL, "%s\n%s\n%s\n%s",
	    _(N_("This server is not known yet. Compare its fingerprint "
	    "with the one the administrator gave you; F8 trusts it from "
	    "now on.")), server, "", fingerprint);
	popup_confirm(app, title, text, NULL, trust, NULL);
	talloc_free(text);
}

/* ---------------------------------------------------------------- view */

static void
login_draw(struct view *v, const struct area *body)
{
	struct login		*lg = v->state;
	const struct client_conf *conf = app_conf(v->app);
	struct area		 a;
	int			 i, row = 0;

	area_center(body, 3, T_BIG, "JABBAR23");
	area_center(body, 4, T_DIM,
	    _(N_("ISP management: billing and network")));
	a = area_sub(body, 8, body->cols / 2 - 24, 8, 48);
	for (i = 0; i < IN_COUNT; i++) {
		if (i == IN_TOTP && !lg->want_totp)
			continue;
		area_text(&a, row, 2, 12, T_LABEL, i18n_text(labels[i]));
		if (i == lg->cur)
			area_fill(&a, row, 0, 1, '>', T_MARK);
		area_fill(&a, row, 14, 1, '[', T_FIELD);
		edit_draw(lg->ed[i], &a, row, 15, 28, i == lg->cur);
		area_fill(&a, row, 43, 1, ']', T_FIELD);
		row += 2;
	}
	area_center(body, 16, T_DIM, conf->socket != NULL ? conf->socket :
	    conf->server);
	if (lg->sending)
		area_center(body, 14, T_INFO, _(N_("logging in...")));
}

static bool
login_command(struct view *v, enum command cmd, const struct key *k)
{
	struct login	*lg = v->state;
	int		 last = lg->want_totp ? IN_TOTP : IN_PASSWORD;
	bool		 changed;

	(void)k;
	switch ((int)cmd) {
	case CMD_COMMIT:
		login_send(lg);
		return true;
	case CMD_ENTER:
		/* The last field's Enter logs in: no money moves by it. */
		if (lg->cur == last)
			login_send(lg);
		else
			lg->cur++;
		return true;
	case CMD_NEXT:
	case CMD_DOWN:
		lg->cur = lg->cur < last ? lg->cur + 1 : 0;
		return true;
	case CMD_PREVIOUS:
	case CMD_UP:
		lg->cur = lg->cur > 0 ? lg->cur - 1 : last;
		return true;
	case CMD_ACTIONS:
		app_command(v->app, CMD_LANGUAGE);
		return true;
	case CMD_LIST:
	case CMD_CLOSE:
		return true;
	default:
		return edit_command(lg->ed[lg->cur], cmd, &changed);
	}
}

static void
login_text(struct view *v, const struct key *k)
{
	struct login	*lg = v->state;

	lg->ed[lg->cur]->fresh = lg->ed[lg->cur]->fresh &&
	    lg->cur == IN_PASSWORD;
	edit_text(lg->ed[lg->cur], k);
}

static bool
login_typing(struct view *v)
{
	(void)v;
	return true;
}

static const char *
login_bar(struct view *v, enum command cmd)
{
	(void)v;
	switch ((int)cmd) {
	case CMD_COMMIT:
		return _(N_("Log in"));
	case CMD_ACTIONS:
		return strcmp(i18n_lang(), "id") == 0 ? "English" :
		    "Indonesia";
	case CMD_CANCEL:
		return _(N_("Quit"));
	case CMD_HELP:
		return "";
	default:
		return NULL;
	}
}

static const char *
login_focus(struct view *v)
{
	static const char *const	names[] = { "name", "password",
					    "totp" };

	return names[((struct login *)v->state)->cur];
}

static const struct view_ops	login_ops = {
	.name = "login",
	.context = CTX_LOGIN,
	.draw = login_draw,
	.command = login_command,
	.text = login_text,
	.typing = login_typing,
	.bar = login_bar,
	.focus = login_focus,
};

struct view *
login_open(struct app *app)
{
	const struct client_conf *conf = app_conf(app);
	struct login		*lg = talloc_zero(NULL, struct login);
	int			 i;

	for (i = 0; i < IN_COUNT; i++)
		lg->ed[i] = edit_new(lg, 256);
	lg->ed[IN_PASSWORD]->secret = true;
	edit_set(lg->ed[IN_NAME], conf->user);
	lg->cur = conf->user != NULL ? IN_PASSWORD : IN_NAME;
	lg->view = app_push(app, &login_ops, NULL, "JABBAR23", lg);
	return lg->view;
}

/* ---------------------------------------------------------------- password */

static const struct field	password_fields[] = {
	{ "old", F_SECRET, .max = 256, .flags = FIELD_REQUIRED,
	    .label = N_("Old password") },
	{ "new", F_SECRET, .min = 10, .max = 256, .flags = FIELD_REQUIRED,
	    .label = N_("New password"),
	    .help = N_("At least 10 characters; a sentence is best.") },
	{ "repeat", F_SECRET, .max = 256, .flags = FIELD_REQUIRED,
	    .label = N_("Once more") },
	{ NULL }
};

static void
password_done(struct app *app, const json_t *params, const json_t *result,
    void *arg)
{
	(void)params, (void)result, (void)arg;
	app_password_changed(app);
	app_message(app, MSG_DONE, "%s", _(N_("The password is changed.")));
}

struct view *
form_password(struct app *app, bool first)
{
	struct form_spec	spec = { 0 };

	spec.title = first ? _(N_("SET A PASSWORD OF YOUR OWN")) :
	    _(N_("CHANGE MY PASSWORD"));
	spec.method = "user.password";
	spec.fields = password_fields;
	spec.flags = first ? FORM_STAY : 0;
	spec.done = password_done;
	return form_open(app, &spec);
}
