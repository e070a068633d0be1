import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../kit/app.ts';
import { undeclaredNames } from '../kit/undeclared-names.ts';
import { at, doc, named, refusals, site } from './documents.ts';

/*
 * Types are judged by themselves; bays and modules on equipment `c` and `d` in site fra1:
 *   c: bays c-1, c-2, c-3 (free)      d: bay d-1
 */
let app: TestApp;
const applied = async (content: string): Promise<void> => expect((await app.apply(content)).userErrors).toEqual([]);
const type = (name: string, parts: object, kind = 'DeviceType'): string =>
  doc(`${kind}/${name}`, { manufacturer: 'Example', model: name, ...parts });
const equipment = (name: string): string => doc(`Equipment/${name}`, { siteRef: named('fra1'), type: 'Other' });
const bay = (name: string, more: object = {}): string =>
  doc(`ModuleBay/${name}`, { deviceRef: at(`Equipment/${name.split('-')[0]}`), name, ...more });
const inBay = (name: string, bayName: string, more: object = {}): string =>
  doc(`Module/${name}`, { bayRef: named(bayName), typeRef: named('plain'), ...more });

beforeAll(async () => {
  app = await startApp();
  const chassis = equipment('c') + equipment('d') + ['c-1', 'c-2', 'c-3', 'd-1'].map((name) => bay(name)).join('');
  await applied(doc('Region/eu', { displayName: 'eu' }) + site('fra1') + type('plain', {}, 'ModuleType') + chassis);
});
afterAll(() => app.close());

test.each(['DeviceType', 'ModuleType', 'RackType'])('a manufacturer has one %s of a model', async (kind) => {
  const more = kind === 'RackType' ? { uHeight: 42 } : {};
  const one = (name: string, model: string, manufacturer = 'Example') =>
    doc(`${kind}/${name}`, { manufacturer, model, ...more });
  await applied(one('first', 'M-1') + one('second', 'M-2'));
  const taken = (name: string, other: string): string =>
    `MODEL_TAKEN ${kind}/${name} spec.model: the manufacturer has a type of this model already: ${kind}/${other} (another model, or a change of that type)`;
  expect(await refusals(app, one('third', 'M-1'))).toEqual([taken('third', 'first')]);
  expect(await refusals(app, one('second', 'M-1'))).toEqual([taken('second', 'first')]);
  // In the final state of the batch nobody has it twice; another manufacturer has models of its own.
  expect(await refusals(app, one('second', 'M-1') + one('first', 'M-2') + one('third', 'M-1', 'Other'))).toEqual([]);
});

describe('what a type says fits together', () => {
  const front = (name: string, rearPort: string, rearPortPosition = 1) => ({
    name,
    form: 'lc',
    rearPort,
    rearPortPosition,
  });
  const rear = (name: string, positions = 1) => ({ name, form: 'mpo', positions });
  const socket = (name: string, form = '1000base-t') => ({ name, form });
  const rows: [what: string, parts: object, refused: string][] = [
    [
      'two ports of one name in different sections',
      { interfaces: [socket('p')], consolePorts: [socket('p', 'rj-45')] },
      'TEMPLATE_NAME_TAKEN spec.consolePorts[0].name: interfaces has a port p already (a name that no other port of the type has)',
    ],
    [
      'an interface called like a rear port',
      { rearPorts: [rear('p')], interfaces: [socket('p')] },
      'TEMPLATE_NAME_TAKEN spec.rearPorts[0].name: interfaces has a port p already (a name that no other port of the type has)',
    ],
    [
      'an interface called as the rear port of a front port is called on a device',
      { interfaces: [socket('p rear')], frontPorts: [front('p', 'p')], rearPorts: [rear('p')] },
      'TEMPLATE_NAME_TAKEN spec.rearPorts[0].name: interfaces has a port p rear already (a name that no other port of the type has)',
    ],
    [
      'two rear ports that are called alike on a device',
      { frontPorts: [front('p', 'p')], rearPorts: [rear('p'), rear('p rear')] },
      'TEMPLATE_NAME_TAKEN spec.rearPorts[1].name: rearPorts has a port p rear already (a name that no other port of the type has)',
    ],
    [
      'a front port whose rear port is missing',
      { frontPorts: [front('1', 'r')], rearPorts: [rear('s')] },
      'NO_SUCH_REAR_PORT spec.frontPorts[0].rearPort: there is no rear port r (the name of one of rearPorts)',
    ],
    [
      'a front port on a strand that its rear port has not',
      { frontPorts: [front('1', 'r', 3)], rearPorts: [rear('r', 2)] },
      'POSITION_OUTSIDE_PORT spec.frontPorts[0].rearPortPosition: rear port r has 2 positions (1 to 2)',
    ],
    [
      'two front ports on one strand',
      { frontPorts: [front('1', 'r'), front('2', 'r')], rearPorts: [rear('r', 2)] },
      'POSITION_MAPPED spec.frontPorts[1].rearPortPosition: position 1 of r is wired to 1 already (a position that no other front port has)',
    ],
    [
      'an outlet that is fed by no inlet',
      {
        powerPorts: [socket('in', 'iec-60320-c14')],
        powerOutlets: [{ ...socket('out', 'iec-60320-c13'), powerPort: 'nowhere' }],
      },
      'NO_SUCH_POWER_PORT spec.powerOutlets[0].powerPort: there is no power port nowhere (the name of one of powerPorts)',
    ],
    [
      'an inlet with more allocated than it draws',
      { powerPorts: [{ ...socket('in', 'iec-60320-c14'), maximumDraw: 100, allocatedDraw: 120 }] },
      'ALLOCATED_ABOVE_RATED spec.powerPorts[0].allocatedDraw: 120 W are allocated, and in draws 100 W at most (at most 100)',
    ],
    ['a height between halves', { uHeight: 1.3 }, 'NOT_A_HALF_UNIT spec.uHeight: uHeight is 1.3 (1 or 1.5)'],
    [
      'a child that takes units',
      { subdeviceRole: 'Child', uHeight: 1 },
      'TAKES_NO_UNITS spec.uHeight: what sits in a bay of another device takes no units (0)',
    ],
    [
      'bays in what is no parent',
      { deviceBays: [{ name: 'b' }] },
      'BAYS_OF_NO_PARENT spec.subdeviceRole: a type with device bays is a parent (Parent)',
    ],
  ];
  test.each(rows)('%s', async (_what, parts, refused) => {
    expect(await refusals(app, type('odd', parts))).toEqual([refused.replace(' ', ' DeviceType/odd ')]);
  });

  test('from the other side: what is taken away from under another part', async () => {
    const whole = {
      frontPorts: [front('1', 'r', 2)],
      rearPorts: [rear('r', 2)],
      powerPorts: [socket('in', 'iec-60320-c14')],
      powerOutlets: [{ ...socket('out', 'iec-60320-c13'), powerPort: 'in' }],
      subdeviceRole: 'Parent',
      deviceBays: [{ name: 'b' }],
    };
    await applied(type('whole', whole));
    const lines = async (change: object): Promise<string[]> =>
      (await refusals(app, type('whole', { ...whole, ...change }))).map((line) => line.replace(/:.*/, ''));
    expect(await lines({ rearPorts: [] })).toEqual(['NO_SUCH_REAR_PORT DeviceType/whole spec.frontPorts[0].rearPort']);
    expect(await lines({ rearPorts: [rear('r', 1)] })).toEqual([
      'POSITION_OUTSIDE_PORT DeviceType/whole spec.frontPorts[0].rearPortPosition',
    ]);
    expect(await lines({ powerPorts: [] })).toEqual([
      'NO_SUCH_POWER_PORT DeviceType/whole spec.powerOutlets[0].powerPort',
    ]);
    expect(await lines({ subdeviceRole: null })).toEqual(['BAYS_OF_NO_PARENT DeviceType/whole spec.subdeviceRole']);
    expect(await lines({ frontPorts: [], rearPorts: [], powerOutlets: [], powerPorts: [] })).toEqual([]);
  });

  test('a front port may be called like its rear port', async () => {
    const parts = { frontPorts: [front('p', 'p')], rearPorts: [rear('p')] };
    expect(await refusals(app, type('odd', parts))).toEqual([]);
  });

  test('a module type is judged alike', async () => {
    const parts = { frontPorts: [front('1', 'r')], interfaces: [socket('p')], consolePorts: [socket('p', 'rj-45')] };
    expect((await refusals(app, type('odd', parts, 'ModuleType'))).map((line) => line.split(' ').slice(0, 3))).toEqual([
      ['TEMPLATE_NAME_TAKEN', 'ModuleType/odd', 'spec.consolePorts[0].name:'],
      ['NO_SUCH_REAR_PORT', 'ModuleType/odd', 'spec.frontPorts[0].rearPort:'],
    ]);
  });

  test('interfaces without a socket, and those of which the form says nothing, are told', async () => {
    const interfaces = [socket('wifi', 'ieee802.11ac'), socket('lag', 'lag'), socket('sfp', 'other')];
    const { results } = await app.apply(type('guess', { interfaces }), { validateOnly: true });
    expect(results[0]?.warnings).toEqual([
      {
        code: 'NO_SOCKET',
        message: 'without a socket for a cable, and so no ports: wifi, lag',
      },
      {
        code: 'FORM_UNKNOWN',
        message: 'of the form `other`, and so taken for optical unless `portType` says otherwise: sfp',
      },
    ]);
  });
});

describe('bays and modules', () => {
  test('a bay has a name that no other of the device has, and a parent on the same device', async () => {
    const taken = (name: string): string =>
      `BAY_NAME_TAKEN ModuleBay/${name} spec.name: the device has a bay of this name already: ModuleBay/c-1 (a name that no other bay of the device has)`;
    expect(await refusals(app, bay('c-9', { name: 'c-1' }))).toEqual([taken('c-9')]);
    expect(await refusals(app, bay('c-2', { name: 'c-1' }))).toEqual([taken('c-2')]);
    expect(
      await refusals(app, bay('c-2', { name: 'c-1' }) + bay('c-1', { name: 'c-2' }) + bay('d-9', { name: 'c-1' })),
    ).toEqual([]);
    expect(await refusals(app, bay('c-9', { parentRef: named('d-1') }))).toEqual([
      'BAY_ACROSS_DEVICES ModuleBay/c-9 spec.parentRef.name: ModuleBay/d-1 is on another device (a bay of the same device)',
    ]);
    // Nothing moves a bay away from under another: its device and its parent never change.
    expect(
      (await refusals(app, bay('c-1', { deviceRef: at('Equipment/d') }))).map((line) => line.split(' ')[0]),
    ).toEqual(['IMMUTABLE']);
  });

  test('an asset tag is that of one module', async () => {
    await applied(inBay('tagged', 'c-1', { assetTag: 'T-1' }) + inBay('other', 'c-2', { assetTag: 'T-2' }));
    const taken = (name: string): string =>
      `ASSET_TAG_TAKEN Module/${name} spec.assetTag: another module has this asset tag: Module/tagged (a tag that no other module has, or none)`;
    expect(await refusals(app, inBay('third', 'd-1', { assetTag: 'T-1' }))).toEqual([taken('third')]);
    expect(await refusals(app, inBay('other', 'c-2', { assetTag: 'T-1' }))).toEqual([taken('other')]);
    expect(
      await refusals(app, inBay('other', 'c-2', { assetTag: 'T-1' }) + inBay('tagged', 'c-1', { assetTag: 'T-2' })),
    ).toEqual([]);
  });

  test('64 writers want one bay: one gets it, the others are told who has it', async () => {
    const answers = await Promise.all(
      Array.from({ length: 64 }, (_, index) => app.apply(inBay(`racer-${index}`, 'c-3'))),
    );
    const winners = answers.filter(({ userErrors }) => userErrors.length === 0);
    expect(winners).toHaveLength(1);
    const { data } = await app.execute('{ moduleBay(name: "c-3") { module { name } } }');
    const told = answers.flatMap(({ userErrors }) => userErrors.map(({ code, message }) => `${code} ${message}`));
    expect(new Set(told)).toEqual(
      new Set([`BAY_TAKEN the bay holds a module already: Module/${data.moduleBay.module.name}`]),
    );
    expect(told).toHaveLength(63);
  });
});

test('all that refusals name is said to be a name, to be left out for those who may not know it', async () => {
  expect(await undeclaredNames(app)).toEqual([]);
});
