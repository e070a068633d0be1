import { type Sql, sql } from '../../platform/db/sql.ts';
import { tableNamed } from '../kind.ts';
import type { See } from '../link.ts';

interface Named {
  readonly kind: string;
  readonly id: string;
}

/** Which of some objects of any kinds the caller may see: one statement. `tableOf` tells tables that are not called as their kinds. */
export async function visibleAmong(
  ask: (statement: Sql) => Promise<readonly { readonly id: string }[]>,
  see: See,
  named: readonly Named[],
  tableOf: (kind: string) => string = tableNamed,
): Promise<ReadonlySet<string>> {
  const parts = [...Map.groupBy(named, ({ kind }) => kind)].map(([kind, own]) => {
    const ids = [...new Set(own.map(({ id }) => id))];
    return sql`select r.id from ${sql.ident(tableOf(kind))} r where r.id = any(${ids}::uuid[]) and ${see(kind, sql`r`)}`;
  });
  if (parts.length === 0) return new Set();
  return new Set((await ask(sql.join(parts, ' union all '))).map(({ id }) => id));
}
