/** `npm run schema` writes graphql/schema.graphql; with `--check` it fails when the file is out of date. */
import { readFile, writeFile } from 'node:fs/promises';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { historyExtension } from '../src/catalog/history/schema/index.ts';
import { createCatalog } from '../src/catalog/model.ts';
import { createSchema } from '../src/catalog/schema/index.ts';
import { domains } from '../src/domains/index.ts';

const file = new URL('../graphql/schema.graphql', import.meta.url);
const printed = `${printSchema(lexicographicSortSchema(createSchema(createCatalog(domains), [historyExtension])))}\n`;
if (!process.argv.includes('--check')) {
  await writeFile(file, printed);
} else if ((await readFile(file, 'utf8').catch(() => '')) !== printed) {
  console.error('graphql/schema.graphql is out of date: run npm run schema');
  process.exitCode = 1;
}
