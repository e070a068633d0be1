import { type Sql, sql } from '../../platform/db/sql.ts';
import type { KindModel, Reference } from '../model.ts';

/** The references through which objects of a kind are drafts. */
export const draftReferences = ({ references, draftThrough = [] }: KindModel): readonly Reference[] =>
  references.filter(({ leaf }) => draftThrough.includes(leaf.path));

/** Whether objects of a kind can be drafts. */
export const canBeDraft = (kind: KindModel): boolean => kind.phase !== undefined || draftReferences(kind).length > 0;

/** Whether a row of the kind's table is a draft: by its own phase, or by that of all that it names; undefined for kinds that have none. */
export function draftCondition(kind: KindModel, row: Sql): Sql | undefined {
  if (kind.phase !== undefined) return inDraft(kind, row);
  const parts = draftReferences(kind).flatMap(({ field, targets }) =>
    targets.map((target): Sql => {
      const named = sql`seen_named`;
      const table = sql.ident(target.kind.table);
      const column = sql.ident(target.column);
      if (field.type === 'ref') {
        return sql`exists (select from ${table} seen_named where seen_named.id = ${row}.${column} and ${inDraft(target.kind, named)})`;
      }
      return sql`not exists (select from ${sql.ident(field.table)} seen_naming join ${table} seen_named on seen_named.id = seen_naming.${column}
        where seen_naming.${sql.ident(`${kind.table}_id`)} = ${row}.id and not ${inDraft(target.kind, named)})`;
    }),
  );
  return parts.length === 0 ? undefined : sql`(${sql.join(parts, ' or ')})`;
}

function inDraft({ kind, leaves, phase }: KindModel, row: Sql): Sql {
  const leaf = leaves.find(({ path }) => path === phase);
  if (leaf === undefined) throw new Error(`${kind} has no phase`);
  return sql`(${row}.${sql.ident(leaf.column)} = 'Draft')`;
}
