import type { ExtraField } from '../../../catalog/extra-field.ts';
import type { See } from '../../../catalog/link.ts';
import type { Walk, WalkMember, WalkType } from '../../../catalog/walk.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { asWatts } from '../power-limits.ts';
import { freeRoom } from './free-room.ts';

const number = (type: 'Int' | 'Float', description: string): WalkMember => ({ gives: 'value', type, description });

const capacity: WalkType = {
  name: 'Capacity',
  description:
    'How much room and power racks have, and how much of it is left: of one rack, or of all in a facility or a region. Devices and reservations that you may not see take nothing.',
  fields: {
    rackCount: number('Int', 'Number of racks.'),
    unitCount: number('Int', 'Number of their units.'),
    freeUnits: number(
      'Float',
      'Units that are free on both sides, in steps of a half: nothing stands there, and no reservation holds them.',
    ),
    freeFrontUnits: number('Float', 'Units that are free on the front.'),
    freeRearUnits: number('Float', 'Units that are free on the rear.'),
    largestFreeBlock: number('Int', 'Number of whole units in the highest block that is free on both sides.'),
    ratedWatts: number(
      'Int',
      'What the feeds of the racks are rated for, in watts: those that state voltage and current.',
    ),
    maximumWatts: number(
      'Int',
      'What the inlets of their devices are rated for together, in watts. Power strips and uninterruptible supplies do not count: what is behind them does.',
    ),
    allocatedWatts: number('Int', 'What those inlets are expected to draw, in watts.'),
  },
};

/** Whole units of a block of half units. */
export const wholeUnits = (block: Sql): Sql => sql`greatest(0, upper(${block}) / 2 - (lower(${block}) + 1) / 2)`;

const halves = (units: Sql): Sql =>
  sql`(select coalesce(sum(upper(block) - lower(block)), 0) from unnest(${units}) block) / 2.0`;

/** Of each of some scopes what the racks in it have together; racks are scopes themselves. */
const capacities = (ids: readonly string[], see: See): Sql => sql`(
  with standing as materialized (
    select c.ancestor_id as id, r.id as rack_id, r.height_u, r.power_feeds
    from scope_closure c join rack r on r.id = c.descendant_id where c.ancestor_id = any(${ids}::uuid[]) and ${see('Rack', sql`r`)}
  ), each_rack as materialized (
    select distinct s.rack_id as id, s.height_u from standing s
  ), free as materialized (${freeRoom(sql`each_rack`, see)}
  ), room as materialized (
    select s.*, f.front, f.rear from standing s join free f on f.rack_id = s.rack_id
  ), inlet as materialized (
    select c.ancestor_id as id, sum(w.rated_watts) as maximum, sum(w.allocated_watts) as allocated
    from power_port w join port p on p.id = w.port_id join scope_closure c on c.descendant_id = p.scope_id and c.ancestor_id = any(${ids}::uuid[])
    left join equipment q on q.id = p.device_equipment_id
    where w.power_role = 'Inlet' and (q.type is null or q.type not in ('PowerDistributionUnit', 'UninterruptiblePowerSupply'))
      and ${see('PowerPort', sql`w`)} and ${see('Port', sql`p`)}
    group by c.ancestor_id
  )
  select coalesce(jsonb_object_agg(k.id, jsonb_build_object(
    'rackCount', k.racks, 'unitCount', k.units, 'freeUnits', k.free, 'freeFrontUnits', k.front, 'freeRearUnits', k.rear,
    'largestFreeBlock', k.largest, 'ratedWatts', ${asWatts(sql`round(k.rated)`)}, 'maximumWatts', ${asWatts(sql`coalesce(i.maximum, 0)`)}, 'allocatedWatts', ${asWatts(sql`coalesce(i.allocated, 0)`)})), '{}')
  from (
    select wanted.id, count(m.rack_id) as racks, coalesce(sum(m.height_u), 0) as units, coalesce(sum(${halves(sql`m.front * m.rear`)}), 0) as free,
      coalesce(sum(${halves(sql`m.front`)}), 0) as front, coalesce(sum(${halves(sql`m.rear`)}), 0) as rear,
      coalesce(max((select max(${wholeUnits(sql`block`)}) from unnest(m.front * m.rear) block)), 0) as largest,
      coalesce(sum((select sum((feed ->> 'voltage')::numeric * (feed ->> 'ampsRated')::numeric * case feed ->> 'phase' when 'ThreePhase' then sqrt(3) else 1 end)
        from jsonb_array_elements(m.power_feeds) feed)), 0) as rated
    from unnest(${ids}::uuid[]) wanted (id) left join room m on m.id = wanted.id group by wanted.id
  ) k left join inlet i on i.id = k.id)`;

const walk: Walk = {
  walk: async (ids, _given, see, ask) => {
    const found = (await ask(capacities(ids, see))) as Readonly<Record<string, object>>;
    return new Map(Object.entries(found).map(([id, figures]) => [id, { __typename: capacity.name, ...figures }]));
  },
};

const of = (on: 'Rack' | 'Site' | 'Region', what: string): ExtraField => ({
  on,
  name: 'capacity',
  gives: 'walk',
  walk,
  shape: { gives: 'values', of: capacity, nullable: true },
  price: 20,
  description: `Room and power of ${what}: what there is, and what of it is left.`,
});

export const capacityFields: readonly ExtraField[] = [
  of('Rack', 'the rack'),
  of('Site', 'all racks in the facility'),
  of('Region', 'all racks in the region'),
];
