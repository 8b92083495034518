/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef API_FIELD_H
#define API_FIELD_H

#include <stdint.h>

#include <jansson.h>

#include "base/err.h"

/* Marks a msgid in a table; the client translates it when it draws. */
#define N_(s) s

/*
 * One row per parameter of a method. The gate validates requests with it, the
 * client builds its form from it, docgen prints it: a rule about a single
 * value stands here and nowhere else. Arrays end with a row whose key is NULL.
 */
enum field_type {
	F_TEXT,		/* string, one line: no control characters */
	F_NOTE,		/* string, several lines: newline and tab are allowed */
	F_CODE,		/* string of [A-Za-z0-9._/-] */
	F_INT,		/* integer, min..max */
	F_MONEY,	/* whole rupiah, integer, min..max */
	F_DATE,		/* "YYYY-MM-DD" */
	F_PERIOD,	/* "YYYY-MM" */
	F_INSTANT,	/* RFC 3339, UTC: "2026-07-12T03:42:31Z" */
	F_PHONE,	/* 08.. +62.. 62.., 9 to 15 digits */
	F_EMAIL,
	F_IP,
	F_DECIMAL,	/* number, fixed point, as text or number: latitude */
	F_BOOL,
	F_ENUM,		/* one of values[] */
	F_REF,		/* number, code or id of another object: text or integer */
	F_UUID,
	F_SECRET,	/* as F_TEXT; never logged, never in a draft */
	F_LIST,		/* array of objects of the rows in sub, min..max of them */
	F_NUMBERS,	/* array of texts (document numbers), min..max of them */
	F_OBJECT,	/* object checked by the method itself (filters, maps) */
};

#define FIELD_REQUIRED	0x01	/* must be present and not empty */
#define FIELD_HIDDEN	0x02	/* not in forms: op_id, cursors */
#define FIELD_NULL	0x04	/* null is allowed and clears the value */
#define FIELD_FIXED	0x08	/* shown in the form of an update, not editable */

struct field {
	const char		 *key;
	enum field_type		  type;
	int64_t			  min, max;	/* length or value; 0,0 = the type's default */
	unsigned		  flags;
	const char		 *label;	/* N_() */
	const char		 *help;		/* N_(), or NULL */
	const char		 *lookup;	/* F_REF: list method of the picker */
	const char		 *lookup_key;	/* ... and the column it returns, "number" if NULL */
	const char *const	 *values;	/* F_ENUM: NULL-terminated wire values */
	const struct field	 *sub;		/* F_LIST */
	const char		 *preset;	/* initial value in a form, or NULL */
};

/* Number of rows before the end row. */
size_t	 field_count(const struct field *rows);
const struct field *field_find(const struct field *rows, const char *key);

/*
 * Checks an object of parameters against rows: unknown keys, missing ones,
 * types, ranges, lengths, characters. On failure fills e with ERR_BAD_FIELD,
 * the field and the rule (one of: unknown, required, type, min, max, length,
 * control, format, value, integer). The object is not changed.
 */
int	 fields_check(const struct field *rows, const json_t *params,
	    struct err *e) __attribute__((warn_unused_result));
/* The same for one value, for a form that checks a field on leaving it. */
int	 field_check(const struct field *f, const json_t *value,
	    struct err *e) __attribute__((warn_unused_result));

const char *field_type_name(enum field_type t);

#endif
