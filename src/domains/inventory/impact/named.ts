import type { See } from '../../../catalog/link.ts';
import { decodeId } from '../../../catalog/read/id.ts';
import type { AskValue, ObjectKey } from '../../../catalog/walk.ts';
import { sql } from '../../../platform/db/sql.ts';

/** An object as an argument names it: by id, or as `Kind/name`. */
interface Named {
  readonly text: string;
  readonly kind: string | undefined;
  readonly id: string | null;
  readonly name: string | null;
}

function namedBy(text: string): Named {
  const slash = text.indexOf('/');
  if (slash > 0) return { text, kind: text.slice(0, slash), id: null, name: text.slice(slash + 1) };
  const id = decodeId(text);
  return { text, kind: id?.kind, id: id?.uid ?? null, name: null };
}

/** Which of these are there, as far as they are of one of the kinds, and the caller may see them. */
export async function loadNamed(
  ask: AskValue,
  see: See,
  tables: Readonly<Record<string, string>>,
  texts: readonly string[],
): Promise<{ readonly text: string; readonly key: ObjectKey | null }[]> {
  const named = texts.map(namedBy);
  const parts = Object.entries(tables).map(([kind, table]) => {
    const own = named.filter((one) => one.kind === kind);
    return sql`(
      select ${kind}::text as kind, x.id, x.name from ${sql.ident(table)} x
      where (x.name = any(${own.flatMap(({ name }) => name ?? [])}::text[]) or x.id = any(${own.flatMap(({ id }) => id ?? [])}::uuid[]))
        and ${see(kind, sql`x`)})`;
  });
  const rows = (await ask(sql`(
    select coalesce(jsonb_agg(jsonb_build_object('kind', n.kind, 'id', n.id, 'name', n.name)), '[]') from (${sql.join(parts, ' union all ')}) n)`)) as readonly (ObjectKey & {
    readonly name: string;
  })[];
  return named.map(({ text, kind, id, name }) => {
    const row = rows.find((one) => one.kind === kind && (one.id === id || one.name === name));
    return { text, key: row === undefined ? null : { kind: row.kind, id: row.id } };
  });
}
