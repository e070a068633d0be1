import type { See } from '../../catalog/link.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { siteOfPort } from './devices.ts';

/** The facility of a circuit's end: named by the circuit or its termination, or that of the device whose port it ends at. */
export const siteOf = (
  row: Sql,
  side: 'a' | 'z',
  see: See,
): Sql => sql`coalesce(${row}.${sql.ident(`${side}_end_site_id`)}, (
  select ${siteOfPort(sql`p`, see)} from port p
  where p.id = ${row}.${sql.ident(`${side}_end_port_id`)} and ${see('Port', sql`p`)}), (
  select coalesce(ending.place_site_id, (select ${siteOfPort(sql`p`, see)} from port p where p.id = ending.place_port_id and ${see('Port', sql`p`)}))
  from circuit_termination ending where ending.circuit_id = ${row}.id and ending.side = ${side === 'a' ? 'A' : 'Z'}::circuit_side
    and ${see('CircuitTermination', sql`ending`)} limit 1))`;
