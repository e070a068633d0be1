import { mapWithPauses } from '../../../platform/pauses.ts';
import { inLoadOrder, type Transaction } from '../batch.ts';
import { checkOwners } from '../check-owners.ts';
import { type ComparedDraft, isSound, refuseDraft, toChange } from '../draft.ts';
import type { OwnersChange } from '../field-owners.ts';
import { refuseHeldNames } from '../held-names.ts';
import { refuseTakenKeys } from '../keys.ts';
import { warnOfEnding } from '../warnings.ts';

/**
 * Checks each sound draft by itself: field owners, the kind's own rules, natural keys, names that are held. Gives the
 * field owners to be.
 */
export async function check(
  drafts: readonly ComparedDraft[],
  { catalog, connection, by, pause }: Transaction,
): Promise<OwnersChange[]> {
  await mapWithPauses(drafts.filter(isSound), pause, warnOfEnding);
  const owners = await checkOwners(connection, drafts, by, pause);
  // What another object keeps is not made by rules for manifests.
  const written = drafts.filter((draft) => isSound(draft) && draft.isDerived !== true);
  await mapWithPauses(written, pause, (draft) => {
    for (const violation of draft.kind.check?.(toChange(draft)) ?? []) refuseDraft(draft, violation);
  });
  for (const [kind, own] of inLoadOrder(catalog, drafts)) {
    await pause();
    await refuseTakenKeys(connection, kind, own.filter(isSound));
    await refuseHeldNames(connection, kind, own.filter(isSound));
  }
  return owners;
}
