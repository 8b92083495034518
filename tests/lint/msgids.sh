#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every msgid of the client, the shared tables, the formats and the printing
# code has an Indonesian text, and no text is left without its msgid. With
# --list: the msgids as a .pot, for msgmerge.
set -u
cd "$(dirname "$0")/../.." || exit 1
po=tui-client/po/id.po
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

find tui-client common/api common/print common/receipt -name '*.[ch]' |
    LC_ALL=C sort >"$work/marked"
find common/fmt -name '*.[ch]' | LC_ALL=C sort >"$work/formats"
extract() {
	xgettext --from-code=UTF-8 --language=C --no-wrap --add-location=file \
	    --omit-header -o "$@"
}
# The formats say their sentences as plain arguments of these functions.
extract "$work/a.pot" -k -k_ -kN_ -ki18n_text -f "$work/marked" &&
extract "$work/b.pot" -k -kN_ -kmoney_bad:3 -kcode_bad:3 -kerr_field:5 \
    -f "$work/formats" || exit 1
msgcat --no-wrap --use-first "$work/a.pot" "$work/b.pot" >"$work/cat.pot" ||
    exit 1
# An empty string is no message: it would be the header of a catalogue.
awk 'BEGIN { RS = ""; ORS = "\n\n" } !/msgid ""\nmsgstr ""$/' \
    "$work/cat.pot" >"$work/all.pot"
if [ "${1:-}" = --list ]; then
	cat "$work/all.pot"
	exit 0
fi
rc=0
# msgcmp wants a header in the reference too.
{ printf 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
  cat "$work/all.pot"; } >"$work/ref.pot"
msgcmp "$po" "$work/ref.pot" 2>"$work/missing" || { cat "$work/missing"; rc=1; }
msgfmt --check -o /dev/null "$po" || rc=1
# A text whose msgid is gone misleads whoever translates next.
grep '^msgid' "$po" | LC_ALL=C sort >"$work/have"
grep '^msgid' "$work/ref.pot" | LC_ALL=C sort >"$work/want"
stale=$(LC_ALL=C comm -23 "$work/have" "$work/want" | grep -v '^msgid ""$')
if [ -n "$stale" ]; then
	printf 'no longer used:\n%s\n' "$stale"
	rc=1
fi
exit $rc
