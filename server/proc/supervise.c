/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Phases: the database comes up, the check, the roles start, core says ready,
 * service; then core drains, the other roles end, the database stops. Each
 * turn of the loop waits for a signal, a frame of a child or the next timer;
 * nothing in it blocks for longer than a check's connection attempt.
 *
 * Who dies is restarted: at once the first time, then later and later. Roles
 * that die more than restart_max times within restart_window are a fault that
 * restarting does not mend: all is stopped and the exit code tells systemd.
 * PostgreSQL is exempt from that limit, because it also dies of a full disk,
 * which somebody is already cleaning up.
 */
#include "proc/supervise.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <systemd/sd-daemon.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/log.h"
#include "proc/channel.h"

#define DRAIN_MS	15000	/* for core to answer what it accepted */
#define ROLE_STOP_MS	3000
#define KEEPER_STOP_MS	60000
#define KILL_MS		10000
#define START_MS	120000	/* for the first core to get ready */
#define CHECK_MS	60000
#define STEADY_MS	60000	/* who lives that long is forgiven */
#define BACKOFF_MAX_MS	10000
#define NEVER		INT64_MAX

enum phase { PH_KEEPER, PH_CHECK, PH_ROLES, PH_STOP_LEAD, PH_STOP_ROLES,
	PH_STOP_KEEPER, PH_DONE };

struct child {
	const struct role	*role;		/* NULL: the keeper */
	int			 n;
	pid_t			 pid;		/* 0: not running */
	int			 control;	/* -1: none */
	int64_t			 started, due;	/* ms; NEVER: it runs */
	int			 deaths;	/* in a row */
};

struct sup {
	const struct supervise	*s;
	struct child		*child;		/* [0] is the keeper if any */
	int			 children;
	enum phase		 phase;
	int64_t			 deadline;	/* of the phase */
	int64_t			 next_try;	/* of the check or the keeper */
	int			 kills;		/* escalations in this phase */
	bool			 in_service;	/* was ready once */
	bool			 checked;
	int			 signal_fd;
	sigset_t		 old_mask;
	int64_t			*restarts;	/* ring of the last times */
	int			 restart_n;
	struct err		 reason;
};

static const char *
child_name(const struct sup *u, const struct child *c)
{
	return c->role == NULL ? u->s->keeper->name : c->role->name;
}

static struct child *
keeper_of(struct sup *u)
{
	return u->s->keeper != NULL ? &u->child[0] : NULL;
}

static int
alive(const struct sup *u, bool leads, bool others)
{
	int	i, n = 0;

	for (i = 0; i < u->children; i++) {
		const struct child *c = &u->child[i];

		if (c->role == NULL || c->pid == 0)
			continue;
		n += c->role->leads ? leads : others;
	}
	return n;
}

static void
signal_roles(struct sup *u, bool leads, int sig)
{
	int	i;

	for (i = 0; i < u->children; i++) {
		struct child *c = &u->child[i];

		if (c->role != NULL && c->pid != 0 && c->role->leads == leads)
			(void)kill(c->pid, sig);
	}
}

/* ---- phases ---- */

static void
phase_set(struct sup *u, enum phase phase, int64_t wait_ms)
{
	u->phase = phase;
	u->kills = 0;
	u->deadline = wait_ms == NEVER ? NEVER : clock_mono_ms() + wait_ms;
	u->next_try = clock_mono_ms();
}

/* Begins the stop; the first reason given is the one that is told. */
static void
stop(struct sup *u, struct err *why)
{
	if (why != NULL && u->reason.code == ERR_NONE)
		err_move(&u->reason, why);
	else
		err_clear(why);
	if (u->phase >= PH_STOP_LEAD)
		return;
	(void)sd_notify(0, "STOPPING=1");
	log_info("event=stop reason=\"%s\"",
	    u->reason.code == ERR_NONE ? "signal" : u->reason.msg);
	phase_set(u, PH_STOP_LEAD, DRAIN_MS);
	signal_roles(u, true, SIGTERM);
}

/* The run file, atomically: who reads it finds all of it. */
static int
announce(struct sup *u, struct err *e)
{
	char	*path = talloc_asprintf(NULL, "%s/jabbard.json",
		    u->s->conf->run_dir);
	json_t	*j = json_pack("{s:i, s:s, s:s, s:s}", "pid", (int)getpid(),
		    "rpc", u->s->rpc, "socket", u->s->conf->socket_path,
		    "version", JB_VERSION);
	size_t	 n = json_dumpb(j, NULL, 0, JSON_COMPACT);
	char	*text = talloc_size(path, n + 1);
	int	 rc;

	(void)json_dumpb(j, text, n, JSON_COMPACT);
	text[n] = '\n';
	rc = io_write_file(path, text, n + 1, 0644, e);
	json_decref(j);
	talloc_free(path);
	return rc;
}

static void
ready(struct sup *u, struct child *c)
{
	struct err	 e = ERR_INIT;

	log_info("event=ready role=%s child=%d after_ms=%lld",
	    child_name(u, c), (int)c->pid,
	    (long long)(clock_mono_ms() - c->started));
	if (u->in_service)
		return;
	if (announce(u, &e) == -1) {
		stop(u, &e);
		return;
	}
	u->in_service = true;
	u->deadline = NEVER;
	(void)sd_notifyf(0, "READY=1\nSTATUS=serving on %s\nMAINPID=%d",
	    u->s->rpc, (int)getpid());
}

/* ---- children ---- */

/* One socket pair between a leading child and another, handed to both. */
static void
introduce(struct sup *u, struct child *lead, struct child *other)
{
	struct err	 e = ERR_INIT;
	int		 pair[2];
	json_t		*m, *n;

	if (lead->pid == 0 || other->pid == 0)
		return;
	if (channel_pair(pair, &e) == -1) {
		log_error("event=introduce error=\"%s\"", e.msg);
		err_clear(&e);
		return;
	}
	m = json_pack("{s:s}", "peer", lead->role->name);
	n = json_pack("{s:s, s:i}", "peer", other->role->name, "n", other->n);
	/* Who is not reached is dying, and is introduced again when back. */
	if (channel_send(other->control, m, pair[0], &e) == -1 ||
	    channel_send(lead->control, n, pair[1], &e) == -1)
		log_warn("event=introduce role=%s n=%d error=\"%s\"",
		    child_name(u, other), other->n, e.msg);
	json_decref(m);
	json_decref(n);
	err_clear(&e);
	close(pair[0]);
	close(pair[1]);
}

static void
introduce_all(struct sup *u, struct child *c)
{
	int	i;

	for (i = 0; i < u->children; i++) {
		struct child *o = &u->child[i];

		if (o->role == NULL || o->role->leads == c->role->leads)
			continue;
		if (c->role->leads)
			introduce(u, c, o);
		else
			introduce(u, o, c);
	}
}

static void
child_start(struct sup *u, struct child *c)
{
	const struct supervise	*s = u->s;
	struct err		 e = ERR_INIT;
	pid_t			 pid;

	if (c->role == NULL)
		pid = s->keeper->spawn(s->conf, &e);
	else
		pid = role_spawn(c->role, c->n, s->conf, s->tls_fd,
		    s->unix_fd, &c->control, &e);
	c->started = clock_mono_ms();
	if (pid == -1) {
		log_error("event=spawn child=%s error=\"%s\"",
		    child_name(u, c), e.msg);
		err_clear(&e);
		c->due = c->started + 1000;
		return;
	}
	c->pid = pid;
	c->due = NEVER;
	log_info("event=started child=%s n=%d child_pid=%d",
	    child_name(u, c), c->n, (int)pid);
	if (c->role != NULL)
		introduce_all(u, c);
}

/* True when one more restart is one too many. */
static bool
restart_counts(struct sup *u)
{
	const struct conf	*conf = u->s->conf;
	int64_t			 now = clock_mono_ms(), *slot;
	int			 max = conf->restart_max;

	if (max == 0)
		return true;
	slot = &u->restarts[u->restart_n++ % max];
	/* The slot holds the restart that was max restarts ago. */
	if (u->restart_n > max &&
	    now - *slot < (int64_t)conf->restart_window * 1000)
		return true;
	*slot = now;
	return false;
}

static char *
status_text(TALLOC_CTX *ctx, int status)
{
	if (WIFSIGNALED(status))
		return talloc_asprintf(ctx, "signal %d", WTERMSIG(status));
	return talloc_asprintf(ctx, "exit code %d", WEXITSTATUS(status));
}

static void
keeper_died(struct sup *u, struct child *c, const char *how)
{
	const struct keeper	*k = u->s->keeper;
	struct err		 e = ERR_INIT;
	char			*words;

	if (u->checked || c->deaths <= 6)
		return;
	words = k->last_words(NULL, u->s->conf);
	err_set(&e, ERR_UNAVAILABLE, "%s does not start (%s): %s", k->name,
	    how, words);
	talloc_free(words);
	stop(u, &e);
}

static void
role_died(struct sup *u, struct child *c, const char *how)
{
	struct err	 e = ERR_INIT;

	if (c->role->leads && !u->in_service)
		err_set(&e, ERR_INTERNAL, "%s ended before it was ready (%s); "
		    "its own message stands above", c->role->name, how);
	else if (restart_counts(u))
		err_set(&e, ERR_INTERNAL, "more than %d restarts within %d s, "
		    "the last of %s (%s): giving up", u->s->conf->restart_max,
		    u->s->conf->restart_window, c->role->name, how);
	if (e.code != ERR_NONE)
		stop(u, &e);
}

/* When it starts again: at once, then after 0.1, 0.2, 0.4 ... seconds. */
static void
child_died(struct sup *u, struct child *c, int status)
{
	int64_t	 now = clock_mono_ms(), wait = 0;
	char	*how = status_text(NULL, status);

	if (now - c->started > STEADY_MS)
		c->deaths = 0;
	if (c->deaths > 0)
		wait = c->deaths > 7 ? BACKOFF_MAX_MS : 50 << c->deaths;
	c->deaths++;
	if (c->control != -1)
		close(c->control);
	c->control = -1;
	c->pid = 0;
	c->due = now + wait;
	if (u->phase < PH_STOP_LEAD)
		log_warn("event=died child=%s n=%d how=\"%s\" "
		    "restart_in_ms=%lld", child_name(u, c), c->n, how,
		    (long long)wait);
	else if (status != 0)
		log_warn("event=ended child=%s n=%d how=\"%s\"",
		    child_name(u, c), c->n, how);
	if (u->phase < PH_STOP_LEAD && c->role == NULL)
		keeper_died(u, c, how);
	else if (u->phase < PH_STOP_LEAD)
		role_died(u, c, how);
	talloc_free(how);
}

static void
reap(struct sup *u)
{
	int	i, status;
	pid_t	pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (i = 0; i < u->children; i++) {
			if (u->child[i].pid == pid) {
				child_died(u, &u->child[i], status);
				break;
			}
		}
	}
}

/* ---- events ---- */

static void
on_signals(struct sup *u)
{
	struct signalfd_siginfo	si;

	while (read(u->signal_fd, &si, sizeof si) == (ssize_t)sizeof si) {
		switch (si.ssi_signo) {
		case SIGTERM:
		case SIGINT:
			stop(u, NULL);
			break;
		case SIGHUP:
			signal_roles(u, true, SIGHUP);
			break;
		default:
			break;
		}
	}
	reap(u);
}

/*
 * The leading role says that a peer does not answer. It is ended, so that
 * the next one of its place is introduced as usual.
 */
static void
end_hung(struct sup *u, const json_t *m)
{
	const char	*name = json_string_value(json_object_get(m, "hung"));
	json_int_t	 n = json_integer_value(json_object_get(m, "n"));
	int		 i;

	for (i = 0; i < u->children; i++) {
		struct child *c = &u->child[i];

		if (c->role == NULL || c->role->leads || c->n != n ||
		    c->pid == 0 || strcmp(c->role->name, name) != 0)
			continue;
		log_warn("event=hung child=%s n=%d child_pid=%d", name, c->n,
		    (int)c->pid);
		(void)kill(c->pid, SIGKILL);
	}
}

static void
on_frame(struct sup *u, struct child *c)
{
	struct err	 e = ERR_INIT;
	json_t		*m = channel_recv(c->control, NULL, &e);

	if (m == NULL) {
		/* It is dying, or talks nonsense, which ends the same way. */
		if (e.code != ERR_NONE && c->pid != 0)
			(void)kill(c->pid, SIGKILL);
		close(c->control);
		c->control = -1;
		err_clear(&e);
		return;
	}
	if (json_is_true(json_object_get(m, "ready")))
		ready(u, c);
	else if (c->role->leads && json_is_string(json_object_get(m, "hung")))
		end_hung(u, m);
	json_decref(m);
}

static int64_t
next_timer(const struct sup *u)
{
	int64_t	at = u->deadline;
	int	i;

	if (u->phase < PH_ROLES && u->next_try < at)
		at = u->next_try;
	for (i = 0; i < u->children && u->phase < PH_STOP_LEAD; i++) {
		const struct child *c = &u->child[i];

		if (c->role != NULL && u->phase < PH_ROLES)
			continue;
		if (c->due < at)
			at = c->due;
	}
	return at;
}

static void
wait_events(struct sup *u)
{
	struct pollfd	*p = talloc_array(NULL, struct pollfd,
			    (size_t)u->children + 1);
	int64_t		 at = next_timer(u), left = at - clock_mono_ms();
	int		 i;

	p[0] = (struct pollfd){ .fd = u->signal_fd, .events = POLLIN };
	for (i = 0; i < u->children; i++)
		p[i + 1] = (struct pollfd){ .fd = u->child[i].control,
		    .events = POLLIN };
	if (at == NEVER)
		left = -1;
	else if (left < 0)
		left = 0;
	if (poll(p, (nfds_t)u->children + 1, (int)left) > 0) {
		/* Frames first: the last words of one that has died. */
		for (i = 0; i < u->children; i++) {
			if (p[i + 1].revents != 0 && u->child[i].control != -1)
				on_frame(u, &u->child[i]);
		}
		if (p[0].revents != 0)
			on_signals(u);
	}
	talloc_free(p);
}

/* ---- the turn of each phase ---- */

static void
turn_keeper(struct sup *u)
{
	const struct supervise	*s = u->s;

	if (u->child[0].pid == 0 || clock_mono_ms() < u->next_try)
		return;
	if (s->keeper->ready(s->conf) == 1) {
		phase_set(u, PH_CHECK, CHECK_MS);
		return;
	}
	/* Recovery after a crash takes as long as it takes. */
	(void)sd_notifyf(0, "STATUS=%s is starting\n"
	    "EXTEND_TIMEOUT_USEC=30000000", s->keeper->name);
	u->next_try = clock_mono_ms() + 50;
}

static void
turn_check(struct sup *u)
{
	struct err	 e = ERR_INIT;

	if (clock_mono_ms() < u->next_try)
		return;
	if (u->s->check(u->s->conf, &e) == 0) {
		u->checked = true;
		phase_set(u, PH_ROLES, START_MS);
		return;
	}
	if (e.code == ERR_UNAVAILABLE && clock_mono_ms() < u->deadline) {
		log_warn("event=check error=\"%s\"", e.msg);
		(void)sd_notify(0, "STATUS=waiting for the database\n"
		    "EXTEND_TIMEOUT_USEC=30000000");
		err_clear(&e);
		u->next_try = clock_mono_ms() + 1000;
		return;
	}
	stop(u, &e);
}

static void
turn_start(struct sup *u)
{
	struct err	 e = ERR_INIT;
	int		 i;

	for (i = 0; i < u->children; i++) {
		struct child *c = &u->child[i];

		if (c->role != NULL && u->phase < PH_ROLES)
			continue;
		if (c->pid == 0 && clock_mono_ms() >= c->due)
			child_start(u, c);
	}
	if (u->phase == PH_ROLES && !u->in_service &&
	    clock_mono_ms() >= u->deadline) {
		err_set(&e, ERR_TIMEOUT, "not ready within %d s",
		    START_MS / 1000);
		stop(u, &e);
	}
}

/* True when nothing of this stop phase runs; kills what is late. */
static bool
stop_turn(struct sup *u, int running, bool leads)
{
	if (running == 0)
		return true;
	if (clock_mono_ms() >= u->deadline) {
		log_warn("event=kill reason=\"does not end\"");
		signal_roles(u, leads, SIGKILL);
		u->deadline = clock_mono_ms() + KILL_MS;
	}
	return false;
}

static void
turn_stop(struct sup *u)
{
	struct child	*k = keeper_of(u);

	if (u->phase == PH_STOP_LEAD &&
	    stop_turn(u, alive(u, true, false), true)) {
		phase_set(u, PH_STOP_ROLES, ROLE_STOP_MS);
		signal_roles(u, false, SIGTERM);
	}
	if (u->phase == PH_STOP_ROLES &&
	    stop_turn(u, alive(u, false, true), false)) {
		phase_set(u, PH_STOP_KEEPER, KEEPER_STOP_MS);
		if (k != NULL && k->pid != 0)
			(void)kill(k->pid, u->s->keeper->stop_signal);
	}
	if (u->phase != PH_STOP_KEEPER)
		return;
	if (k == NULL || k->pid == 0)
		u->phase = PH_DONE;
	else if (clock_mono_ms() >= u->deadline) {
		(void)kill(k->pid, u->kills++ == 0 ?
		    u->s->keeper->kill_signal : SIGKILL);
		u->deadline = clock_mono_ms() + KILL_MS;
	}
}

/* One turn; a phase that ends lets the next one begin before any wait. */
static void
turn(struct sup *u)
{
	enum phase	before = u->phase;

	if (u->phase < PH_STOP_LEAD)
		turn_start(u);
	switch (u->phase) {
	case PH_KEEPER:
		turn_keeper(u);
		break;
	case PH_CHECK:
		turn_check(u);
		break;
	case PH_ROLES:
	case PH_DONE:
		break;
	case PH_STOP_LEAD:
	case PH_STOP_ROLES:
	case PH_STOP_KEEPER:
		turn_stop(u);
		break;
	}
	if (u->phase != before && u->phase != PH_DONE)
		turn(u);
}

static void
children_make(struct sup *u)
{
	const struct role	*r;
	int			 i, n;

	u->child = talloc_zero_array(u, struct child, 0);
	if (u->s->keeper != NULL) {
		u->child = talloc_realloc(u, u->child, struct child, 1);
		u->child[u->children++] = (struct child){ .control = -1 };
	}
	for (r = u->s->roles; r->name != NULL; r++) {
		n = r->count == NULL ? 1 : r->count(u->s->conf);
		u->child = talloc_realloc(u, u->child, struct child,
		    (size_t)(u->children + n));
		for (i = 0; i < n; i++)
			u->child[u->children++] = (struct child){ .role = r,
			    .n = i, .control = -1 };
	}
}

static int
signals_take(struct sup *u, struct err *e)
{
	sigset_t	set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, &u->old_mask);
	u->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (u->signal_fd == -1)
		return err_set(e, ERR_IO, "signalfd: %s", strerror(errno));
	return 0;
}

int
supervise_run(const struct supervise *s, struct err *e)
{
	struct sup	*u = talloc_zero(NULL, struct sup);
	char		*path = talloc_asprintf(u, "%s/jabbard.json",
			    s->conf->run_dir);
	int		 rc = 0;

	u->s = s;
	u->restarts = talloc_zero_array(u, int64_t,
	    (size_t)s->conf->restart_max + 1);
	if (signals_take(u, e) == -1) {
		talloc_free(u);
		return -1;
	}
	children_make(u);
	(void)unlink(path);
	if (s->keeper != NULL)
		phase_set(u, PH_KEEPER, NEVER);
	else
		phase_set(u, PH_CHECK, CHECK_MS);
	while (u->phase != PH_DONE) {
		turn(u);
		if (u->phase != PH_DONE)
			wait_events(u);
	}
	(void)unlink(path);
	close(u->signal_fd);
	sigprocmask(SIG_SETMASK, &u->old_mask, NULL);
	if (u->reason.code != ERR_NONE) {
		err_move(e, &u->reason);
		rc = -1;
	}
	talloc_free(u);
	return rc;
}
