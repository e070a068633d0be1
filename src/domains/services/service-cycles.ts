/** One step of a graph of services: `from` needs `to`. */
export interface Edge {
  readonly from: string;
  readonly to: string;
}

/**
 * The shortest path from `start` back to itself (`[a, b, a]`); undefined when there is none. Two paths to the same
 * service (a diamond) are not a cycle.
 */
export function findCycle(edges: readonly Edge[], start: string): readonly string[] | undefined {
  const next = new Map<string, string[]>();
  for (const { from, to } of edges) next.set(from, [...(next.get(from) ?? []), to]);
  const cameFrom = new Map<string, string>();
  const pathTo = (node: string): string[] => {
    const before = node === start ? undefined : cameFrom.get(node);
    return before === undefined ? [node] : [...pathTo(before), node];
  };
  const queue = [start];
  for (const node of queue) {
    for (const to of next.get(node) ?? []) {
      if (to === start) return [...pathTo(node), to];
      if (cameFrom.has(to)) continue;
      cameFrom.set(to, node);
      queue.push(to);
    }
  }
  return undefined;
}
