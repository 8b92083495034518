# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# A daemon of its own for one test: fresh directory, own cluster, free port.
# Needs tap.sh; B names the build (default build/san). Everything is stopped by
# pid and removed at exit, and a report of a sanitizer in its log fails the test.

daemon_top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
JABBARD=$(cd "$daemon_top" && realpath "${B:-build/san}")/jabbard
JABBAR=${JABBARD%/*}/jabbar
D=			# its directory
DAEMON_PID=		# of the parent process

# daemon_init [CONFIGURATION TEXT]: makes D, the configuration and the database.
daemon_init() {
	D=$(mktemp -d "${TMPDIR:-/tmp}/jabbar-test.XXXXXX")
	at_exit daemon_cleanup
	# Root's daemon drops to system users, who must be able to enter.
	chmod 755 "$D"
	cat >"$D/jabbard.ini" <<-INI
	[listen]
	host = 127.0.0.1
	port = 0
	[paths]
	data = data
	run = run
	INI
	[ $# = 0 ] || printf '%s\n' "$@" >>"$D/jabbard.ini"
	"$JABBARD" -c "$D/jabbard.ini" init --no-admin >"$D/init.log" 2>&1 || {
		echo "jabbard init failed:" >&2
		tail -20 "$D/init.log" >&2
		return 1
	}
}

# daemon_demo CUSTOMERS: demo data, and one user per role with a password file
# D/passwords/ROLE.
daemon_demo() {
	"$JABBARD" -c "$D/jabbard.ini" demo --customers "$1" --seed 1 \
	    --passwords "$D/passwords" >"$D/demo.log" 2>&1 || {
		echo "jabbard demo failed:" >&2
		tail -20 "$D/demo.log" >&2
		return 1
	}
}

daemon_is_ready() {
	[ -s "$D/run/jabbard.json" ] &&
	    [ "$(jq -r .pid "$D/run/jabbard.json")" = "$DAEMON_PID" ]
}

daemon_is_ready_or_gone() {
	daemon_is_ready || gone "$DAEMON_PID"
}

# daemon_start: returns when it is ready; RPC is host:port, SOCKET the path.
daemon_start() {
	"$JABBARD" -c "$D/jabbard.ini" serve </dev/null >>"$D/log" 2>&1 &
	DAEMON_PID=$!
	wait_for "${DAEMON_WAIT:-60}" daemon_is_ready_or_gone
	daemon_is_ready || {
		echo "jabbard serve did not become ready:" >&2
		tail -20 "$D/log" >&2
		return 1
	}
	RPC=$(jq -r .rpc "$D/run/jabbard.json")
	SOCKET=$(jq -r .socket "$D/run/jabbard.json")
	CA=$D/data/tls/cert.pem
	export RPC SOCKET CA
}

# daemon_tree [PID]: the pids of the daemon and everything below it.
daemon_tree() {
	local p

	echo "${1:-$DAEMON_PID}"
	for p in $(pgrep -P "${1:-$DAEMON_PID}"); do
		daemon_tree "$p"
	done
}

# daemon_pids ROLE: the pids of the processes of one role (core, util).
daemon_pids() {
	local p

	for p in $(daemon_tree); do
		{ tr '\0' ' ' <"/proc/$p/cmdline"; } 2>/dev/null |
		    grep -q "jabbard.* -x $1" && echo "$p"
	done
}

# daemon_stop: SIGTERM, waits for the whole tree; returns its exit status.
daemon_stop() {
	local tree p rc=0

	[ -n "$DAEMON_PID" ] || return 0
	tree=$(daemon_tree)
	kill -TERM "$DAEMON_PID" 2>/dev/null
	wait_for 40 gone "$DAEMON_PID" || kill -KILL "$DAEMON_PID"
	wait "$DAEMON_PID" || rc=$?
	DAEMON_PID=
	for p in $tree; do
		wait_for 10 gone "$p" || {
			echo "# process $p outlived the daemon:" \
			    "$(tr '\0' ' ' <"/proc/$p/cmdline")"
			kill -KILL "$p" 2>/dev/null
			rc=1
		}
	done
	return $rc
}

# A cluster whose daemon was killed may still run.
daemon_stop_orphan() {
	local pid

	pid=$(head -1 "$D/data/pg/postmaster.pid" 2>/dev/null) || return 0
	if { tr '\0' ' ' <"/proc/$pid/cmdline"; } 2>/dev/null |
	    grep -qF "$D/data/pg"; then
		kill -INT "$pid"
		wait_for 20 gone "$pid" || kill -KILL "$pid"
	fi
}

# daemon_reports: what sanitizers wrote into the logs, if anything.
daemon_reports() {
	grep -hE -A30 'ERROR: [A-Za-z]*Sanitizer|runtime error:' "$D"/*log \
	    2>/dev/null | head -60
}

daemon_cleanup() {
	local rc=0 reports

	daemon_stop || rc=$?
	daemon_stop_orphan
	reports=$(daemon_reports)
	if [ -n "$reports" ]; then
		diag "$reports"
		rc=1
	elif [ $rc != 0 ]; then
		diag "the daemon ended with status $rc:" \
		    "$(tail -5 "$D/log" 2>/dev/null)"
	fi
	if [ -n "${KEEP:-}" ]; then
		diag "kept: $D"
	else
		rm -rf "$D"
	fi
	D=
	return $rc
}

# as USER COMMAND...: runs a client program as one of the demo users.
as() {
	local user=$1

	shift
	JABBAR_SERVER=$RPC JABBAR_CA=$CA JABBAR_USER=$user JABBAR_LANG=id \
	    JABBAR_PASSWORD_FILE=$D/passwords/$user \
	    HOME=$D/home XDG_CONFIG_HOME=$D/home/.config "$@"
}

# call USER METHOD [JSON]: one request; the result on stdout, an error's JSON
# on stderr.
call() {
	as "$1" "$JABBAR" call "${@:2}"
}

# call_code USER METHOD [JSON]: "ok", or the code of the error.
call_code() {
	local e

	if e=$(call "$@" 2>&1 >/dev/null); then
		echo ok
	else
		jq -r .code <<<"$e" 2>/dev/null || echo "no error object: $e"
	fi
}

# sql STATEMENT: runs it as the superuser of a running daemon's cluster.
sql() {
	psql -XAtq -v ON_ERROR_STOP=1 -U jabbar_super -h "$D/run" -d jabbar -c "$1"
}
