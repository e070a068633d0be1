-- Authorization, derived from the catalog's rows by triggers, so that no way of writing can miss it:
--
--   role, role_inheritance ─► role_permission ─┐
--   policy bindings, memberships ─► grant_edge, grant_assignee ─┼─► authz_outbox ─► OpenFGA (reference/iam.md 4.7, 4.12)
--   scope, groups ──────────────────────────────┘
--
-- All writers hold the catalog's one write lock, so the outbox's sequence is the order of commits.

-- Scope that a role bound to every object of a kind hangs on.
create function kind_scope_id(kind text) returns uuid language sql immutable as $$ select md5('kind/' || kind)::uuid $$;

insert into scope (id, kind) values ('00000000-0000-7000-8000-000000000002', 'Audience');
insert into scope_closure (ancestor_id, descendant_id, depth)
values ('00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-000000000002', 0);

-- grant_edge_scope_id_fkey = REFERENCED: a policy binding gives a role on it
alter table binding_target add constraint binding_target_policy_binding_id_fkey foreign key (policy_binding_id) references policy_binding (id) on delete cascade;
-- binding_target_scope_id_fkey = REFERENCED: a policy binding gives a role on it
alter table binding_target add constraint binding_target_scope_id_fkey foreign key (scope_id) references scope (id) on delete restrict;
-- group_membership_once = DUPLICATE_MEMBER: the user is a member of the group already
create unique index group_membership_once on group_membership (group_id, user_id);
-- group_nesting_group_once = DUPLICATE_MEMBER: the group is a member of the group already
create unique index group_nesting_group_once on group_nesting (group_id, member_user_group_id);
-- group_nesting_account_once = DUPLICATE_MEMBER: the service account is a member of the group already
create unique index group_nesting_account_once on group_nesting (group_id, member_service_account_id);

-- Relation of a permission: readable when it fits OpenFGA's 50 characters, else a hash; never used for another one.
create function permission_relation(permission text) returns text language sql stable as $$
  select case when length(r.readable) <= 50 and not exists (select from permission p where p.relation = r.readable)
    then r.readable else 'p_' || left(encode(sha256(convert_to(permission, 'UTF8')), 'hex'), 12) end
  from (select trim(both '_' from regexp_replace(
    case split_part(permission, '/', 1)
      when 'resourcemanager.miloapis.com' then 'rm'
      when 'services.miloapis.com' then 'svc'
      when 'inventory.miloapis.com' then 'inv'
      else split_part(split_part(permission, '/', 1), '.miloapis.com', 1) end
    || '_' || substr(permission, strpos(permission, '/') + 1), '[^A-Za-z0-9]+', '_', 'g')) as readable) r
$$;

-- Registers permissions that are not known yet, one after the other: two of them may be alike when written readably.
create or replace function permission_register(names text[]) returns void language plpgsql as $$
declare
  n text;
begin
  for n in select distinct u collate "C" from unnest(names) u where not exists (select from permission p where p.name = u) order by 1 loop
    insert into permission (id, name, relation, kind, verb)
    values (gen_random_uuid(), n, permission_relation(n), regexp_replace(n, '\.[^.]*$', ''), substring(n from '[^.]*$'));
  end loop;
end $$;

create function protected_resource_follow() returns trigger language plpgsql as $$
begin
  perform permission_register(array(
    select r.service_ref_name || '/' || r.plural || '.' || v from new_rows r cross join lateral unnest(r.permissions) v
    union
    select r.service_ref_name || '/' || r.plural || '/' || (s ->> 'name') || '.' || v
    from new_rows r cross join lateral jsonb_array_elements(coalesce(r.subresources, '[]')) s
    cross join lateral jsonb_array_elements_text(s -> 'permissions') v));
  return null;
end $$;
create trigger protected_resource_added after insert on protected_resource referencing new table as new_rows
for each statement execute function protected_resource_follow();
create trigger protected_resource_changed after update on protected_resource referencing new table as new_rows
for each statement execute function protected_resource_follow();

-- Works out the effective permissions of roles and of all that inherit them.
create function role_permission_refresh(changed uuid[]) returns void language sql as $$
  with recursive affected (id) as (
    select unnest(changed) union select i.heir_id from affected a join role_inheritance i on i.role_id = a.id
  ), up (heir_id, id) as (
    select id, id from affected union select u.heir_id, i.role_id from up u join role_inheritance i on i.heir_id = u.id
  ), wanted as (
    select distinct u.heir_id as role_id, p.id as permission_id
    from up u join role r on r.id = u.id cross join lateral unnest(r.included_permissions) n join permission p on p.name = n
  ), gone as (
    delete from role_permission x using affected a
    where x.role_id = a.id and not exists (select from wanted w where w.role_id = x.role_id and w.permission_id = x.permission_id)
  )
  insert into role_permission (role_id, permission_id) select role_id, permission_id from wanted on conflict do nothing
$$;

create function role_follow() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    delete from role_permission x using old_rows r where x.role_id = r.id;
  else
    perform role_permission_refresh(array(select id from new_rows));
  end if;
  return null;
end $$;
create trigger role_added after insert on role referencing new table as new_rows for each statement execute function role_follow();
create trigger role_changed after update on role referencing new table as new_rows for each statement execute function role_follow();
create trigger role_removed after delete on role referencing old table as old_rows for each statement execute function role_follow();

create function role_inheritance_follow() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    perform role_permission_refresh(array(select distinct heir_id from old_rows));
  else
    perform role_permission_refresh(array(select distinct heir_id from new_rows));
  end if;
  return null;
end $$;
create trigger role_inheritance_added after insert on role_inheritance referencing new table as new_rows
for each statement execute function role_inheritance_follow();
create trigger role_inheritance_removed after delete on role_inheritance referencing old table as old_rows
for each statement execute function role_inheritance_follow();

-- Who holds a role on a scope, and by what: the bindings and the memberships, opened.
create view role_assignment as
  select t.scope_id, b.role_id, 'PolicyBinding' as source_kind, b.id as source_id,
    case when s.user_account_id is not null then 'User' when s.service_account_id is not null then 'ServiceAccount' else 'Group' end as principal_kind,
    coalesce(s.user_account_id, s.service_account_id, s.user_group_id) as principal_id
  from policy_binding b join binding_target t on t.policy_binding_id = b.id join policy_binding_subject s on s.policy_binding_id = b.id
  union all
  select m.organization_id, r.role_id, 'OrganizationMembership', m.id, 'User', m.user_id
  from organization_membership m join organization_membership_role r on r.organization_membership_id = m.id;

-- Brings the grants of (scope, role) pairs in step: one grant a pair, its assignees the union over all assignments.
create function grants_refresh(scopes uuid[], roles uuid[]) returns void language plpgsql as $$
begin
  create temporary table if not exists wanted_assignee (scope_id uuid, role_id uuid, principal_kind text, principal_id uuid) on commit delete rows;
  delete from wanted_assignee;
  insert into wanted_assignee
  select distinct a.scope_id, a.role_id, a.principal_kind, a.principal_id
  from role_assignment a join (select distinct s, r from unnest(scopes, roles) as u (s, r)) p on p.s = a.scope_id and p.r = a.role_id;
  insert into grant_edge (id, scope_id, role_id)
  select gen_random_uuid(), scope_id, role_id from (select distinct scope_id, role_id from wanted_assignee) w on conflict (scope_id, role_id) do nothing;
  delete from grant_assignee x using grant_edge g, (select distinct s, r from unnest(scopes, roles) as u (s, r)) p
  where x.grant_id = g.id and g.scope_id = p.s and g.role_id = p.r and not exists (
    select from wanted_assignee w where w.scope_id = g.scope_id and w.role_id = g.role_id and w.principal_kind = x.principal_kind and w.principal_id = x.principal_id);
  insert into grant_assignee (grant_id, principal_kind, principal_id)
  select g.id, w.principal_kind, w.principal_id from wanted_assignee w join grant_edge g on g.scope_id = w.scope_id and g.role_id = w.role_id
  on conflict do nothing;
  delete from grant_edge g using (select distinct s, r from unnest(scopes, roles) as u (s, r)) p
  where g.scope_id = p.s and g.role_id = p.r and not exists (select from grant_assignee x where x.grant_id = g.id);
end $$;

create function binding_follow() returns trigger language plpgsql as $$
declare
  pairs record;
begin
  if tg_op = 'DELETE' and tg_table_name = 'binding_target' then
    select array_agg(o.scope_id) as scopes, array_agg(b.role_id) as roles into pairs
    from old_rows o join policy_binding b on b.id = o.policy_binding_id;
  elsif tg_op = 'DELETE' then
    select array_agg(t.scope_id) as scopes, array_agg(b.role_id) as roles into pairs
    from (select distinct policy_binding_id from old_rows) o join policy_binding b on b.id = o.policy_binding_id
    join binding_target t on t.policy_binding_id = b.id;
  else
    select array_agg(t.scope_id) as scopes, array_agg(b.role_id) as roles into pairs
    from (select distinct policy_binding_id from new_rows) n join policy_binding b on b.id = n.policy_binding_id
    join binding_target t on t.policy_binding_id = b.id;
  end if;
  if pairs.scopes is not null then perform grants_refresh(pairs.scopes, pairs.roles); end if;
  return null;
end $$;
create trigger binding_target_added after insert on binding_target referencing new table as new_rows
for each statement execute function binding_follow();
create trigger policy_binding_subject_added after insert on policy_binding_subject referencing new table as new_rows
for each statement execute function binding_follow();
create trigger policy_binding_subject_removed after delete on policy_binding_subject referencing old table as old_rows
for each statement execute function binding_follow();

create function membership_follow() returns trigger language plpgsql as $$
declare
  pairs record;
begin
  if tg_op = 'DELETE' then
    select array_agg(m.organization_id) as scopes, array_agg(o.role_id) as roles into pairs
    from old_rows o join organization_membership m on m.id = o.organization_membership_id;
  else
    select array_agg(m.organization_id) as scopes, array_agg(n.role_id) as roles into pairs
    from new_rows n join organization_membership m on m.id = n.organization_membership_id;
  end if;
  if pairs.scopes is not null then perform grants_refresh(pairs.scopes, pairs.roles); end if;
  return null;
end $$;
create trigger organization_membership_role_added after insert on organization_membership_role referencing new table as new_rows
for each statement execute function membership_follow();
create trigger organization_membership_role_removed after delete on organization_membership_role referencing old table as old_rows
for each statement execute function membership_follow();

create index authz_outbox_open on authz_outbox (seq) where applied_at is null;

-- The tuples of rows of each table that has any: of all the rows of a statement at once.
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

-- Every tuple that OpenFGA should hold.
create view authz_tuple as
  select t.object, t.relation, t.subject from scope_tuples(array(select r from scope r)) t
  union all select t.object, t.relation, t.subject from role_permission_tuples(array(select r from role_permission r)) t
  union all select t.object, t.relation, t.subject from grant_edge_tuples(array(select r from grant_edge r)) t
  union all select t.object, t.relation, t.subject from grant_assignee_tuples(array(select r from grant_assignee r)) t
  union all select t.object, t.relation, t.subject from group_membership_tuples(array(select r from group_membership r)) t
  union all select t.object, t.relation, t.subject from group_nesting_tuples(array(select r from group_nesting r)) t
  union all select 'group:' || id, 'member', 'principal:*' from user_group
    where id in ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000004');

-- Notes in the outbox what a statement changed of a table's tuples, and that access has to be worked out anew.
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
create trigger scope_added after insert on scope referencing new table as new_rows for each statement execute function authz_follow();
create trigger scope_changed after update on scope referencing old table as old_rows new table as new_rows for each statement execute function authz_follow();
create trigger scope_removed after delete on scope referencing old table as old_rows for each statement execute function authz_follow();
create trigger role_permission_added after insert on role_permission referencing new table as new_rows for each statement execute function authz_follow();
create trigger role_permission_removed after delete on role_permission referencing old table as old_rows for each statement execute function authz_follow();
create trigger grant_edge_added after insert on grant_edge referencing new table as new_rows for each statement execute function authz_follow();
create trigger grant_edge_removed after delete on grant_edge referencing old table as old_rows for each statement execute function authz_follow();
create trigger grant_assignee_added after insert on grant_assignee referencing new table as new_rows for each statement execute function authz_follow();
create trigger grant_assignee_removed after delete on grant_assignee referencing old table as old_rows for each statement execute function authz_follow();
create trigger group_membership_added after insert on group_membership referencing new table as new_rows for each statement execute function authz_follow();
create trigger group_membership_changed after update on group_membership referencing old table as old_rows new table as new_rows for each statement execute function authz_follow();
create trigger group_membership_removed after delete on group_membership referencing old table as old_rows for each statement execute function authz_follow();
create trigger group_nesting_added after insert on group_nesting referencing new table as new_rows for each statement execute function authz_follow();
create trigger group_nesting_changed after update on group_nesting referencing old table as old_rows new table as new_rows for each statement execute function authz_follow();
create trigger group_nesting_removed after delete on group_nesting referencing old table as old_rows for each statement execute function authz_follow();

-- A principal that goes, or whose state changes, is noticed at the next statement of whoever acts for it.
create function principal_follow() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    perform set_config('catalog.access_changed', 'yes', true);
  elsif exists (select from old_rows o join new_rows n on n.id = o.id where o.state is distinct from n.state) then
    perform set_config('catalog.access_changed', 'yes', true);
  end if;
  return null;
end $$;
create trigger user_account_changed after update on user_account referencing old table as old_rows new table as new_rows for each statement execute function principal_follow();
create trigger user_account_removed after delete on user_account referencing old table as old_rows for each statement execute function principal_follow();
create trigger service_account_changed after update on service_account referencing old table as old_rows new table as new_rows for each statement execute function principal_follow();
create trigger service_account_removed after delete on service_account referencing old table as old_rows for each statement execute function principal_follow();

-- So is the end of a link. What is remembered of it keeps tokens refused that were issued before, whoever is linked to
-- the identity later.
create function identity_link_follow() returns trigger language plpgsql as $$
begin
  insert into ended_identity (issuer, subject, ended_at)
  select issuer, subject, clock_timestamp() from old_rows
  on conflict (issuer, subject) do update set ended_at = excluded.ended_at;
  perform set_config('catalog.access_changed', 'yes', true);
  return null;
end $$;
create trigger identity_link_removed after delete on identity_link referencing old table as old_rows for each statement execute function identity_link_follow();

-- Raises the access version at the end of a transaction that changed what access is made of (reference/iam.md 4.9).
create function access_version_follow() returns void language sql as $$
  update access_version set version = version + 1 where current_setting('catalog.access_changed', true) = 'yes'
$$;

-- A service that everyone may see stands under the public audience as well: one that is no draft, unless its runtime keeps
-- it private.
create function services_publish(touched uuid[]) returns void language plpgsql as $$
begin
  update scope s set is_public = p.is_public
  from (select t.id, exists (
      select from service v left join service_runtime r on r.service_id = v.id
      where v.id = t.id and v.phase <> 'Draft' and (r.id is null or r.visibility = 'Public' or r.core)) as is_public
    from unnest(touched) as t (id)) p
  where s.id = p.id and s.is_public <> p.is_public;
  if found then perform scope_closure_rebuild(touched); end if;
end $$;
create function service_follow() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    perform services_publish(array(select id from new_rows));
    return null;
  end if;
  perform services_publish(array(select n.id from new_rows n join old_rows o on o.id = n.id where n.phase is distinct from o.phase));
  return null;
end $$;
create trigger service_added after insert on service referencing new table as new_rows for each statement execute function service_follow();
create trigger service_changed after update on service referencing old table as old_rows new table as new_rows for each statement execute function service_follow();
create function service_runtime_follow() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    perform services_publish(array(select service_id from new_rows));
  elsif tg_op = 'UPDATE' then
    perform services_publish(array(select unnest(array[n.service_id, o.service_id]) from new_rows n join old_rows o on o.id = n.id
      where n.visibility is distinct from o.visibility or n.core is distinct from o.core or n.service_id is distinct from o.service_id));
  else
    perform services_publish(array(select service_id from old_rows));
  end if;
  return null;
end $$;
create trigger service_runtime_added after insert on service_runtime referencing new table as new_rows for each statement execute function service_runtime_follow();
create trigger service_runtime_changed after update on service_runtime referencing old table as old_rows new table as new_rows for each statement execute function service_runtime_follow();
create trigger service_runtime_removed after delete on service_runtime referencing old table as old_rows for each statement execute function service_runtime_follow();
