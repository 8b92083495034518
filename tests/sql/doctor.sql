-- SPDX-License-Identifier: GPL-3.0-or-later
-- The doctor: says nothing of clean books, and names each rule that is broken
-- on purpose, with triggers and keys switched off.
begin;
select plan(36);

set local app.clock = '2026-07-15 03:00:00+00';
insert into app.role (id, label) values ('t', 'T') on conflict do nothing;
insert into app.app_user (id, name, full_name, role_id, branch_id, password,
    created_at)
overriding system value values
    (901, 'ani', 'Ani', 't', 1, 'x', app.now());
insert into app.package (id, code, name, down_mbps, up_mbps, price, created_at)
overriding system value values
    (901, 'H20', 'Home 20', 20, 10, 150000, app.now());
insert into app.customer (id, branch_id, name, phone, address, created_at)
values (9000001, 1, 'Budi', '628111', 'Jl. A', app.now());
insert into app.service (customer_id, branch_id, seq, package_id, status,
    created_at)
values (9000001, 1, 1, 901, 'active', app.now());

create function pg_temp.op() returns jsonb language sql as
$$ select jsonb_build_object('op_id', gen_random_uuid()) $$;
set local role jabbar_owner;
select app.set_context(901, null, 'all', 'all', 1::smallint, null, 'test', '');
select api.cash_open(pg_temp.op() || '{"float": 0}');
select api.invoice_create(pg_temp.op() || '{"customer": "9000001",
    "due": "2026-07-20", "lines": [{"text": "A", "qty": 1, "unit_price": 100000}]}')
from generate_series(1, 3);
select api.invoice_cancel(pg_temp.op() ||
    '{"number": "INV-202607-00003", "reason": "x"}');
select api.payment_take(pg_temp.op() || '{"customer": "9000001",
    "method": "cash", "tendered": 120000}');
select api.payment_take(pg_temp.op() || '{"customer": "9000001",
    "method": "transfer", "tendered": 5000}');
select api.cash_close(pg_temp.op() || '{"counted": 120000}');
reset role;
set local session_replication_role = replica;

-- What the doctor says after the damage, which is undone again.
create function pg_temp.damage(p_sql text) returns text language plpgsql as $$
declare v text;
begin
	begin
		execute p_sql;
		-- As the owner sees it, without any context of a user.
		set local role jabbar_owner;
		perform set_config('app.scope', '', true),
		    set_config('app.customer_scope', '', true);
		select string_agg(distinct d.what, ', ' order by d.what) into v
		from app.doctor() d;
		raise exception 'undo' using errcode = 'ZZ001';
	exception when sqlstate 'ZZ001' then null;
	end;
	return coalesce(v, 'clean');
end $$;
create function pg_temp.quick(p_sql text) returns text language plpgsql as $$
declare v text := 'holds';
begin
	begin
		execute p_sql;
		set local role jabbar_owner;
		begin
			perform app.invariants();
		exception when check_violation then v := 'raised';
		end;
		raise exception 'undo' using errcode = 'ZZ001';
	exception when sqlstate 'ZZ001' then null;
	end;
	return v;
end $$;

select is(pg_temp.damage('select 1'), 'clean', 'clean books');
select is(pg_temp.quick('select 1'), 'holds', 'the quick check of clean books');

select matches(pg_temp.damage($$update app.posting set amount = amount + 1
    where account = '4102' and journal_id = (select min(id) from app.journal)$$),
    'does not sum to zero', 'an entry that does not balance');
select is(pg_temp.quick($$update app.posting set amount = amount + 1
    where account = '4102' and journal_id = (select min(id) from app.journal)$$),
    'raised', 'the quick check: postings that do not sum to zero');
select is(pg_temp.damage($$insert into app.journal (at, business_date,
    branch_id, kind, number) values (now(), '2026-07-15', 1, 'x', 'y')$$),
    'journal entry without postings', 'an empty entry');
select matches(pg_temp.damage($$update app.journal set number = 'gone'
    where kind = 'payment'$$), 'payment without its journal entry',
    'a confirmed payment that is not in the books');
select matches(pg_temp.damage($$update app.journal set number = 'gone'
    where kind = 'invoice' and number = 'INV-202607-00001'$$),
    'invoice without its journal entry', 'an invoice that is not in the books');
select matches(pg_temp.damage($$update app.journal set number = 'gone'
    where kind = 'invoice_cancel'$$), 'cancelled invoice that was not reversed',
    'a cancelled invoice still in the books');
select matches(pg_temp.damage($$update app.payment set status = 'rejected'
    where number = 'PAY-202607-00001'$$),
    'journal entry of a payment that is not booked',
    'a rejected payment in the books');
select matches(pg_temp.damage($$insert into app.journal (at, business_date,
    branch_id, kind, number) values (now(), '2026-07-15', 1, 'payment',
    'PAY-202607-00001')$$), 'document booked twice', 'a payment booked twice');
select matches(pg_temp.damage($$update app.payment set amount = amount - 1,
    change = 1 where number = 'PAY-202607-00001'$$),
    'payment posted with another sum than it has', 'another sum than posted');

select matches(pg_temp.damage($$update app.invoice set paid = paid - 1
    where number = 'INV-202607-00001'$$),
    'invoice paid differs from its payments', 'paid without a payment');
select is(pg_temp.quick($$update app.invoice set paid = paid - 1
    where number = 'INV-202607-00001'$$), 'raised',
    'the quick check: paid without a payment');
select matches(pg_temp.damage($$update app.allocation set amount = amount - 1$$),
    'payment spent other than it came in', 'allocations below the payment');
select matches(pg_temp.damage(
    $$update app.allocation set amount = amount + 500000$$),
    'payment allocated beyond its amount', 'allocations above the payment');
select matches(pg_temp.damage($$update app.payment set customer_id = 1
    where number = 'PAY-202607-00001'$$),
    'payment of one customer on the invoice of another', 'somebody else''s money');
select matches(pg_temp.damage($$update app.invoice_line
    set unit_price = 1, amount = 1$$), 'invoice does not add up',
    'lines that do not add up');
select matches(pg_temp.damage($$update app.invoice_tax set amount = amount + 1$$),
    'invoice does not add up', 'taxes that do not add up');

select is(pg_temp.damage($$update app.balance set owed = owed + 1$$),
    'balance differs from the open invoices, balance differs from the postings',
    'a balance that owes more');
select is(pg_temp.damage($$update app.balance set credit = credit + 1$$),
    'balance differs from the postings', 'a credit out of nothing');
select is(pg_temp.quick($$update app.balance set credit = credit + 1$$),
    'raised', 'the quick check: a credit out of nothing');
select matches(pg_temp.damage($$delete from app.balance
    where customer_id = 9000001$$), 'balance differs from the postings',
    'a balance that is gone');
select matches(pg_temp.damage($$insert into app.posting (journal_id, line,
    account, customer_id, amount) select min(id), 9, '2101', 9000001, 700
    from app.journal$$), 'credit below zero', 'a credit below zero');

select matches(pg_temp.damage($$update app.invoice
    set number = 'INV-202607-00009' where number = 'INV-202607-00002'$$),
    'number series with a gap or a duplicate', 'a gap in the numbers');
select is(pg_temp.damage($$update app.counter set last = last + 1
    where kind = 'PAY'$$), 'number series with a gap or a duplicate',
    'a counter ahead of its documents');
select is(pg_temp.damage($$insert into app.counter values (1, 'CASH', '202501',
    3)$$), 'number series with a gap or a duplicate',
    'a series without documents');
select matches(pg_temp.damage($$alter table app.invoice
    drop constraint invoice_number_key; update app.invoice
    set number = 'INV-202607-00001' where number = 'INV-202607-00002'$$),
    'number series with a gap or a duplicate', 'a number twice');
select matches(pg_temp.damage($$update app.payment set number = null
    where number = 'PAY-202607-00002'$$), 'document without a proper number',
    'a payment without a number');
select matches(pg_temp.damage($$update app.payment set number = 'INV-202607-00001'
    where number = 'PAY-202607-00002'$$), 'document without a proper number',
    'a payment numbered as an invoice');

select is(pg_temp.damage($$update app.customer set status = 'suspended'
    where id = 9000001$$), 'customer status differs from his services',
    'a status of its own');
select is(pg_temp.damage($$insert into app.op (op_id, method, params_hash,
    user_id, at) values (gen_random_uuid(), 'x', '', 1,
    app.now() - interval '2 minutes')$$), 'operation without an answer',
    'an operation cut in two');
select is(pg_temp.damage($$insert into app.op (op_id, method, params_hash,
    user_id, at) values (gen_random_uuid(), 'x', '', 1,
    app.now() - interval '2 seconds')$$), 'clean',
    'one that may still run is left alone');
select is(pg_temp.damage($$update app.cash_session
    set counted = counted + 5$$), 'cash session does not tie out',
    'a count changed afterwards');
select matches(pg_temp.damage($$update app.posting set session_id = null
    where session_id is not null$$), 'cash payment on the wrong drawer',
    'cash that is in no drawer');
select is(pg_temp.damage($$update app.payment set prints = 2
    where number = 'PAY-202607-00001'$$), 'receipt counted wrongly',
    'a receipt that nobody printed');
select is((select current_setting('app.scope')), 'all',
    'the doctor leaves the context as it was');
select * from finish();
rollback;
