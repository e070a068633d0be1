import { createKnownDocuments, requireMergeable } from './mergeable.ts';
import { requireShallow } from './nesting.ts';

/** Of one document. */
export const MAX_TOKENS = 20_000;

/** Refuses documents that would take long to parse or to validate. */
export type RequireModest = (query: unknown) => void;

export function createRequireModest(): RequireModest {
  const known = createKnownDocuments();
  return (query) => {
    if (typeof query !== 'string') return;
    requireShallow(query, 'the document');
    requireMergeable(query, MAX_TOKENS, known);
  };
}
