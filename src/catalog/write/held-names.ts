import type { Queryable } from '../../platform/db/database.ts';
import type { Pruning } from '../../platform/db/pruner.ts';
import { sql } from '../../platform/db/sql.ts';
import { among, now, tables } from '../../platform/db/tables.ts';
import type { CatalogObject } from '../kind.ts';
import type { KindModel } from '../model.ts';
import { type FoundDraft, refuseDraft, valueAt } from './draft.ts';

interface Held {
  /** Where a manifest says it. */
  readonly path: string;
  readonly value: string;
}

/** What of an object nobody gets for a while after its deletion: its name and its natural keys. */
const heldOf = (kind: KindModel, name: string, spec: unknown): Held[] => [
  { path: 'metadata.name', value: name },
  ...kind.keys.flatMap((path) => {
    const value = valueAt(spec, path);
    return typeof value === 'string' ? [{ path: `spec.${path}`, value }] : [];
  }),
];

/** Holds the names of objects that are being deleted, for kinds that want it. */
export async function holdNames(
  connection: Queryable,
  kind: KindModel,
  objects: readonly CatalogObject[],
): Promise<void> {
  if (kind.namesHeldDays === undefined || objects.length === 0) return;
  const held = objects.flatMap(({ name, spec }) => heldOf(kind, name, spec));
  await connection.execute(sql`
    insert into held_name (kind, path, value, free_at)
    select ${kind.kind}, path, value, now() + make_interval(days => ${kind.namesHeldDays}::int)
    from jsonb_to_recordset(${JSON.stringify(held)}::jsonb) as h (path text, value text)
    on conflict (kind, path, value) do update set free_at = excluded.free_at`);
}

/** Refuses new objects under names that are held, and says until when. */
export async function refuseHeldNames(
  connection: Queryable,
  kind: KindModel,
  drafts: readonly FoundDraft[],
): Promise<void> {
  const created = drafts.filter(({ stored }) => stored === undefined);
  if (kind.namesHeldDays === undefined || created.length === 0) return;
  const wanted = created.flatMap((draft) =>
    heldOf(kind, draft.manifest.name, draft.spec).map((held) => ({ ...held, draft })),
  );
  const values = [...new Set(wanted.map(({ value }) => value))];
  const rows = await connection.rows(
    tables
      .selectFrom('held_name')
      .select(['path', 'value', 'free_at'])
      .where('kind', '=', kind.kind)
      .where('value', '=', among(values))
      .where('free_at', '>', now),
  );
  const freeAt = new Map(rows.map((row) => [`${row.path} ${row.value}`, row.free_at]));
  for (const { path, value, draft } of wanted) {
    const date = freeAt.get(`${path} ${value}`);
    if (date === undefined) continue;
    const message = `${path.split('.').at(-1)} ${value} belonged to a ${kind.kind} that was deleted; it is free again from ${date}`;
    refuseDraft(draft, { rule: 'NAME_HELD', path, message, value, accepted: 'a name that is not held' });
  }
}

/** Names that are free again. */
export const heldNamePruning: Pruning = {
  tables: ['held_name'],
  deleteSome: (connection, limit) =>
    connection.execute(sql`
      delete from held_name where (kind, path, value) in (
        select kind, path, value from held_name where free_at <= now() limit ${limit}::int for update skip locked)`),
};
