/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "call.h"
#include "conf.h"
#include "dial.h"
#include "i18n.h"
#include "paper.h"
#include "tui.h"

/* A word after the options: its own program. Without one: the full screen. */
struct subcommand {
	const char	*name;
	const char	*args;
	int		(*run)(const struct client_conf *, int, char **);
	const char	*help;
};

static const struct subcommand subcommands[] = {
	{ "call", "METHOD [JSON|@FILE|-]", call_main,
	    "one request; the result as JSON on standard output" },
	{ NULL, NULL, NULL, NULL }
};

/* What a process started by ourselves as `jabbar -x ROLE` does. */
struct helper {
	const char	*role;
	int		(*run)(int argc, char **argv);
};

static const struct helper helpers[] = {
	{ "resolve", dial_resolve_main },
	{ "print", paper_print_main },
	{ NULL, NULL }
};

static void
usage(FILE *out)
{
	const struct subcommand	*s;
	char			*options = conf_help(NULL);

	fprintf(out, "usage: jabbar [options]\n");
	for (s = subcommands; s->name != NULL; s++)
		fprintf(out, "       jabbar [options] %s %s\n", s->name,
		    s->args);
	fprintf(out, "\nWithout a command: the full-screen client.\n\n");
	for (s = subcommands; s->name != NULL; s++)
		fprintf(out, "  %-24s  %s\n", s->name, s->help);
	fprintf(out, "\n%s\nThe same from JABBAR_SERVER, JABBAR_SOCKET, ... "
	    "and ~/.config/jabbar/jabbar.ini.\n"
	    "Exit status: 0 done, 1 failed, 2 not understood.\n", options);
	talloc_free(options);
}

static int
run_helper(const struct client_conf *conf)
{
	const struct helper	*h;

	for (h = helpers; h->role != NULL; h++)
		if (strcmp(h->role, conf->helper) == 0)
			return h->run(conf->argc, conf->argv);
	fprintf(stderr, "jabbar: unknown role %s\n", conf->helper);
	return 2;
}

static int
run(const struct client_conf *conf)
{
	const struct subcommand	*s;

	if (conf->help) {
		usage(stdout);
		return 0;
	}
	if (conf->version) {
		printf("jabbar %s\n", JB_VERSION);
		return 0;
	}
	if (conf->helper != NULL)
		return run_helper(conf);
	i18n_set(conf->lang);
	if (conf->argc == 0)
		return tui_main(conf);
	for (s = subcommands; s->name != NULL; s++)
		if (strcmp(s->name, conf->argv[0]) == 0)
			return s->run(conf, conf->argc - 1, conf->argv + 1);
	fprintf(stderr, "jabbar: unknown command %s\n", conf->argv[0]);
	usage(stderr);
	return 2;
}

int
main(int argc, char **argv)
{
	struct client_conf	 conf = { 0 };
	struct err		 e = ERR_INIT;
	TALLOC_CTX		*ctx;
	int			 rc;

	mem_init();
	setlocale(LC_CTYPE, "");
	signal(SIGPIPE, SIG_IGN);
	log_open("jabbar", LOG_WARNING);
	ctx = talloc_new(NULL);
	if (conf_load(&conf, ctx, argc, argv, &e) == -1) {
		fprintf(stderr, "jabbar: %s\n", e.msg);
		fprintf(stderr, "try `jabbar --help'\n");
		err_clear(&e);
		talloc_free(ctx);
		return 2;
	}
	rc = run(&conf);
	talloc_free(ctx);
	return rc;
}
