import { letsAllPass, type See, unlessAllIn } from '../../../catalog/link.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { mountedTables } from '../devices.ts';

/** Condition that the caller may see what takes units of one of these racks, a row of `placed_device`. */
function isInSight(placed: Sql, racks: Sql, see: See): Sql {
  const kinds = Object.entries(mountedTables).map(([kind, table]) => ({
    kind,
    table,
    visible: see(kind, sql`seated`),
  }));
  if (kinds.every(({ visible }) => letsAllPass(visible))) return sql`true`;
  // All that may be seen at once: asked one by one, each would be looked for among all scopes of the caller. With `is true` they are
  // hashed, however few PostgreSQL expects; a join might compare each with each.
  // Where the caller sees all of a kind in a facility, nothing is asked of what stands there.
  const seen = kinds.map(({ kind, table, visible }) => {
    const inWhole = sql`(seated.site_id in (select whole.id from site whole where ${unlessAllIn(see, kind, sql`whole.id`, sql`false`)})) is true`;
    return sql`select seated.id from ${sql.ident(table)} seated where seated.placement_rack_id = ${racks} and (${inWhole} or ${visible})`;
  });
  return sql`(${placed}.id in (${sql.join(seen, ' union all ')})) is true`;
}

/** All half units of a rack, as a multirange. */
const allUnits = (heightU: Sql): Sql => sql`int4multirange(int4range(2, 2 * (${heightU} + 1)))`;

/**
 * Which half units of racks are free: rows of `rack_id`, `front` and `rear`, multiranges. `racks` names what has their `id` and
 * `height_u`, each once. Devices and reservations take units; what the caller may not see takes nothing.
 *
 * Racks and what takes their units are put together by one grouping: with joins, whatever PostgreSQL expects of how many racks are
 * meant decides whether it compares each of them with everything taken.
 */
export const freeRoom = (racks: Sql, see: See): Sql => {
  const ids = sql`any(array(select id from ${racks}))`;
  const free = (face: 'Front' | 'Rear'): Sql =>
    sql`${allUnits(sql`max(x.height_u)`)} - coalesce(range_agg(x.units) filter (where x.face = ${sql.raw(`'${face}'`)}), '{}')`;
  return sql`
    select x.rack_id, ${free('Front')} as front, ${free('Rear')} as rear from (
      select w.id as rack_id, w.height_u, null::rack_face as face, null::int4range as units from ${racks} w
      union all
      select p.rack_id, null, p.face, p.units from placed_device p
      where p.rack_id = ${ids} and not isempty(p.units) and ${isInSight(sql`p`, ids, see)}
      union all
      select h.rack_id, null, f.face, h.units from held_units h join unit_reservation v on v.id = h.id and ${see('UnitReservation', sql`v`)}
      cross join unnest(enum_range(null::rack_face)) f (face) where h.rack_id = ${ids} and (h.face is null or h.face = f.face)
    ) x group by x.rack_id`;
};
