import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { ExecutionResult, FormattedExecutionResult } from 'graphql';
import { createHandler } from 'graphql-sse';
import type { LazyAbort } from '../lazy-abort.ts';
import type { TimeSlices } from '../time-slices.ts';
import type { ResultStream, Sending } from './delivery.ts';
import { createLongTexts, type LongTexts } from './long-texts.ts';

type Results = FormattedExecutionResult | ResultStream;

/** For whom results are sent. */
interface Recipient {
  /** Of whoever asked. */
  readonly slices: TimeSlices;
  /** Aborted when nobody waits for them any longer. */
  readonly gone: LazyAbort;
  /** What is to happen while the one result is sent. */
  readonly sending: Sending | undefined;
}

interface Outgoing extends Recipient {
  readonly results: Results;
  /** Resolves when the results so far have left for the network. */
  sent(): Promise<void>;
  readonly texts: LongTexts;
}

/** Speaks the "distinct connections mode" of the graphql-sse protocol; the results that it sends are complete already. */
const speak = createHandler<unknown, Outgoing>({
  authenticate: () => null,
  // The errors are formatted, which the library would do no more than send; a result without data it would not know.
  onSubscribe: ({ context: { results } }) =>
    (Symbol.asyncIterator in results ? results : { data: undefined, ...results }) as
      | ExecutionResult
      | AsyncGenerator<ExecutionResult>,
  onNext: async (_context, { context: { sent, texts, slices, gone, sending } }, result) => {
    await sent();
    const made = await texts.inPlaceOf(result as FormattedExecutionResult, slices, gone);
    if (made === result) sending?.read();
    else sending?.handed?.();
    return made as ExecutionResult;
  },
});

/** Neither kept nor changed nor held back on the way. */
const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
};

const request = {
  method: 'POST',
  url: '/',
  headers: { get: (name: string) => (name === 'accept' ? 'text/event-stream' : 'application/json') },
  body: { query: '{ __typename }' },
  raw: undefined,
};

/** Sends results as server-sent events. */
export interface EventSender {
  /**
   * The next result is asked for when the last one has left for the network, so a slow reader slows down only itself.
   * Resolves when the connection is closed.
   */
  send(reply: FastifyReply, results: Results, recipient: Recipient): Promise<void>;
  /** Ends all that are open, without saying that they are complete. */
  end(): void;
}

export function createEventSender(report: (cause: unknown) => void): EventSender {
  const open = new Set<ServerResponse>();
  return {
    send: async (reply, results, recipient) => {
      const { raw } = reply;
      open.add(raw);
      const texts = createLongTexts();
      let waiting = 0;
      let wake = (): void => undefined;
      const sent = async (): Promise<void> => {
        while (waiting > 0 && !raw.destroyed) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        waiting++;
      };
      const [events, { status }] = await speak({ ...request, context: { results, sent, texts, ...recipient } });
      if (events === null || typeof events === 'string') throw new Error('graphql-sse makes no stream of the results');
      const closed = (raw.closed ? Promise.resolve() : once(raw, 'close')).then(async () => {
        open.delete(raw);
        wake();
        await events.return();
      });
      reply.headers(headers).hijack();
      raw.writeHead(status, reply.getHeaders() as Record<string, string>);
      try {
        for await (const event of events) {
          if (raw.writableEnded || raw.destroyed) break;
          const isTaken = texts.filled(event).map((part) => raw.write(part));
          if (isTaken.includes(false) && raw.writableNeedDrain) await Promise.race([once(raw, 'drain'), closed]);
          if (event.startsWith(':')) continue;
          waiting--;
          wake();
        }
        raw.end();
      } catch (error) {
        report(error);
        raw.destroy(); // Not as if it were complete.
      }
      await closed;
    },
    end: () => {
      for (const response of open) response.end();
    },
  };
}
