import { afterAll, beforeAll, expect, test } from 'vitest';
import { tallied } from '../../src/platform/tally.ts';
import { applyAll, doc } from '../authz/world.ts';
import { startApp, type TestApp } from '../kit/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  const labelled = (name: string, tier: string) => doc('Region', name, { displayName: name }, { labels: { tier } });
  await applyAll(app, labelled('eu', 'gold') + labelled('us', 'silver') + labelled('as', 'lead'));
});
afterAll(() => app.close());

const names = (count: number): string[] => Array.from({ length: count }, (_, at) => `n${at}`);
const regions =
  'query ($where: RegionWhere, $selector: String) { regions(where: $where, labelSelector: $selector) { nodes { name } } }';
/** The names found, and the statements' texts. */
async function ask(variables: Readonly<Record<string, unknown>>) {
  const { result, statements } = await tallied(() => app.execute(regions, variables));
  return { ...result, statements: statements.map((statement) => statement.sql) };
}
const found = (...expected: string[]) => ({ regions: { nodes: expected.map((name) => ({ name })) } });

test('the number of alternatives changes no statement', async () => {
  const few = await ask({ where: { or: ['eu', 'us'].map((name) => ({ name: { eq: name } })) } });
  const many = await ask({ where: { or: [...names(30_000), 'eu'].map((name) => ({ name: { eq: name } })) } });
  expect(few.data).toEqual(found('eu', 'us'));
  expect(many.data).toEqual(found('eu'));
  expect(many.statements).toEqual(few.statements);
});

test('nor does the number of values of a label', async () => {
  const few = await ask({ selector: 'tier in (gold,silver)' });
  const many = await ask({ selector: `tier in (${names(9_000).join(',')},gold)` });
  expect(few.data).toEqual(found('eu', 'us'));
  expect(many.data).toEqual(found('eu'));
  expect(many.statements).toEqual(few.statements);
  expect((await ask({ selector: `tier notin (${names(9_000).join(',')},gold)` })).data).toEqual(found('as', 'us'));
});

test('a filter or a selector of too many conditions is refused before it is planned', async () => {
  const where = { or: names(201).map((name) => ({ name: { startsWith: name } })) };
  const refused = await ask({ where });
  expect(refused.errors?.[0]).toMatchObject({
    message: 'where has 201 conditions; at most 200 are allowed',
    extensions: { code: 'BAD_USER_INPUT', violations: [{ rule: 'FILTER_TOO_LARGE', path: 'where' }] },
  });
  const selector = await ask({ selector: names(51).join(',') });
  expect(selector.errors?.[0]?.extensions).toMatchObject({ violations: [{ rule: 'SELECTOR_TOO_LARGE' }] });
  expect([...refused.statements, ...selector.statements].filter((text) => text.includes('"region"'))).toEqual([]);
});
