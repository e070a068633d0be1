import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Bench, Case } from '../case.ts';
import { ask } from '../load/ask.ts';
import { timesOf } from '../load/figures.ts';
import { forgetPeak, memoryOf } from '../load/proc.ts';
import { digits } from '../load/statistics.ts';
import { timed } from '../load/timed.ts';
import { done, progress } from '../progress.ts';
import { type Aim, attacks, documents } from '../storms/attacks.ts';

const small = '{ sites(first: 1) { nodes { name } } }';
const FIRST_MS = 1_000;
const PAUSE_MS = 5;

/** How long others wait while somebody does the worst that the limits allow. The storm comes from a process of its own. */
export const storms: Case = {
  title: 'a small query of somebody else, and /healthz, beside each kind of storm',
  writes: true,
  documents: [small, ...documents],
  run: async (bench) => {
    const rows = [['none', '', ...(await others(bench))]];
    for (const name of Object.keys(attacks)) {
      progress(`storms: ${name}`);
      rows.push(await beside(name, bench));
      done(`storms: ${name}`);
    }
    const columns = ['storm', 'attacks/s', 'query p50 ms', 'p99 ms', '/healthz p50 ms', 'p99 ms', 'MiB at most'];
    return [{ title: 'What others wait beside a storm', columns, rows }];
  },
};

async function beside(name: string, bench: Bench): Promise<string[]> {
  const child = fork(fileURLToPath(new URL('../storms/storm.ts', import.meta.url)));
  try {
    const { catalog: target, tokens } = bench;
    const aim: Aim = { target, reader: tokens['bench-admin'], outsider: tokens.outsider };
    child.send({ name, aim });
    await sleep(FIRST_MS);
    const before = await countOf(child);
    const startedAt = performance.now();
    const waited = await others(bench);
    const count = (await countOf(child)) - before;
    return [name, digits((count * 1_000) / (performance.now() - startedAt)), ...waited];
  } finally {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    await sleep(FIRST_MS);
  }
}

async function countOf(child: ChildProcess): Promise<number> {
  const answer = once(child, 'message');
  child.send('count');
  return Number((await answer)[0]);
}

/** What others wait for a small query and for `/healthz`, for as long as all rounds together take. */
async function others({ catalog, tokens, seconds, rounds }: Bench): Promise<string[]> {
  forgetPeak(catalog.pid);
  const until = performance.now() + seconds * rounds * 1_000;
  const repeat = async (work: () => Promise<unknown>): Promise<number[]> => {
    const times: number[] = [];
    while (performance.now() < until) {
      times.push(await timed(work));
      await sleep(PAUSE_MS);
    }
    return times;
  };
  const health = new URL('/healthz', catalog.url);
  const [queries, checks] = await Promise.all([
    repeat(() => ask({ url: catalog.url, token: tokens['one-grant'], body: { query: small } })),
    repeat(async () => {
      const { status } = await fetch(health);
      if (status !== 200) throw new Error(`/healthz: ${status}`);
    }),
  ]);
  return [...timesOf(queries), ...timesOf(checks), digits(memoryOf(catalog.pid).peak)];
}
