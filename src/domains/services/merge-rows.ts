import { newRevision } from '../../catalog/kind.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';

/** Column → expression over the wanted row `w`, and over the stored row `t` in an update. */
export type Columns = Readonly<Record<string, Sql>>;

interface Merge {
  readonly table: string;
  /** The rows `w` that are wanted. */
  readonly from: Sql;
  /** Whether `t` is the row of `w`. */
  readonly on: Sql;
  /** What an object says: a change of it is a new generation. */
  readonly columns: Columns;
  /** Where an object comes from: followed without a new generation. */
  readonly places: Columns;
  /** What a new row has besides, or has otherwise. */
  readonly fresh: Columns;
}

const list = (parts: readonly Sql[]): Sql => sql.join(parts, ', ');
const names = (columns: Columns): Sql[] => Object.keys(columns).map((name) => sql.ident(name));
const differs = (columns: Columns): Sql =>
  sql`(${list(names(columns).map((name) => sql`t.${name}`))}) is distinct from (${list(Object.values(columns))})`;

/** Brings derived rows up to date; rows that already are as they should be are left alone. */
export function mergeRows({ table, from, on, columns, places, fresh }: Merge): Sql {
  const both = { ...columns, ...places };
  const inserted = { ...both, ...fresh };
  return sql`
    merge into ${sql.ident(table)} t using (${from}) w on ${on}
    when matched and ${differs(both)} then update set
      ${list(Object.entries(both).map(([name, value]) => sql`${sql.ident(name)} = ${value}`))},
      generation = t.generation + case when ${differs(columns)} then 1 else 0 end,
      ${newRevision}
    when not matched then insert (revision, ${list(names(inserted))})
      values (nextval('catalog_revision'), ${list(Object.values(inserted))})`;
}
