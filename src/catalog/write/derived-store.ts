import type { Queryable } from '../../platform/db/database.ts';
import { Sql } from '../../platform/db/sql.ts';
import type { DerivedStore } from '../kind.ts';

/** What a kind's own rules and derivations may do with the batch's transaction, in plain SQL with `$n`. */
export function derivedStore(connection: Queryable): DerivedStore {
  const statement = (text: string, values: readonly unknown[] = []): Sql => {
    const places = [...text.matchAll(/\$(\d+)/g)].map(([, index]) => values[Number(index) - 1]);
    return new Sql(text.split(/\$\d+/), places);
  };
  return {
    query: (text, values) => connection.rows(statement(text, values)),
    execute: (text, values) => connection.execute(statement(text, values)),
  };
}
