import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { LazyAbort } from '../lazy-abort.ts';
import { PartsStream } from './parts-stream.ts';
import { type Answer, type Refusal, RefusedRequest, refusalOf } from './refusal.ts';
import { compressShort } from './short-answers.ts';

export interface ConnectionOptions {
  /** Proxies in front of the service that add who asked them to the `X-Forwarded-…` headers. */
  readonly trustedProxies: number;
  /** How long a connection is kept for its next request. */
  readonly keepAliveMs: number;
  readonly maxConnections: number;
  /** How slowly a request may come in. */
  readonly slowest?: Slowest;
  readonly report: (message: string, cause: unknown) => void;
  /** Told of requests that are refused before any operation has begun. */
  readonly refused: (request: FastifyRequest, refusal: Refusal) => void;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** It has become an operation: what comes of it is told there. */
    isOperation: boolean;
  }
}

interface Slowest {
  /** The head has to have arrived by then. */
  readonly headMs: number;
  /** And the body by then. */
  readonly requestMs: number;
  /** How often all connections are looked at. */
  readonly lookEveryMs: number;
}

const SLOWEST: Slowest = { headMs: 20_000, requestMs: 60_000, lookEveryMs: 5_000 };

const givenId = /^[\w.-]{1,100}$/;

const idOf = ({ headers }: IncomingMessage): string => {
  const given = headers['x-request-id'];
  return typeof given === 'string' && givenId.test(given) ? given : randomUUID();
};

/** Gives up what a client has left without waiting for its answer. */
export function abortWhenLeft(reply: FastifyReply, gone: LazyAbort): void {
  const leave = (): void => {
    if (!reply.raw.writableFinished) gone.abort();
  };
  if (reply.raw.closed)
    leave(); // While the body was read.
  else reply.raw.once('close', leave);
}

/** Does something for whoever sends a request, before it is an operation; `gone` is aborted when the connection ends. */
export async function whileConnected<T>({ raw }: FastifyRequest, work: (gone: LazyAbort) => Promise<T>): Promise<T> {
  const gone = new LazyAbort();
  const leave = (): void => gone.abort();
  raw.socket.once('close', leave);
  try {
    return await work(gone);
  } finally {
    raw.socket.off('close', leave);
  }
}

/** What the answer depends on beside what it is already known to. */
const varying = (reply: FastifyReply, more: string): string => {
  const known = reply.getHeader('vary');
  return known === undefined ? more : `${String(known)}, ${more}`;
};

/** Sends an answer. Proxies must not cache it; clients may cache it only if it has an ETag. */
export function send(reply: FastifyReply, { status, headers, body }: Answer): FastifyReply {
  reply.code(status);
  for (const [name, value] of headers) reply.header(name, name === 'vary' ? varying(reply, value) : value);
  if (!headers.has('cache-control'))
    reply.header('cache-control', headers.has('etag') ? 'private' : 'private, no-store');
  const short =
    typeof body === 'string' && !headers.has('content-encoding') && compressShort(body, reply.request.headers);
  if (short) {
    reply.header('vary', varying(reply, 'accept-encoding'));
    return reply.header('content-encoding', short.encoding).send(short.body);
  }
  if (!Array.isArray(body)) return reply.send(body);
  reply.header('content-length', String(body.reduce((length, part) => length + part.length, 0)));
  return reply.send(new PartsStream(body));
}

/** A client that leaves while its answer is compressed ends the stream that does it: no defect of ours. */
const isOfLeaving = (cause: unknown, { raw }: FastifyRequest): boolean =>
  raw.socket.destroyed && cause instanceof Error && 'code' in cause && cause.code === 'ERR_STREAM_PREMATURE_CLOSE';

/** Every method but GET, which HEAD goes with. */
const OTHER_METHODS = ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'];

/** Refuses a request with the methods that its path takes. */
function refuseMethod(request: FastifyRequest, reply: FastifyReply, allowed: string): RefusedRequest {
  reply.header('allow', allowed);
  return new RefusedRequest(405, `${request.method} is not served here`);
}

/** Says of a path that is only read that it takes no other method, before any body is read. */
export function refuseOtherMethods(app: FastifyInstance, path: string): void {
  app.route({
    method: OTHER_METHODS,
    url: path,
    onRequest: (request, reply, done) => done(refuseMethod(request, reply, 'GET, HEAD')),
    handler: (_request, reply) => reply,
  });
}

const OPERATION_PATHS: readonly string[] = ['/graphql', '/graphql/stream'];

/** Who is asked for what, by whom: of two of them somebody on the way may have gone by the other one. */
const SINGLE = new Set(['host', 'authorization', 'content-type']);

/** The first of those that a request has twice; names and values take turns. */
function repeatedIn(rawHeaders: readonly string[]): string | undefined {
  const seen = new Set<string>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]?.toLowerCase() ?? '';
    if (!SINGLE.has(name)) continue;
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return undefined;
}

/** The service is no proxy; Node would close the connection without a word. */
function answerConnect({ server }: FastifyInstance): void {
  server.on('connect', (_request, socket) => {
    socket.on('error', () => undefined);
    socket.end('HTTP/1.1 405 Method Not Allowed\r\nallow: GET, POST\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  });
}

/** Fastify as the service uses it: connections and their limits, ids of requests, and one way to answer errors. */
export function createFastify({
  trustedProxies,
  keepAliveMs,
  maxConnections,
  slowest = SLOWEST,
  report,
  refused,
}: ConnectionOptions): FastifyInstance {
  const sendError = (error: unknown, reply: FastifyReply): FastifyReply => {
    const { request } = reply;
    const refusal = refusalOf(error, request.id, (cause) => {
      if (!isOfLeaving(cause, request)) report(`request ${request.id}`, cause);
    });
    if (!request.isOperation) refused(request, refusal);
    return send(reply, refusal);
  };
  const app = Fastify({
    logger: false,
    genReqId: idOf,
    requestIdHeader: false,
    trustProxy: trustedProxies > 0 && ((_address: string, hop: number) => hop < trustedProxies),
    keepAliveTimeout: keepAliveMs,
    requestTimeout: slowest.requestMs,
    return503OnClosing: false,
    exposeHeadRoutes: true,
    frameworkErrors: (error, request, reply) => {
      // Nobody else would end a connection that was to become a WebSocket.
      reply.raw.shouldKeepAlive = false;
      reply.raw.once('finish', () => request.raw.socket.destroySoon());
      sendError(error, reply);
    },
    http: {
      headersTimeout: slowest.headMs,
      connectionsCheckingInterval: slowest.lookEveryMs,
      // What asks for another protocol, as some clients do for HTTP/2, is answered by the one it came with.
      shouldUpgradeCallback: ({ headers }: IncomingMessage) => headers.upgrade?.toLowerCase() === 'websocket',
    },
  });
  app.server.maxConnections = maxConnections;
  app.decorateRequest('isOperation', false);
  answerConnect(app);
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    reply.header('x-content-type-options', 'nosniff');
    const twice = repeatedIn(request.raw.rawHeaders);
    done(
      twice === undefined ? undefined : new RefusedRequest(400, `the request has the header ${twice} more than once`),
    );
  });
  app.setErrorHandler((error, _request, reply) => sendError(error, reply));
  app.setNotFoundHandler((request, reply) => {
    const [path = '/'] = request.url.split('?');
    // Methods that Fastify does not know come here as well.
    if (OPERATION_PATHS.includes(path)) return sendError(refuseMethod(request, reply, 'GET, POST'), reply);
    return reply
      .code(404)
      .header('cache-control', 'no-store')
      .send({ error: `nothing is served at ${path}; the API is at /graphql` });
  });
  return app;
}
