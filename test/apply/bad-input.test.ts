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
  app = await startApp({ maxBodyBytes: 100_000, maxDepth: 12 });
  expect((await app.apply(base)).userErrors).toEqual([]);
});
afterAll(() => app.close());

const cases: readonly [what: string, content: string, error: object][] = [
  ['malformed YAML', 'kind: Rack\nmetadata:\n\tname: x\n', { code: 'MALFORMED_YAML', line: 3, column: 1 }],
  ['a duplicate key', 'kind: Rack\nkind: Site\n', { code: 'MALFORMED_YAML', line: 2, column: 1 }],
  ['something that is no manifest', '- just\n- a list\n', { code: 'NOT_A_MANIFEST', line: 1 }],
  [
    'an unknown kind',
    'apiVersion: inventory.miloapis.com/v1alpha1\nkind: Rak\nmetadata: {name: x}\n',
    { code: 'UNKNOWN_KIND', field: 'kind', line: 2 },
  ],
  [
    'an unknown field',
    rack('x', 'siteRef: {name: fra1}\nheigthU: 42\nheightU: 1'),
    {
      code: 'UNKNOWN_FIELD',
      field: 'spec.heigthU',
      line: 7,
      column: 3,
      message: "unknown field 'heigthU'; did you mean 'heightU'?",
    },
  ],
  [
    'a wrong type',
    rack('x', 'siteRef: {name: fra1}\nheightU: high'),
    { code: 'WRONG_TYPE', field: 'spec.heightU', line: 7 },
  ],
  [
    'a missing field',
    rack('x', 'siteRef: {name: fra1}'),
    { code: 'REQUIRED', field: 'spec.heightU', subject: 'Rack/x' },
  ],
  [
    'a number below its minimum',
    rack('x', 'siteRef: {name: fra1}\nheightU: 0'),
    { code: 'TOO_SMALL', field: 'spec.heightU' },
  ],
  [
    'a missing reference',
    rack('x', 'siteRef: {name: fra3}\nheightU: 42'),
    { code: 'REFERENCE_NOT_FOUND', subject: 'Rack/x', field: 'spec.siteRef' },
  ],
  ['an immutable change', rack('a1', 'siteRef: {name: fra2}\nheightU: 42'), { code: 'IMMUTABLE', subject: 'Rack/a1' }],
  ['a bad name', rack('A 1', 'siteRef: {name: fra1}\nheightU: 42'), { code: 'NAME_INVALID', field: 'metadata.name' }],
  [
    'the same name twice',
    `${rack('x', 'siteRef: {name: fra1}\nheightU: 42')}---\n${rack('x', 'siteRef: {name: fra1}\nheightU: 40')}`,
    { code: 'DUPLICATE_IN_BATCH', subject: 'Rack/x' },
  ],
];

test.each(cases)('%s is refused with its rule and place, and nothing is written', async (_what, content, error) => {
  const sound = rack('sound', 'siteRef: {name: fra1}\nheightU: 42');
  const answer = await app.apply(`${content}---\n${sound}`);
  expect(answer.applied).toBe(false);
  expect(answer.userErrors).toContainEqual(expect.objectContaining(error));
  const { data } = await app.execute('{ racks { nodes { name } } }');
  expect(data.racks.nodes).toEqual([{ name: 'a1' }]);
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
    const { errors } = await app.execute(document);
    const extensions = errors?.[0]?.extensions as { code: string; violations?: { rule: string }[] } | undefined;
    return [extensions?.code, extensions?.violations?.[0]?.rule];
  };

  test.each([
    ['a damaged cursor', '{ racks(after: "bm9uc2Vuc2U") { totalCount } }', 'CURSOR_INVALID'],
    ['a page that is too large', '{ racks(first: 5000) { totalCount } }', 'PAGE_TOO_LARGE'],
    ['a negative page', '{ racks(first: -1) { totalCount } }', 'PAGE_SIZE'],
    ['first and last at once', '{ racks(first: 1, last: 1) { totalCount } }', 'PAGE_ARGUMENTS'],
    ['no selector', '{ rack { name } }', 'SELECTOR'],
    ['an unknown kind', '{ objects(kinds: ["raks"]) { totalCount } }', 'UNKNOWN_KIND'],
    [
      'a query too deep',
      `{ sites { nodes { ${'region { sites { nodes { '.repeat(5)} name ${'} } }'.repeat(5)} } } }`,
      'QUERY_TOO_DEEP',
    ],
  ])('%s is refused', async (_what, document, rule) => {
    expect(await refused(document)).toEqual(['BAD_USER_INPUT', rule]);
  });

  test('a cursor of another order is refused', async () => {
    const { data } = await app.execute('{ sites(first: 1) { pageInfo { endCursor } } }');
    expect(
      await refused(`{ sites(after: "${data.sites.pageInfo.endCursor}", orderBy: [{by: CREATED_AT}]) { totalCount } }`),
    ).toEqual(['BAD_USER_INPUT', 'CURSOR_MISMATCH']);
  });

  test('a body that is too large is refused before it is read', async () => {
    const { errors } = await app.execute(`{ racks { totalCount } } # ${'x'.repeat(200_000)}`);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
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
