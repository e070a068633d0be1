import type { TouchedObjects } from '../../judge.ts';
import type { KindModel } from '../../model.ts';
import type { Batch, Transaction } from '../batch.ts';
import { type FoundDeletion, refuseDeletion } from '../deletion.ts';
import { derivedStore } from '../derived-store.ts';
import { type ComparedDraft, isChanged, refuseDraft, toChange } from '../draft.ts';
import { hideInRemarks } from '../hide-mentions.ts';

/** Judges everything that a batch has changed and deleted by the rules over rows of several kinds, on the final state. */
export async function judgeTogether(
  batch: Batch,
  drafts: readonly ComparedDraft[],
  deletions: readonly FoundDeletion[],
  transaction: Transaction,
): Promise<void> {
  const { catalog, connection, by } = transaction;
  const changed = drafts.filter(isChanged);
  const gone = deletions.flatMap((deletion) => {
    const { wanted, stored, owned } = deletion;
    const along = owned.map((one) => ({ deletion, kind: one.kind, object: one.stored }));
    return stored === undefined ? [] : [{ deletion, kind: wanted.kind, object: stored }, ...along];
  });
  const draftOf = new Map(changed.map((draft) => [draft.id, draft]));
  const deletionOf = new Map(gone.map(({ object, deletion }) => [object.id, deletion]));
  for (const { kinds, judge } of catalog.judges) {
    const isJudged = ({ kind }: { readonly kind: KindModel }): boolean => kinds.includes(kind.kind);
    const touched: TouchedObjects = {
      changes: changed.filter(isJudged).map(toChange),
      gone: gone.filter(isJudged).map(({ kind, object }) => ({ ...object, kind: kind.kind })),
    };
    if (touched.changes.length + touched.gone.length === 0) continue;
    const { violations, remarks } = await judge(touched, derivedStore(catalog, connection, by));
    for (const violation of violations) {
      const draft = draftOf.get(violation.objectId ?? '');
      const deletion = deletionOf.get(violation.objectId ?? '');
      if (draft !== undefined) refuseDraft(draft, violation);
      else if (deletion !== undefined) refuseDeletion(deletion, violation);
      else batch.general.push(violation);
    }
    const own = new Set([...draftOf.keys(), ...gone.flatMap(({ object }) => (object.isHidden ? [] : [object.id]))]);
    for (const { objectId, mentions: _, ...warning } of await hideInRemarks(remarks, own, transaction)) {
      (draftOf.get(objectId) ?? deletionOf.get(objectId))?.warnings.push(warning);
    }
  }
}
