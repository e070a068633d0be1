import type { ExtraField } from '../../catalog/extra-field.ts';
import { choice, int, objects } from '../../catalog/fields.ts';
import type { See } from '../../catalog/link.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { powerLegs } from './power.ts';
import { asWatts } from './power-limits.ts';

/*
 *   feed ──cable── inlet of a strip          states nothing: what hangs on its outlets
 *                    ├─ outlet, leg A ──cable── inlet of a server      states what it draws
 *                    └─ outlet, leg B ──cable── inlet of a strip …
 *
 * As NetBox has it, but down to the last strip, and of every feed.
 */

/** The inlets at the other end of the cable in a port that gives power: beside it there are none. `j` is their PowerPort. */
const overCable = (port: Sql, see: See): Sql => sql`
  join cable_termination near on near.port_id = ${port}
  join cable wire on wire.id = near.cable_id and ${see('Cable', sql`wire`)}
  join cable_termination far on far.cable_id = near.cable_id
  join port plug on plug.id = far.port_id and ${see('Port', sql`plug`)}
  join power_port j on j.port_id = far.port_id and j.power_role = 'Inlet' and ${see('PowerPort', sql`j`)}`;

/** Inlets that take their power through a power port `s`, each with the first leg on the way to it. `union`: data may have a ring. */
const hanging = (see: See): Sql => sql`
  with recursive hanging (id, leg, allocated, rated) as (
    select s.id, null::power_leg, s.allocated_watts, s.rated_watts where s.power_role = 'Inlet'
    union all
    select j.id, s.power_leg, j.allocated_watts, j.rated_watts from (select) one ${overCable(sql`s.port_id`, see)} where s.power_role <> 'Inlet'
    union
    select j.id, coalesce(h.leg, o.power_leg), j.allocated_watts, j.rated_watts
    from hanging h join power_port o on o.inlet_id = h.id and o.power_role = 'Outlet' and ${see('PowerPort', sql`o`)} ${overCable(sql`o.port_id`, see)}
    where num_nonnulls(h.allocated, h.rated) = 0
  )`;

const sumOf = (watts: Sql): Sql => asWatts(sql`coalesce(sum(${watts}), 0)`);

const figures = (rows: Sql): Sql =>
  sql`'allocatedWatts', ${sumOf(sql`${rows}.allocated`)}, 'maximumWatts', ${sumOf(sql`${rows}.rated`)}`;

/** What a power port is rated for in watts: as it says; of a feed, as its rack says. Three phases give the square root of three times as much. */
const rated = (see: See): Sql => sql`(
  select round(coalesce(s.rated_watts, coalesce(s.voltage, (e->>'voltage')::numeric) * coalesce(s.amps_rated, (e->>'ampsRated')::numeric)
    * case e->>'phase' when 'ThreePhase' then sqrt(3) else 1 end))
  from (select) one left join (
    select e from port held join rack stand on stand.id = held.device_rack_id and ${see('Rack', sql`stand`)}
    cross join jsonb_array_elements(stand.power_feeds) e where held.id = s.port_id and s.power_role = 'Feed' and e->>'name' = s.power_feed
  ) feed on true)`;

const watts = (description: string) => ({
  allocatedWatts: int({ required: true, description: `What ${description} is expected to draw, in watts.` }),
  maximumWatts: int({ required: true, description: `The most that it draws, in watts.` }),
});

export const powerDrawField: ExtraField = {
  on: 'Port',
  name: 'powerDraw',
  gives: 'objects',
  description:
    'What flows through a power port; null for a port of which no PowerPort speaks. What you may not see draws nothing.',
  objects: objects(
    'PowerDraw',
    {
      ...watts('what hangs on the port'),
      availableWatts: int({
        description:
          'What the port is rated for, in watts: as it says, or by voltage and current; of a feed, those of its rack, with √3 for three phases. Null if nobody has said.',
      }),
      legs: objects(
        'PowerDrawOfLeg',
        {
          leg: choice('PowerLeg', powerLegs, { required: true, description: 'The leg.' }),
          ...watts('what hangs on its outlets'),
        },
        { description: 'The same for each leg that outlets are on: the first ones on the way.' },
      ),
    },
    {
      single: true,
      description:
        'What flows through a power port. An inlet draws what it says; one that says nothing draws what the inlets in its outlets do, and so on. An outlet and a feed give what the inlet at the other end of their cable draws, be the cable there or planned.',
    },
  ),
  value: (row, see) => sql`(
    select (${hanging(see)} select jsonb_build_object(${figures(sql`h`)}, 'availableWatts', ${rated(see)}, 'legs', (
        select coalesce(jsonb_agg(to_jsonb(l) order by l.leg), '[]') from (
          select h.leg, ${sumOf(sql`h.allocated`)} as "allocatedWatts", ${sumOf(sql`h.rated`)} as "maximumWatts"
          from hanging h where h.leg is not null group by h.leg) l)) from hanging h)
    from power_port s where s.port_id = ${row}.id and ${see('PowerPort', sql`s`)})`,
};
