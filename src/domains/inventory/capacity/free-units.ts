import { choice, int, objects, text } from '../../../catalog/fields.ts';
import type { RecordsQuery } from '../../../catalog/root-query.ts';
import { sql } from '../../../platform/db/sql.ts';
import { depths, MOST_UNITS } from '../rack.ts';
import { wholeUnits } from './capacity-fields.ts';
import { freeRoom } from './free-room.ts';

interface Asked {
  readonly units: number;
  readonly depth: string;
  readonly feeds: number;
  readonly within?: { readonly region?: string; readonly site?: string; readonly rack?: string };
}

const name = (what: string) => text({ max: 253, description: `Name of the ${what}.` });

/** `freeUnits`: where something new fits. */
export const freeUnitsQuery: RecordsQuery = {
  gives: 'records',
  name: 'freeUnits',
  paged: true,
  price: 30,
  description:
    'Where in racks so many units are free, one upon the other: nothing stands there, not even in half of the width, and no reservation holds them. By the names of the racks, in each the front first and from the bottom up. Devices and reservations that you may not see take nothing.',
  args: {
    units: int({ required: true, min: 1, max: MOST_UNITS, description: 'Number of units that are needed.' }),
    depth: choice('EquipmentDepth', depths, {
      default: 'OneFace',
      description: 'Whether they have to be free on both sides.',
    }),
    feeds: int({ min: 0, max: 100, default: 0, description: 'How many power feeds the rack has to have.' }),
    within: objects(
      'FreeUnitsPlace',
      { region: name('region'), site: name('facility'), rack: name('rack') },
      { single: true, description: 'Where to look: in a region, a facility, or one rack. Default: everywhere.' },
    ),
  },
  record: {
    name: 'FreeUnits',
    description: 'Units of a rack that are free, one upon the other.',
    fields: {
      rack: {
        gives: 'one',
        to: 'Rack',
        description: 'The rack.',
        link: { on: (row, rack) => sql`${rack}.id = ${row}.rack_id` },
      },
      face: {
        gives: 'value',
        type: 'RackFace',
        nullable: true,
        description: 'The side on which they are free; null for both.',
        value: (row) => sql`${row}.face`,
      },
      startUnit: {
        gives: 'value',
        type: 'Int',
        description: 'The lowest of them that is free as a whole.',
        value: (row) => sql`${row}.start_unit`,
      },
      unitHeight: {
        gives: 'value',
        type: 'Int',
        description: 'How many whole units there are from there, at least as many as are needed.',
        value: (row) => sql`${row}.unit_height`,
      },
    },
  },
  rows: (given, see, _prepared, within) => {
    const { units, depth, feeds, within: place = {} } = given as unknown as Asked;
    const wanted = sql`select r.id, r.height_u from rack r where ${see('Rack', sql`r`)} and jsonb_array_length(coalesce(r.power_feeds, '[]')) >= ${feeds}::int
      and (${place.rack ?? null}::text is null or r.name = ${place.rack ?? null}::text)
      and (${place.site ?? null}::text is null or r.site_id in (select s.id from site s where s.name = ${place.site ?? null}::text and ${see('Site', sql`s`)}))
      and (${place.region ?? null}::text is null or r.site_id in (
        select s.id from site s join region g on g.id = s.region_id where g.name = ${place.region ?? null}::text and ${see('Site', sql`s`)} and ${see('Region', sql`g`)}))`;
    const key = sql`o.name || '/' || coalesce(o.face::text, '') || '/' || lpad(o.start_unit::text, 3, '0')`;
    return sql`
      with wanted as materialized (${wanted}), free as materialized (${freeRoom(sql`wanted`, see)}
      ), open as (
        select m.rack_id, (select r.name from rack r where r.id = m.rack_id) as name, x.face, (lower(block) + 1) / 2 as start_unit, ${wholeUnits(sql`block`)} as unit_height
        from free m cross join lateral (
          select 'Front'::rack_face as face, m.front as units where ${depth} = 'OneFace'
          union all select 'Rear', m.rear where ${depth} = 'OneFace'
          union all select null, m.front * m.rear where ${depth} = 'BothFaces'
        ) x cross join lateral unnest(x.units) block
      )
      select ${key} as key, o.* from open o where o.unit_height >= ${units}::int${within(key)}`;
  },
};
