import { type ApplyPayload, countsText, sendApply, totalOf } from '../apply-request.ts';
import { batchesOf } from '../batches.ts';
import { eachManifestFile } from '../manifest-files.ts';
import type { Session } from '../session.ts';
import { count } from '../sizes.ts';
import { type ManifestOptions, printResults, refused } from './apply.ts';

type Counts = ApplyPayload['counts'];
const sum = (a: Counts, b: Counts): Counts => ({
  created: a.created + b.created,
  updated: a.updated + b.updated,
  unchanged: a.unchanged + b.unchanged,
  refused: a.refused + b.refused,
});

/** `catalog apply --batch`: one batch after the other, each all or nothing; 1 at the first that is refused. */
export async function applyInBatches(
  session: Session,
  { filename, recursive, batch: size, ...options }: ManifestOptions & { readonly batch: number },
): Promise<number> {
  const { terminal } = session;
  const client = await session.client();
  const startedAt = performance.now();
  let done: Counts = { created: 0, updated: 0, unchanged: 0, refused: 0 };
  const showProgress = (): void => {
    const perSecond = (totalOf(done) * 1_000) / (performance.now() - startedAt);
    terminal.progress(`${count(totalOf(done), 'document')} applied, ${perSecond.toFixed(0)}/s …`);
  };
  let isThrough = false;
  const how = { ...options, validateOnly: false, isBrief: terminal.isQuiet };
  try {
    const files = eachManifestFile(filename, { isRecursive: recursive === true, terminal });
    for await (const batch of batchesOf(files, size)) {
      const payload = await sendApply(client, batch, how, showProgress);
      if (payload.userErrors.length > 0) {
        const sources = batch.map(({ source }) => source);
        return refused(payload, sources, terminal, 'nothing of this batch was written');
      }
      done = sum(done, payload.counts);
      if (!terminal.isQuiet) await printResults(payload, false, terminal);
    }
    isThrough = true;
    return 0;
  } finally {
    terminal.progress(undefined);
    if (!isThrough || !terminal.isQuiet) terminal.note(`total: ${countsText(done) || 'nothing'}`);
  }
}
