import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { GraphQLError } from 'graphql';
import { each, type OperationRequest, runOperation, type Streaming } from './operation.ts';
import type { RequestOrigin } from './request-origin.ts';

const HEARTBEAT_MS = 12_000;

/** What a caller asks in the query string of a GET. */
function fromSearch(search: URLSearchParams): OperationRequest {
  const variables = search.get('variables');
  return {
    query: search.get('query') ?? '',
    variables: variables === null ? null : (JSON.parse(variables) as Record<string, unknown>),
    operationName: search.get('operationName'),
  };
}

/**
 * One operation over server-sent events, in the "distinct connections mode" of the graphql-sse protocol: `next` with
 * a result each, then `complete`. The next result is asked for when the last one has left for the network, so a slow
 * reader slows down only itself. Throws before anything is sent when the credential is not valid.
 */
export async function serveEvents<Context>(
  streaming: Streaming<Context>,
  request: IncomingMessage,
  response: ServerResponse,
  options: {
    readonly requestId: string;
    readonly origin: RequestOrigin;
    readonly search: URLSearchParams;
    readonly body: () => Promise<unknown>;
  },
): Promise<void> {
  const { requestId, origin } = options;
  const refuse = (status: number, error: GraphQLError): void => {
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      ...(status === 405 && { allow: 'GET, POST' }),
    };
    response.writeHead(status, headers);
    response.end(JSON.stringify({ errors: [streaming.formatError(error, requestId)] }));
  };
  if (request.method !== 'POST' && request.method !== 'GET') {
    refuse(405, new GraphQLError('GET or POST', { extensions: { code: 'BAD_REQUEST' } }));
    return;
  }
  let operation: OperationRequest;
  try {
    operation = request.method === 'GET' ? fromSearch(options.search) : ((await options.body()) as OperationRequest);
    if (typeof operation?.query !== 'string') throw new SyntaxError('query is missing');
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    refuse(400, new GraphQLError(`the request cannot be read: ${message}`, { extensions: { code: 'BAD_REQUEST' } }));
    return;
  }
  const context = await streaming.context({ authorization: request.headers.authorization, requestId, origin });
  const results = each(await runOperation(streaming, operation, context, request.method === 'POST'));
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
  });
  response.flushHeaders();
  const closed = once(response, 'close').then(() => true);
  const heartbeat = setInterval(() => {
    if (!response.writableNeedDrain) response.write(':\n\n');
  }, HEARTBEAT_MS);
  const send = async (event: string, data: string): Promise<void> => {
    if (!response.write(`event: ${event}\ndata: ${data}\n\n`)) await Promise.race([once(response, 'drain'), closed]);
  };
  void closed.then(() => results.return(undefined));
  try {
    for await (const { errors, ...result } of results) {
      const formatted = errors && { errors: errors.map((error) => streaming.formatError(error, requestId)) };
      await send('next', JSON.stringify({ ...formatted, ...result }));
      if (response.closed) return;
    }
    await send('complete', '');
  } catch (error) {
    const wrapped = new GraphQLError('', { originalError: error instanceof Error ? error : new Error(String(error)) });
    await send('next', JSON.stringify({ errors: [streaming.formatError(wrapped, requestId)] }));
    await send('complete', '');
  } finally {
    clearInterval(heartbeat);
    response.end();
  }
}
