import { isObjectType } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { catalog as makeCatalog } from '../../src/app.ts';
import { extensions } from '../../src/catalog/extensions.ts';
import { createSchema } from '../../src/catalog/schema/index.ts';
import type { TestApp } from '../kit/app.ts';
import { startExampleWorld } from '../kit/example-world.ts';
import { makeInput } from './random-input.ts';

/*
 * Inputs that fit their types and make little sense, for every mutation: whatever comes, it is refused by a rule or
 * done, and never an error of the service. The seed is fixed; another one: SEED=7 npx vitest run test/mutations/nonsense.
 */
const SEED = Number(process.env.SEED ?? 1);
const TRIES = Number(process.env.TRIES ?? 12);

const schema = createSchema(makeCatalog(), extensions);
let app: TestApp;
let ids: readonly string[];
let names: readonly string[];
beforeAll(async () => {
  app = await startExampleWorld();
  const { data } = await app.execute('{ objects(first: 1000) { nodes { id uid name } } }');
  const nodes = data.objects.nodes as { id: string; uid: string; name: string }[];
  ids = nodes.flatMap(({ id, uid }) => [id, uid]);
  names = nodes.map(({ name }) => name);
});
afterAll(() => app.close());

const odd: readonly string[] = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  '__proto__',
  'constructor',
  '🚀'.repeat(100),
  'x'.repeat(70_000),
  "'; drop table rack; --",
  '../..',
  '-1',
  '1e400',
  '100G',
  'a/b/c=1',
  'A1',
];

const mutation = schema.getMutationType();
const fields = isObjectType(mutation) ? Object.values(mutation.getFields()) : [];

test('no input of any mutation is an error of the service', async () => {
  const value = makeInput(SEED, { ids, names, odd });
  const codes = new Map<string, number>();
  for (const field of fields) {
    const [argument] = field.args;
    if (argument === undefined) continue;
    for (let tried = 0; tried < TRIES; tried++) {
      // Nothing is kept, so that every try meets the same world.
      const input = { ...(value(argument.type, 0) as object), validateOnly: tried % 4 !== 0 };
      const document = `mutation ($input: ${argument.type.toString()}) { ${field.name}(input: $input) { userErrors { code } } }`;
      const { data, errors } = await app.execute(document, { input });
      const found: string[] =
        errors?.map(({ extensions }) => String(extensions.code)) ??
        (data[field.name].userErrors as { code: string }[]).map(({ code }) => code);
      for (const code of new Set(found)) codes.set(code, (codes.get(code) ?? 0) + 1);
      expect(found, `${field.name} ${JSON.stringify(input)}`).not.toContain('INTERNAL_SERVER_ERROR');
    }
  }
  expect(fields.length).toBeGreaterThan(140);
  // It got as far as the rules, and through them.
  expect([...codes.keys()]).toEqual(
    expect.arrayContaining(['REFERENCE_NOT_FOUND', 'NAME_INVALID', 'NOT_FOUND', 'EMPTY']),
  );
}, 300_000);
