import type { CatalogObject, Change, DerivedStore } from '../../catalog/kind.ts';
import { mentionOf, type RowRule, refuse, rowRule } from '../../catalog/rules.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';

type Device = 'Node' | 'NetworkDevice';
const tables = { Node: 'node', NetworkDevice: 'network_device' } as const;

interface Placed {
  readonly rack: string;
  readonly height: number;
  readonly low: number;
  readonly high: number;
  readonly face: string;
  readonly device_site: string;
  readonly rack_site: string;
  readonly rack_site_id: string;
  readonly other: string | null;
  readonly other_id: string;
  readonly other_low: number;
  readonly other_high: number;
}

/** Devices that are mounted in racks of which `racks` is the condition, with the units that they take. */
export const placedDevices = (racks: Sql): Sql => sql`
  select 'Node/' || name as device, id, placement_rack_id as rack_id, placement_face as face, placement_start_unit as low,
         placement_start_unit + placement_unit_height - 1 as high from node where placement_rack_id ${racks}
  union all
  select 'NetworkDevice/' || name, id, placement_rack_id, placement_face, placement_start_unit,
         placement_start_unit + placement_unit_height - 1 from network_device where placement_rack_id ${racks}`;

const placed = (device: Device, ids: readonly string[]): Sql => sql`
  with mine as (
    select d.id, r.id as rack_id, r.name as rack, r.height_u as height, d.placement_start_unit as low,
           d.placement_start_unit + d.placement_unit_height - 1 as high, d.placement_face as face, s.name as device_site, rs.name as rack_site, rs.id as rack_site_id
    from ${sql.ident(tables[device])} d join rack r on r.id = d.placement_rack_id
    join site s on s.id = d.site_id join site rs on rs.id = r.site_id
    where d.id = any(${ids}::uuid[])
  ), units as (
    ${placedDevices(sql`in (select rack_id from mine)`)}
  )
  select m.id, m.rack, m.height, m.low, m.high, m.face, m.device_site, m.rack_site, m.rack_site_id,
         o.device as other, o.id as other_id, o.low as other_low, o.high as other_high
  from mine m left join units o on o.rack_id = m.rack_id and o.face = m.face and o.id <> m.id and o.low <= m.high and m.low <= o.high`;

/** A placement is in the device's own facility, inside the rack, on units that nothing else occupies (inventory.md 2). */
export const fitsTheRack = (device: Device): RowRule =>
  rowRule<Placed>(
    (ids) => placed(device, ids),
    (change, row) => {
      const range = `U${row.low}–U${row.high}`;
      const found: Violation[] = [];
      if (row.device_site !== row.rack_site) {
        const message = `rack ${row.rack} stands in site ${row.rack_site}, the device in ${row.device_site}`;
        const mentions = [{ kind: 'Site', id: row.rack_site_id, name: row.rack_site }];
        found.push(refuse(change, 'RACK_IN_OTHER_SITE', 'spec.placement.rackRef.name', message, { mentions }));
      }
      const path = 'spec.placement.startUnit';
      if (row.high > row.height) {
        const message = `${range} reaches beyond rack ${row.rack}, which has ${row.height} units`;
        found.push(refuse(change, 'UNITS_OUTSIDE_RACK', path, message, { value: row.low }));
      }
      if (row.other !== null) {
        const message = `${range} of rack ${row.rack} (${row.face}) overlaps U${row.other_low}–U${row.other_high} of ${row.other}`;
        const mentions = [mentionOf(row.other, row.other_id)];
        found.push(refuse(change, 'UNITS_TAKEN', path, message, { value: row.low, mentions }));
      }
      return found;
    },
  );

/** Claims the units of changed devices; the exclusion constraint on the claims decides races. */
export const claimUnits =
  (device: Device) =>
  async (changes: readonly Change[], store: DerivedStore): Promise<void> => {
    const column = `${tables[device]}_id`;
    await releaseUnits(device)(changes, store);
    await store.execute(
      sql`insert into rack_unit_claim (rack_id, face, units, ${sql.ident(column)})
       select placement_rack_id, placement_face, int4range(placement_start_unit, placement_start_unit + placement_unit_height), id
       from ${sql.ident(tables[device])} where id = any(${changes.map(({ id }) => id)}::uuid[]) and placement_rack_id is not null`,
    );
  };

export const releaseUnits =
  (device: Device) =>
  async (objects: readonly CatalogObject[], store: DerivedStore): Promise<void> => {
    await store.execute(
      sql`delete from rack_unit_claim where ${sql.ident(`${tables[device]}_id`)} = any(${objects.map(({ id }) => id)}::uuid[])`,
    );
  };
