/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VIEW_FORM_INT_H
#define VIEW_FORM_INT_H

#include "ui/edit.h"
#include "view/form.h"

/* Shared by form.c (keys, commit), form_draw.c and form_slots.c alone. */

/* One editor: a field, or one field of one row of a list field. */
struct slot {
	const struct field	*f;
	const struct field	*parent;	/* F_LIST, or NULL */
	int			 row;		/* in the list */
	struct edit		*ed;
	bool			 fixed;
	json_t			*value;		/* wire value of a fixed one */
	json_t			*choices;	/* restricts an enum */
	char			*initial;	/* text it was opened with */
	char			*error;		/* sentence, or NULL */
	char			*note;		/* echo, name of what was picked */
	char			*looked;	/* text that was looked up last */
};

struct form_undo {
	struct slot		*slot;
	char			*text;
	size_t			 cur;
};

struct form {
	struct view		*view;
	struct form_spec	 spec;
	const struct rpc_method	*method;
	const struct field	*fields;
	char			*op_id;
	struct slot		**slot;
	size_t			 n, cur;
	int			 scroll;
	bool			 on_commit;	/* past the last field: the F8 line */
	bool			 sending, leaving, dirty;
	struct slot		*looking;	/* a lookup is under way for it */
	int			 look_move;
	struct form_undo	*undo, *redo;
	size_t			 undo_n, redo_n;
	struct slot		*run;		/* letters into it are one undo */
	json_t			*pending;	/* parameters that wait for a confirm */
};

/* Editors for all fields that can be seen; values filled in. */
void	 slots_build(struct form *fm);
/* Adds an empty row to a list field after its last one; index of its first slot. */
size_t	 slots_add_row(struct form *fm, const struct field *list);
/* The wire's parameters; marks slots with errors and returns NULL. */
json_t	*slots_params(struct form *fm, char **errors);
/* Checks one slot; sets its error; true when it is fine. */
bool	 slot_check(struct form *fm, struct slot *s);
bool	 slot_is_empty_row(struct form *fm, const struct slot *s);
/* Editors' texts for a draft, without secrets; new reference. */
json_t	*slots_texts(struct form *fm);
void	 slots_restore(struct form *fm, json_t *texts);
void	 slot_echo(struct form *fm, struct slot *s);
/* Marks the slot an error of the server names; false where there is none. */
bool	 slots_mark(struct form *fm, const char *field, const char *text);

void	 form_draw(struct view *v, const struct area *body);
/* The slot with the focus; NULL on the F8 line. */
struct slot *form_slot(struct form *fm);
/* The focused slot is left: its meaning, its check, the draft. */
void	 form_leave(struct form *fm);
/* To the next or previous slot that can be edited. */
void	 form_step(struct form *fm, int by);
/* Looks a reference up and steps on when it is known; false: nothing to do. */
bool	 form_look(struct form *fm, int by);
/* F4: the list that the focused slot is chosen from. */
void	 form_list(struct form *fm);
/* The next value of a choice, or the next one that starts with ch. */
void	 form_enum_turn(struct form *fm, struct slot *s, int by, int32_t ch);
/* Remembers the slot's text before it is changed. */
void	 form_remember(struct form *fm, struct slot *s, bool run);

#endif
