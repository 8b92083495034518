/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PROC_CHANNEL_H
#define PROC_CHANNEL_H

#include <jansson.h>

#include "base/err.h"

/*
 * The wire's frames between our own processes, over a Unix stream socket, with
 * a descriptor passed along where the message needs one. Sender and receiver
 * trust each other's size limits no further than FRAME_UP.
 */

/* A connected pair of stream sockets, both closed on exec. */
int	 channel_pair(int fd[2], struct err *e)
	    __attribute__((warn_unused_result));
/*
 * Sends one frame and, unless it is -1, pass_fd, which stays open here. Gives
 * up with ERR_BUSY where the peer has not read for two seconds, with ERR_IO
 * where it is gone. Never raises SIGPIPE.
 */
int	 channel_send(int fd, const json_t *msg, int pass_fd, struct err *e)
	    __attribute__((warn_unused_result));
/*
 * Receives one frame as a new reference; *passed_fd is the descriptor that
 * came along (closed on exec, the caller's now) or -1. NULL with ERR_NONE:
 * the peer closed; with ERR_BUSY: the descriptor does not block and nothing
 * is there; anything else: the channel is of no use any more. A passed_fd of
 * NULL closes what comes along.
 */
json_t	*channel_recv(int fd, int *passed_fd, struct err *e);

#endif
