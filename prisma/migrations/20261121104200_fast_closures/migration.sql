drop view authz_tuple;

drop function scope_tuples(scope);

drop function role_permission_tuples(role_permission);

drop function grant_edge_tuples(grant_edge);

drop function grant_assignee_tuples(grant_assignee);

drop function group_membership_tuples(group_membership);

drop function group_nesting_tuples(group_nesting);

create function scope_tuples(rows scope[]) returns table (object text, relation text, subject text) language sql volatile as $$
  select 'scope:' || r.id, 'parent', 'scope:' || r.parent_id from unnest(rows) r where r.parent_id is not null
  union all select 'scope:' || r.id, 'parent', 'scope:' || k.id from unnest(rows) r join scope k on k.id = kind_scope_id(r.kind) where r.kind <> 'Kind'
  union all select 'scope:' || r.id, 'parent', 'scope:00000000-0000-7000-8000-000000000002' from unnest(rows) r where r.is_public
$$;

create function role_permission_tuples(rows role_permission[]) returns table (object text, relation text, subject text) language sql volatile as $$
  select 'role:' || r.role_id, p.relation, 'principal:*' from unnest(rows) r join permission p on p.id = r.permission_id
$$;

create function grant_edge_tuples(rows grant_edge[]) returns table (object text, relation text, subject text) language sql volatile as $$
  select 'scope:' || r.scope_id, 'grant', 'grant:' || r.id from unnest(rows) r
  union all select 'grant:' || r.id, 'role', 'role:' || r.role_id from unnest(rows) r
$$;

create function grant_assignee_tuples(rows grant_assignee[]) returns table (object text, relation text, subject text) language sql volatile as $$
  select 'grant:' || r.grant_id, 'assignee',
    case when r.principal_kind = 'Group' then 'group:' || r.principal_id || '#member' else 'principal:' || r.principal_id end
  from unnest(rows) r
$$;

create function group_membership_tuples(rows group_membership[]) returns table (object text, relation text, subject text) language sql volatile as $$
  select 'group:' || r.group_id, 'member', 'principal:' || r.user_id from unnest(rows) r
$$;

create function group_nesting_tuples(rows group_nesting[]) returns table (object text, relation text, subject text) language sql volatile as $$
  select 'group:' || r.group_id, 'member',
    case when r.member_user_group_id is not null then 'group:' || r.member_user_group_id || '#member' else 'principal:' || r.member_service_account_id end
  from unnest(rows) r
$$;

create view authz_tuple as
  select t.object, t.relation, t.subject from scope_tuples(array(select r from scope r)) t
  union all select t.object, t.relation, t.subject from role_permission_tuples(array(select r from role_permission r)) t
  union all select t.object, t.relation, t.subject from grant_edge_tuples(array(select r from grant_edge r)) t
  union all select t.object, t.relation, t.subject from grant_assignee_tuples(array(select r from grant_assignee r)) t
  union all select t.object, t.relation, t.subject from group_membership_tuples(array(select r from group_membership r)) t
  union all select t.object, t.relation, t.subject from group_nesting_tuples(array(select r from group_nesting r)) t
  union all select 'group:00000000-0000-7000-8000-000000000001', 'member', 'principal:*';

create or replace function authz_follow() returns trigger language plpgsql as $$
declare
  tuples text := tg_table_name || '_tuples';
  columns text := (select string_agg(format('r.%I', attname), ', ' order by attnum) from pg_attribute
    where attrelid = tg_relid and attnum > 0 and not attisdropped);
  old_tuples text := format('select t.* from %I(array(select row(%s)::%I from old_rows r)) t', tuples, columns, tg_table_name);
  new_tuples text := format('select t.* from %I(array(select row(%s)::%I from new_rows r)) t', tuples, columns, tg_table_name);
  gone text;
  come text;
  written bigint;
  noted bigint := 0;
begin
  if tg_op <> 'INSERT' then
    gone := case when tg_op = 'UPDATE' then old_tuples || ' except ' || new_tuples else old_tuples end;
    execute format('insert into authz_outbox (order_key, operation, tuple)
      select object || ''#'' || relation, ''delete'', jsonb_build_object(''object'', object, ''relation'', relation, ''user'', subject) from (%s) t', gone);
    get diagnostics written = row_count;
    noted := noted + written;
  end if;
  if tg_op <> 'DELETE' then
    come := case when tg_op = 'UPDATE' then new_tuples || ' except ' || old_tuples else new_tuples end;
    execute format('insert into authz_outbox (order_key, operation, tuple)
      select object || ''#'' || relation, ''write'', jsonb_build_object(''object'', object, ''relation'', relation, ''user'', subject) from (%s) t', come);
    get diagnostics written = row_count;
    noted := noted + written;
  end if;
  -- A new scope takes nothing from anybody and gives nothing that its parents do not give already.
  if noted > 0 and not (tg_table_name = 'scope' and tg_op = 'INSERT') then
    perform set_config('catalog.access_changed', 'yes', true);
  end if;
  return null;
end $$;

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
  -- Access that is kept as rows (of callers with many grants) comes to hold what is new below it.
  insert into access_scope (set_id, slot, scope_id)
  select distinct a.set_id, a.slot, c.descendant_id
  from scope_closure c join access_scope a on a.scope_id = c.ancestor_id where c.descendant_id = any(subtree)
  on conflict do nothing;
  return written;
end $$;
