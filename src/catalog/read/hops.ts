import { type Sql, sql } from '../../platform/db/sql.ts';
import type { AboutRow, Access } from '../access/access.ts';
import type { Link, See } from '../link.ts';
import type { KindModel } from '../model.ts';
import type { PlanContext } from './plan-types.ts';

/**
 * Goes the hops of a link, each added with its condition and named by `add`; the alias of the last one. A hop over
 * objects of a kind leads only over those that the caller may get.
 */
export function alongHops(
  { catalog, access }: Pick<PlanContext, 'catalog' | 'access'>,
  from: Sql,
  { hops = [] }: Link,
  add: (rows: Sql, on: (alias: Sql) => Sql) => Sql,
  about?: AboutRow,
): Sql {
  const see = seeing({ catalog, access });
  const path = [from];
  let last = from;
  for (const { table, rows, on } of hops) {
    const kind = rows === undefined ? catalog.byTable(table) : undefined;
    const previous = last;
    last = add(rows === undefined ? sql.ident(table) : sql`(${rows(see)})`, (alias) => {
      const visible = kind && access.condition(kind, alias, 'get', about);
      const linked = on(previous, alias, see, path);
      return visible === undefined ? linked : sql`${linked} and ${visible}`;
    });
    path.push(last);
  }
  return last;
}

/** The caller's sight, for SQL that is written by hand. */
export const seeing = ({ catalog, access }: Pick<PlanContext, 'catalog' | 'access'>): See =>
  seeingOf((kind) => catalog.get(kind), access);

/** The same where kinds are known by other means; of one that is not known everything is seen. */
export const seeingOf = (find: (kind: string) => KindModel | undefined, access: Access): See => {
  const of = (name: string, told: (kind: KindModel) => Sql | undefined): Sql => {
    const kind = find(name);
    return (kind && told(kind)) ?? sql`true`;
  };
  return Object.assign((name: string, alias: Sql) => of(name, (kind) => access.condition(kind, alias, 'get')), {
    everythingIn: (name: string, scope: Sql) => of(name, (kind) => access.everythingIn(kind, scope, 'get')),
  });
};
