import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { binding, doc as manifest, role, userOf } from '../authz/world.ts';
import { startApp, type TestApp } from '../kit/app.ts';
import { at, doc, named, site } from './documents.ts';
import { insertPlant, uuid } from './insert-plant.ts';
import { type Lost, naiveImpact } from './naive-impact.ts';
import { type RandomNetwork, randomNetwork } from './random-network.ts';
import { randomFrom, randomPlant } from './random-plant.ts';

/* What breaks when something is lost: by hand, and on plants at random. IMPACT_PLANTS says how many, IMPACT_SEED from which on. */
const PLANTS = Number(process.env.IMPACT_PLANTS ?? 24);
const FIRST = Number(process.env.IMPACT_SEED ?? 1);
const seeds = Array.from({ length: PLANTS }, (_, index) => FIRST + index);
const networkOf = (seed: number): RandomNetwork =>
  randomNetwork(randomFrom(seed), (name) => (name === 'network' ? name : uuid(`impact ${seed} ${name}`)));

/** Sees cables in fra1 and nothing else. */
const rights = [
  manifest('User', 'una', { email: 'una@example.com' }),
  role('cables', 'inv/cables.get'),
  binding('cables', 'Site/fra1', 'cables', [userOf('una')]),
].join('');

let app: TestApp;
let database: pg.Client;

/*
 *                   ┌─a─ leaf1 ─c─┐
 *   s1 (two uplinks)┤             spine1 ═e═ border ══ k1 ══ far, in sin1
 *                   └─b─ leaf2 ─d─┘      ═f═
 *   s2 ─s─ leaf1
 */
const node = (name: string, inSite = 'fra1'): string =>
  doc(`Node/${name}`, {
    siteRef: named(inSite),
    hardware: { cpuCores: 8, cpuArchitecture: 'amd64', memoryBytes: 1_000_000 },
  });
const device = (name: string, role: string, inSite = 'fra1'): string =>
  doc(`NetworkDevice/${name}`, { siteRef: named(inSite), clusterRef: named('c1'), role });
const port = (name: string, on: string): string => doc(`Port/${name}`, { deviceRef: at(on), type: 'Optical', name });
const joined = (name: string, a: string, b: string): string =>
  [
    port(`${name}-a`, a),
    port(`${name}-b`, b),
    doc(`Cable/${name}`, { media: 'FiberSMF', endpoints: [named(`${name}-a`), named(`${name}-b`)] }),
  ].join('');

const plant = [
  doc('Region/eu', { displayName: 'Europe' }),
  site('fra1'),
  site('sin1'),
  doc('Provider/carrier', { displayName: 'Carrier', type: 'Transit' }),
  doc('Cluster/c1', { displayName: 'C1', controlPlaneSiteRef: named('fra1'), role: 'Compute', provider: 'x' }),
  doc('ProviderNetwork/network', { providerRef: named('carrier') }),
  doc('Rack/r1', { siteRef: named('fra1'), heightU: 42 }),
  doc('Port/base', { deviceRef: at('Rack/r1'), type: 'Optical', name: 'base' }),
  ...['s1', 's2'].map((name) => node(name)),
  device('leaf1', 'Leaf'),
  device('leaf2', 'Leaf'),
  device('spine1', 'Spine'),
  device('border', 'BorderRouter'),
  device('far', 'BorderRouter', 'sin1'),
  joined('a', 'Node/s1', 'NetworkDevice/leaf1'),
  joined('b', 'Node/s1', 'NetworkDevice/leaf2'),
  joined('s', 'Node/s2', 'NetworkDevice/leaf1'),
  joined('c', 'NetworkDevice/leaf1', 'NetworkDevice/spine1'),
  joined('d', 'NetworkDevice/leaf2', 'NetworkDevice/spine1'),
  joined('e', 'NetworkDevice/spine1', 'NetworkDevice/border'),
  joined('f', 'NetworkDevice/spine1', 'NetworkDevice/border'),
  port('k1-a', 'NetworkDevice/border'),
  port('k1-b', 'NetworkDevice/far'),
  doc('Circuit/k1', {
    providerRef: named('carrier'),
    type: 'ProviderCircuit',
    aEnd: at('Port/k1-a'),
    zEnd: at('Port/k1-b'),
  }),
  doc('Link/l1', {
    type: 'Physical',
    endpoints: [
      { kind: 'NetworkDevice', name: 'leaf1' },
      { kind: 'NetworkDevice', name: 'spine1' },
    ],
    cableRefs: [named('c')],
  }),
].join('');

/*
 *   rack p1: feed-a ── pdu-a: in, out1 ── s3 (psu0), out2 ── s4 (psu0)      s3 has two feeds, s4 one; sw is fed by pdu-b,
 *   rack p1: feed-b ── pdu-b: in, out1 ── s3 (psu1), out2 ── sw (psu0)      and s5 is connected with sw alone
 */
const powerPort = (name: string, on: string, powerRole: string, more: object = {}): string =>
  [
    doc(
      `Port/${name}`,
      { deviceRef: at(on), type: 'Power', name },
      on.startsWith('Equipment/') ? 'catalog.miloapis.com' : undefined,
    ),
    doc(`PowerPort/${name}`, { portRef: named(name), role: powerRole, ...more }),
  ].join('');
const power = (name: string, from: string, to: string): string =>
  doc(`Cable/${name}`, { media: 'Power', endpoints: [named(from), named(to)] });
const pdu = (letter: string): string =>
  [
    doc(`Equipment/pdu-${letter}`, { siteRef: named('sin1'), type: 'PowerDistributionUnit' }),
    powerPort(`feed-${letter}`, 'Rack/p1', 'Feed', { feed: letter }),
    powerPort(`in-${letter}`, `Equipment/pdu-${letter}`, 'Inlet'),
    ...[1, 2].map((n) => powerPort(`out-${letter}${n}`, `Equipment/pdu-${letter}`, 'Outlet')),
    power(`w-${letter}`, `feed-${letter}`, `in-${letter}`),
  ].join('');
const inSin1 = (name: string): string => node(name, 'sin1');
const powered = [
  doc('Rack/p1', { siteRef: named('sin1'), heightU: 42, powerFeeds: [{ name: 'a' }, { name: 'b' }] }),
  pdu('a'),
  pdu('b'),
  ...['s3', 's4', 's5'].map(inSin1),
  device('sw', 'Leaf', 'sin1'),
  joined('g', 'NetworkDevice/sw', 'NetworkDevice/far'),
  joined('h', 'Node/s5', 'NetworkDevice/sw'),
  powerPort('s3-psu0', 'Node/s3', 'Inlet'),
  powerPort('s3-psu1', 'Node/s3', 'Inlet'),
  powerPort('s4-psu0', 'Node/s4', 'Inlet'),
  powerPort('sw-psu0', 'NetworkDevice/sw', 'Inlet'),
  power('w1', 'out-a1', 's3-psu0'),
  power('w2', 'out-a2', 's4-psu0'),
  power('w3', 'out-b1', 's3-psu1'),
  power('w4', 'out-b2', 'sw-psu0'),
  ...['s1', 's3', 's4', 's5'].map((host) =>
    doc(`VirtualMachine/vm-${host}`, { hostRef: named(host), allocation: { vcpus: 1, memoryBytes: 1_000 } }),
  ),
].join('');

beforeAll(async () => {
  app = await startApp();
  const { profiles } = randomPlant(randomFrom(1), false);
  const own = profiles.map(({ id, connectors, positions, wiring }) =>
    doc(`CableProfile/${id}`, {
      aConnectors: connectors.A,
      bConnectors: connectors.B,
      aPositions: positions.A,
      bPositions: positions.B,
      ...(wiring !== null && { wiring }),
    }),
  );
  const sites = seeds.flatMap((seed) => [site(`fra1-${seed}`), site(`sin1-${seed}`)]);
  expect((await app.apply([plant, powered, rights, ...own, ...sites].join(''))).userErrors).toEqual([]);
  database = new pg.Client({ connectionString: app.databaseUrl });
  await database.connect();
  await database.query('set session_replication_role = replica');
  for (const seed of seeds) await insertNetwork(networkOf(seed), seed);
  // Ports are in the scopes of their facilities, and cables in those of their ends.
  await database.query(`
    update port p set scope_id = s.scope_id from (
      select id, site_id from node union all select id, site_id from network_device union all select id, site_id from equipment) d
    join site s on s.id = d.site_id where d.id in (p.device_node_id, p.device_network_device_id, p.device_equipment_id);
    update cable c set scope_id = x.scopes[1], other_scope_ids = x.scopes[2:] from (
      select t.cable_id, array_agg(distinct p.scope_id) as scopes from cable_termination t join port p on p.id = t.port_id group by t.cable_id) x
    where x.cable_id = c.id`);
});
afterAll(async () => {
  await database.end();
  await app.close();
});

/** Each in facilities of its own, whose names end with its seed. */
async function insertNetwork({ plant: random, devices, deviceOf, siteOf }: RandomNetwork, seed: number): Promise<void> {
  const scope = `1 as revision, (select scope_id from port where name = 'base') as scope_id`;
  for (const { id, kind, role, site: inSite } of devices) {
    const common = [id, `${inSite}-${seed}`];
    if (kind === 'Node')
      await database.query(
        `insert into node (id, name, revision, scope_id, site_id, hardware_cpu_cores, hardware_cpu_architecture, hardware_memory_bytes)
          select $1::uuid, $1::uuid::text, ${scope}, (select id from site where name = $2), 1, 'amd64', 1`,
        common,
      );
    else if (kind === 'NetworkDevice')
      await database.query(
        `insert into network_device (id, name, revision, scope_id, site_id, cluster_id, role)
          select $1::uuid, $1::uuid::text, ${scope}, (select id from site where name = $2), (select id from cluster), $3::network_device_role`,
        [...common, role],
      );
    else
      await database.query(
        `insert into equipment (id, name, revision, scope_id, site_id, type, depth)
          select $1::uuid, $1::uuid::text, ${scope}, (select id from site where name = $2), 'PatchPanel', 'OneFace'`,
        common,
      );
  }
  const columns = { Node: 'node', NetworkDevice: 'network_device', Equipment: 'equipment' } as const;
  await insertPlant(
    database,
    random,
    (name) => {
      const found = devices.find(({ id }) => id === deviceOf.get(name));
      return found && { column: columns[found.kind], id: found.id };
    },
    (end) => `${siteOf(end)}-${seed}`,
  );
}

const IMPACT = `fragment impact on Impact {
  unknown isCapped lost { kind name }
  lostDevices { totalCount hiddenCount items { name } }
  paths { totalCount hiddenCount items { before { stop } after { stop } } }
  devices { totalCount hiddenCount isolatedCount redundancyLostCount reducedCount
    items { device { name } verdict pathsBefore pathsAfter wasRedundant isRedundant brokenPaths { before { stop } } } }
  power { totalCount items { device { name } verdict inletsBefore inletsAfter } }
  sites { items { site { name } verdict waysOutBefore waysOutAfter } }
  circuits { items { circuit { name } verdict isLost pathsBefore pathsAfter } }
  links { items { link { name } verdict isLost pathsBefore pathsAfter } }
  virtualMachines { totalCount items { virtualMachine { name } verdict } }
  deployments { totalCount items { deployment { name } verdict } }
  services { totalCount } projects { totalCount }
}`;

interface ShownDevice {
  readonly device: { readonly name: string };
  readonly verdict: string;
  readonly pathsBefore: number;
  readonly pathsAfter: number;
  readonly wasRedundant: boolean;
  readonly isRedundant: boolean;
}

async function impactOf(...of: readonly string[]) {
  const { data } = await app.execute(`query ($of: [String!]!) { impact(of: $of) { ...impact } } ${IMPACT}`, { of });
  return data.impact;
}

async function impactsOf(losses: readonly (readonly string[])[]) {
  const asked = losses.map((of, index) => `i${index}: impact(of: ${JSON.stringify(of)}) { ...impact }`);
  const { data } = await app.execute(`{ ${asked.join(' ')} } ${IMPACT}`);
  return losses.map((_, index) => data[`i${index}`]);
}

const verdictsOf = (impact: { readonly devices: { readonly items: readonly ShownDevice[] } }): string[] =>
  impact.devices.items.map(
    ({ device: { name }, verdict, pathsBefore, pathsAfter }) => `${name} ${verdict} ${pathsBefore} ${pathsAfter}`,
  );

test('each device that loses a connection, or its redundancy, has its paths before and after and a verdict', async () => {
  expect(verdictsOf(await impactOf('Cable/a'))).toEqual(['leaf1 UNAFFECTED 1 1', 's1 REDUNDANCY_LOST 2 1']);
  expect(verdictsOf(await impactOf('Cable/s'))).toEqual(['leaf1 UNAFFECTED 1 1', 's2 ISOLATED 1 0']);
  expect(verdictsOf(await impactOf('Cable/c'))).toEqual([
    'leaf1 ISOLATED 1 0',
    's1 REDUNDANCY_LOST 2 1',
    's2 ISOLATED 1 0',
    'spine1 UNAFFECTED 2 2',
  ]);
  expect(verdictsOf(await impactOf('Cable/e'))).toEqual([
    'border UNAFFECTED 1 1',
    's1 REDUNDANCY_LOST 2 2',
    'spine1 REDUNDANCY_LOST 2 1',
  ]);
  expect(verdictsOf(await impactOf('NetworkDevice/spine1'))).toEqual([
    'border UNAFFECTED 1 1',
    'leaf1 ISOLATED 1 0',
    'leaf2 ISOLATED 1 0',
    's1 ISOLATED 2 0',
    's2 ISOLATED 1 0',
  ]);
});

test('what is lost together is judged together', async () => {
  expect(verdictsOf(await impactOf('Cable/a', 'Cable/b'))).toContain('s1 ISOLATED 2 0');
  expect(verdictsOf(await impactOf('Cable/e', 'Cable/f'))).toContain('spine1 ISOLATED 2 0');
});

test('links and circuits tell what they lose, and facilities their ways out', async () => {
  const c = await impactOf('Cable/c');
  expect(c.links.items).toEqual([
    { link: { name: 'l1' }, verdict: 'ISOLATED', isLost: false, pathsBefore: 1, pathsAfter: 0 },
  ]);
  const sin1 = await impactOf('Site/sin1');
  expect(sin1.lostDevices.items.map(({ name }: { name: string }) => name)).toEqual(
    'far p1 pdu-a pdu-b s3 s4 s5 sw'.split(' '),
  );
  expect(sin1.circuits.items).toEqual([
    { circuit: { name: 'k1' }, verdict: 'ISOLATED', isLost: true, pathsBefore: 0, pathsAfter: 0 },
  ]);
  expect(sin1.sites.items).toEqual([
    { site: { name: 'fra1' }, verdict: 'ISOLATED', waysOutBefore: 1, waysOutAfter: 0 },
  ]);
  expect(verdictsOf(sin1)).toEqual(['border ISOLATED 1 0']);
});

test('power is followed from feeds over strips to devices, and what has none left is lost with all that it carries', async () => {
  const [a, b, cable] = await impactsOf([['Port/feed-a'], ['Equipment/pdu-b'], ['Cable/w1']]);
  const names = ({ items }: { items: readonly { name: string }[] }): string[] => items.map(({ name }) => name);
  const powerOf = ({ items }: { items: readonly { device: { name: string }; verdict: string }[] }): string[] =>
    items.map((item) => `${item.device.name} ${item.verdict}`);
  expect(names(a.lostDevices)).toEqual(['pdu-a', 's4']);
  expect(powerOf(a.power)).toEqual(['pdu-a ISOLATED', 's3 REDUNDANCY_LOST', 's4 ISOLATED']);
  expect(names(b.lostDevices)).toEqual(['pdu-b', 'sw']);
  expect(powerOf(b.power)).toEqual(['s3 REDUNDANCY_LOST', 'sw ISOLATED']);
  expect(verdictsOf(b)).toEqual(['far UNAFFECTED 1 1', 's5 ISOLATED 1 0']);
  expect(powerOf(cable.power)).toEqual(['s3 REDUNDANCY_LOST']);
  const machines = ({ items }: { items: readonly { virtualMachine: { name: string }; verdict: string }[] }): string[] =>
    items.map((item) => `${item.virtualMachine.name} ${item.verdict}`);
  expect(machines(a.virtualMachines)).toEqual(['vm-s3 REDUNDANCY_LOST', 'vm-s4 ISOLATED']);
  expect(machines(b.virtualMachines)).toEqual(['vm-s3 REDUNDANCY_LOST', 'vm-s5 ISOLATED']);
});

test('of what one may not see, only the number is told', async () => {
  const { data } = await app.as('una').execute(`{ impact(of: ["Cable/c", "Cable/g"]) { ...impact } } ${IMPACT}`);
  const whole = await impactOf('Cable/c');
  expect(data.impact.lost).toEqual([{ kind: 'Cable', name: 'c' }]);
  expect(data.impact.unknown).toEqual(['Cable/g']);
  expect(data.impact.devices).toEqual({ ...whole.devices, hiddenCount: whole.devices.totalCount, items: [] });
  expect(data.impact.paths).toEqual({ totalCount: 1, hiddenCount: 1, items: [] });
  expect(data.impact.links).toEqual({ items: [] });
  expect(data.impact.virtualMachines).toEqual({ totalCount: 1, items: [] });
});

test('what is not there is told of as unknown', async () => {
  const { unknown, lost } = await impactOf('Cable/a', 'Cable/nope', 'Service/x', 'nonsense');
  expect({ unknown, lost }).toEqual({
    unknown: ['Cable/nope', 'Service/x', 'nonsense'],
    lost: [{ kind: 'Cable', name: 'a' }],
  });
});

test('impacts of many take as many statements as the one that takes most', async () => {
  const statements = async (names: readonly string[]): Promise<number> => {
    const { data, extensions } = await app.execute(
      `query ($names: [String!]!) { cables(where: { name: { in: $names } }) { nodes { impact { devices { totalCount } } } } }`,
      { names },
      { 'x-catalog-explain': 'true' },
    );
    expect(data.cables.nodes).toHaveLength(names.length);
    return extensions?.explain.statements ?? 0;
  };
  const each = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f', 's'].map((name) => statements([name])));
  expect(await statements(['a', 'b', 'c', 'd', 'e', 'f', 's'])).toBeLessThanOrEqual(Math.max(...each) + 2);
});

test(
  'on plants at random, what becomes of devices is what a naive search finds',
  async () => {
    const seen = new Map<string, number>();
    for (const seed of seeds) {
      const network = networkOf(seed);
      const random = randomFrom(seed * 7919);
      const { cables, circuits, ports } = network.plant;
      const all = [
        ...cables.map(({ id }) => `Cable/${id}`),
        ...cables.map(({ id }) => `Cable/${id}`),
        ...circuits.map((id) => `Circuit/${id}`),
        ...network.devices.map(({ id, kind }) => `${kind}/${id}`),
        ...ports.map(({ id }) => `Port/${id}`),
        'Site/sin1',
      ];
      const pick = (): string => all[Math.floor(random() * all.length)] ?? '';
      const trials = Array.from({ length: 3 }, () => Array.from({ length: 1 + Math.floor(random() * 3) }, pick));
      const impacts = await impactsOf(
        trials.map((of) => of.map((one) => (one === 'Site/sin1' ? `${one}-${seed}` : one))),
      );
      for (const [trial, of] of trials.entries()) {
        const lost: Lost = new Set(of.map((one) => one.slice(one.indexOf('/') + 1)));
        const impact = impacts[trial];
        const found = new Map(
          (impact.devices.items as readonly ShownDevice[]).map((one) => [
            one.device.name,
            {
              verdict: one.verdict,
              before: one.pathsBefore,
              after: one.pathsAfter,
              wasRedundant: one.wasRedundant,
              isRedundant: one.isRedundant,
            },
          ]),
        );
        const naive = naiveImpact(network, lost);
        // Of a facility that is cut off only those are told of that lose a connection themselves; all in it are cut off.
        const cutOff = (impact.sites.items as readonly { site: { name: string }; verdict: string }[])
          .filter(({ verdict }) => verdict === 'ISOLATED')
          .map(({ site: { name } }) => name);
        const isTold = (id: string): boolean => {
          const inSite = network.devices.find((one) => one.id === id)?.site;
          if (!cutOff.includes(`${inSite}-${seed}`)) return true;
          expect(naive.exits.has(id), `seed ${seed}, trial ${trial}: ${id} leads out`).toBe(false);
          return naive.losers.has(id);
        };
        const expected = new Map([...naive.devices].filter(([id]) => isTold(id)));
        for (const { verdict } of expected.values()) seen.set(verdict, (seen.get(verdict) ?? 0) + 1);
        expect(found, `seed ${seed}, trial ${trial}: ${of.join(' ')}`).toEqual(expected);
      }
    }
    if (PLANTS >= 24) expect([...seen.keys()].sort()).toEqual(['ISOLATED', 'REDUCED', 'REDUNDANCY_LOST', 'UNAFFECTED']);
  },
  60_000 + PLANTS * 3_000,
);
