-- SPDX-License-Identifier: GPL-3.0-or-later
-- Payments: taken at the counter, transfers confirmed later. Whoever moves
-- money of a customer locks his balance row first, so his entries follow one
-- another in the order of their ids; receipts rely on that.

-- Six characters that nobody guesses, without the letters that are misread.
create or replace function app.check_code() returns text
language plpgsql volatile set search_path = pg_catalog, pg_temp
as $$
declare
	-- The first six bytes of a version 4 UUID are all random.
	r bytea := uuid_send(gen_random_uuid());
	a constant text := '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
begin
	return substr(a, get_byte(r, 0) % 32 + 1, 1) ||
	    substr(a, get_byte(r, 1) % 32 + 1, 1) ||
	    substr(a, get_byte(r, 2) % 32 + 1, 1) ||
	    substr(a, get_byte(r, 3) % 32 + 1, 1) ||
	    substr(a, get_byte(r, 4) % 32 + 1, 1) ||
	    substr(a, get_byte(r, 5) % 32 + 1, 1);
end $$;

-- Locks the balance of a customer until the transaction ends.
create or replace function app.balance_lock(p_customer bigint) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
	perform from app.balance b where b.customer_id = p_customer
	for no key update;
	if not found then
		insert into app.balance (customer_id) values (p_customer)
		on conflict (customer_id) do nothing;
		perform from app.balance b where b.customer_id = p_customer
		for no key update;
	end if;
end $$;

-- Locks the open invoices of a customer (all, or those of p_first only) and
-- spreads a sum over them: first those of p_first in that order, then the
-- oldest. `closed` is the first of p_first that is not open, under the lock.
-- In plpgsql, as all on the way of a payment: its plans outlive the
-- transaction, those of a function in SQL do not.
create or replace function app.allot(p_customer bigint, p_sum bigint,
    p_first bigint[], p_only boolean, out ids bigint[], out amounts bigint[],
    out numbers text[], out allotted bigint, out closed text)
language plpgsql volatile set search_path = pg_catalog, pg_temp
as $$
begin
	with l as materialized (
		select i.id, i.number, i.due, i.status, i.total - i.paid as rest
		from app.invoice i
		where i.customer_id = p_customer and case when p_only
		    then i.id = any (p_first)
		    else i.status in ('unpaid', 'partial') end
		order by i.id for no key update
	), o as (
		select l.*, l.status in ('unpaid', 'partial') as open,
		    row_number() over (order by array_position(p_first, l.id),
		    l.due, l.id) as pos
		from l
	), a as (
		select o.*, least(o.rest, greatest(0, p_sum - coalesce(
		    sum(o.rest) over (order by o.pos
		    rows between unbounded preceding and 1 preceding), 0)))::bigint
		    as amount
		from o
	)
	select array_agg(a.id order by a.pos) filter (where a.amount > 0),
	    array_agg(a.amount order by a.pos) filter (where a.amount > 0),
	    array_agg(a.number order by a.pos) filter (where a.amount > 0),
	    coalesce(sum(a.amount), 0)::bigint,
	    (array_agg(a.number order by a.pos) filter (where not a.open))[1]
	into ids, amounts, numbers, allotted, closed
	from a;
end $$;

-- Tells who watches the invoices and the customer that money moved there.
create or replace function app.notify_paid(p_customer bigint,
    p_numbers text[])
returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
	perform pg_notify('jabbar', 'invoice:' || x) from unnest(p_numbers) x;
	perform pg_notify('jabbar', 'customer:' || p_customer);
end $$;

-- The member `allocated` of answers.
create or replace function app.allocated_json(p_numbers text[],
    p_amounts bigint[])
returns json
language plpgsql immutable set search_path = pg_catalog, pg_temp
as $$
begin
	return coalesce((select json_agg(json_build_object('invoice', x.number,
	    'amount', x.amount) order by x.n)
	from rows from (unnest(p_numbers), unnest(p_amounts)) with ordinality
	    x(number, amount, n)), '[]');
end $$;

-- The invoices a payment names, as ids in the order given. A second mention,
-- one of somebody else and one that is not open are refused.
create or replace function app.wanted_ids(p_customer bigint, p jsonb)
returns bigint[]
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
	v_numbers text[] := array(select jsonb_array_elements_text(p));
	v_ids bigint[];
	v_closed text;
begin
	if (select count(distinct x) from unnest(v_numbers) x)
	    < cardinality(v_numbers) then
		perform app.fail_field('invoices', 'duplicate');
	end if;
	select array_agg(i.id order by n.pos), (array_agg(i.number order by n.pos)
	    filter (where i.status not in ('unpaid', 'partial')))[1]
	into v_ids, v_closed
	from unnest(v_numbers) with ordinality n(number, pos)
	join app.invoice i on i.number = n.number
	    and i.customer_id = p_customer;
	if coalesce(cardinality(v_ids), 0) < cardinality(v_numbers) then
		perform app.fail_missing('invoices');
	end if;
	if v_closed is not null then
		perform app.fail('invoice_closed', jsonb_build_object(
		    'field', 'invoices', 'number', v_closed));
	end if;
	return v_ids;
end $$;

-- Takes money. Cash is booked at once; a transfer waits for payment.confirm.
-- Statements are few because the counter lives on this function: the
-- references, the locks with the allocation, then one that writes it all.
create or replace function api.payment_take(p jsonb) returns json
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
	v json := app.op_begin('payment.take', p);
	v_now timestamptz := app.now();
	v_user integer := app.user_id();
	v_tendered bigint := (p ->> 'tendered')::bigint;
	v_cash boolean := p ->> 'method' = 'cash';
	v_named boolean := jsonb_typeof(p -> 'invoices') = 'array'
	    and p -> 'invoices' <> '[]';
	c record;
	a record;
	v_wanted bigint[];
	v_session bigint;
	v_change bigint := 0;
	v_credit bigint := 0;
	v_paid_at timestamptz := v_now;
	v_number text;
	v_owed bigint;
begin
	if v is not null then
		return v;
	end if;
	if p ->> 'method' is null or p ->> 'method' not in ('cash', 'transfer') then
		perform app.fail_field('method', 'value');
	elsif v_tendered is null or v_tendered < 1 then
		perform app.fail_field('tendered', 'min');
	elsif v_tendered > app.sum_max() then
		perform app.fail_field('tendered', 'max');
	elsif p ->> 'customer' !~ '^[0-9]{1,18}$' then
		perform app.fail_missing('customer');
	end if;
	select x.id, x.name, x.branch_id, b.zone,
	    (v_now at time zone b.zone)::date as today
	into c
	from app.customer x join app.branch b on b.id = x.branch_id
	where x.id = (p ->> 'customer')::bigint;
	if c.id is null then
		perform app.fail_missing('customer');
	end if;
	if (p ->> 'paid_at')::date > c.today then
		perform app.fail_field('paid_at', 'max');
	elsif (p ->> 'paid_at')::date < c.today then
		v_paid_at := (p ->> 'paid_at')::timestamp at time zone c.zone;
	end if;
	if v_cash then
		-- Shared, so that the session cannot close before the commit.
		select s.id into v_session from app.cash_session s
		where s.user_id = v_user and s.closed_at is null for key share;
		if v_session is null then
			perform app.fail('no_session');
		end if;
	end if;
	if v_named then
		v_wanted := app.wanted_ids(c.id, p -> 'invoices');
	end if;

	if not v_cash then
		insert into app.payment (number, branch_id, customer_id, method,
		    status, tendered, amount, reference, account, note, wanted,
		    paid_at, business_date, user_id, check_code, customer_name,
		    cashier_name, created_at)
		select app.next_number('PAY', c.branch_id, c.today), c.branch_id,
		    c.id, 'transfer', 'pending', v_tendered, v_tendered,
		    p ->> 'reference', p ->> 'account', p ->> 'note', v_wanted,
		    v_paid_at, c.today, v_user, app.check_code(), c.name,
		    u.full_name, v_now
		from app.app_user u where u.id = v_user
		returning number into v_number;
		return app.op_end(p, 'payment', v_number, json_build_object(
		    'number', v_number, 'allocated', '[]'::json, 'change', 0,
		    'credit', 0, 'amount', v_tendered, 'status', 'pending',
		    'remaining', coalesce((select b.owed from app.balance b
		    where b.customer_id = c.id), 0)));
	end if;

	perform app.balance_lock(c.id);
	a := app.allot(c.id, v_tendered, v_wanted, v_named);
	if a.closed is not null then
		perform app.fail('invoice_closed', jsonb_build_object(
		    'field', 'invoices', 'number', a.closed));
	end if;
	if v_named then
		v_change := v_tendered - a.allotted;
	else
		v_credit := v_tendered - a.allotted;
	end if;

	with pay as (
		insert into app.payment (number, branch_id, customer_id, method,
		    status, tendered, amount, change, credited, reference,
		    account, note, paid_at, business_date, session_id, user_id,
		    check_code, customer_name, cashier_name, created_at)
		select app.next_number('PAY', c.branch_id, c.today), c.branch_id,
		    c.id, 'cash', 'confirmed', v_tendered, v_tendered - v_change,
		    v_change, v_credit, p ->> 'reference', p ->> 'account',
		    p ->> 'note', v_paid_at, c.today, v_session, v_user,
		    app.check_code(), c.name, u.full_name, v_now
		from app.app_user u where u.id = v_user
		returning id, number
	), alloc as (
		insert into app.allocation (payment_id, invoice_id, amount)
		select pay.id, x.id, x.amount
		from pay, unnest(a.ids, a.amounts) x(id, amount)
	), inv as (
		update app.invoice i set paid = i.paid + x.amount
		from unnest(a.ids, a.amounts) x(id, amount)
		where i.id = x.id
	), jou as (
		insert into app.journal (at, business_date, branch_id, kind,
		    number, user_id)
		select v_now, c.today, c.branch_id, 'payment', pay.number, v_user
		from pay
		returning id
	), pos as (
		insert into app.posting (journal_id, line, account, customer_id,
		    session_id, amount)
		select jou.id, x.line, x.account, x.customer, x.session, x.amount
		from jou, (values
		    (1, '1101', null::bigint, v_session, v_tendered - v_change),
		    (2, '1201', c.id, null, -a.allotted),
		    (3, '2101', c.id, null, -v_credit))
		    x(line, account, customer, session, amount)
		where x.amount <> 0
	), bal as (
		update app.balance b set owed = b.owed - a.allotted,
		    credit = b.credit + v_credit
		where b.customer_id = c.id
		returning b.owed
	)
	select pay.number, bal.owed into v_number, v_owed from pay, bal;
	perform app.notify_paid(c.id, a.numbers);

	return app.op_end(p, 'payment', v_number, json_build_object(
	    'number', v_number,
	    'allocated', app.allocated_json(a.numbers, a.amounts),
	    'change', v_change, 'credit', v_credit,
	    'amount', v_tendered - v_change, 'status', 'confirmed',
	    'remaining', v_owed));
end $$;

-- A transfer that waits, locked for a decision; refused in any other state.
create or replace function app.payment_waiting(p_number text)
returns app.payment
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
	y app.payment;
begin
	select x.* into y from app.payment x where x.number = p_number
	for no key update;
	if not found then
		perform app.fail_missing('number');
	end if;
	if y.status not in ('pending', 'verified') then
		perform app.fail('bad_state', jsonb_build_object('state', y.status));
	end if;
	return y;
end $$;

-- Marks a transfer as seen on the bank's statement.
create or replace function api.payment_verify(p jsonb) returns json
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
	v json := app.op_begin('payment.verify', p);
	y app.payment;
	n app.payment;
begin
	if v is not null then
		return v;
	end if;
	y := app.payment_waiting(p ->> 'number');
	if y.status <> 'pending' then
		perform app.fail('bad_state', jsonb_build_object('state', y.status));
	end if;
	update app.payment x set status = 'verified', verified_by = app.user_id(),
	    verified_at = app.now(),
	    note = concat_ws(E'\n', x.note, nullif(p ->> 'note', ''))
	where x.id = y.id returning x.* into n;
	return app.op_end(p, 'payment', y.number, json_build_object(
	    'number', y.number, 'status', n.status), to_jsonb(y), to_jsonb(n));
end $$;

-- Books a transfer: the invoices it was meant for as far as they are open,
-- then the oldest, the rest becomes credit. The day of the books is today,
-- whenever the customer sent it.
create or replace function api.payment_confirm(p jsonb) returns json
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
	v json := app.op_begin('payment.confirm', p);
	y app.payment;
	n app.payment;
	a record;
	v_today date;
	v_credit bigint;
	v_owed bigint;
begin
	if v is not null then
		return v;
	end if;
	y := app.payment_waiting(p ->> 'number');
	v_today := app.today(y.branch_id);
	perform app.balance_lock(y.customer_id);
	a := app.allot(y.customer_id, y.amount, y.wanted, false);
	v_credit := y.amount - a.allotted;
	update app.payment x set status = 'confirmed', credited = v_credit,
	    business_date = v_today, decided_by = app.user_id(),
	    decided_at = app.now(),
	    note = concat_ws(E'\n', x.note, nullif(p ->> 'note', ''))
	where x.id = y.id returning x.* into n;
	with alloc as (
		insert into app.allocation (payment_id, invoice_id, amount)
		select y.id, x.id, x.amount
		from unnest(a.ids, a.amounts) x(id, amount)
	), inv as (
		update app.invoice i set paid = i.paid + x.amount
		from unnest(a.ids, a.amounts) x(id, amount)
		where i.id = x.id
	), jou as (
		insert into app.journal (at, business_date, branch_id, kind,
		    number, user_id)
		values (app.now(), v_today, y.branch_id, 'payment', y.number,
		    app.user_id())
		returning id
	), pos as (
		insert into app.posting (journal_id, line, account, customer_id,
		    amount)
		select jou.id, x.line, x.account, x.customer, x.amount
		from jou, (values
		    (1, '1102', null::bigint, y.amount::bigint),
		    (2, '1201', y.customer_id, -a.allotted),
		    (3, '2101', y.customer_id, -v_credit))
		    x(line, account, customer, amount)
		where x.amount <> 0
	)
	update app.balance b set owed = b.owed - a.allotted,
	    credit = b.credit + v_credit
	where b.customer_id = y.customer_id
	returning b.owed into v_owed;
	perform app.notify_paid(y.customer_id, a.numbers);
	return app.op_end(p, 'payment', y.number, json_build_object(
	    'number', y.number, 'status', n.status,
	    'allocated', app.allocated_json(a.numbers, a.amounts),
	    'change', 0, 'credit', v_credit, 'amount', y.amount,
	    'remaining', v_owed), to_jsonb(y), to_jsonb(n));
end $$;

-- Refuses a transfer that did not arrive; nothing was booked, so nothing is
-- taken back.
create or replace function api.payment_reject(p jsonb) returns json
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
	v json := app.op_begin('payment.reject', p);
	y app.payment;
	n app.payment;
begin
	if v is not null then
		return v;
	end if;
	y := app.payment_waiting(p ->> 'number');
	update app.payment x set status = 'rejected', decided_by = app.user_id(),
	    decided_at = app.now(), reason = p ->> 'reason'
	where x.id = y.id returning x.* into n;
	return app.op_end(p, 'payment', y.number, json_build_object(
	    'number', y.number, 'status', n.status), to_jsonb(y), to_jsonb(n),
	    p ->> 'reason');
end $$;

-- One payment with what it paid and every piece of paper printed of it.
create or replace function api.payment_get(p jsonb) returns json
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
	y app.payment;
	v json;
begin
	select x.* into y from app.payment x where x.number = p ->> 'number';
	if not found then
		perform app.fail_missing('number');
	end if;
	select json_build_object(
	    'number', y.number, 'at', app.instant(y.created_at),
	    'paid_at', app.instant(y.paid_at),
	    'business_date', y.business_date,
	    'customer', y.customer_id::text, 'name', c.name,
	    'method', y.method, 'status', y.status, 'tendered', y.tendered,
	    'amount', y.amount, 'change', y.change, 'credited', y.credited,
	    'reference', y.reference, 'account', y.account, 'note', y.note,
	    'cashier', u.name, 'cashier_name', u.full_name,
	    'session', s.number, 'drawer', s.drawer,
	    'allocated', (select coalesce(json_agg(json_build_object(
	        'invoice', i.number, 'period', to_char(i.period, 'YYYY-MM'),
	        'amount', a.amount, 'total', i.total, 'remaining',
	        i.total - i.paid, 'status', i.status) order by i.id), '[]')
	        from app.allocation a join app.invoice i on i.id = a.invoice_id
	        where a.payment_id = y.id),
	    'wanted', (select coalesce(json_agg(i.number order by w.n), '[]')
	        from unnest(y.wanted) with ordinality w(id, n)
	        join app.invoice i on i.id = w.id),
	    'verified_by', (select x.name from app.app_user x
	        where x.id = y.verified_by),
	    'verified_at', app.instant(y.verified_at),
	    'decided_by', (select x.name from app.app_user x
	        where x.id = y.decided_by),
	    'decided_at', app.instant(y.decided_at),
	    'reason', y.reason, 'check', y.check_code, 'prints', y.prints,
	    'copies', (select coalesce(json_agg(json_build_object(
	        'copy', r.copy, 'at', app.instant(r.at), 'by', x.name,
	        'printer', r.printer, 'reason', r.reason) order by r.copy), '[]')
	        from app.receipt_print r join app.app_user x on x.id = r.user_id
	        where r.payment_id = y.id))
	into v
	from app.app_user u
	left join app.customer c on c.id = y.customer_id
	left join app.cash_session s on s.id = y.session_id
	where u.id = y.user_id;
	return v;
end $$;

select app.list_declare('payment',
    'app.payment y join app.app_user u on u.id = y.user_id
	left join app.customer c on c.id = y.customer_id
	left join app.cash_session s on s.id = y.session_id',
    'y.id', 'bigint', '-id',
    $x$y.id in (
	select x.id from app.payment x
	where x.number between upper($q) and upper($q) || '~'
	union
	select x.id from app.payment x
	where x.customer_id in (select app.customer_match($q)))$x$, array[
	['number', 'y.number', 'text', '=', '='],
	['at', 'app.instant(y.created_at)', 'bigint', 'y.id', null],
	['customer', 'y.customer_id::text', 'bigint', null, 'y.customer_id'],
	['name', 'c.name', 'text', null, null],
	['method', 'y.method', 'text', null, '='],
	['amount', 'y.amount', 'bigint', '=', '='],
	['reference', 'y.reference', 'text', null, '='],
	['status', 'y.status', 'text', null, '='],
	['cashier', 'u.name', 'text', null, '='],
	['prints', 'y.prints', 'integer', null, '='],
	['-date', 'y.business_date', 'date', null, '='],
	['-session', 's.number', 'text', null, '='],
	['-id', 'y.id', 'bigint', '=', null]
    ]);

create or replace function api.payment_list(p jsonb) returns json
language sql security definer set search_path = pg_catalog, pg_temp
as $$ select app.list_run('payment', p) $$;

-- What came in today and this month, and what waits for a decision.
create or replace function api.payment_stats(p jsonb) returns json
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
	v_today date := app.today();
	d record;
	m bigint;
	w record;
begin
	select count(*) as n, coalesce(sum(y.amount), 0) as s,
	    coalesce(sum(y.amount) filter (where y.method = 'cash'), 0) as cash,
	    coalesce(sum(y.amount) filter (where y.method = 'transfer'), 0)
	    as transfer
	into d
	from app.payment y
	where y.business_date = v_today and y.status = 'confirmed';
	select coalesce(sum(y.amount), 0) into m
	from app.payment y
	where y.business_date between date_trunc('month', v_today)::date
	and v_today and y.status = 'confirmed';
	select count(*) as n, coalesce(sum(y.amount), 0) as s into w
	from app.payment y where y.status in ('pending', 'verified');
	return json_build_object('today', d.s, 'count_today', d.n,
	    'cash_today', d.cash, 'transfer_today', d.transfer, 'month', m,
	    'pending', w.n, 'pending_sum', w.s);
end $$;
