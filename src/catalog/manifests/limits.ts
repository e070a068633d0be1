import type { Violation } from '../../platform/errors.ts';

/** Largest size of one document in bytes, as in Kubernetes. */
export const LARGEST_DOCUMENT = 3 * 1024 * 1024;
/** Greatest nesting depth of mappings and lists. */
export const DEEPEST = 100;
/** Members of one mapping, or entries of one list. */
export const MOST_MEMBERS = 10_000;
/** Members and entries of a whole document. */
export const MOST_VALUES = 50_000;
/** Documents of one request. */
export const MOST_DOCUMENTS = 20_000;
/** A document of more characters than this is parsed in a thread of its own: it would take tens of milliseconds. */
export const LONGEST_AT_ONCE = 16 * 1024;

export const tooManyDocuments: Violation = {
  rule: 'TOO_MANY_DOCUMENTS',
  message: `there are more than ${MOST_DOCUMENTS.toLocaleString('en')} documents`,
  accepted: `at most ${MOST_DOCUMENTS.toLocaleString('en')} in one request`,
};
