-- What all kinds share and Prisma's language lacks.
create sequence catalog_revision;

insert into scope (id, kind) values ('00000000-0000-7000-8000-000000000000', 'Platform');
insert into scope_closure (ancestor_id, descendant_id, depth)
values ('00000000-0000-7000-8000-000000000000', '00000000-0000-7000-8000-000000000000', 0);
insert into access_position (id) values (1);

-- Works out the closure of the given scopes and everything below them anew.
create function scope_closure_rebuild(moved uuid[]) returns void language plpgsql as $$
declare
  below uuid[];
begin
  with recursive subtree (id) as (
    select unnest(moved) union select s.id from scope s join subtree t on s.parent_id = t.id
  )
  select array_agg(id) into below from subtree;
  delete from scope_closure where descendant_id = any (below);
  insert into scope_closure (ancestor_id, descendant_id, depth)
  with recursive up (descendant, ancestor, depth) as (
    select id, id, 0 from unnest(below) id
    union all
    select u.descendant, s.parent_id, u.depth + 1 from up u join scope s on s.id = u.ancestor where s.parent_id is not null
  )
  select ancestor, descendant, depth from up;
end $$;

-- The group of everyone who is signed in; bindings name it without its being created by anyone.
insert into user_group (id, name, namespace, revision, scope_id)
values ('00000000-0000-7000-8000-000000000001', 'system:authenticated', 'milo-system', nextval('catalog_revision'), '00000000-0000-7000-8000-000000000000');
