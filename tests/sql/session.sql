-- SPDX-License-Identifier: GPL-3.0-or-later
-- Login, lock-out, sessions, rights, one's own password, and what follows an
-- operation id.
begin;
select plan(64);

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
create function public.log_in(p_name text, p_ok boolean,
    p_token text default 'token', p_addr text default '10.0.0.1')
returns jsonb language sql as $$
	select api.login_end(p_name, p_addr, p_ok, p_token, 'jabbar')::jsonb
$$;
-- As above where the answer does not matter.
create function public.try_in(p_name text, p_ok boolean,
    p_token text default 'token', p_addr text default '10.0.0.1')
returns void language sql as $$
	select api.login_end(p_name, p_addr, p_ok, p_token, 'jabbar')
$$;
create function public.may(p_token text, p_perm text,
    p_first boolean default false)
returns text language sql as $$
	select public.refused(format('select api.enter(%L, %L, ''m'', ''a'', %L)',
	    p_token, p_perm, p_first))
$$;

set local app.clock = '2026-03-10 03:00:00+00';
set local role jabbar_owner;
select app.enter_system('test');
insert into app.app_user (name, full_name, role_id, scope, password,
    must_change, created_at)
values ('budi', 'Budi', 'finance', 'all', 'hash-b', false, app.now()),
    ('sari', 'Sari', 'super-admin', 'all', 'hash-s', false, app.now()),
    ('lama', 'Lama', 'noc', 'all', 'hash-l', false, app.now()),
    ('baru', 'Baru', 'noc', 'all', 'hash-n', true, app.now());
update app.app_user set active = false where name = 'lama';

--
-- Login
--
select is(api.login_begin('BUDI', '10.0.0.1')::jsonb, '{"hash": "hash-b"}',
    'a login needs the hash of the name, in any case of letters');
select is(api.login_begin('nobody', '10.0.0.1')::jsonb, '{"hash": null}',
    'an unknown name gets none, and no error');
select is(api.login_begin('lama', '10.0.0.1')::jsonb, '{"hash": null}',
    'nor does an inactive user');
select is(log_in('budi', true, 't1') - 'perms', '{"token": "t1",
    "must_change": false, "user": {"name": "budi", "full_name": "Budi",
    "role": "finance", "role_label": "Finance", "branch": "PST",
    "zone": "Asia/Jakarta", "scope": "all", "lang": "id",
    "last_login_at": null, "last_login_addr": null},
    "company": {"name": "JABBAR23"}}', 'the answer of a login');
select is(log_in('budi', true, 't2') -> 'perms', (select jsonb_agg(r.perm
    order by r.perm) from app.role_perm r where r.role_id = 'finance'),
    'with the rights of the role');
select is(log_in('budi', true, 't3') #> '{user,last_login_at}',
    '"2026-03-10T03:00:00Z"', 'and the login before this one');
select is((select count(*) from app.session s
    where s.token_hash = sha256('t1')), 1::bigint,
    'of a token only the hash is kept');
select is(log_in('lama', true) ->> 'refused', 'bad_login',
    'an inactive user is not let in by a right password');
select ok(exists (select from app.audit a where a.object = 'login'
    and a.number = 'budi' and a.new ->> 'ok' = 'true'
    and a.addr = '10.0.0.1'), 'a login is audited');

--
-- Lock-out
--
select is(log_in('sari', false), '{"refused": "bad_login",
    "args": {"left": 4}}', 'a wrong password leaves four tries');
select try_in('sari', false);
select try_in('sari', false);
select is(log_in('sari', false) #> '{args,left}', '1', 'the fourth leaves one');
select try_in('sari', true, 's0');
select is(log_in('sari', false) #> '{args,left}', '4',
    'a right one forgets the wrong ones');
select try_in('sari', false) from generate_series(1, 3);
select is(log_in('sari', false), '{"refused": "locked",
    "args": {"minutes": 15}}', 'the fifth locks');
select is(api.login_begin('sari', '10.0.0.1')::jsonb,
    '{"locked": true, "minutes": 15}', 'before the password is looked at');
select is(api.login_begin('sari', '10.0.0.2')::jsonb, '{"hash": "hash-s"}',
    'another address is not locked');
select is(api.login_begin('budi', '10.0.0.1')::jsonb, '{"hash": "hash-b"}',
    'nor another name');
select try_in('ghost', false) from generate_series(1, 4);
select is(log_in('ghost', false) ->> 'refused', 'locked',
    'a name that nobody has is locked just so');
select is((select count(*) from app.audit a where a.object = 'login'
    and a.number = 'ghost' and a.new ->> 'ok' = 'false'), 5::bigint,
    'every failure is audited');
set local app.clock = '2026-03-10 03:14:30+00';
select is(api.login_begin('sari', '10.0.0.1')::jsonb,
    '{"locked": true, "minutes": 1}', 'a begun minute counts');
set local app.clock = '2026-03-10 03:15:01+00';
select is(api.login_begin('sari', '10.0.0.1')::jsonb, '{"hash": "hash-s"}',
    'after the lock he may try again');
select is(log_in('sari', false) #> '{args,left}', '4', 'with all his tries');
select try_in('sari', false) from generate_series(1, 3);
set local app.clock = '2026-03-10 03:31:00+00';
select is(log_in('sari', false) #> '{args,left}', '4',
    'failures are forgotten with the time of a lock');
update app.setting set value = '3' where key = 'lockout_failures';
select try_in('sari', false);
select is(log_in('sari', false) ->> 'refused', 'locked',
    'the number of tries is a setting');

--
-- Rights
--
select is(may('t1', 'payment.create'), 'accepted',
    'a right of the role is granted');
select is(may('t1', 'customer.create'), 'denied {"perm": "customer.create"}',
    'another one is denied');
select is(may('t1', '*self'), 'accepted', 'one''s own is for everybody');
select is(may('t9', '*self'), 'not_logged_in {}', 'an unknown token is nobody');
delete from app.role_perm where role_id = 'finance'
and perm = 'payment.create';
select is(may('t1', 'payment.create'), 'denied {"perm": "payment.create"}',
    'a right taken away is gone with the next request');
select is(may('t1', 'invoice.view'), 'accepted', 'the others stay');
select is(app.may('invoice.view') and not app.may('user.view'), true,
    'app.may asks for the role of the caller');

--
-- A first password
--
select is(log_in('baru', true, 'n1') -> 'must_change', 'true',
    'who must change his password is told at login');
select is(may('n1', '*self'), 'password_change {}', 'and can do nothing else');
select is(may('n1', '*self', true), 'accepted', 'than what is meant for it');
select is(api.own_hash('n1'), 'hash-n', 'his old hash is his own');
select is(api.own_hash('nix'), null, 'and nobody else''s');
select try_in('baru', true, 'n2');
select api.enter('n2', '*self', 'user.password', 'a', true);
select is(api.user_password('{"hash": "hash-2"}')::jsonb, '{"changed": true}',
    'he sets one of his own');
select results_eq($$ select password, must_change from app.app_user
    where name = 'baru' $$, $$ values ('hash-2', false) $$, 'which holds');
select is(may('n2', '*self'), 'accepted', 'and lets him in');
select is(may('n1', '*self'), 'not_logged_in {}',
    'his other terminals are logged out');
select is((select count(*) from app.audit a
    where coalesce(a.new::text, '') like '%hash-%'), 0::bigint,
    'no hash in the audit');

--
-- Sessions
--
select is(api.session_resume('t1', '10.9.9.9', 'jabbar 2') ->> 'token', 't1',
    'a session is taken up again');
select results_eq($$ select s.addr, s.client, s.seen_at from app.session s
    where s.token_hash = sha256('t1') $$, $$ values ('10.9.9.9', 'jabbar 2',
    app.now()) $$, 'from where and when is noted');
select is(refused($$ select api.session_resume('t9', 'a', 'c') $$),
    'not_logged_in {}', 'an unknown one is not');
select isnt(api.session_rights('t1')::text, null, 'a live session has rights');
select api.enter('t1', '*self', 'session.list', 'a', false);
select is((select count(*) from json_array_elements(
    api.session_list('{}') -> 'rows') r where r ->> 1 <> 'budi'), 0::bigint,
    'one lists one''s own sessions');
select is((select count(*) from json_array_elements(
    api.session_list('{}') -> 'rows') r where r ->> 6 = 'true'), 1::bigint,
    'one of which is this one');
select is(refused(format($$ select api.session_end('{"id": %s}') $$, s.id)),
    'not_found {"field": "id"}', 'the session of another one is out of reach')
from app.session s where s.token_hash = sha256('s0');
select is((api.session_end(jsonb_build_object('id', s.id)) ->> 'id')::bigint,
    s.id, 'another terminal of one''s own is not')
from app.session s where s.token_hash = sha256('t2');
select is(may('t2', '*self'), 'not_logged_in {}', 'that one is out');
select is(may('t1', '*self'), 'accepted', 'this one is not');
select is((select (api.session_end('{}') ->> 'id')::bigint),
    (select s.id from app.session s where s.token_hash = sha256('t1')),
    'without an id one''s own ends');
select is(may('t1', '*self'), 'not_logged_in {}', 'that is the logout');
select is(api.session_rights('t1')::text, null, 'without rights from then on');
select is(refused($$ select api.session_resume('t1', 'a', 'c') $$),
    'not_logged_in {}', 'and not taken up again');
select is((select s.end_reason from app.session s
    where s.token_hash = sha256('t1')), 'logout', 'the reason is noted');
select api.enter('s0', '*self', 'session.end', 'a', false);
select isnt((select count(*) from json_array_elements(
    api.session_list('{}') -> 'rows') r where r ->> 1 = 'budi'), 0::bigint,
    'who manages sessions sees all');
select is((api.session_end(jsonb_build_object('id', s.id)) ->> 'id')::bigint,
    s.id, 'and ends any') from app.session s
where s.token_hash = sha256('t3');
select is((select s.end_reason from app.session s
    where s.token_hash = sha256('t3')), 'ended by sari', 'by his name');
set local app.clock = '2026-03-11 03:00:01+00';
select is(may('s0', '*self'), 'not_logged_in {}',
    'after its hours a session is over');
select is(refused($$ select api.session_resume('s0', 'a', 'c') $$),
    'not_logged_in {}', 'and cannot be taken up again');

--
-- Refusals and operation ids
--
select try_in('sari', true, 's1', '10.0.0.9');
select api.audit_refusal('s1', 'payment.take', 'a', 'denied', '{}');
select is((select a.user_name || ' ' || a.method || ' ' || (a.new ->> 'code')
    from app.audit a where a.object = 'refusal'), 'sari payment.take denied',
    'a refusal is audited with who tried');
select api.enter('s1', '*self', 'm', 'a', false);
select is(api.package_create('{"op_id":
    "00000000-0000-4000-8000-00000000000a", "code": "P1", "name": "Pn",
    "down_mbps": 1, "up_mbps": 1, "price": 5}')::text, api.package_create(
    '{"op_id": "00000000-0000-4000-8000-00000000000a", "price": 5, "name":
    "Pn", "up_mbps": 1, "down_mbps": 1, "code": "P1"}')::text,
    'the same id and values, in any order, answer the same');
select is((select count(*) from app.audit a where a.object = 'package'),
    1::bigint, 'and are carried out once');
select try_in('baru', true, 'n3');
select api.enter('n3', '*self', 'm', 'a', false);
select is(refused($$ select api.package_create('{"op_id":
    "00000000-0000-4000-8000-00000000000a", "code": "P1", "name": "Pn",
    "down_mbps": 1, "up_mbps": 1, "price": 5}') $$), 'op_conflict {}',
    'the id of another user is refused');

select * from finish();
rollback;
