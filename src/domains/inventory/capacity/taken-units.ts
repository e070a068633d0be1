import { letsAllPass, type See } from '../../../catalog/link.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { mountedTables } from '../devices.ts';

/** Condition that the caller may see what takes units of a rack, a row of `placed_device`. */
function isInSight(placed: Sql, see: See): Sql {
  const kinds = Object.entries(mountedTables).map(([kind, table]) => ({
    kind,
    table,
    visible: see(kind, sql`seated`),
  }));
  if (kinds.every(({ visible }) => letsAllPass(visible))) return sql`true`;
  const ways = kinds.map(
    ({ kind, table, visible }) =>
      sql`when ${kind} then exists (select from ${sql.ident(table)} seated where seated.id = ${placed}.id and ${visible})`,
  );
  return sql`case ${placed}.kind ${sql.join(ways, ' ')} end`;
}

/**
 * Which half units of racks (`ids` is what selects them, behind `select`) are taken, by devices or reservations: rows of `rack_id`, `face` and `units`, a
 * multirange. What the caller may not see takes nothing.
 */
export const takenUnits = (ids: Sql, see: See): Sql => sql`
  select taking.rack_id, taking.face, range_agg(taking.units) as units from (
    select p.rack_id, p.face, p.units from placed_device p
    where p.rack_id in (select ${ids}) and not isempty(p.units) and ${isInSight(sql`p`, see)}
    union all
    select h.rack_id, f.face, h.units from held_units h join unit_reservation v on v.id = h.id and ${see('UnitReservation', sql`v`)}
    cross join unnest(enum_range(null::rack_face)) f (face) where h.rack_id in (select ${ids}) and (h.face is null or h.face = f.face)
  ) taking group by taking.rack_id, taking.face`;

/** All half units of a rack, as a multirange. */
export const allUnits = (rack: Sql): Sql => sql`int4multirange(int4range(2, 2 * (${rack}.height_u + 1)))`;
