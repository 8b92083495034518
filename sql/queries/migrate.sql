-- SPDX-License-Identifier: GPL-3.0-or-later
-- What the migrator itself says to the database. Everything after
-- migrate_become runs as jabbar_owner.

-- Names are written in full in every file: nothing is found by accident.
-- name: migrate_become
set client_min_messages = warning;
set statement_timeout = 0;
set lock_timeout = 0;
set idle_in_transaction_session_timeout = 0;
set timezone = 'UTC';
set search_path = pg_catalog, pg_temp;
set role jabbar_owner;

-- Functions may name what a later file makes; the tests call each of them.
-- name: migrate_begin
begin;
set local check_function_bodies = off;

-- name: migrate_commit
commit;

-- name: migrate_rollback
rollback;

-- Held until the connection ends, so that files outside the transaction are
-- covered as well.
-- name: migrate_lock
select pg_catalog.pg_advisory_lock(7823, 1);

-- name: migrate_table
create schema if not exists app;
create table if not exists app.schema_migration (
	number integer not null constraint schema_migration_pkey primary key,
	name text not null,
	sha256 text not null,
	at timestamptz not null default pg_catalog.now()
);
alter default privileges revoke execute on functions from public;

-- name: migrate_has_table
select 1 where pg_catalog.to_regclass('app.schema_migration') is not null;

-- name: migrate_recorded
select number, name, sha256, at from app.schema_migration order by number;

-- name: migrate_record
insert into app.schema_migration (number, name, sha256)
values ($1::integer, $2, $3)
on conflict (number) do update
set name = excluded.name, sha256 = excluded.sha256, at = excluded.at;

-- Forced row security shows the owner nothing without a context.
-- name: migrate_enter
do $do$
begin
	if to_regprocedure('app.enter_system(text)') is not null then
		perform app.enter_system('jabbard migrate');
	end if;
end
$do$;

-- name: migrate_has_invariants
select 1 where pg_catalog.to_regprocedure('app.invariants()') is not null;

-- name: migrate_invariants
select app.invariants()::text;

-- Whatever outside of api would vanish with it: views, triggers, defaults,
-- policies, constraints. Rules and triggers have no schema of their own, so
-- those of api's own relations are told by the relation they belong to.
-- name: migrate_depends
with needs as (
	select distinct d.classid, d.objid, d.objsubid,
	    d.refclassid, d.refobjid, d.refobjsubid
	from pg_catalog.pg_depend d
	join lateral pg_catalog.pg_identify_object(
	    d.refclassid, d.refobjid, d.refobjsubid) r on true
	where d.deptype in ('n', 'a') and r.schema = 'api'
	and d.classid <> 'pg_catalog.pg_init_privs'::pg_catalog.regclass
)
select pg_catalog.pg_describe_object(n.classid, n.objid, n.objsubid)
    || ' needs '
    || pg_catalog.pg_describe_object(n.refclassid, n.refobjid, n.refobjsubid)
from needs n
join lateral pg_catalog.pg_identify_object(
    n.classid, n.objid, n.objsubid) o on true
where coalesce(o.schema, '') <> 'api'
and o.identity !~ '(^| on | for |^for )api\.'
order by 1;

-- name: migrate_api_drop
drop schema if exists api cascade;
create schema api;

-- What a program of another version must know without any other right.
-- name: migrate_state_function
create function api.schema_state()
returns table (number integer, name text, sha256 text)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
	select m.number, m.name, m.sha256
	from app.schema_migration m order by m.number
$$;

-- name: migrate_state
select number, name, sha256 from api.schema_state() order by number;

-- name: migrate_has_state
select 1 where pg_catalog.to_regprocedure('api.schema_state()') is not null;

-- name: migrate_sync_permissions
select app.sync_permissions($1::jsonb, $2::jsonb);

-- name: migrate_sync_settings
select app.sync_settings($1::jsonb);

-- The runtime role may call what stands in api and nothing else; functions
-- named admin_* are for the command line, which runs as the owner.
-- name: migrate_grants
do $do$
declare
	f record;
begin
	revoke all on schema app, api from public, jabbar_run;
	revoke all on all tables in schema app from public, jabbar_run;
	revoke all on all sequences in schema app from public, jabbar_run;
	revoke all on all routines in schema app from public, jabbar_run;
	revoke all on all tables in schema api from public, jabbar_run;
	revoke all on all routines in schema api from public, jabbar_run;
	grant usage on schema api to jabbar_run;
	grant execute on all routines in schema api to jabbar_run;
	for f in
		select p.oid::pg_catalog.regprocedure as name
		from pg_catalog.pg_proc p
		where p.pronamespace = 'api'::pg_catalog.regnamespace
		and p.proname ^@ 'admin_'
	loop
		execute format('revoke all on routine %s from jabbar_run',
		    f.name);
	end loop;
end
$do$;
