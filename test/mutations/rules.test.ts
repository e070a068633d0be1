import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestApp } from '../kit/app.ts';
import { startExampleWorld } from '../kit/example-world.ts';
import { undeclaredNames } from '../kit/undeclared-names.ts';
import { batch, codes, mutate } from './mutate.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startExampleWorld();
});
afterAll(() => app.close());

const change = (name: string, input: object, selection = '') => mutate(app, name, input, selection);
const byName = (name: string) => ({ name });
const rack = (name: string, more: object = {}) => ({ name, site: byName('fra1'), heightU: 42, ...more });

const read = async (name: string) => {
  const { data } = await app.execute(
    `{ rack(name: "${name}") { id uid revision generation heightU cage row label powerFeeds { name amps: ampsRated } labels { key value } annotations { key value } } }`,
  );
  return data.rack;
};

test('an update leaves what is absent and clears what is null; lists as a whole, labels one by one', async () => {
  const labels = [
    { key: 'tier', value: 'gold' },
    { key: 'env', value: 'dev' },
  ];
  const made = await change('createRack', {
    ...rack('r-update', { cage: 'c1', row: 'r1', labels, powerFeeds: [{ name: 'A' }, { name: 'B', ampsRated: 16 }] }),
  });
  expect(made).toMatchObject({ changed: true, userErrors: [] });
  const changes = {
    cage: null,
    label: 'R-1',
    powerFeeds: [{ name: 'B', ampsRated: 32 }],
    labels: [
      { key: 'tier', value: null },
      { key: 'owner', value: 'ops' },
    ],
  };
  const updated = await change('updateRack', { name: 'r-update', changes }, 'changes { path before after }');
  expect(updated.changes.map(({ path }: { path: string }) => path).sort()).toEqual([
    'metadata.labels.owner',
    'metadata.labels.tier',
    'spec.cage',
    'spec.name',
    'spec.powerFeeds[name=A]',
    'spec.powerFeeds[name=B].ampsRated',
  ]);
  const now = await read('r-update');
  expect(now).toMatchObject({
    cage: null,
    row: 'r1',
    label: 'R-1',
    heightU: 42,
    powerFeeds: [{ name: 'B', amps: 32 }],
  });
  expect(now.labels.filter(({ key }: { key: string }) => !key.startsWith('topology'))).toEqual([
    { key: 'env', value: 'dev' },
    { key: 'owner', value: 'ops' },
  ]);
  await change('updateRack', { name: 'r-update', changes: { labels: null, powerFeeds: null } });
  expect(await read('r-update')).toMatchObject({ powerFeeds: [], row: 'r1' });
  const same = await change('updateRack', { name: 'r-update', changes: { row: 'r1', labels: null } });
  expect(same.changed).toBe(false);
  const generation = (await read('r-update')).generation;
  expect((await change('updateRack', { name: 'r-update', changes: {} })).changed).toBe(false);
  expect((await read('r-update')).generation).toBe(generation);
});

test('groups change member by member; a group with a member that it needs is said whole or not at all', async () => {
  const name = 'fra1-a01-node1';
  const show =
    'computeNode { hardware { cpuCores memoryBytes } assignment { role } placement { startUnit unitHeight } }';
  const more = await change('updateComputeNode', { name, changes: { hardware: { cpuCores: 128 } } }, show);
  expect(more.computeNode).toMatchObject({ hardware: { cpuCores: 128, memoryBytes: '549755813888' } });
  const out = await change('updateComputeNode', { name, changes: { assignment: null } }, show);
  expect(out.computeNode.assignment).toBeNull();
  const half = await change('updateComputeNode', { name, changes: { assignment: { role: 'WORKER' } } });
  expect(codes(half)).toEqual(['REQUIRED input.changes.assignment.cluster']);
  const member = await change('updateComputeNode', { name, changes: { placement: { startUnit: null } } });
  expect(member.userErrors).toMatchObject([
    { code: 'REQUIRED', message: 'startUnit cannot be cleared: every such group has one' },
  ]);
  const hardware = { memoryBytes: '9007199254740993' };
  const exact = await change('updateComputeNode', { name, changes: { hardware } }, show);
  expect(exact.computeNode.hardware.memoryBytes).toBe('9007199254740993');
});

test('all violations come at once, with their places in the input', async () => {
  const refused = await change('createComputeNode', {
    name: 'Not A Name',
    site: byName('fra9'),
    labels: [{ key: 'a b', value: 'x' }],
    hardware: {
      cpuCores: 0,
      cpuArchitecture: 'AMD64',
      memoryBytes: '1',
      disks: [
        { name: 'sda', sizeBytes: '1', type: 'SSD' },
        { name: '', sizeBytes: '0', type: 'NVME' },
      ],
    },
    placement: { rack: byName('nowhere'), startUnit: 0, unitHeight: 1 },
  });
  expect(codes(refused).sort()).toEqual([
    'EMPTY input.hardware.disks.1.name',
    'LABEL_KEY input.labels.0',
    'NAME_INVALID input.name',
    'TOO_SMALL input.hardware.cpuCores',
    'TOO_SMALL input.hardware.disks.1.sizeBytes',
    'TOO_SMALL input.placement.startUnit',
  ]);
  const missing = await change('createComputeNode', {
    name: 'n-missing',
    site: byName('fra9'),
    hardware: { cpuCores: 1, cpuArchitecture: 'AMD64', memoryBytes: '1' },
    assignment: { cluster: byName('fra9-compute'), role: 'WORKER' },
  });
  expect(codes(missing)).toEqual([
    'REFERENCE_NOT_FOUND input.site.name',
    'REFERENCE_NOT_FOUND input.assignment.cluster.name',
  ]);
});

test('references are given by id as well, also where several kinds fit', async () => {
  const { data } = await app.execute(
    '{ site(name: "fra1") { id uid } networkDevice(name: "fra1-a01-leaf") { id } region(name: "eu-central") { id } }',
  );
  expect((await change('createRack', { ...rack('r-by-id'), site: { id: data.site.id } })).userErrors).toEqual([]);
  expect((await change('createRack', { ...rack('r-by-uid'), site: { id: data.site.uid } })).userErrors).toEqual([]);
  const port = { name: 'p-by-id', device: { id: data.networkDevice.id }, type: 'OPTICAL', label: 'x1' };
  const made = await change('createPort', port, 'port { device { __typename ... on NetworkDevice { name } } }');
  expect(made.port.device).toEqual({ __typename: 'NetworkDevice', name: 'fra1-a01-leaf' });
  const wrong = await change('createRack', { ...rack('r-wrong'), site: { id: data.region.id } });
  expect(codes(wrong)).toEqual(['REFERENCE_NOT_FOUND input.site.id']);
});

test('validateOnly runs everything and keeps nothing, also of several at once', async () => {
  const trial = await change('createRack', rack('r-trial', { validateOnly: true }), 'rack { name }');
  expect(trial).toMatchObject({ changed: true, userErrors: [], rack: null });
  expect(await read('r-trial')).toBeNull();
  const all = await batch(app, [{ createRack: rack('r-trial') }, { deleteRack: { name: 'fra1-a01' } }], {
    validateOnly: true,
  });
  expect(all.results.map(({ outcome }) => outcome)).toEqual(['CREATED', 'REFUSED']);
  expect(await read('r-trial')).toBeNull();
});

test('a precondition that does not hold is a conflict that says what is', async () => {
  await change('createRack', rack('r-cond'));
  const { id, revision, uid } = await read('r-cond');
  const update = (precondition: object, heightU: number) =>
    change('updateRack', { name: 'r-cond', changes: { heightU }, precondition });
  expect(await update({ id, revision }, 43)).toMatchObject({ changed: true, userErrors: [] });
  const now = (await read('r-cond')).revision;
  expect((await update({ revision }, 44)).userErrors).toEqual([
    {
      code: 'CONFLICT',
      inputPath: ['input', 'precondition', 'revision'],
      message: `Rack/r-cond was changed in the meantime: it has revision ${now}, not ${revision}`,
      accepted: now,
    },
  ]);
  expect((await read('r-cond')).heightU).toBe(43);
  expect(codes(await change('deleteRack', { name: 'r-cond', precondition: { revision } }))).toEqual([
    'CONFLICT input.precondition.revision',
  ]);
  await change('deleteRack', { name: 'r-cond', precondition: { id: uid, revision: now } });
  expect(await read('r-cond')).toBeNull();
  await change('createRack', rack('r-cond'));
  expect(codes(await update({ id }, 44))).toEqual(['CONFLICT input.precondition.id']);
  const operations = [{ updateRack: { name: 'r-cond', changes: { heightU: 45 }, precondition: { id } } }];
  expect(codes(await batch(app, [...operations, { createRack: rack('r-cond-2') }]))).toEqual([
    'CONFLICT input.operations.0.updateRack.precondition.id',
  ]);
  expect(await read('r-cond-2')).toBeNull();
});

test('which object is meant is said once, and what is not there is said', async () => {
  const { errors } = await app.execute('mutation { deleteRack(input: {}) { changed } }');
  expect(errors).toMatchObject([
    { extensions: { code: 'BAD_USER_INPUT', violations: [{ rule: 'SELECTOR', inputPath: ['input'] }] } },
  ]);
  const both = await app.execute('mutation { updateRack(input: {name: "a", id: "b", changes: {}}) { changed } }');
  expect(both.errors?.[0]?.message).toContain('exactly one of id, name');
  expect(codes(await change('updateRack', { name: 'nope', changes: { heightU: 1 } }))).toEqual([
    'NOT_FOUND input.name',
  ]);
  expect(codes(await change('deleteRack', { name: 'nope' }))).toEqual(['NOT_FOUND input.name']);
  expect(await change('deleteRack', { name: 'nope', allowMissing: true })).toMatchObject({
    changed: false,
    userErrors: [],
  });
  const { id } = await app.execute('{ site(name: "fra1") { id } }').then(({ data }) => data.site);
  const other = await app.execute(`mutation { deleteRack(input: {id: "${id}"}) { changed } }`);
  expect(other.errors?.[0]?.message).toBe('that is the id of a Site, not of a Rack');
});

test('a batch of mixed operations takes place as a whole, judged on the final state', async () => {
  const port = (name: string, label: string) => ({
    name,
    device: { rack: byName('b-rack') },
    type: 'PATCH_PANEL',
    label,
  });
  const cable = (name: string, ...ends: string[]) => ({ name, endpoints: ends.map(byName), media: 'COPPER' });
  const made = await batch(app, [
    { createCable: cable('b-cable', 'b-p1', 'b-p2') },
    { createPort: port('b-p1', '1') },
    { createPort: port('b-p2', '2') },
    { createPort: port('b-p3', '3') },
    { createRack: rack('b-rack') },
    {
      apply: {
        manifests: [
          {
            content:
              'apiVersion: inventory.miloapis.com/v1alpha1\nkind: Provider\nmetadata: {name: b-prov}\nspec: {type: Transit, displayName: B}\n',
          },
        ],
      },
    },
  ]);
  expect(made.userErrors).toEqual([]);
  expect(made.results.map(({ operation, outcome, object }) => [operation, outcome, object?.name])).toEqual([
    [0, 'CREATED', 'b-cable'],
    [1, 'CREATED', 'b-p1'],
    [2, 'CREATED', 'b-p2'],
    [3, 'CREATED', 'b-p3'],
    [4, 'CREATED', 'b-rack'],
    [5, 'CREATED', 'b-prov'],
  ]);
  // The old cable goes, and a new one of the same name takes a port that it held; a port that it held goes as well.
  const swapped = await batch(app, [
    { createCable: cable('b-cable', 'b-p1', 'b-p3') },
    { deletePort: { name: 'b-p2' } },
    { deleteCable: { name: 'b-cable' } },
    { updateRack: { name: 'b-rack', changes: { heightU: 48 } } },
  ]);
  expect(swapped.userErrors).toEqual([]);
  expect(swapped.results.map(({ outcome }) => outcome)).toEqual(['CREATED', 'DELETED', 'DELETED', 'UPDATED']);
  // A cable lets go of a port that is deleted in the same batch.
  const moved = await batch(app, [
    { deletePort: { name: 'b-p3' } },
    { createPort: port('b-p4', '4') },
    { updateCable: { name: 'b-cable', changes: { endpoints: [byName('b-p1'), byName('b-p4')] } } },
  ]);
  expect(moved.userErrors).toEqual([]);
  expect(moved.results.map(({ outcome }) => outcome)).toEqual(['DELETED', 'CREATED', 'UPDATED']);
  const refused = await batch(app, [
    { updateRack: { name: 'b-rack', changes: { heightU: 50 } } },
    { deletePort: { name: 'b-p4' } },
    { createPort: { ...port('b-p5', '1'), speed: 'fast' } },
    { updateRack: { name: 'b-rack', changes: { cage: 'x' } } },
  ]);
  expect(refused.applied).toBe(false);
  expect(codes(refused).sort()).toEqual([
    'DUPLICATE_IN_BATCH input.operations.3.updateRack.name',
    'INVALID_VALUE input.operations.2.createPort.speed',
    'REFERENCED input.operations.1.deletePort.name',
  ]);
  expect((await read('b-rack')).heightU).toBe(48);
  const both = await batch(app, [
    { updateRack: { name: 'b-rack', changes: { heightU: 50 } } },
    { deleteRack: { name: 'b-rack' } },
  ]);
  expect(both.userErrors.map(({ code }) => code)).toContain('DUPLICATE_IN_BATCH');
  const nested = await app.execute(
    'mutation { batch(input: {operations: [{deleteRack: {name: "x", validateOnly: true}}]}) { applied } }',
  );
  expect(nested.errors?.[0]?.message).toContain('once, for the whole batch');
});

test('a repeated request gets its first result; the same id for another one is refused', async () => {
  const input = rack('r-twice', { clientRequestId: 'request-1' });
  const first = await change('createRack', input, 'rack { id heightU }');
  const second = await change('createRack', input, 'rack { id heightU }');
  expect(first).toMatchObject({ changed: true, userErrors: [] });
  expect(second).toEqual(first);
  const other = await change('createRack', { ...input, heightU: 10 });
  expect(codes(other)).toEqual(['REQUEST_ID_REUSED input.clientRequestId']);
  expect(codes(await change('deleteRack', { name: 'r-twice', clientRequestId: 'request-1' }))).toEqual([
    'REQUEST_ID_REUSED input.clientRequestId',
  ]);
  // The result is the first one also when the object has changed since.
  await change('updateRack', { name: 'r-twice', changes: { heightU: 20 } });
  expect(await change('createRack', input, 'rack { heightU }')).toMatchObject({ changed: true, rack: { heightU: 20 } });
  // A refused request leaves nothing behind: put right, it may come again under its id.
  const wrong = { ...rack('r-wrong-once', { heightU: 0 }), clientRequestId: 'request-2' };
  expect(codes(await change('createRack', wrong))).toEqual(['TOO_SMALL input.heightU']);
  expect((await change('createRack', { ...wrong, heightU: 2 })).changed).toBe(true);
  await app.database.pool.query(`update client_request set at = now() - interval '25 hours'`);
  expect(codes(await change('createRack', input))).toEqual(['NAME_TAKEN input.name']);
  // A day later the id is free again.
  const deleted = { name: 'r-twice', clientRequestId: 'request-1' };
  expect(await change('deleteRack', deleted, 'deleted { name }')).toEqual(
    await change('deleteRack', deleted, 'deleted { name }'),
  );
});

test('an apply and a batch are repeated as well', async () => {
  const content =
    'apiVersion: inventory.miloapis.com/v1alpha1\nkind: Rack\nmetadata: {name: r-again}\nspec: {siteRef: {name: fra1}, heightU: 9}\n';
  const first = await app.apply(content, { clientRequestId: 'apply-1' });
  expect(first.results).toMatchObject([{ outcome: 'CREATED', name: 'r-again' }]);
  expect(await app.apply(content, { clientRequestId: 'apply-1' })).toEqual(first);
  const operations = [{ deleteRack: { name: 'r-again' } }];
  const gone = await batch(app, operations, { clientRequestId: 'batch-1' });
  expect(gone.results).toMatchObject([{ outcome: 'DELETED', name: 'r-again' }]);
  expect(await batch(app, operations, { clientRequestId: 'batch-1' })).toEqual(gone);
});

test('a new reference to what is being wound down is a warning', async () => {
  const service = byName('queues-example-com');
  const { data } = await app.execute('{ service(name: "queues-example-com") { phase } }');
  if (data.service.phase === 'DRAFT') await change('publishService', { service });
  await change('deprecateService', { service });
  const use = { name: 'edge-queues', service: byName('edge-example-com'), targetService: service };
  const made = await change('createServiceUse', use);
  expect(made.userErrors).toEqual([]);
  expect(made.warnings).toContainEqual({
    code: 'REFERENCE_ENDING',
    message: 'Service queues-example-com is Deprecated',
  });
  const labelled = { name: 'edge-queues', changes: { labels: [{ key: 'a', value: 'b' }] } };
  const { warnings } = await change('updateServiceUse', labelled);
  expect(warnings.map(({ code }: { readonly code: string }) => code)).not.toContain('REFERENCE_ENDING');
});

test('many requests of one id at once are done once', async () => {
  const input = rack('r-storm', { clientRequestId: 'storm' });
  const all = await Promise.all(Array.from({ length: 16 }, () => change('createRack', input, 'rack { id }')));
  expect(new Set(all.map(({ rack: made }) => made.id)).size).toBe(1);
  expect(all.every(({ userErrors }) => userErrors.length === 0)).toBe(true);
});

test('the number of statements of a batch does not depend on the number of its operations', async () => {
  const text = 'mutation ($input: BatchInput!) { batch(input: $input) { applied } }';
  const explained = async (prefix: string, count: number) => {
    const names = Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
    const run = async (operations: object[]) => {
      await app.execute('{ racks { totalCount } }'); // What the caller may do has been worked out.
      const answer = await app.execute(text, { input: { operations } }, { 'x-catalog-explain': 'true' });
      expect(answer.errors).toBeUndefined();
      expect(answer.data.batch.applied).toBe(true);
      return answer.extensions?.explain.statements;
    };
    return [
      await run(names.map((name) => ({ createRack: rack(name) }))),
      await run(names.map((name) => ({ updateRack: { name, changes: { heightU: 12 } } }))),
      await run(names.map((name) => ({ deleteRack: { name } }))),
    ];
  };
  expect(await explained('many', 40)).toEqual(await explained('one', 1));
});

test('a label alone resolves nothing, writes no other column, and is recorded by three statements', async () => {
  const text = `mutation ($input: UpdateNetworkDeviceInput!) {
    updateNetworkDevice(input: $input) { changed networkDevice { labels { key value } site { name } } userErrors { code } } }`;
  const { data } = await app.execute(
    '{ networkDevices(first: 1) { nodes { name labels { key value } site { name } } } }',
  );
  const [before] = data.networkDevices.nodes;
  const input = { name: before.name, changes: { labels: [{ key: 'counted', value: 'yes' }] } };
  const answer = await app.execute(text, { input }, { 'x-catalog-explain': 'true' });
  const labels = [...before.labels, { key: 'counted', value: 'yes' }];
  expect(answer.data.updateNetworkDevice.networkDevice).toEqual({
    labels: expect.arrayContaining(labels),
    site: before.site,
  });
  const statements = answer.extensions?.explain.sql ?? [];
  const texts = statements.map((one) =>
    one
      .trim()
      .split(/[\s(]+/)
      .slice(0, 2)
      .join(' '),
  );
  expect(texts).toEqual([
    'select jsonb_build_object', // The device, locked.
    'select w.index,', // Nothing is changed in what is suspended.
    'update "network_device"',
    'with wanted', // The changes.
    'with combined', // The audit log.
    'with head', // The feed.
    'select select', // What the answer shows.
  ]);
});

test('all that refusals name is said to be a name, to be left out for those who may not know it', async () => {
  expect(await undeclaredNames(app)).toEqual([]);
});
