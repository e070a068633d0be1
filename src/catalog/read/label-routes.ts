import {
  isDerivedLabel,
  labelPaths,
  ORGANIZATION_LABEL,
  PROJECT_LABEL,
  TOPOLOGY_PREFIX,
  topologyKeys,
} from '../derived-labels.ts';
import type { KindModel, Leaf } from '../model.ts';

/** Where an object of a kind has a derived label from (design.md section 11). */
export type LabelRoute =
  /** A column of its own. */
  | { readonly by: 'column'; readonly column: string; readonly isText: boolean }
  /** What it refers to, by one of these columns; at most one of them has a value. */
  | { readonly by: 'reference'; readonly ways: readonly Way[] }
  /** All its ends, if they agree. `scope`: the kind of the scope that its value names, if all that is in that has the label. */
  | { readonly by: 'ends'; readonly ends: readonly Ends[]; readonly scope: KindModel | undefined };

/** A column that refers to a kind, and where an object of that kind has the label from. */
export interface Way {
  readonly column: string;
  readonly kind: KindModel;
  readonly route: LabelRoute;
}

/** Ends by columns of the object itself, or by those of entries in a table. */
export interface Ends {
  readonly entries: { readonly table: string; readonly owner: string } | undefined;
  readonly ways: readonly Way[];
}

const derivedKeys = [...topologyKeys.map((key) => `${TOPOLOGY_PREFIX}${key}`), ORGANIZATION_LABEL, PROJECT_LABEL];

/** The derived labels that a kind has. */
export const derivedLabelsOf = (kind: KindModel): readonly (readonly [label: string, route: LabelRoute])[] =>
  derivedKeys.flatMap((key) => {
    const route = labelRoute(kind, key);
    return route === undefined ? [] : [[key, route] as const];
  });

/** The route of a derived label; undefined when the kind has none of it. */
export function labelRoute(kind: KindModel, key: string): LabelRoute | undefined {
  if (!isDerivedLabel(key)) return undefined;
  if (key === PROJECT_LABEL && kind.inProject) return toProject(kind);
  const { paths, inherit } = labelPaths(kind);
  const path = paths.get(key);
  if (path !== undefined) return along(kind, path.split('.'));
  if (!key.startsWith(TOPOLOGY_PREFIX)) return undefined;
  if (kind.topology?.ofEnds !== undefined) return ofEnds(kind, kind.topology.ofEnds, key);
  const ways = inherit === undefined ? [] : inherited(kind, inherit, key);
  return ways.length === 0 ? undefined : { by: 'reference', ways };
}

const name: LabelRoute = { by: 'column', column: 'name', isText: true };

function toProject({ kinds }: KindModel): LabelRoute | undefined {
  const project = kinds.find(({ kind }) => kind === 'Project');
  return project && { by: 'reference', ways: [{ column: 'project_id', kind: project, route: name }] };
}

/** Follows `siteRef.regionRef` (its last member gives the name of what it refers to, or a plain column's text). */
function along(kind: KindModel, path: readonly string[]): LabelRoute | undefined {
  if (path.length === 1 && path[0] === 'name') return name;
  const leaf = longestLeaf(kind, path);
  if (leaf === undefined) throw new Error(`${kind.kind} has no field ${path.join('.')}`);
  if (leaf.field.type !== 'ref') return { by: 'column', column: leaf.column, isText: false };
  const [target] =
    [...kind.references, ...kind.statusReferences].find((reference) => reference.leaf === leaf)?.targets ?? [];
  if (target === undefined) return undefined;
  const rest = path.slice(leaf.path.split('.').length);
  const route = rest.length === 0 ? name : along(target.kind, rest);
  return route && { by: 'reference', ways: [{ ...target, route }] };
}

/** The label of what the object refers to at a path. */
const inherited = (kind: KindModel, path: string, key: string): Way[] =>
  (kind.references.find(({ leaf }) => leaf.path === path)?.targets ?? []).flatMap((target): Way[] => {
    const route = labelRoute(target.kind, key);
    return route === undefined ? [] : [{ ...target, route }];
  });

function ofEnds(
  kind: KindModel,
  { paths, labels, scopes = {} }: NonNullable<NonNullable<KindModel['topology']>['ofEnds']>,
  key: string,
): LabelRoute | undefined {
  const label = key.slice(TOPOLOGY_PREFIX.length);
  if (labels !== undefined && !labels.includes(label)) return undefined;
  const ends = paths.flatMap((path): Ends[] => {
    const field = kind.references.find(({ leaf }) => leaf.path === path)?.field;
    const ways = inherited(kind, path, key);
    if (ways.length === 0 || field === undefined) return [];
    if (field.type !== 'refs') return [{ entries: undefined, ways }];
    return [{ entries: { table: field.table, owner: field.ownerColumn ?? `${kind.table}_id` }, ways }];
  });
  return ends.length === 0
    ? undefined
    : { by: 'ends', ends, scope: kind.kinds.find((one) => one.kind === scopes[label]) };
}

const longestLeaf = (kind: KindModel, path: readonly string[]): Leaf | undefined =>
  [...kind.leaves, ...kind.statusLeaves].find((leaf) => `${path.join('.')}.`.startsWith(`${leaf.path}.`));
