import { choice, group, int, objects, ref, text } from '../../catalog/fields.ts';
import { defineKind } from '../../catalog/kind.ts';
import { allOf, mentionOf, refuse, rowRule, uniqueIn } from '../../catalog/rules.ts';
import { sql } from '../../platform/db/sql.ts';
import { MOST_AMPERES, MOST_VOLTS } from './power-limits.ts';
import { keepsItsFeeds } from './power-rules.ts';
import { keepsReservedUnits } from './reservation-rules.ts';
import { highest } from './units.ts';

/** No rack is higher: Nautobot's limit; NetBox has 100. */
export const MOST_UNITS = 500;

/** A rack may not become lower than its highest placed device. */
const fitsItsDevices = rowRule<{ device: string; device_id: string; top: number; height: number }>(
  (
    ids,
  ) => sql`select distinct r.id, d.kind || '/' || d.name as device, d.id as device_id, ${highest(sql`d.reach`)} as top, r.height_u as height
   from rack r join placed_device d on d.rack_id = r.id
   where r.id = any(${ids}::uuid[]) and upper(d.reach) > 2 * (r.height_u + 1) order by r.id, device`,
  (change, { device, device_id: id, top, height }) => {
    const evidence = { value: height, accepted: `at least ${top}`, mentions: [mentionOf(device, id)] };
    return refuse(
      change,
      'RACK_TOO_LOW',
      'spec.heightU',
      `${device} reaches up to U${top}, beyond ${height} units`,
      evidence,
    );
  },
);

/** No two racks of one row have the same text printed on them. */
const labelIsFree = uniqueIn('rack', [
  {
    columns: [
      'site_id',
      (row) => sql`coalesce(${row}.cage, '')`,
      (row) => sql`coalesce(${row}."row", '')`,
      (row) => sql`nullif(${row}.rack_label, '')`,
    ],
    rule: 'RACK_NAME_TAKEN',
    path: 'spec.name',
    message: 'the row has a rack of this name already',
    accepted: 'a name that no other rack of the row has, or none',
  },
]);

const staysFit = allOf(fitsItsDevices, keepsReservedUnits, keepsItsFeeds);

export const rack = defineKind({
  domain: 'inventory',
  group: 'inventory.miloapis.com',
  kind: 'Rack',
  plural: 'racks',
  isNumbered: true,
  description: 'A rack that devices are mounted in. Its units are numbered from the bottom, starting at 1.',
  scope: { own: true, parent: ['siteRef'] },
  topology: { paths: { region: 'siteRef.regionRef', site: 'siteRef', 'site-type': 'siteRef.type' } },
  spec: {
    siteRef: ref('Site', {
      required: true,
      immutable: 'always',
      description: 'The facility that the rack is in.',
      inverse: { name: 'racks', description: 'The racks in the facility.' },
    }),
    cage: text({ description: 'The cage of the facility that the rack is in, as free text.' }),
    row: text({ description: 'The row of the facility that the rack is in, as free text.' }),
    name: text({
      isSearched: true,
      as: 'label',
      column: 'rack_label',
      description: 'Text printed on the rack: `A14`.',
    }),
    heightU: int({ required: true, min: 1, max: MOST_UNITS, description: 'Height of the rack in rack units.' }),
    powerFeeds: objects(
      'PowerFeed',
      {
        name: text({ required: true, min: 1, description: 'Name of the feed: `A`.' }),
        phase: choice(
          'PowerPhase',
          { SinglePhase: 'The feed has one phase.', ThreePhase: 'The feed has three phases.' },
          { description: 'Whether the feed has one phase or three.' },
        ),
        voltage: int({ min: 1, max: MOST_VOLTS, description: 'Voltage in volts.' }),
        ampsRated: int({ min: 1, max: MOST_AMPERES, description: 'Rated current in amperes.' }),
      },
      { key: 'name', description: 'The power feeds of the rack.' },
    ),
  },
  labelsAreFree: true,
  checkAll: async (changes, state) => [
    ...(await labelIsFree(changes, state)),
    ...(await staysFit(
      changes.filter(({ before }) => before !== undefined),
      state,
    )),
  ],
  printer: [
    { name: 'SITE', path: 'spec.siteRef.name' },
    { name: 'CAGE', path: 'spec.cage' },
    { name: 'ROW', path: 'spec.row' },
    { name: 'HEIGHTU', path: 'spec.heightU' },
    { name: 'LABEL', path: 'spec.name', wide: true },
  ],
});

export const rackFaces = {
  Front: 'The front, which faces the cold aisle.',
  Rear: 'The rear, which faces the hot aisle.',
};

export const depths = {
  OneFace: 'It takes the units of one side of the rack.',
  BothFaces: 'It takes the units of both sides.',
};

export const widths = {
  Full: 'The whole width of the rack.',
  Left: 'The left half, seen from the side that it is mounted on.',
  Right: 'The right half.',
};

/** Where a device is mounted; shared by Node and NetworkDevice. */
export const placement = group(
  'Placement',
  {
    rackRef: ref('Rack', { required: true, description: 'The rack that the device is mounted in.' }),
    startUnit: int({
      required: true,
      min: 1,
      max: MOST_UNITS,
      description: 'The lowest rack unit that the device occupies, from 1.',
    }),
    unitHeight: int({
      required: true,
      min: 1,
      max: MOST_UNITS,
      description: 'Number of rack units that the device occupies.',
    }),
    face: choice('RackFace', rackFaces, {
      default: 'Front',
      description: 'The side of the rack that the device is mounted on.',
    }),
  },
  { description: 'The place in a rack where the device is mounted; null if it is not mounted.' },
);

/** What the catalog keeps about what can be mounted or sit in a chassis (src/domains/inventory/seats.ts). */
export const standsIn = {
  rackRef: ref('Rack', {
    description:
      'The rack that the device is in: the one that it is mounted in, or that of the chassis in whose slot it sits; null if it is in none.',
  }),
};
