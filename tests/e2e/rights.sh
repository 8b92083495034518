#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Who may do what: every method as every role, exactly as the tables of
# common/api say, and objects of another branch, partner or clerk, which must
# answer like those that never were (tests/tables/rights.py).
cd "$(dirname "$0")/../.." || exit 1
export B=${B:-build/san}
. tests/lib/tap.sh
. tests/lib/daemon.sh

daemon_init && daemon_demo 200 && daemon_start || bail "no daemon"
mkdir -p "$D/home"
echo kopi-tubruk-manis >"$D/new"

# must USER METHOD JSON: the answer, or the end.
must() {
	call "$@" || bail "$1 $2: $3"
}

# user NAME ROLE OPTION...: with the password of all users here.
user() {
	"$JABBARD" -c "$D/jabbard.ini" user add "$1" --role "$2" "${@:3}" \
	    --password-file "$D/new" --no-change >/dev/null ||
	    bail "user add $1"
	cp "$D/new" "$D/passwords/$1"
}

op() {
	echo "\"op_id\": \"$(</proc/sys/kernel/random/uuid)\""
}

# customer USER EXTRA: the number of a new one.
customer() {
	must "$1" customer.create "{$(op), \"name\": \"Pelanggan $RANDOM\",
	    \"phone\": \"08$(printf '%010d' $RANDOM)\", \"address\": \"Jl. X 1\",
	    \"package\": \"HOME-20\"$2}" | jq -r .number
}

# invoice CUSTOMER
invoice() {
	must super-admin invoice.create "{$(op), \"customer\": \"$1\",
	    \"due\": \"2099-01-10\", \"lines\": [{\"text\": \"Pasang\",
	    \"qty\": 1, \"unit_price\": 100000}]}" | jq -r .number
}

# transfer USER CUSTOMER
transfer() {
	must "$1" payment.take "{$(op), \"customer\": \"$2\",
	    \"method\": \"transfer\", \"tendered\": 50000,
	    \"reference\": \"BCA 1\"}" | jq -r .number
}

# A second branch and two partners: tables without a screen of their own yet.
sql "insert into app.branch (code, name) values ('CBG', 'Cabang')"
sql "insert into app.partner (code, name)
    values ('MITRA-A', 'Mitra A'), ('MITRA-B', 'Mitra B')"
must super-admin role.create '{"id": "tamu", "label": "Tamu"}' >/dev/null
user tamu tamu
user kas-cbg finance --scope branch --branch CBG
user kas-pst finance --scope branch --branch PST
user cs-cbg sales-cs --scope branch --branch CBG
user mitra-a reseller --scope partner --partner MITRA-A
user mitra-b reseller --scope partner --partner MITRA-B
user kas-1 finance --scope own --branch PST
user kas-2 finance --scope own --branch PST
user tek-1 technician --scope own
user tek-2 technician --scope own

pst=$(customer super-admin ', "branch": "PST"')
cbg=$(customer super-admin ', "branch": "CBG"')
a=$(customer super-admin ', "partner": "MITRA-A"')
b=$(customer super-admin ', "partner": "MITRA-B"')
t1=$(customer super-admin ', "assigned_to": "tek-1"')
t2=$(customer super-admin ', "assigned_to": "tek-2"')
pst_inv=$(invoice "$pst") cbg_inv=$(invoice "$cbg")
a_inv=$(invoice "$a") b_inv=$(invoice "$b")
pst_pay=$(transfer super-admin "$pst") cbg_pay=$(transfer super-admin "$cbg")
pay1=$(transfer kas-1 "$pst") pay2=$(transfer kas-2 "$pst")
cash_pst=$(must kas-pst cash.open "{$(op), \"float\": 1}" | jq -r .number)
cash_cbg=$(must kas-cbg cash.open "{$(op), \"float\": 1}" | jq -r .number)
cash1=$(must kas-1 cash.open "{$(op), \"float\": 1}" | jq -r .number)
cash2=$(must kas-2 cash.open "{$(op), \"float\": 1}" | jq -r .number)
for n in "$pst" "$cbg" "$a" "$b" "$t1" "$t2" "$pst_inv" "$cbg_inv" "$a_inv" \
    "$b_inv" "$pst_pay" "$cbg_pay" "$pay1" "$pay2" "$cash_pst" "$cash_cbg" \
    "$cash1" "$cash2"; do
	[ -n "$n" ] || bail "an object was not made"
done

cat >"$D/objects.json" <<JSON
{"own": "$cbg", "foreign": "$pst_inv", "checks": [
 {"user": "kas-cbg",
  "sees": {"customer": "$cbg", "invoice": "$cbg_inv",
	   "payment": "$cbg_pay", "cash": "$cash_cbg"},
  "not": {"customer": "$pst", "invoice": "$pst_inv",
	  "payment": "$pst_pay", "cash": "$cash_pst"}},
 {"user": "cs-cbg", "sees": {"customer": "$cbg"}, "not": {"customer": "$pst"}},
 {"user": "mitra-a",
  "sees": {"customer": "$a", "invoice": "$a_inv"},
  "not": {"customer": "$b", "invoice": "$b_inv"}},
 {"user": "mitra-b",
  "sees": {"customer": "$b", "invoice": "$b_inv"},
  "not": {"customer": "$pst", "invoice": "$pst_inv"}},
 {"user": "tek-1", "sees": {"customer": "$t1"}, "not": {"customer": "$t2"}},
 {"user": "kas-1",
  "sees": {"customer": "$t2", "invoice": "$pst_inv", "payment": "$pay1",
	   "cash": "$cash1"},
  "not": {"payment": "$pay2", "cash": "$cash2"}}
]}
JSON
rc=0
tests/tables/rights.py "$D" || rc=1
daemon_stop || rc=1
exit $rc
