-- SPDX-License-Identifier: GPL-3.0-or-later
-- Users, roles, settings, audit: who may change whom, what is refused, and
-- that nobody can lock the company out.
begin;
select plan(106);

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
create function public.run(p_method text, p jsonb) returns void
language sql as $$ select call(p_method, p) $$;
create function public.act(p_user text) returns void language sql as $$
	select api.enter(p_user, '*self', 'test.call', 'test', false)
$$;
-- A live session of a user, whose token is his name.
create function public.log_in(p_user text) returns void language sql as $$
	insert into app.session (token_hash, user_id, addr, created_at, seen_at,
	    expires_at)
	select sha256(convert_to(p_user, 'UTF8')), u.id, 'test', app.now(),
	    app.now(), app.now() + interval '1 day'
	from app.app_user u where u.name = p_user
$$;
create function public.live(p_user text) returns bigint language sql as $$
	select count(*) from app.session s join app.app_user u
	on u.id = s.user_id where u.name = p_user and s.ended_at is null
$$;
grant execute on all functions in schema public to public;

set local app.clock = '2026-03-10 03:00:00+00';
set local role jabbar_owner;

insert into app.branch (code, name) values ('UTR', 'Utara'), ('TUT', 'Tutup');
update app.branch set active = false where code = 'TUT';
insert into app.partner (code, name) values ('MITRA1', 'Mitra Satu'),
    ('MITRA2', 'Mitra Dua');

--
-- The command line
--
select app.enter_system('jabbard user');
select is(api.admin_user_add('{"name": "Owner", "role": "super-admin",
    "hash": "h1", "must_change": false}') ->> 'name', 'owner',
    'the command line adds a user; names are in lower case');
select results_eq($$ select full_name, role_id, scope, must_change, password
    from app.app_user where name = 'owner' $$,
    $$ values ('owner', 'super-admin', 'all', false, 'h1') $$,
    'with the scope of his role');
select is(refused($$ select api.admin_user_add(
    '{"name": "x1", "role": "king", "hash": "h"}') $$),
    'not_found {"field": "role"}', 'an unknown role is refused');
select is(refused($$ select api.admin_user_add(
    '{"name": "x1", "role": "noc"}') $$),
    'bad_field {"rule": "required", "field": "password"}',
    'and a user without a password');
select is(refused($$ select api.admin_user_password(
    '{"name": "nobody", "hash": "h"}') $$),
    'not_found {"field": "name"}', 'no password for nobody');
select log_in('owner');
insert into app.login_failure (name, addr, failures, last_at, locked_until)
values ('owner', 'a', 0, app.now(), app.now() + interval '10 minutes');
select is(api.admin_user_password('{"name": "OWNER", "hash": "h2"}') ->> 'name',
    'owner', 'the command line sets a password');
select results_eq($$ select password, must_change, app.user_locked(name),
    live(name) from app.app_user where name = 'owner' $$,
    $$ values ('h2', true, false, 0::bigint) $$,
    'which must be changed, unlocks, and ends the sessions');
update app.app_user set must_change = false where name = 'owner';
update app.session set ended_at = null;
select ok(not has_function_privilege('jabbar_run',
    'api.admin_user_add(jsonb)', 'execute'),
    'the runtime role cannot call what is for the command line');
select is((select count(*) from app.audit a where a.object = 'user'
    and a.user_id is null and a.new::text like '%h1%'), 0::bigint,
    'no hash in the audit');

--
-- Users
--
select act('owner');
select is(call('user.create', '{"name": "Ani", "hash": "h", "role": "admin",
    "full_name": "Ani Rahma", "phone": "0812"}') ->> 'name', 'ani',
    'a super-admin adds an administrator');
select is((select must_change from app.app_user where name = 'ani'), true,
    'whose first password must be changed');
select throws_ok($$ select api.user_create('{"name": "ANI", "hash": "h",
    "role": "noc"}') $$, '23505', null,
    'a name is taken once, in any case of letters (app_user_name_key)');
select is(refused($$ select api.user_create('{"name": "x1", "hash": "h"}') $$),
    'bad_field {"rule": "required", "field": "role"}', 'a user has a role');
select is(refused($$ select api.user_create('{"name": "x1", "hash": "h",
    "role": "reseller"}') $$),
    'bad_field {"rule": "required", "field": "partner"}',
    'who sees a partner has one');
select is(refused($$ select api.user_create('{"name": "x1", "hash": "h",
    "role": "noc", "branch": "TUT"}') $$), 'not_found {"field": "branch"}',
    'a closed branch takes nobody');
select run('user.create', '{"name": "mitra", "hash": "h", "role": "reseller",
    "partner": "MITRA1"}');
select run('user.create', '{"name": "tek", "hash": "h", "role": "technician",
    "branch": "UTR", "lang": "en"}');
select results_eq($$ select u.scope, b.code, u.lang from app.app_user u
    join app.branch b on b.id = u.branch_id where u.name = 'tek' $$,
    $$ values ('own', 'UTR', 'en') $$, 'scope comes from the role');
update app.app_user set must_change = false;
select log_in(n) from unnest(array['ani', 'mitra', 'tek']) n;

select act('ani');
select is(refused($$ select api.user_create('{"name": "x2", "hash": "h",
    "role": "super-admin"}') $$), 'denied {"perm": "role.update"}',
    'an administrator makes no super-admin');
select is(call('user.create', '{"name": "kasir", "hash": "h",
    "role": "finance", "scope": "own"}') ->> 'name', 'kasir',
    'but a clerk, who sees his own');
select is(refused($$ select api.user_update('{"name": "kasir",
    "role": "super-admin"}') $$), 'denied {"perm": "role.update"}',
    'nor does he raise one');
select is(refused($$ select api.user_update('{"name": "owner",
    "full_name": "x"}') $$), 'denied {"perm": "role.update"}',
    'he changes no super-admin');
select is(refused($$ select api.user_reset('{"name": "owner",
    "hash": "mine"}') $$), 'denied {"perm": "role.update"}',
    'and resets no password of one');
select is(refused($$ select api.user_update('{"name": "ani",
    "active": false}') $$), 'bad_state {"state": "self"}',
    'nobody deactivates himself');
select is(refused($$ select api.user_update('{"name": "ani",
    "role": "noc"}') $$), 'bad_state {"state": "self"}',
    'or takes his own role away');
select is(refused($$ select api.user_reset('{"name": "ani",
    "hash": "x"}') $$), 'bad_state {"state": "self"}',
    'or resets his own password without the old one');
update app.app_user set scope = 'branch' where name = 'ani';
select act('ani');
select is(refused($$ select api.user_update('{"name": "ani",
    "scope": "all"}') $$), 'bad_state {"state": "self"}',
    'or lets himself see more');
update app.app_user set scope = 'all' where name = 'ani';
select act('ani');

select is(call('user.update', '{"name": "TEK", "version": 1,
    "full_name": "Teknisi", "phone": "0813-1", "email": "a@b.id"}'),
    '{"name": "tek", "version": 2}', 'a user is changed');
select is(refused($$ select api.user_update('{"name": "tek", "version": 1,
    "full_name": "x"}') $$), 'conflict {}',
    'an older version is told of the conflict');
select run('user.update', '{"name": "tek", "email": ""}');
select results_eq($$ select full_name, phone, email, role_id, scope
    from app.app_user where name = 'tek' $$,
    $$ values ('Teknisi', '628131', null::text, 'technician', 'own') $$,
    'empty clears, absent stays');
select is(live('tek'), 1::bigint, 'his session lives on');
select run('user.update', '{"name": "tek", "role": "noc"}');
select results_eq($$ select role_id, scope from app.app_user
    where name = 'tek' $$, $$ values ('noc', 'all') $$,
    'another role brings its own scope');
select is(live('tek'), 1::bigint, 'a change of role keeps the session');
select is(refused($$ select api.enter('tek', 'customer.step', 'm', 'a', false) $$),
    'denied {"perm": "customer.step"}',
    'whose next request has the rights of the new role');
select act('ani');
select run('user.update', '{"name": "tek", "active": false}');
select is(live('tek'), 0::bigint, 'who is made inactive is logged out');
select is(refused($$ select api.enter('tek', '*self', 'm', 'a', false) $$),
    'not_logged_in {}', 'and out he is');
select act('ani');
select is(refused($$ select api.user_update('{"name": "ghost"}') $$),
    'not_found {"field": "name"}', 'an unknown user is not found');
select is(refused($$ select api.user_get('{"name": "ghost"}') $$),
    'not_found {"field": "name"}', 'nor shown');

insert into app.login_failure (name, addr, failures, last_at, locked_until)
values ('mitra', 'a', 0, app.now(), app.now() + interval '10 minutes'),
    ('mitra', 'b', 3, app.now(), null),
    ('kasir', 'a', 0, app.now(), app.now() + interval '10 minutes');
select is((select array_agg(r ->> 0) from jsonb_array_elements(
    call('user.list', '{"filter": {"locked": true}}') -> 'rows') r),
    array['kasir', 'mitra'], 'the list shows who is locked');
select is(call('user.list', '{"limit": 1}') -> 'cols', '["name", "full_name",
    "role", "scope", "branch", "active", "locked", "last_login_at"]',
    'the columns of the list');
select run('user.unlock', '{"name": "kasir"}');
select is(app.user_locked('kasir'), false, 'unlock takes the lock away');
select is(app.user_locked('mitra'), true, 'of that name only');
select is(refused($$ select api.user_unlock('{"name": "ghost"}') $$),
    'not_found {"field": "name"}', 'a name of nobody is not unlocked');
select run('user.reset', '{"name": "mitra", "hash": "h9"}');
select results_eq($$ select password, must_change, app.user_locked(name),
    live(name) from app.app_user where name = 'mitra' $$,
    $$ values ('h9', true, false, 0::bigint) $$,
    'a reset sets a first password, unlocks, ends the sessions');
select is((select count(*) from app.audit a where a.old::text || a.new::text
    like '%h9%'), 0::bigint, 'and leaves no hash in the audit');
select is(call('user.get', '{"name": "Mitra"}') - 'last_login_at'
    - 'last_login_addr' - 'created_at' - 'version', '{"name": "mitra",
    "full_name": "mitra", "role": "reseller", "role_label": "Reseller",
    "scope": "partner", "branch": "PST", "partner": "MITRA1", "phone": null,
    "email": null, "lang": "id", "active": true, "locked": false,
    "must_change": true, "sessions": 0}', 'user.get shows the user, no hash');

-- The last super-admin
select act('owner');
select is(refused($$ select api.user_update('{"name": "owner",
    "active": false}') $$), 'bad_state {"state": "last"}',
    'the last super-admin stays active');
select is(refused($$ select api.user_update('{"name": "owner",
    "role": "admin"}') $$), 'bad_state {"state": "last"}',
    'and keeps his role');
select run('user.create', '{"name": "boss", "hash": "h",
    "role": "super-admin"}');
select is(refused($$ select api.user_update('{"name": "owner",
    "role": "admin"}') $$), 'bad_state {"state": "self"}',
    'with a second one he still cannot demote himself');
select is(call('user.update', '{"name": "boss", "active": false}')
    ->> 'name', 'boss', 'but the other one');
select is(refused($$ select api.user_update('{"name": "owner",
    "active": false}') $$), 'bad_state {"state": "last"}',
    'an inactive super-admin does not count');

--
-- Roles
--
select is(call('role.create', '{"id": "Loket", "label": "Loket",
    "like": "finance"}') ->> 'id', 'loket', 'a role is made like another');
select is((select count(*) from app.role_perm where role_id = 'loket'),
    (select count(*) from app.role_perm where role_id = 'finance'),
    'with all of its rights');
select throws_ok($$ select api.role_create('{"id": "loket",
    "label": "x"}') $$, '23505', null, 'an id is taken once (role_id_key)');
select is(refused($$ select api.role_create('{"id": "r9", "label": "x",
    "like": "nope"}') $$), 'not_found {"field": "like"}',
    'nothing is like what is not');
select is(call('role.update', '{"id": "loket", "label": "Loket depan",
    "grant": ["package.create", "package.view"], "revoke":
    ["invoice.delete"]}') ->> 'id', 'loket', 'a role is changed');
select results_eq($$ select x.perm from app.role_perm x where x.role_id = 'loket'
    and x.perm in ('package.create', 'package.view', 'invoice.delete')
    order by 1 $$, $$ values ('package.create'), ('package.view') $$,
    'rights are given and taken');
select is((select a.old -> 'perms' @> '["invoice.delete"]'
    and a.new -> 'perms' @> '["package.create"]' from app.audit a
    where a.object = 'role' and a.number = 'loket'
    order by a.id desc limit 1), true, 'the audit has both sides');
select is(refused($$ select api.role_update('{"id": "loket",
    "grant": ["no.such"]}') $$), 'not_found {"field": "grant"}',
    'an unknown right is not given');
select is(refused($$ select api.role_update('{"id": "loket",
    "revoke": ["no.such"]}') $$), 'not_found {"field": "revoke"}',
    'nor taken');
select is(refused($$ select api.role_update('{"id": "loket",
    "grant": ["user.view"], "revoke": ["user.view"]}') $$),
    'bad_field {"rule": "duplicate", "field": "revoke"}',
    'nor given and taken at once');
select is(refused($$ select api.role_update('{"id": "super-admin",
    "revoke": ["role.update"]}') $$),
    'bad_state {"perm": "role.update", "state": "last"}',
    'the super-admin keeps the roles');
select is(refused($$ select api.role_update('{"id": "super-admin",
    "revoke": ["setting.view"]}') $$),
    'bad_state {"perm": "setting.view", "state": "last"}',
    'and the settings');
select is(refused($$ select api.role_update('{"id": "super-admin",
    "scope": "own"}') $$), 'bad_state {"state": "last"}', 'and sees all');
select run('user.update', '{"name": "kasir", "role": "loket"}');
select is((select scope from app.app_user where name = 'kasir'), 'all',
    'the clerk takes the scope of his new role');
select run('role.update', '{"id": "loket", "scope": "own"}');
select is((select scope from app.app_user where name = 'kasir'), 'own',
    'and follows it when the role changes');
select is(refused($$ select api.role_delete('{"id": "loket"}') $$),
    'in_use {"count": 1}', 'a role that somebody has is not deleted');
select is(refused($$ select api.role_delete('{"id": "warehouse"}') $$),
    'bad_state {"state": "builtin"}', 'nor one that came with the program');
select is(refused($$ select api.role_delete('{"id": "nope"}') $$),
    'not_found {"field": "id"}', 'nor one that is not');
select run('user.update', '{"name": "kasir", "role": "finance"}');
select run('role.delete', '{"id": "loket"}');
select is((select count(*) from app.role_perm where role_id = 'loket'),
    0::bigint, 'a deleted role leaves no rights behind');

-- Who may edit roles stands as high as the super-admin.
select run('role.create', '{"id": "it", "label": "IT", "like": "admin"}');
select run('role.update', '{"id": "it", "grant": ["role.update"]}');
select act('ani');
select is(refused($$ select api.user_update('{"name": "kasir",
    "role": "it"}') $$), 'denied {"perm": "role.update"}',
    'an administrator gives no role that could give itself everything');
select act('owner');

select is((select array_agg(k ->> 0 || ' ' || (k ->> 2) order by k ->> 0)
    from jsonb_array_elements(call('role.rights', '{"filter": {"role":
    "technician"}, "limit": 200}') -> 'rows') k where k ->> 0 in
    ('customer.view', 'customer.step', 'customer.create')),
    array['customer.create false', 'customer.step true', 'customer.view true'],
    'role.rights tells for every right whether the role has it');
select is(jsonb_array_length(call('role.rights', '{"filter": {"role":
    "technician"}, "limit": 200}') -> 'rows'), (select count(*)::integer
    from app.perm), 'all rights fit one page');
select is((select k -> 3 from jsonb_array_elements(call('role.rights',
    '{"filter": {"role": "noc", "perm": "olt.view"}}') -> 'rows') k), 'false',
    'a right of a later menu is not used yet');
select is(refused($$ select api.role_rights('{}') $$),
    'bad_field {"rule": "required", "field": "role"}',
    'it wants to know of which role');
select is(refused($$ select api.role_rights('{"filter": {"role": "x"}}') $$),
    'not_found {"field": "role"}', 'one that there is');
select is((select array_agg(r ->> 0) from jsonb_array_elements(
    call('role.list', '{"filter": {"builtin": true}}') -> 'rows') r),
    array['admin', 'finance', 'hrd', 'noc', 'reseller', 'sales-cs',
    'super-admin', 'technician', 'warehouse'], 'the nine roles');
select ok(call('role.get', '{"id": "sales-cs"}') -> 'perms'
    @> '["customer.create", "customer.step"]', 'role.get names its rights');

--
-- Settings
--
select is(call('setting.list', '{"limit": 200}') -> 'cols', '["key", "label",
    "type", "value", "preset", "values"]', 'the columns of the settings');
select is(call('setting.list', '{"limit": 200}') #>> '{rows,0,0}',
    'company_name', 'in the order of the program');
select is(call('setting.update', '{"key": "due_days", "value": " 14 "}')
    ->> 'value', '14', 'a setting is changed');
select is(app.setting_int('due_days'), 14::bigint, 'and holds');
select is((select a.old || a.new from app.audit a where a.object = 'setting'
    order by a.id desc limit 1), '{"value": "14"}', 'audited');
select is(refused(format($$ select api.setting_update(
    '{"key": "%s", "value": "%s"}') $$, k, v)),
    format('bad_field {"rule": "%s", "field": "value"}', r),
    format('%s refuses %s', k, v))
from (values ('due_days', 'ten', 'integer'), ('due_days', '61', 'max'),
    ('lockout_failures', '2', 'min'), ('ppn_mode', 'none', 'value'),
    ('company_phone', 'call me', 'format'), ('company_npwp', 'a b', 'format'),
    ('confirm_amount', '-1', 'min')) x (k, v, r);
select is(refused($$ select api.setting_update(jsonb_build_object('key',
    'company_name', 'value', repeat('x', 61))) $$),
    'bad_field {"rule": "length", "field": "value"}', 'no brand of 61 letters');
select is(refused($$ select api.setting_update(jsonb_build_object('key',
    'company_name', 'value', E'a\x1b[31mb')) $$),
    'bad_field {"rule": "control", "field": "value"}',
    'no escape sequence on a receipt');
select is(call('setting.update', '{"key": "due_days", "value": null}')
    ->> 'value', '10', 'empty is the preset again');
select is(refused($$ select api.setting_update('{"key": "x", "value": "1"}') $$),
    'not_found {"field": "key"}', 'an unknown setting is not found');

--
-- Audit
--
select is(call('audit.list', '{"limit": 1}') -> 'cols', '["id", "at", "user",
    "method", "object", "number", "summary", "addr"]', 'the columns of the audit');
select is((select array_agg(distinct r ->> 2) from jsonb_array_elements(
    call('audit.list', '{"filter": {"user": "ani"}}') -> 'rows') r),
    array['ani'], 'the filter of the user');
select is(call('audit.list', '{"filter": {"object": "setting"}}')
    #>> '{rows,0,6}', 'value=10', 'a summary says what is new');
select is(jsonb_array_length(call('audit.list',
    '{"filter": {"at": "<2026-03-10"}}') -> 'rows'), 0,
    'nothing before the day it happened');
select is(call('audit.list', '{"limit": 200, "filter": {"at": "2026-03-10"}}')
    -> 'rows', call('audit.list', '{"limit": 200}') -> 'rows',
    'all of it on that day');
select is(call('audit.get', (select jsonb_build_object('id', a.id)
    from app.audit a where a.object = 'setting' order by a.id desc limit 1))
    #> '{old,value}', '"14"', 'one entry has old and new');
select is(refused($$ select api.audit_get('{"id": 999999999}') $$),
    'not_found {"field": "id"}', 'an unknown entry is not found');
select throws_ok($$ update app.audit set reason = 'forged' $$, '42501', null,
    'the audit is not changed');
select throws_ok($$ delete from app.audit $$, '42501', null,
    'nor emptied, even by the owner of the tables');

--
-- Pickers
--
select is(call('branch.list', '{}') -> 'rows',
    '[["PST", "Pusat"], ["UTR", "Utara"]]', 'open branches');
select is(jsonb_array_length(call('partner.list', '{}') -> 'rows'), 2,
    'partners');
select is((select array_agg(r ->> 0) from jsonb_array_elements(
    call('staff.list', '{}') -> 'rows') r),
    array['ani', 'kasir', 'mitra', 'owner'], 'active users');
update app.session set ended_at = null;
update app.app_user set must_change = false;
select act('mitra');
select is(call('partner.list', '{}') -> 'rows', '[["MITRA1", "Mitra Satu"]]',
    'a reseller learns of no other partner');
select is((select array_agg(r ->> 0) from jsonb_array_elements(
    call('staff.list', '{}') -> 'rows') r), array['mitra'],
    'nor of the staff');

select * from finish();
rollback;
