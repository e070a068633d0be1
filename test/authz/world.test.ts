import { afterAll, beforeAll, expect, test } from 'vitest';
import { catalog as makeCatalog } from '../../src/app.ts';
import type { GraphqlAnswer, TestApp } from '../kit/app.ts';
import { applyAll, doc, startWorld } from './world.ts';

let app: TestApp;
const ids = new Map<string, string>();
const catalog = makeCatalog();

/** Everything in the world that the table is about. */
const rows: Readonly<Record<string, readonly string[]>> = {
  Organization: ['acme', 'globex'],
  Project: ['p1', 'p2', 'p9'],
  Service: ['dns', 'vault'],
  MeterDefinition: ['dns-queries', 'vault-queries'],
  Region: ['eu', 'us'],
  Site: ['dfw1', 'fra1'],
  Rack: ['dfw1-r1', 'fra1-r1', 'fra1-r2'],
  Node: ['node-11', 'node-21', 'node-77'],
  Port: ['port-11', 'port-21', 'port-77', 'port-78'],
  VirtualMachine: ['vm1', 'vm2'],
  User: ['olga', 'tech'],
  Role: ['inventory-admin'],
  PolicyBinding: ['acme-admin', 'staff'],
};
/** What everybody sees: the public service and its meters, and regions. */
const open = { Service: ['dns'], MeterDefinition: ['dns-queries'], Region: ['eu', 'us'] };
const services = { ...open, Service: ['dns', 'vault'] };

/** The tables of iam.md 4.8, as what each person sees of each kind; what is not said is hidden. */
const sees: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  olga: { ...services, Organization: ['acme'], Project: ['p1', 'p2'] },
  dave: { ...services, Project: ['p1'] },
  'sa-ci': {
    ...open,
    Service: ['dns', 'vault'],
    MeterDefinition: ['dns-queries', 'vault-queries'],
    Project: ['p1', 'p2'],
    VirtualMachine: ['vm1'],
  },
  nora: { ...open, Rack: rows.Rack ?? [], Port: rows.Port ?? [], VirtualMachine: ['vm1', 'vm2'] },
  tech: { ...open, Rack: ['fra1-r1', 'fra1-r2'], Port: ['port-11', 'port-21', 'port-77'] },
  auditor: { ...services, Project: ['p1', 'p2', 'p9'] },
  stranger: open,
  vmops: { ...open, VirtualMachine: ['vm1', 'vm2'] },
};

const kinds = Object.keys(rows).map((name) => catalog.get(name));
const listOf = (kind: string): string => catalog.get(kind).listField;

beforeAll(async () => {
  app = await startWorld();
  const lists = kinds.map(({ listField }) => `${listField}(first: 500) { nodes { id name } }`);
  const { data, errors } = await app.execute(`{ ${lists.join('\n')} }`);
  expect(errors).toBeUndefined();
  for (const { kind, listField } of kinds) {
    for (const { id, name } of data[listField].nodes) ids.set(`${kind}/${name}`, id);
  }
});
afterAll(() => app.close());

const idOf = (kind: string, name: string): string => {
  const id = ids.get(`${kind}/${name}`);
  if (id === undefined) throw new Error(`no ${kind}/${name} in the world`);
  return id;
};

async function read(who: string, document: string, variables: object = {}): Promise<GraphqlAnswer['data']> {
  const { data, errors } = await app.as(who).execute(document, { ...variables });
  expect(errors, document).toBeUndefined();
  return data;
}

const quoted = (names: readonly string[]): string => JSON.stringify(names);

test.each(Object.keys(sees))(
  '%s sees what the tables of iam.md 4.8 say, and nothing else, in every way to read',
  async (who) => {
    for (const [kind, names] of Object.entries(rows)) {
      const visible = sees[who]?.[kind] ?? [];
      const { field, listField } = catalog.get(kind);
      const wanted = [...names].sort();
      const singles = wanted.flatMap((name, index) => [
        `one${index}: ${field}(name: "${name}") { name }`,
        `two${index}: object(kind: "${kind}", name: "${name}") { name }`,
        `three${index}: node(id: "${idOf(kind, name)}") { ... on CatalogObject { name } }`,
        `four${index}: ${field}(id: "${idOf(kind, name)}") { name }`,
      ]);
      const where = `where: {name: {in: ${quoted(wanted)}}}`;
      const data = await read(
        who,
        `query ($ids: [ID!]!) { ${singles.join('\n')}
        nodes(ids: $ids) { ... on CatalogObject { name } }
        list: ${listField}(${where}) { totalCount nodes { name } edges { node { name } } }
        back: ${listField}(${where}, last: 100) { totalCount nodes { name } }
        none: ${listField}(first: 0, ${where}) { totalCount totalCountCapped pageInfo { hasNextPage } }
        all: objects(kinds: ["${kind}"], names: ${quoted(wanted)}) { totalCount nodes { name } }
        not: ${listField}(where: {not: {name: {in: ${quoted(visible)}}}, and: [{name: {in: ${quoted(wanted)}}}]}) { totalCount } }`,
        { ids: wanted.map((name) => idOf(kind, name)) },
      );
      const seen = [...visible].sort();
      const shown = wanted.map((name) => (seen.includes(name) ? { name } : null));
      const place = `${who} ${kind}`;
      for (const way of ['one', 'two', 'three', 'four']) {
        expect(
          wanted.map((_, index) => data[`${way}${index}`]),
          `${place} ${way}`,
        ).toEqual(shown);
      }
      expect(data.nodes, place).toEqual(shown);
      const nodes = seen.map((name) => ({ name }));
      const totalCount = seen.length;
      expect(data.list, place).toEqual({ totalCount, nodes, edges: nodes.map((node) => ({ node })) });
      expect(data.back, place).toEqual({ totalCount, nodes });
      expect(data.none, place).toEqual({
        totalCount,
        totalCountCapped: false,
        pageInfo: { hasNextPage: totalCount > 0 },
      });
      expect(data.all, place).toEqual({ totalCount, nodes });
      expect(data.not, place).toEqual({ totalCount: 0 });
    }
  },
);

/** Lists with a filter through a relation or an order by a related name, and who finds how many. */
const related: readonly (readonly [list: string, args: string, found: Readonly<Record<string, number>>])[] = [
  ['projects', 'where: {organization: {name: {eq: "acme"}}}', { olga: 2 }],
  ['projects', 'where: {organization: {}}', { olga: 2 }],
  ['projects', 'where: {organization: null}', { dave: 1, 'sa-ci': 2, auditor: 3 }],
  ['projects', 'where: {not: {organization: {name: {eq: "acme"}}}}', { dave: 1, 'sa-ci': 2, auditor: 3 }],
  ['services', 'where: {owner: {producerProject: {name: {eq: "p1"}}}}', { olga: 2, dave: 2, 'sa-ci': 2, auditor: 2 }],
  ['services', 'where: {owner: {producerProject: {organization: {name: {eq: "acme"}}}}}', { olga: 2 }],
  ['services', 'where: {owner: {producerProject: null}}', { nora: 1, tech: 1, stranger: 1, vmops: 1 }],
  ['racks', 'where: {site: {name: {eq: "fra1"}}}', {}],
  ['racks', 'where: {site: null}', { nora: 3, tech: 2 }],
  ['racks', 'where: {not: {site: {region: {name: {startsWith: "e"}}}}}', { nora: 3, tech: 2 }],
  ['racks', 'labelSelector: "topology.inventory.miloapis.com/site=fra1"', {}],
  ['racks', 'labelSelector: "!topology.inventory.miloapis.com/site"', { nora: 3, tech: 2 }],
  ['ports', 'where: {device: {name: {eq: "node-11"}}}', {}],
  ['ports', 'where: {device: {computeNode: {placement: {rack: {name: {eq: "fra1-r1"}}}}}}', {}],
  ['virtualMachines', 'where: {project: {name: {eq: "p1"}}}', { 'sa-ci': 1 }],
  ['virtualMachines', 'where: {project: null}', { nora: 2, vmops: 2 }],
];

test.each(related)('%s(%s) asks of nothing that is hidden', async (list, args, found) => {
  for (const who of Object.keys(sees)) {
    const data = await read(who, `{ it: ${list}(${args}) { totalCount nodes { name } } }`);
    expect([who, data.it.totalCount, data.it.nodes.length]).toEqual([who, found[who] ?? 0, found[who] ?? 0]);
  }
});

test('an order by a hidden name is no order by it', async () => {
  // dfw1-r1 would come first by the name of its site, and fra1-r2 was made after fra1-r1: ids tell.
  const byId = async (who: string, kind: string): Promise<string[]> =>
    (sees[who]?.[kind] ?? []).map((name) => Buffer.from(idOf(kind, name), 'base64url').toString()).sort();
  for (const [who, kind, by] of [
    ['nora', 'Rack', 'SITE'],
    ['tech', 'Rack', 'SITE'],
    ['auditor', 'Project', 'ORGANIZATION'],
    ['nora', 'VirtualMachine', 'HOST'],
    ['vmops', 'VirtualMachine', 'PROJECT'],
  ] as const) {
    const data = await read(who, `{ it: ${listOf(kind)}(orderBy: [${by}_ASC]) { nodes { id } } }`);
    const given = data.it.nodes.map(({ id }: { id: string }) => Buffer.from(id, 'base64url').toString());
    expect(given, `${who} ${kind}`).toEqual(await byId(who, kind));
  }
});

test('labels derived from hidden objects, and references to them, are not there', async () => {
  const data = await read(
    'tech',
    `{ rack(name: "fra1-r1") { site { name } region { name } labels { key } labelValue(key: "topology.inventory.miloapis.com/site")
        devices { totalCount } usedUnits manifest(format: JSON) }
       port(name: "port-77") { device { name } cable { name } farPort { name } isConnected labels { key value } } }`,
  );
  const { manifest, ...rack } = data.rack;
  expect(JSON.parse(manifest).metadata.labels ?? {}).toEqual({});
  expect({ rack, port: data.port }).toEqual({
    rack: { site: null, region: null, labels: [], labelValue: null, devices: { totalCount: 0 }, usedUnits: 0 },
    port: { device: null, cable: null, farPort: null, isConnected: false, labels: [] },
  });
});

const ERRORS = 'changed userErrors { code message }';
/** Mutations on objects: what whoever may get the object, but not do it, is told to lack. */
const acts: readonly (readonly [
  kind: string,
  name: string,
  mutation: (name: string) => string,
  permission: string,
  may: readonly string[],
])[] = [
  [
    'Rack',
    'fra1-r1',
    (name) => `updateRack(input: {name: "${name}", changes: {row: "7"}, validateOnly: true}) { ${ERRORS} }`,
    'inventory.miloapis.com/racks.update',
    ['nora'],
  ],
  [
    'Rack',
    'fra1-r2',
    (name) => `deleteRack(input: {name: "${name}", validateOnly: true}) { ${ERRORS} }`,
    'inventory.miloapis.com/racks.delete',
    [],
  ],
  [
    'Service',
    'vault',
    (name) => `updateService(input: {name: "${name}", changes: {description: "x"}, validateOnly: true}) { ${ERRORS} }`,
    'services.miloapis.com/services.update',
    ['sa-ci'],
  ],
  [
    'Service',
    'dns',
    (name) => `updateService(input: {name: "${name}", changes: {description: "x"}, validateOnly: true}) { ${ERRORS} }`,
    'services.miloapis.com/services.update',
    ['sa-ci'],
  ],
  [
    'Project',
    'p2',
    (name) => `deleteProject(input: {name: "${name}", validateOnly: true}) { ${ERRORS} }`,
    'resourcemanager.miloapis.com/projects.delete',
    [],
  ],
  [
    'Project',
    'p9',
    (name) =>
      `suspendProject(input: {project: {name: "${name}"}, reason: FRAUD, reinstateAuthority: OPERATOR, validateOnly: true}) { ${ERRORS} }`,
    'resourcemanager.miloapis.com/projectsuspensions.create',
    [],
  ],
  [
    'Port',
    'port-77',
    (name) => `updatePort(input: {name: "${name}", changes: {speed: "10G"}, validateOnly: true}) { ${ERRORS} }`,
    'inventory.miloapis.com/ports.update',
    [],
  ],
  [
    'VirtualMachine',
    'vm1',
    (name) => `deleteVirtualMachine(input: {name: "${name}", validateOnly: true}) { ${ERRORS} }`,
    'inventory.miloapis.com/virtualmachines.delete',
    [],
  ],
];

const explain = { 'x-catalog-explain': 'true' };

test.each(acts)('%s/%s: %s', async (kind, name, mutation, permission, may) => {
  for (const who of Object.keys(sees)) {
    await read(who, '{ regions { totalCount } }'); // Rights are worked out beforehand.
    const answer = await app.as(who).execute(`mutation { it: ${mutation(name)} }`, {}, explain);
    const absent = await app.as(who).execute(`mutation { it: ${mutation('nothing-of-this-name')} }`, {}, explain);
    expect(answer.errors ?? absent.errors).toBeUndefined();
    const { userErrors, changed } = answer.data.it;
    const place = `${who} on ${kind}/${name}`;
    if (sees[who]?.[kind]?.includes(name) !== true) {
      const told = JSON.stringify(absent.data).replaceAll('nothing-of-this-name', name);
      expect(JSON.stringify(answer.data), place).toBe(told);
      expect(userErrors[0].code).toMatch(/NOT_FOUND$/);
      expect(answer.extensions?.explain.statements, place).toBe(absent.extensions?.explain.statements);
      expect(answer.extensions?.explain.openfgaCalls, place).toBe(absent.extensions?.explain.openfgaCalls);
    } else if (may.includes(who)) {
      expect({ userErrors, changed }, place).toEqual({ userErrors: [], changed: true });
    } else {
      expect({ userErrors, changed }, place).toEqual({
        userErrors: [{ code: 'FORBIDDEN', message: `${permission} is missing` }],
        changed: false,
      });
    }
  }
});

test('a single read, node and a list take as many statements for what is hidden as for what is absent', async () => {
  const absent = Buffer.from('Rack:00000000-0000-7000-8000-00000000dead').toString('base64url');
  const pairs: readonly (readonly [string, string])[] = [
    [
      `{ it: rack(name: "dfw1-r1") { id site { name racks { totalCount } } } }`,
      `{ it: rack(name: "no") { id site { name racks { totalCount } } } }`,
    ],
    [
      `{ it: node(id: "${idOf('Rack', 'dfw1-r1')}") { id ... on Rack { site { name } } } }`,
      `{ it: node(id: "${absent}") { id ... on Rack { site { name } } } }`,
    ],
    [`{ it: object(kind: "rack", name: "dfw1-r1") { id } }`, `{ it: object(kind: "rack", name: "no") { id } }`],
    [
      `{ it: racks(where: {name: {eq: "dfw1-r1"}}) { totalCount nodes { devices { totalCount } } } }`,
      `{ it: racks(where: {name: {eq: "no"}}) { totalCount nodes { devices { totalCount } } } }`,
    ],
  ];
  for (const [hidden, none] of pairs) {
    const [one, other] = [
      await app.as('tech').execute(hidden, {}, explain),
      await app.as('tech').execute(none, {}, explain),
    ];
    expect(one.data).toEqual(other.data);
    expect(one.extensions?.explain.statements).toBe(other.extensions?.explain.statements);
    expect(one.extensions?.explain.openfgaCalls).toBe(0);
  }
});

test('who may make something where, by apply and by mutation alike', async () => {
  const applied = async (who: string, content: string): Promise<string[]> => {
    const { data } = await app
      .as(who)
      .execute('mutation ($input: ApplyInput!) { apply(input: $input) { userErrors { code message } } }', {
        input: { manifests: [{ source: 'a.yaml', content }], validateOnly: true },
      });
    return data.apply.userErrors.map(({ code, message }: { code: string; message: string }) => `${code}: ${message}`);
  };
  const project = (owner: string): string => doc('Project', 'p3', { ownerRef: { kind: 'Organization', name: owner } });
  expect(await applied('olga', project('acme'))).toEqual([]);
  expect(await applied('olga', project('globex'))).toEqual(['REFERENCE_NOT_FOUND: there is no Organization globex']);
  expect(await applied('olga', project('nowhere'))).toEqual(['REFERENCE_NOT_FOUND: there is no Organization nowhere']);
  expect(await applied('dave', project('acme'))).toEqual(['REFERENCE_NOT_FOUND: there is no Organization acme']);
  expect(await applied('olga', doc('Organization', 'acme2'))).toEqual([
    'FORBIDDEN: resourcemanager.miloapis.com/organizations.create is missing',
  ]);
  // A name that only others know of is not told to whoever may not make it.
  expect(await applied('olga', doc('Organization', 'globex'))).toEqual([
    'FORBIDDEN: resourcemanager.miloapis.com/organizations.create is missing',
  ]);
  expect(await applied('stranger', doc('Region', 'sea', { displayName: 'S' }))).toEqual([
    'FORBIDDEN: inventory.miloapis.com/regions.create is missing',
  ]);
});

test('p1 moves out of the folder: dave loses it in every list, olga keeps it; it moves back, and all is as before', async () => {
  const services = '{ projects { totalCount } services { totalCount } node(id: "ID") { id } }'.replace(
    'ID',
    idOf('Project', 'p1'),
  );
  const both = async (): Promise<object[]> => [await read('olga', services), await read('dave', services)];
  const before = await both();
  const moved = await app.execute(
    'mutation { moveProject(input: {project: {name: "p1"}}) { userErrors { message } project { folder { name } } } }',
  );
  expect(moved.data.moveProject).toEqual({ userErrors: [], project: { folder: null } });
  expect(await both()).toEqual([before[0], { projects: { totalCount: 0 }, services: { totalCount: 1 }, node: null }]);
  await applyAll(app, doc('ProjectPlacement', 'p1', { projectRef: { name: 'p1' }, folderRef: { name: 'emea-lab' } }));
  expect(await both()).toEqual(before);
  expect(await app.authorization.verify()).toMatchObject({ missing: [], foreign: [], failed: [] });
});
