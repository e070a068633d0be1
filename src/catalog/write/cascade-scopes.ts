import type { Queryable } from '../../platform/db/database.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import type { Catalog, KindModel } from '../model.ts';
import { PLATFORM } from '../well-known.ts';
import { referenceAt } from './scopes.ts';

/** Scopes of what a row refers to at a path, as subselects; `from` and `to` bound the entries of a list. */
function scopesAt(kind: KindModel, path: string, row: Sql, from: number, to?: number): Sql[] {
  const { field, targets } = referenceAt(kind, path);
  return targets.map(({ kind: target, column }) => {
    const table = sql.ident(target.table);
    if (field.type === 'ref') return sql`select x.scope_id from ${table} x where x.id = ${row}.${sql.ident(column)}`;
    const owner = sql.ident(field.ownerColumn ?? `${kind.table}_id`);
    const last = to === undefined ? sql`` : sql` and k.position <= ${to}::int`;
    return sql`select x.scope_id from ${sql.ident(field.table)} k join ${table} x on x.id = k.${sql.ident(column)}
      where k.${owner} = ${row}.id and k.position >= ${from}::int${last}`;
  });
}

const homeSql = (kind: KindModel, homes: readonly string[], row: Sql): Sql => {
  const { scope } = kind;
  const kept = 'kept' in scope && scope.kept !== undefined ? [scope.kept] : [];
  const parts = [...kept, ...homes].flatMap((path) => scopesAt(kind, path, row, 0, 0).map((part) => sql`(${part})`));
  return sql`coalesce(${sql.join([...parts, sql`${PLATFORM}::uuid`], ', ')})`;
};

const homesOf = ({ scope }: KindModel): readonly string[] | undefined =>
  'own' in scope || typeof scope.home === 'string' ? undefined : scope.home;

/** The kind through whose objects others are in further scopes, and its column that names them. */
function throughOf({ kinds, scope }: KindModel): { readonly table: Sql; readonly column: Sql } | undefined {
  if ('own' in scope || scope.alsoThrough === undefined) return undefined;
  const { kind: name, path } = scope.alsoThrough;
  const through = kinds.find(({ kind }) => kind === name);
  const column = through && referenceAt(through, path).targets[0]?.column;
  return through && column !== undefined ? { table: sql.ident(through.table), column: sql.ident(column) } : undefined;
}

const othersSql = (kind: KindModel, also: readonly string[], row: Sql): Sql => {
  const homes = homesOf(kind);
  const parts = also.flatMap((path) => scopesAt(kind, path, row, homes?.includes(path) === true ? 1 : 0));
  const through = throughOf(kind);
  if (through !== undefined) {
    parts.push(sql`select x.scope_id from ${through.table} x where x.${through.column} = ${row}.id`);
  }
  const home = homes === undefined ? sql`${row}.scope_id` : homeSql(kind, homes, row);
  return sql`array(select distinct s.scope_id from (${sql.join(parts, ' union all ')}) s
    where s.scope_id <> ${home} order by s.scope_id)`;
};

/**
 * Updates the scopes of everything inside a moved object (the ports, machines and cables of a device that moves to
 * another rack), with one statement for each kind that refers to a moved object, in load order.
 *
 *     rack a ─┐                      moved: node n
 *     rack b ◄┴─ node n ◄─ port p ◄─ cable c        port by node, then cable by port
 */
export async function cascadeScopes(
  catalog: Catalog,
  connection: Queryable,
  moved: ReadonlyMap<KindModel, readonly string[]>,
): Promise<void> {
  const changed = new Map(moved);
  for (const kind of catalog.kinds) {
    const { scope } = kind;
    if ('own' in scope) continue;
    const homes = homesOf(kind);
    const paths = [...new Set([...(homes ?? []), ...(scope.also ?? [])])];
    const affected = paths.flatMap((path) => {
      const { field, targets } = referenceAt(kind, path);
      return targets.flatMap(({ kind: target, column }): Sql[] => {
        const ids = changed.get(target);
        if (ids === undefined || ids.length === 0) return [];
        if (field.type === 'ref') return [sql`r.${sql.ident(column)} = any(${ids}::uuid[])`];
        const owner = sql.ident(field.ownerColumn ?? `${kind.table}_id`);
        return [
          sql`r.id in (select k.${owner} from ${sql.ident(field.table)} k where k.${sql.ident(column)} = any(${ids}::uuid[]))`,
        ];
      });
    });
    if (affected.length === 0) continue;
    const place = homes && homeSql(kind, homes, sql`r`);
    const home = place && sql`scope_id = case when r.scope_id = r.id then r.id else ${place} end`;
    const others = scope.also === undefined ? undefined : sql`other_scope_ids = ${othersSql(kind, scope.also, sql`r`)}`;
    const sets = [home, others].filter((set) => set !== undefined);
    if (place !== undefined) await moveOwnScopes(connection, kind, place, sql.join(affected, ' or '));
    const rows = await connection.rows<{ id: string }>(
      sql`update ${sql.ident(kind.table)} r set ${sql.join(sets, ', ')} where ${sql.join(affected, ' or ')} returning r.id`,
    );
    if (home !== undefined) changed.set(kind, [...(changed.get(kind) ?? []), ...rows.map(({ id }) => id)]);
  }
  // Nothing takes these further scopes on, so they come last.
  for (const kind of catalog.kinds) {
    const through = throughOf(kind);
    const scope = 'own' in kind.scope ? undefined : kind.scope;
    const ids = [...changed].find(([{ kind: name }]) => name === scope?.alsoThrough?.kind)?.[1] ?? [];
    if (through === undefined || ids.length === 0) continue;
    await placeOthers(
      connection,
      kind,
      sql`r.id in (select x.${through.column} from ${through.table} x where x.id = any(${ids}::uuid[]))`,
    );
  }
}

async function placeOthers(connection: Queryable, kind: KindModel, which: Sql): Promise<void> {
  if ('own' in kind.scope || kind.scope.also === undefined) return;
  const others = othersSql(kind, kind.scope.also, sql`r`);
  await connection.rows(
    sql`update ${sql.ident(kind.table)} r set other_scope_ids = ${others} where (${which}) and r.other_scope_ids <> ${others}`,
  );
}

/** What is a scope of its own moves with everything inside it. */
async function moveOwnScopes(connection: Queryable, kind: KindModel, place: Sql, which: Sql): Promise<void> {
  const gone = await connection.rows<{ id: string }>(sql`
    update scope s set parent_id = ${place} from ${sql.ident(kind.table)} r
    where r.id = s.id and r.scope_id = r.id and (${which}) returning s.id`);
  const along = gone.map(({ id }) => id);
  if (along.length > 0) await connection.rows(sql`select scope_closure_rebuild(${along}::uuid[])`);
}

/** Brings objects, and everything inside them, to the place that follows from their references and what is kept of them. */
export async function rescope(
  catalog: Catalog,
  connection: Queryable,
  kind: KindModel,
  ids: readonly string[],
): Promise<void> {
  const { scope } = kind;
  if (ids.length === 0 || 'own' in scope || typeof scope.home === 'string') return;
  const place = homeSql(kind, scope.home, sql`r`);
  const which = sql`r.id = any(${ids}::uuid[])`;
  await moveOwnScopes(connection, kind, place, which);
  const rows = await connection.rows<{ id: string }>(sql`
    update ${sql.ident(kind.table)} r set scope_id = ${place}
    where ${which} and r.scope_id <> r.id and r.scope_id <> ${place} returning r.id`);
  await placeOthers(connection, kind, which);
  if (rows.length > 0) await cascadeScopes(catalog, connection, new Map([[kind, rows.map(({ id }) => id)]]));
}
