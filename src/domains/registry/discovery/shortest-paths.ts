/** A dependency of a service, or of one version of it, on another. */
export interface Edge {
  readonly kind: string;
  readonly from: string;
  readonly fromVersion: string | null;
  readonly to: string;
  readonly toVersion: string | null;
}

/** So many beginnings of paths are looked at: more are only there where dependencies run in many circles. */
const MOST_BEGINNINGS = 20_000;

/** Number of steps from each service to the goal, on the shortest way; those that do not lead there are missing. */
function distancesTo(goal: string, edges: readonly Edge[]): ReadonlyMap<string, number> {
  const into = Map.groupBy(edges, ({ to }) => to);
  const distances = new Map([[goal, 0]]);
  let last = [goal];
  for (let distance = 1; last.length > 0; distance++) {
    const next = new Set(last.flatMap((to) => (into.get(to) ?? []).map(({ from }) => from)));
    last = [...next].filter((from) => !distances.has(from));
    for (const from of last) distances.set(from, distance);
  }
  return distances;
}

const textOf = (path: readonly Edge[]): string =>
  path.map(({ kind, fromVersion, to, toVersion }) => [kind, fromVersion, to, toVersion].join(' ')).join('\n');

/**
 * The shortest ways from one service to another, no service twice on any of them; of one length by their names. A way goes on
 * from the version that it has reached; from a service of which it has reached no version, from any.
 *
 * Beginnings are kept by the length that a whole way through them has at least, and continued from the least one: what is
 * finished first is shortest.
 */
export function shortestPaths(edges: readonly Edge[], start: string, goal: string, most: number): readonly Edge[][] {
  const distances = distancesTo(goal, edges);
  const out = Map.groupBy(edges, ({ from }) => from);
  const byLength: Edge[][][] = [];
  const add = (path: Edge[], at: string): void => {
    const length = path.length + (distances.get(at) ?? 0);
    const paths = byLength[length] ?? [];
    paths.push(path);
    byLength[length] = paths;
  };
  const found: Edge[][] = [];
  if (start === goal || !distances.has(start)) return found;
  add([], start);
  let looked = 0;
  for (let length = 0; length < byLength.length; length++) {
    const finished: Edge[][] = [];
    for (const paths = byLength[length] ?? []; paths.length > 0 && looked < MOST_BEGINNINGS; looked++) {
      const path = paths.pop() ?? [];
      const last = path.at(-1);
      const at = last?.to ?? start;
      if (at === goal) {
        finished.push(path);
        continue;
      }
      const passed = new Set([start, ...path.map(({ to }) => to)]);
      for (const edge of out.get(at) ?? []) {
        const isOther = edge.fromVersion !== null && last?.toVersion != null && edge.fromVersion !== last.toVersion;
        if (!isOther && !passed.has(edge.to) && distances.has(edge.to)) add([...path, edge], edge.to);
      }
    }
    found.push(
      ...finished
        .map((path) => ({ path, text: textOf(path) }))
        .sort((a, b) => (a.text < b.text ? -1 : 1))
        .map(({ path }) => path),
    );
    if (found.length >= most) break;
  }
  return found.slice(0, most);
}
