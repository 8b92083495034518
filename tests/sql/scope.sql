-- SPDX-License-Identifier: GPL-3.0-or-later
-- Who sees which rows, that nobody sees any without a context, and that the
-- runtime role reaches the functions of api and nothing else.
begin;
select plan(73);

create function public.refused(p_sql text) returns text
language plpgsql as $$
declare
	m text;
	d text;
begin
	execute p_sql;
	return 'accepted';
exception when sqlstate 'ZB000' then
	get stacked diagnostics m = message_text, d = pg_exception_detail;
	return m || ' ' || d;
end $$;
create function public.act(p_user text) returns void language sql as $$
	select api.enter(p_user, '*self', 'test.call', 'test', false)
$$;
create function public.nobody() returns void language sql as $$
	select app.set_context(null, null, '', '', null, null, '', '')
$$;
-- Names of the customers that the context lets through, and documents by
-- the name of their customer.
create function public.customers() returns text language sql as $$
	select coalesce(string_agg(c.name, ' ' order by c.name), '')
	from app.customer c
$$;
create function public.services() returns text language sql as $$
	select coalesce(string_agg(s.pppoe_user, ' ' order by s.pppoe_user), '')
	from app.service s
$$;
create function public.invoices() returns text language sql as $$
	select coalesce(string_agg(i.number, ' ' order by i.number), '')
	from app.invoice i
$$;
create function public.payments() returns text language sql as $$
	select coalesce(string_agg(y.number, ' ' order by y.number), '')
	from app.payment y
$$;
create function public.drawers() returns text language sql as $$
	select coalesce(string_agg(x.number, ' ' order by x.number), '')
	from app.cash_session x
$$;
create function public.listed(p_method text, p jsonb, p_col integer)
returns text language plpgsql as $$
declare
	v json;
begin
	execute format('select api.%I($1)', p_method) into v using p;
	return (select coalesce(string_agg(r ->> p_col, ' ' order by r ->> p_col),
	    '') from json_array_elements(v -> 'rows') r);
end $$;

set local role jabbar_owner;

--
-- Customers a (branch 1), b (branch 2), c (branch 2, partner 1), d (branch 1,
-- the technician's), e (branch 1, registered by the technician).
--
insert into app.branch (code, name) values ('UTR', 'Utara');
insert into app.partner (code, name) values ('M1', 'Satu'), ('M2', 'Dua');
insert into app.app_user (name, full_name, role_id, scope, branch_id,
    partner_id, password, must_change, created_at)
select n, n, r, s, b.id, x.id, 'x', false, app.now()
from (values ('all', 'admin', 'all', 'PST', null),
    ('north', 'finance', 'branch', 'UTR', null),
    ('reseller', 'reseller', 'partner', 'PST', 'M1'),
    ('other', 'reseller', 'partner', 'PST', 'M2'),
    ('tech', 'technician', 'own', 'PST', null),
    ('clerk', 'finance', 'own', 'UTR', null),
    ('clerk2', 'finance', 'own', 'UTR', null)) v (n, r, s, bc, xc)
join app.branch b on b.code = bc
left join app.partner x on x.code = xc;
insert into app.session (token_hash, user_id, addr, created_at, seen_at,
    expires_at)
select sha256(convert_to(u.name, 'UTF8')), u.id, 'test', app.now(),
    app.now(), app.now() + interval '1 day' from app.app_user u;

select app.enter_system('test');
insert into app.package (code, name, down_mbps, up_mbps, price, created_at)
values ('H10', 'Home 10', 10, 10, 100000, app.now());
insert into app.customer (branch_id, name, phone, address, partner_id,
    assigned_to, created_by, created_at)
select b.id, n, '6281', 'x', x.id, a.id, m.id, app.now()
from (values ('a', 'PST', null, null, null), ('b', 'UTR', null, null, null),
    ('c', 'UTR', 'M1', null, null), ('d', 'PST', null, 'tech', null),
    ('e', 'PST', null, null, 'tech')) v (n, bc, xc, an, mn)
join app.branch b on b.code = bc
left join app.partner x on x.code = xc
left join app.app_user a on a.name = an
left join app.app_user m on m.name = mn;
insert into app.service (customer_id, branch_id, seq, package_id, pppoe_user,
    status, created_at)
select c.id, c.branch_id, 1, k.id, c.name, 'active', app.now()
from app.customer c, app.package k;
insert into app.invoice (number, branch_id, customer_id, kind, issued, due,
    subtotal, total, created_at)
select c.name, c.branch_id, c.id, 'manual', date '2026-01-01',
    date '2026-01-10', 1000, 1000, app.now() from app.customer c;
insert into app.cash_session (number, branch_id, user_id, drawer,
    business_date, opened_at, float)
select u.name, u.branch_id, u.id, u.name, date '2026-01-02', app.now(), 0
from app.app_user u where u.name in ('all', 'clerk', 'clerk2');
insert into app.payment (number, branch_id, customer_id, method, status,
    tendered, amount, paid_at, business_date, user_id, check_code, created_at)
select c.name || '-' || u.name, c.branch_id, c.id, 'cash', 'confirmed', 1, 1,
    app.now(), date '2026-01-02', u.id, 'A', app.now()
from app.customer c join app.app_user u on u.name = case c.name
when 'b' then 'clerk' when 'c' then 'clerk2' else 'all' end;

--
-- Without a context
--
select nobody();
select is(customers(), '', 'no customers without a context');
select is(services(), '', 'no services without a context');
select is(invoices(), '', 'no invoices without a context');
select is(payments(), '', 'no payments without a context');
select is(drawers(), '', 'no cash sessions without a context');
select throws_ok($$ insert into app.customer (branch_id, name, phone, address,
    created_at) values (1, 'x', '1', 'x', app.now()) $$, '42501', null,
    'nothing is written without a context');
select is(refused($$ select act('stranger') $$), 'not_logged_in {}',
    'an unknown token is nobody');
select is(customers(), '', 'and lets nothing through');
select bag_eq($$ select c.relname::text from pg_class c
    join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'app'
    where c.relrowsecurity and c.relforcerowsecurity $$,
    $$ values ('customer'), ('service'), ('invoice'), ('payment'),
    ('cash_session') $$, 'policies bind the owner too');

--
-- All
--
select act('all');
select is(customers(), 'a b c d e', 'scope all: every customer');
select is(services(), 'a b c d e', 'scope all: every service');
select is(invoices(), 'a b c d e', 'scope all: every invoice');
select is(payments(), 'a-all b-clerk c-clerk2 d-all e-all',
    'scope all: every payment');
select is(drawers(), 'all clerk clerk2', 'scope all: every drawer');

--
-- Branch
--
select act('north');
select is(customers(), 'b c', 'scope branch: customers of the branch');
select is(services(), 'b c', 'scope branch: services of the branch');
select is(invoices(), 'b c', 'scope branch: invoices of the branch');
select is(payments(), 'b-clerk c-clerk2', 'scope branch: its payments');
select is(drawers(), 'clerk clerk2', 'scope branch: its drawers');
select is(listed('customer_list', '{}', 1), 'b c', 'and so says the list');
select is(listed('customer_list', '{"sort": "-owed"}', 1), 'b c',
    'in every order');
select is(listed('service_list', '{}', 2), 'b c', 'of services as well');
select is(api.customer_stats('{}')::jsonb, '{"total": 2, "active": 2,
    "pending": 0, "suspended": 0, "paused": 0, "terminated": 0, "owing": 0}',
    'figures count what is seen');
select is(listed('package_list', '{}', 5), '2',
    'so do those of a package');
select is(listed('branch_list', '{}', 0), 'UTR', 'no other branch is offered');
select is(refused($$ select api.customer_create('{"name": "Baru", "phone":
    "0812", "address": "xyz", "package": "H10", "branch": "PST"}') $$),
    'not_found {"field": "branch"}', 'nor taken');
select is((select api.customer_create('{"name": "f", "phone": "0812",
    "address": "xyz", "package": "H10"}') ->> 'number' is not null), true,
    'a new customer belongs to the branch of who made him');
select is(customers(), 'b c f', 'and is seen there');

-- A number beyond the scope is a number that does not exist.
select nobody();
select app.enter_system('test');
create temp table num as select c.name, c.id from app.customer c;
create temp table svc as select s.pppoe_user as name, s.id
    from app.service s where s.pppoe_user is not null;
select act('north');
select is(refused(format($$ select api.customer_get('{"number": %s}') $$, id)),
    refused($$ select api.customer_get('{"number": 42}') $$),
    'absent and not yours answer alike') from num where name = 'a';
select is(refused(format($$ select %s(%L) $$, f, format(p, id))),
    format('not_found {"field": "%s"}', k), f || ' of a hidden customer')
from num, (values
    ('api.customer_get', '{"number": %s}', 'number'),
    ('api.customer_update', '{"number": %s, "name": "x"}', 'number'),
    ('api.customer_status',
    '{"customer": %s, "status": "paused", "note": "x"}', 'customer'),
    ('api.service_create', '{"customer": %s, "package": "H10"}', 'customer'),
    ('api.service_update', '{"customer": %s, "price": 1}', 'customer'),
    ('api.service_status',
    '{"customer": %s, "status": "paused", "note": "x"}', 'customer')
    ) x (f, p, k)
where num.name = 'a';
select is(refused(format($$ select api.service_update(
    '{"customer": %s, "service": %s, "price": 1}') $$, num.id, svc.id)),
    'not_found {"field": "service"}',
    'a hidden service is not reached through one''s own customer')
from num, svc where num.name = 'b' and svc.name = 'a';
select throws_ok($$ update app.customer set branch_id = 1
    where name = 'b' $$, '42501', null,
    'a customer is not moved out of the branch');
select lives_ok($$ update app.customer set notes = 'x' where name = 'a' $$,
    'an update of a hidden row runs');
select app.enter_system('test');
select is((select c.notes from app.customer c where c.name = 'a'), null,
    'and changes nothing');

--
-- Partner
--
select act('reseller');
select is(customers(), 'c', 'scope partner: his customers');
select is(services(), 'c', 'scope partner: their services');
select is(invoices(), 'c', 'scope partner: their invoices');
select is(payments(), 'c-clerk2', 'scope partner: their payments');
select is(drawers(), '', 'scope partner: no drawer');
select is(listed('partner_list', '{}', 0), 'M1', 'no other partner is offered');
select act('other');
select is(customers() || services() || invoices() || payments(), '',
    'a partner without customers sees nothing');

--
-- Own
--
select act('tech');
select is(customers(), 'd e', 'scope own: assigned to him or made by him');
select is(services(), 'd e', 'scope own: their services');
select is(invoices(), 'd e', 'scope own: their invoices');
select is(payments(), '', 'scope own: payments he took, that is none');
select is(drawers(), '', 'scope own: his drawer, that is none');

--
-- A clerk: own, and may take payments
--
select act('clerk');
select is(customers(), 'b c f', 'a clerk finds every customer of his branch');
select is(invoices(), 'b c', 'and their invoices');
select is(payments(), 'b-clerk', 'but only the payments he took');
select is(drawers(), 'clerk', 'and his own drawer');
select act('clerk2');
select is(payments(), 'c-clerk2', 'as the other one his');
select is(drawers(), 'clerk2', 'and his drawer');
-- How punctual a customer is, is judged by all payments.
select app.enter_system('test');
update app.invoice i set paid = i.total where i.number = 'b';
insert into app.allocation (payment_id, invoice_id, amount)
select y.id, i.id, 1 from app.payment y, app.invoice i
where y.number = 'b-clerk' and i.number = 'b';
select act('clerk2');
select is((api.customer_get(jsonb_build_object('number', id))
    #>> '{behaviour,late}'), '1',
    'a payment that a colleague took counts for the behaviour')
from num where name = 'b';
select is(api.customer_get(jsonb_build_object('number', id))::jsonb
    -> 'payments', '[]', 'but is not shown') from num where name = 'b';
select is(app.scope(), 'own', 'and the scope is what it was');

--
-- The runtime role
--
select is((select string_agg(p.oid::regprocedure::text, ' ') from pg_proc p
    where p.pronamespace = 'app'::regnamespace
    and has_function_privilege('jabbar_run', p.oid, 'execute')), null,
    'it may execute nothing in app');
select is((select string_agg(p.oid::regprocedure::text, ' ') from pg_proc p
    where p.pronamespace in ('app'::regnamespace, 'api'::regnamespace)
    and has_function_privilege('public', p.oid, 'execute')), null,
    'and PUBLIC nothing in either schema');
select is((select string_agg(p.oid::regprocedure::text, ' ') from pg_proc p
    where p.pronamespace = 'api'::regnamespace
    and has_function_privilege('jabbar_run', p.oid, 'execute')
    = starts_with(p.proname, 'admin_')), null,
    'all of api but what is for the command line');
select is((select string_agg(c.oid::regclass::text, ' ') from pg_class c
    where c.relnamespace in ('app'::regnamespace, 'api'::regnamespace)
    and c.relkind in ('r', 'p', 'v', 'm', 'f')
    and has_table_privilege('jabbar_run', c.oid,
    'select, insert, update, delete, truncate, references, trigger')), null,
    'and no table');
select is((select string_agg(p.oid::regprocedure::text, ' ') from pg_proc p
    where p.pronamespace = 'api'::regnamespace
    and has_function_privilege('jabbar_run', p.oid, 'execute')
    and (not p.prosecdef or not coalesce(p.proconfig, '{}')
    @> array['search_path=pg_catalog, pg_temp'])), null,
    'each function of api is the owner''s and fixes its search path');

reset role;
set local role jabbar_run;
select throws_ok('select * from app.customer', '42501', null,
    'it cannot read a table');
select throws_ok('select app.now()', '42501', null,
    'it cannot name a function of app');
select throws_ok($$ select app.set_context(1, 1, 'all', 'all', 1::smallint,
    null, 'x', 'x') $$, '42501', null, 'least of all the context');
select throws_ok('create table api.x (a integer)', '42501', null,
    'it makes nothing in api');
select throws_ok($$ select api.admin_user_password(
    '{"name": "all", "hash": "x"}') $$, '42501', null,
    'it sets no password as the command line does');
select is(refused($$ select api.enter('nothing', '*self', 'm', 'a', false) $$),
    'not_logged_in {}', 'it can knock at the door');
select lives_ok($$ select api.enter('north', 'customer.view', 'm', 'a', false) $$,
    'come in with a token');
select is((select count(*) from json_array_elements(
    api.customer_list('{}') -> 'rows')), 3::bigint,
    'and see what the token may see');

select * from finish();
rollback;
