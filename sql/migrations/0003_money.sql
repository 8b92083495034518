-- SPDX-License-Identifier: GPL-3.0-or-later
-- Invoices, payments, cash sessions and the books behind them.

create table app.account (
	code		text primary key,
	name		text not null,
	kind		text not null check (kind in ('asset', 'liability',
			'equity', 'income', 'expense'))
);

-- Double entry, append only. An amount is positive for debit and negative
-- for credit; the amounts of an entry sum to zero.
create table app.journal (
	id		bigint generated always as identity primary key,
	at		timestamptz not null,
	business_date	date not null,
	branch_id	smallint not null,
	kind		text not null,
	number		text,			-- of the document that posted it
	user_id		integer,
	reverses	bigint references app.journal
);
create index journal_date_idx on app.journal (business_date, id);
create index journal_number_idx on app.journal (number);

create table app.posting (
	journal_id	bigint not null references app.journal,
	line		smallint not null,
	account		text not null,	-- of app.account, by the trigger
	customer_id	bigint,
	session_id	bigint,
	amount		app.rupiah not null check (amount <> 0),
	primary key (journal_id, line)
);
create index posting_customer_idx on app.posting (customer_id, account)
    where customer_id is not null;
create index posting_session_idx on app.posting (session_id)
    where session_id is not null;

create function app.posting_check() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
	v_bad bigint;
begin
	-- The rows of an entry come in one statement; so no look at the table.
	select n.journal_id into v_bad
	from new_rows n
	group by n.journal_id having sum(n.amount) <> 0 limit 1;
	if found then
		raise exception 'entry % does not sum to zero', v_bad
		    using errcode = 'check_violation';
	end if;
	-- Once per statement; as a foreign key it is once per row, and a month's
	-- run of invoices spends a sixth of its time in it.
	select n.journal_id into v_bad
	from new_rows n
	where n.account not in (select a.code from app.account a) limit 1;
	if found then
		raise exception 'entry % names an unknown account', v_bad
		    using errcode = 'foreign_key_violation';
	end if;
	return null;
end $$;
create trigger posting_balanced after insert on app.posting
    referencing new table as new_rows
    for each statement execute function app.posting_check();

create function app.append_only() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
	raise exception '% is append only', tg_table_name
	    using errcode = 'insufficient_privilege';
end $$;
create trigger posting_append_only before update or delete or truncate
    on app.posting for each statement execute function app.append_only();
create trigger journal_append_only before update or delete or truncate
    on app.journal for each statement execute function app.append_only();
create trigger audit_append_only before update or delete or truncate
    on app.audit for each statement execute function app.append_only();

-- A tax: rate on base_num/base_den of the price, for the days it is valid.
create table app.tax (
	id		integer generated always as identity primary key,
	name		text not null,
	rate_bp		integer not null check (rate_bp between 0 and 10000),
	base_num	integer not null check (base_num > 0),
	base_den	integer not null check (base_den > 0),
	inclusive	boolean not null default false,
	valid_from	date not null,
	valid_to	date,
	constraint tax_order check (valid_to is null or valid_to >= valid_from)
);

create table app.invoice (
	id		bigint generated always as identity primary key,
	number		text constraint invoice_number_key unique,
	branch_id	smallint not null references app.branch,
	customer_id	bigint not null references app.customer,
	service_id	bigint references app.service,
	kind		text not null check (kind in ('monthly', 'manual', 'sale')),
	period		date check (extract(day from period) = 1),
	period_start	date,
	period_end	date,
	issued		date not null,
	due		date not null,
	subtotal	app.rupiah not null check (subtotal >= 0),
	discount	app.rupiah not null default 0 check (discount >= 0),
	tax		app.rupiah not null default 0 check (tax >= 0),
	total		app.rupiah not null check (total >= 0),
	paid		app.rupiah not null default 0,
	cancelled_at	timestamptz,
	cancel_reason	text,
	-- Never set by hand: what the figures say.
	status		text not null generated always as (case
			when cancelled_at is not null then 'cancelled'
			when paid >= total then 'paid'
			when paid > 0 then 'partial'
			else 'unpaid' end) stored,
	note		text,
	created_by	integer,
	created_at	timestamptz not null,
	constraint invoice_paid_range check (paid between 0 and total),
	constraint invoice_discount_range check (discount <= subtotal),
	constraint invoice_period_order check (period_end >= period_start)
) with (fillfactor = 90);
create unique index invoice_service_period_key on app.invoice
    (service_id, period) where kind = 'monthly' and cancelled_at is null;
create index invoice_open_idx on app.invoice (customer_id, due, id)
    where status in ('unpaid', 'partial');
create index invoice_customer_idx on app.invoice (customer_id, id);
create index invoice_due_open_idx on app.invoice (due, id)
    where status in ('unpaid', 'partial');
create index invoice_period_idx on app.invoice (period, id);
create index invoice_status_idx on app.invoice (status, id)
    where status <> 'paid';
create index invoice_issued_idx on app.invoice (issued, id)
    include (total, cancelled_at, branch_id, customer_id);

create table app.invoice_line (
	invoice_id	bigint not null references app.invoice,
	line		smallint not null,
	text		text not null,
	qty		integer not null check (qty >= 1),
	unit_price	app.rupiah not null,
	amount		app.rupiah not null,
	explain		text,
	primary key (invoice_id, line),
	constraint invoice_line_amount check (amount = qty * unit_price)
);

create table app.invoice_tax (
	invoice_id	bigint not null references app.invoice,
	tax_id		integer not null references app.tax,
	name		text not null,
	rate_bp		integer not null,
	inclusive	boolean not null,
	base		app.rupiah not null,
	amount		app.rupiah not null,
	primary key (invoice_id, tax_id)
);

create table app.cash_session (
	id		bigint generated always as identity primary key,
	number		text constraint cash_session_number_key unique,
	branch_id	smallint not null references app.branch,
	user_id		integer not null references app.app_user,
	drawer		text not null,
	business_date	date not null,
	opened_at	timestamptz not null,
	float		app.rupiah not null check (float >= 0),
	closed_at	timestamptz,
	expected	app.rupiah,
	counted		app.rupiah,
	variance	app.rupiah,
	note		text
);
create unique index cash_session_open_user_key on app.cash_session (user_id)
    where closed_at is null;
create unique index cash_session_open_drawer_key
    on app.cash_session (branch_id, drawer) where closed_at is null;

create table app.payment (
	id		bigint generated always as identity primary key,
	number		text constraint payment_number_key unique,
	branch_id	smallint not null references app.branch,
	customer_id	bigint not null references app.customer,
	method		text not null,
	status		text not null check (status in ('pending', 'verified',
			'confirmed', 'rejected', 'reversed')),
	tendered	app.rupiah not null check (tendered > 0),
	amount		app.rupiah not null check (amount > 0),
	change		app.rupiah not null default 0 check (change >= 0),
	credited	app.rupiah not null default 0 check (credited >= 0),
	reference	text,
	account		text,
	note		text,
	-- The invoices a pending transfer asked for.
	wanted		bigint[],
	paid_at		timestamptz not null,
	business_date	date not null,
	session_id	bigint references app.cash_session,
	user_id		integer not null references app.app_user,
	verified_by	integer references app.app_user,
	verified_at	timestamptz,
	decided_by	integer references app.app_user,
	decided_at	timestamptz,
	reason		text,
	check_code	text not null,
	-- The names as they were on paper; null: as they are.
	customer_name	text,
	cashier_name	text,
	prints		integer not null default 0,
	created_at	timestamptz not null,
	constraint payment_sum check (tendered = amount + change)
) with (fillfactor = 90);
create index payment_customer_idx on app.payment (customer_id, id);
-- Sums of days, months and years are read from these alone; what row
-- security asks for is in them too.
create index payment_date_idx on app.payment (business_date, id)
    include (amount, method, status, branch_id, user_id, customer_id);
create index payment_user_idx on app.payment (user_id, id);
create index payment_session_idx on app.payment (session_id)
    where session_id is not null;
create index payment_waiting_idx on app.payment (status, id)
    where status in ('pending', 'verified');

create table app.allocation (
	payment_id	bigint not null references app.payment,
	invoice_id	bigint not null references app.invoice,
	amount		app.rupiah not null check (amount > 0),
	primary key (payment_id, invoice_id)
);
create index allocation_invoice_idx on app.allocation (invoice_id);

-- Every piece of paper: 0 is the original, n the n-th copy.
create table app.receipt_print (
	payment_id	bigint not null references app.payment,
	copy		integer not null,
	at		timestamptz not null,
	user_id		integer not null,
	printer		text not null,
	reason		text,
	primary key (payment_id, copy)
);

-- What the letterhead of a receipt said before a setting was changed, so
-- that a reprint years later is the same paper.
create table app.setting_past (
	key		text not null,
	until		timestamptz not null,
	value		text,
	id		bigint generated always as identity primary key
);
create index setting_past_idx on app.setting_past (key, until);

create function app.setting_keep() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
	insert into app.setting_past (key, until, value)
	values (old.key, app.now(), coalesce(old.value, old.preset));
	return null;
end $$;
create trigger setting_keep after update of value on app.setting
    for each row when (old.value is distinct from new.value
    and (old.key ^@ 'company_' or old.key ^@ 'receipt_'))
    execute function app.setting_keep();

alter table app.invoice enable row level security;
alter table app.invoice force row level security;
create policy invoice_scope on app.invoice using (
	(select app.customer_scope_is('all'))
	or ((select app.customer_scope_is('branch'))
	    and branch_id = (select app.branch_id()))
	or (((select app.customer_scope_is('partner'))
	    or (select app.customer_scope_is('own')))
	    and app.customer_seen(customer_id))
);

alter table app.payment enable row level security;
alter table app.payment force row level security;
create policy payment_scope on app.payment using (
	(select app.scope_is('all'))
	or ((select app.scope_is('branch'))
	    and branch_id = (select app.branch_id()))
	or ((select app.scope_is('partner'))
	    and app.customer_seen(customer_id))
	or ((select app.scope_is('own'))
	    and user_id = (select app.user_id()))
);

alter table app.cash_session enable row level security;
alter table app.cash_session force row level security;
create policy cash_session_scope on app.cash_session using (
	(select app.scope_is('all'))
	or ((select app.scope_is('branch'))
	    and branch_id = (select app.branch_id()))
	or (((select app.scope_is('partner')) or (select app.scope_is('own')))
	    and user_id = (select app.user_id()))
);
