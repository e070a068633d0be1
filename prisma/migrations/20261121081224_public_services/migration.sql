create index authz_outbox_open on authz_outbox (seq) where applied_at is null;

create or replace function scope_tuples(r scope) returns table (object text, relation text, subject text) language sql volatile as $$
  select 'scope:' || r.id, 'parent', 'scope:' || r.parent_id where r.parent_id is not null
  union all select 'scope:' || r.id, 'parent', 'scope:' || k.id from scope k where k.id = kind_scope_id(r.kind) and r.kind <> 'Kind'
  union all select 'scope:' || r.id, 'parent', 'scope:00000000-0000-7000-8000-000000000002' where r.is_public
$$;

create or replace function role_permission_tuples(r role_permission) returns table (object text, relation text, subject text) language sql volatile as $$
  select 'role:' || r.role_id, p.relation, 'principal:*' from permission p where p.id = r.permission_id
$$;

create or replace function grant_edge_tuples(r grant_edge) returns table (object text, relation text, subject text) language sql volatile as $$
  select 'scope:' || r.scope_id, 'grant', 'grant:' || r.id
  union all select 'grant:' || r.id, 'role', 'role:' || r.role_id
$$;

create or replace function grant_assignee_tuples(r grant_assignee) returns table (object text, relation text, subject text) language sql volatile as $$
  select 'grant:' || r.grant_id, 'assignee',
    case when r.principal_kind = 'Group' then 'group:' || r.principal_id || '#member' else 'principal:' || r.principal_id end
$$;

create or replace function group_membership_tuples(r group_membership) returns table (object text, relation text, subject text) language sql volatile as $$
  select 'group:' || r.group_id, 'member', 'principal:' || r.user_id
$$;

create or replace function group_nesting_tuples(r group_nesting) returns table (object text, relation text, subject text) language sql volatile as $$
  select 'group:' || r.group_id, 'member',
    case when r.member_user_group_id is not null then 'group:' || r.member_user_group_id || '#member' else 'principal:' || r.member_service_account_id end
$$;

create function service_runtime_follow() returns trigger language plpgsql as $$
declare
  touched uuid[];
begin
  if tg_op = 'INSERT' then
    touched := array(select service_id from new_rows);
  elsif tg_op = 'UPDATE' then
    touched := array(select n.service_id from new_rows n join old_rows o on o.id = n.id
      where n.visibility is distinct from o.visibility or n.core is distinct from o.core or n.service_id is distinct from o.service_id);
  else
    touched := array(select service_id from old_rows);
  end if;
  update scope s set is_public = p.is_public
  from (select t.id, exists (select from service_runtime r where r.service_id = t.id and (r.visibility = 'Public' or r.core)) as is_public
    from unnest(touched) as t (id)) p
  where s.id = p.id and s.is_public <> p.is_public;
  if found then perform scope_closure_rebuild(touched); end if;
  return null;
end $$;

create trigger service_runtime_added after insert on service_runtime referencing new table as new_rows for each statement execute function service_runtime_follow();

create trigger service_runtime_changed after update on service_runtime referencing old table as old_rows new table as new_rows for each statement execute function service_runtime_follow();

create trigger service_runtime_removed after delete on service_runtime referencing old table as old_rows for each statement execute function service_runtime_follow();
