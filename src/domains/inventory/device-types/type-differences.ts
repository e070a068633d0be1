import type { See } from '../../../catalog/link.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { mountedDeviceOf } from '../devices.ts';
import { differing, isSaid, none } from './difference-sql.ts';
import { formsAsRows, type KnownForm, portSections, templates, wantedPorts } from './parts-sql.ts';
import { changedPorts, leftOverPorts, missingPorts } from './port-differences.ts';
import { powerDifferences, saidPower } from './power-differences.ts';
import { saidPorts } from './said-ports.ts';
import { mountingDifferences, saidMountings } from './type-mountings.ts';
import { declared, rewired, wired, wiring } from './wiring-differences.ts';

/*
 *   what the type says now      what is there        difference
 *        ●                                           Missing    is made
 *        ●        ≠                   ●              Changed    is set
 *                                     ●              LeftOver   is deleted, where the type said it before
 */

/** A part of a device that is not as its type says. */
export interface Difference {
  readonly asset_id: string;
  readonly device_name: string;
  readonly kind:
    | 'Port'
    | 'PowerPort'
    | 'PassThroughPort'
    | 'PortMapping'
    | 'ModuleBay'
    | 'DeviceSlot'
    | 'DeviceMounting';
  /** Of the object; null for one that is missing. */
  readonly id: string | null;
  readonly difference: 'Missing' | 'Changed' | 'LeftOver';
  readonly changes: readonly { readonly field: string; readonly before: unknown; readonly after: unknown }[];
  readonly is_blocked: boolean;
  /** Of wiring: the ports that it joins. */
  readonly ends: readonly string[] | null;
}

/** Names that a type gives to parts of a sort now or gave earlier, as the history of the type has them. */
const said = sql`
  (select distinct h.object_id as type_id, x.sort, e->>'name' || x.suffix as name
  from change h
  cross join lateral (select h.state->'spec' as spec) v
  cross join lateral (
    ${sql.join(
      [
        ...portSections.map((section) => ['port', section, '']),
        ['port', 'rearPorts', ' rear'],
        ['bay', 'moduleBays', ''],
        ['slot', 'deviceBays', ''],
      ].map(
        ([sort, section, suffix]) =>
          sql`(select ${sort}::text as sort, ${suffix}::text as suffix, v.spec->${section}::text as list)`,
      ),
      ' union all ',
    )}) x
  cross join lateral jsonb_array_elements(case when jsonb_typeof(x.list) = 'array' then x.list else '[]' end) e
  where h.kind = 'DeviceType' and h.object_id in (table typed))`;

function bays(see: See): Sql[] {
  const holder = mountedDeviceOf(sql`b`);
  const said = templates('device_type', ['moduleBays'], sql`table typed`);
  const module = sql`exists (select from module m where m.bay_id = b.id) as is_blocked,
    array(select 'Module/' || m.name from module m where m.bay_id = b.id and ${see('Module', sql`m`)}) as blockers, null::uuid[] as ends`;
  return [
    sql`select ${differing(sql`o`, 'ModuleBay', 'Missing')}, null::uuid as id, e.name as part, ${none}
      from owner o join (${said}) e on e.type_id = o.type_id
      where not exists (select from module_bay b where ${holder} = o.device and b.bay_label = e.name)`,
    sql`select ${differing(sql`o`, 'ModuleBay', 'Changed')}, b.id, e.name as part,
        jsonb_build_array(jsonb_build_object('field', 'position', 'before', b.position, 'after', e.entry->>'position')) as changes, ${module}
      from owner o join (${said}) e on e.type_id = o.type_id
      join module_bay b on ${holder} = o.device and b.bay_label = e.name and b.parent_id is null and ${see('ModuleBay', sql`b`)}
      where b.position is distinct from e.entry->>'position'`,
    sql`select ${differing(sql`o`, 'ModuleBay', 'LeftOver')}, b.id, b.bay_label as part, '[]'::jsonb as changes, ${module}
      from owner o join module_bay b on ${holder} = o.device and b.parent_id is null and ${see('ModuleBay', sql`b`)}
      where ${isSaid(sql`o`, 'bay', sql`b.bay_label`)}
        and not exists (select from (${said}) e where e.type_id = o.type_id and e.name = b.bay_label)`,
  ];
}

function slots(see: See): Sql[] {
  const holder = sql`coalesce(b.chassis_node_id, b.chassis_network_device_id, b.chassis_equipment_id)`;
  const said = templates('device_type', ['deviceBays'], sql`table typed`);
  const occupant = (kind: string, table: string): Sql => sql`select ${kind}::text || '/' || q.name
    from ${sql.ident(table)} q where q.id = b.${sql.ident(`occupant_${table}_id`)} and ${see(kind, sql`q`)}`;
  return [
    sql`select ${differing(sql`o`, 'DeviceSlot', 'Missing')}, null::uuid as id, e.name as part, ${none}
      from owner o join (${said}) e on e.type_id = o.type_id
      where not exists (select from device_slot b where ${holder} = o.device and b.slot = e.name)`,
    sql`select ${differing(sql`o`, 'DeviceSlot', 'LeftOver')}, b.id, b.slot as part, '[]'::jsonb as changes,
        num_nonnulls(b.occupant_node_id, b.occupant_network_device_id, b.occupant_equipment_id) > 0 as is_blocked,
        array(${occupant('Node', 'node')} union all ${occupant('NetworkDevice', 'network_device')}
          union all ${occupant('Equipment', 'equipment')}) as blockers, null::uuid[] as ends
      from owner o join device_slot b on ${holder} = o.device and ${see('DeviceSlot', sql`b`)}
      where ${isSaid(sql`o`, 'slot', sql`b.slot`)}
        and not exists (select from (${said}) e where e.type_id = o.type_id and e.name = b.slot)`,
  ];
}

/** What of devices is not as their types say, a row for each part. `owners` are typed devices (make-parts.ts). */
export const differences = (owners: Sql, known: readonly KnownForm[], see: See): Sql => sql`
  with owner as materialized (${owners}),
  typed as materialized (select distinct type_id from owner),
  wanted as materialized (${wantedPorts(sql`table owner`, 'device_type', formsAsRows(known))}),
  said as materialized (${said}),
  said_port as materialized (${saidPorts(known)}),
  said_power as materialized (${saidPower}),
  said_mounting as materialized (${saidMountings}),
  leftover as materialized (${leftOverPorts(see)}),
  wired as materialized (${wired}),
  rewired as materialized (${rewired(see)})
  ${sql.join(
    [
      missingPorts,
      changedPorts(see),
      sql`table leftover`,
      ...declared(see),
      ...powerDifferences(see),
      wiring,
      ...bays(see),
      ...slots(see),
      ...mountingDifferences(see),
    ].map(
      (rows) =>
        sql`select asset_id, device_kind, device_name, kind, difference, id, part, changes, is_blocked, blockers, ends from (${rows}) x`,
    ),
    ' union all ',
  )}`;
