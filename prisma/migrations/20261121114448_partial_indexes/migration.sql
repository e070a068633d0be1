-- DropIndex
DROP INDEX "group_nesting_member_user_group_id_idx";

-- DropIndex
DROP INDEX "group_nesting_member_service_account_id_idx";

-- DropIndex
DROP INDEX "policy_binding_subject_user_account_id_idx";

-- DropIndex
DROP INDEX "policy_binding_subject_user_group_id_idx";

-- DropIndex
DROP INDEX "policy_binding_subject_service_account_id_idx";

-- DropIndex
DROP INDEX "port_device_node_id_idx";

-- DropIndex
DROP INDEX "port_device_network_device_id_idx";

-- DropIndex
DROP INDEX "port_device_rack_id_idx";

-- DropIndex
DROP INDEX "link_endpoint_site_id_idx";

-- DropIndex
DROP INDEX "link_endpoint_cluster_id_idx";

-- DropIndex
DROP INDEX "link_endpoint_network_device_id_idx";

-- DropIndex
DROP INDEX "circuit_a_end_site_id_idx";

-- DropIndex
DROP INDEX "circuit_a_end_port_id_idx";

-- DropIndex
DROP INDEX "circuit_z_end_site_id_idx";

-- DropIndex
DROP INDEX "circuit_z_end_port_id_idx";

-- DropIndex
DROP INDEX "device_slot_chassis_node_id_idx";

-- DropIndex
DROP INDEX "device_slot_chassis_network_device_id_idx";

-- DropIndex
DROP INDEX "device_slot_occupant_node_id_idx";

-- DropIndex
DROP INDEX "device_slot_occupant_network_device_id_idx";

-- DropIndex
DROP INDEX "deployment_runs_on_site_id_idx";

-- DropIndex
DROP INDEX "deployment_runs_on_cluster_id_idx";

-- DropIndex
DROP INDEX "deployment_runs_on_node_id_idx";

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
  -- Access that is kept as rows (of callers with many grants) comes to hold what is new below it; of positions gone by
  -- nobody asks for it any more.
  insert into access_scope (set_id, slot, scope_id)
  select distinct a.set_id, a.slot, c.descendant_id
  from access_position p join access_set s on s.position = p.position join access_scope a on a.set_id = s.id
  join scope_closure c on c.ancestor_id = a.scope_id where c.descendant_id = any(subtree)
  on conflict do nothing;
  return written;
end $$;

drop index cabled_port_of_cable, cabled_port_of_assembly, port_label_of_node_key, port_label_of_network_device_key, port_label_of_rack_key;

create index cabled_port_of_cable on cabled_port (cable_id) where cable_id is not null;

create index cabled_port_of_assembly on cabled_port (cable_assembly_id) where cable_assembly_id is not null;

create unique index port_label_of_node_key on port (device_node_id, port_label) where device_node_id is not null;

create unique index port_label_of_network_device_key on port (device_network_device_id, port_label) where device_network_device_id is not null;

create unique index port_label_of_rack_key on port (device_rack_id, port_label) where device_rack_id is not null;

create index group_nesting_member_user_group_id_idx on group_nesting (member_user_group_id, name, id) where member_user_group_id is not null;

create index group_nesting_member_service_account_id_idx on group_nesting (member_service_account_id, name, id) where member_service_account_id is not null;

create index policy_binding_subject_user_account_id_idx on policy_binding_subject (user_account_id, policy_binding_id) where user_account_id is not null;

create index policy_binding_subject_user_group_id_idx on policy_binding_subject (user_group_id, policy_binding_id) where user_group_id is not null;

create index policy_binding_subject_service_account_id_idx on policy_binding_subject (service_account_id, policy_binding_id) where service_account_id is not null;

create index deployment_runs_on_site_id_idx on deployment_runs_on (site_id, deployment_id) where site_id is not null;

create index deployment_runs_on_cluster_id_idx on deployment_runs_on (cluster_id, deployment_id) where cluster_id is not null;

create index deployment_runs_on_node_id_idx on deployment_runs_on (node_id, deployment_id) where node_id is not null;

create index port_device_node_id_idx on port (device_node_id, name, id) where device_node_id is not null;

create index port_device_network_device_id_idx on port (device_network_device_id, name, id) where device_network_device_id is not null;

create index port_device_rack_id_idx on port (device_rack_id, name, id) where device_rack_id is not null;

create index link_endpoint_site_id_idx on link_endpoint (site_id, link_id) where site_id is not null;

create index link_endpoint_cluster_id_idx on link_endpoint (cluster_id, link_id) where cluster_id is not null;

create index link_endpoint_network_device_id_idx on link_endpoint (network_device_id, link_id) where network_device_id is not null;

create index circuit_a_end_site_id_idx on circuit (a_end_site_id, name, id) where a_end_site_id is not null;

create index circuit_a_end_port_id_idx on circuit (a_end_port_id, name, id) where a_end_port_id is not null;

create index circuit_z_end_site_id_idx on circuit (z_end_site_id, name, id) where z_end_site_id is not null;

create index circuit_z_end_port_id_idx on circuit (z_end_port_id, name, id) where z_end_port_id is not null;

create index device_slot_chassis_node_id_idx on device_slot (chassis_node_id, name, id) where chassis_node_id is not null;

create index device_slot_chassis_network_device_id_idx on device_slot (chassis_network_device_id, name, id) where chassis_network_device_id is not null;

create index device_slot_occupant_node_id_idx on device_slot (occupant_node_id, name, id) where occupant_node_id is not null;

create index device_slot_occupant_network_device_id_idx on device_slot (occupant_network_device_id, name, id) where occupant_network_device_id is not null;
