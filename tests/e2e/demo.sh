#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# `make demo` without a terminal, and the ways in which it goes wrong: each ends
# in a running demo or in one sentence.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=tests/lib/tap.sh
. "$top/tests/lib/tap.sh"
export B=${B:-build/san}
up=$top/tests/demo/up
down=$top/tests/demo/down
tmp=$(mktemp -d "${TMPDIR:-/tmp}/jabbar demo.XXXXXX")
chmod 755 "$tmp"
demo=$tmp/a/demo
clean() {
	"$down" "$demo"
	[ "${second_place:-}" = '' ] || rm -rf "$second_place"
	rm -rf "$tmp"
}
at_exit clean

# try DIR [CUSTOMERS]: sets rc, facts (stdout) and said (stderr).
try() {
	rc=0
	"$up" "$1" "${2:-30}" no >"$tmp/facts" 2>"$tmp/said" </dev/null || rc=$?
	facts=$(<"$tmp/facts")
	said=$(<"$tmp/said")
}
member() { jq -r "$1" <<<"$facts"; }
# one_sentence PATTERN DESCRIPTION: it was refused, in one line, saying this.
one_sentence() {
	is "$rc" 1 "$2: is refused"
	is "$(grep -c . <<<"$said")" 1 "$2: in one line"
	like "$said" "$1" "$2: that says why"
}

mkdir "$tmp/a"
try "$demo"
is "$rc" 0 'a demo in a path with spaces' || diag "$said"
[ "$rc" = 0 ] || bail "$said"
is "$(member '.http')" null 'no HTTP yet'
like "$(member .rpc)" '^127\.0\.0\.1:[0-9]+$' 'an address on the loopback'
is "$(member '[.users[].name] | sort | join(" ")')" \
    'admin finance hrd noc reseller sales-cs super-admin technician warehouse' \
    'a user per role'
is "$(member '[.users[] | select(.name != .role)] | length')" 0 \
    'named as the role'
while read -r f; do stat -c %a "$f"; done < <(member '.users[].password_file') \
    >"$tmp/modes"
is "$(sort -u "$tmp/modes") $(grep -c . "$tmp/modes")" '600 9' \
    'password files for their owner only'
for m in .socket .ca .config .users[0].password_file; do
	like "$(member "$m")" '^/' "$m is an absolute path"
	ok "$m is there" test -e "$(member "$m")"
done
port=$(member '.rpc | split(":") | last')
is "$(openssl s_client -connect "127.0.0.1:$port" -CAfile "$(member .ca)" \
    -tls1_3 -verify_return_error </dev/null 2>/dev/null |
    grep -c '^Verification: OK')" 1 'TLS with the certificate named'
pid=$(member .pid)
is "$(find "/proc/$pid/fd" -lname "$tmp/facts" -o -lname "$tmp/said" \
    -o -lname 'pipe:*' | wc -l)" 0 'the daemon keeps no output of ours open'

start=$SECONDS
try "$demo" 31
is "$rc $(member .pid)" "0 $pid" 'a second time: the same daemon'
ok 'in under five seconds' test $((SECONDS - start)) -lt 5
like "$said" '30 customers already' 'another number of customers is remarked'

kill -9 "$pid"
wait_for 10 gone "$pid"
try "$demo"
is "$rc" 0 'after kill -9 of the daemon' || diag "$said"
isnt "$(member .pid)" "$pid" 'there is a new one'
is "$(member '.rpc | split(":") | last')" "$port" 'on the same port'

pid=$(member .pid)
tree=$(pgrep -P "$pid" | tr '\n' ' ')
ok 'demo-stop' "$down" "$demo"
for p in $pid $tree; do
	ok "process $p is gone" gone "$p"
done
ok 'demo-stop again' "$down" "$demo"
ok 'demo-stop of nothing' "$down" "$tmp/nothing"

sleep 300 &
foreign=$!
at_exit kill "$foreign"
jq -n --argjson p $foreign '{pid: $p, rpc: "127.0.0.1:1", socket: "/x"}' \
    >"$demo/run/jabbard.json"
ok 'demo-stop with a pid of somebody else' "$down" "$demo"
ok 'which lives on' kill -0 "$foreign"

socat "TCP-LISTEN:$port,bind=127.0.0.1,reuseaddr,fork" /dev/null &
busy=$!
at_exit kill "$busy"
port_open() { (exec 3<>"/dev/tcp/127.0.0.1/$port"); }
wait_for 10 port_open
try "$demo"
is "$rc" 0 'its port taken by somebody else: a demo all the same'
like "$said" "port $port is taken" 'with a remark'
isnt "$(member '.rpc | split(":") | last')" "$port" 'on another port'
"$down" "$demo"

mkdir "$tmp/other"
echo x >"$tmp/other/file"
try "$tmp/other"
one_sentence 'is no demo' 'a directory with something else'
try "$demo" 12x
one_sentence 'must be a number' 'a number of customers that is none'
: >"$tmp/plain"
try "$tmp/plain/demo"
one_sentence 'cannot make' 'a directory that cannot be made'

if [ "$(id -u)" = 0 ]; then
	mkdir -m 700 "$tmp/closed"
	try "$tmp/closed/demo"
	second_place=$(head -1 "$tmp/closed/demo/place" 2>/dev/null)
	is "$rc" 0 'root in a home that system users cannot enter' || diag "$said"
	like "$(member .socket)" '^/var/tmp/jabbar-demo-' 'keeps data elsewhere'
	ok 'and stops' "$down" "$tmp/closed/demo"
	exits 1 'another user is told whose it is' setpriv --reuid=nobody \
	    --regid=nogroup --clear-groups "$up" "$demo" 30 no
	# shellcheck disable=SC2154 # set by exits
	like "$out" 'belongs to root' 'in a sentence'
else
	skip 5 'needs root'
fi
done_testing
