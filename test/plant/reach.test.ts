import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyAll, binding, doc as manifest, role, userOf } from '../authz/world.ts';
import { startApp, type TestApp } from '../kit/app.ts';
import { at, doc, host, named, refusals, site } from './documents.ts';

/*
 * fra1 (rack r1, device n, port d1), iad1 (rack r2, ports d2 and d3), ams1; circuit k names no end itself
 *   of-fra1, of-iad1: read in one facility alone; of-r1: in one rack of fra1
 */
let app: TestApp;
const write = async (content: string): Promise<void> => expect((await app.apply(content)).userErrors).toEqual([]);
const OURS = 'catalog.miloapis.com';
const circuit = (name: string, more: object = {}): string =>
  doc(`Circuit/${name}`, { providerRef: named('carrier'), type: 'ProviderCircuit', ...more }, OURS);
const termination = (name: string, of: string, side: string, place: string, more: object = {}): string =>
  doc(`CircuitTermination/${name}`, { circuitRef: named(of), side, placeRef: at(place), ...more });
const machine = (name: string, more: object = {}): string =>
  doc(`VirtualMachine/${name}`, {
    hostRef: named('n'),
    allocation: { vcpus: 1, memoryBytes: 1024 },
    ...more,
  });
const PROJECTS = 'resourcemanager.miloapis.com';
const inProject = (name: string, more: object = {}) => ({
  projectRef: { apiGroup: PROJECTS, kind: 'Project', name, ...more },
});
const project = (name: string): string => doc(`Project/${name}`, { ownerRef: at('Organization/o') }, PROJECTS);

const base = [
  doc('Region/eu', { displayName: 'Europe' }),
  doc('Provider/carrier', { displayName: 'Carrier', type: 'Transit' }),
  ...['fra1', 'iad1', 'ams1'].map(site),
  doc('Rack/r1', { siteRef: named('fra1'), heightU: 10 }),
  doc('Rack/r2', { siteRef: named('iad1'), heightU: 10 }),
  host('n', { placement: { rackRef: named('r1'), startUnit: 1, unitHeight: 1 } }),
  doc('Port/d1', { deviceRef: at('Node/n'), type: 'Optical', name: 'd1' }),
  doc('Port/d2', { deviceRef: at('Rack/r2'), type: 'Optical', name: 'd2' }),
  doc('Port/d3', { deviceRef: at('Rack/r2'), type: 'Optical', name: 'd3' }),
  circuit('k'),
  termination('ka', 'k', 'A', 'Port/d1'),
  doc('Organization/o', { type: 'Standard' }, PROJECTS),
  project('p'),
].join('');

beforeAll(async () => {
  app = await startApp();
  await write(base);
  const READS =
    'inv/circuits.get catalog/circuitterminations.get inv/sites.get inv/racks.get inv/nodes.get inv/ports.get inv/virtualmachines.get';
  const readers = { 'of-fra1': 'Site/fra1', 'of-iad1': 'Site/iad1', 'of-r1': 'Rack/r1', 'of-p': 'Project/p' };
  await applyAll(
    app,
    [
      role('reader', READS),
      role('machines', 'inv/nodes.get inv/virtualmachines.get inv/virtualmachines.create inv/virtualmachines.update'),
      manifest('User', 'una', { email: 'una@example.com' }),
      binding('una', 'Site/fra1', 'machines', userOf('una')),
      ...Object.entries(readers).flatMap(([name, on]) => [
        manifest('User', name, { email: `${name}@example.com` }),
        binding(name, on, 'reader', userOf(name)),
      ]),
    ].join(''),
  );
});
afterAll(() => app.close());

/** At which doors somebody finds the circuit k. */
async function doorsTo(reader: string): Promise<string[]> {
  const { data: own } = await app.execute('{ circuit(name: "k") { id } }');
  const { data } = await app.as(reader).execute(
    `query ($id: ID!) {
      get: circuit(name: "k") { name }
      node(id: $id) { id }
      list: circuits { totalCount nodes { name } }
      objects(kinds: ["Circuit"]) { totalCount nodes { name } }
      sites { nodes { name circuits { totalCount nodes { name } } } }
      history(kind: "Circuit", name: "k") { nodes { type } }
      feed: changes(filter: { kinds: ["Circuit"] }, first: 100) { events { name } }
    }`,
    { id: own.circuit.id },
  );
  const isFound: Record<string, boolean> = {
    get: data.get !== null,
    node: data.node !== null,
    list: data.list.nodes.length === 1,
    count: data.list.totalCount === 1,
    objects: data.objects.totalCount === 1,
    'circuits of a site': data.sites.nodes.some(
      ({ circuits }: { circuits: { totalCount: number } }) => circuits.totalCount === 1,
    ),
    history: (data.history?.nodes.length ?? 0) > 0,
    feed: data.feed.events.some(({ name }: { name: string | null }) => name === 'k'),
  };
  return Object.keys(isFound).filter((door) => isFound[door]);
}
const presentDoors = ['get', 'node', 'list', 'count', 'objects', 'circuits of a site'];

describe('a circuit is seen from where its terminations are', () => {
  test('at every door, and nowhere else', async () => {
    expect(await doorsTo('of-fra1')).toEqual([...presentDoors, 'history', 'feed']);
    expect(await doorsTo('of-iad1')).toEqual([]);
  });

  test('it moves with its termination, with the device that the port is on, and goes with the termination', async () => {
    await write(termination('kz', 'k', 'Z', 'Port/d2'));
    expect(await doorsTo('of-iad1')).toEqual(expect.arrayContaining(presentDoors));
    // A change of the circuit alone keeps what it has through others.
    await write(circuit('k', { bandwidthMbps: 100 }));
    expect(await doorsTo('of-iad1')).toEqual([...presentDoors, 'history', 'feed']);
    await write(termination('kz', 'k', 'Z', 'Site/ams1'));
    expect(await doorsTo('of-iad1')).not.toEqual(expect.arrayContaining(['get']));
    expect((await app.as('of-r1').execute('{ circuits { totalCount } }')).data).toEqual({
      circuits: { totalCount: 1 },
    });
    await write(host('n'));
    expect((await app.as('of-r1').execute('{ circuits { totalCount } }')).data).toEqual({
      circuits: { totalCount: 0 },
    });
    expect((await app.as('of-fra1').execute('{ circuits { totalCount } }')).data).toEqual({
      circuits: { totalCount: 1 },
    });
    await app.execute('mutation { deleteCircuitTermination(input: { name: "ka" }) { userErrors { code } } }');
    expect((await app.as('of-fra1').execute('{ circuit(name: "k") { name } circuits { totalCount } }')).data).toEqual({
      circuit: null,
      circuits: { totalCount: 0 },
    });
  });
});

test('a cross-connect stays in one facility, be it the circuit that changes or its termination', async () => {
  await write(circuit('x', { type: 'CrossConnect', aEnd: at('Site/fra1') }) + termination('xz', 'x', 'Z', 'Site/fra1'));
  expect(await refusals(app, termination('xz', 'x', 'Z', 'Port/d3'))).toEqual([
    'CROSS_CONNECT_BETWEEN_SITES CircuitTermination/xz spec.placeRef: the ends of cross-connect x are in the sites fra1 and iad1 (a place in the site of the other end)',
  ]);
  expect(await refusals(app, circuit('x', { type: 'CrossConnect', aEnd: at('Site/iad1') }))).toEqual([
    'CROSS_CONNECT_BETWEEN_SITES Circuit/x spec.type: its ends are in the sites iad1 and fra1 (ends in one site, or the type ProviderCircuit)',
  ]);
  const both = circuit('x', { type: 'CrossConnect', aEnd: at('Site/iad1') }) + termination('xz', 'x', 'Z', 'Port/d3');
  expect(await refusals(app, both)).toEqual([]);
});

describe('P21: the project of a virtual machine', () => {
  const ask = `{ virtualMachine(name: "vm") { project { name } externalProject { apiGroup kind name namespace } manifest(bare: true) }
    project(name: "p") { virtualMachines { nodes { name } } } }`;
  const elsewhere = (kind: string, name: string, apiGroup: string) => [
    {
      code: 'PROJECT_ELSEWHERE',
      message: `${kind}/${name} of ${apiGroup} is no project of this catalog: its name is kept as a text`,
    },
  ];
  const warningsOf = async (content: string): Promise<unknown[]> => {
    const { userErrors, results } = await app.apply(content);
    expect(userErrors).toEqual([]);
    return results.flatMap(({ warnings }) => warnings);
  };

  test('one of this catalog is a link, both ways', async () => {
    expect(await warningsOf(machine('vm', inProject('p')))).toEqual([]);
    const { data } = await app.execute(ask);
    expect(data).toMatchObject({
      virtualMachine: { project: { name: 'p' }, externalProject: null },
      project: { virtualMachines: { nodes: [{ name: 'vm' }] } },
    });
    const { data: seen } = await app.as('of-p').execute('{ virtualMachines { nodes { name } } }');
    expect(seen.virtualMachines.nodes).toEqual([{ name: 'vm' }]);
  });

  test.each([
    ['a project that is not here', inProject('my-project'), ['Project', 'my-project', PROJECTS]],
    [
      'an object of another kind',
      { projectRef: { apiGroup: 'tenants.example.com', kind: 'Tenant', name: 'p', namespace: 'n1' } },
      ['Tenant', 'p', 'tenants.example.com'],
    ],
    [
      'a kind of that name in another group',
      { projectRef: { apiGroup: 'other.example.com', kind: 'Project', name: 'p' } },
      ['Project', 'p', 'other.example.com'],
    ],
  ] as const)(
    '%s is kept as a text, with a warning, and exported as it came',
    async (_what, spec, [kind, name, group]) => {
      expect(await warningsOf(machine('vm', spec))).toEqual(elsewhere(kind, name, group));
      expect(await warningsOf(machine('vm', spec))).toEqual([]);
      const { data } = await app.execute(ask);
      const namespace = 'namespace' in spec.projectRef ? spec.projectRef.namespace : null;
      expect(data.virtualMachine).toMatchObject({
        project: null,
        externalProject: { apiGroup: group, kind, name, namespace },
      });
      expect(data.project.virtualMachines.nodes).toEqual([]);
      expect(data.virtualMachine.manifest).toContain('projectRef');
      expect(data.virtualMachine.manifest).not.toContain('externalProject');
      const again = await app.apply(data.virtualMachine.manifest);
      expect(again.results.map(({ outcome, warnings }) => [outcome, warnings])).toEqual([['UNCHANGED', []]]);
      expect((await app.as('of-p').execute('{ virtualMachines { totalCount } }')).data.virtualMachines.totalCount).toBe(
        0,
      );
    },
  );

  test('a text becomes a link when the machine is written again and the project is there, in whatever order', async () => {
    await write(machine('vm', inProject('late')));
    await write(project('late'));
    const { results } = await app.apply(machine('vm', inProject('late')));
    expect(results.map(({ outcome, changes }) => [outcome, changes.map(({ path }) => path).sort()])).toEqual([
      ['UPDATED', ['spec.externalProject', 'spec.projectRef']],
    ]);
    const { data } = await app.execute('{ project(name: "late") { virtualMachines { nodes { name } } } }');
    expect(data.project.virtualMachines.nodes).toEqual([{ name: 'vm' }]);
    await write(machine('vm2', inProject('later')) + project('later'));
    const { data: both } = await app.execute(
      '{ virtualMachine(name: "vm2") { project { name } externalProject { name } } }',
    );
    expect(both.virtualMachine).toEqual({ project: { name: 'later' }, externalProject: null });
  });

  test('a project that its writer may not see counts as none', async () => {
    const made = await app.as('una').execute(
      `mutation { createVirtualMachine(input: { name: "of-una", host: { name: "n" },
        project: { name: "p" }, allocation: { vcpus: 1, memoryBytes: "1024" } }) {
        virtualMachine { project { name } externalProject { name } } warnings { code } userErrors { code } } }`,
    );
    expect(made.data.createVirtualMachine).toEqual({
      virtualMachine: { project: null, externalProject: { name: 'p' } },
      warnings: [{ code: 'PROJECT_ELSEWHERE' }],
      userErrors: [],
    });
  });

  test('an update may set, change and clear either', async () => {
    const update = async (spec: string): Promise<unknown> => {
      const { data } = await app.execute(`mutation { updateVirtualMachine(input: { name: "vm", changes: { ${spec} } }) {
        virtualMachine { project { name } externalProject { name } } userErrors { code } } }`);
      expect(data.updateVirtualMachine.userErrors).toEqual([]);
      return data.updateVirtualMachine.virtualMachine;
    };
    const text = '{ apiGroup: "x.example.com", kind: "Tenant", name: "t" }';
    expect(await update('project: null')).toEqual({ project: null, externalProject: null });
    expect(await update(`externalProject: ${text}`)).toEqual({ project: null, externalProject: { name: 't' } });
    expect(await update('project: { name: "p" }')).toEqual({ project: { name: 'p' }, externalProject: null });
    expect(await update('allocation: { vcpus: 2 }')).toEqual({ project: { name: 'p' }, externalProject: null });
  });

  test('a manifest says it in one place alone', async () => {
    const other = { externalProject: { apiGroup: 'x.example.com', kind: 'Tenant', name: 't' } };
    expect(await refusals(app, machine('vm', other))).toEqual([
      "UNKNOWN_FIELD VirtualMachine/vm spec.externalProject: unknown field 'externalProject' (projectRef, wherever the project is)",
    ]);
  });
});
