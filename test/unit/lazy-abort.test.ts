import { expect, test } from 'vitest';
import { LazyAbort } from '../../src/platform/lazy-abort.ts';

test('followers are told once, those who come later at once, those who have left never', () => {
  const abort = new LazyAbort();
  const told: string[] = [];
  const leaving = (): void => void told.push('has left');
  abort.follow(() => told.push('first'));
  abort.follow(leaving);
  abort.unfollow(leaving);
  expect([abort.isAborted, told]).toEqual([false, []]);
  abort.throwIfAborted();
  abort.abort('over');
  abort.abort('again');
  abort.follow(() => told.push('late'));
  expect([abort.isAborted, told]).toEqual([true, ['first', 'late']]);
  expect(() => abort.throwIfAborted()).toThrow('over');
});

test('its signal says the same, whether it was asked for before or after', () => {
  const abort = new LazyAbort();
  const before = abort.signal;
  expect(before.aborted).toBe(false);
  abort.abort('over');
  expect([before.aborted, before.reason, abort.signal]).toEqual([true, 'over', before]);
  const late = new LazyAbort();
  late.abort('over');
  expect([late.signal.aborted, late.signal.reason]).toEqual([true, 'over']);
});
