import { buildSchema, type DocumentNode, type ExecutableDefinitionNode, Kind, parse } from 'graphql';
import { expect, test } from 'vitest';
import { costOf } from '../../src/platform/graphql/operation-cost.ts';

const schema = buildSchema(`
  type Query { rack: Rack! racks(first: Int, last: Int): RackConnection! byIds(ids: [ID!]!): [Rack]! lookup: [Rack!]! }
  type Rack { name: String! manifest: String! site: Site racks(first: Int, last: Int): RackConnection! }
  type Site { name: String! racks(first: Int, last: Int): RackConnection! }
  type RackConnection { nodes: [Rack!]! edges: [RackEdge!]! totalCount: Int! }
  type RackEdge { node: Rack! cursor: String! }
`);

/** Counts how often somebody looks into an operation or fragment, and ends at once what would take a million looks. */
function countLooks({ definitions }: DocumentNode): () => number {
  let looks = 0;
  for (const definition of definitions) {
    const { selectionSet } = definition as ExecutableDefinitionNode;
    const get = () => {
      if (++looks > 1_000) throw new Error('fragments are looked at again and again');
      return selectionSet;
    };
    Object.defineProperty(definition, 'selectionSet', { get });
  }
  return () => looks;
}

function look(query: string, variables: Record<string, unknown> = {}) {
  const document = parse(query);
  const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (operation === undefined) throw new Error('no operation');
  const looks = countLooks(document);
  return { cost: costOf(schema, document, operation, variables, { 'Rack.manifest': 10 }), looks: looks() };
}
const cost = (query: string, variables: Record<string, unknown> = {}) => look(query, variables).cost;

test.each([
  // What is selected → objects (with prices), lists, fields.
  ['{ rack { name } }', 1, 0, 2],
  ['{ rack { name manifest } }', 11, 0, 3],
  ['{ racks(first: 20) { nodes { name } totalCount } }', 1 + 20, 1, 4],
  ['{ racks { nodes { name } } }', 1 + 10, 1, 3],
  ['{ racks(last: 3) { edges { cursor node { name } } } }', 1 + 3 * 2, 1, 5],
  ['{ racks(first: 10) { nodes { racks(first: 5) { nodes { site { name } } } } } }', 1 + 10 * (1 + 1 + 5 * 2), 2, 6],
  ['{ racks(first: 10) { nodes { manifest } } }', 1 + 10 * 11, 1, 3],
  ['{ byIds(ids: ["a", "b"]) { site { name } } }', 2 * 2, 0, 3],
  ['{ lookup { name } }', 10, 0, 2],
  ['{ racks(first: -1) { nodes { name } } }', 1, 1, 3],
  ['{ unknown { nodes } rack { nope } }', 1, 0, 3],
  ['{ rack { ...A } } fragment A on Rack { ...B } fragment B on Rack { ...A name }', 1, 0, 2],
])('%s', (query, objects, lists, fields) => {
  expect(cost(query)).toMatchObject({ cost: objects, lists, fields });
});

test('variables count as given, or as their default says', () => {
  const query = 'query ($n: Int = 7, $ids: [ID!]!) { racks(first: $n) { nodes { name } } byIds(ids: $ids) { name } }';
  expect(cost(query, { ids: ['a', 'b', 'c'] }).cost).toBe(1 + 7 + 3);
  expect(cost(query, { ids: [], n: 2 }).cost).toBe(1 + 2 + 0);
  expect(cost(query, { ids: [], n: -2 }).cost).toBe(1 + 0 + 0);
  // Null is given, so it has no default; a list has its own.
  expect(cost(query, { ids: [], n: null }).cost).toBe(1 + 10 + 0);
});

test.each([
  ['{ racks(first: 20) { nodes { name } } rack @skip(if: true) { name } }', true],
  ['query ($n: Int = 7) { rack { name } }', true],
  ['query ($id: ID!) { byId(id: $id) { name } }', true],
  ['query ($n: Int = 7) { racks(first: $n) { nodes { name } } }', false],
  ['query ($ids: [ID!]!) { ...Q } fragment Q on Query { byIds(ids: $ids) { name } }', false],
  ['query ($on: Boolean = false) { rack @include(if: $on) { name } }', false],
])('%s: whether it costs the same whatever the variables are: %s', (query, isFixed) => {
  expect(cost(query).isFixed).toBe(isFixed);
});

test('what @skip and @include leave out costs nothing', () => {
  const query =
    'query ($on: Boolean = false) { racks @include(if: $on) { nodes { name } } rack @skip(if: true) { name } }';
  expect(cost(query)).toMatchObject({ cost: 0, lists: 0, fields: 0 });
  expect(cost(query, { on: true }).cost).toBe(11);
});

test('a fragment counts wherever it is spread, with the size of the page it is spread in', () => {
  const query = `{ a: racks(first: 2) { ...P } b: racks(first: 3) { ...P } }
    fragment P on RackConnection { nodes { ...R } } fragment R on Rack { site { name } }`;
  expect(cost(query)).toMatchObject({ cost: 1 + 2 * 2 + 1 + 3 * 2, lists: 2 });
});

test('ten to the ninth lists behind nested fragments are counted without being visited', () => {
  const spreads = (next: number) =>
    Array.from({ length: 10 }, (_, k) => `a${k}: site { racks(first: 1) { nodes { ...F${next} } } }`);
  const fragments = Array.from(
    { length: 9 },
    (_, at) => `fragment F${at} on Rack { ${at === 8 ? 'name' : spreads(at + 1).join(' ')} }`,
  );
  const found = cost(`{ racks(first: 1) { nodes { ...F0 } } } ${fragments.join(' ')}`);
  expect(found.lists).toBe((10 ** 9 - 1) / 9);
});

/** Two spreads of the next fragment in each of twenty: 2^20 ways down. */
const twice = (spreads: (next: string) => string): string =>
  Array.from(
    { length: 21 },
    (_, at) => `fragment F${at} on Rack { ${at === 20 ? 'name' : spreads(`F${at + 1}`)} }`,
  ).join(' ');

test.each([
  ['side by side', twice((next) => `...${next} ...${next}`)],
  [
    'below fields',
    twice((next) => `a: site { racks { nodes { ...${next} } } } b: site { racks { nodes { ...${next} } } }`),
  ],
])('a fragment is looked at once, however often it is spread: %s', (_where, fragments) => {
  // Once for what it costs, and at most once for the field that costs most; the operation as well.
  expect(look(`{ rack { ...F0 } } ${fragments}`).looks).toBeLessThanOrEqual(2 * 22);
});

test('the field that costs most is named with its path in the answer', () => {
  const query =
    '{ few: racks(first: 1) { nodes { name } } many: racks(first: 9) { nodes { site { all: racks(first: 90) { nodes { name } } } } } }';
  expect(cost(query).costliest.path).toEqual(['many', 'nodes', 'site', 'all', 'nodes']);
});

test('introspection costs what its lists are long', () => {
  expect(cost('{ __schema { types { fields { args { name } } } } }').cost).toBeGreaterThan(10_000);
  const aliases = Array.from({ length: 200 }, (_, at) => `a${at}: types { fields { args { name } } }`).join(' ');
  expect(cost(`{ __schema { ${aliases} } }`).cost).toBeGreaterThan(2_000_000);
});
