import { type Sql, sql } from '../../platform/db/sql.ts';
import type { Access } from '../access/access.ts';
import {
  isDerivedLabel,
  labelPaths,
  ORGANIZATION_LABEL,
  PROJECT_LABEL,
  TOPOLOGY_PREFIX,
  topologyKeys,
} from '../derived-labels.ts';
import type { KindModel, Leaf } from '../model.ts';
import { requireFew } from '../selector/bounds.ts';
import { compileSelector } from '../selector/compile.ts';
import { parseSelector } from '../selector/parse.ts';
import { readStructured, type StructuredSelector } from '../selector/structured.ts';
import type { Arguments } from './plan-types.ts';

/** Whose labels they are: what is hidden from the caller gives none. */
type LabelAccess = Pick<Access, 'condition'>;

/**
 * A derived label as an SQL expression on the row: it is never stored, always follows from the object's own
 * references (design.md section 11). Undefined when the kind has no such label.
 */
function derivedValue(kind: KindModel, key: string, row: Sql, access: LabelAccess, depth = 0): Sql | undefined {
  if (key === PROJECT_LABEL && kind.inProject) return projectName(kind, row, access, depth);
  const { paths, inherit } = labelPaths(kind);
  const path = paths.get(key);
  if (path !== undefined) return along(kind, path.split('.'), row, access, depth);
  if (!key.startsWith(TOPOLOGY_PREFIX)) return undefined;
  if (kind.topology?.ofEnds !== undefined) return agreedValue(kind, kind.topology.ofEnds, key, row, access, depth);
  return inherit === undefined ? undefined : inheritedValue(kind, inherit, key, row, access, depth);
}

/** The label of what the object refers to at a path; `holder` has the columns of the reference. */
function inheritedValue(
  kind: KindModel,
  path: string,
  key: string,
  holder: Sql,
  access: LabelAccess,
  depth: number,
): Sql | undefined {
  const reference = kind.references.find(({ leaf }) => leaf.path === path);
  const alternatives = (reference?.targets ?? []).flatMap((target): Sql[] => {
    const alias = sql.ident(`l${depth}`);
    const value = derivedValue(target.kind, key, alias, access, depth + 1);
    return value === undefined ? [] : [lookUp(target, value, holder, alias, access)];
  });
  return alternatives.length === 0 ? undefined : sql`coalesce(${sql.join(alternatives, ', ')})`;
}

/** The label in which all ends agree; an end that is hidden agrees with none. */
function agreedValue(
  kind: KindModel,
  { paths, labels }: NonNullable<NonNullable<KindModel['topology']>['ofEnds']>,
  key: string,
  row: Sql,
  access: LabelAccess,
  depth: number,
): Sql | undefined {
  if (labels !== undefined && !labels.includes(key.slice(TOPOLOGY_PREFIX.length))) return undefined;
  const ends = paths.flatMap((path): Sql[] => {
    const field = kind.references.find(({ leaf }) => leaf.path === path)?.field;
    const entry = sql.ident(`e${depth}`);
    const value = inheritedValue(kind, path, key, field?.type === 'refs' ? entry : row, access, depth);
    if (value === undefined || field === undefined) return [];
    if (field.type !== 'refs') return [sql`select ${value} as label`];
    const owner = sql.ident(field.ownerColumn ?? `${kind.table}_id`);
    return [sql`select ${value} as label from ${sql.ident(field.table)} ${entry} where ${entry}.${owner} = ${row}.id`];
  });
  if (ends.length === 0) return undefined;
  return sql`(select case when count(*) = count(u.label) and min(u.label) = max(u.label) then min(u.label) end
    from (${sql.join(ends, ' union all ')}) u)`;
}

function projectName({ kinds }: KindModel, row: Sql, access: LabelAccess, depth: number): Sql | undefined {
  const project = kinds.find(({ kind }) => kind === 'Project');
  const alias = sql.ident(`l${depth}`);
  return project && lookUp({ kind: project, column: 'project_id' }, sql`${alias}.name`, row, alias, access);
}

/** Follows `siteRef.regionRef` (its last member gives the name of what it refers to, or a plain column's text). */
function along(
  kind: KindModel,
  path: readonly string[],
  row: Sql,
  access: LabelAccess,
  depth: number,
): Sql | undefined {
  if (path.length === 1 && path[0] === 'name') return sql`${row}.name`;
  const leaf = longestLeaf(kind, path);
  if (leaf === undefined) throw new Error(`${kind.kind} has no field ${path.join('.')}`);
  const rest = path.slice(leaf.path.split('.').length);
  if (leaf.field.type !== 'ref') return sql`${row}.${sql.ident(leaf.column)}::text`;
  const [target] =
    [...kind.references, ...kind.statusReferences].find((reference) => reference.leaf === leaf)?.targets ?? [];
  if (target === undefined) return undefined;
  const alias = sql.ident(`l${depth}`);
  const value = rest.length === 0 ? sql`${alias}.name` : along(target.kind, rest, alias, access, depth + 1);
  return value && lookUp(target, value, row, alias, access);
}

/** A value of the row that a reference leads to; none when the caller may not get that row. */
function lookUp(
  { kind, column }: { readonly kind: KindModel; readonly column: string },
  value: Sql,
  row: Sql,
  alias: Sql,
  access: LabelAccess,
): Sql {
  const visible = access.condition(kind, alias, 'get');
  const isMeant = sql`${alias}.id = ${row}.${sql.ident(column)}`;
  const condition = visible === undefined ? isMeant : sql`${isMeant} and ${visible}`;
  return sql`(select ${value} from ${sql.ident(kind.table)} ${alias} where ${condition})`;
}

const longestLeaf = (kind: KindModel, path: readonly string[]): Leaf | undefined =>
  [...kind.leaves, ...kind.statusLeaves].find((leaf) => `${path.join('.')}.`.startsWith(`${leaf.path}.`));

const derivedKeys = [...topologyKeys.map((key) => `${TOPOLOGY_PREFIX}${key}`), ORGANIZATION_LABEL, PROJECT_LABEL];

/** The derived labels that a kind has, each with its expression. */
export const derivedLabels = (
  kind: KindModel,
  row: Sql,
  access: LabelAccess,
): readonly (readonly [label: string, value: Sql])[] =>
  derivedKeys.flatMap((key) => {
    const value = derivedValue(kind, key, row, access);
    return value === undefined ? [] : [[key, value] as const];
  });

/** Conditions of `labelSelector` (Kubernetes' string grammar) and `labels` (the structured form) on a row. */
export function labelConditions(kind: KindModel, args: Arguments, row: Sql, access: LabelAccess): Sql[] {
  const requirements = [
    ...(typeof args.labelSelector === 'string' ? parseSelector(args.labelSelector, 'labelSelector') : []),
    ...(args.labels === undefined || args.labels === null
      ? []
      : readStructured(args.labels as StructuredSelector, 'labels')),
  ];
  if (requirements.length === 0) return [];
  requireFew(requirements.length, 'labelSelector');
  const virtual = (key: string): Sql | undefined =>
    isDerivedLabel(key) ? (derivedValue(kind, key, row, access) ?? sql`null::text`) : undefined;
  return [compileSelector(requirements, sql`${row}.labels`, virtual)];
}
