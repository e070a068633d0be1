import { type Sql, sql } from '../../platform/db/sql.ts';
import type { KindModel, Reference } from '../model.ts';

/**
 * Whether a row of the kind's table is a draft; undefined for kinds that have none. It is one by its own phase, by that of
 * all that it names, or with what it is placed in:
 *
 *     Service (Draft) ◄── MeterDefinition (Published)      Service ◄── ServiceVersion (Draft) ◄── ServiceImport
 *                     ◄── Deployment ◄── DeploymentReport
 *
 * `besidesHome` leaves out the last, for rows of which it is known that what they are placed in is no draft.
 */
export function draftCondition(kind: KindModel, row: Sql, besidesHome = false, depth = 0): Sql | undefined {
  const { stated, home } = kind.draftReferences;
  const references = besidesHome ? stated : [...stated, ...home];
  const parts = [
    ...(kind.phase === undefined ? [] : [inDraft(kind, row)]),
    ...references.flatMap((reference) => throughReference(kind, row, reference, { besidesHome, depth: depth + 1 })),
  ];
  return parts.length === 0 ? undefined : sql`(${sql.join(parts, ' or ')})`;
}

function throughReference(
  kind: KindModel,
  row: Sql,
  { field, targets }: Reference,
  { besidesHome, depth }: { readonly besidesHome: boolean; readonly depth: number },
): Sql[] {
  return targets.flatMap((target): Sql[] => {
    const named = sql.ident(`seen_named_${depth}`);
    const isDraft = draftCondition(target.kind, named, besidesHome, depth);
    if (isDraft === undefined) return [];
    const table = sql.ident(target.kind.table);
    const column = sql.ident(target.column);
    if (field.type === 'ref') {
      return [sql`exists (select from ${table} ${named} where ${named}.id = ${row}.${column} and ${isDraft})`];
    }
    return [
      sql`not exists (select from ${sql.ident(field.table)} seen_naming join ${table} ${named} on ${named}.id = seen_naming.${column}
        where seen_naming.${sql.ident(`${kind.table}_id`)} = ${row}.id and not ${isDraft})`,
    ];
  });
}

function inDraft({ kind, leaves, phase }: KindModel, row: Sql): Sql {
  const leaf = leaves.find(({ path }) => path === phase);
  if (leaf === undefined) throw new Error(`${kind} has no phase`);
  return sql`(${row}.${sql.ident(leaf.column)} = 'Draft')`;
}
