import { Graph, layout } from '@dagrejs/dagre';

export interface Point {
  readonly x: number;
  readonly y: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

export interface LayeredEdge {
  readonly from: string;
  readonly to: string;
  /** Tells edges between the same boxes apart. */
  readonly by?: string;
  /** Room for a label at its middle. */
  readonly label?: Size;
}

export interface Layered<Edge> extends Size {
  /** Middles of the boxes. */
  readonly boxes: ReadonlyMap<string, Point & Size>;
  readonly lines: readonly (Point & { readonly edge: Edge; readonly path: string })[];
}

/** Lays boxes out in layers, each below what leads to it, or to the right of that. */
export function layered<Edge extends LayeredEdge>(
  boxes: ReadonlyMap<string, Size>,
  edges: readonly Edge[],
  direction: 'down' | 'right' = 'down',
): Layered<Edge> {
  const graph = new Graph({ multigraph: true });
  const isDown = direction === 'down';
  graph.setGraph({
    rankdir: isDown ? 'TB' : 'LR',
    nodesep: isDown ? 28 : 12,
    ranksep: 46,
    marginx: 16,
    marginy: 16,
  });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const [name, size] of boxes) graph.setNode(name, { ...size });
  for (const { from, to, by, label = { width: 0, height: 0 } } of edges)
    graph.setEdge(from, to, { ...label, labelpos: 'c' }, by);
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as Partial<Size>;
  return {
    width,
    height,
    boxes: new Map([...boxes.keys()].map((name) => [name, graph.node(name) as Point & Size])),
    lines: edges.map((edge) => {
      const drawn = graph.edge(edge.from, edge.to, edge.by) as Partial<Point> & { readonly points?: readonly Point[] };
      return { edge, x: drawn.x ?? 0, y: drawn.y ?? 0, path: rounded(drawn.points ?? []) };
    }),
  };
}

/** A line through the points of the layout, rounded at each. */
function rounded(points: readonly Point[]): string {
  const [start, ...rest] = points;
  if (start === undefined) return '';
  const middles = rest.slice(0, -1).map((point, index) => {
    const next = rest[index + 1] ?? point;
    return `Q ${point.x} ${point.y} ${(point.x + next.x) / 2} ${(point.y + next.y) / 2}`;
  });
  const end = rest.at(-1) ?? start;
  return [`M ${start.x} ${start.y}`, ...middles, `L ${end.x} ${end.y}`].join(' ');
}
