import type { Queryable } from '../../platform/db/database.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import type { Mention } from '../../platform/errors.ts';
import { kept } from '../../platform/kept.ts';
import { createPauses, mapWithPauses } from '../../platform/pauses.ts';
import type { Access } from '../access/access.ts';
import { entryMembers } from '../entry-members.ts';
import { newRevision } from '../kind.ts';
import { stringifyJson } from '../manifests/json.ts';
import { objectSql, readStored } from '../manifests/spec-sql.ts';
import type { KindModel, Leaf, Reference } from '../model.ts';
import { hiddenPathsSql } from '../read/hidden-references.ts';
import { quantityValue } from '../values/quantity.ts';
import { keepsSpec, type PlacedDraft, valueAt } from './draft.ts';
import { executeAhead, type MakeStatement } from './execute-ahead.ts';
import type { LoadedObject } from './loaded-object.ts';
import { recordset } from './recordset.ts';

const row = sql`r`;
const storedSql = kept((kind: KindModel): Sql => sql`${objectSql(kind, row)}::text`);

/** Stored objects of a kind that fit a condition, locked until the transaction ends. */
export async function loadStored(
  connection: Queryable,
  kind: KindModel,
  where: (row: Sql) => Sql,
  access?: Access,
): Promise<LoadedObject[]> {
  const keeper = keeperOf(kind);
  const isDerived = kind.ownedBy === undefined ? sql`false` : sql`${row}.${sql.ident(kind.ownedBy)} is not null`;
  const also = kind.keptAlsoBy === undefined ? sql`` : sql` or k.id = any(${kind.keptAlsoBy(row)})`;
  const keepers =
    keeper === undefined
      ? sql`null::text[]`
      : sql`array(select k.id::text || '/' || k.name from ${sql.ident(keeper.table)} k
          where k.id = ${row}.${sql.ident(keeper.column)}${also} order by k.name, k.id)`;
  const hidden = (access && hiddenPathsSql(kind, row, access)) ?? sql`null::text[]`;
  const rows = await connection.cells(
    sql`select ${storedSql(kind)}, ${isDerived}, ${access?.condition(kind, row, 'get') ?? sql`true`}, ${hidden}, ${keepers},
        exists (select from field_owner f where f.object_id = ${row}.id)
      from ${sql.ident(kind.table)} ${row}
      where ${where(row)} order by ${row}.name, ${row}.id for update of ${row}`,
  );
  return mapWithPauses(rows, createPauses(), ([json, derived, visible, paths, keeping, managed]) => ({
    ...readStored(kind, String(json)),
    isDerived: derived === true,
    keepers:
      keeper === undefined || !Array.isArray(keeping) ? [] : keeping.map((text) => keeperIn(keeper.kind, String(text))),
    isManaged: managed === true,
    isHidden: visible !== true,
    hiddenPaths: Array.isArray(paths) ? paths.map(String) : [],
  }));
}

/** `<uid>/<name>` as the statement gives it. */
const keeperIn = (kind: string, text: string): Mention => {
  const slash = text.indexOf('/');
  return { kind, id: text.slice(0, slash), name: text.slice(slash + 1) };
};

/** The kind of the objects that keep derived ones of a kind, and the column that says which. */
function keeperOf({ ownedBy, references, statusReferences }: KindModel) {
  const targets = [...references, ...statusReferences].flatMap((reference) => reference.targets);
  const target = targets.find(({ column }) => column === ownedBy);
  return target && { table: target.kind.table, kind: target.kind.kind, column: target.column };
}

/** Rows of these names, in whatever namespace or project. */
export const isNamed =
  (names: readonly string[]) =>
  (row: Sql): Sql =>
    sql`${row}.name = any(${[...new Set(names)].sort()})`;

export const hasId =
  (ids: readonly string[]) =>
  (row: Sql): Sql =>
    sql`${row}.id = any(${[...new Set(ids)].sort()}::uuid[])`;

/** Columns of a leaf with their values in a draft. */
function leafColumns(draft: PlacedDraft, leaf: Leaf): [column: string, value: unknown][] {
  const { field } = leaf;
  const { spec, kind, links } = draft;
  if (field.type === 'refs') return [];
  if (field.type === 'ref') {
    const reference = kind.references.find((candidate) => candidate.leaf === leaf);
    const [found] = (reference && links.get(reference)) ?? [];
    return (reference?.targets ?? []).map((target) => [target.column, target.kind === found?.kind ? found.id : null]);
  }
  const value = valueAt(spec, leaf.path) ?? null;
  if (field.type === 'quantity') {
    return [
      [leaf.column, value],
      [`${leaf.column}_value`, value === null ? null : (quantityValue(String(value)) ?? null)],
    ];
  }
  return [[leaf.column, field.type === 'texts' ? (value ?? []) : value]];
}

/** The row of a draft's own table, by column. */
export function rowOf(draft: PlacedDraft): Record<string, unknown> {
  const { kind, manifest, stored, changes } = draft;
  const isSpecChanged = changes.some(({ path }) => path.startsWith('spec.'));
  return {
    id: draft.id,
    name: manifest.name,
    ...(kind.namespaced && { namespace: manifest.namespace }),
    ...(kind.inProject && { project_id: draft.project?.id ?? null }),
    ...(kind.ownGroups.length > 1 && { api_group: manifest.group }),
    labels: manifest.labels,
    annotations: manifest.annotations,
    generation: stored === undefined ? 1 : stored.generation + (isSpecChanged ? 1 : 0),
    scope_id: draft.scopeId,
    ...('also' in kind.scope && { other_scope_ids: draft.otherScopeIds }),
    ...Object.fromEntries(kind.leaves.flatMap((leaf) => leafColumns(draft, leaf))),
  };
}

const columnsOf = (row: Record<string, unknown>): Sql[] => Object.keys(row).map((name) => sql.ident(name));

/** So many objects are stored by one statement: while PostgreSQL stores them, the next ones are made ready. */
const AT_ONCE = 1_000;

const inPieces = <Item>(items: readonly Item[], size = AT_ONCE): (readonly Item[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));

/** A row that refers to another one of its table needs it at the end of its statement. */
const refersToItsKind = (kind: KindModel): boolean =>
  kind.references.some(({ targets }) => targets.some((target) => target.kind === kind));

/**
 * Inserts new objects and updates changed ones of one kind, with their link tables: a fixed number of statements for each
 * thousand objects.
 */
export async function storeObjects(
  connection: Queryable,
  kind: KindModel,
  drafts: readonly PlacedDraft[],
): Promise<void> {
  const table = sql.ident(kind.table);
  const { created, relabelled, updated } = Object.groupBy(drafts, (draft) =>
    draft.stored === undefined ? 'created' : keepsSpec(draft) ? 'relabelled' : 'updated',
  );
  const statements: MakeStatement[] = [];
  if (relabelled !== undefined) {
    const rows = relabelled.map(({ id, manifest: { labels, annotations } }) => ({ id, labels, annotations }));
    statements.push(
      () => sql`update ${table} t set labels = x.labels, annotations = x.annotations, ${newRevision}
        from jsonb_to_recordset(${stringifyJson(rows)}::jsonb) x (id uuid, labels jsonb, annotations jsonb) where t.id = x.id`,
    );
  }
  if (created?.[0] !== undefined) {
    const columns = sql.join(columnsOf(rowOf(created[0])), ', ');
    for (const piece of refersToItsKind(kind) ? [created] : inPieces(created)) {
      statements.push(async () => {
        const rows = await recordset(table, piece, rowOf);
        return sql`insert into ${table} (${columns}, revision) select ${columns}, nextval('catalog_revision') from ${rows}`;
      });
    }
  }
  if (updated?.[0] !== undefined) {
    const sets = sql.join(
      columnsOf(rowOf(updated[0])).map((column) => sql`${column} = x.${column}`),
      ', ',
    );
    statements.push(async () => {
      const rows = await recordset(table, updated, rowOf);
      return sql`update ${table} t set ${sets}, ${newRevision} from ${rows} where t.id = x.id`;
    });
  }
  statements.push(...kind.references.flatMap((reference) => linkStatements(kind, reference, drafts)));
  await executeAhead(connection, statements);
}

/** What an entry of a list says besides what it refers to. */
function entryColumns({ spec }: PlacedDraft, { field, leaf }: Reference, position: number): Record<string, unknown> {
  const members = entryMembers(field);
  if (members.length === 0) return {};
  const entry = (valueAt(spec, leaf.path) as readonly Record<string, unknown>[])[position];
  return Object.fromEntries(members.map((name) => [name, entry?.[name] ?? null]));
}

/** Stores what a list refers to, of all objects of which it has changed. */
function linkStatements(kind: KindModel, reference: Reference, drafts: readonly PlacedDraft[]): MakeStatement[] {
  const { field, targets, leaf } = reference;
  if (field.type !== 'refs') return [];
  const owner = field.ownerColumn ?? `${kind.table}_id`;
  const table = sql.ident(field.table);
  const prefix = `spec.${leaf.path}`;
  const isTouched = ({ stored, changes }: PlacedDraft): boolean =>
    stored === undefined || changes.some(({ path }) => path === prefix || path.startsWith(`${prefix}[`));
  const touched = drafts.filter(isTouched);
  const stale = touched.filter(({ stored }) => stored !== undefined).map(({ id }) => id);
  const entriesOf = (draft: PlacedDraft): Record<string, unknown>[] =>
    (draft.links.get(reference) ?? []).map((found, position) => ({
      [owner]: draft.id,
      position,
      ...entryColumns(draft, reference, position),
      ...Object.fromEntries(targets.map((target) => [target.column, target.kind === found.kind ? found.id : null])),
    }));
  const removal = (): Sql => sql`delete from ${table} where ${sql.ident(owner)} = any(${stale}::uuid[])`;
  const additions = inPieces(touched).map((piece) => async (): Promise<Sql | undefined> => {
    const entries = piece.flatMap(entriesOf);
    if (entries[0] === undefined) return undefined;
    const columns = sql.join(columnsOf(entries[0]), ', ');
    const rows = await recordset(table, entries, (entry) => entry);
    return sql`insert into ${table} (${columns}) select ${columns} from ${rows}`;
  });
  return stale.length > 0 ? [removal, ...additions] : additions;
}
