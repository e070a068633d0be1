-- What all kinds share and Prisma's language lacks.
create sequence catalog_revision;

insert into scope (id, kind) values ('00000000-0000-7000-8000-000000000000', 'Platform');
insert into scope_closure (ancestor_id, descendant_id, depth)
values ('00000000-0000-7000-8000-000000000000', '00000000-0000-7000-8000-000000000000', 0);
insert into access_version (id) values (1);

-- Works out the closure of the given scopes and everything below them anew: up from each of them as far as that leads
-- through those; what lies beyond has its closure already.
--
--     platform ◄─ region ◄─ site │◄─ rack        moved: the rack; of the site the closure is taken as it stands
--
-- Planned for each call: what is right for one scope is not for ten thousand.
create or replace function scope_closure_rebuild(moved uuid[]) returns bigint language plpgsql set plan_cache_mode = force_custom_plan as $$
declare
  subtree uuid[];
  written bigint;
begin
  with recursive below (id) as (select unnest(moved) union select s.id from scope s join below b on s.parent_id = b.id)
  select array_agg(id) into subtree from below;
  with recursive inside (id) as materialized (
    select unnest(subtree)
  ), edge (child, parent) as materialized (
    select s.id, e.parent from inside i join scope s on s.id = i.id
    left join scope k on k.id = kind_scope_id(s.kind)
    cross join lateral unnest(array[s.parent_id, k.id, case when s.is_public then '00000000-0000-7000-8000-000000000002'::uuid end]) e (parent)
    where e.parent is not null
  ), up (descendant, ancestor, depth) as (
    select id, id, 0 from inside
    union all
    select u.descendant, e.parent, u.depth + 1 from up u join edge e on e.child = u.ancestor
  ), pair as (
    select p.descendant, p.ancestor, min(p.depth) as depth from (
      select descendant, ancestor, depth from up
      union all
      select u.descendant, c.ancestor_id, u.depth + c.depth from up u join scope_closure c on c.descendant_id = u.ancestor
      where not exists (select from inside i where i.id = u.ancestor)
    ) p group by p.descendant, p.ancestor
  ), gone as (
    delete from scope_closure c where c.descendant_id = any(subtree)
    and not exists (select from pair p where p.descendant = c.descendant_id and p.ancestor = c.ancestor_id)
  ), kept as (
    insert into scope_closure (ancestor_id, descendant_id, depth) select ancestor, descendant, depth from pair
    on conflict (descendant_id, ancestor_id) do update set depth = excluded.depth where scope_closure.depth <> excluded.depth
    returning 1
  )
  select count(*) into written from kept;
  -- Access that is kept as rows (of callers with many grants) comes to hold what is new below it; of earlier access versions
  -- nobody asks for it any more. What is being put into rows at this moment is waited for: it could not know of this.
  perform pg_advisory_xact_lock(720934);
  insert into access_scope (set_id, slot, scope_id)
  select distinct a.set_id, a.slot, c.descendant_id
  from access_version v join access_set s on s.access_version = v.version join access_scope a on a.set_id = s.id
  join scope_closure c on c.ancestor_id = a.scope_id where c.descendant_id = any(subtree)
  on conflict do nothing;
  return written;
end $$;

-- The group of everyone who is signed in, under both names that upstream has for it; bindings name it without its being
-- created by anyone.
insert into user_group (id, name, namespace, revision, scope_id)
values ('00000000-0000-7000-8000-000000000001', 'system:authenticated', 'milo-system', nextval('catalog_revision'), '00000000-0000-7000-8000-000000000000'),
  ('00000000-0000-7000-8000-000000000004', 'system:authenticated-users', 'milo-system', nextval('catalog_revision'), '00000000-0000-7000-8000-000000000000');
