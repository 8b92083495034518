# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# A throw-away PostgreSQL cluster: Unix socket only, no fsync, removed at exit.
# Needs tap.sh. PostgreSQL refuses to run as root, so root's cluster belongs to
# the user postgres; its directory is closed to everybody else.

pg_find_bin() {
	local v

	for v in 17 16 15; do
		if [ -x "/usr/lib/postgresql/$v/bin/postgres" ]; then
			echo "/usr/lib/postgresql/$v/bin"
			return 0
		fi
	done
	v=$(command -v postgres) && dirname "$v"
}

pg_as() {
	if [ "$(id -u)" = 0 ]; then
		runuser -u postgres -- "$@"
	else
		"$@"
	fi
}

# pg_start: sets PGHOST, PGUSER and PGDATABASE for psql; PG_DIR is its directory.
pg_start() {
	PG_BIN=$(pg_find_bin) || {
		echo "no PostgreSQL server binaries found" >&2
		return 1
	}
	PG_DIR=$(mktemp -d "${TMPDIR:-/tmp}/jabbar-pg.XXXXXX")
	at_exit pg_stop
	[ "$(id -u)" != 0 ] || chown postgres "$PG_DIR"
	(
		cd /
		pg_as "$PG_BIN/initdb" -D "$PG_DIR/data" -U postgres -A trust \
		    -E UTF8 --locale=C.UTF-8 --no-sync
		printf '%s\n' "listen_addresses = ''" \
		    "unix_socket_directories = '$PG_DIR'" \
		    'fsync = off' 'synchronous_commit = off' \
		    'full_page_writes = off' 'jit = off' 'autovacuum = off' \
		    'shared_buffers = 64MB' "timezone = 'UTC'" |
		    pg_as tee -a "$PG_DIR/data/postgresql.conf" >/dev/null
		pg_as "$PG_BIN/pg_ctl" -D "$PG_DIR/data" -l "$PG_DIR/log" -w start
	) >"${TMPDIR:-/tmp}/jabbar-pg.out.$$" 2>&1 || {
		cat "${TMPDIR:-/tmp}/jabbar-pg.out.$$" >&2
		rm -f "${TMPDIR:-/tmp}/jabbar-pg.out.$$"
		return 1
	}
	rm -f "${TMPDIR:-/tmp}/jabbar-pg.out.$$"
	export PGHOST=$PG_DIR PGUSER=postgres PGDATABASE=postgres
	unset PGPORT PGPASSWORD PGSERVICE PGOPTIONS
}

pg_stop() {
	[ -n "${PG_DIR:-}" ] || return 0
	if [ -e "$PG_DIR/data/postmaster.pid" ]; then
		(cd / && pg_as "$PG_BIN/pg_ctl" -D "$PG_DIR/data" -m immediate \
		    -w stop) >/dev/null 2>&1 || :
	fi
	rm -rf "$PG_DIR"
	PG_DIR=
}
