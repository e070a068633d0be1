import { afterAll, beforeAll, expect, test } from 'vitest';
import { binding, doc as manifest, role, userOf } from '../authz/world.ts';
import { startApp, type TestApp } from '../kit/app.ts';
import { at, doc, named, site } from './documents.ts';

/*
 * Each test has a type and devices of its own in site fra1:  Equipment/<name> ◄── Asset/<name> ──► DeviceType/<type>
 */
let app: TestApp;
const applied = async (content: string): Promise<void> => expect((await app.apply(content)).userErrors).toEqual([]);
const type = (name: string, parts: object): string =>
  doc(`DeviceType/${name}`, { manufacturer: 'Example', model: name, ...parts });
const device = (name: string, ofType: string): string =>
  doc(`Equipment/${name}`, { siteRef: named('fra1'), type: 'Other' }) +
  doc(`Asset/${name}`, { deviceRef: at(`Equipment/${name}`), typeRef: named(ofType) });
const sockets = (form: string, ...names: string[]) => names.map((name) => ({ name, form }));

beforeAll(async () => {
  app = await startApp();
  await applied(doc('Region/eu', { displayName: 'eu' }) + site('fra1'));
});
afterAll(() => app.close());

interface Row {
  readonly deviceName: string;
  readonly kind: string;
  readonly part: string;
  readonly difference: string;
  readonly changes: readonly {
    readonly field: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
  readonly isBlocked: boolean;
  readonly blockedBy: readonly string[];
}

/** What of devices is not as the type says, a line for each part. */
async function differences(deviceType: string, devices?: readonly string[], by = app): Promise<string[]> {
  const { data } = await by.execute(
    `query ($deviceType: String!, $devices: [String!]) { deviceTypeDifferences(deviceType: $deviceType, devices: $devices, first: 200) {
      totalCount nodes { deviceName kind part difference isBlocked blockedBy changes { field before after } } } }`,
    { deviceType, ...(devices && { devices }) },
  );
  const rows: readonly Row[] = data.deviceTypeDifferences.nodes;
  expect(data.deviceTypeDifferences.totalCount).toBe(rows.length);
  return rows.map((row) =>
    [
      `${row.deviceName} ${row.kind} ${row.part} ${row.difference}`,
      ...row.changes.map(({ field, before, after }) => `${field} ${before} → ${after}`),
      ...(row.isBlocked ? [`kept: ${row.blockedBy.join(', ')}`] : []),
    ].join('; '),
  );
}

const APPLY = `mutation ($input: ApplyDeviceTypeInput!) { applyDeviceType(input: $input) { deviceType { name } userErrors { code message inputPath } } }`;
const applyType = async (name: string, more: object = {}, by: Pick<TestApp, 'execute'> = app): Promise<string[]> => {
  const { data } = await by.execute(APPLY, { input: { deviceType: { name }, ...more } });
  return data.applyDeviceType.userErrors.map(
    ({ code, message }: { code: string; message: string }) => `${code} ${message}`,
  );
};

const ports = async (name: string): Promise<string[]> => {
  const { data } = await app.execute(
    `query ($name: String) { equipment(name: $name) { ports(first: 100, orderBy: [LABEL_ASC]) { nodes {
      label type speed { text } hardware { form } passThrough { positions }
      frontMappings(first: 5) { nodes { rearPort { label } rearPosition } } } } } }`,
    { name },
  );
  // biome-ignore lint/suspicious/noExplicitAny: an answer of GraphQL
  return data.equipment.ports.nodes.map((port: any) =>
    [
      port.label,
      port.type,
      port.speed?.text,
      port.hardware?.form,
      port.passThrough?.positions,
      ...port.frontMappings.nodes.map(
        (one: { rearPort: { label: string }; rearPosition: number }) => `→ ${one.rearPort.label}/${one.rearPosition}`,
      ),
    ].join(' '),
  );
};

test('an edited type is shown and applied: added, changed, deleted; twice changes nothing', async () => {
  await applied(
    type('leaf', {
      interfaces: [...sockets('25gbase-x-sfp28', 'eth1', 'eth2'), ...sockets('1000base-t', 'old')],
      moduleBays: [
        { name: 'psu', position: '1' },
        { name: 'fan', position: '1' },
      ],
    }) +
      device('leaf-1', 'leaf') +
      device('leaf-2', 'leaf'),
  );
  expect(await differences('leaf')).toEqual([]);
  // A port that nobody's type has ever said is none of the type's business.
  await applied(
    doc('Port/own', { deviceRef: at('Equipment/leaf-1'), type: 'Serial', name: 'own' }, 'catalog.miloapis.com'),
  );
  await applied(
    type('leaf', {
      interfaces: [
        ...sockets('100gbase-x-qsfp28', 'eth1'),
        ...sockets('25gbase-x-sfp28', 'eth2'),
        ...sockets('10gbase-t', 'mgmt'),
      ],
      moduleBays: [{ name: 'psu', position: '7' }],
      subdeviceRole: 'Parent',
      deviceBays: [{ name: 'blade' }],
    }),
  );
  const of = (name: string): string[] => [
    `${name} DeviceSlot blade MISSING`,
    `${name} ModuleBay fan LEFT_OVER`,
    `${name} ModuleBay psu CHANGED; position 1 → 7`,
    `${name} Port eth1 CHANGED; hardware.form 25gbase-x-sfp28 → 100gbase-x-qsfp28; speed 25G → 100G`,
    `${name} Port mgmt MISSING`,
    `${name} Port old LEFT_OVER`,
  ];
  expect(await differences('leaf')).toEqual([...of('leaf-1'), ...of('leaf-2')]);
  expect(await applyType('leaf', { validateOnly: true })).toEqual([]);
  expect(await differences('leaf')).toEqual([...of('leaf-1'), ...of('leaf-2')]);
  expect(await applyType('leaf', { devices: ['leaf-1'] })).toEqual([]);
  expect(await differences('leaf')).toEqual(of('leaf-2'));
  expect(await applyType('leaf')).toEqual([]);
  expect(await differences('leaf')).toEqual([]);
  const plain = [
    'eth1 OPTICAL 100G 100gbase-x-qsfp28 ',
    'eth2 OPTICAL 25G 25gbase-x-sfp28 ',
    'mgmt ETHERNET 10G 10gbase-t ',
  ];
  expect(await ports('leaf-2')).toEqual(plain);
  expect(await ports('leaf-1')).toEqual([...plain, 'own SERIAL   ']);
  const revisions = async () =>
    (await app.execute('{ ports(first: 100) { nodes { revision } } assets(first: 100) { nodes { revision } } }')).data;
  const before = await revisions();
  expect(await applyType('leaf')).toEqual([]);
  expect(await revisions()).toEqual(before);
});

test('what is in use is kept, and told with what uses it', async () => {
  await applied(
    type('used', {
      interfaces: sockets('25gbase-x-sfp28', 'a', 'b', 'c'),
      subdeviceRole: 'Parent',
      deviceBays: [{ name: 'slot' }],
      moduleBays: [{ name: 'bay', position: '1' }],
    }) +
      doc('ModuleType/tap', { manufacturer: 'Example', model: 'Tap' }) +
      device('used-1', 'used') +
      device('blade-1', 'used'),
  );
  await applied(
    doc('Cable/in-a', { endpoints: [named('used-1-a'), named('blade-1-c')], media: 'FiberSMF' }) +
      doc('Cable/in-b', { endpoints: [named('used-1-b'), named('blade-1-b')], media: 'FiberSMF' }) +
      doc('Module/tap', { bayRef: named('used-1-bay'), typeRef: named('tap') }) +
      doc('DeviceSlot/used-1-slot', {
        chassisRef: at('Equipment/used-1'),
        slot: 'slot',
        occupantRef: at('Equipment/blade-1'),
      }),
  );
  await applied(
    type('used', { interfaces: sockets('1000base-t', 'b'), subdeviceRole: null, deviceBays: [], moduleBays: [] }),
  );
  const kept = [
    'used-1 DeviceSlot slot LEFT_OVER; kept: Equipment/blade-1',
    'used-1 ModuleBay bay LEFT_OVER; kept: Module/tap',
    'used-1 Port a LEFT_OVER; kept: Cable/in-a',
    'used-1 Port b CHANGED; hardware.form 25gbase-x-sfp28 → 1000base-t; speed 25G → 1G; type Optical → Ethernet; kept: Cable/in-b',
  ];
  expect(await differences('used', ['used-1'])).toEqual([...kept, 'used-1 Port c LEFT_OVER']);
  expect(await applyType('used', { devices: ['Equipment/used-1'] })).toEqual([]);
  expect(await differences('used', ['used-1'])).toEqual(kept);
});

test('a port at which a circuit or a termination ends, and one that was set by hand, are kept', async () => {
  const names = ['a', 'circuit', 'demarcation', 'speed', 'label', 'own'];
  await applied(
    type('ends', { interfaces: sockets('25gbase-x-sfp28', ...names) }) +
      device('ends-1', 'ends') +
      device('ends-2', 'ends'),
  );
  const port = (label: string, more: object): string =>
    doc(
      `Port/ends-1-${label}`,
      { deviceRef: at('Equipment/ends-1'), type: 'Optical', name: label, speed: '25G', ...more },
      'catalog.miloapis.com',
    );
  const made = { part: 'Interface', form: '25gbase-x-sfp28' };
  await applied(
    doc('Provider/carrier', { displayName: 'carrier', type: 'Transit' }) +
      doc('Circuit/at-port', {
        providerRef: named('carrier'),
        type: 'Transit',
        aEnd: at('Port/ends-1-circuit'),
        zEnd: at('Site/fra1'),
      }) +
      doc('Circuit/at-site', {
        providerRef: named('carrier'),
        type: 'Transit',
        aEnd: at('Site/fra1'),
        zEnd: at('Site/fra1'),
      }) +
      doc('CircuitTermination/cross', {
        circuitRef: named('at-site'),
        side: 'A',
        placeRef: at('Port/ends-1-demarcation'),
      }) +
      port('speed', { speed: '10G', hardware: made }) +
      port('label', { hardware: { ...made, label: 'uplink' } }) +
      port('own', { hardware: { ...made, description: 'of our own' } }),
  );
  // Nobody's type says labels or descriptions: what people say there is no difference, until the type says it otherwise.
  expect(await differences('ends')).toEqual(['ends-1 Port speed CHANGED; speed 10G → 25G; kept: Port/ends-1-speed']);
  await applied(
    type('ends', {
      interfaces: [
        ...sockets('1000base-t', 'circuit', 'demarcation'),
        ...sockets('100gbase-x-qsfp28', 'speed', 'own'),
        { name: 'label', form: '25gbase-x-sfp28', label: 'L' },
      ],
    }),
  );
  const copper = (name: string, user: string): string =>
    `ends-1 Port ${name} CHANGED; hardware.form 25gbase-x-sfp28 → 1000base-t; speed 25G → 1G; type Optical → Ethernet; kept: ${user}`;
  const kept = [
    copper('circuit', 'Circuit/at-port'),
    copper('demarcation', 'CircuitTermination/cross'),
    'ends-1 Port label CHANGED; hardware.label uplink → L; kept: Port/ends-1-label',
    'ends-1 Port speed CHANGED; hardware.form 25gbase-x-sfp28 → 100gbase-x-qsfp28; speed 10G → 100G; kept: Port/ends-1-speed',
  ];
  const free = [
    'ends-1 Port a LEFT_OVER',
    'ends-1 Port own CHANGED; hardware.form 25gbase-x-sfp28 → 100gbase-x-qsfp28; speed 25G → 100G',
  ];
  expect((await differences('ends', ['ends-1'])).sort()).toEqual([...kept, ...free].sort());
  expect(await differences('ends', ['ends-2'])).toHaveLength(6);
  expect(await applyType('ends')).toEqual([]);
  // The report is by device: the other one, which nobody has touched, has everything.
  expect(await differences('ends')).toEqual(kept);
  const { data } = await app.execute('{ port(name: "ends-1-own") { speed { text } hardware { form description } } }');
  expect(data.port).toEqual({
    speed: { text: '100G' },
    hardware: { form: '100gbase-x-qsfp28', description: 'of our own' },
  });
  // What is used goes neither, when the type says it no more.
  await applied(type('ends', { interfaces: [] }));
  expect((await differences('ends', ['ends-1'])).filter((line) => line.includes('kept'))).toEqual([
    'ends-1 Port circuit LEFT_OVER; kept: Circuit/at-port',
    'ends-1 Port demarcation LEFT_OVER; kept: CircuitTermination/cross',
  ]);
});

test('power: what the type says of draws, legs and inlets follows it; what was set by hand is kept', async () => {
  const inlet = (name: string, maximumDraw: number, allocatedDraw: number) => ({
    ...{ name, form: 'iec-60320-c14' },
    maximumDraw,
    allocatedDraw,
  });
  const outlet = (name: string, powerPort: string, feedLeg?: string) => ({
    ...{ name, form: 'iec-60320-c13', powerPort },
    ...(feedLeg !== undefined && { feedLeg }),
  });
  await applied(
    type('pdu', {
      powerPorts: [inlet('in', 1_000, 800)],
      powerOutlets: [outlet('o1', 'in', 'A'), outlet('o2', 'in')],
    }) +
      device('pdu-1', 'pdu') +
      device('pdu-2', 'pdu'),
  );
  const power = async (name: string): Promise<unknown> => {
    const { data } = await app.execute(
      `query ($name: String) { equipment(name: $name) { ports(first: 9, orderBy: [LABEL_ASC]) { nodes { label
        powerPort { name powerRole powerLeg ratedWatts allocatedWatts inlet { name } } } } } }`,
      { name },
    );
    return data.equipment.ports.nodes.map(
      ({
        label,
        powerPort,
      }: {
        label: string;
        powerPort: Record<string, unknown> & { inlet: { name: string } | null };
      }) =>
        [
          label,
          powerPort.powerRole,
          powerPort.powerLeg,
          powerPort.ratedWatts,
          powerPort.allocatedWatts,
          powerPort.inlet?.name,
        ].join(' '),
    );
  };
  expect(await power('pdu-1')).toEqual(['in INLET  1000 800 ', 'o1 OUTLET A   pdu-1-in', 'o2 OUTLET    pdu-1-in']);
  const said = (name: string, port: string, more: object): string =>
    doc(`PowerPort/${name}-${port}`, { portRef: named(`${name}-${port}`), ...more });
  await applied(
    said('pdu-1', 'o2', { role: 'Outlet', inletRef: named('pdu-1-in'), ratedWatts: 300 }) +
      said('pdu-2', 'in', { role: 'Inlet', ratedWatts: 1_000, allocatedWatts: 500 }),
  );
  // The type says nothing of what an outlet gives.
  expect(await differences('pdu')).toEqual([
    'pdu-2 PowerPort in CHANGED; allocatedWatts 500 → 800; kept: PowerPort/pdu-2-in',
  ]);
  await applied(
    type('pdu', {
      powerPorts: [inlet('in', 1_200, 900), inlet('in2', 500, 400)],
      powerOutlets: [outlet('o1', 'in2', 'B')],
    }),
  );
  const kept = [
    'pdu-1 Port o2 LEFT_OVER; kept: PowerPort/pdu-1-o2',
    'pdu-2 PowerPort in CHANGED; allocatedWatts 500 → 900; ratedWatts 1000 → 1200; kept: PowerPort/pdu-2-in',
  ];
  expect(await differences('pdu')).toEqual([
    'pdu-1 Port in2 MISSING',
    kept[0],
    'pdu-1 PowerPort in CHANGED; allocatedWatts 800 → 900; ratedWatts 1000 → 1200',
    'pdu-1 PowerPort o1 CHANGED; inlet in → in2; leg A → B',
    'pdu-2 Port in2 MISSING',
    'pdu-2 Port o2 LEFT_OVER',
    kept[1],
    'pdu-2 PowerPort o1 CHANGED; inlet in → in2; leg A → B',
  ]);
  expect(await applyType('pdu')).toEqual([]);
  expect(await differences('pdu')).toEqual(kept);
  expect(await power('pdu-1')).toEqual([
    'in INLET  1200 900 ',
    'in2 INLET  500 400 ',
    'o1 OUTLET B   pdu-1-in2',
    'o2 OUTLET  300  pdu-1-in',
  ]);
  expect(await power('pdu-2')).toEqual(['in INLET  1000 500 ', 'in2 INLET  500 400 ', 'o1 OUTLET B   pdu-2-in2']);
  // A declaration that is gone comes back; the device goes with all of it.
  await app.execute('mutation { deletePowerPort(input: { name: "pdu-2-o1" }) { userErrors { code } } }');
  expect(await differences('pdu', ['pdu-2'])).toEqual([kept[1], 'pdu-2 PowerPort o1 MISSING']);
  expect(await applyType('pdu')).toEqual([]);
  expect(await differences('pdu', ['pdu-2'])).toEqual([kept[1]]);
  const gone = await app.execute(
    'mutation { deleteEquipment(input: { name: "pdu-1", cascade: true }) { userErrors { code message } } }',
  );
  expect(gone.data.deleteEquipment.userErrors).toEqual([]);
});

test('power: what was set by hand and what the type says together make no sense, and are kept; so is an inlet with an outlet of our own', async () => {
  const [c13, c14] = [
    (name: string, more: object = {}) => ({ name, form: 'iec-60320-c13', ...more }),
    (name: string, more: object = {}) => ({ name, form: 'iec-60320-c14', ...more }),
  ];
  await applied(
    type('odd', {
      powerPorts: [c14('in'), c14('low'), c14('spare')],
      powerOutlets: [c13('x'), c13('y', { powerPort: 'spare' })],
    }) +
      device('odd-1', 'odd') +
      device('odd-2', 'odd'),
  );
  const power = (port: string, more: object): string =>
    doc(`PowerPort/odd-1-${port}`, { portRef: named(`odd-1-${port}`), ...more });
  await applied(
    power('x', { role: 'Outlet', inletRef: named('odd-1-in') }) +
      power('low', { role: 'Inlet', ratedWatts: 100 }) +
      doc('Port/odd-1-own', { deviceRef: at('Equipment/odd-1'), type: 'Power', name: 'own' }, 'catalog.miloapis.com') +
      power('own', { role: 'Outlet', inletRef: named('odd-1-spare') }),
  );
  expect(await differences('odd')).toEqual([]);
  // The outlet x becomes an inlet, low draws more than it gives, spare goes.
  await applied(
    type('odd', { powerPorts: [c14('in'), c14('low', { allocatedDraw: 200 }), c14('x')], powerOutlets: [c13('y')] }),
  );
  const kept = [
    'odd-1 Port spare LEFT_OVER; kept: PowerPort/odd-1-own',
    'odd-1 PowerPort low CHANGED; allocatedWatts null → 200; kept: PowerPort/odd-1-low',
    'odd-1 PowerPort x CHANGED; role Outlet → Inlet; kept: PowerPort/odd-1-x',
  ];
  expect((await differences('odd', ['odd-1'])).filter((line) => line.includes('kept'))).toEqual(kept);
  expect(await applyType('odd')).toEqual([]);
  expect(await differences('odd')).toEqual(kept);
});

test('ports that were there are wired once they are declared as the type says; one in use keeps its side', async () => {
  const own = (label: string, side: string): string =>
    doc(
      `Port/side-1-${label}`,
      { deviceRef: at('Equipment/side-1'), type: 'PatchPanel', name: label },
      'catalog.miloapis.com',
    ) + doc(`PassThroughPort/side-1-${label}`, { portRef: named(`side-1-${label}`), side });
  await applied(
    type('side', {
      frontPorts: ['1', '2', '3'].map((name, index) => ({
        ...{ name, form: 'lc', rearPort: 'r', rearPortPosition: index + 1 },
      })),
      rearPorts: [{ name: 'r', form: 'mpo', positions: 3 }],
    }) + type('far', { interfaces: sockets('10gbase-x-sfpp', 'e') }),
  );
  await applied(device('side-2', 'far'));
  await applied(
    device('side-1', 'side') +
      own('2', 'Rear') +
      own('r', 'Rear') +
      doc('Cable/side', { endpoints: [named('side-1-2'), named('side-2-e')], media: 'FiberSMF' }),
  );
  const kept = [
    'side-1 PassThroughPort 2 CHANGED; side Rear → Front; kept: Cable/side',
    'side-1 PortMapping 2 MISSING; kept: PassThroughPort/side-1-2',
  ];
  expect(await differences('side')).toEqual([
    kept[0],
    'side-1 PassThroughPort r CHANGED; positions 1 → 3',
    kept[1],
    'side-1 PortMapping 3 MISSING',
  ]);
  expect(await applyType('side')).toEqual([]);
  expect(await differences('side')).toEqual(kept);
});

test('the direction of power stays while a cable is in the port; a rear port called like its front port follows its type', async () => {
  const parts = (form: string) => ({
    frontPorts: [{ name: '1', form: 'lc', rearPort: '1', rearPortPosition: 1 }],
    rearPorts: [{ name: '1', form, positions: 1 }],
  });
  const [outlet, inlet] = [sockets('iec-60320-c13', 'x', 'y'), sockets('iec-60320-c14', 'z')];
  await applied(type('turn', { ...parts('mpo'), powerOutlets: outlet, powerPorts: inlet }) + device('turn-1', 'turn'));
  await applied(doc('Cable/power', { endpoints: [named('turn-1-x'), named('turn-1-z')], media: 'Power' }));
  await applied(type('turn', { ...parts('lc'), powerPorts: [...inlet, ...sockets('iec-60320-c13', 'x', 'y')] }));
  expect(await differences('turn')).toEqual([
    'turn-1 Port 1 rear CHANGED; hardware.form mpo → lc',
    'turn-1 Port x CHANGED; hardware.part PowerOutlet → PowerPort',
    'turn-1 Port y CHANGED; hardware.part PowerOutlet → PowerPort',
    'turn-1 PowerPort x CHANGED; role Outlet → Inlet; kept: ',
    'turn-1 PowerPort y CHANGED; role Outlet → Inlet',
  ]);
  expect(await applyType('turn')).toEqual([]);
  expect(await differences('turn')).toEqual(['turn-1 PowerPort x CHANGED; role Outlet → Inlet; kept: ']);
});

test('wiring follows its type as a whole, unless a cable is in it', async () => {
  const panel = (...wires: [name: string, rear: string, position: number][]) =>
    type('panel', {
      frontPorts: wires.map(([name, rearPort, rearPortPosition]) => ({ name, form: 'lc', rearPort, rearPortPosition })),
      rearPorts: [...new Set(wires.map(([, rear]) => rear))].map((name) => ({
        name,
        form: 'mpo',
        positions: wires.filter(([, rear]) => rear === name).length,
      })),
    });
  await applied(
    panel(['1', 'r', 1], ['2', 'r', 2], ['3', 's', 1]) + device('free', 'panel') + device('cabled', 'panel'),
  );
  await applied(type('end', { interfaces: sockets('10gbase-x-sfpp', 'e') }) + device('end', 'end'));
  await applied(doc('Cable/in-1', { endpoints: [named('cabled-1'), named('end-e')], media: 'FiberSMF' }));
  // 1 and 2 change places, 3 goes, and with it s; t is new.
  await applied(panel(['1', 'r', 2], ['2', 'r', 1], ['4', 't', 1]));
  expect(await differences('panel', ['cabled'])).toEqual([
    'cabled Port 3 LEFT_OVER',
    'cabled Port 4 MISSING',
    'cabled Port s LEFT_OVER',
    'cabled Port t MISSING',
    'cabled PortMapping 1 CHANGED; rearPort r/1 → r/2; kept: Cable/in-1',
    'cabled PortMapping 2 CHANGED; rearPort r/2 → r/1; kept: ',
  ]);
  expect(await applyType('panel')).toEqual([]);
  const others = ['4 PATCH_PANEL  lc 1 → t/1', 'r PATCH_PANEL  mpo 2', 't PATCH_PANEL  mpo 1'];
  expect(await ports('free')).toEqual(['1 PATCH_PANEL  lc 1 → r/2', '2 PATCH_PANEL  lc 1 → r/1', ...others]);
  expect(await ports('cabled')).toEqual(['1 PATCH_PANEL  lc 1 → r/1', '2 PATCH_PANEL  lc 1 → r/2', ...others]);
  expect(await differences('panel', ['free'])).toEqual([]);
  // Narrower and onto another trunk, in one go.
  await applied(panel(['1', 'r', 1], ['2', 't', 1]));
  expect(await applyType('panel', { devices: ['free'] })).toEqual([]);
  expect(await ports('free')).toEqual([
    '1 PATCH_PANEL  lc 1 → r/1',
    '2 PATCH_PANEL  lc 1 → t/1',
    'r PATCH_PANEL  mpo 1',
    't PATCH_PANEL  mpo 1',
  ]);
  expect(await differences('panel', ['free'])).toEqual([]);
});

test('a device of another type is refused', async () => {
  await applied(type('one', {}) + type('other', {}) + device('of-other', 'other'));
  expect(await applyType('one', { devices: ['of-other', 'nobody'] })).toEqual([
    'NOT_OF_THE_TYPE there is no device of-other of the type one',
    'NOT_OF_THE_TYPE there is no device nobody of the type one',
  ]);
});

test('many devices take as many statements as one', async () => {
  const statements = async (name: string, count: number): Promise<number> => {
    const devices = Array.from({ length: count }, (_, index) => device(`${name}-${index}`, name));
    await applied(type(name, { interfaces: sockets('25gbase-x-sfp28', 'a', 'b', 'c') }) + devices.join(''));
    await applied(
      type(name, { interfaces: [...sockets('100gbase-x-qsfp28', 'a'), ...sockets('25gbase-x-sfp28', 'b', 'd')] }),
    );
    const { data, extensions } = await app.execute(
      APPLY,
      { input: { deviceType: { name } } },
      { 'x-catalog-explain': 'true' },
    );
    expect(data.applyDeviceType.userErrors).toEqual([]);
    expect(await differences(name)).toEqual([]);
    return extensions?.explain.statements ?? 0;
  };
  expect(await statements('many', 20)).toBe(await statements('few', 1));
});

test('it needs the permissions to write its parts by hand; hidden devices are left alone and not told of', async () => {
  await applied(
    site('hidden') +
      type('guarded', { interfaces: sockets('25gbase-x-sfp28', 'a', 'b') }) +
      device('guarded-1', 'guarded') +
      device('guarded-2', 'guarded').replace('"fra1"', '"hidden"') +
      manifest('User', 'una', { email: 'una@example.com' }) +
      role('readers', 'catalog/assets.get catalog/equipment.get inv/ports.get') +
      binding('readers', 'Site/fra1', 'readers', [userOf('una')]),
  );
  await applied(
    type('guarded', { interfaces: [...sockets('100gbase-x-qsfp28', 'a'), ...sockets('25gbase-x-sfp28', 'd')] }),
  );
  const una = app.as('una');
  expect(await differences('guarded', undefined, { ...app, execute: una.execute } as TestApp)).toEqual([
    'guarded-1 Port a CHANGED; hardware.form 25gbase-x-sfp28 → 100gbase-x-qsfp28; speed 25G → 100G',
    'guarded-1 Port b LEFT_OVER',
    'guarded-1 Port d MISSING',
  ]);
  expect((await applyType('guarded', {}, una)).map((one) => one.slice(0, 9))).toContain('FORBIDDEN');
  await applied(
    role(
      'readers',
      'catalog/assets.get catalog/assets.update catalog/equipment.get inv/ports.get inv/ports.create inv/ports.update inv/ports.delete',
    ),
  );
  expect(await applyType('guarded', {}, una)).toEqual([]);
  expect((await ports('guarded-1')).map((one) => one.split(' ')[0])).toEqual(['a', 'd']);
  expect((await ports('guarded-2')).map((one) => one.split(' ')[0])).toEqual(['a', 'b']);
  // What is written on a device that is hidden is not found either.
  const byDevice = async (by: Pick<TestApp, 'execute'>): Promise<unknown> =>
    (
      await by.execute(
        '{ portsByDevice(ports: ["guarded-1/a", "Equipment/guarded-2/a", "Node/guarded-1/a"]) { name } }',
      )
    ).data.portsByDevice;
  expect(await byDevice(app)).toEqual([{ name: 'guarded-1-a' }, { name: 'guarded-2-a' }, null]);
  expect(await byDevice(una)).toEqual([{ name: 'guarded-1-a' }, null, null]);
});

test('who sees the asset and not the device is neither shown the device nor changes it', async () => {
  const of = (name: string, where: string): string => device(name, 'half').replace('"fra1"', `"${where}"`);
  await applied(
    site('elsewhere') +
      type('half', { interfaces: sockets('25gbase-x-sfp28', 'a') }) +
      of('half-1', 'fra1') +
      of('half-2', 'elsewhere') +
      manifest('User', 'ute', { email: 'ute@example.com' }) +
      role(
        'asset-keepers',
        'catalog/assets.get catalog/assets.update inv/ports.get inv/ports.create inv/ports.update',
      ) +
      role('box-readers', 'catalog/equipment.get') +
      binding('asset-keepers', 'Region/eu', 'asset-keepers', [userOf('ute')]) +
      binding('box-readers', 'Site/fra1', 'box-readers', [userOf('ute')]),
  );
  await applied(type('half', { interfaces: sockets('25gbase-x-sfp28', 'a', 'b') }));
  const ute = app.as('ute');
  const seen = await ute.execute(
    '{ assets(where: { name: { startsWith: "half-" } }, orderBy: [NAME_ASC]) { nodes { name } } }',
  );
  expect(seen.data.assets.nodes).toEqual([{ name: 'half-1' }, { name: 'half-2' }]);
  const shown = await differences('half', undefined, { ...app, execute: ute.execute } as TestApp);
  expect(shown).toEqual(['half-1 Port b MISSING']);
  expect(await applyType('half', { devices: ['half-2'] }, ute)).toEqual([
    'NOT_OF_THE_TYPE there is no device half-2 of the type half',
  ]);
  expect(await applyType('half', {}, ute)).toEqual([]);
  expect(await differences('half')).toEqual(['half-2 Port b MISSING']);
});
