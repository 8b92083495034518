#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every fuzzer over its kept corpus and some seconds further.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=tests/lib/tap.sh
. "$top/tests/lib/tap.sh"
cd "$top" || exit 1
for f in tests/fuzz/*.c; do
	name=$(basename "$f" .c)
	ok "fuzzer $name has a corpus" test -n "$(ls "tests/fuzz/corpus/$name")"
	ok "fuzzer $name finds nothing" env FUZZ_SECONDS=5 tests/fuzz/run "$name"
done
done_testing
