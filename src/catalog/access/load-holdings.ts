import type { Queryable } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import { createHoldings, type Holdings } from './holdings.ts';

/** What grants come to: roles with their permissions, and the scopes each is held on. What the store does not know falls out. */
export async function loadHoldings(connection: Queryable, grantIds: readonly string[]): Promise<Holdings> {
  const rows = await connection.cells(sql`
    select g.role_id, array_agg(g.scope_id::text),
      array(select p.name from role_permission r join permission p on p.id = r.permission_id where r.role_id = g.role_id)
    from grant_edge g where g.id = any(${grantIds}::uuid[]) group by g.role_id`);
  return createHoldings(
    rows.map(([roleId, scopeIds, permissions]) => ({
      roleId: String(roleId),
      scopeIds: scopeIds as string[],
      permissions: new Set(permissions as string[]),
    })),
  );
}
