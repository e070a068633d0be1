import type { Queryable } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import type { KindModel, Leaf } from '../model.ts';
import { type FoundDraft, refuseDraft, valueAt } from './draft.ts';
import { positionText } from './duplicates.ts';

/**
 * Refuses objects whose natural key another object has, stored or earlier in the batch. Keys never change
 * (createCatalog sees to that), so only new objects can collide. A faster
 * concurrent writer is detected by the unique constraint.
 */
export async function refuseTakenKeys(
  connection: Queryable,
  kind: KindModel,
  drafts: readonly FoundDraft[],
): Promise<void> {
  const created = drafts.filter(({ stored }) => stored === undefined);
  for (const leaf of kind.uniqueLeaves) {
    const wanted = Map.groupBy(created, (draft) => valueAt(draft.spec, leaf.path));
    wanted.delete(undefined);
    if (wanted.size === 0) continue;
    const taken = await takenOf(connection, kind, leaf, [...wanted.keys()]);
    for (const [value, [first, ...others]] of wanted) {
      if (first !== undefined && taken.has(value)) refuseKey(first, leaf, value, 'is taken');
      for (const other of others) {
        if (first === undefined) continue;
        const place = `as that of ${first.subject}, at ${positionText(first)}`;
        refuseKey(other, leaf, value, `stands in the batch already, ${place}`);
      }
    }
  }
}

async function takenOf(
  connection: Queryable,
  kind: KindModel,
  { column }: Leaf,
  values: readonly unknown[],
): Promise<ReadonlySet<unknown>> {
  const key = sql.ident(column);
  const rows = await connection.cells(sql`select ${key} from ${sql.ident(kind.table)} where ${key} = any(${values})`);
  return new Set(rows.flat());
}

function refuseKey(draft: FoundDraft, { path }: Leaf, value: unknown, why: string): void {
  refuseDraft(draft, {
    rule: 'NOT_UNIQUE',
    path: `spec.${path}`,
    message: `${path} ${String(value)} ${why}`,
    value,
    accepted: `a ${path} that no other ${draft.kind.kind} has`,
  });
}
