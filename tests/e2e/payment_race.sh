#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Clerks at the same moment: one invoice is paid once, one operation books
# once, numbers have no gap, and no order of locks ends in a deadlock.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=tests/lib/tap.sh
. "$top/tests/lib/tap.sh"
# shellcheck source=tests/lib/pg.sh
. "$top/tests/lib/pg.sh"

pg_start || bail 'PostgreSQL does not start'
tmp=$(mktemp -d)
at_exit rm -rf "$tmp"
psql=(psql -XAtq -v ON_ERROR_STOP=1)

{
	echo 'create role jabbar_owner nologin; create role jabbar_run login;'
	echo 'grant create on database postgres to jabbar_owner;'
	echo 'set role jabbar_owner; create schema app; create schema api;'
	echo 'begin; set local check_function_bodies = off;'
	cat "$top"/sql/migrations/*.sql "$top"/sql/api/*.sql "$top"/sql/seed/*.sql
	cat <<-'SQL'
	reset role;
	insert into app.role (id, label) values ('t', 'T');
	insert into app.app_user (name, full_name, role_id, password, created_at)
	select 'u' || n, 'U' || n, 't', 'x', now() from generate_series(1, 8) n;
	insert into app.setting (key, type, min, max, preset, label, pos)
	values ('ppn_mode', 'choice', 0, 0, 'exclusive', 'x', 1),
	    ('due_days', 'integer', 0, 60, '10', 'x', 2);
	insert into app.package (code, name, down_mbps, up_mbps, price, created_at)
	values ('H', 'Home', 10, 5, 100000, now());
	insert into app.customer (id, branch_id, name, phone, address, created_at)
	select 1000000 + n, 1, 'Budi ' || n, '6281' || n, 'Jl. A', now()
	from generate_series(1, 12) n;
	insert into app.service (customer_id, branch_id, seq, package_id, status,
	    created_at)
	select 1000000 + n, 1, 1, 1, 'active', now() from generate_series(1, 12) n;
	commit;
	SQL
} >"$tmp/all.sql"
"${psql[@]}" -f "$tmp/all.sql" >"$tmp/log" 2>&1 ||
    bail "the schema does not load: $(tail -3 "$tmp/log")"

# as_user N SQL: one request, one transaction; prints its rows, or the code of
# the refusal.
as_user() {
	local out

	out=$("${psql[@]}" 2>&1 <<-SQL
	set role jabbar_owner;
	begin;
	do \$\$ begin perform app.set_context($1, null, 'all', 'all', 1::smallint,
	    null, 'test', ''); end \$\$;
	$2;
	commit;
	SQL
	) || out=$(sed -n 's/.*ERROR:  //p' <<<"$out")
	echo "$out"
}
q() {
	"${psql[@]}" -c "$1"
}
doctor() {
	"${psql[@]}" -c 'set role jabbar_owner' \
	    -c 'select what, detail from app.doctor()'
}
invoice() {
	as_user 1 "select api.invoice_create(jsonb_build_object('op_id',
	    gen_random_uuid(), 'customer', '1000001', 'due', '2999-01-01',
	    'lines', '[{\"text\": \"x\", \"qty\": 1, \"unit_price\": $1}]'::jsonb))
	    ->> 'number'"
}

for u in 1 2 3 4 5 6 7 8; do
	as_user "$u" "select api.cash_open(jsonb_build_object('op_id',
	    gen_random_uuid(), 'float', 0))" >>"$tmp/log"
done
is "$(q 'select count(*) from app.cash_session')" 8 'eight drawers are open'

n=$(invoice 90000)
for i in $(seq 16); do
	as_user $((i % 8 + 1)) "select api.payment_take(jsonb_build_object(
	    'op_id', gen_random_uuid(), 'customer', '1000001', 'method', 'cash',
	    'invoices', jsonb_build_array('$n'), 'tendered', 200000)) ->> 'status'" \
	    >"$tmp/race.$i" &
done
wait
is "$(cat "$tmp"/race.* | grep -c '^confirmed$')" 1 \
    'sixteen terminals pay one invoice: one wins'
is "$(cat "$tmp"/race.* | grep -c '^invoice_closed$')" 15 \
    'and fifteen are told that it is closed'
is "$(q "select paid = total from app.invoice where number = '$n'")" t \
    'it is paid exactly'

n=$(invoice 50000)
op=$(q 'select gen_random_uuid()')
rm -f "$tmp"/race.*
for i in $(seq 12); do
	as_user 3 "select api.payment_take(jsonb_build_object('op_id', '$op',
	    'customer', '1000001', 'method', 'cash', 'invoices',
	    jsonb_build_array('$n'), 'tendered', 60000)) ->> 'number'" \
	    >"$tmp/race.$i" &
done
wait
is "$(sort -u "$tmp"/race.* | wc -l)" 1 \
    'one operation from twelve lines gets one answer'
like "$(sort -u "$tmp"/race.*)" '^PAY-[0-9]{6}-[0-9]{5}$' 'its number'
is "$(q "select count(*) from app.payment where number = '$(head -1 \
    "$tmp/race.1")'")" 1 'and is booked once'

# Everything at once on the same few customers, and a month's run among it.
rm -f "$tmp"/race.*
for i in 1 2 3 4 5 6 7 8; do
	{
		for k in $(seq 10); do
			c=$((1000001 + (i * k) % 12))
			as_user "$i" "select api.payment_take(jsonb_build_object(
			    'op_id', gen_random_uuid(), 'customer', '$c', 'method',
			    'cash', 'tendered', $((k * 7919)))) ->> 'status'"
			as_user "$i" "select 'made' from api.invoice_create(
			    jsonb_build_object('op_id', gen_random_uuid(),
			    'customer', '$c', 'due', '2999-01-01', 'lines',
			    '[{\"text\": \"x\", \"qty\": 1,
			    \"unit_price\": 31000}]'::jsonb))"
		done
	} >"$tmp/race.$i" &
done
as_user 1 "select api.invoice_generate(jsonb_build_object('op_id',
    gen_random_uuid(), 'period', to_char(now(), 'YYYY-MM'))) ->> 'generated'" \
    >"$tmp/month.1" &
as_user 2 "select api.invoice_generate(jsonb_build_object('op_id',
    gen_random_uuid(), 'period', to_char(now(), 'YYYY-MM'))) ->> 'generated'" \
    >"$tmp/month.2" &
wait
is "$(cat "$tmp"/race.* | grep -c '^confirmed$')" 80 'eighty payments, none lost'
is "$(cat "$tmp"/race.* | grep -c '^made$')" 80 'eighty invoices, no deadlock'
is "$(cat "$tmp"/month.* | sort | tr '\n' ' ')" '0 12 ' \
    'a month run twice at once bills everybody once'

# A drawer that closes while money comes in: it is in the count or refused.
rm -f "$tmp"/race.*
for i in $(seq 10); do
	as_user 5 "select api.payment_take(jsonb_build_object('op_id',
	    gen_random_uuid(), 'customer', '1000004', 'method', 'cash',
	    'tendered', 1000)) ->> 'status'" >"$tmp/race.$i" &
done
as_user 5 "select api.cash_close(jsonb_build_object('op_id',
    gen_random_uuid(), 'counted', 0)) ->> 'number'" >"$tmp/close" &
wait
like "$(cat "$tmp/close")" '^CASH-' 'the drawer was closed'
is "$(cat "$tmp"/race.* | grep -cE '^(confirmed|no_session)$')" 10 \
    'each payment was booked or refused'
is "$(doctor)" '' 'the books are clean after all of it'
done_testing
