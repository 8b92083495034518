-- SPDX-License-Identifier: GPL-3.0-or-later
-- Search: typing errors are forgiven, every word counts, the best come first,
-- nobody finds what his scope hides, and row security costs no index.
begin;
select plan(62);
set local role jabbar_owner;
select app.enter_system('test');

create function pg_temp.names(p_q text, p_limit integer default 20)
returns text
language sql as $$
	select coalesce(string_agg(c.name, '; ' order by s.rank), '')
	from app.search_customers(p_q, p_limit) s
	join app.customer c on c.id = s.customer_id
$$;
create function pg_temp.found(p_q text) returns text
language sql as $$
	select coalesce(string_agg(r ->> 'kind' || ' ' || (r ->> 'number'), '; '),
	    '')
	from json_array_elements(api.search_all(jsonb_build_object('q', p_q))
	    -> 'results') r
$$;
create function pg_temp.plan_of(p_sql text) returns text
language plpgsql as $$
declare
	v_line text;
	v text := '';
begin
	for v_line in execute 'explain ' || p_sql loop
		v := v || v_line || E'\n';
	end loop;
	return v;
end $$;

-- words
select is(app.words('H. Ma''ruf Syafi’i, S.Kom - José'),
    '{maruf,syafii,kom,jose}', 'words are folded and cut at punctuation');
select is(app.words('Jl. Melati No.12 B'), '{jl,melati,no,12}',
    'words have two characters or more, numbers included');
select is(app.words(null), '{}', 'no text has no words');
select is(app.words('  - '), '{}', 'punctuation has no words');

-- one edit
select ok(app.one_edit('budi', 'bdui'), 'two swapped letters are one edit');
select ok(app.one_edit('rizky', 'rziky'), 'swapped at the front as well');
select ok(app.one_edit('santoso', 'sntoso'), 'a missing letter is one edit');
select ok(app.one_edit('budi', 'buddi'), 'a doubled letter is one edit');
select ok(app.one_edit('budi', 'budo'), 'a wrong letter is one edit');
select ok(not app.one_edit('budi', 'dubi'), 'letters swapped afar are not');
select ok(not app.one_edit('budi', 'bd'), 'two missing letters are not');

insert into app.branch (code, name) values ('CBR', 'Cibiru');
insert into app.partner (code, name) values ('T-1', 'Mitra uji');
insert into app.package (code, name, down_mbps, up_mbps, price, created_at)
values ('UJI-20', 'Uji 20', 20, 10, 150000, app.now());
insert into app.app_user (name, full_name, role_id, scope, password,
    created_at)
values ('t-gudang', 'Gudang', 'warehouse', 'all', '!', app.now()),
    ('t-sales', 'Sales', 'sales-cs', 'all', '!', app.now()),
    ('t-fin', 'Finance', 'finance', 'all', '!', app.now()),
    ('t-tek', 'Teknisi', 'technician', 'own', '!', app.now());
insert into app.customer (branch_id, name, phone, address, village, district,
    city, partner_id, assigned_to, created_at)
select case b when 'CBR' then (select id from app.branch where code = 'CBR')
    else 1 end, n, ph, ad, 'Cipadung', 'Cibiru', 'Kota Bandung',
    case when pa then (select id from app.partner where code = 'T-1') end,
    case when tk then (select id from app.app_user where name = 't-tek') end,
    app.now()
from (values
    ('PST', 'Budi Santoso', '628123450001', 'Jl. Melati No. 12', false, false),
    ('PST', 'Setia Budi', '628123450002', 'Jl. Mawar No. 13', false, false),
    ('PST', 'Budiman Hakim', '628123450003', 'Jl. Kenanga 14', true, false),
    ('PST', 'Andi Wijaya', '628123450004', 'Gg. Budi No. 3', false, true),
    ('CBR', 'Rizky Ananda', '628573450005', 'Jl. Rambutan 5', false, false),
    ('CBR', 'Budi Hartono', '628573450006', 'Jl. Mangga 7', false, false),
    ('PST', 'Siti Ma''ruf', '628573450007', 'Komp. Bumi Indah', false, false)
    ) x(b, n, ph, ad, pa, tk);
select app.customer_index(c.id) from app.customer c;

-- finding
select is(pg_temp.names('bdui santoso'), 'Budi Santoso',
    'swapped letters in a short name are forgiven');
select is(pg_temp.names('rziky'), 'Rizky Ananda', 'rziky finds Rizky');
select is(pg_temp.names('rizy'), 'Rizky Ananda', 'a missing letter too');
select is(pg_temp.names('rizzky'), 'Rizky Ananda', 'a doubled letter too');
select is(pg_temp.names('rizky annada'), 'Rizky Ananda',
    'the error may be in any word');
select is(pg_temp.names('maruf'), 'Siti Ma''ruf', 'apostrophes do not matter');
select is(pg_temp.names('SITI'), 'Siti Ma''ruf', 'nor do capitals');
select is(pg_temp.names('zzqq'), '', 'what nobody is called finds nobody');
select is(pg_temp.names('budi ananda'), '', 'every word must match');
select is(pg_temp.names('santoso budi'), 'Budi Santoso',
    'in any order');
select is(pg_temp.names('budi'), 'Budi Hartono; Budi Santoso; Setia Budi; '
    'Budiman Hakim; Andi Wijaya', 'first names, other names, beginnings of '
    'names, addresses; equals by name');
select is(pg_temp.names('budi h'), 'Budi Hartono; Budiman Hakim',
    'the last word may be unfinished');
select is(pg_temp.names('bud san'), 'Budi Santoso',
    'where little is found, so may the others');
select is(pg_temp.names('melati 12'), 'Budi Santoso',
    'streets and house numbers are searched');
select is(pg_temp.names('melati 13'), '', 'house 12 is not house 13');
select is(pg_temp.names('jl melati no 12'), 'Budi Santoso',
    'what every address has is not asked for');
select is(pg_temp.names('jl'), '', 'and finds nothing');
select is(pg_temp.names('budi', 2), 'Budi Hartono; Budi Santoso',
    'not more than asked for');
select is(pg_temp.names(''), '', 'nothing finds nothing');

update app.customer c set archived_at = app.now()
where c.name = 'Budi Hartono';
select matches(pg_temp.names('budi'), 'Andi Wijaya; Budi Hartono$',
    'archived ones are found, last');
update app.customer c set archived_at = null where c.name = 'Budi Hartono';

-- the index follows the customer
update app.customer c set name = 'Rizal Ananda' where c.name = 'Rizky Ananda';
select app.customer_index(c.id) from app.customer c
where c.name = 'Rizal Ananda';
select is(pg_temp.names('rizal'), 'Rizal Ananda', 'a new name is found');
select is(pg_temp.names('rizky'), '', 'and the old one no more');
select is(array(select w.word from app.word w left join
    app.customer_word cw on cw.word_id = w.id
    group by w.id having count(cw.word_id) <> w.customers), '{}',
    'each word knows how many customers have it');
create temp table one on commit drop as
select w.word, cw.place, cw.customer_id from app.customer_word cw
join app.word w on w.id = cw.word_id;
delete from app.customer_word;
update app.word w set customers = 0;
select is(app.index_customers_bulk(3), 7::bigint,
    'the bulk run takes everybody who is not indexed');
select results_eq('select * from pg_temp.one order by 1, 2, 3',
    'select w.word, cw.place, cw.customer_id from app.customer_word cw
    join app.word w on w.id = cw.word_id order by 1, 2, 3',
    'and makes what single runs make');
select is(array(select w.word from app.word w left join
    app.customer_word cw on cw.word_id = w.id
    group by w.id having count(cw.word_id) <> w.customers), '{}',
    'its counts too');
select is(app.index_customers_bulk(), 0::bigint, 'then nobody is left');

-- numbers
select is((select array_agg(m) from app.customer_match(c.id::text) m),
    array[c.id], 'a customer number finds its customer')
from app.customer c where c.name = 'Budi Santoso';
select ok((select array_agg(m) from app.customer_match(right(c.id::text, 4)) m)
    @> array[c.id], 'so do its last four digits')
from app.customer c where c.name = 'Budi Santoso';
select is(pg_temp.found('08573450006'), 'customer ' || c.id,
    'a phone number as it is dialled')
from app.customer c where c.name = 'Budi Hartono';
select is(pg_temp.found('+62 857-3450-006'), 'customer ' || c.id,
    'a phone number as it is written')
from app.customer c where c.name = 'Budi Hartono';
select is(pg_temp.found('3450006'), 'customer ' || c.id,
    'the end of a phone number')
from app.customer c where c.name = 'Budi Hartono';

-- services and documents
insert into app.service (customer_id, branch_id, seq, package_id, pppoe_user,
    created_at)
select c.id, c.branch_id, 1, k.id, 'sb77@uji', app.now()
from app.customer c, app.package k
where c.name = 'Setia Budi' and k.code = 'UJI-20';
select is(pg_temp.found('@sb7'), 'service ' || c.id,
    'the beginning of a PPPoE name after @')
from app.customer c where c.name = 'Setia Budi';
select is(pg_temp.found('sb77@uji'), 'service ' || c.id, 'the whole of it')
from app.customer c where c.name = 'Setia Budi';
insert into app.counter (branch_id, kind, period, last)
values (1, 'INV', '202606', 12), (1, 'INV', '202607', 3)
on conflict (branch_id, kind, period) do update set last = excluded.last;
insert into app.invoice (number, branch_id, customer_id, kind, issued, due,
    subtotal, total, created_at)
select n, 1, c.id, 'manual', '2026-06-01', '2026-06-10', 10, 10, app.now()
from app.customer c, unnest(array['INV-202606-00012', 'INV-202606-00002',
    'INV-202607-00002']) n
where c.name = 'Setia Budi';
select is(pg_temp.found('INV-202606-00012'), 'invoice INV-202606-00012',
    'the number of an invoice');
select is(pg_temp.found('inv20260600012'), 'invoice INV-202606-00012',
    'without dashes and capitals');
select is(pg_temp.found('inv 2'), 'invoice INV-202607-00002; '
    'invoice INV-202606-00002; invoice INV-202606-00012',
    'its last digits, newest first');
select is(pg_temp.found('#0012'), 'invoice INV-202606-00012', 'after a #');
select is(pg_temp.found('uji-20'), 'package UJI-20', 'a package by its code');
select ok((select bool_and(r ? 'kind' and r ? 'number' and r ? 'title'
    and r ? 'detail' and r ? 'status')
    from jsonb_array_elements(api.search_all('{"q": "budi"}')::jsonb
    -> 'results') r), 'each result has the five members');

-- hostile text
select is(pg_temp.names($$zz%' OR 1=1 #$$), '', 'SQL in a query is text');
select is(pg_temp.found('%'), '', 'so is a pattern');
select lives_ok($$select pg_temp.found(q) from unnest(array['\', '''', '"',
    '@', '#', '+', '()', repeat('9', 100), repeat('a b ', 25), '08', 'inv',
    'INV-202606-999999999999', U&'\FFFD', '{1,2}', '$1', 'a''b"c\d']) q$$,
    'and nothing in a query breaks it');

-- scope
select app.set_context(null, null, 'branch', 'branch',
    (select id from app.branch where code = 'CBR'), null, 'test', '');
select is(pg_temp.names('budi'), 'Budi Hartono', 'scope branch: its own');
select is(pg_temp.found('0812345'), '', 'by phone as well');
select app.set_context(null, null, 'partner', 'partner', 1::smallint,
    (select id from app.partner where code = 'T-1'), 'test', '');
select is(pg_temp.names('budi'), 'Budiman Hakim', 'scope partner: his own');
select app.set_context((select id from app.app_user where name = 't-tek'),
    null, 'own', 'own', 1::smallint, null, 'test', '');
select is(pg_temp.names('budi'), 'Andi Wijaya', 'scope own: assigned ones');
select app.set_context((select id from app.app_user where name = 't-gudang'),
    null, 'all', 'all', 1::smallint, null, 'test', '');
select is(pg_temp.found('budi') || pg_temp.found('inv 2') ||
    pg_temp.found('@sb7') || pg_temp.found('0857345'), '',
    'without a right to view, nothing is found');
select app.set_context((select id from app.app_user where name = 't-sales'),
    null, 'all', 'all', 1::smallint, null, 'test', '');
select is(pg_temp.found('inv 2'), '', 'no invoices for who may not view them');

-- plans
select app.set_context(null, null, 'branch', 'branch', 1::smallint, null,
    'test', '');
set local enable_seqscan = off;
select ok(pg_temp.plan_of($$select c.id from app.customer c
    where c.phone_tail ~>=~ '600' and c.phone_tail ~<~ '600:'$$)
    like '%Index Cond: ((phone_tail ~>=~ %' and
    pg_temp.plan_of($$select s.id from app.service s
    where s.pppoe_user >= 'sb' and s.pppoe_user < 'sc'$$)
    like '%Index Cond: ((pppoe_user >= %',
    'row security leaves phone numbers and PPPoE names their indexes');
select app.set_context(null, null, '', '', null, null, 'test', '');
select is(pg_temp.names('budi') || coalesce((select string_agg(m::text, '')
    from app.customer_match('0812345') m), ''), '',
    'without a context nothing is found');
select * from finish();
rollback;
