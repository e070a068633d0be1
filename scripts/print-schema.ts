/**
 * `npm run schema` writes graphql/schema.graphql; with `--check` it fails when the file is out of date; with `--baseline`
 * the present schema becomes the one that breaking changes are found against.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { extensions } from '../src/catalog/extensions.ts';
import { createCatalog } from '../src/catalog/model.ts';
import { createSchema } from '../src/catalog/schema/index.ts';
import { domains } from '../src/domains/index.ts';
import { baselineText, schemaText } from './schema-text.ts';

const file = new URL('../graphql/schema.graphql', import.meta.url);
const schema = createSchema(createCatalog(domains), extensions);
const printed = schemaText(schema);
if (process.argv.includes('--baseline')) {
  await writeFile(new URL('../graphql/baseline.graphql', import.meta.url), baselineText(schema));
} else if (!process.argv.includes('--check')) {
  await writeFile(file, printed);
} else if ((await readFile(file, 'utf8').catch(() => '')) !== printed) {
  console.error('graphql/schema.graphql is out of date: run npm run schema');
  process.exitCode = 1;
}
