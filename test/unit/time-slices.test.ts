import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createTimeSlices, inOneLine, type TimeSlices } from '../../src/platform/time-slices.ts';

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

/** Large pieces of work ask over and over; gives what notes the order of all turns until they end. */
async function largeBeside(
  others: number,
  small: (wait: (own: TimeSlices, name: string) => Promise<void>, slices: TimeSlices) => Promise<unknown>,
): Promise<string[]> {
  const slices = createTimeSlices(0, () => 0);
  const order: string[] = [];
  const wait = async (own: TimeSlices, name: string): Promise<void> => {
    await own.next();
    order.push(name);
  };
  let isOver = false;
  const large = Array.from({ length: others }, async (_, at) => {
    const own = inOneLine(slices);
    while (!isOver) await wait(own, `large ${at}`);
  });
  while (order.length < 8 * others) await turnOfTheLoop();
  order.length = 0;
  await small(wait, slices);
  isOver = true;
  const seen = [...order];
  await Promise.all(large);
  return seen;
}

test('a small piece of work goes before many large ones that have had turns', async () => {
  const order = await largeBeside(16, async (wait, slices) => {
    const own = inOneLine(slices);
    for (let at = 0; at < 3; at++) await wait(own, 'small');
  });
  const large = order.filter((name) => name !== 'small').length;
  expect(large).toBeLessThanOrEqual(3);
});

test('large work goes on beside any number of small pieces: each fourth turn is that of whoever waits longest', async () => {
  const order = await largeBeside(2, (wait, slices) =>
    Promise.all(Array.from({ length: 40 }, () => wait(inOneLine(slices), 'small'))),
  );
  expect(order.filter((name) => name === 'small')).toHaveLength(40);
  expect(order.filter((name) => name !== 'small').length).toBeGreaterThanOrEqual(2);
  const endless = await largeBeside(1, async (wait, slices) => {
    const stream = Array.from({ length: 8 }, async () => {
      for (let at = 0; at < 10; at++) await wait(inOneLine(slices), 'small');
    });
    await Promise.all(stream);
  });
  expect(endless.filter((name) => name !== 'small').length).toBeGreaterThan(1);
});
