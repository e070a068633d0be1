import type { See } from '../../catalog/link.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';

/** Kinds that are mounted in racks and sit in slots, and their tables. */
export const mountedTables = { Node: 'node', NetworkDevice: 'network_device', Equipment: 'equipment' } as const;

export type MountedKind = keyof typeof mountedTables;

/** Kinds that have ports: their tables, and the column of a port that points there. */
export const portHolders = [
  ['Node', 'node', 'device_node_id'],
  ['NetworkDevice', 'network_device', 'device_network_device_id'],
  ['Rack', 'rack', 'device_rack_id'],
  ['Equipment', 'equipment', 'device_equipment_id'],
] as const;

/** Id of the device that a port is on; the index of `port_label_once` has the same expression. */
export const deviceOf = (port: Sql): Sql =>
  sql`coalesce(${port}.device_node_id, ${port}.device_network_device_id, ${port}.device_rack_id, ${port}.device_equipment_id)`;

/** Id of the device that something is part of which is no part of a rack: a bay, a slot. */
export const mountedDeviceOf = (part: Sql): Sql =>
  sql`coalesce(${part}.device_node_id, ${part}.device_network_device_id, ${part}.device_equipment_id)`;

/** Id of the device that sits in a slot. */
export const occupantOf = (slot: Sql): Sql =>
  sql`coalesce(${slot}.occupant_node_id, ${slot}.occupant_network_device_id, ${slot}.occupant_equipment_id)`;

/** Id of the facility of the device that a port is on; null where the caller may not see that device. */
export const siteOfPort = (port: Sql, see: See = () => sql`true`): Sql => {
  const sites = portHolders.map(
    ([kind, table, column]) =>
      sql`(select holder.site_id from ${sql.ident(table)} holder where holder.id = ${port}.${sql.ident(column)} and ${see(kind, sql`holder`)})`,
  );
  return sql`coalesce(${sql.join(sites, ', ')})`;
};
