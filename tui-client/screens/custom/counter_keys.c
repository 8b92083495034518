/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keys of the counter. Enter finds, fills and moves on; it never books: a
 * scanner sends it. A scan is told by its content, prefix and check
 * character, since lagged typing comes in bursts just as scans do.
 */
#include "screens/custom/counter.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "fmt/code.h"
#include "fmt/money.h"
#include "i18n.h"

#define RUN_MAX		160
#define SCAN_AGAIN_MS	2000	/* readers stutter */
#define TENDERS		5

static void
say(struct counter *c, enum message_kind kind, const char *text)
{
	c->host->message(c->host_arg, kind, text);
}

/* ---------------------------------------------------------------- focus */

static struct edit *
focus_edit(struct counter *c)
{
	switch (c->focus) {
	case ON_SEARCH:
		return c->search;
	case ON_REFERENCE:
		return c->reference;
	case ON_MONEY:
		return c->money;
	case ON_RETYPE:
		return c->retype;
	case ON_INVOICES:
	case ON_METHOD:
		break;
	}
	return NULL;
}

const char *
counter_focus_name(const struct counter *c)
{
	static const char *const	names[] = {
		[ON_SEARCH] = "cari", [ON_INVOICES] = "tagihan",
		[ON_METHOD] = "cara", [ON_REFERENCE] = "referensi",
		[ON_MONEY] = "uang", [ON_RETYPE] = "ulang",
	};

	return names[c->focus];
}

void
counter_focus_set(struct counter *c, enum counter_focus f)
{
	struct edit	*ed;

	if (c->focus == ON_MONEY)
		counter_timer(c, TIMER_ECHO);
	c->focus = f;
	ed = focus_edit(c);
	if (ed != NULL && *ed->text != '\0') {
		ed->fresh = true;
		ed->cur = strlen(ed->text);
	}
	c->host->dirty(c->host_arg);
}

static bool
may_focus(const struct counter *c, enum counter_focus f)
{
	switch (f) {
	case ON_SEARCH:
		return true;
	case ON_INVOICES:
		return c->bill->n > 0;
	case ON_REFERENCE:
		return c->method == METHOD_TRANSFER;
	case ON_METHOD:
	case ON_MONEY:
		return true;
	case ON_RETYPE:
		return c->ask == ASK_RETYPE;
	}
	return false;
}

static void
focus_move(struct counter *c, int by)
{
	int	f = (int)c->focus;

	if (c->phase != COUNTER_BILL)
		return;
	do
		f = (f + by + ON_RETYPE + 1) % (ON_RETYPE + 1);
	while (!may_focus(c, (enum counter_focus)f));
	counter_focus_set(c, (enum counter_focus)f);
}

/* ---------------------------------------------------------------- scans */

static void
run_forget(struct counter *c)
{
	c->run[0] = '\0';
}

/* Remembers what came without another key between, and what it changed. */
static void
run_add(struct counter *c, const struct key *k)
{
	struct edit	*ed = focus_edit(c), *tmp;

	if (c->run[0] == '\0') {
		talloc_free(c->run_text);
		c->run_text = talloc_strdup(c, ed != NULL ? ed->text : "");
		c->run_cur = ed != NULL ? ed->cur : 0;
		c->run_fresh = ed != NULL && ed->fresh;
		c->run_method = c->method;
	}
	if (strlen(c->run) > RUN_MAX)
		return;
	/* An editor knows how a key becomes text. */
	tmp = edit_new(NULL, 0);
	edit_text(tmp, k);
	c->run = talloc_strdup_append(c->run, tmp->text);
	talloc_free(tmp);
}

/* Where in the run a code begins: something may be typed before the scan. */
static char *
run_code(char *run)
{
	char	*p, *hit = NULL;

	for (p = run; *p != '\0'; p++)
		if (strncasecmp(p, "JB1", 3) == 0 && code_claims(p))
			hit = p;
	return hit;
}

/* The field as it was before the scan. */
static void
run_undo(struct counter *c, const char *typed)
{
	struct edit	*ed = focus_edit(c);

	c->method = c->run_method;
	if (ed == NULL)
		return;
	edit_set(ed, c->run_text);
	ed->cur = c->run_cur <= strlen(ed->text) ? c->run_cur : 0;
	ed->fresh = c->run_fresh;
	if (*typed != '\0')
		edit_insert(ed, typed);
}

/* Enter after a scan; true when that was what it ended. */
static bool
run_enter(struct counter *c)
{
	char	*hit = run_code(c->run), *code;
	bool	 ours;

	if (hit == NULL)
		return false;
	code = talloc_strdup(NULL, hit);
	*hit = '\0';
	run_undo(c, c->run);
	run_forget(c);
	ours = counter_scan(c, code);
	talloc_free(code);
	return ours;
}

bool
counter_scan(struct counter *c, const char *text)
{
	struct code	code;
	int64_t		now = c->host->mono_ms(c->host_arg);

	if (!code_claims(text))
		return false;
	if (code_parse(text, &code, NULL) == -1) {
		say(c, MSG_ERROR, _("Scan not recognised: scan it again."));
		return true;
	}
	if (strcasecmp(c->last_scan, text) == 0 &&
	    now - c->last_scan_at < SCAN_AGAIN_MS)
		return true;
	talloc_free(c->last_scan);
	c->last_scan = talloc_strdup(c, text);
	c->last_scan_at = now;
	if (!counter_may_leave(c) || c->phase == COUNTER_FINDING)
		return true;
	if (code.kind == CODE_CUSTOMER && rpc_online(c->rpc))
		counter_open(c, code.number);
	else
		counter_find(c, code.number);
	return true;
}

/* ---------------------------------------------------------------- money */

/* Up and down through what he is likely to hand over; none typed is exact. */
static void
tender_cycle(struct counter *c, int by)
{
	int64_t	 v[TENDERS], total = counter_total(c);
	size_t	 n = tender_suggest(total, v, TENDERS);
	char	*s;

	if (total <= 0 || n == 0)
		return;
	if (*c->money->text == '\0')
		c->tender = 0;
	c->tender = (c->tender + n + (size_t)(by + (int)n)) % n;
	s = money_format(NULL, v[c->tender]);
	edit_set(c->money, s);
	c->money->cur = strlen(c->money->text);
	talloc_free(s);
	counter_changed(c);
}

static void
money_enter(struct counter *c)
{
	struct err	e = ERR_INIT;

	counter_timer(c, TIMER_ECHO);
	if (counter_given(c, &e) == -1) {
		say(c, MSG_ERROR, _(e.msg));
		err_clear(&e);
	}
	/* Stays here: what is left to do is F8. */
	c->money->fresh = true;
}

static void
method_set(struct counter *c, enum counter_method m)
{
	c->method = m;
	if (m == METHOD_CASH && c->focus == ON_REFERENCE)
		counter_focus_set(c, ON_MONEY);
	counter_changed(c);
}

static void
method_cycle(struct counter *c)
{
	method_set(c, (enum counter_method)((c->method + 1) % METHOD_COUNT));
}

/* ---------------------------------------------------------------- keys */

static void
enter(struct counter *c)
{
	char	*q;

	switch (c->focus) {
	case ON_SEARCH:
		q = text_trim(NULL, c->search->text);
		if (c->phase == COUNTER_BILL &&
		    strcmp(q, c->bill->number) == 0)
			counter_focus_set(c, ON_MONEY);
		else if (*q != '\0')
			counter_find(c, q);
		talloc_free(q);
		break;
	case ON_INVOICES:
		counter_focus_set(c, ON_MONEY);
		break;
	case ON_METHOD:
	case ON_REFERENCE:
		focus_move(c, 1);
		break;
	case ON_MONEY:
		money_enter(c);
		break;
	case ON_RETYPE:
		c->retype->fresh = true;
		break;
	}
}

static void
move(struct counter *c, int by)
{
	if (c->focus == ON_INVOICES) {
		if (by < 0 ? c->at > 0 : c->at + 1 < c->bill->n)
			c->at += (size_t)by;
	} else if (c->focus == ON_MONEY)
		tender_cycle(c, by);
	else if (c->focus == ON_METHOD)
		method_cycle(c);
	c->host->dirty(c->host_arg);
}

/* Esc takes one step back and loses nothing that was typed. */
static void
escape(struct counter *c)
{
	if (c->ask != ASK_NONE)
		counter_changed(c);
	else if (c->focus != ON_SEARCH)
		counter_focus_set(c, ON_SEARCH);
}

static bool
pick_command(struct counter *c, enum command cmd)
{
	char	*number;

	switch ((int)cmd) {
	case CMD_UP:
		c->pick -= c->pick > 0;
		break;
	case CMD_DOWN:
		c->pick += c->pick + 1 < c->n_match;
		break;
	case CMD_HOME:
		c->pick = 0;
		break;
	case CMD_END:
		c->pick = c->n_match - 1;
		break;
	case CMD_ENTER:
		if (!rpc_online(c->rpc)) {
			say(c, MSG_ERROR, _("The line is cut: nobody can be "
			    "looked up now."));
			break;
		}
		number = talloc_strdup(NULL, c->match[c->pick].number);
		counter_open(c, number);
		talloc_free(number);
		break;
	case CMD_ESC:
		c->phase = c->bill != NULL ? COUNTER_BILL : COUNTER_IDLE;
		break;
	default:
		return false;
	}
	c->host->dirty(c->host_arg);
	return true;
}

static bool
edit_key(struct counter *c, enum command cmd)
{
	struct edit	*ed = focus_edit(c);
	bool		 changed = false;

	if (ed == NULL || !edit_command(ed, cmd, &changed))
		return false;
	if (changed && (ed == c->money || ed == c->reference)) {
		c->tender = 0;
		counter_typed(c);
	}
	c->host->dirty(c->host_arg);
	return true;
}

/* Keys that mean the same whatever is on the table. */
static bool
any_command(struct counter *c, enum command cmd)
{
	switch ((int)cmd) {
	case CMD_COMMIT:
		counter_commit(c);
		return true;
	case CMD_REFRESH:
		counter_read(c);
		counter_timer(c, c->phase == COUNTER_UNSURE ? TIMER_CHECK :
		    TIMER_BILL);
		return true;
	case CMD_ACTIONS:
		c->host->actions(c->host_arg);
		return true;
	case CMD_START:
		if (c->known && c->session)
			say(c, MSG_INFO, _("Your drawer is open already; F9 t "
			    "closes it."));
		else
			c->host->open_session(c->host_arg);
		return true;
	default:
		return false;
	}
}

static bool
bill_command(struct counter *c, enum command cmd)
{
	switch ((int)cmd) {
	case CMD_NEXT:
		focus_move(c, 1);
		return true;
	case CMD_PREVIOUS:
		focus_move(c, -1);
		return true;
	case CMD_UP:
	case CMD_DOWN:
		move(c, cmd == CMD_UP ? -1 : 1);
		return true;
	case CMD_LEFT:
	case CMD_RIGHT:
		if (c->focus != ON_METHOD)
			return edit_key(c, cmd);
		method_cycle(c);
		return true;
	case CMD_EDIT:
		method_cycle(c);
		return true;
	case CMD_LIST:
		counter_focus_set(c, ON_METHOD);
		method_cycle(c);
		return true;
	case CMD_ESC:
		escape(c);
		return true;
	case CMD_CANCEL:
		counter_clear(c);
		edit_set(c->search, "");
		return true;
	default:
		return edit_key(c, cmd);
	}
}

bool
counter_command(struct counter *c, enum command cmd)
{
	bool	scan = cmd == CMD_ENTER && run_enter(c);

	run_forget(c);
	if (scan)
		return true;
	if (any_command(c, cmd))
		return true;
	switch (c->phase) {
	case COUNTER_TAKING:
	case COUNTER_UNSURE:
		/* Help and the like go on; what would leave is asked first. */
		if (cmd == CMD_CLOSE || cmd == CMD_MENU ||
		    cmd == CMD_CANCEL || cmd == CMD_ESC)
			return !counter_may_leave(c);
		return cmd != CMD_HELP && cmd != CMD_REDRAW &&
		    cmd != CMD_QUIT;
	case COUNTER_FINDING:
		if (cmd == CMD_ESC || cmd == CMD_CANCEL) {
			counter_stop(c);
			return true;
		}
		return cmd == CMD_ENTER || edit_key(c, cmd);
	case COUNTER_PICKING:
		return pick_command(c, cmd) || edit_key(c, cmd);
	case COUNTER_BILL:
		if (cmd == CMD_ENTER) {
			enter(c);
			return true;
		}
		return bill_command(c, cmd);
	case COUNTER_IDLE:
		if (cmd == CMD_ENTER) {
			enter(c);
			return true;
		}
		if (cmd == CMD_ESC && *c->search->text != '\0') {
			edit_set(c->search, "");
			return true;
		}
		return edit_key(c, cmd);
	}
	return false;
}

/* Space in the list; a letter or digit of the method. */
static void
plain_char(struct counter *c, int32_t ch)
{
	struct counter_invoice	*v;

	if (c->focus == ON_INVOICES && ch == ' ') {
		v = &c->bill->inv[c->at];
		v->chosen = !v->chosen;
		c->tender = 0;
		counter_changed(c);
		if (c->at + 1 < c->bill->n)
			c->at++;
	} else if (c->focus == ON_METHOD) {
		if (ch >= '1' && ch < '1' + METHOD_COUNT)
			method_set(c, (enum counter_method)(ch - '1'));
		else if (ch == ' ')
			method_cycle(c);
	}
}

void
counter_text(struct counter *c, const struct key *k)
{
	struct edit	*ed = focus_edit(c);

	run_add(c, k);
	if (c->phase == COUNTER_TAKING || c->phase == COUNTER_UNSURE)
		return;
	if (ed == NULL) {
		if (k->code == K_CHAR)
			plain_char(c, k->ch);
	} else if (edit_text(ed, k)) {
		/* Typing on in the search closes the list of matches. */
		if (c->phase == COUNTER_PICKING)
			c->phase = c->bill != NULL ? COUNTER_BILL :
			    COUNTER_IDLE;
		if (ed == c->money || ed == c->reference) {
			c->tender = 0;
			counter_typed(c);
		}
	}
	c->host->dirty(c->host_arg);
}
