import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyAll, binding, doc, role, userOf } from '../authz/world.ts';
import { startApp, type TestApp } from '../kit/app.ts';

const names = ['r1', 'r2', 'r3', 'r4', 'r5'];

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  await applyAll(
    app,
    [
      doc('Region', 'eu', { displayName: 'E' }),
      doc('Site', 's1', { displayName: 'S', regionRef: { name: 'eu' }, type: 'Edge' }),
      ...names.map((name) =>
        doc('Rack', name, { siteRef: { name: 's1' }, heightU: 42 }, { labels: { tier: 'gold', floor: '1' } }),
      ),
      doc('User', 'guest', { email: 'g@example.com' }),
      role('sees', 'inv/racks.get'),
      binding('guest', 'Rack/r4', 'sees', userOf('guest')),
    ].join(''),
  );
});
afterAll(() => app.close());

interface Page {
  readonly names: readonly string[];
  readonly start: string;
  readonly end: string;
}

/** A page of racks; what is refused throws its rule. */
async function page(args: string, who?: string): Promise<Page> {
  const document = `{ racks(${args}) { nodes { name } pageInfo { startCursor endCursor } } }`;
  const { data, errors } = await (who === undefined ? app : app.as(who)).execute(document);
  if (errors !== undefined) {
    const violations = errors.flatMap(({ extensions }) => extensions.violations as { rule: string; path: string }[]);
    throw new Error(violations.map(({ rule, path }) => `${rule} ${path}`).join());
  }
  const { nodes, pageInfo } = data.racks;
  return {
    names: nodes.map(({ name }: { name: string }) => name),
    start: pageInfo.startCursor,
    end: pageInfo.endCursor,
  };
}

/** `orderBy` by name, downwards. */
const DOWNWARDS = 'orderBy: [NAME_DESC]';

const base = 'where: {heightU: {gte: 1}}, labelSelector: "tier=gold"';

test('a cursor goes on where its page ended, whatever the size of the next page', async () => {
  const first = await page(`first: 2, ${base}`);
  expect(first.names).toEqual(['r1', 'r2']);
  expect((await page(`first: 2, ${base}, after: "${first.end}"`)).names).toEqual(['r3', 'r4']);
  expect((await page(`first: 9, ${base}, after: "${first.end}"`)).names).toEqual(['r3', 'r4', 'r5']);
  expect((await page(`last: 9, ${base}, before: "${first.end}"`)).names).toEqual(['r1']);
  // It is a place and no right: what somebody else may see after it is theirs to say.
  expect((await page(`first: 9, ${base}, after: "${first.end}"`, 'guest')).names).toEqual(['r4']);
});

test.each([
  ['another value in where', 'where: {heightU: {gte: 2}}, labelSelector: "tier=gold"'],
  ['another operator in where', 'where: {heightU: {gt: 1}}, labelSelector: "tier=gold"'],
  ['another field in where', 'where: {name: {startsWith: "r"}}, labelSelector: "tier=gold"'],
  ['no where', 'labelSelector: "tier=gold"'],
  ['another label selector', 'where: {heightU: {gte: 1}}, labelSelector: "floor=1"'],
  ['no label selector', 'where: {heightU: {gte: 1}}'],
  ['labels besides', `${base}, labels: {matchExpressions: [{key: "floor", operator: EXISTS}]}`],
  ['another order', `${base}, ${DOWNWARDS}`],
])('a cursor is refused with %s, forward and backward', async (_what, other) => {
  const { start, end } = await page(`first: 2, ${base}`);
  await expect(page(`first: 2, ${other}, after: "${end}"`)).rejects.toThrow('CURSOR_MISMATCH after');
  await expect(page(`last: 2, ${other}, before: "${start}"`)).rejects.toThrow('CURSOR_MISMATCH before');
});

test('a cursor is refused with other labels', async () => {
  const { end } = await page('first: 2, labels: {matchExpressions: [{key: "tier", operator: EXISTS}]}');
  expect(
    (await page(`first: 2, labels: {matchExpressions: [{key: "tier", operator: EXISTS}]}, after: "${end}"`)).names,
  ).toEqual(['r3', 'r4']);
  await expect(
    page(`first: 2, labels: {matchExpressions: [{key: "floor", operator: EXISTS}]}, after: "${end}"`),
  ).rejects.toThrow('CURSOR_MISMATCH after');
  await expect(page(`first: 2, after: "${end}"`)).rejects.toThrow('CURSOR_MISMATCH after');
});

test('a cursor is refused by the list of another kind', async () => {
  const { end } = await page('first: 2');
  const { errors } = await app.execute(`{ sites(after: "${end}") { totalCount } }`);
  expect(errors?.[0]?.extensions.violations).toMatchObject([{ rule: 'CURSOR_MISMATCH', path: 'after' }]);
});
