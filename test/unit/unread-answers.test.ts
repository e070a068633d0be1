import { expect, test } from 'vitest';
import { createUnreadAnswers } from '../../src/platform/graphql/unread-answers.ts';
import { createUnread } from '../../src/platform/http/back-pressure.ts';
import type { Delivery } from '../../src/platform/http/delivery.ts';

test('of the answers that strangers do not read, the one that has waited longest gives way to the next', () => {
  const given: string[] = [];
  const readers = new Map<string, () => void>();
  const add = createUnreadAnswers(2);
  const answer = (name: string): Delivery => ({
    takesStream: false,
    isReadOnly: false,
    isLarge: false,
    whenRead: (then) => readers.set(name, then),
    giveUp: () => given.push(name),
  });
  for (const name of ['a', 'b']) add(answer(name));
  readers.get('a')?.();
  add(answer('c'));
  expect(given).toEqual([]);
  add(answer('d'));
  add(answer('e'));
  expect(given).toEqual(['b', 'c']);
});

test('an answer of a connection is read once, and all are when the connection ends', () => {
  const { whenRead, read, readAll } = createUnread();
  const told: string[] = [];
  const [first, second, third] = [{}, {}, {}];
  whenRead(first, () => told.push('first'));
  whenRead(second, () => told.push('second'));
  read(first);
  read(first);
  expect(told).toEqual(['first']);
  readAll();
  whenRead(third, () => told.push('third'));
  expect(told).toEqual(['first', 'second', 'third']);
});
