import type { ExtraField } from '../../catalog/extra-field.ts';
import type { See } from '../../catalog/link.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { portHolders } from './devices.ts';

/** Ids of the ports of everything in a facility. */
const portsIn = (site: Sql, see: See): Sql => {
  const parts = portHolders.map(([kind, table, column]) => {
    const visible = sql`${see(kind, sql`holder`)} and ${see('Port', sql`held`)}`;
    return sql`select held.id from ${sql.ident(table)} holder join port held on held.${sql.ident(column)} = holder.id
      where holder.site_id = ${site}.id and ${visible}`;
  });
  return sql.join(parts, ' union all ');
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
];
