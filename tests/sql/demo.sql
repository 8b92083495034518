-- SPDX-License-Identifier: GPL-3.0-or-later
-- Demo data: the same seed makes the same rows, the books are clean, and the
-- database is afterwards what it was before, with rows in it.
begin;
set local client_min_messages = warning;
select plan(33);
set local role jabbar_owner;
select set_config('app.clock', '2026-07-20T05:00:00Z', true) as clock
\gset
select app.enter_system('test');

-- Everything that the load takes away and must bring back.
create function pg_temp.shape() returns text
language sql as $$
	select md5(string_agg(d, E'\n' order by d)) from (
	    select c.conrelid::regclass || c.conname || c.convalidated ||
	        pg_get_constraintdef(c.oid) as d
	    from pg_constraint c where c.connamespace = 'app'::regnamespace
	    union all
	    select pg_get_indexdef(i.indexrelid) || i.indisvalid from pg_index i
	    join pg_class r on r.oid = i.indrelid
	    where r.relnamespace = 'app'::regnamespace
	    union all
	    select pg_get_triggerdef(t.oid) || t.tgenabled::text
	    from pg_trigger t where not t.tgisinternal) x
$$;
-- The rows, without the ids of tables that had rows before.
create function pg_temp.rows() returns text
language sql as $$
	select md5(string_agg(d, E'\n' order by d)) from (
	    select (to_jsonb(c) - 'partner_id' - 'assigned_to')::text as d
	    from app.customer c
	    union all select (to_jsonb(s) - 'package_id')::text from app.service s
	    union all select (to_jsonb(l) - 'id')::text from app.service_log l
	    union all select to_jsonb(i)::text from app.invoice i
	    union all select to_jsonb(l)::text from app.invoice_line l
	    union all select (to_jsonb(y) - 'user_id' - 'decided_by' -
	        'verified_by')::text from app.payment y
	    union all select to_jsonb(a)::text from app.allocation a
	    union all select (to_jsonb(j) - 'user_id')::text from app.journal j
	    union all select to_jsonb(p)::text from app.posting p
	    union all select to_jsonb(b)::text from app.balance b
	    union all select (to_jsonb(s) - 'user_id')::text
	    from app.cash_session s
	    union all select w.word || cw.place || cw.customer_id
	    from app.customer_word cw join app.word w on w.id = cw.word_id) x
$$;
create temp table was on commit drop as select pg_temp.shape() as shape;

savepoint empty;
select app.demo_load('{"customers": 400, "seed": 7, "months": 6}') as a
\gset
select pg_temp.rows() as rows \gset
rollback to empty;
select app.demo_load('{"customers": 400, "seed": 8, "months": 6}') as a
\gset
select isnt(pg_temp.rows(), :'rows',
    'another seed makes other rows');
rollback to empty;
create temp table answer on commit drop as
select app.demo_load('{"customers": 400, "seed": 7, "months": 6}') as a;
select is(pg_temp.rows(), :'rows',
    'the same seed makes the same rows');
select is(pg_temp.shape(), (select shape from pg_temp.was),
    'keys, indexes and triggers are what they were');
select is((select (a ->> 'customers')::bigint from pg_temp.answer),
    (select count(*) from app.customer), 'the answer tells the customers');
select is((select (a ->> 'invoices')::bigint from pg_temp.answer),
    (select count(*) from app.invoice), 'and the invoices');
select is((select (a ->> 'payments')::bigint from pg_temp.answer),
    (select count(*) from app.payment), 'and the payments');
select is((select count(*) from app.customer c
    where c.archived_at is null), 400::bigint, 'nobody is archived');
select is((select min(c.id) || '-' || max(c.id) from app.customer c),
    '1000001-1000400', 'numbers start at 1000001 and have no gaps');

-- the books
select is(array(select d.what || ': ' || d.detail from app.doctor() d), '{}',
    'the doctor finds nothing');
select is((select sum(p.amount) from app.posting p), 0::numeric,
    'debit is credit');
select is(array(select i.number from app.invoice i where i.paid <>
    coalesce((select sum(a.amount) from app.allocation a
    join app.payment y on y.id = a.payment_id and y.status = 'confirmed'
    where a.invoice_id = i.id), 0)), '{}',
    'an invoice is paid as far as payments were allocated to it');
select is(array(select i.number from app.invoice i
    where i.subtotal <> (select sum(l.amount) from app.invoice_line l
    where l.invoice_id = i.id) or i.tax <> (select sum(t.amount)
    from app.invoice_tax t where t.invoice_id = i.id)
    or i.total <> i.subtotal + i.tax), '{}', 'lines and taxes add up');
select is((select distinct i.tax from app.invoice i
    where i.subtotal = 150000), 16500::bigint::app.rupiah,
    'PPN is 11 percent effective of 150.000');
select is(array(select k.kind || k.period from app.counter k where k.last <>
    (select count(distinct x.number) from (select i.number from app.invoice i
    union all select y.number from app.payment y
    union all select s.number from app.cash_session s) x
    where x.number like k.kind || '-' || k.period || '-%')), '{}',
    'each series has as many numbers as its counter says');
select is(array(select right(y.number, 5)::integer -
    row_number() over (partition by left(y.number, 10) order by y.id)
    from app.payment y except select 0::bigint), '{}',
    'payment numbers have no gaps and grow with time');

-- plausible
select ok((select bool_and(x.n > 0) from (select s, (select count(*)
    from app.customer c where c.status = s) as n
    from unnest(array['active', 'suspended', 'terminated']) s) x),
    'there are active, isolated and terminated customers');
select ok((select count(*) filter (where c.status = 'active')
    between 320 and 370 from app.customer c), 'most are active');
select ok((select count(*) filter (where i.status <> 'paid') * 100 /
    count(*) between 25 and 50 from app.invoice i
    where i.period = '2026-07-01'), 'a third of this month is open');
select ok(exists (select from app.invoice i where i.status = 'partial'),
    'some are paid in part');
select ok(exists (select from app.balance b where b.credit > 0),
    'some customers have credit');
select ok((select count(*) between 1 and 20 from app.payment y
    where y.status in ('pending', 'verified')), 'some transfers wait');
select is(array(select c.id from app.customer c where c.status = 'suspended'
    and not exists (select from app.invoice i where i.customer_id = c.id
    and i.status <> 'paid' and i.due < date '2026-07-20')), '{}',
    'who is isolated has arrears');
select ok((select min(n) = 1 and max(n) >= 2 from (select count(*) as n
    from app.service s group by s.customer_id) x),
    'some customers have a second service');
select is(array(select c.name from app.customer c
    where c.phone !~ '^628[0-9]{8,11}$' or c.name !~ '^[A-Z][A-Za-z. '']+$'
    or c.address ~ '\s\s|\n'), '{}',
    'names, addresses and phones look like ones');
select is(400::bigint, (select count(distinct c.phone) from app.customer c),
    'phones differ');
select is((select count(distinct s.pppoe_user) from app.service s),
    (select count(s.pppoe_user) from app.service s), 'PPPoE names differ');

-- no traces of the load
select is((select count(*) from app.cash_session s where s.closed_at is null),
    0::bigint, 'no cash session is open');
select is(array(select u.name from app.app_user u where u.name like 'loket%'
    and (u.active or u.password <> '!')), '{}',
    'nobody can log in as a clerk of the demo');
select is(array(select y.number from app.payment y
    where greatest(y.paid_at, y.created_at, y.decided_at) > app.now()
    union all select s.number from app.cash_session s
    where s.closed_at > app.now()
    union all select c.id::text from app.customer c
    where c.created_at > app.now()
    union all select l.id::text from app.service_log l
    where l.at > app.now()), '{}', 'nothing happened in the future');
select ok(exists (select from app.search_customers((select c.name
    from app.customer c where c.id = 1000007), 50) s
    where s.customer_id = 1000007), 'customers can be searched');
select is(nextval('app.customer_id_seq'), 1000401::bigint,
    'the next customer gets the next number');

-- refusals
select throws_ok($$select app.demo_load('{"customers": 5}')$$, 'ZB000',
    'usage', 'demo data does not go beside customers');
select throws_ok($$select app.demo_load('{"customers": 0}')$$, 'ZB000',
    'bad_field', 'no customers is no demo');
select * from finish();
rollback;
