import { expect, test } from 'vitest';
import { createPauses, mapWithPauses } from '../../src/platform/pauses.ts';
import { turnsDuring } from '../kit/turns.ts';

test('work on many items gives what map gives, with turns for others', async () => {
  const items = Array.from({ length: 1_000 }, (_, at) => at);
  let clock = 0; // A millisecond for each item.
  const work = (item: number): string => {
    clock++;
    return `item ${item}`;
  };
  const { turns, result } = await turnsDuring(() =>
    mapWithPauses(
      items,
      createPauses(() => clock),
      work,
    ),
  );
  expect(result).toEqual(items.map((item) => `item ${item}`));
  expect(turns).toBeGreaterThanOrEqual(1_000 / 20 - 2);
});

test('work that takes no time waits for nobody', async () => {
  const pause = createPauses(() => 0);
  const { turns } = await turnsDuring(() => mapWithPauses([1, 2, 3], pause, (item) => item));
  expect(turns).toBe(0);
});
