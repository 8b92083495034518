#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The supervisor: what happens when each process dies, when two daemons meet,
# when the machine is not as it should be.
here=$(dirname "$0")
# shellcheck source=tests/lib/tap.sh
. "$here/../lib/tap.sh"
# shellcheck source=tests/lib/daemon.sh
. "$here/../lib/daemon.sh"

conf() {
	echo "$D/jabbard.ini"
}

serve() {
	timeout -k 5 60 "$JABBARD" -c "$(conf)" serve </dev/null
}

postmaster() {
	pgrep -P "$DAEMON_PID" -f "postgres -D $D/data/pg"
}

accepts() {
	(exec 3<>"/dev/tcp/${RPC%:*}/${RPC##*:}")
}

# another ROLE OLD: a process of that role runs that is not OLD.
another() {
	local new

	new=$(daemon_pids "$1" | grep -vxF "$2")
	[ -n "$new" ] && ! daemon_pids "$1" | grep -qxF "$2"
}

another_postmaster() {
	local new

	new=$(postmaster) && [ "$new" != "$1" ] && sql 'select 1'
}

logged() {
	grep -q "$1" "$D/log"
}

count_logged() {
	[ "$(grep -c "$1" "$D/log")" = "$2" ]
}

all_gone() {
	local p

	for p in "$@"; do
		gone "$p" || return 1
	done
}

# As the user of the cluster, outside of any daemon.
as_db() {
	if [ "$(id -u)" = 0 ]; then
		(cd / && runuser -u "$(stat -c %U "$D/data/pg/PG_VERSION")" -- \
		    "$@")
	else
		"$@"
	fi
}

daemon_init '[process]' 'restart_max = 100' || bail 'no daemon'
ok 'init a second time changes nothing' \
    "$JABBARD" -c "$(conf)" init --no-admin
ok 'migrate verify without a daemon' "$JABBARD" -c "$(conf)" migrate verify
is "$(stat -c %a "$D/data/tls/key.pem")" 600 'the key is closed to others'

# What systemd would hear, as datagrams without an end of line.
socat -u "UNIX-RECV:$D/notify" "OPEN:$D/notified,creat,append" &
at_exit kill $!
wait_for 5 test -S "$D/notify" || bail 'no socket'
chmod 777 "$D/notify"
export NOTIFY_SOCKET=$D/notify WATCHDOG_USEC=1000000
daemon_start || bail 'not ready'
ok 'systemd is told when it serves' wait_for 5 grep -q READY=1 "$D/notified"
ok 'the watchdog is fed' wait_for 5 grep -q WATCHDOG=1 "$D/notified"
is "$(jq -r .socket "$D/run/jabbard.json")" "$D/run/jabbard.sock" \
    'the run file names the socket'
is "$(stat -c %a "$SOCKET")" 666 'every user may connect to the socket'
ok 'the port accepts' accepts
is "$(daemon_pids core | wc -l) $(daemon_pids util | wc -l)" '1 2' \
    'one core, two workers'
core=$(daemon_pids core)
if [ "$(id -u)" = 0 ]; then
	isnt "$(stat -c %U "/proc/$core")" root 'core is not root'
	isnt "$(stat -c %U "/proc/$core")" "$(stat -c %U "/proc/$(postmaster)")" \
	    'core and the database are two users'
fi
is "$(awk '/^NoNewPrivs/ { print $2 }' "/proc/$core/status")" 1 \
    'core gains no privileges'
ok 'migrate verify beside the daemon' "$JABBARD" -c "$(conf)" migrate verify

exits 1 'a second daemon on the same directory is refused' serve
like "$out" "in use by another jabbard \(process $DAEMON_PID\)" \
    'and told by whom'

util=$(daemon_pids util | head -1)
kill -KILL "$util"
ok 'a killed worker is replaced' wait_for 10 another util "$util"
is "$(daemon_pids core)" "$core" 'core stays'
kill -KILL "$core"
ok 'a killed core is replaced' wait_for 10 another core "$core"
ok 'and gets ready' wait_for 10 count_logged 'event=ready role=core' 2
ok 'the port accepts again' accepts
core=$(daemon_pids core)
pg=$(postmaster)
kill -KILL "$pg"
ok 'a killed database comes back' wait_for 30 another_postmaster "$pg"
is "$(daemon_pids core)" "$core" 'core lives through it'
kill -HUP "$DAEMON_PID"
ok 'SIGHUP reaches core' wait_for 5 logged 'role=core.*event=reload'
is "$(daemon_pids core)" "$core" 'and does not end it'

# A daemon of its own directory on the same port.
first=$D
mkdir "$first/second"
chmod 755 "$first/second"
sed "s/^port = .*/port = ${RPC##*:}/" "$first/jabbard.ini" \
    >"$first/second/jabbard.ini"
D=$first/second
ok 'a second installation' "$JABBARD" -c "$(conf)" init --no-admin
exits 1 'a busy port is refused' serve
like "$out" "port ${RPC##*:} on 127.0.0.1 is busy" 'and named'
D=$first

tree=$(daemon_tree)
ok 'it stops with 0' daemon_stop
# shellcheck disable=SC2086
ok 'nothing is left running' all_gone $tree
is "$(cd "$D/run" && echo *)" '*' 'nothing is left in the run directory'
ok 'systemd was told that it stops' grep -q STOPPING=1 "$D/notified"
unset NOTIFY_SOCKET WATCHDOG_USEC

# The parent itself is killed: everything else goes, and it starts again.
daemon_start || bail 'not ready'
tree=$(daemon_tree)
kill -KILL "$DAEMON_PID"
wait "$DAEMON_PID" 2>/dev/null
# shellcheck disable=SC2086
ok 'with its parent killed nothing goes on' wait_for 20 all_gone $tree
ok 'it starts over what was left' daemon_start
ok 'and stops' daemon_stop

# A cluster that lost its parent, and a pid file that names somebody else.
bin=$(dirname "$(readlink -f "$(ls -d /usr/lib/postgresql/*/bin/postgres |
    tail -1)")")
as_db "$bin/postgres" -D "$D/data/pg" </dev/null >/dev/null 2>&1 &
ok 'an orphan runs' wait_for 20 sql 'select 1'
orphan=$(head -1 "$D/data/pg/postmaster.pid")
ok 'the daemon takes its place' daemon_start
isnt "$(postmaster)" "$orphan" 'with a cluster of its own'
ok 'the orphan has ended' gone "$orphan"
ok 'it stops as usual' daemon_stop
sleep 300 &
sleeper=$!
at_exit kill "$sleeper"
printf '%s\n' "$sleeper" "$D/data/pg" 0 5432 "$D/run" '' 0 ready |
    as_db tee "$D/data/pg/postmaster.pid" >/dev/null
ok 'a pid file that names another program is no obstacle' daemon_start
ok 'which is left alone' kill -0 "$sleeper"
ok 'it stops' daemon_stop

# What cannot work is said in one sentence.
touch "$D/run/jabbard.sock"
exits 1 'a file in place of the socket is refused' serve
like "$out" 'is in the way' 'and named'
rm "$D/run/jabbard.sock"
cp -p "$D/data/tls/cert.pem" "$D/cert.keep"
echo nonsense >"$D/data/tls/cert.pem"
exits 1 'a core that cannot start ends the daemon' serve
like "$out" 'core ended before it was ready' 'with the reason'
is "$(pgrep -f "$D/jabbard.ini" || pgrep -f "postgres -D $D/data/pg")" '' \
    'and nothing stays'
cp -p "$D/cert.keep" "$D/data/tls/cert.pem"
version=$(<"$D/data/pg/PG_VERSION")
as_db tee "$D/data/pg/PG_VERSION" <<<14 >/dev/null
exits 1 'a cluster of an old version is refused' serve
like "$out" 'PostgreSQL 14.*pg_upgrade' 'with the way out'
as_db tee "$D/data/pg/PG_VERSION" <<<"$version" >/dev/null
sed "s|^run = .*|run = $(printf 'x%.0s' {1..100})|" "$D/jabbard.ini" \
    >"$D/long.ini"
exits 1 'a socket path that is too long is refused' \
    "$JABBARD" -c "$D/long.ini" serve
like "$out" 'set a shorter run directory' 'with the way out'

# More restarts than allowed.
sed -i 's/^restart_max = .*/restart_max = 1/' "$D/jabbard.ini"
daemon_start || bail 'not ready'
tree=$(daemon_tree)
util=$(daemon_pids util | head -1)
kill -KILL "$util"
ok 'one restart is allowed' wait_for 10 another util "$util"
kill -KILL "$(daemon_pids util | head -1)"
ok 'one more and it gives up' wait_for 20 gone "$DAEMON_PID"
rc=0
wait "$DAEMON_PID" || rc=$?
DAEMON_PID=
is "$rc" 1 'with exit code 1'
like "$(tail -1 "$D/log")" 'more than 1 restarts within 300 s' 'and says why'
# shellcheck disable=SC2086
ok 'having stopped everything' all_gone $tree

done_testing
