import { escaped, fitted, linked, objectHref, SMALL, widthOf } from '../../../platform/pictures/picture.ts';

/** An object in a picture, with a word more of it. */
export interface Box {
  readonly kind: string;
  readonly name: string;
  readonly note: string | null;
}

const HEIGHT = 40;
const WIDEST = 320;

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** How large the box of an object is; null stands for what is hidden. */
export const sizeOf = (box: Box | null): { width: number; height: number } => ({
  width: Math.min(WIDEST, Math.max(90, ...textsOf(box).map(({ text, size }) => widthOf(text, size) + 24))),
  height: HEIGHT,
});

const textsOf = (box: Box | null): { text: string; size: number }[] =>
  box === null
    ? [{ text: 'hidden', size: 13 }]
    : [
        { text: box.name, size: 13 },
        ...(box.note === null || box.note === '' ? [] : [{ text: box.note, size: SMALL }]),
      ];

/** A box about the middle `x`, `y`, as an item of a list; one of an object leads to it. */
export function drawBox(box: Box | null, { x, y, width }: Place, style: string, isRound = false): string {
  const rect = `<rect x="${x - width / 2}" y="${y - HEIGHT / 2}" width="${width}" height="${HEIGHT}" rx="${isRound ? HEIGHT / 2 : 4}"/>`;
  const texts = textsOf(box);
  const words = texts.map(({ text, size }, index) => {
    const at = texts.length === 1 ? y : y + (index === 0 ? -8 : 9);
    return `<text class="middle${size === SMALL ? ' small' : ''}" x="${x}" y="${at}">${escaped(fitted(text, width - 16, size))}</text>`;
  });
  const inner = rect + words.join('');
  const label = box === null ? 'hidden' : `${box.kind} ${box.name}${box.note === null ? '' : `, ${box.note}`}`;
  const shown =
    box === null ? `<g><title>hidden</title>${inner}</g>` : linked(objectHref(box.kind, box.name), label, inner);
  return `<g role="listitem" class="${style}">${shown}</g>`;
}
