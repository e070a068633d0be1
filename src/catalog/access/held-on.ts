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
  const rows = await state.query<{ scope_id: string; above: string }>(
    `select descendant_id as scope_id, ancestor_id as above from scope_closure
     where descendant_id = any($1::uuid[]) and ancestor_id = any($2::uuid[])`,
    [distinct, [...wanted]],
  );
  const above = Map.groupBy(rows, ({ scope_id: scopeId }) => scopeId);
  return new Map(
    distinct.map((scopeId) => {
      const held = new Set([PLATFORM, ...(above.get(scopeId) ?? []).map((row) => row.above)]);
      const here = roles.filter((role) => role.scopeIds.some((id) => held.has(id)));
      return [scopeId, new Set(here.flatMap(({ permissions }) => [...permissions]))];
    }),
  );
}
