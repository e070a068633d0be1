import type { Queryable } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import { type OpenFga, type Tuple, tupleKey } from '../../platform/openfga/client.ts';
import { loadFailed } from './outbox.ts';

/** Differences between the tuples in OpenFGA and those that follow from PostgreSQL. */
export interface Differences {
  /** How many tuples there should be. */
  readonly tuples: number;
  /** Not in OpenFGA though they should be. */
  readonly missing: readonly Tuple[];
  /** In OpenFGA though they should not be. */
  readonly foreign: readonly Tuple[];
  /** Refused by OpenFGA for what they are. */
  readonly failed: readonly (Tuple & { readonly error: string })[];
}

/** Compares all tuples. `flush` applies what the outbox still holds, which is no difference. */
export async function findDifferences(
  connection: Queryable,
  openfga: () => OpenFga,
  flush: () => Promise<boolean>,
): Promise<Differences> {
  const compareOnce = async (): Promise<Differences> => {
    await flush();
    return compare(connection, openfga());
  };
  const first = await compareOnce();
  if (first.missing.length + first.foreign.length === 0) return first;
  // What others write meanwhile is on its way: only what is still so at a second look counts.
  const second = await compareOnce();
  const again = new Set([...first.missing, ...first.foreign].map(tupleKey));
  const isThere = (tuple: Tuple): boolean => again.has(tupleKey(tuple));
  return { ...second, missing: second.missing.filter(isThere), foreign: second.foreign.filter(isThere) };
}

async function compare(connection: Queryable, store: OpenFga): Promise<Differences> {
  const held = new Map<string, Tuple>();
  for (let next: string | undefined, isFirst = true; isFirst || next !== undefined; isFirst = false) {
    const page = await store.read(next);
    for (const tuple of page.tuples) held.set(tupleKey(tuple), tuple);
    next = page.next;
  }
  const rows = await connection.cells(sql`select object, relation, subject from authz_tuple`);
  const wanted = rows.map(([object, relation, user]) => ({
    object: String(object),
    relation: String(relation),
    user: String(user),
  }));
  const missing = wanted.filter((tuple) => !held.delete(tupleKey(tuple)));
  return { tuples: wanted.length, missing, foreign: [...held.values()], failed: await loadFailed(connection) };
}
