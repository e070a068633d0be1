import type { Queryable } from '../../platform/db/database.ts';
import type { Pruning } from '../../platform/db/pruner.ts';
import { sql } from '../../platform/db/sql.ts';
import { among, now, tables } from '../../platform/db/tables.ts';
import type { CatalogObject } from '../kind.ts';
import type { KindModel, Reference } from '../model.ts';
import { type ComparedDraft, refuseDraft, valueAt } from './draft.ts';

interface Held {
  /** Where a manifest says it. */
  readonly path: string;
  readonly value: string;
}

/** What of an object only some get for a while after its deletion: its name and its natural keys. */
const heldOf = (kind: KindModel, name: string, spec: unknown): Held[] => [
  { path: 'metadata.name', value: name },
  ...kind.keys.flatMap((path) => {
    const value = valueAt(spec, path);
    return typeof value === 'string' ? [{ path: `spec.${path}`, value }] : [];
  }),
];

/** The reference that says for whom names of the kind are held, with its column. */
function holderOf(kind: KindModel): { readonly reference: Reference; readonly column: string } {
  const reference = kind.references.find(({ leaf }) => leaf.path === kind.namesHeld?.forSame);
  const column = reference?.targets[0]?.column;
  if (reference === undefined || column === undefined) {
    throw new Error(`${kind.kind} holds names for what it does not refer to`);
  }
  return { reference, column };
}

/** Holds the names of objects that are being deleted, for kinds that want it. */
export async function holdNames(
  connection: Queryable,
  kind: KindModel,
  objects: readonly CatalogObject[],
): Promise<void> {
  if (kind.namesHeld === undefined || objects.length === 0) return;
  const held = objects.flatMap(({ id, name, spec }) => heldOf(kind, name, spec).map((one) => ({ id, ...one })));
  await connection.execute(sql`
    insert into held_name (kind, path, value, free_at, holder)
    select ${kind.kind}, h.path, h.value, now() + make_interval(days => ${kind.namesHeld.days}::int), o.${sql.ident(holderOf(kind).column)}
    from jsonb_to_recordset(${JSON.stringify(held)}::jsonb) as h (id uuid, path text, value text)
    join ${sql.ident(kind.table)} o on o.id = h.id
    on conflict (kind, path, value) do update set free_at = excluded.free_at, holder = excluded.holder`);
}

/** Refuses new objects under names that are held for others, and says until when. */
export async function refuseHeldNames(
  connection: Queryable,
  kind: KindModel,
  drafts: readonly ComparedDraft[],
): Promise<void> {
  const created = drafts.filter(({ stored }) => stored === undefined);
  if (kind.namesHeld === undefined || created.length === 0) return;
  const { reference } = holderOf(kind);
  const wanted = created.flatMap((draft) =>
    heldOf(kind, draft.manifest.name, draft.spec).map((held) => ({ ...held, draft })),
  );
  const values = [...new Set(wanted.map(({ value }) => value))];
  const rows = await connection.rows(
    tables
      .selectFrom('held_name')
      .select(['path', 'value', 'free_at', 'holder'])
      .where('kind', '=', kind.kind)
      .where('value', '=', among(values))
      .where('free_at', '>', now),
  );
  const held = new Map(rows.map((row) => [`${row.path} ${row.value}`, row]));
  for (const { path, value, draft } of wanted) {
    const found = held.get(`${path} ${value}`);
    const isForIt = draft.links.get(reference)?.some(({ id }) => id === found?.holder) === true;
    if (found === undefined || isForIt) continue;
    const message = `${path.split('.').at(-1)} ${value} belonged to a ${kind.kind} that was deleted; it is free again from ${found.free_at}`;
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
