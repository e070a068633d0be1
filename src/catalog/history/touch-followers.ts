import type { Queryable } from '../../platform/db/database.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { draftCondition } from '../access/draft-condition.ts';
import { canBeDraft } from '../draft-references.ts';
import { newRevision } from '../kind.ts';
import type { KindModel, Reference } from '../model.ts';

/**
 * Gives a new revision to what was a draft only because of something that the transaction has published: its own fields
 * do not change by that, but from then on others may read it, and who follows the feed has to hear of it. Kinds come in load
 * order, so that what follows from what follows is found. The kinds of which something was touched.
 */
export async function touchPublished(
  kinds: readonly KindModel[],
  noted: ReadonlySet<string>,
  connection: Queryable,
): Promise<string[]> {
  const touched: string[] = [];
  const published = new Set<KindModel>();
  for (const kind of kinds.filter(canBeDraft)) {
    const references = draftReferences(kind).filter(({ targets }) => targets.some((one) => published.has(one.kind)));
    let isTouched = false;
    for (const reference of references) {
      isTouched = (await connection.execute(touch(kind, reference))) > 0 || isTouched;
    }
    if (isTouched) touched.push(kind.kind);
    const isReferredTo = kinds.some((one) =>
      draftReferences(one).some(({ targets }) => targets.some((to) => to.kind === kind)),
    );
    if (!isReferredTo || !(isTouched || noted.has(kind.kind))) continue;
    if (isTouched || (await connection.rows(hasPublished(kind))).length > 0) published.add(kind);
  }
  return touched;
}

const draftReferences = ({ draftReferences: { stated, home } }: KindModel): readonly Reference[] => [
  ...stated,
  ...home,
];

const lastIsDraft = (row: Sql): Sql =>
  sql`(select c.is_draft from change c where c.object_id = ${row}.id order by c.position desc limit 1)`;

/** A noted object of the kind that was a draft and is none, or the other way round. */
const hasPublished = (kind: KindModel): Sql => sql`
  select r.id from change_note n join ${sql.ident(kind.table)} r on r.id = n.object_id
  where n.kind = ${kind.kind} and ${draftCondition(kind, sql`r`) ?? sql`false`} <> ${lastIsDraft(sql`r`)} limit 1`;

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
    where r.id in (${sql.join(ids, ' union all ')}) and ${draftCondition(kind, sql`r`) ?? sql`false`} <> ${lastIsDraft(sql`r`)}`;
}
