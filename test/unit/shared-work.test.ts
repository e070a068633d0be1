import { expect, test } from 'vitest';
import { currentDeadline, withDeadline } from '../../src/platform/deadline.ts';
import { LazyAbort } from '../../src/platform/lazy-abort.ts';
import { createSharedWork } from '../../src/platform/shared-work.ts';

/** Work that goes on until it is told to end; which of what was begun has been aborted. */
function works() {
  const shared = createSharedWork<string>();
  const begun: { readonly signal: AbortSignal | undefined; readonly end: (result: string) => void }[] = [];
  const begin = (): Promise<string> => {
    const { promise, resolve } = Promise.withResolvers<string>();
    begun.push({ signal: currentDeadline()?.ended.signal, end: resolve });
    return promise;
  };
  const follower = () => {
    const gone = new LazyAbort();
    const result = withDeadline(gone, () => shared.run('page 7', begin));
    return { result, leave: () => gone.abort() };
  };
  return { shared, begin, follower, begun, ended: () => begun.map(({ signal }) => signal?.aborted) };
}

const LEFT = { data: { reason: 'CLIENT_GONE' } };

test('work of several goes on for as long as one of them waits; who has left waits no longer', async () => {
  const { follower, begun, ended } = works();
  const [one, two] = [follower(), follower()];
  one.leave();
  await expect(one.result).rejects.toMatchObject(LEFT);
  expect(ended()).toEqual([false]);
  begun[0]?.end('changes');
  expect(await two.result).toBe('changes');
});

test('what nobody waits for is ended, and nobody joins it any more', async () => {
  const { follower, begun, ended } = works();
  const gone = [follower(), follower()];
  for (const { leave } of gone) leave();
  const late = follower();
  expect(ended()).toEqual([true, false]);
  begun[0]?.end('half');
  for (const { result } of gone) await expect(result).rejects.toMatchObject(LEFT);
  const another = follower();
  begun[1]?.end('changes');
  expect(await Promise.all([late.result, another.result])).toEqual(['changes', 'changes']);
  expect(begun).toHaveLength(2);
});

test('who leaves when it is done ends nothing; nothing is begun for whoever has gone', async () => {
  const { shared, begin, follower, begun, ended } = works();
  const one = follower();
  begun[0]?.end('changes');
  expect(await one.result).toBe('changes');
  one.leave();
  expect(ended()).toEqual([false]);
  const gone = new LazyAbort();
  gone.abort();
  await expect(withDeadline(gone, async () => shared.run('page 8', begin))).rejects.toMatchObject(LEFT);
  expect(begun).toHaveLength(1);
});

test('what the service itself waits for is not ended by others who leave', async () => {
  const { shared, begin, follower, begun, ended } = works();
  const own = shared.run('page 7', begin);
  const one = follower();
  one.leave();
  await expect(one.result).rejects.toMatchObject(LEFT);
  expect(ended()).toEqual([false]);
  begun[0]?.end('changes');
  expect(await own).toBe('changes');
});

test('each of those who wait gets the error of the work', async () => {
  const { shared, follower } = works();
  const refused = shared.run('page 7', () => Promise.reject(new Error('refused')));
  const joined = follower();
  await expect(refused).rejects.toThrow('refused');
  await expect(joined.result).rejects.toThrow('refused');
});
