import { type GraphQLOutputType, type GraphQLSchema, isListType, isNonNullType, isObjectType } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { extensions } from '../../src/catalog/extensions.ts';
import { createCatalog } from '../../src/catalog/model.ts';
import { createSchema } from '../../src/catalog/schema/index.ts';
import { domains } from '../../src/domains/index.ts';
import { createDatabase } from '../../src/platform/db/database.ts';
import { sql } from '../../src/platform/db/sql.ts';
import type { TestApp } from '../kit/app.ts';
import { startExampleWorld } from '../kit/example-world.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startExampleWorld();
  // What the caller may do is worked out once and kept until it changes.
  await app.execute('{ users { totalCount } }');
});
afterAll(() => app.close());

const catalog = createCatalog(domains);
const schema: GraphQLSchema = createSchema(catalog, extensions);
const bare = (type: GraphQLOutputType): GraphQLOutputType =>
  isNonNullType(type) || isListType(type) ? bare(type.ofType) : type;

/** Every connection below a kind: the kind's list field and the connection's. */
const nested = catalog.kinds.flatMap((kind) => {
  const type = schema.getType(kind.type);
  if (!isObjectType(type)) return [];
  return Object.values(type.getFields()).flatMap((field) => {
    const of = bare(field.type);
    return isObjectType(of) && of.name.endsWith('Connection') && field.name !== 'history'
      ? [[kind.listField, field.name, of.name] as const]
      : [];
  });
});

const statements = async (document: string): Promise<number> => {
  const { errors, extensions } = await app.execute(document, {}, { 'x-catalog-explain': 'true' });
  expect(errors, document).toBeUndefined();
  expect(extensions?.explain.openfgaCalls, document).toBe(0);
  return extensions?.explain.statements ?? -1;
};

test('there are list fields below the kinds', () => {
  expect(nested.length).toBeGreaterThan(80);
});

test('a root list takes one statement, with 1 row and with 25', async () => {
  for (const { listField } of catalog.kinds) {
    for (const first of [1, 25]) {
      expect(await statements(`{ ${listField}(first: ${first}) { totalCount nodes { id name } } }`), listField).toBe(1);
    }
  }
});

test('of a list of several kinds few joins are planned together, of one kind all', async () => {
  const last = sql`select count(*)::int as n from pg_stat_activity where datname = current_database()
    and query = 'reset join_collapse_limit' and pid <> pg_backend_pid()`;
  const observer = createDatabase(app.databaseUrl, { poolSize: 1 });
  const seen = async (): Promise<unknown> => (await observer.cells(last))[0]?.[0];
  try {
    await app.execute('{ sites(first: 3) { nodes { id } } }');
    expect(await seen()).toBe(0);
    let first = 3;
    // Somebody else may have used the connection since.
    await expect
      .poll(async () => {
        await app.execute(`{ objects(first: ${++first}) { nodes { ... on Rack { heightU } } } }`);
        return seen();
      })
      .toBe(1);
  } finally {
    await observer.close();
  }
});

test('after a change of rights a request asks OpenFGA once, whatever its size and depth', async () => {
  const calls = async (document: string): Promise<unknown> => {
    await app.database.execute(sql`update access_version set version = version + 1`);
    const { errors, extensions } = await app.execute(document, {}, { 'x-catalog-explain': 'true' });
    expect(errors, document).toBeUndefined();
    return extensions?.explain.openfgaCalls;
  };
  for (const { listField } of catalog.kinds) {
    expect(await calls(`{ ${listField}(first: 25) { totalCount nodes { id } } }`), listField).toBe(1);
  }
  expect(
    await calls(
      '{ sites { nodes { racks { nodes { devices { nodes { name ... on NetworkDevice { ports { nodes { cable { name } farPort { name } } } } } } } } } } services { nodes { meters { nodes { name } } } } organizations { nodes { projects { totalCount } } } }',
    ),
  ).toBe(1);
});

test.each(nested)(
  '%s.%s takes one statement more, for 1 row and for 25, at 1 parent and at 25',
  async (list, field) => {
    const { data } = await app.execute(`{ ${list}(first: 0) { totalCount } }`);
    const expected = data[list].totalCount === 0 ? 1 : 2;
    for (const [parents, rows] of [
      [1, 1],
      [1, 25],
      [25, 1],
      [25, 25],
    ]) {
      const document = `{ ${list}(first: ${parents}) { nodes { id ${field}(first: ${rows}) { totalCount edges { cursor node { id name labels { key value } } } } } } }`;
      expect(await statements(document)).toBe(expected);
    }
  },
);

test('a fragment on the type of a list or of its edges asks for the same as no fragment', async () => {
  for (const [list, field, type] of nested) {
    const edge = type.replace(/Connection$/, 'Edge');
    const within = (selection: string): string =>
      `{ ${list}(first: 2) { nodes { ${field}(first: 2) { ${selection} } } } }`;
    const plain = await app.execute(
      within('__typename totalCount nodes { name } edges { __typename cursor node { name } }'),
    );
    const spread = await app.execute(
      `${within('...List')} fragment List on ${type} { __typename totalCount nodes { name } edges { ...Edge } }
       fragment Edge on ${edge} { __typename cursor node { name } }`,
    );
    expect(spread, `${list}.${field}`).toEqual(plain);
    expect(spread.errors).toBeUndefined();
  }
});

test('aliases, fragments, interfaces and directives are planned at any depth', async () => {
  const document = `query ($with: Boolean!) {
    a: sites(where: {name: {eq: "fra1"}}) { nodes { ...S few: racks(first: 1) { nodes { name } } all: racks { totalCount nodes {
      n: name devices(first: 2) { nodes { kind ... on CatalogObject { name } ... on ComputeNode { cores: hardware { cpuCores } } ... on NetworkDevice @include(if: $with) { role } } } } } } }
  }
  fragment S on Site { name region { name sites(first: 1, orderBy: [NAME_DESC]) { nodes { name } } } }`;
  const { data, errors } = await app.execute(document, { with: false });
  expect(errors).toBeUndefined();
  const leaf = (rack: string) => ({ kind: 'NetworkDevice', name: `${rack}-leaf` });
  const node = (name: string, cpuCores: number) => ({ kind: 'Node', name, cores: { cpuCores } });
  expect(data.a.nodes[0]).toEqual({
    name: 'fra1',
    region: { name: 'eu-central', sites: { nodes: [{ name: 'fra2' }] } },
    few: { nodes: [{ name: 'fra1-a01' }] },
    all: {
      totalCount: 2,
      nodes: [
        { n: 'fra1-a01', devices: { nodes: [node('fra1-a01-chassis', 1), leaf('fra1-a01')] } },
        { n: 'fra1-a02', devices: { nodes: [leaf('fra1-a02'), node('fra1-a02-node1', 64)] } },
      ],
    },
  });
});

test('pages forward and backward give every row once, in order', async () => {
  const order = 'orderBy: [SPEED_DESC]';
  const namesOf = (nodes: { name: string }[]): string[] => nodes.map(({ name }) => name);
  const all = await app.execute(`{ ports(first: 1000, ${order}) { nodes { name } } }`);
  const forward: string[] = [];
  for (let after: string | null = null, more = true; more; ) {
    const document = `query ($after: String) { ports(first: 97, after: $after, ${order}) { nodes { name } pageInfo { hasNextPage endCursor } } }`;
    const { data } = await app.execute(document, { after });
    forward.push(...namesOf(data.ports.nodes));
    ({ endCursor: after, hasNextPage: more } = data.ports.pageInfo);
  }
  expect(forward).toEqual(namesOf(all.data.ports.nodes));
  const backward: string[] = [];
  for (let before: string | null = null, more = true; more; ) {
    const document = `query ($before: String) { ports(last: 101, before: $before, ${order}) { nodes { name } pageInfo { hasPreviousPage startCursor } } }`;
    const { data } = await app.execute(document, { before });
    backward.unshift(...namesOf(data.ports.nodes));
    ({ startCursor: before, hasPreviousPage: more } = data.ports.pageInfo);
  }
  expect(backward).toEqual(forward);
});

test('nodes gives objects of any kind back by their ids, and null for what does not exist', async () => {
  const { data } = await app.execute('{ site(name: "fra1") { id } project(name: "aurora-player") { id } }');
  const absent = Buffer.from('Site:00000000-0000-7000-8000-00000000dead').toString('base64url');
  const ids = [data.project.id, absent, data.site.id];
  const again = await app.execute(
    'query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on CatalogObject { kind name } } }',
    { ids },
  );
  expect(again.data.nodes).toEqual([
    { id: ids[0], kind: 'Project', name: 'aurora-player' },
    null,
    { id: ids[2], kind: 'Site', name: 'fra1' },
  ]);
});
