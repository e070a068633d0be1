import { among, tables } from '../../platform/db/tables.ts';
import type { FinalState, WriterRights } from '../kind.ts';
import { PLATFORM } from '../well-known.ts';

/** Every permission that is held on each of some scopes, by a role on it or on anything above it. */
export async function heldOn(
  state: Pick<FinalState, 'query'>,
  { roles }: WriterRights['holdings'],
  scopeIds: readonly string[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const distinct = [...new Set(scopeIds)];
  const wanted = new Set(roles.flatMap((role) => role.scopeIds));
  const rows = await state.query(
    tables
      .selectFrom('scope_closure')
      .select(['descendant_id as scopeId', 'ancestor_id as above'])
      .where('descendant_id', '=', among(distinct))
      .where('ancestor_id', '=', among([...wanted])),
  );
  const above = Map.groupBy(rows, ({ scopeId }) => scopeId);
  /** Most scopes have the same roles, and a role may have a thousand permissions. */
  const byRoles = new Map<string, ReadonlySet<string>>();
  return new Map(
    distinct.map((scopeId) => {
      const held = new Set([PLATFORM, ...(above.get(scopeId) ?? []).map((row) => row.above)]);
      const here = roles.flatMap((role, index) => (role.scopeIds.some((id) => held.has(id)) ? [index] : []));
      const key = here.join();
      const known = byRoles.get(key) ?? new Set(here.flatMap((index) => [...(roles[index]?.permissions ?? [])]));
      byRoles.set(key, known);
      return [scopeId, known];
    }),
  );
}
