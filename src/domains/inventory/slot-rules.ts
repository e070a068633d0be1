import { allOf, mentionOf, refuse, rowRule, uniqueIn } from '../../catalog/rules.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';
import { type MountedKind, mountedTables, occupantOf } from './devices.ts';

const chassis = (row: Sql): Sql =>
  sql`coalesce(${row}.chassis_node_id, ${row}.chassis_network_device_id, ${row}.chassis_equipment_id)`;

interface Seat {
  readonly occupant: string;
  readonly chassis_site: string;
  readonly chassis_site_id: string;
  readonly occupant_site: string;
  readonly occupant_site_id: string;
  readonly is_cycle: boolean;
  readonly rack: string | null;
  readonly rack_id: string | null;
}

/** What sits in a chassis is in its facility, has no place of its own, and has the chassis nowhere inside itself. */
const seatsWell = rowRule<Seat>(
  (ids) => sql`with recursive mine as materialized (
       select s.id, ${chassis(sql`s`)} as chassis, ${occupantOf(sql`s`)} as occupant from device_slot s
       where s.id = any(${ids}::uuid[]) and ${occupantOf(sql`s`)} is not null
     ), up (id, device) as (
       select id, chassis from mine
       union select u.id, ${chassis(sql`s`)} from up u join device_slot s on s.occupant_node_id = u.device or s.occupant_network_device_id = u.device or s.occupant_equipment_id = u.device
     ), device as (
       select id, 'Node/' || name as name, site_id, placement_rack_id from node where id in (select chassis from mine union select occupant from mine)
       union all
       select id, 'NetworkDevice/' || name, site_id, placement_rack_id from network_device where id in (select chassis from mine union select occupant from mine)
       union all
       select id, 'Equipment/' || name, site_id, placement_rack_id from equipment where id in (select chassis from mine union select occupant from mine)
     )
     select * from (
       select m.id, o.name as occupant, cs.name as chassis_site, cs.id as chassis_site_id, os.name as occupant_site, os.id as occupant_site_id, k.name as rack, k.id as rack_id,
         exists (select from up u where u.id = m.id and u.device = m.occupant) as is_cycle
       from mine m join device c on c.id = m.chassis join device o on o.id = m.occupant
       join site cs on cs.id = c.site_id join site os on os.id = o.site_id left join rack k on k.id = o.placement_rack_id
     ) x where is_cycle or chassis_site <> occupant_site or rack is not null`,
  (change, row) => {
    const path = 'spec.occupantRef.name';
    const value = (change.spec.occupantRef as { readonly name: string } | undefined)?.name;
    const found: Violation[] = [];
    if (row.is_cycle) {
      const message = `${row.occupant} is the chassis itself, or the chassis sits in it`;
      found.push(
        refuse(change, 'SLOT_CYCLE', path, message, { value, accepted: 'a device that does not hold the chassis' }),
      );
    }
    if (row.chassis_site !== row.occupant_site) {
      const message = `${row.occupant} is in site ${row.occupant_site}, the chassis in ${row.chassis_site}`;
      const mentions = [
        mentionOf(`Site/${row.occupant_site}`, row.occupant_site_id),
        mentionOf(`Site/${row.chassis_site}`, row.chassis_site_id),
      ];
      found.push(
        refuse(change, 'OCCUPANT_IN_OTHER_SITE', path, message, {
          value,
          accepted: 'a device of the same site',
          mentions,
        }),
      );
    }
    if (row.rack !== null && row.rack_id !== null) {
      const message = `${row.occupant} is mounted in rack ${row.rack} itself`;
      const mentions = [mentionOf(`Rack/${row.rack}`, row.rack_id)];
      found.push(
        refuse(change, 'OCCUPANT_MOUNTED', path, message, {
          value,
          accepted: 'a device without a placement',
          mentions,
        }),
      );
    }
    return found;
  },
);

export const slotRules = allOf(
  seatsWell,
  uniqueIn('device_slot', [
    {
      columns: [chassis, 'slot'],
      rule: 'SLOT_NAME_TAKEN',
      path: 'spec.slot',
      message: 'the chassis has a slot of this name already',
      accepted: 'a name that no other slot of the chassis has',
    },
    ...['occupant_node_id', 'occupant_network_device_id', 'occupant_equipment_id'].map((column) => ({
      columns: [column],
      rule: 'OCCUPANT_ELSEWHERE',
      path: 'spec.occupantRef.name',
      message: 'the device sits in another slot',
      accepted: 'a device that sits in no slot',
    })),
  ]),
);

/** The same from the side of the device: what sits in a slot is mounted with its chassis. */
export const sitsWithoutPlace = (device: MountedKind) =>
  rowRule<{ slot: string; slot_id: string }>(
    (ids) => {
      const table = sql.ident(mountedTables[device]);
      const column = sql.ident(`occupant_${mountedTables[device]}_id`);
      return sql`select d.id, 'DeviceSlot/' || s.name as slot, s.id as slot_id from ${table} d join device_slot s on s.${column} = d.id
        where d.id = any(${ids}::uuid[]) and d.placement_rack_id is not null`;
    },
    (change, { slot, slot_id: id }) =>
      refuse(
        change,
        'OCCUPANT_MOUNTED',
        'spec.placement',
        `the device sits in ${slot}, and is mounted with its chassis`,
        {
          accepted: 'no placement, or a device that sits in no slot',
          mentions: [mentionOf(slot, id)],
        },
      ),
  );
