import type { Delivery } from '../http/delivery.ts';

/** Long answers of strangers that wait to be read, of all strangers together. */
const MOST = 32;

/**
 * Keeps the long answers that strangers do not read few. They have no share of their own that an answer could keep
 * taken, so the one that has waited longest gives way to the next.
 */
export function createUnreadAnswers(most = MOST) {
  const waiting = new Set<Delivery>();
  return (delivery: Delivery): void => {
    waiting.add(delivery);
    delivery.whenRead?.(() => waiting.delete(delivery));
    const [oldest] = waiting.size > most ? waiting : [];
    if (oldest === undefined) return;
    waiting.delete(oldest);
    oldest.giveUp?.();
  };
}
