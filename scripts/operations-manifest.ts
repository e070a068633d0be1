/**
 * `npm run operations` writes graphql/operations/manifest.json: the documents that clients send, as Apollo's
 * `generate-persisted-query-manifest` lists them. With `--check` it fails when the list is out of date.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { Kind, parse } from 'graphql';
import { hashOf } from '../src/platform/graphql/documents.ts';

const folder = new URL('../graphql/operations/', import.meta.url);
const file = new URL('manifest.json', folder);

async function operationIn(path: string) {
  const body = await readFile(new URL(path, folder), 'utf8');
  const [operation, another] = parse(body).definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  if (operation?.kind !== Kind.OPERATION_DEFINITION || operation.name === undefined || another !== undefined)
    throw new Error(`${path} is not one operation with a name`);
  return { id: hashOf(body), name: operation.name.value, type: operation.operation, body };
}

const paths = (await readdir(folder, { recursive: true })).filter((path) => path.endsWith('.graphql')).sort();
const operations = await Promise.all(paths.map(operationIn));
const text = `${JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations }, null, 2)}\n`;
if (!process.argv.includes('--check')) {
  await writeFile(file, text);
} else if ((await readFile(file, 'utf8').catch(() => '')) !== text) {
  console.error('graphql/operations/manifest.json is out of date: run npm run operations');
  process.exitCode = 1;
}
