import { expect, test } from 'vitest';
import { InvalidInputError } from '../../src/platform/errors.ts';
import { bounded } from '../../src/platform/violation.ts';

const violation = { rule: 'UNKNOWN_FIELD', message: 'unknown field' };

test('more violations than are told are counted', () => {
  expect(
    bounded(
      Array.from({ length: 103 }, () => violation),
      100,
    ),
  ).toEqual([...Array.from({ length: 100 }, () => violation), { rule: 'MORE_VIOLATIONS', message: 'and 3 more' }]);
  expect(bounded([violation], 1)).toEqual([violation]);
});

test('long texts and values are cut, whatever they stand in', () => {
  const long = 'x'.repeat(100_000);
  const whole = { rule: 'R', message: long, path: long, inputPath: ['a', 0, long], value: long, accepted: long };
  expect(JSON.stringify(bounded([whole], 1)).length).toBeLessThan(5_000);
  const valued = (value: unknown) => bounded([{ ...violation, value }], 1)[0]?.value;
  expect(valued([long])).toBe('a long list');
  expect(valued({ [long]: 1 })).toBe('a large object');
  expect(valued({ a: [1, 2] })).toEqual({ a: [1, 2] });
  expect(valued(7n)).toBe(7n);
});

test('an error of bad input is bounded by construction', () => {
  const error = new InvalidInputError('y'.repeat(9_999), {
    violations: Array.from({ length: 1_002 }, () => violation),
  });
  expect(error.message).toHaveLength(1_001);
  expect(error.data.violations).toHaveLength(1_001);
});
