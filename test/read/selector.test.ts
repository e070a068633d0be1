import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileSelector, onExpression } from '../../src/catalog/selector/compile.ts';
import { matches } from '../../src/catalog/selector/matches.ts';
import { parseSelector } from '../../src/catalog/selector/parse.ts';
import { sql } from '../../src/platform/db/sql.ts';
import { startApp, type TestApp } from '../kit/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

describe('Kubernetes’ selector grammar (service-registry.md 4.7)', () => {
  test.each([
    '',
    'x=a,y!=b',
    'x=',
    'x=,z=',
    '!x',
    'x in (a,,b)',
    'y notin ()',
    'x>1,z<5',
    'app.ex.com/tier in (web)',
    ' x == a ',
    'in=notin',
  ])('accepts %j', (text) => {
    expect(() => parseSelector(text)).not.toThrow();
  });

  test.each([
    'x=a||y=b',
    'x==a==b',
    '!x=a',
    'x<a',
    'x>1234567890123456789',
    'x\u00a0=a',
    '\u00a0',
    '\v',
    'x=a,',
    ',x',
    'x in a',
    'x in (a',
    'x y',
    'a/b/c=1',
    '/x=1',
    `${'a'.repeat(64)}=1`,
    'x<=1',
  ])('refuses %j', (text) => {
    expect(() => parseSelector(text)).toThrow(/at character \d+; accepted: /);
  });
});

test.each([
  ['requirements', `${'k,'.repeat(50)}this is not looked at`, /^the label selector has more than 50 requirements/],
  ['values', `k in (${'v,'.repeat(10_000)}this is not looked at`, /^a requirement .* more than 10,000 values/],
])('a selector is read no further than to the last of its %s', (_what, text, message) => {
  expect(() => parseSelector(text)).toThrow(message);
});

test('an unknown operator is refused over HTTP with its place and what is accepted', async () => {
  const { errors } = await app.execute('{ racks(labelSelector: "tier like gold") { totalCount } }');
  expect(errors?.[0]).toMatchObject({
    message: "unknown operator 'like' at character 6; accepted: =, ==, !=, in, notin, >, <",
    extensions: {
      code: 'BAD_USER_INPUT',
      violations: [{ rule: 'SELECTOR_OPERATOR', path: 'labelSelector', column: 6 }],
    },
  });
});

test('for random labels and selectors the database says what the grammar means, stored or derived', async () => {
  let seed = 7;
  const pick = <T>(from: readonly T[]): T => {
    seed = (seed * 48_271) % 2_147_483_647;
    return from[seed % from.length] as T;
  };
  const keys = ['a', 'b', 'app.ex.com/tier'];
  const values = ['', 'x', 'y', '3', '12', '7x'];
  for (let round = 0; round < 300; round++) {
    const labels = Object.fromEntries(keys.filter(() => pick([true, false])).map((key) => [key, pick(values)]));
    const requirement = (): string => {
      const key = pick(keys);
      return pick([
        key,
        `!${key}`,
        `${key}=${pick(values)}`,
        `${key}!=${pick(values)}`,
        `${key} in (${pick(values)},${pick(values)})`,
        `${key} notin (${pick(values)},${pick(values)})`,
        `${key}>${pick(['-20', '2', '3'])}`,
        `${key}<${pick(['-20', '3', '9'])}`,
      ]);
    };
    const text = Array.from({ length: pick([1, 2, 3]) }, requirement).join(',');
    const requirements = parseSelector(text);
    const column = sql`${JSON.stringify(labels)}::jsonb`;
    const stored = compileSelector(requirements, column);
    const derived = sql.join(
      requirements.map((one) => onExpression(sql`(${column} ->> ${one.key}::text)`, one)),
      ' and ',
    );
    const [cells] = await app.database.cells(sql`select ${stored}, ${derived}`);
    const meant = matches(requirements, labels);
    expect(cells, `${text} on ${JSON.stringify(labels)}`).toEqual([meant, meant]);
  }
});
