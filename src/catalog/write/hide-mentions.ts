import type { Queryable } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';
import type { Access } from '../access/access.ts';
import type { Catalog } from '../model.ts';

const HIDDEN = 'something that you may not see';

/**
 * Takes the names of objects that the author may not see out of what violations say of them. Rules say what they
 * mention, as `Kind/name`; what the batch itself describes (`own`) its author knows.
 */
export async function hideMentions(
  catalog: Catalog,
  connection: Queryable,
  violations: readonly Violation[][],
  own: ReadonlySet<string>,
  access: Access | undefined,
): Promise<void> {
  if (access === undefined) return;
  const mentions = new Set(violations.flat().flatMap((one) => one.mentions ?? []));
  for (const mention of own) mentions.delete(mention);
  const hidden = new Set<string>();
  for (const [kindName, own] of Map.groupBy(mentions, (mention) => mention.slice(0, mention.indexOf('/')))) {
    const kind = catalog.get(kindName);
    const visible = access.condition(kind, sql`r`, 'get');
    if (visible === undefined) continue;
    const names = own.map((mention) => mention.slice(kindName.length + 1));
    const rows = await connection.cells(
      sql`select r.name from ${sql.ident(kind.table)} r where r.name = any(${names}) and ${visible}`,
    );
    const seen = new Set(rows.map(([name]) => String(name)));
    for (const name of names) if (!seen.has(name)) hidden.add(`${kindName}/${name}`);
  }
  if (hidden.size === 0) return;
  for (const list of violations) list.splice(0, list.length, ...list.map((one) => without(one, hidden)));
}

function without(violation: Violation, hidden: ReadonlySet<string>): Violation {
  const own = (violation.mentions ?? []).filter((mention) => hidden.has(mention));
  if (own.length === 0) return violation;
  const clean = (text: string): string =>
    own.reduce((said, mention) => {
      const name = mention.slice(mention.indexOf('/') + 1).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      // By kind and name, or by its name alone as one word.
      const pattern = new RegExp(`(?<![\\w.-])(?:\\w+/)?${name}(?![\\w-]|\\.\\w)`, 'g');
      return said.replace(pattern, HIDDEN);
    }, text);
  const { accepted, message } = violation;
  return { ...violation, message: clean(message), ...(accepted !== undefined && { accepted: clean(accepted) }) };
}
