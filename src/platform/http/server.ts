import { randomUUID } from 'node:crypto';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { type ApolloServer, type BaseContext, HeaderMap } from '@apollo/server';
import { CatalogError } from '../errors.ts';
import type { Streaming } from './operation.ts';
import { refusedRequest } from './refused-request.ts';
import { createOriginReader, type RequestOrigin } from './request-origin.ts';
import { serveEvents } from './server-sent-events.ts';
import { serveWebSocket } from './web-socket.ts';

export interface Page {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** What is served besides GraphQL: a page or a file, or undefined when there is none at the path. */
export type Pages = (path: string, headers: IncomingHttpHeaders) => Promise<Page | undefined> | Page | undefined;

export interface HttpServerOptions<Context extends BaseContext> {
  readonly apollo: ApolloServer<Context>;
  /**
   * Runs the execution of one request with its own context; may add to the response's extensions. A CatalogError refuses
   * the request as a whole.
   */
  readonly execute: (
    request: { readonly headers: HeaderMap; readonly requestId: string; readonly origin: RequestOrigin },
    run: (context: Context) => Promise<ApolloResponse>,
  ) => Promise<ApolloResponse>;
  /** Operations at `/graphql/stream` (server-sent events) and, over WebSocket, at `/graphql`. */
  readonly streaming: Streaming<Context>;
  readonly pages: Pages;
  /** Empty when everything the service needs is there; otherwise what is missing. */
  readonly readiness: () => Promise<readonly string[]>;
  readonly maxBodyBytes: number;
  /** Proxies in front of the service that add the address of who asked them to `X-Forwarded-For`. */
  readonly trustedProxies: number;
}

export interface ApolloResponse {
  readonly status: number;
  readonly headers: HeaderMap;
  readonly body: string;
}

export interface HttpServer {
  readonly url: string;
  close(): Promise<void>;
}

class TooLarge extends Error {}

/** Another program listens on the wanted port. */
export class PortTakenError extends Error {}

async function readBody(request: IncomingMessage, limit: number): Promise<string> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > limit) throw new TooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw new TooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const refusal = (message: string, code: string): string =>
  JSON.stringify({ errors: [{ message, extensions: { code } }] });

/** The service's HTTP face: `/graphql`, `/healthz`, `/readyz` and the playground. */
export async function listen<Context extends BaseContext>(
  options: HttpServerOptions<Context>,
  host: string,
  port: number | undefined,
): Promise<HttpServer> {
  const { apollo, maxBodyBytes } = options;
  const originOf = createOriginReader(options.trustedProxies);

  const graphql = async (request: IncomingMessage, search: string, requestId: string): Promise<ApolloResponse> => {
    const headers = new HeaderMap();
    for (const [name, value] of Object.entries(request.headers)) {
      if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
    }
    const json = new HeaderMap([['content-type', 'application/json; charset=utf-8']]);
    let body: unknown;
    if (request.method === 'POST') {
      try {
        body = JSON.parse(await readBody(request, maxBodyBytes));
      } catch (error) {
        if (error instanceof TooLarge) {
          request.resume();
          const message = `the request body is larger than ${maxBodyBytes} bytes; send less at once`;
          return {
            status: 413,
            headers: new HeaderMap([...json, ['connection', 'close']]),
            body: refusal(message, 'PAYLOAD_TOO_LARGE'),
          };
        }
        const message = `the request body is not JSON: ${error instanceof Error ? error.message : String(error)}`;
        return { status: 400, headers: json, body: refusal(message, 'BAD_REQUEST') };
      }
    }
    return options.execute({ headers, requestId, origin: originOf(request) }, async (context) => {
      const response = await apollo.executeHTTPGraphQLRequest({
        httpGraphQLRequest: { method: request.method ?? 'GET', headers, search, body },
        context: () => Promise.resolve(context),
      });
      if (response.body.kind === 'complete')
        return { status: response.status ?? 200, headers: response.headers, body: response.body.string };
      let text = '';
      for await (const chunk of response.body.asyncIterator) text += chunk;
      return { status: response.status ?? 200, headers: response.headers, body: text };
    });
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const given = request.headers['x-request-id'];
    const requestId = typeof given === 'string' && /^[\w.-]{1,100}$/.test(given) ? given : randomUUID();
    response.setHeader('x-request-id', requestId);
    const { pathname, search: query } = new URL(request.url ?? '/', 'http://localhost');
    const sendJson = (status: number, value: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
      response.end(JSON.stringify(value));
    };
    if (pathname === '/graphql') {
      const { status, headers, body } = await graphql(request, query, requestId).catch((error: unknown) => {
        if (error instanceof CatalogError) return refusedRequest(error);
        throw error;
      });
      response.writeHead(status, Object.fromEntries(headers));
      response.end(body);
    } else if (pathname === '/graphql/stream') {
      const body = async (): Promise<unknown> => JSON.parse(await readBody(request, maxBodyBytes));
      const search = new URLSearchParams(query);
      const origin = originOf(request);
      const events = serveEvents(options.streaming, request, response, { requestId, origin, search, body });
      await events.catch((error: unknown) => {
        if (!(error instanceof CatalogError) || response.headersSent) throw error;
        const refused = refusedRequest(error);
        response.writeHead(refused.status, Object.fromEntries(refused.headers));
        response.end(refused.body);
      });
    } else if (pathname === '/healthz') {
      sendJson(200, { status: 'ok' });
    } else if (pathname === '/readyz') {
      const missing = await options.readiness();
      sendJson(
        missing.length === 0 ? 200 : 503,
        missing.length === 0 ? { status: 'ready' } : { status: 'not ready', missing },
      );
    } else {
      const isRead = request.method === 'GET' || request.method === 'HEAD';
      const page = isRead ? await options.pages(pathname, request.headers) : undefined;
      if (page === undefined) {
        sendJson(404, { error: `nothing is served at ${pathname}; the API is at /graphql` });
        return;
      }
      response.writeHead(page.status, page.headers);
      response.end(request.method === 'HEAD' ? undefined : page.body);
    }
  };

  let isClosing = false;
  const server = createServer((request, response) => {
    // A kept-alive connection is idle after its last answer, and would hold the end up until its own time-out.
    response.once('close', () => {
      if (isClosing) setImmediate(() => server.closeIdleConnections());
    });
    answer(request, response).catch((error: unknown) => {
      console.error(error);
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'application/json; charset=utf-8' });
      response.end(refusal('internal error', 'INTERNAL_SERVER_ERROR'));
    });
  });
  const endWebSockets = serveWebSocket(server, options.streaming, { maxBodyBytes, originOf });
  const actual = await listenOn(server, host, port);
  return {
    url: `http://${reachable(host)}:${actual}`,
    close: () =>
      new Promise((closed) => {
        isClosing = true;
        const force = setTimeout(() => server.closeAllConnections(), 5_000);
        server.close(() => {
          clearTimeout(force);
          closed();
        });
        server.closeIdleConnections();
        endWebSockets().catch((error: unknown) => console.error(error));
      }),
  };
}

/** How a caller on this machine writes the address. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

const FIRST_PORT = 4000;

/** Listens on the port; when none is given on 4000 or the next free one. The port it is. */
async function listenOn(server: Server, host: string, port: number | undefined): Promise<number> {
  const last = port ?? FIRST_PORT + 100;
  for (let candidate = port ?? FIRST_PORT; ; candidate++) {
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen({ port: candidate, host, exclusive: true }, () => {
          server.off('error', reject);
          resolve();
        });
      });
      const address = server.address();
      return typeof address === 'object' && address !== null ? address.port : candidate;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
      if (candidate >= last)
        throw new PortTakenError(`port ${candidate} on ${host} is taken by another program; set PORT`);
    }
  }
}
