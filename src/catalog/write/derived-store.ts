import type { Queryable } from '../../platform/db/database.ts';
import { Sql, sql } from '../../platform/db/sql.ts';
import type { Author } from '../author.ts';
import type { DerivedStore } from '../kind.ts';
import type { Catalog } from '../model.ts';
import { promote } from './promote.ts';

/** What a kind's own rules and derivations may do with the batch's transaction, in plain SQL with `$n`. */
export function derivedStore(catalog: Catalog, connection: Queryable, by: Author): DerivedStore {
  const statement = (text: string, values: readonly unknown[] = []): Sql => {
    const places = [...text.matchAll(/\$(\d+)/g)].map(([, index]) => values[Number(index) - 1]);
    return new Sql(text.split(/\$\d+/), places);
  };
  return {
    by,
    catalog,
    isVisible: (kind, row) => by.rights?.access.condition(catalog.get(kind), row, 'get') ?? sql`true`,
    query: (text, values) => connection.rows(statement(text, values)),
    execute: (text, values) => connection.execute(statement(text, values)),
    promote: (kind, ids) => promote(catalog, connection, catalog.get(kind), ids),
  };
}
