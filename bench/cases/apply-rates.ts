import type { Bench, Case } from '../case.ts';
import { apply, applyDocument } from '../load/apply.ts';
import { ask } from '../load/ask.ts';
import { timesOf } from '../load/figures.ts';
import { digits } from '../load/statistics.ts';
import { timed } from '../load/timed.ts';
import { progress } from '../progress.ts';
import { manifest } from '../world/documents.ts';
import { deviceWithPorts } from '../world/plant.ts';

const deletion =
  'mutation ($operations: [BatchOperationInput!]!) { batch(input: {operations: $operations}) { applied userErrors { message } } }';

/** Batches of manifests: by their number, unchanged, a device with its ports; and a deletion with what is owned. */
export const applyRates: Case = {
  title: 'apply by size of the batch, a device with ports, a deletion',
  writes: true,
  documents: [applyDocument, deletion],
  run: async (bench) => {
    const rows: string[][] = [];
    for (const count of [100, 1_000, 10_000]) rows.push(...(await racks(bench, count)));
    progress('apply: devices with ports, and their deletion');
    const columns = ['batch', 'ms', 'documents/s'];
    const times = await devicesWithPorts(bench);
    return [
      { title: 'Apply', columns, rows },
      {
        title: 'A device with what it owns',
        columns: ['what', 'p50 ms', 'p99 ms'],
        rows: [
          ['a device with 62 ports applied', ...timesOf(times)],
          ['100 devices with 88 ports each deleted', digits(await deleteDevices(bench)), ''],
        ],
      },
    ];
  },
};

async function racks({ catalog, tokens }: Bench, count: number): Promise<string[][]> {
  progress(`apply: ${count} racks`);
  const documents = Array.from({ length: count }, (_, index) =>
    manifest('inventory', 'Rack', { name: `batch${count}-${index}` }, { siteRef: { name: 's3' }, heightU: 42 }),
  );
  const row = (what: string, ms: number): string[] => [
    `${count.toLocaleString('en')} racks, ${what}`,
    digits(ms),
    digits((count / ms) * 1_000),
  ];
  const created = await apply(catalog, tokens['bench-admin'], documents);
  const unchanged = await apply(catalog, tokens['bench-admin'], documents);
  return [row('new', created), row('unchanged', unchanged)];
}

async function devicesWithPorts({ catalog, tokens }: Bench): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < 20; round++) {
    times.push(await apply(catalog, tokens['bench-admin'], deviceWithPorts(`with62-${round}`, 's3', 62)));
  }
  return times;
}

async function deleteDevices({ catalog, tokens }: Bench): Promise<number> {
  const names = Array.from({ length: 100 }, (_, index) => `deleted${index}`);
  const token = tokens['bench-admin'];
  await apply(
    catalog,
    token,
    names.flatMap((name) => deviceWithPorts(name, 's3', 88)),
  );
  const operations = names.map((name) => ({ deleteNetworkDevice: { name, cascade: true } }));
  return timed(async () => {
    const body = { query: deletion, variables: { operations } };
    const { batch } = await ask<{ batch: { applied: boolean } }>({ url: catalog.url, token, body });
    if (!batch.applied) throw new Error('the devices are not deleted');
  });
}
