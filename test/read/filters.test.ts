import { type GraphQLInputObjectType, getNamedType, isEnumType, isInputObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { extensions } from '../../src/catalog/extensions.ts';
import { createCatalog } from '../../src/catalog/model.ts';
import { createSchema } from '../../src/catalog/schema/index.ts';
import { domains } from '../../src/domains/index.ts';
import { applyAll, doc, role } from '../authz/world.ts';
import { startApp, type TestApp } from '../kit/app.ts';

const ref = (name: string) => ({ name });
const many = (kind: string, specs: Readonly<Record<string, object>>): string =>
  Object.entries(specs)
    .map(([name, spec]) => doc(kind, name, spec))
    .join('');

const site = { displayName: 'S', regionRef: ref('eu'), type: 'Edge' };
const rack = { siteRef: ref('a'), heightU: 42 };
const hardware = { cpuCores: 8, cpuArchitecture: 'amd64', memoryBytes: 1 };
const placed = (startUnit: number, face: string) => ({
  siteRef: ref('a'),
  hardware,
  placement: { rackRef: ref('a-rack'), startUnit, unitHeight: 1, face },
});
const ends = ['a', 'b'].map((name) => ({ kind: 'Site', name }));
const version = (number: string, deprecateTime?: string) => ({
  serviceRef: ref('dns'),
  version: number,
  phase: 'Published',
  ...(deprecateTime !== undefined && { deprecateTime }),
});
const deployed = (region: string, automaticVersionSwitch?: boolean) => ({
  serviceRef: ref('dns'),
  regionRef: ref(region),
  publicDomain: `${region}.dns.example.com`,
  location: { continent: 'C', country: 'C', agglomeration: 'A', city: 'C', cloud: 'c' },
  currentVersionRef: ref('dns.v1'),
  ...(automaticVersionSwitch !== undefined && { automaticVersionSwitch }),
});

const world = [
  many('Region', {
    eu: { displayName: 'E', coordinates: { latitude: -1.5, longitude: 0 } },
    us: { displayName: 'U', coordinates: { latitude: 2.25, longitude: 0 } },
    as: { displayName: 'A', coordinates: { latitude: 10, longitude: 0 } },
    none: { displayName: 'N' },
  }),
  many('Site', { a: site, b: site, c: site, d: site }),
  many('Rack', {
    'a-rack': rack,
    percent: { ...rack, row: '10%' },
    hundred: { ...rack, row: '100' },
    under: { ...rack, row: 'a_b' },
    letter: { ...rack, row: 'axb' },
    capital: { ...rack, row: 'A_B' },
    slash: { ...rack, row: String.raw`a\b` },
  }),
  many('Node', {
    n2: placed(2, 'Front'),
    n5: placed(5, 'Rear'),
    n10: placed(10, 'Front'),
    none: { siteRef: ref('a'), hardware },
  }),
  // 2^53 and its neighbour: as floating point numbers they are the same one.
  many('Link', {
    ten: { endpoints: ends, type: 'Logical', capacityMbps: 10, latencyMs: '500m' },
    even: { endpoints: ends, type: 'Logical', latencyMs: '10' },
    odd: { endpoints: ends, type: 'Logical', latencyMs: '2' },
    none: { endpoints: ends, type: 'Logical' },
  })
    .replace('"latencyMs":"10"', '"latencyMs":"10","capacityMbps":9007199254740992')
    .replace('"latencyMs":"2"', '"latencyMs":"2","capacityMbps":9007199254740993'),
  doc('Organization', 'acme', { type: 'Standard' }),
  doc('Project', 'p', { ownerRef: { kind: 'Organization', name: 'acme' } }),
  doc('Service', 'dns', {
    serviceName: 'dns.example.com',
    phase: 'Published',
    displayName: 'D',
    owner: { producerProjectRef: ref('p') },
  }),
  doc('ServiceRuntime', 'dns', {
    serviceRef: ref('dns'),
    visibility: 'Public',
    globalDomain: 'dns.example.com',
    primaryRegionRef: ref('eu'),
  }),
  many('RegionState', {
    eu: { regionRef: ref('eu'), state: 'Open' },
    us: { regionRef: ref('us'), state: 'Open' },
    as: { regionRef: ref('as'), state: 'Open' },
  }),
  many('ServiceVersion', {
    'dns.v1': version('v1', '2026-01-01T00:00:00Z'),
    'dns.v2': version('v2', '2026-01-01T00:00:00.000001Z'),
    'dns.v3': version('v3', '2027-01-01T00:00:00Z'),
    'dns.v4': version('v4'),
  }),
  many('Deployment', { 'dns.eu': deployed('eu', true), 'dns.us': deployed('us', false), 'dns.as': deployed('as') }),
  role('reads', 'inv/racks.get'),
  role('writes', 'inv/racks.update inv/sites.update'),
  role('nothing', '', undefined, [{ name: 'reads', namespace: 'milo-system' }]),
].join('');

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  await applyAll(app, world);
});
afterAll(() => app.close());

interface Table {
  readonly list: string;
  /** The condition on the field under test, around `{operator: operand}`. */
  readonly field: (condition: object) => object;
  /** Every row, and which of them fit: operator, operand, names. */
  readonly all: readonly string[];
  readonly rows: readonly (readonly [operator: string, operand: unknown, names: string])[];
}

/** Rows for the operators that every type with null values has; `x` is the value of `one`, `y` that of `other`. */
const equality = (all: string, [one, x]: readonly [string, unknown], [other, y]: readonly [string, unknown]) => {
  const but = (...gone: readonly string[]): string =>
    all
      .split(' ')
      .filter((name) => !gone.includes(name))
      .join(' ');
  return [
    ['eq', x, one],
    ['ne', x, but(one)],
    ['in', [x, y], [one, other].sort().join(' ')],
    ['in', [], ''],
    ['notIn', [x, y], but(one, other)],
    ['notIn', [], all],
  ] as const;
};
const nullable = (all: string, none: string) => {
  const present = all
    .split(' ')
    .filter((name) => name !== none)
    .join(' ');
  return [
    ['eq', null, none],
    ['ne', null, present],
    ['isNull', true, none],
    ['isNull', false, present],
  ] as const;
};

const racks = 'a-rack capital hundred letter percent slash under';
const nodes = 'n10 n2 n5 none';
const links = 'even none odd ten';
const sites = 'a b c d';
const regions = 'as eu none us';
const versions = 'dns.v1 dns.v2 dns.v3 dns.v4';
const deployments = 'dns.as dns.eu dns.us';
const named = (names: string): string[] => (names === '' ? [] : names.split(' '));

const tables: Readonly<Record<string, readonly Table[]>> = {
  StringFilter: [
    {
      list: 'racks',
      field: (row) => ({ row }),
      all: named(racks),
      rows: [
        ...equality(racks, ['percent', '10%'], ['slash', String.raw`a\b`]),
        ...nullable(racks, 'a-rack'),
        ['startsWith', '10', 'hundred percent'],
        ['startsWith', '10%', 'percent'],
        ['startsWith', 'a_', 'under'],
        ['startsWith', 'A', 'capital'],
        ['startsWith', 'a\\', 'slash'],
        ['startsWith', '', 'capital hundred letter percent slash under'],
        ['endsWith', '0', 'hundred'],
        ['endsWith', '%', 'percent'],
        ['endsWith', '_b', 'under'],
        ['endsWith', 'B', 'capital'],
        ['endsWith', String.raw`\b`, 'slash'],
        ['contains', '0', 'hundred percent'],
        ['contains', '%', 'percent'],
        ['contains', '_', 'capital under'],
        ['contains', 'XB', 'letter'],
        ['contains', '\\', 'slash'],
      ],
    },
  ],
  IDFilter: [
    {
      list: 'sites',
      field: (id) => ({ id }),
      all: named(sites),
      rows: [...equality(sites, ['b', 'id of b'], ['d', 'id of d'])],
    },
  ],
  IntFilter: [
    {
      list: 'computeNodes',
      field: (startUnit) => ({ placement: { startUnit } }),
      all: named(nodes),
      rows: [
        ...equality(nodes, ['n5', 5], ['n10', 10]),
        ...nullable(nodes, 'none'),
        ['lt', 5, 'n2'],
        ['lte', 5, 'n2 n5'],
        ['gt', 5, 'n10'],
        ['gte', 5, 'n10 n5'],
      ],
    },
  ],
  BigIntFilter: [
    {
      list: 'links',
      field: (capacityMbps) => ({ capacityMbps }),
      all: named(links),
      rows: [
        ...equality(links, ['odd', '9007199254740993'], ['ten', '10']),
        ...nullable(links, 'none'),
        ['lt', '9007199254740993', 'even ten'],
        ['lte', '9007199254740992', 'even ten'],
        ['gt', '9007199254740992', 'odd'],
        ['gte', '9007199254740993', 'odd'],
      ],
    },
  ],
  FloatFilter: [
    {
      list: 'links',
      field: (latencyMs) => ({ latencyMs }),
      all: named(links),
      rows: [
        ...equality(links, ['ten', 0.5], ['odd', 2]),
        ...nullable(links, 'none'),
        ['lt', 2, 'ten'],
        ['lte', 2, 'odd ten'],
        ['gt', 2, 'even'],
        ['gte', 2, 'even odd'],
      ],
    },
    {
      list: 'regions',
      field: (latitude) => ({ coordinates: { latitude } }),
      all: named(regions),
      rows: [
        ...equality(regions, ['eu', -1.5], ['as', 10]),
        ...nullable(regions, 'none'),
        ['lt', 2.25, 'eu'],
        ['lte', 2.25, 'eu us'],
        ['gt', 2.25, 'as'],
        ['gte', 2.25, 'as us'],
      ],
    },
  ],
  BooleanFilter: [
    {
      list: 'deployments',
      field: (automaticVersionSwitch) => ({ automaticVersionSwitch }),
      all: named(deployments),
      rows: [
        ['eq', true, 'dns.eu'],
        ['eq', false, 'dns.us'],
        ['ne', true, 'dns.as dns.us'],
        ['ne', false, 'dns.as dns.eu'],
        ...nullable(deployments, 'dns.as'),
      ],
    },
  ],
  DateTimeFilter: [
    {
      list: 'serviceVersions',
      field: (deprecateTime) => ({ deprecateTime }),
      all: named(versions),
      rows: [
        ...equality(versions, ['dns.v1', '2026-01-01T01:00:00+01:00'], ['dns.v3', '2027-01-01T00:00:00Z']),
        ...nullable(versions, 'dns.v4'),
        ['lt', '2027-01-01T00:00:00Z', 'dns.v1 dns.v2'],
        ['lte', '2026-01-01T00:00:00Z', 'dns.v1'],
        ['gt', '2026-01-01T00:00:00Z', 'dns.v2 dns.v3'],
        ['gte', '2027-01-01T00:00:00Z', 'dns.v3'],
      ],
    },
  ],
  StringListFilter: [
    {
      list: 'roles',
      field: (includedPermissions) => ({ includedPermissions }),
      all: ['nothing', 'reads', 'writes'],
      rows: [
        ['has', 'inventory.miloapis.com/racks.get', 'reads'],
        ['has', 'inventory.miloapis.com/racks', ''],
        ['isNull', true, ''],
        ['isNull', false, 'nothing reads writes'],
      ],
    },
  ],
  /** Stands for all enums: they have the same operators, each with a cast of its own. */
  enums: [
    {
      list: 'computeNodes',
      field: (face) => ({ placement: { face } }),
      all: named(nodes),
      rows: [
        ['eq', 'REAR', 'n5'],
        ['ne', 'REAR', 'n10 n2 none'],
        ['in', ['REAR'], 'n5'],
        ['in', ['REAR', 'FRONT'], 'n10 n2 n5'],
        ['in', [], ''],
        ['notIn', ['REAR'], 'n10 n2 none'],
        ['notIn', [], nodes],
        ...nullable(nodes, 'none'),
      ],
    },
  ],
};

const schema = createSchema(createCatalog(domains), extensions);
const inputs = Object.values(schema.getTypeMap()).filter(isInputObjectType);
/**
 * Types whose members are operators on one value: all that stand in a `where` of objects, but for other `where`s and lists
 * of them. Records of the audit log are no objects: they are narrowed by whole values.
 */
const filters = new Set(
  inputs
    .filter(({ name }) => name.endsWith('Where') && name !== 'AuditRecordWhere')
    .flatMap((where) => Object.values(where.getFields()).map(({ type }) => getNamedType(type)))
    .filter((type): type is GraphQLInputObjectType => isInputObjectType(type) && !type.name.endsWith('Where')),
);
const operators = (type: GraphQLInputObjectType): string[] => Object.keys(type.getFields()).sort();
const enumOf = (type: GraphQLInputObjectType) => {
  const of = getNamedType(type.getFields().eq?.type);
  return isEnumType(of) ? of : undefined;
};

test('the tables below say something of every operator of every type of filter that the schema has', () => {
  const expected = [...filters].map((type) => [enumOf(type) === undefined ? type.name : 'enums', operators(type)]);
  const told = Object.entries(tables).map(([name, all]) => [
    name,
    all.map(({ rows }) => [...new Set(rows.map(([operator]) => operator))].sort()),
  ]);
  const lists = Object.fromEntries(expected) as Record<string, string[]>;
  expect(new Set(expected.map(([name, own]) => `${String(name)} ${String(own)}`)).size).toBe(Object.keys(lists).length);
  expect(Object.fromEntries(told)).toEqual(
    Object.fromEntries(Object.entries(lists).map(([name, own]) => [name, (tables[name] ?? [{}]).map(() => own)])),
  );
});

const whereOf = (list: string): string =>
  String(
    schema
      .getQueryType()
      ?.getFields()
      [list]?.args.find(({ name }) => name === 'where')?.type,
  );

/** The names of servers and racks count. */
const numbers = new Intl.Collator('en', { numeric: true });
const inOrderOf = (list: string, names: readonly string[]): readonly string[] =>
  ['computeNodes', 'racks'].includes(list) ? names.toSorted(numbers.compare) : names;

async function namesOf(list: string, where: object): Promise<string[]> {
  const document = `query ($where: ${whereOf(list)}) { ${list}(first: 100, where: $where) { totalCount nodes { name } } }`;
  const { data, errors } = await app.execute(document, { where });
  expect(errors, JSON.stringify(where)).toBeUndefined();
  expect(data[list].totalCount).toBe(data[list].nodes.length);
  return data[list].nodes.map(({ name }: { name: string }) => name);
}

/** `id of b` stands for an id that only the database knows. */
async function resolved(operand: unknown): Promise<unknown> {
  if (Array.isArray(operand)) return Promise.all(operand.map(resolved));
  const name = /^id of (\w+)$/.exec(String(operand))?.[1];
  if (name === undefined) return operand;
  return (await app.execute('query ($name: String!) { site(name: $name) { id } }', { name })).data.site.id;
}

describe.each(Object.entries(tables).flatMap(([type, all]) => all.map((table) => [type, table.list, table] as const)))(
  '%s on %s',
  (_type, list, { field, all, rows }) => {
    test.each(rows)('%s %j gives %s', async (operator, operand, expected) => {
      const condition = field({ [operator]: await resolved(operand) });
      const among = { name: { in: all } };
      const fitting = inOrderOf(list, named(expected));
      expect(await namesOf(list, { and: [among, condition] })).toEqual(fitting);
      // What does not fit is all the rest: a comparison with nothing is neither here nor there.
      const rest = all.filter((name) => !fitting.includes(name)).sort();
      expect((await namesOf(list, { and: [among, { not: condition }] })).sort()).toEqual(rest);
      expect(await namesOf(list, { and: [among], or: [condition, { name: { eq: all[0] } }] })).toEqual(
        inOrderOf(
          list,
          all.filter((name) => fitting.includes(name) || name === all[0]),
        ),
      );
    });
  },
);

test('F10: null says that there is none, of a value, of a group, of a reference', async () => {
  const outside = ['none'];
  expect(await namesOf('computeNodes', { name: { in: named(nodes) }, placement: null })).toEqual(
    expect.arrayContaining(outside),
  );
  const mounted = await namesOf('computeNodes', { name: { in: named(nodes) }, not: { placement: null } });
  const all = await namesOf('computeNodes', { name: { in: named(nodes) } });
  expect(
    [...mounted, ...(await namesOf('computeNodes', { name: { in: named(nodes) }, placement: null }))].sort(),
  ).toEqual([...all].sort());
  expect(await namesOf('racks', { name: { in: named(racks) }, row: null })).toEqual(['a-rack']);
  expect(await namesOf('racks', { name: { in: named(racks) }, not: { row: null } })).toEqual(
    named(racks).filter((name) => name !== 'a-rack'),
  );
});

test.each([
  [{ row: { contains: null } }, 'contains takes a value'],
  [{ row: { in: null } }, 'in takes a value'],
  [{ row: { isNull: null } }, 'isNull takes a value'],
  [{ or: null }, 'or takes conditions'],
  [{ not: null }, 'not takes conditions'],
])('F10: %j is refused, for a condition that is not to apply is left out', async (where, message) => {
  const { errors } = await app.execute('query ($where: RackWhere) { racks(where: $where) { totalCount } }', { where });
  expect(errors?.[0]).toMatchObject({
    message: `${message}, not null; a condition that is not to apply is left out`,
    extensions: { code: 'BAD_USER_INPUT', violations: [{ rule: 'NULL_OPERAND', path: 'where' }] },
  });
});

/** Every way from a list to a filter on an enum, by the fields of its `where`. */
const enumFields = Object.values(schema.getQueryType()?.getFields() ?? {}).flatMap(({ name: list, args }) => {
  const where = getNamedType(args.find(({ name }) => name === 'where')?.type);
  if (!isInputObjectType(where)) return [];
  const walk = (type: GraphQLInputObjectType, path: readonly string[]): [string, string, GraphQLInputObjectType][] =>
    Object.values(type.getFields()).flatMap((field) => {
      const of = getNamedType(field.type);
      if (!isInputObjectType(of) || of === type || path.length > 2) return [];
      const here = [...path, field.name];
      return enumOf(of) === undefined ? walk(of, here) : [[list, here.join('.'), of]];
    });
  return walk(where, []);
});

test('each enum is compared as its own type, by every operator', async () => {
  expect(new Set(enumFields.map(([, , type]) => type))).toEqual(
    new Set([...filters].filter((type) => enumOf(type) !== undefined)),
  );
  for (const [list, own] of Map.groupBy(enumFields, ([name]) => name)) {
    const asked = own.flatMap(([, path, type]) => {
      const values =
        enumOf(type)
          ?.getValues()
          .map(({ name }) => name) ?? [];
      const conditions = [
        ...values.flatMap((value) => [`eq: ${value}`, `ne: ${value}`]),
        `in: [${values.join()}]`,
        `notIn: [${values.join()}]`,
        'isNull: true',
      ];
      return conditions.map((condition) =>
        path.split('.').reduceRight((inner, name) => `{ ${name}: ${inner} }`, `{ ${condition} }`),
      );
    });
    const document = asked.map((where, index) => `a${index}: ${list}(where: ${where}) { totalCount }`).join('\n');
    const { errors } = await app.execute(`{ ${document} }`);
    expect(errors, list).toBeUndefined();
  }
});
