import { expect, test } from 'vitest';
import { createRowBudget, inGroups } from '../../src/catalog/read/row-budget.ts';

test('parents share statements as long as these bring 100,000 rows at most', () => {
  const ids = Array.from({ length: 250 }, (_, at) => String(at));
  expect([...inGroups(ids, 1_000)].map((group) => group.length)).toEqual([100, 100, 50]);
  expect([...inGroups(ids, 50)]).toEqual([ids]);
  expect([...inGroups(ids, 0)]).toEqual([ids]);
  expect([...inGroups(['a', 'b'], 1_000_000)]).toEqual([['a'], ['b']]);
});

test('rows are counted over all lists', () => {
  const budget = createRowBudget(10);
  budget.take(6);
  budget.take(4);
  expect(() => budget.take(1)).toThrow('the operation reads more than 10 objects');
});
