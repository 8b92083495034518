-- SPDX-License-Identifier: GPL-3.0-or-later
-- The figures an owner looks at. Every one is counted from the rows when it is
-- asked for; a section is there only for who may view what it is made of.

-- The first days of the last six months, this one last.
create or replace function app.months(p_day date)
returns table (month date, next date)
language sql stable set search_path = pg_catalog, pg_temp
as $$
	select m::date, (m + interval '1 month')::date
	from generate_series(date_trunc('month', p_day::timestamp)
	    - interval '5 months', date_trunc('month', p_day::timestamp),
	    interval '1 month') m
$$;

create or replace function app.dashboard_invoices(p_today date)
returns jsonb
language sql stable set search_path = pg_catalog, pg_temp
as $$
	select jsonb_build_object('receivable', coalesce(sum(i.total - i.paid), 0),
	    'receivable_count', count(*),
	    'overdue', coalesce(sum(i.total - i.paid)
	        filter (where i.due < p_today), 0),
	    'overdue_count', count(*) filter (where i.due < p_today))
	from app.invoice i where i.status in ('unpaid', 'partial')
$$;

create or replace function app.dashboard_payments(p_today date)
returns jsonb
language sql stable set search_path = pg_catalog, pg_temp
as $$
	with d as materialized (
		-- One pass over the year; months and methods are sums of days.
		select y.business_date as day, y.method, sum(y.amount) as sum,
		    count(*) as count
		from app.payment y
		where y.status = 'confirmed' and y.business_date <= p_today
		and y.business_date >= least(date_trunc('year', p_today)::date,
		    (select min(m.month) from app.months(p_today) m))
		group by y.business_date, y.method
	), m as (
		select d.method, sum(d.sum) as sum, sum(d.count) as count
		from d where d.day >= date_trunc('month', p_today)::date
		group by d.method
	)
	select jsonb_build_object(
	    'today', coalesce((select sum(d.sum) from d
	        where d.day = p_today), 0),
	    'month', coalesce((select sum(m.sum) from m), 0),
	    'year', coalesce((select sum(d.sum) from d
	        where d.day >= date_trunc('year', p_today)::date), 0),
	    'by_method', (select coalesce(jsonb_agg(jsonb_build_object(
	        'method', m.method, 'sum', m.sum, 'count', m.count)
	        order by m.sum desc, m.method), '[]') from m),
	    'pending_transfers', (select count(*) from app.payment y
	        where y.status in ('pending', 'verified')),
	    'pending_sum', (select coalesce(sum(y.amount), 0) from app.payment y
	        where y.status in ('pending', 'verified')),
	    'months', (select jsonb_agg(jsonb_build_object(
	        'period', to_char(x.month, 'YYYY-MM'),
	        'paid', coalesce((select sum(d.sum) from d
	            where d.day >= x.month and d.day < x.next), 0))
	        order by x.month) from app.months(p_today) x))
$$;

-- What was billed in each of the last six months, by period.
create or replace function app.dashboard_billed(p_today date)
returns jsonb
language sql stable set search_path = pg_catalog, pg_temp
as $$
	with b as materialized (
		select date_trunc('month', i.issued)::date as month,
		    sum(i.total) as sum
		from app.invoice i
		where i.issued >= (select min(m.month) from app.months(p_today) m)
		and i.issued < (select max(m.next) from app.months(p_today) m)
		and i.cancelled_at is null
		group by 1
	)
	select jsonb_agg(jsonb_build_object('period',
	    to_char(x.month, 'YYYY-MM'), 'billed', coalesce(b.sum, 0))
	    order by x.month)
	from app.months(p_today) x left join b on b.month = x.month
$$;

create or replace function app.dashboard_customers(p_today date,
    p_zone text)
returns jsonb
language sql stable set search_path = pg_catalog, pg_temp
as $$
	with s as materialized (
		select c.status, count(*) as n from app.customer c group by c.status
	), f as materialized (
		select date_trunc('month', c.created_at at time zone p_zone)::date
		    as month, count(*) as n
		from app.customer c
		where c.created_at >= (select min(m.month)::timestamp
		    at time zone p_zone from app.months(p_today) m)
		group by 1
	)
	select jsonb_build_object(
	    'total', coalesce((select sum(n) from s
	        where status <> 'archived'), 0),
	    'active', coalesce((select n from s where status = 'active'), 0),
	    'suspended', coalesce((select n from s
	        where status = 'suspended'), 0),
	    'pending', coalesce((select sum(n) from s where status in
	        ('registered', 'survey', 'approved', 'scheduled',
	        'installing')), 0),
	    'new_month', coalesce((select n from f where month =
	        date_trunc('month', p_today)::date), 0),
	    'months', (select jsonb_agg(jsonb_build_object('period',
	        to_char(x.month, 'YYYY-MM'), 'new', coalesce(f.n, 0))
	        order by x.month)
	        from app.months(p_today) x left join f on f.month = x.month),
	    'packages', (select coalesce(jsonb_agg(jsonb_build_object('package',
	        k.name, 'count', t.n) order by t.n desc, k.name), '[]')
	        from (select v.package_id, count(*) as n from app.service v
	            where v.status in ('active', 'suspended')
	            group by v.package_id order by n desc, v.package_id
	            limit 8) t
	        join app.package k on k.id = t.package_id))
$$;

create or replace function app.dashboard_cash() returns jsonb
language sql stable set search_path = pg_catalog, pg_temp
as $$
	select jsonb_build_object('open_sessions', count(*), 'in_drawers',
	    coalesce(sum(s.float + app.cash_posted(s.id)), 0))
	from app.cash_session s where s.closed_at is null
$$;

create or replace function api.dashboard_get(p jsonb) returns json
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
	v_today date := app.today();
	v jsonb := jsonb_build_object('date', v_today);
	v_paid jsonb;
	v_billed jsonb;
	v_invoices boolean := app.may('invoice.view');
	v_payments boolean := app.may('payment.view');
begin
	if v_invoices then
		v := v || jsonb_build_object('money',
		    app.dashboard_invoices(v_today));
		v_billed := app.dashboard_billed(v_today);
	end if;
	if v_payments then
		v_paid := app.dashboard_payments(v_today);
		v := v || jsonb_build_object('money',
		    coalesce(v -> 'money', '{}') || (v_paid - 'months'));
	end if;
	if v_invoices or v_payments then
		v := jsonb_set(v, '{money,months}', (select jsonb_agg(
		    coalesce(b.x, '{}') || coalesce(q.x, '{}') order by n)
		    from rows from (jsonb_array_elements(v_billed),
		    jsonb_array_elements(v_paid -> 'months')) with ordinality
		    z(bx, qx, n), lateral (select z.bx as x) b,
		    lateral (select z.qx as x) q));
	end if;
	if app.may('customer.view') then
		v := v || jsonb_build_object('customers',
		    app.dashboard_customers(v_today, (select b.zone
		    from app.branch b where b.id = coalesce(app.branch_id(), 1))));
	end if;
	if app.may('cash.use') then
		v := v || jsonb_build_object('cash', app.dashboard_cash());
	end if;
	if v_payments then
		v := v || jsonb_build_object('last_payments', (select coalesce(
		    jsonb_agg(jsonb_build_object('number', y.number,
		    'at', app.instant(y.created_at),
		    'customer', y.customer_id::text, 'name', c.name,
		    'amount', y.amount, 'method', y.method, 'status', y.status)
		    order by y.id desc), '[]')
		    from (select x.* from app.payment x order by x.id desc
		        limit 5) y
		    left join app.customer c on c.id = y.customer_id));
	end if;
	if v_invoices and app.may('customer.view') then
		v := v || jsonb_build_object('top_owing', (select coalesce(
		    jsonb_agg(jsonb_build_object('customer', t.id::text,
		    'name', t.name, 'status', t.status, 'owed', t.owed)
		    order by t.owed desc, t.id desc), '[]')
		    from (select c.id, c.name, c.status, b.owed
		        from app.balance b join app.customer c
		        on c.id = b.customer_id where b.owed > 0
		        order by b.owed desc, b.customer_id desc limit 5) t));
	end if;
	return v::json;
end $$;
