import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCatalog } from '../../src/catalog/model.ts';
import { domains } from '../../src/domains/index.ts';
import { applyAll, doc } from '../authz/world.ts';
import type { TestApp } from '../kit/app.ts';
import { startExampleWorld } from '../kit/example-world.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startExampleWorld();
  await applyAll(
    app,
    doc('ApiResource', 'edge-route', {
      serviceRef: { name: 'edge-example-com' },
      singularName: 'Route',
      pluralName: 'Routes',
      versionRefs: [{ name: 'edge-example-com.v1' }],
    }),
  );
});
afterAll(() => app.close());

const explain = { 'x-catalog-explain': 'true' };

/** `meterDefinitionsByMeterName(meterNames)` of each kind that has natural keys. */
const fields = createCatalog(domains).kinds.flatMap(({ kind, listField, keys }) =>
  keys.map((path) => {
    const key = path.split('.').at(-1) ?? path;
    const field = `${listField}By${key.charAt(0).toUpperCase()}${key.slice(1)}`;
    return { kind, listField, field, key };
  }),
);

test('every natural key has a look-up in bulk', () => {
  expect(fields.map(({ field }) => field).sort()).toEqual([
    'apiResourcesByFqn',
    'meterDefinitionsByMeterName',
    'monitoredResourceTypesByResourceTypeName',
    'resourceRegistrationsByResourceType',
    'servicesByServiceName',
  ]);
});

test.each(fields)(
  '$field answers in the order asked: twice what is asked twice, null for what there is not (C5.3g)',
  async ({ listField, field, key }) => {
    const { data } = await app.execute(`{ all: ${listField}(first: 3) { nodes { ${key} } } }`);
    const known: string[] = data.all.nodes.map((node: Record<string, string>) => node[key]);
    expect(known.length).toBeGreaterThan(0);
    const asked = [...known.toReversed(), 'no.such.example.com/name', known[0], ''];
    const document = `query ($keys: [String!]!) { found: ${field}(${key}s: $keys) { ${key} name } }`;
    const answer = await app.execute(document, { keys: asked }, explain);
    const names = answer.data.found.map((node: Record<string, string> | null) => node?.[key] ?? null);
    expect(names).toEqual(asked.map((name) => (known.includes(name ?? '') ? name : null)));
    expect(answer.extensions?.explain.statements).toBe(1);
  },
);

test('a bulk look-up finds nothing that is hidden, in no place', async () => {
  const document = `{ servicesByServiceName(serviceNames: ["machines.example.com", "edge.example.com"]) { serviceName } }`;
  const seen = (await app.execute(document)).data.servicesByServiceName;
  expect(seen).toEqual([{ serviceName: 'machines.example.com' }, { serviceName: 'edge.example.com' }]);
  const outside = await app.as('outsider').execute(document);
  expect(outside.data.servicesByServiceName).toEqual([null, { serviceName: 'edge.example.com' }]);
});

test('a bulk look-up takes no key, a page of keys, and no more', async () => {
  const document = 'query ($keys: [String!]!) { meterDefinitionsByMeterName(meterNames: $keys) { id } }';
  const none = await app.execute(document, { keys: [] });
  expect(none.data.meterDefinitionsByMeterName).toEqual([]);
  const names = Array.from({ length: 1_001 }, (_, index) => `a.example.com/m${index}`);
  const most = await app.execute(document, { keys: names.slice(1) }, explain);
  expect(most.data.meterDefinitionsByMeterName).toEqual(Array(1_000).fill(null));
  expect(most.extensions?.explain.statements).toBe(1);
  const { errors } = await app.execute(document, { keys: names });
  expect(errors).toMatchObject([
    {
      message: 'meterNames has 1001 entries, more than the 1000 of one call',
      extensions: { code: 'BAD_USER_INPUT', violations: [{ rule: 'PAGE_TOO_LARGE', path: 'meterNames' }] },
    },
  ]);
});

test('a bulk look-up costs as much as a page of as many objects', async () => {
  // Below each of them a page of 1,000: more than one operation may cost.
  const keys = Array.from({ length: 1_000 }, (_, index) => `s${index}.example.com`);
  const document =
    'query ($keys: [String!]!) { servicesByServiceName(serviceNames: $keys) { meters(first: 1000) { nodes { id } } } }';
  const { errors } = await app.execute(document, { keys });
  expect(errors?.[0]?.extensions).toMatchObject({ violations: [{ rule: 'COMPLEXITY' }] });
});
