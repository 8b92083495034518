/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * common_printsend [-c BYTES] [-d MS] [-t MS] [-w MS] [-s] [-p TEXT] URI FILE
 * common_printsend -l URI
 *
 * Prints FILE and a line for each change of state; -l lists queues. Exit 0
 * when print_send() was content, 1 when not (its words on stderr), 2 usage.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "print/print.h"

static void
show(void *arg, const struct print_progress *p)
{
	size_t	i;

	(void)arg;
	printf("state=%s sent=%zu total=%zu job=%d message='%s' reasons='",
	    print_state_text(p->state), p->sent, p->total, p->job,
	    p->message);
	for (i = 0; p->reasons[i] != NULL; i++)
		printf("%s%s", i == 0 ? "" : ", ", p->reasons[i]);
	printf("'\n");
	fflush(stdout);
}

static int
list(const char *uri, struct err *e)
{
	struct print_queue	*q;
	size_t			 n, i;

	if (print_list(NULL, uri, &q, &n, e) == -1)
		return -1;
	for (i = 0; i < n; i++)
		printf("%s state=%s accepting=%d message='%s'\n", q[i].uri,
		    print_state_text(q[i].state), q[i].accepting,
		    q[i].message);
	talloc_free(q);
	return 0;
}

int
main(int argc, char **argv)
{
	struct print_options	 o;
	struct err		 e = ERR_INIT;
	char			*bytes;
	size_t			 len;
	int			 c, rc;

	mem_init();
	memset(&o, 0, sizeof(o));
	while ((c = getopt(argc, argv, "c:d:t:w:p:sl:")) != -1)
		switch (c) {
		case 'c':
			o.chunk = (size_t)strtoul(optarg, NULL, 10);
			break;
		case 'd':
			o.delay_ms = (int)strtol(optarg, NULL, 10);
			break;
		case 't':
			o.total_ms = (int)strtol(optarg, NULL, 10);
			break;
		case 'w':
			o.watch_ms = (int)strtol(optarg, NULL, 10);
			break;
		case 'p':
			o.preamble = optarg;
			o.preamble_len = strlen(optarg);
			break;
		case 's':
			o.status = true;
			break;
		case 'l':
			rc = list(optarg, &e);
			goto out;
		default:
			return 2;
		}
	if (argc - optind != 2)
		return 2;
	bytes = io_read_file(NULL, argv[optind + 1], 1 << 24, &len, &e);
	rc = bytes == NULL ? -1 : print_send(argv[optind], bytes, len, &o,
	    show, NULL, &e);
	talloc_free(bytes);
out:
	if (rc == -1)
		fprintf(stderr, "%s\n", e.msg);
	err_clear(&e);
	return rc == -1 ? 1 : 0;
}
