-- SPDX-License-Identifier: GPL-3.0-or-later
-- Invoices: sums, tax, numbers, the run of a month, cancelling, scope.
begin;
select plan(46);

set local app.clock = '2026-07-15 03:00:00+00';
insert into app.branch (id, code, name) overriding system value
values (2, 'TMR', 'Timur');
insert into app.role (id, label) values ('t', 'T') on conflict do nothing;
insert into app.app_user (id, name, full_name, role_id, branch_id, password,
    created_at)
overriding system value values
    (901, 'ani', 'Ani', 't', 1, 'x', app.now()),
    (902, 'bram', 'Bram', 't', 2, 'x', app.now());
insert into app.package (id, code, name, down_mbps, up_mbps, price, created_at)
overriding system value values
    (901, 'H20', 'Home 20', 20, 10, 150000, app.now()),
    (902, 'FREE', 'Gratis', 5, 5, 0, app.now());
insert into app.customer (id, branch_id, name, phone, address, created_at)
values (9000001, 1, 'Budi', '628111', 'Jl. A', app.now()),
    (9000002, 2, 'Cici', '628112', 'Jl. B', app.now()),
    (9000003, 1, 'Dodi', '628113', 'Jl. C', app.now());
insert into app.service (customer_id, branch_id, seq, package_id, price,
    status, created_at)
values (9000001, 1, 1, 901, null, 'active', app.now()),
    (9000001, 1, 2, 901, 99999, 'active', app.now()),
    (9000002, 2, 1, 901, null, 'active', app.now()),
    (9000003, 1, 1, 902, null, 'active', app.now()),
    (9000003, 1, 2, 901, null, 'suspended', app.now());

create function pg_temp.op() returns jsonb language sql as
$$ select jsonb_build_object('op_id', gen_random_uuid()) $$;
-- The code of the refusal, or null; args in the setting test.args.
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
create function pg_temp.make(p_price bigint, p_qty integer default 1,
    p_discount bigint default 0, p_customer text default '9000001')
returns jsonb language sql as
$$ select api.invoice_create(pg_temp.op() || jsonb_build_object(
    'customer', p_customer, 'due', '2026-07-25', 'discount', p_discount,
    'lines', jsonb_build_array(jsonb_build_object('text', 'Uji',
    'qty', p_qty, 'unit_price', p_price))))::jsonb $$;
create function pg_temp.show(p_number text) returns jsonb language sql as
$$ select api.invoice_get(jsonb_build_object('number', p_number))::jsonb $$;
create function pg_temp.posted(p_number text, p_kind text)
returns table (account text, amount bigint) language sql as
$$ select y.account, y.amount::bigint from app.posting y
    join app.journal j on j.id = y.journal_id
    where j.number = p_number and j.kind = p_kind order by y.line $$;

set local role jabbar_owner;
select app.set_context(901, null, 'all', 'all', 1::smallint, null, 'test', '');

-- One by hand.
create temp table i as select pg_temp.make(150000) as a;
select is((select a ->> 'number' from i), 'INV-202607-00001',
    'the first number of the month');
select is((select (a ->> 'total')::bigint from i), 166500::bigint,
    'PPN comes on top: 12 % of 11/12');
select results_eq($$select * from pg_temp.posted('INV-202607-00001', 'invoice')$$,
    $$values ('1201', 166500::bigint), ('4102', -150000), ('2201', -16500)$$,
    'receivable against income and tax');
select is((select b.owed::bigint from app.balance b
    where b.customer_id = 9000001), 166500::bigint, 'he owes it');
create temp table g as select pg_temp.show('INV-202607-00001') as a;
select is((select a -> 'tax' from g), '[{"name": "PPN", "rate": 12,
    "base": 137500, "amount": 16500, "inclusive": false}]'::jsonb,
    'the tax as it is shown');
select is((select a - array['lines', 'tax', 'created_at', 'payments', 'title',
    'created_by'] from g),
    '{"number": "INV-202607-00001", "customer": "9000001", "name": "Budi",
    "address": "Jl. A", "kind": "manual", "period": null,
    "period_start": null, "period_end": null, "issued": "2026-07-15",
    "due": "2026-07-25", "subtotal": 150000, "discount": 0,
    "total": 166500, "paid": 0, "remaining": 166500, "status": "unpaid",
    "overdue": false, "days_late": 0, "note": null, "cancelled_at": null,
    "cancel_reason": null}'::jsonb, 'invoice.get');
select is((select a -> 'lines' from g), '[{"text": "Uji", "qty": 1,
    "unit_price": 150000, "amount": 150000, "explain": null}]'::jsonb,
    'its lines');
select is(pg_temp.make(33333, 3, 99) ->> 'total', '110889',
    'several of a thing, less the discount, tax of the rest');

-- Half a rupiah goes up, once per invoice.
select is((select amount from app.taxes(50, '2026-07-15')), 6::bigint,
    '5.5 is rounded up');
select is((select amount from app.taxes(49, '2026-07-15')), 5::bigint,
    '5.39 is rounded down');
select is((select amount from app.taxes(1000000000000, '2026-07-15')),
    110000000000::bigint, 'the largest sum does not overflow');
select is((select count(*) from app.taxes(100, '2024-12-31')), 0::bigint,
    'no tax before its first day');

-- Prices with the tax inside.
update app.setting set value = 'inclusive' where key = 'ppn_mode';
select is(pg_temp.make(111000) ->> 'total', '111000',
    'inclusive: the total is the price');
select is((pg_temp.show('INV-202607-00003') #> '{tax,0}') - 'name',
    '{"rate": 12, "base": 91667, "amount": 11000, "inclusive": true}'::jsonb,
    'inclusive: the part inside');
select results_eq($$select * from pg_temp.posted('INV-202607-00003', 'invoice')$$,
    $$values ('1201', 111000::bigint), ('4102', -100000), ('2201', -11000)$$,
    'inclusive: income is the price less the tax');
update app.setting set value = null where key = 'ppn_mode';

-- Nothing to pay is paid.
select is(pg_temp.make(5000, 1, 5000) ->> 'total', '0', 'a total of nothing');
select is(pg_temp.show('INV-202607-00004') ->> 'status', 'paid', 'is paid');
select is_empty($$select * from pg_temp.posted('INV-202607-00004', 'invoice')$$,
    'and posts nothing');

-- Refusals, by name.
select is(pg_temp.refused($$select api.invoice_create(pg_temp.op() ||
    '{"customer": "9000001", "due": "2026-07-14",
    "lines": [{"text": "x", "qty": 1, "unit_price": 1}]}')$$),
    'bad_field', 'due before it is issued');
select is(current_setting('test.args')::jsonb,
    '{"field": "due", "rule": "order"}'::jsonb, 'says the field and the rule');
select is(pg_temp.refused($$select pg_temp.make(1000, 1, 1001)$$), 'bad_field',
    'a discount above the sum');
select is(current_setting('test.args')::jsonb ->> 'field', 'discount',
    'names the discount');
select is(pg_temp.refused($$select pg_temp.make(10000000000, 100000)$$),
    'bad_field', 'a sum beyond all sense');
select is(pg_temp.refused($$select pg_temp.make(1, 1, 0, '77')$$), 'not_found',
    'an unknown customer');
select is(current_setting('test.args')::jsonb ->> 'field', 'customer',
    'names the customer');
select is(pg_temp.refused($$select pg_temp.make(1, 1, 0, 'x')$$), 'not_found',
    'a customer that is no number');
select is(pg_temp.refused($$select pg_temp.show('INV-1')$$), 'not_found',
    'an unknown invoice');

-- Cancelling.
select is(api.invoice_cancel(pg_temp.op() ||
    '{"number": "INV-202607-00001", "reason": "salah"}') ->> 'status',
    'cancelled', 'an unpaid invoice is cancelled');
select results_eq(
    $$select * from pg_temp.posted('INV-202607-00001', 'invoice_cancel')$$,
    $$values ('1201', -166500::bigint), ('4102', 150000), ('2201', 16500)$$,
    'its entry is reversed');
select is((select b.owed::bigint from app.balance b
    where b.customer_id = 9000001), (110889 + 111000)::bigint,
    'he does not owe it any more');
select is(pg_temp.refused($$select api.invoice_cancel(pg_temp.op() ||
    '{"number": "INV-202607-00001", "reason": "lagi"}')$$), 'bad_state',
    'not twice');
update app.invoice set paid = 1 where number = 'INV-202607-00002';
select is(pg_temp.refused($$select api.invoice_cancel(pg_temp.op() ||
    '{"number": "INV-202607-00002", "reason": "lagi"}')$$), 'bad_state',
    'not with money on it');
update app.invoice set paid = 0 where number = 'INV-202607-00002';

-- A month.
create temp table r as select api.invoice_generate(
    '{"op_id": "00000000-0000-4000-8000-000000000001", "period": "2026-08"}')
    ::jsonb as a;
-- 166500 twice and 99999 + 11000 (10999.89 rounded).
select is((select a from r), '{"period": "2026-08", "generated": 3,
    "skipped": 1, "total": 443999}'::jsonb,
    'every active service; one that costs nothing is skipped');
select is(api.invoice_generate(
    '{"op_id": "00000000-0000-4000-8000-000000000001", "period": "2026-08"}')
    ::jsonb, (select a from r), 'the same operation answers the same');
select is(api.invoice_generate(pg_temp.op() || '{"period": "2026-08"}')
    ->> 'generated', '0', 'nobody is billed twice for a month');
select results_eq($$select i.number, i.issued, i.due, i.total::bigint
    from app.invoice i where i.period = '2026-08-01' order by i.id$$,
    $$values ('INV-202608-00001', date '2026-08-01', date '2026-08-11',
        166500::bigint),
    ('INV-202608-00002', '2026-08-01', '2026-08-11', 110999),
    ('TMR-INV-202608-00001', '2026-08-01', '2026-08-11', 166500)$$,
    'numbers per branch, issued on the first, the own price before the package''s');
select is((select c.last from app.counter c where c.branch_id = 1
    and c.kind = 'INV' and c.period = '202608'), 2::bigint,
    'the counter stands at the last');
select results_eq($$select * from pg_temp.posted('INV-202608-00002', 'invoice')$$,
    $$values ('1201', 110999::bigint), ('4101', -99999), ('2201', -11000)$$,
    'a month is income of subscriptions');
select is((select l.text from app.invoice_line l join app.invoice i
    on i.id = l.invoice_id where i.number = 'INV-202608-00001'),
    'Home 20 Agustus 2026', 'the line names package and month');
select is(pg_temp.show('INV-202608-00001') ->> 'title', 'Home 20',
    'the title is the package');
select is(pg_temp.refused($$select api.invoice_generate(pg_temp.op() ||
    '{"period": "2206-08"}')$$), 'bad_field', 'a month of another century');

-- Lists.
select results_eq($$select r ->> 0 from json_array_elements(api.invoice_list(
    '{"filter": {"period": "2026-08"}, "sort": "number"}') -> 'rows') r$$,
    $$values ('INV-202608-00001'), ('INV-202608-00002'),
    ('TMR-INV-202608-00001')$$, 'the list by period');
select is(json_array_length(api.invoice_list('{"filter": {"overdue": true}}')
    -> 'rows'), 0, 'nothing is overdue');
set local app.clock = '2026-07-27 03:00:00+00';
select results_eq($$select r ->> 0, r ->> 10 from json_array_elements(
    api.invoice_list('{"filter": {"overdue": true}}') -> 'rows') r$$,
    $$values ('INV-202607-00003', '2'), ('INV-202607-00002', '2')$$,
    'two days later both are, newest first, with their days');

-- Scope: a branch's user sees his own and touches nothing else.
select app.set_context(902, null, 'branch', 'branch', 2::smallint, null,
    'test', '');
select is(json_array_length(api.invoice_list('{}') -> 'rows'), 1,
    'a branch sees its own invoices');
select is(pg_temp.refused($$select api.invoice_cancel(pg_temp.op() ||
    '{"number": "INV-202607-00002", "reason": "x"}')$$), 'not_found',
    'and another branch''s is not there');
select * from finish();
rollback;
