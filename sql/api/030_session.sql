-- SPDX-License-Identifier: GPL-3.0-or-later
-- Login, sessions, one's own password. The hash of a password is checked and
-- made by a worker; these functions only see hashes.

-- What a login needs before the hash is checked: {locked, minutes} or
-- {hash, user}. An unknown name gets no hash; the worker then checks a dummy
-- one, so that time does not tell.
create or replace function api.login_begin(p_name text, p_addr text)
returns json
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
	v_until timestamptz;
	v_hash text;
begin
	select max(f.locked_until) into v_until from app.login_failure f
	where f.name = lower(p_name) and f.addr = p_addr
	and f.locked_until > app.now();
	if v_until is not null then
		return json_build_object('locked', true, 'minutes',
		    ceil(extract(epoch from v_until - app.now()) / 60)::integer);
	end if;
	select u.password into v_hash from app.app_user u
	where u.name = lower(p_name) and u.active;
	return json_build_object('hash', v_hash);
end $$;

-- The rights of a user as permission names; core turns them into methods.
create or replace function app.session_answer(p_user integer, p_token text)
returns json
language sql stable set search_path = pg_catalog, pg_temp
as $$
	select json_build_object('token', p_token,
	    'must_change', u.must_change,
	    'perms', (select coalesce(json_agg(r.perm order by r.perm), '[]')
	        from app.role_perm r where r.role_id = u.role_id),
	    'user', json_build_object('name', u.name, 'full_name', u.full_name,
	        'role', u.role_id, 'role_label', ro.label, 'branch', b.code,
	        'zone', b.zone, 'scope', u.scope, 'lang', u.lang,
	        'last_login_at', app.instant(u.last_login_at),
	        'last_login_addr', u.last_login_addr),
	    'company', json_build_object('name', app.setting('company_name')))
	from app.app_user u
	join app.role ro on ro.id = u.role_id
	join app.branch b on b.id = u.branch_id
	where u.id = p_user
$$;

-- Ends a login whose hash was checked. p_ok false counts the failure and is
-- refused with bad_login or locked, in the answer {refused, args}, so that
-- the count is committed.
create or replace function api.login_end(p_name text, p_addr text,
    p_ok boolean, p_token text, p_client text)
returns json
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
	v_user record;
	v_failures integer;
	v_max integer := app.setting_int('lockout_failures');
	v_minutes integer := app.setting_int('lockout_minutes');
	v_answer json;
begin
	perform app.set_context(null, null, 'all', 'all', null, null,
	    'session.login', p_addr);
	select u.* into v_user from app.app_user u
	where u.name = lower(p_name) and u.active;
	if not p_ok or v_user.id is null then
		insert into app.login_failure as f (name, addr, failures, last_at)
		values (left(lower(p_name), 64), p_addr, 1, app.now())
		on conflict (name, addr) do update set
		    -- Old failures are forgotten with the lock's length.
		    failures = case when f.last_at <
		        app.now() - make_interval(mins => v_minutes)
		        then 1 else f.failures + 1 end,
		    last_at = app.now(), locked_until = null
		returning f.failures into v_failures;
		if v_failures >= v_max then
			update app.login_failure f set failures = 0, locked_until =
			    app.now() + make_interval(mins => v_minutes)
			where f.name = left(lower(p_name), 64) and f.addr = p_addr;
		end if;
		perform app.audit_write('login', left(lower(p_name), 64), null,
		    jsonb_build_object('ok', false, 'failures', v_failures));
		if v_failures >= v_max then
			return json_build_object('refused', 'locked', 'args',
			    json_build_object('minutes', v_minutes));
		end if;
		return json_build_object('refused', 'bad_login', 'args',
		    json_build_object('left', v_max - v_failures));
	end if;

	-- The answer first: it tells of the login before this one.
	v_answer := app.session_answer(v_user.id, p_token);
	delete from app.login_failure f
	where f.name = v_user.name and f.addr = p_addr;
	update app.app_user u set last_login_at = app.now(),
	    last_login_addr = p_addr where u.id = v_user.id;
	insert into app.session (token_hash, user_id, addr, client, created_at,
	    seen_at, expires_at)
	values (sha256(convert_to(p_token, 'UTF8')), v_user.id, p_addr, p_client,
	    app.now(), app.now(), app.now() +
	    make_interval(hours => app.setting_int('session_hours')::integer));
	perform app.set_context(v_user.id, null, 'all', 'all',
	    v_user.branch_id, null, 'session.login', p_addr);
	perform app.audit_write('login', v_user.name, null,
	    jsonb_build_object('ok', true, 'client', p_client));
	return v_answer;
end $$;

-- Takes a session up again. Refused with not_logged_in once it ended.
create or replace function api.session_resume(p_token text, p_addr text,
    p_client text)
returns json
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
	v_user integer;
begin
	update app.session s set seen_at = app.now(), addr = p_addr,
	    client = coalesce(p_client, s.client)
	from app.app_user u
	where s.token_hash = sha256(convert_to(p_token, 'UTF8'))
	and s.ended_at is null and s.expires_at > app.now()
	and u.id = s.user_id and u.active
	returning s.user_id into v_user;
	if v_user is null then
		perform app.fail('not_logged_in');
	end if;
	return app.session_answer(v_user, p_token);
end $$;

-- Rights of a live session, read again after a role changed: null when it
-- ended meanwhile.
create or replace function api.session_rights(p_token text) returns json
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
	select app.session_answer(s.user_id, p_token) from app.session s
	join app.app_user u on u.id = s.user_id and u.active
	where s.token_hash = sha256(convert_to(p_token, 'UTF8'))
	and s.ended_at is null and s.expires_at > app.now()
$$;

select app.list_declare('session',
    'app.session s join app.app_user u on u.id = s.user_id',
    's.id', 'bigint', '-id', 'position(lower($q) in u.name) > 0
    or position(lower($q) in lower(s.addr)) > 0', array[
	['id', 's.id', 'bigint', '=', null],
	['user', 'u.name', 'text', '=', '='],
	['addr', 's.addr', 'text', null, '='],
	['client', 's.client', 'text', null, null],
	['created_at', 'app.instant(s.created_at)', 'text', null, null],
	['seen_at', 'app.instant(s.seen_at)', 'text', null, null],
	['current', $x$s.id::text = current_setting('app.session', true)$x$,
	    'boolean', null, null]
    ]);

create or replace function api.session_list(p jsonb) returns json
language sql security definer set search_path = pg_catalog, pg_temp
as $$
	select app.list_run('session', p,
	    's.ended_at is null and s.expires_at > app.now()' ||
	    case when app.may('session.manage') then ''
	    else ' and s.user_id = app.user_id()' end)
$$;

-- Ends one's own session, or another one: one's own other terminal, or with
-- the right to manage sessions anybody's.
create or replace function api.session_end(p jsonb) returns json
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
	v_id bigint := coalesce((p ->> 'id')::bigint,
	    current_setting('app.session', true)::bigint);
	v_user record;
begin
	update app.session s set ended_at = app.now(), end_reason =
	    case when s.user_id = app.user_id() then 'logout' else 'ended by ' ||
	    (select u.name from app.app_user u where u.id = app.user_id()) end
	where s.id = v_id and s.ended_at is null
	and (s.user_id = app.user_id() or app.may('session.manage'))
	returning s.id, s.user_id into v_user;
	if v_user.id is null then
		perform app.fail_missing('id');
	end if;
	perform app.audit_write('session', v_id::text, null,
	    jsonb_build_object('ended', true));
	perform app.notify('session', v_id::text);
	return json_build_object('id', v_id);
end $$;

-- The hash of one's own password, for the check of the old one.
create or replace function api.own_hash(p_token text) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
	select u.password from app.session s
	join app.app_user u on u.id = s.user_id and u.active
	where s.token_hash = sha256(convert_to(p_token, 'UTF8'))
	and s.ended_at is null and s.expires_at > app.now()
$$;

-- Stores a new password of one's own (`hash`, made by the worker after it
-- verified the old one) and ends the user's other sessions.
create or replace function api.user_password(p jsonb) returns json
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
	update app.app_user u set password = p ->> 'hash', must_change = false,
	    version = u.version + 1
	where u.id = app.user_id();
	update app.session s set ended_at = app.now(),
	    end_reason = 'password changed'
	where s.user_id = app.user_id() and s.ended_at is null
	and s.id::text <> current_setting('app.session', true);
	perform app.audit_write('user', (select u.name from app.app_user u
	    where u.id = app.user_id()), null, '{"password": "changed"}');
	perform app.notify('session', '');
	return json_build_object('changed', true);
end $$;
