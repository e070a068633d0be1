import { setTimeout as sleep } from 'node:timers/promises';
import { overEvents } from '../../test/kit/streams.ts';
import type { Bench, Case } from '../case.ts';
import { apply, applyDocument } from '../load/apply.ts';
import { timesOf } from '../load/figures.ts';
import { digits } from '../load/statistics.ts';
import { progress } from '../progress.ts';
import { manifest } from '../world/documents.ts';

const CHANGES = 1_000;
const PER_BATCH = 100;
const LATENCIES = 100;
const document =
  'subscription { changes(initial: false, where: {kinds: ["Rack"]}) { type name changedFields object { spec } } }';

/** How fast changes reach one, some and many who follow them over server-sent events. */
export const feed: Case = {
  title: 'the change feed with up to 100 subscribers',
  writes: true,
  documents: [document, applyDocument],
  run: async (bench) => {
    const rows: string[][] = [];
    for (const count of [1, 20, 100]) rows.push([String(count), ...(await throughput(bench, count))]);
    return [
      {
        title: `Change feed: ${CHANGES.toLocaleString('en')} changes`,
        columns: ['subscribers', 'written after ms', 'received by all after ms', 'messages/s'],
        rows,
      },
      {
        title: 'From the acknowledgement of a write to a subscriber',
        columns: ['what', 'p50 ms', 'p99 ms'],
        rows: [['one subscriber', ...timesOf(await latencies(bench))]],
      },
    ];
  },
};

const rack = (name: string): string =>
  manifest('inventory', 'Rack', { name }, { siteRef: { name: 's5' }, heightU: 42 });

const subscribe = ({ catalog, tokens }: Bench) =>
  overEvents(new URL(catalog.url).origin, document, {}, { authorization: `Bearer ${tokens['bench-admin']}` });

async function throughput(bench: Bench, subscribers: number): Promise<string[]> {
  progress(`change feed: ${subscribers} subscribers`);
  let ready = 0;
  const all = Promise.all(
    Array.from({ length: subscribers }, async () => {
      let count = 0;
      for await (const { data } of subscribe(bench)) {
        if (data.changes.type === 'BOOKMARK') ready++;
        else if (++count === CHANGES) return;
      }
      throw new Error('the feed ended before all changes had come');
    }),
  );
  while (ready < subscribers) await Promise.race([all, sleep(10)]);
  const startedAt = performance.now();
  for (let batch = 0; batch < CHANGES / PER_BATCH; batch++) {
    const names = Array.from({ length: PER_BATCH }, (_, index) => `feed${subscribers}-${batch}-${index}`);
    await apply(bench.catalog, bench.tokens['bench-admin'], names.map(rack));
  }
  const written = performance.now() - startedAt;
  await all;
  const received = performance.now() - startedAt;
  return [written, received, (subscribers * CHANGES * 1_000) / received].map(digits);
}

async function latencies(bench: Bench): Promise<number[]> {
  progress('change feed: latency');
  const times: number[] = [];
  const stream = subscribe(bench);
  await stream.next();
  for (let round = 0; round < LATENCIES; round++) {
    const next = stream.next();
    await apply(bench.catalog, bench.tokens['bench-admin'], [rack(`feed-latency-${round}`)]);
    const startedAt = performance.now();
    await next;
    times.push(performance.now() - startedAt);
  }
  await stream.return(undefined);
  return times;
}
