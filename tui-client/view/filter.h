/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIEW_FILTER_H
#define VIEW_FILTER_H

#include "screen.h"

/* The F7 form: the filter rows of a list, filled from its filter line. */
void	 filter_open(struct view *list, const struct screen *s,
	    const char *line);
/* Sets a list's filter line and asks anew. */
void	 list_set_filter(struct view *list, const char *line);
/* The tagged rows of a list (key -> row), or NULL where v is none. */
json_t	*list_tags(struct view *v);

#endif
