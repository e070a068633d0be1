import { readdir, readFile } from 'node:fs/promises';
import type { App } from './app.ts';
import { bySystem } from './catalog/author.ts';
import { sql } from './platform/db/sql.ts';

/** Loads the manifests of a folder into a catalog that has nothing in it yet. */
export async function loadExamples(app: App, folder: URL, say: (line: string) => void): Promise<void> {
  const [cells] = await app.database.cells(
    sql`select not exists (select from organization) and not exists (select from region)`,
  );
  if (cells?.[0] !== true) return;
  const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort();
  if (names.length === 0) return;
  const startedAt = performance.now();
  const files = await Promise.all(
    names.map(async (name) => ({ source: `examples/${name}`, content: await readFile(new URL(name, folder), 'utf8') })),
  );
  const { results, violations } = await app.pipeline.apply(files, {
    by: bySystem,
    validateOnly: false,
  });
  if (violations.length > 0) throw new Error(`the example world is refused: ${JSON.stringify(violations.slice(0, 3))}`);
  say(`Example world: ${results.length} objects loaded (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
}
