-- SPDX-License-Identifier: GPL-3.0-or-later
-- Settings, the audit log, and the lists behind pickers.

--
-- Settings
--

select app.list_declare('setting', 'app.setting s', 's.key', 'text', 'pos',
    'position(lower($q) in s.key) > 0
    or position(lower($q) in lower(s.label)) > 0', array[
	['key', 's.key', 'text', '=', '='],
	['label', 's.label', 'text', '=', null],
	['type', 's.type', 'text', '=', '='],
	['value', 'coalesce(s.value, s.preset)', 'text', null, null],
	['preset', 's.preset', 'text', null, null],
	['values', 's.choices', 'jsonb', null, null],
	['-pos', 's.pos', 'integer', '=', null]
    ]);

create or replace function api.setting_list(p jsonb) returns json
language sql security definer set search_path = pg_catalog, pg_temp
as $$ select app.list_run('setting', p) $$;

-- The rule that a value of a setting breaks, or null: the same ones as of a
-- parameter of that type.
create or replace function app.setting_rule(s app.setting, p_value text)
returns text
language plpgsql immutable set search_path = pg_catalog, pg_temp
as $$
declare
	v_max bigint := s.max;
	v_number numeric;
begin
	case
	when s.type in ('integer', 'money') then
		if p_value !~ '^-?[0-9]{1,18}$' then
			return 'integer';
		end if;
		v_number := p_value::numeric;
		if s.min <> 0 or s.max <> 0 then
			return case when v_number < s.min then 'min'
			    when v_number > s.max then 'max' end;
		end if;
		return case when s.type = 'money' and v_number < 0 then 'min' end;
	when s.type = 'boolean' then
		return case when p_value not in ('true', 'false') then 'value' end;
	when s.type = 'choice' then
		return case when not coalesce(s.choices, '[]') ? p_value
		    then 'value' end;
	when s.type = 'phone' then
		return case when p_value !~ '^\+?[0-9 ().-]+$' or
		    length(regexp_replace(p_value, '[^0-9]', '', 'g'))
		    not between 9 and 15 then 'format' end;
	when s.type = 'decimal' then
		return case when p_value !~ '^-?[0-9]{1,9}(\.[0-9]{1,9})?$'
		    then 'format' end;
	when s.type = 'date' then
		return case when p_value !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'
		    then 'format' end;
	when s.type = 'email' then
		return case when p_value !~ '^[^@[:space:]]+@[^@[:space:]]+$'
		    then 'format' end;
	else
		if s.type = 'code' and p_value !~ '^[A-Za-z0-9._/@:-]*$' then
			return 'format';
		end if;
		if s.type <> 'note' and p_value ~ '[[:cntrl:]]' then
			return 'control';
		end if;
		if v_max = 0 then
			v_max := case s.type when 'note' then 4000 else 255 end;
		end if;
		return case when length(p_value) not between s.min and v_max
		    then 'length' end;
	end case;
end $$;

create or replace function api.setting_update(p jsonb) returns json
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
	v json;
	s app.setting;
	v_value text := app.text(p, 'value');
	v_rule text;
begin
	v := app.op_begin('setting.update', p);
	if v is not null then
		return v;
	end if;
	select * into s from app.setting x where x.key = p ->> 'key'
	for update;
	if not found then
		perform app.fail_missing('key');
	end if;
	-- Empty means the preset again.
	if v_value is not null then
		v_rule := app.setting_rule(s, v_value);
		if v_rule is not null then
			perform app.fail_field('value', v_rule);
		end if;
	end if;
	update app.setting x set value = v_value where x.key = s.key;
	return app.op_end(p, 'setting', s.key, json_build_object('key', s.key,
	    'value', coalesce(v_value, s.preset)),
	    jsonb_build_object('value', coalesce(s.value, s.preset)),
	    jsonb_build_object('value', coalesce(v_value, s.preset)));
end $$;

--
-- Audit
--

-- What happened, in one short line: the values that are new.
create or replace function app.audit_summary(p_new jsonb, p_reason text)
returns text
language sql immutable set search_path = pg_catalog, pg_temp
as $$
	select left(concat_ws('; ', p_reason, (
	    select string_agg(e.key || '=' || e.value, ', ' order by e.key)
	    from jsonb_each_text(case jsonb_typeof(p_new) when 'object'
	        then p_new else '{}' end) e
	    where e.value is not null and e.key not in ('version', 'op_id'))),
	    160)
$$;

select app.list_declare('audit', 'app.audit a', 'a.id', 'bigint', '-id',
    null, array[
	['id', 'a.id', 'bigint', '=', '='],
	['at', 'app.instant(a.at)', 'timestamptz', 'a.at', 'a.at'],
	['user', 'a.user_name', 'text', null, '='],
	['method', 'a.method', 'text', null, '='],
	['object', 'a.object', 'text', null, '='],
	['number', 'a.number', 'text', null, '='],
	['summary', 'app.audit_summary(a.new, a.reason)', 'text', null, null],
	['addr', 'a.addr', 'text', null, '=']
    ]);

create or replace function api.audit_list(p jsonb) returns json
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
	v_extra text;
	v_user jsonb := p #> '{filter,user}';
begin
	-- The id besides the name: it has the index.
	if jsonb_typeof(v_user) = 'string' then
		select format('a.user_id = %s', u.id) into v_extra
		from app.app_user u where u.name = v_user #>> '{}';
	end if;
	return app.list_run('audit', app.filter_days(p, 'at'), v_extra);
end $$;

create or replace function api.audit_get(p jsonb) returns json
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
	v json;
begin
	select json_build_object('id', a.id, 'at', app.instant(a.at),
	    'user', a.user_name, 'session', a.session_id, 'addr', a.addr,
	    'method', a.method, 'object', a.object, 'number', a.number,
	    'summary', app.audit_summary(a.new, a.reason),
	    'old', a.old, 'new', a.new, 'reason', a.reason, 'op_id', a.op_id)
	into v from app.audit a where a.id = (p ->> 'id')::bigint;
	if v is null then
		perform app.fail_missing('id');
	end if;
	return v;
end $$;

--
-- Pickers: what a form offers. Nobody learns of branches, partners and
-- colleagues that his scope keeps from him.
--

select app.list_declare('branch', 'app.branch b', 'b.id', 'smallint', 'code',
    'position(lower($q) in lower(b.code || '' '' || b.name)) > 0', array[
	['code', 'b.code', 'text', '=', '='],
	['name', 'b.name', 'text', '=', '=']
    ]);

create or replace function api.branch_list(p jsonb) returns json
language sql security definer set search_path = pg_catalog, pg_temp
as $$
	select app.list_run('branch', p, 'b.active and
	    ((select app.scope()) = ''all'' or b.id = (select app.branch_id()))')
$$;

select app.list_declare('partner', 'app.partner x', 'x.id', 'integer',
    'code', 'position(lower($q) in lower(x.code || '' '' || x.name)) > 0',
    array[
	['code', 'x.code', 'text', '=', '='],
	['name', 'x.name', 'text', '=', '=']
    ]);

create or replace function api.partner_list(p jsonb) returns json
language sql security definer set search_path = pg_catalog, pg_temp
as $$
	select app.list_run('partner', p, 'x.active and
	    ((select app.scope()) <> ''partner''
	    or x.id = (select app.partner_id()))')
$$;

select app.list_declare('staff', 'app.app_user u', 'u.id', 'integer', 'name',
    'position(lower($q) in u.name) > 0
    or position(lower($q) in lower(u.full_name)) > 0', array[
	['name', 'u.name', 'text', '=', '='],
	['full_name', 'u.full_name', 'text', '=', '='],
	['role', 'u.role_id', 'text', '=', '=']
    ]);

create or replace function api.staff_list(p jsonb) returns json
language sql security definer set search_path = pg_catalog, pg_temp
as $$
	select app.list_run('staff', p, 'u.active and case (select app.scope())
	    when ''all'' then true
	    when ''partner'' then u.partner_id = (select app.partner_id())
	    else u.branch_id = (select app.branch_id()) end')
$$;
