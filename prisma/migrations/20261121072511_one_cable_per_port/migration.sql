drop index cable_termination_port_free;

create view cable_end as
  select cable_id as id, cable_id, null::uuid as cable_assembly_id, 'endpoints' as side, position, port_id from cable_termination
  union all
  select cable_assembly_id, null, cable_assembly_id, 'aEnds', position, port_id from cable_assembly_a_end
  union all
  select cable_assembly_id, null, cable_assembly_id, 'bEnds', position, port_id from cable_assembly_b_end;

create table cabled_port (
  port_id uuid not null constraint cabled_port_port_id_fkey references port (id) on delete restrict,
  cable_id uuid constraint cabled_port_cable_id_fkey references cable (id) on delete cascade,
  cable_assembly_id uuid constraint cabled_port_cable_assembly_id_fkey references cable_assembly (id) on delete cascade,
  constraint cabled_port_one_cable check (num_nonnulls(cable_id, cable_assembly_id) = 1),
  constraint cabled_port_once exclude using btree (port_id with =) deferrable initially deferred
);

create index cabled_port_of_cable on cabled_port (cable_id);

create index cabled_port_of_assembly on cabled_port (cable_assembly_id);

insert into cabled_port (port_id, cable_id, cable_assembly_id) select port_id, cable_id, cable_assembly_id from cable_end;
