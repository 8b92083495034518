/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cmd/cmd.h"
#include "proc/role.h"

static int	cmd_version(struct cmd *cmd);

static const struct command commands[] = {
	{ "init", "[--admin NAME [--password-file FILE] | --no-admin] "
	    "[--data DIR] [--run DIR] [--listen HOST:PORT]",
	    "Makes what is missing: configuration, certificate, database, "
	    "first user.",
	    "  --admin NAME          the first super-admin (default: admin)\n"
	    "  --password-file FILE  his password, first line; - is stdin\n"
	    "  --no-admin            make no user\n"
	    "  --data DIR            data directory of a new configuration\n"
	    "  --run DIR             run directory of a new configuration\n"
	    "  --listen HOST:PORT    address of a new configuration; port 0 "
	    "takes any\n", cmd_init },
	{ "serve", "", "Runs the daemon in the foreground.", NULL, cmd_serve },
	{ "migrate", "status|up|verify",
	    "Compares the database with this program, or brings it up to it.",
	    "  status  lists the migrations\n"
	    "  up      applies what is pending, all of it or nothing\n"
	    "  verify  exits 0 when version and checksums are this "
	    "program's\n", cmd_migrate },
	{ "demo", "[--customers N] [--seed S] [--passwords DIR] [--force]",
	    "Fills the database with a demo company.",
	    "  --customers N    how many (default: 2000)\n"
	    "  --seed S         the same seed makes the same data "
	    "(default: 1)\n"
	    "  --passwords DIR  makes a user per role, with a random password "
	    "in DIR/ROLE;\n"
	    "                   without --customers it does only that\n"
	    "  --force          even where customers exist\n", cmd_demo },
	{ "user", "add NAME --role R [--full-name S] | passwd NAME | "
	    "unlock NAME | list",
	    "Adds and repairs users without logging in.",
	    "  --role R              id of the role\n"
	    "  --full-name S         as shown on documents\n"
	    "  --scope S             all, branch, partner or own (default: "
	    "the role's)\n"
	    "  --branch CODE         his branch\n"
	    "  --partner CODE        his partner, for scope partner\n"
	    "  --password-file FILE  first line of FILE, - is stdin; asked "
	    "for without it\n"
	    "  --no-change           the password need not be changed at the "
	    "next login\n", cmd_user },
	{ "doctor", "", "Checks the installation and the books; exits 1 when "
	    "anything is wrong.", NULL, cmd_doctor },
	{ "version", "", "Prints the version.", NULL, cmd_version },
	{ NULL, NULL, NULL, NULL, NULL }
};

static int
cmd_version(struct cmd *cmd)
{
	(void)cmd;
	printf("jabbard %s\n", JB_VERSION);
	return CMD_OK;
}

static void
overview(FILE *out)
{
	const struct command	*c;

	fprintf(out, "usage: jabbard [-c FILE] COMMAND ...\n\n");
	for (c = commands; c->name != NULL; c++)
		fprintf(out, "  %-9s %s\n", c->name, c->help);
	fprintf(out, "\njabbard COMMAND --help tells more. The configuration "
	    "is %s\nunless -c names another.\n", JB_SYSCONF "/jabbard.ini");
}

static int
command_run(struct cmd *cmd)
{
	const struct command	*c;
	int			 i;

	for (c = commands; c->name != NULL; c++) {
		if (strcmp(c->name, cmd->argv[0]) == 0)
			break;
	}
	if (c->name == NULL) {
		fprintf(stderr, "jabbard: unknown command '%s'; jabbard "
		    "--help lists them\n", cmd->argv[0]);
		return CMD_USAGE;
	}
	cmd->row = c;
	for (i = 1; i < cmd->argc; i++) {
		if (strcmp(cmd->argv[i], "--help") == 0 ||
		    strcmp(cmd->argv[i], "-h") == 0)
			return cmd_help(cmd);
	}
	return c->run(cmd);
}

int
main(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 }
	};
	struct cmd	 cmd = { .conf_path = JB_SYSCONF "/jabbard.ini" };
	const char	*role = NULL;
	int		 opt, n = 0, rc;

	mem_init();
	while ((opt = getopt_long(argc, argv, "+c:x:n:hV", longs, NULL)) !=
	    -1) {
		switch (opt) {
		case 'c':
			cmd.conf_path = optarg;
			break;
		case 'x':
			role = optarg;
			break;
		case 'n':
			n = (int)strtol(optarg, NULL, 10);
			break;
		case 'h':
			overview(stdout);
			return CMD_OK;
		case 'V':
			return cmd_version(&cmd);
		default:
			overview(stderr);
			return CMD_USAGE;
		}
	}
	if (role != NULL)
		return role_enter(role, cmd.conf_path, n);
	if (optind == argc) {
		overview(stderr);
		return CMD_USAGE;
	}
	cmd.ctx = talloc_new(NULL);
	cmd.argc = argc - optind;
	cmd.argv = argv + optind;
	rc = command_run(&cmd);
	talloc_free(cmd.ctx);
	if (fflush(stdout) == EOF && rc == CMD_OK) {
		fprintf(stderr, "jabbard: cannot write the output\n");
		rc = CMD_FAILED;
	}
	return rc;
}
