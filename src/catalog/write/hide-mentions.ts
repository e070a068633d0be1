import type { Queryable } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';
import { createHider, namesOf } from '../../platform/hide-names.ts';
import type { Pause } from '../../platform/pauses.ts';
import type { Access } from '../access/access.ts';
import { namesAt } from '../manifests/left-out.ts';
import type { Catalog } from '../model.ts';
import { type Batch, draftsOf, isRefused, violationLists } from './batch.ts';
import { isFoundDeletion } from './deletion.ts';
import { isFound } from './draft.ts';
import type { LoadedObject } from './loaded-object.ts';

/**
 * Takes the names of objects that the author may not see out of what violations say: of those that they mention, and of
 * those that a stored object of the batch refers to, whether or not the rule knows that it names one. What the batch
 * itself describes its author knows.
 */
export async function hideMentions(
  catalog: Catalog,
  connection: Queryable,
  batch: Batch,
  access: Access | undefined,
  pause: Pause,
): Promise<void> {
  if (access === undefined || !isRefused(batch)) return;
  const lists = violationLists(batch).filter(({ length }) => length > 0);
  const own = new Set(draftsOf(batch).map(({ id }) => id));
  await pause();
  const hidden = await hiddenAmong(catalog, connection, lists.flat(), own, access);
  const stored = storedIn(batch);
  await pause();
  const referredTo = stored.flatMap((one) => namesAt(one, one.hiddenPaths));
  if (hidden.size + referredTo.length === 0) return;
  const hide = createHider(referredTo);
  for (const list of lists) {
    await pause();
    for (const [at, violation] of list.entries()) list[at] = hide(violation, namesOf(violation, hidden));
  }
}

/** The stored objects that the batch changes or deletes. */
const storedIn = (batch: Batch): LoadedObject[] => [
  ...draftsOf(batch).flatMap((draft) => (isFound(draft) ? (draft.stored ?? []) : [])),
  ...batch.deletions.flatMap((deletion) =>
    isFoundDeletion(deletion) ? [deletion.stored ?? [], deletion.owned.map(({ stored }) => stored)].flat() : [],
  ),
];

/** Uids of mentioned objects that the author may not see: one statement for each kind. */
async function hiddenAmong(
  catalog: Catalog,
  connection: Queryable,
  violations: readonly Violation[],
  own: ReadonlySet<string>,
  access: Access,
): Promise<ReadonlySet<string>> {
  const mentions = new Map(violations.flatMap((one) => (one.mentions ?? []).map((mention) => [mention.id, mention])));
  const others = [...mentions.values()].filter(({ id }) => !own.has(id));
  const hidden = new Set<string>();
  for (const [kindName, mentioned] of Map.groupBy(others, ({ kind }) => kind)) {
    const visible = access.condition(catalog.get(kindName), sql`r`, 'get');
    if (visible === undefined) continue;
    const ids = mentioned.map(({ id }) => id);
    const table = sql.ident(catalog.get(kindName).table);
    const rows = await connection.cells(
      sql`select r.id from ${table} r where r.id = any(${ids}::uuid[]) and ${visible}`,
    );
    const seen = new Set(rows.map(([id]) => String(id)));
    for (const id of ids) if (!seen.has(id)) hidden.add(id);
  }
  return hidden;
}
