/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "screen.h"

#include <string.h>

#include "i18n.h"

const struct screen *
screen_find(const char *id)
{
	const struct screen *const	*s;

	for (s = screen_table; *s != NULL; s++)
		if (strcmp((*s)->id, id) == 0)
			return *s;
	return NULL;
}

const struct screen *
screen_by_number(int number)
{
	const struct screen *const	*s;

	for (s = screen_table; *s != NULL; s++)
		if ((*s)->number == number && number >= 0)
			return *s;
	return NULL;
}

bool
screen_granted(struct app *app, const struct screen *s)
{
	const char	*need = s->need;

	if (need == NULL)
		need = s->list != NULL ? s->list : s->get != NULL ? s->get :
		    s->form != NULL ? s->form->method : NULL;
	return need == NULL || app_granted(app, need);
}

const char *
screen_group_label(enum screen_group g)
{
	switch (g) {
	case GROUP_COUNTER:
		return N_("COUNTER");
	case GROUP_BILLING:
		return N_("BILLING");
	case GROUP_NETWORK:
		return N_("NETWORK");
	case GROUP_MANAGE:
		return N_("MANAGE");
	case GROUP_NONE:
	case GROUP_COUNT_:
		break;
	}
	return "";
}
