import type { Target } from '../case.ts';
import { progress } from '../progress.ts';
import type { Together } from '../world/documents.ts';
import { apply } from './apply.ts';

const PER_BATCH = 5_000;

/** What an import came to. */
export interface Import {
  readonly documents: number;
  readonly seconds: number;
}

/**
 * Batch after batch of manifests, of which the next is on its way while one is being stored; so a batch may not need the
 * one before it.
 */
export async function importAll(
  what: string,
  documents: Iterable<Together>,
  target: Target,
  token: string,
): Promise<Import> {
  const startedAt = performance.now();
  let applied = 0;
  let before = Promise.resolve();
  const send = async (batch: readonly string[]): Promise<void> => {
    const running = apply(target, token, batch).then(() => {
      applied += batch.length;
      const perSecond = (applied / (performance.now() - startedAt)) * 1_000;
      progress(`${what}: ${applied.toLocaleString('en')} documents, ${perSecond.toFixed(0)}/s`);
    });
    running.catch(() => undefined); // It is heard of when it is waited for.
    await before;
    before = running;
  };
  let batch: string[] = [];
  for (const together of documents) {
    batch.push(...together);
    if (batch.length < PER_BATCH) continue;
    await send(batch);
    batch = [];
  }
  if (batch.length > 0) await send(batch);
  await before;
  return { documents: applied, seconds: (performance.now() - startedAt) / 1_000 };
}
