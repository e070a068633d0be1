import type { KindModel } from '../../model.ts';
import { inLoadOrder, type Transaction } from '../batch.ts';
import { cascadeScopes } from '../cascade-scopes.ts';
import { isChanged, type PlacedDraft } from '../draft.ts';
import { adoptNamespaces, refuseAdoption } from '../organizations.ts';
import { movePromoted } from '../promote.ts';
import { storeScopes } from '../scopes.ts';
import { storeObjects } from '../store.ts';

/** Stores what changes, kind by kind; returns scope objects that would be inside themselves. */
export async function store(
  drafts: readonly PlacedDraft[],
  { catalog, connection, by, onProgress }: Transaction,
): Promise<PlacedDraft[]> {
  const byKind = inLoadOrder(catalog, drafts);
  const moved = new Map<KindModel, string[]>();
  const circling: PlacedDraft[] = [];
  for (const [index, [kind, own]] of byKind.entries()) {
    onProgress?.(index, byKind.length, 'storing');
    const changed = own.filter(isChanged);
    // Below a circle there is no way up: nothing more can be stored, and the batch is refused anyway.
    if (circling.length > 0 && kind.isOwnScope) return circling;
    if (kind.isOwnScope) circling.push(...(await storeScopes(connection, changed)));
    await storeObjects(connection, kind, changed);
    const promoted = changed.filter(({ id, scopeId }) => !kind.isOwnScope && scopeId === id);
    await movePromoted(
      connection,
      promoted.map(({ id, standsInId }) => ({ id, parentId: standsInId })),
    );
    const elsewhere = changed.filter(({ stored, scopeId }) => stored !== undefined && stored.scopeId !== scopeId);
    const ids = elsewhere.map(({ id }) => id);
    if (ids.length > 0) moved.set(kind, ids);
  }
  refuseAdoption(await adoptNamespaces(catalog, connection, drafts), by);
  if (moved.size > 0) await cascadeScopes(catalog, connection, moved);
  return circling;
}
