import type { Bench, Case } from '../case.ts';
import { ask } from '../load/ask.ts';
import { timesOf } from '../load/figures.ts';
import { roleDocuments, setOutsiderSees } from '../load/roles.ts';
import { timed } from '../load/timed.ts';
import { progress } from '../progress.ts';

const ROUNDS = 30;
const GIVEN_UP_AFTER_MS = 10_000;
const document = '{ site(name: "s2") { name } }';

/** How long a right outlives the answer that says that it is gone. */
export const revocation: Case = {
  title: 'how long a right outlives its revocation',
  writes: true,
  documents: [document, ...roleDocuments],
  run: async (bench) => {
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      progress(`revocation: ${round + 1} of ${ROUNDS}`);
      await setOutsiderSees(bench, 's2', true);
      if (!(await sees(bench))) throw new Error('a role that was given does not hold');
      await setOutsiderSees(bench, 's2', false);
      times.push(await timed(() => untilHidden(bench)));
    }
    const rows = [['from the acknowledgement to the first answer without', ...timesOf(times)]];
    return [{ title: 'A right taken away', columns: ['what', 'p50 ms', 'p99 ms'], rows }];
  },
};

async function sees({ catalog, tokens }: Bench): Promise<boolean> {
  const request = { url: catalog.url, token: tokens.outsider, body: { query: document } };
  return (await ask<{ readonly site: object | null }>(request)).site !== null;
}

async function untilHidden(bench: Bench): Promise<void> {
  const until = performance.now() + GIVEN_UP_AFTER_MS;
  while (await sees(bench)) if (performance.now() > until) throw new Error('a revoked role still holds');
}
