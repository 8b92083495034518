-- SPDX-License-Identifier: GPL-3.0-or-later
-- What a new cluster gets before the first migration, as its superuser, in
-- the order of this file. Each may run again.

-- The owner of everything: no login, no superuser. Forced row security
-- binds it as it binds everybody.
-- name: bootstrap_roles
do $do$
begin
	if to_regrole('jabbar_owner') is null then
		create role jabbar_owner nologin nosuperuser nocreatedb
		    nocreaterole noreplication nobypassrls;
	end if;
	if to_regrole('jabbar_run') is null then
		create role jabbar_run login nosuperuser nocreatedb
		    nocreaterole noreplication nobypassrls;
	end if;
end
$do$;

-- On an own server, by whoever owner_url logs in as: what is there already
-- needs no right to be made.
-- name: bootstrap_own
do $do$
begin
	if not pg_has_role(current_user, 'jabbar_owner', 'member') then
		execute format('grant jabbar_owner to %I', current_user);
	end if;
	if not has_database_privilege('jabbar_owner', current_database(),
	    'create') then
		execute format('grant create, connect on database %I '
		    'to jabbar_owner', current_database());
	end if;
end
$do$;

-- name: bootstrap_has_database
select 1 from pg_catalog.pg_database where datname = 'jabbar';

-- name: bootstrap_database
create database jabbar owner jabbar_owner encoding 'UTF8'
    locale 'C.UTF-8' template template0;

-- name: bootstrap_rights
revoke all on database jabbar from public;
grant connect on database jabbar to jabbar_run;
alter role jabbar_run in database jabbar set search_path = pg_catalog;
alter role jabbar_run in database jabbar set timezone = 'UTC';
alter role jabbar_run in database jabbar set lock_timeout = '5s';
alter role jabbar_run in database jabbar
    set idle_in_transaction_session_timeout = '30s';

-- The statement time-out comes from the configuration, in milliseconds.
-- name: bootstrap_timeout
select pg_catalog.set_config('jabbar.timeout', $1, false);

-- name: bootstrap_timeout_set
do $do$
begin
	execute format('alter role jabbar_run in database jabbar '
	    'set statement_timeout = %L', current_setting('jabbar.timeout'));
end
$do$;
