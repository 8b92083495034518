-- SPDX-License-Identifier: GPL-3.0-or-later
-- Statements of core. Each is prepared once per connection.

-- name: enter
select api.enter($1::text, $2::text, $3::text, $4::text, $5::boolean,
    $6::integer)

-- name: method_call
-- Core puts the function's name into the braces: the name of a method from
-- its own table, never a word from outside.
select api.{}($1::jsonb)

-- name: login_begin
select api.login_begin($1::text, $2::text)

-- name: login_end
select api.login_end($1::text, $2::text, $3::boolean, $4::text, $5::text)

-- name: session_resume
select api.session_resume($1::text, $2::text, $3::text)

-- name: session_rights
select api.session_rights($1::text)

-- name: own_hash
select api.own_hash($1::text)

-- name: audit_refusal
select api.audit_refusal($1::text, $2::text, $3::text, $4::text, $5::text)

-- name: cancel_backend
select pg_catalog.pg_cancel_backend($1::integer)

-- name: listen
listen jabbar
