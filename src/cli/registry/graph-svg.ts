import { layered } from '../../platform/pictures/layered.ts';
import { escaped, picture, SMALL, widthOf } from '../../platform/pictures/picture.ts';
import type { ServiceEdge, ServiceGraph } from './graph.ts';

const HEIGHT = 34;
const labelOf = ({ versions }: ServiceEdge): string => versions.join(', ');

const STYLE = `text { text-anchor: middle } .label { paint-order: stroke; stroke: var(--paper); stroke-width: 3px }
.core rect { fill: var(--blue); stroke: var(--blue-line); stroke-width: 2 }
path { fill: none; stroke: var(--line) } .uses { stroke-dasharray: 4 3 } marker path { fill: var(--line); stroke: none }`;
const ARROW =
  '<marker id="end" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M 0 0 L 8 4 L 0 8 z"/></marker>';

/** A picture: what is imported stands below what imports it; uses are dashed, core services blue. */
export function asSvg({ services, edges }: ServiceGraph): string {
  const sizes = new Map(services.map(({ name }) => [name, { width: widthOf(name) + 24, height: HEIGHT }]));
  const labelled = edges.map((edge) => ({
    ...edge,
    label: { width: widthOf(labelOf(edge), SMALL), height: SMALL + 4 },
  }));
  const { boxes, lines, width, height } = layered(sizes, labelled);
  const drawn = lines.map(({ edge, x, y, path }) => {
    const label = labelOf(edge);
    const text = label === '' ? '' : `<text class="small label" x="${x}" y="${y}">${escaped(label)}</text>`;
    const title = `${edge.from} ${edge.by} ${edge.to}`;
    return `<g><title>${escaped(title)}</title><path class="${edge.by}" d="${path}" marker-end="url(#end)"/>${text}</g>`;
  });
  const named = services.map(({ name, isCore }) => {
    const { x = 0, y = 0, width: wide = 0 } = boxes.get(name) ?? {};
    const box = `<rect x="${x - wide / 2}" y="${y - HEIGHT / 2}" width="${wide}" height="${HEIGHT}" rx="5"/>`;
    return `<g role="listitem" class="${isCore ? 'core' : 'plain'}">${box}<text x="${x}" y="${y}">${escaped(name)}</text></g>`;
  });
  return picture({
    title: 'Services: what they import and use',
    description: `${services.length} services and ${edges.length} ways in which one depends on another. What is imported stands below what imports it.`,
    width,
    height,
    style: STYLE,
    definitions: ARROW,
    body: [...drawn, `<g role="list" aria-label="Services">${named.join('\n')}</g>`],
  });
}
