import { expect, test } from 'vitest';
import { isSubscription } from '../../src/platform/graphql/is-subscription.ts';

test.each([
  ['subscription { changes { type } }', undefined],
  ['\uFEFF # a comment\n,,subscription($a: [Int!] = [1] @d) @live { changes { type } }', undefined],
  ['fragment F on Change { type } subscription S { changes { ...F } }', undefined],
  ['query Q { me { name } } subscription S { changes { type } }', 'S'],
  ['query Q { me { name } } subscription S { changes { type } }', ''],
])('%s asks for a subscription', (text, operationName) => {
  expect(isSubscription(text, operationName)).toBe(true);
});

test.each([
  ['{ me { name } }', undefined],
  ['{ subscription { name } }', undefined],
  ['query subscription { me { name } }', undefined],
  ['query Q($subscription: Int) { me { name } }', undefined],
  ['query Q { racks(name: "subscription { a }") { name } } # subscription S { a }', undefined],
  ['query Q { me(a: """subscription { a }""") { name } }', undefined],
  ['query Q { me { name } } subscription S { changes { type } }', 'Q'],
  ['fragment subscription on Change { type }', undefined],
  ['subscription "', undefined],
  ['} subscription { changes { type } }', undefined],
  [`${'{ a } '.repeat(20_000)} subscription { changes { type } }`, undefined],
])('%s does not', (text, operationName) => {
  expect(isSubscription(text, operationName)).toBe(false);
});
