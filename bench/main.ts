/**
 * `npm run bench -- [sites] [seconds]`: throughput and latency of reads and of apply on a generated plant, and the ratio to
 * the same answer from one hand-written SQL statement on bare node:http, all in one run.
 */

import { createServer } from 'node:http';
import { type App, startApp } from '../src/app.ts';
import { bySystem } from '../src/catalog/access/caller.ts';
import { readConfig } from '../src/config.ts';
import { migrate } from '../src/platform/db/migrate.ts';
import { startScratchEngines } from '../test/kit/scratch-engines.ts';
import { plant } from './plant.ts';
import { queries } from './queries.ts';

const [sites, seconds] = [Number(process.argv[2] ?? 20), Number(process.argv[3] ?? 4)];
const engines = await startScratchEngines(readConfig());

/** Requests one after another on four connections for a while: per second, and the median in ms. */
async function load(url: string, body: string | undefined): Promise<{ perSecond: number; median: number }> {
  const times: number[] = [];
  const end = performance.now() + seconds * 1_000;
  const worker = async (): Promise<void> => {
    while (performance.now() < end) {
      const startedAt = performance.now();
      const init = body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body };
      const response = await fetch(url, init);
      const text = await response.text();
      if (!response.ok || text.includes('"errors"')) throw new Error(text.slice(0, 500));
      times.push(performance.now() - startedAt);
    }
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
  times.sort((a, b) => a - b);
  return { perSecond: times.length / seconds, median: times[Math.floor(times.length / 2)] ?? 0 };
}

async function measure(app: App): Promise<void> {
  const bare = createServer((request, response) => {
    const found = queries.find(({ name }) => request.url === `/${encodeURIComponent(name)}`);
    app.database.pool.query(found?.sql ?? 'select null').then(
      ({ rows }) => response.end(JSON.stringify({ data: Object.values(rows[0] ?? {})[0] })),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((ready) => bare.listen(0, '127.0.0.1', ready));
  const address = bare.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  console.log('query                          catalog/s   median ms   SQL on node:http/s   ratio');
  for (const { name, document } of queries) {
    const body = JSON.stringify({ query: document });
    await load(`${app.url}/graphql`, body);
    const [ours, theirs] = [
      await load(`${app.url}/graphql`, body),
      await load(`http://127.0.0.1:${port}/${encodeURIComponent(name)}`, undefined),
    ];
    const ratio = ours.perSecond / theirs.perSecond;
    console.log(
      `${name.padEnd(30)} ${ours.perSecond.toFixed(0).padStart(9)} ${ours.median.toFixed(1).padStart(11)} ${theirs.perSecond.toFixed(0).padStart(20)} ${ratio.toFixed(2).padStart(7)}`,
    );
  }
  bare.close();
}

try {
  await migrate(engines.url());
  const app = await startApp({
    issuers: [],
    explainsTo: 'everyone',
    anonymous: 'schema',
    databaseUrl: engines.url(),
    openfga: { ...engines.openfga, storeName: 'bench' },
    host: '127.0.0.1',
    port: 0,
    poolSize: 10,
    maxBodyBytes: 2 ** 28,
    maxPage: 1_000,
    maxDepth: 30,
    historyDays: 90,
  });
  const { content, documents } = plant(sites);
  for (const [what, expected] of [
    ['create', 'CREATED'],
    ['no change', 'UNCHANGED'],
  ] as const) {
    const startedAt = performance.now();
    const { result, statements } = await app.database.observe(() =>
      app.pipeline.apply([{ content }], { by: bySystem, validateOnly: false }),
    );
    const wrong = result.results.find(({ outcome }) => outcome !== expected);
    if (wrong !== undefined) throw new Error(JSON.stringify(wrong));
    const took = (performance.now() - startedAt) / 1_000;
    console.log(
      `apply, ${what}: ${documents} documents in ${took.toFixed(2)} s, ${(documents / took).toFixed(0)}/s, ${statements.length} statements`,
    );
  }
  await app.database.pool.query('analyze');
  await measure(app);
  await app.close();
} finally {
  await engines.stop();
}
