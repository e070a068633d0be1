import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { CloseCode } from 'graphql-ws';
import { type Extra, useServer as serveProtocol } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { CatalogError, UnavailableError } from '../errors.ts';
import { type Streaming, validateWith } from './operation.ts';
import type { RequestOrigin } from './request-origin.ts';

const LAST_WORD_MS = 1_000;

/** Credential of a connection: of the upgrade's header, or of the first message where a browser can set none. */
const credentialOf = (header: string | undefined, parameters: unknown): string | undefined => {
  if (typeof parameters !== 'object' || parameters === null) return header;
  const given = Object.entries(parameters).find(([name]) => name.toLowerCase() === 'authorization')?.[1] as unknown;
  return typeof given === 'string' ? given : header;
};

/** A browser says on whose page the script runs; only our own pages may use what this machine's user may. */
const isForeign = (origin: string | undefined, host: string | undefined): boolean =>
  origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host);

/** Of the WebSocket protocol: the same request may succeed later. */
const TRY_AGAIN_LATER = 1013;

interface Connection {
  readonly connectionParams?: unknown;
  readonly extra: Extra;
}

/**
 * GraphQL over WebSocket (the graphql-transport-ws protocol) at `/graphql`. Call what comes back to end it.
 *
 * A credential is looked at for the connection and for every operation. When it is not valid, or no longer is, because
 * it has expired or whom it stands for was deactivated, the operation ends with UNAUTHENTICATED and the connection with
 * 4403: that, too, is how a connection with a bad credential is refused.
 */
export function serveWebSocket<Context>(
  server: Server,
  streaming: Streaming<Context>,
  {
    maxBodyBytes,
    originOf,
  }: { readonly maxBodyBytes: number; readonly originOf: (request: IncomingMessage) => RequestOrigin },
): () => Promise<void> {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxBodyBytes,
    handleProtocols: (protocols) => (protocols.has('graphql-transport-ws') ? 'graphql-transport-ws' : false),
  });
  let running = 0;
  const requestIds = new WeakMap<object, string>();
  const authorizationOf = ({ extra, connectionParams }: Connection): string | undefined =>
    credentialOf(extra.request.headers.authorization, connectionParams);
  const contextOf = (connection: Connection): Promise<Context> =>
    streaming.context({
      authorization: authorizationOf(connection),
      requestId: requestIds.get(connection.extra) ?? '',
      origin: originOf(connection.extra.request),
    });
  /** What is said of errors; after an error that voids its credential the connection ends. */
  const formatted = (connection: Connection, errors: readonly GraphQLError[]): GraphQLFormattedError[] => {
    const { extra } = connection;
    const said = errors.map((error) => streaming.formatError(error, requestIds.get(extra) ?? ''));
    const isVoid = said.some(({ extensions }) => extensions?.code === 'UNAUTHENTICATED');
    if (isVoid && authorizationOf(connection) !== undefined) {
      setImmediate(() => extra.socket.close(CloseCode.Forbidden, 'Forbidden')); // When they have been sent.
    }
    return said;
  };
  const contexts = new WeakMap<object, Context>();
  const disposable = serveProtocol<Record<string, unknown>>(
    {
      schema: streaming.schema,
      validate: validateWith(streaming.rules),
      onConnect: async (connection) => {
        requestIds.set(connection.extra, randomUUID());
        try {
          await contextOf(connection);
          return true;
        } catch (error) {
          if (error instanceof UnavailableError) connection.extra.socket.close(TRY_AGAIN_LATER, 'Try again later');
          return false; // Closes it with 4403, if it is still open.
        }
      },
      onSubscribe: async (connection, _id, payload) => {
        try {
          contexts.set(payload, await contextOf(connection));
          return undefined;
        } catch (error) {
          if (!(error instanceof CatalogError)) throw error;
          return [new GraphQLError(error.message, { originalError: error })];
        }
      },
      context: (_connection, _id, payload) => contexts.get(payload) as never,
      onOperation: () => {
        running++;
      },
      onComplete: () => {
        running--;
      },
      onError: (connection, _id, _payload, errors) => formatted(connection, errors as readonly GraphQLError[]),
      onNext: (connection, _id, _payload, _args, result) =>
        result.errors === undefined
          ? undefined
          : ({ ...result, errors: formatted(connection, result.errors as readonly GraphQLError[]) } as never),
    },
    sockets,
  );
  server.on('upgrade', (request, socket, head) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname !== '/graphql' || isForeign(request.headers.origin, request.headers.host)) {
      socket.end(
        `HTTP/1.1 ${pathname === '/graphql' ? '403 Forbidden' : '404 Not Found'}\r\nconnection: close\r\n\r\n`,
      );
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => sockets.emit('connection', webSocket, request));
  });
  return async () => {
    // Subscriptions that end with the service may say their last word.
    for (const end = Date.now() + LAST_WORD_MS; running > 0 && Date.now() < end; ) await sleep(20);
    await disposable.dispose();
  };
}
