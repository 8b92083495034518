#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Malformed frames end their own line and nothing else.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/tap.sh
. tests/lib/daemon.sh

# shellcheck disable=SC2119 # nothing to add to the configuration
daemon_init && daemon_start || bail "no daemon"
"$JABBARD" -c "$D/jabbard.ini" user add tester --role super-admin --no-change \
    --password-file <(echo kopi-tubruk-manis) >"$D/user.log" 2>&1 ||
    bail "no user: $(cat "$D/user.log")"
rc=0
"$(realpath "${B:-build/san}")/tests/common_wire" "$SOCKET" tester || rc=1
daemon_stop || rc=1
exit $rc
