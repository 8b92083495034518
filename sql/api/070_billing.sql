-- SPDX-License-Identifier: GPL-3.0-or-later
-- Invoices: made by hand or for a month, read, cancelled. The order of locks
-- in everything that moves money of a customer: counter INV, balance row,
-- invoice rows by id, counter PAY; so nobody waits in a circle.

-- The largest sum an invoice may have: far above any real one, and small
-- enough for every product with a rate.
create or replace function app.sum_max() returns bigint
language sql immutable parallel safe
as $$ select 1000000000000 $$;

-- "Juli 2026": documents are Indonesian whatever the screen speaks.
create or replace function app.period_text(p date) returns text
language sql immutable parallel safe
as $$
	select (array['Januari', 'Februari', 'Maret', 'April', 'Mei', 'Juni',
	    'Juli', 'Agustus', 'September', 'Oktober', 'November',
	    'Desember'])[extract(month from p)::integer] || ' ' ||
	    extract(year from p)::integer
$$;

-- The taxes of a net sum on a day, each rounded half up once. Exclusive ones
-- come on top; of inclusive ones (by their row, or all by the setting) the
-- part inside the sum is told. numeric's div() is exact.
create or replace function app.taxes(p_net bigint, p_day date)
returns table (tax_id integer, name text, rate_bp integer,
    inclusive boolean, base bigint, amount bigint)
language sql stable set search_path = pg_catalog, pg_temp
as $$
	with t as (
		select t.id, t.name, t.rate_bp, t.base_num, t.base_den,
		    t.inclusive or app.setting('ppn_mode') = 'inclusive' as inc,
		    t.base_num::numeric * t.rate_bp as n,
		    t.base_den::numeric * 10000 as d
		from app.tax t
		where p_day >= t.valid_from
		and (t.valid_to is null or p_day <= t.valid_to)
	), k as (
		-- All inclusive rates share one price: d + d * sum(n / d).
		select t.*, case when t.inc then t.d + round(t.d *
		    sum(t.n / t.d) over (partition by t.inc), 6)
		    else t.d end as den
		from t
	), a as (
		select k.*, div(2 * p_net * k.n + k.den, 2 * k.den)::bigint
		    as amount
		from k
	)
	select a.id, a.name, a.rate_bp, a.inc,
	    div(2 * (p_net - case when a.inc then a.amount else 0 end)::numeric
	        * a.base_num + a.base_den, 2 * a.base_den)::bigint,
	    a.amount
	from a order by a.id
$$;

-- What a line of money is called where there is room for one title: the
-- first line, less the month, which has a place of its own.
create or replace function app.invoice_title(p_invoice bigint, p_period date)
returns text
language sql stable set search_path = pg_catalog, pg_temp
as $$
	select case when p_period is not null
	    and right(l.text, length(app.period_text(p_period)) + 1) =
	    ' ' || app.period_text(p_period)
	    then left(l.text, -length(app.period_text(p_period)) - 1)
	    else l.text end || case when (select count(*) from app.invoice_line m
	        where m.invoice_id = p_invoice) > 1
	    then ' +' || (select count(*) - 1 from app.invoice_line m
	        where m.invoice_id = p_invoice) else '' end
	from app.invoice_line l
	where l.invoice_id = p_invoice
	order by l.line limit 1
$$;

-- The id of a customer by the number a request gives; refused when there is
-- none or the caller may not see him.
create or replace function app.customer_ref(p_number text) returns bigint
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
	v_id bigint;
begin
	if p_number ~ '^[0-9]{1,18}$' then
		select c.id into v_id from app.customer c
		where c.id = p_number::bigint;
	end if;
	if v_id is null then
		perform app.fail_missing('customer');
	end if;
	return v_id;
end $$;

-- Makes an invoice by hand. One statement writes all of it, number included:
-- numbering last would write the row and its index entries twice, to hold the
-- number series for a little less.
create or replace function api.invoice_create(p jsonb) returns json
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
	v json := app.op_begin('invoice.create', p);
	v_customer bigint;
	v_branch smallint;
	v_archived timestamptz;
	v_day date;
	v_due date := (p ->> 'due')::date;
	v_sub numeric;
	v_discount bigint := coalesce((p ->> 'discount')::bigint, 0);
	v_net bigint;
	v_number text;
	v_total bigint;
begin
	if v is not null then
		return v;
	end if;
	v_customer := app.customer_ref(p ->> 'customer');
	select c.branch_id, c.archived_at into v_branch, v_archived
	from app.customer c where c.id = v_customer;
	if v_archived is not null then
		perform app.fail('bad_state', '{"state": "archived"}');
	end if;
	v_day := app.today(v_branch);
	if v_due < v_day then
		perform app.fail_field('due', 'order');
	end if;
	select sum((l ->> 'qty')::bigint * (l ->> 'unit_price')::bigint)
	into v_sub from jsonb_array_elements(p -> 'lines') l;
	if v_sub is null then
		perform app.fail_field('lines', 'required');
	end if;
	if v_sub > app.sum_max() then
		perform app.fail_field('lines', 'max');
	end if;
	if v_discount > v_sub then
		perform app.fail_field('discount', 'max');
	end if;
	v_net := v_sub - v_discount;

	-- The counter before the balance: see the top.
	with tax as materialized (
		select t.* from app.taxes(v_net, v_day) t
	), s as materialized (
		select coalesce(sum(t.amount), 0)::bigint as tax, v_net +
		    coalesce(sum(t.amount) filter (where not t.inclusive), 0)::bigint
		    as total
		from tax t
	), inv as (
		insert into app.invoice (number, branch_id, customer_id, kind,
		    issued, due, subtotal, discount, tax, total, note,
		    created_by, created_at)
		select app.next_number('INV', v_branch, v_day), v_branch,
		    v_customer, 'manual', v_day, v_due, v_sub, v_discount, s.tax,
		    s.total, p ->> 'note', app.user_id(), app.now()
		from s
		returning id, number, total, tax
	), lines as (
		insert into app.invoice_line (invoice_id, line, text, qty,
		    unit_price, amount)
		select inv.id, l.n, l.x ->> 'text', (l.x ->> 'qty')::integer,
		    (l.x ->> 'unit_price')::bigint, (l.x ->> 'qty')::bigint *
		    (l.x ->> 'unit_price')::bigint
		from inv, jsonb_array_elements(p -> 'lines') with ordinality l(x, n)
	), taxes as (
		insert into app.invoice_tax (invoice_id, tax_id, name, rate_bp,
		    inclusive, base, amount)
		select inv.id, t.tax_id, t.name, t.rate_bp, t.inclusive, t.base,
		    t.amount
		from inv, tax t
	), jou as (
		insert into app.journal (at, business_date, branch_id, kind,
		    number, user_id)
		select app.now(), v_day, v_branch, 'invoice', inv.number,
		    app.user_id()
		from inv where inv.total > 0
		returning id
	), pos as (
		insert into app.posting (journal_id, line, account, customer_id,
		    amount)
		select jou.id, x.line, x.account, x.customer, x.amount
		from jou, inv, lateral (values
		    (1, '1201', v_customer, inv.total::bigint),
		    (2, '4102', null, inv.tax - inv.total),
		    (3, '2201', null, -inv.tax)) x(line, account, customer, amount)
		where x.amount <> 0
	), bal as (
		insert into app.balance as b (customer_id, owed)
		select v_customer, inv.total from inv
		on conflict (customer_id) do update
		set owed = b.owed + excluded.owed
	)
	select inv.number, inv.total into v_number, v_total from inv;
	perform app.notify('customer', v_customer::text);
	return app.op_end(p, 'invoice', v_number,
	    json_build_object('number', v_number, 'total', v_total));
end $$;

-- One invoice with its lines, taxes and payments; transfers that still wait
-- for it are among the payments, by their status.
create or replace function api.invoice_get(p jsonb) returns json
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
	i app.invoice;
	v_today date;
	v_open boolean;
	v json;
begin
	select x.* into i from app.invoice x where x.number = p ->> 'number';
	if not found then
		perform app.fail_missing('number');
	end if;
	v_today := app.today(i.branch_id);
	v_open := i.status in ('unpaid', 'partial');
	select json_build_object(
	    'number', i.number,
	    'customer', i.customer_id::text, 'name', c.name,
	    'address', c.address, 'kind', i.kind,
	    'period', to_char(i.period, 'YYYY-MM'),
	    'period_start', i.period_start, 'period_end', i.period_end,
	    'issued', i.issued, 'due', i.due,
	    'title', app.invoice_title(i.id, i.period),
	    'lines', (select json_agg(json_build_object('text', l.text,
	        'qty', l.qty, 'unit_price', l.unit_price, 'amount', l.amount,
	        'explain', l.explain) order by l.line)
	        from app.invoice_line l where l.invoice_id = i.id),
	    'subtotal', i.subtotal, 'discount', i.discount,
	    'tax', (select coalesce(json_agg(json_build_object('name', t.name,
	        'rate', trim_scale(t.rate_bp / 100.0), 'base', t.base,
	        'amount', t.amount, 'inclusive', t.inclusive)
	        order by t.tax_id), '[]')
	        from app.invoice_tax t where t.invoice_id = i.id),
	    'total', i.total, 'paid', i.paid,
	    'remaining', case when v_open then i.total - i.paid else 0 end,
	    'status', i.status,
	    'overdue', v_open and i.due < v_today,
	    'days_late', case when v_open then greatest(0, v_today - i.due)
	        else 0 end,
	    'note', i.note, 'cancelled_at', app.instant(i.cancelled_at),
	    'cancel_reason', i.cancel_reason,
	    'created_by', (select u.name from app.app_user u
	        where u.id = i.created_by),
	    'created_at', app.instant(i.created_at),
	    'payments', (select coalesce(json_agg(json_build_object(
	        'number', x.number, 'at', app.instant(x.created_at),
	        'method', x.method, 'amount', x.amount, 'status', x.status)
	        order by x.id), '[]')
	        from (select y.id, y.number, y.created_at, y.method, y.status,
	            a.amount
	            from app.allocation a join app.payment y
	            on y.id = a.payment_id where a.invoice_id = i.id
	            union all
	            select y.id, y.number, y.created_at, y.method, y.status,
	            y.amount
	            from app.payment y where y.customer_id = i.customer_id
	            and y.status in ('pending', 'verified')
	            and i.id = any (y.wanted)) x))
	into v
	from (select 1) one
	left join app.customer c on c.id = i.customer_id;
	return v;
end $$;

-- Takes the entry of a document back by one with the signs turned.
create or replace function app.journal_reverse(p_kind text, p_number text,
    p_as text, p_day date)
returns bigint
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
	v_old bigint;
	v_new bigint;
begin
	select j.id into strict v_old from app.journal j
	where j.number = p_number and j.kind = p_kind;
	insert into app.journal (at, business_date, branch_id, kind, number,
	    user_id, reverses)
	select app.now(), p_day, j.branch_id, p_as, j.number, app.user_id(), j.id
	from app.journal j where j.id = v_old
	returning id into v_new;
	insert into app.posting (journal_id, line, account, customer_id,
	    session_id, amount)
	select v_new, x.line, x.account, x.customer_id, x.session_id, -x.amount
	from app.posting x where x.journal_id = v_old;
	return v_new;
end $$;

-- Cancels an invoice that has no money on it and that no transfer waits for.
create or replace function api.invoice_cancel(p jsonb) returns json
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
	v json := app.op_begin('invoice.cancel', p);
	i app.invoice;
	n app.invoice;
begin
	if v is not null then
		return v;
	end if;
	select x.* into i from app.invoice x where x.number = p ->> 'number';
	if not found then
		perform app.fail_missing('number');
	end if;
	perform from app.balance b where b.customer_id = i.customer_id
	for no key update;
	select x.* into i from app.invoice x where x.id = i.id
	for no key update;
	if i.status = 'cancelled' or i.paid > 0 then
		perform app.fail('bad_state', jsonb_build_object('state', i.status));
	end if;
	perform from app.payment y where y.customer_id = i.customer_id
	and y.status in ('pending', 'verified') and i.id = any (y.wanted);
	if found then
		perform app.fail('bad_state', '{"state": "pending"}');
	end if;
	update app.invoice x set cancelled_at = app.now(),
	    cancel_reason = p ->> 'reason'
	where x.id = i.id returning x.* into n;
	if i.total > 0 then
		perform app.journal_reverse('invoice', i.number,
		    'invoice_cancel', app.today(i.branch_id));
		update app.balance b set owed = b.owed - i.total
		where b.customer_id = i.customer_id;
		perform app.notify('customer', i.customer_id::text);
	end if;
	return app.op_end(p, 'invoice', i.number,
	    json_build_object('number', i.number, 'status', n.status),
	    to_jsonb(i), to_jsonb(n), p ->> 'reason');
end $$;

-- The invoices of a month for every active service that has none yet, in one
-- statement: however many there are, each table is written once. Services
-- that cost nothing, or were installed later, are counted and left out.
-- The planner cannot know how many rows its own inserts return, and a nested
-- loop over two of them never ends.
create or replace function api.invoice_generate(p jsonb) returns json
language plpgsql security definer set search_path = pg_catalog, pg_temp
set enable_nestloop = off
as $$
declare
	v json := app.op_begin('invoice.generate', p);
	v_first date := (p ->> 'period' || '-01')::date;
	v_last date := (p ->> 'period' || '-01')::date + interval '1 month - 1 day';
	v_due_days integer := app.setting_int('due_days');
	v_active bigint;
	v_made bigint;
	v_sum bigint;
begin
	if v is not null then
		return v;
	end if;
	-- A typing error must not bill everybody for the year 2206.
	if v_first > app.today() + interval '5 years' then
		perform app.fail_field('period', 'max');
	elsif v_first < app.today() - interval '5 years' then
		perform app.fail_field('period', 'min');
	end if;
	-- One run at a time; the second then finds nothing left to do.
	perform pg_advisory_xact_lock(7823, 70);
	select count(*) into v_active from app.service s
	where s.status = 'active';

	with day as materialized (
		select b.id as branch, d.issued, to_char(d.issued, 'YYYYMM') as ym,
		    case when b.id = 1 then '' else b.code || '-' end || 'INV-' ||
		    to_char(d.issued, 'YYYYMM') || '-' as prefix
		from app.branch b,
		lateral (select greatest(app.today(b.id), v_first) as issued) d
	), due as materialized (
		select s.id, s.customer_id, s.branch_id, day.issued,
		    coalesce(s.price, k.price)::bigint as price,
		    k.name || ' ' || app.period_text(v_first) as text,
		    row_number() over (partition by s.branch_id order by s.id) as n
		from app.service s
		join app.package k on k.id = s.package_id
		join day on day.branch = s.branch_id
		where s.status = 'active' and coalesce(s.price, k.price) > 0
		and (s.installed_on is null or s.installed_on <= v_last)
		and not exists (select from app.invoice i
		    where i.service_id = s.id and i.period = v_first
		    and i.kind = 'monthly' and i.cancelled_at is null)
	), tax as materialized (
		-- Few prices, many services: each price is taxed once.
		select u.price, u.issued, t.*
		from (select distinct price, issued from due) u
		cross join lateral app.taxes(u.price, u.issued) t
	), sums as materialized (
		select u.price, u.issued, coalesce(sum(t.amount), 0)::bigint as tax,
		    u.price + coalesce(sum(t.amount)
		        filter (where not t.inclusive), 0)::bigint as total
		from (select distinct price, issued from due) u
		left join tax t using (price, issued)
		group by u.price, u.issued
	), taken as (
		insert into app.counter as c (branch_id, kind, period, last)
		select due.branch_id, 'INV', day.ym, count(*)
		from due join day on day.branch = due.branch_id
		group by due.branch_id, day.ym
		order by due.branch_id
		on conflict (branch_id, kind, period)
		do update set last = c.last + excluded.last
		returning c.branch_id, c.last
	), base as materialized (
		select t.branch_id, t.last - (select count(*) from due d
		    where d.branch_id = t.branch_id) as before, day.prefix
		from taken t join day on day.branch = t.branch_id
	), inv as (
		insert into app.invoice (number, branch_id, customer_id,
		    service_id, kind, period, period_start, period_end, issued,
		    due, subtotal, tax, total, created_by, created_at)
		select base.prefix || lpad((base.before + due.n)::text,
		    greatest(5, length((base.before + due.n)::text)), '0'),
		    due.branch_id, due.customer_id, due.id, 'monthly', v_first,
		    v_first, v_last, due.issued, due.issued + v_due_days,
		    due.price, sums.tax, sums.total, app.user_id(), app.now()
		from due
		join base on base.branch_id = due.branch_id
		join sums on sums.price = due.price and sums.issued = due.issued
		order by due.branch_id, due.n
		returning id, number, branch_id, customer_id, service_id, issued,
		    subtotal, tax, total
	), lines as (
		insert into app.invoice_line (invoice_id, line, text, qty,
		    unit_price, amount)
		select inv.id, 1, due.text, 1, inv.subtotal, inv.subtotal
		from inv join due on due.id = inv.service_id
	), taxes as (
		insert into app.invoice_tax (invoice_id, tax_id, name, rate_bp,
		    inclusive, base, amount)
		select inv.id, t.tax_id, t.name, t.rate_bp, t.inclusive, t.base,
		    t.amount
		from inv join tax t on t.price = inv.subtotal
		    and t.issued = inv.issued
	), jou as (
		insert into app.journal (at, business_date, branch_id, kind,
		    number, user_id)
		select app.now(), inv.issued, inv.branch_id, 'invoice',
		    inv.number, app.user_id()
		from inv
		returning id, number
	), pos as (
		insert into app.posting (journal_id, line, account, customer_id,
		    amount)
		select jou.id, x.line, x.account, x.customer, x.amount
		from inv join jou on jou.number = inv.number,
		lateral (values
		    (1, '1201', inv.customer_id, inv.total::bigint),
		    (2, '4101', null, inv.tax - inv.total),
		    (3, '2201', null, -inv.tax)) x(line, account, customer, amount)
		where x.amount <> 0
	), owe as materialized (
		select inv.customer_id, sum(inv.total)::bigint as owed,
		    sum(count(*)) over () as made, sum(sum(inv.total)) over () as total
		from inv group by inv.customer_id order by inv.customer_id
	), bal as (
		insert into app.balance as b (customer_id, owed)
		select owe.customer_id, owe.owed from owe
		on conflict (customer_id) do update
		set owed = b.owed + excluded.owed
	)
	select max(owe.made), max(owe.total) into v_made, v_sum from owe;

	v_made := coalesce(v_made, 0);
	return app.op_end(p, 'invoice', null, json_build_object(
	    'period', p ->> 'period', 'generated', v_made,
	    'skipped', v_active - v_made, 'total', coalesce(v_sum, 0)), null,
	    jsonb_build_object('period', p ->> 'period', 'generated', v_made,
	    'total', coalesce(v_sum, 0)));
end $$;

-- q is the number (its beginning suffices), or whatever finds the customer.
select app.list_declare('invoice',
    'app.invoice i left join app.customer c on c.id = i.customer_id',
    'i.id', 'bigint', '-id',
    $x$i.id in (
	select x.id from app.invoice x
	where x.number between upper($q) and upper($q) || '~'
	union
	select x.id from app.invoice x
	where x.customer_id in (select app.customer_match($q)))$x$, array[
	['number', 'i.number', 'text', '=', '='],
	['customer', 'i.customer_id::text', 'bigint', null, 'i.customer_id'],
	['name', 'c.name', 'text', null, null],
	['period', $x$to_char(i.period, 'YYYY-MM')$x$, 'period', null,
	    'i.period'],
	['issued', 'i.issued', 'date', '=', '='],
	['due', 'i.due', 'date', '=', '='],
	['total', 'i.total', 'bigint', '=', '='],
	['paid', 'i.paid', 'bigint', null, '='],
	['remaining', $x$case when i.status in ('unpaid', 'partial')
	    then i.total - i.paid else 0 end$x$, 'bigint', '=', '='],
	['status', 'i.status', 'text', null, '='],
	['days_late', $x$case when i.status in ('unpaid', 'partial')
	    then greatest(0, (select app.today()) - i.due) else 0 end$x$,
	    'integer', null, null],
	['-overdue', $x$(i.status in ('unpaid', 'partial')
	    and i.due < (select app.today()))$x$, 'boolean', null, '='],
	['-district', 'c.district', 'text', null, '='],
	['-kind', 'i.kind', 'text', null, '='],
	['-id', 'i.id', 'bigint', '=', null]
    ]);

create or replace function api.invoice_list(p jsonb) returns json
language sql security definer set search_path = pg_catalog, pg_temp
as $$ select app.list_run('invoice', p) $$;

-- What is open and late, and what this month brought.
create or replace function api.invoice_stats(p jsonb) returns json
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
	v_today date := app.today();
	v_month date := date_trunc('month', app.today())::date;
	o record;
	m record;
begin
	select count(*) as n, coalesce(sum(i.total - i.paid), 0) as s,
	    count(*) filter (where i.due < v_today) as late,
	    coalesce(sum(i.total - i.paid) filter (where i.due < v_today), 0)
	    as late_s
	into o
	from app.invoice i where i.status in ('unpaid', 'partial');
	select count(*) as n, coalesce(sum(i.total), 0) as s,
	    coalesce(sum(i.paid), 0) as paid
	into m
	from app.invoice i
	where i.issued >= v_month and i.issued < v_month + interval '1 month'
	and i.cancelled_at is null;
	return json_build_object('open', o.n, 'open_sum', o.s,
	    'overdue', o.late, 'overdue_sum', o.late_s, 'month', m.n,
	    'month_sum', m.s, 'paid_sum', m.paid);
end $$;
