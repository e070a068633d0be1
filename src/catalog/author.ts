import type { RequestOrigin } from '../platform/http/request-origin.ts';
import { type Caller, system } from './access/caller.ts';
import type { Rights } from './access/rights.ts';

/** Who reads or writes, and in which request. */
export interface Author {
  readonly caller: Caller;
  /** What the caller may do; undefined for the system, to which nothing is refused. */
  readonly rights?: Rights;
  readonly requestId: string;
  /** Where the request came from; absent for the system. */
  readonly origin?: RequestOrigin;
  /** Name of the GraphQL operation, if it has one. */
  readonly operation?: string;
  /** The field of Query, Mutation or Subscription. */
  readonly field?: string;
  /** SHA-256 of the GraphQL document as it was sent, in hexadecimal. */
  readonly documentHash?: string;
}

/** A write of the system itself. */
export const bySystem: Author = { caller: system, requestId: 'system' };
