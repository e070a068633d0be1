import type { Queryable } from '../../platform/db/database.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';
import { objectSql, readStored, type StoredObject } from '../manifests/spec-sql.ts';
import type { Catalog, KindModel } from '../model.ts';
import { derivedStore } from './pipeline.ts';

/** An object that is to go. */
export interface WantedRemoval {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly project?: string;
}

export interface RemoveResult extends WantedRemoval {
  readonly outcome: 'DELETED' | 'ABSENT' | 'REFUSED';
  readonly violations: readonly Violation[];
}

interface Doomed {
  readonly wanted: WantedRemoval;
  readonly kind: KindModel;
  readonly stored: StoredObject | undefined;
  readonly violations: Violation[];
}

/** Deletes objects together; what refers to one of them from outside the batch refuses it. */
export async function removeObjects(
  catalog: Catalog,
  connection: Queryable,
  wanted: readonly WantedRemoval[],
  allowMissing: boolean,
): Promise<RemoveResult[]> {
  const doomed: Doomed[] = [];
  for (const [kindName, some] of Map.groupBy(wanted, ({ kind }) => kind)) {
    const kind = catalog.get(kindName);
    const found = await load(
      connection,
      kind,
      some.map(({ name }) => name),
    );
    for (const one of some) {
      const candidates = found.filter(
        ({ name, namespace, project }) =>
          name === one.name &&
          (one.namespace === undefined || namespace === one.namespace) &&
          (one.project === undefined || project === one.project),
      );
      const [stored, another] = candidates;
      const subject = `${kind.kind}/${one.name}`;
      const violations: Violation[] = [];
      if (another !== undefined)
        violations.push({
          rule: 'AMBIGUOUS',
          subject,
          message: `several ${kind.plural} are called ${one.name}; give namespace or project too`,
        });
      if (stored === undefined && !allowMissing)
        violations.push({ rule: 'NOT_FOUND', subject, message: `there is no ${kind.kind} ${one.name}` });
      doomed.push({ wanted: one, kind, stored: another === undefined ? stored : undefined, violations });
    }
  }
  const going = new Map(
    [...Map.groupBy(doomed, ({ kind }) => kind)].map(([kind, some]) => [
      kind,
      some.flatMap(({ stored }) => stored?.id ?? []),
    ]),
  );
  for (const one of doomed) {
    if (one.stored !== undefined)
      one.violations.push(...(await referrers(catalog, connection, one.kind, one.stored, going)));
  }
  const refused = doomed.some(({ violations }) => violations.length > 0);
  if (!refused) {
    const store = derivedStore(connection);
    for (const kind of catalog.kinds.toReversed()) {
      const objects = doomed.flatMap((one) => (one.kind === kind && one.stored !== undefined ? [one.stored] : []));
      if (objects.length === 0) continue;
      await kind.undo?.(
        objects.map((one) => ({ ...one, kind: kind.kind })),
        store,
      );
      const ids = objects.map(({ id }) => id);
      await connection.execute(sql`delete from ${sql.ident(kind.table)} where id = any(${ids}::uuid[])`);
      if (kind.isOwnScope) await connection.execute(sql`delete from scope where id = any(${ids}::uuid[])`);
    }
  }
  return doomed.map(({ wanted: one, stored, violations }): RemoveResult => {
    const outcome = violations.length > 0 ? 'REFUSED' : stored === undefined ? 'ABSENT' : 'DELETED';
    return { ...one, outcome, violations };
  });
}

async function load(connection: Queryable, kind: KindModel, names: readonly string[]): Promise<StoredObject[]> {
  const owned = kind.ownedBy === undefined ? sql`` : sql` and r.${sql.ident(kind.ownedBy)} is null`;
  const rows = await connection.cells(
    sql`select ${objectSql(kind, sql`r`)}::text from ${sql.ident(kind.table)} r where r.name = any(${names})${owned} for update of r`,
  );
  return rows.map(([json]) => readStored(kind, String(json)));
}

/** What refers to an object and does not go with it: count and first names per kind, in one statement. */
async function referrers(
  catalog: Catalog,
  connection: Queryable,
  kind: KindModel,
  { id, name }: StoredObject,
  going: ReadonlyMap<KindModel, readonly string[]>,
): Promise<Violation[]> {
  const parts = kind.referrers
    .filter(({ from, reference }) => from.references.includes(reference))
    .map(({ from, reference, column }) => {
      const { field } = reference;
      const leaving = going.get(from) ?? [];
      const points: Sql =
        field.type === 'ref'
          ? sql`r.${sql.ident(column)} = ${id}::uuid`
          : sql`r.id in (select k.${sql.ident(field.ownerColumn ?? `${from.table}_id`)} from ${sql.ident(field.table)} k where k.${sql.ident(column)} = ${id}::uuid)`;
      const owned = from.ownedBy === undefined ? sql`` : sql` and r.${sql.ident(from.ownedBy)} is null`;
      return sql`select ${from.plural}::text as plural, r.name from ${sql.ident(from.table)} r where ${points} and r.id <> all(${leaving}::uuid[])${owned}`;
    });
  for (const other of catalog.kinds) {
    if (other.inProject && kind.kind === 'Project') {
      parts.push(
        sql`select ${other.plural}::text as plural, r.name from ${sql.ident(other.table)} r where r.project_id = ${id}::uuid and r.id <> all(${going.get(other) ?? []}::uuid[])`,
      );
    }
  }
  if (parts.length === 0) return [];
  const rows = await connection.rows<{ plural: string; count: bigint; names: string[] }>(
    sql`select plural, count(distinct name) as count, (array_agg(distinct name order by name))[1:5] as names from (${sql.join(parts, ' union all ')}) u group by plural order by plural`,
  );
  if (rows.length === 0) return [];
  const said = rows.map(({ plural, count, names }) => {
    const more = Number(count) - names.length;
    return `${count} ${plural} (${names.join(', ')}${more > 0 ? ` and ${more} more` : ''})`;
  });
  return [
    {
      rule: 'REFERENCED',
      subject: `${kind.kind}/${name}`,
      message: `${kind.kind} ${name} is referred to by ${said.join(', ')}`,
    },
  ];
}
