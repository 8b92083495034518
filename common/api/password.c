/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/password.h"

#include <string.h>

/* Those every list of leaked passwords starts with, and ours. */
static const char *const common_passwords[] = {
	"1234567890", "password123", "qwertyuiop", "0123456789",
	"0987654321", "1111111111", "0000000000", "iloveyou123",
	"jabbar12345", "jabbar23jabbar23", "indonesia123", "bismillah123",
	"rahasia12345", "passwordpassword", "administrator", "123456789012",
	"admin12345", "qwerty12345", NULL
};

bool
password_weak(const char *password, const char *name)
{
	const char *const	*p;
	const char		*s;
	bool			 same = true;

	for (p = common_passwords; *p != NULL; p++)
		if (strcasecmp(*p, password) == 0)
			return true;
	for (s = password; *s != '\0'; s++)
		if (*s != password[0])
			same = false;
	return same || (name != NULL && strcasestr(password, name) != NULL &&
	    strlen(password) < strlen(name) + 6);
}
