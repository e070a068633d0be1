import type { BaseContext } from '@apollo/server';
import type { FastifyInstance } from 'fastify';
import { LazyAbort } from '../lazy-abort.ts';
import { abortWhenLeft, send } from './create-fastify.ts';
import type { Endpoint } from './endpoint.ts';
import type { Answer } from './refusal.ts';
import { askerOf, type OriginReader } from './request.ts';

/** A document at a path of its own, for clients that do not speak GraphQL; read as whoever asks. */
export interface ServedDocument<Context> {
  readonly path: string;
  read(context: Context, search: URLSearchParams, ifNoneMatch: string | undefined): Promise<Answer>;
}

export function serveDocument<Context extends BaseContext>(
  app: FastifyInstance,
  { path, read }: ServedDocument<Context>,
  { endpoint, originOf }: { readonly endpoint: Pick<Endpoint<Context>, 'inContext'>; readonly originOf: OriginReader },
): void {
  app.get(path, async (request, reply) => {
    const gone = new LazyAbort();
    abortWhenLeft(reply, gone);
    const search = new URL(request.url, 'http://localhost').searchParams;
    const asker = askerOf(request, originOf(request.raw), gone);
    const ifNoneMatch = request.headers['if-none-match'];
    return send(reply, await endpoint.inContext(asker, (context) => read(context, search, ifNoneMatch)));
  });
}
