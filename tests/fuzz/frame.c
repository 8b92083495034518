/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The frame decoder: whatever comes, it answers more, bad or an object within
 * the limits; what it accepts survives being built and parsed again.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"
#include "wire/frame.h"

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
round_trip(json_t *object)
{
	struct err	 e = ERR_INIT;
	TALLOC_CTX	*ctx = talloc_new(NULL);
	size_t		 size, seen;
	uint8_t		*frame;
	json_t		*again;

	/* Numbers and escapes may take more room than they came in. */
	frame = frame_build(ctx, object, FRAME_DOWN, &size, &e);
	if (frame == NULL || frame_peek(frame, size, FRAME_DOWN, &seen, &e) != 1
	    || seen != size)
		abort();
	again = frame_parse(frame + 4, size - 4, &e);
	if (again == NULL || !json_equal(object, again))
		abort();
	json_decref(again);
	talloc_free(ctx);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct err	 e = ERR_INIT;
	size_t		 size;
	json_t		*object;

	while (frame_peek(data, len, FRAME_UP, &size, &e) == 1) {
		if (size > len || size <= 4)
			abort();
		object = frame_parse(data + 4, size - 4, &e);
		if (object == NULL)
			break;
		if (!json_is_object(object))
			abort();
		round_trip(object);
		json_decref(object);
		data += size;
		len -= size;
	}
	err_clear(&e);
	return 0;
}
