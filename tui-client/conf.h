/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CLIENT_CONF_H
#define CLIENT_CONF_H

#include <stdbool.h>

#include <talloc.h>

#include "base/err.h"

/*
 * What the client is told at start. Later sources win: the built-in preset,
 * ~/.config/jabbar/jabbar.ini, the environment, the command line. Naming a
 * server takes back a socket named by a weaker source, and the reverse.
 */
struct client_conf {
	const char	*server;	/* HOST:PORT */
	const char	*socket;	/* path; used instead of the server */
	const char	*user;
	const char	*password_file;
	const char	*ca;		/* PEM file; NULL: pinned fingerprint */
	const char	*lang;		/* "id" or "en" */
	const char	*profile;	/* "loket" or "noc" */
	const char	*printer;	/* where receipts go: cups://.. tcp://.. file:.. */
	const char	*paper;		/* "58" or "80" */
	const char	*printer_profile; /* "drawer=2,cut=full": see paper.h */
	const char	*script;	/* --script */
	const char	*save_display;	/* --save-display */
	const char	*timeout;	/* seconds of `call` */
	const char	*test_fd;	/* --uji-fd: one line per painted frame */
	const char	*helper;	/* -x ROLE */
	bool		 help, version;
	/* where things are kept */
	const char	*config_dir;	/* ~/.config/jabbar */
	const char	*state_dir;	/* ~/.local/state/jabbar */
	int		 argc;		/* what follows the options */
	char		**argv;
};

/* Reads all sources; -1 and ERR_USAGE with a sentence where one is wrong. */
int	 conf_load(struct client_conf *c, TALLOC_CTX *ctx, int argc,
	    char **argv, struct err *e) __attribute__((warn_unused_result));
/* The options, one line each, for --help. */
char	*conf_help(TALLOC_CTX *ctx);
/* The value of an option by its name in the file, or NULL. */
const char *conf_value(const struct client_conf *c, const char *name);
/* The first line of the password file, wiped when freed; NULL on error. */
char	*conf_password(TALLOC_CTX *ctx, const struct client_conf *c,
	    struct err *e);

#endif
