import type { Queryable } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import { createHider, hideIn, namesOf } from '../../platform/hide-names.ts';
import type { Pause } from '../../platform/pauses.ts';
import type { Mention } from '../../platform/violation.ts';
import type { Access } from '../access/access.ts';
import { visibleAmong } from '../access/visible-among.ts';
import type { Remark } from '../kind.ts';
import type { See } from '../link.ts';
import { namesAt } from '../manifests/left-out.ts';
import type { Catalog } from '../model.ts';
import { type Batch, draftsOf, isRefused, type Transaction, violationLists } from './batch.ts';
import { isFoundDeletion } from './deletion.ts';
import { isFound } from './draft.ts';
import type { LoadedObject } from './loaded-object.ts';

/**
 * Takes the names of objects that the author may not see out of what violations say: of those that they mention, of
 * those that a stored object of the batch refers to, and of those that go with it, whether or not the rule knows that it
 * names one. What the batch
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
  const mentions = lists.flat().flatMap((one) => one.mentions ?? []);
  const hidden = await hiddenAmong(catalog, connection, mentions, own, access);
  const stored = storedIn(batch);
  await pause();
  const referredTo = [...stored.flatMap((one) => namesAt(one, one.hiddenPaths)), ...hiddenOwned(batch)];
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

/** The names of objects that would go with others and that the author may not see. */
const hiddenOwned = ({ deletions }: Batch): string[] =>
  deletions.flatMap((deletion) =>
    isFoundDeletion(deletion) ? deletion.owned.flatMap(({ stored }) => (stored.isHidden ? [stored.name] : [])) : [],
  );

/** Uids of mentioned objects, beside those of the batch itself, that the author may not see. */
async function hiddenAmong(
  catalog: Catalog,
  connection: Queryable,
  mentions: readonly Mention[],
  own: ReadonlySet<string>,
  access: Access,
): Promise<ReadonlySet<string>> {
  const others = mentions.filter(({ id }) => !own.has(id));
  const see: See = (kind, row) => access.condition(catalog.get(kind), row, 'get') ?? sql`true`;
  const visible = await visibleAmong(
    (statement) => connection.rows<{ id: string }>(statement),
    see,
    others,
    (kind) => catalog.get(kind).table,
  );
  return new Set(others.map(({ id }) => id).filter((id) => !visible.has(id)));
}

/** The same for remarks on what is accepted, which are asked about before it is committed. */
export async function hideInRemarks(
  remarks: readonly Remark[],
  own: ReadonlySet<string>,
  { catalog, connection, by }: Transaction,
): Promise<readonly Remark[]> {
  const access = by.rights?.access;
  const mentions = remarks.flatMap((one) => one.mentions ?? []);
  if (access === undefined || mentions.length === 0) return remarks;
  const hidden = await hiddenAmong(catalog, connection, mentions, own, access);
  return remarks.map((remark) => {
    const { message, mentions: named = [] } = remark;
    return {
      ...remark,
      message: hideIn({ rule: remark.code, message, mentions: named }, namesOf({ mentions: named }, hidden)).message,
    };
  });
}
