/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DB_QUERY_H
#define DB_QUERY_H

/*
 * The text of a named query of sql/queries; an unknown name is a bug of ours.
 */
const char *query_text(const char *name);

#endif
