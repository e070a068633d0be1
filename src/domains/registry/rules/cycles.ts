import type { Broken } from './rule.ts';

/** An import between two services, with one version and one import that make it. */
export interface Edge {
  readonly importer: string;
  readonly importer_id: string;
  readonly target: string;
  readonly target_id: string;
  readonly version: string;
  readonly import: string;
}

export const DEEPEST = 32;

/**
 * Circles of the import graph, one for each service that closes one, and chains that are too long.
 *
 *   a ─► b ─► c      Walked depth first. A service on the path walked is met again: a circle (c ─► a). One that was
 *   ▲─────────┘      met on another path, as in a diamond, is none: what is below it is known already.
 */
export function circlesAndDepths(edges: readonly Edge[]): Broken[] {
  const targets = Map.groupBy(edges, ({ importer_id: id }) => id);
  const depths = new Map<string, number>();
  const found: Broken[] = [];
  for (const start of targets.keys()) walk(start, targets, depths, found);
  return found;
}

interface Step {
  readonly id: string;
  readonly edges: readonly Edge[];
  next: number;
  depth: number;
}

/** With a stack of its own: a chain may be longer than calls can be nested. */
function walk(
  start: string,
  targets: ReadonlyMap<string, readonly Edge[]>,
  depths: Map<string, number>,
  found: Broken[],
): void {
  const path: Step[] = [];
  const enter = (id: string): void => {
    path.push({ id, edges: targets.get(id) ?? [], next: 0, depth: 0 });
  };
  const leave = (id: string, depth: number): void => {
    depths.set(id, depth);
    const above = path.at(-1);
    if (above === undefined) return;
    const isNewlyTooDeep = above.depth <= DEEPEST && depth + 1 > DEEPEST;
    above.depth = Math.max(above.depth, depth + 1);
    const edge = above.edges[above.next - 1];
    if (isNewlyTooDeep && depth === DEEPEST && edge !== undefined) found.push(tooDeep(edge));
  };
  if (depths.has(start)) return;
  enter(start);
  for (let here = path.at(-1); here !== undefined; here = path.at(-1)) {
    const edge = here.edges[here.next];
    here.next += 1;
    if (edge === undefined) {
      path.pop();
      leave(here.id, here.depth);
      continue;
    }
    const known = depths.get(edge.target_id);
    const back = path.findIndex(({ id }) => id === edge.target_id);
    if (known !== undefined) leave(edge.target_id, known);
    else if (back === -1) enter(edge.target_id);
    else found.push(circle([...path.slice(back).flatMap(({ edges, next }) => edges[next - 1] ?? [])]));
  }
}

const named = (edges: readonly Edge[]): Broken['named'] =>
  edges.flatMap(({ importer, importer_id, target, target_id }) => [
    { kind: 'Service', id: importer_id, name: importer },
    { kind: 'Service', id: target_id, name: target },
  ]);

/** Any of its imports can be dropped. */
const sidesOf = (edges: readonly Edge[]): Broken['sides'] => [
  ...edges.map(({ import: name, version, target }) => ({
    kind: 'ServiceImport',
    name,
    path: 'spec.targetServiceRef',
    missing: [{ do: 'DropImport', version, target } as const],
  })),
  ...edges.map(({ version }) => ({ kind: 'ServiceVersion', name: version, path: 'spec.phase', missing: [] })),
  ...edges.map(({ importer }) => ({ kind: 'Service', name: importer, path: 'spec.phase', missing: [] })),
];

function circle(edges: readonly Edge[]): Broken {
  const names = [...edges.map(({ importer }) => importer), edges[0]?.importer ?? ''];
  return {
    rule: 'I7',
    sides: sidesOf(edges),
    clause: `The services would import each other in a circle: ${names.join(' → ')}.`,
    named: named(edges),
  };
}

const tooDeep = (edge: Edge): Broken => ({
  rule: 'I8',
  sides: sidesOf([edge]),
  clause: `${edge.importer} would import ${edge.target}, which stands on a chain of ${DEEPEST} imports already.`,
  named: named([edge]),
});
