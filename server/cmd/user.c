/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

struct user_args {
	struct cmd_user	 user;
	const char	*file;
	bool		 no_change;
};

/* All pages of the list as one array of rows, in *cols and *rows. */
static int
list_read(struct cmd_db *db, TALLOC_CTX *ctx, json_t **cols, json_t **rows,
    struct err *e)
{
	json_t	*page, *after = NULL, *p;
	char	*text;

	*rows = json_own(ctx, json_array());
	do {
		p = json_pack("{s:i, s:O*}", "limit", 200, "after", after);
		if (cmd_call(db, "command_user_list", p, ctx, &text, e) == -1)
			return -1;
		page = json_own(ctx, json_loads(text == NULL ? "" : text, 0,
		    NULL));
		if (page == NULL)
			return err_set(e, ERR_INTERNAL, "the list of users is "
			    "no JSON");
		*cols = json_object_get(page, "cols");
		(void)json_array_extend(*rows, json_object_get(page, "rows"));
		after = json_object_get(page, "next");
	} while (json_is_string(after));
	return 0;
}

static char *
cell(TALLOC_CTX *ctx, const json_t *j)
{
	char	buf[64];
	size_t	n;

	if (json_is_string(j))
		return text_visible(ctx, json_string_value(j));
	if (j == NULL || json_is_null(j))
		return talloc_strdup(ctx, "");
	n = json_dumpb(j, buf, sizeof buf, JSON_ENCODE_ANY | JSON_COMPACT);
	return talloc_strndup(ctx, buf, n < sizeof buf ? n : sizeof buf);
}

static void
list_print(const json_t *cols, const json_t *rows)
{
	TALLOC_CTX	*ctx = talloc_new(NULL);
	size_t		 n = json_array_size(cols), i, r;
	int		*width = talloc_zero_array(ctx, int, n + 1), w;
	const json_t	*head, *row;

	for (r = 0; r <= json_array_size(rows); r++) {
		row = r == 0 ? cols : json_array_get(rows, r - 1);
		for (i = 0; i < n; i++) {
			w = text_width(cell(ctx, json_array_get(row, i)));
			width[i] = w > width[i] ? w : width[i];
		}
	}
	head = cols;
	for (r = 0; r <= json_array_size(rows); r++) {
		row = r == 0 ? head : json_array_get(rows, r - 1);
		for (i = 0; i < n; i++) {
			char *s = cell(ctx, json_array_get(row, i));

			printf("%s%*s", s, i + 1 == n ? 0 :
			    width[i] - text_width(s) + 2, "");
		}
		putchar('\n');
	}
	talloc_free(ctx);
}

static int
user_list(struct cmd *cmd, struct cmd_db *db, struct err *e)
{
	json_t	*cols = NULL, *rows = NULL;

	if (cmd_begin(db, "jabbard user", e) == -1 ||
	    list_read(db, cmd->ctx, &cols, &rows, e) == -1 ||
	    cmd_commit(db, e) == -1)
		return -1;
	list_print(cols, rows);
	return 0;
}

static int
user_change(struct cmd_db *db, const char *what, const struct cmd_user *u,
    struct err *e)
{
	int	rc;

	if (cmd_begin(db, "jabbard user", e) == -1)
		return -1;
	if (strcmp(what, "unlock") == 0)
		rc = cmd_call(db, "command_user_unlock",
		    json_pack("{s:s}", "name", u->name), NULL, NULL, e);
	else if (strcmp(what, "passwd") == 0)
		rc = cmd_user_password(db, u, e);
	else
		rc = cmd_user_add(db, u, e);
	return rc == -1 ? -1 : cmd_commit(db, e);
}

static int
user_args(struct cmd *cmd, struct user_args *a)
{
	static const struct option longs[] = {
		{ "role", required_argument, NULL, 'r' },
		{ "full-name", required_argument, NULL, 'f' },
		{ "scope", required_argument, NULL, 's' },
		{ "branch", required_argument, NULL, 'b' },
		{ "partner", required_argument, NULL, 'P' },
		{ "password-file", required_argument, NULL, 'p' },
		{ "no-change", no_argument, NULL, 'n' },
		{ NULL, 0, NULL, 0 }
	};
	int	opt;

	optind = 0;
	while ((opt = getopt_long(cmd->argc, cmd->argv, "", longs, NULL)) !=
	    -1) {
		switch (opt) {
		case 'r':
			a->user.role = optarg;
			break;
		case 'f':
			a->user.full_name = optarg;
			break;
		case 's':
			a->user.scope = optarg;
			break;
		case 'b':
			a->user.branch = optarg;
			break;
		case 'P':
			a->user.partner = optarg;
			break;
		case 'p':
			a->file = optarg;
			break;
		case 'n':
			a->no_change = true;
			break;
		default:
			return cmd_usage(cmd, "bad option");
		}
	}
	return CMD_OK;
}

int
cmd_user(struct cmd *cmd)
{
	struct err	 e = ERR_INIT;
	struct user_args a = { .file = NULL };
	struct cmd_db	 db;
	const char	*what;
	int		 rc, n;

	if (user_args(cmd, &a) != CMD_OK)
		return CMD_USAGE;
	n = cmd->argc - optind;
	what = n > 0 ? cmd->argv[optind] : "";
	a.user.must_change = !a.no_change;
	a.user.name = n > 1 ? cmd->argv[optind + 1] : NULL;
	if (strcmp(what, "list") != 0 && strcmp(what, "add") != 0 &&
	    strcmp(what, "passwd") != 0 && strcmp(what, "unlock") != 0)
		return cmd_usage(cmd, "one of add, passwd, unlock, list is "
		    "needed");
	if (n != (strcmp(what, "list") == 0 ? 1 : 2))
		return cmd_usage(cmd, "%s takes %s", what,
		    strcmp(what, "list") == 0 ? "no name" : "one name");
	if (strcmp(what, "add") == 0 && a.user.role == NULL)
		return cmd_usage(cmd, "add needs --role");
	if (strcmp(what, "add") == 0 || strcmp(what, "passwd") == 0) {
		a.user.password = cmd_password(cmd->ctx, a.user.name, a.file,
		    &e);
		if (a.user.password == NULL)
			return cmd_failed(&e);
	}
	if (cmd_open(cmd, &db, &e) == -1)
		return cmd_failed(&e);
	if (strcmp(what, "list") == 0)
		rc = user_list(cmd, &db, &e);
	else
		rc = user_change(&db, what, &a.user, &e);
	cmd_close(&db);
	return rc == 0 ? CMD_OK : cmd_failed(&e);
}
