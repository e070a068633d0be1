import type { App } from '../src/app.ts';
import { bySystem } from '../src/catalog/author.ts';
import { ask, quantile } from './load.ts';

const INVENTORY = 'inventory.miloapis.com/v1alpha1';
const doc = (kind: string, name: string, spec: object): string =>
  JSON.stringify({ apiVersion: INVENTORY, kind, metadata: { name }, spec });
const device = (name: string): string =>
  doc('NetworkDevice', name, { clusterRef: { name: 's3' }, siteRef: { name: 's3' }, role: 'Leaf' });
const port = (of: string, index: number): string =>
  doc('Port', `${of}-p${index}`, {
    deviceRef: { kind: 'NetworkDevice', name: of },
    type: 'Optical',
    name: `Ethernet${index}`,
    speed: '100G',
  });
const cable = (name: string, ends: readonly string[]): string =>
  doc('Cable', name, { endpoints: ends.map((end) => ({ name: end })), media: 'FiberSMF' });

async function apply(app: App, documents: readonly string[]): Promise<{ ms: number; statements: number }> {
  const startedAt = performance.now();
  const { result, statements } = await app.database.observe(() =>
    app.pipeline.apply([{ content: documents.join('\n---\n') }], { by: bySystem, validateOnly: false }),
  );
  if (result.violations[0] !== undefined) throw new Error(JSON.stringify(result.violations[0]));
  return { ms: performance.now() - startedAt, statements: statements.length };
}

/** Writes of many objects: by size of the batch, a device with its ports, a deletion with what is owned, an import. */
export async function measureBulk(app: App, token: string, ports: number): Promise<void> {
  console.log('');
  for (const size of [100, 1_000, 10_000]) {
    const documents = Array.from({ length: size }, (_, index) =>
      doc('Rack', `bulk${size}-${index}`, { siteRef: { name: 's3' }, heightU: 42 }),
    );
    const { ms, statements } = await apply(app, documents);
    console.log(
      `apply of ${size} documents: ${ms.toFixed(0)} ms, ${((size / ms) * 1_000).toFixed(0)}/s, ${(statements / size).toFixed(3)} statements a document`,
    );
  }
  const times: number[] = [];
  for (let round = 0; round < 20; round++) {
    const name = `dev62-${round}`;
    const { ms } = await apply(app, [device(name), ...Array.from({ length: 62 }, (_, index) => port(name, index))]);
    times.push(ms);
  }
  console.log(
    `a device with 62 ports: p50 ${quantile(times, 0.5).toFixed(0)} ms, p99 ${quantile(times, 0.99).toFixed(0)} ms`,
  );
  const doomed = Array.from({ length: 100 }, (_, index) => `doomed${index}`);
  await apply(
    app,
    doomed.flatMap((name) => [device(name), ...Array.from({ length: 88 }, (_, index) => port(name, index))]),
  );
  const operations = doomed.map((name) => `{deleteNetworkDevice: {name: "${name}", cascade: true}}`).join(', ');
  const startedAt = performance.now();
  await ask({
    url: `${app.url}/graphql`,
    token,
    document: `mutation { batch(input: {operations: [${operations}]}) { applied userErrors { message } } }`,
  });
  console.log(`deletion of 100 devices with 88 ports each: ${((performance.now() - startedAt) / 1_000).toFixed(2)} s`);

  await importPlant(app, ports);
}

const PER_DEVICE = 250;
const PER_BATCH = 5_000;

/** Two devices with their ports, cabled to each other. */
function pairOfDevices(name: string): string[] {
  const pair = [`${name}-a`, `${name}-b`];
  const cabling = Array.from({ length: PER_DEVICE }, (_, index) => [
    ...pair.map((one) => port(one, index)),
    cable(
      `${name}-c${index}`,
      pair.map((one) => `${one}-p${index}`),
    ),
  ]);
  return [...pair.map(device), ...cabling.flat()];
}

/** Batch after batch, of which the next is on its way while one is being stored. */
async function importPlant(app: App, ports: number): Promise<void> {
  const memory: number[] = [];
  let [done, documents, before] = [0, 0, Promise.resolve()];
  const startedAt = performance.now();
  const perSecond = (): string => ((documents / (performance.now() - startedAt)) * 1_000).toFixed(0);
  for (let sent = 0; sent < ports; ) {
    const batch: string[] = [];
    for (const until = Math.min(ports, sent + PER_BATCH); sent < until; sent += 2 * PER_DEVICE) {
      batch.push(...pairOfDevices(`imp${sent}`));
    }
    const running = apply(app, batch).then(() => {
      done += PER_BATCH;
      documents += batch.length;
      memory.push(process.memoryUsage().rss / 2 ** 20);
      process.stderr.write(`\rimport: ${Math.min(done, ports)} of ${ports} ports, ${perSecond()} documents/s `);
    });
    await before;
    before = running;
  }
  await before;
  const took = (performance.now() - startedAt) / 1_000;
  console.log(
    `\nimport of ${ports} ports with their cables: ${took.toFixed(1)} s, ${perSecond()} documents/s; resident memory after the first batch ${memory[0]?.toFixed(0)} MiB, at most ${Math.max(...memory).toFixed(0)} MiB, after the last ${memory.at(-1)?.toFixed(0)} MiB`,
  );
}
