#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The tables of both programs against each other, the database, the catalogues
# and the pages made of them; what is compared stands in tests/tables.
cd "$(dirname "$0")/../.." || exit 1
export B=${B:-build/san}
. tests/lib/tap.sh
. tests/lib/daemon.sh

daemon_init && daemon_demo 200 && daemon_start || bail "no daemon"
sql "$(<tests/tables/facts.sql)" >"$D/database.json" || bail "no facts"
mkdir -p "$D/home"
rc=0
JABBAR_LANG='' as super-admin tests/tables/check.py "$D" || rc=1
daemon_stop || rc=1
exit $rc
