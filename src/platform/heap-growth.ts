import { setFlagsFromString } from 'node:v8';

const PERCENT = 100;

/**
 * Lets the heap double between two collections of all of it. By itself V8 allows a process that makes few objects a third or
 * less, in which it counts what lies outside the heap: what is read from sockets and what is sent. Long answers are little
 * else, so that the heap was marked anew for each of them.
 */
export const letHeapDouble = (): void => setFlagsFromString(`--heap-growing-percent=${PERCENT}`);
