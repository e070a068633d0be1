-- What objects are found by (src/catalog/search): one table for all kinds, kept by triggers of each, which know the kind's texts
-- (search_triggers.sql).
--
--   statement ─► <table>_searched() ─► search_entry ─► by how a text begins   (search_entry_beginning_idx)
--                                                   ─► by words in it         (search_entry_words_idx)
--                                                   ─► by what is like it     (search_entry_similar_idx)

create extension if not exists pg_trgm;

-- The words of a text: what stands between anything but letters and digits.
create function search_words(folded text) returns tsvector language sql immutable parallel safe as $$
  select array_to_tsvector(array_remove(regexp_split_to_array(folded, '[^[:alnum:]]+'), ''))
$$;

create index search_entry_beginning_idx on search_entry (kind, folded collate "C", object_id);
create index search_entry_words_idx on search_entry using gin (search_words(folded)) where not is_part;
create index search_entry_part_words_idx on search_entry using gin (search_words(folded)) where is_part;
create index search_entry_similar_idx on search_entry using gin (folded gin_trgm_ops) where not is_part;

-- What an object is found by of its labels. Those by which what is derived says who keeps it, and of which service it is, are the same
-- for very many objects, whose own names begin with that of the service: nobody looks for them, and they were most of what is indexed.
create function searched_labels(labels jsonb) returns table (field text, value text) language sql immutable as $$
  select 'labels.' || l.key, l.key || '=' || l.value from jsonb_each_text(labels) l
  where l.key not in ('app.kubernetes.io/managed-by', 'services.miloapis.com/service')
$$;

create function drop_search_entries() returns trigger language plpgsql as $$
begin
  delete from search_entry e where e.object_id = any(array(select t.id from touched t));
  return null;
end $$;

-- Entries whose text is like another, with how much: with letters left out, added or exchanged. No more are looked at than in other ways to fit.
create function similar_search_entries(wanted text, kinds text[]) returns table (object_id uuid, kind text, field text, value text, folded text, scope_id uuid, other_scope_ids uuid[], likeness real)
language sql stable set pg_trgm.word_similarity_threshold = 0.5 as $$
  select e.object_id, e.kind, e.field, e.value, e.folded, e.scope_id, e.other_scope_ids, word_similarity(wanted, e.folded) from search_entry e
  where not e.is_part and e.kind = any(kinds) and wanted <% e.folded limit 20000
$$;
