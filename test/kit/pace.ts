import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Lets time pass between the steps of writers, readers and stand-ins. It is no way to wait for something, which is the
 * work of `expect.poll`, and nothing may be true only because of it.
 */
export const pace = (ms: number): Promise<void> => sleep(ms);

/** Waits until a number stands still: it is the same at so many looks in a row. */
export async function untilStill(look: () => number, looks = 5): Promise<number> {
  let last = look();
  for (let same = 0; same < looks; ) {
    await pace(100);
    same = look() === last ? same + 1 : 0;
    last = look();
  }
  return last;
}
