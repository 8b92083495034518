/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/frame.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"

void
frame_header(uint8_t out[4], size_t n)
{
	out[0] = (uint8_t)(n >> 24);
	out[1] = (uint8_t)(n >> 16);
	out[2] = (uint8_t)(n >> 8);
	out[3] = (uint8_t)n;
}

int
frame_peek(const void *data, size_t len, size_t max, size_t *size,
    struct err *e)
{
	const uint8_t	*p = data;
	size_t		 n;

	if (len < 4)
		return 0;
	n = (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
	if (n == 0)
		return err_set(e, ERR_BAD_FRAME, "empty frame");
	if (n > max)
		return err_set(e, ERR_TOO_LARGE,
		    "frame of %zu bytes, at most %zu are allowed", n, max);
	*size = n + 4;
	return len - 4 >= n;
}

/*
 * jansson nests up to 2048 levels by itself; a scan over the text keeps our
 * own limit before anything is allocated. Brackets inside strings do not
 * count.
 */
static int
frame_depth_ok(const char *p, size_t len)
{
	size_t	i;
	int	depth = 0, string = 0;

	for (i = 0; i < len; i++) {
		if (string) {
			if (p[i] == '\\')
				i++;
			else if (p[i] == '"')
				string = 0;
			continue;
		}
		switch (p[i]) {
		case '"':
			string = 1;
			break;
		case '[':
		case '{':
			if (++depth > FRAME_DEPTH)
				return 0;
			break;
		case ']':
		case '}':
			depth--;
			break;
		default:
			break;
		}
	}
	return 1;
}

json_t *
frame_parse(const void *payload, size_t len, struct err *e)
{
	json_error_t	 je;
	json_t		*j;

	if (!frame_depth_ok(payload, len)) {
		err_set(e, ERR_BAD_FRAME, "nested deeper than %d", FRAME_DEPTH);
		return NULL;
	}
	j = json_loadb(payload, len, JSON_REJECT_DUPLICATES, &je);
	if (j == NULL) {
		err_set(e, ERR_BAD_FRAME, "not JSON: %s at byte %d", je.text,
		    je.position);
		return NULL;
	}
	if (!json_is_object(j)) {
		json_decref(j);
		err_set(e, ERR_BAD_FRAME, "not an object");
		return NULL;
	}
	return j;
}

void *
frame_build(TALLOC_CTX *ctx, const json_t *object, size_t max, size_t *size,
    struct err *e)
{
	size_t	 n = json_dumpb(object, NULL, 0, JSON_COMPACT);
	uint8_t	*out;

	if (n == 0) {
		err_set(e, ERR_INTERNAL, "the message cannot be written as JSON");
		return NULL;
	}
	if (n > max) {
		err_set(e, ERR_TOO_LARGE,
		    "message of %zu bytes, at most %zu are allowed", n, max);
		return NULL;
	}
	out = talloc_size(ctx, n + 4);
	frame_header(out, n);
	json_dumpb(object, (char *)out + 4, n, JSON_COMPACT);
	*size = n + 4;
	return out;
}

/* 1 all read, 0 the peer closed before the first byte, -1 error. */
static int
read_exact(int fd, void *buf, size_t len)
{
	char	*p = buf;
	size_t	 have = 0;
	ssize_t	 n;

	while (have < len) {
		n = read(fd, p + have, len - have);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		if (n == 0) {
			errno = ECONNRESET;
			return have == 0 ? 0 : -1;
		}
		have += (size_t)n;
	}
	return 1;
}

json_t *
frame_read(int fd, size_t max, struct err *e)
{
	uint8_t	 head[4];
	size_t	 size = 0;
	json_t	*j = NULL;
	char	*buf;
	int	 rc;

	rc = read_exact(fd, head, sizeof head);
	if (rc == 0) {
		err_set(e, ERR_NONE, "closed");
		return NULL;
	}
	if (rc == -1) {
		err_set(e, ERR_IO, "read: %s", strerror(errno));
		return NULL;
	}
	if (frame_peek(head, sizeof head, max, &size, e) == -1)
		return NULL;
	size -= 4;
	buf = talloc_size(NULL, size);
	if (read_exact(fd, buf, size) != 1)
		err_set(e, ERR_IO, "read: %s", strerror(errno));
	else
		j = frame_parse(buf, size, e);
	talloc_free(buf);
	return j;
}

int
frame_write(int fd, const json_t *object, size_t max, struct err *e)
{
	size_t	 size = 0;
	void	*buf = frame_build(NULL, object, max, &size, e);
	int	 rc = 0;

	if (buf == NULL)
		return -1;
	if (io_write_all(fd, buf, size) == -1)
		rc = err_set(e, ERR_IO, "write: %s", strerror(errno));
	talloc_free(buf);
	return rc;
}
