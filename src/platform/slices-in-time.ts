import { carried } from './carried.ts';
import type { LazyAbort } from './lazy-abort.ts';
import type { SharedSlices, TimeSlices } from './time-slices.ts';

/** The same slices, until something has ended: whoever asks for the next one then is thrown the reason. */
export const slicesUntil = (ended: () => LazyAbort | undefined, slices: TimeSlices): TimeSlices => ({
  next: () => {
    ended()?.throwIfAborted();
    return slices.next();
  },
});

/** Work in these slices ends with the operation that it is done for: when its client has gone, or its time is over. */
export const slicesInTime = (shared: SharedSlices): SharedSlices => ({
  of: (caller) => slicesUntil(() => carried().deadline?.ended, shared.of(caller)),
});
