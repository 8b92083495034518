-- SPDX-License-Identifier: GPL-3.0-or-later
-- Users and roles, and what later files lean on for parameters.

-- Rewrites the condition on a day (`=`, from/to, >, >=, <, <=, !) into one on
-- instants, in the zone of the caller's branch, so that a filter of a date
-- reaches an index on instants. Instants pass as they are.
create or replace function app.filter_days(p jsonb, p_key text)
returns jsonb
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
	v jsonb := p #> array['filter', p_key];
	v_zone text;
	v_op text;
	v_text text;
	v_day date;
	v_from timestamptz;
	v_end timestamptz;
	v_out jsonb;
begin
	if v is null or jsonb_typeof(v) = 'null' then
		return p;
	end if;
	select b.zone into v_zone from app.branch b
	where b.id = coalesce(app.branch_id(), 1::smallint);
	v_zone := coalesce(v_zone, 'UTC');
	if jsonb_typeof(v) = 'object' then
		if v - 'from' - 'to' <> '{}' then
			perform app.fail_field(p_key, 'filter');
		end if;
		v_out := '{}';
		v_text := nullif(v ->> 'from', '');
		if v_text is not null then
			v_out := v_out || jsonb_build_object('from',
			    app.day_instant(p_key, v_text, v_zone, 0));
		end if;
		v_text := nullif(v ->> 'to', '');
		if v_text is not null then
			-- The whole of the last day belongs to it.
			v_out := v_out || jsonb_build_object('to',
			    case when v_text like '%T%'
			    then app.day_instant(p_key, v_text, v_zone, 0)
			    else app.day_instant(p_key, v_text, v_zone, 1)
			    - interval '1 microsecond' end);
		end if;
		return jsonb_set(p, array['filter', p_key], v_out);
	end if;
	if jsonb_typeof(v) <> 'string' then
		perform app.fail_field(p_key, 'format');
	end if;
	v_text := v #>> '{}';
	v_op := coalesce(substring(v_text from '^(>=|<=|>|<|!)'), '');
	v_text := substr(v_text, length(v_op) + 1);
	if v_text like '%T%' then
		return p;
	end if;
	v_from := app.day_instant(p_key, v_text, v_zone, 0);
	v_end := app.day_instant(p_key, v_text, v_zone, 1);
	case v_op
	when '' then
		v_out := jsonb_build_object('from', v_from, 'to',
		    v_end - interval '1 microsecond');
	when '>=' then v_out := to_jsonb('>=' || v_from::text);
	when '>' then v_out := to_jsonb('>=' || v_end::text);
	when '<' then v_out := to_jsonb('<' || v_from::text);
	when '<=' then v_out := to_jsonb('<' || v_end::text);
	else perform app.fail_field(p_key, 'filter');
	end case;
	return jsonb_set(p, array['filter', p_key], v_out);
end $$;

-- Midnight of a day (plus p_plus days) in a zone, or the instant itself.
create or replace function app.day_instant(p_key text, p_text text,
    p_zone text, p_plus integer)
returns timestamptz
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
begin
	if p_text !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]+(Z|[+-][0-9:]+)?)?$' then
		perform app.fail_field(p_key, 'format');
	end if;
	if p_text like '%T%' then
		return p_text::timestamptz;
	end if;
	return (p_text::date + p_plus)::timestamp at time zone p_zone;
exception when data_exception then
	perform app.fail_field(p_key, 'format');
end $$;

-- Text of a parameter: trimmed, null when empty.
create or replace function app.text(p jsonb, p_key text) returns text
language sql immutable set search_path = pg_catalog, pg_temp
as $$ select nullif(btrim(p ->> p_key), '') $$;

-- The id of the branch that a code means, within the caller's scope; null
-- for no code.
create or replace function app.branch_ref(p_code text) returns smallint
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
	v_id smallint;
begin
	if p_code is null then
		return null;
	end if;
	select b.id into v_id from app.branch b
	where b.code = p_code and b.active
	and (app.scope() = 'all' or b.id = app.branch_id());
	if v_id is null then
		perform app.fail_missing('branch');
	end if;
	return v_id;
end $$;

create or replace function app.partner_ref(p_code text) returns integer
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
	v_id integer;
begin
	if p_code is null then
		return null;
	end if;
	select x.id into v_id from app.partner x
	where x.code = p_code and x.active
	and (app.scope() <> 'partner' or x.id = app.partner_id());
	if v_id is null then
		perform app.fail_missing('partner');
	end if;
	return v_id;
end $$;

--
-- Users
--

-- A role that could give itself everything: super-admin, or one that may
-- edit roles. Only who has such a role may give it or touch who has it.
create or replace function app.role_is_super(p_role text) returns boolean
language sql stable set search_path = pg_catalog, pg_temp
as $$
	select p_role = 'super-admin' or exists (
	    select from app.role_perm r where r.role_id = p_role
	    and r.perm in ('role.create', 'role.update'))
$$;

create or replace function app.caller_is_super() returns boolean
language sql stable set search_path = pg_catalog, pg_temp
as $$
	select app.user_id() is null or coalesce((
	    select app.role_is_super(u.role_id) from app.app_user u
	    where u.id = app.user_id()), false)
$$;

-- The user of that name, locked, for a change: not_found, or denied when he
-- stands above the caller.
create or replace function app.user_for_update(p_name text)
returns app.app_user
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
	u app.app_user;
begin
	select * into u from app.app_user x where x.name = lower(p_name)
	for no key update;
	if not found then
		perform app.fail_missing('name');
	end if;
	if app.role_is_super(u.role_id) and not app.caller_is_super() then
		perform app.fail('denied', '{"perm": "role.update"}');
	end if;
	return u;
end $$;

-- What the audit keeps of a user: never the hash.
create or replace function app.user_json(u app.app_user) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp
as $$
	select to_jsonb(u) - 'password' - 'last_login_at' - 'last_login_addr'
$$;

create or replace function app.user_locked(p_name text) returns boolean
language sql stable set search_path = pg_catalog, pg_temp
as $$
	select exists (select from app.login_failure f
	    where f.name = p_name and f.locked_until > app.now())
$$;

create or replace function app.sessions_end(p_user integer, p_reason text)
returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
	update app.session s set ended_at = app.now(), end_reason = p_reason
	where s.user_id = p_user and s.ended_at is null;
	perform app.notify('session', '');
end $$;

select app.list_declare('user',
    'app.app_user u join app.branch b on b.id = u.branch_id',
    'u.id', 'integer', 'name',
    'position(lower($q) in u.name) > 0
    or position(lower($q) in lower(u.full_name)) > 0', array[
	['name', 'u.name', 'text', '=', '='],
	['full_name', 'u.full_name', 'text', '=', '='],
	['role', 'u.role_id', 'text', '=', '='],
	['scope', 'u.scope', 'text', '=', '='],
	['branch', 'b.code', 'text', '=', '='],
	['active', 'u.active', 'boolean', '=', '='],
	['locked', 'app.user_locked(u.name)', 'boolean', null, '='],
	['last_login_at', 'app.instant(u.last_login_at)', 'text', null, null]
    ]);

create or replace function api.user_list(p jsonb) returns json
language sql security definer set search_path = pg_catalog, pg_temp
as $$ select app.list_run('user', p) $$;

create or replace function api.user_get(p jsonb) returns json
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
	v json;
begin
	select json_build_object('name', u.name, 'full_name', u.full_name,
	    'role', u.role_id, 'role_label', r.label, 'scope', u.scope,
	    'branch', b.code, 'partner', x.code, 'phone', u.phone,
	    'email', u.email, 'lang', u.lang, 'active', u.active,
	    'locked', app.user_locked(u.name), 'must_change', u.must_change,
	    'created_at', app.instant(u.created_at),
	    'last_login_at', app.instant(u.last_login_at),
	    'last_login_addr', u.last_login_addr,
	    'sessions', (select count(*) from app.session s
	        where s.user_id = u.id and s.ended_at is null
	        and s.expires_at > app.now()),
	    'version', u.version)
	into v
	from app.app_user u
	join app.role r on r.id = u.role_id
	join app.branch b on b.id = u.branch_id
	left join app.partner x on x.id = u.partner_id
	where u.name = lower(p ->> 'name');
	if v is null then
		perform app.fail_missing('name');
	end if;
	return v;
end $$;

-- Inserts a user from the parameters of user.create or of the command line.
create or replace function app.user_insert(p jsonb, p_must_change boolean)
returns app.app_user
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
	u app.app_user;
	v_role app.role;
	v_scope text;
	v_partner integer := app.partner_ref(app.text(p, 'partner'));
	v_name text := lower(app.text(p, 'name'));
begin
	if v_name is null then
		perform app.fail_field('name', 'required');
	end if;
	if app.text(p, 'hash') is null then
		perform app.fail_field('password', 'required');
	end if;
	if app.text(p, 'role') is null then
		perform app.fail_field('role', 'required');
	end if;
	select * into v_role from app.role r where r.id = app.text(p, 'role');
	if not found then
		perform app.fail_missing('role');
	end if;
	if app.role_is_super(v_role.id) and not app.caller_is_super() then
		perform app.fail('denied', '{"perm": "role.update"}');
	end if;
	v_scope := coalesce(app.text(p, 'scope'), v_role.scope);
	if v_scope = 'partner' and v_partner is null then
		perform app.fail_field('partner', 'required');
	end if;
	insert into app.app_user (name, full_name, role_id, scope, branch_id,
	    partner_id, phone, email, lang, password, must_change, created_at)
	values (v_name, coalesce(app.text(p, 'full_name'), v_name), v_role.id,
	    v_scope, coalesce(app.branch_ref(app.text(p, 'branch')),
	    app.branch_id(), 1::smallint), v_partner,
	    app.phone(app.text(p, 'phone')), app.text(p, 'email'),
	    coalesce(app.text(p, 'lang'), 'id'), p ->> 'hash', p_must_change,
	    app.now())
	returning * into u;
	return u;
end $$;

create or replace function api.user_create(p jsonb) returns json
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
	v json;
	u app.app_user;
begin
	v := app.op_begin('user.create', p - 'hash');
	if v is not null then
		return v;
	end if;
	u := app.user_insert(p, true);
	return app.op_end(p, 'user', u.name, json_build_object('name', u.name),
	    null, app.user_json(u));
end $$;

-- Refuses what would leave the company without a super-admin, or the caller
-- without his own rights.
create or replace function app.user_guard(u app.app_user, p_role text,
    p_active boolean)
returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
	if p_role = u.role_id and (p_active or not u.active) then
		return;
	end if;
	if u.role_id = 'super-admin' and u.active then
		-- Two that demote each other at once wait for one another here.
		perform from app.role r where r.id = 'super-admin' for update;
		if not exists (select from app.app_user x
		    where x.role_id = 'super-admin' and x.active
		    and x.id <> u.id) then
			perform app.fail('bad_state', '{"state": "last"}');
		end if;
	end if;
	if u.id = app.user_id() then
		perform app.fail('bad_state', '{"state": "self"}');
	end if;
end $$;

create or replace function api.user_update(p jsonb) returns json
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
	v json;
	u app.app_user;
	n app.app_user;
	v_role app.role;
begin
	v := app.op_begin('user.update', p);
	if v is not null then
		return v;
	end if;
	u := app.user_for_update(p ->> 'name');
	if (p ->> 'version')::integer <> u.version then
		perform app.fail('conflict');
	end if;
	n := u;
	n.full_name := coalesce(app.text(p, 'full_name'), u.full_name);
	n.active := coalesce((p ->> 'active')::boolean, u.active);
	n.lang := coalesce(app.text(p, 'lang'), u.lang);
	if p ? 'phone' then
		n.phone := app.phone(app.text(p, 'phone'));
	end if;
	if p ? 'email' then
		n.email := app.text(p, 'email');
	end if;
	if p ? 'partner' then
		n.partner_id := app.partner_ref(app.text(p, 'partner'));
	end if;
	n.branch_id := coalesce(app.branch_ref(app.text(p, 'branch')),
	    u.branch_id);
	if app.text(p, 'role') is not null then
		select * into v_role from app.role r
		where r.id = app.text(p, 'role');
		if not found then
			perform app.fail_missing('role');
		end if;
		if app.role_is_super(v_role.id) and not app.caller_is_super() then
			perform app.fail('denied', '{"perm": "role.update"}');
		end if;
		n.role_id := v_role.id;
		-- Another role's view comes with it, unless one is given.
		if v_role.id <> u.role_id then
			n.scope := v_role.scope;
		end if;
	end if;
	n.scope := coalesce(app.text(p, 'scope'), n.scope);
	-- Who sees little must not make himself see all.
	if u.id = app.user_id() and not app.caller_is_super()
	    and (n.scope, n.branch_id, n.partner_id) is distinct from
	    (u.scope, u.branch_id, u.partner_id) then
		perform app.fail('bad_state', '{"state": "self"}');
	end if;
	if n.scope = 'partner' and n.partner_id is null then
		perform app.fail_field('partner', 'required');
	end if;
	perform app.user_guard(u, n.role_id, n.active);
	update app.app_user x set full_name = n.full_name,
	    role_id = n.role_id, scope = n.scope, branch_id = n.branch_id,
	    partner_id = n.partner_id, phone = n.phone, email = n.email,
	    lang = n.lang, active = n.active, version = x.version + 1
	where x.id = u.id returning * into n;
	if u.active and not n.active then
		perform app.sessions_end(u.id, 'deactivated');
	elsif (n.role_id, n.scope, n.branch_id, n.partner_id) is distinct from
	    (u.role_id, u.scope, u.branch_id, u.partner_id) then
		perform app.notify('session', '');
	end if;
	return app.op_end(p, 'user', n.name,
	    json_build_object('name', n.name, 'version', n.version),
	    app.user_json(u), app.user_json(n));
end $$;

-- Sets a password made by somebody else, unlocks the name, ends the sessions.
create or replace function app.user_set_password(u app.app_user, p_hash text,
    p_must_change boolean)
returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
	if coalesce(p_hash, '') = '' then
		perform app.fail_field('password', 'required');
	end if;
	update app.app_user x set password = p_hash,
	    must_change = p_must_change, version = x.version + 1
	where x.id = u.id;
	delete from app.login_failure f where f.name = u.name;
	perform app.sessions_end(u.id, 'password reset');
end $$;

create or replace function api.user_reset(p jsonb) returns json
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
	v json;
	u app.app_user;
begin
	v := app.op_begin('user.reset', p - 'hash');
	if v is not null then
		return v;
	end if;
	u := app.user_for_update(p ->> 'name');
	-- One's own is changed by user.password, which asks for the old one.
	if u.id = app.user_id() then
		perform app.fail('bad_state', '{"state": "self"}');
	end if;
	perform app.user_set_password(u, p ->> 'hash', true);
	return app.op_end(p, 'user', u.name, json_build_object('name', u.name),
	    null, '{"password": "reset", "must_change": true}');
end $$;

create or replace function api.user_unlock(p jsonb) returns json
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
	v json;
	v_name text;
	v_count bigint;
begin
	v := app.op_begin('user.unlock', p);
	if v is not null then
		return v;
	end if;
	select u.name into v_name from app.app_user u
	where u.name = lower(p ->> 'name');
	if not found then
		perform app.fail_missing('name');
	end if;
	delete from app.login_failure f where f.name = v_name;
	get diagnostics v_count = row_count;
	return app.op_end(p, 'user', v_name, json_build_object('name', v_name,
	    'unlocked', v_count > 0), null, '{"locked": false}');
end $$;

--
-- The same for the command line, which runs as the owner. The migrator keeps
-- names that start with admin_ from the runtime role.
--

create or replace function api.admin_user_add(p jsonb) returns json
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
	u app.app_user;
begin
	u := app.user_insert(p, coalesce((p ->> 'must_change')::boolean, true));
	return app.op_end(p, 'user', u.name, json_build_object('name', u.name),
	    null, app.user_json(u));
end $$;

create or replace function api.admin_user_password(p jsonb) returns json
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
	u app.app_user := app.user_for_update(p ->> 'name');
begin
	perform app.user_set_password(u, p ->> 'hash',
	    coalesce((p ->> 'must_change')::boolean, true));
	return app.op_end(p, 'user', u.name, json_build_object('name', u.name),
	    null, '{"password": "set"}');
end $$;

create or replace function api.admin_user_unlock(p jsonb) returns json
language sql set search_path = pg_catalog, pg_temp
as $$ select api.user_unlock(p) $$;

--
-- Roles
--

select app.list_declare('role', 'app.role r', 'r.id', 'text', 'id',
    'position(lower($q) in r.id) > 0
    or position(lower($q) in lower(r.label)) > 0', array[
	['id', 'r.id', 'text', '=', '='],
	['label', 'r.label', 'text', '=', '='],
	['scope', 'r.scope', 'text', '=', '='],
	['users', '(select count(*) from app.app_user u
	    where u.role_id = r.id)', 'bigint', '=', '='],
	['builtin', 'r.builtin', 'boolean', '=', '=']
    ]);

create or replace function api.role_list(p jsonb) returns json
language sql security definer set search_path = pg_catalog, pg_temp
as $$ select app.list_run('role', p) $$;

create or replace function api.role_get(p jsonb) returns json
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
	v json;
begin
	select json_build_object('id', r.id, 'label', r.label,
	    'scope', r.scope, 'builtin', r.builtin,
	    'users', (select count(*) from app.app_user u
	        where u.role_id = r.id),
	    'perms', (select coalesce(json_agg(x.perm order by x.perm), '[]')
	        from app.role_perm x where x.role_id = r.id))
	into v from app.role r where r.id = p ->> 'id';
	if v is null then
		perform app.fail_missing('id');
	end if;
	return v;
end $$;

select app.list_declare('role.rights', 'app.perm p cross join app.role r',
    'p.perm', 'text', 'order',
    'position(lower($q) in p.perm) > 0
    or position(lower($q) in lower(p.label)) > 0', array[
	['perm', 'p.perm', 'text', '=', '='],
	['label', 'p.label', 'text', '=', '='],
	['granted', 'exists (select from app.role_perm x
	    where x.role_id = r.id and x.perm = p.perm)', 'boolean', null, '='],
	['used', 'p.used', 'boolean', null, '='],
	['verb', 'substring(p.perm
	    from ''\.(view|create|update|delete|approve|run)$'')',
	    'text', null, '='],
	['-order', '(case when p.used then ''0'' else ''1'' end) || p.perm',
	    'text', '=', null],
	['-role', 'r.id', 'text', null, '=']
    ]);

-- Every right there is and whether the role of the filter has it; `used`
-- tells those that some method of this program asks for, which come first.
create or replace function api.role_rights(p jsonb) returns json
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
	if jsonb_typeof(p #> '{filter,role}') is distinct from 'string' then
		perform app.fail_field('role', 'required');
	end if;
	if not exists (select from app.role r
	    where r.id = p #>> '{filter,role}') then
		perform app.fail_missing('role');
	end if;
	return app.list_run('role.rights', p);
end $$;

create or replace function app.role_json(r app.role) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp
as $$
	select to_jsonb(r) || jsonb_build_object('perms', (
	    select coalesce(jsonb_agg(x.perm order by x.perm), '[]')
	    from app.role_perm x where x.role_id = r.id))
$$;

create or replace function api.role_create(p jsonb) returns json
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
	v json;
	r app.role;
	v_like app.role;
begin
	v := app.op_begin('role.create', p);
	if v is not null then
		return v;
	end if;
	if app.text(p, 'like') is not null then
		select * into v_like from app.role x
		where x.id = app.text(p, 'like');
		if not found then
			perform app.fail_missing('like');
		end if;
	end if;
	insert into app.role (id, label, scope)
	values (lower(app.text(p, 'id')), app.text(p, 'label'),
	    coalesce(app.text(p, 'scope'), v_like.scope, 'all'))
	returning * into r;
	insert into app.role_perm (role_id, perm)
	select r.id, x.perm from app.role_perm x where x.role_id = v_like.id;
	return app.op_end(p, 'role', r.id, json_build_object('id', r.id),
	    null, app.role_json(r));
end $$;

-- Refuses a change of a role's rights that names unknown ones, or that takes
-- from super-admin what nobody else could give back.
create or replace function app.role_change_check(p_role text, p jsonb)
returns void
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
	v_field text;
	v_perm text;
begin
	foreach v_field in array array['grant', 'revoke'] loop
		for v_perm in select x from jsonb_array_elements_text(
		    coalesce(nullif(p -> v_field, 'null'), '[]')) x
		loop
			if not exists (select from app.perm m
			    where m.perm = v_perm) then
				perform app.fail_missing(v_field);
			end if;
			if v_field <> 'revoke' then
				continue;
			end if;
			if p -> 'grant' ? v_perm then
				perform app.fail_field('revoke', 'duplicate');
			end if;
			if p_role = 'super-admin'
			    and v_perm ~ '^(role|setting)\.' then
				perform app.fail('bad_state', jsonb_build_object(
				    'state', 'last', 'perm', v_perm));
			end if;
		end loop;
	end loop;
	if p_role = 'super-admin'
	    and coalesce(app.text(p, 'scope'), 'all') <> 'all' then
		perform app.fail('bad_state', '{"state": "last"}');
	end if;
end $$;

-- A new scope of a role is also that of its users who had the old one; who
-- was given another keeps it.
create or replace function api.role_update(p jsonb) returns json
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
	v json;
	r app.role;
	n app.role;
	v_old jsonb;
begin
	v := app.op_begin('role.update', p);
	if v is not null then
		return v;
	end if;
	select * into r from app.role x where x.id = p ->> 'id' for update;
	if not found then
		perform app.fail_missing('id');
	end if;
	perform app.role_change_check(r.id, p);
	v_old := app.role_json(r);
	update app.role x set label = coalesce(app.text(p, 'label'), r.label),
	    scope = coalesce(app.text(p, 'scope'), r.scope)
	where x.id = r.id returning * into n;
	if n.scope <> r.scope then
		update app.app_user u set scope = n.scope,
		    version = u.version + 1
		where u.role_id = r.id and u.scope = r.scope
		and (n.scope <> 'partner' or u.partner_id is not null);
	end if;
	insert into app.role_perm (role_id, perm)
	select r.id, x from jsonb_array_elements_text(
	    coalesce(nullif(p -> 'grant', 'null'), '[]')) x
	on conflict do nothing;
	delete from app.role_perm x where x.role_id = r.id
	and coalesce(nullif(p -> 'revoke', 'null'), '[]') ? x.perm;
	perform app.notify('session', '');
	return app.op_end(p, 'role', r.id, json_build_object('id', r.id),
	    v_old, app.role_json(n));
end $$;

create or replace function api.role_delete(p jsonb) returns json
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
	v json;
	r app.role;
	v_old jsonb;
	v_users bigint;
begin
	v := app.op_begin('role.delete', p);
	if v is not null then
		return v;
	end if;
	select * into r from app.role x where x.id = p ->> 'id' for update;
	if not found then
		perform app.fail_missing('id');
	end if;
	if r.builtin then
		perform app.fail('bad_state', '{"state": "builtin"}');
	end if;
	select count(*) into v_users from app.app_user u
	where u.role_id = r.id;
	if v_users > 0 then
		perform app.fail('in_use',
		    jsonb_build_object('count', v_users));
	end if;
	v_old := app.role_json(r);
	delete from app.role x where x.id = r.id;
	return app.op_end(p, 'role', r.id, json_build_object('id', r.id),
	    v_old, '{"deleted": true}');
end $$;
