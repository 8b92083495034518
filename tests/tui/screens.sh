#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The screens of every role, cell by cell, against tests/tui/golden/*.txt. The
# clock of server and client stands still, so that the demo's data and what the
# screens say of it are the same in every run.
#
#	screens.sh		compares
#	screens.sh --update	writes what is shown now; read the difference
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/tap.sh
. tests/lib/daemon.sh

golden=$PWD/tests/tui/golden
update=
[ "${1:-}" != --update ] || update=yes
NOON="2026-07-13 03:42:00+00"		# 10:42 in Jakarta

# The database's clock is a setting of its own, which connections read when
# they open: it stands before the demo's data is made.
frozen_daemon() {
	daemon_init && daemon_start &&
	    sql "alter database jabbar set app.clock = '$NOON'" &&
	    daemon_stop || return 1
	JABBAR_CLOCK=$(date -d "$NOON" +%s)
	export JABBAR_CLOCK
	daemon_start && daemon_demo 150
}
frozen_daemon || bail "no daemon"
W=$D/tui
mkdir -p "$W" "$D/home"

# What differs from run to run is masked, keeping its width.
mask() {
	sed -E -e 's/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/UUID________________________________/g' \
	    -e 's/127\.0\.0\.1:[0-9]{4,5}/HOST:PORT      /g' -e 's/ +$//' "$1"
}

# compare NAME: one saved screen against its file.
compare() {
	local name=$1 diff

	if [ ! -s "$W/$name.txt" ]; then
		fail "$name" "the script did not come to this screen"
		return
	fi
	mask "$W/$name.txt" >"$W/$name.masked"
	if [ -n "$update" ]; then
		cp "$W/$name.masked" "$golden/$name.txt"
		pass "$name (written)"
	elif diff=$(diff -u "$golden/$name.txt" "$W/$name.masked"); then
		pass "$name"
	else
		fail "$name" "$diff"
	fi
}

# shots USER [ARGUMENTS] <<KEYS: runs a script in which `shot NAME` saves a
# screen. A slow machine makes the line look slow: then it is run again.
shots() {
	local user=$1 rc=1 try name names

	shift
	cat >"$W/shots"
	names=$(sed -n 's/^shot //p' "$W/shots")
	{ echo "expect DARING"
	  sed "s|^shot \(.*\)|wait\nsave $W/\1.txt|" "$W/shots"
	} >"$W/keys"
	for try in 1 2 3; do
		rc=0
		as "$user" "$JABBAR" "$@" --script "$W/keys" >"$W/out" 2>&1 ||
		    rc=$?
		[ $rc = 0 ] || break
		# shellcheck disable=SC2086 # a list of names
		(cd "$W" && grep -lE 'LAMBAT|SLOW' ${names//$'\n'/.txt }.txt) \
		    >/dev/null 2>&1 || break
		[ "$try" = 3 ] || diag "slow, once more"
	done
	[ $rc = 0 ] || diag "$(cat "$W/out")"
	for name in $names; do
		compare "$name"
	done
}

# --- who sees which menu, and what the first page says to him
for user in super-admin admin sales-cs finance noc warehouse hrd technician \
    reseller; do
	shots "$user" <<-KEYS
		expect Pilihan
		shot menu-$user
		type 0
		key Enter
		wait
		shot home-$user
	KEYS
done

# --- reading; nothing is written until the counter opens
shots super-admin <<-KEYS
	expect Pilihan
	type 21
	key Enter
	shot packages
	key F3
	type 22
	key Enter
	shot users
	key Enter
	shot user
	key F12
	key F10
	wait
	type 24
	key Enter
	shot roles
	key Enter
	shot role
	key F10
	type 25
	key Enter
	shot settings
	key Enter
	shot setting
	key F10
	type 27
	key Enter
	shot sessions
	key F10
	key Ctrl-K
	shot palette
	type tagih
	shot palette-filtered
KEYS

shots sales-cs <<-KEYS
	expect Pilihan
	type 2
	key Enter
	shot customers
	key F1
	shot customers-help
	key Esc
	type status:isolir
	shot customers-filtered
	key F9
	shot customers-actions
	key Esc
	key Enter
	shot customer-sales
	type 2
	shot customer-services
	key F9
	shot customer-actions
	key s
	shot service-status
	key F10
	type 3
	key Enter
	shot customer-new
	type Budi Santoso
	key Enter
	type 0812abc
	key Enter
	shot customer-new-error
	key F4
	type Jl. Merdeka 45
	key Enter
	type home
	key Enter
	shot customer-new-package
	key Esc
	key F3
	shot form-leave
KEYS

shots finance <<-KEYS
	expect Pilihan
	type 5
	key Enter
	shot invoices
	type status:belum
	wait
	key Enter
	shot invoice
	key F10
	type 6
	key Enter
	shot overdue
	key F7
	shot overdue-filter
	key F10
	key F2
	type budi
	shot find
	key Esc
	type 8
	key Enter
	shot payments
	key Enter
	shot payment
	key F10
	type 4
	key Enter
	shot cash-sessions
	key F10
	type 2
	key Enter
	type tunggak:>0
	wait
	key Enter
	shot customer
	type 3
	shot customer-invoices
	type 5
	shot customer-data
	key F10
	type 1
	key Enter
	shot counter-closed
	key F6
	shot drawer-open
KEYS

# --- the counter at work
tail=$(call finance invoice.list '{"filter":{"status":"unpaid"},"limit":200}' |
    jq -r '[.rows[][1]] | group_by(.) | map(select(length > 1)[0]) | sort |
    .[0][-4:]')
shots finance --printer file:/dev/null <<-KEYS
	expect Pilihan
	type 1
	key Enter
	wait
	key F6
	wait
	type 500k
	key F8
	shot counter
	type $tail
	key Enter
	shot counter-bill
	key F1
	shot counter-help
	key Esc
	type 1jt
	shot counter-change
	key S-Tab S-Tab
	key Space
	shot counter-unchecked
	key Enter F7
	shot counter-transfer
	key F9
	shot counter-actions
	key p
	expect Lebar
	key Esc
	key F7 F8
	expect struk: terkirim
	shot counter-paid
	key F9 s
	shot counter-slip
	key Esc
	type budi
	key Enter
	shot counter-matches
KEYS

# --- larger terminals, letters only, the other language
shots finance <<-KEYS
	expect Pilihan
	resize 120x40
	shot menu-120x40
	type 1 $tail
	key Enter
	shot counter-120x40
	key F10
	type 2
	key Enter
	shot customers-120x40
	resize 200x60
	shot customers-200x60
	key Enter
	shot customer-200x60
	key F10
	type 1 $tail
	key Enter
	shot counter-200x60
	resize 79x24
	shot too-small
KEYS
UI_ASCII=1 shots finance <<-KEYS
	expect Pilihan
	type 0
	key Enter
	shot home-ascii
	key F1
	shot help-ascii
KEYS
as_english() {
	{ echo "expect ONLINE"; cat; } >"$W/keys"
	as finance env JABBAR_LANG=en "$JABBAR" --script "$W/keys" \
	    >"$W/out" 2>&1 || diag "$(cat "$W/out")"
}
as_english <<-KEYS
	expect Choice
	save $W/menu-english.txt
	type 1 $tail
	key Enter
	wait
	save $W/counter-english.txt
	key F1
	save $W/help-english.txt
KEYS
compare menu-english
compare counter-english
compare help-english

# --- before login
{ echo "expect DARING"; echo "expect Sandi"; echo "save $W/login.txt"
  echo "type salah"; echo "key F8"; echo wait; echo "expect salah"
  echo "save $W/login-wrong.txt"; } >"$W/keys"
as finance env -u JABBAR_PASSWORD_FILE "$JABBAR" --script "$W/keys" \
    >"$W/out" 2>&1 || diag "$(cat "$W/out")"
compare login
compare login-wrong

# --- no file without its screen
if [ -z "$update" ]; then
	left=
	for f in "$golden"/*.txt; do
		[ -e "$W/$(basename "$f")" ] || left="$left $(basename "$f")"
	done
	is "$left" "" "every golden file has its screen"
	# Whatever the language, no label of a screen is cut at 80 columns.
	is "$(grep -lE '^ F1 .*~' "$golden"/*.txt)" "" "no key's name is cut"
fi
done_testing
