-- SPDX-License-Identifier: GPL-3.0-or-later
-- What every function leans on: errors, context, operation ids, numbers,
-- audit, settings. Built anew with the schema api.

-- Refuses: the wire name of the error table and its arguments. `field` in the
-- arguments names the parameter at fault.
create or replace function app.fail(p_code text, p_args jsonb default '{}')
returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
	raise exception using errcode = 'ZB000', message = p_code,
	    detail = p_args::text;
end $$;

create or replace function app.fail_field(p_field text, p_rule text)
returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
	perform app.fail('bad_field',
	    jsonb_build_object('field', p_field, 'rule', p_rule));
end $$;

create or replace function app.fail_missing(p_field text)
returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
	perform app.fail('not_found', jsonb_build_object('field', p_field));
end $$;

-- The value of a setting, or its preset.
create or replace function app.setting(p_key text) returns text
language sql stable set search_path = pg_catalog, pg_temp
as $$ select coalesce(s.value, s.preset) from app.setting s where s.key = p_key $$;

create or replace function app.setting_int(p_key text) returns bigint
language sql stable set search_path = pg_catalog, pg_temp
as $$ select coalesce(s.value, s.preset)::bigint from app.setting s where s.key = p_key $$;

-- The business day of a branch (default: the user's).
create or replace function app.today(p_branch smallint default null)
returns date
language sql stable set search_path = pg_catalog, pg_temp
as $$
	select (app.now() at time zone b.zone)::date from app.branch b
	where b.id = coalesce(p_branch, app.branch_id(), 1::smallint)
$$;

-- RFC 3339 in UTC, as everything on the wire.
create or replace function app.instant(p timestamptz) returns text
language sql stable parallel safe set search_path = pg_catalog, pg_temp
as $$ select to_char(p at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') $$;

-- One stored form of a phone number: 62...
create or replace function app.phone(p text) returns text
language sql immutable set search_path = pg_catalog, pg_temp
as $$
	select case
	when d like '0%' then '62' || substr(d, 2)
	when d like '62%' then d
	when d = '' then null
	else '62' || d end
	from (select regexp_replace(coalesce(p, ''), '[^0-9]', '', 'g') as d) x
$$;

-- The context of this transaction. Everything that may differ between two
-- users goes through here, from a row read in the same transaction.
create or replace function app.set_context(p_user integer, p_session bigint,
    p_scope text, p_customer_scope text, p_branch smallint, p_partner integer,
    p_method text, p_addr text)
returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
	perform set_config('app.user', coalesce(p_user::text, ''), true),
	    set_config('app.session', coalesce(p_session::text, ''), true),
	    set_config('app.scope', p_scope, true),
	    set_config('app.customer_scope', p_customer_scope, true),
	    set_config('app.branch', coalesce(p_branch::text, ''), true),
	    set_config('app.partner', coalesce(p_partner::text, ''), true),
	    set_config('app.method', p_method, true),
	    set_config('app.addr', coalesce(p_addr, ''), true);
end $$;

-- The first statement of every request: who calls, may he, and what may he
-- see. Refuses with not_logged_in, password_change or denied.
-- p_timeout_ms replaces the role's statement time-out for this transaction.
create or replace function api.enter(p_token text, p_perm text,
    p_method text, p_addr text, p_first boolean,
    p_timeout_ms integer default null)
returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
	v record;
begin
	select s.id as session_id, u.id, u.scope, u.branch_id, u.partner_id,
	    u.must_change,
	    p_perm = '*self' or exists (select from app.role_perm r
	        where r.role_id = u.role_id and r.perm = p_perm) as may,
	    u.scope = 'own' and exists (select from app.role_perm r
	        where r.role_id = u.role_id and r.perm = 'payment.create') as clerk
	into v
	from app.session s join app.app_user u on u.id = s.user_id
	where s.token_hash = sha256(convert_to(p_token, 'UTF8'))
	and s.ended_at is null and s.expires_at > app.now() and u.active;
	if not found then
		perform app.fail('not_logged_in');
	end if;
	if v.must_change and not p_first then
		perform app.fail('password_change');
	end if;
	perform app.set_context(v.id, v.session_id, v.scope,
	    case when v.clerk then 'branch' else v.scope end, v.branch_id,
	    v.partner_id, p_method, p_addr);
	if not v.may then
		perform app.fail('denied', jsonb_build_object('perm', p_perm));
	end if;
	if p_timeout_ms is not null then
		perform set_config('statement_timeout', p_timeout_ms::text, true);
	end if;
end $$;

-- The context of the command line and of jobs: sees everything, is nobody.
create or replace function app.enter_system(p_method text) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
	perform app.set_context(null, null, 'all', 'all', null, null, p_method,
	    'local');
end $$;

-- Right of the caller, inside a function that needs more than its own.
create or replace function app.may(p_perm text) returns boolean
language sql stable set search_path = pg_catalog, pg_temp
as $$
	select app.user_id() is null or exists (
	    select from app.app_user u join app.role_perm r
	    on r.role_id = u.role_id and r.perm = p_perm
	    where u.id = app.user_id())
$$;

-- Writes the audit row of a change. Of two objects only the members that
-- differ are kept.
create or replace function app.audit_write(p_object text, p_number text,
    p_old jsonb, p_new jsonb, p_reason text default null,
    p_op uuid default null)
returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
	v_old jsonb := p_old;
	v_new jsonb := p_new;
begin
	if p_old is not null and p_new is not null then
		select jsonb_object_agg(o.key, o.value)
		    filter (where p_new -> o.key is distinct from o.value)
		into v_old from jsonb_each(p_old) o;
		select jsonb_object_agg(n.key, n.value)
		    filter (where p_old -> n.key is distinct from n.value)
		into v_new from jsonb_each(p_new) n;
	end if;
	insert into app.audit (at, user_id, user_name, session_id, addr,
	    method, object, number, old, new, reason, op_id)
	select app.now(), app.user_id(),
	    (select u.name from app.app_user u where u.id = app.user_id()),
	    nullif(current_setting('app.session', true), '')::bigint,
	    nullif(current_setting('app.addr', true), ''),
	    coalesce(nullif(current_setting('app.method', true), ''), 'unknown'),
	    p_object, p_number, v_old, v_new, p_reason, p_op;
end $$;

-- Starts an operation. Null: carry it out. Otherwise the answer of the first
-- time. Waits for another transaction that is carrying out the same id.
create or replace function app.op_begin(p_method text, p jsonb) returns json
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
	v_op uuid := (p ->> 'op_id')::uuid;
	v_hash bytea;
	v record;
begin
	if v_op is null then
		return null;
	end if;
	v_hash := sha256(convert_to(p_method || ' ' || (p - 'op_id')::text,
	    'UTF8'));
	insert into app.op (op_id, method, params_hash, user_id, at)
	values (v_op, p_method, v_hash, coalesce(app.user_id(), 0), app.now())
	on conflict (op_id) do nothing;
	if found then
		return null;
	end if;
	-- A new statement, so it sees what the other transaction committed.
	select o.params_hash, o.user_id, o.answer into v from app.op o
	where o.op_id = v_op;
	if v.params_hash is distinct from v_hash
	    or v.user_id <> coalesce(app.user_id(), 0) then
		perform app.fail('op_conflict');
	end if;
	return v.answer;
end $$;

-- Ends an operation: stores its answer, writes the audit row, tells the
-- terminals that watch (ids only, in the commit).
create or replace function app.op_end(p jsonb, p_object text, p_number text,
    p_answer json, p_old jsonb default null, p_new jsonb default null,
    p_reason text default null)
returns json
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
	v_op uuid := (p ->> 'op_id')::uuid;
begin
	if v_op is not null then
		update app.op set answer = p_answer where op_id = v_op;
	end if;
	perform app.audit_write(p_object, p_number, p_old,
	    coalesce(p_new, p - 'op_id'), p_reason, v_op);
	perform app.notify(p_object, p_number);
	return p_answer;
end $$;

create or replace function app.notify(p_topic text, p_number text)
returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
	perform pg_notify('jabbar', p_topic || ':' || coalesce(p_number, ''));
end $$;

-- The next number of a series without gaps: KIND-YYYYMM-NNNNN, the branch's
-- code before it from the second branch on. Locks the series until the
-- transaction ends: call it last.
create or replace function app.next_number(p_kind text, p_branch smallint,
    p_date date)
returns text
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
	v_last bigint;
	v_period text := to_char(p_date, 'YYYYMM');
begin
	insert into app.counter as c (branch_id, kind, period, last)
	values (p_branch, p_kind, v_period, 1)
	on conflict (branch_id, kind, period) do update set last = c.last + 1
	returning c.last into v_last;
	return case when p_branch = 1 then ''
	    else (select b.code || '-' from app.branch b where b.id = p_branch)
	    end || p_kind || '-' || v_period || '-' ||
	    lpad(v_last::text, greatest(5, length(v_last::text)), '0');
end $$;

-- A refusal left no trace in its own transaction, so core reports it apart.
create or replace function api.audit_refusal(p_token text, p_method text,
    p_addr text, p_code text, p_args text)
returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
	insert into app.audit (at, user_id, user_name, session_id, addr,
	    method, object, new)
	select app.now(), u.id, u.name, s.id, p_addr, p_method, 'refusal',
	    jsonb_build_object('code', p_code, 'args', p_args)
	from (select 1) one
	left join app.session s
	    on s.token_hash = sha256(convert_to(coalesce(p_token, ''), 'UTF8'))
	left join app.app_user u on u.id = s.user_id;
end $$;

-- The rights that the program knows, handed over by the migrator. A right
-- that is new goes to the roles of its row; one that is gone goes away; what
-- an owner changed since stays.
create or replace function app.sync_permissions(p_roles jsonb, p_perms jsonb)
returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
	insert into app.role (id, label, scope, builtin)
	select r ->> 'id', r ->> 'label', r ->> 'scope', true
	from jsonb_array_elements(p_roles) r
	on conflict (id) do nothing;

	with fresh as (
		insert into app.perm (perm, label, used)
		select x ->> 'perm', x ->> 'label',
		    coalesce((x ->> 'used')::boolean, true)
		from jsonb_array_elements(p_perms) x
		where not exists (select from app.perm p
		    where p.perm = x ->> 'perm')
		returning perm
	)
	insert into app.role_perm (role_id, perm)
	select r.role, f.perm
	from fresh f
	join jsonb_array_elements(p_perms) x on x ->> 'perm' = f.perm
	cross join jsonb_array_elements_text(x -> 'roles') r(role);

	update app.perm p set label = x ->> 'label',
	    used = coalesce((x ->> 'used')::boolean, true)
	from jsonb_array_elements(p_perms) x
	where x ->> 'perm' = p.perm and (x ->> 'label', coalesce(
	    (x ->> 'used')::boolean, true)) is distinct from
	    (p.label, p.used);
	delete from app.perm p where not exists (
	    select from jsonb_array_elements(p_perms) x
	    where x ->> 'perm' = p.perm);
end $$;

create or replace function app.sync_settings(p_rows jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
	insert into app.setting as s
	    (key, type, min, max, preset, label, choices, pos)
	select x ->> 'key', x ->> 'type', (x ->> 'min')::bigint,
	    (x ->> 'max')::bigint, x ->> 'preset', x ->> 'label', x -> 'values',
	    n
	from jsonb_array_elements(p_rows) with ordinality t(x, n)
	on conflict (key) do update set type = excluded.type,
	    min = excluded.min, max = excluded.max, preset = excluded.preset,
	    label = excluded.label, choices = excluded.choices,
	    pos = excluded.pos;
	delete from app.setting s where not exists (
	    select from jsonb_array_elements(p_rows) x
	    where x ->> 'key' = s.key);
end $$;

truncate app.list_def cascade;
