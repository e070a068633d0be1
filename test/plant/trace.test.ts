import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../kit/app.ts';
import { at, doc, named, site } from './documents.ts';
import { draw, inOneLine, manifestsOf, TRACE } from './drawn-plant.ts';
import { examples } from './trace-examples.ts';

/* Traces over HTTP: what is stated by manifests is walked as reference/cable-trace.md says. */
let app: TestApp;

const apply = async (content: string): Promise<void> => {
  expect((await app.apply(content)).userErrors).toEqual([]);
};
const prefixOf = (name: string): string => `e${examples.findIndex((one) => one.name === name)}-`;

/** One panel on each side, 100 of its strands patched through: x1 … x100 to y1 … y100. */
const wide = (count: number): string =>
  Array.from({ length: count }, (_, index) => index + 1)
    .map((n) => `F${n} = R(${count}).${n}; G${n} = S(${count}).${n}; x${n} -a${n}- F${n}; G${n} -b${n}- y${n}`)
    .join('; ')
    .concat('; R -trunk- S');

/*
 *   p1 ──[ k1: A at p1, Z at p2 ]── p2          named by the circuit itself, without cables
 *   q1 ═a═ d1 [ k2 ] d2 ═b═ q2                  terminations at demarcations, with cables
 *   q3 ═c═ d3 [ k3 ] Site/fra1                  q4 ═d═ d4 [ k4 ] ProviderNetwork/mpls
 *   q5 ═e═ d5 [ k5 ]                            only one end is recorded
 *   d6 ═f═ d7, both of k6                       q6 ═g═ d8 [ k7 ] d9, where nothing is plugged in
 */
const port = (name: string): string => doc(`Port/${name}`, { deviceRef: at('Rack/circuits'), type: 'Optical', name });
const cable = (name: string, a: string, b: string, more: object = {}): string =>
  doc(`Cable/${name}`, { media: 'FiberSMF', endpoints: [named(a), named(b)], ...more });
const circuit = (name: string, more: object = {}): string =>
  doc(`Circuit/${name}`, { providerRef: named('carrier'), type: 'ProviderCircuit', ...more }, 'catalog.miloapis.com');
const end = (name: string, side: 'A' | 'Z', place: string, more: object = {}): string =>
  doc(`CircuitTermination/${name}${side.toLowerCase()}`, {
    circuitRef: named(name),
    side,
    placeRef: at(place),
    ...more,
  });
const circuits = [
  doc('Rack/circuits', { siteRef: named('fra1'), heightU: 42 }),
  doc('ProviderNetwork/mpls', { providerRef: named('carrier') }),
  ...['p1', 'p2', 'q1', 'q2', 'q3', 'q4', 'q5', 'q6', ...Array.from({ length: 9 }, (_, index) => `d${index + 1}`)].map(
    port,
  ),
  circuit('k1', { aEnd: at('Port/p1'), zEnd: at('Port/p2') }),
  ...['k2', 'k3', 'k4', 'k5', 'k6', 'k7'].map((name) => circuit(name)),
  end('k2', 'A', 'Port/d1', { distanceM: '1200.5' }),
  end('k2', 'Z', 'Port/d2'),
  end('k3', 'A', 'Port/d3'),
  end('k3', 'Z', 'Site/fra1'),
  end('k4', 'A', 'Port/d4'),
  end('k4', 'Z', 'ProviderNetwork/mpls'),
  end('k5', 'A', 'Port/d5'),
  end('k6', 'A', 'Port/d6'),
  end('k6', 'Z', 'Port/d7'),
  end('k7', 'A', 'Port/d8'),
  end('k7', 'Z', 'Port/d9'),
  cable('a', 'q1', 'd1', { lengthM: '2.25' }),
  cable('b', 'd2', 'q2', { lengthM: '0' }),
  cable('c', 'q3', 'd3'),
  cable('d', 'q4', 'd4'),
  cable('e', 'q5', 'd5'),
  cable('f', 'd6', 'd7'),
  cable('g', 'q6', 'd8'),
].join('');

beforeAll(async () => {
  app = await startApp();
  const provider = doc('Provider/carrier', { displayName: 'Carrier', type: 'Transit' });
  await apply([doc('Region/eu', { displayName: 'Europe' }), site('fra1'), provider].join(''));
  await apply([...examples.map(({ name, plant }) => manifestsOf(draw(plant), prefixOf(name))), circuits].join(''));
});
afterAll(() => app.close());

/** Traces from ports of a plant, each in one line. */
async function traces(ports: readonly string[], prefix = ''): Promise<string[]> {
  const { data } = await app.execute(
    `query ($names: [String!]!) { ports(where: { name: { in: $names } }, first: 500) { nodes { name trace { ...trace } } } } ${TRACE}`,
    { names: ports.map((name) => `${prefix}${name}`) },
  );
  const byName = new Map(data.ports.nodes.map((one: { name: string; trace: never }) => [one.name, one.trace]));
  return ports.map((name) => `${name}: ${inOneLine((byName.get(`${prefix}${name}`) ?? null) as never, prefix)}`);
}

test.each(examples)('$name', async ({ name, expected }) => {
  const ports = expected.map((line) => line.slice(0, line.indexOf(':')));
  expect(await traces(ports, prefixOf(name))).toEqual(expected);
});

test('circuits are crossed from end to end, with or without cables (5)', async () => {
  expect(await traces(['p1', 'p2', 'q1', 'q3', 'q4', 'q5', 'd6', 'q6', 'd1'])).toEqual([
    'p1: p1 k1.A k1.Z p2 | ENDPOINT complete active',
    'p2: p2 k1.Z k1.A p1 | ENDPOINT complete active',
    'q1: q1 a k2.A k2.Z b q2 | ENDPOINT complete active',
    'q3: q3 c k3.A k3.Z fra1 | SITE active',
    'q4: q4 d k4.A k4.Z mpls | PROVIDER_NETWORK complete active',
    'q5: q5 e k5.A | NO_OTHER_SIDE active',
    'd6: d6 f k6.Z | CIRCUIT_LOOP active split',
    'q6: q6 g k7.A k7.Z fra1 | SITE active',
    'd1: d1 a q1 | ENDPOINT complete active',
  ]);
});

test('a length is the sum of the longest of parallel cables and of the circuits that are crossed (8)', async () => {
  const { data } = await app.execute(`{
    ${['q1', 'q3', `${prefixOf('lengths are added')}x`, `${prefixOf('lengths are added')}u`]
      .map((name, index) => `t${index}: port(name: "${name}") { trace { lengthM { value } isLengthDefinite } }`)
      .join(' ')}
  }`);
  expect(Object.values(data).map((one) => (one as { trace: object }).trace)).toEqual([
    { lengthM: { value: '1202.75' }, isLengthDefinite: true },
    { lengthM: { value: '0' }, isLengthDefinite: false },
    { lengthM: { value: '13.125' }, isLengthDefinite: true },
    { lengthM: { value: '4' }, isLengthDefinite: false },
  ]);
});

test('a trace that does not know its strand offers the choice, and goes on from each (9.4)', async () => {
  const prefix = prefixOf('an interface plugged straight into a trunk');
  const { data } = await app.execute(
    `{ port(name: "${prefix}x") { trace { choices { port { name } position to { name } cables { name } trace { ...trace } } } } } ${TRACE}`,
  );
  const { choices } = data.port.trace;
  expect(choices.map(({ trace, ...choice }: { trace: never }) => [choice, inOneLine(trace, prefix)])).toEqual([
    [
      { port: { name: `${prefix}r` }, position: 1, to: { name: `${prefix}f1` }, cables: [{ name: `${prefix}a` }] },
      'r f1 a y | ENDPOINT complete active',
    ],
    [{ port: { name: `${prefix}r` }, position: 2, to: { name: `${prefix}f2` }, cables: [] }, 'r f2 | UNCABLED active'],
  ]);
});

test('of a port with several strands the one that is named is followed (9.3)', async () => {
  const prefix = prefixOf('two panels with a two-strand trunk');
  const { data } = await app.execute(
    `{ port(name: "${prefix}r") { one: trace(position: 1) { ...trace } two: trace(position: 2) { ...trace } all: trace { ...trace } } } ${TRACE}`,
  );
  expect([data.port.one, data.port.two, data.port.all].map((trace) => inOneLine(trace, prefix))).toEqual([
    'r c2 s g1 | UNCABLED active',
    'r c2 s g2 c3 y | ENDPOINT complete active',
    'r c2 s | NO_POSITION active split',
  ]);
});

test('a port tells what it is connected to, across panels and circuits; nothing where that is not one port', async () => {
  const panels = prefixOf('two panels with a two-strand trunk');
  const legs = prefixOf('a breakout cable leads to all of its legs, and each leg back');
  const names = ['p1', 'q1', 'q3', 'q5', `${panels}x`, `${panels}f2`, `${panels}f1`, `${legs}x`, `${legs}y`];
  const { data } = await app.execute(
    `{ ${names.map((name, index) => `t${index}: port(name: "${name}") { connectedTo { name device { name } } }`).join(' ')} }`,
  );
  expect(names.map((name, index) => [name, data[`t${index}`].connectedTo?.name ?? null])).toEqual([
    ['p1', 'p2'],
    ['q1', 'q2'],
    ['q3', null],
    ['q5', null],
    [`${panels}x`, `${panels}y`],
    [`${panels}f2`, `${panels}x`],
    [`${panels}f1`, null],
    [`${legs}x`, null],
    [`${legs}y`, `${legs}x`],
  ]);
  expect(data.t0.connectedTo.device).toEqual({ name: 'circuits' });
});

test('what runs over a cable, a circuit, a panel or a rack is told by the traces that contain it (9.5)', async () => {
  const trunk = prefixOf('two panels with a two-strand trunk');
  const inner = prefixOf('a trunk is carried inside a trunk');
  const straight = prefixOf('an interface plugged straight into a trunk');
  const legs = prefixOf('a breakout cable leads to all of its legs, and each leg back');
  const shared = prefixOf('interfaces that share the end of a plain cable are one origin');
  const { data } = await app.execute(
    `{ trunk: cable(name: "${trunk}c2") { traces { ...trace } } inner: cable(name: "${inner}t") { traces { ...trace } }
       one: cable(name: "${straight}c") { traces { ...trace } } legs: cable(name: "${legs}c") { traces { ...trace } }
       shared: cable(name: "${shared}c") { traces { ...trace } } beside: cable(name: "a") { traces { ...trace } }
       rack: rack(name: "${trunk}rack") { traces { ...trace } }
       k1: circuit(name: "k1") { traces { ...trace } } k2: circuit(name: "k2") { traces { ...trace } } k6: circuit(name: "k6") { traces { stop } } } ${TRACE}`,
  );
  const lines = (name: string, prefix: string): string[] =>
    data[name].traces.map((trace: never) => inOneLine(trace, prefix).split(' | ')[0]);
  expect(lines('trunk', trunk)).toEqual(['x c1 f2 r c2 s g2 c3 y', 'y c3 g2 s c2 r f2 c1 x']);
  expect(lines('rack', trunk)).toEqual(lines('trunk', trunk));
  expect(lines('inner', inner)).toEqual(['x a f2 r b n2 q t p m2 c s g2 d y', 'y d g2 s c m2 p t q n2 b r f2 a x']);
  expect(lines('one', straight)).toEqual(['x c r', 'y a f1 r c x']);
  expect(lines('legs', legs)).toEqual(['x c y+z', 'y c x', 'z c x']);
  expect(lines('shared', shared)).toEqual(['x+y c z', 'z c x+y']);
  expect([lines('k1', ''), lines('k2', '')]).toEqual([
    ['p1 k1.A k1.Z p2', 'p2 k1.Z k1.A p1'],
    ['q1 a k2.A k2.Z b q2', 'q2 b k2.Z k2.A a q1'],
  ]);
  expect(lines('beside', '')).toEqual(lines('k2', ''));
  expect(data.k6.traces).toEqual([]);
});

test('a strand of a panel is traced in both directions, also where no device is at either side (9.3)', async () => {
  const prefix = prefixOf('two panels with a two-strand trunk');
  const { data } = await app.execute(
    `{ port(name: "${prefix}r") { throughPaths { position overCable { ...trace } inwards { ...trace } } }
       device: port(name: "${prefix}x") { throughPaths { position } }
       demarcation: port(name: "d1") { throughPaths { overCable { ...trace } inwards { ...trace } } }
       out: trace(from: { port: "${prefix}r", position: 2 }) { ...trace }
       in: trace(from: { port: "${prefix}r", position: 2, direction: INWARDS }) { ...trace }
       none: trace(from: { port: "no-such-port" }) { stop } } ${TRACE}`,
  );
  type Half = 'overCable' | 'inwards';
  const half = (path: Readonly<Record<Half, never>>, name: Half): string => inOneLine(path[name], prefix);
  expect(data.port.throughPaths.map((path: never) => [half(path, 'inwards'), half(path, 'overCable')])).toEqual([
    ['r f1 | UNCABLED active', 'r c2 s g1 | UNCABLED active'],
    ['r f2 c1 x | ENDPOINT complete active', 'r c2 s g2 c3 y | ENDPOINT complete active'],
  ]);
  expect(data.device.throughPaths).toEqual([]);
  expect(data.demarcation.throughPaths.map((path: never) => [half(path, 'inwards'), half(path, 'overCable')])).toEqual([
    ['k2.A k2.Z b q2 | ENDPOINT complete active', 'd1 a q1 | ENDPOINT complete active'],
  ]);
  expect([data.out, data.in, data.none].map((trace) => inOneLine(trace, prefix))).toEqual([
    'r c2 s g2 c3 y | ENDPOINT complete active',
    'r f2 c1 x | ENDPOINT complete active',
    'none',
  ]);
});

test('traces of many ports take as many statements as the longest of them (14)', async () => {
  await apply(manifestsOf(draw(wide(100)), 'wide-'));
  const statements = async (first: number): Promise<[number, unknown]> => {
    const { data, extensions } = await app.execute(
      `query ($first: Int!) { ports(where: { name: { startsWith: "wide-x" } }, first: $first) { nodes {
        connectedTo { name device { name ... on Rack { site { name } } } }
        trace { stop steps { hasHidden ... on TracedPorts { ports { name device { name } } } ... on TracedCables { cables { name status } } } }
      } } }`,
      { first },
      { 'x-catalog-explain': 'true' },
    );
    const { nodes } = data.ports;
    expect(nodes).toHaveLength(first);
    return [
      extensions?.explain.statements ?? 0,
      new Set(nodes.map(({ trace }: { trace: { stop: string } }) => trace.stop)),
    ];
  };
  const one = await statements(1);
  expect(one[1]).toEqual(new Set(['ENDPOINT']));
  expect(await statements(100)).toEqual(one);
  // The list; three cables, of which the first is read with the origin, and what is seen; ports and cables. Of the far end: the same and the port.
  expect(one[0]).toBe(11);
});
