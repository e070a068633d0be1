import { graphql } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessBelow } from '../../src/catalog/access/access.ts';
import { system } from '../../src/catalog/access/caller.ts';
import { createCatalog } from '../../src/catalog/model.ts';
import { createCursors } from '../../src/catalog/read/cursor.ts';
import { createReader } from '../../src/catalog/read/reader.ts';
import { createObjectLoader, createSchema } from '../../src/catalog/schema/index.ts';
import { domains } from '../../src/domains/index.ts';
import { exampleWorld, startApp, type TestApp } from '../kit/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  expect((await app.apply(await exampleWorld())).userErrors).toEqual([]);
});
afterAll(() => app.close());

const catalog = createCatalog(domains);
const schema = createSchema(catalog);

/** What somebody sees whose access is one scope and everything below it. */
async function seenBelow(scopeId: string, source: string): Promise<unknown> {
  const context = {
    catalog,
    author: { caller: system, requestId: 'test' },
    credential: null,
    access: accessBelow([scopeId]),
    accessNow: () => Promise.resolve(accessBelow([scopeId])),
    history: app.history,
    reader: createReader((statement) => app.database.cells(statement)),
    cursors: createCursors('test'),
    limits: { defaultPage: 50, maxPage: 1000, maxCount: 10_000 },
    pipeline: app.pipeline,
  };
  const { data, errors } = await graphql({
    schema,
    source,
    contextValue: { ...context, objects: createObjectLoader(context) },
  });
  expect(errors).toBeUndefined();
  return JSON.parse(JSON.stringify(data));
}

test('every statement carries the caller’s access: lists, counts, references, filters', async () => {
  const { data } = await app.execute('{ site(name: "fra1") { uid } }');
  const seen = await seenBelow(
    data.site.uid,
    `{ regions { totalCount } sites { totalCount nodes { name region { name } racks { totalCount } } }
       circuits(where: {name: {eq: "fra1-iad1"}}) { totalCount nodes { provider { name } aSite { name } zSite { name } } }
       racks(where: {site: {name: {eq: "iad1"}}}) { totalCount } organizations { totalCount }
       ports(first: 1, labelSelector: "topology.inventory.miloapis.com/site=iad1") { totalCount } }`,
  );
  expect(seen).toEqual({
    regions: { totalCount: 0 },
    sites: { totalCount: 1, nodes: [{ name: 'fra1', region: null, racks: { totalCount: 2 } }] },
    circuits: { totalCount: 1, nodes: [{ provider: null, aSite: { name: 'fra1' }, zSite: null }] },
    racks: { totalCount: 0 },
    organizations: { totalCount: 0 },
    ports: { totalCount: 0 },
  });
});
