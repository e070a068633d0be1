import type { Violation } from '../../../platform/errors.ts';
import { mapWithPauses } from '../../../platform/pauses.ts';
import type { Batch, Transaction } from '../batch.ts';
import { decide, type Need } from '../decide.ts';
import { type FoundDeletion, refuseDeletion } from '../deletion.ts';
import { kindsAround } from '../kinds-around.ts';
import type { Owned } from '../owned.ts';
import { forgetOthers, needOn, requireAccessVersion } from './authorize.ts';

/**
 * Refuses deletions that the author may not do. Objects that are deleted along with others need the permission as
 * well, unless they are part of them.
 */
export async function authorizeDeletions(
  batch: Batch,
  deletions: readonly FoundDeletion[],
  transaction: Transaction,
): Promise<void> {
  const { by, pause } = transaction;
  const { rights } = by;
  if (rights === undefined || deletions.length === 0) return;
  requireAccessVersion(transaction, rights);
  const needs = await mapWithPauses(deletions, pause, needsOf);
  batch.awaited.push(await decide(transaction, rights, needs.flat()));
}

function needsOf(deletion: FoundDeletion): Need[] {
  const { stored, wanted, owned, violations } = deletion;
  if (stored === undefined) return [];
  const deny = (violation: Violation): void => {
    forgetOthers(violations);
    refuseDeletion(deletion, violation);
  };
  // The ports of a device are in one scope, so one check serves for all of them.
  const keyOf = ({ kind, stored: { scopeId, spec } }: Owned): string =>
    [kind, ...kindsAround(kind, spec)].map((one) => one.kind).join() + scopeId;
  const along = [
    ...Map.groupBy(
      owned.filter(({ isPart }) => !isPart),
      keyOf,
    ).values(),
  ].flatMap((children): Need[] => {
    const [child] = children;
    if (child === undefined) return [];
    const ids = children.map((one) => one.stored.id);
    return [needOn(ids, { ...child.stored, kind: child.kind }, 'delete', child.stored.scopeId, deny)];
  });
  return [needOn([stored.id], { ...stored, kind: wanted.kind }, 'delete', stored.scopeId, deny), ...along];
}
