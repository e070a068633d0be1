import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestApp } from '../kit/app.ts';
import { startExampleWorld } from '../kit/example-world.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startExampleWorld();
});
afterAll(() => app.close());

test('every statement carries the caller’s access: lists, counts, references, filters', async () => {
  const { data, errors } = await app.as('network-operator').execute(
    `{ regionStates { totalCount } sites { totalCount nodes { name region { name } racks { totalCount } } }
       circuits(where: {name: {eq: "fra1-iad1"}}) { totalCount nodes { provider { name } aSite { name } zSite { name } } }
       racks(where: {site: {name: {eq: "iad1"}}}) { totalCount } organizations { totalCount }
       ports(first: 1, labelSelector: "topology.inventory.miloapis.com/site=iad1") { totalCount } }`,
  );
  expect(errors).toBeUndefined();
  expect(data).toEqual({
    regionStates: { totalCount: 3 },
    sites: { totalCount: 1, nodes: [{ name: 'fra1', region: { name: 'eu-central' }, racks: { totalCount: 2 } }] },
    circuits: { totalCount: 1, nodes: [{ provider: null, aSite: { name: 'fra1' }, zSite: null }] },
    racks: { totalCount: 0 },
    organizations: { totalCount: 0 },
    ports: { totalCount: 0 },
  });
});
