import { MOST_WRITTEN, type OpenFga, RefusedByOpenFgaError, type Tuple } from '../../platform/openfga/client.ts';

/** A row of the outbox. */
export interface Operation {
  readonly seq: bigint;
  readonly operation: 'write' | 'delete';
  readonly tuple: Tuple;
}

const AT_ONCE = 8;

/**
 * Applies operations so that what they leave is as if applied one after another: of several on one tuple only the last
 * one counts. Gives back those that OpenFGA refuses for good, with the reason.
 */
export async function applyOperations(
  openfga: OpenFga,
  operations: readonly Operation[],
): Promise<ReadonlyMap<bigint, string>> {
  const last = new Map(operations.map((one) => [`${one.tuple.object}#${one.tuple.relation}@${one.tuple.user}`, one]));
  const folded = [...last.values()];
  const chunks: Operation[][] = [];
  for (let at = 0; at < folded.length; at += MOST_WRITTEN) chunks.push(folded.slice(at, at + MOST_WRITTEN));
  const failed = new Map<bigint, string>();
  const workers = Array.from({ length: Math.min(AT_ONCE, chunks.length) }, async () => {
    try {
      for (let chunk = chunks.shift(); chunk !== undefined; chunk = chunks.shift()) {
        for (const [seq, reason] of await applyChunk(openfga, chunk)) failed.set(seq, reason);
      }
    } catch (error) {
      chunks.length = 0;
      throw error;
    }
  });
  // To the end of all, also after a failure: what still went on then could undo what another replica applies next.
  const ended = await Promise.allSettled(workers);
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
  return failed;
}

async function applyChunk(openfga: OpenFga, chunk: readonly Operation[]): Promise<ReadonlyMap<bigint, string>> {
  const tuplesOf = (wanted: Operation['operation']): Tuple[] =>
    chunk.filter(({ operation }) => operation === wanted).map(({ tuple }) => tuple);
  try {
    await openfga.write({ writes: tuplesOf('write'), deletes: tuplesOf('delete') });
    return new Map();
  } catch (error) {
    if (!(error instanceof RefusedByOpenFgaError)) throw error;
    const [only, another] = chunk;
    if (only !== undefined && another === undefined) return new Map([[only.seq, error.message]]);
    // One of them is at fault, and found by halves: the others go on without it.
    const middle = Math.ceil(chunk.length / 2);
    const halves = [chunk.slice(0, middle), chunk.slice(middle)];
    const failed: (readonly [bigint, string])[] = [];
    for (const half of halves) failed.push(...(await applyChunk(openfga, half)));
    return new Map(failed);
  }
}
