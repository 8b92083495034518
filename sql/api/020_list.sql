-- SPDX-License-Identifier: GPL-3.0-or-later
-- One engine for every list: a page by keyset, filters and sort keys from
-- the rows of app.list_def and app.list_col, a plan made for these values.

-- Declares a list. Columns: key, expression, type, sort expression ('=' for
-- the same), filter expression ('=' for the same); null means cannot.
-- A key that starts with '-' is a filter only and not shown.
create or replace function app.list_declare(p_list text, p_source text,
    p_key text, p_key_type text, p_sort text, p_search text, p_cols text[])
returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
	insert into app.list_def (list, source, key_expr, key_type, sort, search)
	values (p_list, p_source, p_key, p_key_type, p_sort, p_search);
	insert into app.list_col
	    (list, pos, key, expr, type, sort_expr, filter_expr, out)
	select p_list, n, ltrim(p_cols[n][1], '-'), p_cols[n][2], p_cols[n][3],
	    case p_cols[n][4] when '=' then p_cols[n][2] else p_cols[n][4] end,
	    case p_cols[n][5] when '=' then p_cols[n][2] else p_cols[n][5] end,
	    p_cols[n][1] not like '-%'
	from generate_subscripts(p_cols, 1) n;
end $$;

-- One scalar of a filter as a literal of the column's type; a value that is
-- none is refused by the name of the filter.
create or replace function app.list_literal(p_key text, p_type text,
    p_value text)
returns text
language plpgsql immutable set search_path = pg_catalog, pg_temp
as $$
declare
	v_sql text;
begin
	if p_value is null then
		return 'null';
	end if;
	-- A month is stored as its first day.
	if p_type = 'period' then
		return app.list_literal(p_key, 'date', case
		    when p_value ~ '^[0-9]{4}-[0-9]{2}$' then p_value || '-01'
		    else p_value end);
	end if;
	execute format('select %L::%s::text', p_value, p_type) into v_sql;
	return format('%L::%s', v_sql, p_type);
exception when data_exception then
	perform app.fail_field(p_key, 'format');
end $$;

-- The condition of one filter.
create or replace function app.list_filter(p_key text, p_expr text,
    p_type text, p_value jsonb)
returns text
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
	v text := p_value #>> '{}';
	v_op text;
	v_parts text[] := '{}';
begin
	case jsonb_typeof(p_value)
	when 'null' then
		return format('%s is null', p_expr);
	when 'array' then
		if jsonb_array_length(p_value) = 0 then
			return 'false';
		end if;
		return format('%s in (%s)', p_expr,
		    (select string_agg(app.list_literal(p_key, p_type, x), ', ')
		    from jsonb_array_elements_text(p_value) x));
	when 'object' then
		if p_value - 'from' - 'to' <> '{}' then
			perform app.fail_field(p_key, 'filter');
		end if;
		if p_value ? 'from' then
			v_parts := v_parts || format('%s >= %s', p_expr,
			    app.list_literal(p_key, p_type, p_value ->> 'from'));
		end if;
		if p_value ? 'to' then
			v_parts := v_parts || format('%s <= %s', p_expr,
			    app.list_literal(p_key, p_type, p_value ->> 'to'));
		end if;
		return coalesce(nullif(array_to_string(v_parts, ' and '), ''),
		    'true');
	else
		v_op := substring(v from '^(>=|<=|>|<|!)');
		if jsonb_typeof(p_value) = 'string' and v_op is not null then
			return format('%s %s %s', p_expr,
			    case v_op when '!' then '<>' else v_op end,
			    app.list_literal(p_key, p_type,
			    substr(v, length(v_op) + 1)));
		end if;
		return format('%s = %s', p_expr,
		    app.list_literal(p_key, p_type, v));
	end case;
end $$;

-- Every condition of a request: fixed ones, filters, search.
create or replace function app.list_where(p_def app.list_def, p jsonb,
    p_extra text)
returns text
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
	v_where text := coalesce(p_extra, 'true');
	f record;
	c app.list_col;
begin
	for f in select key, value
	    from jsonb_each(coalesce(nullif(p -> 'filter', 'null'), '{}'))
	loop
		select * into c from app.list_col
		where list = p_def.list and key = f.key
		and filter_expr is not null;
		if not found then
			perform app.fail_field(f.key, 'filter');
		end if;
		v_where := v_where || ' and ' ||
		    app.list_filter(f.key, c.filter_expr, c.type, f.value);
	end loop;
	if btrim(coalesce(p ->> 'q', '')) <> '' then
		if p_def.search is null then
			perform app.fail_field('q', 'filter');
		end if;
		v_where := v_where || ' and (' || replace(p_def.search, '$q',
		    quote_literal(btrim(p ->> 'q'))) || ')';
	end if;
	return v_where;
end $$;

-- A page. p_extra is a condition that the method adds by itself (constant
-- text of ours, never a value from outside).
create or replace function app.list_run(p_list text, p jsonb,
    p_extra text default null)
returns json
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
	d app.list_def;
	s app.list_col;
	v_sort text;
	v_dir text := 'asc';
	v_cmp text := '>';
	v_limit integer := coalesce((p ->> 'limit')::integer, 50);
	v_where text;
	v_page text;
	v_after jsonb;
	v_cols json;
	v_exprs text;
	v_names text;
	v_rows json;
	v_more boolean;
	v_last_s text;
	v_last_k text;
	v_count bigint;
begin
	select * into strict d from app.list_def where list = p_list;
	v_sort := coalesce(nullif(p ->> 'sort', ''), d.sort);
	if v_sort like '-%' then
		v_dir := 'desc';
		v_cmp := '<';
	end if;
	select * into s from app.list_col where list = p_list
	and key = ltrim(v_sort, '-') and sort_expr is not null;
	if not found then
		perform app.fail_field('sort', 'sort');
	end if;

	v_where := app.list_where(d, p, p_extra);
	v_page := v_where;
	if nullif(p ->> 'after', '') is not null then
		begin
			v_after := (p ->> 'after')::jsonb;
		exception when data_exception then
			perform app.fail_field('after', 'cursor');
		end;
		if jsonb_typeof(v_after) <> 'array'
		    or jsonb_array_length(v_after) <> 3
		    or v_after ->> 0 <> v_sort then
			perform app.fail_field('after', 'cursor');
		end if;
		v_page := v_page || format(' and (%s, %s) %s (%s, %s)',
		    s.sort_expr, d.key_expr, v_cmp,
		    app.list_literal('after', s.type, v_after ->> 1),
		    app.list_literal('after', d.key_type, v_after ->> 2));
	end if;

	select json_agg(key order by pos),
	    string_agg(expr || ' as c' || pos, ', ' order by pos),
	    string_agg('c' || pos, ', ' order by pos)
	into v_cols, v_exprs, v_names
	from app.list_col where list = p_list and out;

	execute format(
	    'with page as materialized (select %s, (%s)::text as sort_,
	        (%s)::text as key_, row_number() over (order by %s %s, %s %s) as n_
	        from %s where %s order by %s %s, %s %s limit %s)
	    select coalesce(json_agg(json_build_array(%s) order by n_)
	        filter (where n_ <= %s), ''[]''), count(*) > %s,
	        max(sort_) filter (where n_ = %s), max(key_) filter (where n_ = %s)
	    from page',
	    v_exprs, s.sort_expr, d.key_expr, s.sort_expr, v_dir, d.key_expr,
	    v_dir, d.source, v_page, s.sort_expr, v_dir, d.key_expr, v_dir,
	    v_limit + 1, v_names, v_limit, v_limit, v_limit, v_limit)
	into v_rows, v_more, v_last_s, v_last_k;

	if (p ->> 'count')::boolean then
		execute format('select count(*) from (select from %s where %s
		    limit 10001) x', d.source, v_where) into v_count;
		return json_build_object('cols', v_cols, 'rows', v_rows, 'next',
		    case when v_more then
		    json_build_array(v_sort, v_last_s, v_last_k)::text end,
		    'count', least(v_count, 10000), 'more', v_count > 10000);
	end if;
	return json_build_object('cols', v_cols, 'rows', v_rows, 'next',
	    case when v_more then
	    json_build_array(v_sort, v_last_s, v_last_k)::text end);
end $$;
