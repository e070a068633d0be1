-- Capture of changes (src/catalog/history): every statement on a kind's table notes what it touched, and the end of the
-- transaction turns the notes into changes.
--
--   statement ─► note_changes() ─► change_note (of this transaction) ─► recordChanges ─► change, change_set

insert into change_head (id) values (1);
alter table change_head add constraint change_head_one check (id = 1);

-- A state of up to 8 kB is stored as it is: compressed, it would be unpacked each time that something is read from it, which took half
-- of the time of a page of names as of a moment.
alter table change set (toast_tuple_target = 8160);

create function change_note_table() returns void language plpgsql as $$
begin
  if to_regclass('pg_temp.change_note') is null then
    create temporary table change_note (kind text not null, object_id uuid not null, operation text not null) on commit delete rows;
  end if;
end $$;

-- Argument: the kind. It is planned once for a connection and table, which a small write would notice otherwise.
create function note_changes() returns trigger language plpgsql as $$
begin
  perform change_note_table();
  insert into change_note select tg_argv[0], t.id, tg_op from touched t;
  return null;
end $$;

-- Rows of a link table touch the object they belong to. Arguments: the kind, and the column that holds the object's id.
create function note_changed_links() returns trigger language plpgsql as $$
begin
  perform change_note_table();
  execute format('insert into change_note select distinct $1, %I, ''UPDATE'' from touched', tg_argv[1]) using tg_argv[0];
  return null;
end $$;

-- What answers are made of beside the kinds' own tables, and is written in the same transactions. Argument: what it is remembered by.
create function note_touched() returns trigger language plpgsql as $$
begin
  if exists (select from touched) then
    perform change_note_table();
    insert into change_note values (tg_argv[0], '00000000-0000-0000-0000-000000000000', 'UPDATE');
  end if;
  return null;
end $$;
create trigger scope_insert_touched after insert on scope referencing new table as touched for each statement execute function note_touched('scope');
create trigger scope_update_touched after update on scope referencing new table as touched for each statement execute function note_touched('scope');
create trigger scope_delete_touched after delete on scope referencing old table as touched for each statement execute function note_touched('scope');
create trigger published_meter_insert_touched after insert on published_meter referencing new table as touched for each statement execute function note_touched('published_meter');
create trigger published_meter_update_touched after update on published_meter referencing new table as touched for each statement execute function note_touched('published_meter');
create trigger published_meter_delete_touched after delete on published_meter referencing old table as touched for each statement execute function note_touched('published_meter');
create trigger published_resource_type_insert_touched after insert on published_resource_type referencing new table as touched for each statement execute function note_touched('published_resource_type');
create trigger published_resource_type_update_touched after update on published_resource_type referencing new table as touched for each statement execute function note_touched('published_resource_type');
create trigger published_resource_type_delete_touched after delete on published_resource_type referencing old table as touched for each statement execute function note_touched('published_resource_type');

-- The kinds that the transaction has touched so far.
create function noted_kinds() returns table (kind text, has_present boolean, has_gone boolean) language plpgsql as $$
begin
  perform change_note_table();
  return query select n.kind, bool_or(n.operation <> 'DELETE'), bool_or(n.operation = 'DELETE') from change_note n group by n.kind;
end $$;

create function note_former_scopes() returns trigger language plpgsql as $$
begin
  insert into former_scope (id, kind, parent_id) select id, kind, parent_id from touched on conflict (id) do nothing;
  return null;
end $$;
create trigger scope_remembered after delete on scope referencing old table as touched for each statement execute function note_former_scopes();

-- The scope, or the nearest one above it that still exists.
create function standing_scope(wanted uuid) returns uuid language sql stable as $$
  select case when exists (select from scope s where s.id = wanted) then wanted else (
    with recursive up (id, depth) as (
      select wanted, 0
      union all
      select f.parent_id, u.depth + 1 from up u join former_scope f on f.id = u.id where not exists (select from scope s where s.id = u.id)
    ) select coalesce((select u.id from up u join scope s on s.id = u.id order by u.depth limit 1), '00000000-0000-7000-8000-000000000000')
  ) end
$$;

-- What people change of a stored state: compared to say which fields differ.
create function state_content(state jsonb) returns jsonb language sql immutable as $$
  select jsonb_build_object('metadata', jsonb_build_object('labels', state -> 'labels', 'annotations', state -> 'annotations'),
    'spec', state -> 'spec', 'status', state -> 'status')
$$;

-- Every path at which two documents differ; lists are compared as a whole.
create function json_differences(before jsonb, after jsonb) returns table (path text, was jsonb, became jsonb) language sql immutable as $$
  with recursive d (path, a, b) as (
    select ''::text, before, after
    union all
    select d.path || '.' || k.key, d.a -> k.key, d.b -> k.key
    from d cross join lateral (
      select jsonb_object_keys(case when jsonb_typeof(d.a) = 'object' then d.a else '{}' end) as key
      union select jsonb_object_keys(case when jsonb_typeof(d.b) = 'object' then d.b else '{}' end)
    ) k
    where jsonb_typeof(d.a) = 'object' and jsonb_typeof(d.b) = 'object' and d.a <> d.b
  )
  select ltrim(d.path, '.'), d.a, d.b from d
  where d.a is distinct from d.b and not coalesce(jsonb_typeof(d.a) = 'object' and jsonb_typeof(d.b) = 'object', false)
$$;
