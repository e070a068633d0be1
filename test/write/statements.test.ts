import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '../../src/platform/db/sql.ts';
import { tallied } from '../../src/platform/tally.ts';
import { beginWriting } from '../kit/begin-writing.ts';
import { holdTransaction } from '../kit/held-transaction.ts';
import { aBox, anArea, aPlug, aWire, counted, createToys, type Toys } from './toys.ts';

let toys: Toys;
beforeAll(async () => {
  toys = await createToys();
});
afterAll(() => toys.close());

const world = (prefix: string, count: number, number = 0, area = `${prefix}-a`): string =>
  Array.from({ length: count }, (_, index) => {
    const name = (of: string) => `${prefix}-${of}${index}`;
    return (
      anArea(name('n'), `${prefix}-a`) +
      aBox(name('b'), area, { tags: [String(number)] }) +
      aPlug(name('p'), name('b'), number) +
      aPlug(name('q'), name('b'), number + 1) +
      aWire(name('w'), ...(number === 0 ? [name('p'), name('q')] : [name('q'), name('p')]))
    );
  }).join('');

/** Statements of one batch of each sort on a world of the given size. */
async function statements(prefix: string, count: number): Promise<Record<string, number>> {
  const base = anArea(`${prefix}-a`) + anArea(`${prefix}-z`);
  const names = Array.from({ length: count }, (_, index) =>
    ['Wire/w', 'Plug/p', 'Plug/q', 'Box/b', 'Area/n'].map((one) => one.replace('/', `/${prefix}-`) + index),
  ).flat();
  const batches: Record<string, () => Promise<{ violations: readonly unknown[] }>> = {
    create: () => toys.apply(base + world(prefix, count)),
    unchanged: () => toys.apply(base + world(prefix, count)),
    update: () => toys.apply(world(prefix, count, 5)),
    move: () => toys.apply(world(prefix, count, 5, `${prefix}-z`)),
    trial: () => toys.apply(world(prefix, count, 9), { validateOnly: true }),
    remove: () => toys.remove(...names),
  };
  const found: Record<string, number> = {};
  for (const [name, run] of Object.entries(batches)) {
    const { result, statements: all } = await tallied(run);
    expect(result.violations).toEqual([]);
    found[name] = all.length;
  }
  return found;
}

test('the number of statements depends on the kinds of a batch, never on its documents', async () => {
  const one = await statements('one', 1);
  expect(await statements('many', 50)).toEqual(one);
  expect(one.unchanged).toBeLessThan(15);
});

test('each thousand objects is stored by statements of its own, but for those that may refer to each other', async () => {
  const thousands = (prefix: string, count: number): string =>
    Array.from({ length: count }, (_, index) => {
      const name = (of: string) => `${prefix}-${of}${index}`;
      // Every second area is in the one after it, which is not stored yet when it is.
      return (
        anArea(name('n'), index % 2 === 1 && index < count - 1 ? `${prefix}-n${index + 1}` : undefined) +
        aBox(name('b'), name('n')) +
        aPlug(name('p'), name('b'), 1) +
        aPlug(name('q'), name('b'), 2) +
        aWire(name('w'), name('q'), name('p'))
      );
    }).join('');
  const made = async (content: string) => {
    const { result, statements: all } = await tallied(() => toys.apply(content));
    expect(result.violations).toEqual([]);
    const inserts = all.flatMap(({ sql: text }) => /^insert into "(toy_\w+)"/.exec(text)?.[1] ?? []);
    return Object.fromEntries([...Map.groupBy(inserts, (table) => table)].map(([table, each]) => [table, each.length]));
  };
  const one = { toy_area: 1, toy_box: 1, toy_plug: 1, toy_wire: 1, toy_wire_end: 1 };
  expect(await made(thousands('few', 500))).toEqual(one);
  const many = thousands('lot', 1_001);
  expect(await made(many)).toEqual({ ...one, toy_box: 2, toy_plug: 3, toy_wire: 2, toy_wire_end: 2 });
  // All of it is there, as it was said.
  expect(counted(await toys.apply(many))).toEqual({ UNCHANGED: 5_005 });
});

test('the same batch at once from many writers is applied once', async () => {
  const batch = anArea('race-a') + world('race', 5);
  const outcomes = await Promise.all(Array.from({ length: 6 }, () => toys.apply(batch)));
  expect(outcomes.every(({ isApplied }) => isApplied)).toBe(true);
  const created = outcomes.map(({ results }) => results.filter(({ outcome }) => outcome === 'CREATED').length);
  expect(created.sort((a, b) => a - b)).toEqual([0, 0, 0, 0, 0, 26]);
});

test('of two writers who want the same thing exactly one wins', async () => {
  await toys.apply(
    anArea('duel') + aBox('duel-b', 'duel') + [1, 2, 3, 4].map((n) => aPlug(`duel-p${n}`, 'duel-b', n)).join(''),
  );
  const outcomes = await Promise.all([
    toys.apply(aWire('duel-w1', 'duel-p1', 'duel-p2')),
    toys.apply(aWire('duel-w2', 'duel-p2', 'duel-p3')),
    toys.apply(aBox('duel-c1', 'duel', { size: 60 })),
    toys.apply(aBox('duel-c2', 'duel', { size: 60 })),
  ]);
  expect(outcomes.slice(0, 2).filter(({ isApplied }) => isApplied)).toHaveLength(1);
  expect(outcomes.slice(2).filter(({ isApplied }) => isApplied)).toHaveLength(1);
  expect(outcomes.flatMap(({ violations }) => violations.map(({ rule }) => rule)).sort()).toEqual([
    'AREA_FULL',
    'PLUG_TAKEN',
  ]);
});

test('a writer that the database sacrifices to end a deadlock tries again by itself', async () => {
  await toys.apply(anArea('dead') + aBox('dead-b', 'dead'));
  // Another program holds the row, and then wants the lock that the apply holds while it waits for the row.
  const other = await holdTransaction(toys.databaseUrl, (connection) =>
    connection.rows(sql`update toy_box set serial = 'other' where name = 'dead-b'`),
  );
  const applying = toys.apply(aBox('dead-b', 'dead', { size: 2 }));
  await other.untilWaitedFor();
  await other.commit(beginWriting);
  const outcome = await applying;
  expect(outcome.results[0]?.changes.map(({ path }) => path)).toEqual(['spec.size', 'spec.serial']);
});
