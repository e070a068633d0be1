import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../kit/app.ts';
import { deployment, document, importGraph } from './import-graph.ts';

/* What follows from a change, and what has to happen for one (service-registry.md 3), on the import graph of 1.8. */

const plant = (kind: string, name: string, spec: object) => document(kind, name, spec, 'inventory.miloapis.com');
const runsOn = (...hosts: string[]) => ({
  runsOn: hosts.map((host) => ({ kind: host.split(' ')[0], name: host.split(' ')[1] })),
});

const port = (name: string, kind: string, device: string, type = 'Ethernet') =>
  document(
    'Port',
    name,
    { deviceRef: { kind, name: device }, type, name, ...(type === 'Ethernet' && { speed: '10G' }) },
    `${kind === 'Equipment' ? 'catalog' : 'inventory'}.miloapis.com`,
  );
const cable = (name: string, a: string, b: string, media = 'Copper') =>
  plant('Cable', name, { endpoints: [{ name: a }, { name: b }], media });
const circuit = (name: string, aEnd: object, type = 'ProviderCircuit', ends = {}) =>
  document(
    'Circuit',
    name,
    { providerRef: { name: 'carrier' }, type, circuitID: name, aEnd, ...ends },
    'catalog.miloapis.com',
  );
const site = (name: string) => ({ kind: 'Site', name });

/*
 * How the facilities are connected. That which is planned is none yet, and what stays inside leads nowhere.
 *
 *   one ── east ─────── east-west ─────── west ── transit ── (demarc) ── patch ── edge ═ two-a, two-b ═ two
 *                                                                                  └── trunk ── panel ── uplink ── leaf ── three
 */
const lines = [
  plant('Provider', 'carrier', { displayName: 'Carrier', type: 'DarkFiber' }),
  ...[
    ['edge', 'BorderRouter'],
    ['leaf', 'Leaf'],
  ].map(([name = '', role]) =>
    plant('NetworkDevice', name, { clusterRef: { name: 'compute' }, siteRef: { name: 'west' }, role }),
  ),
  ...['meet-me', 'panel'].map((name) => document('Equipment', name, { siteRef: { name: 'west' }, type: 'PatchPanel' })),
  ...['edge-up', 'edge-a', 'edge-b', 'edge-c'].map((name) => port(name, 'NetworkDevice', 'edge')),
  ...['leaf-up', 'leaf-a'].map((name) => port(name, 'NetworkDevice', 'leaf')),
  port('demarc', 'Equipment', 'meet-me'),
  ...['two-eth0', 'two-eth1'].map((name) => port(name, 'Node', 'two')),
  port('three-eth0', 'Node', 'three'),
  ...['Front', 'Rear'].map((side) => {
    const name = `panel-${side.toLowerCase()}`;
    return port(name, 'Equipment', 'panel') + document('PassThroughPort', name, { portRef: { name }, side });
  }),
  document('PortMapping', 'panel', { frontPortRef: { name: 'panel-front' }, rearPortRef: { name: 'panel-rear' } }),
  cable('three-a', 'three-eth0', 'leaf-a'),
  cable('uplink', 'leaf-up', 'panel-front'),
  cable('trunk', 'panel-rear', 'edge-c'),
  cable('two-a', 'two-eth0', 'edge-a'),
  cable('two-b', 'two-eth1', 'edge-b'),
  circuit('east-west', site('east'), 'ProviderCircuit', { zEnd: site('west') }),
  circuit('inside', site('east'), 'ProviderCircuit', { zEnd: site('east') }),
  circuit('later', site('east')),
  document('Circuit', 'transit', { providerRef: { name: 'carrier' }, type: 'Transit', circuitID: 'transit' }),
  ...[
    ['transit', 'A', { kind: 'Port', name: 'demarc' }, 'Active'],
    ['later', 'Z', site('west'), 'Planned'],
  ].map(([name, side, placeRef, status]) =>
    document('CircuitTermination', `${name}-${side}`.toLowerCase(), { circuitRef: { name }, side, placeRef, status }),
  ),
  cable('patch', 'edge-up', 'demarc'),
  port('two-psu', 'Node', 'two', 'Power'),
  port('outlet', 'Equipment', 'meet-me', 'Power'),
  cable('power', 'two-psu', 'outlet', 'Power'),
];

/** Two facilities in eu: a server in a rack of the one, and a cluster of it; ztp runs on one server, audit on two. */
const world = [
  importGraph({
    'ztp.eu': runsOn('Node one'),
    'audit.eu': runsOn('Node one', 'Node two'),
    'audit.us': { disabled: true },
    'limits.eu': runsOn('Cluster compute'),
    'logging.eu': runsOn('Site west'),
    'devices.eu': runsOn('Node three'),
    'meta-edgelq.eu': runsOn('Site yard'),
  }),
  ...['east', 'west', 'yard'].map((name) =>
    plant('Site', name, { displayName: name, regionRef: { name: 'eu' }, type: 'Datacenter', address: name }),
  ),
  plant('Rack', 'rack-1', { siteRef: { name: 'east' }, row: 'A', name: 'A01', heightU: 42 }),
  plant('Cluster', 'compute', {
    displayName: 'compute',
    role: 'Compute',
    provider: 'milo',
    controlPlaneSiteRef: { name: 'east' },
  }),
  ...['one', 'two', 'three'].map((name, index) =>
    plant('Node', name, {
      siteRef: { name: index === 0 ? 'east' : 'west' },
      hardware: { cpuCores: 1, cpuArchitecture: 'amd64', memoryBytes: 1, disks: [] },
      ...(index === 0 && {
        assignment: { clusterRef: { name: 'compute' }, role: 'Worker' },
        placement: { rackRef: { name: 'rack-1' }, startUnit: 1, unitHeight: 1 },
      }),
    }),
  ),
  ...lines,
  `---\n${JSON.stringify({
    apiVersion: 'services.miloapis.com/v1alpha1',
    kind: 'ServiceEntitlement',
    metadata: { name: 'audit', labels: { 'resourcemanager.miloapis.com/project-name': 'eater' } },
    spec: { serviceRef: { name: 'audit' } },
  })}\n`,
  document(
    'ServiceAvailability',
    'audit.west',
    { serviceRef: { name: 'audit' }, locationRef: { name: 'west' } },
    'services.miloapis.com',
  ),
  document('ApiResource', 'audit.log', {
    serviceRef: { name: 'audit' },
    singularName: 'Log',
    pluralName: 'Logs',
    versionRefs: [{ name: 'audit.v1' }],
    perVersion: [{ version: 'v1', verbs: ['get', 'list'], isRegional: true }],
  }),
].join('');

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  const { userErrors } = await app.apply(world);
  expect(userErrors).toEqual([]);
  for (const who of ['test-admin', 'stranger'])
    await app.as(who).execute('{ me { name } services(first: 0) { totalCount } }');
});
afterAll(() => app.close());

async function ask(field: string, options: { as?: string; statements?: number; most?: number } = {}) {
  const { as = 'test-admin', statements = 1, most } = options;
  const { data, extensions } = await app.as(as).execute(`{ answer: ${field} }`, {}, { 'x-catalog-explain': 'true' });
  const { statements: asked } = extensions?.explain ?? {};
  if (most === undefined) expect(asked).toBe(statements);
  else expect(asked).toBeLessThanOrEqual(most);
  return data.answer;
}

const TWO = { statements: 2 };
/** What is planned loads the part of the registry that it has to do with, and then what its steps need: however many these are. */
const PLANNED = { most: 10 };
const STRANGER = { as: 'stranger' };
interface Named {
  readonly name: string;
}

test('Q1: all regions whose state is stated, for everyone who is signed in, those without deployments too', async () => {
  const field = 'registryRegions { nodes { name registryState { state } services { totalCount } } }';
  const { nodes } = await ask(field, { ...TWO, ...STRANGER });
  const told = nodes.map(
    ({
      name,
      registryState: { state },
      services: { totalCount },
    }: Named & { registryState: { state: string }; services: { totalCount: number } }) =>
      `${name} ${state} ${totalCount}`,
  );
  // Of those in eu, applications is private.
  expect(told).toEqual(['ap OPEN 3', 'eu OPEN 14', 'eu2 OPEN 3', 'mars PLANNED 0', 'us OPEN 9']);
  expect(await ask('registryRegions(states: ["Planned"]) { nodes { name } }')).toEqual({ nodes: [{ name: 'mars' }] });
});

test('Q2: the services that are multi-region APIs, with their newest version and the one to use', async () => {
  const { nodes } = await ask(
    'registryServices(core: true) { nodes { name newestVersion { version } preferredVersion { version } } }',
  );
  expect(nodes).toEqual(
    [
      ['iam', 'v1'],
      ['meta-edgelq', 'v1alpha2'],
      ['meta-goten', 'v1'],
    ].map(([name, version]) => ({ name, newestVersion: { version }, preferredVersion: { version } })),
  );
  expect(await ask('registryServices(visibility: PRIVATE) { nodes { name } }')).toEqual({
    nodes: [{ name: 'applications' }],
  });
  expect(await ask('registryServices { totalCount }', STRANGER)).toEqual({ totalCount: 14 });
});

test('Q3, Q4, Q15: who owns a type, in which versions, where it is served', async () => {
  const field = `apiResource(fqn: "audit.edgelq.com/Log") { pluralName versions { nodes { version } } perVersion { version verbs isRegional }
    service { name deployments(where: { region: { name: { eq: "us" } } }) { nodes { publicDomain disabled servedVersions { nodes { version } } } } } }`;
  expect(await ask(field, { ...STRANGER, statements: 4 })).toEqual({
    pluralName: 'Logs',
    versions: { nodes: [{ version: 'v1' }] },
    perVersion: [{ version: 'v1', verbs: ['get', 'list'], isRegional: true }],
    service: {
      name: 'audit',
      deployments: {
        nodes: [
          { publicDomain: 'audit.us.apis.edgelq.com', disabled: true, servedVersions: { nodes: [{ version: 'v1' }] } },
        ],
      },
    },
  });
});

test('Q13: how far deployments are behind and apart', async () => {
  const SKEW = `nodes { service { name } newest { version } spread isTooOld deployments { deployment region current stepsBehind daysBehind } }`;
  expect(await ask(`versionSkew(service: "devices") { ${SKEW} }`)).toEqual({
    nodes: [
      {
        service: { name: 'devices' },
        newest: { version: 'v1' },
        spread: 1,
        isTooOld: false,
        deployments: [
          { deployment: 'devices.us', region: 'us', current: 'v1alpha2', stepsBehind: 1, daysBehind: 0 },
          { deployment: 'devices.eu', region: 'eu', current: 'v1', stepsBehind: 0, daysBehind: 0 },
        ],
      },
    ],
  });
  const { nodes } = await ask(`versionSkew { ${SKEW} }`, STRANGER);
  expect(nodes).toHaveLength(14);
  expect(
    nodes.filter(({ spread }: { spread: number }) => spread > 0).map(({ service }: { service: Named }) => service.name),
  ).toEqual(['devices', 'iam', 'monitoring']);
});

describe('Q18: why one service depends on another', () => {
  interface Step {
    readonly kind: string;
    readonly from: string;
    readonly fromVersion: string | null;
    readonly to: string;
    readonly toVersion: string | null;
  }
  const paths = async (args: string, options = {}): Promise<string[]> =>
    (
      await ask(`dependencyPaths(${args}) { length steps { kind from fromVersion to toVersion } }`, {
        ...TWO,
        ...options,
      })
    ).map(({ length, steps }: { length: number; steps: readonly Step[] }) => {
      expect(steps).toHaveLength(length);
      return [
        steps[0]?.from,
        ...steps.map(({ kind, to, toVersion }) => `${kind === 'IMPORT' ? '' : `${kind} `}${to}@${toVersion}`),
      ].join(' > ');
    });

  test('the shortest ways first, of one length by name', async () => {
    expect(await paths('from: "applications", to: "meta-goten"')).toEqual([
      'applications > devices@v1 > cellular-api@v1 > meta-goten@v1',
      'applications > devices@v1 > iam@v1 > meta-goten@v1',
      'applications > devices@v1 > logging@v1 > meta-goten@v1',
      'applications > devices@v1 > monitoring@v4 > meta-goten@v1',
      'applications > devices@v1 > cellular-api@v1 > iam@v1 > meta-goten@v1',
      'applications > devices@v1 > logging@v1 > iam@v1 > meta-goten@v1',
    ]);
  });

  test('over uses and enablement as well; only over visible services', async () => {
    expect(await paths('from: "ai", to: "audit.edgelq.com"')).toEqual(['ai > USE alerting@null > audit@v1']);
    expect(await paths('from: "ai", to: "audit", kinds: ["Import"]')).toEqual([]);
    expect(await paths('from: "ai", to: "devices"')).toEqual(['ai > ENABLEMENT devices@null', 'ai > devices@v1']);
    expect(await paths('from: "applications", to: "devices"', STRANGER)).toEqual([]);
  });
});

test('Q19: where a project can use a service, and what is in the way elsewhere', async () => {
  const field = (of: string) =>
    `serviceUsability(project: "eater", service: "${of}") { location region { name } isUsable gates { gate isOpen reason } }`;
  interface Gate {
    readonly isOpen: boolean;
    readonly reason: string;
  }
  const told = async (of: string) =>
    (await ask(field(of))).map(
      ({
        location,
        region,
        isUsable,
        gates,
      }: {
        location: string;
        region: Named;
        isUsable: boolean;
        gates: readonly Gate[];
      }) =>
        `${location} in ${region.name}: ${isUsable ? 'yes' : 'no'}, ${gates.map(({ isOpen, reason }) => (isOpen ? reason : `NOT ${reason}`)).join(' ')}`,
    );
  expect(await told('audit')).toEqual([
    'ap in ap: no, ENTITLED REGION_OPEN NOT NOT_DEPLOYED',
    'eu in eu: yes, ENTITLED REGION_OPEN DEPLOYED',
    'eu2 in eu2: no, ENTITLED REGION_OPEN NOT NOT_DEPLOYED',
    'mars in mars: no, ENTITLED NOT REGION_NOT_OPEN NOT NOT_DEPLOYED',
    'us in us: no, ENTITLED REGION_OPEN NOT DISABLED',
    'west in eu: yes, ENTITLED REGION_OPEN STATED_AVAILABLE',
  ]);
  expect((await told('iam')).slice(0, 2)).toEqual([
    'ap in ap: yes, CORE REGION_OPEN DEPLOYED',
    'eu in eu: yes, CORE REGION_OPEN DEPLOYED',
  ]);
  expect((await told('limits')).slice(1, 2)).toEqual(['eu in eu: no, NOT NOT_ENTITLED REGION_OPEN DEPLOYED']);
  expect(await ask(field('audit'), STRANGER)).toEqual([]);
  const serviceConsumer = { name: 'audit--eater' };
  const decide = async (action: string) => {
    const input = { serviceConsumer };
    const { data } = await app.execute(
      `mutation ($input: ${action[0]?.toUpperCase()}${action.slice(1)}Input!) { done: ${action}(input: $input) { userErrors { code } } }`,
      { input },
    );
    expect(data.done.userErrors).toEqual([]);
  };
  await decide('suspendServiceConsumer');
  expect((await told('audit')).slice(1, 2)).toEqual(['eu in eu: no, NOT SUSPENDED_BY_PROVIDER REGION_OPEN DEPLOYED']);
  await decide('reinstateServiceConsumer');
});

describe('Q16: which deployments suffer when something of the plant is lost', () => {
  const DEPLOYMENTS = `deployments { totalCount items { deployment { name } verdict importers { items { name } } entitledProjectCount
    hosts { host { name } verdict waysOut { way { kind name } isLost } brokenPaths { before { stop } } } } }`;
  interface Suffering {
    readonly deployment: Named;
    readonly verdict: string;
    readonly hosts: readonly { readonly host: Named; readonly verdict: string }[];
    readonly importers: { readonly items: readonly Named[] };
    readonly entitledProjectCount: number;
  }
  const told = ({ deployment, verdict, hosts, importers, entitledProjectCount }: Suffering): string => {
    const on = hosts.map((one) => `${one.host.name} ${one.verdict}`).join(', ');
    return `${deployment.name} ${verdict}: ${on}; ${importers.items.map(({ name }) => name).join()}; ${entitledProjectCount}`;
  };
  const most = { most: 60 };
  const impact = async (...lost: readonly string[]): Promise<string[]> =>
    (await ask(`impact(of: ${JSON.stringify(lost)}) { ${DEPLOYMENTS} }`, most)).deployments.items.map(told);

  const audit = (verdict: string, one: string, two: string): string =>
    `audit.eu ${verdict}: one ${one}, two ${two}; alerting.eu; 1`;
  const devices = (verdict: string): string => `devices.eu ${verdict}: three ${verdict}; ai.eu,applications.eu; 0`;
  const limits = 'limits.eu ISOLATED: compute ISOLATED; ; 0';
  const logging = (verdict: string): string => `logging.eu ${verdict}: west ${verdict}; alerting.eu,devices.eu; 0`;
  const meta = 'meta-edgelq.eu ISOLATED: yard ISOLATED; iam.eu; 0';
  const ztp = 'ztp.eu ISOLATED: one ISOLATED; ; 0';

  test.each([
    ['a server', ['Node/two'], [audit('REDUNDANCY_LOST', 'UNAFFECTED', 'ISOLATED')]],
    [
      'a rack, with its servers and a cluster that has no other ones',
      ['Rack/rack-1'],
      [audit('REDUNDANCY_LOST', 'ISOLATED', 'UNAFFECTED'), limits, ztp],
    ],
    ['a cluster, whose servers stay', ['Cluster/compute'], [limits]],
    [
      'both facilities at once',
      ['Site/east', 'Site/west'],
      [audit('ISOLATED', 'ISOLATED', 'ISOLATED'), devices('ISOLATED'), limits, logging('ISOLATED'), ztp],
    ],
    [
      'a region',
      ['Region/eu'],
      [audit('ISOLATED', 'ISOLATED', 'ISOLATED'), devices('ISOLATED'), limits, logging('ISOLATED'), meta, ztp],
    ],
    [
      'the one circuit out of a facility, which another facility has besides',
      ['Circuit/east-west'],
      [
        audit('REDUNDANCY_LOST', 'ISOLATED', 'REDUNDANCY_LOST'),
        devices('REDUNDANCY_LOST'),
        limits,
        logging('REDUNDANCY_LOST'),
        ztp,
      ],
    ],
    [
      'all circuits of a provider',
      ['Provider/carrier'],
      [audit('ISOLATED', 'ISOLATED', 'ISOLATED'), devices('ISOLATED'), limits, logging('ISOLATED'), ztp],
    ],
    [
      'one of the two cables of a server, of a deployment with another server',
      ['Cable/two-a'],
      [audit('REDUCED', 'UNAFFECTED', 'REDUNDANCY_LOST')],
    ],
    ['both cables of a server', ['Cable/two-a', 'Cable/two-b'], [audit('REDUNDANCY_LOST', 'UNAFFECTED', 'ISOLATED')]],
    ['a cable between a panel and a switch, behind which a server is', ['Cable/uplink'], [devices('ISOLATED')]],
    ['the cable on the other side of the panel', ['Cable/trunk'], [devices('ISOLATED')]],
    ['a panel', ['Equipment/panel'], [devices('ISOLATED')]],
    ['a port of a panel', ['Port/panel-rear'], [devices('ISOLATED')]],
    ['a switch', ['NetworkDevice/leaf'], [devices('ISOLATED')]],
    ['what is imported in other regions as well', ['Site/yard'], [meta]],
    [
      'the cable that is plugged into the demarcation of a circuit',
      ['Cable/patch'],
      [audit('REDUCED', 'UNAFFECTED', 'REDUNDANCY_LOST'), devices('REDUNDANCY_LOST'), logging('REDUNDANCY_LOST')],
    ],
    [
      'a facility cuts off another one that only leads there',
      ['Site/west'],
      [audit('ISOLATED', 'ISOLATED', 'ISOLATED'), devices('ISOLATED'), limits, logging('ISOLATED'), ztp],
    ],
    ['the only power of a server', ['Cable/power'], [audit('REDUNDANCY_LOST', 'UNAFFECTED', 'ISOLATED')]],
    ['a circuit that is planned, and one that stays inside', ['Circuit/later', 'Circuit/inside'], []],
  ])('%s', async (_, lost, expected) => {
    expect(await impact(...lost)).toEqual(expected);
  });

  test('each verdict is explained by broken paths, and by the ways out that are lost and those that stay', async () => {
    const { deployments } = await ask(`impact(of: ["Cable/three-a", "Circuit/transit"]) { ${DEPLOYMENTS} }`, most);
    const waysOut = [
      { way: { kind: 'Circuit', name: 'transit' }, isLost: true },
      { way: { kind: 'Circuit', name: 'east-west' }, isLost: false },
    ];
    const hostsOf = (name: string) =>
      deployments.items.find(({ deployment }: Suffering) => deployment.name === name).hosts;
    expect(hostsOf('logging.eu')).toEqual([
      { host: { name: 'west' }, verdict: 'REDUNDANCY_LOST', waysOut, brokenPaths: [] },
    ]);
    expect(hostsOf('devices.eu')).toEqual([
      { host: { name: 'three' }, verdict: 'ISOLATED', waysOut, brokenPaths: [{ before: { stop: 'ENDPOINT' } }] },
    ]);
  });

  test('of several that are lost at once, each tells what it would do by itself', async () => {
    const { lost, ...whole } = await ask(
      `impact(of: ["Cable/two-a", "Cable/two-b"]) { ${DEPLOYMENTS} lost { name impact { ${DEPLOYMENTS} } } }`,
      { most: 120 },
    );
    expect(whole.deployments.items.map(told)).toEqual([audit('REDUNDANCY_LOST', 'UNAFFECTED', 'ISOLATED')]);
    const each = lost.map(({ name, impact: { deployments } }: Named & { readonly impact: typeof whole }) => [
      name,
      deployments.items.map(told),
    ]);
    const alone = [audit('REDUCED', 'UNAFFECTED', 'REDUNDANCY_LOST')];
    expect(each).toEqual([
      ['two-a', alone],
      ['two-b', alone],
    ]);
  });

  test('who does not see the plant learns nothing about it', async () => {
    const lost = ['Site/east', 'Region/eu', 'Provider/carrier'];
    const { unknown, deployments } = await ask(`impact(of: ${JSON.stringify(lost)}) { unknown ${DEPLOYMENTS} }`, {
      ...STRANGER,
      ...most,
    });
    // A region itself is seen by everyone.
    expect({ unknown, deployments }).toEqual({
      unknown: ['Site/east', 'Provider/carrier'],
      deployments: { totalCount: 0, items: [] },
    });
  });
});

describe('Q6: what breaks when a deployment goes away, is disabled or lowered', () => {
  const IMPACT = `{ severity isAllowed blockers { rule message } lostVersions lostTypes
    importers { service version deployment importedVersion depth isServed } usedBy { service isAutomatic fallbackEndpoint }
    entitledProjects { nodes { name } } isPrimary isLast regionWouldClose alternatives { region endpoint version } }`;
  const impact = (args: string, options = {}) => ask(`deploymentImpact(${args}) ${IMPACT}`, { ...PLANNED, ...options });
  const importers = [
    { service: 'alerting', version: 'v1', deployment: 'alerting.eu', importedVersion: 'v4', depth: 1, isServed: true },
    { service: 'devices', version: 'v1', deployment: 'devices.eu', importedVersion: 'v4', depth: 1, isServed: true },
    { service: 'ai', version: 'v1', deployment: 'ai.eu', importedVersion: null, depth: 2, isServed: true },
    {
      service: 'applications',
      version: 'v1',
      deployment: 'applications.eu',
      importedVersion: null,
      depth: 2,
      isServed: true,
    },
  ];
  const elsewhere = [{ region: 'us', endpoint: 'monitoring.us.apis.edgelq.com', version: 'v3' }];

  test('what is imported is not taken away', async () => {
    expect(await impact('deployment: "monitoring.eu"')).toEqual({
      severity: 'BREAKS',
      isAllowed: false,
      blockers: [
        { rule: 'G2', message: 'monitoring is deployed in us, but not in its primary region eu.' },
        {
          rule: 'I5',
          message:
            'alerting.v1 imports monitoring, which is not deployed in eu, where alerting is. devices.v1 imports monitoring, which is not deployed in eu, where devices is.',
        },
      ],
      lostVersions: ['v4', 'v3'],
      lostTypes: [],
      importers,
      usedBy: [{ service: 'ztp', isAutomatic: false, fallbackEndpoint: 'monitoring.us.apis.edgelq.com' }],
      entitledProjects: { nodes: [] },
      isPrimary: true,
      isLast: false,
      regionWouldClose: false,
      alternatives: elsewhere,
    });
  });

  test('lowered to nothing that is said, it loses nothing', async () => {
    expect(
      await ask(
        'deploymentImpact(deployment: "iam.eu", action: LOWER) { isAllowed lostVersions blockers { message } }',
        PLANNED,
      ),
    ).toEqual({
      isAllowed: false,
      lostVersions: [],
      blockers: [{ message: 'To what it is lowered is not said: `toVersion`.' }],
    });
  });

  test('nor lowered below what is imported; disabling is always allowed', async () => {
    expect(await impact('deployment: "monitoring.eu", action: LOWER, toVersion: "v3"')).toMatchObject({
      severity: 'BREAKS',
      isAllowed: false,
      blockers: [
        {
          rule: 'V7',
          message:
            'alerting.eu serves alerting.v1, which imports monitoring.v4, but monitoring.eu serves nothing above monitoring.v3. devices.eu serves devices.v1, which imports monitoring.v4, but monitoring.eu serves nothing above monitoring.v3.',
        },
      ],
      lostVersions: ['v4'],
      importers,
      usedBy: [],
    });
    expect(await impact('deployment: "monitoring.eu", action: DISABLE')).toMatchObject({
      severity: 'BREAKS',
      isAllowed: true,
      blockers: [],
    });
    expect(await impact('deployment: "monitoring.eu", action: LOWER, toVersion: "v9"')).toMatchObject({
      blockers: [{ rule: 'V2' }],
    });
    // devices is at v1alpha2 there, which does not import monitoring: no version that is served breaks.
    expect(await impact('deployment: "monitoring.us", action: DISABLE')).toMatchObject({
      severity: 'NONE',
      importers: [{ deployment: 'devices.us', isServed: false }],
    });
  });

  test('a core service stays in every open region; who is entitled suffers; the last deployment may go', async () => {
    expect(await impact('deployment: "iam.ap"')).toMatchObject({ blockers: [{ rule: 'C1' }], regionWouldClose: true });
    expect(await impact('deployment: "audit.eu", action: DISABLE')).toMatchObject({
      lostTypes: ['audit.edgelq.com/Log@v1'],
      entitledProjects: { nodes: [{ name: 'eater' }] },
    });
    expect(await impact('deployment: "proxies.eu"')).toMatchObject({
      severity: 'NONE',
      isAllowed: true,
      isLast: true,
      alternatives: [],
    });
  });

  test('what the caller may not see does not suffer', async () => {
    const { importers: seen } = await impact('deployment: "devices.eu"', STRANGER);
    expect(seen.map(({ service }: { service: string }) => service)).toEqual(['ai']);
    expect(
      await ask('deploymentImpact(deployment: "applications.eu") { severity }', { ...STRANGER, ...PLANNED }),
    ).toBeNull();
  });
});

interface Step {
  readonly action: string;
  readonly service: string | null;
  readonly region: string | null;
  readonly version: string | null;
  readonly because: readonly string[];
}
const STEPS = '{ action service region version because }';
const texts = (steps: readonly Step[]): string[] =>
  steps.map(({ action, service, region, version }) =>
    [action, service, version, region].filter((part) => part !== null).join(' '),
  );

describe('Q20: what has to happen to bring a service to a region', () => {
  const plan = (args: string, options = {}) =>
    ask(`deploymentPlan(${args}) { steps ${STEPS} obstacle }`, { ...PLANNED, ...options });

  test('what it imports comes first, at the lowest version that will do', async () => {
    const { steps } = await plan('service: "ai", region: "ap"');
    expect(texts(steps)).toEqual([
      'DEPLOY secrets v1 ap',
      'DEPLOY monitoring v4 ap',
      'RAISE iam v1 ap',
      'DEPLOY cellular-api v1 ap',
      'DEPLOY logging v1 ap',
      'DEPLOY devices v1 ap',
      'DEPLOY ai v1 ap',
    ]);
    expect(steps[1].because).toEqual(['devices@v1']);
    expect(texts((await plan('service: "devices", region: "us", version: "v1"')).steps)).toEqual([
      'RAISE monitoring v4 us',
      'RAISE devices v1 us',
    ]);
  });

  test('a region opens with the core services; where the service is, nothing is to be done', async () => {
    expect(texts((await plan('service: "alerting", region: "mars"')).steps)).toEqual([
      'DEPLOY meta-edgelq v1alpha2 mars',
      'DEPLOY meta-goten v1 mars',
      'DEPLOY iam v1 mars',
      'OPEN_REGION mars',
      'DEPLOY audit v1 mars',
      'DEPLOY logging v1 mars',
      'DEPLOY secrets v1 mars',
      'DEPLOY monitoring v4 mars',
      'DEPLOY alerting v1 mars',
    ]);
    expect(await plan('service: "alerting", region: "eu"')).toEqual({ steps: [], obstacle: null });
  });

  test('a version that nobody offers is an obstacle; an unknown region has no plan', async () => {
    expect(await plan('service: "audit", region: "us", version: "v7"')).toEqual({
      steps: [],
      obstacle: 'audit offers no version that would do',
    });
    expect(await plan('service: "audit", region: "nowhere"')).toBeNull();
    expect(await plan('service: "applications", region: "us"', STRANGER)).toBeNull();
  });
});

describe('Q9: whether a version can be retired, or all have gone over to one', () => {
  const READY = `{ isReady target blockingDeployments { deployment region current serves }
    blockingImporters { service version importedVersion deployments } soleResourceTypes entitledProjectCount nextSteps ${STEPS} obstacle }`;
  const readiness = (args: string) => ask(`versionReadiness(${args}) ${READY}`, PLANNED);

  test('what is in the way, and what to do first', async () => {
    const { nextSteps, ...told } = await readiness('service: "iam", retire: "v1alpha2"');
    expect(told).toEqual({
      isReady: false,
      target: 'v1',
      blockingDeployments: [{ deployment: 'iam.ap', region: 'ap', current: 'v1alpha2', serves: ['v1alpha2'] }],
      blockingImporters: [
        {
          service: 'devices',
          version: 'v1alpha2',
          importedVersion: 'v1alpha2',
          deployments: ['devices.eu', 'devices.us'],
        },
      ],
      soleResourceTypes: [],
      entitledProjectCount: 0,
      obstacle: null,
    });
    expect(texts(nextSteps)).toEqual(['RAISE iam v1 ap', 'MOVE_IMPORT devices v1alpha2', 'RETIRE iam v1alpha2']);
  });

  test('raising takes along what the higher version imports', async () => {
    const { blockingDeployments, blockingImporters, nextSteps } = await readiness('service: "devices", target: "v1"');
    expect(blockingDeployments.map(({ deployment }: { deployment: string }) => deployment)).toEqual(['devices.us']);
    expect(blockingImporters).toEqual([]);
    expect(texts(nextSteps)).toEqual(['RAISE monitoring v4 us', 'RAISE devices v1 us']);
  });

  test('nothing goes over to a version that is not above the one to retire; where none is named, to the highest', async () => {
    expect(await readiness('service: "iam", retire: "v1", target: "v1alpha2"')).toMatchObject({
      isReady: false,
      target: null,
      nextSteps: [],
      obstacle: 'iam offers no v1alpha2 above v1',
    });
    expect(await readiness('service: "iam", retire: "v1alpha2", target: "v1alpha2"')).toMatchObject({ target: null });
    expect(await readiness('service: "devices"')).toEqual(await readiness('service: "devices", target: "v1"'));
  });

  test('the only version cannot be left; one that is everywhere needs nothing', async () => {
    expect(await readiness('service: "audit", retire: "v1"')).toMatchObject({
      isReady: false,
      target: null,
      soleResourceTypes: ['audit.edgelq.com/Log'],
      entitledProjectCount: 1,
      nextSteps: [],
      obstacle: 'audit offers no higher version to go over to',
    });
    expect(await readiness('service: "secrets", target: "v1"')).toMatchObject({
      isReady: true,
      nextSteps: [],
      obstacle: null,
    });
  });
});

describe('PhysicallyReachable: whether a way leads out of the facility of what a deployment runs on', () => {
  const field =
    'deployments(where: { region: { name: { eq: "eu" } } }, first: 50) { nodes { name conditions { type status reason message } } }';
  interface Condition {
    readonly type: string;
    readonly status: string;
    readonly reason: string;
    readonly message: string;
  }
  const reach = async (as = 'test-admin'): Promise<Record<string, string>> => {
    const { nodes } = await ask(field, { as, most: 30 });
    return Object.fromEntries(
      nodes.map(({ name, conditions }: Named & { readonly conditions: readonly Condition[] }) => {
        const found = conditions.filter(({ type }) => type === 'PhysicallyReachable');
        return [name, found.map(({ status, reason, message }) => `${status} ${reason}: ${message}`).join()];
      }),
    );
  };
  const noHosts = 'UNKNOWN NoHosts: It does not say what it runs on.';
  const cutOff = (from: string): string =>
    `FALSE CutOff: No way that is in use leads out of the facility from ${from}.`;
  const unknown = (from: string): string =>
    `UNKNOWN WaysNotRecorded: Too little is recorded of the ways out from ${from}.`;
  const set = async (...objects: readonly string[]): Promise<void> =>
    expect((await app.apply(objects.join(''))).userErrors).toEqual([]);
  const inStatus = (name: string, side: string, placeRef: object, status: string): string =>
    document('CircuitTermination', `${name}-${side}`.toLowerCase(), { circuitRef: { name }, side, placeRef, status });

  const uplink = (status: string): string =>
    document('Cable', 'uplink', {
      endpoints: ['leaf-up', 'panel-front'].map((name, index) => ({ name, side: 'AB'[index], connector: 1 })),
      media: 'Copper',
      status,
    });

  test('as what the plant says of cables and circuits that are in use; of what it says nothing, nothing is known', async () => {
    expect(await reach()).toMatchObject({
      'audit.eu': 'TRUE Reachable: Ways lead out of the facility of two.',
      'devices.eu': 'TRUE Reachable: Ways lead out of the facility of three.',
      'iam.eu': noHosts,
      'limits.eu': unknown('compute'),
      'logging.eu': 'TRUE Reachable: Ways lead out of the facility of west.',
      'ztp.eu': unknown('one'),
    });
  });

  test('it is false as soon as nothing of it has a way out that is in use, be it in the network or beyond', async () => {
    await set(uplink('Planned'));
    expect(await reach()).toMatchObject({ 'devices.eu': cutOff('three'), 'audit.eu': expect.stringMatching('^TRUE') });
    await set(uplink('Connected'));
    expect(await reach()).toMatchObject({ 'devices.eu': expect.stringMatching('^TRUE') });

    const demarc = { kind: 'Port', name: 'demarc' };
    await set(inStatus('transit', 'A', demarc, 'Offline'), inStatus('east-west', 'A', site('east'), 'Offline'));
    expect(await reach()).toMatchObject({
      'audit.eu': cutOff('one, two'),
      'devices.eu': cutOff('three'),
      'limits.eu': cutOff('compute'),
      'logging.eu': cutOff('west'),
    });
    await set(inStatus('transit', 'A', demarc, 'Active'), inStatus('east-west', 'A', site('east'), 'Active'));
    expect(await reach()).toMatchObject({ 'logging.eu': expect.stringMatching('^TRUE') });
  });

  test('what one does not see of the plant is not there', async () => {
    expect(await reach('stranger')).toMatchObject({ 'audit.eu': noHosts, 'logging.eu': noHosts });
  });

  test('of a cluster 64 servers are looked at: of one that has more it is not known that none has a way out', async () => {
    const server = (index: number): string =>
      plant('Node', `many-${index}`, {
        siteRef: { name: 'west' },
        hardware: { cpuCores: 1, cpuArchitecture: 'amd64', memoryBytes: 1, disks: [] },
        assignment: { clusterRef: { name: 'many' }, role: 'Worker' },
      }) +
      port(`many-${index}-eth0`, 'Node', `many-${index}`) +
      port(`leaf-many-${index}`, 'NetworkDevice', 'leaf') +
      cable(`many-${index}`, `many-${index}-eth0`, `leaf-many-${index}`);
    const cluster = { displayName: 'many', role: 'Compute', provider: 'milo', controlPlaneSiteRef: { name: 'west' } };
    await set(
      plant('Cluster', 'many', cluster),
      ...Array.from({ length: 64 }, (_, index) => server(index)),
      deployment('monitoring', 'eu', 'v4', runsOn('Cluster many')),
      uplink('Planned'),
    );
    expect(await reach()).toMatchObject({ 'monitoring.eu': cutOff('many') });
    await set(server(64));
    expect(await reach()).toMatchObject({ 'monitoring.eu': unknown('many') });
    await set(uplink('Connected'));
    expect(await reach()).toMatchObject({ 'monitoring.eu': 'TRUE Reachable: Ways lead out of the facility of many.' });
  });

  test('of deployments that run on nothing it takes the one statement of the other conditions', async () => {
    expect((await ask('deployment(name: "iam.eu") { conditions { type } }', TWO)).conditions).toHaveLength(6);
  });
});
