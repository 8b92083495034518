/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "receipt/slip.h"

#include <string.h>

#include "base/text.h"
#include "fmt/money.h"

struct slip *
slip_new(TALLOC_CTX *ctx, int cols)
{
	struct slip	*s = talloc_zero(ctx, struct slip);

	s->cols = cols;
	return s;
}

static struct slip_line *
add(struct slip *s, enum slip_kind kind)
{
	struct slip_line	*l;

	if ((s->n & (s->n - 1)) == 0)
		s->lines = talloc_realloc(s, s->lines, struct slip_line,
		    s->n == 0 ? 1 : s->n * 2);
	l = &s->lines[s->n++];
	memset(l, 0, sizeof(*l));
	l->kind = kind;
	return l;
}

/* Text that is ASCII already and fits. */
static void
add_text(struct slip *s, enum slip_align align, unsigned flags, char *text)
{
	struct slip_line	*l = add(s, SLIP_TEXT);

	l->align = align;
	l->flags = flags;
	l->text = talloc_move(s, &text);
}

/* ASCII with single blanks, none at the ends. */
static char *
tidy(TALLOC_CTX *ctx, const char *text)
{
	char	*s = text_ascii(ctx, text), *to = s, *p;

	for (p = s; *p != '\0'; p++)
		if (*p != ' ' || (to > s && to[-1] != ' '))
			*to++ = *p;
	if (to > s && to[-1] == ' ')
		to--;
	*to = '\0';
	return s;
}

void
slip_text(struct slip *s, enum slip_align align, unsigned flags,
    const char *text)
{
	char	*t = tidy(s, text);

	if (*t != '\0')
		add_text(s, align, flags, text_clip(s, t, s->cols));
	talloc_free(t);
}

void
slip_wrap(struct slip *s, enum slip_align align, unsigned flags, int max,
    const char *text)
{
	char	*t = tidy(s, text), *p = t;
	size_t	 cols = (size_t)s->cols, n;

	for (; *p != '\0' && max > 0; max--) {
		if (strlen(p) <= cols || max == 1) {
			add_text(s, align, flags, text_clip(s, p, s->cols));
			break;
		}
		/* The last blank that leaves at most cols before it. */
		for (n = cols; n > 0 && p[n] != ' '; n--)
			continue;
		if (n == 0)
			n = cols;
		add_text(s, align, flags, talloc_strndup(s, p, n));
		p += n;
		if (*p == ' ')
			p++;
	}
	talloc_free(t);
}

/* Both texts are ASCII and fit with at least one blank between them. */
static void
add_pair(struct slip *s, unsigned flags, const char *label, const char *value)
{
	int	gap = s->cols - (int)strlen(label) - (int)strlen(value);

	add_text(s, SLIP_LEFT, flags, talloc_asprintf(s, "%s%*s%s", label,
	    gap, "", value));
}

void
slip_pair(struct slip *s, const char *label, const char *value)
{
	char	*l = text_clip(s, label, s->cols / 2);
	char	*t = tidy(s, value);
	char	*v = text_clip(s, t, s->cols - (int)strlen(l) - 1);

	add_pair(s, 0, l, v);
	talloc_free(l);
	talloc_free(t);
	talloc_free(v);
}

void
slip_number(struct slip *s, const char *label, const char *value)
{
	char	*v = tidy(s, value);

	if ((int)(strlen(label) + 1 + strlen(v)) <= s->cols)
		add_pair(s, 0, label, v);
	else {
		slip_text(s, SLIP_LEFT, 0, label);
		slip_text(s, SLIP_RIGHT, 0, v);
	}
	talloc_free(v);
}

static void
amount(struct slip *s, unsigned flags, const char *label, char *value)
{
	char	*t = tidy(s, label);
	char	*l = text_clip(s, t, s->cols - (int)strlen(value) - 1);

	add_pair(s, flags, l, value);
	talloc_free(t);
	talloc_free(l);
	talloc_free(value);
}

void
slip_money(struct slip *s, unsigned flags, const char *label, int64_t v)
{
	amount(s, flags, label, money_format(s, v));
}

void
slip_total(struct slip *s, const char *label, int64_t v)
{
	amount(s, SLIP_BOLD | SLIP_TALL, label, money_rp(s, v));
}

void
slip_rule(struct slip *s, char c)
{
	struct slip_line	*l = add(s, SLIP_RULE);

	l->text = talloc_array(s, char, (size_t)s->cols + 1);
	memset(l->text, c, (size_t)s->cols);
	l->text[s->cols] = '\0';
}

void
slip_qr(struct slip *s, const char *payload)
{
	struct slip_line	*l = add(s, SLIP_QR);

	l->align = SLIP_CENTER;
	l->text = text_ascii(s, payload);
}

void
slip_feed(struct slip *s, int lines)
{
	add(s, SLIP_FEED)->n = lines;
}

/* ---------------------------------------------------------------- text */

static char *
put_line(char *out, int cols, enum slip_align align, const char *text)
{
	int	room = cols - (int)strlen(text), pad = 0;
	size_t	n = strlen(text);

	if (align == SLIP_CENTER)
		pad = room / 2;
	else if (align == SLIP_RIGHT)
		pad = room;
	while (n > 0 && text[n - 1] == ' ')
		n--;
	return talloc_asprintf_append_buffer(out, "%*s%.*s\n",
	    n == 0 ? 0 : pad, "", (int)n, text);
}

char *
slip_render_text(TALLOC_CTX *ctx, const struct slip *s)
{
	char			*out = talloc_strdup(ctx, "");
	const struct slip_line	*l;
	size_t			 i;
	int			 k;

	for (i = 0; i < s->n; i++) {
		l = &s->lines[i];
		switch (l->kind) {
		case SLIP_TEXT:
		case SLIP_RULE:
			out = put_line(out, s->cols, l->align, l->text);
			break;
		case SLIP_QR:
			out = put_line(out, s->cols, SLIP_CENTER,
			    SLIP_QR_TEXT);
			break;
		case SLIP_FEED:
			for (k = 0; k < l->n; k++)
				out = talloc_strdup_append_buffer(out, "\n");
			break;
		}
	}
	return out;
}
