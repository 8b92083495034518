-- SPDX-License-Identifier: GPL-3.0-or-later
-- The counter: who is meant, what does he owe, what did I just do. Each is
-- one call. Every look-up by number goes through operators that may pass a
-- row-security barrier, so that indexes serve it.

-- Customers whose number ends in these digits. The candidates are computed,
-- not searched: a pattern would read the whole table under row security.
create or replace function app.customers_by_tail(p_digits text)
returns setof bigint
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
	v_step bigint := 10::bigint ^ length(p_digits);
	v_low constant bigint := 1000001;
	v_high bigint;
	v_first bigint;
begin
	select s.last_value into v_high from app.customer_id_seq s;
	v_first := v_low - v_low % v_step + p_digits::bigint;
	if v_first < v_low then
		v_first := v_first + v_step;
	end if;
	return query
	select c.id from app.customer c
	where c.id = any (array(select g from
	    generate_series(v_first, v_high, v_step) g))
	and c.archived_at is null
	order by c.id limit 21;
end $$;

-- The customer of a document number, or of the payload of a scanned code
-- (its check character was verified by the reader).
create or replace function app.customer_by_document(p_text text)
returns bigint
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
	v_kind text := 'I';
	v_number text := p_text;
	v_id bigint;
begin
	if p_text ^@ 'JB1' then
		v_kind := substr(p_text, 4, 1);
		v_number := rtrim(substr(p_text, 5, length(p_text) - 5), '-');
	elsif p_text ~ '(^|-)PAY-' then
		v_kind := 'R';
	end if;
	case v_kind
	when 'C' then
		if v_number ~ '^[0-9]{1,18}$' then
			select c.id into v_id from app.customer c
			where c.id = v_number::bigint;
		end if;
	when 'R' then
		select y.customer_id into v_id from app.payment y
		where y.number = v_number;
	else
		select i.customer_id into v_id from app.invoice i
		where i.number = v_number;
	end case;
	return v_id;
end $$;

-- Ids that a text means, best first, and whether it named exactly one.
create or replace function app.counter_match(p_text text, out ids bigint[],
    out exact boolean)
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
	v_up text := upper(p_text);
	v_digits text := regexp_replace(p_text, '[^0-9]', '', 'g');
	v_phone text;
begin
	ids := '{}';
	exact := true;
	if v_up ~ '^JB1[CIR][A-Z0-9./-]+[A-Z0-9]$'
	    or v_up ~ '^([A-Z0-9]+-)?(INV|PAY)-[0-9]{6}-[0-9]{5,}$' then
		ids := array_remove(array[app.customer_by_document(v_up)], null);
	elsif p_text ^@ '@' then
		ids := array(select s.customer_id from app.service s
		    where s.pppoe_user = substr(p_text, 2));
		if ids = '{}' and length(p_text) > 2 then
			exact := false;
			ids := array(select distinct s.customer_id from app.service s
			    where s.pppoe_user >= substr(p_text, 2)
			    and s.pppoe_user < substr(p_text, 2) || U&'\FFFD'
			    limit 21);
		end if;
	elsif p_text ~ '^[+]?[0-9 .-]+$' and v_digits <> '' then
		if length(v_digits) between 7 and 18 then
			ids := array(select c.id from app.customer c
			    where c.id = v_digits::bigint);
		end if;
		if ids = '{}' and length(v_digits) between 4 and 9 then
			ids := array(select app.customers_by_tail(v_digits));
		end if;
		if v_digits ~ '^(08|62)' and length(v_digits) >= 4 then
			v_phone := app.phone(v_digits);
			ids := ids || array(select c.id from app.customer c
			    where c.phone ~>=~ v_phone
			    and c.phone ~<~ (v_phone || ':')
			    and c.archived_at is null and c.id <> all (ids)
			    order by c.phone using ~<~ limit 21);
		end if;
		exact := cardinality(ids) = 1;
	else
		exact := false;
		ids := array(select s.customer_id
		    from app.search_customers(p_text, 20) with ordinality
		    s(customer_id, rank, n) order by s.n);
	end if;
	exact := exact and cardinality(ids) = 1;
end $$;

-- Whom a clerk means: number, last digits, phone, scanned code, document,
-- @pppoe, else a name or street with typing errors forgiven.
create or replace function api.counter_find(p jsonb) returns json
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
	v record;
	v_rows json;
begin
	v := app.counter_match(btrim(p ->> 'q'));
	select coalesce(json_agg(json_build_object('number', c.id::text,
	    'name', c.name, 'address', c.address, 'phone', c.phone,
	    'package', k.name, 'status', c.status,
	    'owed', coalesce(b.owed, 0)) order by x.n), '[]')
	into v_rows
	from unnest(v.ids[1:20]) with ordinality x(id, n)
	join app.customer c on c.id = x.id
	left join app.balance b on b.customer_id = c.id
	left join app.service s on s.id = c.main_service
	left join app.package k on k.id = s.package_id;
	return json_build_object('matches', v_rows,
	    'exact', v.exact and json_array_length(v_rows) = 1,
	    'more', cardinality(v.ids) > 20);
end $$;

-- Everything the counter shows of a customer, in one call.
create or replace function api.counter_bill(p jsonb) returns json
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
	c app.customer;
	b app.balance;
	v_today date;
	v_services json;
	v_package text;
	v_invoices json;
	v_total bigint;
	v_last json;
	v_waiting bigint;
begin
	select x.* into c from app.customer x
	where x.id = app.customer_ref(p ->> 'customer');
	select x.* into b from app.balance x where x.customer_id = c.id;
	v_today := app.today(c.branch_id);
	select coalesce(json_agg(json_build_object('id', s.id, 'package', k.name,
	    'status', s.status, 'price', coalesce(s.price, k.price),
	    'pppoe_user', s.pppoe_user) order by s.seq), '[]'),
	    max(k.name) filter (where s.id = c.main_service)
	into v_services, v_package
	from app.service s join app.package k on k.id = s.package_id
	where s.customer_id = c.id;
	-- As many as payment.take lets be named; the total is of all.
	select coalesce(json_agg(json_build_object('number', i.number,
	    'period', to_char(i.period, 'YYYY-MM'),
	    'title', app.invoice_title(i.id, i.period), 'issued', i.issued,
	    'due', i.due, 'total', i.total, 'paid', i.paid,
	    'remaining', i.rest, 'days_late', greatest(0, v_today - i.due))
	    order by i.due, i.id) filter (where i.n <= 100), '[]'),
	    coalesce(sum(i.rest), 0)
	into v_invoices, v_total
	from (select x.*, x.total - x.paid as rest,
	    row_number() over (order by x.due, x.id) as n
	    from app.invoice x
	    where x.customer_id = c.id and x.status in ('unpaid', 'partial')) i;
	select coalesce(json_agg(json_build_object('number', y.number,
	    'at', app.instant(y.created_at), 'amount', y.amount,
	    'method', y.method, 'status', y.status) order by y.id desc), '[]')
	into v_last
	from (select x.* from app.payment x where x.customer_id = c.id
	    order by x.id desc limit 3) y;
	select coalesce(sum(y.amount), 0) into v_waiting
	from app.payment y where y.customer_id = c.id
	and y.status in ('pending', 'verified');
	return json_build_object(
	    'customer', json_build_object('number', c.id::text,
	        'name', c.name, 'address', c.address, 'phone', c.phone,
	        'package', v_package, 'status', c.status,
	        'credit', coalesce(b.credit, 0), 'owed', coalesce(b.owed, 0),
	        'notes', c.notes),
	    'services', v_services, 'invoices', v_invoices, 'total', v_total,
	    'waiting', v_waiting, 'last', v_last);
end $$;

-- The caller's drawer and his last payments of today.
create or replace function api.counter_recent(p jsonb) returns json
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
	s app.cash_session;
	v_user integer := app.user_id();
	v_today date := app.today();
	v_in bigint;
	v_receipts bigint;
	v_rows json;
begin
	select x.* into s from app.cash_session x
	where x.user_id = v_user and x.closed_at is null;
	if s.id is not null then
		select coalesce(sum(y.amount), 0), count(*)
		into v_in, v_receipts
		from app.payment y
		where y.session_id = s.id and y.status = 'confirmed';
	end if;
	select coalesce(json_agg(json_build_object('number', y.number,
	    'at', app.instant(y.created_at), 'customer', y.customer_id::text,
	    'name', c.name, 'amount', y.amount, 'method', y.method,
	    'status', y.status, 'change', y.change, 'prints', y.prints)
	    order by y.id desc), '[]')
	into v_rows
	from (select x.* from app.payment x
	    where x.user_id = v_user and x.business_date = v_today
	    order by x.id desc limit 10) y
	left join app.customer c on c.id = y.customer_id;
	return json_build_object('session', case when s.id is not null then
	    json_build_object('number', s.number, 'drawer', s.drawer,
	    'opened_at', app.instant(s.opened_at), 'float', s.float,
	    'cash_in', v_in, 'receipts', v_receipts) end, 'payments', v_rows,
	    'confirm_amount', app.setting_int('confirm_amount'));
end $$;
