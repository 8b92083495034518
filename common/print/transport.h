/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PRINT_TRANSPORT_H
#define PRINT_TRANSPORT_H

#include <stdint.h>

#include "print/print.h"

/* One print job on its way; private to common/print. */
struct print_job {
	const struct print_target	*target;
	const unsigned char		*bytes;
	size_t				 len;
	struct print_options		 opt;	/* defaults filled in */
	print_progress_fn		*cb;
	void				*arg;
	struct print_progress		 now;
	TALLOC_CTX			*ctx;	/* freed after the job */
	int64_t				 deadline;
	bool				 device;	/* ENOSPC is paper */
	int				 fd;
};

int	print_cups(struct print_job *j, struct err *e);
int	print_cups_list(TALLOC_CTX *ctx, const struct print_target *t,
	    struct print_queue **out, size_t *n, struct err *e);
int	print_tcp(struct print_job *j, struct err *e);
int	print_file(struct print_job *j, struct err *e);

/* Tells the caller; the state is kept in j->now. */
void	print_tell(struct print_job *j, enum print_state s);
/* Waits until fd is ready for `events` or the deadline: 0, or -1 with e. */
int	print_wait(struct print_job *j, short events, struct err *e);
/* Preamble and document to j->fd (non-blocking), paced, telling progress. */
int	print_pump(struct print_job *j, struct err *e);
void	print_sleep(int ms);

#endif
