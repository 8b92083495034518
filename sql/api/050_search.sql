-- SPDX-License-Identifier: GPL-3.0-or-later
-- Search: a vocabulary of the words in names and addresses, forgiving one
-- typing error, and the look-up of everything that has a number. What was
-- measured stands in docs/decisions/0002-search.md.

-- Lower case without accents and apostrophes ("Ma'ruf" is found as maruf).
create or replace function app.fold(p text) returns text
language sql immutable parallel safe set search_path = pg_catalog, pg_temp
as $$
	select case when octet_length(p) = length(p)
	then translate(lower(p), '''`', '')
	else regexp_replace(normalize(lower(translate(p, '''`´‘’ʼ', '')), NFKD),
	    '[\u0300-\u036f]', '', 'g') end
$$;

-- The words of a text in their order, repeated ones too, from p_min
-- characters on. In plpgsql because an import calls it for every row, and a
-- SQL function that cannot be inlined costs three times as much.
create or replace function app.words(p text, p_min integer default 2)
returns text[]
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
	v text[] := string_to_array(btrim(regexp_replace(
	    case when octet_length(p) = length(p)
	    then translate(lower(p), '''`', '') else app.fold(p) end,
	    '[^[:alnum:]]+', ' ', 'g')), ' ');
begin
	if v is null then
		return '{}';
	end if;
	if exists (select from unnest(v) w
	    where length(w) not between p_min and 40) or cardinality(v) > 64 then
		return array(select left(w, 40)
		    from unnest(v) with ordinality t(w, n)
		    where length(w) >= p_min order by n limit 64);
	end if;
	return v;
end $$;

-- Words that every address has. They find nothing, so they are neither
-- stored for an address nor wanted of a match.
create or replace function app.word_noise() returns text[]
language sql immutable parallel safe set search_path = pg_catalog, pg_temp
as $$
	select '{jl,jln,jalan,gg,gang,no,nomor,rt,rw,kp,kampung,kel,kelurahan,
	desa,kec,kecamatan,kab,kabupaten,kota,prov,provinsi,blok,blk,komplek,
	komp,kompleks,perum,perumahan}'::text[]
$$;

-- A word and what is left of it without one of its characters. Two words one
-- edit apart share one of these. Short words and numbers have no neighbours:
-- house 12 is not house 13.
create or replace function app.word_variants(p text) returns setof text
language sql immutable parallel safe set search_path = pg_catalog, pg_temp
as $$
	select p where length(p) between 3 and 24 and p !~ '^[0-9]+$'
	union
	select overlay(p placing '' from i for 1)
	from generate_series(1, length(p)) i
	where length(p) between 3 and 24 and p !~ '^[0-9]+$'
$$;

-- Whether two words are at most one edit apart: a letter missing, too many,
-- wrong, or two neighbours swapped.
create or replace function app.one_edit(a text, b text) returns boolean
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
	la integer := length(a);
	lb integer := length(b);
	i integer := 1;
begin
	if a = b then
		return true;
	end if;
	if abs(la - lb) > 1 then
		return false;
	end if;
	while i <= la and i <= lb and substr(a, i, 1) = substr(b, i, 1) loop
		i := i + 1;
	end loop;
	if la > lb then
		return substr(a, i + 1) = substr(b, i);
	elsif la < lb then
		return substr(a, i) = substr(b, i + 1);
	end if;
	return substr(a, i + 1) = substr(b, i + 1)
	    or (substr(a, i, 1) = substr(b, i + 1, 1)
	    and substr(a, i + 1, 1) = substr(b, i, 1)
	    and substr(a, i + 2) = substr(b, i + 2));
end $$;

-- Adds the words that are new to the vocabulary. In their order, so that two
-- who add the same ones wait for each other instead of locking each other out.
create or replace function app.word_add(p_words text[]) returns void
language sql set search_path = pg_catalog, pg_temp
as $$
	with fresh as (
		insert into app.word (word)
		select distinct w from unnest(p_words) w
		where not exists (select from app.word o where o.word = w)
		order by w
		on conflict (word) do nothing
		returning id, word
	)
	insert into app.word_variant (variant, word_id)
	select v, f.id from fresh f, app.word_variants(f.word) v
$$;

-- (Re)writes the words of one customer. Call it after a change of name or
-- address. A common word's count moves in steps of 64 only, so that it is no
-- row that all new customers wait for.
create or replace function app.customer_index(p_id bigint) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
	v_name text[];
	v_address text[];
	v_ids integer[];
	v_places smallint[];
	v_old integer[];
	v_count integer[];
begin
	select app.words(c.name), app.words(concat_ws(' ', c.address, c.village,
	    c.district, c.city))
	into v_name, v_address from app.customer c where c.id = p_id;
	if not found then
		return;
	end if;
	v_address := array(select w from unnest(v_address) w
	    where w <> all (app.word_noise()));
	perform app.word_add(v_name || v_address);

	-- A new statement, so it sees words that others added meanwhile.
	select coalesce(array_agg(x.id), '{}'), coalesce(array_agg(x.place), '{}')
	into v_ids, v_places
	from (select w.id, min(t.place)::smallint as place
	    from (select n, least(o, 2) as place
	        from unnest(v_name) with ordinality u(n, o)
	        union all select a, 3 from unnest(v_address) a) t(word, place)
	    join app.word w on w.word = t.word group by w.id) x;
	v_old := array(select cw.word_id from app.customer_word cw
	    where cw.customer_id = p_id);
	delete from app.customer_word cw where cw.customer_id = p_id;
	insert into app.customer_word (word_id, place, customer_id)
	select i, p, p_id from unnest(v_ids, v_places) u(i, p);

	v_count := array(select w.id from app.word w
	    where (w.id = any (v_ids)) <> (w.id = any (v_old))
	    and w.id = any (v_ids || v_old)
	    and (w.customers < 1000 or p_id % 64 = 0)
	    order by w.id for no key update);
	update app.word w set customers = greatest(0, w.customers +
	    case when w.customers < 1000 then 1 else 64 end *
	    case when w.id = any (v_ids) then 1 else -1 end)
	where w.id = any (v_count);
end $$;

-- The words of all customers that have none yet: after an import, and for
-- demo data. Answers the number of customers. Set-based, p_chunk customers at
-- a time; the caller sees all customers or only his own get indexed.
create or replace function app.index_customers_bulk(
    p_chunk integer default 100000)
returns bigint
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
	v_from bigint := 0;
	v_to bigint;
	v_done bigint := 0;
	v_rows bigint;
	-- The first time there is nothing to look for.
	v_first boolean := not exists (select from app.customer_word);
begin
	create temp table search_chunk (id bigint, name text, address text,
	    area text) on commit drop;
	create temp table search_text (text text, words text[])
	    on commit drop;
	create temp table search_word (word text, place smallint,
	    customer_id bigint) on commit drop;
	loop
		truncate pg_temp.search_chunk, pg_temp.search_text,
		    pg_temp.search_word;
		insert into pg_temp.search_chunk
		select c.id, c.name, c.address,
		    concat_ws(' ', c.village, c.district, c.city)
		from app.customer c
		where c.id > v_from and (v_first or not exists (select
		    from app.customer_word cw where cw.customer_id = c.id))
		order by c.id limit p_chunk;
		get diagnostics v_rows = row_count;
		exit when v_rows = 0;
		select max(s.id) into v_to from pg_temp.search_chunk s;

		-- Names and areas repeat: each text is taken apart once.
		insert into pg_temp.search_text
		select x.t, app.words(x.t) from (select distinct s.name as t
		    from pg_temp.search_chunk s
		    union select distinct s.area from pg_temp.search_chunk s) x;
		analyze pg_temp.search_text;
		insert into pg_temp.search_word
		select w, least(n, 2), s.id
		from pg_temp.search_chunk s
		join pg_temp.search_text t on t.text = s.name
		cross join unnest(t.words) with ordinality u(w, n)
		union all
		select w, 3, s.id
		from pg_temp.search_chunk s
		join pg_temp.search_text t on t.text = s.area
		cross join unnest(app.words(s.address) || t.words) w
		where w <> all (app.word_noise());

		perform app.word_add(array(select distinct s.word
		    from pg_temp.search_word s));
		with added as (
			insert into app.customer_word (word_id, place, customer_id)
			select w.id, min(s.place), s.customer_id
			from pg_temp.search_word s
			join app.word w on w.word = s.word
			group by s.customer_id, w.id order by s.customer_id
			returning word_id
		)
		update app.word w set customers = w.customers + n.customers
		from (select a.word_id, count(*) as customers
		    from added a group by a.word_id) n
		where n.word_id = w.id;
		v_done := v_done + v_rows;
		v_from := v_to;
	end loop;
	drop table pg_temp.search_chunk, pg_temp.search_text,
	    pg_temp.search_word;
	return v_done;
end $$;

-- The words that each word of a query may mean: quality 0 exact, 1 starts
-- with it (the last word while it is being typed), 2 one edit away. Wide: any
-- word may be unfinished or have the error.
create or replace function app.search_words(p_tokens text[],
    p_typing boolean, p_wide boolean)
returns table (token integer, word_id integer, quality integer,
    customers integer)
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
	v text;
	v_starts boolean;
begin
	for n in 1 .. cardinality(p_tokens) loop
		v := p_tokens[n];
		v_starts := p_typing and n = cardinality(p_tokens)
		    or p_wide and v !~ '^[0-9]+$';
		return query select n, w.id, 0, w.customers
		from app.word w where w.word = v;
		if v_starts then
			return query select n, w.id, 1, w.customers
			from app.word w
			where w.word ~>=~ v and w.word ~<~ (v || chr(1114111))
			and w.word <> v
			order by w.customers desc limit 2000;
		end if;
		-- An array, because a join would be planned for many.
		if p_wide then
			return query select n, w.id, 2, w.customers
			from app.word w
			where w.id in (select x.word_id from app.word_variant x
			    where x.variant = any (array(
			    select app.word_variants(v))))
			and not w.word ^@ v and app.one_edit(v, w.word);
		end if;
	end loop;
end $$;

-- The row scope of the caller as a condition on customer c; null where the
-- scope is all, false without a context.
create or replace function app.search_scope() returns text
language sql stable set search_path = pg_catalog, pg_temp
as $$
	select case app.customer_scope()
	when 'all' then null
	when 'branch' then format('c.branch_id = %s',
	    coalesce(app.branch_id()::text, 'null'))
	when 'partner' then format('c.partner_id = %s',
	    coalesce(app.partner_id()::text, 'null'))
	when 'own' then format('(c.assigned_to = %1$s or c.created_by = %1$s)',
	    coalesce(app.user_id()::text, 'null'))
	else 'false' end
$$;

-- Customers that have one of p_ids, and for each other word of the query one
-- of its meanings (p_conditions), at most p_cap. p_place null: anywhere.
create or replace function app.search_stream(p_ids integer[],
    p_place integer, p_conditions text, p_cap integer)
returns bigint[]
language plpgsql stable set search_path = pg_catalog, pg_temp
set enable_seqscan = off set max_parallel_workers_per_gather = 0
as $$
declare
	v_scope text := app.search_scope();
	v bigint[];
begin
	execute format('select array(select d.customer_id
	    from app.customer_word d %s
	    where d.word_id = any (%L::integer[]) %s %s %s limit %s)',
	    case when v_scope is not null then
	    'join app.customer c on c.id = d.customer_id' else '' end, p_ids,
	    case when p_place is not null then
	    format('and d.place = %s', p_place) else '' end, p_conditions,
	    'and ' || v_scope, p_cap) into v;
	return v;
end $$;

-- Up to p_cap or a few more customers that match every word. The rarest word
-- of the query is the one that is walked along; the places of a word are
-- walked from the best to the worst, so a common word ends early.
create or replace function app.search_candidates(p_tokens integer[],
    p_words integer[], p_qualities integer[], p_counts bigint[],
    p_cap integer)
returns bigint[]
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
	v_driver integer;
	v_total bigint;
	v_conditions text;
	v_ids integer[];
	v_out bigint[] := '{}';
	v_place integer;
	v_quality integer;
begin
	select t, sum(c) into v_driver, v_total
	from unnest(p_tokens, p_counts) u(t, c)
	group by t order by sum(c), t limit 1;

	-- A few meanings are looked up in the index; of many, the customer's own
	-- words are read and compared (`+ 0` keeps them out of the index).
	select coalesce(string_agg(case when cardinality(x.ids) <= 12
	    then format('and exists (select from app.customer_word o
	        where o.customer_id = d.customer_id
	        and o.word_id = any (%L::integer[]))', x.ids)
	    else format('and (select true from app.customer_word o
	        where o.customer_id = d.customer_id
	        and o.word_id + 0 = any (%L::integer[]) limit 1)', x.ids)
	    end, ' ' order by cardinality(x.ids)), '') into v_conditions
	from (select array_agg(w) as ids from unnest(p_tokens, p_words) u(t, w)
	    where t <> v_driver group by t) x;

	if v_total <= p_cap then
		return app.search_stream(array(select w
		    from unnest(p_tokens, p_words) u(t, w) where t = v_driver),
		    null, v_conditions, p_cap);
	end if;
	for v_quality, v_place in
	    select q, p from generate_series(0, 2) q, generate_series(1, 3) p
	    order by app.search_weight(q, p)
	loop
		v_ids := array(select w
		    from unnest(p_tokens, p_words, p_qualities) u(t, w, q)
		    where t = v_driver and q = v_quality);
		continue when v_ids = '{}';
		v_out := v_out || app.search_stream(v_ids, v_place, v_conditions,
		    p_cap);
		exit when cardinality(v_out) >= p_cap;
	end loop;
	return v_out;
end $$;

-- How far a match is from the best: a whole word of the name, the beginning
-- of one, the address, and last what is one edit away.
create or replace function app.search_weight(p_quality integer,
    p_place integer)
returns integer
language sql immutable parallel safe set search_path = pg_catalog, pg_temp
as $$
	select ('{0,1,4,2,3,5,6,7,8}'::integer[])[p_quality * 3 + p_place]
$$;

-- Customers whose name and address have every word of p_q, the best first:
-- rank counts from 1, archived ones come last, equals by name. The last word
-- may be unfinished. Where that finds next to nothing, every word may, or have
-- one typing error. The scope of the caller holds.
create or replace function app.search_customers(p_q text, p_limit integer)
returns table (customer_id bigint, rank integer)
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
	v_all text[] := app.words(left(p_q, 100), 1);
	v_typing boolean := right(p_q, 1) ~ '[[:alnum:]]';
	v_tokens text[];
	v_cap integer := greatest(400, least(p_limit, 1000));
	v_tok integer[];
	v_word integer[];
	v_quality integer[];
	v_count bigint[];
	v_found bigint[] := '{}';
	v_wide boolean;
begin
	-- One letter alone only counts where it begins the last word.
	v_tokens := array(select w from unnest(v_all) with ordinality t(w, n)
	    where (length(w) > 1 or (v_typing and n = cardinality(v_all)))
	    and w <> all (app.word_noise()) order by n limit 8);
	if v_tokens = '{}' then
		v_tokens := v_all[cardinality(v_all):];
	elsif v_all[cardinality(v_all)] <> v_tokens[cardinality(v_tokens)] then
		v_typing := false;
	end if;
	if v_tokens = '{}' or app.customer_scope() is null then
		return;
	end if;
	foreach v_wide in array '{false,true}'::boolean[] loop
		select array_agg(s.token), array_agg(s.word_id),
		    array_agg(s.quality), array_agg(s.customers)
		into v_tok, v_word, v_quality, v_count
		from app.search_words(v_tokens, v_typing, v_wide) s;
		continue when (select count(distinct t) from unnest(v_tok) t)
		    < cardinality(v_tokens);
		v_found := app.search_candidates(v_tok, v_word, v_quality,
		    v_count, v_cap);
		exit when cardinality(v_found) >= 5;
	end loop;
	if v_found = '{}' then
		return;
	end if;
	-- `+ 0`: read the words of those found, not all who have the word.
	return query
	with m as materialized (
		select x.customer_id, sum(x.weight) as weight
		from (select cw.customer_id, u.t,
		        min(app.search_weight(u.q, cw.place)) as weight
		    from app.customer_word cw
		    join unnest(v_tok, v_word, v_quality) u(t, w, q)
		        on u.w = cw.word_id + 0
		    where cw.customer_id = any (v_found)
		    group by cw.customer_id, u.t) x
		group by x.customer_id
	)
	select c.id, (row_number() over (order by c.archived_at is not null,
	    m.weight, c.name_key not like
	    array_to_string(v_tokens, ' ') || '%', c.name_key, c.id))::integer
	from m join app.customer c on c.id = m.customer_id
	order by 2 limit p_limit;
end $$;

-- The customer numbers that end in these digits, as far as there can be any.
-- They are computed and looked up, so row security costs nothing.
create or replace function app.search_tails(p_digits text)
returns bigint[]
language sql stable set search_path = pg_catalog, pg_temp
as $$
	select coalesce(array_agg(g), '{}')
	from app.customer_id_seq s,
	lateral (select (10::numeric ^ length(p_digits))::bigint as step) d,
	generate_series(1000000 - 1000000 % d.step + p_digits::bigint,
	    s.last_value, d.step) g
	where length(p_digits) between 4 and 15
$$;

-- Customers by digits: the number, its tail (4 digits or more), the phone
-- number from its beginning or its tail (5 or more). rank counts from 1.
create or replace function app.search_digits(p_digits text, p_limit integer)
returns table (customer_id bigint, rank integer)
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
	v_tail text := reverse(p_digits);
	v_phone text := app.phone(p_digits);
begin
	-- ':' is the character after '9'.
	return query
	select x.id, (row_number() over (order by bool_and(x.archived),
	    min(x.r), min(x.name_key), x.id))::integer
	from (select c.id, 0 as r, c.archived_at is not null as archived,
	        c.name_key
	    from app.customer c where c.id = case when length(p_digits) <= 18
	    then p_digits::bigint end
	    union all
	    (select c.id, 1, c.archived_at is not null, c.name_key
	    from app.customer c
	    where c.id = any (app.search_tails(p_digits))
	    order by c.id limit p_limit)
	    union all
	    (select c.id, 2, c.archived_at is not null, c.name_key
	    from app.customer c
	    where length(p_digits) >= 5 and p_digits ~ '^(0|62|8)'
	    and c.phone ~>=~ v_phone and c.phone ~<~ (v_phone || ':')
	    limit p_limit)
	    union all
	    (select c.id, 3, c.archived_at is not null, c.name_key
	    from app.customer c
	    where length(p_digits) >= 5 and c.phone_tail ~>=~ v_tail
	    and c.phone_tail ~<~ (v_tail || ':') limit p_limit)) x
	group by x.id
	order by 2 limit p_limit;
end $$;

-- Services whose PPPoE name starts with a text, '@' before it or not.
create or replace function app.search_pppoe(p_q text, p_limit integer)
returns table (service_id bigint, customer_id bigint)
language sql stable set search_path = pg_catalog, pg_temp
as $$
	select s.id, s.customer_id from app.service s
	where s.pppoe_user >= ltrim(p_q, '@')
	and s.pppoe_user < (ltrim(p_q, '@') || chr(1114111))
	and ltrim(p_q, '@') <> ''
	order by s.pppoe_user limit p_limit
$$;

-- The digits of a query that is nothing but a number or a phone number, else
-- null.
create or replace function app.search_number(p_q text) returns text
language sql immutable set search_path = pg_catalog, pg_temp
as $$
	select case when p_q ~ '^[+(]?[0-9][0-9 ().-]*$'
	then regexp_replace(p_q, '[^0-9]', '', 'g') end
$$;

-- What the filter q of a list of customers means: their ids, at most 1000.
create or replace function app.customer_match(p_q text)
returns setof bigint
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
	v_q text := btrim(p_q);
	v_digits text := app.search_number(v_q);
begin
	if v_digits is not null then
		return query select d.customer_id
		from app.search_digits(v_digits, 1000) d;
		if found then
			return;
		end if;
	end if;
	if v_q like '%@%' then
		return query select distinct s.customer_id
		from app.search_pppoe(v_q, 1000) s;
		return;
	end if;
	return query select c.customer_id
	from app.search_customers(p_q, 1000) c;
end $$;

-- The numbers that a document's query may mean, newest first: the whole
-- number, or its last digits in every month that has as many.
create or replace function app.search_document(p_kind text, p_period text,
    p_digits text, p_limit integer)
returns table (number text)
language sql stable set search_path = pg_catalog, pg_temp
as $$
	select case when c.branch_id = 1 then '' else b.code || '-' end ||
	    c.kind || '-' || c.period || '-' ||
	    lpad(n.n::text, greatest(5, length(n.n::text)), '0')
	from app.counter c
	join app.branch b on b.id = c.branch_id
	cross join lateral (select p_digits::bigint +
	        i * (10 ^ length(p_digits))::bigint as n
	    from generate_series(0, case when p_period is null then
	        least(20, c.last / (10 ^ length(p_digits))::bigint)
	        else 0 end) i) n
	where c.kind = p_kind and length(p_digits) <= 12
	and (p_period is null or c.period = p_period)
	and n.n between 1 and c.last
	order by c.period desc, n.n, c.branch_id limit p_limit
$$;

create or replace function app.search_money(p bigint) returns text
language sql immutable set search_path = pg_catalog, pg_temp
as $$ select 'Rp' || translate(to_char(p, 'FM999,999,999,999,990'), ',', '.') $$;

-- Documents by their numbers: those kinds that the caller may see.
create or replace function app.search_documents(p_kind text,
    p_period text, p_digits text, p_limit integer)
returns setof json
language sql stable set search_path = pg_catalog, pg_temp
as $$
	select json_build_object('kind', 'invoice', 'number', i.number,
	    'title', c.name, 'detail', concat_ws(' ',
	    app.search_money(i.total), to_char(i.period, 'YYYY-MM')),
	    'status', i.status)
	from app.search_document('INV', p_period, p_digits, p_limit) d
	join app.invoice i on i.number = d.number
	join app.customer c on c.id = i.customer_id
	where coalesce(p_kind, 'INV') = 'INV' and app.may('invoice.view')
	union all
	select json_build_object('kind', 'payment', 'number', y.number,
	    'title', c.name, 'detail', app.search_money(y.amount) || ' ' ||
	    to_char(y.business_date, 'YYYY-MM-DD'), 'status', y.status)
	from app.search_document('PAY', p_period, p_digits, p_limit) d
	join app.payment y on y.number = d.number
	join app.customer c on c.id = y.customer_id
	where coalesce(p_kind, 'PAY') = 'PAY' and app.may('payment.view')
	union all
	select json_build_object('kind', 'cash', 'number', s.number,
	    'title', u.full_name, 'detail', s.drawer || ' ' ||
	    to_char(s.business_date, 'YYYY-MM-DD'), 'status',
	    case when s.closed_at is null then 'open' else 'closed' end)
	from app.search_document('CASH', p_period, p_digits, p_limit) d
	join app.cash_session s on s.number = d.number
	join app.app_user u on u.id = s.user_id
	where p_kind = 'CASH' and app.may('cash.use')
$$;

create or replace function app.search_customer_row(p_id bigint,
    p_phone boolean)
returns json
language sql stable set search_path = pg_catalog, pg_temp
as $$
	select json_build_object('kind', 'customer', 'number', c.id::text,
	    'title', c.name, 'detail', concat_ws(', ',
	    case when p_phone then c.phone end, c.address, c.village),
	    'status', c.status)
	from app.customer c where c.id = p_id
$$;

create or replace function app.search_packages(p_q text, p_limit integer)
returns setof json
language sql stable set search_path = pg_catalog, pg_temp
as $$
	select json_build_object('kind', 'package', 'number', k.code,
	    'title', k.name, 'detail', app.search_money(k.price), 'status',
	    case when k.active then 'active' else 'withdrawn' end)
	from app.package k
	where strpos(app.fold(k.code || ' ' || k.name), app.fold(p_q)) > 0
	and length(p_q) >= 2 and app.may('package.view')
	order by not k.active, k.code limit p_limit
$$;

create or replace function app.search_services(p_q text, p_limit integer)
returns setof json
language sql stable set search_path = pg_catalog, pg_temp
as $$
	select json_build_object('kind', 'service', 'number', c.id::text,
	    'title', s.pppoe_user, 'detail', c.name, 'status', s.status,
	    'service', s.id)
	from app.search_pppoe(p_q, p_limit) x
	join app.service s on s.id = x.service_id
	join app.customer c on c.id = s.customer_id
	where app.may('customer.view')
$$;

-- One box for everything. The form of the query says what is meant: digits a
-- customer's number or phone, INV-, PAY- and CASH- or '#' a document, '@' a
-- PPPoE name, anything else names and addresses, and packages. Answers only
-- kinds that the caller may view, the best first.
create or replace function api.search_all(p jsonb) returns json
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
	v_q text := btrim(p ->> 'q');
	v_limit integer := coalesce((p ->> 'limit')::integer, 20);
	v_digits text := app.search_number(v_q);
	v_doc text[];
	v_out json[] := '{}';
begin
	-- KIND-YYYYMM-NNNNN, in small letters, without dashes, or its tail.
	v_doc := regexp_match(v_q, '^(?:[A-Za-z0-9]{1,12}-)?(INV|PAY|CASH|#)'
	    '[ -]*(?:([0-9]{6})[ -]?(?=[0-9]{5}))?([0-9]{1,12})$', 'i');
	if v_doc is not null then
		v_out := array(select d from app.search_documents(
		    nullif(upper(v_doc[1]), '#'), v_doc[2], v_doc[3], v_limit) d
		    limit v_limit);
	elsif v_digits is not null and app.may('customer.view') then
		v_out := array(select app.search_customer_row(d.customer_id, true)
		    from app.search_digits(v_digits, v_limit) d order by d.rank);
	elsif v_q like '%@%' then
		v_out := array(select s from app.search_services(v_q, v_limit) s);
	end if;
	if cardinality(v_out) = 0 and v_q <> '' then
		if app.may('customer.view') then
			v_out := array(
			    select app.search_customer_row(c.customer_id, false)
			    from app.search_customers(ltrim(p ->> 'q'), v_limit) c
			    order by c.rank);
		end if;
		v_out := v_out || array(select k
		    from app.search_packages(v_q, 5) k);
	end if;
	return json_build_object('results', to_json(v_out[:v_limit]));
end $$;
