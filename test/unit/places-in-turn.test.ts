import { expect, test } from 'vitest';
import { createPlacesInTurn } from '../../src/platform/places-in-turn.ts';

const [ada, bob] = [{ name: 'ada' }, { name: 'bob' }];
const patient = new AbortController().signal;

test('whoever waits for many places gets them in turn with others', async () => {
  const places = createPlacesInTurn(1);
  const first = await places.take(ada, patient);
  const order: string[] = [];
  const work = async (who: object, what: string): Promise<void> => {
    const leave = await places.take(who, patient);
    order.push(what);
    leave();
  };
  const all = [work(ada, 'a1'), work(ada, 'a2'), work(ada, 'a3'), work(bob, 'b1'), work(bob, 'b2')];
  expect(places.waiting).toBe(5);
  first();
  await Promise.all(all);
  expect(order).toEqual(['a1', 'b1', 'a2', 'b2', 'a3']);
  expect(places.waiting).toBe(0);
  (await places.take(bob, patient))();
});

test('as many as there are places go on at once, and who gives up waits no longer', async () => {
  const places = createPlacesInTurn(2);
  const leave = await Promise.all([places.take(ada, patient), places.take(ada, patient)]);
  const gone = new AbortController();
  const given = places.take(ada, gone.signal);
  const next = places.take(bob, patient);
  gone.abort(new Error('gone'));
  await expect(given).rejects.toThrow('gone');
  await expect(places.take(ada, gone.signal)).rejects.toThrow('gone');
  expect(places.waiting).toBe(1);
  leave[0]?.();
  (await next)();
  leave[1]?.();
  for (const again of await Promise.all([places.take(bob, patient), places.take(bob, patient)])) again();
});
