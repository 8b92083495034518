/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef API_PASSWORD_H
#define API_PASSWORD_H

#include <stdbool.h>

/*
 * Whether a password of the right length is one of those tried first: a common
 * one, one letter again and again, or the user's name (NULL: none known) with
 * little besides.
 */
bool	password_weak(const char *password, const char *name);

#endif
