-- SPDX-License-Identifier: GPL-3.0-or-later
-- Packages and customers: what follows from what, lists, the view of a
-- customer.

-- States in the order of a life; of several services the customer shows the
-- state that comes first in app.service_rank.
create or replace function app.service_order(p_status text) returns integer
language sql immutable parallel safe set search_path = pg_catalog, pg_temp
as $$
	select array_position(array['registered', 'survey', 'approved',
	    'scheduled', 'installing', 'active', 'suspended', 'paused',
	    'terminated', 'archived'], p_status)
$$;

create or replace function app.service_rank(p_status text) returns integer
language sql immutable parallel safe set search_path = pg_catalog, pg_temp
as $$
	select array_position(array['active', 'suspended', 'paused',
	    'installing', 'scheduled', 'approved', 'survey', 'registered',
	    'terminated'], p_status)
$$;

-- Status and main service of the customers whose services changed. The main
-- one is the first that lives, else the last. By statement, so that a load
-- of a million is one update. Who changes a service holds the row of its
-- customer, so two services changed at once are both seen.
create or replace function app.customer_derive() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
	update app.customer c set main_service = d.main,
	    status = case when c.archived_at is null then d.status
	    else 'archived' end
	from (
		select s.customer_id,
		    (array_agg(s.status order by app.service_rank(s.status)))[1]
		        as status,
		    (array_agg(s.id order by s.status = 'terminated',
		        case when s.status = 'terminated' then -s.seq
		        else s.seq end))[1] as main
		from app.service s
		where s.customer_id in (select n.customer_id from new_rows n)
		group by s.customer_id
	) d
	where c.id = d.customer_id
	and (c.main_service, c.status) is distinct from (d.main,
	    case when c.archived_at is null then d.status else 'archived' end);
	return null;
end $$;

create or replace trigger service_derive_insert after insert on app.service
    referencing new table as new_rows
    for each statement execute function app.customer_derive();
create or replace trigger service_derive_update after update on app.service
    referencing new table as new_rows
    for each statement execute function app.customer_derive();

-- Archiving hides the status, bringing back derives it again.
create or replace function app.customer_archived() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
	new.status := case when new.archived_at is not null then 'archived'
	    else coalesce((select s.status from app.service s
	    where s.customer_id = new.id
	    order by app.service_rank(s.status) limit 1), 'registered') end;
	return new;
end $$;

create or replace trigger customer_archived
    before update of archived_at on app.customer
    for each row when (old.archived_at is distinct from new.archived_at)
    execute function app.customer_archived();

-- Every customer has a balance, so that lists may join it.
create or replace function app.customer_balance() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
	insert into app.balance (customer_id)
	select n.id from new_rows n
	on conflict (customer_id) do nothing;
	return null;
end $$;

create or replace trigger customer_balance after insert on app.customer
    referencing new table as new_rows
    for each statement execute function app.customer_balance();

-- Whether the caller may see what customers owe.
create or replace function app.may_money() returns boolean
language sql stable set search_path = pg_catalog, pg_temp
as $$ select app.may('invoice.view') or app.may('payment.view') $$;

-- All but the last four characters of an identity number.
create or replace function app.mask(p text) returns text
language sql immutable set search_path = pg_catalog, pg_temp
as $$
	select case when p is null then null
	when length(p) <= 4 then '****'
	else repeat('*', length(p) - 4) || right(p, 4) end
$$;

-- The number of a customer as a request gives it: text or integer; anything
-- that is none is a customer who does not exist.
create or replace function app.customer_id(p jsonb, p_field text)
returns bigint
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
begin
	if coalesce(btrim(p ->> p_field), '') !~ '^[0-9]{1,18}$' then
		perform app.fail_missing(p_field);
	end if;
	return btrim(p ->> p_field)::bigint;
end $$;

-- The customer, locked for a change of his or of one of his services.
create or replace function app.customer_lock(p jsonb, p_field text)
returns app.customer
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
	c app.customer;
begin
	select * into c from app.customer x
	where x.id = app.customer_id(p, p_field)
	for no key update;
	if not found then
		perform app.fail_missing(p_field);
	end if;
	return c;
end $$;

-- What the audit keeps of a customer: never a whole identity number.
create or replace function app.customer_json(c app.customer) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp
as $$
	select to_jsonb(c) - 'name_key'
	    || jsonb_build_object('id_number', app.mask(c.id_number))
$$;

-- The parameters of those keys as text, empty ones as null: what of a form
-- is to be set. Absent ones stay absent.
create or replace function app.fields_given(p jsonb, p_keys text[])
returns jsonb
language sql immutable set search_path = pg_catalog, pg_temp
as $$
	select coalesce(jsonb_object_agg(e.key, nullif(btrim(e.value), '')), '{}')
	from jsonb_each_text(p) e where e.key = any (p_keys)
$$;

create or replace function app.geo_check(p jsonb) returns void
language plpgsql immutable set search_path = pg_catalog, pg_temp
as $$
begin
	if abs(app.text(p, 'latitude')::numeric) > 90 then
		perform app.fail_field('latitude', 'max');
	end if;
	if abs(app.text(p, 'longitude')::numeric) > 180 then
		perform app.fail_field('longitude', 'max');
	end if;
end $$;

create or replace function app.staff_ref(p_field text, p_name text)
returns integer
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
	v_id integer;
begin
	if p_name is null then
		return null;
	end if;
	select u.id into v_id from app.app_user u
	where u.name = lower(p_name) and u.active;
	if v_id is null then
		perform app.fail_missing(p_field);
	end if;
	return v_id;
end $$;

-- The package of that code, which must be on sale unless it is the one that
-- is had already.
create or replace function app.package_ref(p_code text, p_had integer)
returns app.package
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
	k app.package;
begin
	select * into k from app.package x where x.code = btrim(p_code);
	if not found then
		perform app.fail_missing('package');
	end if;
	if not k.active and k.id is distinct from p_had then
		perform app.fail_field('package', 'value');
	end if;
	return k;
end $$;

--
-- Packages
--

-- Living services per package (of one, or of all) that the caller may see.
-- Partners and technicians have few customers among many: theirs are looked
-- up by the customer, with the scope written out and the policy, which would
-- ask about every single service, widened meanwhile.
create or replace function app.package_counts(p_package integer default null)
returns table (package_id integer, services bigint)
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
	v_scope text := app.customer_scope();
begin
	if v_scope in ('partner', 'own') then
		perform set_config('app.customer_scope', 'all', true);
		return query
		select s.package_id, count(*) from app.customer c
		join app.service s on s.customer_id = c.id
		where s.status <> 'terminated'
		and (p_package is null or s.package_id = p_package)
		and (v_scope = 'partner' and c.partner_id = app.partner_id()
		    or v_scope = 'own' and (c.assigned_to = app.user_id()
		    or c.created_by = app.user_id()))
		group by s.package_id;
		perform set_config('app.customer_scope', v_scope, true);
		return;
	end if;
	return query
	select s.package_id, count(*) from app.service s
	where s.status <> 'terminated'
	and (p_package is null or s.package_id = p_package)
	group by s.package_id;
end $$;

select app.list_declare('package', 'app.package p
    left join app.package_counts() n on n.package_id = p.id', 'p.id', 'integer', 'code',
    'position(lower($q) in lower(p.code || '' '' || p.name)) > 0', array[
	['code', 'p.code', 'text', '=', '='],
	['name', 'p.name', 'text', '=', '='],
	['down_mbps', 'p.down_mbps', 'integer', '=', '='],
	['up_mbps', 'p.up_mbps', 'integer', '=', '='],
	['price', 'p.price', 'bigint', '=', '='],
	['services', 'coalesce(n.services, 0)', 'bigint', null, null],
	['active', 'p.active', 'boolean', '=', '=']
    ]);

create or replace function api.package_list(p jsonb) returns json
language sql security definer set search_path = pg_catalog, pg_temp
as $$ select app.list_run('package', p) $$;

create or replace function api.package_get(p jsonb) returns json
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
	v json;
begin
	select json_build_object('code', k.code, 'name', k.name,
	    'down_mbps', k.down_mbps, 'up_mbps', k.up_mbps, 'price', k.price,
	    'description', k.description, 'active', k.active,
	    'services', coalesce((select n.services
	        from app.package_counts(k.id) n), 0),
	    'created_at', app.instant(k.created_at), 'version', k.version)
	into v from app.package k where k.code = p ->> 'code';
	if v is null then
		perform app.fail_missing('code');
	end if;
	return v;
end $$;

create or replace function api.package_create(p jsonb) returns json
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
	v json;
	k app.package;
begin
	v := app.op_begin('package.create', p);
	if v is not null then
		return v;
	end if;
	insert into app.package (code, name, down_mbps, up_mbps, price,
	    description, created_at)
	values (app.text(p, 'code'), app.text(p, 'name'),
	    (p ->> 'down_mbps')::integer, (p ->> 'up_mbps')::integer,
	    (p ->> 'price')::bigint, app.text(p, 'description'), app.now())
	returning * into k;
	return app.op_end(p, 'package', k.code,
	    json_build_object('code', k.code, 'version', k.version), null,
	    to_jsonb(k));
end $$;

-- Invoices that exist keep their amounts; services keep the package when it
-- goes off sale.
create or replace function api.package_update(p jsonb) returns json
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
	v json;
	k app.package;
	n app.package;
begin
	v := app.op_begin('package.update', p);
	if v is not null then
		return v;
	end if;
	select * into k from app.package x where x.code = p ->> 'code'
	for no key update;
	if not found then
		perform app.fail_missing('code');
	end if;
	if (p ->> 'version')::integer <> k.version then
		perform app.fail('conflict');
	end if;
	update app.package x set
	    name = coalesce(app.text(p, 'name'), k.name),
	    down_mbps = coalesce((app.text(p, 'down_mbps'))::integer,
	        k.down_mbps),
	    up_mbps = coalesce((app.text(p, 'up_mbps'))::integer, k.up_mbps),
	    price = coalesce((app.text(p, 'price'))::bigint, k.price),
	    description = case when p ? 'description'
	        then app.text(p, 'description') else k.description end,
	    active = coalesce((app.text(p, 'active'))::boolean, k.active),
	    version = x.version + 1
	where x.id = k.id returning * into n;
	return app.op_end(p, 'package', n.code,
	    json_build_object('code', n.code, 'version', n.version),
	    to_jsonb(k), to_jsonb(n));
end $$;

--
-- Customers: list and figures
--

-- The id behind a code, 0 for none.
create or replace function app.ref_id(p_key text, p_code text) returns integer
language sql stable set search_path = pg_catalog, pg_temp
as $$
	select coalesce(case p_key
	when 'package' then (select k.id from app.package k
	    where k.code = p_code)
	when 'partner' then (select x.id from app.partner x
	    where x.code = p_code)
	when 'branch' then (select b.id from app.branch b
	    where b.code = p_code)::integer
	end, 0)
$$;

-- Codes in the filter of a reference become ids. The planner knows how many
-- rows an id has; through the join with a table too small to be analysed it
-- would guess, and guess wrong. A code that is none matches nothing.
create or replace function app.filter_ref(p jsonb, p_key text)
returns jsonb
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
	v jsonb := p #> array['filter', p_key];
	v_not text := '';
	v_out jsonb;
begin
	if v is null or jsonb_typeof(v) = 'null' then
		return p;
	elsif jsonb_typeof(v) = 'array' then
		select coalesce(jsonb_agg(app.ref_id(p_key, x)), '[]') into v_out
		from jsonb_array_elements_text(v) x;
	elsif jsonb_typeof(v) in ('string', 'number') then
		if v #>> '{}' like '!%' then
			v_not := '!';
		end if;
		v_out := to_jsonb(v_not || app.ref_id(p_key,
		    substr(v #>> '{}', length(v_not) + 1)));
	else
		perform app.fail_field(p_key, 'filter');
	end if;
	return jsonb_set(p, array['filter', p_key], v_out);
end $$;

-- What the policy of customers says, once more as a plain condition on c:
-- that one can use an index, the policy cannot.
create or replace function app.customer_extra() returns text
language sql stable set search_path = pg_catalog, pg_temp
as $$
	select case app.customer_scope()
	when 'branch' then format('c.branch_id = %s', app.branch_id())
	when 'partner' then format('c.partner_id = %s', app.partner_id())
	when 'own' then format('(c.assigned_to = %1$s or c.created_by = %1$s)',
	    app.user_id())
	else 'true' end
$$;

select app.list_declare('customer',
    'app.customer c
    join app.balance b on b.customer_id = c.id
    join app.branch br on br.id = c.branch_id
    left join app.service s on s.id = c.main_service
    left join app.package p on p.id = s.package_id',
    'c.id', 'bigint', 'name', 'c.id in (select app.customer_match($q))', array[
	['number', 'c.id::text', 'bigint', 'c.id', 'c.id'],
	['name', 'c.name', 'text', 'c.name_key', 'c.name'],
	['phone', 'c.phone', 'text', null, 'c.phone'],
	['address', 'c.address', 'text', null, null],
	['village', 'c.village', 'text', null, '='],
	['district', 'c.district', 'text', null, '='],
	['package', 'p.code', 'integer', null, 's.package_id'],
	['price', 'coalesce(s.price, p.price)', 'bigint', null, null],
	['status', 'c.status', 'text', null, '='],
	['owed', 'case when (select app.may_money()) then b.owed end', 'bigint',
	    'b.owed', 'b.owed'],
	['credit', 'case when (select app.may_money()) then b.credit end',
	    'bigint', null, 'b.credit'],
	['since', '(c.created_at at time zone br.zone)::date', 'timestamptz',
	    'c.created_at', 'c.created_at'],
	['-created', 'c.created_at', 'timestamptz', null, 'c.created_at'],
	['-city', 'c.city', 'text', null, '='],
	['-branch', 'c.branch_id', 'smallint', null, 'c.branch_id'],
	['-partner', 'c.partner_id', 'integer', null, 'c.partner_id']
    ]);

-- The same list in the order of the debt: its key is the balance's, so that
-- sort and key are one index and a page deep down costs what the first does.
insert into app.list_def (list, source, key_expr, key_type, sort, search)
select 'customer.owed', d.source, 'b.customer_id', d.key_type, '-owed',
    d.search
from app.list_def d where d.list = 'customer';
insert into app.list_col
    (list, pos, key, expr, sort_expr, filter_expr, type, out)
select 'customer.owed', c.pos, c.key, c.expr, c.sort_expr, c.filter_expr,
    c.type, c.out
from app.list_col c where c.list = 'customer';

-- All but the archived ones, unless the filter of the status names them.
-- Debts are hidden from who may see neither invoices nor payments, so he
-- cannot sort or filter by them either.
create or replace function api.customer_list(p jsonb) returns json
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
	v_owed boolean := ltrim(coalesce(p ->> 'sort', ''), '-') = 'owed';
begin
	if (v_owed or p -> 'filter' ?| array['owed', 'credit'])
	    and not app.may_money() then
		perform app.fail('denied', '{"perm": "invoice.view"}');
	end if;
	p := app.filter_days(app.filter_days(p, 'since'), 'created');
	p := app.filter_ref(app.filter_ref(app.filter_ref(p, 'package'),
	    'partner'), 'branch');
	return app.list_run(case when v_owed then 'customer.owed'
	    else 'customer' end, p, app.customer_extra() ||
	    case when (p #> '{filter,status}')::text like '%archived%'
	    then '' else ' and c.status <> ''archived''' end);
end $$;

-- How many of the customers that the context shows owe something; a debt
-- does not end in the archive.
create or replace function app.customers_owing() returns bigint
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
begin
	if app.customer_scope() = 'all' then
		-- Nobody is hidden, so the index of the balances will do.
		return (select count(*) from app.balance b where b.owed > 0);
	end if;
	return (select count(*) from app.customer c
	    join app.balance b on b.customer_id = c.id and b.owed > 0);
end $$;

-- Counts by status for the strip above the list; who owes only for those
-- who may know.
-- In the language SQL, where the planner may share the count among workers.
create or replace function api.customer_stats(p jsonb) returns json
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
	with n as materialized (
		select c.status, count(*) as n from app.customer c
		group by c.status
	)
	select json_build_object(
	    'total', coalesce(sum(n.n) filter (where n.status <> 'archived'), 0),
	    'active', coalesce(sum(n.n) filter (where n.status = 'active'), 0),
	    'pending', coalesce(sum(n.n) filter
	        (where app.service_order(n.status) <= 5), 0),
	    'suspended', coalesce(sum(n.n) filter
	        (where n.status = 'suspended'), 0),
	    'paused', coalesce(sum(n.n) filter (where n.status = 'paused'), 0),
	    'terminated', coalesce(sum(n.n) filter
	        (where n.status = 'terminated'), 0),
	    'owing', case when app.may_money() then app.customers_owing() end)
	from n
$$;

--
-- One customer
--

-- By how many days each paid invoice of a customer was late (negative: early),
-- by the day of its last payment. Payments that the caller's scope hides count
-- too, so the scope is widened meanwhile; the customer is one he may see.
create or replace function app.paid_days(p_customer bigint, p_zone text)
returns table (invoice_id bigint, days integer)
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
	v_scope text := current_setting('app.scope', true);
begin
	perform set_config('app.scope', 'all', true);
	return query
	-- Without a payment it was paid out of credit: there and then.
	select i.id, coalesce((
	    select max((y.paid_at at time zone p_zone)::date)
	    from app.allocation a
	    join app.payment y on y.id = a.payment_id
	        and y.status = 'confirmed'
	    where a.invoice_id = i.id), i.due) - i.due
	from app.invoice i
	where i.customer_id = p_customer and i.status = 'paid'
	and i.total > 0;
	perform set_config('app.scope', coalesce(v_scope, ''), true);
end $$;

create or replace function app.behaviour(p_customer bigint, p_zone text)
returns json
language sql stable set search_path = pg_catalog, pg_temp
as $$
	select json_build_object('score', x.score, 'label', case
	    when x.score is null then 'No data yet'
	    when x.score >= 90 then 'Very diligent'
	    when x.score >= 70 then 'Diligent'
	    when x.score >= 50 then 'Fair'
	    else 'Often late' end,
	    'on_time', x.on_time, 'late', x.late,
	    'mean_days_late', coalesce(x.mean, 0))
	from (
		select count(*) filter (where d.days <= 0) as on_time,
		    count(*) filter (where d.days > 0) as late,
		    round(avg(d.days) filter (where d.days > 0))::integer as mean,
		    (count(*) filter (where d.days <= 0) * 100
		        / nullif(count(*), 0))::integer as score
		from app.paid_days(p_customer, p_zone) d
	) x
$$;

-- The last twelve, with the days between due and paid, or between due and
-- today while something remains.
create or replace function app.customer_invoices(p_customer bigint,
    p_zone text)
returns json
language sql stable set search_path = pg_catalog, pg_temp
as $$
	select coalesce(json_agg(json_build_object('number', i.number,
	    'period', to_char(i.period, 'YYYY-MM'), 'issued', i.issued,
	    'due', i.due, 'total', i.total,
	    'remaining', case i.status when 'cancelled' then 0
	        else i.total - i.paid end,
	    'status', i.status, 'days_late', greatest(0, case
	        when i.status in ('unpaid', 'partial') then
	        (app.now() at time zone p_zone)::date - i.due
	        else d.days end)) order by i.id desc), '[]')
	from (select x.* from app.invoice x where x.customer_id = p_customer
	    order by x.id desc limit 12) i
	left join app.paid_days(p_customer, p_zone) d on d.invoice_id = i.id
$$;

create or replace function app.customer_payments(p_customer bigint)
returns json
language sql stable set search_path = pg_catalog, pg_temp
as $$
	select coalesce(json_agg(json_build_object('number', y.number,
	    'at', app.instant(y.paid_at), 'method', y.method,
	    'amount', y.amount, 'status', y.status, 'cashier', u.name)
	    order by y.id desc), '[]')
	from (select x.* from app.payment x where x.customer_id = p_customer
	    order by x.id desc limit 12) y
	join app.app_user u on u.id = y.user_id
$$;

-- The states that the caller may move an object to.
create or replace function app.next_states(p_object text, p_state text)
returns json
language sql stable set search_path = pg_catalog, pg_temp
as $$
	select coalesce(json_agg(json_build_object('to', t.to_state,
	    'label', t.label, 'reason', t.reason)
	    order by app.service_order(t.to_state)), '[]')
	from app.transition t
	where t.object = p_object and t.from_state = p_state
	and app.may(t.perm)
$$;

create or replace function app.customer_services(c app.customer)
returns json
language sql stable set search_path = pg_catalog, pg_temp
as $$
	select coalesce(json_agg(json_build_object('id', s.id, 'seq', s.seq,
	    'package', k.code, 'package_name', k.name,
	    'price', coalesce(s.price, k.price), 'own_price', s.price,
	    'status', s.status, 'desired', s.desired, 'address', s.address,
	    'billing_day', s.billing_day, 'pppoe_user', s.pppoe_user,
	    'static_ip', host(s.static_ip), 'odp_port', s.odp_port,
	    'onu_serial', s.onu_serial, 'installed_on', s.installed_on,
	    'terminated_on', s.terminated_on, 'version', s.version,
	    'next', case when c.archived_at is not null then '[]'::json
	        else app.next_states('service', s.status) end)
	    order by s.seq), '[]')
	from app.service s join app.package k on k.id = s.package_id
	where s.customer_id = c.id
$$;

-- The last thirty things that happened: steps of the life cycle, and changes
-- by the names of what was changed (values are the audit's).
create or replace function app.customer_history(p_customer bigint)
returns json
language sql stable set search_path = pg_catalog, pg_temp
as $$
	select coalesce(json_agg(json_build_object('at', app.instant(h.at),
	    'by', h.by, 'what', h.what, 'note', h.note, 'service', h.seq)
	    order by h.at desc, h.ord desc), '[]')
	from (
		(select l.at, u.name as by, l.to_status as what, l.note, s.seq,
		    l.id as ord
		from app.service s
		join app.service_log l on l.service_id = s.id
		left join app.app_user u on u.id = l.user_id
		where s.customer_id = p_customer
		and (l.from_status is not null or s.seq > 1)
		order by l.at desc, l.id desc limit 30)
		union all
		(select a.at, a.user_name, a.method, coalesce(a.reason, (
		    select string_agg(e.key, ', ' order by e.key)
		    from jsonb_object_keys(case when a.old is not null
		        and jsonb_typeof(a.new) = 'object' then a.new
		        else '{}' end) e(key)
		    where e.key <> 'version')), null, a.id
		from app.audit a
		where a.number = p_customer::text
		and (a.object = 'customer'
		    or a.object = 'service' and a.method = 'service.update')
		order by a.at desc, a.id desc limit 30)
		order by at desc, ord desc limit 30
	) h
$$;

create or replace function api.customer_get(p jsonb) returns json
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
	v json;
	v_invoices boolean := app.may('invoice.view');
	v_payments boolean := app.may('payment.view');
begin
	select json_build_object('number', c.id::text, 'name', c.name,
	    'phone', c.phone, 'email', c.email, 'address', c.address,
	    'rt_rw', c.rt_rw, 'village', c.village, 'district', c.district,
	    'city', c.city, 'province', c.province,
	    'postal_code', c.postal_code, 'latitude', c.latitude,
	    'longitude', c.longitude, 'id_number', app.mask(c.id_number),
	    'npwp', c.npwp, 'notes', c.notes, 'status', c.status,
	    'branch', br.code, 'partner', pa.code, 'assigned_to', a.name,
	    'since', (c.created_at at time zone br.zone)::date,
	    'version', c.version,
	    'owed', case when v_invoices or v_payments then b.owed end,
	    'credit', case when v_invoices or v_payments then b.credit end,
	    'pay_url', null,
	    'behaviour', case when v_invoices
	        then app.behaviour(c.id, br.zone)
	        else json_build_object('score', null, 'label', null,
	        'on_time', null, 'late', null, 'mean_days_late', null) end,
	    'services', app.customer_services(c),
	    'next', app.next_states('customer', c.status),
	    'invoices', case when v_invoices
	        then app.customer_invoices(c.id, br.zone) else '[]' end,
	    'payments', case when v_payments
	        then app.customer_payments(c.id) else '[]' end,
	    'history', app.customer_history(c.id))
	into v
	from app.customer c
	join app.branch br on br.id = c.branch_id
	left join app.balance b on b.customer_id = c.id
	left join app.partner pa on pa.id = c.partner_id
	left join app.app_user a on a.id = c.assigned_to
	where c.id = app.customer_id(p, 'number');
	if v is null then
		perform app.fail_missing('number');
	end if;
	return v;
end $$;

-- A service of its parameters; which number in the row of its customer's.
create or replace function app.service_insert(c app.customer, p jsonb)
returns app.service
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
	s app.service;
	k app.package := app.package_ref(p ->> 'package', null);
begin
	s := jsonb_populate_record(null::app.service, app.fields_given(p,
	    array['address', 'price', 'pppoe_user', 'static_ip', 'odp_port',
	    'onu_serial', 'billing_day']));
	insert into app.service (customer_id, branch_id, seq, package_id, price,
	    address, billing_day, pppoe_user, static_ip, odp_port, onu_serial,
	    created_at)
	values (c.id, c.branch_id, (select coalesce(max(x.seq), 0) + 1
	    from app.service x where x.customer_id = c.id), k.id, s.price,
	    s.address, coalesce(s.billing_day, 1), s.pppoe_user, s.static_ip,
	    s.odp_port, s.onu_serial, app.now())
	returning * into s;
	insert into app.service_log (service_id, to_status, at, user_id)
	values (s.id, s.status, app.now(), app.user_id());
	return s;
end $$;

create or replace function api.customer_create(p jsonb) returns json
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
	v json;
	c app.customer;
	s app.service;
	v_warnings text[] := '{}';
begin
	v := app.op_begin('customer.create', p);
	if v is not null then
		return v;
	end if;
	perform app.geo_check(p);
	perform app.package_ref(p ->> 'package', null);
	c := jsonb_populate_record(null::app.customer, app.fields_given(p,
	    array['name', 'email', 'address', 'rt_rw', 'village', 'district',
	    'city', 'province', 'postal_code', 'latitude', 'longitude',
	    'id_number', 'npwp', 'notes']));
	c.phone := app.phone(app.text(p, 'phone'));
	c.branch_id := coalesce(app.branch_ref(app.text(p, 'branch')),
	    app.branch_id(), 1::smallint);
	c.partner_id := coalesce(app.partner_ref(app.text(p, 'partner')),
	    case when app.scope() = 'partner' then app.partner_id() end);
	c.assigned_to := app.staff_ref('assigned_to',
	    app.text(p, 'assigned_to'));
	if exists (select from app.customer x where x.phone = c.phone) then
		v_warnings := v_warnings || 'phone'::text;
	end if;
	insert into app.customer (branch_id, name, phone, email, address, rt_rw,
	    village, district, city, province, postal_code, latitude,
	    longitude, id_number, npwp, partner_id, assigned_to, notes,
	    created_by, created_at)
	values (c.branch_id, c.name, c.phone, c.email, c.address, c.rt_rw,
	    c.village, c.district, c.city, c.province, c.postal_code,
	    c.latitude, c.longitude, c.id_number, c.npwp, c.partner_id,
	    c.assigned_to, c.notes, app.user_id(), app.now())
	returning * into c;
	-- The address of the form is the customer's, not one of the service.
	s := app.service_insert(c, p - 'address');
	perform app.customer_index(c.id);
	return app.op_end(p, 'customer', c.id::text, json_build_object(
	    'number', c.id::text, 'service', s.id,
	    'warnings', array_to_json(v_warnings)), null,
	    app.customer_json(c));
end $$;

create or replace function api.customer_update(p jsonb) returns json
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
	v json;
	v_key text;
	c app.customer;
	n app.customer;
begin
	v := app.op_begin('customer.update', p);
	if v is not null then
		return v;
	end if;
	c := app.customer_lock(p, 'number');
	if (p ->> 'version')::integer <> c.version then
		perform app.fail('conflict');
	end if;
	foreach v_key in array array['name', 'phone', 'address'] loop
		if p ? v_key and app.text(p, v_key) is null then
			perform app.fail_field(v_key, 'required');
		end if;
	end loop;
	perform app.geo_check(p);
	n := jsonb_populate_record(c, app.fields_given(p,
	    array['name', 'email', 'address', 'rt_rw', 'village', 'district',
	    'city', 'province', 'postal_code', 'latitude', 'longitude',
	    'id_number', 'npwp', 'notes']));
	if p ? 'phone' then
		n.phone := app.phone(app.text(p, 'phone'));
	end if;
	n.branch_id := coalesce(app.branch_ref(app.text(p, 'branch')),
	    c.branch_id);
	if p ? 'partner' then
		n.partner_id := app.partner_ref(app.text(p, 'partner'));
	end if;
	if p ? 'assigned_to' then
		n.assigned_to := app.staff_ref('assigned_to',
		    app.text(p, 'assigned_to'));
	end if;
	begin
		update app.customer x set branch_id = n.branch_id, name = n.name,
		    phone = n.phone, email = n.email, address = n.address,
		    rt_rw = n.rt_rw, village = n.village,
		    district = n.district, city = n.city,
		    province = n.province, postal_code = n.postal_code,
		    latitude = n.latitude, longitude = n.longitude,
		    id_number = n.id_number, npwp = n.npwp,
		    partner_id = n.partner_id, assigned_to = n.assigned_to,
		    notes = n.notes, version = x.version + 1
		where x.id = c.id returning * into n;
	exception when insufficient_privilege then
		-- Nobody moves a customer out of his own sight.
		perform app.fail('denied', '{"perm": "customer.update"}');
	end;
	if n.branch_id <> c.branch_id then
		update app.service s set branch_id = n.branch_id
		where s.customer_id = n.id;
	end if;
	if (n.name, n.address, n.village) is distinct from
	    (c.name, c.address, c.village) then
		perform app.customer_index(n.id);
	end if;
	return app.op_end(p, 'customer', n.id::text, json_build_object(
	    'number', n.id::text, 'version', n.version),
	    app.customer_json(c), app.customer_json(n));
end $$;
