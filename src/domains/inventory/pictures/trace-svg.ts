import { layered } from '../../../platform/pictures/layered.ts';
import { escaped, picture, SMALL, widthOf } from '../../../platform/pictures/picture.ts';
import { type Box, drawBox, sizeOf } from './boxes.ts';

/** What stands at a step of a trace; null for something that the viewer may not see. */
export type TraceBox = Box | null;

const STYLE = `.cable rect { fill: var(--paper); stroke-dasharray: none } .circuit rect { fill: var(--violet); stroke: var(--violet-line) }
.port rect { fill: var(--blue); stroke: var(--blue-line) } .place rect { fill: var(--green); stroke: var(--green-line) }
.hidden rect { fill: var(--box); stroke: var(--faint); stroke-dasharray: 4 3 } path { fill: none; stroke: var(--line); stroke-width: 1.5 }
.inside { stroke-dasharray: 2 4 }`;

const classes: Readonly<Record<string, string>> = { Port: 'port', Cable: 'cable', Circuit: 'circuit' };
const classOf = (box: TraceBox): string => (box === null ? 'hidden' : (classes[box.kind] ?? 'place'));
const isCable = (step: readonly TraceBox[]): boolean => step.some((box) => box?.kind === 'Cable');

/** A trace from top to bottom: ports, cables between them; what is dotted leads through the inside of a panel or a circuit. */
export function traceSvg(port: string, steps: readonly (readonly TraceBox[])[], stop: string | undefined): string {
  const key = (step: number, index: number): string => `${step}/${index}`;
  const sizes = new Map(
    steps.flatMap((step, at) =>
      step.map((box, index): [string, { width: number; height: number }] => [key(at, index), sizeOf(box)]),
    ),
  );
  const edges = steps.flatMap((step, at) =>
    (steps[at + 1] ?? []).flatMap((_, to) =>
      step.map((_box, from) => ({
        from: key(at, from),
        to: key(at + 1, to),
        isInside: !isCable(step) && !isCable(steps[at + 1] ?? []),
      })),
    ),
  );
  const { boxes, lines, width, height } = layered(sizes, edges);
  const drawn = steps.map((step, at) =>
    step.map((box, index) => {
      const place = boxes.get(key(at, index));
      return place === undefined ? '' : drawBox(box, place, classOf(box), box?.kind === 'Cable');
    }),
  );
  const end =
    stop === undefined
      ? 'Nothing is plugged in.'
      : `It ends: ${stop.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase()}.`;
  const room = Math.max(width, widthOf(end, SMALL) + 32, 240);
  return picture({
    title: `Trace from ${port}`,
    description: `The path from the port ${port} in ${steps.length} steps. ${end}`,
    width: room,
    height: height + 24,
    style: STYLE,
    body: [
      ...lines.map(
        ({ path, edge }) => `<path aria-hidden="true" class="${edge.isInside ? 'inside' : ''}" d="${path}"/>`,
      ),
      `<g role="list" aria-label="Steps">${drawn.flat().join('\n')}</g>`,
      `<text class="small" x="16" y="${height + 8}">${escaped(end)}</text>`,
    ],
  });
}
