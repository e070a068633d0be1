import type { Operation } from './operation.ts';

/** The verb of a whole request, for records that are about no single object. */
export function verbOf(operations: readonly Operation[]): string {
  const verbs = new Set(operations.map((one) => (one.do === 'act' ? one.action.name : one.do)));
  const [only = 'batch', another] = verbs;
  return another === undefined ? only : 'batch';
}
