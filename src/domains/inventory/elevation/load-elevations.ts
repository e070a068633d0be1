import type { See } from '../../../catalog/link.ts';
import type { AskValue } from '../../../catalog/walk.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { mountedTables, occupantOf } from '../devices.ts';
import {
  type Block,
  type ElevatedDevice,
  type Elevation,
  type FaceElevation,
  freeBetween,
  largestOf,
  type ObjectName,
  type RackWidth,
} from './elevation.ts';

interface DeviceRow extends ObjectName {
  readonly role: string;
  readonly mountedOn: string;
}

/** Units in halves, as the plant has them: `from` is the first, `to` the one behind the last. */
interface Units {
  readonly rack: string;
  readonly face: 'Front' | 'Rear' | null;
  readonly from: number;
  readonly to: number;
}

interface Loaded {
  readonly racks: readonly (ObjectName & { readonly heightU: number })[];
  readonly devices: readonly DeviceRow[];
  readonly places: readonly (Units & { readonly device: string; readonly width: RackWidth })[];
  readonly beside: readonly { readonly rack: string; readonly device: string }[];
  readonly slots: readonly { readonly chassis: string; readonly name: string; readonly occupant: ObjectName | null }[];
  readonly reservations: readonly (Units & ObjectName & { readonly requestedBy: string; readonly reason: string })[];
}

/** What racks look like, as far as the caller may see what is in them, by one statement. */
export async function loadElevations(
  ask: AskValue,
  see: See,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Elevation>> {
  const loaded = (await ask(elevations(ids, see))) as Loaded;
  const slots = Map.groupBy(loaded.slots, ({ chassis }) => chassis);
  const devices = new Map(
    loaded.devices.map(({ kind, id, name, role, mountedOn }) => [
      id,
      { mountedOn, device: { kind, id, name, role, slots: slots.get(id) ?? [] } satisfies ElevatedDevice },
    ]),
  );
  const places = Map.groupBy(loaded.places, ({ rack }) => rack);
  const reservations = Map.groupBy(loaded.reservations, ({ rack }) => rack);
  const beside = Map.groupBy(loaded.beside, ({ rack }) => rack);

  const faceOf = (rack: string, heightU: number, face: 'Front' | 'Rear'): FaceElevation => {
    const taken = (places.get(rack) ?? [])
      .filter((one) => one.face === face)
      .flatMap(({ device: id, width, ...units }) => {
        const found = devices.get(id);
        return found
          ? [{ ...blockOf(units), device: found.device, width, isMountedHere: found.mountedOn === face }]
          : [];
      });
    const held = (reservations.get(rack) ?? [])
      .filter((one) => one.face === null || one.face === face)
      .map(({ kind, id, name, requestedBy, reason, ...units }) => ({
        ...blockOf(units),
        reservation: { kind, id, name },
        requestedBy,
        reason,
      }));
    const freeBlocks = freeBetween(heightU, [...taken, ...held]);
    const freeUnits = freeBlocks.reduce((sum, { unitHeight }) => sum + unitHeight, 0);
    return {
      devices: taken.sort(fromTheTop),
      reservations: held.sort(fromTheTop),
      freeBlocks,
      freeUnits,
      largestFreeBlock: largestOf(freeBlocks),
    };
  };

  return new Map(
    loaded.racks.map(({ heightU, ...rack }) => [
      rack.id,
      {
        rack,
        heightU,
        front: faceOf(rack.id, heightU, 'Front'),
        rear: faceOf(rack.id, heightU, 'Rear'),
        beside: (beside.get(rack.id) ?? []).flatMap(({ device }) => devices.get(device)?.device ?? []),
      },
    ]),
  );
}

const blockOf = ({ from, to }: Pick<Units, 'from' | 'to'>): Block => ({
  startUnit: from / 2,
  unitHeight: (to - from) / 2,
});
const fromTheTop = (a: Block, b: Block): number => b.startUnit - a.startUnit;

const list = (row: Sql, from: Sql): Sql => sql`(select coalesce(jsonb_agg(${row}), '[]') ${from})`;

/** What a device is, in a word, by its kind. */
const roles: Readonly<Record<keyof typeof mountedTables, Sql>> = {
  Node: sql`'Server'`,
  NetworkDevice: sql`d.role::text`,
  Equipment: sql`d.type::text`,
};
const mounted = Object.entries(mountedTables) as (readonly [keyof typeof mountedTables, string])[];

const elevations = (ids: readonly string[], see: See): Sql => {
  const devices = mounted.map(
    ([
      kind,
      table,
    ]) => sql`select ${kind}::text as kind, d.id, d.name, d.placement_rack_id as rack_id, d.placement_face as face, ${roles[kind]} as role
      from ${sql.ident(table)} d where d.placement_rack_id = any(${ids}::uuid[]) and ${see(kind, sql`d`)}`,
  );
  const occupants = mounted.map(
    ([kind, table]) =>
      sql`select ${kind}::text as kind, o.id, o.name from ${sql.ident(table)} o where o.id = c.occupant_id and ${see(kind, sql`o`)}`,
  );
  const seats = mounted.map(
    ([kind, table]) => sql`select v.id as chassis_id, s.slot, ${occupantOf(sql`s`)} as occupant_id
      from device v join device_slot s on s.${sql.ident(`chassis_${table}_id`)} = v.id where v.kind = ${kind} and ${see('DeviceSlot', sql`s`)}`,
  );
  return sql`(
    with device as materialized (${sql.join(devices, ' union all ')}
    ), place as materialized (
      select p.* from placed_device p where p.rack_id = any(${ids}::uuid[]) and p.id in (select id from device)
    ), seat as materialized (${sql.join(seats, ' union all ')}
    )
    select jsonb_build_object(
      'racks', ${list(
        sql`jsonb_build_object('kind', 'Rack', 'id', r.id, 'name', r.name, 'heightU', r.height_u)`,
        sql`from rack r where r.id = any(${ids}::uuid[]) and ${see('Rack', sql`r`)}`,
      )},
      'devices', ${list(
        sql`jsonb_build_object('kind', v.kind, 'id', v.id, 'name', v.name, 'role', v.role, 'mountedOn', v.face) order by v.name`,
        sql`from device v`,
      )},
      'places', ${list(
        sql`jsonb_build_object('rack', p.rack_id, 'device', p.id, 'face', p.face, 'from', lower(p.units), 'to', upper(p.units),
          'width', case when upper(p.width) - lower(p.width) = 2 then 'Full' when lower(p.width) = 0 then 'Left' else 'Right' end) order by p.name, p.id`,
        sql`from place p where not isempty(p.units)`,
      )},
      'beside', ${list(
        sql`jsonb_build_object('rack', v.rack_id, 'device', v.id) order by v.name`,
        sql`from device v where not exists (select from place p where p.id = v.id and not isempty(p.units))`,
      )},
      'slots', ${list(
        sql`jsonb_build_object('chassis', c.chassis_id, 'name', c.slot, 'occupant',
          (select jsonb_build_object('kind', o.kind, 'id', o.id, 'name', o.name) from (${sql.join(occupants, ' union all ')}) o)) order by c.slot`,
        sql`from seat c`,
      )},
      'reservations', ${list(
        sql`jsonb_build_object('kind', 'UnitReservation', 'id', v.id, 'name', v.name, 'rack', h.rack_id, 'face', h.face, 'from', lower(h.units), 'to', upper(h.units),
          'requestedBy', v.requested_by, 'reason', v.reason) order by v.name`,
        sql`from held_units h join unit_reservation v on v.id = h.id where h.rack_id = any(${ids}::uuid[]) and ${see('UnitReservation', sql`v`)}`,
      )}))`;
};
