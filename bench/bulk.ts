import type { App } from '../src/app.ts';
import { bySystem } from '../src/catalog/access/caller.ts';
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

  const perDevice = 250;
  const perBatch = 20_000;
  let [done, documents] = [0, 0];
  const importedAt = performance.now();
  const memory: number[] = [];
  while (done < ports) {
    const batch: string[] = [];
    for (let index = 0; index < perBatch && done < ports; index += 2 * perDevice) {
      const pair = [`imp${done}-a`, `imp${done}-b`];
      batch.push(...pair.map(device));
      for (let at = 0; at < perDevice; at++) {
        for (const name of pair) batch.push(port(name, at));
        batch.push(
          cable(
            `imp${done}-c${at}`,
            pair.map((name) => `${name}-p${at}`),
          ),
        );
      }
      done += 2 * perDevice;
    }
    documents += batch.length;
    await apply(app, batch);
    memory.push(process.memoryUsage().rss / 2 ** 20);
    const took = (performance.now() - importedAt) / 1_000;
    process.stderr.write(`\rimport: ${done} of ${ports} ports, ${(documents / took).toFixed(0)} documents/s `);
  }
  const took = (performance.now() - importedAt) / 1_000;
  console.log(
    `\nimport of ${done} ports with their cables: ${took.toFixed(1)} s, ${(documents / took).toFixed(0)} documents/s; resident memory after the first batch ${memory[0]?.toFixed(0)} MiB, after the last ${memory.at(-1)?.toFixed(0)} MiB`,
  );
}
