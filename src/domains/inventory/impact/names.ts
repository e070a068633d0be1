import type { See } from '../../../catalog/link.ts';
import type { AskValue, ObjectKey } from '../../../catalog/walk.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { standingTables } from '../depends/what-stands.ts';
import { keyText, lostTables } from './what-can-be-lost.ts';

/** Whatever answers about impact and dependencies name. */
const tables: Readonly<Record<string, string>> = { ...standingTables, ...lostTables, Link: 'link' };

/** Names of those objects that the caller may see, by kind and id. */
export async function loadNames(
  ask: AskValue,
  see: See,
  keys: readonly ObjectKey[],
): Promise<ReadonlyMap<string, string>> {
  const byKind = Map.groupBy(new Map(keys.map((key) => [keyText(key), key])).values(), ({ kind }) => kind);
  const parts = [...byKind].map(
    ([kind, own]): Sql => sql`(
      select ${kind}::text || '/' || x.id as key, x.name from ${sql.ident(tables[kind] ?? '')} x
      where x.id = any(${own.map(({ id }) => id)}::uuid[]) and ${see(kind, sql`x`)})`,
  );
  if (parts.length === 0) return new Map();
  const found = await ask(
    sql`(select coalesce(jsonb_object_agg(n.key, n.name), '{}') from (${sql.join(parts, ' union all ')}) n)`,
  );
  return new Map(Object.entries(found as Record<string, string>));
}

/** Those of which the caller may know, in the order of their names. */
export function inOrder<T>(items: readonly T[], nameOf: (item: T) => string | undefined): T[] {
  const named = items.flatMap((item) => {
    const name = nameOf(item);
    return name === undefined ? [] : [{ item, name }];
  });
  return named
    .sort((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0))
    .map(({ item }) => item);
}
