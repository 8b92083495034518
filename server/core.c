/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <event2/event.h>
#include <sodium.h>
#include <systemd/sd-daemon.h>

#include "base/clock.h"
#include "base/log.h"
#include "db/listen.h"
#include "db/pool.h"
#include "proc/channel.h"
#include "rpc/gate.h"
#include "session/client.h"
#include "session/tls.h"
#include "session/worker.h"

#define DRAIN_MS	12000
#define FILES_SPARE	64	/* for what is neither a client nor a connection */

struct core {
	const struct core_boot	*boot;
	struct event_base	*base;
	SSL_CTX			*tls;
	struct db_pool		*pool;
	struct db_listen	*listen;
	struct workers		*workers;
	struct clients		*clients;
	struct gate		*gate;
	struct event		*control, *term, *intr, *hup, *watchdog, *drain;
	int64_t			 drain_until;
};

static void
control_read(evutil_socket_t fd, short what, void *arg)
{
	struct core	*core = arg;
	struct err	 e = ERR_INIT;
	json_t		*msg;
	const char	*peer;
	int		 passed;

	(void)what;
	msg = channel_recv(fd, &passed, &e);
	if (msg == NULL) {
		if (e.code != ERR_BUSY) {
			/* The parent is gone: so is everything we stand on. */
			log_error("event=parent_gone");
			event_base_loopbreak(core->base);
		}
		err_clear(&e);
		return;
	}
	peer = json_string_value(json_object_get(msg, "peer"));
	if (peer != NULL && strcmp(peer, "util") == 0 && passed != -1)
		workers_add(core->workers, (int)json_integer_value(
		    json_object_get(msg, "n")), passed);
	else if (passed != -1)
		close(passed);
	json_decref(msg);
}

static void
tell_ready(void *arg)
{
	struct core	*core = arg;
	struct err	 e = ERR_INIT;
	json_t		*msg = json_pack("{s:b}", "ready", 1);

	clients_listen(core->clients, core->boot->tls_fd,
	    core->boot->unix_fd);
	if (channel_send(core->boot->control_fd, msg, -1, &e) == -1)
		log_error("event=not_ready why=\"%s\"", e.msg);
	err_clear(&e);
	json_decref(msg);
	log_info("event=serving");
}

static void
drain_check(evutil_socket_t fd, short what, void *arg)
{
	struct core	*core = arg;

	(void)fd;
	(void)what;
	if ((gate_busy(core->gate) == 0 && db_pool_busy(core->pool) == 0 &&
	    clients_flushed(core->clients)) ||
	    clock_mono_ms() > core->drain_until)
		event_base_loopbreak(core->base);
}

/* A worker that does not answer: only the parent may end it. */
static void
worker_hung(void *arg, int n)
{
	struct core	*core = arg;
	struct err	 e = ERR_INIT;
	json_t		*msg = json_pack("{s:s,s:i}", "hung", "util", "n", n);

	if (channel_send(core->boot->control_fd, msg, -1, &e) == -1)
		log_error("event=worker_hung why=\"%s\"", e.msg);
	err_clear(&e);
	json_decref(msg);
}

/*
 * As many lines as the descriptors suffice for, with some left over: the
 * limit that this process got may be lower than the one it asked for.
 */
static int
clients_max(const struct conf *conf)
{
	struct rlimit	rl;
	rlim_t		own = (rlim_t)conf->db_pool + FILES_SPARE;

	if (getrlimit(RLIMIT_NOFILE, &rl) == -1 ||
	    rl.rlim_cur == RLIM_INFINITY ||
	    rl.rlim_cur >= own + (rlim_t)conf->max_clients)
		return conf->max_clients;
	log_warn("event=few_descriptors limit=%llu max_clients=%d",
	    (unsigned long long)rl.rlim_cur, conf->max_clients);
	return rl.rlim_cur > own + 1 ? (int)(rl.rlim_cur - own) : 1;
}

/* What was accepted is answered before the end; nothing new is taken. */
static void
on_term(evutil_socket_t fd, short what, void *arg)
{
	struct core	*core = arg;
	struct timeval	 step = { 0, 20000 };

	(void)fd;
	(void)what;
	if (core->drain_until != 0)
		return;
	log_info("event=draining requests=%zu", gate_busy(core->gate));
	core->drain_until = clock_mono_ms() + DRAIN_MS;
	clients_drain(core->clients);
	event_add(core->drain, &step);
}

static void
on_hup(evutil_socket_t fd, short what, void *arg)
{
	struct core	*core = arg;
	struct err	 e = ERR_INIT;
	SSL_CTX		*fresh;

	(void)fd;
	(void)what;
	/* A renewed certificate; lines that stand keep theirs. */
	fresh = tls_server_ctx(core->boot->conf->tls_cert,
	    core->boot->conf->tls_key, &e);
	if (fresh == NULL) {
		log_error("event=reload why=\"%s\"", e.msg);
		err_clear(&e);
		return;
	}
	clients_set_tls(core->clients, fresh);
	SSL_CTX_free(core->tls);
	core->tls = fresh;
	log_info("event=reload");
}

/* Fed from the loop, so a stuck loop is restarted. */
static void
on_watchdog(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	sd_notify(0, "WATCHDOG=1");
}

static struct event *
add_signal(struct core *core, int sig, event_callback_fn f)
{
	struct event	*ev = evsignal_new(core->base, sig, f, core);

	event_add(ev, NULL);
	return ev;
}

static void
start_watchdog(struct core *core)
{
	const char	*env = getenv("WATCHDOG_USEC");
	long long	 us = env != NULL ? strtoll(env, NULL, 10) : 0;
	struct timeval	 tv = { us / 2000000, (us / 2) % 1000000 };

	if (us <= 0)
		return;
	core->watchdog = event_new(core->base, -1, EV_PERSIST, on_watchdog,
	    core);
	event_add(core->watchdog, &tv);
}

static void
event_drop(struct event *ev)
{
	if (ev != NULL)
		event_free(ev);
}

int
core_main(const struct core_boot *boot)
{
	const struct conf	*conf = boot->conf;
	TALLOC_CTX		*ctx = talloc_new(NULL);
	struct core		*core = talloc_zero(ctx, struct core);
	struct err		 e = ERR_INIT;

	signal(SIGPIPE, SIG_IGN);
	if (sodium_init() < 0)
		bug("libsodium does not start");
	core->boot = boot;
	core->tls = tls_server_ctx(conf->tls_cert, conf->tls_key, &e);
	if (core->tls == NULL) {
		log_error("event=start why=\"%s\"", e.msg);
		err_clear(&e);
		talloc_free(ctx);
		return 1;
	}
	core->base = event_base_new();
	core->workers = workers_new(NULL, core->base, worker_hung, core);
	core->pool = db_pool_new(NULL, core->base, boot->conninfo,
	    conf->db_pool, conf->db_timeout_ms, conf->db_pooled);
	core->gate = gate_new(NULL, core->base, core->pool, core->workers);
	core->clients = clients_new(NULL, core->base, core->tls,
	    clients_max(conf), gate_client_ops(), core->gate);
	gate_set_clients(core->gate, core->clients);
	core->listen = db_listen_new(NULL, core->base, boot->listen_conninfo,
	    gate_event, gate_resync, core->gate);
	db_pool_on_ready(core->pool, tell_ready, core);

	evutil_make_socket_nonblocking(boot->control_fd);
	core->control = event_new(core->base, boot->control_fd,
	    EV_READ | EV_PERSIST, control_read, core);
	event_add(core->control, NULL);
	core->drain = event_new(core->base, -1, EV_PERSIST, drain_check, core);
	core->term = add_signal(core, SIGTERM, on_term);
	core->intr = add_signal(core, SIGINT, on_term);
	core->hup = add_signal(core, SIGHUP, on_hup);
	start_watchdog(core);

	event_base_dispatch(core->base);

	/* Lines first: they know the gate, which knows the others. */
	talloc_free(core->listen);
	talloc_free(core->clients);
	talloc_free(core->gate);
	talloc_free(core->pool);
	talloc_free(core->workers);
	event_drop(core->control);
	event_drop(core->drain);
	event_drop(core->term);
	event_drop(core->intr);
	event_drop(core->hup);
	event_drop(core->watchdog);
	/* What libevent still has to call before it lets go of a line. */
	event_base_loop(core->base, EVLOOP_NONBLOCK);
	event_base_free(core->base);
	SSL_CTX_free(core->tls);
	talloc_free(ctx);
	libevent_global_shutdown();
	log_info("event=stopped");
	return 0;
}
