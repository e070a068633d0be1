import { setTimeout as sleep } from 'node:timers/promises';
import type { BaseContext } from '@apollo/server';
import compress from '@fastify/compress';
import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';
import { type ConnectionOptions, createFastify } from './create-fastify.ts';
import type { ServedDocument } from './document-route.ts';
import type { Endpoint } from './endpoint.ts';
import { createEventSender, type EventSender } from './event-stream.ts';
import { type MissingPart, type Probes, serveHealth } from './health.ts';
import { GZIP_LEVEL } from './kept-answer.ts';
import { listenOn, reachable } from './listen-on.ts';
import type { LiveStreams } from './live-streams.ts';
import { isLoopback } from './loopback.ts';
import { type OperatorsDoor, serveMetrics } from './operators-door.ts';
import { createForeignCheck } from './origins.ts';
import { type Pages, servePages } from './pages.ts';
import type { BodyLimits } from './request-body.ts';
import { createOriginReader } from './request-origin.ts';
import { type OverloadLimits, serveOperations } from './serve-operations.ts';
import type { UnderWay } from './under-way.ts';

export interface HttpServerOptions<Context extends BaseContext> extends ConnectionOptions {
  readonly endpoint: Endpoint<Context>;
  readonly documents: readonly ServedDocument<Context>[];
  readonly live: LiveStreams;
  readonly underWay: UnderWay;
  readonly pages: Pages;
  readonly readiness: Probes['readiness'];
  readonly bodies: BodyLimits;
  readonly overload: OverloadLimits;
  /** At a time, of one client address. */
  readonly connectionsPerAddress: number;
  /** Operations under way on one WebSocket, subscriptions included. */
  readonly operationsPerConnection: number;
  /** Of one client address; undefined: as many as it likes. */
  readonly requestsPerMinute: number | undefined;
  /** Origins whose pages may use the service. */
  readonly allowedOrigins: readonly string[];
  /** What is measured, in Prometheus' text format. */
  readonly metrics: { readonly isAtMainPort: boolean; text(): Promise<string> };
  /** The port for operators, which goes with this one. */
  readonly operators: OperatorsDoor | undefined;
  /** For how long everything is served as before, after the service has been asked to stop. */
  readonly drainMs: number;
  /** For how long operations that are under way then are waited for; after that they are undone. */
  readonly lastAnswerMs?: number;
}

export interface HttpServer {
  readonly url: string;
  /** Where `/metrics` is, if anywhere. */
  readonly metricsUrl: string | undefined;
  /** Says that it is not ready, and serves on until those who send requests have noticed. */
  drain(): Promise<void>;
  /** Takes no more connections, and ends when the last request has been answered: what takes too long, by a refusal. */
  close(): Promise<void>;
}

const ending: readonly MissingPart[] = [{ part: 'service', problem: 'the service is ending' }];

/** The service's HTTP face: `/graphql`, `/graphql/stream`, how it is (`/readyz` and its like), and the pages. */
export async function listen<Context extends BaseContext>(
  options: HttpServerOptions<Context>,
  host: string,
  port: number | undefined,
): Promise<HttpServer> {
  const app = createFastify(options);
  const events = createEventSender((cause) => options.report('server-sent events', cause));
  let isEnding = false;
  await app.register(compress, {
    encodings: ['br', 'gzip'],
    zlibOptions: { level: GZIP_LEVEL },
    globalDecompression: false,
  });
  if (options.allowedOrigins.length > 0) await allowOrigins(app, options.allowedOrigins);
  const readiness = async () => (isEnding ? ending : options.readiness());
  // Who is not on this machine may be anybody.
  serveHealth(app, { startup: () => [], readiness }, { explains: isLoopback(host) });
  // A client that keeps its connection leaves with its next answer: none meets one that is just being closed.
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (isEnding) reply.header('connection', 'close');
    done(null, payload);
  });
  const { metrics, operators } = options;
  if (metrics.isAtMainPort) serveMetrics(app, metrics.text);
  await serveOperations(app, {
    endpoint: options.endpoint,
    documents: options.documents,
    events,
    slices: options.bodies.slices,
    originOf: createOriginReader(options.trustedProxies),
    bodies: options.bodies,
    overload: options.overload,
    connectionsPerAddress: options.connectionsPerAddress,
    operationsPerConnection: options.operationsPerConnection,
    trustedProxies: options.trustedProxies,
    requestsPerMinute: options.requestsPerMinute,
    isForeign: createForeignCheck(options.allowedOrigins, isLoopback(host)),
    report: options.report,
  });
  await app.register((scope) => servePages(scope, options.pages));
  const actual = await listenOn(app, host, port);
  const url = `http://${reachable(host)}:${actual}`;
  operators?.show({ readiness, metrics: metrics.text });
  return {
    url,
    metricsUrl: metrics.isAtMainPort ? url : operators?.url,
    drain: async () => {
      isEnding = true;
      await sleep(options.drainMs);
    },
    close: async () => {
      await close(app, options, events);
      await operators?.close();
    },
  };
}

const CORS_MAX_AGE_SECONDS = 600;

const allowOrigins = async (app: FastifyInstance, origins: readonly string[]): Promise<void> => {
  await app.register(cors, {
    origin: [...origins],
    methods: ['GET', 'POST'],
    exposedHeaders: ['x-request-id', 'retry-after'],
    maxAge: CORS_MAX_AGE_SECONDS,
  });
};

const LAST_WORD_MS = 1_000;
const LAST_ANSWER_MS = 10_000;
const SWEEP_MS = 50;
/** Of the WebSocket protocol: come back, to another process or to this one when it is there again. */
const SERVICE_RESTART = 1012;

async function close(
  app: FastifyInstance,
  {
    live,
    underWay,
    lastAnswerMs = LAST_ANSWER_MS,
  }: Pick<HttpServerOptions<BaseContext>, 'live' | 'underWay' | 'lastAnswerMs'>,
  events: EventSender,
): Promise<void> {
  const closed = app.close();
  underWay.end();
  const timers = [
    setTimeout(() => underWay.givenUp.abort(), lastAnswerMs),
    setTimeout(() => {
      app.server.closeAllConnections();
      for (const socket of app.websocketServer.clients) socket.terminate();
    }, lastAnswerMs + LAST_WORD_MS),
  ];
  // Subscriptions that end with the service may say their last word.
  await live.lastResults(LAST_WORD_MS);
  await sleep(0);
  for (const socket of app.websocketServer.clients) {
    void underWay.answered(socket).then(async () => {
      await sleep(SWEEP_MS); // Until its last answer is on its way.
      socket.close(SERVICE_RESTART, 'Service restart');
      timers.push(setTimeout(() => socket.terminate(), LAST_WORD_MS));
    });
  }
  events.end();
  // A connection that is kept after its last answer would hold the end up until its own time-out.
  const sweep = setInterval(() => app.server.closeIdleConnections(), SWEEP_MS);
  await closed;
  clearInterval(sweep);
  for (const timer of timers) clearTimeout(timer);
}
