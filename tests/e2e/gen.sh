#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The build tools: what they write compiles with both compilers, says what the
# sources say, and mistakes end the build with a sentence naming the file.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=tests/lib/tap.sh
. "$top/tests/lib/tap.sh"
cd "$top" || exit 1
gen=${B:-build/san}/gen
sqlembed=$(realpath "$gen/tool-sqlembed")
pogen=$(realpath "$gen/tool-pogen")
tmp=$(mktemp -d)
at_exit rm -rf "$tmp"
cd "$tmp" || exit 1
mkdir -p sql/migrations sql/api sql/seed sql/queries

# compiles COMPILER NAME: builds NAME.c and NAME-main.c with all warnings.
compiles() {
	"$1" -std=gnu11 -Wall -Wextra -Wpedantic -Werror -I"$top" -o "$2.$1" \
	    "$2.c" "$2-main.c"
}

printf -- '-- about\n-- notx\ncreate index "a\\b" ??= '\''\303\251'\'';\n\tx1' \
    >sql/migrations/0010_index.sql
printf 'select 1;\n-- notx\n' >sql/migrations/0002_core.sql
printf 'create function b();\n' >sql/api/b.sql
printf 'create function a();\n' >sql/api/a.sql
printf -- '-- head\n\n-- name: two\nselect 2\n;\n\n-- name:one\n-- why\nselect 1\n' \
    >sql/queries/q.sql
{
	printf 'select '
	for i in {1..4000}; do printf '%s,' "$i"; done
	printf '0'
} >sql/seed/long.sql

cat >sql-main.c <<'C'
#include <stdio.h>
#include "server/db/sql_embed.h"
int main(void)
{
	for (int i = 0; sql_migrations[i].name != NULL; i++)
		printf("%d|%s|%d|%s\n%s\n", sql_migrations[i].number,
		    sql_migrations[i].name, sql_migrations[i].notx,
		    sql_migrations[i].sha256, sql_migrations[i].text);
	for (int i = 0; sql_api[i].name != NULL; i++)
		printf("api %s|%s", sql_api[i].name, sql_api[i].text);
	for (int i = 0; sql_queries[i].name != NULL; i++)
		printf("query %s|%s\n", sql_queries[i].name, sql_queries[i].text);
	for (int i = 0; sql_seed[i].name != NULL; i++)
		printf("seed %s|%s\n", sql_seed[i].name, sql_seed[i].text);
	return 0;
}
C
sum() { sha256sum "$1" | cut -d' ' -f1; }
want=$(
	printf '2|core|0|%s\n' "$(sum sql/migrations/0002_core.sql)"
	cat sql/migrations/0002_core.sql
	echo
	printf '10|index|1|%s\n' "$(sum sql/migrations/0010_index.sql)"
	cat sql/migrations/0010_index.sql
	echo
	printf 'api a|create function a();\napi b|create function b();\n'
	printf 'query one|-- why\nselect 1\nquery two|select 2\n;\n'
	printf 'seed long|'
	cat sql/seed/long.sql
)
"$sqlembed" sql/queries/q.sql sql/*/*_*.sql sql/api/b.sql sql/api/a.sql \
    sql/seed/long.sql >sql.c
for cc in gcc clang; do
	ok "the SQL source compiles with $cc" compiles $cc sql
	is "$(./sql.$cc)" "$want" "$cc: SQL comes out byte for byte, in order"
done
"$sqlembed" >sql.c
ok 'without any SQL file it still compiles' compiles gcc sql
is "$(./sql.gcc)" '' 'and the arrays are empty'

# refuses SENTENCE DESCRIPTION FILE CONTENT
refuses() {
	mkdir -p "$(dirname "$3")"
	printf '%b' "$4" >"$3"
	exits 1 "$2" "$sqlembed" "$3"
	# shellcheck disable=SC2154 # set by exits
	like "$out" "$1" "$2: says so"
}
refuses 'NNNN_name' 'a migration without a number' x/migrations/core.sql 'x'
refuses 'NNNN_name' 'a migration with three digits' x/migrations/001_a.sql 'x'
refuses 'before the first' 'SQL before the first name' x/queries/a.sql 'select 1;\n'
refuses 'bad name' 'a query with a bad name' x/queries/b.sql '-- name: a b\nselect 1\n'
refuses 'is empty' 'an empty query' x/queries/c.sql '-- name: a\n\n-- name: b\nselect 1\n'
refuses 'one name twice' 'a query name twice' x/queries/d.sql '-- name: a\nselect 1\n-- name: a\nselect 1\n'
refuses 'NUL' 'a NUL byte' x/api/e.sql 'select\0000;\n'
refuses 'not in' 'a file of no kind' x/other/e.sql 'select 1;\n'
exits 1 'one migration number twice' "$sqlembed" sql/migrations/0002_core.sql \
    "$(cp sql/api/a.sql sql/migrations/0002_other.sql; echo sql/migrations/0002_other.sql)"
exits 1 'a file that is not there' "$sqlembed" sql/api/none.sql

cat >id.po <<'P'
# Comment.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"

#: a.c:1
#, c-format
msgid "Pay %s"
msgstr "Bayar %s"

#, fuzzy
msgid "No"
msgstr "Salah"

msgid ""
"Long\n"
"er \"q\" \x41\101??="
msgstr "Pan"
"jang\t\303\251\n"

msgid "Empty"
msgstr ""

msgid "After"
msgstr "Sesudah"

#~ msgid "old"
#~ msgstr "lama"
P
printf 'msgid ""\nmsgstr "x"\n' >en.po
cat >po-main.c <<'C'
#include <stdio.h>
#include "tui-client/po/catalog.h"
int main(void)
{
	for (int i = 0; catalogs[i].lang != NULL; i++) {
		printf("%s %zu\n", catalogs[i].lang, catalogs[i].n);
		for (size_t j = 0; j < catalogs[i].n; j++)
			printf("%s|%s\n", catalogs[i].entries[j].msgid,
			    catalogs[i].entries[j].text);
	}
	return 0;
}
C
"$pogen" id.po en.po >po.c
want=$(printf 'id 3\nAfter|Sesudah\nLong\ner "q" AA??=|Panjang\t\303\251\n\nPay %%s|Bayar %%s\nen 0\n')
for cc in gcc clang; do
	ok "the catalogue compiles with $cc" compiles $cc po
	is "$(./po.$cc)" "$want" "$cc: sorted; no header, fuzzy, empty, obsolete"
done
"$pogen" >po.c
ok 'without any language it still compiles' compiles gcc po
is "$(./po.gcc)" '' 'and there is no catalogue'

# po_refuses SENTENCE DESCRIPTION CONTENT
po_refuses() {
	printf '%b' "$3" >bad.po
	exits 1 "$2" "$pogen" bad.po
	like "$out" "bad.po:[0-9]+: .*$1" "$2: says where and why"
}
po_refuses 'same msgid' 'a message twice' 'msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"\n'
po_refuses 'without msgstr' 'a message without text' 'msgid "a"\n'
po_refuses 'without msgid' 'a text without message' 'msgstr "a"\n'
po_refuses 'belongs to nothing' 'a string alone' '"a"\n'
po_refuses 'closing quote' 'no closing quote' 'msgid "a\nmsgstr "b"\n'
po_refuses 'unknown escape' 'an unknown escape' 'msgid "\\q"\nmsgstr "b"\n'
po_refuses 'after the string' 'text after the string' 'msgid "a" b\nmsgstr "b"\n'
po_refuses 'understood' 'a plural' 'msgid "a"\nmsgid_plural "b"\nmsgstr "b"\n'
po_refuses 'understood' 'a context' 'msgctxt "a"\nmsgid "b"\nmsgstr "b"\n'
exits 1 'a language that is no name' "$pogen" "$(printf 'msgid "a"\nmsgstr "b"\n' >'i d.po'; echo 'i d.po')"
done_testing
