-- SPDX-License-Identifier: GPL-3.0-or-later
-- Customers, services, packages: what is derived, what is refused, and what
-- the view of a customer shows to whom.
begin;
select plan(108);

-- The wire name and the arguments of a refusal, or what was answered.
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

set local app.clock = '2026-03-10 03:00:00+00';
set local role jabbar_owner;

insert into app.branch (code, name) values ('UTR', 'Utara');
insert into app.partner (code, name) values ('MITRA1', 'Mitra Satu');
insert into app.app_user (name, full_name, role_id, scope, password,
    must_change, created_at)
select 't-' || r, 'Tester ' || r, r, case r when 'technician' then 'own'
    else 'all' end, 'x', false, app.now()
from unnest(array['super-admin', 'admin', 'sales-cs', 'finance', 'noc',
    'technician']) r;
insert into app.session (token_hash, user_id, addr, created_at, seen_at,
    expires_at)
select sha256(convert_to(u.name, 'UTF8')), u.id, 'test', app.now(),
    app.now(), app.now() + interval '1 year'
from app.app_user u where u.name like 't-%';

create function public.act(p_user text, p_perm text default '*self')
returns void language sql as $$
	select api.enter(p_user, p_perm, 'test.call', 'test', false)
$$;
-- Calls a method as core does; the answer as jsonb.
create function public.call(p_method text, p jsonb) returns jsonb
language plpgsql as $$
declare
	v jsonb;
begin
	perform set_config('app.method', p_method, true);
	execute format('select api.%I($1)::jsonb', replace(p_method, '.', '_'))
	into v using p;
	return v;
end $$;
-- The same where only what it does matters.
create function public.run(p_method text, p jsonb) returns void
language sql as $$ select call(p_method, p) $$;

select act('t-admin');

--
-- Packages
--
select is(call('package.create', '{"code": "H10", "name": "Home 10",
    "down_mbps": 10, "up_mbps": 5, "price": 150000}') ->> 'code', 'H10',
    'a package is made');
select run('package.create', '{"code": "H20", "name": "Home 20",
    "down_mbps": 20, "up_mbps": 10, "price": 250000, "description": "x"}');
select run('package.create', '{"code": "OLD", "name": "Old one",
    "down_mbps": 5, "up_mbps": 5, "price": 100000}');
select throws_ok($$ select api.package_create('{"code": "H10", "name": "Twice",
    "down_mbps": 10, "up_mbps": 5, "price": 1}') $$, '23505', null,
    'a code is taken once (package_code_key)');
select is(call('package.update', '{"code": "OLD", "active": false}')
    -> 'version', '2', 'a package is taken off sale');
select is(refused($$ select api.package_update(
    '{"code": "OLD", "version": 1, "name": "Stale"}') $$),
    'conflict {}', 'who saw an older version is told of the conflict');
select is(refused($$ select api.package_update('{"code": "NO", "price": 1}') $$),
    'not_found {"field": "code"}', 'an unknown package is not found');
select is(refused($$ select api.package_get('{"code": "NO"}') $$),
    'not_found {"field": "code"}', 'package.get refuses an unknown code');
select run('package.update', '{"code": "H20", "description": ""}');
select is(call('package.get', '{"code": "H20"}') -> 'description', 'null',
    'an empty text clears, an absent one does not');
select is(call('package.get', '{"code": "H20"}') -> 'price', '250000',
    'what is not given stays');
select is((select a.old from app.audit a where a.object = 'package'
    and a.number = 'OLD' and a.old is not null),
    '{"active": true, "version": 1}', 'the audit has the old values only of what changed');

--
-- Creating
--
create temp table made (name text, number text, service bigint);
grant all on made to public;
insert into made select 'budi', x ->> 'number', (x ->> 'service')::bigint
from call('customer.create', '{"op_id":
    "00000000-0000-4000-8000-000000000001", "name": " Budi Santoso ",
    "phone": "0812-3456-7890", "address": "Jl. Melati 5", "package": "H10",
    "id_number": "3273010101900001", "latitude": -6.9175, "longitude":
    "107.6191", "district": "Coblong", "village": "Dago",
    "pppoe_user": "budi@net", "billing_day": 5}') x;
select ok((select number ~ '^1[0-9]{6}$' from made),
    'the number is seven digits from 1000001');
select results_eq($$ select c.name, c.phone, c.status, c.created_by, c.latitude
    from app.customer c, made where c.id = made.number::bigint $$,
    $$ select 'Budi Santoso', '6281234567890', 'registered',
    app.user_id(), -6.9175::numeric(10,8) $$,
    'text is trimmed, the phone stored in one form, the maker known');
select results_eq($$ select s.seq::int, s.status, s.billing_day::int, s.address,
    s.desired from app.service s, made where s.id = made.service $$,
    $$ values (1, 'registered', 5, null::text, 'off') $$,
    'the first service is registered and takes the address of the customer');
select is((select c.main_service from app.customer c, made
    where c.id = made.number::bigint), (select service from made),
    'it is his main service');
select results_eq($$ select b.owed::bigint, b.credit::bigint from app.balance b, made
    where b.customer_id = made.number::bigint $$,
    $$ values (0::bigint, 0::bigint) $$, 'a balance row comes with him');
select results_eq($$ select l.from_status, l.to_status, l.user_id
    from app.service_log l, made where l.service_id = made.service $$,
    $$ select null::text, 'registered', app.user_id() $$,
    'the log starts with the registration');
select ok(exists (select from app.customer_word w, made
    where w.customer_id = made.number::bigint), 'his words are indexed');
select is(call('customer.create', '{"op_id":
    "00000000-0000-4000-8000-000000000001", "name": " Budi Santoso ",
    "phone": "0812-3456-7890", "address": "Jl. Melati 5", "package": "H10",
    "id_number": "3273010101900001", "latitude": -6.9175, "longitude":
    "107.6191", "district": "Coblong", "village": "Dago",
    "pppoe_user": "budi@net", "billing_day": 5}') ->> 'number',
    (select number from made),
    'the same operation again answers the same number');
select is((select count(*) from app.customer c where c.name = 'Budi Santoso'),
    1::bigint, 'and made nobody else');
select is(refused($$ select api.customer_create('{"op_id":
    "00000000-0000-4000-8000-000000000001", "name": "Other", "phone": "0811",
    "address": "x", "package": "H10"}') $$), 'op_conflict {}',
    'an operation id with other values is refused');
select is(call('customer.create', '{"name": "Siti", "phone":
    "+62 812 3456 7890", "address": "Jl. Mawar", "package": "H10"}')
    -> 'warnings', '["phone"]',
    'the phone of another one is a warning, not a refusal');
select is(call('customer.create', '{"name": "Tono", "phone": "08111",
    "address": "Jl. Mawar", "package": "H10"}') -> 'warnings', '[]',
    'a phone of his own is none');
select is(refused($$ select api.customer_create('{"name": "A B", "phone":
    "0811", "address": "xyz", "package": "OLD"}') $$),
    'bad_field {"rule": "value", "field": "package"}',
    'a package off sale cannot be sold');
select is(refused($$ select api.customer_create('{"name": "A B", "phone":
    "0811", "address": "xyz", "package": "NO"}') $$),
    'not_found {"field": "package"}', 'nor one that does not exist');
select is(refused($$ select api.customer_create('{"name": "A B", "phone":
    "0811", "address": "xyz", "package": "H10", "branch": "NO"}') $$),
    'not_found {"field": "branch"}', 'an unknown branch is refused');
select is(refused($$ select api.customer_create('{"name": "A B", "phone":
    "0811", "address": "xyz", "package": "H10", "latitude": "91"}') $$),
    'bad_field {"rule": "max", "field": "latitude"}',
    'no latitude beyond the pole');
select throws_ok($$ select api.customer_create('{"name": "A B", "phone":
    "0811", "address": "xyz", "package": "H10", "pppoe_user": "budi@net"}') $$,
    '23505', null, 'a PPPoE name is taken once (service_pppoe_user_key)');
select ok((select bool_and(a.new ->> 'id_number' = '************0001')
    from app.audit a, made where a.object = 'customer'
    and a.number = made.number), 'the audit never has a whole identity number');

--
-- Changing
--
select is(call('customer.update', jsonb_build_object('number', made.number,
    'version', 1, 'name', 'Budi Hartono', 'email', 'budi@example.id',
    'partner', 'MITRA1', 'assigned_to', 't-technician')) -> 'version', '2',
    'a customer is changed') from made;
select is(refused(format($$ select api.customer_update(
    '{"number": %s, "version": 1, "name": "Lost"}') $$, number)),
    'conflict {}', 'the second of two editors is told') from made;
select is(refused(format($$ select api.customer_update(
    '{"number": "%s", "address": " "}') $$, number)),
    'bad_field {"rule": "required", "field": "address"}',
    'an address cannot be emptied') from made;
select is(refused($$ select api.customer_update('{"number": "77", "name": "x"}') $$),
    'not_found {"field": "number"}', 'an unknown number is not found');
select run('customer.update', jsonb_build_object('number', made.number,
    'email', '', 'district', null)) from made;
select results_eq($$ select c.name, c.email, c.district, c.village, pa.code, u.name
    from made join app.customer c on c.id = made.number::bigint
    join app.partner pa on pa.id = c.partner_id
    join app.app_user u on u.id = c.assigned_to $$,
    $$ values ('Budi Hartono', null::text, null::text, 'Dago', 'MITRA1',
    't-technician') $$, 'empty and null clear, absent stays');
select ok(exists (select from app.customer_word w join app.word d
    on d.id = w.word_id, made where w.customer_id = made.number::bigint
    and d.word = 'hartono'), 'a new name is found by its words');
select run('customer.update', jsonb_build_object('number', made.number,
    'branch', 'UTR')) from made;
select is((select b.code from app.service s join app.branch b
    on b.id = s.branch_id, made where s.id = made.service), 'UTR',
    'his services move with him to another branch');

--
-- The life cycle
--
select is(refused(format($$ select api.service_status(
    '{"customer": "%s", "status": "active"}') $$, number)),
    'bad_state {"to": "active", "state": "registered"}',
    'no step of the life cycle is skipped') from made;
select is(call('service.status', jsonb_build_object('customer', number,
    'status', 'approved')) ->> 'status', 'approved',
    'an edge of the table is taken') from made;
select is(refused(format($$ select api.service_status(
    '{"customer": "%s", "status": "terminated", "note": " "}') $$, number)),
    'bad_field {"rule": "required", "field": "note"}',
    'where the row wants a reason, a blank one is none') from made;
select run('customer.status', jsonb_build_object('customer', number,
    'status', 'scheduled')) from made;
select is((select c.status from app.customer c, made
    where c.id = made.number::bigint), 'scheduled',
    'the customer shows the status of his service');
select run('service.status', jsonb_build_object('customer', number,
    'service', service, 'status', 'installing')) from made;
select is((select s.installed_on from app.service s, made
    where s.id = made.service), null, 'not installed before he is active');
-- 23:30 UTC is the next day in Jakarta.
set local app.clock = '2026-03-10 23:30:00+00';
select is(call('customer.status', jsonb_build_object('customer', number,
    'status', 'active')) ->> 'status', 'active', 'he is active') from made;
select results_eq($$ select s.installed_on, s.desired from app.service s, made
    where s.id = made.service $$, $$ values (date '2026-03-11', 'open') $$,
    'the first time sets the day of installation, in the zone of the branch');
select run('service.status', jsonb_build_object('customer', number,
    'status', 'suspended', 'note', 'arrears')) from made;
select results_eq($$ select s.status, s.desired from app.service s, made
    where s.id = made.service $$, $$ values ('suspended', 'isolated') $$,
    'suspended wants isolation of the network');
set local app.clock = '2026-04-10 03:00:00+00';
select run('service.status', jsonb_build_object('customer', number,
    'status', 'active')) from made;
select is((select s.installed_on from app.service s, made
    where s.id = made.service), date '2026-03-11',
    'opening again keeps the day of installation');
select results_eq($$ select l.from_status, l.to_status, l.note
    from app.service_log l, made where l.service_id = made.service
    order by l.id desc limit 2 $$, $$ values ('suspended', 'active', null::text),
    ('active', 'suspended', 'arrears') $$, 'every step is in the log');

-- Several services
insert into made select 'second', number, (call('service.create',
    jsonb_build_object('customer', number, 'package', 'H20', 'price', 200000,
    'static_ip', '10.1.2.3')) ->> 'service')::bigint from made
where name = 'budi';
select results_eq($$ select s.seq::int, s.price::bigint, host(s.static_ip), c.status,
    c.main_service = (select service from made where name = 'budi')
    from made join app.service s on s.id = made.service
    join app.customer c on c.id = s.customer_id where made.name = 'second' $$,
    $$ values (2, 200000::bigint, '10.1.2.3', 'active', true) $$,
    'a second service: active stands before registered, the first stays main');
select is(refused(format($$ select api.customer_status(
    '{"customer": "%s", "status": "paused", "note": "x"}') $$, number)),
    'bad_state {"state": "several"}',
    'customer.status wants to know which of several') from made
where name = 'budi';
select is(refused(format($$ select api.service_update(
    '{"customer": "%s", "price": 1}') $$, number)),
    'bad_state {"state": "several"}', 'and so does service.update') from made
where name = 'budi';
select is(refused(format($$ select api.service_status('{"customer": "%s",
    "service": 999999999, "status": "paused", "note": "x"}') $$, number)),
    'not_found {"field": "service"}', 'a service of nobody is not found')
from made where name = 'budi';
select is(refused(format($$ select api.service_status('{"customer": "%s",
    "service": %s, "status": "paused", "note": "x"}') $$, (select c.id
    from app.customer c where c.name = 'Siti'), service)),
    'not_found {"field": "service"}', 'nor one of another customer')
from made where name = 'budi';
select run('service.status', jsonb_build_object('customer', number,
    'service', service, 'status', 'terminated', 'note', 'moved away'))
from made where name = 'budi';
select results_eq($$ select c.status, c.main_service, s.terminated_on
    from made join app.customer c on c.id = made.number::bigint
    join app.service s on s.id = (select service from made where name = 'budi')
    where made.name = 'second' $$, $$ select 'registered', service,
    date '2026-04-10' from made where name = 'second' $$,
    'with the first ended, the second is main and decides');
select is(call('customer.status', jsonb_build_object('customer', number,
    'status', 'survey')) ->> 'service', service::text,
    'the only living one of two is meant') from made where name = 'second';
select run('customer.status', jsonb_build_object('customer', number,
    'status', 'terminated', 'note', 'gone')) from made where name = 'second';
select is((select c.status from app.customer c, made
    where c.id = made.number::bigint and made.name = 'budi'), 'terminated',
    'all ended: terminated');
select is((select c.main_service from app.customer c, made
    where c.id = made.number::bigint and made.name = 'budi'),
    (select service from made where name = 'second'),
    'and the last one stands for him');

-- The archive
select is(refused(format($$ select api.customer_status('{"customer": "%s",
    "status": "archived"}') $$, number)),
    'bad_field {"rule": "required", "field": "note"}',
    'archiving wants a reason') from made where name = 'budi';
select act('t-sales-cs');
select is(refused(format($$ select api.customer_status('{"customer": "%s",
    "status": "archived", "note": "old"}') $$, number)),
    'denied {"perm": "customer.delete"}', 'and the right to delete')
from made where name = 'budi';
select is(refused(format($$ select api.customer_status('{"customer": "%s",
    "status": "registered", "note": "again"}') $$, number)),
    'denied {"perm": "customer.delete"}',
    'an ended contract starts anew only by who may delete')
from made where name = 'budi';
select act('t-admin');
select is(refused($$ select api.customer_status(jsonb_build_object('customer',
    (select c.id from app.customer c where c.name = 'Siti'), 'status',
    'archived', 'note', 'x')) $$),
    'bad_state {"to": "archived", "state": "registered"}',
    'who still has a service cannot be archived');
select is(call('customer.status', jsonb_build_object('customer', number,
    'status', 'archived', 'note', 'old')) ->> 'status', 'archived',
    'an administrator archives') from made where name = 'budi';
select is(refused(format($$ select api.service_create('{"customer": "%s",
    "package": "H10"}') $$, number)), 'bad_state {"state": "archived"}',
    'the archived get no service') from made where name = 'budi';
select is(refused(format($$ select api.service_update('{"customer": "%s",
    "status": "active"}') $$, number)),
    'bad_state {"to": "active", "state": "archived"}',
    'nor a state, not even by an administrator') from made where name = 'budi';
select is((select count(*) from jsonb_array_elements(call('customer.list',
    '{}') -> 'rows') r, made where r ->> 0 = made.number),
    0::bigint, 'lists leave the archived out');
select is((select count(*) from jsonb_array_elements(call('customer.list',
    '{"filter": {"status": "archived"}}') -> 'rows') r, made
    where r ->> 0 = made.number and made.name = 'budi'), 1::bigint,
    'unless the filter names them');
select is(call('customer.status', jsonb_build_object('customer', number,
    'status', 'terminated', 'note', 'back')) ->> 'status', 'terminated',
    'out of the archive he is what his services say')
from made where name = 'budi';
select run('service.status', jsonb_build_object('customer', number,
    'service', service, 'status', 'registered', 'note', 'new contract'))
from made where name = 'budi';
select results_eq($$ select s.status, s.installed_on, s.terminated_on
    from app.service s, made where s.id = made.service and made.name = 'budi' $$,
    $$ values ('registered', null::date, null::date) $$,
    'a new contract is installed anew');

-- service.update
select is(call('service.update', jsonb_build_object('customer', number,
    'status', 'active')) ->> 'status', 'active',
    'an administrator may skip the steps') from made where name = 'budi';
select is((select l.from_status || '>' || l.to_status from app.service_log l,
    made where l.service_id = made.service and made.name = 'budi'
    order by l.id desc limit 1), 'registered>active', 'which is logged');
select ok(exists (select from app.audit a, made where a.object = 'service'
    and a.number = made.number and made.name = 'budi'
    and a.new @> '{"status": "active"}' and a.old @> '{"status": "registered"}'),
    'and audited');
select act('t-sales-cs');
select is(refused(format($$ select api.service_update('{"customer": "%s",
    "status": "scheduled"}') $$, number)),
    'bad_state {"to": "scheduled", "state": "active"}',
    'everybody else follows the edges there too') from made
where name = 'budi';
select is(call('service.update', jsonb_build_object('customer', number,
    'package', 'H20', 'price', 175000, 'pppoe_user', '')) ->> 'status',
    'active', 'sales changes package and price') from made
where name = 'budi';
select results_eq($$ select k.code, s.price::bigint, s.pppoe_user, s.billing_day::int
    from made join app.service s on s.id = made.service
    join app.package k on k.id = s.package_id where made.name = 'budi' $$,
    $$ values ('H20', 175000::bigint, null::text, 5) $$,
    'given values are set, empty ones cleared, absent ones kept');
select run('service.update', jsonb_build_object('customer', number,
    'price', null)) from made where name = 'budi';
select is((select s.price from app.service s, made where s.id = made.service
    and made.name = 'budi')::bigint, null, 'null gives the price of the package');
select is(refused(format($$ select api.service_update('{"customer": "%s",
    "package": "OLD"}') $$, number)),
    'bad_field {"rule": "value", "field": "package"}',
    'nobody changes to a package off sale') from made where name = 'budi';
select is(refused(format($$ select api.service_update('{"customer": "%s",
    "version": 1, "billing_day": 7}') $$, number)), 'conflict {}',
    'the version of the service is checked') from made where name = 'budi';
select act('t-admin');
select run('package.update', '{"code": "H20", "active": false}');
select is(call('service.update', jsonb_build_object('customer', number,
    'package', 'H20', 'billing_day', 9)) ->> 'status', 'active',
    'a package off sale is kept by who has it') from made
where name = 'budi';
select is((select r -> 5 from jsonb_array_elements(call('package.list',
    '{"filter": {"code": "H20"}}') -> 'rows') r), '1',
    'the list of packages counts living services');

-- The technician
select act('t-technician');
select is(call('customer.list', '{}') #>> '{rows,0,0}', number,
    'a technician sees the customer that is his') from made
where name = 'budi';
select is(jsonb_array_length(call('customer.list', '{}') -> 'rows'), 1,
    'and no other');
select is(refused($$ select api.service_status(
    '{"customer": "1", "status": "survey"}') $$),
    'not_found {"field": "customer"}', 'another one does not exist for him');
select is(refused(format($$ select api.service_status('{"customer": "%s",
    "status": "paused", "note": "x"}') $$, number)),
    'denied {"perm": "customer.update"}',
    'a step that is not one of installation is denied') from made
where name = 'budi';
select is(call('customer.get', jsonb_build_object('number', number))
    #> '{services,0,next}', '[]', 'and is not offered') from made
where name = 'budi';
select results_eq($$ select x -> 'owed', x -> 'invoices', x -> 'payments',
    x #> '{behaviour,score}' from made, call('customer.get',
    jsonb_build_object('number', number)) x where made.name = 'budi' $$,
    $$ values ('null'::jsonb, '[]'::jsonb, '[]'::jsonb, 'null'::jsonb) $$,
    'he sees no money');
select is(refused($$ select api.customer_list('{"sort": "-owed"}') $$),
    'denied {"perm": "invoice.view"}', 'not even by its order');
select is(refused($$ select api.customer_list('{"filter": {"owed": ">0"}}') $$),
    'denied {"perm": "invoice.view"}', 'nor by a filter');
select is(call('customer.list', '{}') #> '{rows,0,9}', 'null',
    'the column is empty for him');

--
-- The view of a customer
--
select act('t-admin');
select is(refused($$ select api.customer_get('{"number": "12x"}') $$),
    'not_found {"field": "number"}', 'a number that is none is not found');
select is(refused($$ select api.customer_get('{"number": 99999999999999999999}') $$),
    'not_found {"field": "number"}', 'nor one beyond all numbers');
select is(call('customer.get', jsonb_build_object('number', number::bigint))
    ->> 'number', number, 'text and integer mean the same')
from made where name = 'budi';
select is((select array_agg(k order by k) from made, jsonb_object_keys(
    call('customer.get', jsonb_build_object('number', number))) k
    where made.name = 'budi'), array['address', 'assigned_to', 'behaviour',
    'branch', 'city', 'credit', 'district', 'email', 'history', 'id_number',
    'invoices', 'latitude', 'longitude', 'name', 'next', 'notes', 'npwp',
    'number', 'owed', 'partner', 'pay_url', 'payments', 'phone',
    'postal_code', 'province', 'rt_rw', 'services', 'since', 'status',
    'version', 'village'], 'the members of the view');
select is(call('customer.get', jsonb_build_object('number', number))
    ->> 'id_number', '************0001', 'the identity number is masked')
from made where name = 'budi';
select is(call('customer.get', jsonb_build_object('number', number))
    #>> '{behaviour,label}', 'No data yet', 'nothing paid: no judgement')
from made where name = 'budi';
select is((select array_agg(n ->> 'to') from made, jsonb_array_elements(
    call('customer.get', jsonb_build_object('number', number))
    #> '{services,0,next}') n where made.name = 'budi'),
    array['suspended', 'paused', 'terminated'],
    'the next states are those of the table');
select is(call('customer.get', jsonb_build_object('number', number))
    #>> '{history,0,what}', 'service.update', 'the last change comes first')
from made where name = 'budi';
select ok(call('customer.get', jsonb_build_object('number', number))
    -> 'history' @> '[{"what": "suspended", "by": "t-admin", "note": "arrears",
    "service": 1}]', 'a step says who, what and why')
from made where name = 'budi';

-- Three paid on time of four: Diligent.
insert into app.invoice (number, branch_id, customer_id, kind, issued, due,
    subtotal, total, paid, created_at)
select 'INV-TEST-' || n, 1, number::bigint, 'manual', date '2026-01-01',
    date '2026-01-10', 1000, 1000, case when n < 5 then 1000 else 0 end,
    app.now()
from made, generate_series(1, 5) n where made.name = 'budi';
insert into app.payment (number, branch_id, customer_id, method, status,
    tendered, amount, paid_at, business_date, user_id, check_code, created_at)
select 'PAY-TEST-' || n, 1, number::bigint, 'cash', 'confirmed', 1000, 1000,
    timestamptz '2026-01-10 12:00+07' + make_interval(days =>
    case n when 4 then 7 else 0 end), date '2026-01-10', app.user_id(), 'AAAA',
    app.now()
from made, generate_series(1, 4) n where made.name = 'budi';
insert into app.allocation (payment_id, invoice_id, amount)
select y.id, i.id, 1000 from app.payment y join app.invoice i
on i.number = replace(y.number, 'PAY', 'INV') where y.number like 'PAY-TEST-%';
select is(call('customer.get', jsonb_build_object('number', number))
    -> 'behaviour', '{"score": 75, "label": "Diligent", "on_time": 3,
    "late": 1, "mean_days_late": 7}', 'behaviour is the share paid on time')
from made where name = 'budi';
select is((call('customer.get', jsonb_build_object('number', number))
    #> '{invoices,0}') - 'issued', '{"number": "INV-TEST-5", "period": null,
    "due": "2026-01-10", "total": 1000, "remaining": 1000,
    "status": "unpaid", "days_late": 90}', 'an open invoice ages')
from made where name = 'budi';
select is(call('customer.get', jsonb_build_object('number', number))
    #> '{invoices,1,days_late}', '7', 'a paid one was late')
from made where name = 'budi';
select is(call('customer.get', jsonb_build_object('number', number))
    #>> '{payments,0,cashier}', 't-admin', 'payments name the cashier')
from made where name = 'budi';
select act('t-sales-cs');
select is(call('customer.get', jsonb_build_object('number', number))
    -> 'payments', '[]', 'without the right there are none')
from made where name = 'budi';

--
-- Lists and figures
--
select act('t-admin');
update app.balance set owed = 5000 where customer_id = (select number::bigint
    from made where name = 'budi');
select is(call('customer.list', '{}') -> 'cols', '["number", "name", "phone",
    "address", "village", "district", "package", "price", "status", "owed",
    "credit", "since"]', 'the columns of the list');
select is((select array_agg(r ->> 1) from jsonb_array_elements(
    call('customer.list', '{}') -> 'rows') r),
    array['Budi Hartono', 'Siti', 'Tono'], 'in the order of the names');
select is(call('customer.list', '{"sort": "-owed"}') #> '{rows,0,9}', '5000',
    'or of what they owe');
select is((select array_agg(r ->> 1) from jsonb_array_elements(
    call('customer.list', jsonb_build_object('sort', '-owed', 'after',
    call('customer.list', '{"sort": "-owed", "limit": 1}') ->> 'next'))
    -> 'rows') r), array['Tono', 'Siti'], 'whose next page goes on');
select is((select array_agg(r ->> 1 order by r ->> 1) from jsonb_array_elements(
    call('customer.list', '{"filter": {"since": {"from": "2026-03-10",
    "to": "2026-03-10"}}}') -> 'rows') r),
    array['Budi Hartono', 'Siti', 'Tono'], 'a day to a day is that whole day');
select is(call('customer.list', '{"filter": {"created": "<2026-03-10"}}')
    -> 'rows', '[]', 'before it is before');
select is(refused($$ select api.customer_list(
    '{"filter": {"since": "2026-02-30"}}') $$),
    'bad_field {"rule": "format", "field": "since"}', 'a day that is none');
select is((select array_agg(r ->> 1) from jsonb_array_elements(
    call('customer.list', '{"filter": {"branch": "UTR", "partner": "MITRA1"}}')
    -> 'rows') r), array['Budi Hartono'], 'filters of branch and partner');
select is(call('customer.stats', '{}'), '{"total": 3, "active": 1,
    "pending": 2, "suspended": 0, "paused": 0, "terminated": 0, "owing": 1}',
    'the figures of the strip');
select is((select array_agg((r ->> 2) || (r ->> 5) order by r ->> 5)
    from made, jsonb_array_elements(call('service.list', jsonb_build_object(
    'filter', jsonb_build_object('customer', number))) -> 'rows') r
    where made.name = 'budi'), array['Budi Hartonoactive',
    'Budi Hartonoterminated'], 'services of one customer');

select * from finish();
rollback;
