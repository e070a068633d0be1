import { afterAll, beforeAll, expect, test } from 'vitest';
import { bySystem } from '../../src/catalog/author.ts';
import { createCatalog } from '../../src/catalog/model.ts';
import { createWritePipeline, type WritePipeline } from '../../src/catalog/write/pipeline.ts';
import { domains } from '../../src/domains/index.ts';
import { createDatabase, type Database } from '../../src/platform/db/database.ts';
import { createTestDatabase, type TestDatabase } from '../kit/database.ts';

const catalog = createCatalog(domains);
let place: TestDatabase;
let database: Database;
let pipeline: WritePipeline;
beforeAll(async () => {
  place = await createTestDatabase();
  database = createDatabase(place.url, { poolSize: 2 });
  pipeline = createWritePipeline({ catalog, database, constraints: new Map() });
});
afterAll(async () => {
  await database.close();
  await place.drop();
});

const oddities: readonly unknown[] = [
  null,
  true,
  -1,
  1e300,
  '',
  'x',
  '__proto__',
  [],
  [null],
  [[]],
  [{}],
  {},
  { a: {} },
];

/** Every way to put something odd where a kind expects something of its own. */
function* oddSpecs(fields: Readonly<Record<string, object>>): Generator<unknown> {
  yield* oddities;
  for (const odd of oddities) {
    yield Object.fromEntries(Object.keys(fields).map((name) => [name, odd]));
    for (const [name, field] of Object.entries(fields)) {
      yield { [name]: odd };
      if ('fields' in field) {
        const inner = Object.fromEntries(Object.keys(field.fields as object).map((member) => [member, odd]));
        yield { [name]: inner };
        yield { [name]: [inner] };
      }
    }
  }
}

test.each(catalog.kinds.map((kind) => [kind.kind, kind] as const))(
  'a %s with a nonsensical spec is refused or taken, never an error of the service',
  async (_name, kind) => {
    const manifests = kind.groups.flatMap((group) =>
      [...oddSpecs(kind.spec)].map((spec, index) => ({
        source: `${index}.json`,
        content: JSON.stringify({
          apiVersion: `${group}/${kind.version}`,
          kind: kind.kind,
          metadata: { name: `odd-${index}` },
          spec,
        }),
      })),
    );
    const { results, violations } = await pipeline.apply(manifests, { by: bySystem, validateOnly: true });
    expect(results).toHaveLength(manifests.length);
    for (const { message, rule } of violations) expect(`${rule}: ${message}`).toMatch(/^[A-Z0-9_]+: \S/);
  },
);

test.each([
  ['nothing', ''],
  ['a comment', '# nothing'],
  ['a text', 'hello'],
  ['a list', '- 1'],
  ['a NUL', '\0'],
  ['a number', '1e400'],
  ['a missing kind', 'apiVersion: v1'],
  ['objects where texts belong', '{apiVersion: {}, kind: [], metadata: {name: {}}}'],
  ['a List of nonsense', '{kind: List, items: [1, null, {}, {kind: List, items: []}]}'],
  ['metadata that is a list', '{apiVersion: inventory.miloapis.com/v1alpha1, kind: Site, metadata: []}'],
  [
    'a bomb of aliases',
    `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'.replace(/./g, (c, i: number) => `${c}: &${c} [${`*${'abcdefgh'[i]},`.repeat(8)}*${'abcdefgh'[i]}]\n`)}`,
  ],
  [
    'a prototype',
    '{apiVersion: inventory.miloapis.com/v1alpha1, kind: Site, metadata: {name: x, __proto__: {a: 1}}, __proto__: {}}',
  ],
])('%s instead of a manifest is refused or ignored, never an error of the service', async (_name, content) => {
  const { isApplied, results, violations } = await pipeline.apply([{ source: 'odd.yaml', content }], {
    by: bySystem,
    validateOnly: true,
  });
  expect(isApplied).toBe(false);
  expect(results.filter(({ outcome }) => outcome === 'REFUSED').length > 0).toBe(violations.length > 0);
});

test('positions are found, and keys told apart, in time that grows with the file', async () => {
  const fields = Array.from({ length: 10_000 }, (_, index) => `  field${index}: 1\n`).join('');
  const content = `apiVersion: inventory.miloapis.com/v1alpha1\nkind: Region\nmetadata: {name: wide}\nspec:\n${fields}`;
  const startedAt = performance.now();
  const { violations } = await pipeline.apply([{ source: 'wide.yaml', content }], { by: bySystem, validateOnly: true });
  expect(performance.now() - startedAt).toBeLessThan(10_000);
  expect(violations).toHaveLength(10_001);
  expect(violations[99]).toMatchObject({ path: 'spec.field98', line: 103, column: 3 });
  // No more than a hundred of an object are told, so no other needs its place.
  expect(violations[100]).not.toHaveProperty('line');
  const twice = await pipeline.apply(
    [{ source: 'twice.yaml', content: 'kind: Region\nmetadata: {name: a, "name": b}\n' }],
    {
      by: bySystem,
      validateOnly: true,
    },
  );
  expect(twice.violations).toMatchObject([{ rule: 'MALFORMED_YAML', line: 2, column: 21 }]);
  const deep = await pipeline.apply([{ content: `a: ${'['.repeat(50_000)}${']'.repeat(50_000)}` }], {
    by: bySystem,
    validateOnly: true,
  });
  expect(deep.violations).toMatchObject([{ rule: 'NESTED_TOO_DEEP', line: 1, column: 103 }]);
});
