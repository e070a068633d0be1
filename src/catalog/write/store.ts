import type { Queryable } from '../../platform/db/database.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import type { Fields } from '../fields.ts';
import { stringifyJson } from '../manifests/json.ts';
import { objectSql, readStored, type StoredObject } from '../manifests/spec-sql.ts';
import type { KindModel, Leaf } from '../model.ts';
import { quantityValue } from '../values/quantity.ts';
import type { Draft } from './draft.ts';
import { valueAt } from './resolve.ts';

/** Stored objects of a kind by name, locked until the transaction ends. */
export async function loadStored(
  connection: Queryable,
  kind: KindModel,
  names: readonly string[],
): Promise<StoredObject[]> {
  const owned = kind.ownedBy === undefined ? sql`` : sql` and r.${sql.ident(kind.ownedBy)} is null`;
  const group = kind.groups.length > 1 ? sql`, r.api_group` : sql``;
  const rows = await connection.cells(
    sql`select ${objectSql(kind, sql`r`)}::text${group} from ${sql.ident(kind.table)} r where r.name = any(${names})${owned} order by r.name for update of r`,
  );
  return rows.map(([json]) => readStored(kind, String(json)));
}

/** Columns of a leaf with their values in a draft. */
function leafColumns(draft: Draft, leaf: Leaf): [column: string, value: unknown][] {
  const { field } = leaf;
  const { spec = {}, kind, links } = draft;
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

function row(draft: Draft): Record<string, unknown> {
  const { kind, manifest } = draft;
  return {
    id: draft.id,
    name: manifest.name,
    ...(kind.namespaced && { namespace: manifest.namespace }),
    ...(kind.inProject && { project_id: draft.projectId }),
    ...(kind.groups.length > 1 && { api_group: manifest.group }),
    labels: manifest.labels,
    annotations: manifest.annotations,
    generation:
      draft.stored === undefined
        ? 1
        : draft.stored.generation + (draft.changes.some(({ path }) => path.startsWith('spec')) ? 1 : 0),
    scope_id: draft.scopeId,
    ...('also' in kind.scope && { other_scope_ids: draft.otherScopeIds }),
    ...Object.fromEntries(kind.leaves.flatMap((leaf) => leafColumns(draft, leaf))),
  };
}

const columnsOf = (first: Record<string, unknown>): Sql[] => Object.keys(first).map((name) => sql.ident(name));

/** Inserts new objects and updates changed ones of one kind, with their link tables: a fixed number of statements. */
export async function storeObjects(connection: Queryable, kind: KindModel, drafts: readonly Draft[]): Promise<void> {
  const table = sql.ident(kind.table);
  const rows = (some: readonly Draft[]): Sql =>
    sql`jsonb_populate_recordset(null::${table}, ${stringifyJson(some.map(row))}::jsonb) x`;
  const [created, updated] = [
    drafts.filter(({ stored }) => stored === undefined),
    drafts.filter(({ stored }) => stored !== undefined),
  ];
  if (created[0] !== undefined) {
    const columns = sql.join(columnsOf(row(created[0])), ', ');
    await connection.execute(
      sql`insert into ${table} (${columns}, revision) select ${columns}, nextval('catalog_revision') from ${rows(created)}`,
    );
  }
  if (updated[0] !== undefined) {
    const sets = columnsOf(row(updated[0])).map((column) => sql`${column} = x.${column}`);
    await connection.execute(
      sql`update ${table} t set ${sql.join(sets, ', ')}, revision = nextval('catalog_revision'), updated_at = now() from ${rows(updated)} where t.id = x.id`,
    );
  }
  for (const reference of kind.references) {
    const { field, targets } = reference;
    if (field.type !== 'refs') continue;
    const owner = field.ownerColumn ?? `${kind.table}_id`;
    const link = sql.ident(field.table);
    if (updated.length > 0) {
      await connection.execute(
        sql`delete from ${link} where ${sql.ident(owner)} = any(${updated.map(({ id }) => id)}::uuid[])`,
      );
    }
    const entries = drafts.flatMap((draft) =>
      (draft.links.get(reference) ?? []).map((found, position) => ({
        [owner]: draft.id,
        position,
        ...Object.fromEntries(targets.map((target) => [target.column, target.kind === found.kind ? found.id : null])),
      })),
    );
    if (entries[0] === undefined) continue;
    const columns = sql.join(columnsOf(entries[0]), ', ');
    await connection.execute(
      sql`insert into ${link} (${columns}) select ${columns} from jsonb_populate_recordset(null::${link}, ${JSON.stringify(entries)}::jsonb)`,
    );
  }
}

/** Paths of fields that may not change: from creation, or from Published onward. */
export const frozenPaths = (fields: Fields, when: 'always' | 'published', path = ''): string[] =>
  Object.entries(fields).flatMap(([name, field]) => {
    const here = path === '' ? name : `${path}.${name}`;
    if (field.immutable === when) return [here];
    return field.type === 'group' ? frozenPaths(field.fields, when, here) : [];
  });
