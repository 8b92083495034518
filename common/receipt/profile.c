/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "receipt/profile.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

static const struct receipt_profile preset_58 = {
	.cols = 32, .dots = 384, .cut = RECEIPT_CUT_NONE, .feed_lines = 4,
	.qr = RECEIPT_QR_RASTER, .qr_module = 4, .chunk = 512, .delay_ms = 20,
};

static const struct receipt_profile preset_80 = {
	.cols = 48, .dots = 576, .cut = RECEIPT_CUT_PARTIAL, .feed_lines = 4,
	.qr = RECEIPT_QR_RASTER, .qr_module = 6,
};

static const char *const cuts[] = { "none", "partial", "full", NULL };
static const char *const qrs[] = { "raster", "native", "none", NULL };

const struct receipt_profile *
receipt_profile_preset(const char *name)
{
	if (strcmp(name, "58") == 0)
		return &preset_58;
	if (strcmp(name, "80") == 0)
		return &preset_80;
	return NULL;
}

static int
between(const char *field, int v, int min, int max, struct err *e)
{
	if (v >= min && v <= max)
		return 0;
	return err_field(e, field, v < min ? "min" : "max",
	    "printer profile: %s is not within %d and %d", field, min, max);
}

int
receipt_profile_check(const struct receipt_profile *p, struct err *e)
{
	if (between("cols", p->cols, RECEIPT_COLS_MIN, RECEIPT_COLS_MAX,
	    e) == -1 || between("dots", p->dots, 192, 1024, e) == -1 ||
	    between("feed_lines", p->feed_lines, 0, 40, e) == -1 ||
	    between("qr_module", p->qr_module, 1, 16, e) == -1 ||
	    between("chunk", p->chunk, 0, 65536, e) == -1 ||
	    between("delay_ms", p->delay_ms, 0, 1000, e) == -1)
		return -1;
	if (p->drawer_pin != 0 && p->drawer_pin != 2 && p->drawer_pin != 5)
		return err_field(e, "drawer", "value",
		    "printer profile: the drawer is on pin 2 or 5, or 0");
	if (p->preamble_len > RECEIPT_PREAMBLE_MAX)
		return err_field(e, "preamble", "length",
		    "printer profile: the preamble is too long");
	return 0;
}

static int
read_int(const char *key, const json_t *v, int *out, struct err *e)
{
	json_int_t	n = json_integer_value(v);

	if (!json_is_integer(v) || n < -1000000 || n > 1000000)
		return err_field(e, key, "integer",
		    "printer profile: %s is no number", key);
	*out = (int)n;
	return 0;
}

static int
read_word(const char *key, const json_t *v, const char *const *words,
    int *out, struct err *e)
{
	const char	*s = json_string_value(v);
	int		 i;

	for (i = 0; s != NULL && words[i] != NULL; i++)
		if (strcmp(s, words[i]) == 0) {
			*out = i;
			return 0;
		}
	return err_field(e, key, "value", "printer profile: %s is unknown",
	    key);
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int
read_hex(const char *key, const json_t *v, struct receipt_profile *p,
    struct err *e)
{
	const char	*s = json_string_value(v);
	size_t		 n = s == NULL ? 1 : strlen(s), i;
	int		 hi, lo;

	if (s == NULL || n % 2 != 0 || n / 2 > RECEIPT_PREAMBLE_MAX)
		return err_field(e, key, "format",
		    "printer profile: %s is no short hexadecimal text", key);
	for (i = 0; i < n / 2; i++) {
		hi = hex_digit(s[2 * i]);
		lo = hex_digit(s[2 * i + 1]);
		if (hi == -1 || lo == -1)
			return err_field(e, key, "format",
			    "printer profile: %s is no hexadecimal text", key);
		p->preamble[i] = (unsigned char)(hi << 4 | lo);
	}
	p->preamble_len = n / 2;
	return 0;
}

static int
read_member(const char *key, const json_t *v, struct receipt_profile *p,
    struct err *e)
{
	const struct {
		const char	*key;
		int		*to;
	} ints[] = {
		{ "cols", &p->cols }, { "dots", &p->dots },
		{ "feed_lines", &p->feed_lines },
		{ "qr_module", &p->qr_module }, { "chunk", &p->chunk },
		{ "delay_ms", &p->delay_ms }, { "drawer", &p->drawer_pin },
	};
	size_t	i;
	int	n;

	for (i = 0; i < sizeof(ints) / sizeof(ints[0]); i++)
		if (strcmp(key, ints[i].key) == 0)
			return read_int(key, v, ints[i].to, e);
	if (strcmp(key, "preset") == 0)
		return 0;
	if (strcmp(key, "cut") == 0) {
		if (read_word(key, v, cuts, &n, e) == -1)
			return -1;
		p->cut = (enum receipt_cut)n;
		return 0;
	}
	if (strcmp(key, "qr") == 0) {
		if (read_word(key, v, qrs, &n, e) == -1)
			return -1;
		p->qr = (enum receipt_qr)n;
		return 0;
	}
	if (strcmp(key, "status") == 0 && json_is_boolean(v)) {
		p->status = json_is_true(v);
		return 0;
	}
	if (strcmp(key, "preamble") == 0)
		return read_hex(key, v, p, e);
	return err_field(e, key, "unknown", "printer profile: %s is unknown",
	    key);
}

int
receipt_profile_from_json(const json_t *j, struct receipt_profile *p,
    struct err *e)
{
	const struct receipt_profile	*preset;
	const char			*name = "58", *key;
	const json_t			*v;
	void				*it;

	if (!json_is_object(j))
		return err_field(e, "profile", "type",
		    "printer profile: not an object");
	if (json_object_get(j, "preset") != NULL) {
		name = json_string_value(json_object_get(j, "preset"));
		if (name == NULL)
			name = "";
	}
	preset = receipt_profile_preset(name);
	if (preset == NULL)
		return err_field(e, "preset", "value",
		    "printer profile: the preset is 58 or 80");
	*p = *preset;
	for (it = json_object_iter((json_t *)(uintptr_t)j); it != NULL;
	    it = json_object_iter_next((json_t *)(uintptr_t)j, it)) {
		key = json_object_iter_key(it);
		v = json_object_iter_value(it);
		if (read_member(key, v, p, e) == -1)
			return -1;
	}
	return receipt_profile_check(p, e);
}
