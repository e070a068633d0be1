import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { binding, doc as manifest, role, userOf } from '../authz/world.ts';
import { startApp, type TestApp } from '../kit/app.ts';
import { undeclaredNames } from '../kit/undeclared-names.ts';

/*
 * One rack with the ports p1 … p9.
 *   breakout, 1 connector of 4 strands to 4 connectors of 1:   p1 A.1 ═╤═ B.1 p2
 *                                                                      ├─ B.2 p3
 *                                                                      ├─ B.3 p4
 *                                                                      └─ B.4 p5
 *   plain: p6 ─── p7
 */
let app: TestApp;
const INVENTORY = 'inventory.miloapis.com';
const OURS = 'catalog.miloapis.com';
const doc = (group: string, of: string, spec: object): string => {
  const [kind = '', name = ''] = of.split('/');
  return `---\n${JSON.stringify({ apiVersion: `${group}/v1alpha1`, kind, metadata: { name }, spec })}\n`;
};
const breakout = (endpoints: readonly object[], more: object = {}): string =>
  doc(OURS, 'Cable/breakout', { endpoints, media: 'FiberSMF', profileRef: { name: 'four-legs' }, ...more });
const legs = [
  { name: 'p1' },
  { name: 'p3', connector: 2 },
  { name: 'p2', connector: 1 },
  { name: 'p4' },
  { name: 'p5' },
] as const;
const plain = (more: object = {}): string =>
  doc(INVENTORY, 'Cable/plain', { endpoints: [{ name: 'p6' }, { name: 'p7' }], media: 'FiberSMF', ...more });
const told = async (content: string): Promise<string[]> =>
  (await app.apply(content)).userErrors.map(
    ({ code, subject, field, message, accepted }) => `${code} ${subject} ${field}: ${message} (${accepted})`,
  );
const outcomes = async (content: string): Promise<string[]> =>
  (await app.apply(content)).results.map(({ outcome }) => outcome);
const manifestOf = async (name: string): Promise<unknown> =>
  JSON.parse(
    (
      await app.execute('query ($name: String!) { cable(name: $name) { manifest(bare: true, format: JSON) } }', {
        name,
      })
    ).data.cable.manifest,
  );

beforeAll(async () => {
  app = await startApp();
  const ports = Array.from({ length: 9 }, (_, index) =>
    doc(INVENTORY, `Port/p${index + 1}`, {
      deviceRef: { kind: 'Rack', name: 'r1' },
      type: 'Optical',
      name: `${index + 1}`,
    }),
  );
  const wiring = [1, 2, 3, 4].map((leg) => ({ a: `1.${leg}`, b: `${leg}.1` }));
  const base = [
    doc(INVENTORY, 'Region/eu', { displayName: 'Europe' }),
    doc(INVENTORY, 'Site/fra1', { displayName: 'Frankfurt', regionRef: { name: 'eu' }, type: 'Datacenter' }),
    doc(INVENTORY, 'Rack/r1', { siteRef: { name: 'fra1' }, heightU: 42 }),
    doc(OURS, 'CableProfile/four-legs', { aConnectors: 1, aPositions: 4, bConnectors: 4, bPositions: 1, wiring }),
    ...ports,
    breakout(legs),
    plain(),
  ];
  expect(await told(base.join(''))).toEqual([]);
});
afterAll(() => app.close());

test('the ends of a cable come in the order given, each with its side and connector (P6)', async () => {
  const { data } = await app.execute(`{ cable(name: "breakout") {
    apiVersion endpoints { nodes { name cableEnd { side connector } } } backwards: endpoints(orderBy: [NAME_DESC], first: 1) { nodes { name } }
    aPort { name } zPort { name }
  } }`);
  expect(data.cable).toEqual({
    apiVersion: 'catalog.miloapis.com/v1alpha1',
    endpoints: {
      nodes: [
        { name: 'p1', cableEnd: { side: 'A', connector: 1 } },
        { name: 'p3', cableEnd: { side: 'B', connector: 2 } },
        { name: 'p2', cableEnd: { side: 'B', connector: 1 } },
        { name: 'p4', cableEnd: { side: 'B', connector: 3 } },
        { name: 'p5', cableEnd: { side: 'B', connector: 4 } },
      ],
    },
    backwards: { nodes: [{ name: 'p5' }] },
    aPort: { name: 'p1' },
    zPort: null,
  });
});

test('a list in its own order is paged in it, forwards and backwards', async () => {
  const page = async (args: string) =>
    (
      await app.execute(
        `{ cable(name: "breakout") { endpoints(${args}) { nodes { name } pageInfo { startCursor endCursor } } } }`,
      )
    ).data.cable.endpoints;
  const first = await page('first: 2');
  const second = await page(`first: 2, after: "${first.pageInfo.endCursor}"`);
  const before = await page(`last: 2, before: "${second.pageInfo.startCursor}"`);
  expect([first, second, before].map(({ nodes }) => nodes.map(({ name }: { name: string }) => name))).toEqual([
    ['p1', 'p3'],
    ['p2', 'p4'],
    ['p1', 'p3'],
  ]);
});

test('a port knows its cable and its far ends, whatever their number (P17)', async () => {
  const { data } = await app.execute(`{ ports(where: {name: {in: ["p1", "p3", "p6", "p8"]}}) { nodes {
    name cable { name status } farPort { name } farPorts { totalCount nodes { name } }
  } } }`);
  expect(data.ports.nodes).toEqual([
    {
      name: 'p1',
      cable: { name: 'breakout', status: 'CONNECTED' },
      farPort: null,
      farPorts: { totalCount: 4, nodes: ['p2', 'p3', 'p4', 'p5'].map((name) => ({ name })) },
    },
    {
      name: 'p3',
      cable: { name: 'breakout', status: 'CONNECTED' },
      farPort: { name: 'p1' },
      farPorts: { totalCount: 1, nodes: [{ name: 'p1' }] },
    },
    {
      name: 'p6',
      cable: { name: 'plain', status: 'CONNECTED' },
      farPort: { name: 'p7' },
      farPorts: { totalCount: 1, nodes: [{ name: 'p7' }] },
    },
    { name: 'p8', cable: null, farPort: null, farPorts: { totalCount: 0, nodes: [] } },
  ]);
});

test('who may not read the profile is not told where strands run, and hidden ports do not count', async () => {
  const rights = [
    manifest('User', 'una', { email: 'una@example.com' }),
    role('cables', 'inv/cables.get'),
    role('ports', 'inv/ports.get'),
    binding('cables', 'Cable/*', 'cables', [userOf('una')]),
    ...['p1', 'p3'].map((name) => binding(`port-${name}`, `Port/${name}`, 'ports', [userOf('una')])),
  ];
  expect(await told(rights.join(''))).toEqual([]);
  const seen = async (): Promise<unknown> =>
    (
      await app
        .as('una')
        .execute(
          '{ port(name: "p1") { cable { name profile { name } aPort { name } zPort { name } } farPort { name } farPorts { totalCount nodes { name } } } }',
        )
    ).data.port;
  const cable = { name: 'breakout', aPort: { name: 'p1' }, zPort: { name: 'p3' } };
  expect(await seen()).toEqual({
    cable: { ...cable, profile: null },
    farPort: null,
    farPorts: { totalCount: 0, nodes: [] },
  });
  const more = [
    role('profiles', 'catalog/cableprofiles.get'),
    binding('profiles', 'CableProfile/*', 'profiles', [userOf('una')]),
  ];
  expect(await told(more.join(''))).toEqual([]);
  expect(await seen()).toEqual({
    cable: { ...cable, profile: { name: 'four-legs' } },
    farPort: { name: 'p3' },
    farPorts: { totalCount: 1, nodes: [{ name: 'p3' }] },
  });
});

test('a cable has no label of a place of which its reader sees one end alone', async () => {
  const labels = async (caller: Pick<TestApp, 'execute'>): Promise<unknown> =>
    (await caller.execute('{ cable(name: "plain") { labels { key value } } }')).data.cable.labels;
  const listed = async (caller: Pick<TestApp, 'execute'>): Promise<number> =>
    (
      await caller.execute(
        '{ cables(labelSelector: "topology.inventory.miloapis.com/site=fra1", where: { name: { eq: "plain" } }) { totalCount } }',
      )
    ).data.cables.totalCount;
  const inFra1 = [
    { key: 'topology.inventory.miloapis.com/region', value: 'eu' },
    { key: 'topology.inventory.miloapis.com/site', value: 'fra1' },
    { key: 'topology.inventory.miloapis.com/site-type', value: 'Datacenter' },
  ];
  expect([await labels(app), await listed(app)]).toEqual([inFra1, 1]);
  const rights = [
    manifest('User', 'bob', { email: 'bob@example.com' }),
    role('places', 'inv/regions.get inv/sites.get inv/racks.get inv/cables.get'),
    role('one-port', 'inv/ports.get'),
    ...['Region/*', 'Site/*', 'Rack/*', 'Cable/*'].map((on, index) =>
      binding(`places-${index}`, on, 'places', [userOf('bob')]),
    ),
    binding('one-port-p6', 'Port/p6', 'one-port', [userOf('bob')]),
  ];
  expect(await told(rights.join(''))).toEqual([]);
  expect([await labels(app.as('bob')), await listed(app.as('bob'))]).toEqual([[], 0]);
  expect(await told(binding('one-port-p7', 'Port/p7', 'one-port', [userOf('bob')]))).toEqual([]);
  expect([await labels(app.as('bob')), await listed(app.as('bob'))]).toEqual([inFra1, 1]);
});

test('straight strands run between connectors of one number', async () => {
  const trunk = [
    doc(OURS, 'CableProfile/straight', { aConnectors: 2, aPositions: 4, bConnectors: 2, bPositions: 4 }),
    doc(OURS, 'Cable/trunk', {
      media: 'FiberSMF',
      profileRef: { name: 'straight' },
      endpoints: [
        { name: 'p8', connector: 2 },
        { name: 'p9', connector: 1 },
      ],
    }),
  ].join('');
  expect(await told(trunk)).toEqual([]);
  const { data } = await app.execute('{ port(name: "p8") { cable { name } farPort { name } } }');
  expect(data.port).toEqual({ cable: { name: 'trunk' }, farPort: null });
  await app.execute('mutation { deleteCable(input: { name: "trunk" }) { userErrors { code } } }');
});

test('taking an end off moves no other; the connector stays empty (P7)', async () => {
  const { data } = await app.execute(
    'mutation { disconnectPorts(input: { a: { name: "p3" } }) { port { cable { name } } userErrors { code message } } }',
  );
  expect(data.disconnectPorts).toEqual({ port: { cable: null }, userErrors: [] });
  expect(await manifestOf('breakout')).toMatchObject({
    apiVersion: 'catalog.miloapis.com/v1alpha1',
    spec: {
      endpoints: [
        { name: 'p1', side: 'A', connector: 1 },
        { name: 'p2', side: 'B', connector: 1 },
        { name: 'p4', side: 'B', connector: 3 },
        { name: 'p5', side: 'B', connector: 4 },
      ],
    },
  });
  const only = breakout([{ name: 'p5', side: 'B', connector: 4 }]);
  expect(await told(only)).toEqual([]);
  expect(await told(breakout(legs))).toEqual([]);
});

test('a cable with two ends and nothing more to say is upstream’s manifest; a status makes it ours', async () => {
  const stated = { endpoints: [{ name: 'p6' }, { name: 'p7' }], media: 'FiberSMF' };
  expect(await manifestOf('plain')).toMatchObject({ apiVersion: `${INVENTORY}/v1alpha1`, spec: stated });
  expect(await outcomes(plain())).toEqual(['UNCHANGED']);
  const update =
    'mutation ($s: CableStatus!) { updateCable(input: { name: "plain", changes: { status: $s } }) { userErrors { code } } }';
  expect((await app.execute(update, { s: 'PLANNED' })).data.updateCable.userErrors).toEqual([]);
  expect(await manifestOf('plain')).toMatchObject({
    apiVersion: `${OURS}/v1alpha1`,
    spec: {
      endpoints: [
        { name: 'p6', side: 'A', connector: 1 },
        { name: 'p7', side: 'B', connector: 1 },
      ],
      media: 'FiberSMF',
      status: 'Planned',
    },
  });
  const again = await app.execute(
    '{ cables(where: { status: { eq: PLANNED } }) { nodes { name manifest(bare: true) } } }',
  );
  expect(again.data.cables.nodes).toMatchObject([{ name: 'plain' }]);
  expect(await outcomes(again.data.cables.nodes[0].manifest)).toEqual(['UNCHANGED']);
  expect(await told(plain())).toEqual([]);
  expect(await manifestOf('plain')).toMatchObject({ apiVersion: `${INVENTORY}/v1alpha1`, spec: stated });
});

test('connecting takes a status; disconnecting a cable with two ends deletes it, whatever group it is written in', async () => {
  const connect =
    await app.execute(`mutation { connectPorts(input: { a: { name: "p8" }, z: { name: "p9" }, media: FIBER_SMF, status: PLANNED }) {
    cable { name status apiVersion } userErrors { code } } }`);
  expect(connect.data.connectPorts).toEqual({
    cable: { name: 'p8--p9', status: 'PLANNED', apiVersion: `${OURS}/v1alpha1` },
    userErrors: [],
  });
  const disconnect = async (input: string) =>
    (await app.execute(`mutation { disconnectPorts(input: { ${input} }) { userErrors { code field } } }`)).data
      .disconnectPorts.userErrors;
  const far = await app.execute('{ port(name: "p8") { farPort { name } farPorts { nodes { name } } } }');
  expect(far.data.port).toEqual({ farPort: { name: 'p9' }, farPorts: { nodes: [{ name: 'p9' }] } });
  expect(await disconnect('a: { name: "p8" }, z: { name: "p7" }')).toEqual([{ code: 'NOT_CONNECTED', field: 'z' }]);
  expect(await disconnect('a: { name: "p2" }, z: { name: "p4" }')).toEqual([{ code: 'NOT_CONNECTED', field: 'z' }]);
  expect(await disconnect('a: { name: "p9" }, z: { name: "p8" }')).toEqual([]);
  expect((await app.execute('{ cable(name: "p8--p9") { name } }')).data.cable).toBeNull();
});

test.each([
  [
    'a status in upstream’s manifest',
    plain({ status: 'Planned' }),
    "UNKNOWN_FIELD Cable/plain spec.status: unknown field 'status' of a cable of inventory.miloapis.com (apiVersion: catalog.miloapis.com/v1alpha1, for a cable that has more than two ends, a profile or a status)",
  ],
  [
    'a connector in upstream’s manifest',
    plain({ endpoints: [{ name: 'p6' }, { name: 'p7', connector: 2 }] }),
    "UNKNOWN_FIELD Cable/plain spec.endpoints[1].connector: unknown field 'connector' of a cable of inventory.miloapis.com (apiVersion: catalog.miloapis.com/v1alpha1, for a cable that has more than two ends, a profile or a status)",
  ],
  [
    'three ends in upstream’s manifest',
    plain({ endpoints: [{ name: 'p6' }, { name: 'p7' }, { name: 'p8' }] }),
    'TOO_MANY Cable/plain spec.endpoints: endpoints has 3 entries; accepted: at most 2 (at most 2)',
  ],
  [
    'two ports on one connector',
    breakout([{ name: 'p1' }, { name: 'p2', connector: 3 }, { name: 'p3', connector: 3 }]),
    'CONNECTOR_TAKEN Cable/breakout spec.endpoints[2].connector: connector 3 of end B holds port p2 already (a connector for each port)',
  ],
  [
    'a connector that the profile has not',
    breakout([{ name: 'p1' }, { name: 'p2', connector: 5 }]),
    'NO_SUCH_CONNECTOR Cable/breakout spec.endpoints[1].connector: end B of a four-legs has 4 connectors (1 to 4)',
  ],
  [
    'no such side',
    breakout([{ name: 'p1', side: 'Z' }, { name: 'p2' }]),
    'INVALID_VALUE Cable/breakout spec.endpoints[0].side: side cannot be the text "Z"; did you mean \'A\'? (A, B)',
  ],
  [
    'a new cable with an empty end',
    doc(OURS, 'Cable/new', { endpoints: [{ name: 'p8' }], media: 'FiberSMF' }),
    'END_EMPTY Cable/new spec.endpoints: nothing is at end B: a new cable is plugged in at both (at least one port with each side)',
  ],
])('refused: %s', async (_what, content, refusal) => {
  expect(await told(content)).toEqual([refusal]);
});

test('an input names connectors as well; a refusal points into it', async () => {
  const create = async (endpoints: string) =>
    (
      await app.execute(
        `mutation { createCable(input: { name: "made", media: FIBER_SMF, endpoints: [${endpoints}] }) { cable { endpoints { nodes { name cableEnd { side connector } } } } userErrors { code inputPath } } }`,
      )
    ).data.createCable;
  expect(await create('{ name: "p8" }, { name: "p9", connector: 1 }, { name: "p2", connector: 1 }')).toMatchObject({
    cable: null,
    userErrors: [{ code: 'CONNECTOR_TAKEN', inputPath: ['input', 'endpoints', '2', 'connector'] }],
  });
  const { data } = await app.execute('{ port(name: "p9") { id } }');
  expect(await create(`{ name: "p8" }, { id: "${data.port.id}", connector: 2 }`)).toEqual({
    cable: {
      endpoints: {
        nodes: [
          { name: 'p8', cableEnd: { side: 'A', connector: 1 } },
          { name: 'p9', cableEnd: { side: 'B', connector: 2 } },
        ],
      },
    },
    userErrors: [],
  });
});

interface Plan {
  readonly 'Node Type': string;
  readonly Plans?: readonly Plan[];
}

/*
 * The planner knows nothing yet of tables that have just grown, and joined all of them anew for each batch, so that an import became
 * slower the longer it took. Look-ups one by one are the only plan there is for a fenced statement, also where that is forbidden.
 */
test('what a batch of cables is judged by is looked up one by one, whatever the planner believes', async () => {
  const content = doc(INVENTORY, 'Cable/looked-up', {
    endpoints: [{ name: 'p8' }, { name: 'p9' }],
    media: 'FiberSMF',
  });
  const { extensions } = await app.execute(
    'mutation ($input: ApplyInput!) { apply(input: $input) { userErrors { code } } }',
    { input: { manifests: [{ source: 'test.yaml', content }], validateOnly: true } },
    { 'x-catalog-explain': 'true' },
  );
  const rules = extensions?.explain.sql.filter((text) => /-> used \?|from port_taking t/.test(text)) ?? [];
  expect(rules).toHaveLength(2);
  const database = new pg.Client({ connectionString: app.databaseUrl });
  await database.connect();
  try {
    await database.query('set enable_nestloop = off');
    const nodesOf = (plan: Plan): string[] => [plan['Node Type'], ...(plan.Plans ?? []).flatMap(nodesOf)];
    for (const text of rules) {
      const { rows } = await database.query(`explain (generic_plan, format json) ${text}`);
      const nodes = nodesOf(rows[0]['QUERY PLAN'][0].Plan);
      expect(nodes).toContain('Nested Loop');
      expect(nodes.filter((node) => /^(Hash|Merge) Join$/.test(node))).toEqual([]);
    }
  } finally {
    await database.end();
  }
});

test('all that refusals name is said to be a name, to be left out for those who may not know it', async () => {
  expect(await undeclaredNames(app)).toEqual([]);
});
