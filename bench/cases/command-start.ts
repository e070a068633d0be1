import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Case } from '../case.ts';
import { cpuOfEnded } from '../load/proc.ts';
import { digits, median } from '../load/statistics.ts';
import { timed } from '../load/timed.ts';
import { done } from '../progress.ts';

const run = promisify(execFile);
const TIMES = 15;
const AIM_MS = 300;

const commands: Readonly<Record<string, readonly string[]>> = {
  'catalog --help': ['--help'],
  'catalog version': ['version'],
  'catalog get regions': ['get', 'regions'],
  'catalog apply --help': ['apply', '--help'],
};

/** What a command takes before and beside what it asks of the service: in a checkout, and packed for other machines. */
export const commandStart: Case = {
  title: 'the start of a command, in a checkout and packed',
  writes: false,
  documents: [],
  run: async ({ catalog, tokens }) => {
    const folder = await mkdtemp(join(tmpdir(), 'milo-bench-command-'));
    try {
      const root = fileURLToPath(new URL('../..', import.meta.url));
      const packed = await run('npm', ['pack', './scripts/command', '--pack-destination', folder, '--json'], {
        cwd: root,
      });
      const [{ filename }] = JSON.parse(packed.stdout.slice(packed.stdout.indexOf('[')));
      await run('npm', ['install', '--offline', '--no-audit', '--prefix', folder, join(folder, filename)]);
      const places = {
        checkout: join(root, 'bin/catalog.js'),
        packed: join(folder, 'node_modules/milo-catalog-cli/bin/catalog.js'),
      };
      const env = {
        ...process.env,
        CATALOG_SERVER: catalog.url,
        CATALOG_TOKEN: tokens['bench-admin'],
        CATALOG_CONFIG_DIR: folder,
      };
      const rows: string[][] = [];
      for (const [place, program] of Object.entries(places)) {
        for (const [name, args] of Object.entries(commands)) {
          const once = () => run(process.execPath, [program, ...args], { env });
          await once(); // compiled, where that is kept
          const before = cpuOfEnded();
          const times: number[] = [];
          for (let time = 0; time < TIMES; time++) times.push(await timed(once));
          const cpu = (cpuOfEnded() - before) / TIMES;
          rows.push([name, place, digits(median(times)), digits(cpu), `${AIM_MS}`]);
          done(`${name}, ${place}: measured`);
        }
      }
      return [{ title: 'Start of a command', columns: ['command', 'where', 'median ms', 'CPU ms', 'aim ms'], rows }];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
