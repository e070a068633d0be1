import { type Sql, sql } from '../platform/db/sql.ts';
import type { ExtraField } from './extra-field.ts';
import { type Field, type GroupField, type RefField, type RefsField, scalarTypes, shownName } from './fields.ts';
import type { Kind } from './kind.ts';
import type { Link, See } from './link.ts';

interface Leaf {
  readonly path: string;
  readonly field: Exclude<Field, GroupField>;
  readonly column: string;
}

interface Reference {
  readonly leaf: Leaf;
  readonly field: RefField | RefsField;
  readonly targets: readonly { readonly kind: Kind; readonly column: string }[];
}

/** As much of a kind, with its references resolved, as its declarations take. */
interface Declaring extends Kind {
  readonly leaves: readonly Leaf[];
  readonly references: readonly Reference[];
}

/**
 * What one kind declares of the objects of others, as fields of those: whoever asks a device for its serial number need not
 * know that another object says it. Where the caller may not see the declaration, they are null and match no filter.
 */
export function declaredFields(kind: Declaring): ExtraField[] {
  const declared = kind.references.find(({ leaf }) => leaf.path === kind.declares);
  if (declared === undefined) return [];
  return declared.targets.flatMap(({ kind: on, column }) =>
    kind.leaves.filter((leaf) => leaf !== declared.leaf).map((leaf) => declaredField(kind, on.kind, column, leaf)),
  );
}

const scalarOf = ({ type }: Field): string | undefined =>
  (Object.entries(scalarTypes).find(([name]) => name === type) ?? [])[1];

function declaredField(kind: Declaring, on: string, column: string, leaf: Leaf): ExtraField {
  const { field } = leaf;
  const base = { on, name: shownName(leaf.path, field), description: field.description };
  const value = (
    row: Sql,
    see: See,
  ): Sql => sql`(select declared.${sql.ident(leaf.column)} from ${sql.ident(kind.table)} declared
    where declared.${sql.ident(column)} = ${row}.id and ${see(kind.kind, sql`declared`)} limit 1)`;
  if (field.type === 'objects') return { ...base, gives: 'objects', objects: field, value };
  const reference = kind.references.find((one) => one.leaf === leaf);
  if (field.type === 'ref' && reference !== undefined) return declaredReference(kind, base, column, reference);
  const type = field.type === 'choice' ? field.name : scalarOf(field);
  if (type === undefined) throw new Error(`${kind.kind}.${leaf.path} cannot be a field of what is declared`);
  return { ...base, gives: 'value', type, nullable: true, isFilter: true, value };
}

function declaredReference(
  { table }: Declaring,
  base: Pick<ExtraField, 'on' | 'name' | 'description'>,
  column: string,
  { field, targets }: Reference,
): ExtraField {
  const leads = (to: string): Link => ({
    hops: [{ table, on: (from, hop) => sql`${hop}.${sql.ident(column)} = ${from}.id` }],
    on: (hop, row) => sql`${row}.id = ${hop}.${sql.ident(to)}`,
  });
  const [only, another] = targets;
  const to = field.abstract ?? (another === undefined ? only?.kind.kind : undefined) ?? 'CatalogObject';
  return {
    ...base,
    gives: 'one',
    to,
    link: Object.fromEntries(targets.map((one) => [one.kind.kind, leads(one.column)])),
  };
}
