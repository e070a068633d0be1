import { Graph, layout } from '@dagrejs/dagre';

export interface Point {
  readonly x: number;
  readonly y: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

type Box = Point & Size;

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
  readonly boxes: ReadonlyMap<string, Box>;
  readonly lines: readonly (Point & { readonly edge: Edge; readonly path: string })[];
}

const MARGIN = 16;

/** Lays boxes out in layers, each below what leads to it, or to the right of that. No line passes through a box. */
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
    marginx: MARGIN,
    marginy: MARGIN,
  });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const [name, size] of boxes) graph.setNode(name, { ...size });
  for (const { from, to, by, label = { width: 0, height: 0 } } of edges)
    graph.setEdge(from, to, { ...label, labelpos: 'c' }, by);
  layout(graph);
  const laid = new Map([...boxes.keys()].map((name) => [name, graph.node(name) as Box]));
  const passing = isDown ? passingDown(laid) : passingRight(laid);
  const lines = edges.map((edge) => {
    const drawn = graph.edge(edge.from, edge.to, edge.by) as Partial<Point> & { readonly points?: readonly Point[] };
    const [from, to] = [laid.get(edge.from), laid.get(edge.to)];
    const between = (drawn.points ?? []).slice(1, -1);
    const isApart = edge.by !== undefined || edge.label !== undefined;
    const points = from === undefined || to === undefined ? [] : passing(from, between, to, isApart);
    return { edge, x: drawn.x ?? 0, y: drawn.y ?? 0, points };
  });
  // The layout's own size is that of boxes and labels: lines may lead around them.
  const { width = 0, height = 0 } = graph.graph() as Partial<Size>;
  const all = lines.flatMap(({ points }) => points);
  const left = Math.min(MARGIN, ...all.map(({ x }) => x)) - MARGIN;
  const top = Math.min(MARGIN, ...all.map(({ y }) => y)) - MARGIN;
  const moved = <Some extends Point>(one: Some): Some => ({ ...one, x: one.x - left, y: one.y - top });
  return {
    width: Math.max(width, ...all.map(({ x }) => x + MARGIN)) - left,
    height: Math.max(height, ...all.map(({ y }) => y + MARGIN)) - top,
    boxes: new Map([...laid].map(([name, box]) => [name, moved(box)])),
    lines: lines.map(({ points, ...line }) => ({ ...moved(line), path: curved(points.map(moved), isDown) })),
  };
}

/**
 * The points of a line that leaves a box at its far side, enters another at its near side, and passes layers straight.
 * Between layers it bends once, unless it is to stay apart from others there.
 */
type Passing = (from: Box, between: readonly Point[], to: Box, isApart: boolean) => Point[];

/**
 *     ┌──────┐ │  │
 *     │ from │─┼╮ │         A layer reaches as far as its widest box.
 *     └──────┘ │╰─┼──▶
 */
function passingRight(boxes: ReadonlyMap<string, Box>): Passing {
  const reach = new Map<number, number>();
  for (const { x, width } of boxes.values())
    reach.set(Math.round(x), Math.max(reach.get(Math.round(x)) ?? 0, width / 2));
  const sides = ({ x, y }: Point, isApart: boolean): Point[] => {
    const half = reach.get(Math.round(x));
    if (half !== undefined) return [-half, half].map((side) => ({ x: x + side, y }));
    return isApart ? [{ x, y }] : [];
  };
  return (from, between, to, isApart) => [
    { x: from.x + from.width / 2, y: from.y },
    ...sides(from, true).slice(1),
    ...between.flatMap((point) => sides(point, isApart)),
    ...sides(to, true).slice(0, 1),
    { x: to.x - to.width / 2, y: to.y },
  ];
}

const turned = <Some extends Partial<Size> & Point>(one: Some): Some & Size => ({
  ...one,
  x: one.y,
  y: one.x,
  width: one.height ?? 0,
  height: one.width ?? 0,
});

/** The same from above. */
function passingDown(boxes: ReadonlyMap<string, Box>): Passing {
  const passing = passingRight(new Map([...boxes].map(([name, box]) => [name, turned(box)])));
  return (from, between, to, isApart) =>
    passing(turned(from), between.map(turned), turned(to), isApart).map(({ x, y }) => ({ x: y, y: x }));
}

/** A line that comes to each of the points and leaves it in the direction of the picture. */
function curved([start, ...rest]: readonly Point[], isDown: boolean): string {
  if (start === undefined) return '';
  let at = start;
  const parts = rest.flatMap((point) => {
    // A curve of no length would give the tip of an arrow no direction.
    if (point.x === at.x && point.y === at.y) return [];
    const [x, y] = [(at.x + point.x) / 2, (at.y + point.y) / 2];
    const bends = isDown ? `${at.x} ${y} ${point.x} ${y}` : `${x} ${at.y} ${x} ${point.y}`;
    at = point;
    return `C ${bends} ${point.x} ${point.y}`;
  });
  return [`M ${start.x} ${start.y}`, ...parts].join(' ');
}
