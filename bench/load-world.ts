import pg from 'pg';
import type { Table, Target } from './case.ts';
import { importAll } from './load/import.ts';
import { memoryOf } from './load/proc.ts';
import { digits } from './load/statistics.ts';
import { done, progress } from './progress.ts';
import type { Size } from './sizes.ts';
import { world } from './world/index.ts';

/** Fills an empty catalog through its own `apply`, like any client; how fast that went is a figure too. */
export async function loadWorld(size: Size, target: Target, token: string, databaseUrl: string): Promise<Table> {
  const rows: string[][] = [];
  for (const [part, documents] of world) {
    const { documents: count, seconds } = await importAll(part, documents(size), target, token);
    const peak = memoryOf(target.pid).peak;
    done(`${part}: ${count.toLocaleString('en')} documents in ${seconds.toFixed(1)} s`);
    rows.push([part, count.toLocaleString('en'), digits(seconds), digits(count / seconds), digits(peak)]);
  }
  progress('vacuum and analyze');
  const client = new pg.Client(databaseUrl);
  await client.connect();
  await client.query('vacuum analyze');
  await client.query('checkpoint');
  await client.end();
  const columns = ['part', 'documents', 's', '/s', 'memory at most, MiB'];
  return { title: `Import of the world, when it was loaded`, columns, rows };
}
