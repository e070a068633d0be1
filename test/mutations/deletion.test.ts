import { afterAll, beforeAll, expect, test } from 'vitest';
import { binding, doc, role, userOf } from '../authz/world.ts';
import type { TestApp } from '../kit/app.ts';
import { startExampleWorld } from '../kit/example-world.ts';
import { batch, codes, mutate } from './mutate.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startExampleWorld();
});
afterAll(() => app.close());

const byName = (name: string) => ({ name });
const remove = (type: string, name: string, more: object = {}) =>
  mutate(app, `delete${type}`, { name, ...more }, 'deleted { kind name }');
const count = async (table: string): Promise<number> => {
  const { rows } = await app.database.pool.query<{ count: number }>(`select count(*)::int as count from ${table}`);
  return rows[0]?.count ?? -1;
};

/** A switch with ports; some of them wired through inside, as in a patch panel. */
async function device(name: string, ports: number): Promise<void> {
  const port = (index: number) => ({
    createPort: {
      name: `${name}-p${index}`,
      device: { networkDevice: byName(name) },
      type: 'ETHERNET',
      label: `Ethernet${index}`,
    },
  });
  const operations = [
    { createNetworkDevice: { name, cluster: byName('fra1-compute'), site: byName('fra1'), role: 'LEAF' } },
    ...Array.from({ length: ports }, (_, index) => port(index + 1)),
    { createPassThroughPort: { name: `${name}-front`, port: byName(`${name}-p1`), side: 'FRONT' } },
    { createPassThroughPort: { name: `${name}-rear`, port: byName(`${name}-p2`), side: 'REAR' } },
    { createPortMapping: { name: `${name}-wire`, frontPort: byName(`${name}-p1`), rearPort: byName(`${name}-p2`) } },
  ];
  expect((await batch(app, operations)).userErrors).toEqual([]);
}

test('what an object owns keeps it, unless the delete cascades; then it goes along, and is named', async () => {
  const before = [await count('port'), await count('port_mapping'), await count('scope_closure')];
  await device('d-owned', 7);
  const refused = await remove('NetworkDevice', 'd-owned');
  expect(refused.userErrors).toMatchObject([
    {
      message:
        'NetworkDevice/d-owned is referred to by 7 ports (d-owned-p1, d-owned-p2, d-owned-p3, d-owned-p4, d-owned-p5 and 2 more)',
      accepted:
        'delete Port/d-owned-p1, Port/d-owned-p2, Port/d-owned-p3, Port/d-owned-p4, Port/d-owned-p5 and 2 more as well (cascade takes ports along)',
    },
  ]);
  const trial = await remove('NetworkDevice', 'd-owned', { cascade: true, validateOnly: true });
  expect(trial).toMatchObject({ changed: true, userErrors: [] });
  expect(await count('port')).toBe((before[0] ?? 0) + 7);
  const gone = await remove('NetworkDevice', 'd-owned', { cascade: true });
  expect(gone.userErrors).toEqual([]);
  expect(gone.deleted).toHaveLength(11);
  expect(gone.deleted[0]).toEqual({ kind: 'NetworkDevice', name: 'd-owned' });
  expect([await count('port'), await count('port_mapping'), await count('scope_closure')]).toEqual(before);
});

test('a cascade stops at what is not owned: a cable in one of the ports', async () => {
  await device('d-cabled', 3);
  await device('d-other', 3);
  const ends = { a: byName('d-cabled-p3'), z: byName('d-other-p3') };
  expect((await mutate(app, 'connectPorts', { ...ends, media: 'COPPER', name: 'd-cable' })).userErrors).toEqual([]);
  const refused = await remove('NetworkDevice', 'd-cabled', { cascade: true });
  expect(refused.userErrors).toMatchObject([
    {
      message: 'Port/d-cabled-p3 of NetworkDevice/d-cabled is referred to by 1 cable (d-cable)',
      accepted: 'delete Cable/d-cable as well (disconnect takes cables along) or change its spec.endpoints',
    },
  ]);
  const together = await batch(app, [
    { deleteNetworkDevice: { name: 'd-cabled', cascade: true } },
    { deleteNetworkDevice: { name: 'd-other', cascade: true } },
    { deleteCable: { name: 'd-cable' } },
  ]);
  expect(together.userErrors).toEqual([]);
});

test('cables go along where a delete asks to disconnect, also those to other devices', async () => {
  for (const name of ['d-out', 'd-far']) await device(name, 4);
  const connect = async (a: string, z: string, name: string) =>
    expect(codes(await mutate(app, 'connectPorts', { a: byName(a), z: byName(z), media: 'COPPER', name }))).toEqual([]);
  await connect('d-out-p3', 'd-far-p3', 'd-across');
  await connect('d-out-p1', 'd-out-p4', 'd-within');
  // The ports stand in the way, unless they are to go as well.
  const alone = await remove('NetworkDevice', 'd-out', { disconnect: true });
  expect(alone.userErrors).toMatchObject([
    { code: 'REFERENCED', accepted: expect.stringContaining('cascade takes ports') },
  ]);
  const all = await remove('NetworkDevice', 'd-out', { cascade: true, disconnect: true, validateOnly: true });
  expect(all.userErrors).toEqual([]);
  const goes = all.deleted.map(({ kind, name }: Record<string, string>) => `${kind}/${name}`);
  expect(goes.filter((one: string) => one.startsWith('Cable/')).sort()).toEqual(['Cable/d-across', 'Cable/d-within']);
  expect(goes).toHaveLength(1 + 4 + 3 + 2);
  // What refers to the cable stands in the way as it would otherwise.
  const ends = ['d-out', 'd-far'].map((name) => ({ kind: 'NetworkDevice', name }));
  const link = doc('Link', 'd-link', { endpoints: ends, type: 'Physical', cableRefs: [byName('d-across')] });
  expect((await app.apply(link)).userErrors).toEqual([]);
  expect((await remove('Port', 'd-far-p3', { disconnect: true })).userErrors).toMatchObject([
    { code: 'REFERENCED', message: 'Cable/d-across of Port/d-far-p3 is referred to by 1 link (d-link)' },
  ]);
  expect((await remove('Link', 'd-link')).changed).toBe(true);
  expect((await remove('Port', 'd-far-p3', { disconnect: true })).deleted).toEqual([
    { kind: 'Port', name: 'd-far-p3' },
    { kind: 'Cable', name: 'd-across' },
  ]);
  const document =
    'mutation ($input: DeleteInput!) { delete(input: $input) { results { kind name } userErrors { code } } }';
  const objects = ['d-out', 'd-far'].map((name) => ({ kind: 'NetworkDevice', name }));
  const { data } = await app.execute(document, { input: { objects, cascade: true, disconnect: true } });
  expect(data.delete.userErrors).toEqual([]);
  const { data: left } = await app.execute('{ cable(name: "d-within") { name } }');
  expect(left.cable).toBeNull();
});

test('what could go or change instead is said by the references that hold: a slot does not go with what sits in it', async () => {
  const chassis = { networkDevice: byName('d-chassis') };
  for (const name of ['d-chassis', 'd-blade']) await device(name, 2);
  const slot = { name: 'd-slot', chassis, slot: '1', occupant: { networkDevice: byName('d-blade') } };
  expect((await batch(app, [{ createDeviceSlot: slot }])).userErrors).toEqual([]);
  for (const cascade of [true, false]) {
    const { userErrors } = await remove('NetworkDevice', 'd-blade', { cascade });
    const ports = 'delete Port/d-blade-p1, Port/d-blade-p2 as well (cascade takes ports along)';
    const own = 'delete DeviceSlot/d-slot as well or change its spec.occupantRef';
    expect(userErrors).toMatchObject([{ code: 'REFERENCED', accepted: cascade ? own : `${own}; ${ports}` }]);
  }
  expect((await remove('NetworkDevice', 'd-chassis')).userErrors).toMatchObject([
    { accepted: expect.stringContaining('delete DeviceSlot/d-slot as well (cascade takes deviceslots along)') },
  ]);
});

test('what refers to an object in two ways is one, and both would have to change; how hidden ones refer to it is not said', async () => {
  const policy = (name: string, project: string, regions: readonly string[]): string => {
    const [main = ''] = regions;
    const spec = { enabledRegionRefs: regions.map(byName), defaultControlRegionRef: byName(main) };
    return doc('RegionPolicy', name, { projectRef: byName(project), ...spec });
  };
  const region = (name: string): string =>
    doc('Region', name, { displayName: name }) + doc('RegionState', name, { regionRef: byName(name), state: 'Open' });
  const made = [
    region('d-region'),
    region('d-else'),
    policy('d-once', 'northwind-web', ['d-else', 'd-region']),
    policy('d-twice', 'northwind-tracking', ['d-region']),
    doc('User', 'polly', { email: 'polly@milo.example' }),
    role('deletes-regions', 'inv/regions.get inv/regions.delete catalog/regionstates.delete'),
    role('sees-policies', 'catalog/regionpolicies.get'),
    binding('polly-deletes', 'Platform/root', 'deletes-regions', userOf('polly')),
    binding('polly-sees', 'Project/northwind-web', 'sees-policies', userOf('polly'), {
      namespace: 'organization-northwind',
    }),
  ];
  expect((await app.apply(made.join(''))).userErrors).toEqual([]);
  const refusal = async (who: string): Promise<unknown> => {
    const { data } = await app
      .as(who)
      .execute('mutation ($input: DeleteInput!) { delete(input: $input) { userErrors { code message accepted } } }', {
        input: { objects: [{ kind: 'Region', name: 'd-region' }], cascade: true },
      });
    return data.delete.userErrors;
  };
  expect(await refusal('test-admin')).toEqual([
    {
      code: 'REFERENCED',
      message: 'Region/d-region is referred to by 2 regionpolicies (d-once, d-twice)',
      accepted:
        'delete RegionPolicy/d-once, RegionPolicy/d-twice as well or change their spec.enabledRegionRefs, spec.defaultControlRegionRef',
    },
  ]);
  expect(await refusal('polly')).toEqual([
    {
      code: 'REFERENCED',
      message: 'Region/d-region is referred to by 1 regionpolicy (d-once) and 1 more that you may not see',
      accepted:
        'delete RegionPolicy/d-once as well or change its spec.enabledRegionRefs; 1 object that you may not see would have to go or change as well',
    },
  ]);
});

test('the number of statements of a cascade does not depend on how much goes', async () => {
  const statements = async (names: readonly string[], ports: number) => {
    for (const name of names) await device(name, ports);
    const operations = names.map((name) => ({ deleteNetworkDevice: { name, cascade: true } }));
    const document = 'mutation ($input: BatchInput!) { batch(input: $input) { applied } }';
    const answer = await app.execute(document, { input: { operations } }, { 'x-catalog-explain': 'true' });
    expect(answer.data.batch.applied).toBe(true);
    return answer.extensions?.explain.statements;
  };
  const one = await statements(['d-one'], 2);
  expect(await statements(['d-many1', 'd-many2', 'd-many3', 'd-many4'], 30)).toBe(one);
});

test('a refusal counts and names only what the author may see', async () => {
  const site = (name: string, region: string) => ({
    createSite: { name, displayName: name, region: byName(region), type: 'EDGE', provider: byName('p-shared') },
  });
  const provider = { createProvider: { name: 'p-shared', displayName: 'Shared', type: 'CLOUD' } };
  const made = await batch(app, [site('h-seen', 'eu-central'), site('h-hidden', 'us-east'), provider]);
  expect(made.userErrors).toEqual([]);
  const iam = (kind: string, metadata: object, spec: object) =>
    JSON.stringify({ apiVersion: 'iam.miloapis.com/v1alpha1', kind, metadata, spec });
  const binding = (kind: string, name: string) =>
    iam(
      'PolicyBinding',
      { name: `half-${name}`, namespace: 'milo-system' },
      {
        roleRef: { name: 'platform-admin', namespace: 'milo-system' },
        subjects: [{ kind: 'User', name: 'half' }],
        resourceSelector: { resourceRef: { apiGroup: 'inventory.miloapis.com', kind, name } },
      },
    );
  const rights = [iam('User', { name: 'half' }, { email: 'half@milo.example' }), binding('Provider', 'p-shared')];
  expect((await app.apply([...rights, binding('Site', 'h-seen')].join('\n---\n'))).userErrors).toEqual([]);
  const refusal = async (kind: string, name: string) => {
    const { data } = await app
      .as('half')
      .execute('mutation ($input: DeleteInput!) { delete(input: $input) { userErrors { message accepted } } }', {
        input: { objects: [{ kind, name }] },
      });
    return data.delete.userErrors.flatMap(({ message, accepted }: Record<string, string>) => [message, accepted]);
  };
  expect(await refusal('Provider', 'p-shared')).toEqual([
    // The other site, and the binding by which it may be seen.
    'Provider/p-shared is referred to by 1 site (h-seen) and 2 more that you may not see',
    'delete Site/h-seen as well or change its spec.providerRef; 2 objects that you may not see would have to go or change as well',
  ]);
  await remove('PolicyBinding', 'half-h-seen');
  await remove('Site', 'h-seen');
  expect(await refusal('Provider', 'p-shared')).toEqual([
    'Provider/p-shared is referred to by 2 objects that you may not see',
    '2 objects that you may not see would have to go or change as well',
  ]);
  expect(await refusal('Site', 'h-hidden')).toEqual(['there is no Site h-hidden', null]);
});

test('a refusal says where to find what would have to go: its namespace and its project, as far as its author may know them', async () => {
  const northwind = { namespace: 'organization-northwind' };
  const made = [
    role('seldom', 'inv/sites.get'),
    role('removes-roles', 'iam/roles.get iam/roles.delete iam/policybindings.get'),
    doc('User', 'rolf', { email: 'rolf@milo.example' }),
    binding('rolf', 'Platform/root', 'removes-roles', userOf('rolf')),
    binding('seldom-a', 'Site/fra1', 'seldom', userOf('rolf')),
    binding('seldom-b', 'Project/northwind-web', 'seldom', userOf('rolf'), northwind),
    doc('Project', 'p-short', { ownerRef: { kind: 'Organization', name: 'northwind' } }),
    doc('ServiceAccount', 'robot-x', { state: 'Active' }, { project: 'p-short' }),
  ];
  expect((await app.apply(made.join(''))).userErrors).toEqual([]);
  const accepted = async (who: string, object: object): Promise<string[]> => {
    const { data } = await app
      .as(who)
      .execute('mutation ($input: DeleteInput!) { delete(input: $input) { userErrors { code accepted } } }', {
        input: { objects: [object] },
      });
    return data.delete.userErrors.map((one: Record<string, string>) => `${one.code}: ${one.accepted}`);
  };
  const seldom = { kind: 'Role', name: 'seldom', namespace: 'milo-system' };
  expect(await accepted('test-admin', seldom)).toEqual([
    'REFERENCED: delete PolicyBinding/seldom-a in namespace milo-system, PolicyBinding/seldom-b in namespace organization-northwind as well',
  ]);
  expect(await accepted('rolf', seldom)).toEqual([
    'REFERENCED: delete PolicyBinding/seldom-a in namespace milo-system, PolicyBinding/seldom-b as well',
  ]);
  expect(await accepted('test-admin', { kind: 'Project', name: 'p-short' })).toEqual([
    'REFERENCED: delete ServiceAccount/robot-x in project p-short as well',
  ]);
});

test('what goes with an object and its author may not see is named to nobody who may not: neither by a refusal or an answer, nor by log, feed or history', async () => {
  await device('zq', 3);
  await device('zq-far', 2);
  const ends = { a: byName('zq-p3'), z: byName('zq-far-p1') };
  expect((await mutate(app, 'connectPorts', { ...ends, media: 'COPPER', name: 'zq-cable' })).userErrors).toEqual([]);
  // Wim sees devices, and may delete them and their ports; Lena sees devices.
  const rights = [
    ...['wim', 'lena'].map((name) => doc('User', name, { email: `${name}@milo.example` })),
    role('takes-devices-out', 'inv/networkdevices.get inv/networkdevices.delete inv/ports.delete'),
    role('sees-devices', 'inv/networkdevices.get'),
    binding('lena-at-fra1', 'Site/fra1', 'sees-devices', userOf('lena')),
    binding('lena-of-zq', 'NetworkDevice/zq', 'sees-devices', userOf('lena')),
    binding('wim-at-fra1', 'Site/fra1', 'takes-devices-out', userOf('wim')),
  ];
  expect((await app.apply(rights.join(''))).userErrors).toEqual([]);
  const hidden = /zq-(?:far-)?(?:p\d|front|rear|wire)|zq-cable/;
  const DELETE = `mutation ($input: DeleteObjectInput!) { deleteNetworkDevice(input: $input) {
    deleted { kind name } changed userErrors { code message accepted subject value } } }`;
  const removeAs = async (who: string, more: object) => {
    const { data, errors } = await app.as(who).execute(DELETE, { input: { name: 'zq', ...more } });
    expect(errors).toBeUndefined();
    return data.deleteNetworkDevice;
  };
  const told = async (who: string) => {
    const then = (kind: string): string => `${kind}: objects(kind: "${kind}", first: 500) { nodes { name manifest } }`;
    const asked = [
      `auditRecords(first: 500, where: { reads: INCLUDED }) { totalCount nodes { outcome verb kind name actor { name } asked decision reason scope { name } before { manifest } after { manifest } changes { path before after } } }`,
      'changes(first: 1000) { events { type name object { manifest } } }',
      'catalogDifference(from: { position: 0 }, first: 1000) { nodes { type name before { manifest } after { manifest } } }',
      'history(kind: "networkdevice", name: "zq") { nodes { type changes { path } before { manifest } after { manifest } } }',
      `catalogAsOf(at: { position: ${before} }) { ${['port', 'passthroughport', 'portmapping'].map(then).join(' ')} }`,
      'search(text: "zq") { nodes { value } }',
    ];
    // biome-ignore lint/suspicious/noExplicitAny: whatever was asked for
    const data: Record<string, any> = {};
    for (const field of asked) {
      const answer = await app.as(who).execute(`{ ${field} }`);
      expect(answer.errors, field.slice(0, 50)).toBeUndefined();
      Object.assign(data, answer.data);
    }
    expect(Math.min(data.auditRecords.totalCount, 500)).toBe(data.auditRecords.nodes.length);
    return data;
  };
  const { data: head } = await app.execute('{ namesInForce(first: 0) { position } }');
  const before = head.namesInForce.position;

  const refusals = async (who: string, more: object) => {
    const { userErrors } = await removeAs(who, more);
    return userErrors.map(({ code, message, accepted }: Record<string, string>) => [`${code}: ${message}`, accepted]);
  };
  // A binding holds what it is on as well.
  const oneMore = '1 object that you may not see would have to go or change as well';
  for (const disconnect of [false, true])
    expect(await refusals('wim', { cascade: true, disconnect })).toEqual([
      ['REFERENCED: NetworkDevice/zq is referred to by 1 object that you may not see', oneMore],
      [
        'REFERENCED: something that you may not see of NetworkDevice/zq is referred to by 1 object that you may not see',
        oneMore,
      ],
    ]);
  expect(await refusals('wim', {})).toEqual([
    [
      'REFERENCED: NetworkDevice/zq is referred to by 4 objects that you may not see',
      '4 objects that you may not see would have to go or change as well',
    ],
  ]);
  expect(await refusals('test-admin', { cascade: true })).toEqual([
    [
      'REFERENCED: NetworkDevice/zq is referred to by 1 policybinding (lena-of-zq)',
      'delete PolicyBinding/lena-of-zq in namespace milo-system as well',
    ],
    [
      'REFERENCED: Port/zq-p3 of NetworkDevice/zq is referred to by 1 cable (zq-cable)',
      'delete Cable/zq-cable as well (disconnect takes cables along) or change its spec.endpoints',
    ],
  ]);
  expect((await remove('PolicyBinding', 'lena-of-zq', { namespace: 'milo-system' })).changed).toBe(true);
  expect((await remove('Cable', 'zq-cable')).changed).toBe(true);
  const own = { deleted: [{ kind: 'NetworkDevice', name: 'zq' }], changed: true, userErrors: [] };
  expect(await removeAs('wim', { cascade: true, validateOnly: true })).toEqual(own);
  const input = { cascade: true, clientRequestId: 'take zq out' };
  expect(await removeAs('wim', input)).toEqual(own);
  expect(await removeAs('wim', input)).toEqual({ ...own });

  const deletedBy = (data: Awaited<ReturnType<typeof told>>, who: string): string[] =>
    data.auditRecords.nodes
      .filter(({ actor, outcome, verb }: Record<string, unknown>) => {
        return (actor as { name: string }).name === who && outcome === 'SUCCESS' && verb === 'delete';
      })
      .map(({ kind, name }: Record<string, unknown>) => `${kind}/${name}`)
      .sort();
  const gone = ['zq-p1', 'zq-p2', 'zq-p3'].map((name) => `Port/${name}`);
  expect(deletedBy(await told('test-admin'), 'wim')).toEqual([
    'NetworkDevice/zq',
    'PassThroughPort/zq-front',
    'PassThroughPort/zq-rear',
    ...gone,
    'PortMapping/zq-wire',
  ]);
  const wim = await told('wim');
  expect(deletedBy(wim, 'wim')).toEqual(['NetworkDevice/zq']);
  for (const data of [wim, await told('lena')]) expect(JSON.stringify(data)).not.toMatch(hidden);

  // What one sees of what went along is in one's own log.
  await device('zr', 2);
  const seesPorts = role('sees-ports', 'inv/ports.get') + binding('wim-sees', 'Site/fra1', 'sees-ports', userOf('wim'));
  expect((await app.apply(seesPorts)).userErrors).toEqual([]);
  const { data: seen } = await app.as('wim').execute(DELETE, { input: { name: 'zr', cascade: true } });
  expect(seen.deleteNetworkDevice.userErrors).toEqual([]);
  const names = deletedBy(await told('wim'), 'wim').filter((name) => name.includes('/zr'));
  expect(names).toEqual(['NetworkDevice/zr', 'Port/zr-p1', 'Port/zr-p2']);

  // What one has asked for stays in one's own log without any right to it; what only went along does not.
  for (const name of ['wim-at-fra1', 'wim-sees']) await remove('PolicyBinding', name, { namespace: 'milo-system' });
  expect(deletedBy(await told('wim'), 'wim')).toEqual(['NetworkDevice/zq', 'NetworkDevice/zr']);
});

test('the name and the canonical name of a deleted service are held for 30 days, for the project that produced it', async () => {
  const service = (name: string, serviceName: string, producer = 'milo-network') => ({
    name,
    serviceName,
    displayName: 'Held',
    owner: { producerProject: byName(producer) },
  });
  const own = service('held', 'held.example.com', 'milo-compute');
  expect((await mutate(app, 'createService', own)).userErrors).toEqual([]);
  expect((await remove('Service', 'held')).changed).toBe(true);
  const again = await mutate(app, 'createService', service('held', 'held.example.com'));
  expect(codes(again)).toEqual(['NAME_HELD input.name', 'NAME_HELD input.serviceName']);
  const date = /it is free again from (\S+)$/.exec(again.userErrors[0]?.message ?? '')?.[1] ?? '';
  const days = (Date.parse(date) - Date.now()) / 86_400_000;
  expect(days).toBeGreaterThan(29.9);
  expect(days).toBeLessThan(30.1);
  expect(codes(await mutate(app, 'createService', service('held-2', 'held.example.com')))).toEqual([
    'NAME_HELD input.serviceName',
  ]);
  expect(
    (await mutate(app, 'createService', service('held-2', 'held-2.example.com', 'milo-compute'))).userErrors,
  ).toEqual([]);
  const swap = await batch(app, [
    { deleteService: { name: 'held-2' } },
    { createService: service('held-2', 'held-2.example.com') },
  ]);
  expect(swap.userErrors.map(({ code }) => code)).toEqual(['NAME_HELD', 'NAME_HELD']);
  const back = await mutate(app, 'createService', { ...own, serviceName: 'back.example.com' });
  expect(back.userErrors).toEqual([]);
  expect((await remove('Service', 'held')).changed).toBe(true);
  await app.database.pool.query(`update held_name set free_at = now()`);
  expect((await mutate(app, 'createService', service('held', 'held.example.com'))).userErrors).toEqual([]);
});

test('of a deleted service, and of all that it was called, one who could not see it learns that its name is held, and nothing else', async () => {
  const secret = { name: 'secret-gone', serviceName: 'secret-gone.example.com', displayName: 'Project Nightfall' };
  const owner = { producerProject: byName('milo-network') };
  expect((await mutate(app, 'createService', { ...secret, owner })).userErrors).toEqual([]);
  const renamed = { name: 'secret-gone', changes: { displayName: 'Project Daybreak' } };
  expect((await mutate(app, 'updateService', renamed)).userErrors).toEqual([]);
  const { data: then } = await app.execute(
    '{ history(kind: "service", name: "secret-gone", first: 1) { nodes { at } } }',
  );
  expect((await remove('Service', 'secret-gone')).changed).toBe(true);

  const reads = (name: string) => `{
    service(name: "${name}") { id } byServiceName: service(serviceName: "${name}.example.com") { id }
    object(kind: "service", name: "${name}") { id } objects(names: ["${name}"]) { totalCount }
    history(kind: "service", name: "${name}") { totalCount nodes { type } }
    catalogAsOf(at: { time: "${then.history.nodes[0].at}" }) {
      object(kind: "service", name: "${name}") { name } objects(kind: "service", first: 1000) { nodes { name } } }
    changes(where: { names: ["${name}"] }, first: 100) { events { type object { name } } isCurrent }
    catalogDifference(from: { position: 0 }, kinds: ["service"], first: 1000) { nodes { name } }
    auditRecords(where: { resource: { kind: "service", name: "${name}" } }) { totalCount }
    search(text: "${name}") { totalCount }
    canonicalNames(names: ["${name}.example.com"]) { name service { id } meter { id } }
    serviceAvailabilities(where: { service: { name: { eq: "${name}" } } }) { totalCount } }`;
  const told = async (who: string, document: string, input: object = {}) =>
    JSON.stringify(await app.as(who).execute(document, { input }));
  const seen = JSON.stringify((await app.execute(reads('secret-gone'))).data);
  expect(seen).toContain('{"type":"DELETED"}');
  const CREATE =
    'mutation ($input: CreateServiceInput!) { createService(input: $input) { userErrors { code message accepted value } } }';
  const create = (name: string, producer: string) => ({
    ...secret,
    name,
    serviceName: `${name}.example.com`,
    owner: { producerProject: byName(producer) },
    validateOnly: true,
  });
  for (const who of ['outsider', 'project-viewer', 'provider', 'org-owner']) {
    const unlike = async (document: string, input?: (name: string) => object) => [
      await told(who, document.replaceAll('NAME', 'secret-gone'), input?.('secret-gone')),
      (await told(who, document.replaceAll('NAME', 'never-there'), input?.('never-there'))).replaceAll(
        'never-there',
        'secret-gone',
      ),
    ];
    const [gone, none] = await unlike(reads('NAME'));
    expect(gone, who).toBe(none);
    if (who === 'provider') continue;
    const [refused, asAny] = await unlike(CREATE, (name) => create(name, 'milo-compute'));
    expect(refused, who).toBe(asAny);
    expect(refused).not.toContain('NAME_HELD');
  }
  const held = await told('provider', CREATE, create('secret-gone', 'milo-compute'));
  const refusals = JSON.parse(held).data.createService.userErrors;
  const until = /^name secret-gone belonged to a Service that was deleted; it is free again from (\S+)$/;
  expect(refusals.map(({ code }: { code: string }) => code)).toEqual(['NAME_HELD', 'NAME_HELD']);
  expect(refusals[0]).toEqual({
    code: 'NAME_HELD',
    message: expect.stringMatching(until),
    accepted: 'a name that is not held',
    value: '"secret-gone"',
  });
  expect(held).not.toMatch(/milo-network|Nightfall|Daybreak/);
});

test('an organization goes with its memberships; a group with its members', async () => {
  const made = await batch(app, [
    { createOrganization: { name: 'short-lived' } },
    {
      createOrganizationMembership: {
        name: 'auditor',
        namespace: 'organization-short-lived',
        organization: byName('short-lived'),
        user: byName('auditor'),
      },
    },
    { createGroup: { name: 'crew', namespace: 'milo-system' } },
    {
      createGroupMembership: {
        name: 'auditor-in-crew',
        namespace: 'milo-system',
        user: byName('auditor'),
        group: byName('crew'),
      },
    },
  ]);
  expect(made.userErrors).toEqual([]);
  expect((await remove('Organization', 'short-lived', { cascade: true })).deleted).toEqual([
    { kind: 'Organization', name: 'short-lived' },
    { kind: 'OrganizationMembership', name: 'auditor' },
  ]);
  expect((await remove('Group', 'crew', { cascade: true })).deleted).toHaveLength(2);
});
