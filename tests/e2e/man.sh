#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every subcommand and option that the programs name in their help stands in
# their manual pages, and the other way round for options.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=tests/lib/tap.sh
. "$top/tests/lib/tap.sh"
cd "$top" || exit 1
B=${B:-build/san}

options() { grep -oE -- '--[a-z][a-z-]+' | sort -u; }
page_options() { sed -nE 's/^\.(Op |It )?Fl (.*)/Fl \2/p' "$1" |
	grep -oE -- 'Fl -[a-z][a-z-]+' | sed 's/^Fl -/--/' | sort -u; }

help=$("$B/jabbard" --help)
like "$help" 'usage: jabbard' 'jabbard explains itself'
all=
while read -r c; do
	exits 0 "jabbard $c --help" "$B/jabbard" "$c" --help
	# shellcheck disable=SC2154 # set by exits
	all+=$out$'\n'
	ok "jabbard.8 tells of $c" grep -q "^\\.Cm $c\\|^\\.It Cm $c" \
	    docs/man/jabbard.8
done < <(sed -nE 's/^  ([a-z]+) .*/\1/p' <<<"$help")
for o in $(options <<<"$all"); do
	[ "$o" = --help ] || ok "jabbard.8 tells of $o" \
	    grep -q -- "Fl -${o#--}\\b" docs/man/jabbard.8
done
for o in $(page_options docs/man/jabbard.8); do
	[ "$o" = --help ] || ok "jabbard knows $o" grep -q -- "$o" <<<"$all"
done

help=$("$B/jabbar" --help)
like "$help" 'usage: jabbar' 'jabbar explains itself'
for o in $(options <<<"$help"); do
	[ "$o" = --help ] || ok "jabbar.1 tells of $o" \
	    grep -q -- "Fl -${o#--}\\b" docs/man/jabbar.1
done
for o in $(page_options docs/man/jabbar.1); do
	ok "jabbar knows $o" grep -q -- "$o" <<<"$help"
done
done_testing
