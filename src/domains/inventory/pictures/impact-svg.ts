import { layered } from '../../../platform/pictures/layered.ts';
import { escaped, picture, SMALL, widthOf } from '../../../platform/pictures/picture.ts';
import { type Box, drawBox, sizeOf } from './boxes.ts';

/** What stands in a picture of an impact: what is lost, and what becomes of what. */
export interface ImpactBox extends Box {
  readonly key: string;
  readonly verdict: string;
  /** By what it is touched: keys of other boxes. */
  readonly because: readonly string[];
}

/** A list of which the picture shows a part. */
export interface ImpactCount {
  readonly what: string;
  readonly total: number;
  readonly hidden: number;
  readonly shown: number;
}

const STYLE = `.lost rect, .isolated rect { fill: var(--red); stroke: var(--red-line) } .lost rect { stroke-width: 2.5 }
.redundancy-lost rect { fill: var(--amber); stroke: var(--amber-line) } .reduced rect { fill: var(--blue); stroke: var(--blue-line) }
.unaffected rect { fill: var(--green); stroke: var(--green-line) } path { fill: none; stroke: var(--line); stroke-width: 1.5 }
#tip path { fill: var(--line); stroke: none }`;

const TIP =
  '<marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M 0 0 L 8 4 L 0 8 z"/></marker>';

/** What breaks, from left to right: what is lost, what loses by it, and what stands on that. */
export function impactSvg(lost: string, boxes: readonly ImpactBox[], counts: readonly ImpactCount[]): string {
  const known = new Set(boxes.map(({ key }) => key));
  const edges = boxes.flatMap(({ key, because }) =>
    [...new Set(because)].filter((from) => from !== key && known.has(from)).map((from) => ({ from, to: key })),
  );
  const laid = layered(new Map(boxes.map((box) => [box.key, sizeOf(box)])), edges, 'right');
  const lines = counts
    .filter(({ total }) => total > 0)
    .map(({ what, total, hidden, shown }) => {
      const more = total - hidden - shown;
      const notes = [...(hidden > 0 ? [`${hidden} hidden`] : []), ...(more > 0 ? [`${more} not drawn`] : [])];
      return `${what}: ${total}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`;
    });
  const said = lines.length === 0 ? ['Nothing breaks.'] : lines;
  const room = Math.max(laid.width, 240, ...said.map((line) => widthOf(line, SMALL) + 32));
  return picture({
    title: `What breaks without ${lost}`,
    description: `What becomes of the plant, and of what stands on it, when ${lost} is lost. ${said.join('; ')}`,
    width: room,
    height: laid.height + 16 + said.length * 16,
    style: STYLE,
    definitions: TIP,
    body: [
      ...laid.lines.map(({ path }) => `<path aria-hidden="true" marker-end="url(#tip)" d="${path}"/>`),
      `<g role="list" aria-label="What is lost, and what becomes of what">${boxes
        .map((box) => {
          const place = laid.boxes.get(box.key);
          return place === undefined ? '' : drawBox(box, place, box.verdict);
        })
        .join('\n')}</g>`,
      ...said.map(
        (line, index) => `<text class="small" x="16" y="${laid.height + 8 + index * 16}">${escaped(line)}</text>`,
      ),
    ],
  });
}
