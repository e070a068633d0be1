import { AsyncLocalStorage } from 'node:async_hooks';
import type { OperationScope } from './http/delivery.ts';
import type { LazyAbort } from './lazy-abort.ts';
import type { TraceSpan } from './telemetry/trace-span.ts';

/** How long what is done for one request may go on. */
export interface Deadline {
  /** Aborted when the client has disconnected, or when the time is over. */
  readonly ended: LazyAbort;
  /** Ends the work in so many milliseconds, unless it ends earlier; counted from when the request came. */
  endAfter(ms: number): void;
  /** Milliseconds until then; undefined when the work may take as long as it likes. */
  readonly leftMs: number | undefined;
  /** Called when the work is done, however it ends. */
  atEnd(then: () => void): void;
}

/** A statement that was run. */
export interface Statement {
  readonly sql: string;
  readonly ms: number;
}

/** What a piece of work has taken so far: for explain, for logs, and for tests that count. */
export interface Tally {
  readonly statements: Statement[];
  /** Rows that the statements gave. */
  rows: number;
  openfgaCalls: number;
  /** Reads of which the audit log gets a record. */
  recordedReads: number;
  /** Of the work that this is a part of. */
  readonly whole: Tally | undefined;
}

/** What goes along with a piece of work, wherever it is done; empty for the service's own tasks. */
interface Carried {
  readonly deadline?: Deadline | undefined;
  /** Under which name it is done: whoever asks for it, as `FairShares` has them. */
  readonly caller?: string | undefined;
  readonly operation?: OperationScope | undefined;
  readonly tally?: Tally | undefined;
  /** The part of a trace that the work is done in; undefined when none is recorded. */
  readonly span?: TraceSpan | undefined;
}

const store = new AsyncLocalStorage<Carried>();
const none: Carried = {};

/** What the work under way carries. */
export const carried = (): Carried => store.getStore() ?? none;

/** Runs `work` with something more, or something else, to carry. */
export const carrying = <T>(more: Carried, work: () => T): T => store.run({ ...store.getStore(), ...more }, work);

/**
 * Begins what is no part of the work under way, or outlives it, such as a connection or a timer: that would keep all that the work carries
 * as long as it lives itself.
 */
export const carryingNothing = <T>(begin: () => T): T => store.exit(begin);
