import { afterAll, beforeAll, expect, test } from 'vitest';
import { exampleWorld, startApp, type TestApp } from '../kit/app.ts';

let app: TestApp;
let world: string;
beforeAll(async () => {
  app = await startApp();
  world = await exampleWorld();
});
afterAll(() => app.close());

test('the example world applies in any order, and applying it twice changes nothing', async () => {
  const reversed = world.split(/^---$/m).reverse().join('\n---\n');
  const first = await app.apply(reversed);
  expect(first.userErrors).toEqual([]);
  expect(first.applied).toBe(true);
  const second = await app.apply(world);
  expect(second.counts).toEqual({ created: 0, updated: 0, unchanged: first.counts.created, refused: 0 });
});

test('what was applied is what is exported, and the export applies unchanged', async () => {
  const texts: string[] = [];
  for (let after: string | null = null; ; ) {
    const { data } = await app.execute(
      'query ($after: String) { objects(first: 500, after: $after) { nodes { manifest(bare: true) } pageInfo { hasNextPage endCursor } } }',
      { after },
    );
    texts.push(...data.objects.nodes.map((node: { manifest: string }) => node.manifest));
    if (!data.objects.pageInfo.hasNextPage) break;
    after = data.objects.pageInfo.endCursor;
  }
  const again = await app.apply(texts.join('---\n'));
  expect(again.userErrors).toEqual([]);
  expect(again.counts).toMatchObject({ created: 0, updated: 0, refused: 0 });
  expect(again.counts.unchanged).toBe(texts.length);
});

test('one query walks facility, rack, device, port, cable, far port, device, circuit, provider', async () => {
  const { data, errors, extensions } = await app.execute(
    `{ site(name: "fra1") { racks(where: {name: {eq: "fra1-a01"}}) { nodes { devices(where: {name: {eq: "fra1-a01-router"}}) { nodes { name
        ... on NetworkDevice { ports(where: {name: {in: ["fra1-a01-router-et1", "fra1-a01-router-et4"]}}) { nodes {
          label speed { text value } cable { name } farPort { label device { name } } circuits { nodes { circuitID bandwidthMbps provider { displayName } zSite { name } } } } } } } } } } } }`,
    {},
    { 'x-catalog-explain': 'true' },
  );
  expect(errors).toBeUndefined();
  expect(data.site.racks.nodes[0].devices.nodes[0].ports.nodes).toEqual([
    {
      label: 'Ethernet1/1',
      speed: { text: '100G', value: '100000000000' },
      cable: { name: 'fra1-a01-uplink1' },
      farPort: { label: 'Uplink1', device: { name: 'fra1-a01-leaf' } },
      circuits: { nodes: [] },
    },
    {
      label: 'Ethernet4/1',
      speed: { text: '100G', value: '100000000000' },
      cable: null,
      farPort: null,
      circuits: {
        nodes: [
          {
            circuitID: 'DLF-0001',
            bandwidthMbps: '100000',
            provider: { displayName: 'Deepline Fiber' },
            zSite: { name: 'iad1' },
          },
        ],
      },
    },
  ]);
  expect(extensions?.explain.statements).toBe(5);
});

test('topology labels are derived and can be selected by', async () => {
  const selector = 'topology.inventory.miloapis.com/site=fra1,topology.inventory.miloapis.com/rack in (fra1-a01)';
  const { data } = await app.execute(
    'query ($s: String) { ports(labelSelector: $s, first: 0) { totalCount } virtualMachines(labelSelector: $s) { nodes { name } } }',
    { s: selector },
  );
  expect(data.ports.totalCount).toBeGreaterThan(30);
  expect(data.virtualMachines.nodes).toEqual([{ name: 'vm-001' }, { name: 'vm-002' }]);
});
