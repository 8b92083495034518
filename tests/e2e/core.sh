#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Core under faults: what clients see when a process dies or stalls in the
# middle of their work, and what a client can do to the others.
here=$(dirname "$0")
# shellcheck source=tests/lib/tap.sh
. "$here/../lib/tap.sh"
# shellcheck source=tests/lib/daemon.sh
. "$here/../lib/daemon.sh"

daemon_init '[database]' 'pool = 8' 'timeout_ms = 4000' \
    '[process]' 'restart_max = 100' &&
    daemon_demo 200 && daemon_start || bail 'no daemon'
fault=${JABBARD%/*}/tests/server_fault
finance=$("$fault" token "$SOCKET" finance) || bail 'no login'
admin=$("$fault" token "$SOCKET" super-admin) || bail 'no login'
hrd=$("$fault" token "$SOCKET" hrd) || bail 'no login'

core() {
	daemon_pids core
}
rss_kb() {
	awk '/^VmRSS/ { print $2 }' "/proc/$1/status"
}
# How many processor ticks it has used so far.
ticks() {
	awk '{ print $14 + $15 }' "/proc/$1/stat"
}
postmaster() {
	pgrep -P "$DAEMON_PID" -f "postgres -D $D/data/pg"
}
stat_of() {
	"$JABBAR" --socket "$SOCKET" --user super-admin call system.stats |
	    jq ".$1"
}
stat_is() {
	[ "$(stat_of "$1")" = "$2" ]
}
# ask TOKEN METHOD PARAMS [N [CANCEL_MS [DELAY_MS]]]
ask() {
	"$fault" ask "$RPC" "$1" "$2" "$3" "${4:-1}" "${5:-0}" "${6:-0}"
}
# slowest: the longest of the answers in $D/ask, in milliseconds.
slowest() {
	awk '$3 > m { m = $3 } END { print m + 0 }' "$D/ask"
}
# files_max N: core may have so many descriptors open; its own user may say so.
files_max() {
	local as=()

	[ "$(id -u)" != 0 ] || as=(setpriv
	    --reuid="$(awk '/^Uid:/ { print $2 }' "/proc/$(core)/status")"
	    --regid="$(awk '/^Gid:/ { print $2 }' "/proc/$(core)/status")"
	    --clear-groups)
	"${as[@]}" prlimit --pid "$(core)" --nofile="$1:"
}
now_ms() {
	echo $((${EPOCHREALTIME/./} / 1000))
}
two_workers_without() {
	[ "$(daemon_pids util | wc -l)" = 2 ] &&
	    ! daemon_pids util | grep -qxF "$1"
}
# lines_say N WORD FILES...: that many of their lines are that word.
lines_say() {
	[ "$(cat "${@:3}" | grep -cx "$2")" = "$1" ]
}
few_backends() {
	[ "$(sql "select count(*) from pg_stat_activity
	    where usename = 'jabbar_run'")" -le 10 ]
}
doctor() {
	"$JABBARD" -c "$D/jabbard.ini" doctor
}
core_is_another() {
	[ -n "$(core)" ] && [ "$(core)" != "$1" ] &&
	    [ "$(grep -c 'event=ready role=core' "$D/log")" -ge "$2" ]
}
uuid() {
	cat /proc/sys/kernel/random/uuid
}
# locked TABLE: somebody has it for himself.
locked() {
	[ "$(sql "select 1 from pg_locks where granted and
	    mode = 'AccessExclusiveLock' and relation = '$1'::regclass")" = 1 ]
}
# holding TABLE SECONDS: a lock on which every reader of it waits.
holding() {
	sql "begin; lock table $1; select pg_sleep($2); commit" \
	    >"$D/held" 2>&1 &
	held=$!
	wait_for 5 locked "$1"
}
release() {
	sql "select pg_terminate_backend(pid) from pg_stat_activity
	    where query like '%pg_sleep%' and pid <> pg_backend_pid()" \
	    >"$D/released"
	wait "$held" 2>/dev/null
}

# ------------------------------------------------------------ the long waits
# Lines that come and go no further; looked at again at the end of their time.
"$fault" hold "$RPC" raw 300 20 >"$D/hold.raw" &
"$fault" hold "$RPC" tls 60 20 >"$D/hold.tls" &
"$fault" hold "$RPC" hello 40 75 >"$D/hold.hello" &
"$fault" deaf "$RPC" "$admin" customer.list '{"limit": 200}' 60 \
    >"$D/deaf" &
held_since=$SECONDS
rss_before=$(rss_kb "$(core)")
ok 'lines without login are there' \
    wait_for 10 lines_say 3 open "$D/hold.raw" "$D/hold.tls" "$D/hold.hello"
ok 'a good client logs in beside 400 that do not' \
    as finance timeout -k 1 6 "$JABBAR" call customer.list '{"limit": 1}'
ok 'and over the local socket' \
    timeout -k 1 6 "$JABBAR" --socket "$SOCKET" --user super-admin \
    call system.stats
lines=$(stat_of clients)
ok "no more than 256 of one address stay ($lines lines)" \
    [ "$lines" -le 262 ]

# ------------------------------------------------------------ workers
util=$(daemon_pids util)
for i in 1 2 3 4 5 6; do
	as finance "$JABBAR" call cash.list '{"limit": 1}' \
	    >"$D/login.$i" 2>&1 &
	logins[i]=$!
done
sleep 0.3
util=$(head -1 <<<"$util")
kill -KILL "$util"
rc=0
for i in 1 2 3 4 5 6; do
	wait "${logins[i]}" || { rc=1; diag "$(<"$D/login.$i")"; }
done
is $rc 0 'a worker dies while six log in: all six do'
ok 'and is replaced' \
    wait_for 10 two_workers_without "$util"

# ------------------------------------------------------------ events, rights
"$fault" watch "$RPC" "$finance" payment,customer 60 >"$D/watch.finance" &
watchers=$!
"$fault" watch "$RPC" "$hrd" payment,customer,session 60 >"$D/watch.hrd" &
watchers="$watchers $!"
ok 'two lines watch' \
    wait_for 10 lines_say 2 ok "$D/watch.finance" "$D/watch.hrd"
call finance cash.open "{\"op_id\": \"$(uuid)\", \"float\": 0}" \
    >"$D/opened" 2>&1 || bail "no drawer: $(<"$D/opened")"
paid=$(call finance payment.take "{\"op_id\": \"$(uuid)\",
    \"customer\": \"1000001\", \"method\": \"cash\", \"tendered\": 5000}" |
    jq -r .number)
like "$paid" '^PAY-' 'a payment is taken'
ok 'another line hears of it' wait_for 2 grep -q "\"$paid\"" "$D/watch.finance"
at=$(now_ms)
like "$(ask "$admin" role.update '{"id": "finance",
    "revoke": ["payment.view"]}')" ' ok ' 'the role loses a right'
ok 'an idle line is told what it may still do' wait_for 5 \
    grep -q '"granted".*"t":"session"' "$D/watch.finance"
ok 'within a second' [ $(($(awk '/"granted"/ { print $1; exit }' \
    "$D/watch.finance") - at)) -le 1000 ]
unlike "$(grep '"granted"' "$D/watch.finance")" '"payment.list"' \
    'the right is gone from it'
paid=$(call finance payment.take "{\"op_id\": \"$(uuid)\",
    \"customer\": \"1000001\", \"method\": \"cash\", \"tendered\": 6000}" |
    jq -r .number)
sleep 0.5
unlike "$(<"$D/watch.finance")" "$paid" 'and so are the events'
unlike "$(<"$D/watch.hrd")" PAY- 'who may not view payments hears of none'
unlike "$(<"$D/watch.hrd")" granted 'whose rights did not change is not told'
# shellcheck disable=SC2086 # a list of pids
kill $watchers
ok 'the right comes back' \
    call super-admin role.update '{"id": "finance", "grant": ["payment.view"]}'

# ------------------------------------------------------------ slow statements
holding app.customer 30 || bail 'no lock'
ask "$admin" customer.list '{"limit": 1}' 1 300 >"$D/ask"
like "$(<"$D/ask")" '^1 cancelled [0-9]{1,3}$' 'a slow read is cancelled'
# Every connection of the pool is busy, and some requests have none.
ask "$admin" customer.list '{"limit": 1}' 12 300 >"$D/ask"
like "$(grep '^1 ' "$D/ask")" '^1 cancelled [0-9]{1,3}$' \
    'also when every connection is busy'
like "$(grep '^12 ' "$D/ask")" '^12 cancelled [0-9]{1,3}$' \
    'also one that waits for a connection'
is "$(cut -d' ' -f2 "$D/ask" | sort | uniq -c | tr -s ' ' |
    tr '\n' ';')" ' 2 cancelled; 10 timeout;' 'the others end by time-out'
ok 'within their time' [ "$(slowest)" -le 8000 ]
release
ok 'the connections are free again' wait_for 5 stat_is db_waiting 0
ask "$admin" customer.list '{"limit": 1}' 30 >"$D/ask"
is "$(grep -c ' ok ' "$D/ask")" 30 \
    'and no cancel hits a request that came later'

# ------------------------------------------------------------ a frozen database
frozen=$(daemon_tree "$(postmaster)")
# shellcheck disable=SC2086 # a list of pids
(sleep 1; kill -STOP $frozen) &
ask "$admin" customer.list '{"limit": 1}' 20 0 1500 >"$D/ask"
is "$(grep -cE ' (unavailable|busy|timeout) ' "$D/ask")" 20 \
    'with the database frozen everybody is told'
ok 'in bounded time' [ "$(slowest)" -le 8000 ]
# shellcheck disable=SC2086
kill -CONT $frozen
thawed() {
	[ "$(ask "$admin" customer.list '{"limit": 1}' 1 | cut -d' ' -f2)" = ok ]
}
ok 'and served when it goes on' wait_for 10 thawed
ok 'no backend is left behind' wait_for 15 few_backends

# ------------------------------------------------------------ descriptors
pid=$(core)
was=$(awk '/^Max open files/ { print $4 }' "/proc/$pid/limits")
files_max $(($(find "/proc/$pid/fd" | wc -l) + 5))
"$fault" hold "$RPC" raw 30 3 >"$D/hold.files" &
files=$!
sleep 1
used=$(ticks "$pid")
sleep 1.5
ok 'out of descriptors core does not spin' \
    [ $(($(ticks "$pid") - used)) -le 30 ]
ok 'nor fill its log' [ "$(grep -c event=accept_error "$D/log")" -le 10 ]
files_max "$was"
wait $files
ok 'and goes on when there are some again' \
    as finance timeout -k 1 6 "$JABBAR" call customer.list '{"limit": 1}'

# ------------------------------------------------------------ a stuck worker
stuck=$(daemon_pids util | head -1)
kill -STOP "$stuck"
for i in 1 2 3; do
	as finance "$JABBAR" call cash.list '{"limit": 1}' \
	    >"$D/login.$i" 2>&1 &
	logins[i]=$!
done
rc=0
for i in 1 2 3; do
	wait "${logins[i]}" || { rc=1; diag "$(<"$D/login.$i")"; }
done
is $rc 0 'a worker hangs while three log in: all three do'
ok 'and is replaced as well' wait_for 10 two_workers_without "$stuck"

# ------------------------------------------------------------ sessions
"$fault" watch "$RPC" "$hrd" customer 3 >"$D/watch.ended" &
wait_for 5 grep -q ^ok "$D/watch.ended"
ok 'somebody ends the session of another' call super-admin session.end \
    "{\"id\": $(sql "select s.id from app.session s join app.app_user u
	on u.id = s.user_id where u.name = 'hrd' and s.ended_at is null")}"
ok 'whose idle line is told' wait_for 2 grep -q '"ended"' "$D/watch.ended"
exits 1 'and cannot take it up again' ask "$hrd" customer.list '{"limit": 1}'
like "$out" 'session ended' 'because it ended'

# ------------------------------------------------------------ cut connections
sql "select count(pg_terminate_backend(pid)) from pg_stat_activity
    where usename = 'jabbar_run'" >"$D/cut"
ask "$admin" customer.list '{"limit": 1}' 30 >"$D/ask"
is "$(grep -c ' ok ' "$D/ask")" 30 \
    'every connection to the database is cut: nobody notices'

# ------------------------------------------------------------ the waits end
wait_for $((held_since + 72 - SECONDS)) grep -q last_ms "$D/hold.hello"
for kind in raw tls; do
	is "$(jq -r .left <<<"$(tail -1 "$D/hold.$kind")")" 0 \
	    "lines that stop at '$kind' are closed"
	ok 'after ten seconds' [ "$(jq -r .last_ms \
	    <<<"$(tail -1 "$D/hold.$kind")")" -le 12500 ]
done
is "$(jq -r .left <<<"$(tail -1 "$D/hold.hello")")" 0 \
    'lines that never log in are closed'
ok 'a reader that never reads is dropped' \
    wait_for 5 grep -qE '"ended_ms":[0-9]' "$D/deaf"
grew=$(($(rss_kb "$(core)") - rss_before))
ok "and memory stays bounded (grew $grew kB)" [ "$grew" -le 60000 ]

# ------------------------------------------------------------ payments
# settled NAME: every operation of its log has exactly one payment, which has
# the number that was answered.
settled() {
	local ops

	"$fault" settle "$RPC" "$finance" "$1" "$D/pay.$1" >"$D/settled.$1" ||
	    return 1
	ops=$(awk '{ print $2 }' "$D/pay.$1" | sort -u | wc -l)
	diag "$1: $ops operations, $(grep -c ^ok "$D/pay.$1") answered at once"
	is "$(grep -c DIFFERS "$D/settled.$1")" 0 \
	    "$1: every answered payment has its number still"
	is "$(awk '$2 ~ /^PAY-/ { print $2 }' "$D/settled.$1" | sort -u |
	    wc -l)" "$ops" "$1: every operation settles to a payment of its own"
	is "$(sql "select count(*) from app.payment where note = '$1'")" \
	    "$ops" "$1: and there are no others"
}
paid_some() {
	[ "$(grep -c ^ok "$1")" -ge 50 ]
}
# paying NAME SECONDS: starts the load; returns when payments are answered.
paying() {
	"$fault" pay "$RPC" "$finance" 8 25 "$2" "$1" "$D/pay.$1" &
	payer=$!
	wait_for 10 paid_some "$D/pay.$1"
}

paying core 20 || bail 'no payments'
pid=$(core)
ready=$(grep -c 'event=ready role=core' "$D/log")
kill -KILL "$pid"
wait $payer
ok 'core, killed under load, is back' \
    wait_for 10 core_is_another "$pid" $((ready + 1))
settled core

"$fault" watch "$RPC" "$finance" package 12 >"$D/watch.resync" &
wait_for 5 grep -q ^ok "$D/watch.resync"
paying postmaster 3 || bail 'no payments'
pid=$(core)
kill -KILL "$(postmaster)"
wait $payer
is "$(core)" "$pid" 'core outlives the database'
settled postmaster
ok 'a watching line is told to read again' \
    wait_for 8 grep -q resync "$D/watch.resync"
unlike "$(grep ^err "$D/pay.postmaster" | awk '{ print $5 }' | sort -u |
    tr '\n' ' ')" 'internal|denied|bad' \
    'a database that dies is only ever "unavailable"'

paying term 20 || bail 'no payments'
tree=$(daemon_tree)
kill -TERM "$DAEMON_PID"
wait $payer
rc=0
wait "$DAEMON_PID" || rc=$?
DAEMON_PID=
is $rc 0 'it ends cleanly under load'
left=
for p in $tree; do
	gone "$p" || left="$left $p"
done
is "$left" '' 'nothing is left running'
is "$(grep ^err "$D/pay.term" | awk '{ print $5 }' | sort -u | tr '\n' ' ')" \
    'busy ' 'what is not accepted any more is told so'
ok 'it starts again' daemon_start
settled term

ok 'the books are clean after all of it' doctor
unlike "$(grep -c 'event=fault' "$D/log")" '[1-9]' 'no fault was logged'
done_testing
