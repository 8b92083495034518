/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VALUE_H
#define VALUE_H

#include <jansson.h>
#include <stdbool.h>
#include <talloc.h>

#include "api/field.h"
#include "fmt/date.h"
#include "screen.h"
#include "ui/theme.h"

/* A wire value and what people call it; one table for all of them. */
struct word {
	const char	*wire;		/* "suspended" */
	const char	*label;		/* N_("ISOLIR") */
	enum attr	 attr;
};
extern const struct word words[];	/* ends with wire NULL */
/* Sentences that the server answers as msgids; ends with NULL. */
extern const char *const word_sentences[];

/* The word of a wire value; NULL where there is none. */
const struct word *word_find(const char *wire);
/* What a wire value is called in the language in force; itself if unknown. */
const char	*word_text(const char *wire);
/* The wire value that is called (or begins) so in the language in force, or NULL. */
const char	*word_wire(const char *text);

/* How a value of a column is shown; child of ctx, not yet made visible. */
char		*value_text(TALLOC_CTX *ctx, enum col_type type,
		    const json_t *v, const char *zone);
enum attr	 value_attr(enum col_type type, const json_t *v);
bool		 value_is_right(enum col_type type);

/* What a field holds as its editor shows it (the wire's value to text). */
char		*value_edit(TALLOC_CTX *ctx, const struct field *f,
		    const json_t *v);
/*
 * Reads an editor's text into the wire's value (new reference; json null for
 * an empty one). NULL and an error with the field's key where it is wrong.
 */
json_t		*value_parse(const struct field *f, const char *text,
		    struct date today, struct err *e);
/* What the text means, for the echo beside the field; NULL: nothing to say. */
char		*value_echo(TALLOC_CTX *ctx, const struct field *f,
		    const char *text, struct date today);

#endif
