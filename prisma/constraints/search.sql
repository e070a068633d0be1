-- What objects are found by (src/catalog/search): one table for all kinds, kept by a trigger of each, which knows the kind's texts
-- (search_triggers.sql).
--
--   statement ─► keep_search_entries() ─► search_entry ─► by how a text begins   (search_entry_beginning_idx)
--                                                      ─► by words in it         (search_entry_words_idx)
--                                                      ─► by what is like it     (search_entry_similar_idx)

create extension if not exists pg_trgm;

-- The words of a text: what stands between anything but letters and digits.
create function search_words(folded text) returns tsvector language sql immutable parallel safe as $$
  select array_to_tsvector(array_remove(regexp_split_to_array(folded, '[^[:alnum:]]+'), ''))
$$;

create index search_entry_beginning_idx on search_entry (kind, folded collate "C", object_id);
create index search_entry_words_idx on search_entry using gin (search_words(folded)) where not is_part;
create index search_entry_part_words_idx on search_entry using gin (search_words(folded)) where is_part;
create index search_entry_similar_idx on search_entry using gin (folded gin_trgm_ops) where not is_part;

-- The statement that makes the entries of rows `t`. Of a kind are told: its name, whether it is a part of other things, then of each
-- text the field and the column. Labels by which what is derived says who keeps it, and of which service it is, are the same for
-- very many objects, whose own names begin with that of the service: nobody looks for them, and they were most of what is indexed.
create function search_entries_of(kind text[], rows text) returns text language sql immutable as $$
  select format('insert into search_entry (object_id, field, kind, is_part, value, folded)
    select t.id, v.field, %L, %L::boolean, v.value, left(lower(v.value), 400) from %s t
    cross join lateral (values %s union all select ''labels.'' || l.key, l.key || ''='' || l.value from jsonb_each_text(t.labels) l
      where l.key not in (''app.kubernetes.io/managed-by'', ''services.miloapis.com/service'')) v (field, value)
    where v.value <> ''''',
    kind[1], kind[2], rows, (select string_agg(format('(%L, t.%I::text)', kind[i - 1], kind[i]), ', ') from generate_series(4, cardinality(kind), 2) i))
$$;

-- Arguments: what is told of the kind.
create function keep_search_entries() returns trigger language plpgsql as $$
declare
  kind text[] := tg_argv[0:tg_nargs - 1];
  columns text;
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    execute search_entries_of(kind, 'touched');
  elsif tg_op = 'DELETE' then
    delete from search_entry e using touched t where e.object_id = t.id;
  else
    select string_agg(format('%%1$s.%I', tg_argv[i]), ', ') into columns from generate_series(3, tg_nargs - 1, 2) i;
    execute format('select array_agg(t.id) from touched t join former f on f.id = t.id where (%s, t.labels) is distinct from (%s, f.labels)',
      format(columns, 't'), format(columns, 'f')) into changed;
    if changed is not null then
      delete from search_entry e where e.object_id = any(changed);
      execute search_entries_of(kind, '(select * from touched where id = any($1))') using changed;
    end if;
  end if;
  return null;
end $$;

-- Entries whose text is like another, with how much: with letters left out, added or exchanged. No more are looked at than in other ways to fit.
create function similar_search_entries(wanted text, kinds text[]) returns table (object_id uuid, kind text, field text, value text, folded text, likeness real)
language sql stable set pg_trgm.word_similarity_threshold = 0.5 as $$
  select e.object_id, e.kind, e.field, e.value, e.folded, word_similarity(wanted, e.folded) from search_entry e
  where not e.is_part and e.kind = any(kinds) and wanted <% e.folded limit 20000
$$;
