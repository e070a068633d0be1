create extension if not exists btree_gist;

-- The units that placed devices take. Kept by the write pipeline; two simultaneous writers can never both win.
-- rack_unit_claim_free = UNITS_TAKEN: another device takes some of these units on this face of the rack
create table rack_unit_claim (
  rack_id uuid not null constraint rack_unit_claim_rack_id_fkey references rack (id) on delete restrict,
  face rack_face not null,
  units int4range not null,
  node_id uuid constraint rack_unit_claim_node_id_fkey references node (id) on delete cascade,
  network_device_id uuid constraint rack_unit_claim_network_device_id_fkey references network_device (id) on delete cascade,
  constraint rack_unit_claim_one_device check (num_nonnulls(node_id, network_device_id) = 1),
  constraint rack_unit_claim_free exclude using gist (rack_id with =, face with =, units with &&)
);
create unique index rack_unit_claim_node_key on rack_unit_claim (node_id);
create unique index rack_unit_claim_network_device_key on rack_unit_claim (network_device_id);

-- Every end of every cable.
create view cable_end as
  select cable_id as id, cable_id, null::uuid as cable_assembly_id, 'endpoints' as side, position, port_id from cable_termination
  union all
  select cable_assembly_id, null, cable_assembly_id, 'aEnds', position, port_id from cable_assembly_a_end
  union all
  select cable_assembly_id, null, cable_assembly_id, 'bEnds', position, port_id from cable_assembly_b_end;

-- The ports that cables of both kinds take. Kept by the write pipeline; deferred, so that cables can exchange ports.
-- cabled_port_once = PORT_TAKEN: a port carries at most one cable
create table cabled_port (
  port_id uuid not null constraint cabled_port_port_id_fkey references port (id) on delete restrict,
  cable_id uuid constraint cabled_port_cable_id_fkey references cable (id) on delete cascade,
  cable_assembly_id uuid constraint cabled_port_cable_assembly_id_fkey references cable_assembly (id) on delete cascade,
  constraint cabled_port_one_cable check (num_nonnulls(cable_id, cable_assembly_id) = 1),
  constraint cabled_port_once exclude using btree (port_id with =) deferrable initially deferred
);
create index cabled_port_of_cable on cabled_port (cable_id) where cable_id is not null;
create index cabled_port_of_assembly on cabled_port (cable_assembly_id) where cable_assembly_id is not null;
-- port_one_device = DEVICE_REQUIRED: a port is on exactly one device
alter table port add constraint port_one_device check (num_nonnulls(device_node_id, device_network_device_id, device_rack_id) = 1);
-- port_label_of_node_key = PORT_NAME_TAKEN: the device has a port of this name already
create unique index port_label_of_node_key on port (device_node_id, port_label) where device_node_id is not null;
-- port_label_of_network_device_key = PORT_NAME_TAKEN: the device has a port of this name already
create unique index port_label_of_network_device_key on port (device_network_device_id, port_label) where device_network_device_id is not null;
-- port_label_of_rack_key = PORT_NAME_TAKEN: the rack has a port of this name already
create unique index port_label_of_rack_key on port (device_rack_id, port_label) where device_rack_id is not null;
-- circuit_id_of_provider_key = CIRCUIT_ID_TAKEN: the provider has a circuit of this id already
create unique index circuit_id_of_provider_key on circuit (provider_id, circuit_id);
alter table circuit add constraint circuit_one_a_end check (num_nonnulls(a_end_site_id, a_end_port_id) = 1);
alter table circuit add constraint circuit_one_z_end check (num_nonnulls(z_end_site_id, z_end_port_id) = 1);
alter table link_endpoint add constraint link_endpoint_one_target check (num_nonnulls(site_id, cluster_id, network_device_id) = 1);
-- pass_through_port_once = PORT_DECLARED_TWICE: the port is declared a pass-through port already
create unique index pass_through_port_once on pass_through_port (port_id);
-- port_mapping_front_key = POSITION_MAPPED: this position of the front port is mapped already
create unique index port_mapping_front_key on port_mapping (front_port_id, front_position);
-- port_mapping_rear_key = POSITION_MAPPED: this position of the rear port is mapped already
create unique index port_mapping_rear_key on port_mapping (rear_port_id, rear_position);
-- device_slot_occupant_node_key = OCCUPANT_ELSEWHERE: the device sits in another slot
create unique index device_slot_occupant_node_key on device_slot (occupant_node_id);
-- device_slot_occupant_network_device_key = OCCUPANT_ELSEWHERE: the device sits in another slot
create unique index device_slot_occupant_network_device_key on device_slot (occupant_network_device_id);
