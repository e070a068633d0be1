import { afterAll, beforeAll, expect, test } from 'vitest';
import { exampleWorld, startApp, type TestApp } from '../kit/app.ts';
import { batch, codes, mutate } from './mutate.ts';

/* network-operator holds plant-operator on site fra1 and nothing elsewhere; outsider holds nothing. */
let app: TestApp;
let operator: TestApp;
let outsider: TestApp;
beforeAll(async () => {
  app = await startApp();
  expect((await app.apply(await exampleWorld())).userErrors).toEqual([]);
  operator = { ...app, ...app.as('network-operator') };
  outsider = { ...app, ...app.as('outsider') };
});
afterAll(() => app.close());

const byName = (name: string) => ({ name });
const rack = (name: string, site = 'fra1') => ({ name, site: byName(site), heightU: 42 });

test('who may not see an object cannot tell it from one that is not there, whatever the mutation', async () => {
  const { data } = await app.execute('{ rack(name: "fra1-a01") { id } site(name: "fra1") { id } }');
  const asked: [string, object, string][] = [
    ['updateRack', { name: 'fra1-a01', changes: { heightU: 50 } }, 'NOT_FOUND input.name'],
    ['updateRack', { id: data.rack.id, changes: { heightU: 50 } }, 'NOT_FOUND input.id'],
    ['deleteRack', { name: 'fra1-a01' }, 'NOT_FOUND input.name'],
    ['deleteRack', { name: 'fra1-a01', cascade: true, precondition: { revision: '1' } }, 'NOT_FOUND input.name'],
    [
      'unplaceDevice',
      { device: { computeNode: byName('fra1-a01-node1') } },
      'REFERENCE_NOT_FOUND input.device.computeNode.name',
    ],
    ['disconnectPorts', { a: byName('fra1-a01-node1-eth0') }, 'REFERENCE_NOT_FOUND input.a.name'],
  ];
  for (const [name, input, expected] of asked) {
    const refused = await mutate(outsider, name, input);
    expect([name, codes(refused)]).toEqual([name, [expected]]);
    const id = '01900000-0000-7000-8000-000000000000';
    const absent = JSON.parse(
      JSON.stringify(input)
        .replaceAll(data.rack.id, id)
        .replace(/fra1-a01[\w-]*/, 'none'),
    );
    const other = await mutate(outsider, name, absent);
    const told = ({ userErrors }: typeof other) =>
      userErrors.map(({ code, message }) => [code, message.replace(/(Rack|Node|Port) .*/, '$1')]);
    expect(told(refused)).toEqual(told(other));
  }
});

test('what may be seen and not changed is forbidden, and a batch with one such part changes nothing', async () => {
  const made = await mutate(operator, 'createRack', rack('w-own'), 'rack { name }');
  expect(made).toMatchObject({ changed: true, userErrors: [], rack: { name: 'w-own' } });
  const elsewhere = await mutate(operator, 'createRack', rack('w-else', 'fra2'));
  expect(codes(elsewhere)).toEqual(['REFERENCE_NOT_FOUND input.site.name']);
  const mixed = await batch(operator, [
    { updateRack: { name: 'w-own', changes: { heightU: 44 } } },
    { createOrganization: { name: 'w-org' } },
  ]);
  expect(mixed.applied).toBe(false);
  expect(codes(mixed)).toEqual(['FORBIDDEN input.operations.1.createOrganization.name']);
  const { data } = await app.execute('{ rack(name: "w-own") { heightU } organization(name: "w-org") { name } }');
  expect(data).toEqual({ rack: { heightU: 42 }, organization: null });
});

test('an id of a request is its caller’s own', async () => {
  const input = { ...rack('w-mine'), clientRequestId: 'same-id' };
  expect((await mutate(operator, 'createRack', input)).changed).toBe(true);
  expect((await mutate(operator, 'createRack', input)).changed).toBe(true);
  expect(codes(await mutate(outsider, 'createRack', input))).not.toContain('REQUEST_ID_REUSED input.clientRequestId');
  expect(codes(await mutate(app, 'createRack', { ...input, heightU: 1 }))).toEqual(['NAME_TAKEN input.name']);
});

test('a refused delete names what the caller may see, and only says that there is more', async () => {
  const refused = await mutate(operator, 'deleteSite', { name: 'fra1' });
  const [problem] = refused.userErrors;
  expect(problem?.code).toMatch(/REFERENCED|FORBIDDEN/);
  expect(problem?.message).not.toMatch(/deployment \(/);
});

test('who deletes something with what it owns needs the right to delete both', async () => {
  const role = (name: string, ...permissions: string[]) => ({
    createRole: {
      name,
      namespace: 'milo-system',
      launchStage: 'Beta',
      includedPermissions: permissions.map((permission) => `inventory.miloapis.com/${permission}`),
    },
  });
  const bind = (name: string) => ({
    role: { name, namespace: 'milo-system' },
    subject: { user: byName('outsider') },
    resource: { site: byName('fra1') },
  });
  const device = { name: 'w-device', cluster: byName('fra1-compute'), site: byName('fra1'), role: 'LEAF' };
  const port = { name: 'w-port', device: { networkDevice: byName('w-device') }, type: 'ETHERNET', label: 'E1' };
  const made = await batch(app, [
    role('w-devices', 'networkdevices.get', 'networkdevices.delete'),
    role('w-ports', 'ports.delete'),
    { createNetworkDevice: device },
    { createPort: port },
  ]);
  expect(made.userErrors).toEqual([]);
  expect((await mutate(app, 'bindRole', bind('w-devices'))).userErrors).toEqual([]);
  const refused = await mutate(outsider, 'deleteNetworkDevice', { name: 'w-device', cascade: true });
  expect(refused.userErrors.map(({ code, message }) => [code, message])).toEqual([
    ['FORBIDDEN', 'inventory.miloapis.com/ports.delete is missing'],
  ]);
  expect((await mutate(app, 'bindRole', bind('w-ports'))).userErrors).toEqual([]);
  const gone = await mutate(outsider, 'deleteNetworkDevice', { name: 'w-device', cascade: true }, 'deleted { name }');
  expect(gone.userErrors).toEqual([]);
  // The port, which they may delete and not see, is not named.
  expect(gone.deleted).toEqual([{ name: 'w-device' }]);
});
