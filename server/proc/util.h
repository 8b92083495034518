/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PROC_UTIL_H
#define PROC_UTIL_H

/*
 * The util role: what takes long and needs no secret but the one in hand.
 * Requests come one after the other from core, over the peer socket that the
 * parent hands over the control channel; a new peer replaces the old one.
 *
 *	{"id":1,"op":"hash","password":s}		{"id":1,"hash":s}
 *	{"id":2,"op":"verify","password":s,"hash":s}
 *						{"id":2,"ok":b,"rehash":b}
 *	anything else					{"id":n,"error":s}
 *
 * Returns 0 when the control channel closes or SIGTERM comes, 1 on an error
 * that is logged.
 */
int	util_main(int control_fd);

#endif
