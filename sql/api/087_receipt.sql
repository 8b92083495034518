-- SPDX-License-Identifier: GPL-3.0-or-later
-- What stands on a receipt. Core turns it into text or bytes. A reprint years
-- later must be the same paper, so nothing here may read what changes later:
-- names and letterhead are as they were, the credit and the rest of an
-- invoice are summed up to this payment's own entry in the books.

-- The value of a letterhead setting as it was at an instant.
create or replace function app.setting_at(p_key text, p_at timestamptz)
returns text
language sql stable set search_path = pg_catalog, pg_temp
as $$
	select coalesce((select h.value from app.setting_past h
	    where h.key = p_key and h.until > p_at
	    order by h.until, h.id limit 1), app.setting(p_key), '')
$$;

-- What was left to pay of an invoice when an entry was made. Sees every
-- payment: what a customer still owes does not depend on who prints it.
create or replace function app.left_after(p_invoice bigint, p_journal bigint)
returns bigint
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
	v_scope text := current_setting('app.scope', true);
	v_left bigint;
begin
	perform set_config('app.scope', 'all', true);
	select i.total - coalesce((select sum(a.amount)
	    from app.allocation a
	    join app.payment y on y.id = a.payment_id
	    join app.journal j on j.number = y.number and j.kind = 'payment'
	    where a.invoice_id = i.id and j.id <= p_journal), 0)
	into v_left
	from app.invoice i where i.id = p_invoice;
	perform set_config('app.scope', coalesce(v_scope, ''), true);
	return v_left;
end $$;

-- The document behind a payment's receipt; `copy` is filled in by the caller.
create or replace function app.receipt_data(y app.payment) returns jsonb
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
	v_journal bigint;
	v_credit bigint;
	v_invoices jsonb;
begin
	select j.id into v_journal from app.journal j
	where j.number = y.number and j.kind = 'payment';
	if v_journal is not null then
		select coalesce(-sum(x.amount), 0) into v_credit
		from app.posting x
		where x.customer_id = y.customer_id and x.account = '2101'
		and x.journal_id <= v_journal;
	else
		-- A transfer that waits: what he had when he came.
		select coalesce(-sum(x.amount), 0) into v_credit
		from app.posting x join app.journal j on j.id = x.journal_id
		where x.customer_id = y.customer_id and x.account = '2101'
		and j.at < y.created_at;
	end if;
	select coalesce(jsonb_agg(jsonb_build_object(
	    'number', i.number, 'period', to_char(i.period, 'YYYY-MM'),
	    'period_start', i.period_start, 'period_end', i.period_end,
	    'title', app.invoice_title(i.id, i.period),
	    'subtotal', i.subtotal, 'discount', i.discount,
	    'taxes', (select coalesce(jsonb_agg(jsonb_build_object(
	        'name', t.name, 'amount', t.amount, 'inclusive', t.inclusive)
	        order by t.tax_id), '[]')
	        from app.invoice_tax t where t.invoice_id = i.id),
	    'penalty', 0, 'total', i.total, 'allocated', a.amount,
	    'remaining', app.left_after(i.id, v_journal)) order by i.id), '[]')
	into v_invoices
	from app.allocation a join app.invoice i on i.id = a.invoice_id
	where a.payment_id = y.id;
	return jsonb_build_object(
	    'company', jsonb_build_object(
	        'name', app.setting_at('company_name', y.created_at),
	        'legal', app.setting_at('company_legal', y.created_at),
	        'address', app.setting_at('company_address', y.created_at),
	        'phone', app.setting_at('company_phone', y.created_at),
	        'npwp', nullif(app.setting_at('company_npwp', y.created_at), ''),
	        'footer', app.setting_at('receipt_footer', y.created_at),
	        'thanks', app.setting_at('receipt_thanks', y.created_at)),
	    'payment', jsonb_build_object(
	        'number', y.number, 'at', app.instant(y.created_at),
	        'zone', (select b.zone from app.branch b where b.id = y.branch_id),
	        'cashier', coalesce(y.cashier_name, (select u.full_name
	            from app.app_user u where u.id = y.user_id)),
	        'drawer', (select s.drawer from app.cash_session s
	            where s.id = y.session_id),
	        'method', y.method, 'reference', y.reference,
	        'tendered', y.tendered, 'amount', y.amount, 'change', y.change,
	        'credited', y.credited, 'status', y.status,
	        'check', y.check_code,
	        'verify_url', app.setting_at('receipt_qr_prefix', y.created_at),
	        'note', y.note),
	    'customer', jsonb_build_object('number', y.customer_id::text,
	        'name', coalesce(y.customer_name, (select c.name
	            from app.customer c where c.id = y.customer_id))),
	    'invoices', v_invoices, 'credit_after', v_credit,
	    'copy', 0, 'copied', null, 'stamp_duty', 0);
end $$;

-- The original, whatever was printed since. Changes nothing.
create or replace function api.receipt_render(p jsonb) returns json
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
	y app.payment;
begin
	select x.* into y from app.payment x where x.number = p ->> 'payment';
	if not found then
		perform app.fail_missing('payment');
	end if;
	return app.receipt_data(y)::json;
end $$;

-- Counts a piece of paper: the first is the original, the n-th after it says
-- that it is the n-th copy, whose and when.
create or replace function api.receipt_print(p jsonb) returns json
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
	v json := app.op_begin('receipt.print', p);
	y app.payment;
	v_data jsonb;
begin
	if v is not null then
		return v;
	end if;
	select x.* into y from app.payment x where x.number = p ->> 'payment'
	for no key update;
	if not found then
		perform app.fail_missing('payment');
	end if;
	insert into app.receipt_print (payment_id, copy, at, user_id, printer,
	    reason)
	values (y.id, y.prints, app.now(), app.user_id(), p ->> 'to',
	    p ->> 'reason');
	update app.payment x set prints = x.prints + 1 where x.id = y.id;
	v_data := app.receipt_data(y);
	if y.prints > 0 then
		v_data := v_data || jsonb_build_object('copy', y.prints,
		    'copied', jsonb_build_object('by', (select u.full_name
		    from app.app_user u where u.id = app.user_id()),
		    'at', app.instant(app.now())));
	end if;
	return app.op_end(p, 'payment', y.number, v_data::json, null,
	    jsonb_build_object('to', p ->> 'to', 'copy', y.prints),
	    p ->> 'reason');
end $$;
