import type { Queryable } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Author } from '../author.ts';
import type { DerivedStore } from '../kind.ts';
import type { Catalog } from '../model.ts';
import { rescope } from './cascade-scopes.ts';
import { promote } from './promote.ts';
import { removeRows } from './remove-rows.ts';

/** What a kind's own rules and derivations may do with the batch's transaction. */
export function derivedStore(catalog: Catalog, connection: Queryable, by: Author): DerivedStore {
  return {
    by,
    catalog,
    isVisible: (kind, row) => by.rights?.access.condition(catalog.get(kind), row, 'get') ?? sql`true`,
    query: (query) => connection.rows(query),
    execute: (query) => connection.execute(query),
    remove: (kind, ids) => removeRows(connection, catalog.get(kind), ids),
    promote: (kind, ids) => promote(catalog, connection, catalog.get(kind), ids),
    rescope: (kind, ids) => rescope(catalog, connection, catalog.get(kind), ids),
  };
}
