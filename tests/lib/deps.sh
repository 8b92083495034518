#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs the Debian packages named in $DEPS (the Makefile's list, less what
# is there). The server package of PostgreSQL must not leave a cluster of its
# own running, so that one default is switched off while it is installed.
set -eu

if [ "$(id -u)" = 0 ]; then
	run() { "$@"; }
elif command -v sudo >/dev/null; then
	run() { sudo "$@"; }
else
	echo "make deps: these packages are missing and neither root nor sudo is at hand: $DEPS" >&2
	exit 1
fi
echo "make deps: installing$DEPS" >&2

apt() {
	run env DEBIAN_FRONTEND=noninteractive apt-get -qq -y \
	    --no-install-recommends -o Dpkg::Use-Pty=0 "$@"
}
conf=/etc/postgresql-common/createcluster.conf
restore=
cleanup() {
	[ -z "$restore" ] || run mv -f "$conf.before-jabbar" "$conf"
}
trap cleanup EXIT

log=$(mktemp)
{
	apt update
	case " $DEPS " in
	*" postgresql-15 "*)
		apt install postgresql-common
		run cp -p "$conf" "$conf.before-jabbar"
		restore=yes
		echo 'create_main_cluster = false' | run tee -a "$conf"
		;;
	esac
	# shellcheck disable=SC2086 # a list of package names
	apt install $DEPS
} >"$log" 2>&1 || {
	tail -5 "$log" >&2
	echo "make deps: the packages could not be installed (log: $log)" >&2
	exit 1
}
rm -f "$log"
