import type { Delivery } from '../http/delivery.ts';

/** Long answers of strangers that wait to be read, of all strangers together. */
const MOST = 32;

/**
 * Keeps the long answers that strangers do not read few. They have no share of their own that an answer could keep
 * taken, so the one that has waited longest gives way to the next. To be told of each when it is handed to its
 * connection; gives what is to be called when it has been read.
 */
export function createUnreadAnswers(most = MOST) {
  const waiting = new Set<Delivery>();
  return (delivery: Delivery): (() => void) => {
    waiting.add(delivery);
    const [oldest] = waiting.size > most ? waiting : [];
    if (oldest !== undefined) {
      waiting.delete(oldest);
      oldest.giveUp?.();
    }
    return () => waiting.delete(delivery);
  };
}
