/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pogen FILE.po... writes the C source declared by tui-client/po/catalog.h to
 * standard output. It reads what msgmerge and Poedit write: comments, flags,
 * strings over several lines. The header entry, fuzzy, obsolete and empty
 * translations are left out. A message twice in one file, a context or a
 * plural (which the client does not use) end the build.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "gen/gen.h"

struct entry {
	char	*msgid;
	char	*text;
	int	 line;
	bool	 fuzzy;
};

struct po {
	const char	*path;
	const char	*lang;
	struct entry	*v;
	size_t		 n;
	/* while reading */
	int		 line;
	char		**target;	/* where a continued string goes */
	bool		 fuzzy;		/* flag seen for the next entry */
};

/* The value of up to three octal digits or two hexadecimal ones at *s. */
static int
escape_number(const char **s, int base, int digits)
{
	char	 buf[4] = "";
	int	 i;

	for (i = 0; i < digits; i++) {
		unsigned char c = (unsigned char)**s;
		if (base == 8 ? (c < '0' || c > '7') : !isxdigit(c))
			break;
		buf[i] = (char)c;
		(*s)++;
	}
	return i == 0 ? 0 : (int)strtol(buf, NULL, base);
}

/* One escape after its backslash; returns the byte it stands for. */
static int
escape(const struct po *po, const char **s)
{
	static const char	from[] = "ntrabfv\"\\?'";
	static const char	to[] = "\n\t\r\a\b\f\v\"\\?'";
	const char		*hit;
	int			 c;

	if (**s >= '0' && **s <= '7')
		c = escape_number(s, 8, 3);
	else if (**s == 'x') {
		(*s)++;
		c = escape_number(s, 16, 2);
	} else {
		hit = **s == '\0' ? NULL : strchr(from, **s);
		if (hit == NULL)
			die("%s:%d: unknown escape", po->path, po->line);
		(*s)++;
		return to[hit - from];
	}
	if (c <= 0 || c > 255)
		die("%s:%d: bad number in an escape", po->path, po->line);
	return c;
}

/* Appends the quoted string at s to the current target. */
static void
string_add(struct po *po, const char *s)
{
	char	*out;
	size_t	 n = 0;

	if (po->target == NULL)
		die("%s:%d: a string that belongs to nothing", po->path,
		    po->line);
	while (isblank((unsigned char)*s))
		s++;
	if (*s++ != '"')
		die("%s:%d: a quoted string is expected", po->path, po->line);
	out = talloc_size(NULL, strlen(s) + 1);
	while (*s != '"') {
		if (*s == '\0')
			die("%s:%d: no closing quote", po->path, po->line);
		if (*s == '\\') {
			s++;
			out[n++] = (char)escape(po, &s);
		} else
			out[n++] = *s++;
	}
	out[n] = '\0';
	for (s++; *s != '\0'; s++) {
		if (!isspace((unsigned char)*s))
			die("%s:%d: text after the string", po->path, po->line);
	}
	*po->target = talloc_strdup_append(*po->target, out);
	talloc_free(out);
}

/* What follows a keyword and blanks, or NULL when the line starts otherwise. */
static const char *
keyword(const char *line, const char *word)
{
	size_t	len = strlen(word);

	if (strncmp(line, word, len) != 0 ||
	    (!isblank((unsigned char)line[len]) && line[len] != '"'))
		return NULL;
	return line + len;
}

static void
line_read(TALLOC_CTX *ctx, struct po *po, const char *line)
{
	struct entry	*e;
	const char	*rest;

	while (isblank((unsigned char)*line))
		line++;
	if (*line == '\0' || *line == '\r')
		return;
	if (line[0] == '#') {
		if (line[1] == ',' && strstr(line, "fuzzy") != NULL)
			po->fuzzy = true;
		po->target = NULL;
	} else if ((rest = keyword(line, "msgid")) != NULL) {
		po->v = talloc_realloc(ctx, po->v, struct entry, po->n + 1);
		e = &po->v[po->n++];
		*e = (struct entry){ talloc_strdup(ctx, ""), NULL, po->line,
		    po->fuzzy };
		po->fuzzy = false;
		po->target = &e->msgid;
		string_add(po, rest);
	} else if ((rest = keyword(line, "msgstr")) != NULL) {
		if (po->n == 0 || po->v[po->n - 1].text != NULL)
			die("%s:%d: msgstr without msgid", po->path, po->line);
		e = &po->v[po->n - 1];
		e->text = talloc_strdup(ctx, "");
		po->target = &e->text;
		string_add(po, rest);
	} else if (*line == '"')
		string_add(po, line);
	else
		die("%s:%d: not a line that is understood: %s", po->path,
		    po->line, line);
}

static int
entry_cmp(const void *a, const void *b)
{
	const struct entry	*x = a, *y = b;
	int			 r = strcmp(x->msgid, y->msgid);

	return r != 0 ? r : x->line - y->line;
}

static void
po_read(TALLOC_CTX *ctx, struct po *po)
{
	char	*text = gen_read(ctx, po->path), *nl;
	size_t	 i;

	for (; *text != '\0'; text = nl) {
		nl = strchrnul(text, '\n');
		if (*nl == '\n')
			*nl++ = '\0';
		po->line++;
		line_read(ctx, po, text);
	}
	for (i = 0; i < po->n; i++) {
		if (po->v[i].text == NULL)
			die("%s:%d: msgid without msgstr", po->path,
			    po->v[i].line);
	}
	if (po->n > 0)
		qsort(po->v, po->n, sizeof(po->v[0]), entry_cmp);
	for (i = 1; i < po->n; i++) {
		if (strcmp(po->v[i].msgid, po->v[i - 1].msgid) == 0)
			die("%s:%d: the same msgid as in line %d", po->path,
			    po->v[i].line, po->v[i - 1].line);
	}
}

static bool
is_shown(const struct entry *e)
{
	return *e->msgid != '\0' && *e->text != '\0' && !e->fuzzy;
}

/* Writes the entries of one language; returns how many there are. */
static size_t
po_put(const struct po *po)
{
	size_t	i, n = 0;

	for (i = 0; i < po->n; i++) {
		if (!is_shown(&po->v[i]))
			continue;
		if (n++ == 0)
			printf("static const struct catalog_entry "
			    "entries_%s[] = {\n", po->lang);
		printf("\t{ ");
		gen_put_string(stdout, po->v[i].msgid);
		printf(",\n\t");
		gen_put_string(stdout, po->v[i].text);
		printf(" },\n");
	}
	if (n > 0)
		printf("};\n\n");
	return n;
}

static void
lang_check(const char *path, const char *lang)
{
	const char	*s;

	for (s = lang; *s != '\0'; s++) {
		if (!isalnum((unsigned char)*s) && *s != '_')
			die("%s: the name is that of no language", path);
	}
}

int
main(int argc, char **argv)
{
	TALLOC_CTX	*ctx = talloc_new(NULL);
	struct po	*po = talloc_zero_array(ctx, struct po, (size_t)argc);
	size_t		*n = talloc_zero_array(ctx, size_t, (size_t)argc);
	int		 i, j;

	for (i = 1; i < argc; i++) {
		po[i].path = argv[i];
		po[i].lang = gen_stem(ctx, argv[i], ".po");
		lang_check(argv[i], po[i].lang);
		for (j = 1; j < i; j++) {
			if (strcmp(po[i].lang, po[j].lang) == 0)
				die("%s and %s: one language twice", argv[j],
				    argv[i]);
		}
		po_read(ctx, &po[i]);
	}
	gen_put_head(stdout, "pogen", "tui-client/po/catalog.h");
	for (i = 1; i < argc; i++)
		n[i] = po_put(&po[i]);
	printf("const struct catalog catalogs[] = {\n");
	for (i = 1; i < argc; i++) {
		if (n[i] > 0)
			printf("\t{ \"%s\", entries_%s, %zu },\n", po[i].lang,
			    po[i].lang, n[i]);
		else
			printf("\t{ \"%s\", NULL, 0 },\n", po[i].lang);
	}
	printf("\t{ NULL, NULL, 0 }\n};\n");
	gen_finish(stdout);
	talloc_free(ctx);
	return 0;
}
