-- SPDX-License-Identifier: GPL-3.0-or-later
-- Payments: what is allocated, what is change and what is credit, transfers,
-- refusals, receipts that stay the same, scope.
begin;
select plan(66);

set local app.clock = '2026-07-15 03:00:00+00';
insert into app.role (id, label) values ('t', 'T') on conflict do nothing;
insert into app.app_user (id, name, full_name, role_id, branch_id, password,
    created_at)
overriding system value values
    (901, 'ani', 'Ani', 't', 1, 'x', app.now()),
    (902, 'bram', 'Bram', 't', 1, 'x', app.now());
insert into app.customer (id, branch_id, name, phone, address, created_at)
values (9000001, 1, 'Budi', '628111', 'Jl. A', app.now()),
    (9000002, 1, 'Cici', '628112', 'Jl. B', app.now());
-- Sums without tax are easier to read.
update app.tax set valid_to = '2026-01-01', valid_from = '2025-01-01';

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
create function pg_temp.make(p_due text, p_price bigint,
    p_customer text default '9000001') returns text language sql as
$$ select api.invoice_create(pg_temp.op() || jsonb_build_object(
    'customer', p_customer, 'due', p_due,
    'lines', jsonb_build_array(jsonb_build_object('text', 'Uji',
    'qty', 1, 'unit_price', p_price)))) ->> 'number' $$;
create function pg_temp.take(p_more text) returns jsonb language sql as
$$ select api.payment_take(pg_temp.op() ||
    '{"customer": "9000001", "method": "cash"}' || p_more::jsonb)::jsonb $$;
create function pg_temp.state(p_number text) returns text language sql as
$$ select i.status || ' ' || i.paid from app.invoice i
    where i.number = p_number $$;
create function pg_temp.posted(p_number text)
returns table (account text, amount bigint) language sql as
$$ select y.account, y.amount::bigint from app.posting y
    join app.journal j on j.id = y.journal_id
    where j.number = p_number and j.kind = 'payment' order by y.line $$;
create function pg_temp.money() returns text language sql as
$$ select b.owed || '/' || b.credit from app.balance b
    where b.customer_id = 9000001 $$;

set local role jabbar_owner;
select app.set_context(901, null, 'all', 'all', 1::smallint, null, 'test', '');
-- 1 is due last, 2 and 3 the same day.
select pg_temp.make('2026-07-30', 100000), pg_temp.make('2026-07-20', 50000),
    pg_temp.make('2026-07-20', 30000), pg_temp.make('2026-07-21', 7000, '9000002');

select is(pg_temp.refused($$select pg_temp.take('{"tendered": 1000}')$$),
    'no_session', 'cash needs an open session');
select is((select count(*) from app.payment), 0::bigint,
    'and nothing is written');
select is(api.cash_open(pg_temp.op() || '{"float": 200000}') ->> 'number',
    'CASH-202607-00001', 'a session opens');

-- Cash on a named invoice: the excess is change.
create temp table p as select api.payment_take(
    '{"op_id": "00000000-0000-4000-8000-000000000001", "method": "cash",
    "customer": 9000001, "invoices": ["INV-202607-00002"],
    "tendered": 60000}')::jsonb as a;
select is((select a from p), '{"number": "PAY-202607-00001",
    "allocated": [{"invoice": "INV-202607-00002", "amount": 50000}],
    "change": 10000, "credit": 0, "amount": 50000, "status": "confirmed",
    "remaining": 130000}'::jsonb, 'named: excess cash is change');
select is(pg_temp.state('INV-202607-00002'), 'paid 50000', 'it is paid');
select results_eq($$select * from pg_temp.posted('PAY-202607-00001')$$,
    $$values ('1101', 50000::bigint), ('1201', -50000)$$,
    'cash against the receivable');
select is(pg_temp.money(), '130000/0', 'the balance follows');
select is(api.payment_take(
    '{"op_id": "00000000-0000-4000-8000-000000000001", "method": "cash",
    "customer": 9000001, "invoices": ["INV-202607-00002"],
    "tendered": 60000}')::jsonb, (select a from p),
    'the same operation answers the same');
select is((select count(*) from app.payment), 1::bigint, 'and books once');
select is(pg_temp.refused($$select api.payment_take(
    '{"op_id": "00000000-0000-4000-8000-000000000001", "method": "cash",
    "customer": 9000001, "invoices": ["INV-202607-00002"],
    "tendered": 60001}')$$), 'op_conflict',
    'the same operation with another sum is refused');

-- Refusals, by name.
select is(pg_temp.refused($$select pg_temp.take(
    '{"invoices": ["INV-202607-00002"], "tendered": 1000}')$$),
    'invoice_closed', 'a paid invoice is not paid again');
select is(current_setting('test.args')::jsonb ->> 'number',
    'INV-202607-00002', 'and named');
select is(pg_temp.refused($$select pg_temp.take(
    '{"invoices": ["INV-202607-00004"], "tendered": 1000}')$$),
    'not_found', 'another customer''s invoice');
select is(current_setting('test.args')::jsonb ->> 'field', 'invoices',
    'the field is said');
select is(pg_temp.refused($$select pg_temp.take('{"tendered": 1000,
    "invoices": ["INV-202607-00003", "INV-202607-00003"]}')$$), 'bad_field',
    'an invoice named twice');
select is(current_setting('test.args')::jsonb ->> 'rule', 'duplicate',
    'says so');
select is(pg_temp.refused($$select pg_temp.take(
    '{"customer": "77", "tendered": 1000}')$$), 'not_found',
    'an unknown customer');
select is(pg_temp.refused($$select pg_temp.take(
    '{"customer": "x", "tendered": 1000}')$$), 'not_found',
    'a customer that is no number');
select is(pg_temp.refused($$select pg_temp.take(
    '{"tendered": 1000, "paid_at": "2026-07-16"}')$$), 'bad_field',
    'paid tomorrow');
select is((select count(*) from app.payment), 1::bigint,
    'refusals leave nothing');

-- None named: the oldest first, partial at the end.
select is(pg_temp.take('{"tendered": 40000}') -> 'allocated',
    '[{"invoice": "INV-202607-00003", "amount": 30000},
    {"invoice": "INV-202607-00001", "amount": 10000}]'::jsonb,
    'oldest first, the rest partly');
select is(pg_temp.state('INV-202607-00001'), 'partial 10000', 'partial');

-- Named in an order of one's own, short cash.
select pg_temp.make('2026-07-18', 20000);
select is(pg_temp.take('{"tendered": 95000, "invoices":
    ["INV-202607-00001", "INV-202607-00005"]}') -> 'allocated',
    '[{"invoice": "INV-202607-00001", "amount": 90000},
    {"invoice": "INV-202607-00005", "amount": 5000}]'::jsonb,
    'named: in the order given');
-- None named, more than he owes: credit.
select is(pg_temp.take('{"tendered": 25000}') - 'allocated' - 'number',
    '{"change": 0, "credit": 10000, "amount": 25000, "status": "confirmed",
    "remaining": 0}'::jsonb, 'unnamed: the excess becomes credit');
select results_eq($$select * from pg_temp.posted('PAY-202607-00004')$$,
    $$values ('1101', 25000::bigint), ('1201', -15000), ('2101', -10000)$$,
    'as a liability');
select is(pg_temp.take('{"tendered": 5000}') - 'number', '{"allocated": [],
    "change": 0, "credit": 5000, "amount": 5000, "status": "confirmed",
    "remaining": 0}'::jsonb, 'nothing open: all of it');
select is(pg_temp.money(), '0/15000', 'his credit');

-- A transfer waits, and books once, when it is confirmed.
select pg_temp.make('2026-07-25', 40000), pg_temp.make('2026-07-20', 9000);
create temp table t as select pg_temp.take('{"method": "transfer",
    "tendered": 60000, "invoices": ["INV-202607-00006"],
    "reference": "BCA 1", "paid_at": "2026-07-14"}') as a;
select is((select a from t), '{"number": "PAY-202607-00006",
    "allocated": [], "change": 0, "credit": 0, "amount": 60000,
    "status": "pending", "remaining": 49000}'::jsonb, 'a transfer waits');
select is_empty($$select * from pg_temp.posted('PAY-202607-00006')$$,
    'nothing is booked');
select is(pg_temp.state('INV-202607-00006'), 'unpaid 0', 'nothing is paid');
select is(api.invoice_get('{"number": "INV-202607-00006"}')
    #>> '{payments,0,status}', 'pending', 'the invoice shows what waits');
select is(pg_temp.refused($$select api.invoice_cancel(pg_temp.op() ||
    '{"number": "INV-202607-00006", "reason": "x"}')$$), 'bad_state',
    'and is not cancelled meanwhile');
select is(api.payment_verify(pg_temp.op() || '{"number": "PAY-202607-00006"}')
    ->> 'status', 'verified', 'verified is a mark');
select is(pg_temp.refused($$select api.payment_verify(pg_temp.op() ||
    '{"number": "PAY-202607-00006"}')$$), 'bad_state', 'set once');
select is_empty($$select * from pg_temp.posted('PAY-202607-00006')$$,
    'still nothing is booked');
select is(api.payment_confirm(pg_temp.op() ||
    '{"number": "PAY-202607-00006"}')::jsonb - 'number',
    '{"status": "confirmed", "allocated":
    [{"invoice": "INV-202607-00006", "amount": 40000},
    {"invoice": "INV-202607-00007", "amount": 9000}],
    "change": 0, "credit": 11000, "amount": 60000, "remaining": 0}'::jsonb,
    'confirmed: what it was for, then the oldest, then credit');
select results_eq($$select * from pg_temp.posted('PAY-202607-00006')$$,
    $$values ('1102', 60000::bigint), ('1201', -49000), ('2101', -11000)$$,
    'the bank against receivable and credit');
select is(pg_temp.money(), '0/26000', 'the balance follows');
select is(pg_temp.refused($$select api.payment_confirm(pg_temp.op() ||
    '{"number": "PAY-202607-00006"}')$$), 'bad_state', 'not twice');
select is(pg_temp.refused($$select api.payment_reject(pg_temp.op() ||
    '{"number": "PAY-202607-00006", "reason": "tidak masuk"}')$$),
    'bad_state', 'nor rejected afterwards');

-- An invoice that was paid meanwhile: the transfer goes where money is owed.
select pg_temp.make('2026-07-25', 40000), pg_temp.make('2026-07-26', 9000);
select pg_temp.take('{"method": "transfer", "tendered": 40000,
    "invoices": ["INV-202607-00008"]}');
select pg_temp.take('{"tendered": 40000, "invoices": ["INV-202607-00008"]}');
select is(api.payment_confirm(pg_temp.op() ||
    '{"number": "PAY-202607-00007"}')::jsonb - 'number' - 'status',
    '{"allocated": [{"invoice": "INV-202607-00009", "amount": 9000}],
    "change": 0, "credit": 31000, "amount": 40000, "remaining": 0}'::jsonb,
    'what it was for is closed: the next open one, then credit');
select pg_temp.take('{"method": "transfer", "tendered": 1}');
select is(api.payment_reject(pg_temp.op() ||
    '{"number": "PAY-202607-00009", "reason": "tidak masuk"}') ->> 'status',
    'rejected', 'rejected');
select is_empty($$select * from pg_temp.posted('PAY-202607-00009')$$,
    'books nothing');
select is(api.payment_get('{"number": "PAY-202607-00009"}') ->> 'reason',
    'tidak masuk', 'and keeps the reason');

-- Receipts.
create temp table r as select api.receipt_render(
    '{"payment": "PAY-202607-00002"}')::jsonb as a;
select is((select a -> 'payment' from r) - 'check',
    '{"number": "PAY-202607-00002", "at": "2026-07-15T03:00:00Z",
    "zone": "Asia/Jakarta", "cashier": "Ani", "drawer": "ani",
    "method": "cash", "reference": null, "tendered": 40000,
    "amount": 40000, "change": 0, "credited": 0, "status": "confirmed",
    "verify_url": "", "note": null}'::jsonb, 'the payment on its receipt');
select matches((select a #>> '{payment,check}' from r),
    '^[0-9A-HJKMNP-TV-Z]{6}$', 'a check code');
select is((select a #> '{invoices,0}' from r), '{"number":
    "INV-202607-00001", "period": null, "period_start": null,
    "period_end": null, "title": "Uji", "subtotal": 100000, "discount": 0,
    "taxes": [], "penalty": 0, "total": 100000, "allocated": 10000,
    "remaining": 90000}'::jsonb, 'an invoice on it, with what was left then');
select is((select a ->> 'credit_after' from r), '0', 'his credit then');
select is(api.receipt_render('{"payment": "PAY-202607-00004"}')
    ->> 'credit_after', '10000', 'and after a later one');
create temp table c as select api.receipt_print(
    '{"op_id": "00000000-0000-4000-8000-000000000002",
    "payment": "PAY-202607-00002", "to": "loket"}')::jsonb as a;
select is((select a from c), (select a from r), 'the first print is the original');
select is(api.receipt_print(
    '{"op_id": "00000000-0000-4000-8000-000000000002",
    "payment": "PAY-202607-00002", "to": "loket"}')::jsonb,
    (select a from r), 'the same operation is the same paper');
select is((select y.prints from app.payment y
    where y.number = 'PAY-202607-00002'), 1, 'counted once');
-- Years later, under another name, letterhead, cashier and tax.
set local app.clock = '2029-01-01 03:00:00+00';
update app.setting set value = 'Baru Net' where key = 'company_name';
update app.customer set name = 'Budi Baru' where id = 9000001;
update app.app_user set full_name = 'Ani Baru' where id = 901;
select is(api.receipt_print(pg_temp.op() ||
    '{"payment": "PAY-202607-00002", "to": "loket"}')::jsonb
    - 'copy' - 'copied', (select a from r) - 'copy' - 'copied',
    'a reprint years later is the same paper');
select is((select (api.receipt_print(pg_temp.op() ||
    '{"payment": "PAY-202607-00002", "to": "x"}')::jsonb) - 'company'
    - 'payment' - 'customer' - 'invoices' - 'credit_after' - 'stamp_duty'),
    '{"copy": 2, "copied": {"by": "Ani Baru", "at": "2029-01-01T03:00:00Z"}}'
    ::jsonb, 'it says which copy it is');
select is(api.receipt_render('{"payment": "PAY-202607-00002"}')::jsonb,
    (select a from r), 'a view on the screen is the original');
select is(pg_temp.refused($$select api.receipt_render('{"payment": "P"}')$$),
    'not_found', 'no such payment');
set local app.clock = '2026-07-15 03:00:00+00';

-- Lists.
select is((api.payment_list('{"limit": 1}') -> 'cols')::jsonb, '["number",
    "at", "customer", "name", "method", "amount", "reference", "status",
    "cashier", "prints"]'::jsonb, 'the columns of the list');
select is(api.payment_list('{"limit": 1}') #>> '{rows,0,0}',
    'PAY-202607-00009', 'newest first');
select is(json_array_length(api.payment_list('{"filter":
    {"session": "CASH-202607-00001", "amount": ">=40000"}}') -> 'rows'), 4,
    'by session and amount');
select is((api.payment_stats('{}'))::jsonb, '{"today": 355000,
    "count_today": 8, "cash_today": 255000, "transfer_today": 100000,
    "month": 355000, "pending": 0, "pending_sum": 0}'::jsonb,
    'the figures above the list');

-- Scope: who sees only his own sees no other's payment, nor its paper, but
-- what is left of an invoice is the same for everybody.
select pg_temp.make('2026-07-30', 1000);
select pg_temp.take('{"tendered": 300, "invoices": ["INV-202607-00010"]}');
select app.set_context(902, null, 'own', 'branch', 1::smallint, null,
    'test', '');
select is(json_array_length(api.payment_list('{}') -> 'rows'), 0,
    'own: no payment of another clerk');
select is(pg_temp.refused($$select api.receipt_print(pg_temp.op() ||
    '{"payment": "PAY-202607-00002", "to": "x"}')$$), 'not_found',
    'own: nor his receipts');
select api.cash_open(pg_temp.op() || '{"float": 0}');
select is(pg_temp.take('{"tendered": 500, "invoices": ["INV-202607-00010"]}')
    ->> 'number', 'PAY-202607-00011', 'own: takes money of any customer');
select is(api.receipt_render('{"payment": "PAY-202607-00011"}')
    #>> '{invoices,0,remaining}', '200', 'own: what is left counts all');
select is(json_array_length(api.payment_list('{}') -> 'rows'), 1,
    'own: sees it');

select is((select string_agg(what || ': ' || detail, '; ')
    from app.doctor() where what not like 'customer status%'), null,
    'the books are clean after all of it');
select * from finish();
rollback;
