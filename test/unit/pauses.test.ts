import { expect, test } from 'vitest';
import { createAtWork } from '../../src/catalog/write/at-work.ts';
import type { Queryable } from '../../src/platform/db/database.ts';
import { sql } from '../../src/platform/db/sql.ts';
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

test('what gives way lets others have many turns, and has one itself all the same', async () => {
  let clock = 0;
  const inTurns = async (givesWay: () => boolean): Promise<number> =>
    (await turnsDuring(createPauses(() => (clock += 10), givesWay))).turns;
  expect(await inTurns(() => false)).toBeLessThanOrEqual(2);
  expect(await inTurns(() => true)).toBeGreaterThanOrEqual(15);
  let left = 5;
  expect(await inTurns(() => --left > 0)).toBeLessThanOrEqual(6);
});

test('what can wait gives way to the writer under the lock while that computes, and not while the database does', async () => {
  let clock = 0;
  const atWork = createAtWork();
  const pause = atWork.createPauses(() => (clock += 10));
  const inTurns = async (): Promise<number> => (await turnsDuring(pause)).turns;
  const answers = Promise.withResolvers<never[]>();
  const answer = (): Promise<never[]> => answers.promise;
  const connection: Queryable = {
    rows: answer,
    cells: answer,
    rowSet: () => Promise.reject(new Error('lost')),
    execute: async () => 1,
  };
  expect(await inTurns()).toBeLessThanOrEqual(2);
  await atWork.hold(connection, async (held) => {
    expect(await inTurns()).toBeGreaterThanOrEqual(15);
    const asked = [held.rows(sql`select`), held.cells(sql`select`)];
    expect(await held.execute(sql`select`)).toBe(1);
    expect(await inTurns()).toBeLessThanOrEqual(2);
    answers.resolve([]);
    await Promise.all(asked);
    expect(await inTurns()).toBeGreaterThanOrEqual(15);
    await expect(held.rowSet(sql`select`)).rejects.toThrow('lost');
    expect(await inTurns()).toBeGreaterThanOrEqual(15);
  });
  expect(await inTurns()).toBeLessThanOrEqual(2);
  await expect(atWork.hold(connection, () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  expect(await inTurns()).toBeLessThanOrEqual(2);
});
