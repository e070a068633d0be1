import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../kit/app.ts';
import { at, doc, host, named, refusals, site } from './documents.ts';

/*
 * What only one may have, wanted by 64 writers at once. Others of these races stand beside the rules that they are about: ends.test.ts,
 * equipment.test.ts, mounting.test.ts, rules.test.ts, type-rules.test.ts.
 *   rack r1; chassis n; strip of ports f0… on the rack, declared Front, and b (Rear, 64 positions); free servers, devices, panels of each writer
 */
const WRITERS = 64;
let app: TestApp;

const every = <T>(one: (index: number) => T): T[] => Array.from({ length: WRITERS }, (_, index) => one(index));
const place = (index: number) => ({
  placement: { rackRef: named('r1'), startUnit: 3, unitHeight: 1 + (index % 2), face: 'Front' },
});
const device = (name: string, more: object = {}): string =>
  doc(`NetworkDevice/${name}`, { siteRef: named('fra1'), clusterRef: named('c'), role: 'Leaf', ...more });
const panel = (name: string, more: object = {}): string =>
  doc(`Equipment/${name}`, { siteRef: named('fra1'), type: 'PatchPanel', ...more });
const port = (name: string, type = 'PatchPanel'): string =>
  doc(`Port/${name}`, { deviceRef: at('Rack/r1'), type, name });
const opening = (name: string, of: string, side: string, positions = 1): string =>
  doc(`PassThroughPort/${name}`, { portRef: named(of), side, positions });
const slot = (name: string, occupant: string): string =>
  doc(`DeviceSlot/${name}`, { chassisRef: at('Node/n'), slot: name, occupantRef: at(occupant) });
const asset = (index: number, more: object): string =>
  doc(`Asset/race${index}`, { deviceRef: at(`Node/n${index}`), ...more });
const bay = (name: string, label: string): string => doc(`ModuleBay/${name}`, { deviceRef: at('Node/n'), name: label });

const base = [
  doc('Region/eu', { displayName: 'Europe' }),
  doc('Provider/carrier', { displayName: 'Carrier', type: 'Transit' }),
  site('fra1'),
  doc('Rack/r1', { siteRef: named('fra1'), heightU: 10 }),
  doc('Cluster/c', { displayName: 'C', controlPlaneSiteRef: named('fra1'), role: 'Compute', provider: 'x' }),
  host('n'),
  host('blade'),
  device('card'),
  panel('cassette'),
  port('b'),
  port('undeclared'),
  opening('b', 'b', 'Rear', WRITERS),
  port('wanted', 'Optical'),
  ...every((index) => [
    host(`n${index}`),
    device(`d${index}`),
    panel(`e${index}`),
    port(`f${index}`),
    opening(`f${index}`, `f${index}`, 'Front'),
    port(`o${index}`, 'Optical'),
    doc(`ModuleBay/m${index}`, { deviceRef: at(`Node/n${index}`), name: 'M' }),
    doc(`Rack/r-${index}`, { siteRef: named('fra1'), heightU: 1 }),
  ]).flat(),
  doc('ModuleType/m', { manufacturer: 'M', model: 'm' }),
].join('');

beforeAll(async () => {
  app = await startApp();
  expect((await app.apply(base)).userErrors).toEqual([]);
}, 60_000);
afterAll(() => app.close());

const races: Readonly<Record<string, [rule: string, write: (index: number) => string]>> = {
  'units, by servers, network devices and panels': [
    'UNITS_TAKEN',
    (index) =>
      [host(`n${index}`, place(index)), device(`d${index}`, place(index)), panel(`e${index}`, place(index))][
        index % 3
      ] ?? '',
  ],
  'a name in a row of racks': [
    'RACK_NAME_TAKEN',
    (index) => doc(`Rack/race${index}`, { siteRef: named('fra1'), heightU: 4, row: 'A', name: 'A14' }),
  ],
  'a port, by cables and circuits': [
    'PORT_TAKEN',
    (index) =>
      index % 2 === 0
        ? doc(`Cable/race${index}`, { endpoints: [named('wanted'), named(`o${index}`)], media: 'FiberSMF' })
        : doc(`Circuit/race${index}`, {
            providerRef: named('carrier'),
            type: 'Transit',
            aEnd: at('Port/wanted'),
            zEnd: at('Site/fra1'),
          }),
  ],
  'the side of a port': [
    'PORT_DECLARED_TWICE',
    (index) => opening(`race${index}`, 'undeclared', index % 2 ? 'Front' : 'Rear'),
  ],
  'a position of a rear port': [
    'POSITION_MAPPED',
    (index) =>
      doc(`PortMapping/rear${index}`, { frontPortRef: named(`f${index}`), rearPortRef: named('b'), rearPosition: 1 }),
  ],
  'a position of a front port': [
    'POSITION_MAPPED',
    (index) =>
      doc(`PortMapping/front${index}`, {
        frontPortRef: named('free-front'),
        rearPortRef: named('b'),
        rearPosition: index + 1,
      }),
  ],
  'a blade': ['OCCUPANT_ELSEWHERE', (index) => slot(`blade${index}`, 'Node/blade')],
  'a line card': ['OCCUPANT_ELSEWHERE', (index) => slot(`card${index}`, 'NetworkDevice/card')],
  'a cassette': ['OCCUPANT_ELSEWHERE', (index) => slot(`cassette${index}`, 'Equipment/cassette')],
  'an asset tag': ['ASSET_TAG_TAKEN', (index) => asset(index, { assetTag: 'A-1' })],
  'a serial number': ['SERIAL_TAKEN', (index) => asset(index, { manufacturer: 'M', model: 'X', serial: 'S-1' })],
  'a name among the bays of a device': ['BAY_NAME_TAKEN', (index) => bay(`bay${index}`, 'PSU 1')],
  'an asset tag of modules': [
    'ASSET_TAG_TAKEN',
    (index) => doc(`Module/m${index}`, { bayRef: named(`m${index}`), typeRef: named('m'), assetTag: 'A-1' }),
  ],
  'an asset tag of racks': [
    'ASSET_TAG_TAKEN',
    (index) => doc(`Asset/r-${index}`, { deviceRef: at(`Rack/r-${index}`), assetTag: 'R-1' }),
  ],
  'a model of modules': ['MODEL_TAKEN', (index) => doc(`ModuleType/race${index}`, { manufacturer: 'M', model: 'X' })],
  'a model of racks': [
    'MODEL_TAKEN',
    (index) => doc(`RackType/race${index}`, { manufacturer: 'M', model: 'X', uHeight: 42 }),
  ],
  'a model of devices': ['MODEL_TAKEN', (index) => doc(`DeviceType/race${index}`, { manufacturer: 'M', model: 'X' })],
};

test.each(Object.entries(races))('of 64 who want %s one gets it', async (_what, [rule, write]) => {
  if (rule === 'POSITION_MAPPED') await app.apply(port('free-front') + opening('free-front', 'free-front', 'Front'));
  const answers = await Promise.all(every((index) => app.apply(write(index))));
  const told: Record<string, number> = {};
  for (const { userErrors } of answers) {
    const codes = [...new Set(userErrors.map(({ code }) => code))].join();
    told[codes] = (told[codes] ?? 0) + 1;
  }
  expect(told).toEqual({ '': 1, [rule]: WRITERS - 1 });
});

test('a link from an object to itself is refused', async () => {
  const toItself = doc('Link/l', { endpoints: [at('Site/fra1'), at('Site/fra1')], type: 'Logical' });
  expect(await refusals(app, toItself)).toEqual([
    'SELF_LINK Link/l spec.endpoints[1]: both ends are Site fra1 (another object than at the first end)',
  ]);
});
