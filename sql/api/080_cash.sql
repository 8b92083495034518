-- SPDX-License-Identifier: GPL-3.0-or-later
-- Cash sessions: one drawer, one clerk, from the float to the count. The
-- float is not posted: that money stays in the drawer from day to day and
-- belongs to no session's takings; what is expected is the float and what the
-- session posted on the account of cash.

create or replace function app.cash_posted(p_session bigint) returns bigint
language sql stable set search_path = pg_catalog, pg_temp
as $$
	select coalesce(sum(x.amount), 0)::bigint from app.posting x
	where x.session_id = p_session and x.account = '1101'
$$;

-- Opens a session for the caller; one per clerk and one per drawer.
create or replace function api.cash_open(p jsonb) returns json
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
	v json := app.op_begin('cash.open', p);
	v_drawer text;
	v_day date := app.today();
	v_number text;
begin
	if v is not null then
		return v;
	end if;
	select coalesce(nullif(btrim(p ->> 'drawer'), ''), u.name) into v_drawer
	from app.app_user u where u.id = app.user_id();
	-- The indexes decide, not a look before: two terminals may ask at once,
	-- and a drawer that somebody else holds may be out of sight.
	begin
		insert into app.cash_session (branch_id, user_id, drawer,
		    business_date, opened_at, float)
		values (app.branch_id(), app.user_id(), v_drawer, v_day,
		    app.now(), (p ->> 'float')::bigint);
	exception when unique_violation then
		perform app.fail('bad_state', jsonb_build_object('state', 'open',
		    'drawer', v_drawer));
	end;
	update app.cash_session s
	set number = app.next_number('CASH', s.branch_id, v_day)
	where s.user_id = app.user_id() and s.closed_at is null
	returning s.number into v_number;
	return app.op_end(p, 'cash', v_number, json_build_object(
	    'number', v_number, 'drawer', v_drawer, 'status', 'open',
	    'float', (p ->> 'float')::bigint));
end $$;

-- Closes the caller's session by what he counted; a difference is noted and
-- posted, never refused.
create or replace function api.cash_close(p jsonb) returns json
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
	v json := app.op_begin('cash.close', p);
	s app.cash_session;
	n app.cash_session;
	v_counted bigint := (p ->> 'counted')::bigint;
	v_expected bigint;
	v_journal bigint;
begin
	if v is not null then
		return v;
	end if;
	-- Alone: payments hold the row shared until they are booked.
	select x.* into s from app.cash_session x
	where x.user_id = app.user_id() and x.closed_at is null for update;
	if not found then
		perform app.fail('no_session');
	end if;
	if v_counted is null then
		perform app.fail_field('counted', 'required');
	end if;
	v_expected := s.float + app.cash_posted(s.id);
	update app.cash_session x set closed_at = app.now(),
	    expected = v_expected, counted = v_counted,
	    variance = v_counted - v_expected, note = p ->> 'note'
	where x.id = s.id returning x.* into n;
	if n.variance <> 0 then
		insert into app.journal (at, business_date, branch_id, kind,
		    number, user_id)
		values (app.now(), app.today(s.branch_id), s.branch_id,
		    'cash_close', s.number, app.user_id())
		returning id into v_journal;
		insert into app.posting (journal_id, line, account, session_id,
		    amount)
		values (v_journal, 1, '1101', s.id, n.variance),
		    (v_journal, 2, '5901', null, -n.variance);
	end if;
	return app.op_end(p, 'cash', s.number, json_build_object(
	    'number', s.number, 'expected', v_expected, 'counted', v_counted,
	    'variance', n.variance), to_jsonb(s), to_jsonb(n));
end $$;

-- One session with its sums: the caller's open one, or the one named. Its own
-- clerk learns what is expected only after the count.
create or replace function api.cash_get(p jsonb) returns json
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
	s app.cash_session;
	v_in bigint;
	v_count bigint;
	v_change bigint;
	v_methods json;
begin
	if nullif(p ->> 'number', '') is not null then
		select x.* into s from app.cash_session x
		where x.number = p ->> 'number';
		if not found then
			perform app.fail_missing('number');
		end if;
	else
		select x.* into s from app.cash_session x
		where x.user_id = app.user_id() and x.closed_at is null;
		if not found then
			perform app.fail('no_session');
		end if;
	end if;
	select coalesce(sum(m.sum) filter (where m.method = 'cash'), 0),
	    coalesce(sum(m.count), 0), coalesce(sum(m.change), 0),
	    coalesce(json_agg(json_build_object('method', m.method,
	        'sum', m.sum, 'count', m.count) order by m.method), '[]')
	into v_in, v_count, v_change, v_methods
	from (select y.method, sum(y.amount) as sum, count(*) as count,
	    sum(y.change) as change
	    from app.payment y
	    where y.session_id = s.id and y.status = 'confirmed'
	    group by y.method) m;
	return json_build_object('number', s.number,
	    'user', (select u.name from app.app_user u where u.id = s.user_id),
	    'drawer', s.drawer,
	    'status', case when s.closed_at is null then 'open' else 'closed' end,
	    'business_date', s.business_date,
	    'opened_at', app.instant(s.opened_at),
	    'closed_at', app.instant(s.closed_at), 'float', s.float,
	    'expected', case when s.closed_at is not null then s.expected
	        when s.user_id is distinct from app.user_id()
	        then s.float + app.cash_posted(s.id) end,
	    'cash_in', v_in, 'payments', v_count, 'change', v_change,
	    'counted', s.counted, 'variance', s.variance, 'note', s.note,
	    'by_method', v_methods);
end $$;

select app.list_declare('cash',
    'app.cash_session s join app.app_user u on u.id = s.user_id',
    's.id', 'bigint', '-id', 'position(upper($q) in s.number) > 0
    or position(lower($q) in u.name) > 0
    or position(lower($q) in lower(s.drawer)) > 0', array[
	['number', 's.number', 'text', '=', '='],
	['user', 'u.name', 'text', null, '='],
	['drawer', 's.drawer', 'text', null, '='],
	['opened_at', 'app.instant(s.opened_at)', 'timestamptz',
	    's.opened_at', 's.opened_at'],
	['closed_at', 'app.instant(s.closed_at)', 'timestamptz', null,
	    's.closed_at'],
	['float', 's.float', 'bigint', null, '='],
	['expected', 's.expected', 'bigint', null, '='],
	['counted', 's.counted', 'bigint', null, '='],
	['variance', 's.variance', 'bigint', null, '='],
	['status', $x$case when s.closed_at is null then 'open'
	    else 'closed' end$x$, 'text', null, '='],
	['-date', 's.business_date', 'date', null, '='],
	['-id', 's.id', 'bigint', '=', null]
    ]);

create or replace function api.cash_list(p jsonb) returns json
language sql security definer set search_path = pg_catalog, pg_temp
as $$ select app.list_run('cash', p) $$;
