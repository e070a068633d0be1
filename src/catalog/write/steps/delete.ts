import { sql } from '../../../platform/db/sql.ts';
import { addressesOf } from '../addresses.ts';
import type { Transaction } from '../batch.ts';
import { type FoundDeletion, refuseDeletion } from '../deletion.ts';
import { derivedStore } from '../derived-store.ts';
import type { ReadDraft } from '../draft.ts';
import { dropOwners } from '../field-owners.ts';
import { type Going, goingOf } from '../going.ts';
import { holdNames } from '../held-names.ts';
import { clearance, describeReferrers, loadReferrers } from '../referrers.ts';
import { deleteLinks } from '../remove-rows.ts';

/**
 * Deletes what nothing else refers to, before anything is stored: its name and its place are free for the rest of
 * the batch. Gives back what still has to wait until the batch has let go of it.
 */
export async function deleteFree(
  deletions: readonly FoundDeletion[],
  transaction: Transaction,
): Promise<readonly FoundDeletion[]> {
  const isClear = deletions.every(({ violations }) => violations.length === 0);
  if (!isClear || deletions.length === 0) return deletions;
  const { catalog, connection } = transaction;
  const held = new Set<FoundDeletion>();
  for (;;) {
    const free = deletions.filter((one) => !held.has(one));
    const going = goingOf(catalog, free);
    const referrers = await loadReferrers(catalog, connection, going, undefined);
    if (referrers.length === 0) {
      await deleteRows(free, going, transaction);
      return [...held];
    }
    const targets = new Set(referrers.map(({ target }) => target));
    for (const one of free) if (idsOf(one).some((id) => targets.has(id))) held.add(one);
  }
}

/** Deletes the objects together, in any order, when nothing that stays refers to one of them. */
export async function deleteAll(deletions: readonly FoundDeletion[], transaction: Transaction): Promise<void> {
  if (deletions.length === 0) return;
  // What its author may not delete is refused with that alone.
  const allowed = deletions.filter(({ violations }) => !violations.some(({ rule }) => rule === 'FORBIDDEN'));
  await refuseReferred(allowed, transaction);
  if (deletions.some(({ violations }) => violations.length > 0)) return;
  await deleteRows(deletions, goingOf(transaction.catalog, deletions), transaction);
}

/** Deletes what had to wait, now that the batch is stored. */
export async function deleteWaiting(
  waiting: readonly FoundDeletion[],
  drafts: readonly ReadDraft[],
  transaction: Transaction,
): Promise<void> {
  refuseChangedAndDeleted(waiting, drafts);
  const isClear = waiting.every(({ violations }) => violations.length === 0);
  await (isClear ? deleteAll(waiting, transaction) : refuseReferred(waiting, transaction));
}

/**
 * An object cannot be changed and deleted in one batch. One that was deleted already can be created again as a new
 * object.
 */
export function refuseChangedAndDeleted(deletions: readonly FoundDeletion[], drafts: readonly ReadDraft[]): void {
  if (deletions.length === 0) return; // An import has thousands of drafts.
  const changed = new Set(drafts.map(({ id }) => id));
  for (const { stored, subject, violations } of deletions) {
    if (stored === undefined || !changed.has(stored.id)) continue;
    const message = `${subject} is changed in the same batch`;
    violations.push({
      rule: 'DUPLICATE_IN_BATCH',
      message,
      subject,
      objectId: stored.id,
      accepted: 'one of the two',
    });
  }
}

/**
 * Refuses what something else refers to that stays. Only what the author may see is counted and named. `apart`:
 * objects whose references do not count, since the batch may yet change them.
 */
export async function refuseReferred(
  deletions: readonly FoundDeletion[],
  { catalog, connection, by }: Transaction,
  apart: Going = new Map(),
): Promise<void> {
  const access = by.rights?.access;
  const found = await loadReferrers(catalog, connection, goingOf(catalog, deletions), access, apart);
  const addresses = await addressesOf(
    catalog,
    connection,
    found.flatMap(({ first }) => first),
    access,
  );
  const referrers = Map.groupBy(found, ({ target }) => target);
  for (const one of deletions) {
    for (const id of idsOf(one)) {
      const own = referrers.get(id);
      if (own === undefined) continue;
      const child = one.owned.find(({ stored }) => stored.id === id);
      const { kind, name } = { kind: child?.kind.kind ?? '', name: child?.stored.name ?? '' };
      const what = child === undefined ? one.subject : `${kind}/${name} of ${one.subject}`;
      refuseDeletion(one, {
        rule: 'REFERENCED',
        message: `${what} ${describeReferrers(own)}`,
        accepted: clearance(own, addresses),
        mentions: [
          ...(child === undefined ? [] : [{ kind, id, name }]),
          ...own
            .flatMap(({ first }) => first)
            .flatMap((other) => [other, ...(addresses.get(other.id)?.mentions ?? [])]),
        ],
      });
    }
  }
}

const idsOf = ({ stored, owned }: FoundDeletion): string[] => [
  ...(stored === undefined ? [] : [stored.id]),
  ...owned.map((one) => one.stored.id),
];

/** Objects are deleted before those that they refer to. */
async function deleteRows(
  deletions: readonly FoundDeletion[],
  going: Going,
  { catalog, connection, by }: Transaction,
): Promise<void> {
  const state = derivedStore(catalog, connection, by);
  const objects = new Map(
    deletions.flatMap(({ wanted, stored, owned }) => [
      ...(stored ? [[stored.id, { ...stored, kind: wanted.kind.kind }] as const] : []),
      ...owned.map((one) => [one.stored.id, { ...one.stored, kind: one.kind.kind }] as const),
    ]),
  );
  const scopes: string[] = [];
  for (const [kind, ids] of [...going].reverse()) {
    const own = ids.flatMap((id) => objects.get(id) ?? []);
    await kind.undo?.(own, state);
    await deleteLinks(connection, kind, ids);
    await holdNames(connection, kind, own);
    await connection.execute(sql`delete from ${sql.ident(kind.table)} where id = any(${ids}::uuid[])`);
    scopes.push(...(kind.isOwnScope ? ids : ids.filter((id) => objects.get(id)?.scopeId === id)));
  }
  // Last, and together: bindings that go as well have let go of them by now.
  if (scopes.length > 0) await connection.execute(sql`delete from scope where id = any(${scopes}::uuid[])`);
  if (objects.size > 0) await dropOwners(connection, [...objects.keys()]);
  for (const [kind, ids] of going) {
    const own = ids.flatMap((id) => objects.get(id) ?? []);
    for (const { follow } of catalog.followersOf(kind.kind)) await follow(own, state);
  }
}
