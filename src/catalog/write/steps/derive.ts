import { inLoadOrder, type Transaction } from '../batch.ts';
import { derivedStore } from '../derived-store.ts';
import { bearsOnOthers, isChanged, type PlacedDraft, refuseDraft, toChange } from '../draft.ts';

/** Brings what the kinds derive from changed objects in step with them. */
export async function derive(
  drafts: readonly PlacedDraft[],
  { catalog, connection, by, onProgress }: Transaction,
): Promise<void> {
  const state = derivedStore(catalog, connection, by);
  const byKind = inLoadOrder(catalog, drafts);
  for (const [index, [kind, own]] of byKind.entries()) {
    onProgress?.(index, byKind.length, 'deriving');
    const changed = own.filter(isChanged);
    if (changed.length === 0) continue;
    const changes = changed.map(toChange);
    const bearing = changed.filter(bearsOnOthers).map(toChange);
    if (bearing.length > 0) await kind.derive?.(bearing, state);
    for (const { follow } of catalog.followersOf(kind.kind)) await follow(changes, state);
  }
}

/** Judges what was derived, once everything is as it will be. */
export async function judgeDerived(
  drafts: readonly PlacedDraft[],
  { catalog, connection, by }: Transaction,
): Promise<void> {
  const state = derivedStore(catalog, connection, by);
  for (const [kind, own] of inLoadOrder(catalog, drafts)) {
    const byId = new Map(
      own
        .filter(isChanged)
        .filter(bearsOnOthers)
        .map((draft) => [draft.id, draft]),
    );
    if (kind.checkDerived === undefined || byId.size === 0) continue;
    for (const violation of await kind.checkDerived([...byId.values()].map(toChange), state)) {
      const draft = byId.get(violation.objectId ?? '');
      if (draft !== undefined) refuseDraft(draft, violation);
    }
  }
}
