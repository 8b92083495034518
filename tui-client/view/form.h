/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIEW_FORM_H
#define VIEW_FORM_H

#include "screen.h"

#define FORM_UPDATE	0x01	/* sends what was changed, and the version */
#define FORM_TEXT	0x02	/* values are sent as text */
#define FORM_STAY	0x04	/* cannot be left (a first password) */

/* What a form starts from; everything is copied or referenced. */
struct form_spec {
	const char		*title;		/* translated */
	const char		*method;	/* NULL with `local` */
	const struct field	*fields;	/* NULL: of the method */
	json_t			*values;	/* wire values to start from, or NULL */
	json_t			*fixed;		/* wire values that stay, or NULL */
	json_t			*choices;	/* {field: [values]}, or NULL */
	unsigned		 flags;
	const char		*sure;		/* to be typed before it is sent */
	/* which action it is, so that a draft can open it again */
	const char		*screen, *action;
	json_t			*row;
	json_t			*draft;		/* what a draft held, or NULL */
	/* on success; the form is closed already */
	void			(*done)(struct app *, const json_t *params,
				    const json_t *result, void *arg);
	/* instead of a method: F8 hands the values over and closes */
	void			(*local)(struct app *, const json_t *values,
				    void *arg);
	void			*arg;		/* becomes a child of the form */
};

/* Opens a form; NULL where the method does not exist. */
struct view	*form_open(struct app *app, const struct form_spec *spec);
/* Runs the form that a draft came from; false where it is gone. */
bool		 action_restore(struct app *app, const json_t *draft);

/* Forgets what Ctrl-D would copy (another user logs in). */
void		 form_forget_previous(void);
/* Changes one's own password; `first` cannot be left without it. */
struct view	*form_password(struct app *app, bool first);

#endif
