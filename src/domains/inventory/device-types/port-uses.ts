import type { See } from '../../../catalog/link.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';

/** What uses a port, by name: a select with the column `name`, of what `see` lets pass. */
export const usesOf = (port: Sql, see: See): Sql => sql`
  select 'Cable/' || l.name as name from cabled_port u join cable l on l.id = u.cable_id
    where u.port_id = ${port} and ${see('Cable', sql`l`)}
  union all select 'Circuit/' || k.name from cabled_port u join circuit k on k.id = u.circuit_id
    where u.port_id = ${port} and ${see('Circuit', sql`k`)}
  union all select 'CircuitTermination/' || n.name from circuit_termination n
    where n.place_port_id = ${port} and ${see('CircuitTermination', sql`n`)}`;

export const everything: See = () => sql`true`;
/** Whether something uses a port, be it hidden. */
export const isUsed = (port: Sql): Sql => sql`exists (${usesOf(port, everything)})`;
