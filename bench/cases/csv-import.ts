import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench, Case, Table, Target } from '../case.ts';
import { applyDocument } from '../load/apply.ts';
import { importAll } from '../load/import.ts';
import { cpuOf, cpuOfPostgres, forgetPeak, memoryOf } from '../load/proc.ts';
import { digits } from '../load/statistics.ts';
import { progress } from '../progress.ts';
import type { Together } from '../world/documents.ts';
import { deviceWithPorts } from '../world/plant.ts';

const PORTS_PER_DEVICE = 50;
/** The file is imported in so many pieces, so that it shows whether what is there already slows the rest down. */
const PIECES = 5;
const command = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** Cables from a spreadsheet, whose ends are devices and the names of ports on them: `catalog import csv cables`. */
export const csvImport: Case = {
  title: 'a spreadsheet of cables, by device and port',
  writes: true,
  documents: [applyDocument],
  run: async (bench) => {
    const { catalog, tokens, size } = bench;
    await importAll('ports for cables', devices(size.importedPorts), catalog, tokens['bench-admin']);
    const folder = await mkdtemp(join(tmpdir(), 'bench-csv-'));
    try {
      return [await measure(bench, folder)];
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

async function measure(bench: Bench, folder: string): Promise<Table> {
  const { catalog, postgresPid, size } = bench;
  const cables = size.importedPorts / 2 / PIECES;
  const rows: string[][] = [];
  forgetPeak(catalog.pid);
  for (let piece = 0; piece < PIECES; piece++) {
    progress(`spreadsheet of cables: piece ${piece + 1} of ${PIECES}`);
    const path = join(folder, `${piece}.csv`);
    await write(path, piece * cables, cables, size.importedPorts);
    const before = { node: cpuOf(catalog.pid), postgres: cpuOfPostgres(postgresPid) };
    const { seconds, peak } = await importSheet(path, catalog, bench.tokens['bench-admin']);
    const node = (cpuOf(catalog.pid) - before.node) / 1_000;
    const postgres = (cpuOfPostgres(postgresPid) - before.postgres) / 1_000;
    const figures = [seconds, cables / seconds, node, postgres, peak, memoryOf(catalog.pid).peak].map(digits);
    rows.push([
      `${(piece * cables).toLocaleString('en')} to ${((piece + 1) * cables).toLocaleString('en')}`,
      ...figures,
    ]);
  }
  const columns = ['rows', 's', '/s', 'Node s', 'PostgreSQL s', 'command at most, MiB', 'service at most, MiB'];
  return { title: 'Import of a spreadsheet of cables', columns, rows };
}

const deviceOf = (index: number): string => `sheet-d${index}`;

function* devices(ports: number): Generator<Together> {
  for (let index = 0; index < ports / PORTS_PER_DEVICE; index++)
    yield deviceWithPorts(deviceOf(index), 's4', PORTS_PER_DEVICE);
}

/** Rows for some cables: every port of the lower half of the devices leads to one of the upper half. */
async function write(path: string, from: number, count: number, ports: number): Promise<void> {
  const file = createWriteStream(path);
  const end = (port: number): string =>
    `${deviceOf(Math.floor(port / PORTS_PER_DEVICE))},Ethernet${port % PORTS_PER_DEVICE}`;
  file.write('Cable,From Device,From Port,To Device,To Port,Type,Length\n');
  for (let index = from; index < from + count; index++)
    file.write(`sheet-c${index},${end(index)},${end(index + ports / 2)},FiberSMF,3\n`);
  await new Promise((resolve) => file.end(resolve));
}

/** Runs the command as people do, and watches its memory. */
async function importSheet(
  path: string,
  { url }: Target,
  token: string,
): Promise<{ readonly seconds: number; readonly peak: number }> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [command, 'import', 'csv', 'cables', path], {
    env: { ...process.env, CATALOG_SERVER: url, CATALOG_TOKEN: token },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  let told = '';
  child.stderr.on('data', (text) => {
    told += text;
  });
  let peak = 0;
  const watch = setInterval(() => {
    if (child.pid !== undefined && child.exitCode === null) peak = Math.max(peak, memoryOf(child.pid).peak || peak);
  }, 100);
  const code = await new Promise((resolve) => child.once('close', resolve));
  clearInterval(watch);
  if (code !== 0) throw new Error(`the import of ${path} ended with ${code}: ${told}`);
  return { seconds: (performance.now() - startedAt) / 1_000, peak };
}
