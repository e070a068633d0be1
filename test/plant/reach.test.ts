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
      feed: changes(where: { kinds: ["Circuit"] }, first: 100) { events { name } }
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

/*
 * ber1: rack ba with server na (pa1, pa2), panel ea (pe) and a port of its own (ra); rack bb with a port (rb); switch nd, in no rack (pn1, pn2)
 * par1: rack xx with a port (x1)
 *   cables   c1: pa1–pn1   c2: x1–pa2   c3: pe–rb      circuits   kr ends at port ra, ks at the facility ber1, both lead to par1
 */
describe('a facility shows each caller what the caller sees in it, be it asked once or of each', () => {
  interface Seen {
    readonly kinds: ReadonlySet<string>;
    readonly covers: (scope: string) => boolean;
  }
  const inBer1 = ['ba', 'bb', 'ber1'];
  const ports = [
    { name: 'pa1', device: 'Node/na', holder: 'nodes', scope: 'ba', speed: '10G' },
    { name: 'pa2', device: 'Node/na', holder: 'nodes', scope: 'ba', speed: '10G' },
    { name: 'pe', device: 'Equipment/ea', holder: 'equipment', scope: 'ba', speed: null },
    { name: 'pn1', device: 'NetworkDevice/nd', holder: 'networkdevices', scope: 'ber1', speed: '10G' },
    { name: 'pn2', device: 'NetworkDevice/nd', holder: 'networkdevices', scope: 'ber1', speed: '10G' },
    { name: 'ra', device: 'Rack/ba', holder: 'racks', scope: 'ba', speed: null },
    { name: 'rb', device: 'Rack/bb', holder: 'racks', scope: 'bb', speed: null },
    { name: 'x1', device: 'Rack/xx', holder: 'racks', scope: 'xx', speed: null },
  ] as const;
  const cables = { c1: ['pa1', 'pn1'], c2: ['x1', 'pa2'], c3: ['pe', 'rb'] };
  const circuits = { kr: 'ra', ks: null };
  const kinds = ['sites', 'racks', 'nodes', 'networkdevices', 'ports', 'cables', 'circuits', 'equipment'];
  const without = (...names: string[]): string[] => kinds.filter((kind) => !names.includes(kind));
  /** Who has what on what; everybody sees the facility itself. */
  const callers: Readonly<Record<string, readonly [on: string, kinds: readonly string[]]>> = {
    'all-of-region': ['Region/eu', kinds],
    'all-of-site': ['Site/ber1', kinds],
    'all-of-rack': ['Rack/ba', kinds],
    'all-of-other': ['Site/par1', kinds],
    ...Object.fromEntries(
      kinds.slice(1).map((kind) => [`no-${kind}`, ['Region/eu', without(kind)] as [string, string[]]]),
    ),
    'ports-alone': ['Region/eu', ['sites', 'ports']],
    'no-cables-nor-circuits': ['Region/eu', without('cables', 'circuits')],
    'nothing-else': ['Region/eu', ['sites']],
  };
  const permissionsOf = (names: readonly string[]): string =>
    names.map((name) => `${name === 'equipment' ? 'catalog' : 'inv'}/${name}.get`).join(' ');

  beforeAll(async () => {
    const cluster = { displayName: 'C', controlPlaneSiteRef: named('ber1'), role: 'Compute', provider: 'x' };
    const ends = (aEnd: string) => ({ aEnd: at(aEnd), zEnd: at('Site/par1') });
    await write(
      [
        ...['ber1', 'par1'].map(site),
        ...Object.entries({ ba: 'ber1', bb: 'ber1', xx: 'par1' }).map(([name, where]) =>
          doc(`Rack/${name}`, { siteRef: named(where), heightU: 10 }),
        ),
        doc('Cluster/cb', cluster),
        host('na', { siteRef: named('ber1'), placement: { rackRef: named('ba'), startUnit: 1, unitHeight: 1 } }),
        doc('NetworkDevice/nd', { siteRef: named('ber1'), clusterRef: named('cb'), role: 'Leaf' }),
        doc('Equipment/ea', {
          ...{ siteRef: named('ber1'), type: 'PatchPanel' },
          placement: { rackRef: named('ba'), startUnit: 3, unitHeight: 1 },
        }),
        ...ports.map(({ name, device, speed }) =>
          doc(
            `Port/${name}`,
            { deviceRef: at(device), type: 'Optical', name, ...(speed !== null && { speed }) },
            device.startsWith('Equipment') ? OURS : undefined,
          ),
        ),
        ...Object.entries(cables).map(([name, [a = '', z = '']]) =>
          doc(`Cable/${name}`, { endpoints: [named(a), named(z)], media: 'FiberSMF' }),
        ),
        doc('Circuit/kr', { providerRef: named('carrier'), type: 'ProviderCircuit', ...ends('Port/ra') }),
        doc('Circuit/ks', { providerRef: named('carrier'), type: 'ProviderCircuit', ...ends('Site/ber1') }),
      ].join(''),
    );
    await applyAll(
      app,
      [
        role('sees-sites', 'inv/sites.get'),
        ...Object.entries(callers).flatMap(([name, [on, held]]) => [
          role(name, permissionsOf(held)),
          manifest('User', name, { email: `${name}@example.com` }),
          binding(name, on, name, userOf(name)),
          binding(`${name}-sites`, 'Region/eu', 'sees-sites', userOf(name)),
        ]),
        // Whoever may get each, and list none.
        role('no-lists', permissionsOf(kinds)).replace('"inventory.miloapis.com/ports.list",', ''),
        manifest('User', 'no-lists', { email: 'no-lists@example.com' }),
        binding('no-lists', 'Region/eu', 'no-lists', userOf('no-lists')),
      ].join(''),
    );
  });

  const ASK = `{ site(name: "ber1") {
    ports(first: 50) { totalCount nodes { name isConnected } }
    free: ports(first: 50, where: { isConnected: { eq: false } }) { totalCount nodes { name } }
    cables { totalCount nodes { name } }
    circuits { totalCount nodes { name } }
    portCounts { speed totalCount freeCount }
  } }`;

  /** The same, said plainly. */
  function expected({ kinds: held, covers }: Seen): object {
    const sees = (kind: string, scope: string): boolean => held.has(kind) && covers(scope);
    const scopeOf = (port: string): string => ports.find(({ name }) => name === port)?.scope ?? '';
    const inSight = ports.filter(
      ({ scope, holder }) => inBer1.includes(scope) && sees('ports', scope) && sees(holder, scope),
    );
    const isInSight = (port: string): boolean => inSight.some(({ name }) => name === port);
    const seenCables = Object.entries(cables).filter(([, ends]) => ends.some((end) => sees('cables', scopeOf(end))));
    const seenCircuits = Object.entries(circuits).filter(
      ([, port]) => sees('circuits', port === null ? 'ber1' : scopeOf(port)) || sees('circuits', 'par1'),
    );
    const isTaken = (port: string): boolean =>
      seenCables.some(([, ends]) => ends.includes(port)) || seenCircuits.some(([, end]) => end === port);
    const list = (names: readonly string[]) => ({
      totalCount: names.length,
      nodes: [...names].sort().map((name) => ({ name })),
    });
    const counts = [...Map.groupBy(inSight, ({ speed }) => speed)].map(([speed, own]) => ({
      speed: speed === null ? null : '10000000000',
      totalCount: own.length,
      freeCount: own.filter(({ name }) => !isTaken(name)).length,
    }));
    return {
      ports: {
        totalCount: inSight.length,
        nodes: inSight.map(({ name }) => ({ name, isConnected: isTaken(name) })),
      },
      free: list(inSight.map(({ name }) => name).filter((name) => !isTaken(name))),
      cables: list(seenCables.filter(([, ends]) => ends.some(isInSight)).map(([name]) => name)),
      circuits: list(seenCircuits.filter(([, end]) => end === null || isInSight(end)).map(([name]) => name)),
      portCounts: counts.sort((a, b) => Number(a.speed === null) - Number(b.speed === null)),
    };
  }

  const within: Readonly<Record<string, readonly string[]>> = {
    'Region/eu': [...inBer1, 'xx', 'par1'],
    'Site/ber1': inBer1,
    'Rack/ba': ['ba'],
    'Site/par1': ['xx', 'par1'],
  };
  test.each(Object.entries(callers))('%s', async (name, [on, held]) => {
    const { data } = await app.as(name).execute(ASK);
    const covers = (scope: string): boolean => within[on]?.includes(scope) === true;
    expect(data.site).toEqual(expected({ kinds: new Set(held), covers }));
  });

  test('the administrator sees all; who may list no ports is shown none, and cables all the same', async () => {
    const { data } = await app.execute(ASK);
    expect(data.site).toEqual(expected({ kinds: new Set(kinds), covers: () => true }));
    const { data: less } = await app.as('no-lists').execute(ASK);
    const empty = { totalCount: 0, nodes: [] };
    expect(less.site).toEqual({ ...data.site, ports: empty, free: empty });
  });
});
