#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The client in real terminals (tmux): kinds of terminals, sizes, lines that
# break, drafts, pastes, hostile names, and keys pressed at random, after which
# nothing may have been written, because F8 was not among them.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/tap.sh
. tests/lib/daemon.sh

daemon_init && daemon_demo 120 && daemon_start || bail "no daemon"
W=$D/tui
mkdir -p "$W" "$D/home"
tmux_name=jabbar-test-$$
T() { tmux -L "$tmux_name" -f /dev/null "$@"; }
T_end() {
	T kill-server 2>/dev/null
	return 0
}
at_exit T_end

# begin NAME USER [VARIABLE=VALUE...]: a client in a terminal of its own; what
# it writes to the terminal goes to $W/NAME.raw as well.
begin() {
	local name=$1 user=$2

	shift 2
	as "$user" env LC_ALL=C.UTF-8 tmux -L "$tmux_name" -f /dev/null \
	    new-session -d -s "$name" -x 80 -y 24 \
	    "until [ -e '$W/$name.go' ]; do sleep 0.05; done; exec env $* '$JABBAR' 2>'$D/client-$name.log'"
	T pipe-pane -t "$name" -O "cat >'$W/$name.raw'"
	: >"$W/$name.go"
}
end() {
	T kill-session -t "$1" 2>/dev/null
	rm -f "$W/$1.go"
}
screen() { T capture-pane -p -t "$1"; }
shows() { screen "$1" | grep -qF -- "$2"; }
key() { T send-keys -t "$1" "${@:2}"; }
type_in() { T send-keys -t "$1" -l -- "$2"; }
# seen NAME TEXT DESCRIPTION
seen() {
	if wait_for 20 shows "$1" "$2"; then
		pass "$3"
	else
		fail "$3" "not on the screen of $1: $2"
		diag "$(screen "$1")"
	fi
}
hides() { ! shows "$1" "$2"; }
client_pid() { T display-message -p -t "$1" '#{pane_pid}'; }

# --- kinds of terminals, all at once
kinds="xterm-256color tmux-256color screen-256color linux vt100 putty-256color"
for kind in $kinds; do
	begin "$kind" noc TERM="$kind"
done
begin plain noc NO_COLOR=1
begin ascii noc UI_ASCII=1
begin posix noc LC_ALL=C LANG=C
for kind in $kinds plain ascii posix; do
	wait_for 30 shows "$kind" "Pilihan ==>"
	type_in "$kind" 2
	key "$kind" Enter
	wait_for 20 shows "$kind" "No.  "
	key "$kind" Down F9
	seen "$kind" "Buka" "$kind: menu, list, actions"
done
for kind in xterm-256color tmux-256color screen-256color putty-256color plain; do
	like "$(screen $kind)" "┌─ Aksi" "$kind: boxes are lines"
done
for kind in vt100 ascii posix; do
	is "$(screen $kind | LC_ALL=C grep -c '[^ -~]')" 0 \
	    "$kind: nothing but ASCII"
	like "$(screen $kind)" "\+- Aksi" "$kind: ... with boxes of it"
done
is "$(grep -acE $'\e\\[[0-9;]*(3[0-9]|4[0-9]|9[0-7])m' "$W/plain.raw")" 0 \
    "NO_COLOR: no colour is written"
isnt "$(grep -acE $'\e\\[[0-9;]*(3[0-9]|9[0-7])m' "$W/xterm-256color.raw")" 0 \
    "... which is there otherwise"
key xterm-256color Escape
sleep 0.3
key xterm-256color F10 F12
seen xterm-256color "Akhiri program" "F12 in the menu asks"
key xterm-256color F8
gone_session() { ! T has-session -t "$1" 2>/dev/null; }
ok "... and F8 ends the program" wait_for 10 gone_session xterm-256color
like "$(tail -c 300 "$W/xterm-256color.raw" | cat -v)" '\^\[\[\?1049l' \
    "... which leaves the terminal as it was"
for kind in $kinds plain ascii posix; do
	end "$kind"
done

# --- sizes: in each kind of screen there and back again
begin size sales-cs
seen size "Pilihan ==>" "a terminal to pull about"
# The screen without what may have changed meanwhile: the clock, and how many
# rows a larger terminal asked for.
still() {
	screen "$1" | sed -E 's/ *(tampil|showing) .*//
	    s/ *[0-9][0-9]:[0-9][0-9] (DARING|LAMBAT.*)//; s/ memuat\.\.\. .*//'
}
# pulled WHAT
pulled() {
	local before dims bad='' now i

	sleep 0.2
	before=$(still size)
	for dims in 200x60 60x20 10x3 300x100 80x24; do
		T resize-window -t size -x "${dims%x*}" -y "${dims#*x}"
		for i in {1..40}; do
			sleep 0.03
			now=$(screen size)
			case $dims in
			60x20) [[ $now == *"Perlu 80x24"* ]] && break ;;
			10x3) break ;;
			*) [[ $now == *DARING* ]] && break ;;
			esac
			[ "$i" != 40 ] || bad="$bad $dims"
		done
	done
	for i in {1..40}; do
		now=$(still size)
		[ "$now" != "$before" ] || break
		sleep 0.05
	done
	if [ "$now" = "$before" ]; then
		pass "$1 survives all sizes"
	else
		fail "$1 survives all sizes" \
		    "$(diff <(echo "$before") <(echo "$now"))"
	fi
	is "$bad" "" "... and is drawn at each of them"
}
pulled "the menu"
type_in size 2
key size Enter
wait_for 10 shows size "tampil"
pulled "a list"
key size F9
wait_for 10 shows size "Aksi"
pulled "a popup"
key size Escape
key size F1
wait_for 10 shows size "Bantuan layar ini"
pulled "the help"
key size F3
key size Enter
wait_for 10 shows size "Alamat  "
pulled "a detail"
key size F10
wait_for 10 shows size "Pilihan ==>"
type_in size 3
key size Enter
wait_for 10 shows size "Nama lengkap"
type_in size "Sri Rejeki"
key size Enter
pulled "a form"

# --- a paste of a megabyte is one line of text, and no keys
head -c 1000000 /dev/zero | tr '\0' 'x' | fold -w 79 >"$W/big"
T load-buffer "$W/big"
T paste-buffer -p -d -t size
seen size "[xxxxxxxxxxxxxxxxxxx" "a megabyte is pasted: its first line stays"
hides size "Alamat*       [x" || fail "... and nothing of it in the next field"
key size C-u
type_in size 081233334444
key size Enter
seen size "[081233334444" "... and the next keys are answered"
printf 'Jl. Tempel 1\nkedua\033[19~ketiga\n' >"$W/small"
T load-buffer "$W/small"
T paste-buffer -p -d -t size
seen size "[Jl. Tempel 1___" "a paste of lines is not Enter"
is "$(call sales-cs customer.list '{"q":"Tempel"}' | jq '.rows | length')" 0 \
    "... nor is a function key in it"

# --- core dies in the middle of a form
core=$(daemon_pids core)
kill -KILL "$core"
key size Enter
type_in size "home-2"
seen size "[home-2" "core is killed: typing goes on"
wait_for 30 shows size "PUTUS" || diag "$(screen size)"
wait_for 30 shows size "DARING"
key size C-u
type_in size HOME-20
key size Tab
wait_for 10 shows size "Home 20"
key size F8
seen size "REGISTRASI" "... and the form is saved on the new line"
is "$(call sales-cs customer.list '{"q":"Sri Rejeki"}' |
    jq '[.rows[] | select(.[1] == "Sri Rejeki")] | length')" 1 "... once"

# --- the terminal is closed: what was typed is offered again
key size F10
wait_for 10 shows size "Pilihan ==>"
type_in size 3
key size Enter
wait_for 10 shows size "Nama lengkap"
type_in size "Draf Tersimpan"
key size Enter
type_in size 08129
wait_for 10 shows size "[08129"
pid=$(client_pid size)
kill -HUP "$pid"
ok "a hang-up ends the client" wait_for 10 gone "$pid"
end size
is "$(find "$D/home" -path '*draft*' -type f ! -perm 0600 | wc -l)" 0 \
    "drafts are for their owner only"
begin again sales-cs
seen again "Draf Tersimpan" "the next login offers the draft"
key again Enter
seen again "[08129" "... with all that was typed"
key again F3
wait_for 10 shows again "Belum disimpan"
key again b
seen again "Pilihan ==>" "... and can be thrown away"
wait_for 10 hides again "Nama lengkap"
end again

# --- names that are made to harm
esc_name='{"op_id":"11111111-1111-4111-8111-111111111111","name":"Evil\u001b[2J\u0007","phone":"081200001111","address":"Jl. X","package":"HOME-20"}'
is "$(call_code sales-cs customer.create "$esc_name")" bad_field \
    "a name with an escape sequence is refused"
odd_name='{"op_id":"22222222-2222-4222-8222-222222222222","name":"Zz\u202eosotnas\u202c\u200bidub","phone":"081200002222","address":"Jl. X","package":"HOME-20"}'
odd=$(call sales-cs customer.create "$odd_name" | jq -r .number)
begin hostile sales-cs
wait_for 20 shows hostile "Pilihan ==>"
type_in hostile 2
key hostile Enter
wait_for 10 shows hostile "tampil"
if [ -n "$odd" ]; then
	type_in hostile Zz
	seen hostile "$odd" "a name that turns the text round is listed"
	seen hostile "Zz<U+202E>oso" "... with its marks made visible"
	key hostile Enter
	seen hostile "1 Ringkas" "... and opened"
	key hostile F7
	sleep 0.5
	is "$(LC_ALL=C grep -acE $'\xe2\x80[\x8b-\x8f\xaa-\xae]|\xe2\x81[\xa6-\xa9]' \
	    "$W/hostile.raw")" 0 "... and never reaches the terminal as it is"
	like "$(screen hostile)" "Zzosotnasidub" \
	    "... and a form shows its letters alone"
else
	fail "a name with bidirectional marks is stored"
fi
end hostile

# --- keys at random, without F8: nothing is written by anybody
writes() {
	sql "select (select count(*) from app.audit where method not like
	    'session.%'), (select count(*) from app.journal),
	    (select count(*) from app.payment), (select count(*) from app.invoice),
	    (select count(*) from app.customer)"
}
# random SEED COUNT: a script of keys; each letter, digit and key there is,
# but F8 and what ends the program.
random() {
	awk -v seed="$1" -v n="$2" 'BEGIN {
		srand(seed)
		m = split("F1 F2 F3 F4 F5 F6 F7 F9 F10 Enter Enter Enter " \
		    "Enter Tab S-Tab Esc Up Down Down Left Right Home End PgUp " \
		    "PgDn Ins Del Backspace Space Ctrl-D Ctrl-U Ctrl-Z Ctrl-Y " \
		    "Ctrl-O Ctrl-L S-F7 0 1 2 3 4 5 6 7 8 9 a b c d e f g h i " \
		    "j k l m n o p q r s t u v w x y z / < > \\ ? - . , @ % *",
		    k, " ")
		for (i = 1; i <= n; i++) {
			line = line " " k[1 + int(rand() * m)]
			if (i % 40 == 0) {
				print "key" line
				line = ""
				if (i % 200 == 0)
					print "wait"
			}
		}
	}'
}
owing=$(call finance invoice.list '{"filter":{"status":"unpaid"},"limit":1}' |
    jq -r '.rows[0][1]')
ok "finance opens a drawer" call finance cash.open \
    '{"op_id":"33333333-3333-4333-8333-333333333333","float":100000}'
before=$(writes)
# mash NAME USER <<KEYS: those keys, then 2,000 at random; all at once.
mashed=()
mash() {
	local name=$1 user=$2

	{ echo "expect Pilihan ==>"; cat; random "$((seed += 1))" 2000
	} >"$W/$name.keys"
	as "$user" env XDG_CONFIG_HOME="$W/config-$name" "$JABBAR" \
	    --script "$W/$name.keys" --save-display "$W/$name.screen" \
	    >"$W/$name.out" 2>&1 </dev/null &
	mashed+=("$name:$!")
}
mash_end() {
	local m rc

	for m in "${mashed[@]}"; do
		rc=0
		wait "${m#*:}" || rc=$?
		is "$rc" 0 "2,000 keys at random in ${m%:*}"
		[ $rc = 0 ] || diag "$(tail -60 "$W/${m%:*}.out")"
	done
}
seed=100
mash menu super-admin </dev/null
mash counter finance <<-KEYS
	type 1 $owing
	key Enter
	wait
	expect TERIMA
KEYS
mash customer-form sales-cs <<-KEYS
	type 3
	key Enter
	type Acak
	key Enter
	type 081277778888
KEYS
mash customer super-admin <<-KEYS
	type 2
	key Enter Enter
	wait
KEYS
mash payments finance <<-KEYS
	type 8
	key Enter
	wait
KEYS
mash invoice admin <<-KEYS
	type 5
	key Enter F6
	wait
KEYS
mash settings super-admin <<-KEYS
	type 25
	key Enter
	wait
KEYS
mash users super-admin <<-KEYS
	type 22
	key Enter
	wait
KEYS
mash_end
is "$(writes)" "$before" "... wrote nothing"
[ "$(writes)" = "$before" ] ||
    diag "$(sql "select at, method, number from app.audit where method not like 'session.%' order by id desc limit 5")"

ok "jabbard doctor finds nothing" "$JABBARD" -c "$D/jabbard.ini" doctor
done_testing
