import { type Sql, sql } from '../../platform/db/sql.ts';
import { invalidInput } from '../../platform/errors.ts';
import type { Access } from '../access/access.ts';
import type { KindModel, Leaf } from '../model.ts';
import { compileSelector } from '../selector/compile.ts';
import { parseSelector } from '../selector/parse.ts';
import { readStructured, type StructuredSelector } from '../selector/structured.ts';
import type { Arguments } from './plan-types.ts';

export const TOPOLOGY_PREFIX = 'topology.inventory.miloapis.com/';
/** More than a person or a portal writes; values of `in` and `notin` do not count. */
export const MAX_REQUIREMENTS = 50;
const topologyKeys = ['region', 'site', 'site-type', 'cluster', 'rack'] as const;
export type TopologyKey = (typeof topologyKeys)[number];
/** Whose labels they are: what is hidden from the caller gives none. */
type LabelAccess = Pick<Access, 'condition'>;

/**
 * A topology label as an SQL expression on the row: it is never stored, always derived from the object's own
 * references (design.md section 11). Undefined when the kind has no such label.
 */
export function topologyValue(
  kind: KindModel,
  key: TopologyKey,
  row: Sql,
  access: LabelAccess,
  depth = 0,
): Sql | undefined {
  const { topology } = kind;
  if (topology === undefined) return undefined;
  const path = topology.paths?.[key];
  if (path !== undefined) return along(kind, path.split('.'), row, access, depth);
  if (topology.inherit === undefined) return undefined;
  const reference = kind.references.find(({ leaf }) => leaf.path === topology.inherit);
  const alternatives = (reference?.targets ?? []).flatMap((target): Sql[] => {
    const alias = sql.ident(`l${depth}`);
    const value = topologyValue(target.kind, key, alias, access, depth + 1);
    if (value === undefined) return [];
    return [lookUp(target, value, row, alias, access)];
  });
  return alternatives.length === 0 ? undefined : sql`coalesce(${sql.join(alternatives, ', ')})`;
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
  const [target] = kind.references.find((reference) => reference.leaf === leaf)?.targets ?? [];
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
  kind.leaves.find((leaf) => `${path.join('.')}.`.startsWith(`${leaf.path}.`));

/** The topology labels a kind has, each with its expression. */
export const topologyLabels = (
  kind: KindModel,
  row: Sql,
  access: LabelAccess,
): readonly (readonly [label: string, value: Sql])[] =>
  topologyKeys.flatMap((key) => {
    const value = topologyValue(kind, key, row, access);
    return value === undefined ? [] : [[`${TOPOLOGY_PREFIX}${key}`, value] as const];
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
  if (requirements.length > MAX_REQUIREMENTS) {
    const message = `the label selector has ${requirements.length} requirements; at most ${MAX_REQUIREMENTS} are allowed`;
    const accepted = 'many values of one label in one `in (…)`';
    throw invalidInput({ rule: 'SELECTOR_TOO_LARGE', path: 'labelSelector', message, accepted });
  }
  const virtual = (key: string): Sql | undefined => {
    if (!key.startsWith(TOPOLOGY_PREFIX)) return undefined;
    const known = topologyKeys.find((candidate) => `${TOPOLOGY_PREFIX}${candidate}` === key);
    return known === undefined ? undefined : (topologyValue(kind, known, row, access) ?? sql`null::text`);
  };
  return [compileSelector(requirements, sql`${row}.labels`, virtual)];
}
