import { bySystem } from '../src/catalog/author.ts';
/**
 * `npm run bench -- [sites] [seconds] [ports]`: apply; reads against one hand-written SQL statement on bare node:http; the
 * same reads by callers with few and very many grants; cold requests, single writes, revocation; the change feed; and
 * writes of many objects up to an import of so many ports. All in one run.
 */

import { createServer } from 'node:http';
import { type App, startApp } from '../src/app.ts';
import { readConfig } from '../src/config.ts';
import { migrate } from '../src/platform/db/migrate.ts';
import { createTestIssuer } from '../test/kit/issuer.ts';
import { startScratchEngines } from '../test/kit/scratch-engines.ts';
import { measureCallers, measureCold, measureWrites } from './access.ts';
import { measureBulk } from './bulk.ts';
import { measureFeed } from './feed.ts';
import { ask, load } from './load.ts';
import { people } from './people.ts';
import { plant } from './plant.ts';
import { queries } from './queries.ts';

const [sites = 20, seconds = 4, ports = 50_000] = process.argv.slice(2).map(Number);
const engines = await startScratchEngines(readConfig());
const { issuer, token } = await createTestIssuer();

async function measureAgainstSql(app: App): Promise<void> {
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
  console.log('\nquery                          catalog/s   median ms   SQL on node:http/s   ratio');
  for (const { name, document } of queries) {
    const request = { url: `${app.url}/graphql`, document, token: await token('bench-admin') };
    await ask(request);
    await load(request, seconds / 4);
    const ours = await load(request, seconds);
    const theirs = await load({ url: `http://127.0.0.1:${port}/${encodeURIComponent(name)}` }, seconds);
    const ratio = ours.perSecond / theirs.perSecond;
    console.log(
      `${name.padEnd(30)} ${ours.perSecond.toFixed(0).padStart(9)} ${ours.median.toFixed(1).padStart(11)} ${theirs.perSecond.toFixed(0).padStart(20)} ${ratio.toFixed(2).padStart(7)}`,
    );
  }
  bare.close();
}

async function apply(
  app: App,
  what: string,
  { content, documents }: { content: string; documents: number },
): Promise<void> {
  const startedAt = performance.now();
  const { result, statements } = await app.database.observe(() =>
    app.pipeline.apply([{ content }], { by: bySystem, validateOnly: false }),
  );
  const [violation] = result.violations;
  if (violation !== undefined) throw new Error(JSON.stringify(violation));
  await app.authorization.flush();
  const took = (performance.now() - startedAt) / 1_000;
  console.log(
    `apply, ${what}: ${documents} documents in ${took.toFixed(2)} s, ${(documents / took).toFixed(0)}/s, ${statements.length} statements`,
  );
}

try {
  await migrate(engines.url());
  const app = await startApp({
    issuers: [issuer],
    explainsTo: 'everyone',
    anonymous: 'schema',
    administrator: 'bench-admin',
    databaseUrl: engines.url(),
    openfga: { ...engines.openfga, storeName: 'bench' },
    host: '127.0.0.1',
    port: 0,
    poolSize: 10,
    maxBodyBytes: 2 ** 28,
    maxPage: 1_000,
    maxDepth: 30,
    historyDays: 90,
    auditDays: 400,
    trustedProxies: 0,
  });
  const world = plant(sites);
  await apply(app, 'create', world);
  await apply(app, 'no change', world);
  await apply(app, 'tenants and bindings', people({ organizations: 200, projects: 5_000, racks: 2_000, sites }));
  await app.database.pool.query('analyze');
  await measureAgainstSql(app);
  await measureCallers(app, token, seconds);
  await measureCold(app, token);
  await measureWrites(app, token);
  await measureFeed(app, await token('bench-admin'), 100);
  await measureBulk(app, await token('bench-admin'), ports);
  await app.close();
} finally {
  await engines.stop();
}
