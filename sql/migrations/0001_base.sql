-- SPDX-License-Identifier: GPL-3.0-or-later
-- People, rights, sessions, settings, numbers, idempotency, audit, lists.
-- Runs as jabbar_owner; the migrator has created the schema app.

-- Money is whole rupiah. One domain, so that a change would be one change.
create domain app.rupiah as bigint;

-- The context of a request, set by api.enter for the transaction. Policies
-- call these through (select ...), so once per query. Without a context they
-- are null and policies let no row through.
create function app.scope() returns text
language sql stable parallel safe
as $$ select nullif(current_setting('app.scope', true), '') $$;

-- How far customers are visible: as scope, but a clerk whose scope is own
-- must find every customer of his branch.
create function app.customer_scope() returns text
language sql stable parallel safe
as $$ select nullif(current_setting('app.customer_scope', true), '') $$;

-- What policies ask: `(select app.scope_is('all'))` becomes one boolean
-- parameter of a plan, which the planner takes for a coin toss. The
-- comparison spelled out in the policy would be estimated as one row in two
-- hundred, and every list at a million customers sorts instead of reading an
-- index. False without a context.
create function app.scope_is(p text) returns boolean
language sql stable parallel safe
as $$ select coalesce(current_setting('app.scope', true) = p, false) $$;

create function app.customer_scope_is(p text) returns boolean
language sql stable parallel safe
as $$ select coalesce(current_setting('app.customer_scope', true) = p, false) $$;

create function app.user_id() returns integer
language sql stable parallel safe
as $$ select nullif(current_setting('app.user', true), '')::integer $$;

create function app.branch_id() returns smallint
language sql stable parallel safe
as $$ select nullif(current_setting('app.branch', true), '')::smallint $$;

create function app.partner_id() returns integer
language sql stable parallel safe
as $$ select nullif(current_setting('app.partner', true), '')::integer $$;

-- The only reader of the clock. Tests move it with the setting app.clock.
create function app.now() returns timestamptz
language sql stable parallel safe
as $$ select coalesce(nullif(current_setting('app.clock', true), '')::timestamptz,
    pg_catalog.now()) $$;

create table app.branch (
	id		smallint generated always as identity primary key,
	code		text not null constraint branch_code_key unique,
	name		text not null,
	zone		text not null default 'Asia/Jakarta',
	active		boolean not null default true
);

create table app.partner (
	id		integer generated always as identity primary key,
	code		text not null constraint partner_code_key unique,
	name		text not null,
	active		boolean not null default true
);

create table app.role (
	id		text constraint role_id_key primary key,
	label		text not null,
	scope		text not null default 'all'
			check (scope in ('all', 'branch', 'partner', 'own')),
	builtin		boolean not null default false
);

create table app.perm (
	perm		text primary key,
	label		text not null,
	-- Whether a method of this program asks for it; the others belong to
	-- menus of a later one.
	used		boolean not null default true
);

create table app.role_perm (
	role_id		text not null references app.role on delete cascade
			on update cascade,
	perm		text not null references app.perm on delete cascade,
	primary key (role_id, perm)
);

create table app.app_user (
	id		integer generated always as identity primary key,
	name		text not null constraint app_user_name_key unique
			check (name = lower(name) and name <> ''),
	full_name	text not null,
	role_id		text not null references app.role on update cascade,
	scope		text not null default 'all'
			check (scope in ('all', 'branch', 'partner', 'own')),
	branch_id	smallint not null default 1 references app.branch,
	partner_id	integer references app.partner,
	phone		text,
	email		text,
	lang		text not null default 'id' check (lang in ('id', 'en')),
	password	text not null,
	must_change	boolean not null default true,
	active		boolean not null default true,
	created_at	timestamptz not null,
	last_login_at	timestamptz,
	last_login_addr	text,
	version		integer not null default 1,
	constraint app_user_partner_check
	    check (scope <> 'partner' or partner_id is not null)
);
create index app_user_role_idx on app.app_user (role_id);

-- Wrong passwords per name and address. Names that do not exist count too,
-- so that an answer never tells them apart.
create table app.login_failure (
	name		text not null,
	addr		text not null,
	failures	integer not null,
	last_at		timestamptz not null,
	locked_until	timestamptz,
	primary key (name, addr)
);

create table app.session (
	id		bigint generated always as identity primary key,
	token_hash	bytea not null constraint session_token_key unique,
	user_id		integer not null references app.app_user,
	addr		text not null,
	client		text,
	created_at	timestamptz not null,
	seen_at		timestamptz not null,
	expires_at	timestamptz not null,
	ended_at	timestamptz,
	end_reason	text
);
create index session_user_idx on app.session (user_id) where ended_at is null;

-- An operation id, its parameters' hash and its answer: the same id again
-- gets the same answer and changes nothing.
create table app.op (
	op_id		uuid primary key,
	method		text not null,
	params_hash	bytea not null,
	user_id		integer not null,
	at		timestamptz not null,
	answer		json
);

-- Append only: no function updates or deletes, and the runtime role cannot.
create table app.audit (
	id		bigint generated always as identity primary key,
	at		timestamptz not null,
	user_id		integer,
	user_name	text,
	session_id	bigint,
	addr		text,
	method		text not null,
	object		text not null,
	number		text,
	old		jsonb,
	new		jsonb,
	reason		text,
	op_id		uuid
);
create index audit_at_idx on app.audit (at, id);
create index audit_number_idx on app.audit (object, number);
create index audit_user_idx on app.audit (user_id, id);

create table app.setting (
	key		text primary key,
	type		text not null,
	min		bigint not null,
	max		bigint not null,
	preset		text not null,
	label		text not null,
	choices		jsonb,
	value		text,		-- null: the preset
	pos		integer not null
);

-- Gapless series: the row is locked from its update to the commit.
create table app.counter (
	branch_id	smallint not null,
	kind		text not null,
	period		text not null,	-- YYYYMM
	last		bigint not null,
	primary key (branch_id, kind, period)
);

-- Life cycles: the legal edges, who may take them, and whether a reason is
-- wanted. The screens' "allowed next" menus read the same rows.
create table app.transition (
	object		text not null,
	from_state	text not null,
	to_state	text not null,
	perm		text not null,
	reason		boolean not null default false,
	label		text not null,
	primary key (object, from_state, to_state)
);

-- Lists as rows: what can be shown, filtered and sorted. Filled anew by the
-- files in sql/api each time the schema api is built.
create table app.list_def (
	list		text primary key,
	source		text not null,		-- from ... [where ...]
	key_expr	text not null,		-- unique, makes any order total
	key_type	text not null,
	sort		text not null,		-- default
	search		text			-- condition for q; $q is the text
);

create table app.list_col (
	list		text not null references app.list_def on delete cascade,
	pos		integer not null,
	key		text not null,
	expr		text not null,
	sort_expr	text,			-- null: cannot be sorted by
	filter_expr	text,			-- null: no filter
	type		text not null default 'text',
	out		boolean not null default true,
	primary key (list, key)
);
