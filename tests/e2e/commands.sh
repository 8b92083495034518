#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The subcommands of jabbard: exit codes, sentences, files and their modes.
here=$(dirname "$0")
# shellcheck source=tests/lib/tap.sh
. "$here/../lib/tap.sh"
# shellcheck source=tests/lib/daemon.sh
. "$here/../lib/daemon.sh"

jabbard() {
	timeout -k 5 120 "$JABBARD" -c "$D/etc/jabbard.ini" "$@" </dev/null
}

D=$(mktemp -d "${TMPDIR:-/tmp}/jabbar test.XXXXXX")
at_exit daemon_cleanup
chmod 755 "$D"
echo 'kata sandi pertama' >"$D/password"
echo 'pendek' >"$D/short"

exits 2 'no command' "$JABBARD"
exits 2 'an unknown command' jabbard fly
like "$out" "unknown command 'fly'" 'is named'
for c in init serve migrate demo user doctor version; do
	exits 0 "$c --help" jabbard "$c" --help
	like "$out" "usage: jabbard \\[-c FILE\\] $c" "tells how $c is used"
done
exits 2 'an unknown option' jabbard init --wings
exits 2 'an unknown action' jabbard migrate sideways
exits 2 'user add without a role' jabbard user add budi
exits 2 'a number that is none' jabbard demo --customers many
exits 2 'a role that is none' "$JABBARD" -x pilot
exits 1 'no configuration' jabbard doctor
like "$out" 'jabbard.ini: No such file.*jabbard init' 'is said, with a way out'
exits 1 'a first password that is too short' \
    jabbard init --admin pemilik --password-file "$D/short"
like "$out" 'a password has 10 to 256 characters' 'is refused'
exits 1 'and nothing was made' test -e "$D/etc"

exits 0 'init, in a path with a blank' jabbard init --admin pemilik \
    --password-file "$D/password" --data ../data --run ../run \
    --listen 127.0.0.1:0
is "$(stat -c %a "$D/etc/jabbard.ini")" 600 'the configuration is closed'
exits 0 'again' jabbard init
exits 1 'a place for a configuration that exists' jabbard init --data x
exits 0 'the certificate is for this machine' openssl x509 -noout -checkip \
    127.0.0.1 -in "$D/data/tls/cert.pem"
like "$out" 'does match' 'and says so'

exits 0 'user add' jabbard user add budi --role finance \
    --full-name 'Budi Santoso' --password-file "$D/password"
exits 1 'user add of the same name' jabbard user add budi --role finance \
    --password-file "$D/password"
like "$out" '^jabbard: .*taken already\.$' 'is refused in one sentence'
exits 1 'user add with an unknown role' jabbard user add tono \
    --role emperor --password-file "$D/password"
exits 1 'user add with a bad name' jabbard user add 'a b' --role finance \
    --password-file "$D/password"
echo 1234567890 >"$D/weak"
exits 1 'a password that everybody tries' jabbard user add budi2 \
    --role finance --password-file "$D/weak"
like "$out" 'too easy to guess' 'is refused as over the wire'
exits 0 'doctor' jabbard doctor
like "$out" "$(openssl x509 -in "$D/data/tls/cert.pem" -noout -sha256 \
    -fingerprint | sed 's/.*=/SHA256:/; y/ABCDEF/abcdef/; s/^SHa/SHA/')" \
    'tells the fingerprint that a terminal shows'
exits 1 'passwd of nobody' jabbard user passwd nobody \
    --password-file "$D/password"
exits 0 'passwd' jabbard user passwd budi --password-file "$D/password"
exits 0 'unlock' jabbard user unlock budi
exits 0 'list' jabbard user list
like "$out" 'budi +Budi Santoso +finance' 'shows him'
like "$out" 'pemilik +.* super-admin' 'and the first user'

exits 0 'demo data' jabbard demo --customers 20 --seed 3 \
    --passwords "$D/passwords"
is "$(find "$D/passwords" -type f -perm 600 -size 21c | wc -l)" 9 \
    'a closed file with 20 letters for each of nine users'
exits 1 'demo data twice' jabbard demo --customers 20
like "$out" 'has customers already.*--force' 'is refused'
old=$(<"$D/passwords/finance")
exits 0 'new passwords alone' jabbard demo --passwords "$D/passwords"
isnt "$(<"$D/passwords/finance")" "$old" 'are new'

exits 0 'doctor' jabbard doctor
unlike "$out" 'WRONG' 'finds nothing wrong'
like "$out" 'ok +books' 'and looks at the books'
chmod 644 "$D/data/tls/key.pem"
exits 1 'doctor with an open key' jabbard doctor
like "$out" 'WRONG TLS key: .*chmod 600' 'names it'
chmod 600 "$D/data/tls/key.pem"
exits 1 'doctor when the certificate has run out' \
    env JABBAR_CLOCK=2400000000 timeout -k 5 120 "$JABBARD" \
    -c "$D/etc/jabbard.ini" doctor
like "$out" 'WRONG TLS certificate: .* is over since' 'names it'

done_testing
