-- SPDX-License-Identifier: GPL-3.0-or-later
-- What a freshly migrated database says about itself, as one JSON object.
select json_build_object(
    'functions', (select json_agg(json_build_object('schema', n.nspname,
        'name', f.proname, 'args', array(select format_type(t, null)
            from unnest(f.proargtypes) t), 'source', f.prosrc)
        order by n.nspname, f.proname)
        from pg_proc f join pg_namespace n on n.oid = f.pronamespace
        where n.nspname in ('app', 'api')),
    'constraints', (select json_agg(json_build_object('name', c.conname,
        'type', c.contype, 'table', c.conrelid::regclass::text,
        'def', pg_get_constraintdef(c.oid)) order by c.conname)
        from pg_constraint c
        where c.connamespace = 'app'::regnamespace),
    'uniques', (select json_agg(json_build_object(
        'name', i.indexrelid::regclass::text, 'table', i.indrelid::regclass,
        'primary', i.indisprimary, 'identity', exists (
            select from pg_attribute a where a.attrelid = i.indrelid
            and a.attnum = any (i.indkey) and a.attidentity <> ''))
        order by i.indexrelid::regclass::text)
        from pg_index i join pg_class t on t.oid = i.indrelid
        where i.indisunique and t.relnamespace = 'app'::regnamespace),
    'generated', (select json_agg(json_build_object(
        'column', a.attrelid::regclass || '.' || a.attname,
        'expr', pg_get_expr(d.adbin, d.adrelid)))
        from pg_attribute a
        join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        join pg_class t on t.oid = a.attrelid
        where a.attgenerated = 's' and t.relnamespace = 'app'::regnamespace),
    'lists', (select json_agg(json_build_object('list', d.list,
        'sort', d.sort, 'search', d.search is not null, 'cols',
        (select json_agg(json_build_object('key', c.key, 'type', c.type,
            'sort', c.sort_expr is not null, 'filter',
            c.filter_expr is not null, 'out', c.out) order by c.pos)
        from app.list_col c where c.list = d.list)) order by d.list)
        from app.list_def d),
    'transitions', (select json_agg(json_build_object('object', t.object,
        'from', t.from_state, 'to', t.to_state, 'perm', t.perm,
        'reason', t.reason, 'label', t.label)
        order by t.object collate "C", t.from_state collate "C",
        t.to_state collate "C") from app.transition t),
    'perms', (select json_object_agg(p.perm, p.used) from app.perm p),
    'role_perms', (select json_agg(r.role_id || ' ' || r.perm order by 1)
        from app.role_perm r),
    'settings', (select json_agg(s.key order by s.pos) from app.setting s)
);
