import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createTurns, type Joined } from '../../src/catalog/write/turns.ts';
import { withDeadline } from '../../src/platform/deadline.ts';
import { LazyAbort } from '../../src/platform/lazy-abort.ts';

const SEEDS = Number(process.env.SEEDS ?? 50);

/** Members are numbers here, which fit to those of their own remainder; what is written is whose turn it was. */
function writers(outcomeOf: (members: readonly number[]) => Joined<number, string>, gatheringMs?: number) {
  let writing = 0;
  const inTurn = async <Result>(give: () => Result): Promise<Result> => {
    expect(++writing).toBe(1);
    await setImmediate();
    writing--;
    return give();
  };
  const fits = (member: number, others: readonly number[]): boolean => others.every((one) => one % 3 === member % 3);
  const joining = { fits, run: (members: readonly number[]) => inTurn(() => outcomeOf(members)) };
  const turns = createTurns<number, string>(100, joining, undefined, gatheringMs);
  const write = (member: number, isJoined = true): Promise<string> =>
    turns.take(() => inTurn(() => `${member} alone`), isJoined ? member : undefined);
  return { turns, write };
}

const allDone = (members: readonly number[]): Joined<number, string> => ({
  done: new Map(members.map((member) => [member, `${member} of ${members.join('+')}`])),
  apart: new Set(),
});

test('when the last of those who wait were done by another, the next writer has its turn', async () => {
  const { turns, write } = writers(allDone);
  expect(await Promise.all([write(0, false), write(3), write(6), write(9)])).toEqual([
    '0 alone',
    '3 of 3+6+9',
    '6 of 3+6+9',
    '9 of 3+6+9',
  ]);
  expect(await write(12)).toBe('12 alone');
  expect(turns.waiting).toBe(0);
});

test('those who were done together are waited for, and done together again', async () => {
  const { turns, write } = writers(allDone, 600_000);
  await Promise.all([write(0, false), write(3), write(6), write(9)]);
  const answers = [write(3)];
  for (const member of [6, 9]) {
    await setImmediate();
    answers.push(write(member));
  }
  expect(await Promise.all(answers)).toEqual(['3 of 3+6+9', '6 of 3+6+9', '9 of 3+6+9']);
  expect(turns.waiting).toBe(0);
});

/** Linear congruential, as in Numerical Recipes; below 1. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

test(`each writer is done once, one turn at a time, however others end (seeds up to ${SEEDS})`, async () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const random = numbers(seed);
    const { turns, write } = writers((members) => {
      const dice = random();
      if (dice < 0.2) throw new Error('the transaction is lost');
      if (dice < 0.5) return allDone(members);
      const [apart = 0] = members;
      // One is refused: some of the others are done already, and the rest once more.
      const done = members
        .filter((member) => member !== apart && random() < 0.3)
        .map((one) => [one, `${one} done`] as const);
      return { done: new Map(done), apart: new Set([apart]) };
    });
    const answers: Promise<string>[] = [];
    for (let member = 0; member < 40; member++) {
      answers.push(write(member, random() < 0.8));
      if (random() < 0.2) await setImmediate();
      // A while without anybody.
      if (random() < 0.1) await Promise.all(answers);
    }
    const done = await Promise.all(answers);
    expect(done.map((text) => Number.parseInt(text, 10))).toEqual(Array.from({ length: 40 }, (_, member) => member));
    expect(await write(40)).toMatch('40');
    expect(turns.waiting).toBe(0);
  }
});

test('the one that is next is told once when the one before it stands, and no other', async () => {
  const { turns } = writers(allDone);
  const told: string[] = [];
  const ended = Promise.withResolvers<void>();
  const first = turns.take(async (stands) => {
    await setImmediate();
    expect(told).toEqual([]);
    stands();
    await ended.promise;
    return 'first';
  });
  const leaving = new LazyAbort();
  const come = (name: string) =>
    turns.take(
      async () => {
        told.push(`${name} has its turn`);
        return name;
      },
      undefined,
      () => void told.push(`${name} is next`),
    );
  const gone = withDeadline(leaving, () => come('b'));
  const others = [come('c'), come('d')];
  await setImmediate();
  await setImmediate();
  expect(told).toEqual(['b is next']);
  leaving.abort(new Error('gone'));
  await expect(gone).rejects.toThrow();
  expect(told).toEqual(['b is next', 'c is next']);
  ended.resolve();
  expect(await Promise.all([first, ...others])).toEqual(['first', 'c', 'd']);
  // Whoever has its turn has said nothing yet.
  expect(told.slice(2)).toEqual(['c has its turn', 'd has its turn']);
});
