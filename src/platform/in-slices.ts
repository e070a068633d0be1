import type { TimeSlices } from './time-slices.ts';

/** Lists of no more items are worked on at once. */
const SHORT = 100;
/** Between so many items others are looked after. */
const ITEMS = 10;

/**
 * A list for graphql-js, which completes all items of a list at once, however many: those of a long one come as
 * promises, a few at a time, so that others have their turn in between.
 */
export function inSlices<Item>(items: readonly Item[], slices: TimeSlices): readonly (Item | Promise<Item>)[] {
  if (items.length <= SHORT) return items;
  const given: (Item | Promise<Item>)[] = items.slice(0, ITEMS);
  let turn: Promise<void> = Promise.resolve();
  for (let start = ITEMS; start < items.length; start += ITEMS) {
    turn = turn.then(() => slices.next());
    for (const item of items.slice(start, start + ITEMS)) given.push(turn.then(() => item));
  }
  return given;
}
