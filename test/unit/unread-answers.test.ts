import { expect, test } from 'vitest';
import { createUnreadAnswers } from '../../src/platform/graphql/unread-answers.ts';
import { createUnread } from '../../src/platform/http/back-pressure.ts';
import type { Delivery, Sending } from '../../src/platform/http/delivery.ts';

test('of the answers that strangers do not read, the one that has waited longest gives way to the next', () => {
  const given: string[] = [];
  const add = createUnreadAnswers(2);
  const answer = (name: string): Delivery => ({
    takesStream: false,
    isReadOnly: false,
    isLarge: false,
    giveUp: () => given.push(name),
  });
  const [read] = ['a', 'b'].map((name) => add(answer(name)));
  read?.();
  add(answer('c'));
  expect(given).toEqual([]);
  add(answer('d'));
  add(answer('e'));
  expect(given).toEqual(['b', 'c']);
});

test('an answer of a connection is handed over and read once, and all are read when the connection ends', () => {
  const { whenSent, handed, read, readAll } = createUnread();
  const told: string[] = [];
  const [first, second, third] = [{}, {}, {}];
  const tell = (name: string): Sending => ({
    handed: () => told.push(`${name} handed`),
    read: () => told.push(name),
  });
  whenSent(first, tell('first'));
  whenSent(second, tell('second'));
  handed(first);
  expect(told.splice(0)).toEqual(['first handed']);
  read(first);
  handed(first);
  read(first);
  expect(told).toEqual(['first']);
  readAll();
  whenSent(third, tell('third'));
  expect(told).toEqual(['first', 'second', 'third']);
});
