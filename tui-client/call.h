/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CALL_H
#define CALL_H

#include "conf.h"

/*
 * `jabbar call METHOD [JSON|@FILE|-]`: one request on a session of its own.
 * The result goes to stdout, an error {code, message, field?} to stderr; the
 * request is sent once and never again. Returns the exit code: 0, 1 or 2.
 */
int	call_main(const struct client_conf *conf, int argc, char **argv);
/* Reads a line from the terminal without echo; NULL where there is none. */
char	*call_ask_secret(TALLOC_CTX *ctx, const char *prompt);

#endif
