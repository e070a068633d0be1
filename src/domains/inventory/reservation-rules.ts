import type { Change } from '../../catalog/kind.ts';
import { allOf, mentionOf, type RowRule, refuse, rowRule } from '../../catalog/rules.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';
import { highest, lowest } from './units.ts';

/** Units come in halves. */
export function reservesHalfUnits(change: Change): Violation[] {
  return ['startUnit', 'unitHeight'].flatMap((name) => {
    const value = Number(change.spec[name]);
    if (Number.isInteger(value * 2)) return [];
    const evidence = { value, accepted: `${Math.floor(value * 2) / 2} or ${Math.ceil(value * 2) / 2}` };
    return [refuse(change, 'NOT_A_HALF_UNIT', `spec.${name}`, `${name} is ${value}`, evidence)];
  });
}

const fitsTheRack = rowRule<{ rack: string; height: number; top: number }>(
  (ids) => sql`select v.id, r.name as rack, r.height_u as height, ${highest(sql`v.units`)} as top
    from held_units v join rack r on r.id = v.rack_id where v.id = any(${ids}::uuid[]) and upper(v.units) > 2 * (r.height_u + 1)`,
  (change, { rack, height, top }) =>
    refuse(
      change,
      'UNITS_OUTSIDE_RACK',
      'spec.startUnit',
      `U${top} is beyond rack ${rack}, which has ${height} units`,
      {
        value: change.spec.startUnit,
        accepted: `units up to U${height}`,
      },
    ),
);

/** The same from the side of the rack: reservations that hold stay inside. */
export const keepsReservedUnits = rowRule<{ reservation: string; reservation_id: string; top: number }>(
  (
    ids,
  ) => sql`select r.id, 'UnitReservation/' || v.name as reservation, v.id as reservation_id, ${highest(sql`v.units`)} as top
    from held_units v join rack r on r.id = v.rack_id where r.id = any(${ids}::uuid[]) and upper(v.units) > 2 * (r.height_u + 1) order by v.name`,
  (change, { reservation, reservation_id: id, top }) =>
    refuse(change, 'RACK_TOO_LOW', 'spec.heightU', `${reservation} holds units up to U${top}`, {
      value: change.spec.heightU,
      accepted: `at least ${top}`,
      mentions: [mentionOf(reservation, id)],
    }),
);

interface Clash {
  readonly low: number;
  readonly high: number;
  readonly other: string;
  readonly other_id: string;
}

const clash =
  (rule: string, accepted: string) =>
  (change: Change, row: Clash): Violation =>
    refuse(change, rule, 'spec.startUnit', `${row.other} has U${row.low}–U${row.high}`, {
      value: change.spec.startUnit,
      accepted,
      mentions: [mentionOf(row.other, row.other_id)],
    });

/** Two reservations that hold do not want the same units. */
const isAlone = rowRule<Clash>(
  (
    ids,
  ) => sql`select v.id, 'UnitReservation/' || o.name as other, o.id as other_id, ${lowest(sql`o.units`)} as low, ${highest(sql`o.units`)} as high
    from held_units v join held_units o on o.rack_id = v.rack_id and o.id <> v.id and o.units && v.units and (o.face = v.face or o.face is null or v.face is null)
    where v.id = any(${ids}::uuid[]) order by v.id, o.name`,
  clash('UNITS_RESERVED', 'units that no other reservation holds'),
);

/** What stands there already is what they are kept for. */
const nothingElseIsThere = rowRule<Clash>(
  (
    ids,
  ) => sql`select distinct on (v.id, d.id) v.id, d.kind || '/' || d.name as other, d.id as other_id, ${lowest(sql`d.units`)} as low, ${highest(sql`d.units`)} as high
    from held_units v join placed_device d on d.rack_id = v.rack_id and d.units && v.units and (v.face is null or v.face = d.face)
    where v.id = any(${ids}::uuid[]) and not exists (select from unit_reservation_device k where k.unit_reservation_id = v.id
      and d.id in (k.node_id, k.network_device_id, k.equipment_id))
    order by v.id, d.id`,
  clash('UNITS_TAKEN', 'units that are free, or a reservation for that device'),
);

export const reservationRules: RowRule = allOf(fitsTheRack, isAlone, nothingElseIsThere);

/** The same from the side of the device: reserved units are for those that the reservation names. */
export const keepsOffReservedUnits = rowRule<{
  reservation: string;
  reservation_id: string;
  low: number;
  high: number;
}>(
  (
    ids,
  ) => sql`select distinct on (d.id, v.id) d.id, 'UnitReservation/' || v.name as reservation, v.id as reservation_id,
      ${lowest(sql`v.units`)} as low, ${highest(sql`v.units`)} as high
    from placed_device d join held_units v on d.rack_id = v.rack_id and d.units && v.units and (v.face is null or v.face = d.face)
    where d.id = any(${ids}::uuid[]) and not exists (select from unit_reservation_device k where k.unit_reservation_id = v.id
      and d.id in (k.node_id, k.network_device_id, k.equipment_id))
    order by d.id, v.id`,
  (change, { reservation, reservation_id: id, low, high }) =>
    refuse(change, 'UNITS_RESERVED', 'spec.placement.startUnit', `${reservation} keeps U${low}–U${high}`, {
      value: (change.spec.placement as { readonly startUnit?: number } | undefined)?.startUnit,
      accepted: 'units that are not reserved, or a device that the reservation is for',
      mentions: [mentionOf(reservation, id)],
    }),
);
