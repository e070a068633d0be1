import { endsOf } from './imports.ts';
import type { Import, Registry, Service, Version } from './registry.ts';
import { type Broken, named, type Rule, side, type Walked } from './rule.ts';

/** An import between two services: of all that make it, that of the highest version. */
interface Edge {
  readonly own: Import;
  readonly version: Version;
  readonly importer: Service;
  readonly target: Service;
}

const DEEPEST = 32;

/** The graph of imports that bind, by importer; in an order that does not depend on what has been loaded. */
function importGraph(registry: Registry): ReadonlyMap<string, readonly Edge[]> {
  const edges = new Map<string, Edge>();
  for (const one of registry.imports.all()) {
    const ends = endsOf(registry, one);
    if (ends === undefined || !registry.isOffered(ends.version)) continue;
    const { own, version, service: importer, target } = ends;
    const key = `${importer.name} ${target.name}`;
    const other = edges.get(key);
    if (other === undefined || other.version.order < version.order) edges.set(key, { own, version, importer, target });
  }
  const inOrder = [...edges].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, edge]) => edge);
  return Map.groupBy(inOrder, ({ importer }) => importer.id);
}

/**
 * Circles of the import graph, one for each service that closes one, and chains that are too long.
 *
 *   a ─► b ─► c      Walked depth first. A service on the path walked is met again: a circle (c ─► a). One that was
 *   ▲─────────┘      met on another path, as in a diamond, is none: what is below it is known already.
 */
export function walkImports(registry: Registry): Walked {
  const targets = importGraph(registry);
  const depths = new Map<string, number>();
  const found: Finds = { circles: [], chains: [] };
  for (const start of targets.keys()) walk(start, targets, depths, found);
  return found;
}

interface Finds extends Walked {
  readonly circles: Broken[];
  readonly chains: Broken[];
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
  { circles, chains }: Finds,
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
    if (isNewlyTooDeep && depth === DEEPEST && edge !== undefined) chains.push(tooDeep(edge));
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
    const known = depths.get(edge.target.id);
    const back = path.findIndex(({ id }) => id === edge.target.id);
    if (known !== undefined) leave(edge.target.id, known);
    else if (back === -1) enter(edge.target.id);
    else circles.push(circle(path.slice(back).flatMap(({ edges, next }) => edges[next - 1] ?? [])));
  }
}

const namedBy = (edges: readonly Edge[]): Broken['named'] =>
  named({
    Service: edges.flatMap(({ importer, target }) => [importer, target]),
    ServiceVersion: edges.map(({ version }) => version),
  });

/** Any of its imports can be dropped. */
const sidesOf = (edges: readonly Edge[]): Broken['sides'] => [
  ...edges.map(({ own, version, target }) =>
    side('ServiceImport', own.name, 'spec.targetServiceRef', {
      missing: [{ do: 'DropImport', version: version.name, target: target.name }],
    }),
  ),
  ...edges.map(({ version }) => side('ServiceVersion', version.name, 'spec.phase')),
  ...edges.map(({ importer }) => side('Service', importer.name, 'spec.phase')),
];

function circle(edges: readonly Edge[]): Broken {
  const names = [...edges, ...edges.slice(0, 1)].map(({ importer }) => importer.name);
  return {
    sides: sidesOf(edges),
    clause: `The services would import each other in a circle: ${names.join(' → ')}.`,
    named: namedBy(edges),
  };
}

const tooDeep = (edge: Edge): Broken => ({
  sides: sidesOf([edge]),
  clause: `${edge.importer.name} would import ${edge.target.name}, which stands on a chain of ${DEEPEST} imports already.`,
  named: namedBy([edge]),
});

const kinds = ['ServiceImport', 'ServiceVersion', 'Service'];

/** Those about the import graph as a whole, or as much of it as what is in question is part of. */
export const graphRules: readonly Rule[] = [
  {
    id: 'I7',
    code: 'I7_IMPORT_CYCLE',
    severity: 'error',
    sentence: 'Services do not import each other in a circle; they may use each other in one.',
    on: kinds,
    find: (_registry, _within, walked) => walked().circles,
  },
  {
    id: 'I8',
    code: 'I8_IMPORT_DEPTH',
    severity: 'error',
    sentence: `No chain of imports is longer than ${DEEPEST}.`,
    on: kinds,
    find: (_registry, _within, walked) => walked().chains,
  },
];
