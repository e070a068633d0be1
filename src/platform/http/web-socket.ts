import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { useServer as serveProtocol } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { type Streaming, validateWith } from './operation.ts';

const LAST_WORD_MS = 1_000;

/** Credential of a connection: of the upgrade's header, or of the first message where a browser can set none. */
const authorizationOf = (header: string | undefined, parameters: unknown): string | undefined => {
  if (typeof parameters !== 'object' || parameters === null) return header;
  const given = Object.entries(parameters).find(([name]) => name.toLowerCase() === 'authorization')?.[1] as unknown;
  return typeof given === 'string' ? given : header;
};

/** A browser says on whose page the script runs; only our own pages may use what this machine's user may. */
const isForeign = (origin: string | undefined, host: string | undefined): boolean =>
  origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host);

/** GraphQL over WebSocket (the graphql-transport-ws protocol) at `/graphql`. Call what comes back to end it. */
export function serveWebSocket<Context>(
  server: Server,
  streaming: Streaming<Context>,
  options: { readonly maxBodyBytes: number },
): () => Promise<void> {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: options.maxBodyBytes,
    handleProtocols: (protocols) => (protocols.has('graphql-transport-ws') ? 'graphql-transport-ws' : false),
  });
  let running = 0;
  const requestIds = new WeakMap<object, string>();
  const formatted = (key: object, errors: readonly Parameters<Streaming<Context>['formatError']>[0][]) =>
    errors.map((error) => streaming.formatError(error, requestIds.get(key) ?? ''));
  const disposable = serveProtocol<Record<string, unknown>>(
    {
      schema: streaming.schema,
      validate: validateWith(streaming.rules),
      // Refused here, a connection with a bad token is closed with 4403.
      onConnect: async ({ connectionParams, extra }) => {
        const requestId = randomUUID();
        requestIds.set(extra, requestId);
        const authorization = authorizationOf(extra.request.headers.authorization, connectionParams);
        return streaming.context(authorization, requestId).then(
          () => true,
          () => false,
        );
      },
      context: ({ connectionParams, extra }) => {
        const authorization = authorizationOf(extra.request.headers.authorization, connectionParams);
        return streaming.context(authorization, requestIds.get(extra) ?? '') as Promise<never>;
      },
      onOperation: () => {
        running++;
      },
      onComplete: () => {
        running--;
      },
      onError: ({ extra }, _id, _payload, errors) => formatted(extra, errors),
      onNext: ({ extra }, _id, _payload, _args, result) =>
        result.errors === undefined ? undefined : ({ ...result, errors: formatted(extra, result.errors) } as never),
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
