/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"

struct json_box {
	json_t	*j;
};

static void
mem_abort(const char *reason)
{
	(void)reason;
	abort();
}

void
mem_init(void)
{
	talloc_set_abort_fn(mem_abort);
	/* Frames carry integers of 64 bits and nothing else has a meaning. */
	json_object_seed(0);
}

static int
json_box_free(struct json_box *b)
{
	json_decref(b->j);
	return 0;
}

json_t *
json_own(TALLOC_CTX *ctx, json_t *j)
{
	struct json_box	*b;

	if (j == NULL)
		return NULL;
	b = talloc(ctx, struct json_box);
	b->j = j;
	talloc_set_destructor(b, json_box_free);
	return j;
}

char *
json_text(TALLOC_CTX *ctx, const json_t *j)
{
	size_t	 flags = JSON_COMPACT | JSON_ENCODE_ANY | JSON_SORT_KEYS;
	size_t	 n = json_dumpb(j, NULL, 0, flags);
	char	*text;

	if (n == 0)
		bug("a value that cannot be written as JSON");
	text = talloc_size(ctx, n + 1);
	json_dumpb(j, text, n, flags);
	text[n] = '\0';
	return text;
}

static int
secret_free(char *s)
{
	explicit_bzero(s, talloc_get_size(s));
	return 0;
}

char *
secret_strdup(TALLOC_CTX *ctx, const char *s)
{
	char	*copy = talloc_strdup(ctx, s);

	talloc_set_destructor(copy, secret_free);
	return copy;
}
