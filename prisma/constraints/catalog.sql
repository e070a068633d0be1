-- What all kinds share and Prisma's language lacks.
create sequence catalog_revision;

insert into scope (id, kind) values ('00000000-0000-7000-8000-000000000000', 'Platform');
insert into scope_closure (ancestor_id, descendant_id, depth)
values ('00000000-0000-7000-8000-000000000000', '00000000-0000-7000-8000-000000000000', 0);
insert into access_position (id) values (1);

-- Works out the closure of the given scopes and everything below them anew. (One statement: the migration engine
-- takes a file apart at its semicolons.)
create function scope_closure_rebuild(moved uuid[]) returns bigint language sql as $$
  with recursive subtree (id) as (
    select unnest(moved) union select s.id from scope s join subtree t on s.parent_id = t.id
  ), up (descendant, ancestor, depth) as (
    select id, id, 0 from subtree
    union all
    select u.descendant, s.parent_id, u.depth + 1 from up u join scope s on s.id = u.ancestor where s.parent_id is not null
  ), gone as (
    delete from scope_closure c using subtree t
    where c.descendant_id = t.id and not exists (select from up u where u.descendant = c.descendant_id and u.ancestor = c.ancestor_id)
  ), kept as (
    insert into scope_closure (ancestor_id, descendant_id, depth) select ancestor, descendant, depth from up
    on conflict (descendant_id, ancestor_id) do update set depth = excluded.depth where scope_closure.depth <> excluded.depth
    returning 1
  )
  select count(*) from kept
$$;

-- The group of everyone who is signed in; bindings name it without its being created by anyone.
insert into user_group (id, name, namespace, revision, scope_id)
values ('00000000-0000-7000-8000-000000000001', 'system:authenticated', 'milo-system', nextval('catalog_revision'), '00000000-0000-7000-8000-000000000000');
