# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# Test Anything Protocol for shell tests. Source it, call the checks, end with
# done_testing. A test that dies before that has no plan, which counts as a
# failure. Clean-up is registered with at_exit and runs on every way out.

tap_n=0
tap_failed=0
tap_planned=
tap_cleanup=()
tap_said=$(mktemp)

# at_exit COMMAND ARGS...: runs when the script ends, the last one first.
at_exit() {
	tap_cleanup+=("$(printf '%q ' "$@")")
}

tap_on_exit() {
	local rc=$? i

	trap '' INT TERM HUP
	for ((i = ${#tap_cleanup[@]} - 1; i >= 0; i--)); do
		eval "${tap_cleanup[i]}" || rc=1
	done
	rm -f "$tap_said"
	exit "$rc"
}
trap tap_on_exit EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

diag() {
	printf '%s\n' "$*" | sed 's/^/# /'
}

plan() {
	tap_planned=$1
	echo "1..$1"
}

pass() {
	tap_n=$((tap_n + 1))
	echo "ok $tap_n - $1"
}

# fail DESCRIPTION [DETAIL...]
fail() {
	tap_n=$((tap_n + 1))
	tap_failed=$((tap_failed + 1))
	echo "not ok $tap_n - $1"
	shift
	[ $# = 0 ] || diag "$@"
	return 0
}

# ok DESCRIPTION COMMAND ARGS...: passes when the command exits 0. A function
# runs in this shell, so what it sets stays set. What it said is in $out.
ok() {
	local what=$1 rc=0

	shift
	"$@" >"$tap_said" 2>&1 || rc=$?
	out=$(<"$tap_said")
	if [ $rc = 0 ]; then
		pass "$what"
	else
		fail "$what" "exit $rc: $*"
		[ -z "$out" ] || diag "$out"
	fi
}

# exits STATUS DESCRIPTION COMMAND ARGS...: passes when it exits with STATUS;
# what it said is in $out afterwards.
exits() {
	local want=$1 what=$2 rc=0

	shift 2
	"$@" >"$tap_said" 2>&1 || rc=$?
	out=$(<"$tap_said")
	if [ $rc = "$want" ]; then
		pass "$what"
	else
		fail "$what" "exit $rc, not $want: $*"
		[ -z "$out" ] || diag "$out"
	fi
}

# is GOT WANTED DESCRIPTION
is() {
	if [ "$1" = "$2" ]; then
		pass "$3"
	else
		fail "$3" "got:    $1"
		diag "wanted: $2"
	fi
}

isnt() {
	if [ "$1" != "$2" ]; then
		pass "$3"
	else
		fail "$3" "got what must not be: $1"
	fi
}

# like GOT ERE DESCRIPTION
like() {
	if [[ $1 =~ $2 ]]; then
		pass "$3"
	else
		fail "$3" "got: $1"
		diag "does not match: $2"
	fi
}

unlike() {
	if [[ ! $1 =~ $2 ]]; then
		pass "$3"
	else
		fail "$3" "got: $1"
		diag "must not match: $2"
	fi
}

# skip COUNT REASON
skip() {
	local i

	for ((i = 0; i < $1; i++)); do
		tap_n=$((tap_n + 1))
		echo "ok $tap_n # SKIP $2"
	done
}

# skip_all REASON: the whole script does not apply here.
skip_all() {
	echo "1..1"
	echo "ok 1 # SKIP $1"
	exit 0
}

bail() {
	echo "Bail out! $*"
	exit 1
}

# wait_for SECONDS COMMAND ARGS...: until the command succeeds.
wait_for() {
	local end=$((SECONDS + $1))

	shift
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.05
	done
}

# gone PID: true when no such process runs (a zombie does not run).
gone() {
	local stat

	{ stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 0
	stat=${stat##*) }
	[ "${stat%% *}" = Z ]
}

# free_port: prints a TCP port of the loopback on which nobody listens.
free_port() {
	local port hex i

	for ((i = 0; i < 200; i++)); do
		port=$((20000 + RANDOM % 12000))
		printf -v hex ':%04X ' "$port"
		if ! cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
		    awk '{ print $2 " " }' | grep -q "$hex"; then
			echo "$port"
			return 0
		fi
	done
	return 1
}

done_testing() {
	[ -n "$tap_planned" ] || plan "$tap_n"
	[ "$tap_failed" = 0 ] && [ "$tap_n" = "$tap_planned" ]
	exit
}
