/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DRAFT_H
#define DRAFT_H

#include "app.h"

/*
 * What was typed into a form and not saved: one file of mode 0600 each under
 * the state directory, without secrets, named by the form's op_id.
 */

/* Writes (again) the draft `id`. Failure is shown in line 23, no more. */
void	draft_save(struct app *app, const char *id, const json_t *draft);
void	draft_remove(struct app *app, const char *id);
/* The drafts of the user who is logged in, newest first; array of objects. */
json_t	*draft_list(struct app *app);
/* After login: asks whether to go on with what is there. */
void	draft_offer(struct app *app);

#endif
