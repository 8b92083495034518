/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIEW_LOGIN_H
#define VIEW_LOGIN_H

#include "app.h"

/* The line is there and nobody is logged in: tries what start-up named. */
void	login_link_up(struct app *app);
/* Asks on the login screen whether the server's certificate is to be trusted. */
void	login_ask_certificate(struct app *app, const char *server,
	    const char *fingerprint);

#endif
