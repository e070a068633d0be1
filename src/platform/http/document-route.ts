import { type BaseContext, HeaderMap } from '@apollo/server';
import type { FastifyInstance } from 'fastify';
import { abortWhenLeft, refuseOtherMethods, send } from './create-fastify.ts';
import { createScope } from './delivery.ts';
import type { Endpoint } from './endpoint.ts';
import { answerKept, type KeptBody } from './kept-answer.ts';
import { askerOf, type OriginReader } from './request.ts';
import { traceHeadersOf } from './request-origin.ts';

/** A document at a path of its own, for clients that do not speak GraphQL; read as whoever asks. */
export interface ServedDocument<Context> {
  /** `/racks/:name/elevation.svg`: what stands for `:name` is told to `read`. */
  readonly path: string;
  readonly contentType?: string;
  /** As what reading it is told in logs and metrics. */
  readonly name: string;
  read(context: Context, search: URLSearchParams, parameters: Readonly<Record<string, string>>): Promise<KeptBody>;
}

/** Reading it is an operation like others: with its caller's share, a time, a line in the log. */
export function serveDocument<Context extends BaseContext>(
  app: FastifyInstance,
  { path, name, contentType = 'application/json; charset=utf-8', read }: ServedDocument<Context>,
  {
    endpoint,
    originOf,
  }: {
    readonly endpoint: Pick<Endpoint<Context>, 'inScope' | 'inContext' | 'beginRead'>;
    readonly originOf: OriginReader;
  },
): void {
  refuseOtherMethods(app, path);
  app.get(path, async (request, reply) => {
    request.isOperation = true;
    const origin = originOf(request.raw);
    const scope = createScope({
      requestId: request.id,
      traceId: origin.traceId,
      trace: traceHeadersOf(request.headers),
      transport: 'get',
      delivery: { takesStream: false, isReadOnly: true, isLarge: false },
      connection: request.raw.socket,
      wantsCost: false,
    });
    abortWhenLeft(reply, scope.gone);
    const search = new URL(request.url, 'http://localhost').searchParams;
    const asker = askerOf(request, origin, scope.gone);
    const kept = await endpoint.inScope(scope, () =>
      endpoint.inContext(asker, async (context) => {
        await endpoint.beginRead(name, context);
        return read(context, search, request.params as Readonly<Record<string, string>>);
      }),
    );
    const headers = new HeaderMap([
      ['content-type', contentType],
      ['cache-control', 'private, no-cache'],
      ['vary', 'authorization, accept-encoding'],
    ]);
    return send(reply, await answerKept(kept, request.headers, headers));
  });
}
