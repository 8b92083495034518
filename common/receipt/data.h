/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RECEIPT_DATA_H
#define RECEIPT_DATA_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>
#include <talloc.h>

#include "base/err.h"
#include "fmt/date.h"

/*
 * A posted payment as the server hands it out (docs/receipts.md has the JSON).
 * Texts are never NULL: what is absent or null is "". Amounts are whole
 * rupiah and small enough that no sum of them overflows.
 */
enum receipt_method { RECEIPT_CASH, RECEIPT_TRANSFER, RECEIPT_QRIS,
	RECEIPT_EDC, RECEIPT_EWALLET, RECEIPT_CREDIT };

struct receipt_tax {
	const char	*name;
	int64_t		 amount;
	bool		 inclusive;
};

struct receipt_invoice {
	const char		*number, *title;
	struct period		 period;	/* y is 0 when there is none */
	struct date		 start, end;	/* y is 0 when there is none */
	int64_t			 subtotal, discount, penalty, total;
	int64_t			 allocated, remaining;
	struct receipt_tax	*taxes;
	size_t			 n_taxes;
};

struct receipt_data {
	struct {
		const char	*name, *legal, *address, *phone, *npwp;
		const char	*footer, *thanks;
	} company;
	struct {
		const char		*number, *cashier, *drawer, *reference;
		const char		*status, *check, *verify_url, *note;
		struct local_time	 at;
		enum receipt_method	 method;
		int64_t			 tendered, amount, change, credited;
	} payment;
	struct {
		const char	*number, *name;
	} customer;
	struct receipt_invoice	*invoices;
	size_t			 n_invoices;
	int64_t			 credit_after, stamp_duty;
	int64_t			 copy;		/* 0 is the original */
	const char		*copied_by;
	struct local_time	 copied_at;
};

/*
 * Reads the JSON; texts are copies. Unknown members are ignored; a missing or
 * wrong one is ERR_BAD_FIELD naming its path.
 */
struct receipt_data *receipt_data_parse(TALLOC_CTX *ctx, const json_t *j,
	    struct err *e);

#endif
