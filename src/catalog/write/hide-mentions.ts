import type { Queryable } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';
import type { Access } from '../access/access.ts';
import type { Catalog } from '../model.ts';

const HIDDEN = 'something that you may not see';

/**
 * Takes the names of objects that the author may not see out of what violations say of them. What the batch itself
 * describes (`own`, by uid) its author knows.
 */
export async function hideMentions(
  catalog: Catalog,
  connection: Queryable,
  violations: readonly Violation[][],
  own: ReadonlySet<string>,
  access: Access | undefined,
): Promise<void> {
  if (access === undefined) return;
  const mentions = new Map(
    violations.flat().flatMap((one) => (one.mentions ?? []).map((mention) => [mention.id, mention])),
  );
  const others = [...mentions.values()].filter(({ id }) => !own.has(id));
  const hidden = new Set<string>();
  for (const [kindName, mentioned] of Map.groupBy(others, ({ kind }) => kind)) {
    const visible = access.condition(catalog.get(kindName), sql`r`, 'get');
    if (visible === undefined) continue;
    const ids = mentioned.map(({ id }) => id);
    const table = sql.ident(catalog.get(kindName).table);
    const rows = await connection.cells(
      sql`select r.id from ${table} r where r.id = any(${ids}::uuid[]) and ${visible}`,
    );
    const seen = new Set(rows.map(([id]) => String(id)));
    for (const id of ids) if (!seen.has(id)) hidden.add(id);
  }
  if (hidden.size === 0) return;
  for (const list of violations) list.splice(0, list.length, ...list.map((one) => without(one, hidden)));
}

function without(violation: Violation, hidden: ReadonlySet<string>): Violation {
  const names = (violation.mentions ?? []).filter(({ id }) => hidden.has(id)).map(({ name }) => name);
  if (names.length === 0) return violation;
  const clean = (text: string): string =>
    names.reduce((cleaned, name) => {
      const literal = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      // By kind and name, or by its name alone as one word.
      const pattern = new RegExp(`(?<![\\w.-])(?:\\w+/)?${literal}(?![\\w-]|\\.\\w)`, 'g');
      return cleaned.replace(pattern, HIDDEN);
    }, text);
  const { accepted, message } = violation;
  return { ...violation, message: clean(message), ...(accepted !== undefined && { accepted: clean(accepted) }) };
}
