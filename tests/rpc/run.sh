#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every script of this directory against one daemon with demo data.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/tap.sh
. tests/lib/daemon.sh

daemon_init && daemon_demo 200 && daemon_start || bail "no daemon"
tool=$(realpath "${B:-build/san}")/tests/common_rpcscript
rc=0
"$tool" "$SOCKET" tests/rpc/*.script || rc=1
daemon_stop || rc=1
exit $rc
