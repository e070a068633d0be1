import type { ExtraField } from '../../catalog/extra-field.ts';
import { choice, int, objects, text } from '../../catalog/fields.ts';
import { letsAllPass, type See, unlessAllIn } from '../../catalog/link.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { mountedTables, portHolders } from './devices.ts';
import { isInSight, wholeTakings } from './port.ts';
import { portTypes } from './port-types.ts';

/** Scopes of a facility, region or rack: its own and those in it. Whatever is in one is in one of them (`home` of the kinds). */
const scopesIn = (place: Sql): Sql =>
  sql`array(select inner_scope.descendant_id from scope_closure inner_scope where inner_scope.ancestor_id = ${place}.id)`;

/** Condition that the caller sees every port in a place, and the devices that they are on: asked once for the place. */
const areAllInSight = (place: Sql, see: See): Sql => {
  const holders = portHolders.map(([kind, table]) =>
    unlessAllIn(
      see,
      kind,
      sql`${place}.id`,
      sql`not exists (select from ${sql.ident(table)} none where none.scope_id = any(${scopesIn(place)}))`,
    ),
  );
  return sql.join([unlessAllIn(see, 'Port', sql`${place}.id`, sql`false`), ...holders], ' and ');
};

/** Condition that the caller sees a port, and the device that it is on; nothing where the caller sees all of them. */
const isPortInSight = (port: Sql, see: See): Sql => {
  const holders = portHolders.map(([kind, table, column]) => ({
    visible: see(kind, sql`holder`),
    id: sql`${port}.${sql.ident(column)}`,
    table: sql.ident(table),
  }));
  const visible = see('Port', port);
  if ([visible, ...holders.map((holder) => holder.visible)].every(letsAllPass)) return sql`true`;
  const ways = holders.map(
    (holder) => sql`exists (select from ${holder.table} holder where holder.id = ${holder.id} and ${holder.visible})`,
  );
  return sql`${visible} and (${sql.join(ways, ' or ')})`;
};

/** Condition that a port is on something in a place. */
const isPortAt = (place: Sql, port: Sql): Sql => sql`${port}.scope_id = any(${scopesIn(place)})`;

/** Condition that a port is on something in a place, and in sight. */
const isPortIn = (place: Sql, port: Sql, see: See): Sql =>
  sql`${isPortAt(place, port)} and (${areAllInSight(place, see)} or ${isPortInSight(port, see)})`;

/** Conditions that a cable has an end in a facility: its scopes are those of its ends. No cable satisfies both. */
const cablesAt = (site: Sql, cable: Sql): readonly Sql[] => {
  const byHome = sql`${cable}.scope_id = any(${scopesIn(site)})`;
  return [byHome, sql`${cable}.other_scope_ids && ${scopesIn(site)} and not ${byHome}`];
};

const isCableAt = (site: Sql, cable: Sql): Sql =>
  sql`(${cable}.scope_id = any(${scopesIn(site)}) or ${cable}.other_scope_ids && ${scopesIn(site)})`;

/** Condition that the caller sees one of the ports in a facility that a cable is plugged into; undefined where all see them. */
function isPluggedInSight(site: Sql, cable: Sql, see: See): Sql | undefined {
  const inSight = isPortInSight(sql`held`, see);
  if (letsAllPass(inSight)) return undefined;
  return sql`(${areAllInSight(site, see)} or exists (
    select from cable_termination plugged join port held on held.id = plugged.port_id
    where plugged.cable_id = ${cable}.id and ${isPortAt(site, sql`held`)} and ${inSight}))`;
}

const also = (condition: Sql, other: Sql | undefined): Sql =>
  other === undefined ? condition : sql`${condition} and ${other}`;

/** Ports in a place by type and line rate, as a JSON list: those of a condition, and of what takes them what is in sight. */
const countPorts = (which: Sql, isTakingInSight: Sql): Sql => sql`(
  select jsonb_agg(kind order by kind->>'type', (kind->>'speed')::numeric) from (
    select jsonb_build_object('type', own.type, 'speed', trim_scale(own.speed_value)::text, 'totalCount', count(*),
      'freeCount', count(*) filter (where taking.port_id is null)) as kind
    from port own left join cabled_port taking on taking.port_id = own.id and ${isTakingInSight}
    where ${which} group by own.type, own.speed_value) kinds)`;

const portCount = objects(
  'PortCount',
  {
    type: choice('PortType', portTypes, { required: true, description: 'Type of the ports.' }),
    speed: text({ description: 'Their line rate in bit/s, as a plain number; null for ports without one.' }),
    totalCount: int({ required: true, description: 'Number of ports.' }),
    freeCount: int({
      required: true,
      description: 'Number of those that no cable is plugged into and at which no circuit ends.',
    }),
  },
  { description: 'Ports of one type and line rate. What you may not see does not count.' },
);

const portCountsOf = (on: 'Region' | 'Site' | 'Rack', what: string): ExtraField => ({
  on,
  name: 'portCounts',
  gives: 'objects',
  description: `How many ports ${what} has of each type and line rate, and how many of them are free.`,
  objects: portCount,
  value: (place, see) => {
    const taking = isInSight(sql`taking`, sql`${place}.id`, see);
    const checked = countPorts(isPortIn(place, sql`own`, see), taking);
    if (letsAllPass(isPortInSight(sql`own`, see)) && letsAllPass(taking)) return checked;
    // Of the two one runs: where nothing is asked of each row, indexes have all there is to count.
    const { isWhole, on: onTaking } = wholeTakings(sql`taking`, sql`${place}.id`, see);
    const plain = countPorts(isPortAt(place, sql`own`), onTaking);
    return sql`case when ${areAllInSight(place, see)} and ${isWhole} then ${plain} else ${checked} end`;
  },
});

/** Number of devices in a rack that the caller may see. */
const devicesIn = (rack: Sql, see: See): Sql => {
  const counts = Object.entries(mountedTables).map(
    ([kind, table]) =>
      sql`(select count(*) from ${sql.ident(table)} inside where inside.rack_id = ${rack}.id and ${see(kind, sql`inside`)})`,
  );
  return sql.join(counts, ' + ');
};

export const siteFields: readonly ExtraField[] = [
  {
    on: 'Site',
    name: 'ports',
    gives: 'many',
    to: 'Port',
    description: 'The ports of everything in the facility.',
    link: { on: isPortIn, inside: { on: isPortAt, areAllInSight } },
  },
  {
    on: 'Site',
    name: 'cables',
    gives: 'many',
    to: 'Cable',
    description: 'The cables that are plugged in somewhere in the facility, with one end or with all.',
    link: {
      on: (site, cable, see) => also(isCableAt(site, cable), isPluggedInSight(site, cable, see)),
      apart: (site, cable, see) => cablesAt(site, cable).map((at) => also(at, isPluggedInSight(site, cable, see))),
      inside: { on: isCableAt, apart: cablesAt, areAllInSight },
    },
  },
  {
    on: 'Site',
    name: 'circuits',
    gives: 'many',
    to: 'Circuit',
    description: 'The circuits that have one of their ends at the facility, or at a port in it.',
    link: {
      on: (site, circuit, see) => sql`${circuit}.id in (
        select k.id from circuit k where k.a_end_site_id = ${site}.id union all select k.id from circuit k where k.z_end_site_id = ${site}.id
        union all select taken.circuit_id from cabled_port taken join port held on held.id = taken.port_id
          where taken.circuit_id is not null and ${isPortIn(site, sql`held`, see)}
        union all select ending.circuit_id from circuit_termination ending where ending.place_site_id = ${site}.id and ${see('CircuitTermination', sql`ending`)}
        union all select ending.circuit_id from circuit_termination ending join port held on held.id = ending.place_port_id
          where ${isPortIn(site, sql`held`, see)} and ${see('CircuitTermination', sql`ending`)})`,
    },
  },
  {
    on: 'Site',
    name: 'locations',
    gives: 'objects',
    description: 'Cages and rows of the facility, as its racks say them, with how many racks and devices are in each.',
    objects: objects(
      'SiteLocation',
      {
        cage: text({ description: 'The cage; null for racks that say none.' }),
        row: text({ description: 'The row; null for racks that say none.' }),
        rackCount: int({ required: true, description: 'Number of racks there.' }),
        unitCount: int({ required: true, description: 'Number of their units.' }),
        deviceCount: int({
          required: true,
          description: 'Number of devices in them, those in slots of a chassis as well.',
        }),
      },
      { description: 'A place in a facility that has no object of its own. What you may not see does not count.' },
    ),
    value: (site, see) => sql`(select jsonb_agg(place order by place->>'cage', place->>'row') from (
      select jsonb_build_object('cage', stand.cage, 'row', stand."row", 'rackCount', count(*), 'unitCount', sum(stand.height_u),
        'deviceCount', sum(${devicesIn(sql`stand`, see)})) as place
      from rack stand where stand.site_id = ${site}.id and ${see('Rack', sql`stand`)} group by stand.cage, stand."row") places)`,
  },
  portCountsOf('Site', 'the facility'),
  portCountsOf('Region', 'the region'),
  portCountsOf('Rack', 'the rack, with the devices in it,'),
];
