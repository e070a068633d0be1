import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyAll, binding, doc as manifest, role, userOf } from '../authz/world.ts';
import { startApp, type TestApp } from '../kit/app.ts';
import { undeclaredNames } from '../kit/undeclared-names.ts';
import { at, doc, host, named, refusals, site } from './documents.ts';

/*
 * fra1: racks r1 and r2, chassis c (in U1 of r1) with slots 1 and 2; blade b in slot 1, with a slot of its own and module m in it
 *   r1 ◄─ c ◄─ slot c1 ◄─ b ◄─ slot b1 ◄─ m        port p and asset of b, cable from p to q of host n (r2)
 */
let app: TestApp;
const write = async (content: string): Promise<void> => expect((await app.apply(content)).userErrors).toEqual([]);
const slot = (name: string, chassis: string, label: string, occupant?: string): string =>
  doc(`DeviceSlot/${name}`, { chassisRef: at(chassis), slot: label, ...(occupant && { occupantRef: at(occupant) }) });
const inRack = (rack: string, startUnit = 1) => ({ placement: { rackRef: named(rack), startUnit, unitHeight: 2 } });
const port = (name: string, node: string): string =>
  doc(`Port/${name}`, { deviceRef: at(`Node/${node}`), type: 'Ethernet', name: 'eth0' });

const base = [
  doc('Region/eu', { displayName: 'Europe' }),
  site('fra1'),
  ...['r1', 'r2'].map((name) => doc(`Rack/${name}`, { siteRef: named('fra1'), heightU: 10 })),
  host('c', inRack('r1')),
  host('b'),
  host('m'),
  host('n', inRack('r2', 5)),
  slot('c1', 'Node/c', '1', 'Node/b'),
  slot('c2', 'Node/c', '2'),
  slot('b1', 'Node/b', '1', 'Node/m'),
  port('p', 'b'),
  port('q', 'n'),
  doc('Asset/b', { deviceRef: at('Node/b'), serial: 'B1' }),
  doc('Cable/pq', { endpoints: [named('p'), named('q')], media: 'Copper' }),
].join('');
const OPERATES =
  'inv/nodes.get inv/nodes.update inv/ports.get inv/cables.get catalog/assets.get catalog/deviceslots.get inv/racks.get';

beforeAll(async () => {
  app = await startApp();
  await write(base);
  const of = (name: string): string[] => [
    manifest('User', `of-${name}`, { email: `of-${name}@example.com` }),
    binding(`operates-${name}`, `Rack/${name}`, 'operator', userOf(`of-${name}`)),
  ];
  await applyAll(app, [role('operator', OPERATES), ...['r1', 'r2'].flatMap(of)].join(''));
});
afterAll(() => app.close());

const rack = (name: string): string => `labelSelector: "topology.inventory.miloapis.com/rack=${name}"`;

/** What is in a rack: by what it holds, by the label, by the filter, and for somebody who may look into that rack alone. */
async function inside(name: string): Promise<unknown> {
  const names = '{ totalCount nodes { name } }';
  const all = await app.execute(`{
    rack(name: "${name}") { devices ${names} }
    labelled: computeNodes(${rack(name)}) ${names}
    filtered: computeNodes(where: { rack: { name: { eq: "${name}" } } }) ${names}
    ports(${rack(name)}) ${names}
    assets(${rack(name)}) ${names}
  }`);
  const seen = await app.as(`of-${name}`).execute(`{
    computeNodes ${names} ports ${names} assets ${names} deviceSlots ${names} cables ${names} computeNode(name: "b") { rack { name } }
  }`);
  const short = (data: Record<string, { totalCount: number; nodes: { name: string }[] }>): Record<string, string> =>
    Object.fromEntries(
      Object.entries(data).flatMap(([field, list]) => {
        if (list?.nodes === undefined) return [];
        expect(list.totalCount).toBe(list.nodes.length);
        return [[field, list.nodes.map((node) => node.name).join(' ')]];
      }),
    );
  const { rack: asked, ...lists } = all.data;
  return { of: short({ devices: asked.devices, ...lists }), seen: short(seen.data) };
}

const withBlade = {
  of: { devices: 'b c m', labelled: 'b c m', filtered: 'b c m', ports: 'p', assets: 'b' },
  seen: { computeNodes: 'b c m', ports: 'p', assets: 'b', deviceSlots: 'b1 c1 c2', cables: 'pq' },
};
const bare = {
  of: { devices: 'n', labelled: 'n', filtered: 'n', ports: 'q', assets: '' },
  seen: { computeNodes: 'n', ports: 'q', assets: '', deviceSlots: '', cables: 'pq' },
};

test('what sits in a slot, and in a slot of that, is in the rack of the chassis', async () => {
  expect(await inside('r1')).toEqual(withBlade);
  expect(await inside('r2')).toEqual(bare);
  const { data } = await app.execute(
    '{ computeNode(name: "m") { rack { name } placement { startUnit } slot { chassis { ... on ComputeNode { name rack { name } } } } } rack(name: "r1") { usedUnits } }',
  );
  expect(data).toEqual({
    computeNode: { rack: { name: 'r1' }, placement: null, slot: { chassis: { name: 'b', rack: { name: 'r1' } } } },
    rack: { usedUnits: 2 },
  });
  const again = await app.apply(base);
  expect([...new Set(again.results.map(({ outcome }) => outcome))]).toEqual(['UNCHANGED']);
});

test('it moves with the chassis, with its own slot, and leaves the rack with either; a change of its own leaves it there', async () => {
  await write(host('c', inRack('r2')));
  expect(await inside('r2')).toMatchObject({
    of: { devices: 'b c m n', ports: 'p q' },
    seen: { computeNodes: 'b c m n' },
  });
  expect(await inside('r1')).toMatchObject({ of: { devices: '', assets: '' }, seen: { computeNodes: '', cables: '' } });
  await write(host('b', { addresses: [{ type: 'Hostname', address: 'b.example.com' }] }));
  expect(await inside('r2')).toMatchObject({
    of: { devices: 'b c m n' },
    seen: { assets: 'b', deviceSlots: 'b1 c1 c2' },
  });
  await write(host('c') + host('b'));
  expect(await inside('r2')).toEqual(bare);
  await write(host('c', inRack('r1')) + slot('c1', 'Node/c', '1') + slot('c2', 'Node/c', '2', 'Node/b'));
  expect(await inside('r1')).toEqual(withBlade);
  await write(slot('c2', 'Node/c', '2'));
  expect(await inside('r1')).toMatchObject({
    of: { devices: 'c', ports: '' },
    seen: { computeNodes: 'c', deviceSlots: 'c1 c2' },
  });
  await write(slot('c1', 'Node/c', '1', 'Node/b'));
  expect(await inside('r1')).toEqual(withBlade);
  const remove = 'mutation { deleteDeviceSlot(input: { name: "c1" }) { userErrors { code } } }';
  expect((await app.execute(remove)).data.deleteDeviceSlot.userErrors).toEqual([]);
  expect(await inside('r1')).toMatchObject({ of: { devices: 'c' }, seen: { computeNodes: 'c', deviceSlots: 'c2' } });
  await write(base);
  expect(await inside('r1')).toEqual(withBlade);
});

test('a slot can go out of one rack with its blade and into another, in one batch with the device it takes along', async () => {
  await write(slot('c1', 'Node/c', '1') + host('b', inRack('r2', 8)));
  expect(await inside('r2')).toMatchObject({ of: { devices: 'b m n', assets: 'b' }, seen: { computeNodes: 'b m n' } });
  await write(host('b') + slot('c1', 'Node/c', '1', 'Node/b'));
  expect(await inside('r1')).toEqual(withBlade);
  const mounted = await refusals(app, host('b', inRack('r2', 8)));
  expect(mounted).toEqual([
    'OCCUPANT_MOUNTED Node/b spec.placement: the device sits in DeviceSlot/c1, and is mounted with its chassis (no placement, or a device that sits in no slot)',
  ]);
});

test('who operates one rack may change its blades, and none of another', async () => {
  const change = (name: string): string =>
    `mutation { updateComputeNode(input: { name: "${name}", changes: { labels: [{ key: "tried", value: "yes" }] } }) { changed userErrors { code } } }`;
  const own = await app.as('of-r1').execute(change('m'));
  expect(own.data).toEqual({ updateComputeNode: { changed: true, userErrors: [] } });
  const other = await app.as('of-r2').execute(change('m'));
  expect(other.data).toEqual({ updateComputeNode: { changed: false, userErrors: [{ code: 'NOT_FOUND' }] } });
});

test('of 64 writers who put devices into each other in a ring, one finds the ring closed', async () => {
  const ring = Array.from({ length: 64 }, (_, index) => `ring${index}`);
  await write(ring.map((name) => host(name)).join(''));
  const answers = await Promise.all(
    ring.map((name, index) => app.apply(slot(name, `Node/${name}`, '1', `Node/${ring[(index + 1) % 64]}`))),
  );
  const codes = answers.flatMap(({ userErrors }) => userErrors.map(({ code }) => code));
  expect(codes).toEqual(['SLOT_CYCLE']);
});

test('all that refusals name is said to be a name, to be left out for those who may not know it', async () => {
  expect(await undeclaredNames(app)).toEqual([]);
});
