/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/edit.h"

#include <string.h>

#include "base/text.h"

struct edit *
edit_new(TALLOC_CTX *ctx, size_t max)
{
	struct edit	*ed = talloc_zero(ctx, struct edit);

	ed->text = talloc_strdup(ed, "");
	ed->max = max > 0 ? max : 255;
	return ed;
}

/* Old text of a secret does not stay in memory. */
static void
text_replace(struct edit *ed, char *text)
{
	if (ed->secret)
		explicit_bzero(ed->text, strlen(ed->text));
	talloc_free(ed->text);
	ed->text = text;
}

static size_t
count_chars(const char *s)
{
	size_t	n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

void
edit_set(struct edit *ed, const char *text)
{
	text_replace(ed, talloc_strdup(ed, ""));
	ed->cur = 0;
	ed->fresh = false;
	ed->scroll = 0;
	if (text != NULL)
		edit_insert(ed, text);
	ed->fresh = true;
}

/* What may stay of s: no controls, nothing invisible, at most room letters. */
static char *
clean(TALLOC_CTX *ctx, const char *s, bool lines, size_t room)
{
	char	*out = talloc_strdup(ctx, "");
	int32_t	 cp;
	int	 n;

	while (room > 0 && (n = text_next(s, &cp)) != 0) {
		if (n < 0) {
			s++;
			continue;
		}
		if (cp == '\r' && s[1] == '\n') {
			s++;
			continue;
		}
		if (cp == '\r')
			cp = '\n';
		if (cp == '\n' && !lines)
			break;
		if (cp == '\t')
			out = talloc_strdup_append_buffer(out, " ");
		else if (cp == '\n')
			out = talloc_strdup_append_buffer(out, "\n");
		else if (!text_is_control(cp) && !text_is_invisible(cp))
			out = talloc_strndup_append_buffer(out, s, (size_t)n);
		else
			room++;
		room--;
		s += n;
	}
	return out;
}

bool
edit_insert(struct edit *ed, const char *s)
{
	size_t	 have, n;
	char	*in, *text;

	/* A pasted line often begins with the end of the one before. */
	if (!ed->lines)
		while (*s == '\n' || *s == '\r')
			s++;
	if (ed->fresh && *s != '\0') {
		text_replace(ed, talloc_strdup(ed, ""));
		ed->cur = 0;
		ed->fresh = false;
	}
	have = count_chars(ed->text);
	in = clean(NULL, s, ed->lines, ed->max > have ? ed->max - have : 0);
	n = strlen(in);
	if (n > 0) {
		text = talloc_asprintf(ed, "%.*s%s%s", (int)ed->cur, ed->text,
		    in, ed->text + ed->cur);
		text_replace(ed, text);
		ed->cur += n;
	}
	if (ed->secret)
		explicit_bzero(in, n);
	talloc_free(in);
	return n > 0;
}

bool
edit_text(struct edit *ed, const struct key *k)
{
	char	b[5] = "";
	int32_t	cp = k->ch;

	if (k->code == K_PASTE)
		return edit_insert(ed, k->text);
	if (k->code != K_CHAR)
		return false;
	if (cp < 0x80)
		b[0] = (char)cp;
	else if (cp < 0x800) {
		b[0] = (char)(0xc0 | cp >> 6);
		b[1] = (char)(0x80 | (cp & 0x3f));
	} else if (cp < 0x10000) {
		b[0] = (char)(0xe0 | cp >> 12);
		b[1] = (char)(0x80 | (cp >> 6 & 0x3f));
		b[2] = (char)(0x80 | (cp & 0x3f));
	} else {
		b[0] = (char)(0xf0 | cp >> 18);
		b[1] = (char)(0x80 | (cp >> 12 & 0x3f));
		b[2] = (char)(0x80 | (cp >> 6 & 0x3f));
		b[3] = (char)(0x80 | (cp & 0x3f));
	}
	return edit_insert(ed, b);
}

static size_t
char_before(const char *s, size_t at)
{
	if (at == 0)
		return 0;
	for (at--; at > 0 && ((unsigned char)s[at] & 0xc0) == 0x80; at--)
		;
	return at;
}

static size_t
char_after(const char *s, size_t at)
{
	if (s[at] == '\0')
		return at;
	for (at++; ((unsigned char)s[at] & 0xc0) == 0x80; at++)
		;
	return at;
}

static void
cut(struct edit *ed, size_t from, size_t to)
{
	text_replace(ed, talloc_asprintf(ed, "%.*s%s", (int)from, ed->text,
	    ed->text + to));
	ed->cur = from;
}

static size_t
line_start(const struct edit *ed, size_t at)
{
	while (at > 0 && ed->text[at - 1] != '\n')
		at--;
	return at;
}

static size_t
line_end(const struct edit *ed, size_t at)
{
	while (ed->text[at] != '\0' && ed->text[at] != '\n')
		at++;
	return at;
}

bool
edit_command(struct edit *ed, enum command cmd, bool *changed)
{
	size_t	at = ed->cur, len = strlen(ed->text);

	*changed = false;
	switch ((int)cmd) {
	case CMD_LEFT:
		ed->cur = char_before(ed->text, at);
		break;
	case CMD_RIGHT:
		ed->cur = char_after(ed->text, at);
		break;
	case CMD_HOME:
		ed->cur = line_start(ed, at);
		break;
	case CMD_END:
		ed->cur = line_end(ed, at);
		break;
	case CMD_BACKSPACE:
		if (ed->fresh && len > 0)
			cut(ed, 0, len);
		else if (at > 0)
			cut(ed, char_before(ed->text, at), at);
		else
			break;
		*changed = true;
		break;
	case CMD_DELETE:
		if (at == len)
			break;
		cut(ed, at, char_after(ed->text, at));
		ed->cur = at;
		*changed = true;
		break;
	case CMD_CLEAR:
		*changed = len > 0;
		cut(ed, 0, len);
		break;
	default:
		return false;
	}
	/* Whoever moves in it wants to change it, not to replace it. */
	ed->fresh = false;
	return true;
}

void
edit_draw(struct edit *ed, const struct area *a, int row, int col, int width,
    bool focus)
{
	struct area	 box = area_sub(a, row, col, 1, width);
	char		*shown, *head;
	const char	*p;
	int		 before, skip, n;
	int32_t		 cp;

	if (ed->secret) {
		shown = talloc_strdup(NULL, "");
		for (n = (int)count_chars(ed->text); n > 0; n--)
			shown = talloc_strdup_append_buffer(shown, "*");
		before = text_width(shown);
	} else {
		shown = talloc_strdup(NULL, ed->text);
		head = talloc_strndup(shown, ed->text, ed->cur);
		before = text_width(head);
	}
	/* The cursor stays inside, one column free at the right end. */
	if (before < ed->scroll)
		ed->scroll = before;
	if (before > ed->scroll + width - 1)
		ed->scroll = before - width + 1;
	if (!focus)
		ed->scroll = 0;
	for (p = shown, skip = 0; skip < ed->scroll &&
	    (n = text_next(p, &cp)) > 0; p += n)
		skip += text_cp_width(cp);
	area_fill(&box, 0, 0, width, '_', T_FIELD);
	if (focus) {
		struct area wide = box;
		n = (int)text_fit(p, width);
		head = talloc_strndup(shown, p, (size_t)n);
		area_text(&wide, 0, 0, width, T_TEXT, head);
		area_cursor(&box, 0, before - ed->scroll);
	} else
		area_text(&box, 0, 0, width, T_TEXT, p);
	if (ed->secret)
		ed->scroll = 0;
	talloc_free(shown);
}

void
edit_draw_lines(struct edit *ed, const struct area *a, int row, int col,
    int rows, int width, bool focus)
{
	struct area	 box = area_sub(a, row, col, rows, width);
	const char	*p = ed->text, *nl;
	char		*line;
	size_t		 start, n;
	int		 r = 0, cur_row = 0, cur_col = 0, first, want;
	bool		 more = true;

	/* Hard wrap: what is typed stays where it is. First find the cursor. */
	for (want = 0; want < 2; want++) {
		first = cur_row >= rows ? cur_row - rows + 1 : 0;
		p = ed->text;
		r = 0;
		if (want == 1)
			for (n = 0; n < (size_t)rows; n++)
				area_fill(&box, (int)n, 0, width, '_', T_FIELD);
		for (more = true; more; r++) {
			start = (size_t)(p - ed->text);
			nl = strchrnul(p, '\n');
			line = talloc_strndup(NULL, p, (size_t)(nl - p));
			n = text_fit(line, width);
			if (want == 1 && r >= first && r - first < rows) {
				line[n] = '\0';
				area_text(&box, r - first, 0, width, T_TEXT,
				    line);
			}
			if (ed->cur >= start && ed->cur <= start + n) {
				line[ed->cur - start] = '\0';
				cur_row = r;
				cur_col = text_width(line);
			}
			talloc_free(line);
			p += n;
			if (*p == '\n')
				p++;
			else if (*p == '\0')
				more = false;
		}
	}
	if (focus)
		area_cursor(&box, cur_row - first, cur_col);
}

bool
edit_move_line(struct edit *ed, int by)
{
	size_t	start = line_start(ed, ed->cur), end = line_end(ed, ed->cur);
	size_t	off = ed->cur - start, to, to_end;

	if (by < 0) {
		if (start == 0)
			return false;
		to = line_start(ed, start - 1);
		to_end = start - 1;
	} else {
		if (ed->text[end] == '\0')
			return false;
		to = end + 1;
		to_end = line_end(ed, to);
	}
	ed->cur = to + off < to_end ? to + off : to_end;
	while (ed->cur > to &&
	    ((unsigned char)ed->text[ed->cur] & 0xc0) == 0x80)
		ed->cur--;
	ed->fresh = false;
	return true;
}
