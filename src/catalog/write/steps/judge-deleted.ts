import type { Violation } from '../../../platform/errors.ts';
import type { Transaction } from '../batch.ts';
import { type FoundDeletion, refuseDeletion } from '../deletion.ts';
import { derivedStore } from '../derived-store.ts';

/** Rules on what is deleted, judged on the final state of the whole batch; gives back violations that belong to no deletion. */
export async function judgeDeleted(
  deletions: readonly FoundDeletion[],
  { catalog, connection, by }: Transaction,
): Promise<Violation[]> {
  const gone = deletions.flatMap((one) => {
    if (one.stored === undefined || one.violations.length > 0) return [];
    const along = one.owned.map(({ kind, stored }) => ({ one, kind, stored }));
    return [{ one, kind: one.wanted.kind, stored: one.stored }, ...along];
  });
  const deletionOf = new Map(gone.map(({ one, stored }) => [stored.id, one]));
  const strays: Violation[] = [];
  for (const [kind, own] of Map.groupBy(gone, (each) => each.kind)) {
    const objects = own.map(({ stored }) => ({ ...stored, kind: kind.kind }));
    for (const violation of (await kind.checkGone?.(objects, derivedStore(catalog, connection, by))) ?? []) {
      const deletion = deletionOf.get(violation.objectId ?? '');
      if (deletion === undefined) strays.push(violation);
      else refuseDeletion(deletion, violation);
    }
  }
  return strays;
}
