/** So many are kept as they come, which is all there is of most bodies. */
const FEW = 8;
const TOGETHER = 65_536;
const empty = Buffer.alloc(0);

/**
 * What comes in over a connection, in its order. A chunk keeps everything that was read from the connection together with
 * it, so a body in chunks of one byte would take a hundred times its size: from the ninth on they are copied together.
 */
export function createChunks() {
  const chunks: Buffer[] = [];
  let last: Buffer = empty;
  let used = 0;
  const copy = (chunk: Buffer): void => {
    for (let from = 0; from < chunk.length; ) {
      if (used === last.length) {
        if (used > 0) chunks.push(last);
        last = Buffer.allocUnsafe(TOGETHER);
        used = 0;
      }
      const copied = chunk.copy(last, used, from);
      used += copied;
      from += copied;
    }
  };
  return {
    add: (chunk: Buffer): void => {
      if (chunks.length < FEW) chunks.push(chunk);
      else copy(chunk);
    },
    all: (): readonly Buffer[] => (used === 0 ? chunks : [...chunks, last.subarray(0, used)]),
  };
}
