-- SPDX-License-Identifier: GPL-3.0-or-later
-- Packages, customers (who pays) and services (what is delivered), search.

create table app.package (
	id		integer generated always as identity primary key,
	code		text not null constraint package_code_key unique,
	name		text not null,
	down_mbps	integer not null check (down_mbps >= 1),
	up_mbps		integer not null check (up_mbps >= 1),
	price		app.rupiah not null check (price >= 0),
	description	text,
	active		boolean not null default true,
	created_at	timestamptz not null,
	version		integer not null default 1
);

create sequence app.customer_id_seq start 1000001;

create table app.customer (
	id		bigint primary key default nextval('app.customer_id_seq'),
	branch_id	smallint not null references app.branch,
	name		text not null,
	-- What lists sort by; a stored column because lower() may not pass a
	-- row-security barrier into an index condition.
	name_key	text not null generated always as (lower(name)) stored,
	phone		text not null,		-- 62...
	-- Read backwards, so that trailing digits are a range of an index: a
	-- comparison may pass the barrier, reverse() and LIKE may not.
	phone_tail	text not null generated always as (reverse(phone)) stored,
	email		text,
	address		text not null,
	rt_rw		text,
	village		text,
	district	text,
	city		text,
	province	text,
	postal_code	text,
	latitude	numeric(10,8),
	longitude	numeric(11,8),
	id_number	text,
	npwp		text,
	partner_id	integer references app.partner,
	assigned_to	integer references app.app_user,
	notes		text,
	-- Derived from the services by a trigger, so that lists can use it.
	status		text not null default 'registered',
	main_service	bigint,
	archived_at	timestamptz,
	created_by	integer,
	created_at	timestamptz not null,
	version		integer not null default 1
);
create index customer_name_idx on app.customer (name_key, id);
create index customer_created_idx on app.customer (created_at, id);
create index customer_status_idx on app.customer (status, name_key, id);
create index customer_district_idx on app.customer (district, name_key, id);
create index customer_village_idx on app.customer (village, name_key, id);
create index customer_branch_idx on app.customer (branch_id, name_key, id);
create index customer_phone_idx on app.customer (phone text_pattern_ops);
create index customer_phone_tail_idx
    on app.customer (phone_tail text_pattern_ops);
create index customer_partner_idx on app.customer (partner_id)
    where partner_id is not null;
create index customer_assigned_idx on app.customer (assigned_to)
    where assigned_to is not null;
create index customer_created_by_idx on app.customer (created_by);
-- Counts by status read this one alone: it has all that the policy asks for,
-- and few distinct values, so it is small.
create index customer_count_idx on app.customer
    (status, branch_id, partner_id, assigned_to, created_by);

create table app.service (
	id		bigint generated always as identity primary key,
	customer_id	bigint not null references app.customer,
	branch_id	smallint not null references app.branch,
	seq		smallint not null,
	package_id	integer not null references app.package,
	price		app.rupiah check (price >= 0),	-- null: the package's
	address		text,				-- null: the customer's
	status		text not null default 'registered'
			check (status in ('registered', 'survey', 'approved',
			'scheduled', 'installing', 'active', 'suspended',
			'paused', 'terminated')),
	-- What the network should do; workers of a later release make it so.
	desired		text not null generated always as (case status
			when 'active' then 'open'
			when 'suspended' then 'isolated'
			else 'off' end) stored,
	billing_day	smallint not null default 1
			check (billing_day between 1 and 31),
	pppoe_user	text collate "C" constraint service_pppoe_user_key unique,
	static_ip	inet,
	odp_port	text,
	onu_serial	text,
	installed_on	date,
	terminated_on	date,
	created_at	timestamptz not null,
	version		integer not null default 1,
	constraint service_customer_seq_key unique (customer_id, seq)
);
create index service_package_idx on app.service (package_id, customer_id)
    include (status, branch_id);
create index customer_main_service_idx on app.customer (main_service);
create index service_active_idx on app.service (branch_id, customer_id)
    where status = 'active';

alter table app.customer add constraint customer_main_service_fk
    foreign key (main_service) references app.service (id)
    deferrable initially deferred;

create table app.service_log (
	id		bigint generated always as identity primary key,
	service_id	bigint not null references app.service,
	from_status	text,
	to_status	text not null,
	at		timestamptz not null,
	user_id		integer,
	note		text
);
create index service_log_service_idx on app.service_log (service_id, id);

-- What a customer owes and has as credit. The postings decide; this is their
-- cached sum, checked by the doctor, so that lists can sort by it.
create table app.balance (
	customer_id	bigint primary key references app.customer,
	owed		app.rupiah not null default 0,
	credit		app.rupiah not null default 0 check (credit >= 0)
) with (fillfactor = 80);
create index balance_owed_idx on app.balance (owed, customer_id);
create index balance_credit_idx on app.balance (credit, customer_id)
    where credit > 0;

-- Search: the distinct words of names and addresses, each word's one-edit
-- neighbours (all single deletions), and which customer has which word. No
-- row security here: pattern operators would lose their indexes under it, so
-- the functions that read these tables write the scope out themselves.
create table app.word (
	id		integer generated always as identity primary key,
	word		text not null constraint word_key unique,
	customers	integer not null default 0	-- about; above 1,000 in steps
);
create index word_prefix_idx on app.word (word text_pattern_ops);

create table app.word_variant (
	variant		text not null,
	word_id		integer not null references app.word on delete cascade,
	primary key (variant, word_id)
);

create table app.customer_word (
	word_id		integer not null references app.word,
	place		smallint not null	-- 1 first word of the name, 2 a
			check (place in (1, 2, 3)),	-- later one, 3 address
	customer_id	bigint not null references app.customer on delete cascade,
	primary key (word_id, place, customer_id)
);
-- The first index streams the customers of a word, best places first; this
-- one asks whether a customer has a word. Both answer without the table.
create unique index customer_word_customer_key on app.customer_word
    (customer_id, word_id) include (place);

alter table app.customer enable row level security;
alter table app.customer force row level security;
create policy customer_scope on app.customer using (
	(select app.customer_scope_is('all'))
	or ((select app.customer_scope_is('branch'))
	    and branch_id = (select app.branch_id()))
	or ((select app.customer_scope_is('partner'))
	    and partner_id = (select app.partner_id()))
	or ((select app.customer_scope_is('own'))
	    and (assigned_to = (select app.user_id())
	    or created_by = (select app.user_id())))
);

-- Whether the context shows that customer. A function, not `in (select ...)`:
-- the planner would charge every look at a service with reading all
-- customers, though only partners and technicians get that far.
create function app.customer_seen(p_id bigint) returns boolean
language plpgsql stable parallel safe cost 50
set search_path = pg_catalog, pg_temp
as $$
begin
	return exists (select from app.customer c where c.id = p_id);
end $$;

alter table app.service enable row level security;
alter table app.service force row level security;
create policy service_scope on app.service using (
	(select app.customer_scope_is('all'))
	or ((select app.customer_scope_is('branch'))
	    and branch_id = (select app.branch_id()))
	or (((select app.customer_scope_is('partner'))
	    or (select app.customer_scope_is('own')))
	    and app.customer_seen(customer_id))
);
