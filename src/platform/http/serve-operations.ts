import { getHeapStatistics } from 'node:v8';
import type { BaseContext } from '@apollo/server';
import rateLimit from '@fastify/rate-limit';
import underPressure from '@fastify/under-pressure';
import webSocket from '@fastify/websocket';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { handleProtocols } from 'graphql-ws';
import { UnavailableError } from '../errors.ts';
import { limitPerAddress } from './address-limit.ts';
import { type ServedDocument, serveDocument } from './document-route.ts';
import { answerGet, serveGraphql } from './graphql-route.ts';
import { RefusedRequest } from './refusal.ts';
import { type BodyLimits, readJsonBodies } from './request-body.ts';
import { createWebSocketHandler } from './web-socket/route.ts';
import type { WebSocketOptions } from './web-socket/run-operation.ts';

export interface OperationOptions<Context extends BaseContext> extends WebSocketOptions<Context> {
  readonly documents: readonly ServedDocument<Context>[];
  readonly bodies: BodyLimits;
  readonly overload: OverloadLimits;
  /** At a time, of one client address. */
  readonly connectionsPerAddress: number;
  readonly trustedProxies: number;
  /** Of one client address; undefined: as many as it likes. */
  readonly requestsPerMinute: number | undefined;
  /** Whether a browser sends the request for a page that may not. */
  readonly isForeign: (request: FastifyRequest) => boolean;
  readonly report: (message: string, cause: unknown) => void;
}

class OverloadedError extends UnavailableError {
  constructor() {
    super('the service has more to do than it can; try again', { reason: 'OVERLOADED', retryable: true });
  }
}

/** From here on more work would make everything slower, or end the process; settings. */
export interface OverloadLimits {
  /** How long others wait for their turn. */
  readonly loopDelayMs: number;
  /** How much of the greatest possible heap is in use. */
  readonly heapShare: number;
}

/** GraphQL over HTTP, server-sent events and WebSocket; nothing new is begun when the process is overloaded. */
export async function serveOperations<Context extends BaseContext>(
  app: FastifyInstance,
  options: OperationOptions<Context>,
): Promise<void> {
  await app.register(webSocket, {
    // Messages that come together are handled in a turn of the event loop each.
    options: { maxPayload: options.bodies.maxBodyBytes, allowSynchronousEvents: false, handleProtocols },
    preClose: (done) => done(), // The code that closes the server also notifies the connections.
  });
  limitPerAddress(app, options.connectionsPerAddress, options.trustedProxies > 0);
  app.addHook('onRequest', (request, reply, done) => refuseUpgrade(request, reply, done, options.isForeign));
  await app.register(async (scope) => {
    await scope.register(underPressure, {
      maxEventLoopDelay: options.overload.loopDelayMs,
      maxHeapUsedBytes: getHeapStatistics().heap_size_limit * options.overload.heapShare,
      customError: OverloadedError,
    });
    if (options.requestsPerMinute !== undefined) {
      await scope.register(rateLimit, {
        max: options.requestsPerMinute,
        errorResponseBuilder: (_request, { after }) =>
          new RefusedRequest(429, `too many requests; try again in ${after}`),
      });
    }
    readJsonBodies(scope, options.bodies);
    serveGraphql(scope, options);
    for (const document of options.documents) serveDocument(scope, document, options);
    scope.route({
      method: 'GET',
      url: '/graphql',
      handler: answerGet(options),
      wsHandler: createWebSocketHandler(
        options,
        (requestId) => (cause) => options.report(`request ${requestId}`, cause),
      ),
    });
  });
}

/** WebSockets are at one path, for those who may use them; what asks for one elsewhere is refused before it is one. */
function refuseUpgrade(
  request: FastifyRequest,
  _reply: FastifyReply,
  done: (error?: Error) => void,
  isForeign: (request: FastifyRequest) => boolean,
): void {
  if (!request.ws) done();
  else if (request.routeOptions.url !== '/graphql') done(new RefusedRequest(404, 'WebSockets are at /graphql'));
  else if (request.method !== 'GET') done(new RefusedRequest(405, 'a WebSocket takes GET'));
  else if (isForeign(request)) done(new RefusedRequest(403, 'pages of this origin may not use the service'));
  else done();
}
