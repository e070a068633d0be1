import { type Sql, sql } from '../../platform/db/sql.ts';

/** Id of the device that a port is on; the index of `port_label_once` has the same expression. */
export const deviceOf = (port: Sql): Sql =>
  sql`coalesce(${port}.device_node_id, ${port}.device_network_device_id, ${port}.device_rack_id, ${port}.device_equipment_id)`;
