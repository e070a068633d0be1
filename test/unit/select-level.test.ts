import { expect, test } from 'vitest';
import { fullAccess } from '../../src/catalog/access/access.ts';
import { createCatalog } from '../../src/catalog/model.ts';
import { SelectLevel } from '../../src/catalog/read/select-level.ts';
import { domains } from '../../src/domains/index.ts';
import { type Sql, sql } from '../../src/platform/db/sql.ts';

const catalog = createCatalog(domains);
const context = { catalog, access: fullAccess };
const kind = catalog.get('Rack');

/** Racks of a row that is a bound value: links alike in text that differ in what they are bound to. */
const racksIn = (row: string) => ({
  kind,
  link: {
    on: (from: Sql, to: Sql) => sql`${to}.site_id = ${from}.id and ${to}.row = ${row}`,
  },
});

test('a join is shared by links that are alike in text and in bound values, and by no others', () => {
  const level = new SelectLevel();
  const from = sql`t`;
  const alias = (row: string) => level.join(from, racksIn(row), context).text;
  const [first, other, again] = [alias('a'), alias('b'), alias('a')];
  expect(again).toBe(first);
  expect(other).not.toBe(first);
  expect(level.joins.map(({ text, values }) => [text.split(' on ')[0], values])).toEqual([
    [`left join "rack" ${first}`, ['a']],
    [`left join "rack" ${other}`, ['b']],
  ]);
});

test('an expression without bound values is selected once, one with values each time', () => {
  const level = new SelectLevel();
  expect([sql`t.id`, sql`t.name`, sql`t.id`].map((one) => level.column(one))).toEqual([0, 1, 0]);
  expect([sql`${1}::int`, sql`${2}::int`].map((one) => level.column(one))).toEqual([2, 3]);
  expect(level.columns).toHaveLength(4);
});

test('more values than a statement can select are refused as too many, before PostgreSQL does', () => {
  const level = new SelectLevel();
  for (let n = 0; n < 1_664; n++) level.column(sql`${n}::int`);
  expect(() => level.column(sql`t.id`)).toThrow(
    expect.objectContaining({
      code: 'BAD_USER_INPUT',
      data: { violations: [expect.objectContaining({ rule: 'COMPLEXITY' })] },
    }),
  );
});
