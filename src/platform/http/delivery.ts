import type { FormattedExecutionResult } from 'graphql';

/** Results of a subscription one after another, with errors as callers see them. */
export type ResultStream = AsyncGenerator<FormattedExecutionResult, void, void>;

/** How the transport of one operation delivers what comes of it. */
export interface Delivery {
  /** Whether it can deliver more than one result. */
  readonly takesStream: boolean;
  /** Whether nothing may be changed: a GET. */
  readonly isReadOnly: boolean;
  /** Whether it came in a request so large that only a mutation may. */
  readonly isLarge: boolean;
  /** Results of a subscription, once it has begun. */
  stream?: ResultStream;
}

/** One operation under way. */
export interface OperationScope {
  readonly requestId: string;
  readonly delivery: Delivery;
  /** What it came over: a socket, or a WebSocket. */
  readonly connection: object;
  /** Aborted when nobody waits for its results any longer. */
  readonly gone: AbortController;
}

export const createScope = (requestId: string, delivery: Delivery, connection: object): OperationScope => ({
  requestId,
  delivery,
  connection,
  gone: new AbortController(),
});
