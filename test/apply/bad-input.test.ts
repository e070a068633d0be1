import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../kit/app.ts';

let app: TestApp;
const rack = (name: string, spec: string): string =>
  `apiVersion: inventory.miloapis.com/v1alpha1\nkind: Rack\nmetadata:\n  name: ${name}\nspec:\n${spec.replaceAll(/^/gm, '  ')}\n`;
const base = `apiVersion: inventory.miloapis.com/v1alpha1
kind: Region
metadata: {name: eu}
spec: {displayName: Europe}
---
apiVersion: inventory.miloapis.com/v1alpha1
kind: Site
metadata: {name: fra1}
spec: {displayName: Frankfurt, regionRef: {name: eu}, type: Datacenter}
---
apiVersion: inventory.miloapis.com/v1alpha1
kind: Site
metadata: {name: fra2}
spec: {displayName: Frankfurt 2, regionRef: {name: eu}, type: Datacenter}
---
${rack('a1', 'siteRef: {name: fra1}\nheightU: 42')}`;

beforeAll(async () => {
  app = await startApp({ maxBodyBytes: 100_000, maxWriteBodyBytes: 100_000, maxDepth: 12 });
  expect((await app.apply(base)).userErrors).toEqual([]);
});
afterAll(() => app.close());

const port = (speed: string): string =>
  `apiVersion: inventory.miloapis.com/v1alpha1
kind: Port
metadata: {name: x}
spec: {deviceRef: {kind: Rack, name: a1}, type: Optical, name: p, speed: ${speed}}
`;
const aQuantity = 'a quantity such as 100G, 250m or 3';

const cases: readonly [what: string, content: string, error: object][] = [
  [
    'malformed YAML',
    'kind: Rack\nmetadata:\n\tname: x\n',
    { code: 'MALFORMED_YAML', message: 'Tabs are not allowed as indentation', line: 3, column: 1 },
  ],
  [
    'a duplicate key',
    'kind: Rack\nkind: Site\n',
    { code: 'MALFORMED_YAML', message: 'the key "kind" stands in its mapping twice', line: 2, column: 1 },
  ],
  [
    'something that is no manifest',
    '- just\n- a list\n',
    {
      code: 'NOT_A_MANIFEST',
      message: 'a manifest is a mapping with apiVersion, kind and metadata',
      line: 1,
      column: 1,
    },
  ],
  [
    'an unknown kind',
    'apiVersion: inventory.miloapis.com/v1alpha1\nkind: Rak\nmetadata: {name: x}\n',
    {
      code: 'UNKNOWN_KIND',
      message: "this catalog holds no kind Rak of inventory.miloapis.com; did you mean 'Rack'?",
      subject: 'Rak/x',
      field: 'kind',
      line: 2,
      column: 1,
    },
  ],
  [
    'a kind of an unknown group',
    'apiVersion: inventory.miloapis.io/v1alpha1\nkind: Rack\nmetadata: {name: x}\n',
    {
      code: 'UNKNOWN_KIND',
      message: "this catalog holds no kind Rack of inventory.miloapis.io; did you mean 'inventory.miloapis.com/Rack'?",
      subject: 'Rack/x',
      field: 'kind',
      line: 2,
      column: 1,
    },
  ],
  [
    'an unknown version',
    rack('x', 'siteRef: {name: fra1}\nheightU: 1').replace('v1alpha1', 'v1'),
    {
      code: 'UNKNOWN_VERSION',
      message: 'Rack is served as inventory.miloapis.com/v1alpha1',
      subject: 'Rack/x',
      field: 'apiVersion',
      accepted: 'inventory.miloapis.com/v1alpha1',
      line: 1,
      column: 1,
    },
  ],
  [
    'an unknown field',
    rack('x', 'siteRef: {name: fra1}\nheigthU: 42\nheightU: 1'),
    {
      code: 'UNKNOWN_FIELD',
      message: "unknown field 'heigthU'; did you mean 'heightU'?",
      subject: 'Rack/x',
      field: 'spec.heigthU',
      accepted: 'siteRef, cage, row, name, heightU, powerFeeds',
      line: 7,
      column: 3,
    },
  ],
  [
    'a wrong type',
    rack('x', 'siteRef: {name: fra1}\nheightU: high'),
    {
      code: 'WRONG_TYPE',
      message: 'heightU takes a whole number, not the text "high"',
      subject: 'Rack/x',
      field: 'spec.heightU',
      accepted: 'a whole number',
      line: 7,
      column: 3,
    },
  ],
  [
    'a missing field',
    rack('x', 'siteRef: {name: fra1}'),
    {
      code: 'REQUIRED',
      message: 'heightU is missing',
      subject: 'Rack/x',
      field: 'spec.heightU',
      line: 5,
      column: 1,
    },
  ],
  [
    'a number below its minimum',
    rack('x', 'siteRef: {name: fra1}\nheightU: 0'),
    {
      code: 'TOO_SMALL',
      message: 'heightU is 0; accepted: at least 1',
      subject: 'Rack/x',
      field: 'spec.heightU',
      accepted: 'at least 1',
      line: 7,
      column: 3,
    },
  ],
  [
    'a value outside its vocabulary, deep inside',
    rack('x', 'siteRef: {name: fra1}\nheightU: 1\npowerFeeds: [{name: A, phase: Two}]'),
    {
      code: 'INVALID_VALUE',
      message: 'phase cannot be the text "Two"',
      subject: 'Rack/x',
      field: 'spec.powerFeeds[0].phase',
      accepted: 'SinglePhase, ThreePhase',
      line: 8,
      column: 26,
    },
  ],
  ...['fast', '9'.repeat(65)].map((speed): [string, string, object] => [
    `a quantity that is none: ${speed}`,
    port(speed),
    {
      code: 'INVALID_VALUE',
      message: `speed cannot be the text "${speed}"; accepted: ${aQuantity}`,
      subject: 'Port/x',
      field: 'spec.speed',
      accepted: aQuantity,
      line: 4,
      column: 67,
    },
  ]),
  [
    'a missing reference',
    rack('x', 'siteRef: {name: fra3}\nheightU: 42'),
    {
      code: 'REFERENCE_NOT_FOUND',
      message: "there is no Site fra3; did you mean 'fra1'?",
      subject: 'Rack/x',
      field: 'spec.siteRef',
      accepted: 'the name of a Site',
      line: 6,
      column: 3,
    },
  ],
  [
    'an immutable change',
    rack('a1', 'siteRef: {name: fra2}\nheightU: 42'),
    {
      code: 'IMMUTABLE',
      message: 'siteRef cannot be changed after creation; it is "fra1"',
      subject: 'Rack/a1',
      field: 'spec.siteRef.name',
      accepted: '"fra1"',
      line: 6,
      column: 13,
    },
  ],
  [
    'a bad name',
    rack('A 1', 'siteRef: {name: fra1}\nheightU: 42'),
    {
      code: 'NAME_INVALID',
      message: 'the text "A 1" cannot be the name of a Rack',
      subject: 'Rack/A 1',
      field: 'metadata.name',
      accepted: 'lower-case letters, digits, - and ., beginning and ending with a letter or digit',
      line: 4,
      column: 3,
    },
  ],
  [
    'the same name twice',
    `${rack('x', 'siteRef: {name: fra1}\nheightU: 42')}---\n${rack('x', 'siteRef: {name: fra1}\nheightU: 40')}`,
    {
      code: 'DUPLICATE_IN_BATCH',
      message: 'Rack/x stands in the batch already, at test.yaml line 1',
      subject: 'Rack/x',
      field: 'metadata.name',
      accepted: 'each object once',
      line: 12,
      column: 3,
    },
  ],
];

test.each(cases)('%s is refused with its rule and place, and nothing is written', async (_what, content, error) => {
  const sound = rack('sound', 'siteRef: {name: fra1}\nheightU: 42');
  const answer = await app.apply(`${content}---\n${sound}`);
  expect(answer.applied).toBe(false);
  expect(answer.userErrors).toEqual([{ subject: null, field: null, accepted: null, source: 'test.yaml', ...error }]);
  const { data } = await app.execute('{ racks { nodes { name } } }');
  expect(data.racks.nodes).toEqual([{ name: 'a1' }]);
});

test('deleting what is referred to is refused by name, and what does not exist as well', async () => {
  const remove = async (...objects: readonly string[]): Promise<unknown> => {
    const { data, errors } = await app.execute(
      `mutation ($objects: [ObjectReferenceInput!]) { delete(input: { objects: $objects }) {
         results { outcome } userErrors { code message subject field } } }`,
      {
        objects: objects.map((one) => {
          const [kind, name] = one.split('/');
          return { kind, name };
        }),
      },
    );
    return errors?.[0]?.extensions ?? data.delete;
  };
  expect(await remove('Site/fra1', 'Site/fra2')).toEqual({
    results: [{ outcome: 'REFUSED' }, { outcome: 'DELETED' }],
    userErrors: [
      { code: 'REFERENCED', message: 'Site/fra1 is referred to by 1 rack (a1)', subject: 'Site/fra1', field: null },
    ],
  });
  expect(await remove('Site/fra9')).toMatchObject({ userErrors: [{ code: 'NOT_FOUND', subject: 'Site/fra9' }] });
  expect(await remove('Sit/fra1')).toMatchObject({
    violations: [
      {
        rule: 'UNKNOWN_KIND',
        path: 'input.objects',
        message: "this catalog holds no kind called 'Sit'; did you mean 'Site'?",
      },
    ],
  });
  const { data } = await app.execute('{ sites { nodes { name } } }');
  expect(data.sites.nodes).toEqual([{ name: 'fra1' }, { name: 'fra2' }]);
});

test('all refusals of a batch come at once', async () => {
  const answer = await app.apply(
    `${rack('x', 'siteRef: {name: no1}\nheightU: 42')}---\n${rack('y', 'siteRef: {name: no2}\nheightU: 0\ncage: 7')}`,
  );
  const told = answer.userErrors.map(({ code, subject, field }) => `${code} ${subject} ${field}`).sort();
  expect(told).toEqual([
    'REFERENCE_NOT_FOUND Rack/x spec.siteRef',
    'TOO_SMALL Rack/y spec.heightU',
    'WRONG_TYPE Rack/y spec.cage',
  ]);
});

test('units that are taken, outside the rack or in another facility are refused by name', async () => {
  const node = (
    name: string,
    site: string,
    start: number,
    height: number,
  ): string => `apiVersion: inventory.miloapis.com/v1alpha1
kind: Node
metadata: {name: ${name}}
spec:
  siteRef: {name: ${site}}
  hardware: {cpuCores: 1, cpuArchitecture: amd64, memoryBytes: 1}
  placement: {rackRef: {name: a1}, startUnit: ${start}, unitHeight: ${height}}
`;
  expect((await app.apply(node('low', 'fra1', 1, 2))).userErrors).toEqual([]);
  const answer = await app.apply(
    [node('clash', 'fra1', 2, 2), node('tall', 'fra1', 42, 2), node('far', 'fra2', 10, 1)].join('---\n'),
  );
  expect(answer.userErrors.map(({ code, subject, message }) => `${code} ${subject}: ${message}`).sort()).toEqual([
    'RACK_IN_OTHER_SITE Node/far: rack a1 stands in site fra1, the device in fra2',
    'UNITS_OUTSIDE_RACK Node/tall: U42–U43 reaches beyond rack a1, which has 42 units',
    'UNITS_TAKEN Node/clash: U2–U3 of rack a1 (Front) overlaps U1–U2 of Node/low',
  ]);
  const lower = await app.apply(rack('a1', 'siteRef: {name: fra1}\nheightU: 1'));
  expect(lower.userErrors).toMatchObject([{ code: 'RACK_TOO_LOW', field: 'spec.heightU', accepted: 'at least 2' }]);
});

describe('reads', () => {
  const refused = async (document: string): Promise<unknown> => {
    const { errors = [], data } = await app.execute(document);
    expect(errors).toHaveLength(1);
    expect(Object.values(data ?? {}).filter((value) => value !== null)).toEqual([]);
    return { message: errors[0]?.message, ...errors[0]?.extensions };
  };
  const selected = (selector: string): string => `{ racks(labelSelector: "${selector}") { totalCount } }`;
  const operators = '=, ==, !=, in, notin, >, <';

  test.each([
    [
      'a damaged cursor',
      '{ racks(after: "bm9uc2Vuc2U") { totalCount } }',
      { rule: 'CURSOR_INVALID', path: 'after', message: 'after is not a cursor of this catalog' },
    ],
    [
      'a page that is too large',
      '{ racks(first: 5000) { totalCount } }',
      {
        rule: 'PAGE_TOO_LARGE',
        path: 'first',
        message: 'first: 5000 is more than a page may hold; at most 1000',
        value: 5000,
      },
    ],
    [
      'a page that is too large inside a list',
      '{ sites { nodes { racks(last: 1001) { totalCount } } } }',
      {
        rule: 'PAGE_TOO_LARGE',
        path: 'last',
        message: 'last: 1001 is more than a page may hold; at most 1000',
        value: 1001,
      },
    ],
    [
      'a negative page',
      '{ racks(first: -1) { totalCount } }',
      { rule: 'PAGE_SIZE', path: 'first', message: 'first must not be negative', value: -1 },
    ],
    [
      'first and last at once',
      '{ racks(first: 1, last: 1) { totalCount } }',
      { rule: 'PAGE_ARGUMENTS', path: 'last', message: 'first and last exclude each other' },
    ],
    [
      'no selector',
      '{ rack { name } }',
      { rule: 'SELECTOR', path: 'rack', message: 'rack takes exactly one of id, name' },
    ],
    [
      'an unknown kind',
      '{ objects(kinds: ["raks"]) { totalCount } }',
      {
        rule: 'UNKNOWN_KIND',
        path: 'kinds',
        message: "this catalog holds no kind called 'raks'; did you mean 'racks'?",
        value: 'raks',
      },
    ],
    [
      'an unknown operator of a label selector',
      selected('tier ~ web'),
      {
        rule: 'SELECTOR_OPERATOR',
        path: 'labelSelector',
        message: `unknown operator '~' at character 6; accepted: ${operators}`,
        value: 'tier ~ web',
        accepted: operators,
        column: 6,
      },
    ],
    [
      'a comparison of a label with a word',
      selected('units>many'),
      {
        rule: 'SELECTOR_VALUE',
        path: 'labelSelector',
        message: "'>' takes a whole number at character 7; accepted: at most 18 digits",
        value: 'units>many',
        accepted: 'at most 18 digits',
        column: 7,
      },
    ],
  ])('%s is refused', async (_what, document, violation) => {
    const { message } = violation;
    expect(await refused(document)).toEqual({ message, code: 'BAD_USER_INPUT', violations: [violation] });
  });

  test.each([
    ['a name with a NUL character', '{ rack(name: "\\u0000") { name } }', 'a text holds a NUL character'],
    [
      'a filter with one',
      '{ racks(where: {name: {in: ["a", "\\u0000"]}}) { totalCount } }',
      'a text holds a NUL character',
    ],
    ['an id that is none', '{ racks(where: {id: {eq: "x"}}) { totalCount } }', '"x" is not an id of this catalog'],
  ])('%s is refused', async (_what, document, message) => {
    expect(await refused(document)).toMatchObject({ code: 'BAD_USER_INPUT', violations: [{ message }] });
  });

  test.each([
    '2026-02-30T00:00:00Z',
    '2026-01-31',
    '2026-01-31T24:00:00Z',
    '2026-01-31T12:00:00',
    '2026-01-31T12:00:00+25:00',
    '0001-01-01T00:00:00+01:00',
    '9999-12-31T23:59:59-01:00',
  ])('%s is refused as an instant', async (text) => {
    expect(await refused(`{ racks(where: {createdAt: {gt: "${text}"}}) { totalCount } }`)).toMatchObject({
      code: 'GRAPHQL_VALIDATION_FAILED',
      message: expect.stringContaining('DateTime takes an RFC 3339 instant such as 2026-01-31T12:00:00Z'),
    });
  });

  test('an object is found by its id in a filter, and by an instant of any zone', async () => {
    const { data } = await app.execute('{ rack(name: "a1") { id createdAt } }');
    const later = new Date(Date.parse(data.rack.createdAt) + 3_601_000).toISOString().replace(/\.\d+Z$/, '+01:00');
    const fits = await app.execute(
      `{ racks(where: {id: {eq: "${data.rack.id}"}, createdAt: {lte: "${later}"}}) { nodes { name } } }`,
    );
    expect(fits.data).toEqual({ racks: { nodes: [{ name: 'a1' }] } });
  });

  test('a query that is too deep is refused', async () => {
    const document = `{ sites { nodes { ${'region { sites { nodes { '.repeat(5)} name ${'} } }'.repeat(5)} } } }`;
    expect(await refused(document)).toEqual({
      message: 'the operation nests 18 fields deep; at most 12 are allowed',
      code: 'BAD_USER_INPUT',
      violations: [{ rule: 'QUERY_TOO_DEEP', message: 'at most 12', value: 18 }],
    });
  });

  test('a cursor of another order is refused', async () => {
    const { data } = await app.execute('{ sites(first: 1) { pageInfo { endCursor } } }');
    const { endCursor } = data.sites.pageInfo;
    expect(await refused(`{ sites(after: "${endCursor}", orderBy: [CREATED_AT_ASC]) { totalCount } }`)).toMatchObject({
      code: 'BAD_USER_INPUT',
      violations: [{ rule: 'CURSOR_MISMATCH', path: 'after' }],
    });
  });

  test('a field or an enum value that does not exist is refused with the nearest one', async () => {
    const code = 'GRAPHQL_VALIDATION_FAILED';
    expect(await refused('{ racks { nodes { nam } } }')).toEqual({
      message: 'Cannot query field "nam" on type "Rack". Did you mean "name" or "can"?',
      code,
    });
    expect(
      await refused('{ racks(labels: { matchExpressions: [{ key: "a", operator: Inn }] }) { totalCount } }'),
    ).toMatchObject({ code });
  });

  test('a body that is too large is refused before it is read', async () => {
    expect(await refused(`{ racks { totalCount } } # ${'x'.repeat(200_000)}`)).toEqual({
      message: 'the request body is larger than 100000 bytes; send less at once',
      code: 'PAYLOAD_TOO_LARGE',
    });
  });
});

test('64-bit numbers and quantities come back exactly as they went in', async () => {
  const text = `apiVersion: inventory.miloapis.com/v1alpha1
kind: Node
metadata: {name: big}
spec:
  siteRef: {name: fra1}
  hardware: {cpuCores: 1, cpuArchitecture: amd64, memoryBytes: 9223372036854775807}
---
apiVersion: inventory.miloapis.com/v1alpha1
kind: Port
metadata: {name: big-p1}
spec: {deviceRef: {kind: Node, name: big}, type: Optical, name: p1, speed: 250m}
`;
  expect((await app.apply(text)).userErrors).toEqual([]);
  const { data } = await app.execute(
    '{ computeNode(name: "big") { hardware { memoryBytes } manifest(bare: true) ports { nodes { speed { text value } } } } }',
  );
  expect(data.computeNode.hardware.memoryBytes).toBe('9223372036854775807');
  expect(data.computeNode.manifest).toContain('memoryBytes: 9223372036854775807');
  expect(data.computeNode.ports.nodes).toEqual([{ speed: { text: '250m', value: '0.25' } }]);
  expect((await app.apply(text)).counts.unchanged).toBe(2);
});
