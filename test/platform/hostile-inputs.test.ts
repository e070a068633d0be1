import { afterAll, beforeAll, expect, test } from 'vitest';
import { tallied } from '../../src/platform/tally.ts';
import type { TestApp } from '../kit/app.ts';
import { startExampleWorld } from '../kit/example-world.ts';
import { overEvents, overWebSocket } from '../kit/streams.ts';

let app: Awaited<ReturnType<typeof startExampleWorld>>;
beforeAll(async () => {
  app = await startExampleWorld();
});
afterAll(() => app.close());

const APPLY =
  'mutation ($content: String!) { apply(input: { validateOnly: true, manifests: [{ content: $content }] }) { counts { refused } userErrors { code message value line } results { userErrors { code } } } }';
const LIST =
  'query ($where: RackWhere, $labels: String) { racks(where: $where, labelSelector: $labels) { totalCount } }';
const lines = (count: number, line: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => line(at)).join('');
const group = (spec: string): string =>
  `apiVersion: iam.miloapis.com/v1alpha1\nkind: Group\nmetadata: {name: g}\nspec:\n${spec}`;
const groups = (count: number): string =>
  lines(count, (at) => `---\napiVersion: iam.miloapis.com/v1alpha1\nkind: Group\nmetadata: {name: g${at}}\n`);
/** Ten to the power of the number of levels, in a few hundred bytes. */
const bomb = (levels: number): string =>
  `a0: &a0 [x]\n${lines(levels, (at) => `a${at + 1}: &a${at + 1} [${`*a${at}, `.repeat(10)}]\n`)}`;
const not = (depth: number): object => (depth === 0 ? {} : { not: not(depth - 1) });
const hop = 'ports(first: 1000) { nodes { label device { name ports(first: 1000) { nodes { label } } } } }';

/** What is sent, the rule it breaks, how many times, and how many answers others get at least while it is dealt with. */
const hostile = [
  ['pages in pages (E5)', `{ ${hop} }`, {}, 'COMPLEXITY', 1, 0],
  [
    '9,000 unknown keys (E6)',
    APPLY,
    { content: group(lines(9_000, (at) => `  k${at}: 1\n`)) },
    'UNKNOWN_FIELD',
    1_000,
    5,
    'staff',
  ],
  [
    '20,000 unknown keys (E6)',
    APPLY,
    { content: group(lines(20_000, (at) => `  k${at}: 1\n`)) },
    'TOO_MANY_MEMBERS',
    1,
    5,
  ],
  ['one list 2,400 times in one place', `{ ${'racks { nodes { name } } '.repeat(2_400)} }`, {}, 'COMPLEXITY', 1, 0],
  [
    '1,500 fragments in one place',
    `{ racks { nodes { ${lines(1_500, (at) => `...F${at} `)} } } } ${lines(1_500, (at) => `fragment F${at} on Rack { name } `)}`,
    {},
    'COMPLEXITY',
    1,
    0,
  ],
  ['brackets in brackets (E6)', APPLY, { content: `a: ${'{a: '.repeat(200_000)}` }, 'NESTED_TOO_DEEP', 1, 0],
  ['dashes in one line (E6)', APPLY, { content: `a:\n  ${'- '.repeat(200_000)}x` }, 'NESTED_TOO_DEEP', 1, 0],
  ['aliases that multiply (E6)', APPLY, { content: bomb(60) }, 'TOO_MANY_MEMBERS', 1, 0],
  ['5,000 objects that the caller may not create (E6)', APPLY, { content: groups(5_000) }, 'FORBIDDEN', 1_000, 5],
  [
    '5,000 folders, each in the next one',
    APPLY,
    {
      content: lines(
        5_000,
        (at) =>
          `---\napiVersion: catalog.miloapis.com/v1alpha1\nkind: Folder\nmetadata: {name: f${at}}\nspec: {displayName: F, organizationRef: {name: northwind}${at < 4_999 ? `, parentRef: {name: f${at + 1}}` : ''}}\n`,
      ),
    },
    'NESTED_TOO_DEEP',
    1_000,
    5,
    'staff',
  ],
  ['a selector of 500,000 characters (E10)', LIST, { labels: `a=${'x'.repeat(500_000)}` }, undefined, 1, 0],
  ['a filter that nests (E11)', LIST, { where: not(1_500) }, 'NESTED_TOO_DEEP', 1, 0],
] as const;

interface Told {
  readonly code: string;
  readonly message: string;
  readonly value: string | null;
}

/** The rules that an answer names, however it does so. */
function rulesOf({ errors, data }: Awaited<ReturnType<TestApp['execute']>>): string[] {
  const refused = (errors ?? []).flatMap(({ extensions }) => (extensions.violations ?? []) as { rule: string }[]);
  return [...refused.map(({ rule }) => rule), ...((data?.apply?.userErrors ?? []) as Told[]).map(({ code }) => code)];
}

/** Small requests of others, one after the other, for as long as something goes on. */
async function others(work: Promise<unknown>): Promise<number> {
  let isDone = false;
  const end = (): void => {
    isDone = true;
  };
  work.then(end, end);
  for (let answered = 0; ; answered++) {
    const health = await fetch(`${app.url}/healthz`);
    const { data } = await app.as('auditor').execute('{ me { name } }');
    expect([health.status, data]).toEqual([200, { me: { name: 'auditor' } }]);
    if (isDone) return answered;
  }
}

test.each(hostile)(
  '%s: refused by its rule, and others are answered meanwhile',
  async (_name, query, variables, rule, times, atLeast, as: string = 'outsider') => {
    const asked = app.as(as).execute(query, variables);
    const answered = await others(asked);
    const answer = await asked;
    const rules = rulesOf(answer);
    if (rule !== undefined) expect(rules.filter((one) => one === rule)).toHaveLength(times);
    expect(rules.length).toBeGreaterThan(0);
    expect(rules.length).toBeLessThanOrEqual(1_001);
    expect(JSON.stringify(answer).length).toBeLessThan(2_000_000);
    expect(answered).toBeGreaterThanOrEqual(atLeast);
  },
);

test('many objects that a caller may not create at all are refused before anything else of them is looked at', async () => {
  const content = `${groups(100)}---\napiVersion: inventory.miloapis.com/v1alpha1\nkind: Rack\nmetadata: {name: r}\nspec: {siteRef: {name: nowhere}}\n`;
  const { result, statements } = await tallied(() => app.as('outsider').execute(APPLY, { content }));
  expect(result.data.apply).toMatchObject({
    counts: { refused: 101 },
    results: Array.from({ length: 101 }, () => ({ userErrors: [{ code: 'FORBIDDEN' }] })),
  });
  expect(statements.filter(({ sql }) => /"site"|insert into/.test(sql))).toEqual([]);
});

const NAMED = 'query ($in: [String!]) { regions(where: { name: { in: $in } }) { totalCount } }';
const OPERATIONS =
  'mutation ($input: BatchInput!) { batch(input: $input) { applied results { outcome } userErrors { code } } }';

test('large variables mean what small ones mean, and what is wrong with them is said in the same words', async () => {
  const texts = Array.from({ length: 2_000 }, (_, at) => `r${at}`);
  const { data } = await app.execute('{ regions { totalCount nodes { name } } }');
  const names = data.regions.nodes.map(({ name }: { name: string }) => name);
  expect((await app.execute(NAMED, { in: [...texts, ...names] })).data.regions).toEqual({
    totalCount: data.regions.totalCount,
  });
  const told = async (query: string, variables: object) => {
    const { errors = [] } = await app.execute(query, { ...variables });
    return errors.map(({ message, extensions }) => [message.replaceAll(/\d{2,}/g, '5'), extensions.code]);
  };
  expect(await told(NAMED, { in: [...texts, 7] })).toEqual(await told(NAMED, { in: ['a', 'b', 'c', 'd', 'e', 7] }));
  const few = await told(OPERATIONS, { input: { operations: [{ createRegion: { nam: 1 } }] } });
  const many = await told(OPERATIONS, {
    input: { operations: Array.from({ length: 300 }, () => ({ createRegion: { nam: 1 } })) },
  });
  expect(many.slice(0, 3)).toEqual(few);
  expect(many).toHaveLength(51);
  expect(many.at(-1)).toEqual([expect.stringContaining('Too many errors'), 'BAD_USER_INPUT']);
});

test('others are answered while a batch of thousands of operations is read', async () => {
  const operations = Array.from({ length: 40_000 }, (_, at) => ({
    createRegion: { name: `r${at}`, displayName: 'R' },
  }));
  const work = app.execute(OPERATIONS, { input: { validateOnly: true, operations } });
  expect(await others(work)).toBeGreaterThanOrEqual(10);
  expect((await work).errors?.[0]?.message).toContain('40000 operations are more than 10000');
});

test('a long answer is the same over every transport', async () => {
  const query =
    '{ ports(first: 1000) { nodes { id name label createdAt updatedAt labels { key value } device { name } } } }';
  const authorization = `Bearer ${await app.token('staff')}`;
  const { data } = await app.as('staff').execute(query);
  expect(data.ports.nodes.length).toBeGreaterThan(500);
  const first = async (results: AsyncIterable<unknown>) => {
    for await (const result of results) return result;
    return undefined;
  };
  expect(await first(overWebSocket(app.url, query, {}, { authorization }))).toEqual({ data });
  expect(await first(overEvents(app.url, query, {}, { authorization }))).toEqual({ data });
});
