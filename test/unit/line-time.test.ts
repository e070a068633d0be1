import { expect, test } from 'vitest';
import { createLineTime } from '../../src/platform/telemetry/line-time.ts';

test('lines of one second, and of the next, have the time that JavaScript says', () => {
  const times = [0, 7, 999, 1_000, 1_700_000_000_001, 1_700_000_000_999, 1_700_000_001_010, 1_700_000_000_050];
  const next = times.values();
  const timeOf = createLineTime(() => next.next().value ?? 0);
  expect(times.map(() => timeOf())).toEqual(times.map((at) => new Date(at).toISOString()));
});
