import type { AskValue, ObjectKey } from '../../../catalog/walk.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { circuitEnds } from '../circuit-use.ts';
import { deviceOf, mountedTables, portHolders } from '../devices.ts';

/** Ids of what something goes over. */
export interface GoneOver {
  readonly devices: readonly string[];
  readonly circuits: readonly string[];
  readonly ports: readonly string[];
  readonly sites: readonly string[];
}

interface Around extends ObjectKey {
  readonly of: string;
}

/** With what else each of these is lost, by its id: racks, chassis, modules, facilities, regions, providers. */
export async function loadAround(ask: AskValue, over: GoneOver): Promise<ReadonlyMap<string, readonly ObjectKey[]>> {
  const rows = (await ask(aroundOf(over))) as readonly Around[];
  const found = Map.groupBy(rows, ({ of }) => of);
  return new Map([...found].map(([of, around]) => [of, around.map(({ kind, id }) => ({ kind, id }))]));
}

/** The slots in which what is in `holder h` sits, and whose they are. */
const chassisOf = (): Sql =>
  sql.join(
    Object.entries(mountedTables).map(
      ([kind, table]) => sql`(
        select ${kind}::text as kind, s.${sql.ident(`chassis_${table}_id`)} as id from device_slot s
        where (s.occupant_node_id = h.id or s.occupant_network_device_id = h.id or s.occupant_equipment_id = h.id)
          and s.${sql.ident(`chassis_${table}_id`)} is not null)`,
    ),
    ' union all ',
  );

/**
 *   device ─► chassis        circuit ─► end ─► device of its port        port ─► module
 *      │         └─► rack ─► site ─► region, provider     └─► site, provider
 *      └────────────┴──────────┘
 */
const aroundOf = ({ devices, circuits, ports, sites }: GoneOver): Sql => sql`(
  with recursive circuit_end as materialized (
    ${circuitEnds(sql`select unnest(${circuits}::uuid[])`)}
  ), own (of, id) as materialized (
    select id, id from unnest(${devices}::uuid[]) d (id)
    union select e.circuit_id, ${deviceOf(sql`p`)} from circuit_end e join port p on p.id = e.port_id
  ), held as materialized (
    ${sql.join(
      portHolders.map(
        ([kind, table]) => sql`(
          select o.of, ${kind}::text as kind, d.id, d.site_id, ${kind === 'Rack' ? sql`null::uuid` : sql`d.rack_id`} as rack_id
          from own o join ${sql.ident(table)} d on d.id = o.id)`,
      ),
      ' union all ',
    )}
  ), holder (of, kind, id) as (
    select of, kind, id from held
    union select h.of, c.kind, c.id from holder h cross join lateral (${chassisOf()}) c
  ), place as materialized (
    select of, site_id as id from held union select circuit_id, site_id from circuit_end where site_id is not null
    union select id, id from unnest(${sites}::uuid[]) s (id)
  ), around (of, kind, id) as (
    select of, kind, id from holder where of <> id
    union select of, 'Rack', rack_id from held where rack_id is not null
    union select of, 'Site', id from place where of <> id
    union select p.of, 'Region', s.region_id from place p join site s on s.id = p.id
    union select p.of, 'Provider', s.provider_id from place p join site s on s.id = p.id where s.provider_id is not null
    union select k.id, 'Provider', k.provider_id from circuit k where k.id = any(${circuits}::uuid[])
    union select circuit_id, 'ProviderNetwork', network_id from circuit_end where network_id is not null
    union select p.id, 'Module', p.module_id from port p where p.id = any(${ports}::uuid[]) and p.module_id is not null
  )
  select coalesce(jsonb_agg(jsonb_build_object('of', a.of, 'kind', a.kind, 'id', a.id) order by a.of, a.kind, a.id), '[]') from around a)`;
