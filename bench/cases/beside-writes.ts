import type { Bench, Case } from '../case.ts';
import { figuresOf } from '../load/figures.ts';
import { interleave } from '../load/interleave.ts';
import { labelDevice, labelDocument } from '../load/label-device.ts';
import type { Round } from '../load/shoot.ts';
import { digits } from '../load/statistics.ts';
import { done } from '../progress.ts';
import { queriesFor } from '../queries/index.ts';
import { bodiesOf, type Query } from '../queries/query.ts';

/** Projects and services, of which nothing changes; a device, as others do. */
const ASKED = ['Q2', 'Q4', 'Q1'];

/** What is asked again of the service with its defaults, while nobody writes and while one client changes labels of devices as fast as it can. */
export const besideWrites: Case = {
  title: 'what is asked again, beside a client that writes',
  writes: true,
  documents: [labelDocument],
  run: async (bench) => {
    const rows: string[][] = [];
    for (const id of ASKED) {
      for (const query of queriesFor(bench.size).filter((one) => one.id === id)) {
        rows.push([`${id} ${query.title}`, 'none', ...figuresOf(await measure(query, bench))]);
        const { result, perSecond } = await besideWriter(bench, () => measure(query, bench));
        rows.push(['', digits(perSecond), ...figuresOf(result)]);
        done(`${id}: measured`);
      }
    }
    const columns = ['read', 'writes/s', '/s', 'p50 ms', 'p99 ms', 'Node ms', 'PostgreSQL ms'];
    return [{ title: 'Asked again, beside writes', columns, rows }];
  },
};

async function measure({ id, catalog }: Query, bench: Bench): Promise<Round> {
  const shot = { ...bench.keeping, token: bench.tokens['bench-admin'], bodies: bodiesOf(catalog) };
  const results = await interleave(id, { again: shot }, bench);
  const round = results.get('again');
  if (round === undefined) throw new Error(`${id} was not measured`);
  return round;
}

async function besideWriter<T>({ keeping, size, tokens }: Bench, work: () => Promise<T>) {
  const startedAt = performance.now();
  let isDone = false;
  let count = 0;
  const write = async (): Promise<void> => {
    for (; !isDone; count++)
      await labelDevice(keeping, size, tokens['bench-admin'], { client: 0, value: `v${startedAt}-${count}` });
  };
  const writing = write();
  const result = await Promise.race([work(), writing.then(() => Promise.reject(new Error('the writer has ended')))]);
  const perSecond = (count / (performance.now() - startedAt)) * 1_000;
  isDone = true;
  await writing.catch(() => undefined);
  return { result, perSecond };
}
