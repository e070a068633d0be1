import { expect, test } from 'vitest';
import { LazyAbort } from '../../src/platform/lazy-abort.ts';
import { createPlacesInTurn, type PlacesInTurn, type PlaceTaker } from '../../src/platform/places-in-turn.ts';

const ada: PlaceTaker = { caller: 'ada', work: { name: 'a report' } };
const bob: PlaceTaker = { caller: 'bob', work: { name: 'a page' } };
const service: PlaceTaker = { caller: undefined, work: {} };
const patient = new LazyAbort();

/** Takes a place for a moment, and notes when. */
const workOn =
  (places: PlacesInTurn, order: string[]) =>
  async (who: PlaceTaker, what: string): Promise<void> => {
    const leave = await places.take(who, patient);
    order.push(what);
    leave();
  };

test('whoever waits for many places gets them in turn with others', async () => {
  const places = createPlacesInTurn(1);
  const first = await places.take(ada, patient);
  const order: string[] = [];
  const work = workOn(places, order);
  const all = [work(ada, 'a1'), work(ada, 'a2'), work(ada, 'a3'), work(bob, 'b1'), work(bob, 'b2')];
  expect(places.waiting).toBe(5);
  first();
  await Promise.all(all);
  expect(order).toEqual(['a1', 'b1', 'a2', 'b2', 'a3']);
  expect(places.waiting).toBe(0);
  (await places.take(bob, patient))();
});

test('a caller has one turn however many pieces of work it has; they take turns among themselves', async () => {
  const places = createPlacesInTurn(1);
  const first = await places.take(ada, patient);
  const order: string[] = [];
  const work = workOn(places, order);
  const other: PlaceTaker = { caller: 'ada', work: { name: 'another' } };
  const all = [
    work(ada, 'a1'),
    work(ada, 'a2'),
    work(other, 'o1'),
    work(other, 'o2'),
    work(bob, 'b1'),
    work(bob, 'b2'),
  ];
  first();
  await Promise.all(all);
  expect(order).toEqual(['a1', 'b1', 'o1', 'b2', 'a2', 'o2']);
});

test('a caller has so many places and no more; the rest is for others, and the service may have all', async () => {
  const places = createPlacesInTurn(4, 2);
  const taken = [places.takeFree('ada'), places.takeFree('ada')];
  expect(taken).not.toContain(undefined);
  expect([places.takeFree('ada'), places.hasItsShare('ada'), places.hasItsShare('bob')]).toEqual([
    undefined,
    true,
    false,
  ]);
  const third = places.take(ada, patient);
  const own = [await places.take(bob, patient), await places.take(service, patient)];
  const next = places.take(service, patient);
  expect(places.waiting).toBe(2);
  own[0]?.(); // Ada was first, but has her share already.
  const also = await next;
  expect(places.waiting).toBe(1);
  taken[0]?.();
  for (const leave of [await third, also, own[1], taken[1]]) leave?.();
  const all = Array.from({ length: 4 }, () => places.takeFree(undefined));
  expect(all).not.toContain(undefined);
  expect(places.takeFree(undefined)).toBeUndefined();
  for (const leave of all) leave?.();
});

test('as many as there are places go on at once, and who gives up waits no longer', async () => {
  const places = createPlacesInTurn(2);
  const leave = await Promise.all([places.take(ada, patient), places.take(ada, patient)]);
  const gone = new LazyAbort();
  const given = places.take(ada, gone);
  const next = places.take(bob, patient);
  gone.abort(new Error('gone'));
  await expect(given).rejects.toThrow('gone');
  await expect(places.take(ada, gone)).rejects.toThrow('gone');
  expect(places.waiting).toBe(1);
  leave[0]?.();
  (await next)();
  leave[1]?.();
  for (const again of await Promise.all([places.take(bob, patient), places.take(bob, patient)])) again();
});
