import type { Case } from '../case.ts';
import { ask } from '../load/ask.ts';
import { timesOf } from '../load/figures.ts';
import { roleDocuments, setOutsiderSees } from '../load/roles.ts';
import { timed } from '../load/timed.ts';
import { progress } from '../progress.ts';
import { callersWithGrants } from '../world/people.ts';

const ROUNDS = 12;
const document = '{ sites(first: 1) { nodes { name } } }';

/** The first request of a caller after rights have changed somewhere: theirs have to be worked out anew. */
export const coldAccess: Case = {
  title: 'the first read after rights have changed somewhere',
  writes: true,
  documents: [document, ...roleDocuments],
  run: async (bench) => {
    const rows: string[][] = [];
    for (const [name, caller] of callersWithGrants(bench.size)) {
      progress(`cold access: ${name}`);
      const request = { url: bench.catalog.url, token: bench.tokens[caller], body: { query: document } };
      const [cold, warm]: [number[], number[]] = [[], []];
      for (let round = 0; round < ROUNDS; round++) {
        await setOutsiderSees(bench, 's1', round % 2 === 0);
        cold.push(await timed(() => ask(request)));
        warm.push(await timed(() => ask(request)));
      }
      rows.push([name, ...timesOf(cold), ...timesOf(warm)]);
    }
    const columns = ['caller', 'p50 ms', 'p99 ms', 'next read p50 ms', 'p99 ms'];
    return [{ title: 'First read after rights have changed somewhere', columns, rows }];
  },
};
