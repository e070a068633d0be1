import { expect, test } from 'vitest';
import { createTimeSlices, inOneLine } from '../../src/platform/time-slices.ts';

/** Pieces of work that take one unit of a made-up clock each; what else ran is noted between them. */
async function run(pieces: number, sliceMs: number): Promise<string[]> {
  let clock = 0;
  const slices = createTimeSlices(sliceMs, () => clock);
  const events: string[] = [];
  let isDone = false;
  const others = (): void => {
    if (isDone) return;
    events.push('others');
    setImmediate(others);
  };
  setImmediate(others);
  await Promise.all(
    Array.from({ length: pieces }, async () => {
      const wait = slices.next();
      if (wait !== undefined) await wait;
      clock += 1;
      events.push('work');
    }),
  );
  isDone = true;
  return events;
}

/** The longest run of work with nobody else in between. */
const longest = (events: readonly string[]): number =>
  Math.max(
    ...events
      .join(' ')
      .split('others')
      .map((run) => run.split('work').length - 1),
  );

test('others have their turn after each slice', async () => {
  const events = await run(100, 10);
  expect(events.filter((event) => event === 'work')).toHaveLength(100);
  expect(longest(events)).toBeLessThanOrEqual(11);
});

test('work that fits into a slice waits for nobody', async () => {
  const slices = createTimeSlices(10, () => 0);
  expect(slices.next()).toBeUndefined();
  expect(slices.next()).toBeUndefined();
});

test('parts of one operation wait in one line: others stand behind one of them', async () => {
  const slices = createTimeSlices(0, () => 0);
  const order: string[] = [];
  const wait = async (own: typeof slices, name: string): Promise<void> => {
    await own.next();
    order.push(name);
  };
  const large = inOneLine(slices);
  const parts = Array.from({ length: 5 }, (_, at) => wait(large, `part ${at}`));
  await Promise.all([...parts, wait(inOneLine(slices), 'other')]);
  expect(order).toEqual(['part 0', 'other', 'part 1', 'part 2', 'part 3', 'part 4']);
});
