#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The migrator against databases that are not what the program expects.
here=$(dirname "$0")
# shellcheck source=tests/lib/tap.sh
. "$here/../lib/tap.sh"
# shellcheck source=tests/lib/daemon.sh
. "$here/../lib/daemon.sh"

jabbard() {
	timeout -k 5 60 "$JABBARD" -c "$D/jabbard.ini" "$@" </dev/null
}

daemon_init || bail 'no daemon'
exits 0 'status' jabbard migrate status
like "$out" '^0001 .* 20[0-9][0-9]-' 'lists what was applied, and when'
unlike "$out" 'pending|CHANGED' 'and nothing is pending'
exits 0 'up again' jabbard migrate up
is "$out" 'up to date' 'changes nothing'

daemon_start || bail 'not ready'
is "$(sql "select count(*) from pg_proc p
    where pronamespace in ('api'::regnamespace, 'app'::regnamespace)
    and exists (select from aclexplode(coalesce(proacl,
        acldefault('f', proowner))) a where a.grantee = 0)")" 0 \
    'no function may be executed by everybody'
is "$(sql "select has_schema_privilege('jabbar_run', 'app', 'usage')")" f \
    'the daemon cannot name a table'
is "$(sql "select count(*) from pg_class c join pg_namespace n
    on n.oid = relnamespace where nspname in ('app', 'api')
    and (has_table_privilege('jabbar_run', c.oid, 'select')
    or has_table_privilege('jabbar_run', c.oid, 'insert'))
    and relkind in ('r', 'v', 'm', 'p')")" 0 'nor read or write one'
is "$(sql "select count(*) from pg_proc where proname ^@ 'admin_'
    and pronamespace = 'api'::regnamespace
    and has_function_privilege('jabbar_run', oid, 'execute')")" 0 \
    'nor call what is for the command line'
is "$(sql "select count(*) from pg_class c join pg_namespace n
    on n.oid = relnamespace join pg_roles r on r.oid = relowner
    where nspname in ('app', 'api') and rolname <> 'jabbar_owner'")" 0 \
    'everything belongs to jabbar_owner'

# Functions of another version.
sql "update app.schema_migration set sha256 = 'other' where number = 0"
exits 1 'other functions are noticed' jabbard migrate verify
like "$out" 'not those of jabbard.*migrate up' 'with the way out'
sql 'create view app.leaning as select number from api.schema_state()'
exits 1 'what leans on api stops the upgrade' jabbard migrate up
like "$out" 'view app.leaning needs function api.schema_state' 'and is named'
is "$(sql 'select count(*) > 0 from api.schema_state()')" t \
    'nothing was dropped'
sql 'drop view app.leaning'
sql "create function api.left_over() returns int language sql as 'select 1'"
exits 0 'without it the upgrade runs' jabbard migrate up
like "$out" 'the daemon is running: restart it' 'and says what to do'
is "$(sql "select to_regprocedure('api.left_over()') is null")" t \
    'schema api is that of the program, nothing more'
exits 0 'now it is of this version' jabbard migrate verify

# The books do not tie out.
sql 'drop function if exists app.invariants()'
sql "create function app.invariants() returns setof text
    language sql as \$\$ select 'sum of journal 7 is 5' \$\$"
sql "update app.schema_migration set sha256 = 'other' where number = 0"
exits 1 'broken books stop the upgrade' jabbard migrate up
like "$out" 'before the upgrade the books do not tie out: sum of journal 7' \
    'and are named'
sql 'drop function app.invariants()'
exits 0 'mended, it runs' jabbard migrate up

# A migration that was changed after it ran, and one from the future.
kept=$(sql 'select sha256 from app.schema_migration where number = 1')
sql "update app.schema_migration set sha256 = 'changed' where number = 1"
exits 1 'a changed migration is noticed' jabbard migrate verify
like "$out" 'migration 0001_.*is not the one that was applied' 'and named'
exits 1 'up refuses it as well' jabbard migrate up
exits 0 'status' jabbard migrate status
like "$out" '0001 .*CHANGED' 'shows it'
sql "update app.schema_migration set sha256 = '$kept' where number = 1"
sql "insert into app.schema_migration values (9999, 'future', 'x')"
exits 1 'a newer database is noticed' jabbard migrate verify
like "$out" 'of a newer version .*9999_future' 'and named'
ok 'the daemon stops' daemon_stop
exits 1 'and does not start on it' jabbard serve
like "$out" 'of a newer version' 'saying why'

done_testing
