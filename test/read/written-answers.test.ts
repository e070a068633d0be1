import { type DocumentNode, Kind, type OperationDefinitionNode, parse, validate } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { App } from '../../src/app.ts';
import { isCovered } from '../../src/catalog/schema/written/is-covered.ts';
import { sql } from '../../src/platform/db/sql.ts';
import { random } from '../authz/random-world.ts';
import { applyAll, doc } from '../authz/world.ts';
import { type GraphqlAnswer, noLimits, type TestApp } from '../kit/app.ts';
import { startExampleWorld } from '../kit/example-world.ts';
import { catalog, schema } from '../schema/catalog-schema.ts';
import { generateOperation, PASSING, type Values } from './generate-operation.ts';

/* What is written without graphql-js is, byte for byte, what graphql-js gives, whoever asks. */

const SEEDS = (process.env.WRITTEN_SEEDS ?? '1,2').split(',').map(Number);

let app: TestApp & { readonly localIssuer: { signToken(subject: string): Promise<string> } };
let reference: App;
let values: Values;
const tokens = new Map<string, string>();

/** Callers who see a part, beside the administrator. */
const CALLERS = ['billing', 'network-operator', 'org-owner', 'project-viewer', 'provider', 'outsider'];

/** Texts that JSON has to escape, and others that only look like it. */
const ODD = [
  'back\\slash',
  'a"quote',
  'tab\talone',
  '"quoted" \\ and / too',
  'new\nline\ttab \u0001\u007f',
  'Zürich 東京 🚀 \u2028',
  '</script>',
  '{"a":1}',
];

beforeAll(async () => {
  app = await startExampleWorld(undefined, { operations: noLimits, keptAnswerBytes: 64 * 2 ** 20 });
  reference = await app.replica({ isReference: true });
  await applyAll(app, ODD.map((text, index) => doc('Region', `odd-${index}`, { displayName: text })).join(''));
  for (const subject of CALLERS) {
    await app.as(subject).execute('{ __typename }');
    tokens.set(subject, await app.localIssuer.signToken(subject));
  }
  tokens.set('administrator', await app.token('test-admin'));
  values = await valuesOf(app);
});
afterAll(async () => {
  await reference.close();
  await app.close();
});

async function valuesOf({ execute }: TestApp): Promise<Values> {
  const names: string[] = [];
  const ids: string[] = [];
  for (const { listField } of catalog.kinds) {
    const { data } = await execute(`{ list: ${listField}(first: 3) { nodes { id name } } }`);
    for (const { id, name } of data.list.nodes) {
      ids.push(id);
      names.push(name);
    }
  }
  const { data } = await execute('{ namesInForce(first: 20) { nodes { canonicalName serviceName } } }');
  const keys = data.namesInForce.nodes.flatMap((one: { canonicalName: string; serviceName: string }) =>
    Object.values(one),
  );
  return {
    texts: [...names, ...keys, 'nothing'],
    ids: [...ids, 'nothing'],
    kinds: catalog.kinds.map(({ kind }) => kind),
  };
}

type Variables = Readonly<Record<string, unknown>>;

const send = (
  { url }: Pick<App, 'url'>,
  caller: string,
  query: string,
  variables: Variables = {},
  headers = {},
): Promise<Response> =>
  fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens.get(caller) ?? ''}`, ...headers },
    body: JSON.stringify({ query, variables }),
  });

async function statementsOf(service: Pick<App, 'url'>, caller: string, query: string): Promise<readonly string[]> {
  const response = await send(service, caller, query, {}, { 'x-catalog-explain': 'true' });
  const { extensions } = (await response.json()) as GraphqlAnswer;
  return (extensions?.explain.sql ?? []).toSorted();
}

/** As YAML and as JSON, both within a text. */
const PASSING_IN_MANIFESTS = new RegExp(`((?:${PASSING.join('|')})(?:\\\\")?: ?)\\d+`, 'g');

/** Fields fail in an order that depends on when each has its turn: which is no difference. */
function withErrorsInOrder(text: string): string {
  if (!text.startsWith('{"errors":')) return text;
  const { errors = [], ...rest } = JSON.parse(text) as GraphqlAnswer;
  const inOrder = errors.map((error) => JSON.stringify(error)).toSorted();
  return JSON.stringify({ errors: inOrder.map((error) => JSON.parse(error) as object), ...rest });
}

/** The answer as text. */
async function ask(
  service: Pick<App, 'url'>,
  caller: string,
  query: string,
  variables: Variables = {},
): Promise<string> {
  const response = await send(service, caller, query, variables);
  const text = await response.text();
  const lasting = text.replace(/"requestId":"[^"]*"/g, '"requestId":""').replace(PASSING_IN_MANIFESTS, '$1…');
  return `${response.status} ${withErrorsInOrder(lasting)}`;
}

const operationIn = ({ definitions }: DocumentNode): OperationDefinitionNode => {
  const operation = definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
  if (operation === undefined) throw new Error('no operation');
  return operation;
};
const isWrittenByItself = (query: string): boolean => {
  const document = parse(query);
  const fragments = Object.fromEntries(
    document.definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one]] : [])),
  );
  return isCovered(schema, fragments, operationIn(document));
};
const roots = Object.values(schema.getQueryType()?.getFields() ?? {}).filter(
  ({ extensions }) => extensions.isWritten === true,
);

/** Other values of the variables that generated operations have. */
const OTHERS: Variables = { few: 1, yes: false, no: true };

test.for(SEEDS)(
  'operations of the whole schema have the same answer, byte for byte (seed %i)',
  { timeout: 300_000 },
  async (seed) => {
    const next = random(seed);
    let covered = 0;
    let failed = 0;
    let asked = 0;
    for (const root of roots) {
      const caller = next() < 0.5 ? 'administrator' : (CALLERS[Math.floor(next() * CALLERS.length)] ?? '');
      const { query } = generateOperation(schema, root, values, next);
      expect(validate(schema, parse(query)), query).toEqual([]);
      const answer = await ask(app, caller, query);
      expect(answer, `${caller}: ${query}`).toBe(await ask(reference, caller, query));
      // Its plans are used again: by somebody else, with other values of its variables, and as at first.
      if (asked % 2 === 0) {
        const other = CALLERS[Math.floor(next() * CALLERS.length)] ?? '';
        const expected = await ask(reference, other, query, OTHERS);
        expect(await ask(app, other, query, OTHERS), `${other}: ${query}`).toBe(expected);
        // The second time most are kept, the third time they are given from memory.
        for (const time of ['again', 'once more'])
          expect(await ask(app, caller, query), `${caller}, ${time}: ${query}`).toBe(answer);
      }
      asked++;
      if (asked % 4 === 0)
        expect(await statementsOf(app, caller, query), query).toEqual(await statementsOf(reference, caller, query));
      if (isWrittenByItself(query)) covered++;
      if (answer.includes('"errors":')) failed++;
    }
    // Most have to be written for this to say something, and most have to find something.
    expect(asked).toBeGreaterThan(120);
    expect(covered / asked).toBeGreaterThan(0.7);
    expect(failed / asked).toBeLessThan(0.2);
  },
);

const walked: readonly (readonly [what: string, found: string, query: string])[] = [
  [
    'what is near',
    '"hops":2',
    `{ networkDevices(first: 50) { nodes { name near: neighbours(hops: 2) { __typename more: isCapped devices { hops at: device { __typename ...named } }
      links { from { ...named } fromPort { name } to { ...named } toPort { device { ...named } } isActive } } } } } fragment named on Device { name }`,
  ],
  [
    'traces, and traces of choices below them',
    '"__typename":"TracedCircuitEnds"',
    `{ ports(first: 1000) { nodes { name connectedTo { name device { name } } throughPaths { position overCable { stop } inwards { stop } } trace { stop isActive
      lengthM { value inUnit: value } lostStrands steps { __typename hidden: hasHidden ... on TracedPorts { ports { name device { name } } }
      ... on TracedCables { cables { name media } } ... on TracedCircuitEnds { ends { side circuit { name provider { name } } } }
      ... on TracedPlaces { places { __typename name } } } choices { position to { name } trace { stop } } } } } }`,
  ],
  [
    'what breaks with each cable, and what a facility stands on',
    '"verdict":"REDUNDANCY_LOST"',
    `{ cables(first: 30) { nodes { name impact { isCapped paths { totalCount } devices { hiddenCount items { device { name } verdict pathsBefore } } } } }
      sites(first: 5) { nodes { name dependsOn { isCapped cables { totalCount } providers { items { name } } } } } }`,
  ],
  [
    'what is worked out for racks, beside a list below them',
    '"freeUnits"',
    `{ racks(first: 50) { nodes { name devices(first: 2) { nodes { name } } elevation { front { freeUnits devices { startUnit unitHeight device { name } } } }
      sides: elevation { rear { devices { device { name } } } } capacity { freeUnits } } } }`,
  ],
];
test.for(walked)('%s is written as graphql-js has it', async ([, found, query]) => {
  expect(isWrittenByItself(query)).toBe(true);
  for (const caller of ['administrator', ...CALLERS]) {
    const answer = await ask(app, caller, query);
    expect(answer, caller).toBe(await ask(reference, caller, query));
    if (caller === 'administrator') expect(answer).toContain(found);
  }
  expect(await statementsOf(app, 'administrator', query)).toEqual(
    await statementsOf(reference, 'administrator', query),
  );
});

test('what is walked to from the root is written as well', async () => {
  const { data } = await app.execute('{ cables(first: 12) { nodes { id } } ports(first: 1) { nodes { name } } }');
  const ids = data.cables.nodes.map(({ id }: { readonly id: string }) => id);
  const query = `{ all: impact(of: ${JSON.stringify(ids)}) { isCapped devices { items { device { name } verdict } } }
    trace(from: {port: ${JSON.stringify(data.ports.nodes[0].name)}}) { stop steps { __typename } } }`;
  expect(isWrittenByItself(query)).toBe(true);
  for (const caller of ['administrator', 'network-operator', 'outsider'])
    expect(await ask(app, caller, query), caller).toBe(await ask(reference, caller, query));
});

test.for([
  '{ __schema { queryType { name } } racks(first: 1) { nodes { name } } }',
  '{ __type(name: "Rack") { name } }',
  '{ me { name } racks(first: 1) { nodes { name } } }',
  '{ racks(first: 1) { nodes { history(first: 1) { nodes { position } } } } }',
])('an operation with something in it that is not planned is left to graphql-js: %s', async (query) => {
  expect(isWrittenByItself(query)).toBe(false);
  expect(await ask(app, 'administrator', query)).toBe(await ask(reference, 'administrator', query));
});

test('a plan that is used again has the filter, the page and the cursors of the request', async () => {
  const query = `query ($start: String!, $size: Int, $after: String, $below: String, $order: [RegionOrder!]) {
    regions(first: $size, after: $after, where: { name: { startsWith: $start } }, orderBy: $order) {
      totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      edges { cursor node { name sites(first: $size, where: { name: { startsWith: $below } }) { nodes { name } } } }
    }
  }`;
  const orders = ['NAME_ASC', 'NAME_DESC', 'DISPLAY_NAME_ASC'];
  const cursors: (string | null)[] = [];
  for (const start of ['odd-', '', 'eu'])
    for (const order of orders)
      for (const size of [1, 3]) {
        let after: string | null = null;
        do {
          const variables: Variables = { start, size, after, below: start === '' ? '' : 'none', order: [order] };
          const answer: string = await ask(app, 'administrator', query, variables);
          expect(answer).toBe(await ask(reference, 'administrator', query, variables));
          const { data } = JSON.parse(answer.slice(4)) as GraphqlAnswer;
          after = data.regions.pageInfo.hasNextPage ? data.regions.pageInfo.endCursor : null;
          cursors.push(after);
        } while (after !== null);
      }
  expect(cursors.filter((cursor) => cursor !== null).length).toBeGreaterThan(30);
});

test('nodes that are written as their rows come are those of the page of each parent', async () => {
  let cut = 0;
  for (const page of ['first: 0', 'first: 1', 'first: 2', 'first: 100', 'last: 0', 'last: 1', 'last: 2', 'last: 100']) {
    const query = `{ sites(first: 50) { nodes { racks(${page}) { __typename totalCount nodes { name } }
        none: racks(${page}, where: { name: { eq: "nothing" } }) { nodes { name } } } }
      all: racks(${page}) { nodes { name heightU } }
      mixed: racks(first: 50) { nodes { devices(${page}) { nodes { __typename name ... on NetworkDevice { displayName: name } } } } } }`;
    const answer = await ask(app, 'administrator', query);
    expect(answer, page).toBe(await ask(reference, 'administrator', query));
    const { data } = JSON.parse(answer.slice(4)) as GraphqlAnswer;
    const size = Number(page.replace(/\D/g, ''));
    for (const { racks, none } of data.sites.nodes) {
      expect(racks.nodes.length).toBe(Math.min(size, racks.totalCount));
      expect(none.nodes).toEqual([]);
      if (size > 0 && racks.totalCount > size) cut++;
    }
    for (const caller of CALLERS) expect(await ask(app, caller, query)).toBe(await ask(reference, caller, query));
  }
  expect(cut).toBeGreaterThan(2);
});

test('what JSON escapes is escaped', async () => {
  const query =
    '{ regions(first: 50, where: { name: { startsWith: "odd-" } }) { nodes { displayName manifest(format: JSON) } } }';
  const answer = await ask(app, 'administrator', query);
  expect(answer).toBe(await ask(reference, 'administrator', query));
  for (const text of ODD) expect(answer).toContain(`"displayName":${JSON.stringify(text)}`);
});

const refused: readonly (readonly [what: string, query: string])[] = [
  ['a page too large', '{ racks(first: 5000) { nodes { name } } regions(first: 1) { nodes { name } } }'],
  ['no selector', '{ rack { name } sites(first: 1) { totalCount } }'],
  ['two selectors', '{ rack(name: "a", id: "b") { name } }'],
  ['an unknown kind', '{ object(kind: "Nothing", name: "a") { name } }'],
  ['a damaged cursor', '{ a: racks(after: "x") { nodes { name } } b: regions(first: 1) { nodes { name } } }'],
  ['a damaged cursor below', '{ sites(first: 2) { nodes { name racks(after: "x") { nodes { name } } } } }'],
  ['two that fail', '{ a: racks(first: -1) { totalCount } b: racks(first: 1, last: 1) { totalCount } }'],
  ['a variable of another type', 'query ($n: Int = 3) { racks(first: $n, last: $n) { totalCount } }'],
];
test.for(refused)('%s is refused in the same words', async ([, query]) => {
  const answer = await ask(app, 'administrator', query);
  expect(answer).toContain('"errors":');
  expect(answer).toBe(await ask(reference, 'administrator', query));
});

test('null where the schema has none is for graphql-js: it says so, and leaves out what it has to', async () => {
  const query = '{ racks(first: 50) { nodes { name heightU } } region: regions(first: 1) { nodes { name } } }';
  await app.database.execute(sql`alter table rack alter column height_u drop not null`);
  await app.database.execute(
    sql`update rack set height_u = null where id = (select id from rack order by name limit 1)`,
  );
  const answer = await ask(app, 'administrator', query);
  expect(answer).toBe(await ask(reference, 'administrator', query));
  expect(answer).toContain('"path":["racks","nodes",0,"heightU"]');
  expect(answer).toContain('"data":{"racks":null,"region":{"nodes":[{"name":"ap-south"}]}}');
});
