/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <jansson.h>
#include <talloc.h>

#include "api/field.h"
#include "base/err.h"

/*
 * The sentence for an error {code, field?, args?, message} in the language
 * in force, composed from the error and rule tables; `method` (or NULL) names
 * the request, whose field labels stand for the keys. Already made visible.
 */
char	*message_error(TALLOC_CTX *ctx, const char *method,
	    const json_t *error);
/* The same with the field rows of a form. */
char	*message_error_fields(TALLOC_CTX *ctx, const struct field *rows,
	    const json_t *error);
/* An error of our own in the shape of the wire; new reference. */
json_t	*message_from_err(const struct err *e);
/* The label of a parameter ("lines.0.qty" too) in the language in force. */
char	*message_field_label(TALLOC_CTX *ctx, const struct field *rows,
	    const char *key);
/* Replaces each {name} in text by that member of args, made visible. */
char	*message_fill(TALLOC_CTX *ctx, const char *text, const json_t *args);
/* A value as JSON text; flags of jansson. */
char	*message_json(TALLOC_CTX *ctx, const json_t *v, size_t flags);
/*
 * The text of a msgid with its {names} filled in: pairs of name and value
 * follow, ended by NULL.
 */
char	*message_text(TALLOC_CTX *ctx, const char *msgid, ...)
	    __attribute__((sentinel));

#endif
