import { type Sql, sql } from '../../../platform/db/sql.ts';
import { deviceOf } from '../devices.ts';

/** Columns that all differences begin with, of an owner. */
export const differing = (owner: Sql, kind: string, difference: string): Sql =>
  sql`${owner}.id as asset_id, ${owner}.device_kind, ${owner}.device_name, ${kind}::text as kind, ${difference}::text as difference`;

/** Condition that the type of an owner says a name, or said it. */
export const isSaid = (owner: Sql, sort: string, name: Sql): Sql =>
  sql`exists (select from said s where s.type_id = ${owner}.type_id and s.sort = ${sort}::text and s.name = ${name})`;

/** Condition that a port is the one of a device that has a name. */
export const isPort = (port: Sql, device: Sql, label: Sql): Sql =>
  sql`${deviceOf(port)} = ${device} and ${port}.port_label = ${label}`;

/** The other columns of what is missing, and free to be made. */
export const none = sql`'[]'::jsonb as changes, false as is_blocked, '{}'::text[] as blockers, null::uuid[] as ends`;
