import { createSharedSlices, type TimeSlices } from '../../src/platform/time-slices.ts';

/** A clock on which a millisecond passes whenever somebody looks at it, and slices of ten of them. */
export function slicesOfTen(): TimeSlices {
  let clock = 0;
  return createSharedSlices(10, () => clock++).of('somebody');
}

/** How often somebody else has a turn of the event loop while work goes on. */
export async function turnsDuring<T>(
  work: () => T | Promise<T>,
): Promise<{ readonly turns: number; readonly result: T }> {
  let turns = 0;
  let isDone = false;
  const turn = (): void => {
    if (isDone) return;
    turns++;
    setImmediate(turn);
  };
  setImmediate(turn);
  try {
    const result = await work();
    return { turns, result };
  } finally {
    isDone = true;
  }
}
