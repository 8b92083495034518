-- SPDX-License-Identifier: GPL-3.0-or-later
-- Cash sessions and the counter's look-ups.
begin;
select plan(47);

set local app.clock = '2026-07-15 03:00:00+00';
insert into app.role (id, label) values ('t', 'T') on conflict do nothing;
insert into app.app_user (id, name, full_name, role_id, branch_id, password,
    created_at)
overriding system value values
    (901, 'ani', 'Ani', 't', 1, 'x', app.now()),
    (902, 'bram', 'Bram', 't', 1, 'x', app.now());
insert into app.package (id, code, name, down_mbps, up_mbps, price, created_at)
overriding system value values
    (901, 'H20', 'Home 20', 20, 10, 150000, app.now());
-- 9000375 and 9010375 end alike, 9004711 does not.
insert into app.customer (id, branch_id, name, phone, address, created_at)
values (9000375, 1, 'Budi Santoso', '628123456701', 'Jl. Mawar 1', app.now()),
    (9010375, 1, 'Cici Lestari', '628123456702', 'Jl. Melati 2', app.now()),
    (9004711, 1, 'Dodi Pratama', '628977700000', 'Jl. Anggrek 3', app.now());
select setval('app.customer_id_seq', 9999999);
insert into app.service (customer_id, branch_id, seq, package_id, status,
    pppoe_user, created_at)
values (9000375, 1, 1, 901, 'active', 'budi@net', app.now()),
    (9004711, 1, 1, 901, 'suspended', 'dodi@net', app.now());
update app.tax set valid_to = '2026-01-01', valid_from = '2025-01-01';
update app.package set price = 150000;

create function pg_temp.op() returns jsonb language sql as
$$ select jsonb_build_object('op_id', gen_random_uuid()) $$;
create function pg_temp.refused(p_sql text) returns text language plpgsql as
$$
declare v_detail text;
begin
	execute p_sql;
	return null;
exception when sqlstate 'ZB000' then
	get stacked diagnostics v_detail = pg_exception_detail;
	perform set_config('test.args', v_detail, true);
	return sqlerrm;
end $$;
create function pg_temp.find(p_q text) returns text language sql as
$$ select (select coalesce(string_agg(m ->> 'number', ' '
    order by m ->> 'number'), '') from json_array_elements(a -> 'matches') m)
    || case when (a ->> 'exact')::boolean then ' exact' else '' end
    from api.counter_find(jsonb_build_object('q', p_q)) a $$;

set local role jabbar_owner;
select app.set_context(901, null, 'own', 'branch', 1::smallint, null, 'test', '');

select is(pg_temp.refused($$select api.cash_get('{}')$$), 'no_session',
    'no session to show');
select is(pg_temp.refused($$select api.cash_close(pg_temp.op())$$),
    'no_session', 'none to close');
select is((api.counter_recent('{}'))::jsonb,
    '{"session": null, "payments": [], "confirm_amount": 5000000}'::jsonb,
    'none at the counter, only what a large amount is');
select is(api.cash_open('{"op_id": "00000000-0000-4000-8000-000000000001",
    "float": 100000}')::jsonb, '{"number": "CASH-202607-00001",
    "drawer": "ani", "status": "open", "float": 100000}'::jsonb,
    'opened, on the drawer of one''s name');
select is(api.cash_open('{"op_id": "00000000-0000-4000-8000-000000000001",
    "float": 100000}') ->> 'number', 'CASH-202607-00001',
    'the same operation opens once');
select is(pg_temp.refused($$select api.cash_open(pg_temp.op() ||
    '{"float": 1, "drawer": "lain"}')$$), 'bad_state', 'one per clerk');
select is(current_setting('test.args')::jsonb ->> 'state', 'open',
    'says that one is open');
select app.set_context(902, null, 'own', 'branch', 1::smallint, null, 'test', '');
select is(pg_temp.refused($$select api.cash_open(pg_temp.op() ||
    '{"float": 1, "drawer": "ani"}')$$), 'bad_state',
    'one per drawer, though the other is out of sight');
select is((select count(*) from app.counter c where c.kind = 'CASH'
    and c.last = 1), 1::bigint, 'a refusal takes no number');
select is(pg_temp.refused(
    $$select api.cash_get('{"number": "CASH-202607-00001"}')$$), 'not_found',
    'own: another clerk''s session is not there');

select app.set_context(901, null, 'own', 'branch', 1::smallint, null, 'test', '');
select api.invoice_create(pg_temp.op() || '{"customer": "9000375",
    "due": "2026-07-20", "lines": [{"text": "A", "qty": 1, "unit_price": 70000}]}');
select api.invoice_create(pg_temp.op() || '{"customer": "9000375",
    "due": "2026-07-16", "lines": [{"text": "B", "qty": 2, "unit_price": 20000},
    {"text": "C", "qty": 1, "unit_price": 1000}]}');
select api.payment_take(pg_temp.op() || '{"customer": "9000375",
    "method": "cash", "tendered": 100000, "invoices": ["INV-202607-00001"]}');
select api.payment_take(pg_temp.op() || '{"customer": "9000375",
    "method": "transfer", "tendered": 5000}');
select api.payment_confirm(pg_temp.op() || '{"number": "PAY-202607-00002"}');

create temp table g as select api.cash_get('{}')::jsonb as a;
select is((select a from g), '{"number": "CASH-202607-00001", "user": "ani",
    "drawer": "ani", "status": "open", "business_date": "2026-07-15",
    "opened_at": "2026-07-15T03:00:00Z", "closed_at": null, "float": 100000,
    "expected": null, "cash_in": 70000, "payments": 1, "change": 30000,
    "counted": null, "variance": null, "note": null,
    "by_method": [{"method": "cash", "sum": 70000, "count": 1}]}'::jsonb,
    'its own clerk is not told what is expected; a transfer is not in it');
select is((api.counter_recent('{}') -> 'session')::jsonb,
    '{"number": "CASH-202607-00001", "drawer": "ani",
    "opened_at": "2026-07-15T03:00:00Z", "float": 100000, "cash_in": 70000,
    "receipts": 1}'::jsonb, 'the drawer at the counter');
select is((api.counter_recent('{}') #> '{payments,1}')::jsonb,
    '{"number": "PAY-202607-00001", "at": "2026-07-15T03:00:00Z",
    "customer": "9000375", "name": "Budi Santoso", "amount": 70000,
    "method": "cash", "status": "confirmed", "change": 30000,
    "prints": 0}'::jsonb, 'the last payments, newest first');
select app.set_context(902, null, 'all', 'all', 1::smallint, null, 'test', '');
select is(api.cash_get('{"number": "CASH-202607-00001"}') ->> 'expected',
    '170000', 'somebody else is told');

-- Closing.
select app.set_context(901, null, 'own', 'branch', 1::smallint, null, 'test', '');
select is(pg_temp.refused($$select api.cash_close(pg_temp.op())$$),
    'bad_field', 'closed by a count only');
select is(current_setting('test.args')::jsonb,
    '{"field": "counted", "rule": "required"}'::jsonb, 'which is asked for');
select is(api.cash_close(
    '{"op_id": "00000000-0000-4000-8000-000000000002", "counted": 169000}')
    ::jsonb, '{"number": "CASH-202607-00001", "expected": 170000,
    "counted": 169000, "variance": -1000}'::jsonb,
    'what is missing is noted, not refused');
select is(api.cash_close(
    '{"op_id": "00000000-0000-4000-8000-000000000002", "counted": 169000}')
    ->> 'variance', '-1000', 'the same operation closes once');
select results_eq($$select y.account, y.amount::bigint from app.posting y
    join app.journal j on j.id = y.journal_id where j.kind = 'cash_close'
    order by y.line$$, $$values ('1101', -1000::bigint), ('5901', 1000)$$,
    'and posted as a loss');
select is(api.cash_get('{"number": "CASH-202607-00001"}') ->> 'expected',
    '170000', 'once closed, expected is no secret');
select is(pg_temp.refused($$select api.payment_take(pg_temp.op() ||
    '{"customer": "9000375", "method": "cash", "tendered": 1}')$$),
    'no_session', 'no cash into a closed drawer');
select api.cash_open(pg_temp.op() || '{"float": 0, "drawer": "Loket 2"}');
select is(api.cash_close(pg_temp.op() || '{"counted": 500}') ->> 'variance',
    '500', 'more than expected');
select is((select sum(y.amount) from app.posting y where y.account = '5901'),
    500::numeric, 'is a gain');
select results_eq($$select r ->> 0, r ->> 2, r ->> 9
    from json_array_elements(api.cash_list('{}') -> 'rows') r$$,
    $$values ('CASH-202607-00002', 'Loket 2', 'closed'),
    ('CASH-202607-00001', 'ani', 'closed')$$, 'the list, newest first');
select is((api.cash_list('{}') -> 'cols')::jsonb, '["number", "user",
    "drawer", "opened_at", "closed_at", "float", "expected", "counted",
    "variance", "status"]'::jsonb, 'its columns');

-- Whom the clerk means.
select app.customer_index(c.id) from app.customer c where c.id > 9000000;
select is(pg_temp.find('9000375'), '9000375 exact', 'a number');
select is(pg_temp.find('0375'), '9000375 9010375',
    'four last digits, two customers');
select is(pg_temp.find('4711'), '9004711 exact', 'four last digits, one');
select is(pg_temp.find('00375'), '9000375 exact', 'five');
select is(pg_temp.find('9999'), '', 'nobody');
select is(pg_temp.find('0812-3456-701'), '9000375 exact', 'a phone');
select is(pg_temp.find('+62 812 3456 7'), '9000375 9010375',
    'the beginning of one');
select is(pg_temp.find('JB1C90003757'), '9000375 exact', 'a customer''s card');
select is(pg_temp.find('jb1iinv-202607-00002x'), '9000375 exact',
    'an invoice''s code, as readers send it');
select is(pg_temp.find('JB1RPAY-202607-00001X'), '9000375 exact',
    'a receipt''s code');
select is(pg_temp.find('INV-202607-00002'), '9000375 exact',
    'an invoice''s number');
select is(pg_temp.find('INV-202607-99999'), '', 'no such invoice');
select is(pg_temp.find('@dodi@net'), '9004711 exact', 'a PPPoE name');
select is(pg_temp.find('@bu'), '9000375', 'the beginning of one');
select ok(pg_temp.find('pratama') like '9004711%', 'a name');
select is(pg_temp.find(''';drop table app.customer;--'), '',
    'hostile text finds nobody');

-- His bill.
create temp table b as select api.counter_bill('{"customer": "9000375"}')::jsonb
    as a;
select is((select a -> 'customer' from b), '{"number": "9000375",
    "name": "Budi Santoso", "address": "Jl. Mawar 1",
    "phone": "628123456701", "package": "Home 20", "status": "active",
    "credit": 0, "owed": 36000, "notes": null}'::jsonb, 'the customer');
select is((select a -> 'invoices' from b), '[{"number": "INV-202607-00002",
    "period": null, "title": "B +1", "issued": "2026-07-15",
    "due": "2026-07-16", "total": 41000, "paid": 5000, "remaining": 36000,
    "days_late": 0}]'::jsonb, 'his open invoices');
select is((select (a ->> 'total')::bigint from b), 36000::bigint, 'their sum');
select is((select jsonb_array_length(a -> 'last') from b), 2,
    'his last payments');
select is(pg_temp.refused($$select api.counter_bill('{"customer": "77"}')$$),
    'not_found', 'nobody''s bill');

select is((select string_agg(what || ': ' || detail, '; ')
    from app.doctor() where what not like 'customer status%'), null,
    'the books are clean after all of it');
select * from finish();
rollback;
