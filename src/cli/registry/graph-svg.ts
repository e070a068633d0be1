import { Graph, layout } from '@dagrejs/dagre';
import type { ServiceEdge, ServiceGraph } from './graph.ts';

const FONT = 13;
const SMALL = 10;
const HEIGHT = 34;
const widthOf = (text: string, size = FONT): number => Math.ceil(text.length * size * 0.62);

interface Point {
  readonly x: number;
  readonly y: number;
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (letter) => escapes[letter] ?? letter);
const labelOf = ({ versions }: ServiceEdge): string => versions.join(', ');

/** A line through the points of the layout, rounded at each. */
function path(points: readonly Point[]): string {
  const [start, ...rest] = points;
  if (start === undefined) return '';
  const middles = rest.slice(0, -1).map((point, index) => {
    const next = rest[index + 1] ?? point;
    return `Q ${point.x} ${point.y} ${(point.x + next.x) / 2} ${(point.y + next.y) / 2}`;
  });
  const end = rest.at(-1) ?? start;
  return [`M ${start.x} ${start.y}`, ...middles, `L ${end.x} ${end.y}`].join(' ');
}

const STYLE = `text { font: ${FONT}px ui-sans-serif, system-ui, sans-serif; text-anchor: middle; dominant-baseline: central; fill: #1f2328 }
.label { font-size: ${SMALL}px; fill: #57606a; paint-order: stroke; stroke: #fff; stroke-width: 3px }
rect { fill: #f6f8fa; stroke: #57606a } .core { fill: #ddf4ff; stroke: #0969da; stroke-width: 2 }
path { fill: none; stroke: #57606a } .uses { stroke-dasharray: 4 3 } marker path { fill: #57606a; stroke: none }`;

/** A picture: what is imported stands below what imports it; uses are dashed, core services blue. */
export function asSvg({ services, edges }: ServiceGraph): string {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'TB', nodesep: 28, ranksep: 46, marginx: 16, marginy: 16 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { name } of services) graph.setNode(name, { width: widthOf(name) + 24, height: HEIGHT });
  for (const edge of edges) {
    const label = { width: widthOf(labelOf(edge), SMALL), height: SMALL + 4, labelpos: 'c' };
    graph.setEdge(edge.from, edge.to, label, edge.by);
  }
  layout(graph);
  const lines = edges.map((edge) => {
    const {
      points = [],
      x = 0,
      y = 0,
    } = graph.edge(edge.from, edge.to, edge.by) as Partial<Point> & {
      readonly points?: readonly Point[];
    };
    const label = labelOf(edge);
    const text = label === '' ? '' : `<text class="label" x="${x}" y="${y}">${escaped(label)}</text>`;
    const title = `${edge.from} ${edge.by} ${edge.to}`;
    return `<g><title>${escaped(title)}</title><path class="${edge.by}" d="${path(points)}" marker-end="url(#end)"/>${text}</g>`;
  });
  const boxes = services.map(({ name, isCore }) => {
    const { x, y, width } = graph.node(name) as Point & { readonly width: number };
    const box = `<rect class="${isCore ? 'core' : 'plain'}" x="${x - width / 2}" y="${y - HEIGHT / 2}" width="${width}" height="${HEIGHT}" rx="5"/>`;
    return `<g>${box}<text x="${x}" y="${y}">${escaped(name)}</text></g>`;
  });
  const { width = 0, height = 0 } = graph.graph() as { readonly width?: number; readonly height?: number };
  const [wide, high] = [Math.max(1, Math.ceil(width)), Math.max(1, Math.ceil(height))];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 ${wide} ${high}" width="${wide}" height="${high}">`,
    '<title>Services: what they import and use</title>',
    `<style>${STYLE}</style>`,
    '<defs><marker id="end" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M 0 0 L 8 4 L 0 8 z"/></marker></defs>',
    '<rect width="100%" height="100%" style="fill: #fff; stroke: none"/>',
    ...lines,
    ...boxes,
    '</svg>\n',
  ].join('\n');
}
