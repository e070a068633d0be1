import type { Queryable } from '../../platform/db/database.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { draftCondition, draftReferences } from '../access/draft-condition.ts';
import { newRevision } from '../kind.ts';
import type { KindModel, Reference } from '../model.ts';

/**
 * Gives a new revision to what was a draft only because of something that the transaction has published: its own fields
 * do not change by that, but from then on everyone may read it, and who follows the feed has to hear of it. The kinds of
 * which something was touched.
 */
export async function touchPublished(
  kinds: readonly KindModel[],
  noted: ReadonlySet<string>,
  connection: Queryable,
): Promise<string[]> {
  const touched: string[] = [];
  for (const kind of kinds) {
    for (const reference of draftReferences(kind)) {
      if (!reference.targets.some((target) => noted.has(target.kind.kind))) continue;
      if ((await connection.execute(touch(kind, reference))) > 0) touched.push(kind.kind);
    }
  }
  return touched;
}

function touch(kind: KindModel, { field, targets }: Reference): Sql {
  const ids = targets.map((target): Sql => {
    const column = sql.ident(target.column);
    const ofTarget = sql`change_note n on n.kind = ${target.kind.kind} and n.object_id`;
    return field.type === 'ref'
      ? sql`select o.id from ${sql.ident(kind.table)} o join ${ofTarget} = o.${column}`
      : sql`select l.${sql.ident(`${kind.table}_id`)} from ${sql.ident(field.table)} l join ${ofTarget} = l.${column}`;
  });
  return sql`
    update ${sql.ident(kind.table)} r set ${newRevision}
    where r.id in (${sql.join(ids, ' union all ')}) and ${draftCondition(kind, sql`r`) ?? sql`false`} <> (
      select c.is_draft from change c where c.object_id = r.id order by c.position desc limit 1)`;
}
