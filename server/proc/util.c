/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proc/util.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <jansson.h>
#include <talloc.h>

#include "base/log.h"
#include "proc/channel.h"
#include "proc/password.h"

/* Wipes a member of a message before its memory is given back. */
static void
wipe_member(json_t *msg, const char *key)
{
	json_t		*j = json_object_get(msg, key);
	const char	*s = json_string_value(j);
	uintptr_t	 at;

	if (s == NULL)
		return;
	/* jansson hands out const; the message is ours alone. */
	at = (uintptr_t)s;
	explicit_bzero((char *)at, json_string_length(j));
}

static json_t *
answer_hash(json_int_t id, const char *password)
{
	struct err	 e = ERR_INIT;
	char		*hash;
	json_t		*out;

	hash = password_hash(NULL, password, &e);
	if (hash == NULL)
		out = json_pack("{s:I, s:s}", "id", id, "error", e.msg);
	else
		out = json_pack("{s:I, s:s}", "id", id, "hash", hash);
	talloc_free(hash);
	err_clear(&e);
	return out;
}

static json_t *
answer(const json_t *req)
{
	json_int_t	 id = json_integer_value(json_object_get(req, "id"));
	const char	*op = json_string_value(json_object_get(req, "op"));
	const char	*pw = json_string_value(json_object_get(req,
			    "password"));
	const char	*hash = json_string_value(json_object_get(req, "hash"));
	bool		 ok, rehash;

	if (op != NULL && strcmp(op, "hash") == 0 && pw != NULL)
		return answer_hash(id, pw);
	if (op != NULL && strcmp(op, "verify") == 0 && pw != NULL &&
	    hash != NULL) {
		ok = password_verify(hash, pw, &rehash);
		return json_pack("{s:I, s:b, s:b}", "id", id, "ok", ok,
		    "rehash", rehash);
	}
	return json_pack("{s:I, s:s}", "id", id, "error",
	    "unknown operation or missing member");
}

/* One request of the peer; -1 when the peer is gone or talks nonsense. */
static int
peer_serve(int fd)
{
	struct err	 e = ERR_INIT;
	json_t		*req, *res;
	int		 rc;

	req = channel_recv(fd, NULL, &e);
	if (req == NULL) {
		if (e.code != ERR_NONE)
			log_warn("event=peer_lost error=\"%s\"", e.msg);
		err_clear(&e);
		return -1;
	}
	res = answer(req);
	wipe_member(req, "password");
	json_decref(req);
	rc = channel_send(fd, res, -1, &e);
	if (rc == -1)
		log_warn("event=peer_lost error=\"%s\"", e.msg);
	json_decref(res);
	err_clear(&e);
	return rc;
}

/* 1 goes on, 0 the parent is gone, -1 error. */
static int
control_serve(int fd, int *peer)
{
	struct err	 e = ERR_INIT;
	int		 passed;
	json_t		*msg = channel_recv(fd, &passed, &e);

	if (msg == NULL) {
		int rc = e.code == ERR_NONE ? 0 : -1;

		if (rc == -1)
			log_error("event=control error=\"%s\"", e.msg);
		err_clear(&e);
		return rc;
	}
	if (json_object_get(msg, "peer") != NULL && passed != -1) {
		if (*peer != -1)
			close(*peer);
		*peer = passed;
	} else if (passed != -1)
		close(passed);
	json_decref(msg);
	return 1;
}

static int
stop_fd(void)
{
	sigset_t	set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

int
util_main(int control_fd)
{
	int		stop = stop_fd(), peer = -1, rc;

	for (;;) {
		struct pollfd p[3] = {
			{ .fd = stop, .events = POLLIN },
			{ .fd = control_fd, .events = POLLIN },
			{ .fd = peer, .events = POLLIN },
		};

		if (poll(p, 3, -1) == -1) {
			if (errno == EINTR)
				continue;
			log_error("event=poll error=\"%s\"", strerror(errno));
			rc = -1;
			break;
		}
		if (p[0].revents != 0) {
			rc = 0;
			break;
		}
		/* A new peer first: the old one belongs to a dead core. */
		if (p[1].revents != 0) {
			rc = control_serve(control_fd, &peer);
			if (rc != 1)
				break;
			continue;
		}
		if (p[2].revents != 0 && peer_serve(peer) == -1) {
			close(peer);
			peer = -1;
		}
	}
	if (peer != -1)
		close(peer);
	close(stop);
	return rc == 0 ? 0 : 1;
}
