import { getIntrospectionQuery } from 'graphql';

/** A request at one of the service's limits. */
export interface LargeRequest {
  readonly name: string;
  readonly as: string;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** How it is sent; `post` unless said otherwise. */
  readonly by?: 'post' | 'events' | 'web socket';
  readonly headers?: Readonly<Record<string, string>>;
  /** The body as it is sent, instead of the one that is made of the document and its variables. */
  readonly body?: string;
}

const times = (count: number, text: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => text(at)).join('');

const APPLY =
  'mutation ($content: String!) { apply(input: { validateOnly: true, manifests: [{ content: $content }] }) { counts { refused } userErrors { code message value line } results { kind name outcome userErrors { code } changes { path } } } }';
const group = (name: string): string =>
  `apiVersion: iam.miloapis.com/v1alpha1\nkind: Group\nmetadata: {name: ${name}, namespace: milo-system}\n`;
const groups = (count: number): string => times(count, (at) => `---\n${group(`g${at}`)}`);
const port = (at: number, more = ''): string =>
  `---\napiVersion: inventory.miloapis.com/v1alpha1\nkind: Port\nmetadata: {name: new-p${at}}\nspec: {deviceRef: {kind: NetworkDevice, name: s0-r1-d0}, type: Optical, name: New${at}, speed: 100G${more}}\n`;
const storedPort = (at: number, speed: string): string =>
  `---\napiVersion: inventory.miloapis.com/v1alpha1\nkind: Port\nmetadata: {name: s${at % 5}-r${1 + (Math.floor(at / 5) % 20)}-d${Math.floor(at / 100) % 20}-p${Math.floor(at / 2000)}}\nspec: {deviceRef: {kind: NetworkDevice, name: s${at % 5}-r${1 + (Math.floor(at / 5) % 20)}-d${Math.floor(at / 100) % 20}}, type: Optical, name: Ethernet${Math.floor(at / 2000)}, speed: ${speed}}\n`;

const bodies: readonly LargeRequest[] = [
  {
    name: 'a body of 30 MB: one text',
    as: 'staff',
    query: APPLY,
    variables: { content: `# ${'x'.repeat(30_000_000)}\n` },
  },
  {
    name: 'a body of 30 MB: one text with escapes and letters beyond Latin',
    as: 'staff',
    query: APPLY,
    variables: { content: times(500_000, (at) => `# line "${at}" — ünïcödé ☃ and more text\n`) },
  },
  {
    name: 'a body of 30 MB: many small values that no input takes',
    as: 'staff',
    query: 'mutation ($x: [Int!]) { apply(input: { manifests: [] }) { applied } }',
    variables: { x: Array.from({ length: 4_000_000 }, (_, at) => at) },
  },
  {
    name: 'a body of 30 MB: many objects',
    as: 'staff',
    query: 'mutation ($input: BatchInput!) { batch(input: $input) { applied userErrors { code } } }',
    variables: {
      input: {
        validateOnly: true,
        operations: Array.from({ length: 250_000 }, (_, at) => ({
          createRegion: { name: `r-${at}`, displayName: 'R', labels: [{ key: 'a', value: 'b' }] },
        })),
      },
    },
  },
  {
    name: 'a body of 30 MB that ends too early',
    as: 'staff',
    query: '',
    body: `{"query":"{me{name}}","variables":{"x":[${times(3_000_000, (at) => `${at},`)}`,
  },
  {
    name: 'a body of 1 MB: many small values for a query',
    as: 'outsider',
    query: 'query ($x: [Int!]) { me { name } }',
    variables: { x: Array.from({ length: 150_000 }, (_, at) => at) },
  },
  {
    name: 'a body of 1 MB: objects',
    as: 'outsider',
    query: 'query ($x: [Int!]) { me { name } }',
    variables: { x: Array.from({ length: 80_000 }, () => ({ a: 1 })) },
  },
];

const writes: readonly LargeRequest[] = [
  {
    name: 'apply: 9,000 folders, each in the next',
    as: 'staff',
    query: APPLY,
    variables: {
      content: times(
        9_000,
        (at) =>
          `---\napiVersion: catalog.miloapis.com/v1alpha1\nkind: Folder\nmetadata: {name: f${at}}\nspec: {displayName: F, organizationRef: {name: northwind}${at === 8_999 ? '' : `, parentRef: {name: f${at + 1}}`}}\n`,
      ),
    },
  },
  { name: 'apply: 20,000 groups, new', as: 'staff', query: APPLY, variables: { content: groups(20_000) } },
  { name: 'apply: 20,000 groups, forbidden', as: 'outsider', query: APPLY, variables: { content: groups(20_000) } },
  {
    name: 'apply: 20,000 ports, new',
    as: 'staff',
    query: APPLY,
    variables: { content: times(20_000, (at) => port(at)) },
  },
  {
    name: 'apply: 20,000 ports, each refused twice',
    as: 'staff',
    query: APPLY,
    variables: { content: times(20_000, (at) => port(at, ', what: 1, nowhere: 2')) },
  },
  {
    name: 'apply: 10,000 ports, unchanged',
    as: 'staff',
    query: APPLY,
    variables: { content: times(10_000, (at) => storedPort(at, '100G')) },
  },
  {
    name: 'apply: 10,000 ports, changed',
    as: 'staff',
    query: APPLY,
    variables: { content: times(10_000, (at) => storedPort(at, '400G')) },
  },
  {
    name: 'apply: 10,000 ports of a manager',
    as: 'staff',
    query: APPLY.replace('validateOnly: true', 'validateOnly: true, manager: "m", force: true'),
    variables: { content: times(10_000, (at) => storedPort(at, '400G')) },
  },
  {
    name: 'apply: 20,000 ports with references that lead nowhere',
    as: 'staff',
    query: APPLY,
    variables: { content: times(20_000, (at) => port(at).replace('s0-r1-d0', `gone${at}`)) },
  },
  {
    name: 'apply: one document of 9,000 unknown keys',
    as: 'staff',
    query: APPLY,
    variables: { content: `${group('g')}spec:\n${times(9_000, (at) => `  k${at}: 1\n`)}` },
  },
  {
    name: 'apply: one document of 49,000 values',
    as: 'staff',
    query: APPLY,
    variables: { content: `${group('g')}spec:\n  a:\n${times(9_000, () => '  - [1, 2, 3, 4, 5]\n')}` },
  },
  {
    name: 'apply: a role of 10,000 permissions',
    as: 'staff',
    query: APPLY,
    variables: {
      content: `apiVersion: iam.miloapis.com/v1alpha1\nkind: Role\nmetadata: {name: big, namespace: milo-system}\nspec:\n  launchStage: Beta\n  includedPermissions:\n${times(9_900, (at) => `  - inventory.miloapis.com/ports.x${at}\n`)}`,
    },
  },
  {
    name: 'apply: 9,900 labels of one group',
    as: 'staff',
    query: APPLY,
    variables: {
      content: `apiVersion: iam.miloapis.com/v1alpha1\nkind: Group\nmetadata:\n  name: many\n  namespace: milo-system\n  labels:\n${times(9_900, (at) => `    l${at}: "v"\n`)}`,
    },
  },
  {
    name: 'batch: 3,000 creates in 1 MB',
    as: 'staff',
    query:
      'mutation ($input: BatchInput!) { batch(input: $input) { applied userErrors { code message } results { name userErrors { code } } } }',
    variables: {
      input: {
        validateOnly: true,
        operations: Array.from({ length: 3_000 }, (_, at) => ({ createRegion: { name: `r-${at}`, displayName: 'R' } })),
      },
    },
  },
  {
    name: 'batch: 9,999 creates',
    as: 'staff',
    query:
      'mutation ($input: BatchInput!) { batch(input: $input) { applied userErrors { code message } results { name userErrors { code } } } }',
    variables: {
      input: {
        validateOnly: true,
        operations: Array.from({ length: 9_999 }, (_, at) => ({ createRegion: { name: `r-${at}`, displayName: 'R' } })),
      },
    },
  },
  {
    name: 'batch: 9,999 operations of a wrong type',
    as: 'staff',
    query: 'mutation ($input: BatchInput!) { batch(input: $input) { applied } }',
    variables: { input: { operations: Array.from({ length: 9_999 }, () => ({ createRegion: { nam: 1 } })) } },
  },
  {
    name: 'delete: 20,000 objects that are not there',
    as: 'staff',
    query:
      'mutation ($input: DeleteInput!) { delete(input: $input) { deleted userErrors { code } results { name outcome } } }',
    variables: {
      input: {
        validateOnly: true,
        allowMissing: true,
        objects: Array.from({ length: 20_000 }, (_, at) => ({ kind: 'Port', name: `none-${at}` })),
      },
    },
  },
  {
    name: 'delete: 9,000 ports that are there',
    as: 'staff',
    query:
      'mutation ($content: String!) { delete(input: { validateOnly: true, manifests: [{ content: $content }] }) { deleted userErrors { code message } results { name outcome } } }',
    variables: { content: times(9_000, (at) => storedPort(at, '100G')) },
  },
];

const many = (count: number): string[] => Array.from({ length: count }, (_, at) => `name-${at}`);
const filters: readonly LargeRequest[] = [
  {
    name: 'where: 30,000 values',
    as: 'staff',
    query: 'query ($in: [String!]) { ports(first: 5, where: { name: { in: $in } }) { totalCount nodes { name } } }',
    variables: { in: many(30_000) },
  },
  {
    name: 'where: 90,000 values',
    as: 'staff',
    query: 'query ($in: [String!]) { ports(first: 5, where: { name: { in: $in } }) { totalCount nodes { name } } }',
    variables: { in: many(75_000) },
  },
  {
    name: 'where: 30,000 values, with all there is to say about a page',
    as: 'staff',
    query:
      'query ($in: [String!]) { ports(first: 1000, where: { name: { notIn: $in } }) { totalCount pageInfo { endCursor } edges { cursor node { name } } } }',
    variables: { in: many(30_000) },
  },
  {
    name: 'where: 30,000 alternatives',
    as: 'staff',
    query: 'query ($w: PortWhere) { ports(first: 5, where: $w) { totalCount } }',
    variables: { w: { or: Array.from({ length: 30_000 }, (_, at) => ({ name: { eq: `n${at}` } })) } },
  },
  {
    name: 'where: 3,000 unlike alternatives, refused',
    as: 'staff',
    query: 'query ($w: PortWhere) { ports(first: 5, where: $w) { totalCount } }',
    variables: { w: { or: Array.from({ length: 15_000 }, (_, at) => ({ name: { startsWith: `n${at}` } })) } },
  },
  {
    name: 'where: 5,000 ids',
    as: 'staff',
    query: 'query ($in: [ID!]) { ports(first: 5, where: { id: { in: $in } }) { totalCount } }',
    variables: { in: Array.from({ length: 15_000 }, (_, at) => `x${at}`) },
  },
  {
    name: 'where: many wrong values',
    as: 'staff',
    query: 'query ($in: [String!]) { ports(first: 5, where: { name: { in: $in } }) { totalCount } }',
    variables: { in: Array.from({ length: 150_000 }, (_, at) => at) },
  },
  {
    name: 'where: 200 aliases with the same 5,000 values',
    as: 'staff',
    query: `query ($in: [String!]) { ${times(200, (at) => `a${at}: ports(first: 5, where: { name: { in: $in } }) { nodes { name } } `)} }`,
    variables: { in: many(5_000) },
  },
  {
    name: 'label selector of 500,000 characters',
    as: 'outsider',
    query: 'query ($l: String) { racks(labelSelector: $l) { totalCount } }',
    variables: { l: `a=${'x'.repeat(500_000)}` },
  },
  {
    name: 'label selector of 100,000 terms',
    as: 'outsider',
    query: 'query ($l: String) { racks(labelSelector: $l) { totalCount } }',
    variables: { l: times(100_000, (at) => `k${at},`).slice(0, -1) },
  },
];

const documents: readonly LargeRequest[] = [
  { name: 'document: 19,990 tokens of one field', as: 'staff', query: `{ me { ${'name '.repeat(19_990)} } }` },
  {
    name: 'document: 9,900 aliases of one field',
    as: 'staff',
    query: `{ me { ${times(6_600, (at) => `a${at}: name `)} } }`,
  },
  {
    name: 'document: 1,900 fields of the same lists',
    as: 'staff',
    query: `{ ${'racks { nodes { name } } '.repeat(2_400)} }`,
  },
  {
    name: 'document: fields that contradict each other',
    as: 'staff',
    query: `{ ${times(1_200, (at) => `racks(first: ${at}) { nodes { name } } `)} }`,
  },
  {
    name: 'document: same alias for many fields',
    as: 'staff',
    query: `{ racks { nodes { ${times(2_000, (at) => `a: ${['name', 'id', 'createdAt', 'kind'][at % 4]} `)} } } }`,
  },
  { name: 'document: 4,000 operations', as: 'staff', query: times(4_000, (at) => `query Q${at} { __typename } `) },
  { name: 'document: 500 operations', as: 'staff', query: times(500, (at) => `query Q${at} { __typename } `) },
  {
    name: 'document: 1,000 fragments that spread each other',
    as: 'staff',
    query: `{ me { ...F0 } } ${times(1_900, (at) => `fragment F${at} on Me { name ...F${at + 1} } `)} fragment F1900 on Me { name }`,
  },
  {
    name: 'document: 100 fragments, each with all others',
    as: 'staff',
    query: `{ me { ...F0 } } ${times(100, (at) => `fragment F${at} on Me { name ${times(90 - Math.min(at, 90), (other) => `...F${at + other + 1} `)} } `)}`,
  },
  {
    name: 'document: 400 spreads of 400 fragments with fields',
    as: 'staff',
    query: `{ racks { nodes { ${times(1_500, (at) => `...F${at} `)} } } } ${times(1_500, (at) => `fragment F${at} on Rack { name } `)}`,
  },
  {
    name: 'document: inline fragments with one list each',
    as: 'staff',
    query: `{ racks { nodes { ${'... on Rack { site { racks { nodes { name } } } } '.repeat(1_000)} } } }`,
  },
  { name: 'document: 9,000 unknown fields', as: 'staff', query: `{ me { ${times(9_000, (at) => `x${at} `)} } }` },
  {
    name: 'document: 4,000 arguments',
    as: 'staff',
    query: `{ racks(${times(4_900, (at) => `a${at}: 1 `)}) { totalCount } }`,
  },
  {
    name: 'document: 9,000 variables',
    as: 'staff',
    query: `query (${times(4_900, (at) => `$a${at}: Int `)}) { me { name } }`,
  },
  { name: 'document: 6,000 directives', as: 'staff', query: `{ me { name ${'@include(if: true) '.repeat(2_800)} } }` },
  {
    name: 'document: a list of 19,000 values',
    as: 'staff',
    query: `{ racks(where: { name: { in: [${times(19_000, (at) => `"x${at}" `)}] } }) { totalCount } }`,
  },
  {
    name: 'document: 1 MB of one text',
    as: 'staff',
    query: `{ racks(where: { name: { eq: "${'x'.repeat(1_000_000)}" } }) { totalCount } }`,
  },
  { name: 'document: 1 MB of comments', as: 'staff', query: `{ me { name } }\n${'# x\n'.repeat(240_000)}` },
  { name: 'document: 1 MB of blanks', as: 'staff', query: `{ me { name } }${' '.repeat(1_000_000)}` },
  {
    name: 'document: 3,000 operations',
    as: 'staff',
    query: `${times(2_800, (at) => `query Q${at} { me { name } } `)}`,
  },
  {
    name: 'document: an enum or name that nearly exists',
    as: 'staff',
    query: `{ ${times(6_000, (at) => `rackss${at} `)} }`,
  },
  {
    name: 'document: unknown types of fragments',
    as: 'staff',
    query: `{ me { ${times(3_500, (at) => `... on Rck${at} { name } `)} } }`,
  },
  {
    name: 'document: missing arguments',
    as: 'staff',
    query: `{ ${times(6_000, (at) => `a${at}: rack { name } `).slice(0, 110_000)} }`,
  },
];

const selections: readonly LargeRequest[] = [
  {
    name: 'plan: 200 lists, each with 4 levels',
    as: 'staff',
    query: `{ ${times(200, (at) => `a${at}: sites(first: 1) { nodes { name racks(first: 1) { nodes { name devices(first: 1) { nodes { name ports(first: 1) { nodes { name } } } } } } } } `)} }`,
  },
  {
    name: 'plan: 990 lists of one object',
    as: 'staff',
    query: `{ sites(first: 1) { nodes { ${times(990, (at) => `a${at}: racks(first: 1) { nodes { name } } `)} } } }`,
  },
  {
    name: 'plan: 990 root lists',
    as: 'staff',
    query: `{ ${times(990, (at) => `a${at}: racks(first: 1) { nodes { name } } `)} }`,
  },
  {
    name: 'plan: 9,000 fields of one object',
    as: 'staff',
    query: `{ sites(first: 1) { nodes { ${times(30, (at) => `a${at}: racks(first: 1) { nodes { ${times(200, (to) => `b${to}: name `)} } } `)} } } }`,
  },
  {
    name: 'plan: fragments to 9,900 fields',
    as: 'staff',
    query: `{ sites(first: 1) { nodes { ...A } } } fragment A on Site { ${times(9, (at) => `a${at}: racks(first: 1) { nodes { ...B } } `)} } fragment B on Rack { ${times(10, (at) => `a${at}: site { ...C } `)} } fragment C on Site { ${times(90, (at) => `a${at}: name `)} }`,
  },
  {
    name: 'plan: 1,000 nodes by id',
    as: 'staff',
    query: 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }',
    variables: { ids: Array.from({ length: 1_000 }, (_, at) => `x${at}`) },
  },
  {
    name: 'plan: 300 single objects by name',
    as: 'staff',
    query: `{ ${times(900, (at) => `a${at}: rack(name: "s0-r1") { name site { name } } `)} }`,
  },
];

const answers: readonly LargeRequest[] = [
  {
    name: 'answer: 1,000 ports with everything',
    as: 'staff',
    query:
      '{ ports(first: 1000) { edges { cursor node { id name label createdAt updatedAt labels { key value } device { name site { name displayName } } } } pageInfo { endCursor } totalCount } }',
  },
  {
    name: 'answer: 100 devices with 5 ports, in 4 levels',
    as: 'staff',
    query:
      '{ racks(first: 100) { nodes { name devices(first: 20) { nodes { name ports(first: 5) { nodes { name label speed { text } type } } } } } } }',
  },
  {
    name: 'answer: the same over WebSocket',
    as: 'staff',
    by: 'web socket',
    query:
      '{ racks(first: 100) { nodes { name devices(first: 20) { nodes { name ports(first: 5) { nodes { name label speed { text } type } } } } } } }',
  },
  {
    name: 'answer: the same as an event',
    as: 'staff',
    by: 'events',
    query:
      '{ racks(first: 100) { nodes { name devices(first: 20) { nodes { name ports(first: 5) { nodes { name label speed { text } type } } } } } } }',
  },
  {
    name: 'answer: the same, compressed',
    as: 'staff',
    headers: { 'accept-encoding': 'br' },
    query:
      '{ racks(first: 100) { nodes { name devices(first: 20) { nodes { name ports(first: 5) { nodes { name label speed { text } type } } } } } } }',
  },
  {
    name: 'answer: 40 aliases of 1,000 ports',
    as: 'staff',
    query: `{ ${times(40, (at) => `a${at}: ports(first: 1000) { nodes { id name label device { name } } } `)} }`,
  },
  { name: 'answer: 1,000 manifests', as: 'staff', query: '{ ports(first: 1000) { nodes { manifest } } }' },
  {
    name: 'answer: 1,000 manifests of sites, racks and all',
    as: 'staff',
    query: '{ racks(first: 1000) { nodes { manifest } } }',
  },
  {
    name: 'answer: 1,000 records of the audit log',
    as: 'staff',
    query:
      '{ auditRecords(first: 1000) { totalCount nodes { id verb outcome actor { name } name receivedAt changes { path before after } decision scopes } } }',
  },
  {
    name: 'answer: history of 200 racks',
    as: 'staff',
    query:
      '{ racks(first: 200) { nodes { history(first: 20) { nodes { after { spec labels { key value } } before { spec } changes { path before after } } } } } }',
  },
  {
    name: 'answer: differences',
    as: 'staff',
    query: `{ catalogDifference(from: { time: "${new Date(Date.now() - 60_000).toISOString()}" }, first: 1000) { nodes { __typename } } }`,
  },
  { name: 'answer: changes', as: 'staff', query: '{ changes(first: 1000) { events { type object { spec } } } }' },
  {
    name: 'answer: the catalog as of now',
    as: 'staff',
    query: `{ catalogAsOf(at: { time: "${new Date(Date.now() - 60_000).toISOString()}" }) { services { nodes { spec } } } }`,
  },
  {
    name: 'answer: permissions',
    as: 'staff',
    query: '{ organizations(first: 1000) { nodes { myPermissions } } racks(first: 1000) { nodes { myPermissions } } }',
  },
  {
    name: 'answer: search',
    as: 'staff',
    query: '{ objects(kinds: ["Port"], first: 1000) { nodes { __typename name } } }',
  },
  { name: 'introspection: complete', as: 'staff', query: getIntrospectionQuery() },
  {
    name: 'introspection: complete, in a form that no library has',
    as: 'staff',
    query: getIntrospectionQuery().replace('queryType', 'x: queryType'),
  },
  {
    name: 'introspection: 15 times the types',
    as: 'staff',
    query: `{ __schema { ${times(15, (at) => `t${at}: types { name description fields { name description args { name description } } } `)} } }`,
  },
  {
    name: 'introspection: as much as is allowed',
    as: 'staff',
    query:
      '{ __schema { types { name description fields { name description args { name description } } inputFields { name description } } } }',
  },
];

export const requests: readonly LargeRequest[] = [
  ...bodies,
  ...writes,
  ...filters,
  ...documents,
  ...selections,
  ...answers,
];
