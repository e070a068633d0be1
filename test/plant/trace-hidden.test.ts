import { afterAll, beforeAll, expect, test } from 'vitest';
import { binding, doc as manifest, role, userOf } from '../authz/world.ts';
import { startApp, type TestApp } from '../kit/app.ts';
import { at, doc, named, site } from './documents.ts';
import { inOneLine, TRACE } from './drawn-plant.ts';

/*
 * Three racks; una may see what is in the racks mine and ours, and nothing of the rack theirs (cable-trace.md 11):
 *
 *      mine               theirs                          ours
 *   x ──c1── f1 ≡ r1 ──c2── s1 ≡ g1 ──────c3────── y
 *   u ──e1── h1 ≡ t1 ──e2 (3 m)── w             w is in theirs
 *   p ── circuit k (hidden) ── q
 *   a ──m── (3 positions) n ≡ b1, b2 in theirs
 */
let app: TestApp;
const rack = (name: string) => doc(`Rack/${name}`, { siteRef: named('fra1'), heightU: 42 });
const port = (name: string, on: string, type = 'PatchPanel') =>
  doc(`Port/${name}`, { deviceRef: at(`Rack/${on}`), type, name });
const panelPort = (name: string, side: string, positions = 1, on = 'theirs') =>
  port(name, on) + doc(`PassThroughPort/${name}`, { portRef: named(name), side, positions });
const wire = (front: string, rear: string, rearPosition = 1) =>
  doc(`PortMapping/${front}`, { frontPortRef: named(front), rearPortRef: named(rear), rearPosition });
const cable = (name: string, a: string, b: string, lengthM: string) =>
  doc(`Cable/${name}`, { media: 'FiberSMF', endpoints: [named(a), named(b)], lengthM });

const plant = [
  doc('Region/eu', { displayName: 'Europe' }),
  site('fra1'),
  doc('Provider/carrier', { displayName: 'Carrier', type: 'Transit' }),
  ...['mine', 'theirs', 'ours'].map(rack),
  ...['x', 'u', 'p', 'a'].map((name) => port(name, 'mine', 'Optical')),
  ...['y', 'q'].map((name) => port(name, 'ours', 'Optical')),
  port('w', 'theirs', 'Optical'),
  ...['f1', 'g1', 'h1', 'b1', 'b2'].map((name) => panelPort(name, 'Front')),
  ...['r1', 's1', 't1'].map((name) => panelPort(name, 'Rear')),
  panelPort('n', 'Rear', 3),
  wire('f1', 'r1'),
  wire('g1', 's1'),
  wire('h1', 't1'),
  wire('b1', 'n'),
  wire('b2', 'n', 2),
  cable('c1', 'x', 'f1', '1'),
  cable('c2', 'r1', 's1', '20'),
  cable('c3', 'g1', 'y', '4'),
  cable('e1', 'u', 'h1', '1'),
  cable('e2', 't1', 'w', '3'),
  cable('m', 'a', 'n', '5'),
  doc('Circuit/k', { providerRef: named('carrier'), type: 'ProviderCircuit', aEnd: at('Port/p'), zEnd: at('Port/q') }),
].join('');

beforeAll(async () => {
  app = await startApp();
  const rights = [
    manifest('User', 'una', { email: 'una@example.com' }),
    role('plant', 'inv/ports.get inv/cables.get inv/racks.get'),
    binding('mine', 'Rack/mine', 'plant', [userOf('una')]),
    binding('ours', 'Rack/ours', 'plant', [userOf('una')]),
  ];
  expect((await app.apply([plant, ...rights].join(''))).userErrors).toEqual([]);
});
afterAll(() => app.close());

const asked = (name: string): string =>
  `{ port(name: "${name}") { connectedTo { name } trace { ...trace choices { trace { stop } } } } } ${TRACE}`;
const traceAs = async (who: Pick<TestApp, 'execute'>, name: string) => (await who.execute(asked(name))).data.port;

test('of what is hidden a trace tells that something is there, and of which class; its flags stay true', async () => {
  const una = app.as('una');
  const told = await Promise.all(['x', 'u', 'p', 'a'].map(async (name) => (await traceAs(una, name)).trace));
  expect(told.map((trace) => inOneLine(trace))).toEqual([
    'x c1 hidden hidden hidden hidden hidden c3 y | ENDPOINT complete active lost null',
    'u e1 hidden hidden hidden hidden | ENDPOINT complete active lost null',
    'p hidden hidden q | ENDPOINT complete active lost null',
    'a m hidden | NO_POSITION active split lost null',
  ]);
  const whole = await traceAs(app, 'x');
  expect(inOneLine(whole.trace)).toBe('x c1 f1 r1 c2 s1 g1 c3 y | ENDPOINT complete active');
});

test('hidden cables and circuits add nothing to the length, which is not definite then', async () => {
  const lengths = async (who: Pick<TestApp, 'execute'>) => {
    const { lengthM, isLengthDefinite } = (await traceAs(who, 'x')).trace;
    return [lengthM.value, isLengthDefinite];
  };
  expect(await lengths(app.as('una'))).toEqual(['5', false]);
  expect(await lengths(app)).toEqual(['25', true]);
});

test('hidden ports are neither choices nor what a port is connected to', async () => {
  const una = app.as('una');
  expect((await traceAs(una, 'a')).trace.choices).toEqual([]);
  expect((await traceAs(app, 'a')).trace.choices.map(({ position }: { position: number }) => position)).toEqual([1, 2]);
  expect((await traceAs(una, 'u')).connectedTo).toBeNull();
  expect((await traceAs(app, 'u')).connectedTo).toEqual({ name: 'w' });
  expect((await traceAs(una, 'x')).connectedTo).toEqual({ name: 'y' });
});

test('what runs over a cable is told of the origins that one may see', async () => {
  const over = async (who: Pick<TestApp, 'execute'>) =>
    (await who.execute(`{ cable(name: "e1") { traces { ...trace } } } ${TRACE}`)).data.cable.traces.map((one: never) =>
      inOneLine(one),
    );
  expect(await over(app)).toEqual([
    'u e1 h1 t1 e2 w | ENDPOINT complete active',
    'w e2 t1 h1 e1 u | ENDPOINT complete active',
  ]);
  expect(await over(app.as('una'))).toEqual(['u e1 hidden hidden hidden hidden | ENDPOINT complete active lost null']);
});

test('a strand of a hidden panel is traced for nobody', async () => {
  const una = app.as('una');
  const asked = `{ trace(from: { port: "n", position: 1, direction: INWARDS }) { stop } }`;
  expect((await una.execute(asked)).data.trace).toBeNull();
  expect((await app.execute(asked)).data.trace).toEqual({ stop: 'UNCABLED' });
});

test('nothing in the answer names what is hidden, and a hidden port has no trace', async () => {
  const una = app.as('una');
  const answers = await Promise.all(['x', 'u', 'p', 'a'].map((name) => traceAs(una, name)));
  const names = JSON.stringify(answers).match(/"name":"[^"]*"/g) ?? [];
  const seen = ['x', 'u', 'p', 'a', 'y', 'q', 'c1', 'c3', 'e1', 'm'];
  expect(new Set(names.map((text) => text.slice(8, -1)).filter((name) => !seen.includes(name)))).toEqual(new Set());
  expect(await traceAs(una, 'f1')).toBeNull();
});
