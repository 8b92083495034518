/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The user's printer: the section [printer] of jabbar.ini and its options. */
#include "paper.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "base/text.h"
#include "print/print.h"

#define FILE_MAX	(64 * 1024)

/* Members of the profile that are numbers; the others are words. */
static const char *const	numbers[] = { "cols", "dots", "feed_lines",
	"qr_module", "chunk", "delay_ms", "drawer", NULL };

static bool
is_number(const char *key)
{
	int	i;

	for (i = 0; numbers[i] != NULL; i++)
		if (strcmp(numbers[i], key) == 0)
			return true;
	return false;
}

static json_t *
member_value(const char *key, const char *value)
{
	char		*end;
	long long	 n;

	if (strcmp(key, "status") == 0)
		return json_boolean(strcmp(value, "yes") == 0);
	if (!is_number(key))
		return json_string(value);
	n = strtoll(value, &end, 10);
	if (*value == '\0' || *end != '\0')
		return json_string(value);	/* refused as no number */
	return json_integer(n);
}

/* Width and own members to a profile; pr keeps its old one on failure. */
static int
printer_build(struct paper_printer *pr, const char *width, const json_t *own,
    struct err *e)
{
	struct receipt_profile	 profile;
	json_t			*all = json_deep_copy(own);
	int			 rc;

	json_object_set_new(all, "preset", json_string(width));
	rc = receipt_profile_from_json(all, &profile, e);
	json_decref(all);
	if (rc == -1)
		return -1;
	pr->profile = profile;
	return 0;
}

static int
check_uri(const char *uri, struct err *e)
{
	struct print_target	 t;
	TALLOC_CTX		*tmp = talloc_new(NULL);
	int			 rc;

	rc = *uri == '\0' ? 0 : print_uri_parse(tmp, uri, &t, e);
	talloc_free(tmp);
	return rc;
}

/* "drawer=2,cut=full" */
static int
profile_words(json_t *own, const char *text, struct err *e)
{
	char	**part = NULL, *eq;
	size_t	  n = 0, i;
	int	  rc = 0;

	part = text_split(NULL, text, ',', &n);
	for (i = 0; i < n && rc == 0; i++) {
		part[i] = text_trim(part, part[i]);
		if (part[i][0] == '\0')
			continue;
		eq = strchr(part[i], '=');
		if (eq == NULL || strncmp(part[i], "preset=", 7) == 0) {
			rc = err_set(e, ERR_USAGE, "printer profile: %s is "
			    "not KEY=VALUE", part[i]);
			continue;
		}
		*eq = '\0';
		json_object_set_new(own, part[i],
		    member_value(part[i], eq + 1));
	}
	talloc_free(part);
	return rc;
}

int
paper_printer_load(struct paper_printer *pr, TALLOC_CTX *ctx,
    const struct client_conf *conf, struct err *e)
{
	memset(pr, 0, sizeof *pr);
	pr->uri = talloc_strdup(ctx, "");
	pr->width = talloc_strdup(ctx, conf->paper != NULL ? conf->paper :
	    "58");
	pr->own = json_own(ctx, json_object());
	pr->profile = *receipt_profile_preset("58");
	if (conf->printer != NULL) {
		if (check_uri(conf->printer, e) == -1)
			return -1;
		pr->uri = talloc_strdup(ctx, conf->printer);
	}
	if (conf->printer_profile != NULL &&
	    profile_words(pr->own, conf->printer_profile, e) == -1)
		return -1;
	return printer_build(pr, pr->width, pr->own, e);
}

int
paper_printer_set(struct paper_printer *pr, TALLOC_CTX *ctx,
    const char *member, const char *value, struct err *e)
{
	json_t	*own;

	if (strcmp(member, "uri") == 0) {
		if (check_uri(value, e) == -1)
			return -1;
		pr->uri = talloc_strdup(ctx, value);
		return 0;
	}
	if (strcmp(member, "width") == 0) {
		if (printer_build(pr, value, pr->own, e) == -1)
			return -1;
		pr->width = talloc_strdup(ctx, value);
		return 0;
	}
	own = json_deep_copy(pr->own);
	if (*value == '\0')
		json_object_del(own, member);
	else
		json_object_set_new(own, member, member_value(member, value));
	if (printer_build(pr, pr->width, own, e) == -1) {
		json_decref(own);
		return -1;
	}
	json_object_clear(pr->own);
	json_object_update(pr->own, own);
	json_decref(own);
	return 0;
}

json_t *
paper_printer_json(const struct paper_printer *pr)
{
	json_t	*out;

	if (json_object_size(pr->own) == 0)
		return NULL;
	out = json_deep_copy(pr->own);
	json_object_set_new(out, "preset", json_string(pr->width));
	return out;
}

const char *
paper_printer_name(const struct paper_printer *pr)
{
	const char	*s = pr->uri;

	if (strncmp(s, "cups://", 7) == 0 && strrchr(s, '/')[1] != '\0')
		return strrchr(s, '/') + 1;
	if (strncmp(s, "tcp://", 6) == 0)
		return s + 6;
	if (strncmp(s, "file:", 5) == 0)
		return s[5] == '/' && s[6] == '/' ? s + 7 : s + 5;
	return s;
}

/* The words of the profile, as profile_words() reads them. */
static char *
own_words(TALLOC_CTX *ctx, const struct paper_printer *pr)
{
	char		*out = talloc_strdup(ctx, "");
	const char	*key;
	json_t		*v;

	json_object_foreach(pr->own, key, v) {
		out = talloc_asprintf_append_buffer(out, "%s%s=",
		    *out != '\0' ? "," : "", key);
		if (json_is_integer(v))
			out = talloc_asprintf_append_buffer(out,
			    "%" JSON_INTEGER_FORMAT, json_integer_value(v));
		else if (json_is_boolean(v))
			out = talloc_asprintf_append_buffer(out, "%s",
			    json_is_true(v) ? "yes" : "no");
		else
			out = talloc_asprintf_append_buffer(out, "%s",
			    json_string_value(v));
	}
	return out;
}

/* Keys outside of [printer] that mean the same would win or lose by chance. */
static bool
names_printer(const char *line)
{
	static const char *const	keys[] = { "printer", "paper",
		"printer-profile", "printer_profile", NULL };
	size_t	n = strcspn(line, "=:");
	int	i;

	while (n > 0 && (line[n - 1] == ' ' || line[n - 1] == '\t'))
		n--;
	for (i = 0; keys[i] != NULL; i++)
		if (strlen(keys[i]) == n && strncmp(keys[i], line, n) == 0)
			return true;
	return false;
}

int
paper_printer_save(const struct paper_printer *pr,
    const struct client_conf *conf, struct err *e)
{
	TALLOC_CTX	*tmp = talloc_new(NULL);
	char		*path, *old, *out, **line, *t;
	size_t		 n, i;
	bool		 skip = false;
	int		 rc;

	path = talloc_asprintf(tmp, "%s/jabbar.ini", conf->config_dir);
	out = talloc_strdup(tmp, "");
	old = talloc_strdup(tmp, "");
	/* A file that cannot be read is not replaced by a shorter one. */
	if (access(path, F_OK) == 0 &&
	    (old = io_read_file(tmp, path, FILE_MAX, &n, e)) == NULL) {
		talloc_free(tmp);
		return -1;
	}
	line = text_split(tmp, old, '\n', &n);
	while (n > 0 && line[n - 1][0] == '\0')
		n--;
	for (i = 0; i < n; i++) {
		t = text_trim(tmp, line[i]);
		if (*t == '[')
			skip = strcmp(t, "[printer]") == 0;
		if (!skip && !names_printer(t))
			out = talloc_asprintf_append_buffer(out, "%s\n",
			    line[i]);
	}
	out = talloc_asprintf_append_buffer(out, "[printer]\nto = %s\n"
	    "width = %s\n", pr->uri, pr->width);
	if (json_object_size(pr->own) > 0)
		out = talloc_asprintf_append_buffer(out, "profile = %s\n",
		    own_words(tmp, pr));
	rc = io_mkdirs(conf->config_dir, 0700, e);
	if (rc == 0)
		rc = io_write_file(path, out, strlen(out), 0600, e);
	talloc_free(tmp);
	return rc;
}
