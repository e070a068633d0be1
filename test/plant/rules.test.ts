import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../kit/app.ts';
import { undeclaredNames } from '../kit/undeclared-names.ts';
import { refusals } from './documents.ts';

/*
 * rack r1 (10 U, site fra)      d1 U1-2: o1 o2 o3 w1      d2 U10: o4 o5 g1(Front)      panel: f1 f3 (Front), f2, b1 (Rear, 2)
 *   c1: o1 ─── f2               m1: f1.1 ─ b1.2            k1: o2 ─── site iad
 *   chassis n1, slot 1: n2      n9 in iad
 */
let app: TestApp;
const group = (kind: string): string =>
  ['PassThroughPort', 'PortMapping', 'CableProfile', 'DeviceSlot', 'Equipment', 'UnitReservation'].includes(kind)
    ? 'catalog.miloapis.com'
    : 'inventory.miloapis.com';
const doc = (of: string, spec: object, inGroup?: string): string => {
  const [kind = '', name = ''] = of.split('/');
  return `---\n${JSON.stringify({ apiVersion: `${inGroup ?? group(kind)}/v1alpha1`, kind, metadata: { name }, spec })}\n`;
};
const named = (name: string) => ({ name });
const at = (kind: string, name: string) => ({ kind, name });
const placed = (startUnit: number, unitHeight = 1) => ({ placement: { rackRef: named('r1'), startUnit, unitHeight } });
const device = (name: string, more: object = {}): string =>
  doc(`NetworkDevice/${name}`, { clusterRef: named('c'), siteRef: named('fra'), role: 'Leaf', ...more });
const host = (name: string, more: object = {}): string =>
  doc(`Node/${name}`, {
    siteRef: named('fra'),
    hardware: { cpuCores: 4, cpuArchitecture: 'amd64', memoryBytes: 1024 },
    ...more,
  });
const port = (name: string, on: object, type: string, more: object = {}): string =>
  doc(`Port/${name}`, { deviceRef: on, type, name, ...more });
const [d1, d2, r1, n1] = [at('NetworkDevice', 'd1'), at('NetworkDevice', 'd2'), at('Rack', 'r1'), at('Node', 'n1')];
const rack = (heightU: number, more: object = {}): string =>
  doc('Rack/r1', { siteRef: named('fra'), heightU, ...more });
const opening = (name: string, side: string, positions = 1): string =>
  doc(`PassThroughPort/${name}`, { portRef: named(name), side, positions });
const mapping = (name: string, front: string, frontPosition: number, rear: string, rearPosition: number): string =>
  doc(`PortMapping/${name}`, { frontPortRef: named(front), frontPosition, rearPortRef: named(rear), rearPosition });
const cable = (name: string, ends: readonly string[], more: object = {}): string =>
  doc(`Cable/${name}`, { endpoints: ends.map(named), media: 'FiberSMF', ...more });
const several = (a: readonly string[], b: readonly string[], more: object = {}): string =>
  doc(
    'Cable/a1',
    {
      endpoints: [...a.map((name) => ({ name, side: 'A' })), ...b.map((name) => ({ name, side: 'B' }))],
      media: 'FiberSMF',
      ...more,
    },
    'catalog.miloapis.com',
  );
const circuit = (name: string, aEnd: object, zEnd: object, more: object = {}): string =>
  doc(`Circuit/${name}`, { providerRef: named('deepline'), type: 'ProviderCircuit', aEnd, zEnd, ...more });
const slot = (name: string, on: object, label: string, inside?: object): string =>
  doc(`DeviceSlot/${name}`, { chassisRef: on, slot: label, ...(inside && { occupantRef: inside }) });
const fourLegs = ['1.1', '2.1', '3.1', '4.1'].map((b, index) => ({ a: `1.${index + 1}`, b }));
const profile = (
  name: string,
  [aConnectors, aPositions, bConnectors, bPositions]: readonly number[],
  wiring?: object,
): string =>
  doc(`CableProfile/${name}`, { aConnectors, aPositions, bConnectors, bPositions, ...(wiring && { wiring }) });

const base = [
  doc('Region/eu', { displayName: 'Europe' }),
  ...['fra', 'iad'].map((name) =>
    doc(`Site/${name}`, { displayName: name, regionRef: named('eu'), type: 'Datacenter' }),
  ),
  doc('Cluster/c', { displayName: 'c', provider: 'BareMetal', role: 'Compute', controlPlaneSiteRef: named('fra') }),
  doc('Provider/deepline', { displayName: 'Deepline', type: 'Transit' }),
  rack(10),
  device('d1', placed(1, 2)),
  device('d2', placed(10)),
  host('n1'),
  host('n2'),
  doc('Node/n9', { siteRef: named('iad'), hardware: { cpuCores: 4, cpuArchitecture: 'amd64', memoryBytes: 1024 } }),
  ...['o1', 'o2', 'o3'].map((name) => port(name, d1, 'Optical')),
  ...['o4', 'o5'].map((name) => port(name, d2, 'Optical')),
  port('g1', d2, 'PatchPanel'),
  port('w1', d1, 'Power'),
  ...['f1', 'f2', 'f3', 'b1'].map((name) => port(name, r1, 'PatchPanel')),
  ...['f1', 'f3', 'g1'].map((name) => opening(name, 'Front')),
  opening('b1', 'Rear', 2),
  mapping('m1', 'f1', 1, 'b1', 2),
  cable('c1', ['o1', 'f2']),
  profile('four-legs', [1, 4, 4, 1], fourLegs),
  slot('s1', n1, '1', at('Node', 'n2')),
  circuit('k1', at('Port', 'o2'), at('Site', 'iad'), { circuitID: 'P-1' }),
].join('');

beforeAll(async () => {
  app = await startApp();
  expect((await app.apply(base)).userErrors).toEqual([]);
});
afterAll(() => app.close());

const told = (content: string): Promise<string[]> => refusals(app, content);

describe('P1: the type of a port stays right under what is plugged in', () => {
  test('a cable', async () => {
    expect(await told(port('o1', d1, 'Power'))).toEqual([
      'MEDIA_MISMATCH Port/o1 spec.type: Cable/c1 is plugged in here: a FiberSMF cable that would not fit a port of type Power (a port of type Optical or PatchPanel)',
    ]);
    expect(await told(port('o1', d1, 'PatchPanel'))).toEqual([]);
  });

  test('a serial port at one end of a copper cable, seen from that end', async () => {
    const two =
      port('e1', d1, 'Ethernet') + port('e2', d2, 'Ethernet') + cable('ce', ['e1', 'e2'], { media: 'Copper' });
    expect((await app.apply(two)).userErrors).toEqual([]);
    expect(await told(port('e1', d1, 'Serial'))).toEqual([
      'MEDIA_MISMATCH Port/e1 spec.type: Cable/ce is plugged in here: a Copper cable that would not fit port e2 at its other end as well (a port of type Serial or PatchPanel)',
    ]);
    expect(await told(port('e1', d1, 'Serial') + port('e2', d2, 'Serial'))).toEqual([]);
  });

  test('a circuit (P14)', async () => {
    expect(await told(port('o2', d1, 'Power'))).toEqual([
      'CIRCUIT_ENDS_HERE Port/o2 spec.type: Circuit/k1 ends at the port (any other type)',
    ]);
  });

  test('a mapping inside a panel', async () => {
    expect(await told(port('f1', r1, 'Power'))).toEqual([
      'MAPPING_OF_POWER Port/f1 spec.type: PortMapping/m1 joins it with port b1 (two power ports, or none)',
    ]);
  });

  test('a port and its cable may change together', async () => {
    expect(
      await told(port('o1', d1, 'Power') + port('f2', r1, 'Power') + cable('c1', ['o1', 'f2'], { media: 'Power' })),
    ).toEqual([]);
  });
});

describe('P2: a pass-through port stays as its mappings need it', () => {
  test.each([
    ['as wide', opening('b1', 'Rear', 1), 'spec.positions: PortMapping/m1 uses position 2 (at least 2)'],
    ['on its side', opening('b1', 'Front', 2), 'spec.side: PortMapping/m1 takes it for a port of the side Rear (Rear)'],
  ])('%s', async (_what, content, refusal) => {
    expect(await told(content)).toEqual([`PORT_MAPPED PassThroughPort/b1 ${refusal}`]);
  });

  test('there, unless the port goes as well', async () => {
    const remove = async (kind: string, name: string) =>
      (
        await app.execute('mutation ($input: DeleteInput!) { delete(input: $input) { userErrors { code message } } }', {
          input: { validateOnly: true, cascade: true, objects: [{ kind, name }] },
        })
      ).data.delete.userErrors;
    expect(await remove('PassThroughPort', 'b1')).toEqual([
      { code: 'PORT_MAPPED', message: 'PortMapping/m1 runs through port b1' },
    ]);
    expect(await remove('Port', 'b1')).toEqual([]);
  });

  test('a mapping and its port may change together', async () => {
    expect(await told(opening('b1', 'Rear', 1) + mapping('m1', 'f1', 1, 'b1', 1))).toEqual([]);
  });
});

test.each([
  [
    'sides reversed',
    mapping('m2', 'b1', 1, 'f3', 1),
    [
      'NOT_A_SIDE PortMapping/m2 spec.frontPortRef.name: port b1 is declared with side Rear (a port that a PassThroughPort declares with side Front)',
      'NOT_A_SIDE PortMapping/m2 spec.rearPortRef.name: port f3 is declared with side Front (a port that a PassThroughPort declares with side Rear)',
    ],
  ],
  [
    'two interfaces',
    mapping('m2', 'o3', 1, 'o2', 1),
    [
      'NOT_A_SIDE PortMapping/m2 spec.frontPortRef.name: port o3 is not declared a pass-through port (a port that a PassThroughPort declares with side Front)',
      'NOT_A_SIDE PortMapping/m2 spec.rearPortRef.name: port o2 is not declared a pass-through port (a port that a PassThroughPort declares with side Rear)',
    ],
  ],
  [
    'a port with itself',
    mapping('m2', 'f3', 1, 'f3', 1),
    ['MAPPING_TO_ITSELF PortMapping/m2 spec.rearPortRef.name: port f3 is the front port (another port of the device)'],
  ],
  [
    'beyond the width',
    mapping('m2', 'f3', 1, 'b1', 3),
    ['POSITION_OUTSIDE_PORT PortMapping/m2 spec.rearPosition: port b1 has 2 positions (1 to 2)'],
  ],
  [
    'two devices',
    mapping('m2', 'g1', 1, 'b1', 1),
    [
      'MAPPING_ACROSS_DEVICES PortMapping/m2 spec.rearPortRef.name: ports g1 and b1 are on different devices (a port of the device of g1)',
    ],
  ],
  [
    'power with data',
    `${opening('w1', 'Front')}${port('b2', d1, 'PatchPanel')}${opening('b2', 'Rear')}${mapping('m2', 'w1', 1, 'b2', 1)}`,
    [
      'MAPPING_OF_POWER PortMapping/m2 spec.rearPortRef.name: of ports w1 and b2 one is a power port (two power ports, or none)',
    ],
  ],
  [
    'a position that is mapped (P18)',
    mapping('m2', 'f3', 1, 'b1', 2),
    [
      'POSITION_MAPPED PortMapping/m2 spec.rearPosition: this position of the rear port is mapped already: PortMapping/m1 (a position that no other mapping takes)',
    ],
  ],
])('P3: a mapping is wiring inside one passive device: %s', async (_what, content, expected) => {
  expect(await told(content)).toEqual(expected);
});

describe('P4: the ends of a cable with several connectors', () => {
  test.each([
    [
      'panels apart (2.2)',
      several(['o3'], ['f3', 'g1']),
      'PANELS_APART Cable/a1 spec.endpoints: ports f3, g1 at one end belong to several panels (ports of one panel, or a cable with a profile)',
    ],
    [
      'an interface and a front port (2.2)',
      several(['o3'], ['o4', 'f3']),
      'ENDS_OF_SEVERAL_KINDS Cable/a1 spec.endpoints: ports o4, f3 at one end are of several kinds (at one end only interfaces, only consoles, only ports of console servers, only fronts or only rears of panels, only ends of circuits, only inlets, only outlets or only feeds)',
    ],
    [
      'a front and a rear (2.2)',
      several(['o3'], ['f3', 'b1']),
      'ENDS_OF_SEVERAL_KINDS Cable/a1 spec.endpoints: ports f3, b1 at one end are of several kinds (at one end only interfaces, only consoles, only ports of console servers, only fronts or only rears of panels, only ends of circuits, only inlets, only outlets or only feeds)',
    ],
    [
      'more ports than connectors (2.8)',
      several(['o3', 'o4'], ['o5'], { profileRef: named('four-legs') }),
      'NO_SUCH_CONNECTOR Cable/a1 spec.endpoints[1].connector: end A of a four-legs has one connector (1)',
    ],
  ])('%s', async (_what, content, refusal) => {
    expect(await told(content)).toEqual([refusal]);
  });

  test('what may be: interfaces of several devices, panels apart with a profile', async () => {
    expect(await told(several(['f3'], ['o3', 'o4']))).toEqual([]);
    expect(await told(several(['o3'], ['f3', 'g1'], { profileRef: named('four-legs') }))).toEqual([]);
  });

  test('seen from a port that becomes something else', async () => {
    expect((await app.apply(several(['b1'], ['o3', 'o4']))).userErrors).toEqual([]);
    const kinds =
      'ports o3, o4 at one end are of several kinds (at one end only interfaces, only consoles, only ports of console servers, only fronts or only rears of panels, only ends of circuits, only inlets, only outlets or only feeds)';
    expect(await told(opening('o4', 'Front'))).toEqual([
      `ENDS_OF_SEVERAL_KINDS PassThroughPort/o4 spec.side: Cable/a1: ${kinds}`,
    ]);
    expect(await told(port('o4', d2, 'PatchPanel'))).toEqual([
      `ENDS_OF_SEVERAL_KINDS Port/o4 spec.type: Cable/a1: ${kinds}`,
    ]);
    // Declared both, and one of them no longer.
    expect(
      (
        await app.apply(
          opening('o3', 'Front') +
            opening('o4', 'Front') +
            several(['b1'], ['o3', 'o4'], { profileRef: named('four-legs') }),
        )
      ).userErrors,
    ).toEqual([]);
    const remove = async (...names: readonly string[]) => {
      const objects = names.map((name) => ({ kind: 'PassThroughPort', name }));
      const { data } = await app.execute(
        'mutation ($input: DeleteInput!) { delete(input: $input) { userErrors { code subject message } } }',
        { input: { objects } },
      );
      return data.delete.userErrors;
    };
    expect(await remove('o4')).toEqual([
      {
        code: 'ENDS_OF_SEVERAL_KINDS',
        subject: 'PassThroughPort/o4',
        message: 'Cable/a1: ports o3, o4 at one end are of several kinds',
      },
    ]);
    expect(await remove('o3', 'o4')).toEqual([]);
    await app.execute('mutation { deleteCable(input: { name: "a1" }) { userErrors { code } } }');
  });
});

describe('cable-trace.md 2.3 and 2.5: what a port is as a part', () => {
  const part = (name: string, on: object, type: string, hardware: object): string =>
    doc(`Port/${name}`, { deviceRef: on, type, name, hardware }, 'catalog.miloapis.com');
  const serial = (name: string, on: object, what: string): string => part(name, on, 'Serial', { part: what });
  const copper = (name: string, a: string, z: string): string => cable(name, [a, z], { media: 'Copper' });

  test.each(['virtual', 'bridge', 'lag', 'ieee802.11ac'])(
    'an interface without a socket takes no cable: %s',
    async (form) => {
      const ports = part('v1', d1, 'Ethernet', { form }) + port('v2', d2, 'Ethernet');
      expect(await told(ports + copper('cv', 'v1', 'v2'))).toEqual([
        `NO_SOCKET Cable/cv spec.endpoints[0].name: port v1 has no socket: its form is ${form} (a port with a socket)`,
      ]);
      expect(await told(ports)).toEqual([]);
    },
  );

  test('nor may one lose its socket under a cable', async () => {
    const ports = part('v1', d1, 'Ethernet', { form: '1000base-t' }) + port('v2', d2, 'Ethernet');
    expect((await app.apply(ports + copper('cv', 'v1', 'v2'))).userErrors).toEqual([]);
    expect(await told(part('v1', d1, 'Ethernet', { form: 'lag' }))).toEqual([
      'NO_SOCKET Port/v1 spec.hardware.form: Cable/cv is plugged in here: a port of the form lag has no socket (a form with a socket)',
    ]);
    expect(await told(part('v1', d1, 'Ethernet', { form: '10gbase-t' }))).toEqual([]);
  });

  const both = 'a console port at one end, and a port of a console server at the other';
  test.each([
    ['ConsolePort', 'a console port'],
    ['ConsoleServerPort', 'a port of a console server'],
  ])('a serial cable does not join two of one kind: %s', async (what, called) => {
    const ports = serial('s1', d1, what) + serial('s2', d2, what);
    expect(await told(ports + copper('cs', 's1', 's2'))).toEqual([
      `CONSOLES_ALIKE Cable/cs spec.endpoints[1].name: port s2 is ${called}, as is the other end (${both})`,
    ]);
  });

  test('a console is joined with its server, and with what nobody has said more of, and stays what it is', async () => {
    const consoles = serial('s1', d1, 'ConsolePort') + copper('cs', 's1', 's2');
    expect(await told(`${port('s2', d2, 'Serial')}${consoles}`)).toEqual([]);
    expect((await app.apply(serial('s2', d2, 'ConsoleServerPort') + consoles)).userErrors).toEqual([]);
    for (const [name, on, what, called] of [
      ['s1', d1, 'ConsoleServerPort', 'a port of a console server'],
      ['s2', d2, 'ConsolePort', 'a console port'],
    ] as const) {
      expect(await told(serial(name, on, what))).toEqual([
        `CONSOLES_ALIKE Port/${name} spec.hardware.part: Cable/cs is plugged in here: both its ends would be ${called} (${both})`,
      ]);
    }
    expect(await told(serial('s1', d1, 'ConsoleServerPort') + serial('s2', d2, 'ConsolePort'))).toEqual([]);
  });

  test('one end of a cable has no consoles beside ports of console servers', async () => {
    const ports = serial('s3', d1, 'ConsolePort') + serial('s4', d1, 'ConsoleServerPort') + port('s5', d2, 'Serial');
    expect(await told(ports + several(['s5'], ['s3', 's4'], { media: 'Copper' }))).toEqual([
      'ENDS_OF_SEVERAL_KINDS Cable/a1 spec.endpoints: ports s3, s4 at one end are of several kinds (at one end only interfaces, only consoles, only ports of console servers, only fronts or only rears of panels, only ends of circuits, only inlets, only outlets or only feeds)',
    ]);
  });
});

describe('P5: a cable profile is a one-to-one table', () => {
  const strand = (end: string, rest: string): string => `CableProfile/x spec.wiring[${rest}`.replace('END', end);
  test.each([
    [
      'no such connector',
      [1, 2, 1, 2],
      [{ a: '9.1', b: '1.1' }],
      `NO_SUCH_STRAND ${strand('a', '0].a: end A has no strand 9.1 (connector 1 to 1, position 1 to 2)')}`,
    ],
    [
      'no such position',
      [1, 2, 1, 2],
      [{ a: '1.1', b: '1.9' }],
      `NO_SUCH_STRAND ${strand('b', '0].b: end B has no strand 1.9 (connector 1 to 1, position 1 to 2)')}`,
    ],
    [
      'no position 0',
      [1, 2, 1, 2],
      [{ a: '1.0', b: '1.1' }],
      `NO_SUCH_STRAND ${strand('a', '0].a: end A has no strand 1.0 (connector 1 to 1, position 1 to 2)')}`,
    ],
    [
      'two strands to one',
      [1, 2, 1, 2],
      [
        { a: '1.1', b: '1.1' },
        { a: '1.2', b: '1.1' },
      ],
      `STRAND_WIRED_TWICE ${strand('b', '1].b: strand 1.1 of end B is wired twice (each strand once)')}`,
    ],
    [
      'one strand in two spellings',
      [1, 2, 1, 2],
      [
        { a: '1.1', b: '1.1' },
        { a: '01.1', b: '1.2' },
      ],
      `STRAND_WIRED_TWICE ${strand('a', '1].a: strand 1.1 of end A is wired twice (each strand once)')}`,
    ],
  ])('%s', async (_what, shape, wiring, refusal) => {
    expect(await told(profile('x', shape, wiring))).toEqual([refusal]);
  });

  test.each([[[1, 4, 4, 1]], [[1, 4, 1, 2]]])('without a wiring the ends are alike: %o', async (shape) => {
    expect(await told(profile('x', shape))).toEqual([
      `NOT_STRAIGHT CableProfile/x spec.wiring: without a wiring strands run straight, but the ends differ: ${shape[0]} × ${shape[1]} and ${shape[2]} × ${shape[3]} (a wiring, or ends that are alike)`,
    ]);
    expect(await told(profile('x', [2, 4, 2, 4]))).toEqual([]);
  });

  test('what a cable has as its profile keeps its shape', async () => {
    const used = several(['o3'], ['o4', 'o5'], { profileRef: named('four-legs') });
    expect((await app.apply(used)).userErrors).toEqual([]);
    expect(await told(profile('four-legs', [1, 1, 1, 1]))).toEqual([
      'PROFILE_IN_USE CableProfile/four-legs spec: Cable/a1 has this profile: its strands would run elsewhere (another profile for the other wiring)',
    ]);
    expect(await told(profile('four-legs', [1, 4, 4, 1], fourLegs))).toEqual([]);
    await app.execute('mutation { deleteCable(input: { name: "a1" }) { userErrors { code } } }');
  });
});

describe('P8, F01, F02: a batch is judged on its final state', () => {
  test('(a) a rack is lowered while its device moves', async () => {
    expect(await told(rack(6) + device('d2', placed(6)))).toEqual([]);
    expect(await told(rack(6) + device('d2'))).toEqual([]);
    expect(await told(rack(6))).toEqual([
      'RACK_TOO_LOW Rack/r1 spec.heightU: NetworkDevice/d2 reaches up to U10, beyond 6 units (at least 10)',
    ]);
  });

  test('(b) ports exchange their names', async () => {
    const [a, b] = [port('o1', d1, 'Optical', { name: 'o3' }), port('o3', d1, 'Optical', { name: 'o1' })];
    expect(await told(a + b)).toEqual([]);
    expect(await told(a)).toEqual([
      'PORT_NAME_TAKEN Port/o1 spec.name: the device has a port of this name already: Port/o3 (a name that no other port of the device has)',
    ]);
    expect(await told(port('o9', d2, 'Optical', { name: 'o1' }))).toEqual([]);
  });

  test('(c) mappings exchange their positions', async () => {
    expect((await app.apply(mapping('m2', 'f3', 1, 'b1', 1))).userErrors).toEqual([]);
    expect(await told(mapping('m1', 'f1', 1, 'b1', 1) + mapping('m2', 'f3', 1, 'b1', 2))).toEqual([]);
  });

  test('(d) blades exchange their slots', async () => {
    expect((await app.apply(host('n3') + slot('s2', n1, '2', at('Node', 'n3')))).userErrors).toEqual([]);
    const first = slot('s1', n1, '1', at('Node', 'n3'));
    expect(await told(first + slot('s2', n1, '2', at('Node', 'n2')))).toEqual([]);
    expect(await told(slot('s1', n1, '2', at('Node', 'n2')) + slot('s2', n1, '1', at('Node', 'n3')))).toEqual([]);
    expect(await told(first)).toEqual([
      'OCCUPANT_ELSEWHERE DeviceSlot/s1 spec.occupantRef.name: the device sits in another slot: DeviceSlot/s2 (a device that sits in no slot)',
    ]);
  });

  test('(e) circuits exchange their ids; an empty id is none (P15)', async () => {
    const ends = [at('Site', 'fra'), at('Site', 'iad')] as const;
    const of = (name: string, circuitID: string): string => circuit(name, ...ends, { circuitID });
    expect((await app.apply(of('k2', 'P-2') + of('k3', 'P-3'))).userErrors).toEqual([]);
    expect(await told(of('k2', 'P-3') + of('k3', 'P-2'))).toEqual([]);
    expect(await told(of('k2', 'P-3') + of('k3', 'P-4'))).toEqual([]);
    expect(await told(of('k2', 'P-3'))).toEqual([
      'CIRCUIT_ID_TAKEN Circuit/k2 spec.circuitID: the provider has a circuit of this id already: Circuit/k3 (an id that no other circuit of the provider has, or none)',
    ]);
    expect(await told(of('k2', '') + of('k3', ''))).toEqual([]);
  });

  test('the database holds it too: of 64 writers one gets the name of a slot, of a port, of a circuit', async () => {
    const writers = Array.from({ length: 64 }, (_, index) => index);
    const racing: readonly [rule: string, of: (index: number) => string][] = [
      ['SLOT_NAME_TAKEN', (index) => slot(`race-${index}`, n1, 'race')],
      ['PORT_NAME_TAKEN', (index) => port(`race-${index}`, d1, 'Optical', { name: 'race' })],
      [
        'CIRCUIT_ID_TAKEN',
        (index) => circuit(`race-${index}`, at('Site', 'fra'), at('Site', 'iad'), { circuitID: 'race' }),
      ],
    ];
    for (const [rule, of] of racing) {
      const answers = await Promise.all(writers.map((index) => app.apply(of(index))));
      const codes = answers.map(({ userErrors }) => userErrors[0]?.code ?? 'applied').sort();
      expect(codes).toEqual([...writers.slice(1).map(() => rule), 'applied'].sort());
    }
  }, 60_000);
});

test.each([
  [
    'a name that the chassis has',
    slot('s3', n1, '1'),
    'SLOT_NAME_TAKEN DeviceSlot/s3 spec.slot: the chassis has a slot of this name already: DeviceSlot/s1 (a name that no other slot of the chassis has)',
  ],
  [
    'the chassis in itself',
    slot('s3', n1, '3', n1),
    'SLOT_CYCLE DeviceSlot/s3 spec.occupantRef.name: Node/n1 is the chassis itself, or the chassis sits in it (a device that does not hold the chassis)',
  ],
  [
    'a chassis in its blade',
    slot('s3', at('Node', 'n2'), '1', n1),
    'SLOT_CYCLE DeviceSlot/s3 spec.occupantRef.name: Node/n1 is the chassis itself, or the chassis sits in it (a device that does not hold the chassis)',
  ],
  [
    'a device of another site in a slot that there is',
    slot('s1', n1, '1', at('Node', 'n9')),
    'OCCUPANT_IN_OTHER_SITE DeviceSlot/s1 spec.occupantRef.name: Node/n9 is in site iad, the chassis in fra (a device of the same site)',
  ],
  [
    'a device of another site',
    slot('s3', n1, '3', at('Node', 'n9')),
    'OCCUPANT_IN_OTHER_SITE DeviceSlot/s3 spec.occupantRef.name: Node/n9 is in site iad, the chassis in fra (a device of the same site)',
  ],
  [
    'a device with a place of its own',
    slot('s3', n1, '3', d1),
    'OCCUPANT_MOUNTED DeviceSlot/s3 spec.occupantRef.name: NetworkDevice/d1 is mounted in rack r1 itself (a device without a placement)',
  ],
  [
    'a place for what sits in a slot',
    host('n2', placed(5)),
    'OCCUPANT_MOUNTED Node/n2 spec.placement: the device sits in DeviceSlot/s1, and is mounted with its chassis (no placement, or a device that sits in no slot)',
  ],
])('P9: slots of a chassis: %s', async (_what, content, refusal) => {
  expect(await told(content)).toEqual([refusal]);
});

const shelf = (units: object): string =>
  doc('Equipment/e9', { siteRef: named('fra'), type: 'Shelf', placement: { rackRef: named('r1'), ...units } });
const kept = (units: object): string =>
  doc('UnitReservation/v9', { rackRef: named('r1'), requestedBy: 'x', reason: 'y', ...units });

test.each([
  ['startUnit', device('d1', placed(2147483647)), 'TOO_LARGE NetworkDevice/d1 spec.placement.startUnit'],
  ['unitHeight', device('d1', placed(1, 2147483647)), 'TOO_LARGE NetworkDevice/d1 spec.placement.unitHeight'],
  ['heightU', rack(2147483647), 'TOO_LARGE Rack/r1 spec.heightU'],
  [
    'startUnit of equipment',
    shelf({ startUnit: 2147483647, unitHeight: 1 }),
    'TOO_LARGE Equipment/e9 spec.placement.startUnit',
  ],
  [
    'unitHeight of equipment',
    shelf({ startUnit: 1, unitHeight: 2147483647 }),
    'TOO_LARGE Equipment/e9 spec.placement.unitHeight',
  ],
  [
    'startUnit of a reservation',
    kept({ startUnit: 2147483647, unitHeight: 1 }),
    'TOO_LARGE UnitReservation/v9 spec.startUnit',
  ],
  [
    'unitHeight of a reservation',
    kept({ startUnit: 1, unitHeight: 2147483647 }),
    'TOO_LARGE UnitReservation/v9 spec.unitHeight',
  ],
  ['a negative length (P20)', cable('c1', ['o1', 'f2'], { lengthM: '-1' }), 'TOO_SMALL Cable/c1 spec.lengthM'],
  ['a negative speed (P20)', port('o1', d1, 'Optical', { speed: '-1' }), 'TOO_SMALL Port/o1 spec.speed'],
  ['a speed of power (P20)', port('w1', d1, 'Power', { speed: '1G' }), 'POWER_HAS_NO_SPEED Port/w1 spec.speed'],
  [
    'two feeds of one name (P20)',
    rack(10, { powerFeeds: [{ name: 'A' }, { name: 'A' }] }),
    'DUPLICATE_ENTRY Rack/r1 spec.powerFeeds[1].name',
  ],
  [
    'volts of a feed',
    rack(10, { powerFeeds: [{ name: 'A', voltage: 32_768 }] }),
    'TOO_LARGE Rack/r1 spec.powerFeeds[0].voltage',
  ],
  [
    'amperes of a feed',
    rack(10, { powerFeeds: [{ name: 'A', ampsRated: 32_768 }] }),
    'TOO_LARGE Rack/r1 spec.powerFeeds[0].ampsRated',
  ],
])('P11: an absurd number is a refusal: %s', async (_what, content, refusal) => {
  expect((await told(content)).map((line) => line.slice(0, line.indexOf(':')))).toEqual([refusal]);
});

test.each([
  [
    'two racks of one name in a row',
    doc('Rack/r8', { siteRef: named('fra'), heightU: 4, row: 'A', name: 'A14' }) +
      doc('Rack/r9', { siteRef: named('fra'), heightU: 4, row: 'A', name: 'A14' }),
    [
      'RACK_NAME_TAKEN Rack/r8 spec.name: the row has a rack of this name already: Rack/r9 (a name that no other rack of the row has, or none)',
      'RACK_NAME_TAKEN Rack/r9 spec.name: the row has a rack of this name already: Rack/r8 (a name that no other rack of the row has, or none)',
    ],
  ],
  [
    'racks of one name in two rows, racks without a name',
    doc('Rack/r8', { siteRef: named('fra'), heightU: 4, row: 'A', name: 'A14' }) +
      doc('Rack/r9', { siteRef: named('fra'), heightU: 4, row: 'B', name: 'A14' }) +
      doc('Rack/r10', { siteRef: named('fra'), heightU: 4 }),
    [],
  ],
  [
    'a cable from one power supply to another',
    port('w2', d2, 'Power') + cable('cw', ['w1', 'w2'], { media: 'Power' }),
    [
      'POWER_FROM_NOWHERE Cable/cw spec.endpoints[1].name: ports w1 and w2 all take power: they are inlets, or on servers or network devices (an outlet at one end: a power port of a rack or of equipment, or one of which a PowerPort says that it is an outlet)',
    ],
  ],
  ['power from the rack', port('w2', r1, 'Power') + cable('cw', ['w1', 'w2'], { media: 'Power', lengthM: '2' }), []],
  [
    'a short cable between sites',
    port('far', at('Node', 'n9'), 'Optical') + cable('cs', ['o5', 'far'], { lengthM: '2' }),
    [
      'CABLE_TOO_SHORT Cable/cs spec.lengthM: 2 m do not reach from site fra to site iad (at least 10, or ports of one site)',
    ],
  ],
  [
    'a short cable with one of several ends in another site',
    port('far', at('Node', 'n9'), 'Optical') + several(['o5'], ['far', 'o4'], { lengthM: '2' }),
    [
      'CABLE_TOO_SHORT Cable/a1 spec.lengthM: 2 m do not reach from site fra to site iad (at least 10, or ports of one site)',
    ],
  ],
  ['a long one', port('far', at('Node', 'n9'), 'Optical') + cable('cs', ['o5', 'far'], { lengthM: '12000' }), []],
])('P20: %s', async (_what, content, expected) => {
  expect(await told(content)).toEqual(expected);
});

describe('P12: a port at which a circuit ends carries nothing else', () => {
  test('no cable, and no other circuit', async () => {
    expect(await told(cable('c2', ['o2', 'o4']))).toEqual([
      'PORT_TAKEN Cable/c2 spec.endpoints[0].name: port o2 carries Circuit/k1 already (a port without a cable or circuit)',
    ]);
    expect(await told(circuit('k9', at('Port', 'o2'), at('Site', 'fra')))).toEqual([
      'PORT_TAKEN Circuit/k9 spec.aEnd.name: port o2 carries Circuit/k1 already (a port without a cable or circuit)',
    ]);
    expect(await told(circuit('k9', at('Site', 'fra'), at('Port', 'o1')))).toEqual([
      'PORT_TAKEN Circuit/k9 spec.zEnd.name: port o1 carries Cable/c1 already (a port without a cable or circuit)',
    ]);
    expect(await told(circuit('k1', at('Site', 'fra'), at('Site', 'iad')) + cable('c2', ['o2', 'o4']))).toEqual([]);
  });

  test('it counts as connected (U27)', async () => {
    const { data } = await app.execute('{ ports(where: {name: {in: ["o2", "o5"]}}) { nodes { name isConnected } } }');
    expect(data.ports.nodes).toEqual([
      { name: 'o2', isConnected: true },
      { name: 'o5', isConnected: false },
    ]);
  });
});

test.each([
  [
    'P13: a cross-connect between sites',
    circuit('k9', at('Site', 'fra'), at('Site', 'iad'), { type: 'CrossConnect' }),
    'CROSS_CONNECT_BETWEEN_SITES Circuit/k9 spec.type: its ends are in the sites fra and iad (ends in one site, or the type ProviderCircuit)',
  ],
  [
    'P13: the same through a port',
    circuit('k9', at('Port', 'o5'), at('Site', 'iad'), { type: 'CrossConnect' }),
    'CROSS_CONNECT_BETWEEN_SITES Circuit/k9 spec.type: its ends are in the sites fra and iad (ends in one site, or the type ProviderCircuit)',
  ],
  [
    'P14: a power port',
    circuit('k9', at('Port', 'w1'), at('Site', 'iad')),
    'NOT_A_CIRCUITS_END Circuit/k9 spec.aEnd.name: port w1 is a power port (a port of a server or network device, or a site)',
  ],
  [
    'P14: a panel',
    circuit('k9', at('Site', 'iad'), at('Port', 'f3')),
    'NOT_A_CIRCUITS_END Circuit/k9 spec.zEnd.name: port f3 is a pass-through port of a panel (a port of a server or network device, or a site)',
  ],
  [
    'P14: a panel, from its side',
    opening('o2', 'Front'),
    'CIRCUIT_ENDS_HERE PassThroughPort/o2 spec.portRef.name: Circuit/k1 ends at the port (a port at which no circuit ends)',
  ],
  [
    'both ends at one port',
    circuit('k9', at('Port', 'o5'), at('Port', 'o5')),
    'CIRCUIT_ENDS_EQUAL Circuit/k9 spec.zEnd.name: both ends are port o5 (another port, or a site)',
  ],
  [
    'P18: a port declared twice',
    doc('PassThroughPort/again', { portRef: named('f1'), side: 'Front' }),
    'PORT_DECLARED_TWICE PassThroughPort/again spec.portRef.name: the port is declared a pass-through port already: PassThroughPort/f1 (a port that is not declared yet)',
  ],
])('circuits and panels: %s', async (_what, content, refusal) => {
  expect(await told(content)).toEqual([refusal]);
});

describe('P16, P19, F14: what is where', () => {
  const names = ({ nodes }: { nodes: { name: string }[] }): string[] => nodes.map(({ name }) => name);

  test('a facility has the circuits, cables and ports of everything in it', async () => {
    const local = circuit('k8', at('Site', 'iad'), at('Site', 'iad'));
    expect((await app.apply(local)).userErrors).toEqual([]);
    const { data } = await app.execute(`{
      fra: site(name: "fra") { circuits(where: { name: { in: ["k1", "k8"] } }) { totalCount nodes { name } } cables(where: { name: { eq: "c1" } }) { nodes { name } } ports { totalCount } }
      iad: site(name: "iad") { circuits(where: { name: { in: ["k1", "k8"] } }) { nodes { name } } cables { totalCount } ports { totalCount } }
      all: ports { totalCount }
    }`);
    expect(names(data.fra.circuits)).toEqual(['k1']);
    expect(names(data.fra.cables)).toEqual(['c1']);
    expect(names(data.iad.circuits)).toEqual(['k1', 'k8']);
    expect([data.fra.ports.totalCount, data.iad.cables.totalCount, data.iad.ports.totalCount]).toEqual([
      data.all.totalCount,
      0,
      0,
    ]);
  });

  test('lists are filtered by what entries refer to, and by what is free', async () => {
    const { data } = await app.execute(`{
      some: cables(where: { endpoints: { some: { device: { networkDevice: { name: { eq: "d1" } } } } } }) { nodes { name } }
      onD2: cables(where: { endpoints: { some: { device: { networkDevice: { name: { eq: "d2" } } } } }, name: { eq: "c1" } }) { nodes { name } }
      none: cables(where: { endpoints: { none: { type: { eq: OPTICAL } } }, name: { eq: "c1" } }) { nodes { name } }
      never: cables(where: { endpoints: null }) { totalCount }
      free: ports(where: { isConnected: { eq: false }, type: { eq: OPTICAL }, name: { in: ["o1", "o2", "o3"] } }) { nodes { name } }
    }`);
    expect(names(data.some)).toContain('c1');
    expect([names(data.onD2), names(data.none), data.never.totalCount, names(data.free)]).toEqual([[], [], 0, ['o3']]);
  });

  test('what has two ends has the topology in which both agree; what is on a port has that of the port', async () => {
    const both = doc('Link/l1', { endpoints: [at('Site', 'fra'), at('NetworkDevice', 'd1')], type: 'Logical' });
    const apart = doc('Link/l2', { endpoints: [at('Site', 'fra'), at('Site', 'iad')], type: 'Logical' });
    expect((await app.apply(both + apart)).userErrors).toEqual([]);
    const { data } = await app.execute(`{
      l1: link(name: "l1") { labels { key value } } l2: link(name: "l2") { labels { key value } }
      cables(labelSelector: "topology.inventory.miloapis.com/site=fra", where: { name: { eq: "c1" } }) { nodes { name } }
      circuits(labelSelector: "topology.inventory.miloapis.com/site=fra", where: { name: { in: ["k1", "k8"] } }) { nodes { name } }
      iad: circuits(labelSelector: "topology.inventory.miloapis.com/site=iad", where: { name: { in: ["k1", "k8"] } }) { nodes { name } }
      passThroughPorts(labelSelector: "topology.inventory.miloapis.com/site=fra", where: { name: { eq: "f1" } }) { nodes { name } }
      portMappings(labelSelector: "topology.inventory.miloapis.com/site=fra", where: { name: { eq: "m1" } }) { nodes { name } }
      deviceSlots(labelSelector: "topology.inventory.miloapis.com/site=fra", where: { name: { eq: "s1" } }) { nodes { name } }
    }`);
    const prefix = 'topology.inventory.miloapis.com';
    expect([data.l1.labels, data.l2.labels]).toEqual([
      [
        { key: `${prefix}/region`, value: 'eu' },
        { key: `${prefix}/site`, value: 'fra' },
      ],
      [{ key: `${prefix}/region`, value: 'eu' }],
    ]);
    expect(
      [data.cables, data.circuits, data.iad, data.passThroughPorts, data.portMappings, data.deviceSlots].map(names),
    ).toEqual([['c1'], [], ['k8'], ['f1'], ['m1'], ['s1']]);
  });
});

test('a cable that there is is refused for a port that it was to have', async () => {
  expect(await told(cable('c1', ['o1', 'w1']))).toEqual([
    'MEDIA_MISMATCH Cable/c1 spec.endpoints[1].name: a FiberSMF cable does not fit port w1 of type Power (a port of type Optical or PatchPanel)',
  ]);
});

test('all that refusals name is said to be a name, to be left out for those who may not know it', async () => {
  expect(await undeclaredNames(app)).toEqual([]);
});
