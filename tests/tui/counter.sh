#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The counter against a live daemon: money is typed, what is booked is asked of
# the server, what is printed is read from the printer.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/tap.sh
. tests/lib/daemon.sh

daemon_init && daemon_demo 200 && daemon_start || bail "no daemon"
W=$D/tui
mkdir -p "$W" "$D/home"
slip=$W/slip

# script NAME [USER] <KEYS: runs them; the last screen is in $screen.
script() {
	local rc=0

	{ echo "expect Pilihan ==>"; cat; } >"$W/$1.keys"
	as "${2:-finance}" "$JABBAR" --script "$W/$1.keys" \
	    --save-display "$W/$1.screen" ${printer:+--printer "$printer"} \
	    >"$W/$1.out" 2>&1 || rc=$?
	screen=$(cat "$W/$1.screen" 2>/dev/null)
	[ $rc = 0 ] || diag "$(cat "$W/$1.out")"
	return $rc
}

recent() {
	call finance counter.recent | jq -r "$1"
}

# The check character of a code to scan: ISO 7064 MOD 37,36.
code() {
	local s=JB1$1$2 a=0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ p=36 i c v

	for ((i = 0; i < ${#s}; i++)); do
		c=${s:i:1}
		[[ $c =~ [0-9A-Z] ]] || continue
		v=${a%%"$c"*}
		p=$(((p + ${#v}) % 36))
		[ $p != 0 ] || p=36
		p=$((p * 2 % 37))
	done
	echo "$s${a:$(((37 - p) % 36)):1}"
}

dots() {
	rev <<<"$1" | sed 's/.../&./g; s/[.]$//' | rev
}

# Customers who owe for one invoice; each test uses up one.
mapfile -t owing < <(call finance invoice.list \
    '{"filter":{"status":"unpaid"},"limit":200}' | jq -r '
    [.rows[] | {c: .[1], n: .[0], t: .[8]}] | group_by(.c) |
    map(select(length == 1) | .[0]) | .[] | "\(.c) \(.n) \(.t)"')
[ "${#owing[@]}" -ge 6 ] || bail "the demo has too few open invoices"
next() {
	read -r customer invoice total <<<"${owing[0]}"
	owing=("${owing[@]:1}")
	tail=${customer: -4}
	rupiah=$(dots "$total")
}

# --- the drawer is closed: said, and opened on the spot
next
script closed <<-KEYS
	type 1 $tail
	key Enter
	wait
	expect $customer
	expect Laci Anda tertutup
	key Enter F8
	wait
	expect F6
KEYS
is $? 0 "without a cash session F8 says what to do"
is "$(recent '.payments | length')" 0 "... and books nothing"

script open <<-KEYS
	type 1
	key Enter
	wait
	key F6
	wait
	type 500k
	key F8
	wait
	expect laci 500.000
KEYS
is $? 0 "F6 opens the drawer"
is "$(recent .session.float)" 500000 "... with the float that was typed"

# --- four digits, exact cash, no printer
script exact <<-KEYS
	type 1
	key Enter
	wait
	type $tail
	key Enter Enter F8
	wait
	expect LUNAS
	expect pilih printer
KEYS
is $? 0 "digits, Enter, Enter, F8: paid"
is "$(recent '.payments[0] | "\(.customer) \(.amount) \(.change) \(.prints)"')" \
    "$customer $total 0 0" "... and booked as such"

# --- with a printer: a plain file takes the place of the device
next
printer=file:$slip
money=$(((total / 100000 + 1) * 100000))
script print <<-KEYS
	type 1 $tail
	key Enter
	wait
	type $((money / 1000))k
	key Enter F8
	wait
	expect struk: terkirim
KEYS
is $? 0 "F8 takes and prints"
pay=$(recent '.payments[0].number')
is "$(recent '.payments[0] | "\(.customer) \(.amount) \(.change) \(.prints)"')" \
    "$customer $total $((money - total)) 1" "... with the change, counted once"
call finance receipt.render "{\"payment\":\"$pay\",\"width\":58,\"format\":\"escpos\"}" |
    jq -r .escpos | base64 -d >"$W/want"
ok "the printer got the very bytes of the receipt" cmp "$slip" "$W/want"
like "$("${JABBAR%/*}/tests/common_escpos" <"$slip")" "$rupiah" \
    "... which name the sum"
script again <<-KEYS
	type 1
	key Enter
	wait
	key F9 c
	wait
	expect terkirim (sali
KEYS
is $? 0 "F9 c prints a copy"
like "$("${JABBAR%/*}/tests/common_escpos" <"$slip")" "SALINAN" \
    "... that says so"
is "$(recent '.payments[0].prints')" 2 "... and is counted"

# --- scan, Enter, F8
next
card=$(code C "$customer")
script scan <<-KEYS
	type 1
	key Enter
	wait
	type $card
	key Enter
	wait
	expect $customer
	key Enter F8
	wait
	expect LUNAS
KEYS
is $? 0 "a scanned card, Enter, F8: paid"
is "$(recent '.payments[0].customer')" "$customer" "... by the card's owner"
next
wrong=$(code I "$invoice")
last=$(tr '0-9A-Z' '1-9A-Z0' <<<"${wrong: -1}")
script misread <<-KEYS
	type 1
	key Enter
	wait
	type ${wrong%?}$last
	key Enter
	wait
	expect Pindaian tidak dikenal
KEYS
is $? 0 "a misread code is refused"
unlike "$screen" "JB1" "... and leaves nothing in the field"

script elsewhere <<-KEYS
	type 2
	key Enter
	wait
	type ab
	type ${wrong%?}$last
	key Enter
	wait
	expect Pindaian tidak dikenal
	expect Saring: ab_
	type $wrong
	key Enter
	wait
	expect $customer
	expect TERIMA+CETAK
	key F9
	type $wrong
	key Enter
	wait
	absent cocok
	expect TERIMA+CETAK
KEYS
is $? 0 "a scan in another screen opens the counter, and leaves nothing there"

# --- F8 twice, and a dead printer that holds no key
before=$(recent '.payments | length')
printer=tcp://127.0.0.1:$(free_port)
script twice <<-KEYS
	type 1 $tail
	key Enter
	wait
	key F8 F8 F8
	type 12
	expect gagal
	key F8
	wait
	expect [12
KEYS
is $? 0 "F8 three times, and the next customer typed meanwhile"
is "$(recent '.payments | length')" $((before + 1)) "... books once"
printer=

# --- part of it
next
script partial <<-KEYS
	type 1 $tail
	key Enter
	wait
	type 50k
	key F8
	wait
	expect Bayar sebagian
KEYS
is $? 0 "less than the sum is asked about"
is "$(recent '.payments | length')" $((before + 1)) "... before it is booked"

# --- the owner decides from which sum on an amount is typed twice
ok "the setting is changed" call super-admin setting.update \
    '{"key":"confirm_amount","value":"40000"}'
script large <<-KEYS
	type 1 $tail
	key Enter
	wait
	type 50k
	key F8
	wait
	expect Jumlah besar
	type 60k
	key F8
	wait
	expect tidak sama
KEYS
is $? 0 "a large amount is asked again"
call super-admin setting.update \
    '{"key":"confirm_amount","value":"5000000"}' >/dev/null

# --- the answer is lost on the way
proxy=$W/proxy.sock
proxy_start() {
	socat UNIX-LISTEN:"$proxy",fork,unlink-early UNIX-CONNECT:"$SOCKET" \
	    2>/dev/null &
	proxy_pid=$!
	wait_for 5 test -S "$proxy"
}
proxy_stop() {
	[ -n "${proxy_pid:-}" ] || return 0
	# shellcheck disable=SC2046
	kill "$proxy_pid" $(pgrep -P "$proxy_pid") 2>/dev/null
	wait "$proxy_pid" 2>/dev/null
	proxy_pid=
}
T() { tmux -L "jabbar-test-$$" -f /dev/null "$@"; }
T_end() {
	T kill-server 2>/dev/null
	proxy_stop
}
at_exit T_end
shows() { T capture-pane -p | grep -qF -- "$1"; }
# seen TEXT DESCRIPTION
seen() {
	if wait_for 20 shows "$1"; then
		pass "$2"
	else
		fail "$2" "not on the screen: $1"
		diag "$(T capture-pane -p)"
	fi
}
rm -f "$slip"
core=$(daemon_pids core)
proxy_start
as finance env -u JABBAR_SERVER JABBAR_SOCKET="$proxy" LC_ALL=C.UTF-8 \
    tmux -L "jabbar-test-$$" -f /dev/null new-session -d -x 80 -y 24 \
    "'$JABBAR' --printer 'file:$slip' 2>'$D/client.log'"
wait_for 20 shows "Pilihan ==>"
T send-keys -l "1 $tail"
T send-keys Enter
seen "$customer" "the bill is open in a terminal"
before=$(recent '.payments | length')
kill -STOP "$core"
T send-keys Enter F8
seen "Membukukan" "F8 is on its way"
proxy_stop
seen "BELUM PASTI" "the line breaks: nothing is claimed"
ok "... nothing is printed" test ! -e "$slip"
T send-keys F8 F8 F3
seen "belum pasti" "... and the screen cannot be left"
kill -CONT "$core"
proxy_start
seen "LUNAS" "the line is back: it is told what happened"
seen "struk: terkirim" "... and now it prints"
is "$(recent '.payments | length')" $((before + 1)) "... and it was booked once"
T_end

# --- the first page: figures of the data, and only what one may see
script dashboard <<-KEYS
	type 0
	key Enter
	wait
	expect Beranda
	expect $(dots "$(call finance dashboard.get | jq .money.today)")
	expect $(dots "$(call finance dashboard.get | jq .money.overdue)")
	expect $(dots "$(call finance dashboard.get | jq .cash.in_drawers)")
KEYS
is $? 0 "the dashboard shows what was taken, what is owed, what lies in drawers"
script dashboard technician <<-KEYS
	type 0
	key Enter
	wait
	expect Pelanggan
	absent Diterima hari ini
	absent Laci
KEYS
is $? 0 "... and no money to who may not see it"

# --- the books agree with all of it
ok "jabbard doctor finds nothing" "$JABBARD" -c "$D/jabbard.ini" doctor
done_testing
