import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readType } from '../../src/cli/import/read-type.ts';
import { binding, doc as manifest, role, userOf } from '../authz/world.ts';
import { startApp, type TestApp } from '../kit/app.ts';
import { undeclaredNames } from '../kit/undeclared-names.ts';
import { at, doc, host, named, refusals, site } from './documents.ts';
import { type LibraryFile, libraryFiles, libraryFolder } from './library.ts';

/*
 * One device of each type of the library, in site fra1:   Equipment/d-<type>  ◄── Asset/d-<type> ──► DeviceType/<type>
 * and chassis `c` with bays, in which modules are put.
 */
let app: TestApp;
let files: Map<string, LibraryFile>;
const read = async (path: string) => {
  const type = readType(await readFile(`${libraryFolder}/${path}`, 'utf8'));
  if (typeof type === 'string') throw new Error(type);
  return type;
};
const equipment = (name: string, more: object = {}): string =>
  doc(`Equipment/${name}`, { siteRef: named('fra1'), type: 'Other', ...more });
const asset = (device: string, type: string | null, more: object = {}): string =>
  doc(`Asset/${device.split('/')[1]}`, {
    deviceRef: at(device),
    ...(type !== null && { typeRef: named(type) }),
    ...more,
  });
const applied = async (content: string): Promise<void> => expect((await app.apply(content)).userErrors).toEqual([]);

beforeAll(async () => {
  app = await startApp();
  files = await libraryFiles();
  const types = await Promise.all([...files.keys()].map(async (path) => JSON.stringify((await read(path)).manifest)));
  const place = [
    doc('Region/eu', { displayName: 'eu' }),
    site('fra1'),
    doc('Rack/r1', { siteRef: named('fra1'), heightU: 48 }),
  ];
  await applied([...place, ...types.map((type) => `---\n${type}\n`)].join(''));
}, 60_000);
afterAll(() => app.close());

interface Port {
  readonly label: string;
  readonly type: string;
  readonly speed: { readonly text: string } | null;
  readonly hardware: { readonly part: string; readonly form: string | null } | null;
  readonly passThrough: { readonly side: string; readonly positions: number } | null;
  readonly powerPort: {
    readonly powerRole: string;
    readonly powerLeg: string | null;
    readonly ratedWatts: number | null;
    readonly allocatedWatts: number | null;
    readonly inlet: { readonly port: { readonly label: string } } | null;
  } | null;
  readonly frontMappings: {
    readonly nodes: readonly { readonly rearPort: { readonly label: string }; readonly rearPosition: number }[];
  };
}

interface Made {
  readonly name: string;
  readonly deviceType: { readonly name: string; readonly uHeight: number; readonly isFullDepth: boolean };
  readonly ports: { readonly totalCount: number; readonly nodes: readonly Port[] };
  readonly slots: { readonly nodes: readonly { readonly slot: string }[] };
  readonly moduleBays: { readonly nodes: readonly { readonly label: string; readonly position: string | null }[] };
}

const PARTS = `name deviceType { name uHeight isFullDepth } slots(first: 200) { nodes { slot } } moduleBays(first: 200) { nodes { label position } }
  ports(first: 400) { totalCount nodes { label type speed { text } hardware { part form } passThrough { side positions }
    powerPort { powerRole powerLeg ratedWatts allocatedWatts inlet { port { label } } }
    frontMappings(first: 10) { nodes { rearPort { label } rearPosition } } } }`;

const device = async (name: string): Promise<Made> => {
  const { data } = await app.execute(`query ($name: String) { equipment(name: $name) { ${PARTS} } }`, { name });
  return data.equipment as Made;
};

const rate = /^(\d+(?:\.\d+)?)(m|g)?base/;
const wireless = new Set(['lte', 'ieee802.11ac']);
/** What an interface of the library is as a port, of the forms that the folder has. */
const portOf = (form: string): [type: string, speed: string | null] => {
  const [, digits, unit] = rate.exec(form) ?? [];
  const megabits = digits === undefined ? undefined : Number(digits) * (unit === 'g' ? 1_000 : 1);
  const speed = megabits === undefined ? null : megabits % 1_000 === 0 ? `${megabits / 1_000}G` : `${megabits}M`;
  return [/base-tx?$|stackwise/.test(form) ? 'ETHERNET' : 'OPTICAL', speed];
};

/** The ports that a file of the library says, each `label type speed part form side positions → rear port/position`. */
function portsIn(file: LibraryFile, place: (name: string) => string = (name) => name): string[] {
  const list = (key: string): LibraryFile[] => file[key] ?? [];
  const fronts = new Set(list('front-ports').map(({ name }) => name));
  const rear = (name: string): string => (fronts.has(name) ? `${place(name)} rear` : place(name));
  const plain = (key: string, type: string, part: string): string[] =>
    list(key).map((one) => [place(one.name), type, null, part, one.type].join(' '));
  return [
    ...list('interfaces')
      .filter(({ type }) => !wireless.has(type))
      .map((one) => [place(one.name), ...portOf(one.type), 'INTERFACE', one.type].join(' ')),
    ...plain('console-ports', 'SERIAL', 'CONSOLE_PORT'),
    ...plain('console-server-ports', 'SERIAL', 'CONSOLE_SERVER_PORT'),
    ...list('power-ports').map((one) =>
      [place(one.name), 'POWER', null, 'POWER_PORT', one.type, 'INLET', one.maximum_draw, one.allocated_draw].join(' '),
    ),
    ...list('power-outlets').map((one) =>
      [
        place(one.name),
        'POWER',
        null,
        'POWER_OUTLET',
        one.type,
        'OUTLET',
        one.feed_leg,
        place(one.power_port ?? ''),
      ].join(' '),
    ),
    ...list('front-ports').map((one) =>
      [
        place(one.name),
        'PATCH_PANEL',
        null,
        'FRONT_PORT',
        one.type,
        'FRONT 1 →',
        `${rear(one.rear_port)}/${one.rear_port_position ?? 1}`,
      ].join(' '),
    ),
    ...list('rear-ports').map((one) =>
      [rear(one.name), 'PATCH_PANEL', null, 'REAR_PORT', one.type, 'REAR', one.positions ?? 1].join(' '),
    ),
  ].sort();
}

const powerOf = (power: Port['powerPort']): unknown[] => {
  if (power === null) return [];
  const { powerRole: role, powerLeg, ratedWatts, allocatedWatts, inlet } = power;
  return role === 'INLET' ? [role, ratedWatts, allocatedWatts] : [role, powerLeg, inlet?.port.label];
};

const lineOf = ({ label, type, speed, hardware, passThrough, powerPort, frontMappings }: Port): string =>
  [
    ...[label, type, speed?.text, hardware?.part, hardware?.form],
    ...powerOf(powerPort),
    ...(passThrough === null ? [] : [passThrough.side, passThrough.positions]),
    ...frontMappings.nodes.map(({ rearPort, rearPosition }) => `→ ${rearPort.label}/${rearPosition}`),
  ].join(' ');

test('a device of each type has what the file says: ports, wiring, slots, bays, height and depth', async () => {
  const types = [...files].filter(([path]) => path.startsWith('types/'));
  await applied(types.flatMap(([, { slug }]) => [equipment(`d-${slug}`), asset(`Equipment/d-${slug}`, slug)]).join(''));
  for (const [path, file] of types) {
    const made = await device(`d-${file.slug}`);
    expect(made.ports.nodes.map(lineOf).sort(), path).toEqual(portsIn(file));
    expect(made.ports.totalCount).toBe(made.ports.nodes.length);
    expect(made.slots.nodes.map(({ slot }) => slot).sort()).toEqual(
      (file['device-bays'] ?? []).map(({ name }: LibraryFile) => name).sort(),
    );
    expect(made.moduleBays.nodes.map(({ label, position }) => `${label} ${position}`).sort()).toEqual(
      (file['module-bays'] ?? []).map(({ name, position }: LibraryFile) => `${name} ${position}`).sort(),
    );
    expect(made.deviceType).toEqual({
      name: file.slug,
      uHeight: Number(file.u_height),
      isFullDepth: /true/i.test(file.is_full_depth),
    });
  }
}, 60_000);

describe('modules', () => {
  const bay = (name: string, position: string, device = 'Equipment/c', more: object = {}): string =>
    doc(`ModuleBay/${name}`, { deviceRef: at(device), name, position, ...more });
  const inBay = (name: string, type: string, bayName = name, more: object = {}): string =>
    doc(`Module/${name}`, { bayRef: named(bayName), typeRef: named(type), ...more });

  test('a module of each type brings its ports, named after its bay', async () => {
    const modules = [...files].filter(([path]) => path.startsWith('modules/'));
    await applied(equipment('c') + modules.map((_, index) => bay(`bay-${index}`, `P${index}`)).join(''));
    const names = await Promise.all(modules.map(async ([path]) => (await read(path)).name));
    // Some bring the same names wherever they are: each on a device of its own.
    await applied(
      modules
        .map((_, index) => equipment(`c${index}`) + bay(`own-${index}`, `P${index}`, `Equipment/c${index}`))
        .join(''),
    );
    await applied(names.map((name, index) => inBay(`own-${index}`, name)).join(''));
    for (const [index, [path, file]] of modules.entries()) {
      const made = await device(`c${index}`);
      const place = (name: string): string => name.replaceAll('{module}', `P${index}`);
      expect(made.ports.nodes.map(lineOf).sort(), path).toEqual(portsIn(file, place));
      const nested = (file['module-bays'] ?? []).map(({ name }: LibraryFile) => `own-${index} ${name}`);
      expect(made.moduleBays.nodes.map(({ label }) => label).sort()).toEqual([`own-${index}`, ...nested].sort());
    }
  }, 60_000);

  test('a module in a module has the positions of both in its names, the outermost first', async () => {
    const types = [
      doc('ModuleType/carrier', {
        manufacturer: 'Example',
        model: 'Carrier',
        moduleBays: [{ name: 'Sub {module}.1', position: '1' }],
      }),
      doc('ModuleType/card', {
        manufacturer: 'Example',
        model: 'Card',
        interfaces: [{ name: 'Eth{module}/{module}/0', form: '10gbase-x-sfpp' }],
      }),
    ];
    await applied(`${types.join('')}${equipment('nest')}${bay('nest-7', '7', 'Equipment/nest')}`);
    await applied(inBay('carrier', 'carrier', 'nest-7'));
    const { data } = await app.execute(
      '{ equipment(name: "nest") { moduleBays(first: 9) { nodes { name label parent { name } } } } }',
    );
    const [, sub] = data.equipment.moduleBays.nodes;
    expect(sub).toEqual({ name: 'nest-sub-7-1', label: 'Sub 7.1', parent: { name: 'nest-7' } });
    await applied(inBay('card', 'card', sub.name));
    const ports = (
      await app.execute(
        '{ module(name: "card") { ports(first: 5) { nodes { name label module { name } device { name } } } } }',
      )
    ).data;
    expect(ports.module.ports.nodes).toEqual([
      { name: 'nest-eth7-1-0', label: 'Eth7/1/0', module: { name: 'card' }, device: { name: 'nest' } },
    ]);
    const held = await app.execute(
      'mutation { deleteModule(input: { name: "carrier" }) { userErrors { code message } } }',
    );
    expect(held.data.deleteModule.userErrors).toEqual([
      { code: 'MODULE_HOLDS_MODULES', message: 'Module/card sits in one of its bays' },
    ]);
    const both = await app.execute(
      'mutation { batch(input: { operations: [{ deleteModule: { name: "card" } }, { deleteModule: { name: "carrier" } }] }) { userErrors { code message } } }',
    );
    expect(both.data.batch.userErrors).toEqual([]);
    expect((await device('nest')).ports.totalCount).toBe(0);
    expect((await device('nest')).moduleBays.nodes).toEqual([{ label: 'nest-7', position: '7' }]);
  });

  test('a bay holds one module; names of ports that the device has are refused, naming the port', async () => {
    await applied(`${equipment('full')}${bay('full-1', '1', 'Equipment/full')}${bay('full-2', '1', 'Equipment/full')}`);
    await applied(inBay('full-a', 'generic-keystone-rj45', 'full-1'));
    expect(await refusals(app, inBay('full-b', 'generic-keystone-rj45', 'full-1'))).toContain(
      'BAY_TAKEN Module/full-b spec.bayRef.name: the bay holds a module already: Module/full-a (an empty bay)',
    );
    expect(await refusals(app, inBay('full-b', 'generic-keystone-rj45', 'full-2'))).toEqual([
      'PORT_NAME_TAKEN Module/full-b spec.typeRef.name: it brings a port 1-RJ45, and the device has one: Port/full-1-rj45 (a bay in which the names of its ports are free)',
    ]);
  });

  test('modules of one write that bring the same names are refused, each with the other', async () => {
    await applied(
      `${equipment('twin')}${bay('twin-1', '1', 'Equipment/twin')}${bay('twin-2', '1', 'Equipment/twin')}` +
        doc('ModuleType/echo', {
          manufacturer: 'Example',
          model: 'Echo',
          interfaces: [
            { name: 'e{module}', form: '1000base-t' },
            { name: 'e7', form: '1000base-t' },
          ],
        }),
    );
    const [a, b] = ['a', 'b'].map((name, index) => inBay(`twin-${name}`, 'generic-keystone-rj45', `twin-${index + 1}`));
    const free = 'a bay in which the names of its ports are free';
    const elsewhere = equipment('lone') + bay('lone-1', '1', 'Equipment/lone');
    expect(await refusals(app, `${a}${elsewhere}${inBay('lone', 'generic-keystone-rj45', 'lone-1')}`)).toEqual([]);
    expect(await told(`${a}${b}`)).toEqual([
      `PORT_NAME_TAKEN Module/twin-a spec.typeRef.name: it brings a port 1-RJ45, and so does another: Module/twin-b (${free})`,
      `PORT_NAME_TAKEN Module/twin-b spec.typeRef.name: it brings a port 1-RJ45, and so does another: Module/twin-a (${free})`,
    ]);
    expect(await refusals(app, bay('twin-7', '7', 'Equipment/twin') + inBay('twin-7', 'echo'))).toEqual([
      `PORT_NAME_TAKEN Module/twin-7 spec.typeRef.name: it brings two ports called e7 (${free})`,
    ]);
  });

  test('bays that are inside each other are refused, whatever is put into them', async () => {
    const ring = ['a', 'b'].map((name, index) =>
      bay(`ring-${name}`, name, 'Equipment/twin', { parentRef: named(`ring-${'ba'[index]}`) }),
    );
    expect(await refusals(app, ring.join('') + inBay('ring-a', 'generic-keystone-rj45'))).toEqual(
      ['a', 'b'].map(
        (name) =>
          `BAY_CYCLE ModuleBay/ring-${name} spec.parentRef.name: the bay is inside itself (a bay that is not inside this one)`,
      ),
    );
  });

  test('a module goes with its ports, unless one is cabled: the refusal names the cable', async () => {
    const cable = doc('Cable/in-use', {
      endpoints: [named('full-1-rj45'), named('d-generic-24-port-copper-patch-panel-port-1')],
      media: 'Copper',
    });
    await applied(cable);
    const kept = await app.execute(
      'mutation { deleteModule(input: { name: "full-a" }) { userErrors { code message } } }',
    );
    expect(kept.data.deleteModule.userErrors).toEqual([
      { code: 'REFERENCED', message: 'Port/full-1-rj45 of Module/full-a is referred to by 1 cable (in-use)' },
    ]);
    await app.execute('mutation { deleteCable(input: { name: "in-use" }) { userErrors { code } } }');
    const gone = await app.execute(
      'mutation { deleteModule(input: { name: "full-a" }) { userErrors { code message } } }',
    );
    expect(gone.data.deleteModule.userErrors).toEqual([]);
    expect((await device('full')).ports.totalCount).toBe(0);
  });
});

test('what is stated by hand, and what is there already, stays as it is', async () => {
  const own = doc(
    'Port/mine',
    { deviceRef: at('Equipment/known'), type: 'Optical', name: 'eth0', speed: '100G' },
    'catalog.miloapis.com',
  );
  const type = doc('DeviceType/pair', {
    manufacturer: 'Example',
    model: 'Two',
    interfaces: [
      { name: 'eth0', form: '25gbase-x-sfp28' },
      { name: 'eth1', form: '25gbase-x-sfp28' },
    ],
  });
  await applied(type + equipment('known') + own + asset('Equipment/known', 'pair'));
  expect((await device('known')).ports.nodes.map(({ label, speed }) => `${label} ${speed?.text}`)).toEqual([
    'eth1 25G',
    'eth0 100G',
  ]);
  // A second application makes nothing, nor does a change of something else.
  const again = await app.apply(asset('Equipment/known', 'pair', { serial: 'S1' }));
  expect(again.counts).toMatchObject({ updated: 1 });
  await app.execute('mutation { deletePort(input: { name: "known-eth1" }) { userErrors { code } } }');
  await applied(asset('Equipment/known', 'pair', { serial: 'S2' }));
  expect((await device('known')).ports.totalCount).toBe(1);
});

/** What is refused, said and written to the audit log; what would be accepted is not written. */
async function told(content: string): Promise<string[]> {
  const lines = await refusals(app, content);
  if (lines.length > 0) expect((await app.apply(content)).userErrors).toHaveLength(lines.length);
  return lines;
}

/*
 * Ports that were there before their type was stated:   mixed   1 ─── circuit      2, 3 ═══ e      strip   in ─── psu of server fed
 */
describe('what a type makes of ports that were there is judged like what is written by hand', () => {
  const own = (on: string, name: string, type: string): string =>
    doc(`Port/${on.split('/')[1]}-${name}`, { deviceRef: at(on), type, name }, 'catalog.miloapis.com');
  const panel = (name: string, front: string, ...rears: string[]): string =>
    doc(`DeviceType/${name}`, {
      manufacturer: 'Example',
      model: name,
      frontPorts: [{ name: front, form: 'lc', rearPort: 'trunk', rearPortPosition: 1 }],
      rearPorts: ['trunk', ...rears].map((rear) => ({ name: rear, form: 'mpo', positions: 1 })),
    });
  const ofType = (type: string, device = 'Equipment/mixed'): Promise<string[]> => told(asset(device, type));

  beforeAll(() =>
    applied(
      [
        equipment('mixed'),
        host('fed'),
        equipment('strip'),
        ...['1', '2', '3'].map((name) => own('Equipment/mixed', name, 'PatchPanel')),
        own('Equipment/mixed', 'e', 'Optical'),
        doc('Provider/carrier', { displayName: 'Carrier', type: 'Transit' }),
        doc('Circuit/there', {
          ...{ providerRef: named('carrier'), type: 'Transit', aEnd: at('Port/mixed-1'), zEnd: at('Site/fra1') },
        }),
        doc(
          'Cable/wide',
          {
            endpoints: [named('mixed-e'), named('mixed-2'), named('mixed-3')],
            media: 'FiberSMF',
          },
          'catalog.miloapis.com',
        ),
        own('Equipment/strip', 'in', 'Power') +
          doc('Port/fed-psu', { deviceRef: at('Node/fed'), type: 'Power', name: 'psu' }),
        doc('Cable/power', { endpoints: [named('strip-in'), named('fed-psu')], media: 'Power' }),
        panel('circuit', '1') + panel('turned', '2', '3') + panel('fits', '2'),
        doc('DeviceType/strip', {
          ...{ manufacturer: 'Example', model: 'strip', powerPorts: [{ name: 'in', form: 'iec-60320-c14' }] },
        }),
      ].join(''),
    ),
  );

  test.each([
    [
      'a front where a circuit ends',
      'circuit',
      'CIRCUIT_ENDS_HERE Asset/mixed spec.typeRef.name: of Port/mixed-1 the type makes a PassThroughPort: Circuit/there ends at the port (a port at which no circuit ends)',
    ],
    [
      'a front and a rear at one end of a cable',
      'turned',
      'ENDS_OF_SEVERAL_KINDS Asset/mixed spec.typeRef.name: of Port/mixed-2 the type makes a PassThroughPort: Cable/wide: ports mixed-2, mixed-3 at one end are of several kinds (at one end only interfaces, only consoles, only ports of console servers, only fronts or only rears of panels, only ends of circuits, only inlets, only outlets or only feeds)',
    ],
  ])('%s', async (_what, type, refusal) => {
    expect(await ofType(type)).toContain(refusal);
  });

  test('an inlet from which a server is powered', async () => {
    expect(await ofType('strip', 'Equipment/strip')).toEqual([
      'POWER_FROM_NOWHERE Asset/strip spec.typeRef.name: of Port/strip-in the type makes a PowerPort: no other end of Cable/power gives power (Outlet, as long as the cable is there)',
    ]);
    const { data } = await app.execute('mutation { deleteCable(input: { name: "power" }) { userErrors { code } } }');
    expect(data.deleteCable.userErrors).toEqual([]);
    expect(await ofType('strip', 'Equipment/strip')).toEqual([]);
  });

  test('a console at both ends of a cable', async () => {
    const serials = ['desk', 'other']
      .map((name) => equipment(name) + own(`Equipment/${name}`, 'con', 'Serial'))
      .join('');
    const type = doc('DeviceType/desk', {
      ...{ manufacturer: 'Example', model: 'desk', consolePorts: [{ name: 'con', form: 'rj-45' }] },
    });
    const joined = doc('Cable/consoles', { endpoints: [named('desk-con'), named('other-con')], media: 'Copper' });
    await applied(serials + type + joined + asset('Equipment/desk', 'desk'));
    expect(await ofType('desk', 'Equipment/other')).toEqual([
      'CONSOLES_ALIKE Asset/other spec.typeRef.name: of Port/other-con the type makes a ConsolePort: Cable/consoles is plugged in here: both its ends would be a console port (a console port at one end, and a port of a console server at the other)',
    ]);
  });

  test('what fits is made, with a cable in it', async () => {
    expect(await ofType('fits')).toEqual([]);
    // The same write may take away what stands in the way.
    const { data } = await app.execute(
      `mutation { batch(input: { validateOnly: true, operations: [{ deleteCircuit: { name: "there" } },
        { createAsset: { name: "mixed", device: { equipment: { name: "mixed" } }, deviceType: { name: "circuit" } } }] }) { userErrors { code message } } }`,
    );
    expect(data.batch.userErrors).toEqual([]);
  });
});

test('all devices of a batch take as many statements as one', async () => {
  const statementsFor = async (from: number, count: number): Promise<number> => {
    const names = Array.from({ length: count }, (_, index) => `n${from + index}`);
    const content = names.map((name) => equipment(name) + asset(`Equipment/${name}`, 'cisco-n9k-c93180yc-fx')).join('');
    const input = { manifests: [{ source: 'x', content }] };
    const { extensions, data } = await app.execute(
      'mutation ($input: ApplyInput!) { apply(input: $input) { counts { created } userErrors { message } } }',
      { input },
      { 'x-catalog-explain': 'true' },
    );
    expect(data.apply).toEqual({ counts: { created: 2 * count }, userErrors: [] });
    return extensions?.explain.statements ?? 0;
  };
  expect(await statementsFor(100, 20)).toBe(await statementsFor(1, 1));
  expect((await device('n105')).ports.totalCount).toBe(57);
});

test('what a type brings needs the permissions for it, where the device is', async () => {
  const rights = [
    manifest('User', 'una', { email: 'una@example.com' }),
    role('assets', 'catalog/assets.get catalog/assets.create catalog/equipment.get'),
    binding('assets', 'Site/fra1', 'assets', [userOf('una')]),
  ];
  await applied(equipment('guarded') + rights.join(''));
  const state = () =>
    app
      .as('una')
      .execute(
        'mutation { createAsset(input: { name: "guarded", device: { equipment: { name: "guarded" } }, deviceType: { name: "generic-24-port-copper-patch-panel" } }) { userErrors { code message } } }',
      );
  expect(
    (await state()).data.createAsset.userErrors.map(
      ({ code, message }: { code: string; message: string }) => `${code} ${message}`,
    ),
  ).toEqual([
    'FORBIDDEN inventory.miloapis.com/ports.create is missing, for what the type brings',
    'FORBIDDEN catalog.miloapis.com/passthroughports.create is missing, for what the type brings',
    'FORBIDDEN catalog.miloapis.com/portmappings.create is missing, for what the type brings',
  ]);
  await applied(
    role(
      'assets',
      'catalog/assets.get catalog/assets.create catalog/equipment.get inv/ports.create catalog/passthroughports.create catalog/portmappings.create',
    ),
  );
  expect((await state()).data.createAsset.userErrors).toEqual([]);
  expect((await device('guarded')).ports.totalCount).toBe(48);
});

test('of a server that is as deep as its rack, its mounting needs a permission, too, unless there is one', async () => {
  const reads = 'catalog/assets.get catalog/assets.create inv/nodes.get inv/ports.create';
  const deep = doc('DeviceType/deep', { manufacturer: 'Example', model: 'deep' });
  await applied(
    deep +
      ['deep-1', 'deep-2'].map((name) => host(name)).join('') +
      doc('DeviceMounting/deep-2', { deviceRef: at('Node/deep-2') }) +
      manifest('User', 'ute', { email: 'ute@example.com' }) +
      role('servers', reads) +
      binding('servers', 'Site/fra1', 'servers', [userOf('ute')]),
  );
  const state = async (name: string): Promise<unknown> =>
    (
      await app.as('ute').execute(
        `mutation ($name: String!) { createAsset(input: { name: $name, device: { computeNode: { name: $name } }, deviceType: { name: "deep" } }) {
          userErrors { code message } } }`,
        { name },
      )
    ).data.createAsset.userErrors;
  expect(await state('deep-1')).toEqual([
    {
      code: 'FORBIDDEN',
      message: 'catalog.miloapis.com/devicemountings.create is missing, for what the type brings',
    },
  ]);
  expect(await state('deep-2')).toEqual([]);
});

test('a server of a type; a rack is of none', async () => {
  await applied(host('server') + asset('Node/server', 'dell-poweredge-r640'));
  const { data } = await app.execute(
    '{ computeNode(name: "server") { depth deviceType { model } ports(first: 20) { nodes { name apiVersion } } } }',
  );
  expect(data.computeNode).toMatchObject({ depth: 'BOTH_FACES', deviceType: { model: 'PowerEdge R640' } });
  expect(data.computeNode.ports.nodes).toContainEqual({
    name: 'server-power-1',
    apiVersion: 'catalog.miloapis.com/v1alpha1',
  });
  expect(await refusals(app, asset('Rack/r1', 'dell-poweredge-r640'))).toEqual([
    'TYPE_OF_A_RACK Asset/r1 spec.typeRef.name: a rack is of no device type (a type on a Node, NetworkDevice or Equipment)',
  ]);
});

test('what was made is exported, and applies to an empty catalog with the same result', async () => {
  const kept = /^(d-corning|d-generic|d-apc|d-dell|nest|full|known|c0|own-0|mine|server|guarded|fra1|eu$)/;
  const manifests = async (of: TestApp): Promise<string[]> => {
    const found: string[] = [];
    for (let after: string | null = null; ; ) {
      const { data } = await of.execute(
        `query ($after: String) { objects(first: 500, after: $after, kinds: ["Region", "Site", "Node", "Equipment", "DeviceType", "ModuleType",
          "Asset", "ModuleBay", "Module", "Port", "PassThroughPort", "PortMapping", "DeviceSlot"]) {
          nodes { kind name manifest(bare: true) } pageInfo { endCursor hasNextPage } } }`,
        { after },
      );
      for (const { kind, name, manifest: text } of data.objects.nodes) {
        if (kind.endsWith('Type') || kept.test(name)) found.push(text);
      }
      if (data.objects.pageInfo.hasNextPage !== true) return found;
      after = data.objects.pageInfo.endCursor;
    }
  };
  const before = await manifests(app);
  const other = await startApp();
  try {
    expect((await other.apply(before.map((text) => `---\n${text}`).join(''))).userErrors).toEqual([]);
    const after = await manifests(other);
    expect(before.filter((text) => !after.includes(text))).toEqual([]);
    // Only what was taken away by hand after the type had made it comes back: eth1 of `known`.
    expect(after.filter((text) => !before.includes(text))).toEqual([expect.stringContaining('name: known-eth1')]);
  } finally {
    await other.close();
  }
}, 60_000);

test('all that refusals name is said to be a name, to be left out for those who may not know it', async () => {
  expect(await undeclaredNames(app)).toEqual([]);
});
