/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COMMANDS_H
#define COMMANDS_H

struct app;

/* What the global rows of the key table do, whatever the screen. */
void	cmd_help(struct app *);
void	cmd_find(struct app *);
void	cmd_close(struct app *);
void	cmd_menu(struct app *);
void	cmd_cancel(struct app *);
void	cmd_palette(struct app *);
void	cmd_redraw(struct app *);
void	cmd_language(struct app *);
void	cmd_password(struct app *);
void	cmd_logout(struct app *);
void	cmd_quit(struct app *);

#endif
