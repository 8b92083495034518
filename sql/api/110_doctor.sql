-- SPDX-License-Identifier: GPL-3.0-or-later
-- Do the books hold? app.doctor() names every violation; app.invariants() is
-- the part of it that is quick, run around migrations.

-- Sees everything, whoever asks; answers what the context was.
create or replace function app.see_all(p_scope text, p_customer_scope text)
returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
	perform set_config('app.scope', coalesce(p_scope, ''), true),
	    set_config('app.customer_scope', coalesce(p_customer_scope, ''), true);
end $$;

-- Entries and what they must have behind them.
create or replace function app.doctor_journal()
returns table (what text, detail text)
language sql stable set search_path = pg_catalog, pg_temp
as $$
	select 'journal entry does not sum to zero',
	    format('entry %s (%s %s): %s', j.id, j.kind, j.number, x.sum)
	from (select y.journal_id, sum(y.amount) as sum from app.posting y
	    group by y.journal_id having sum(y.amount) <> 0) x
	join app.journal j on j.id = x.journal_id
	union all
	select 'journal entry without postings',
	    format('entry %s (%s %s)', j.id, j.kind, j.number)
	from app.journal j
	where not exists (select from app.posting y where y.journal_id = j.id)
	union all
	select 'payment without its journal entry',
	    format('payment %s', y.number)
	from app.payment y
	where y.status = 'confirmed' and not exists (select from app.journal j
	    where j.number = y.number and j.kind = 'payment')
	union all
	select 'journal entry of a payment that is not booked',
	    format('payment %s is %s', y.number, y.status)
	from app.payment y
	where y.status in ('pending', 'verified', 'rejected')
	and exists (select from app.journal j
	    where j.number = y.number and j.kind = 'payment')
	union all
	select 'document booked twice',
	    format('%s %s: %s entries', j.kind, j.number, count(*))
	from app.journal j
	where j.kind in ('invoice', 'payment', 'invoice_cancel')
	group by j.kind, j.number having count(*) > 1
	union all
	select 'invoice without its journal entry',
	    format('invoice %s', i.number)
	from app.invoice i
	where i.total > 0 and not exists (select from app.journal j
	    where j.number = i.number and j.kind = 'invoice')
	union all
	select 'cancelled invoice that was not reversed',
	    format('invoice %s', i.number)
	from app.invoice i
	where i.total > 0 and i.status = 'cancelled'
	and not exists (select from app.journal j
	    where j.number = i.number and j.kind = 'invoice_cancel')
	union all
	select 'payment posted with another sum than it has',
	    format('payment %s: %s instead of %s', y.number, x.sum, y.amount)
	from app.payment y
	join app.journal j on j.number = y.number and j.kind = 'payment'
	cross join lateral (select coalesce(sum(z.amount), 0) as sum
	    from app.posting z where z.journal_id = j.id and z.amount > 0) x
	where y.status = 'confirmed' and x.sum <> y.amount
$$;

-- Allocations against both their ends.
create or replace function app.doctor_allocation()
returns table (what text, detail text)
language sql stable set search_path = pg_catalog, pg_temp
as $$
	select 'invoice paid differs from its payments',
	    format('invoice %s: paid %s, allocated %s', i.number, i.paid,
	    coalesce(x.sum, 0))
	from app.invoice i
	left join (select a.invoice_id, sum(a.amount) as sum
	    from app.allocation a join app.payment y on y.id = a.payment_id
	    where y.status = 'confirmed' group by a.invoice_id) x
	on x.invoice_id = i.id
	where i.paid <> coalesce(x.sum, 0)
	union all
	select 'payment spent other than it came in',
	    format('payment %s: amount %s, allocated %s, credit %s', y.number,
	    y.amount, coalesce(x.sum, 0), y.credited)
	from app.payment y
	left join (select a.payment_id, sum(a.amount) as sum
	    from app.allocation a group by a.payment_id) x
	on x.payment_id = y.id
	where y.status = 'confirmed'
	and coalesce(x.sum, 0) + y.credited <> y.amount
	union all
	select 'payment allocated beyond its amount',
	    format('payment %s: amount %s, allocated %s', y.number, y.amount,
	    sum(a.amount))
	from app.payment y join app.allocation a on a.payment_id = y.id
	group by y.id having sum(a.amount) > y.amount
	union all
	select 'payment of one customer on the invoice of another',
	    format('payment %s, invoice %s', y.number, i.number)
	from app.allocation a join app.payment y on y.id = a.payment_id
	join app.invoice i on i.id = a.invoice_id
	where i.customer_id <> y.customer_id
	union all
	select 'invoice does not add up',
	    format('invoice %s: lines %s, subtotal %s', i.number, x.sum,
	    i.subtotal)
	from app.invoice i
	left join (select l.invoice_id, sum(l.amount) as sum
	    from app.invoice_line l group by l.invoice_id) x
	on x.invoice_id = i.id
	where coalesce(x.sum, 0) <> i.subtotal
	union all
	select 'invoice does not add up',
	    format('invoice %s: taxes %s in its rows, %s in it', i.number,
	    coalesce(x.sum, 0), i.tax)
	from app.invoice i
	left join (select t.invoice_id, sum(t.amount) as sum,
	    sum(t.amount) filter (where not t.inclusive) as top
	    from app.invoice_tax t group by t.invoice_id) x
	on x.invoice_id = i.id
	where coalesce(x.sum, 0) <> i.tax
	or i.total <> i.subtotal - i.discount + coalesce(x.top, 0)
$$;

-- The cached figures of a customer against the postings and the documents.
create or replace function app.doctor_balance()
returns table (what text, detail text)
language sql stable set search_path = pg_catalog, pg_temp
as $$
	with p as materialized (
		select y.customer_id,
		    coalesce(sum(y.amount) filter (where y.account = '1201'), 0)
		    as owed,
		    -coalesce(sum(y.amount) filter (where y.account = '2101'), 0)
		    as credit
		from app.posting y where y.customer_id is not null
		group by y.customer_id
	), i as materialized (
		select x.customer_id, sum(x.total - x.paid) as open
		from app.invoice x where x.status in ('unpaid', 'partial')
		group by x.customer_id
	)
	select 'balance differs from the postings',
	    format('customer %s: owed %s, posted %s; credit %s, posted %s',
	    coalesce(b.customer_id, p.customer_id), coalesce(b.owed, 0),
	    coalesce(p.owed, 0), coalesce(b.credit, 0), coalesce(p.credit, 0))
	from app.balance b full join p on p.customer_id = b.customer_id
	where coalesce(b.owed, 0) <> coalesce(p.owed, 0)
	or coalesce(b.credit, 0) <> coalesce(p.credit, 0)
	union all
	select 'balance differs from the open invoices',
	    format('customer %s: owed %s, open %s',
	    coalesce(b.customer_id, i.customer_id), coalesce(b.owed, 0),
	    coalesce(i.open, 0))
	from app.balance b full join i on i.customer_id = b.customer_id
	where coalesce(b.owed, 0) <> coalesce(i.open, 0)
	union all
	select 'credit below zero',
	    format('customer %s: %s', p.customer_id, p.credit)
	from p where p.credit < 0
$$;

-- Number series: every number from 1 to the counter's last, once.
create or replace function app.doctor_numbers()
returns table (what text, detail text)
language sql stable set search_path = pg_catalog, pg_temp
as $$
	with d as (
		select 'INV' as kind, i.branch_id, i.number from app.invoice i
		union all
		select 'PAY', y.branch_id, y.number from app.payment y
		union all
		select 'CASH', s.branch_id, s.number from app.cash_session s
	), s as (
		select d.kind, d.branch_id, split_part(d.number, '-', -2) as period,
		    split_part(d.number, '-', -1)::bigint as n, d.number
		from d
		where d.number ~ '^([^-]+-)*[A-Z]+-[0-9]{6}-[0-9]{5,18}$'
	), g as materialized (
		select s.kind, s.branch_id, s.period, count(*) as rows,
		    count(distinct s.n) as distinct_rows, min(s.n) as low,
		    max(s.n) as high
		from s group by s.kind, s.branch_id, s.period
	)
	select 'document without a proper number',
	    format('%s of branch %s: %s', d.kind, d.branch_id,
	    coalesce(d.number, 'no number'))
	from d
	where d.number is null
	or d.number !~ '^([^-]+-)*[A-Z]+-[0-9]{6}-[0-9]{5,18}$'
	or split_part(d.number, '-', -3) <> d.kind
	union all
	select 'number series with a gap or a duplicate',
	    format('%s %s of branch %s: %s documents, %s to %s, counter %s',
	    coalesce(g.kind, c.kind), coalesce(g.period, c.period),
	    coalesce(g.branch_id, c.branch_id), coalesce(g.rows, 0), g.low,
	    g.high, coalesce(c.last, 0))
	from g full join (select * from app.counter x
	    where x.kind in ('INV', 'PAY', 'CASH')) c
	on c.kind = g.kind and c.branch_id = g.branch_id
	    and c.period = g.period
	where coalesce(g.rows, 0) <> coalesce(c.last, 0)
	or g.rows <> g.distinct_rows or g.low <> 1 or g.high <> g.rows
$$;

-- States that are derived from others, and operations cut in two.
create or replace function app.doctor_state()
returns table (what text, detail text)
language sql stable set search_path = pg_catalog, pg_temp
as $$
	select 'customer status differs from his services',
	    format('customer %s is %s, should be %s', c.id, c.status,
	    x.status)
	from app.customer c
	left join (select s.customer_id, (array_agg(s.status
	    order by app.service_rank(s.status)))[1] as status
	    from app.service s group by s.customer_id) d
	on d.customer_id = c.id
	cross join lateral (select case when c.archived_at is not null
	    then 'archived' else coalesce(d.status, 'registered') end
	    as status) x
	where c.status <> x.status
	union all
	select 'operation without an answer',
	    format('%s %s of %s', o.op_id, o.method, app.instant(o.at))
	from app.op o
	where o.answer is null and o.at < app.now() - interval '1 minute'
	union all
	select 'cash session does not tie out',
	    format('session %s: float %s, posted %s, counted %s', s.number,
	    s.float, coalesce(x.sum, 0), s.counted)
	from app.cash_session s
	left join (select y.session_id, sum(y.amount) as sum
	    from app.posting y
	    where y.session_id is not null and y.account = '1101'
	    group by y.session_id) x on x.session_id = s.id
	where s.closed_at is not null
	and (s.variance is distinct from s.counted - s.expected
	or s.float + coalesce(x.sum, 0) is distinct from s.counted)
	union all
	select 'cash payment on the wrong drawer',
	    format('payment %s: in the session %s, posted %s', y.number,
	    y.amount, coalesce(x.sum, 0))
	from app.payment y
	join app.journal j on j.number = y.number and j.kind = 'payment'
	left join lateral (select sum(z.amount) as sum from app.posting z
	    where z.journal_id = j.id and z.account = '1101'
	    and z.session_id is not distinct from y.session_id) x on true
	where y.method = 'cash' and y.status = 'confirmed'
	and coalesce(x.sum, 0) <> y.amount
	union all
	select 'receipt counted wrongly',
	    format('payment %s: %s prints, %s rows', y.number, y.prints,
	    coalesce(x.n, 0))
	from app.payment y
	left join (select r.payment_id, count(*) as n
	    from app.receipt_print r group by r.payment_id) x
	on x.payment_id = y.id
	where y.prints <> coalesce(x.n, 0)
$$;

-- Every violation found, one row each; none when the books are clean. Whole
-- tables are compared, perhaps right after a load and before any statistics:
-- never by a nested loop.
create or replace function app.doctor()
returns table (what text, detail text)
language plpgsql set search_path = pg_catalog, pg_temp
set enable_nestloop = off set work_mem = '64MB'
as $$
declare
	v_scope text := current_setting('app.scope', true);
	v_customers text := current_setting('app.customer_scope', true);
begin
	perform app.see_all('all', 'all');
	return query select * from app.doctor_journal();
	return query select * from app.doctor_allocation();
	return query select * from app.doctor_balance();
	return query select * from app.doctor_numbers();
	return query select * from app.doctor_state();
	perform app.see_all(v_scope, v_customers);
end $$;

-- Raises when a total is off; single rows are the doctor's.
create or replace function app.invariants() returns void
language plpgsql set search_path = pg_catalog, pg_temp
set enable_nestloop = off set work_mem = '64MB'
as $$
declare
	v_scope text := current_setting('app.scope', true);
	v_customers text := current_setting('app.customer_scope', true);
	p record;
	b record;
	i record;
	v_bad text;
begin
	perform app.see_all('all', 'all');
	select coalesce(sum(y.amount), 0) as sum,
	    coalesce(sum(y.amount) filter (where y.account = '1201'), 0) as owed,
	    -coalesce(sum(y.amount) filter (where y.account = '2101'), 0)
	    as credit
	into p from app.posting y;
	select coalesce(sum(x.owed), 0) as owed,
	    coalesce(sum(x.credit), 0) as credit,
	    coalesce(min(x.credit), 0) as least
	into b from app.balance x;
	select coalesce(sum(x.paid), 0) as paid,
	    coalesce(sum(x.total - x.paid)
	        filter (where x.status in ('unpaid', 'partial')), 0) as open
	into i from app.invoice x;
	v_bad := case
	when p.sum <> 0 then format('the postings sum to %s', p.sum)
	when p.owed <> b.owed then
	    format('owed: %s posted, %s in the balances', p.owed, b.owed)
	when p.credit <> b.credit then
	    format('credit: %s posted, %s in the balances', p.credit, b.credit)
	when b.least < 0 then format('a credit of %s', b.least)
	when i.open <> b.owed then
	    format('owed: %s on invoices, %s in the balances', i.open, b.owed)
	when i.paid <> (select coalesce(sum(a.amount), 0)
	    from app.allocation a join app.payment y on y.id = a.payment_id
	    where y.status = 'confirmed') then
	    format('paid: %s on invoices, not so much by payments', i.paid)
	end;
	perform app.see_all(v_scope, v_customers);
	if v_bad is not null then
		raise exception 'the books do not hold: %', v_bad
		    using errcode = 'check_violation';
	end if;
end $$;
