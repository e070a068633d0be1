import { setTimeout as sleep } from 'node:timers/promises';
import { carried, carrying } from '../carried.ts';
import { withDeadline } from '../deadline.ts';
import type { LazyAbort } from '../lazy-abort.ts';

type Stream<T> = AsyncGenerator<T, void, void>;

/** The streams that are being followed, so that each can be told in its own way that the service stops. */
export interface LiveStreams {
  /**
   * The results of a subscription, each formatted by `formatResult`, and an error that ends it by `formatError`. `gone`
   * is aborted when the client leaves; `ended` is called once, when no more results are read, for whatever reason. When the
   * service stops, the stream stays open until its transport ends it: a client that got "complete" would not reconnect.
   */
  follow<T, U>(
    results: AsyncIterable<T>,
    how: {
      readonly gone: LazyAbort;
      ended(): void;
      formatResult(result: T): U;
      formatError(error: unknown): U;
    },
  ): Stream<U>;
  /** Resolves when all have given their last result, or after the time. */
  lastResults(timeoutMs: number): Promise<void>;
}

export function createLiveStreams(closing: AbortSignal): LiveStreams {
  const running = new Set<Promise<void>>();
  return {
    follow: (results, { gone, ended, formatResult, formatError }) => {
      const last = Promise.withResolvers<void>();
      const left = Promise.withResolvers<void>();
      running.add(last.promise);
      const end = (): void => {
        last.resolve();
        if (running.delete(last.promise)) ended();
      };
      const iterator = results[Symbol.asyncIterator]();
      // The transport asks for the next result; it is read in the share of whoever subscribed.
      const { caller } = carried();
      const next = () => withDeadline(gone, () => carrying({ caller }, () => iterator.next()));
      const stream = (async function* () {
        try {
          for (let step = await next(); step.done !== true; step = await next()) yield formatResult(step.value);
        } catch (error) {
          yield formatError(error);
        } finally {
          end();
        }
        if (closing.aborted) await left.promise;
      })();
      const leave = stream.return.bind(stream);
      stream.return = (value) => {
        left.resolve();
        end();
        // The source may be waiting for its next result; what it waits for is aborted first.
        gone.abort();
        iterator.return?.().catch(() => undefined);
        return leave(value);
      };
      return stream;
    },
    lastResults: async (timeoutMs) => {
      const timer = new AbortController();
      const inTime = sleep(timeoutMs, undefined, { signal: timer.signal }).catch(() => undefined);
      await Promise.race([Promise.all(running), inTime]);
      timer.abort();
    },
  };
}
