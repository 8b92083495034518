#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Prints for real: a private cupsd with a sink for a printer, AppSocket peers
# of good and bad manners, devices and files. Output is TAP. Works as root
# (cupsd then runs as a plain user, since it refuses to be root) and as
# anybody else. B is the build directory with the test programs.
set -u
cd "$(dirname "$0")/../.." || exit 1
PATH=$PATH:/usr/sbin:/sbin
if [ -z "${B:-}" ]; then
	B=build/san
	[ -x $B/tests/common_printsend ] || B=build
fi
T=$B/tests
send=$T/common_printsend
n=0 failed=0

for f in common_printsend common_escpos common_receipt; do
	[ -x "$T/$f" ] || { echo "Bail out! $T/$f is not built"; exit 1; }
done
for f in cupsd lpadmin cancel cupsdisable zbarimg python3; do
	command -v $f >/dev/null || { echo "Bail out! $f is missing"; exit 1; }
done

D=$(mktemp -d "${TMPDIR:-/tmp}/jbprint.XXXXXX") || exit 1
pids=()
# shellcheck disable=SC2317 # called by trap
cleanup() {
	for p in "${pids[@]}"; do
		kill -CONT "$p" 2>/dev/null
		kill "$p" 2>/dev/null
		wait "$p" 2>/dev/null
	done
	rm -rf "$D"
}
trap cleanup EXIT
trap 'exit 1' INT TERM HUP

ok() {			# ok STATUS NAME: 0 is good
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		failed=$((failed + 1))
		echo "not ok $n - $2"
		[ ! -s "$D/out" ] || sed 's/^/# out: /' "$D/out"
		[ ! -s "$D/err" ] || sed 's/^/# err: /' "$D/err"
	fi
}

try() {			# runs a print, keeps output and status
	"$send" "$@" >"$D/out" 2>"$D/err"
	rc=$?
}

wait_for() {		# wait_for COMMAND...: up to ten seconds
	for _ in $(seq 200); do
		"$@" >/dev/null 2>&1 && return 0
		sleep 0.05
	done
	return 1
}

free_port() {
	python3 -c 'import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# ------------------------------------------------------------ private cupsd
user=$(id -un) as=()
if [ "$(id -u)" = 0 ]; then
	user=nobody
	as=(setpriv "--reuid=$user" "--regid=$(id -g $user)" --clear-groups)
	chmod 755 "$D"
fi
group=$(id -gn "$user")
C=$D/cups
mkdir -p "$C"/{etc/ppd,spool/tmp,cache,run,log,out,bin/backend}
: >"$C/etc/printers.conf"
for d in /usr/lib/cups/*; do
	[ "${d##*/}" = backend ] || ln -s "$d" "$C/bin/${d##*/}"
done
cat >"$C/etc/cups-files.conf" <<END
ServerRoot $C/etc
ServerBin $C/bin
DataDir /usr/share/cups
RequestRoot $C/spool
TempDir $C/spool/tmp
CacheDir $C/cache
StateDir $C/run
AccessLog $C/log/access
ErrorLog $C/log/error
PageLog $C/log/page
User $user
Group $group
SystemGroup $group
Sandboxing Off
END
# The sink: a slip per file; out.habis makes it report paper out; out.macet
# makes it wait, as a printer does that takes no data.
cat >"$C/bin/backend/struk" <<'END'
#!/bin/sh
[ $# -eq 0 ] && { echo 'direct struk "Unknown" "uji"'; exit; }
d=${DEVICE_URI#struk:}
[ $# -ge 6 ] && exec <"$6"
[ -e "$d.habis" ] && { echo "STATE: +media-empty-error" >&2; exit 1; }
echo "STATE: -media-empty-error" >&2
if [ -e "$d.macet" ]; then
	echo "INFO: Menunggu printer" >&2
	while [ -e "$d.macet" ]; do sleep 0.1; done
fi
cat >"$d/$1.tmp" && mv "$d/$1.tmp" "$d/$1.bin"
END
chmod 700 "$C/bin/backend/struk"
ln -s /usr/lib/cups/backend/socket "$C/bin/backend/socket"

start_cupsd() {
	port=$(free_port)
	cat >"$C/etc/cupsd.conf" <<-END
	Listen 127.0.0.1:$port
	Listen $C/run/cups.sock
	Browsing Off
	DefaultAuthType None
	WebInterface No
	LogLevel info
	<Location />
	Order allow,deny
	Allow from 127.0.0.1
	</Location>
	<Policy default>
	JobPrivateAccess default
	JobPrivateValues none
	<Limit All>
	Order allow,deny
	Allow from all
	</Limit>
	</Policy>
	END
	[ "$(id -u)" != 0 ] || chown -R "$user:$group" "$C"
	"${as[@]}" cupsd -f -c "$C/etc/cupsd.conf" \
	    -s "$C/etc/cups-files.conf" >"$C/log/stdout" 2>&1 &
	pids+=($!)
	wait_for test -S "$C/run/cups.sock" &&
	    wait_for bash -c ": </dev/tcp/127.0.0.1/$port"
}
if ! start_cupsd; then
	sed 's/^/# /' "$C/log/stdout" "$C/log/error" 2>/dev/null
	echo "Bail out! the private cupsd does not start"
	exit 1
fi
admin() {
	CUPS_SERVER=127.0.0.1:$port "$@" 2>"$D/admin" || {
		sed 's/^/# /' "$D/admin"; return 1; }
}
queue() {		# queue NAME DEVICE
	admin lpadmin -p "$1" -E -v "$2" -m raw \
	    -o printer-error-policy=abort-job -o printer-is-shared=false
}
queue struk58 "struk:$C/out"
Q=cups://127.0.0.1:$port

# --------------------------------------------------------------- the slips
for w in 58 80; do
	"$T/common_receipt" -w $w <tests/print/receipt.json >"$D/$w.bin" \
	    2>"$D/err"
	ok $? "a slip of $w mm is rendered"
	"$T/common_receipt" -w $w -t <tests/print/receipt.json >"$D/$w.txt"
	"$T/common_escpos" -w $w -o "$D/$w.png" <"$D/$w.bin" >"$D/out" \
	    2>"$D/err"
	cmp -s "$D/out" "$D/$w.txt"
	ok $? "the bytes of $w mm decode to its text"
	zbarimg -q --raw "$D/$w.png" 2>/dev/null >"$D/out"
	[ "$(cat "$D/out")" = \
	    https://nusantara.example/s/PAY-202607-00123/277500/7K3QXZ ]
	ok $? "a reader reads the QR code of $w mm"
done
echo '{"preset": "80", "qr": "native", "drawer": 2}' >"$D/p.json"
"$T/common_receipt" -p "$D/p.json" -u >"$D/u.bin" 2>"$D/err" &&
    "$T/common_escpos" -w 80 -o "$D/u.png" <"$D/u.bin" >"$D/out" &&
    zbarimg -q --raw "$D/u.png" 2>/dev/null | sort >"$D/out"
[ "$(tr '\n' ' ' <"$D/out")" = "JB23 NATIVE JB23 RASTER " ]
ok $? "the test page has both QR codes"

# -------------------------------------------------------------------- CUPS
last_slip() { find "$C/out" -name '*.bin' | sort -t/ -V | tail -1; }

try "$Q/struk58" "$D/58.bin"
[ $rc -eq 0 ] && grep -q '^state=done' "$D/out"
ok $? "a queue finishes the job"
cmp -s "$D/58.bin" "$(last_slip)"
ok $? "the bytes at the printer are the bytes of the slip"
"$T/common_escpos" -w 58 <"$(last_slip)" 2>"$D/err" | cmp -s - "$D/58.txt"
ok $? "what arrived decodes to the slip"

CUPS_SERVER=$C/run/cups.sock try cups:///struk58 "$D/80.bin"
[ $rc -eq 0 ] && cmp -s "$D/80.bin" "$(last_slip)"
ok $? "the same through the local socket"

head -c 300000 /dev/urandom >"$D/big.bin"
try "$Q/struk58" "$D/big.bin"
[ $rc -eq 0 ] && cmp -s "$D/big.bin" "$(last_slip)"
ok $? "300 kB of any bytes arrive untouched"

try -l "$Q/"
[ $rc -eq 0 ] &&
    grep -q "^$Q/struk58 state=done accepting=1" "$D/out"
ok $? "the queues of a server are listed"

try "$Q/tidakada" "$D/58.bin"
[ $rc -eq 1 ] && grep -q "has no queue tidakada" "$D/err"
ok $? "an absent queue is said to be absent"

try "cups://127.0.0.1:$(free_port)/struk58" "$D/58.bin"
[ $rc -eq 1 ] && grep -q "does not answer" "$D/err"
ok $? "no print server: said so"

touch "$C/out.habis"
try "$Q/struk58" "$D/58.bin"
[ $rc -eq 1 ] && grep -q '^state=aborted.*out of paper' "$D/out" &&
    grep -q 'aborted: out of paper' "$D/err"
ok $? "paper out is said in words"
rm "$C/out.habis"
try "$Q/struk58" "$D/58.bin"
[ $rc -eq 0 ] && cmp -s "$D/58.bin" "$(last_slip)"
ok $? "with new paper the next slip prints"

touch "$C/out.macet"
try -w 2000 "$Q/struk58" "$D/58.bin"
[ $rc -eq 0 ] && tail -1 "$D/out" | grep -q '^state=unknown' &&
    grep -q "message='Menunggu printer'" "$D/out"
ok $? "a printer that takes no data: unknown, with its own words"
try -w 5000 "$Q/struk58" "$D/80.bin" &
watcher=$!
wait_for bash -c "CUPS_SERVER=127.0.0.1:$port lpstat -o | grep -q '^struk58-7'"
admin cancel -a struk58
wait $watcher
grep -q '^state=cancelled' "$D/out" && grep -q 'cancelled' "$D/err"
ok $? "a cancelled job is said to be cancelled"
rm -f "$C/out.macet"

admin cupsdisable -r "Ganti kertas" struk58
try -w 1500 "$Q/struk58" "$D/58.bin"
[ $rc -eq 0 ] && tail -1 "$D/out" | grep -q "^state=stopped.*Ganti kertas"
ok $? "a stopped queue is said to be stopped"
admin cancel -a struk58
admin cupsenable struk58
admin cupsreject struk58
try "$Q/struk58" "$D/58.bin"
[ $rc -eq 1 ] && grep -q "takes no jobs" "$D/err"
ok $? "a rejecting queue is said to take no jobs"
admin cupsaccept struk58

# ------------------------------------------------------------- AppSocket
# peer MODE FILE: takes one connection on a free port, printed first.
cat >"$D/peer.py" <<'END'
import os, socket, struct, sys, time
mode, out = sys.argv[1], sys.argv[2]
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
s.bind(("127.0.0.1", 0))
s.listen(4)
open(out + ".port", "w").write(str(s.getsockname()[1]))
c, _ = s.accept()
if mode == "stall":
    time.sleep(60)
got = b""
while True:
    d = c.recv(4096)
    if not d:
        break
    got += d
    if mode in ("paper", "nopaper") and got[-3:-1] == b"\x10\x04":
        q, got = got[-1], got[:-3]
        c.sendall(b"\x72" if q == 4 and mode == "nopaper" else
                  b"\x1e" if q == 4 else b"\x16")
    if mode == "reset" and len(got) >= 4096:
        c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                     struct.pack("ii", 1, 0))
        c.close()
        sys.exit()
open(out + ".new", "wb").write(got)
os.rename(out + ".new", out)
if mode == "keep":
    time.sleep(60)
END
peer() {
	rm -f "$D/tcp" "$D/tcp.port"
	python3 "$D/peer.py" "$1" "$D/tcp" &
	pids+=($!)
	wait_for test -s "$D/tcp.port"
	P=tcp://127.0.0.1:$(cat "$D/tcp.port")
}

peer good
try "$P" "$D/80.bin"
[ $rc -eq 0 ] && tail -1 "$D/out" | grep -q '^state=sent' &&
    wait_for test -e "$D/tcp" && cmp -s "$D/80.bin" "$D/tcp"
ok $? "tcp: the bytes arrive"

peer good
try -c 512 -d 2 -p pre "$P/" "$D/80.bin"
[ $rc -eq 0 ] && wait_for test -e "$D/tcp" &&
    { printf pre; cat "$D/80.bin"; } | cmp -s - "$D/tcp" &&
    [ "$(grep -c '^state=sending' "$D/out")" -ge 12 ]
ok $? "tcp: paced in chunks, the preamble before"

peer keep
try "$P" "$D/58.bin"
[ $rc -eq 0 ] && tail -1 "$D/out" | grep -q '^state=sent'
ok $? "tcp: a printer that keeps the line open holds nothing up"

peer stall
try -t 1500 "$P" "$D/big.bin"
[ $rc -eq 1 ] && grep -q 'stopped taking data after' "$D/err"
ok $? "tcp: a peer that never reads ends in words, not in waiting"

peer reset
try "$P" "$D/big.bin"
[ $rc -eq 1 ] && grep -q 'closed the connection' "$D/err"
ok $? "tcp: a reset is said to be one"

peer paper
try -s "$P" "$D/58.bin"
[ $rc -eq 0 ] && grep -q 'paper is running out' "$D/out" &&
    wait_for test -e "$D/tcp" && cmp -s "$D/58.bin" "$D/tcp"
ok $? "tcp: little paper is told, the slip prints"

peer nopaper
try -s "$P" "$D/58.bin"
[ $rc -eq 1 ] && grep -q 'out of paper' "$D/err" &&
    wait_for test -e "$D/tcp" && [ ! -s "$D/tcp" ]
ok $? "tcp: without paper nothing is sent"

peer good
try -s "$P" "$D/58.bin"
[ $rc -eq 0 ]
ok $? "tcp: a printer that does not answer the question is trusted"

try "tcp://127.0.0.1:$(free_port)" "$D/58.bin"
[ $rc -eq 1 ] && grep -q 'refuses the connection' "$D/err"
ok $? "tcp: refused is said to be refused"

# ------------------------------------------------------- files and devices
umask 022
echo old >"$D/file" && chmod 644 "$D/file"
try "file:$D/file" "$D/58.bin"
[ $rc -eq 0 ] && grep -q '^state=done' "$D/out" &&
    cmp -s "$D/58.bin" "$D/file" && [ "$(stat -c %a "$D/file")" = 600 ]
ok $? "file: replaced, for its owner only"
try "file://$D/new file" "$D/58.bin"
[ $rc -eq 0 ] && cmp -s "$D/58.bin" "$D/new file"
ok $? "file: created, blanks in its name"
try "file:$D/no/such" "$D/58.bin"
[ $rc -eq 1 ] && grep -q 'there is no' "$D/err"
ok $? "file: a missing directory is said to be missing"
try "file:$D" "$D/58.bin"
[ $rc -eq 1 ] && grep -q 'neither a printer nor a file' "$D/err"
ok $? "file: a directory is refused"
ln -s "$D/elsewhere" "$D/link"
try "file:$D/link" "$D/58.bin"
[ $rc -eq 1 ] && [ ! -e "$D/elsewhere" ]
ok $? "file: a dangling link makes no file elsewhere"
try file:/dev/full "$D/58.bin"
[ $rc -eq 1 ] && grep -q 'out of paper' "$D/err"
ok $? "device: no room is no paper"
try file:/dev/jabbar-no-printer "$D/58.bin"
[ $rc -eq 1 ] && [ ! -e /dev/jabbar-no-printer ]
ok $? "device: an unplugged one is not created"
mkfifo "$D/dev"
cat "$D/dev" >"$D/got" &
pids+=($!)
try "file:$D/dev" "$D/80.bin"
wait_for cmp -s "$D/80.bin" "$D/got" && [ $rc -eq 0 ] && tail -1 "$D/out" | grep -q '^state=sent'
ok $? "device: the bytes go through"

# --------------------------------------------------------- hostile addresses
# shellcheck disable=SC2016 # nothing here may be expanded, that is the point
bad=('' 'lpr:x' 'cups:/x' 'cups://host' 'cups://host/' 'cups://-o/x'
    'cups://a b/x' 'cups://h:0/x' 'cups://h:99999/x' 'cups://h:1x/x'
    'cups://[::1/x' 'cups://h/a/b' 'cups://h/a?b' 'cups:///$(id) x'
    'tcp://' 'tcp://;id' 'tcp://h:' 'tcp://`id`' 'tcp://h/x' 'file:x'
    'file:' 'file:/' 'tcp://-oProxyCommand=id' $'cups://h/x\ny'
    $'file:/tmp/\033[2J' 'term:')
r=0
for u in "${bad[@]}"; do
	try "$u" "$D/58.bin"
	[ $rc -eq 1 ] && [ -s "$D/err" ] && [ ! -s "$D/out" ] && continue
	echo "# '$u' was taken"
	r=1
done
ok $r "addresses that are none are refused before anything is opened"

echo "1..$n"
[ $failed -eq 0 ]
