import { expect, test } from 'vitest';
import type { Access } from '../../src/catalog/access/access.ts';
import { createSharedReads } from '../../src/catalog/history/shared-reads.ts';
import { currentDeadline, withDeadline } from '../../src/platform/deadline.ts';
import { LazyAbort } from '../../src/platform/lazy-abort.ts';

const access = {} as Access;

/** A read that goes on until it is told to end; which of the reads that were begun have been aborted. */
function reads() {
  const shared = createSharedReads();
  const begun: { readonly signal: AbortSignal | undefined; readonly end: (result: string) => void }[] = [];
  const begin = (): Promise<string> => {
    const { promise, resolve } = Promise.withResolvers<string>();
    begun.push({ signal: currentDeadline()?.ended.signal, end: resolve });
    return promise;
  };
  const follower = () => {
    const gone = new LazyAbort();
    const result = withDeadline(gone, () => shared.read(access, 'page 7', begin));
    return { result, leave: () => gone.abort() };
  };
  return { follower, begun, ended: () => begun.map(({ signal }) => signal?.aborted) };
}

test('a read of several goes on for as long as one of them waits', async () => {
  const { follower, begun, ended } = reads();
  const [one, two] = [follower(), follower()];
  one.leave();
  expect(ended()).toEqual([false]);
  begun[0]?.end('changes');
  expect(await Promise.all([one.result, two.result])).toEqual(['changes', 'changes']);
});

test('what nobody waits for is ended, and nobody joins it any more', async () => {
  const { follower, begun, ended } = reads();
  const gone = [follower(), follower()];
  for (const { leave } of gone) leave();
  const late = follower();
  expect(ended()).toEqual([true, false]);
  begun[0]?.end('half');
  await Promise.all(gone.map(({ result }) => result));
  const another = follower();
  begun[1]?.end('changes');
  expect(await Promise.all([late.result, another.result])).toEqual(['changes', 'changes']);
  expect(begun).toHaveLength(2);
});
