-- SPDX-License-Identifier: GPL-3.0-or-later
-- The statements of the subcommands of jabbard, as the owner, each within a
-- transaction that command_enter opened for it.

-- name: command_begin
begin;

-- name: command_commit
commit;

-- name: command_enter
select app.enter_system($1);

-- name: command_user_add
select api.admin_user_add($1::jsonb);

-- name: command_user_password
select api.admin_user_password($1::jsonb);

-- name: command_user_unlock
select api.admin_user_unlock($1::jsonb);

-- The partner that the demo's reseller belongs to.
-- name: command_partner
select code from app.partner where active order by id limit 1;

-- name: command_user_count
select count(*) from app.app_user;

-- name: command_user_list
select api.user_list($1::jsonb);

-- name: command_demo_load
select app.demo_load($1::jsonb);

-- name: command_doctor
select what, detail from app.doctor();

-- name: command_customers
select 1 from app.customer limit 1;

-- What core's login may reach besides the functions of api: nothing.
-- name: command_rights
select 'jabbar_run may use schema app'
where has_schema_privilege('jabbar_run', 'app', 'usage')
union all
select 'jabbar_run is more than an ordinary role'
from pg_catalog.pg_roles where rolname in ('jabbar_run', 'jabbar_owner')
and (rolsuper or rolcreaterole or rolcreatedb or rolbypassrls)
union all
select 'jabbar_run is a member of jabbar_owner'
where pg_has_role('jabbar_run', 'jabbar_owner', 'member');

-- name: command_version
select current_setting('server_version');

-- name: command_notices
set local client_min_messages = notice;
