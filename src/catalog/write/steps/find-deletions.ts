import type { Batch, Transaction } from '../batch.ts';
import { type FoundDeletion, refuseDeletion } from '../deletion.ts';
import { goingOf } from '../going.ts';
import { loadOwned } from '../owned.ts';
import { loadTargets } from '../targets.ts';

/** Finds and locks what is to be deleted, with what it owns where that is to go along. */
export async function findDeletions(
  { deletions }: Batch,
  { catalog, connection, by }: Transaction,
): Promise<FoundDeletion[]> {
  const access = by.rights?.access;
  const wanted = deletions.map((one) => one.wanted);
  const targets = await loadTargets(connection, catalog.kinds, wanted, access);
  const found = deletions.map((deletion) => {
    const target = targets.get(deletion.wanted);
    const { stored, subject = deletion.subject, refusals = [] } = target ?? {};
    const one: FoundDeletion = Object.assign(deletion, { stored, subject, owned: [] });
    for (const violation of refusals) {
      if (violation.rule === 'NOT_FOUND' && one.wanted.allowMissing === true) continue;
      refuseDeletion(one, violation);
    }
    return one;
  });
  const asked = Map.groupBy(
    found,
    ({ wanted: { cascade, disconnect } }) => `${cascade === true} ${disconnect === true}`,
  );
  for (const own of asked.values()) {
    const { cascade, disconnect } = own[0]?.wanted ?? {};
    const extent = { isAll: cascade === true, isUnplugged: disconnect === true };
    const going = goingOf(catalog, own);
    const owned = Map.groupBy(await loadOwned(catalog, connection, going, extent, access), ({ root }) => root);
    for (const one of own) Object.assign(one, { owned: owned.get(one.stored?.id ?? '') ?? [] });
  }
  return found;
}
