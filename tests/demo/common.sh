# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# What up and down share: where a demo's things are and which processes are
# its own. DIR keeps the configuration, passwords, certificate and log; data
# and sockets are beside them unless `place` says otherwise.

sorry() {
	echo "make demo: $*" >&2
	exit 1
}

# demo_paths DIR: sets dir, conf, place, run, facts.
demo_paths() {
	dir=$(realpath -m -- "$1")
	conf=$dir/jabbard.ini
	place=$dir		# where data and run directories are
	run=
	if [ -r "$dir/place" ]; then
		{ read -r place && read -r run; } <"$dir/place" || :
	fi
	[ -n "$run" ] || run=$place/run
	facts=$run/jabbard.json
}

# Whether process $1 is a daemon of this demo: a pid file may name a process
# that has nothing to do with it.
is_ours() {
	local line

	[[ ${1:-} =~ ^[0-9]+$ ]] || return 1
	{ line=$(tr '\0' '\n' <"/proc/$1/cmdline"); } 2>/dev/null || return 1
	[[ ${line%%$'\n'*} = *jabbard ]] && grep -qxF -- "$conf" <<<"$line"
}

# Prints the pid of the running daemon, or fails. Somebody may have removed the
# directory under it, so without its file the processes are looked through.
demo_pid() {
	local pid

	if [ -r "$facts" ] && pid=$(jq -er .pid "$facts" 2>/dev/null) &&
	    is_ours "$pid"; then
		echo "$pid"
		return 0
	fi
	for pid in $(pgrep -x jabbard); do
		if is_ours "$pid" && tr '\0' '\n' <"/proc/$pid/cmdline" |
		    grep -qx serve; then
			echo "$pid"
			return 0
		fi
	done
	return 1
}

# gone PID: true when no such process runs (a zombie does not run).
gone() {
	local stat

	{ stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 0
	stat=${stat##*) }
	[ "${stat%% *}" = Z ]
}

# tree PID: it and everything below it.
tree() {
	local p

	echo "$1"
	for p in $(pgrep -P "$1"); do
		tree "$p"
	done
}

# The private PostgreSQL of a daemon that was killed, if it still runs.
orphan_pid() {
	local pid

	{ read -r pid <"$place/data/pg/postmaster.pid"; } 2>/dev/null || return 1
	{ tr '\0' '\n' <"/proc/$pid/cmdline"; } 2>/dev/null |
	    grep -qF -- "$place/data/pg" && echo "$pid"
}

# demo_stop PID: stops it and waits for all of it; fails when it cannot.
demo_stop() {
	local all p i

	all=$(tree "$1")
	kill -TERM "$1" 2>/dev/null || return 1
	for ((i = 0; i < 400; i++)); do
		gone "$1" && break
		sleep 0.1
	done
	gone "$1" || kill -KILL "$1"
	p=$(orphan_pid) && kill -INT "$p"
	for p in $all; do
		for ((i = 0; i < 100; i++)); do
			gone "$p" && continue 2
			sleep 0.1
		done
		kill -KILL "$p" 2>/dev/null
	done
	return 0
}
