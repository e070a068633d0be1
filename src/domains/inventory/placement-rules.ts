import type { CatalogObject, DerivedStore } from '../../catalog/kind.ts';
import { allOf, mentionOf, type RowRule, refuse, rowRule } from '../../catalog/rules.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';
import { type MountedKind, mountedTables } from './devices.ts';
import { keepsOffReservedUnits } from './reservation-rules.ts';
import { highest, lowest } from './units.ts';

interface Placed {
  readonly rack: string;
  readonly rack_id: string;
  readonly height: number;
  readonly low: number;
  readonly high: number;
  readonly face: string;
  readonly other: string | null;
  readonly other_id: string;
  readonly other_low: number;
  readonly other_high: number;
}

/** A placement is inside the rack, and the device on units that nothing else occupies (inventory.md 2). */
export const findsRoom = rowRule<Placed>(
  (ids) => sql`
    with mine as materialized (
      select d.*, r.name as rack, r.height_u as height from placed_device d join rack r on r.id = d.rack_id where d.id = any(${ids}::uuid[])
    )
    select m.id, m.rack, m.rack_id, m.height, ${lowest(sql`m.reach`)} as low, ${highest(sql`m.reach`)} as high, m.face,
           o.kind || '/' || o.name as other, o.id as other_id, ${lowest(sql`o.units`)} as other_low, ${highest(sql`o.units`)} as other_high
    from mine m left join placed_device o
      on o.rack_id = m.rack_id and o.face = m.face and o.id <> m.id and o.units && m.units and o.width && m.width
    where o.id is not null or upper(m.reach) > 2 * (m.height + 1) order by m.id, m.face, o.name`,
  (change, row) => {
    const range = `U${row.low}–U${row.high}`;
    const rack = mentionOf(`Rack/${row.rack}`, row.rack_id);
    const found: Violation[] = [];
    const path = 'spec.placement.startUnit';
    const value = (change.spec.placement as { readonly startUnit?: number } | undefined)?.startUnit;
    if (row.high > row.height) {
      const message = `${range} reaches beyond rack ${row.rack}, which has ${row.height} units`;
      found.push(
        refuse(change, 'UNITS_OUTSIDE_RACK', path, message, {
          value,
          accepted: `units up to U${row.height}`,
          mentions: [rack],
        }),
      );
    }
    if (row.other !== null) {
      const message = `${range} of rack ${row.rack} (${row.face}) overlaps U${row.other_low}–U${row.other_high} of ${row.other}`;
      const mentions = [rack, mentionOf(row.other, row.other_id)];
      found.push(
        refuse(change, 'UNITS_TAKEN', path, message, { value, accepted: 'units that nothing else takes', mentions }),
      );
    }
    return found;
  },
);

/** A device is mounted in a rack of its own facility. */
const standsInItsSite = (device: MountedKind): RowRule =>
  rowRule<{ rack: string; device_site: string; rack_site: string; rack_site_id: string }>(
    (ids) => sql`select d.id, r.name as rack, s.name as device_site, rs.name as rack_site, rs.id as rack_site_id
      from ${sql.ident(mountedTables[device])} d join rack r on r.id = d.placement_rack_id
      join site s on s.id = d.site_id join site rs on rs.id = r.site_id
      where d.id = any(${ids}::uuid[]) and s.id <> rs.id`,
    (change, row) => {
      const message = `rack ${row.rack} stands in site ${row.rack_site}, the device in ${row.device_site}`;
      const mentions = [{ kind: 'Site', id: row.rack_site_id, name: row.rack_site }];
      return refuse(change, 'RACK_IN_OTHER_SITE', 'spec.placement.rackRef.name', message, {
        accepted: `a rack of site ${row.device_site}`,
        mentions,
      });
    },
  );

export const fitsTheRack =
  (device: MountedKind): RowRule =>
  (changes, state) =>
    allOf(
      standsInItsSite(device),
      findsRoom,
      keepsOffReservedUnits,
    )(
      changes.filter(({ spec }) => spec.placement !== undefined),
      state,
    );

/** Claims the units of changed devices; the exclusion constraint on the claims decides races. */
export const claimUnits =
  (device: MountedKind) =>
  async (changes: readonly Pick<CatalogObject, 'id'>[], store: DerivedStore): Promise<void> => {
    const column = `${mountedTables[device]}_id`;
    await releaseUnits(device)(changes, store);
    await store.execute(
      sql`insert into rack_unit_claim (rack_id, face, units, width, ${sql.ident(column)})
       select rack_id, face, units, width, id from placed_device where id = any(${changes.map(({ id }) => id)}::uuid[])`,
    );
  };

export const releaseUnits =
  (device: MountedKind) =>
  async (objects: readonly Pick<CatalogObject, 'id'>[], store: DerivedStore): Promise<void> => {
    await store.execute(
      sql`delete from rack_unit_claim where ${sql.ident(`${mountedTables[device]}_id`)} = any(${objects.map(({ id }) => id)}::uuid[])`,
    );
  };
