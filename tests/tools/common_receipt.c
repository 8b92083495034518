/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * common_receipt [-w 58|80] [-p PROFILE.json] [-t | -u | -k] <RECEIPT.json
 *
 * Renders a receipt to ESC/POS on stdout; -t as plain text; -u the test page
 * and -k the drawer pulse of the profile (nothing is read).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "receipt/escpos.h"
#include "receipt/receipt.h"

static int
profile_from_file(const char *path, struct receipt_profile *p, struct err *e)
{
	json_t	*j = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
	int	 rc;

	rc = j == NULL ? err_set(e, ERR_IO, "%s: no JSON", path) :
	    receipt_profile_from_json(j, p, e);
	json_decref(j);
	return rc;
}

int
main(int argc, char **argv)
{
	struct receipt_profile	 p = *receipt_profile_preset("58");
	struct err		 e = ERR_INIT;
	unsigned char		*b = NULL;
	json_t			*j = NULL;
	char			*text, what = 'e';
	size_t			 len = 0;
	int			 c;

	mem_init();
	while ((c = getopt(argc, argv, "w:p:tuk")) != -1)
		switch (c) {
		case 'w':
			if (receipt_profile_preset(optarg) == NULL)
				return 2;
			p = *receipt_profile_preset(optarg);
			break;
		case 'p':
			if (profile_from_file(optarg, &p, &e) == -1)
				goto out;
			break;
		case 't':
		case 'u':
		case 'k':
			what = (char)c;
			break;
		default:
			return 2;
		}
	if (what == 'u')
		b = escpos_test_page(NULL, &p, &len, &e);
	else if (what == 'k')
		b = escpos_drawer(NULL, &p, &len, &e);
	else {
		j = json_loadf(stdin, JSON_REJECT_DUPLICATES, NULL);
		if (j == NULL) {
			(void)err_set(&e, ERR_IO, "stdin: no JSON");
			goto out;
		}
		if (what == 't') {
			text = receipt_render_text(NULL, j, p.cols, &e);
			b = (unsigned char *)text;
			len = text == NULL ? 0 : strlen(text);
		} else
			b = receipt_render_escpos(NULL, j, &p, &len, &e);
	}
	if (b != NULL && fwrite(b, 1, len, stdout) != len)
		(void)err_set(&e, ERR_IO, "stdout: cannot write");
out:
	talloc_free(b);
	json_decref(j);
	c = e.code == ERR_NONE ? 0 : 1;
	if (c != 0)
		fprintf(stderr, "%s\n", e.msg);
	err_clear(&e);
	return c;
}
