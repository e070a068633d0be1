import type { Bench, Case } from '../case.ts';
import { timesOf } from '../load/figures.ts';
import { labelDevice, labelDocument } from '../load/label-device.ts';
import { cpuOf, cpuOfPostgres } from '../load/proc.ts';
import { digits } from '../load/statistics.ts';
import { timed } from '../load/timed.ts';
import { progress } from '../progress.ts';

/** Node compiles what a write runs for about as long; a service that has run for a minute has done so. */
const FIRST = 1_000;

/**
 * One label of one device changed, with everything that a write does: by one client, and by many at once; and apart from those the
 * first ones of the process.
 */
export const singleWrites: Case = {
  title: 'single mutations, one client and 16',
  writes: true,
  documents: [labelDocument],
  run: async (bench) => {
    const rows: string[][] = [];
    rows.push([`1 at once, the first ${FIRST} writes`, ...(await measure(bench, 1, (done) => done < FIRST))]);
    const inTime = (_: number, ms: number): boolean => ms < bench.seconds * bench.rounds * 1_000;
    for (const clients of [1, 16]) rows.push([`${clients} at once`, ...(await measure(bench, clients, inTime))]);
    const columns = ['clients', '/s', 'p50 ms', 'p99 ms', 'Node ms', 'PostgreSQL ms', 'OpenFGA ms'];
    return [{ title: 'One label of a device changed', columns, rows }];
  },
};

/** Writes as long as `goesOn`, which is told how many each client has done and for how many milliseconds. */
async function measure(
  { catalog, postgresPid, openfgaPid, size, tokens }: Bench,
  clients: number,
  goesOn: (done: number, ms: number) => boolean,
): Promise<string[]> {
  const startedAt = performance.now();
  const write = async (client: number, count: number): Promise<void> => {
    await labelDevice(catalog, size, tokens['bench-admin'], { client, value: `v${startedAt}-${count}` });
  };
  progress(`single mutations: ${clients} at once`);
  const times: number[] = [];
  const cpu = (): number[] => [cpuOf(catalog.pid), cpuOfPostgres(postgresPid), cpuOf(openfgaPid)];
  const before = cpu();
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      for (let count = 0; goesOn(count, performance.now() - startedAt); count++)
        times.push(await timed(() => write(client, count)));
    }),
  );
  const perSecond = (times.length / (performance.now() - startedAt)) * 1_000;
  const taken = cpu().map((ms, index) => digits((ms - (before[index] ?? 0)) / times.length));
  return [digits(perSecond), ...timesOf(times), ...taken];
}
