import type { ExtraField } from '../../catalog/extra-field.ts';
import { choice, int, objects, text } from '../../catalog/fields.ts';
import type { See } from '../../catalog/link.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { mountedTables, portHolders } from './devices.ts';
import { isConnected } from './port.ts';
import { portTypes } from './port-types.ts';

/** Ids of the ports of everything in a facility. */
const portsIn = (site: Sql, see: See): Sql => {
  const parts = portHolders.map(([kind, table, column]) => {
    const visible = sql`${see(kind, sql`holder`)} and ${see('Port', sql`held`)}`;
    return sql`select held.id from ${sql.ident(table)} holder join port held on held.${sql.ident(column)} = holder.id
      where holder.site_id = ${site}.id and ${visible}`;
  });
  return sql.join(parts, ' union all ');
};

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
    link: { on: (site, port, see) => sql`${port}.id in (${portsIn(site, see)})` },
  },
  {
    on: 'Site',
    name: 'cables',
    gives: 'many',
    to: 'Cable',
    description: 'The cables that are plugged in somewhere in the facility, with one end or with all.',
    link: {
      on: (site, cable, see) =>
        sql`${cable}.id in (select plugged.cable_id from (${portsIn(site, see)}) found join cable_termination plugged on plugged.port_id = found.id)`,
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
        union all select taken.circuit_id from (${portsIn(site, see)}) found join cabled_port taken on taken.port_id = found.id where taken.circuit_id is not null
        union all select ending.circuit_id from circuit_termination ending where ending.place_site_id = ${site}.id and ${see('CircuitTermination', sql`ending`)}
        union all select ending.circuit_id from (${portsIn(site, see)}) found join circuit_termination ending on ending.place_port_id = found.id
          where ${see('CircuitTermination', sql`ending`)})`,
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
  {
    on: 'Site',
    name: 'portCounts',
    gives: 'objects',
    description: 'How many ports the facility has of each type and line rate, and how many of them are free.',
    objects: objects(
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
    ),
    value: (site, see) => sql`(select jsonb_agg(kind order by kind->>'type', (kind->>'speed')::numeric) from (
      select jsonb_build_object('type', own.type, 'speed', trim_scale(own.speed_value)::text, 'totalCount', count(*),
        'freeCount', count(*) filter (where not ${isConnected(sql`own`, see)})) as kind
      from (${portsIn(site, see)}) found join port own on own.id = found.id group by own.type, own.speed_value) kinds)`,
  },
];
