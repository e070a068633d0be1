import { permissionName } from '../../access/permissions.ts';
import { PLATFORM } from '../../well-known.ts';
import type { Batch, Transaction } from '../batch.ts';
import { FORBIDDEN } from '../decide.ts';
import { type FoundDraft, refuseDraft } from '../draft.ts';
import { forgetOthers, requireAccessVersion } from './authorize.ts';

/** A batch of no more objects is checked in any case: whoever writes a few learns all that is wrong with them. */
const FEW = 100;

/**
 * Whoever may create nothing, anywhere, of the many objects that a batch only creates is refused before the rest of it
 * is checked. Whether that was so.
 */
export async function refuseAllNew(
  { deletions, actions, checks }: Batch,
  drafts: readonly FoundDraft[],
  transaction: Transaction,
): Promise<boolean> {
  const { rights } = transaction.by;
  if (rights === undefined || drafts.length <= FEW || deletions.length + actions.length > 0) return false;
  const permissionOf = ({ kind, manifest }: FoundDraft): string => permissionName(kind, 'create', manifest.group);
  const isRefused = (draft: FoundDraft): boolean =>
    draft.stored === undefined && rights.holdings.slot(permissionOf(draft)) === undefined;
  if (!drafts.every(isRefused)) return false;
  requireAccessVersion(transaction, rights);
  for (const draft of drafts) {
    await transaction.pause();
    const permission = permissionOf(draft);
    forgetOthers(draft.violations);
    const denied = {
      rule: FORBIDDEN,
      message: `${permission} is missing`,
      accepted: `a role that holds ${permission} here`,
    };
    refuseDraft(draft, denied, ['metadata', 'name']);
    checks.push({ objectIds: [draft.id], permission, scopeId: PLATFORM, isAllowed: false });
  }
  return true;
}
