import type { See } from '../../../catalog/link.ts';
import type { AskValue } from '../../../catalog/walk.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';

/** What runs over it is asked for of these: kinds, and which ports theirs are (columns `start`, `port_id`). */
export const carriers = {
  Cable: (ids) =>
    sql`select e.cable_id as start, e.port_id from cable_termination e where e.cable_id = any(${ids}::uuid[])`,
  Circuit: (ids) => sql`
    select t.circuit_id as start, t.place_port_id as port_id from circuit_termination t
    where t.circuit_id = any(${ids}::uuid[]) and t.place_port_id is not null
    union all select k.id, e.port_id from circuit k cross join lateral (values (k.a_end_port_id), (k.z_end_port_id)) e (port_id)
    where k.id = any(${ids}::uuid[]) and e.port_id is not null`,
  Node: (ids) =>
    sql`select p.device_node_id as start, p.id as port_id from port p where p.device_node_id = any(${ids}::uuid[])`,
  NetworkDevice: (ids) =>
    sql`select p.device_network_device_id as start, p.id as port_id from port p where p.device_network_device_id = any(${ids}::uuid[])`,
  Equipment: (ids) =>
    sql`select p.device_equipment_id as start, p.id as port_id from port p where p.device_equipment_id = any(${ids}::uuid[])`,
  Rack: (ids) => sql`
    select p.device_rack_id as start, p.id as port_id from port p where p.device_rack_id = any(${ids}::uuid[])
    union all select n.rack_id, p.id from node n join port p on p.device_node_id = n.id where n.rack_id = any(${ids}::uuid[])
    union all select d.rack_id, p.id from network_device d join port p on p.device_network_device_id = d.id where d.rack_id = any(${ids}::uuid[])
    union all select q.rack_id, p.id from equipment q join port p on p.device_equipment_id = q.id where q.rack_id = any(${ids}::uuid[])`,
} satisfies Readonly<Record<string, (ids: readonly string[]) => Sql>>;

export type Carrier = keyof typeof carriers;

/** So many origins are traced for one object at most. */
export const MOST_ORIGINS = 500;

/** Of an object: its own ports, and the origins from which a trace may come over it. */
export interface Candidates {
  readonly ports: readonly string[];
  readonly origins: readonly string[];
}

/**
 * Origins from which a trace may lead over something: all endpoints that can be reached from its ports, in the order of their
 * names. It is a superset: what a trace does is known when it has been walked.
 */
export async function originsOver(ask: AskValue, see: See, kind: Carrier, ids: readonly string[]) {
  const rows = (await ask(candidates(see, carriers[kind](ids)))) as readonly (Candidates & { readonly id: string })[];
  return new Map(rows.map((row): [string, Candidates] => [row.id, row]));
}

/**
 * Tables for a `with recursive`:
 *
 *   reach: a port, and the last number of a strand's address there, null for any
 *     ├─ over a cable, plain or as its profile says
 *     ├─ through the wiring of a panel, of the position if it is known
 *     └─ over a circuit
 */
export const reachFrom = (starts: Sql): Sql => sql`circuit_port (circuit_id, port_id) as not materialized (
    select circuit_id, place_port_id from circuit_termination where place_port_id is not null
    union all select id, a_end_port_id from circuit where a_end_port_id is not null
    union all select id, z_end_port_id from circuit where z_end_port_id is not null
  ), start as materialized (${starts}),
  reach (start, port_id, position) as (
    select start, port_id, null::int from start
    union
    select r.start, n.port_id, n.position from reach r cross join lateral (
      select o.port_id, case when coalesce(jsonb_array_length(f.wiring), 0) = 0 then r.position
        else (w.value ->> case o.side when 'A' then 'a_position' else 'b_position' end)::int end as position
      from cable_termination e join cable c on c.id = e.cable_id left join cable_profile f on f.id = c.profile_id
      join cable_termination o on o.cable_id = e.cable_id and o.side <> e.side
      left join lateral (
        select jsonb_build_object('a_position', split_part(x ->> 'a', '.', 2), 'b_position', split_part(x ->> 'b', '.', 2)) as value
        from jsonb_array_elements(f.wiring) x
        where split_part(x ->> lower(e.side::text), '.', 1)::int = e.connector and split_part(x ->> lower(o.side::text), '.', 1)::int = o.connector
          and (r.position is null or split_part(x ->> lower(e.side::text), '.', 2)::int = r.position)) w on true
      where e.port_id = r.port_id
        and case when f.id is null then true when coalesce(jsonb_array_length(f.wiring), 0) = 0 then o.connector = e.connector else w.value is not null end
      union all
      select m.to_id, case when coalesce(t.positions, 1) > 1 then m.to_position when coalesce(own.positions, 1) > 1 then null else r.position end
      from (
        select front_port_id as port_id, front_position as position, rear_port_id as to_id, rear_position as to_position from port_mapping where front_port_id = r.port_id
        union all
        select rear_port_id, rear_position, front_port_id, front_position from port_mapping where rear_port_id = r.port_id) m
      left join pass_through_port own on own.port_id = m.port_id
      left join pass_through_port t on t.port_id = m.to_id
      where coalesce(own.positions, 1) = 1 or r.position is null or m.position = r.position
      union all
      select o.port_id, r.position from circuit_port x join circuit_port o on o.circuit_id = x.circuit_id and o.port_id <> x.port_id
      where x.port_id = r.port_id
    ) n
  )`;

/** Whether a port is one from which a trace starts: at a device, and with something plugged in. */
export const isOrigin = (port: Sql): Sql => sql`${port}.type <> 'PatchPanel'
      and not exists (select from pass_through_port t where t.port_id = ${port}.id)
      and not exists (select from circuit_termination t where t.place_port_id = ${port}.id)
      and (exists (select from cable_termination e where e.port_id = ${port}.id)
        or exists (select from circuit k where k.a_end_port_id = ${port}.id) or exists (select from circuit k where k.z_end_port_id = ${port}.id))`;

const candidates = (see: See, starts: Sql): Sql => sql`(
  with recursive ${reachFrom(starts)}
  select coalesce(jsonb_agg(jsonb_build_object('id', s.start, 'ports', s.ports, 'origins', array(
    select p.id from port p
    where p.id in (select port_id from reach r where r.start = s.start) and ${see('Port', sql`p`)} and ${isOrigin(sql`p`)}
    order by p.name, p.id limit ${MOST_ORIGINS}))), '[]')
  from (select start, array_agg(port_id) as ports from start group by start) s)`;
