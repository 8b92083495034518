/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WIRE_FRAME_H
#define WIRE_FRAME_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>
#include <talloc.h>

#include "base/err.h"

/*
 * The frame: four bytes of length, big-endian, then that many bytes of UTF-8
 * JSON, always an object. The same codec carries client traffic and the
 * traffic between our own processes; tests/fuzz has its fuzzer.
 *
 * Limits: 64 KiB toward the server, 1 MiB toward a client, nesting at most
 * FRAME_DEPTH, duplicate keys refused, integers of 64 bits, no NUL.
 */
#define FRAME_UP	(64 * 1024)
#define FRAME_DOWN	(1024 * 1024)
#define FRAME_DEPTH	32

/*
 * Looks at len bytes. Returns 1 and the whole frame's size (header included)
 * in *size when it is there, 0 when more bytes are needed, -1 when the
 * declared length is zero or above max: the connection must end.
 */
int	 frame_peek(const void *data, size_t len, size_t max, size_t *size,
	    struct err *e);
/* Parses a payload (no header). NULL and ERR_BAD_FRAME where it is no object within the limits. */
json_t	*frame_parse(const void *payload, size_t len, struct err *e);
/* The frame of an object, header included; NULL and ERR_TOO_LARGE above max. */
void	*frame_build(TALLOC_CTX *ctx, const json_t *object, size_t max,
	    size_t *size, struct err *e);
/* Writes the header for a payload of n bytes. */
void	 frame_header(uint8_t out[4], size_t n);

/* Blocking exchange over a descriptor, for workers and command line tools. */
json_t	*frame_read(int fd, size_t max, struct err *e);
int	 frame_write(int fd, const json_t *object, size_t max, struct err *e)
	    __attribute__((warn_unused_result));

#endif
