/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"

#include <ctype.h>
#include <string.h>

#include <utf8proc.h>

int
text_next(const char *s, int32_t *cp)
{
	const utf8proc_uint8_t	*u = (const utf8proc_uint8_t *)s;
	utf8proc_int32_t	 c;
	utf8proc_ssize_t	 n;

	if (*s == '\0')
		return 0;
	/* At most four bytes, and never past the terminating NUL. */
	n = utf8proc_iterate(u, (utf8proc_ssize_t)strnlen(s, 4), &c);
	if (n < 0)
		return -1;
	*cp = c;
	return (int)n;
}

bool
text_utf8_valid(const char *s, size_t len)
{
	const utf8proc_uint8_t	*u = (const utf8proc_uint8_t *)s;
	utf8proc_int32_t	 c;
	utf8proc_ssize_t	 n;

	while (len > 0) {
		n = utf8proc_iterate(u, (utf8proc_ssize_t)len, &c);
		if (n <= 0 || c == 0)
			return false;
		u += n;
		len -= (size_t)n;
	}
	return true;
}

bool
text_is_control(int32_t cp)
{
	return (cp >= 0 && cp < 0x20) || (cp >= 0x7f && cp < 0xa0);
}

bool
text_is_invisible(int32_t cp)
{
	switch (utf8proc_category(cp)) {
	case UTF8PROC_CATEGORY_CF:	/* bidi, zero-width, tags */
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
	case UTF8PROC_CATEGORY_CO:
	case UTF8PROC_CATEGORY_CN:
	case UTF8PROC_CATEGORY_CS:
		return true;
	default:
		return false;
	}
}

bool
text_is_clean(const char *s)
{
	int32_t	cp;
	int	n;

	while ((n = text_next(s, &cp)) > 0) {
		if (text_is_control(cp))
			return false;
		s += n;
	}
	return n == 0;
}

char *
text_visible(TALLOC_CTX *ctx, const char *s)
{
	char	*out = talloc_strdup(ctx, "");
	int32_t	 cp;
	int	 n;

	while ((n = text_next(s, &cp)) != 0) {
		if (n < 0) {
			out = talloc_asprintf_append_buffer(out, "\\x%02x",
			    (unsigned char)*s);
			n = 1;
		} else if (text_is_control(cp))
			out = talloc_asprintf_append_buffer(out, "\\x%02x",
			    (unsigned)cp);
		else if (text_is_invisible(cp))
			out = talloc_asprintf_append_buffer(out, "<U+%04X>",
			    (unsigned)cp);
		else
			out = talloc_strndup_append_buffer(out, s, (size_t)n);
		s += n;
	}
	return out;
}

char *
text_ascii(TALLOC_CTX *ctx, const char *s)
{
	char			*out = talloc_strdup(ctx, "");
	utf8proc_int32_t	 parts[8];
	utf8proc_ssize_t	 i, k;
	int32_t			 cp;
	int			 n, boundclass;
	char			 c[2] = "?";

	while ((n = text_next(s, &cp)) != 0) {
		if (n < 0) {
			out = talloc_strdup_append_buffer(out, "?");
			s++;
			continue;
		}
		s += n;
		if (text_is_invisible(cp))
			continue;
		if (cp >= 0x20 && cp < 0x7f) {
			c[0] = (char)cp;
			out = talloc_strdup_append_buffer(out, c);
			continue;
		}
		if (text_is_control(cp)) {
			out = talloc_strdup_append_buffer(out,
			    cp == '\t' || cp == '\n' ? " " : "?");
			continue;
		}
		boundclass = 0;
		k = utf8proc_decompose_char(cp, parts, 8,
		    UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE, &boundclass);
		c[0] = '?';
		for (i = 0; i < k && i < 8; i++)
			if (parts[i] >= 0x20 && parts[i] < 0x7f) {
				c[0] = (char)parts[i];
				break;
			}
		/* A mark by itself belongs to the letter before it. */
		if (utf8proc_category(cp) == UTF8PROC_CATEGORY_MN)
			continue;
		out = talloc_strdup_append_buffer(out, c);
	}
	return out;
}

int
text_cp_width(int32_t cp)
{
	return utf8proc_charwidth(cp);
}

int
text_width(const char *s)
{
	int32_t	cp;
	int	n, w = 0;

	while ((n = text_next(s, &cp)) != 0) {
		if (n < 0) {
			n = 1;
			w++;
		} else
			w += text_cp_width(cp);
		s += n;
	}
	return w;
}

size_t
text_fit(const char *s, int width)
{
	const char	*p = s;
	int32_t		 cp;
	int		 n, w = 0, cw;

	while ((n = text_next(p, &cp)) != 0) {
		if (n < 0) {
			n = 1;
			cw = 1;
		} else
			cw = text_cp_width(cp);
		if (w + cw > width)
			break;
		w += cw;
		p += n;
	}
	return (size_t)(p - s);
}

char *
text_clip(TALLOC_CTX *ctx, const char *s, int width)
{
	if (width <= 0)
		return talloc_strdup(ctx, "");
	if (text_width(s) <= width)
		return talloc_strdup(ctx, s);
	return talloc_asprintf(ctx, "%.*s~", (int)text_fit(s, width - 1), s);
}

bool
line_safe(const char *s)
{
	return text_is_clean(s);
}

bool
text_equal_secret(const char *a, const char *b)
{
	size_t		 la = strlen(a), lb = strlen(b), i;
	unsigned char	 diff = la != lb;

	for (i = 0; i < la; i++)
		diff |= (unsigned char)(a[i] ^ b[lb == 0 ? 0 : i % lb]);
	return diff == 0;
}

char **
text_split(TALLOC_CTX *ctx, const char *s, char sep, size_t *np)
{
	size_t		  n = 1, i = 0;
	const char	 *p, *end;
	char		**out;

	for (p = s; *p != '\0'; p++)
		n += *p == sep;
	out = talloc_zero_array(ctx, char *, n + 1);
	for (p = s; i < n; i++, p = end + 1) {
		end = strchrnul(p, sep);
		out[i] = talloc_strndup(out, p, (size_t)(end - p));
	}
	if (np != NULL)
		*np = n;
	return out;
}

char *
text_trim(TALLOC_CTX *ctx, const char *s)
{
	size_t	n;

	while (isspace((unsigned char)*s))
		s++;
	n = strlen(s);
	while (n > 0 && isspace((unsigned char)s[n - 1]))
		n--;
	return talloc_strndup(ctx, s, n);
}
