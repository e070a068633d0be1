import type { Queryable } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import { createHoldings, type Holdings } from './holdings.ts';

/**
 * The roles that grants give, with their permissions and the scopes they are held on, each in one order: what is remembered
 * for a caller holds for as long as the same is held. Unknown grants are ignored.
 */
export async function loadHoldings(connection: Queryable, grantIds: readonly string[]): Promise<Holdings> {
  const rows = await connection.cells(sql`
    select g.role_id, array_agg(g.scope_id::text order by g.scope_id),
      array(select p.name from role_permission r join permission p on p.id = r.permission_id where r.role_id = g.role_id order by p.name),
      coalesce(array_agg(g.scope_id::text order by g.scope_id) filter (where s.kind = 'Kind'), '{}')
    from grant_edge g join scope s on s.id = g.scope_id where g.id = any(${grantIds}::uuid[]) group by g.role_id`);
  return createHoldings(
    rows.map(([roleId, scopeIds, permissions, kindScopeIds]) => ({
      roleId: String(roleId),
      scopeIds: scopeIds as string[],
      kindScopeIds: kindScopeIds as string[],
      permissions: new Set(permissions as string[]),
    })),
  );
}
