import { holdsMany } from './holds-many.ts';
import type { TimeSlices } from './time-slices.ts';

/** So many values become text in about a millisecond. */
const PIECE = 4_000;

// What says itself how it becomes text is not counted through before.
const isLong = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !('toJSON' in value) && holdsMany(value, PIECE);

/** The text that JSON.stringify gives; a long one is made piece by piece, so that others have their turn in between. */
export function stringifyInSlices(value: unknown, slices: TimeSlices): string | Promise<string> {
  return isLong(value) ? stringifyLong(value, slices) : JSON.stringify(value);
}

async function stringifyLong(root: object, slices: TimeSlices): Promise<string> {
  const pieces: string[] = [];
  const write = async (value: object): Promise<void> => {
    const isList = Array.isArray(value);
    let separator = isList ? '[' : '{';
    for (const [key, inner] of Object.entries(value)) {
      const below = isLong(inner) ? inner : undefined;
      const text = below === undefined ? (JSON.stringify(inner) as string | undefined) : '';
      if (text === undefined && !isList) continue;
      pieces.push(separator, isList ? '' : `${JSON.stringify(key)}:`, text ?? 'null');
      separator = ',';
      if (below !== undefined) await write(below);
      const wait = slices.next();
      if (wait !== undefined) await wait;
    }
    if (separator !== ',') pieces.push(separator);
    pieces.push(isList ? ']' : '}');
  };
  await write(root);
  return pieces.join('');
}
