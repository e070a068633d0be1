create extension if not exists btree_gist;

-- The units that placed devices take. Kept by the write pipeline; two simultaneous writers can never both win.
-- rack_unit_claim_free = UNITS_TAKEN: another device takes some of these units on this face of the rack
create table rack_unit_claim (
  rack_id uuid not null constraint rack_unit_claim_rack_id_fkey references rack (id) on delete restrict,
  face rack_face not null,
  units int4range not null,
  width int4range not null,
  node_id uuid constraint rack_unit_claim_node_id_fkey references node (id) on delete cascade,
  network_device_id uuid constraint rack_unit_claim_network_device_id_fkey references network_device (id) on delete cascade,
  equipment_id uuid constraint rack_unit_claim_equipment_id_fkey references equipment (id) on delete cascade,
  constraint rack_unit_claim_one_device check (num_nonnulls(node_id, network_device_id, equipment_id) = 1),
  constraint rack_unit_claim_free exclude using gist (rack_id with =, face with =, units with &&, width with &&) deferrable initially deferred
);
create unique index rack_unit_claim_node_key on rack_unit_claim (node_id, face);
create unique index rack_unit_claim_network_device_key on rack_unit_claim (network_device_id, face);
create unique index rack_unit_claim_equipment_key on rack_unit_claim (equipment_id, face);

-- What devices take of racks: units in halves (U1 is [2, 4)), and of the width the left [0, 1), the right [1, 2) or both, seen
-- from that side: what is on the left of one side is on the right of the other. `reach` is what their placements say in whole
-- units, where a DeviceMounting says that they take less of it: some or none.
create view placed_device as
  select d.kind, d.id, d.name, d.rack_id, f.face,
    int4range(2 * d.first + case when m.starts_half_unit_up then 1 else 0 end,
      2 * d.first + case when m.starts_half_unit_up then 1 else 0 end + (2 * coalesce(m.unit_height, d.height))::int) as units,
    case when m.width = case f.face when d.face then 'Left' else 'Right' end::rack_width then int4range(0, 1)
      when m.width in ('Left', 'Right') then int4range(1, 2) else int4range(0, 2) end as width,
    int4range(2 * d.first, 2 * (d.first + d.height)) as reach
  from (
    select 'Node' as kind, id, name, placement_rack_id as rack_id, placement_face as face, placement_start_unit as first, placement_unit_height as height
    from node where placement_rack_id is not null
    union all
    select 'NetworkDevice', id, name, placement_rack_id, placement_face, placement_start_unit, placement_unit_height
    from network_device where placement_rack_id is not null
  ) d left join device_mounting m on d.id = coalesce(m.device_node_id, m.device_network_device_id)
  cross join unnest(enum_range(null::rack_face)) f (face)
  where m.depth = 'BothFaces' or f.face = d.face
  union all
  select 'Equipment', e.id, e.name, e.placement_rack_id, f.face, u.units,
    case when e.placement_width = case f.face when e.placement_face then 'Left' else 'Right' end::rack_width then int4range(0, 1)
      when e.placement_width in ('Left', 'Right') then int4range(1, 2) else int4range(0, 2) end, u.units
  from equipment e cross join unnest(enum_range(null::rack_face)) f (face)
  cross join lateral (
    select int4range((2 * e.placement_start_unit)::int, (2 * (e.placement_start_unit + e.placement_unit_height))::int) as units
  ) u
  where e.placement_rack_id is not null and e.placement_start_unit is not null and e.placement_unit_height > 0 and (e.depth = 'BothFaces' or f.face = e.placement_face);

-- Which device sits in a slot of which.
create view device_seat as
  select id as slot_id, coalesce(chassis_node_id, chassis_network_device_id, chassis_equipment_id) as chassis_id,
    coalesce(occupant_node_id, occupant_network_device_id, occupant_equipment_id) as occupant_id
  from device_slot where num_nonnulls(occupant_node_id, occupant_network_device_id, occupant_equipment_id) = 1;

-- cable_termination_connector_once = CONNECTOR_TAKEN: a connector of a cable holds one port
alter table cable_termination add constraint cable_termination_connector_once unique (cable_id, side, connector);

-- What takes a port: an end of a cable, or of a circuit that names the port itself.
create view port_taking as
  select cable_id as id, 'endpoints' as side, position, port_id, cable_id, null::uuid as circuit_id from cable_termination
  union all
  select id, 'aEnd', 0, a_end_port_id, null, id from circuit where a_end_port_id is not null
  union all
  select id, 'zEnd', 0, z_end_port_id, null, id from circuit where z_end_port_id is not null;

-- The ports that cables and circuits take. Kept by the write pipeline; deferred, so that cables can exchange ports.
-- It refers to nothing by constraints of its own, which would be checked for each row: those of the ends that it is made of
-- hold for it, and it goes with the cable or the circuit.
-- cabled_port_once = PORT_TAKEN: a port carries at most one cable or circuit
create table cabled_port (
  port_id uuid not null,
  cable_id uuid,
  circuit_id uuid,
  constraint cabled_port_one_cable check (num_nonnulls(cable_id, circuit_id) = 1),
  constraint cabled_port_once exclude using btree (port_id with =) include (cable_id) deferrable initially deferred
);
create index cabled_port_of_cable on cabled_port (cable_id) where cable_id is not null;
create index cabled_port_of_circuit on cabled_port (circuit_id) where circuit_id is not null;
create function release_ports() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'cable' then delete from cabled_port where cable_id in (select id from gone);
  else delete from cabled_port where circuit_id in (select id from gone);
  end if;
  return null;
end $$;
create trigger cable_ports_released after delete on cable referencing old table as gone for each statement execute function release_ports();
create trigger circuit_ports_released after delete on circuit referencing old table as gone for each statement execute function release_ports();
-- Free ports of a facility by type and line rate are counted without reading their rows, nor, for who may see no circuits, those of
-- `cabled_port`.
create index port_scope_type_speed on port (scope_id, type, speed_value, id);
-- port_one_device = DEVICE_REQUIRED: a port is on exactly one device
alter table port add constraint port_one_device check (num_nonnulls(device_node_id, device_network_device_id, device_rack_id, device_equipment_id) = 1);

-- Deferred, so that objects can exchange what is theirs alone; rules in src/domains/inventory name who collides with whom.
-- port_label_once = PORT_NAME_TAKEN: the device has a port of this name already
alter table port add constraint port_label_once
  exclude using btree ((coalesce(device_node_id, device_network_device_id, device_rack_id, device_equipment_id)) with =, port_label with =) deferrable initially deferred;
-- rack_label_once = RACK_NAME_TAKEN: the row has a rack of this name already
alter table rack add constraint rack_label_once
  exclude using btree (site_id with =, (coalesce(cage, '')) with =, (coalesce("row", '')) with =, (nullif(rack_label, '')) with =) deferrable initially deferred;
-- circuit_id_once = CIRCUIT_ID_TAKEN: the provider has a circuit of this id already
alter table circuit add constraint circuit_id_once
  exclude using btree (provider_id with =, nullif(circuit_id, '') with =) deferrable initially deferred;
-- pass_through_port_once = PORT_DECLARED_TWICE: the port is declared a pass-through port already
alter table pass_through_port add constraint pass_through_port_once exclude using btree (port_id with =) deferrable initially deferred;
-- port_mapping_front_once = POSITION_MAPPED: this position of the front port is mapped already
alter table port_mapping add constraint port_mapping_front_once
  exclude using btree (front_port_id with =, front_position with =) deferrable initially deferred;
-- port_mapping_rear_once = POSITION_MAPPED: this position of the rear port is mapped already
alter table port_mapping add constraint port_mapping_rear_once
  exclude using btree (rear_port_id with =, rear_position with =) deferrable initially deferred;
-- device_slot_name_once = SLOT_NAME_TAKEN: the chassis has a slot of this name already
alter table device_slot add constraint device_slot_name_once
  exclude using btree ((coalesce(chassis_node_id, chassis_network_device_id, chassis_equipment_id)) with =, slot with =) deferrable initially deferred;
-- device_slot_occupant_node_once = OCCUPANT_ELSEWHERE: the device sits in another slot
alter table device_slot add constraint device_slot_occupant_node_once exclude using btree (occupant_node_id with =) deferrable initially deferred;
-- device_slot_occupant_network_device_once = OCCUPANT_ELSEWHERE: the device sits in another slot
alter table device_slot add constraint device_slot_occupant_network_device_once
  exclude using btree (occupant_network_device_id with =) deferrable initially deferred;
-- device_slot_occupant_equipment_once = OCCUPANT_ELSEWHERE: the device sits in another slot
alter table device_slot add constraint device_slot_occupant_equipment_once exclude using btree (occupant_equipment_id with =) deferrable initially deferred;
-- asset_device_once = ASSET_DECLARED_TWICE: what the device is has been stated already
alter table asset add constraint asset_device_once
  exclude using btree ((coalesce(device_node_id, device_network_device_id, device_equipment_id, device_rack_id)) with =) deferrable initially deferred;
-- asset_tag_once = ASSET_TAG_TAKEN: another device has this asset tag
alter table asset add constraint asset_tag_once exclude using btree (asset_tag with =) deferrable initially deferred;
-- asset_serial_once = SERIAL_TAKEN: another device of this manufacturer and model has this serial number
alter table asset add constraint asset_serial_once
  exclude using btree (serial with =, manufacturer with =, (coalesce(model, '')) with =) deferrable initially deferred;
-- device_mounting_once = MOUNTING_DECLARED_TWICE: how the device is mounted has been stated already
alter table device_mounting add constraint device_mounting_once
  exclude using btree ((coalesce(device_node_id, device_network_device_id)) with =) deferrable initially deferred;
-- power_port_once = POWER_DECLARED_TWICE: what power flows through the port has been stated already
alter table power_port add constraint power_port_once exclude using btree (port_id with =) deferrable initially deferred;
-- circuit_termination_side_once = SIDE_TAKEN: this side of the circuit has a termination already
alter table circuit_termination add constraint circuit_termination_side_once
  exclude using btree (circuit_id with =, side with =) deferrable initially deferred;
-- circuit_termination_port_once = DEMARCATION_TAKEN: the port is the demarcation of another circuit
alter table circuit_termination add constraint circuit_termination_port_once
  exclude using btree (place_port_id with =) deferrable initially deferred;
-- circuit_termination_one_place = REQUIRED: a circuit ends at one place
alter table circuit_termination add constraint circuit_termination_one_place
  check (num_nonnulls(place_site_id, place_port_id, place_provider_network_id) = 1);
alter table unit_reservation_device add constraint unit_reservation_device_one_target
  check (num_nonnulls(node_id, network_device_id, equipment_id) = 1);

-- The units that reservations hold, as long as they do: in halves, as in placed_device; without a face on both.
create view held_units as
  select id, name, rack_id, face, int4range((2 * start_unit)::int, (2 * (start_unit + unit_height))::int) as units
  from unit_reservation where "until" is null or "until" > write_instant();

alter table circuit add constraint circuit_one_a_end check (num_nonnulls(a_end_site_id, a_end_port_id) <= 1);
alter table circuit add constraint circuit_one_z_end check (num_nonnulls(z_end_site_id, z_end_port_id) <= 1);
-- device_type_model_once = MODEL_TAKEN: the manufacturer has a type of this model already
alter table device_type add constraint device_type_model_once exclude using btree (manufacturer with =, model with =) deferrable initially deferred;
-- module_type_model_once = MODEL_TAKEN: the manufacturer has a type of this model already
alter table module_type add constraint module_type_model_once exclude using btree (manufacturer with =, model with =) deferrable initially deferred;
-- rack_type_model_once = MODEL_TAKEN: the manufacturer has a type of this model already
alter table rack_type add constraint rack_type_model_once exclude using btree (manufacturer with =, model with =) deferrable initially deferred;
-- module_bay_name_once = BAY_NAME_TAKEN: the device has a bay of this name already
alter table module_bay add constraint module_bay_name_once
  exclude using btree ((coalesce(device_node_id, device_network_device_id, device_equipment_id)) with =, bay_label with =) deferrable initially deferred;
-- module_bay_once = BAY_TAKEN: the bay holds a module already
alter table module add constraint module_bay_once exclude using btree (bay_id with =) deferrable initially deferred;
-- module_asset_tag_once = ASSET_TAG_TAKEN: another module has this asset tag
alter table module add constraint module_asset_tag_once exclude using btree (asset_tag with =) deferrable initially deferred;

alter table link_endpoint add constraint link_endpoint_one_target check (num_nonnulls(site_id, cluster_id, network_device_id) = 1);

-- The profiles of cables that are common, for every catalog: reference/cable-trace.md 1.1. Everyone who is signed in may read
-- them, nobody changes them; src/domains/inventory/built-in-profiles.ts knows them by how their ids begin.
with shape (family, c, p) as (
  select 'single', 1, unnest('{1,2,4,6,8,12,16}'::int[])
  union all select 'trunk', 2, unnest('{1,2,4,6,8,12}'::int[])
  union all select 'trunk', 4, unnest('{1,2,4,6,8}'::int[])
  union all select 'trunk', 8, 4
  union all select 'breakout', 1, unnest('{2,4,6,8}'::int[])
), straight as (
  select family || '-' || c || 'c' || p || 'p' || case family when 'breakout' then '-' || p || 'c1p' else '' end as name,
    c as a_connectors, p as a_positions, case family when 'breakout' then p else c end as b_connectors,
    case family when 'breakout' then 1 else p end as b_positions,
    case family when 'breakout' then (select string_agg('1.' || leg || '=' || leg || '.1', ' ' order by leg) from generate_series(1, p) leg) end as wires
  from shape
), built_in as (
  select *, row_number() over () as place from (
    select * from straight
    union all select 'trunk-2c4p-shuffle', 2, 4, 2, 4, '1.1=1.1 1.2=1.2 1.3=2.1 1.4=2.2 2.1=1.3 2.2=1.4 2.3=2.3 2.4=2.4'
    union all select 'trunk-4c4p-shuffle', 4, 4, 4, 4,
      (select string_agg(i || '.' || j || '=' || j || '.' || i, ' ' order by i, j) from generate_series(1, 4) i, generate_series(1, 4) j)
    union all select 'breakout-2c4p-8c1p-shuffle', 2, 4, 8, 1, '1.1=1.1 1.2=2.1 1.3=5.1 1.4=6.1 2.1=3.1 2.2=4.1 2.3=7.1 2.4=8.1'
  ) every
)
insert into cable_profile (id, name, revision, scope_id, a_connectors, a_positions, b_connectors, b_positions, wiring)
select ('00000000-0000-7000-8000-0001' || lpad(place::text, 8, '0'))::uuid, name, nextval('catalog_revision'),
  '00000000-0000-7000-8000-000000000002', a_connectors, a_positions, b_connectors, b_positions,
  (select jsonb_agg(jsonb_build_object('a', split_part(wire, '=', 1), 'b', split_part(wire, '=', 2)) order by n)
   from unnest(string_to_array(wires, ' ')) with ordinality w (wire, n))
from built_in order by place;
