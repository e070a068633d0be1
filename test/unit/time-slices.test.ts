import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createSharedSlices, type SharedSlices, type TimeSlices } from '../../src/platform/time-slices.ts';

/** Pieces of work that take one unit of a made-up clock each; what else ran is noted between them. */
async function run(pieces: number, sliceMs: number): Promise<string[]> {
  let clock = 0;
  const slices = createSharedSlices(sliceMs, () => clock);
  const events: string[] = [];
  let isDone = false;
  const others = (): void => {
    if (isDone) return;
    events.push('others');
    setImmediate(others);
  };
  setImmediate(others);
  await Promise.all(
    Array.from({ length: pieces }, async (_, at) => {
      const wait = slices.of(`caller ${at}`).next();
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
  const slices = createSharedSlices(10, () => 0);
  expect(slices.of('ada').next()).toBeUndefined();
  expect(slices.of('ada').next()).toBeUndefined();
});

/** Slices that end at once, with a clock that goes on by what each piece of work takes, and the order of all turns. */
function watched() {
  let clock = 0;
  const slices = createSharedSlices(0, () => clock);
  const order: string[] = [];
  const wait = async (own: TimeSlices, name: string, ms = 1): Promise<void> => {
    await own.next();
    order.push(name);
    clock += ms;
  };
  const pass = (ms: number): void => {
    clock += ms;
  };
  return { slices, order, wait, pass };
}
type Watched = ReturnType<typeof watched>;

test('parts of one operation wait in one line: others stand behind one of them', async () => {
  const { slices, order, wait } = watched();
  const large = slices.of('ada');
  const parts = Array.from({ length: 5 }, (_, at) => wait(large, `part ${at}`));
  await Promise.all([...parts, wait(slices.of('bob'), 'other')]);
  expect(order).toEqual(['part 0', 'other', 'part 1', 'part 2', 'part 3', 'part 4']);
});

/** Operations that ask over and over, until others have done their work; gives what had a turn meanwhile. */
async function beside(
  large: (slices: SharedSlices, at: number) => TimeSlices,
  small: (watched: Watched) => Promise<unknown>,
  { count, ms = 1 }: { readonly count: number; readonly ms?: number },
): Promise<string[]> {
  const world = watched();
  const { slices, order, wait } = world;
  let isOver = false;
  const all = Array.from({ length: count }, async (_, at) => {
    let own = large(slices, at);
    for (let turn = 0; !isOver; turn++) {
      // An operation in five turns ends, and its caller begins another.
      if (turn % 5 === 4) own = large(slices, at);
      await wait(own, 'large', ms);
    }
  });
  while (order.length < 8 * count) await turnOfTheLoop();
  order.length = 0;
  await small(world);
  isOver = true;
  const seen = [...order];
  await Promise.all(all);
  return seen;
}
const largeIn = (order: readonly string[]): number => order.filter((name) => name === 'large').length;

test('a caller who floods, with ever new operations, has one turn in four beside the small query of another', async () => {
  const small = async ({ slices, wait }: Watched): Promise<void> => {
    const own = slices.of('bob');
    for (let at = 0; at < 12; at++) await wait(own, 'small');
  };
  const order = await beside((slices) => slices.of('ada'), small, { count: 64 });
  // Twelve turns of its own, every fourth of somebody else's.
  expect(largeIn(order)).toBeLessThanOrEqual(4);
});

test('so it is beside any number of callers who have held the loop for long', async () => {
  const small = async ({ slices, wait }: Watched): Promise<void> => {
    const own = slices.of('bob');
    for (let at = 0; at < 12; at++) await wait(own, 'small');
  };
  const order = await beside((slices, at) => slices.of(`caller ${at}`), small, { count: 16, ms: 20 });
  expect(largeIn(order)).toBeLessThanOrEqual(4);
});

test('what counts is how long a caller held the loop, not how often', async () => {
  const { slices, order, wait } = watched();
  const repeat = async (name: string, ms: number, times: number): Promise<void> => {
    const own = slices.of(name);
    for (let at = 0; at < times; at++) await wait(own, name, ms);
  };
  await Promise.all([repeat('long', 10, 20), repeat('short', 1, 200)]);
  const first = order.slice(0, 110);
  const longTurns = first.filter((name) => name === 'long').length;
  // Ten to one, and of every fourth turn half.
  expect(longTurns).toBeGreaterThanOrEqual(8);
  expect(longTurns).toBeLessThanOrEqual(30);
});

test('what a caller held is forgotten with time', async () => {
  const { slices, order, wait, pass } = watched();
  await wait(slices.of('ada'), 'ada', 500);
  await wait(slices.of('bob'), 'bob', 20);
  order.length = 0;
  const ask = (...names: readonly string[]) => Promise.all(names.map((name) => wait(slices.of(name), name, 0)));
  await ask('ada', 'bob', 'bob');
  expect(order).toEqual(['bob', 'ada', 'bob']); // The fourth turn is that of whoever came first.
  order.length = 0;
  await turnOfTheLoop();
  pass(20_000);
  await ask('ada', 'bob');
  expect(order).toEqual(['ada', 'bob']);
});

test('of one caller the operation that has held the loop least goes first', async () => {
  const order = await (async () => {
    const { slices, order: all, wait } = watched();
    const old = slices.of('ada');
    await wait(old, 'old', 50);
    all.length = 0;
    await Promise.all([wait(old, 'old'), wait(slices.of('ada'), 'new')]);
    return all;
  })();
  expect(order).toEqual(['new', 'old']);
});

test('large work goes on beside any number of small pieces: each fourth turn is that of whoever waits longest', async () => {
  const crowd = ({ slices, wait }: Watched) =>
    Promise.all(Array.from({ length: 40 }, (_, at) => wait(slices.of(`caller ${at}`), 'small')));
  const order = await beside((slices) => slices.of('ada'), crowd, { count: 2 });
  expect(order.filter((name) => name === 'small')).toHaveLength(40);
  expect(largeIn(order)).toBeGreaterThanOrEqual(2);
  const endless = await beside(
    (slices) => slices.of('ada'),
    ({ slices, wait }) =>
      Promise.all(
        Array.from({ length: 8 }, async (_, at) => {
          for (let turn = 0; turn < 10; turn++) await wait(slices.of(`caller ${at} ${turn}`), 'small');
        }),
      ),
    { count: 1 },
  );
  expect(largeIn(endless)).toBeGreaterThan(1);
});
