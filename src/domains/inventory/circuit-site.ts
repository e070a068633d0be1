import type { See } from '../../catalog/link.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';

/** The facility of a circuit's end: named by the circuit, or that of the device whose port it ends at. */
export const siteOf = (
  row: Sql,
  side: 'a' | 'z',
  see: See,
): Sql => sql`coalesce(${row}.${sql.ident(`${side}_end_site_id`)}, (
  select coalesce(n.site_id, d.site_id, k.site_id, q.site_id) from port p
  left join node n on n.id = p.device_node_id and ${see('Node', sql`n`)}
  left join network_device d on d.id = p.device_network_device_id and ${see('NetworkDevice', sql`d`)}
  left join rack k on k.id = p.device_rack_id and ${see('Rack', sql`k`)}
  left join equipment q on q.id = p.device_equipment_id and ${see('Equipment', sql`q`)}
  where p.id = ${row}.${sql.ident(`${side}_end_port_id`)} and ${see('Port', sql`p`)}))`;
