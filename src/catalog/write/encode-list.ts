import type { Pause } from '../../platform/pauses.ts';

/** So many items are made text and encoded between two looks at the clock. */
const AT_ONCE = 20;

/**
 * A JSON list of the text that `of` makes of each item, encoded with pauses. As one long text it would be encoded in one piece
 * when it is sent.
 */
export async function encodeList<Item>(
  items: readonly Item[],
  pause: Pause,
  of: (item: Item) => string,
): Promise<Buffer> {
  const pieces = ['['];
  const encoded: Buffer[] = [];
  for (const [index, item] of items.entries()) {
    if (index > 0) pieces.push(',');
    pieces.push(of(item));
    if (index % AT_ONCE !== AT_ONCE - 1) continue;
    encoded.push(Buffer.from(pieces.splice(0).join('')));
    await pause();
  }
  pieces.push(']');
  return Buffer.concat([...encoded, Buffer.from(pieces.join(''))]);
}
