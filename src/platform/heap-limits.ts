import { setFlagsFromString } from 'node:v8';

const PERCENT = 100;

/**
 * Lets the heap double between two collections of all of it, what lies outside of it included: what is read from sockets and what is
 * sent. By itself V8 allows a process that makes few objects a third or less, and has the heap marked whenever 64 MB came to lie outside.
 * Long answers are little else, so that the heap was marked anew for every few hundred of them.
 */
export function letHeapDouble(): void {
  setFlagsFromString(`--heap-growing-percent=${PERCENT}`);
  setFlagsFromString('--external-memory-accounted-in-global-limit');
}

/**
 * Has the limits hold that threads are started with: one that the whole process was started with, as containers often are, would be that
 * of each of them instead. The heap of this thread has taken its size already and keeps it.
 */
export function letThreadsHaveLimits(): void {
  setFlagsFromString('--max-old-space-size=0');
  setFlagsFromString('--max-heap-size=0');
}
