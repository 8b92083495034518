-- SPDX-License-Identifier: GPL-3.0-or-later
-- Services and their life cycle, and that of their customers.

select app.list_declare('service',
    'app.service s
    join app.customer c on c.id = s.customer_id
    join app.package p on p.id = s.package_id',
    's.id', 'bigint', '-id', 's.customer_id in (select app.customer_match($q))',
    array[
	['id', 's.id', 'bigint', '=', '='],
	['customer', 's.customer_id::text', 'bigint', 's.customer_id',
	    's.customer_id'],
	['name', 'c.name', 'text', null, 'c.name'],
	['package', 'p.code', 'integer', null, 's.package_id'],
	['price', 'coalesce(s.price, p.price)', 'bigint', null, null],
	['status', 's.status', 'text', null, '='],
	['pppoe_user', 's.pppoe_user', 'text', null, '='],
	['address', 'coalesce(s.address, c.address)', 'text', null, null],
	['-district', 'c.district', 'text', null, '='],
	['-billing_day', 's.billing_day', 'integer', null, '=']
    ]);

create or replace function api.service_list(p jsonb) returns json
language sql security definer set search_path = pg_catalog, pg_temp
as $$
	select app.list_run('service', app.filter_ref(p, 'package'),
	    app.customer_extra() || case when p -> 'filter' ? 'customer'
	    then '' else ' and c.status <> ''archived''' end)
$$;

-- The service that a request means: the one it names, else the customer's
-- only living one, else the last of the ended ones.
create or replace function app.service_pick(c app.customer, p jsonb)
returns app.service
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
	s app.service;
	v_id bigint := (app.text(p, 'service'))::bigint;
begin
	if c.archived_at is not null then
		perform app.fail('bad_state', jsonb_strip_nulls(
		    jsonb_build_object('state', 'archived',
		    'to', p ->> 'status')));
	end if;
	if v_id is null and (select count(*) from app.service x
	    where x.customer_id = c.id and x.status <> 'terminated') > 1 then
		perform app.fail('bad_state', '{"state": "several"}');
	end if;
	select * into s from app.service x
	where x.customer_id = c.id and x.id = coalesce(v_id, c.main_service)
	for no key update;
	if not found then
		perform app.fail_missing('service');
	end if;
	return s;
end $$;

-- Moves a service along the edges of app.transition and writes its log.
-- p_skip: an administrator sets the state whatever it was.
create or replace function app.service_move(s app.service, p_to text,
    p_note text, p_skip boolean)
returns app.service
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
	t app.transition;
	v_today date := app.today(s.branch_id);
	v_note text := nullif(btrim(p_note), '');
	v_from text := s.status;
begin
	if not p_skip then
		select * into t from app.transition x where x.object = 'service'
		and x.from_state = s.status and x.to_state = p_to;
		if not found then
			perform app.fail('bad_state', jsonb_build_object(
			    'state', s.status, 'to', p_to));
		end if;
		if not app.may(t.perm) then
			perform app.fail('denied',
			    jsonb_build_object('perm', t.perm));
		end if;
		if t.reason and v_note is null then
			perform app.fail_field('note', 'required');
		end if;
	end if;
	update app.service x set status = p_to,
	    -- A contract that starts anew is installed anew.
	    installed_on = case when p_to = 'registered' then null
	        when p_to = 'active' then coalesce(x.installed_on, v_today)
	        else x.installed_on end,
	    terminated_on = case when p_to = 'terminated' then v_today end,
	    version = x.version + 1
	where x.id = s.id returning * into s;
	insert into app.service_log (service_id, from_status, to_status, at,
	    user_id, note)
	values (s.id, v_from, p_to, app.now(), app.user_id(), v_note);
	return s;
end $$;

create or replace function app.service_answer(s app.service) returns json
language sql stable set search_path = pg_catalog, pg_temp
as $$
	select json_build_object('customer', s.customer_id::text,
	    'service', s.id, 'seq', s.seq, 'status', s.status,
	    'desired', s.desired, 'version', s.version)
$$;

create or replace function api.service_create(p jsonb) returns json
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
	v json;
	c app.customer;
	s app.service;
begin
	v := app.op_begin('service.create', p);
	if v is not null then
		return v;
	end if;
	c := app.customer_lock(p, 'customer');
	if c.archived_at is not null then
		perform app.fail('bad_state', '{"state": "archived"}');
	end if;
	s := app.service_insert(c, p);
	perform app.notify('customer', c.id::text);
	return app.op_end(p, 'service', c.id::text, app.service_answer(s),
	    null, to_jsonb(s));
end $$;

-- Changes a service. A state given by an administrator (who may delete
-- customers) skips the steps; everybody else's follows the edges.
create or replace function api.service_update(p jsonb) returns json
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
	v json;
	c app.customer;
	s app.service;
	o app.service;
	n app.service;
	v_to text := app.text(p, 'status');
begin
	v := app.op_begin('service.update', p);
	if v is not null then
		return v;
	end if;
	c := app.customer_lock(p, 'customer');
	s := app.service_pick(c, p);
	o := s;
	if (p ->> 'version')::integer <> s.version then
		perform app.fail('conflict');
	end if;
	n := jsonb_populate_record(s, app.fields_given(p, array['address',
	    'price', 'pppoe_user', 'static_ip', 'odp_port', 'onu_serial',
	    'billing_day']));
	if app.text(p, 'package') is not null then
		n.package_id := (app.package_ref(p ->> 'package',
		    s.package_id)).id;
	end if;
	n.billing_day := coalesce(n.billing_day, s.billing_day);
	if n is distinct from s then
		update app.service x set package_id = n.package_id,
		    price = n.price, address = n.address,
		    billing_day = n.billing_day, pppoe_user = n.pppoe_user,
		    static_ip = n.static_ip, odp_port = n.odp_port,
		    onu_serial = n.onu_serial, version = x.version + 1
		where x.id = s.id returning * into s;
	end if;
	if v_to <> s.status then
		s := app.service_move(s, v_to, p ->> 'note',
		    app.may('customer.delete'));
	end if;
	perform app.notify('customer', c.id::text);
	return app.op_end(p, 'service', c.id::text, app.service_answer(s),
	    to_jsonb(o), to_jsonb(s), app.text(p, 'note'));
end $$;

create or replace function api.service_status(p jsonb) returns json
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
	v json;
	c app.customer;
	s app.service;
	o app.service;
begin
	v := app.op_begin('service.status', p);
	if v is not null then
		return v;
	end if;
	c := app.customer_lock(p, 'customer');
	o := app.service_pick(c, p);
	s := app.service_move(o, p ->> 'status', p ->> 'note', false);
	perform app.notify('customer', c.id::text);
	return app.op_end(p, 'service', c.id::text, app.service_answer(s),
	    to_jsonb(o), to_jsonb(s), app.text(p, 'note'));
end $$;

-- Puts a customer whose services have ended into the archive, or back.
create or replace function app.customer_archive(c app.customer, p_to text,
    p_note text)
returns app.customer
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
	t app.transition;
begin
	select * into t from app.transition x where x.object = 'customer'
	and x.from_state = c.status and x.to_state = p_to;
	if not found then
		perform app.fail('bad_state', jsonb_build_object(
		    'state', c.status, 'to', p_to));
	end if;
	if not app.may(t.perm) then
		perform app.fail('denied', jsonb_build_object('perm', t.perm));
	end if;
	if t.reason and p_note is null then
		perform app.fail_field('note', 'required');
	end if;
	update app.customer x set version = x.version + 1,
	    archived_at = case when p_to = 'archived' then app.now() end
	where x.id = c.id returning * into c;
	return c;
end $$;

create or replace function api.customer_status(p jsonb) returns json
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
	v json;
	c app.customer;
	n app.customer;
	o app.service;
	s app.service;
begin
	v := app.op_begin('customer.status', p);
	if v is not null then
		return v;
	end if;
	c := app.customer_lock(p, 'customer');
	if c.archived_at is not null or p ->> 'status' = 'archived' then
		n := app.customer_archive(c, p ->> 'status',
		    app.text(p, 'note'));
		return app.op_end(p, 'customer', c.id::text,
		    json_build_object('number', c.id::text,
		    'customer', c.id::text, 'status', n.status),
		    app.customer_json(c), app.customer_json(n),
		    app.text(p, 'note'));
	end if;
	o := app.service_pick(c, p);
	s := app.service_move(o, p ->> 'status', p ->> 'note', false);
	select * into n from app.customer x where x.id = c.id;
	perform app.notify('customer', c.id::text);
	return app.op_end(p, 'service', c.id::text, json_build_object(
	    'number', c.id::text, 'customer', c.id::text, 'service', s.id,
	    'status', n.status), to_jsonb(o), to_jsonb(s),
	    app.text(p, 'note'));
end $$;
