/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef MODEL_H
#define MODEL_H

#include <jansson.h>
#include <stdbool.h>
#include <talloc.h>

#include "rpc.h"

/*
 * The rows of a list method, fetched a page at a time by its cursor. A new
 * query cancels the old one; reading again swaps the rows when the answer is
 * there, so a list never flickers empty.
 */
#define MODEL_PAGE_MAX	200

struct model {
	struct rpc	*rpc;
	const char	*method;
	char		*key;		/* column that identifies a row */
	json_t		*cols;		/* array of strings */
	json_t		*rows;		/* array of arrays */
	char		*next;		/* cursor; NULL at the end */
	int64_t		 count;		/* -1: unknown */
	bool		 more;		/* count is a lower bound */
	bool		 loaded;	/* the first answer is there */
	json_t		*error;		/* the last failure, or NULL */
	char		*exclude;	/* rows that hold this word are left out */
	/* the query */
	char		*q, *sort;
	json_t		*filter;
	/* what is under way */
	struct rpc_req	*req;
	bool		 appending;
	json_t		*fresh;		/* rows of a reading from the start */
	size_t		 target;	/* ... that many are wanted */
	int		 page;
	bool		 plain;		/* no list method: takes q and limit alone */
	void		(*changed)(void *arg);
	void		*arg;
};

/* A model that asks `method`; key names the identifying column. */
struct model	*model_new(TALLOC_CTX *ctx, struct rpc *rpc,
		    const char *method, const char *key, int page,
		    void (*changed)(void *), void *arg);
/* A new query (NULLs: none; takes filter) and its first rows. */
void		 model_query(struct model *m, const char *q, json_t *filter,
		    const char *sort);
/* Reads again what is loaded up to row `upto`, quietly. */
void		 model_reload(struct model *m, size_t upto);
/* Row `index` will be drawn soon: fetches the next page when it is not there. */
void		 model_want(struct model *m, size_t index);
bool		 model_busy(const struct model *m);

size_t		 model_size(const struct model *m);
/* A value; NULL where there is no such row or column. */
json_t		*model_cell(const struct model *m, size_t row,
		    const char *col);
/* The row's identity as text ("" where there is none); child of ctx. */
char		*model_key(TALLOC_CTX *ctx, const struct model *m,
		    size_t row);
/* The row with that identity, or -1. */
long		 model_find(const struct model *m, const char *key);
/* The row as an object; new reference. */
json_t		*model_object(const struct model *m, size_t row);

#endif
