/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <strings.h>

#include "i18n.h"
#include "value.h"


const struct word words[] = {
	/* life cycle of services and customers */
	{ "registered", N_("REGISTERED"), T_INFO },
	{ "survey", N_("SURVEY"), T_INFO },
	{ "approved", N_("APPROVED"), T_INFO },
	{ "scheduled", N_("SCHEDULED"), T_INFO },
	{ "installing", N_("INSTALLING"), T_WARN },
	{ "active", N_("ACTIVE"), T_OK },
	{ "suspended", N_("ISOLIR"), T_BAD },
	{ "paused", N_("PAUSED"), T_WARN },
	{ "terminated", N_("TERMINATED"), T_DIM },
	{ "archived", N_("ARCHIVED"), T_DIM },
	/* what the network shall do, and does */
	{ "isolated", N_("ISOLIR"), T_BAD },
	{ "none", N_("NONE"), T_DIM },
	{ "unknown", N_("UNKNOWN"), T_WARN },
	/* invoices */
	{ "unpaid", N_("UNPAID"), T_WARN },
	{ "partial", N_("PARTIAL"), T_WARN },
	{ "paid", N_("PAID"), T_OK },
	{ "cancelled", N_("CANCELLED"), T_DIM },
	{ "overdue", N_("OVERDUE"), T_BAD },
	/* payments */
	{ "pending", N_("PENDING"), T_WARN },
	{ "verified", N_("VERIFIED"), T_INFO },
	{ "confirmed", N_("CONFIRMED"), T_OK },
	{ "rejected", N_("REJECTED"), T_BAD },
	{ "reversed", N_("REVERSED"), T_DIM },
	{ "cash", N_("Cash"), T_TEXT },
	{ "transfer", N_("Transfer"), T_TEXT },
	{ "qris", N_("QRIS"), T_TEXT },
	{ "edc", N_("EDC"), T_TEXT },
	{ "ewallet", N_("E-wallet"), T_TEXT },
	{ "credit", N_("Credit"), T_TEXT },
	/* cash sessions */
	{ "open", N_("OPEN"), T_OK },
	{ "closed", N_("CLOSED"), T_DIM },
	/* scopes, languages, settings */
	{ "all", N_("Everything"), T_TEXT },
	{ "branch", N_("His branch"), T_TEXT },
	{ "partner", N_("His partner"), T_TEXT },
	{ "own", N_("His own"), T_TEXT },
	{ "id", N_("Indonesian"), T_TEXT },
	{ "en", N_("English"), T_TEXT },
	{ "exclusive", N_("Tax on top"), T_TEXT },
	{ "inclusive", N_("Tax included"), T_TEXT },
	{ "withdrawn", N_("WITHDRAWN"), T_DIM },
	/* what a right allows */
	{ "view", N_("See"), T_TEXT },
	{ "create", N_("Make"), T_TEXT },
	{ "update", N_("Alter"), T_TEXT },
	{ "delete", N_("Remove"), T_TEXT },
	{ "approve", N_("Approve"), T_TEXT },
	{ "run", N_("Carry out"), T_TEXT },
	/* kinds of what the search finds */
	{ "customer", N_("Customer"), T_TEXT },
	{ "service", N_("Service"), T_TEXT },
	{ "invoice", N_("Invoice"), T_TEXT },
	{ "payment", N_("Payment"), T_TEXT },
	{ "package", N_("Package"), T_TEXT },
	{ "escpos", N_("ESC/POS"), T_TEXT },
	{ "text", N_("Text"), T_TEXT },
	{ NULL, NULL, T_TEXT }
};

/* Sentences of the server (payment behaviour) that are msgids themselves. */
const char *const	word_sentences[] = {
	N_("Very diligent"), N_("Diligent"), N_("Fair"), N_("Often late"),
	N_("No data yet"), NULL
};

const struct word *
word_find(const char *wire)
{
	const struct word	*w;

	if (wire != NULL)
		for (w = words; w->wire != NULL; w++)
			if (strcmp(w->wire, wire) == 0)
				return w;
	return NULL;
}

const char *
word_text(const char *wire)
{
	const struct word	*w = word_find(wire);

	return w != NULL ? i18n_text(w->label) : wire;
}

const char *
word_wire(const char *text)
{
	const struct word	*w;
	size_t			 n = strlen(text);

	if (n == 0)
		return NULL;
	for (w = words; w->wire != NULL; w++)
		if (strcasecmp(w->wire, text) == 0 ||
		    strcasecmp(i18n_text(w->label), text) == 0)
			return w->wire;
	if (n >= 3)
		for (w = words; w->wire != NULL; w++)
			if (strncasecmp(i18n_text(w->label), text, n) == 0)
				return w->wire;
	return NULL;
}
