/** So many rows are in the first of several batches. */
const FIRST = 250;

/**
 * Rows in batches of at most so many: all in one where they fit into it. Of several the first is small and each of the next ones twice
 * as large: a batch is made ready while the one before it is being stored, and for the first one the store waits.
 */
export async function* growingBatches<Row>(rows: AsyncIterable<Row>, most: number): AsyncGenerator<Row[]> {
  let waiting: Row[] = [];
  let size: number | undefined;
  for await (const row of rows) {
    waiting.push(row);
    if (size === undefined && waiting.length > most) size = Math.min(FIRST, most);
    while (size !== undefined && waiting.length >= size) {
      yield waiting.slice(0, size);
      waiting = waiting.slice(size);
      size = Math.min(most, size * 2);
    }
  }
  if (waiting.length > 0) yield waiting;
}
