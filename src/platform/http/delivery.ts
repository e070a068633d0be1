import type { FormattedExecutionResult } from 'graphql';
import type { ValidDocument } from '../graphql/valid-document.ts';
import { LazyAbort } from '../lazy-abort.ts';
import type { EncodedText } from '../stringify-in-slices.ts';

/** Results of a subscription one after another, with errors as callers see them. */
export type ResultStream = AsyncGenerator<FormattedExecutionResult, void, void>;

/** What is to happen while an answer that is made is sent. */
export interface Sending {
  /** A long one has been handed to its connection, where it waits to be read; never called for any other. */
  readonly handed?: () => void;
  /** It has left for the network, or nobody takes it any more. */
  readonly read: () => void;
}

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
  /** Whether too much of what was sent over its connection before waits to be read. */
  readonly isBehind?: () => boolean;
  /** Waits until that is no longer so, or the connection has ended. */
  readonly caughtUp?: (signal: AbortSignal) => Promise<void>;
  /** Tells what becomes of the answer once it is made. */
  readonly whenSent?: (sending: Sending) => void;
  /** Ends the connection, whoever may wait at the other end. */
  readonly giveUp?: () => void;
  /** What the result says besides, when all the rest of it is known. */
  moreExtensions?: () => Promise<object>;
  /** The one result of anything else. */
  result?: FormattedExecutionResult;
  /** Makes the text of that result itself, when it sends it. */
  readonly makesText?: boolean;
  /** Its text, when that is long. */
  longText?: EncodedText | undefined;
}

export type Transport = 'post' | 'get' | 'sse' | 'websocket';

/** What becomes known of an operation while it is run: for logs and metrics. */
export interface OperationNotes {
  /** Its name in the document. */
  name?: string;
  /** `query`, `mutation` or `subscription`; without it, it was refused before it was clear what it asks for. */
  type?: string;
  /** Id of who asks; empty for a stranger. */
  caller?: string;
  /** The greatest cost that it may have. */
  cost?: number;
  /** Its document had to be parsed. */
  isNew?: boolean;
  /** Code of its first error. */
  outcome?: string;
  /** Why, in a word, if that error says it. */
  reason?: string;
  /** Results that a subscription has given, and the code of the error that ended it, with its reason. */
  results?: number;
  streamOutcome?: string;
  streamReason?: string | undefined;
}

/** The headers of W3C Trace Context and Baggage. */
export interface TraceHeaders {
  readonly traceparent?: string;
  readonly baggage?: string;
}

/** One operation under way. */
export interface OperationScope {
  readonly requestId: string;
  /** Of the trace that the request is a part of. */
  traceId: string | undefined;
  /** What is passed on of that trace to systems that are asked for its sake. */
  trace: TraceHeaders;
  readonly transport: Transport;
  readonly startedAt: number;
  readonly notes: OperationNotes;
  readonly delivery: Delivery;
  /** What it came over: a socket, or a WebSocket. */
  readonly connection: object;
  /** What ended it outside of any field; Apollo Server tells of an error of its own instead. */
  endedBy?: Error;
  /** What it asks for, when that was found valid before. */
  document?: ValidDocument;
  /** Whether the answer is to say what the operation cost. */
  readonly wantsCost: boolean;
  /** Aborted when nobody waits for its results any longer. */
  readonly gone: LazyAbort;
}

export const createScope = (
  asked: Pick<
    OperationScope,
    'requestId' | 'traceId' | 'trace' | 'transport' | 'delivery' | 'connection' | 'wantsCost'
  >,
): OperationScope => ({ ...asked, startedAt: performance.now(), notes: {}, gone: new LazyAbort() });
