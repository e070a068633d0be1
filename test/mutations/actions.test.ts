import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestApp } from '../kit/app.ts';
import { startExampleWorld } from '../kit/example-world.ts';
import { batch, codes, mutate } from './mutate.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startExampleWorld();
});
afterAll(() => app.close());

const change = (name: string, input: object, selection = '') => mutate(app, name, input, selection);
const byName = (name: string) => ({ name });

test('a project moves into a folder, into another one, and out of it; its scope moves along', async () => {
  const project = byName('northwind-web');
  const above = async () => {
    const { rows } = await app.database.pool.query<{ kind: string }>(
      `select s.kind from project p join scope_closure c on c.descendant_id = p.id join scope s on s.id = c.ancestor_id and s.kind <> 'Kind'
       where p.name = 'northwind-web' order by c.depth`,
    );
    return rows.map(({ kind }) => kind).join(' < ');
  };
  const show = 'project { name folder { name } }';
  const moved = await change('moveProject', { project, folder: byName('logistics') }, show);
  expect(moved).toMatchObject({ changed: true, userErrors: [], project: { folder: { name: 'logistics' } } });
  expect(await above()).toBe('Project < Folder < Organization < Platform');
  const deeper = await change('moveProject', { project, folder: byName('logistics-eu') }, show);
  expect(deeper.project.folder.name).toBe('logistics-eu');
  expect((await change('moveProject', { project, folder: byName('logistics-eu') }, show)).changed).toBe(false);
  const foreign = await change('moveProject', { project, folder: byName('streaming') }, show);
  expect(codes(foreign)).toEqual(['FOLDER_IN_OTHER_ORGANIZATION input.folder.name']);
  const out = await change('moveProject', { project }, show);
  expect(out).toMatchObject({ changed: true, project: { folder: null } });
  expect(await above()).toBe('Project < Organization < Platform');
});

test('a folder moves with everything inside, but not into itself', async () => {
  const folder = byName('logistics');
  expect(codes(await change('moveFolder', { folder, parent: byName('logistics-eu') }))).toEqual([
    'FOLDER_CYCLE input.parent.name',
  ]);
  const top = await change('moveFolder', { folder: byName('logistics-eu') }, 'folder { parent { name } }');
  expect(top).toMatchObject({ changed: true, folder: { parent: null } });
  const back = { folder: byName('logistics-eu'), parent: folder };
  expect((await change('moveFolder', back, 'folder { parent { name } }')).folder.parent.name).toBe('logistics');
});

test('a device is taken out of its rack and placed again; the units it takes are given and refused', async () => {
  const device = { computeNode: byName('fra1-a01-node1') };
  const show = 'device { name ... on ComputeNode { placement { startUnit unitHeight face } } }';
  const out = await change('unplaceDevice', { device }, show);
  expect(out).toMatchObject({ changed: true, device: { name: 'fra1-a01-node1', placement: null } });
  expect((await change('unplaceDevice', { device })).changed).toBe(false);
  const rack = byName('fra1-a01');
  expect(codes(await change('placeDevice', { device, rack, startUnit: 4 }))).toEqual(['REQUIRED input.unitHeight']);
  const high = { device, rack, startUnit: 400, unitHeight: 2 };
  expect(codes(await change('placeDevice', high))).toEqual(['UNITS_OUTSIDE_RACK input.startUnit']);
  const elsewhere = { ...high, rack: byName('fra2-a01'), startUnit: 4 };
  expect(codes(await change('placeDevice', elsewhere))).toContain('RACK_IN_OTHER_SITE input.rack.name');
  const placed = await change('placeDevice', { ...high, startUnit: 4 }, show);
  expect(placed).toMatchObject({ device: { placement: { startUnit: 4, unitHeight: 2, face: 'FRONT' } } });
  const rear = await change('placeDevice', { device, rack, startUnit: 4, face: 'REAR' }, show);
  expect(rear.device.placement).toEqual({ startUnit: 4, unitHeight: 2, face: 'REAR' });
  const kept = await change('placeDevice', { device, rack, startUnit: 4 }, show);
  expect(kept).toMatchObject({ changed: false, device: { placement: { face: 'REAR' } } });
});

test('ports are connected and disconnected; a port that is taken says so', async () => {
  const [a, z] = [byName('fra1-a01-node1-eth0'), byName('fra1-a01-leaf-eth1')];
  const wrong = await change('disconnectPorts', { a, z: byName('fra1-a01-leaf-eth2') });
  expect(codes(wrong)).toEqual(['NOT_CONNECTED input.z.name']);
  const carried = { a: byName('fra1-a01-leaf-up1'), z: byName('fra1-a01-router-et1') };
  expect((await change('disconnectPorts', carried)).userErrors).toMatchObject([
    { code: 'REFERENCED', message: 'Cable/fra1-a01-uplink1 is referred to by 1 link (fra1-inside)' },
  ]);
  const off = await change('disconnectPorts', { a, z }, 'port { name isConnected }');
  expect(off).toMatchObject({ changed: true, port: { name: 'fra1-a01-node1-eth0', isConnected: false } });
  expect((await change('disconnectPorts', { a, z })).changed).toBe(false);
  expect(codes(await change('connectPorts', { a, z, media: 'FIBER_SMF' }))).toEqual([
    'MEDIA_MISMATCH input.a.name',
    'MEDIA_MISMATCH input.z.name',
  ]);
  const on = await change('connectPorts', { a, z, media: 'COPPER', lengthM: '2.5' }, 'cable { name aPort { name } }');
  expect(on).toMatchObject({
    userErrors: [],
    cable: { name: 'fra1-a01-node1-eth0--fra1-a01-leaf-eth1', aPort: { name: 'fra1-a01-node1-eth0' } },
  });
  const again = await change('connectPorts', { a, z: byName('fra1-a01-leaf-eth2'), media: 'COPPER', name: 'other' });
  expect(codes(again).sort()).toEqual(['PORT_TAKEN input.a.name', 'PORT_TAKEN input.z.name']);
});

test('a service goes through its phases one step at a time', async () => {
  const service = byName('buckets-example-com');
  expect(codes(await change('retireService', { service }))).toEqual(['PHASE_STEP input.service.name']);
  const deprecated = await change('deprecateService', { service }, 'service { phase deprecatedAt }');
  expect(deprecated).toMatchObject({ userErrors: [], service: { phase: 'DEPRECATED' } });
  expect(typeof deprecated.service.deprecatedAt).toBe('string');
  expect(codes(await change('publishService', { service }))).toEqual(['PHASE_STEP input.service.name']);
  const configuration = byName('buckets-example-com');
  const shown = 'serviceConfiguration { phase }';
  const after = await change('deprecateServiceConfiguration', { configuration }, shown);
  expect(after.serviceConfiguration.phase).toBe('DEPRECATED');
});

test('a project is suspended for each reason once, and resumed for one of them or for all', async () => {
  const project = byName('aurora-player');
  const suspend = { project, reason: 'BILLING', reinstateAuthority: 'CONSUMER', description: 'unpaid' };
  const show = 'project { isSuspended }';
  expect(await change('suspendProject', suspend, show)).toMatchObject({
    changed: true,
    project: { isSuspended: true },
  });
  expect((await change('suspendProject', suspend)).changed).toBe(false);
  await change('suspendProject', { ...suspend, reason: 'FRAUD', reinstateAuthority: 'OPERATOR' });
  expect(await change('resumeProject', { project, reason: 'BILLING' }, show)).toMatchObject({
    project: { isSuspended: true },
  });
  expect(await change('resumeProject', { project }, show)).toMatchObject({ project: { isSuspended: false } });
  expect((await change('resumeProject', { project })).changed).toBe(false);
});

test('a role is bound and unbound: one binding per role and object, which goes with its last holder', async () => {
  const role = { name: 'project-reader', namespace: 'milo-system' };
  const resource = { project: byName('northwind-web') };
  const bind = (subject: object) => ({ role, resource, subject });
  const show = 'policyBinding { name namespace subjects { nodes { name } } }';
  const first = await change('bindRole', bind({ user: byName('auditor') }), show);
  expect(first.userErrors).toEqual([]);
  expect(first.policyBinding).toEqual({
    name: 'project-reader-project-northwind-web',
    namespace: 'organization-northwind',
    subjects: { nodes: [{ name: 'auditor' }] },
  });
  expect((await change('bindRole', bind({ user: byName('auditor') }))).changed).toBe(false);
  const second = await change('bindRole', bind({ user: byName('project-viewer') }), show);
  expect(second.policyBinding.subjects.nodes.map(({ name }: { name: string }) => name).sort()).toEqual([
    'auditor',
    'project-viewer',
  ]);
  const left = await change('unbindRole', bind({ user: byName('auditor') }), show);
  expect(left.policyBinding.subjects.nodes).toEqual([{ name: 'project-viewer' }]);
  const gone = await change('unbindRole', bind({ user: byName('project-viewer') }), show);
  expect(gone).toMatchObject({ changed: true, policyBinding: null });
});

test('a user is deactivated and reactivated', async () => {
  const user = byName('outsider');
  const off = await change('deactivateUser', { user, reason: 'left' }, 'user { state deactivation { reason } }');
  expect(off).toMatchObject({ changed: true, user: { state: 'INACTIVE', deactivation: { reason: 'left' } } });
  expect((await change('deactivateUser', { user, reason: 'left' })).changed).toBe(false);
  const on = await change('reactivateUser', { user }, 'user { state deactivation { reason } }');
  expect(on).toMatchObject({ changed: true, user: { state: 'ACTIVE', deactivation: null } });
});

test('an action takes ids, says what is not there, and is part of a batch', async () => {
  const missing = await change('moveProject', { project: byName('northwind-wep'), folder: byName('logistics') });
  expect(codes(missing)).toEqual(['REFERENCE_NOT_FOUND input.project.name']);
  const { data } = await app.execute('{ project(name: "northwind-web") { id } folder(name: "logistics") { id } }');
  const done = await batch(app, [
    { moveProject: { project: { id: data.project.id }, folder: { id: data.folder.id } } },
    { suspendProject: { project: { id: data.project.id }, reason: 'ABUSE', reinstateAuthority: 'OPERATOR' } },
  ]);
  expect(done.userErrors).toEqual([]);
  expect(done.results.map(({ operation, kind, outcome }) => [operation, kind, outcome])).toEqual([
    [0, 'ProjectPlacement', 'CREATED'],
    [0, 'Project', 'UPDATED'],
    [1, 'ProjectSuspension', 'CREATED'],
    [1, 'Project', 'UPDATED'],
  ]);
  const refused = await batch(app, [
    { moveProject: { project: { id: data.project.id } } },
    { moveProject: { project: byName('nope') } },
  ]);
  expect(refused.applied).toBe(false);
  expect(codes(refused)).toEqual(['REFERENCE_NOT_FOUND input.operations.1.moveProject.project.name']);
});
