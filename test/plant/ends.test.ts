import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyAll, binding, doc as manifest, role, userOf } from '../authz/world.ts';
import { startApp, type TestApp } from '../kit/app.ts';
import { undeclaredNames } from '../kit/undeclared-names.ts';
import { at, doc, host, named, refusals, site } from './documents.ts';

/*
 * fra1, rack r1 (10 U, feeds A and B): server n in U1–U2, strip pdu beside the units, panel in U5; iad1 with rack r2
 *   feed A (port fa of r1) ─── pdu-in ─ pdu ─ pdu-out ─── psu of n        n: eth, eth2        demarc d1 and d2 on r1, d3 on r2
 */
let app: TestApp;
const write = async (content: string): Promise<void> => expect((await app.apply(content)).userErrors).toEqual([]);
const port = (name: string, device: string, type: string): string =>
  doc(
    `Port/${name}`,
    { deviceRef: at(device), type, name },
    device.startsWith('Equipment') ? 'catalog.miloapis.com' : undefined,
  );
const cable = (name: string, a: string, z: string, media: string): string =>
  doc(`Cable/${name}`, { endpoints: [named(a), named(z)], media });
const power = (name: string, role: string, more: object = {}): string =>
  doc(`PowerPort/${name}`, { portRef: named(name), role, ...more });
const rack = (name: string, where: string, more: object = {}): string =>
  doc(`Rack/${name}`, { siteRef: named(where), heightU: 10, ...more });
const feeds = (...names: string[]) => ({ powerFeeds: names.map((name) => ({ name, voltage: 230 })) });
const equipment = (name: string, type: string, more: object = {}): string =>
  doc(`Equipment/${name}`, { siteRef: named('fra1'), type, ...more });
const inRack = (startUnit: number, unitHeight = 1) => ({
  placement: { rackRef: named('r1'), startUnit, unitHeight },
});
const circuit = (name: string, more: object, group?: string): string =>
  doc(`Circuit/${name}`, { providerRef: named('carrier'), type: 'ProviderCircuit', ...more }, group);
const OURS = 'catalog.miloapis.com';
const termination = (name: string, of: string, side: string, place: string, more: object = {}): string =>
  doc(`CircuitTermination/${name}`, { circuitRef: named(of), side, placeRef: at(place), ...more });
const reservation = (name: string, more: object = {}): string =>
  doc(`UnitReservation/${name}`, {
    rackRef: named('r1'),
    startUnit: 8,
    unitHeight: 2,
    requestedBy: 'Network team',
    reason: 'new spine',
    ...more,
  });

const base = [
  doc('Region/eu', { displayName: 'Europe' }),
  doc('Provider/carrier', { displayName: 'Carrier', type: 'Transit' }),
  site('fra1'),
  site('iad1'),
  rack('r1', 'fra1', feeds('A', 'B')),
  rack('r2', 'iad1'),
  rack('r3', 'fra1', { cage: 'C1', row: 'A', heightU: 20 }),
  host('n', inRack(1, 2)),
  host('later'),
  equipment('pdu', 'PowerDistributionUnit', { placement: { rackRef: named('r1'), unitHeight: 0 } }),
  equipment('panel', 'PatchPanel', inRack(5)),
  port('fa', 'Rack/r1', 'Power'),
  ...['pdu-in', 'pdu-out', 'pdu-out2'].map((name) => port(name, 'Equipment/pdu', 'Power')),
  port('psu', 'Node/n', 'Power'),
  port('psu2', 'Node/n', 'Power'),
  port('eth', 'Node/n', 'Ethernet'),
  doc('Port/opt', { deviceRef: at('Node/n'), type: 'Optical', name: 'opt', speed: '100G' }),
  port('eth2', 'Node/n', 'Ethernet'),
  port('d1', 'Rack/r1', 'Ethernet'),
  port('d2', 'Rack/r1', 'Ethernet'),
  port('d3', 'Rack/r2', 'Ethernet'),
  port('pp', 'Equipment/panel', 'PatchPanel'),
  doc('PassThroughPort/pp', { portRef: named('pp'), side: 'Front' }),
  power('fa', 'Feed', { feed: 'A', voltage: 230, ampsRated: 32, ratedWatts: 7360 }),
  power('pdu-in', 'Inlet', { ratedWatts: 7360, allocatedWatts: 1200 }),
  power('pdu-out', 'Outlet', { inletRef: named('pdu-in'), leg: 'A', ratedWatts: 2300 }),
  power('psu', 'Inlet', { ratedWatts: 750, allocatedWatts: 600 }),
  cable('feed', 'fa', 'pdu-in', 'Power'),
  cable('supply', 'pdu-out', 'psu', 'Power'),
  doc('ProviderNetwork/mpls', { providerRef: named('carrier'), serviceID: 'M-77' }),
  circuit('plain', { aEnd: at('Site/fra1'), zEnd: at('Port/eth2') }),
  circuit('oneSided', {}, OURS).replace('oneSided', 'one-sided'),
  termination('plain-a', 'plain', 'A', 'Port/d1', {
    crossConnectID: 'XC-17',
    patchPanel: 'MMR 2, panel 4, port 9',
    demarcation: 'up to the socket',
    distanceM: '1200',
    status: 'Provisioning',
  }),
  termination('one-a', 'one-sided', 'A', 'Site/iad1'),
  termination('one-z', 'one-sided', 'Z', 'ProviderNetwork/mpls'),
  cable('patch', 'd1', 'eth', 'Copper'),
  reservation('spine', { deviceRefs: [at('Node/later')] }),
  port('spare', 'Equipment/pdu', 'Power'),
  port('psu3', 'Node/n', 'Power'),
  cable('spare', 'spare', 'psu3', 'Power'),
].join('');

beforeAll(async () => {
  app = await startApp();
  await write(base);
});
afterAll(() => app.close());

test('what was applied is exported and applies again', async () => {
  const again = await app.apply(base);
  expect([...new Set(again.results.map(({ outcome }) => outcome))]).toEqual(['UNCHANGED']);
  const { data } = await app.execute(
    '{ circuits { nodes { name apiVersion } } circuit(name: "one-sided") { manifest(bare: true) } }',
  );
  expect(data.circuits.nodes).toEqual([
    { name: 'one-sided', apiVersion: 'catalog.miloapis.com/v1alpha1' },
    { name: 'plain', apiVersion: 'inventory.miloapis.com/v1alpha1' },
  ]);
  expect(await refusals(app, data.circuit.manifest)).toEqual([]);
});

test('a facility tells its cages and rows, and its ports by type and line rate, with those that are free', async () => {
  const { data } = await app.execute(`{ site(name: "fra1") {
    locations { cage row rackCount unitCount deviceCount }
    portCounts { type speed totalCount freeCount }
    racks(where: { cage: { eq: "C1" }, row: { eq: "A" } }) { totalCount }
    ports(where: { isConnected: { eq: false }, type: { eq: OPTICAL }, speed: { gte: 100e9 } }) { nodes { name } }
  } }`);
  expect(data).toEqual({
    site: {
      locations: [
        { cage: 'C1', row: 'A', rackCount: 1, unitCount: 20, deviceCount: 0 },
        { cage: null, row: null, rackCount: 1, unitCount: 10, deviceCount: 3 },
      ],
      portCounts: [
        { type: 'ETHERNET', speed: null, totalCount: 4, freeCount: 1 },
        { type: 'OPTICAL', speed: '100000000000', totalCount: 1, freeCount: 1 },
        { type: 'PATCH_PANEL', speed: null, totalCount: 1, freeCount: 1 },
        { type: 'POWER', speed: null, totalCount: 8, freeCount: 2 },
      ],
      racks: { totalCount: 1 },
      ports: { nodes: [{ name: 'opt' }] },
    },
  });
});

test('a rack counts the ports on itself and on its devices, a region those of its facilities', async () => {
  const { data } = await app.execute(`{
    racks(orderBy: [NAME_ASC]) { nodes { name portCounts { type totalCount freeCount } } }
    region(name: "eu") { portCounts { type totalCount freeCount } }
    sites { nodes { name portCounts { type totalCount freeCount } } } }`);
  const ofR1 = [
    { type: 'ETHERNET', totalCount: 4, freeCount: 1 },
    { type: 'OPTICAL', totalCount: 1, freeCount: 1 },
    { type: 'PATCH_PANEL', totalCount: 1, freeCount: 1 },
    { type: 'POWER', totalCount: 8, freeCount: 2 },
  ];
  const ofR2 = [{ type: 'ETHERNET', totalCount: 1, freeCount: 1 }];
  expect(data.racks.nodes).toEqual([
    { name: 'r1', portCounts: ofR1 },
    { name: 'r2', portCounts: ofR2 },
    { name: 'r3', portCounts: [] },
  ]);
  expect(data.sites.nodes.map(({ portCounts }: { portCounts: unknown }) => portCounts)).toEqual([ofR1, ofR2]);
  const [ethernet, ...others] = ofR1;
  expect(data.region.portCounts).toEqual([{ ...ethernet, totalCount: 5, freeCount: 2 }, ...others]);
});

test('who sees everything in a facility but the ports counts those that they see', async () => {
  await applyAll(
    app,
    [
      manifest('User', 'counts', { email: 'counts@example.com' }),
      role('sees-holders', 'inv/sites.get inv/racks.get inv/nodes.get inv/networkdevices.get catalog/equipment.get'),
      role('sees-ports', 'inv/ports.get'),
      binding('counts-holders', 'Site/fra1', 'sees-holders', userOf('counts')),
      binding('counts-ports', 'Equipment/pdu', 'sees-ports', userOf('counts')),
    ].join(''),
  );
  const counted = async (): Promise<unknown> =>
    (await app.as('counts').execute('{ site(name: "fra1") { portCounts { type totalCount } } }')).data.site.portCounts;
  expect(await counted()).toEqual([{ type: 'POWER', totalCount: 4 }]);
  await applyAll(app, binding('counts-site', 'Site/fra1', 'sees-ports', userOf('counts')));
  expect(await counted()).toEqual([
    { type: 'ETHERNET', totalCount: 4 },
    { type: 'OPTICAL', totalCount: 1 },
    { type: 'PATCH_PANEL', totalCount: 1 },
    { type: 'POWER', totalCount: 8 },
  ]);
});

describe('circuits end where they end', () => {
  test('from the circuit to its ends, and from every end to the circuit', async () => {
    const { data } = await app.execute(`{
      circuit(name: "plain") { aSite { name } zSite { name } distanceM terminations { nodes {
        side crossConnectID patchPanel demarcation status distanceM { text } labelValue(key: "topology.inventory.miloapis.com/site")
        place { ... on Port { name cable { name } farPort { name } isConnected } } } } }
      oneSided: circuit(name: "one-sided") { aSite { name } zSite { name } aEnd { ... on Site { name } } terminations { nodes { place { __typename } } } }
      iad1: site(name: "iad1") { circuits { nodes { name } } circuitTerminations { nodes { name } } }
      fra1: site(name: "fra1") { circuits { nodes { name } } }
      port(name: "d1") { circuits { nodes { name } } circuitTerminations { nodes { circuit { name } } } }
      far: port(name: "eth") { farPort { name circuits { nodes { zEnd { ... on Port { name } } } } } }
      providerNetwork(name: "mpls") { serviceID provider { name } circuitTerminations { nodes { circuit { name } } } }
      provider(name: "carrier") { providerNetworks { totalCount } }
      found: circuitTerminations(where: { place: { port: { name: { eq: "d1" } } }, status: { eq: PROVISIONING } }) { nodes { name } }
    }`);
    expect(data).toEqual({
      circuit: {
        aSite: { name: 'fra1' },
        zSite: { name: 'fra1' },
        distanceM: 1200,
        terminations: {
          nodes: [
            {
              side: 'A',
              crossConnectID: 'XC-17',
              patchPanel: 'MMR 2, panel 4, port 9',
              demarcation: 'up to the socket',
              status: 'PROVISIONING',
              distanceM: { text: '1200' },
              labelValue: 'fra1',
              place: { name: 'd1', cable: { name: 'patch' }, farPort: { name: 'eth' }, isConnected: true },
            },
          ],
        },
      },
      oneSided: {
        aSite: { name: 'iad1' },
        zSite: null,
        aEnd: null,
        terminations: { nodes: [{ place: { __typename: 'Site' } }, { place: { __typename: 'ProviderNetwork' } }] },
      },
      iad1: { circuits: { nodes: [{ name: 'one-sided' }] }, circuitTerminations: { nodes: [{ name: 'one-a' }] } },
      fra1: { circuits: { nodes: [{ name: 'plain' }] } },
      port: {
        circuits: { nodes: [{ name: 'plain' }] },
        circuitTerminations: { nodes: [{ circuit: { name: 'plain' } }] },
      },
      far: { farPort: { name: 'd1', circuits: { nodes: [{ zEnd: { name: 'eth2' } }] } } },
      providerNetwork: {
        serviceID: 'M-77',
        provider: { name: 'carrier' },
        circuitTerminations: { nodes: [{ circuit: { name: 'one-sided' } }] },
      },
      provider: { providerNetworks: { totalCount: 1 } },
      found: { nodes: [{ name: 'plain-a' }] },
    });
  });

  test.each([
    [
      'upstream’s manifest with one end',
      circuit('x', { aEnd: at('Site/fra1') }),
      'REQUIRED Circuit/x spec.zEnd: zEnd is missing (a Site or a Port; or apiVersion: catalog.miloapis.com/v1alpha1, for a circuit of which an end is not known)',
    ],
    [
      'a side twice',
      termination('x', 'plain', 'A', 'Site/fra1'),
      'SIDE_TAKEN CircuitTermination/x spec.side: this side of the circuit has a termination already: CircuitTermination/plain-a (the other side, or another circuit)',
    ],
    [
      'the demarcation of another circuit',
      circuit('y', {}, OURS) + termination('x', 'y', 'A', 'Port/d1'),
      'DEMARCATION_TAKEN CircuitTermination/x spec.placeRef.name: the port is the demarcation of another circuit: CircuitTermination/plain-a (a port at which no circuit terminates)',
    ],
    [
      'a side of which the circuit names the port itself',
      termination('x', 'plain', 'Z', 'Site/fra1'),
      'CIRCUIT_ENDS_ELSEWHERE CircuitTermination/x spec.placeRef: the circuit says that its end Z is at Port/eth2 (no termination of that side)',
    ],
    [
      'another site than the circuit says',
      termination('plain-a', 'plain', 'A', 'Port/d3'),
      'CIRCUIT_ENDS_ELSEWHERE CircuitTermination/plain-a spec.placeRef: the circuit says that its end A is in Site/fra1 (Site/fra1, or a port in it)',
    ],
    [
      'a circuit that moves away from its termination',
      circuit('plain', { aEnd: at('Site/iad1'), zEnd: at('Port/eth2') }),
      'TERMINATES_ELSEWHERE Circuit/plain spec.aEnd: CircuitTermination/plain-a says where end A is (the site in which that termination is, or nothing)',
    ],
    [
      'two lengths',
      termination('one-a', 'one-sided', 'A', 'Site/iad1', { distanceM: '7' }) +
        termination('one-z', 'one-sided', 'Z', 'ProviderNetwork/mpls', { distanceM: '8' }),
      'DISTANCE_DIFFERS CircuitTermination/one-a spec.distanceM: CircuitTermination/one-z says 8 m (8, or nothing at one of the ends)',
    ],
    [
      'a power port as demarcation',
      termination('one-a', 'one-sided', 'A', 'Port/psu2'),
      'NOT_A_TERMINATIONS_PORT CircuitTermination/one-a spec.placeRef.name: port psu2 is a power port (a port that carries data, is for no console, on no panel, and at which no circuit ends)',
    ],
    [
      'a console port as demarcation (cable-trace.md 2.3)',
      doc('Port/con', { deviceRef: at('Node/n'), type: 'Serial', name: 'con' }) +
        termination('one-a', 'one-sided', 'A', 'Port/con'),
      'NOT_A_TERMINATIONS_PORT CircuitTermination/one-a spec.placeRef.name: port con is a serial port: a console meets no circuit (a port that carries data, is for no console, on no panel, and at which no circuit ends)',
    ],
    [
      'a port of a panel as demarcation',
      termination('one-a', 'one-sided', 'A', 'Port/pp'),
      'NOT_A_TERMINATIONS_PORT CircuitTermination/one-a spec.placeRef.name: port pp belongs to a panel, as PassThroughPort/pp says (a port that carries data, is for no console, on no panel, and at which no circuit ends)',
    ],
    [
      'a port that a circuit names as demarcation',
      termination('one-a', 'one-sided', 'A', 'Port/eth2'),
      'NOT_A_TERMINATIONS_PORT CircuitTermination/one-a spec.placeRef.name: Circuit/plain ends at port eth2 itself (a port that carries data, is for no console, on no panel, and at which no circuit ends)',
    ],
    [
      'a demarcation that becomes part of a panel',
      doc('PassThroughPort/x', { portRef: named('d1'), side: 'Front' }),
      'TERMINATION_HERE PassThroughPort/x spec.portRef.name: port d1 is the demarcation of CircuitTermination/plain-a (another port, or a termination at another place)',
    ],
    [
      'a demarcation that becomes a power port',
      port('d1', 'Rack/r1', 'Power'),
      'TERMINATION_HERE Port/d1 spec.type: port d1 is the demarcation of CircuitTermination/plain-a (another port, or a termination at another place)',
    ],
    [
      'a circuit that takes a demarcation',
      circuit('x', { aEnd: at('Port/d1'), zEnd: at('Site/iad1') }),
      'TERMINATION_HERE Circuit/x spec: port d1 is the demarcation of CircuitTermination/plain-a (another port, or a termination at another place)',
    ],
    [
      'an end of a cable that is a demarcation and a server',
      doc(
        'Cable/x',
        { endpoints: [{ name: 'pp' }, { name: 'd2', side: 'B' }, { name: 'd3', side: 'B' }], media: 'Copper' },
        OURS,
      ) + termination('one-a', 'one-sided', 'A', 'Port/d3'),
      'ENDS_OF_SEVERAL_KINDS Cable/x spec.endpoints: ports d2, d3 at one end are of several kinds (at one end only interfaces, only consoles, only ports of console servers, only fronts or only rears of panels, only ends of circuits, only inlets, only outlets or only feeds)',
    ],
  ])('refused: %s', async (_what, content, refusal) => {
    expect(await refusals(app, content)).toContain(refusal);
  });

  /*
   * e1 ─┐
   *     ├─ wide ── pp2 of panel      e1, e2: ports of rack r1, the demarcations of two circuits
   * e2 ─┘
   */
  test('what several connectors of a cable are plugged into stays of one kind, whatever becomes of a termination', async () => {
    const ends = [...['e1', 'e2', 'e3'].map((name) => port(name, 'Rack/r1', 'Ethernet')), circuit('w1', {}, OURS)];
    const wide = doc(
      'Cable/wide',
      { endpoints: [{ name: 'pp2' }, { name: 'e1', side: 'B' }, { name: 'e2', side: 'B' }], media: 'Copper' },
      OURS,
    );
    await write([...ends, circuit('w2', {}, OURS), port('pp2', 'Equipment/panel', 'PatchPanel'), wide].join(''));
    const [first, second] = [termination('w1', 'w1', 'A', 'Port/e1'), termination('w2', 'w2', 'A', 'Port/e2')];
    const refused = (subject: string, path: string): string =>
      `ENDS_OF_SEVERAL_KINDS ${subject} ${path}: Cable/wide: ports e1, e2 at one end are of several kinds (${oneKind})`;
    expect(await refusals(app, first)).toEqual([refused('CircuitTermination/w1', 'spec.placeRef.name')]);
    await write(first + second);
    expect(await refusals(app, termination('w1', 'w1', 'A', 'Port/e3'))).toEqual([
      refused('CircuitTermination/w1', 'spec.placeRef.name'),
    ]);
    expect(
      await refusals(app, termination('w1', 'w1', 'A', 'Port/e2') + termination('w2', 'w2', 'A', 'Port/e1')),
    ).toEqual([]);
    const remove = async (...names: readonly string[]): Promise<string[]> => {
      const objects = names.map((one) => ({ kind: one.split('/')[0], name: one.split('/')[1] }));
      const { data } = await app.execute(
        'mutation ($input: DeleteInput!) { delete(input: $input) { userErrors { code subject field message accepted } } }',
        { input: { validateOnly: true, cascade: true, objects } },
      );
      return data.delete.userErrors.map(
        (one: Record<string, string>) => `${one.code} ${one.subject} ${one.field}: ${one.message} (${one.accepted})`,
      );
    };
    expect(await remove('CircuitTermination/w1')).toEqual([refused('CircuitTermination/w1', 'null')]);
    expect(await remove('CircuitTermination/w1', 'CircuitTermination/w2')).toEqual([]);
    expect(await remove('CircuitTermination/w1', 'Cable/wide')).toEqual([]);
    expect(await remove('Circuit/w1')).toEqual([refused('CircuitTermination/w1', 'null')]);
  });

  test('a service of this catalog is linked both ways, anything else is kept as text with a warning', async () => {
    const of = (name: string, apiGroup: string, kind: string): string =>
      circuit('plain', {
        aEnd: at('Site/fra1'),
        zEnd: at('Port/eth2'),
        serviceRef: { apiGroup, kind, name },
      });
    await write(
      doc('Organization/o', { type: 'Standard' }, 'resourcemanager.miloapis.com') +
        doc('Project/p', { ownerRef: at('Organization/o') }, 'resourcemanager.miloapis.com') +
        doc(
          'Service/edge',
          {
            serviceName: 'edge.example.com',
            displayName: 'Edge',
            phase: 'Published',
            owner: { producerProjectRef: named('p') },
          },
          'services.miloapis.com',
        ),
    );
    const elsewhere = await app.apply(of('backbone', 'networking.example.com', 'Network'));
    expect(elsewhere.results.flatMap(({ warnings }) => warnings)).toEqual([
      {
        code: 'SERVICE_ELSEWHERE',
        message: 'Network/backbone of networking.example.com is no service of this catalog: its name is kept as a text',
      },
    ]);
    const ask =
      '{ circuit(name: "plain") { service { name } serviceRef { name } } service(name: "edge") { circuits { nodes { name } } } }';
    expect((await app.execute(ask)).data).toEqual({
      circuit: { service: null, serviceRef: { name: 'backbone' } },
      service: { circuits: { nodes: [] } },
    });
    for (const name of ['edge', 'edge.example.com']) {
      const linked = await app.apply(of(name, 'services.miloapis.com', 'Service'));
      expect(linked.results.flatMap(({ warnings }) => warnings)).toEqual([]);
      expect((await app.execute(ask)).data).toEqual({
        circuit: { service: { name: 'edge' }, serviceRef: { name } },
        service: { circuits: { nodes: [{ name: 'plain' }] } },
      });
    }
  });
});

const oneKind =
  'at one end only interfaces, only consoles, only ports of console servers, only fronts or only rears of panels, only ends of circuits, only inlets, only outlets or only feeds';
/** A power cable from two ports, of which the second is new, to port x. */
const endOf = (first: string, second: string): string =>
  (second === 'psu2' ? '' : port(second, 'Equipment/pdu', 'Power')) +
  power(first, 'Outlet') +
  doc(
    'Cable/x',
    {
      endpoints: [
        { ...named(first), side: 'A' },
        { ...named(second), side: 'A' },
        { ...named('x'), side: 'B' },
      ],
      media: 'Power',
    },
    OURS,
  );

describe('power', () => {
  test('a port shows in which direction power flows, and how much; feeds of racks are ends like others', async () => {
    const { data } = await app.execute(`{
      feed: port(name: "fa") { powerRole powerFeed voltage ampsRated ratedWatts farPort { name device { ... on Equipment { name } } } }
      outlet: port(name: "pdu-out") { powerRole powerLeg inlet { name port { name cable { name } } } farPort { name allocatedWatts } }
      inlet: powerPort(name: "pdu-in") { outlets { nodes { name } } }
      untold: port(name: "psu2") { powerRole ratedWatts powerPort { name } }
      ports(where: { powerRole: { eq: INLET }, allocatedWatts: { gt: 500 } }) { totalCount nodes { name } }
    }`);
    expect(data).toEqual({
      feed: {
        powerRole: 'FEED',
        powerFeed: 'A',
        voltage: 230,
        ampsRated: 32,
        ratedWatts: 7360,
        farPort: { name: 'pdu-in', device: { name: 'pdu' } },
      },
      outlet: {
        powerRole: 'OUTLET',
        powerLeg: 'A',
        inlet: { name: 'pdu-in', port: { name: 'pdu-in', cable: { name: 'feed' } } },
        farPort: { name: 'psu', allocatedWatts: 600 },
      },
      inlet: { outlets: { nodes: [{ name: 'pdu-out' }] } },
      untold: { powerRole: null, ratedWatts: null, powerPort: null },
      ports: { totalCount: 2, nodes: [{ name: 'pdu-in' }, { name: 'psu' }] },
    });
  });

  /*
   * feed A of rp, three phases ── in ─ strip ─ o0 (A) ── s1    says 300 and at most 500 W
   *                                        ├─ o1 (B) ── s2    says 100 W
   *                                        ├─ o2 (C) ── sub-in ─ sub ─ sub-o (A) ── s3    says at most 50 W
   *                                        └─ o3 (A)
   */
  test('what hangs on a port draws through it, strip by strip, and by the first leg on the way', async () => {
    const there = { siteRef: named('iad1') };
    const strip = (name: string): string => doc(`Equipment/${name}`, { ...there, type: 'PowerDistributionUnit' });
    const on = (device: string, name: string, role: string, more: object = {}): string =>
      port(name, device, 'Power') + power(name, role, more);
    const outlet = (name: string, leg: string): string =>
      on('Equipment/strip', name, 'Outlet', { leg, inletRef: named('in') });
    await write(
      [
        rack('rp', 'iad1', {
          powerFeeds: [
            { name: 'A', phase: 'ThreePhase', voltage: 400, ampsRated: 16 },
            { name: 'B', voltage: 230, ampsRated: 16 },
            { name: 'C' },
          ],
        }),
        ...[strip('strip'), strip('sub'), ...['s1', 's2', 's3'].map((name) => host(name, there))],
        on('Rack/rp', 'fp-a', 'Feed', { feed: 'A' }),
        on('Rack/rp', 'fp-b', 'Feed', { feed: 'B', ampsRated: 10 }),
        on('Rack/rp', 'fp-c', 'Feed', { feed: 'C' }),
        on('Equipment/strip', 'in', 'Inlet'),
        ...[outlet('o0', 'A'), outlet('o1', 'B'), outlet('o2', 'C'), outlet('o3', 'A')],
        on('Equipment/sub', 'sub-in', 'Inlet', { voltage: 230, ampsRated: 10 }),
        on('Equipment/sub', 'sub-o', 'Outlet', { leg: 'A', inletRef: named('sub-in') }),
        on('Node/s1', 's1', 'Inlet', { ratedWatts: 500, allocatedWatts: 300 }),
        on('Node/s2', 's2', 'Inlet', { allocatedWatts: 100 }),
        on('Node/s3', 's3', 'Inlet', { ratedWatts: 50 }),
        port('untold', 'Node/s3', 'Power'),
        ...[cable('w0', 'fp-a', 'in', 'Power'), cable('w1', 's1', 'o0', 'Power'), cable('w2', 'o1', 's2', 'Power')],
        doc('Cable/w3', { endpoints: [named('o2'), named('sub-in')], media: 'Power', status: 'Planned' }, OURS),
        ...[cable('w4', 'sub-o', 's3', 'Power'), cable('w5', 'o3', 'untold', 'Power')],
      ].join(''),
    );
    const names = ['fp-a', 'fp-b', 'fp-c', 'in', 'o0', 'o2', 'o3', 's1', 's3', 'sub-in', 'untold'];
    const { data } = await app.execute(
      `query ($names: [String!]) { ports(where: { name: { in: $names } }) { nodes {
        name powerDraw { allocatedWatts maximumWatts availableWatts legs { leg allocatedWatts maximumWatts } } } } }`,
      { names },
    );
    interface Draw {
      readonly allocatedWatts: number;
      readonly maximumWatts: number;
      readonly availableWatts?: number | null;
      readonly legs?: readonly (Draw & { readonly leg: string })[];
    }
    const told = ({ name, powerDraw }: { readonly name: string; readonly powerDraw: Draw | null }): string => {
      if (powerDraw === null) return `${name} nothing`;
      const { allocatedWatts, maximumWatts, availableWatts, legs = [] } = powerDraw;
      const ofLegs = legs.map((one) => ` ${one.leg} ${one.allocatedWatts}/${one.maximumWatts}`);
      return `${name} ${allocatedWatts}/${maximumWatts} of ${availableWatts}${ofLegs.join('')}`;
    };
    expect(data.ports.nodes.map(told)).toEqual([
      'fp-a 400/550 of 11085 A 300/500 B 100/0 C 0/50',
      'fp-b 0/0 of 2300',
      'fp-c 0/0 of null',
      'in 400/550 of null A 300/500 B 100/0 C 0/50',
      'o0 300/500 of null A 300/500',
      'o2 0/50 of null C 0/50',
      'o3 0/0 of null',
      's1 300/500 of 500',
      's3 0/50 of 50',
      'sub-in 0/50 of 2300 A 0/50',
      'untold nothing',
    ]);
    // A strip that says what it draws draws that; a strip in itself draws no more than what hangs on it.
    await write(power('in', 'Inlet', { ratedWatts: 3000, allocatedWatts: 1500 }));
    await write(
      on('Equipment/sub', 'sub-o2', 'Outlet', { inletRef: named('sub-in') }) +
        doc('Cable/w3', { endpoints: [named('sub-o2'), named('sub-in')], media: 'Power' }, OURS),
    );
    const again =
      await app.execute(`{ feed: port(name: "fp-a") { name powerDraw { allocatedWatts maximumWatts availableWatts legs { leg allocatedWatts maximumWatts } } }
      ring: port(name: "sub-in") { name powerDraw { allocatedWatts maximumWatts availableWatts legs { leg allocatedWatts maximumWatts } } } }`);
    expect([told(again.data.feed), told(again.data.ring)]).toEqual([
      'fp-a 1500/3000 of 11085',
      'sub-in 0/50 of 2300 A 0/50',
    ]);
  });

  test('more watts than an Int holds are told as what it holds at most', async () => {
    const there = { siteRef: named('vast') };
    const vast = { phase: 'ThreePhase', voltage: 32_767, ampsRated: 32_767 };
    const inlet = (name: string): string =>
      port(name, `Node/${name}`, 'Power') +
      power(name, 'Inlet', { ratedWatts: 1_000_000_000, allocatedWatts: 1_000_000_000 });
    const servers = ['v1', 'v2', 'v3'];
    await write(
      [
        site('vast'),
        rack('vast', 'vast', { powerFeeds: ['A', 'B'].map((name) => ({ name, ...vast })) }),
        doc('Equipment/vast', { ...there, type: 'PowerDistributionUnit' }),
        ...[port('vf', 'Rack/vast', 'Power'), power('vf', 'Feed', { feed: 'A' })],
        ...[port('vi', 'Equipment/vast', 'Power'), power('vi', 'Inlet'), cable('vc', 'vf', 'vi', 'Power')],
        ...servers.flatMap((name) => [
          host(name, there) + inlet(name) + port(`o-${name}`, 'Equipment/vast', 'Power'),
          power(`o-${name}`, 'Outlet', { inletRef: named('vi'), leg: 'A' }),
          cable(`c-${name}`, `o-${name}`, name, 'Power'),
        ]),
      ].join(''),
    );
    const { data } = await app.execute(`{
      port(name: "vf") { powerDraw { allocatedWatts maximumWatts availableWatts legs { leg allocatedWatts maximumWatts } } }
      site(name: "vast") { capacity { ratedWatts maximumWatts allocatedWatts } }
    }`);
    const most = 2_147_483_647;
    const figures = { allocatedWatts: most, maximumWatts: most };
    expect(data).toEqual({
      port: { powerDraw: { ...figures, availableWatts: 1_859_661_883, legs: [{ leg: 'A', ...figures }] } },
      site: { capacity: { ratedWatts: most, ...figures } },
    });
  });

  test('what a caller may not see of the way draws nothing: cables, ports, or what is said of them', async () => {
    const every = ['racks', 'nodes', 'equipment', 'ports', 'cables', 'powerports'];
    const permissions = (kinds: readonly string[]): string =>
      kinds.map((one) => `${['equipment', 'powerports'].includes(one) ? 'catalog' : 'inv'}/${one}.get`).join(' ');
    const callers = {
      all: every,
      ...Object.fromEntries(
        ['ports', 'cables', 'powerports'].map((kind) => [`no-${kind}`, every.filter((one) => one !== kind)]),
      ),
    };
    await applyAll(
      app,
      [
        role('reads-rack', permissions(every)),
        ...Object.entries(callers).flatMap(([name, held]) => [
          role(`reads-${name}`, permissions(held)),
          manifest('User', name, { email: `${name}@example.com` }),
          binding(`${name}-there`, 'Region/eu', `reads-${name}`, userOf(name)),
          // The feed itself is seen by all of them.
          binding(`${name}-rack`, 'Rack/rp', 'reads-rack', userOf(name)),
        ]),
      ].join(''),
    );
    const ask = `{ feed: port(name: "fp-a") { powerDraw { allocatedWatts maximumWatts } }
      outlet: port(name: "o0") { powerDraw { allocatedWatts maximumWatts } } }`;
    const drawn = Object.keys(callers).map(async (name): Promise<[string, unknown]> => {
      const { data } = await app.as(name).execute(ask);
      return [name, [data.feed?.powerDraw, data.outlet?.powerDraw]];
    });
    const nothing = { allocatedWatts: 0, maximumWatts: 0 };
    const strip = { allocatedWatts: 1500, maximumWatts: 3000 };
    const server = { allocatedWatts: 300, maximumWatts: 500 };
    expect(Object.fromEntries(await Promise.all(drawn))).toEqual({
      all: [strip, server],
      'no-ports': [nothing, undefined],
      // The cable of the feed is seen from the rack at its one end.
      'no-cables': [strip, nothing],
      'no-powerports': [nothing, null],
    });
  });

  test.each([
    [
      'more than it is rated for',
      power('psu', 'Inlet', { ratedWatts: 5, allocatedWatts: 6 }),
      'ALLOCATED_ABOVE_RATED PowerPort/psu spec.allocatedWatts: 6 W are allocated, and the port is rated for 5 W (at most 5)',
    ],
    [
      'more watts than there are anywhere',
      power('psu', 'Inlet', { ratedWatts: 1_000_000_001 }),
      'TOO_LARGE PowerPort/psu spec.ratedWatts: ratedWatts is 1000000001; accepted: at most 1000000000 (at most 1000000000)',
    ],
    [
      'a feed without its name',
      power('fa', 'Feed'),
      'REQUIRED PowerPort/fa spec.feed: feed is missing: the port is where a feed arrives (the name of a feed of the rack)',
    ],
    [
      'a feed that is none',
      power('psu', 'Inlet', { feed: 'A' }),
      'NOT_A_FEED PowerPort/psu spec.feed: only a feed has the name of one (nothing, or the role Feed)',
    ],
    [
      'an inlet with an inlet',
      power('psu', 'Inlet', { inletRef: named('pdu-in') }),
      'NOT_AN_OUTLET PowerPort/psu spec.inletRef: only an outlet gets its power from an inlet (nothing, or the role Outlet)',
    ],
    [
      'a port of another type',
      power('eth', 'Inlet'),
      'NOT_A_POWER_PORT PowerPort/eth spec.portRef.name: port eth is of type Ethernet (a port of type Power)',
    ],
    [
      'a power port that becomes another',
      port('pdu-out', 'Equipment/pdu', 'Serial'),
      'POWER_DECLARED Port/pdu-out spec.type: PowerPort/pdu-out says what power flows through the port (Power)',
    ],
    [
      'a second declaration',
      doc('PowerPort/x', { portRef: named('psu'), role: 'Inlet' }),
      'POWER_DECLARED_TWICE PowerPort/x spec.portRef.name: what power flows through the port has been stated already: PowerPort/psu (a port of which no other PowerPort speaks)',
    ],
    [
      'a feed that the rack does not have',
      power('fa', 'Feed', { feed: 'C' }),
      'NO_SUCH_FEED PowerPort/fa spec.feed: Rack/r1 has no feed C (A or B)',
    ],
    [
      'a feed on a server',
      power('psu2', 'Feed', { feed: 'A' }),
      'FEED_OF_NO_RACK PowerPort/psu2 spec.portRef.name: port psu2 is on no rack: a feed arrives at one (a port of the rack itself)',
    ],
    [
      'a rack without the feed that arrives',
      rack('r1', 'fra1', feeds('B')),
      'FEED_IN_USE Rack/r1 spec.powerFeeds: PowerPort/fa is where feed A arrives (powerFeeds with one named A)',
    ],
    [
      'an inlet of another device',
      power('pdu-out', 'Outlet', { inletRef: named('psu') }),
      'NOT_ITS_INLET PowerPort/pdu-out spec.inletRef.name: PowerPort/psu is on another device (an inlet of the same device)',
    ],
    [
      'an inlet that becomes an outlet under its outlets',
      power('pdu-in', 'Outlet'),
      'INLET_IN_USE PowerPort/pdu-in spec.role: PowerPort/pdu-out gets its power from here (Inlet)',
    ],
    [
      'outlet to outlet',
      power('pdu-out2', 'Outlet') + cable('supply', 'pdu-out', 'pdu-out2', 'Power'),
      'POWER_AGAINST_THE_FLOW Cable/supply spec.endpoints[1].name: port pdu-out is an outlet, and port pdu-out2 as well (an inlet at one end, and a feed or an outlet at the other)',
    ],
    [
      'an inlet that becomes an outlet under its cable',
      power('psu', 'Outlet'),
      'POWER_AGAINST_THE_FLOW PowerPort/psu spec.role: Cable/supply: port pdu-out is an outlet, and port psu as well (an inlet at one end of the cable, and a feed or an outlet at the other)',
    ],
    [
      'an outlet and an inlet at one end',
      port('x', 'Node/later', 'Power') + endOf('pdu-out2', 'psu2') + power('psu2', 'Inlet'),
      `ENDS_OF_SEVERAL_KINDS Cable/x spec.endpoints: ports pdu-out2, psu2 at one end are of several kinds (${oneKind})`,
    ],
    [
      'an outlet that becomes an inlet beside another',
      port('x', 'Node/later', 'Power') + endOf('pdu-out2', 'pdu-out3') + power('pdu-out3', 'Inlet'),
      `ENDS_OF_SEVERAL_KINDS PowerPort/pdu-out3 spec.role: Cable/x: ports pdu-out2, pdu-out3 at one end are of several kinds (${oneKind})`,
    ],
    [
      'the inlet of a strip and a server of which nobody has said anything',
      port('pdu-in2', 'Equipment/pdu', 'Power') + power('pdu-in2', 'Inlet') + cable('x', 'pdu-in2', 'psu2', 'Power'),
      'POWER_FROM_NOWHERE Cable/x spec.endpoints[1].name: ports pdu-in2 and psu2 all take power: they are inlets, or on servers or network devices (an outlet at one end: a power port of a rack or of equipment, or one of which a PowerPort says that it is an outlet)',
    ],
    [
      'an inlet where a strip had a port of which nobody had said anything',
      power('spare', 'Inlet'),
      'POWER_FROM_NOWHERE PowerPort/spare spec.role: no other end of Cable/spare gives power (Outlet, as long as the cable is there)',
    ],
    [
      'an outlet that becomes an inlet under its cable',
      power('pdu-out', 'Inlet'),
      'POWER_AGAINST_THE_FLOW PowerPort/pdu-out spec.role: Cable/supply: port pdu-out is an inlet, and port psu as well (an inlet at one end of the cable, and a feed or an outlet at the other)',
    ],
    [
      'power into a data port',
      cable('x', 'psu2', 'eth', 'Power'),
      'MEDIA_MISMATCH Cable/x spec.endpoints[1].name: a Power cable does not fit port eth of type Ethernet (a port of type Power)',
    ],
  ])('refused: %s', async (_what, content, refusal) => {
    expect(await refusals(app, content)).toContain(refusal);
  });

  describe('a server may give power where a PowerPort says so', () => {
    const outlet =
      port('hub-out', 'Node/n', 'Power') + power('hub-out', 'Outlet') + cable('hub', 'hub-out', 'hub-in', 'Power');
    const inlet = port('hub-in', 'Node/later', 'Power') + power('hub-in', 'Inlet');
    const remove = async (names: readonly string[], validateOnly = true): Promise<object[]> => {
      const objects = names.map((one) => ({ kind: one.split('/')[0], name: one.split('/')[1] }));
      const { data } = await app.execute(
        'mutation ($input: DeleteInput!) { delete(input: $input) { userErrors { code subject field message accepted } } }',
        { input: { validateOnly, cascade: true, objects } },
      );
      return data.delete.userErrors;
    };
    beforeAll(() => write(inlet + outlet));
    afterAll(async () => expect(await remove(['Cable/hub', 'Port/hub-out', 'Port/hub-in'], false)).toEqual([]));

    test('and its cable leads to what takes it', async () => {
      const { data } = await app.execute(`{ port(name: "hub-out") { powerRole farPort { name powerRole } } }`);
      expect(data).toEqual({ port: { powerRole: 'OUTLET', farPort: { name: 'hub-in', powerRole: 'INLET' } } });
    });

    test('refused: an inlet where it was', async () => {
      expect(await refusals(app, power('hub-out', 'Inlet'))).toContain(
        'POWER_FROM_NOWHERE PowerPort/hub-out spec.role: no other end of Cable/hub gives power (Outlet, as long as the cable is there)',
      );
    });

    test('it gives power as long as the cable is there', async () => {
      expect(await remove(['PowerPort/hub-out'])).toEqual([
        {
          code: 'POWER_FROM_NOWHERE',
          subject: 'PowerPort/hub-out',
          field: null,
          message: 'no other end of Cable/hub gives power',
          accepted: 'a port without a cable',
        },
      ]);
      expect(await remove(['PowerPort/hub-in'])).toEqual([]);
      expect(await remove(['PowerPort/hub-out', 'Cable/hub'])).toEqual([]);
      expect(await remove(['Port/hub-out', 'Cable/hub'])).toEqual([]);
    });
  });
});

describe('reserved units', () => {
  test('a rack lists what is reserved in it, and for which device', async () => {
    const { data } = await app.execute(`{
      rack(name: "r1") { reservations { nodes { startUnit unitHeight face requestedBy reason until devices { nodes { ... on ComputeNode { name } } } } } }
      computeNode(name: "later") { reservations { nodes { name } } }
    }`);
    expect(data).toEqual({
      rack: {
        reservations: {
          nodes: [
            {
              startUnit: 8,
              unitHeight: 2,
              face: null,
              requestedBy: 'Network team',
              reason: 'new spine',
              until: null,
              devices: { nodes: [{ name: 'later' }] },
            },
          ],
        },
      },
      computeNode: { reservations: { nodes: [{ name: 'spine' }] } },
    });
  });

  test.each([
    [
      'a device that it is not for',
      host('n', inRack(9)),
      'UNITS_RESERVED Node/n spec.placement.startUnit: UnitReservation/spine keeps U8–U9 (units that are not reserved, or a device that the reservation is for)',
    ],
    [
      'another reservation of the same units',
      reservation('x', { startUnit: 9, face: 'Rear' }),
      'UNITS_RESERVED UnitReservation/x spec.startUnit: UnitReservation/spine has U8–U9 (units that no other reservation holds)',
    ],
    [
      'units that are taken',
      reservation('x', { startUnit: 1 }),
      'UNITS_TAKEN UnitReservation/x spec.startUnit: Node/n has U1–U2 (units that are free, or a reservation for that device)',
    ],
    [
      'units beyond the rack',
      reservation('x', { startUnit: 10 }),
      'UNITS_OUTSIDE_RACK UnitReservation/x spec.startUnit: U11 is beyond rack r1, which has 10 units (units up to U10)',
    ],
    [
      'a rack that is lowered below them',
      rack('r1', 'fra1', { heightU: 8, ...feeds('A', 'B') }),
      'RACK_TOO_LOW Rack/r1 spec.heightU: UnitReservation/spine holds units up to U9 (at least 9)',
    ],
    [
      'a third of a unit',
      reservation('x', { startUnit: 3.3 }),
      'NOT_A_HALF_UNIT UnitReservation/x spec.startUnit: startUnit is 3.3 (3 or 3.5)',
    ],
    [
      'that the device it is for stands there, but is not named any more',
      host('later', inRack(8)) + reservation('spine'),
      'UNITS_TAKEN UnitReservation/spine spec.startUnit: Node/later has U8–U8 (units that are free, or a reservation for that device)',
    ],
  ])('refused: %s', async (_what, content, refusal) => {
    expect(await refusals(app, content)).toContain(refusal);
  });

  test('accepted: the device that it is for; any device once it has ended, or on the other side', async () => {
    expect(await refusals(app, host('later', inRack(8)))).toEqual([]);
    const ended = reservation('spine', { until: '2026-01-01T00:00:00Z' });
    expect(await refusals(app, ended + host('n', inRack(9)))).toEqual([]);
    const rear = reservation('spine', { face: 'Rear' });
    expect(await refusals(app, rear + host('n', inRack(9)))).toEqual([]);
  });
});

test('of 64 who want one side, one demarcation, one declaration or the same units, one gets it', async () => {
  const free = Array.from({ length: 64 }, (_, index) => circuit(`race${index}`, {}, OURS)).join('');
  await write(free + circuit('raced', {}, OURS));
  const race = async (write: (index: number) => string): Promise<Record<string, number>> => {
    const answers = await Promise.all(Array.from({ length: 64 }, (_, index) => app.apply(write(index))));
    const told: Record<string, number> = {};
    for (const { userErrors } of answers) {
      const codes = userErrors.map(({ code }) => code).join();
      told[codes] = (told[codes] ?? 0) + 1;
    }
    return told;
  };
  expect(await race((n) => termination(`side${n}`, 'raced', 'A', 'Site/fra1'))).toEqual({ '': 1, SIDE_TAKEN: 63 });
  expect(await race((n) => termination(`port${n}`, `race${n}`, 'A', 'Port/d2'))).toEqual({
    '': 1,
    DEMARCATION_TAKEN: 63,
  });
  expect(await race((n) => doc(`PowerPort/race${n}`, { portRef: named('psu2'), role: 'Inlet' }))).toEqual({
    '': 1,
    POWER_DECLARED_TWICE: 63,
  });
  expect(await race((n) => reservation(`race${n}`, { startUnit: 3 + (n % 2) / 2, unitHeight: 1.5 }))).toEqual({
    '': 1,
    UNITS_RESERVED: 63,
  });
});

test('all that refusals name is said to be a name, to be left out for those who may not know it', async () => {
  // Words of sentences that are also names here.
  const words = /^\w+: (in|feed|panel) in /;
  expect((await undeclaredNames(app)).filter((text) => !words.test(text))).toEqual([]);
});
