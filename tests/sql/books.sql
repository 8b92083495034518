-- SPDX-License-Identifier: GPL-3.0-or-later
-- The books themselves: double entry, append only, and balances that follow
-- whatever is done, by two hundred operations at random.
begin;
select plan(15);

set local app.clock = '2026-07-15 03:00:00+00';
insert into app.role (id, label) values ('t', 'T') on conflict do nothing;
insert into app.app_user (id, name, full_name, role_id, branch_id, password,
    created_at)
overriding system value values
    (901, 'ani', 'Ani', 't', 1, 'x', app.now());
insert into app.customer (id, branch_id, name, phone, address, created_at)
select 9000000 + n, 1, 'Budi ' || n, '62811' || n, 'Jl. A', app.now()
from generate_series(1, 8) n;

set local role jabbar_owner;
select app.set_context(901, null, 'all', 'all', 1::smallint, null, 'test', '');

insert into app.journal (at, business_date, branch_id, kind, number)
values (app.now(), '2026-07-15', 1, 'test', 'T-1');
create temp table j as select max(id) as id from app.journal;
select throws_ok($$insert into app.posting (journal_id, line, account, amount)
    select id, 1, '1101', 5 from j$$, '23514', null,
    'an entry must sum to zero');
select throws_ok($$insert into app.posting (journal_id, line, account, amount)
    select id, n, '9999', 5 - 10 * (n - 1) from j, generate_series(1, 2) n$$,
    '23503', null, 'on accounts that exist');
select throws_ok($$insert into app.posting (journal_id, line, account, amount)
    values (-1, 1, '1101', 5), (-1, 2, '1102', -5)$$, '23503', null,
    'of an entry that exists');
select lives_ok($$insert into app.posting (journal_id, line, account, amount)
    select id, n, '1101', 5 - 10 * (n - 1) from j, generate_series(1, 2) n$$,
    'a balanced one is taken');
select throws_ok($$update app.posting set amount = 6$$, '42501', null,
    'a posting is not changed');
select throws_ok($$delete from app.posting$$, '42501', null, 'nor deleted');
select throws_ok($$update app.journal set number = 'X'$$, '42501', null,
    'an entry is not changed');
select throws_ok($$truncate app.audit$$, '42501', null,
    'the audit is not emptied');

-- At random, but the same each time.
select setseed(0.42);
select api.cash_open('{"op_id": "00000000-0000-4000-8000-000000000001",
    "float": 0}');
create function pg_temp.step() returns text language plpgsql as $$
declare
	v_customer bigint := 9000001 + floor(random() * 8);
	v_what integer := floor(random() * 10);
	v_number text;
	v_op jsonb := jsonb_build_object('op_id', gen_random_uuid());
begin
	if v_what < 4 then
		perform api.invoice_create(v_op || jsonb_build_object(
		    'customer', v_customer::text, 'due',
		    date '2026-07-15' + floor(random() * 20)::integer,
		    'discount', floor(random() * 1000)::integer, 'lines',
		    (select jsonb_agg(jsonb_build_object('text', 'x', 'qty',
		    1 + floor(random() * 3)::integer, 'unit_price',
		    1000 + floor(random() * 99999)::integer))
		    from generate_series(1, 1 + floor(random() * 3)::integer))));
	elsif v_what < 8 then
		perform api.payment_take(v_op || jsonb_build_object(
		    'customer', v_customer::text, 'method',
		    case when random() < 0.6 then 'cash' else 'transfer' end,
		    'tendered', 1 + floor(random() * 200000)::integer));
	elsif v_what = 8 then
		select y.number into v_number from app.payment y
		where y.status = 'pending' order by y.id limit 1;
		if random() < 0.7 then
			perform api.payment_confirm(v_op ||
			    jsonb_build_object('number', v_number));
		else
			perform api.payment_reject(v_op || jsonb_build_object(
			    'number', v_number, 'reason', 'uji'));
		end if;
	else
		select i.number into v_number from app.invoice i
		where i.status = 'unpaid' order by i.id desc limit 1;
		perform api.invoice_cancel(v_op || jsonb_build_object(
		    'number', v_number, 'reason', 'uji'));
	end if;
	return v_what::text;
exception when sqlstate 'ZB000' then
	return sqlerrm;
end $$;
create temp table steps as select pg_temp.step() as did
from generate_series(1, 400);
select cmp_ok((select count(*) from steps where did ~ '^[0-9]$'), '>',
    300::bigint, 'most of four hundred operations were carried out');
select cmp_ok((select count(*) from app.payment where credited > 0), '>',
    5::bigint, 'some left credit');
select is((select string_agg(what || ': ' || detail, '; ')
    from app.doctor() where what not like 'customer status%'), null,
    'and the books hold');
select is((select sum(amount) from app.posting), 0::numeric,
    'debit is credit');
select lives_ok('select app.invariants()', 'the quick check agrees');

-- The audit tells of each of them.
select is((select count(*) from app.audit a where a.op_id is not null
    and a.object in ('invoice', 'payment')),
    (select count(*) from app.op o where o.method ~ '^(invoice|payment)'),
    'one audit row for each operation');
-- What the runtime role may not do.
reset role;
select is((select string_agg(c.relname, ', ') from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'app' and c.relkind = 'r'
    and (has_table_privilege('jabbar_run', c.oid, 'select')
    or has_table_privilege('jabbar_run', c.oid, 'insert')
    or has_table_privilege('jabbar_run', c.oid, 'update'))), null,
    'the runtime role reaches no table');
select * from finish();
rollback;
