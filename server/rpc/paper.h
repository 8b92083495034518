/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RPC_PAPER_H
#define RPC_PAPER_H

#include "rpc/gate.h"

/*
 * The after steps of receipts: the data that SQL stored becomes the text or
 * the bytes of a slip. {text}, or {escpos} in base64; receipt.print adds copy
 * and number.
 */
char	*paper_render(struct request *req, const char *text, size_t len,
	    struct err *e);
char	*paper_print(struct request *req, const char *text, size_t len,
	    struct err *e);

#endif
