import { randomUUID } from 'node:crypto';
import type { BaseContext, GraphQLRequest } from '@apollo/server';
import type { WebSocket } from '@fastify/websocket';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type FormattedExecutionResult, GraphQLError, type GraphQLFormattedError, parse } from 'graphql';
import { CloseCode, type Context, type OperationResult } from 'graphql-ws';
import { type Extra, makeHandler } from 'graphql-ws/use/@fastify/websocket';
import { RateLimitedError, UnavailableError } from '../errors.ts';
import { STRANGERS } from '../fair-shares.ts';
import type { Asked } from '../graphql/documents.ts';
import { requireShallowValue } from '../graphql/nesting.ts';
import { LazyAbort } from '../lazy-abort.ts';
import type { TimeSlices } from '../time-slices.ts';
import { caughtUp, createUnread, isBehind, readAsItReads, type Unread } from './back-pressure.ts';
import { createScope, type Delivery, type ResultStream } from './delivery.ts';
import type { GraphqlRouteOptions } from './graphql-route.ts';
import { createLongTexts, type LongTexts } from './long-texts.ts';
import { createPatience, type Patience } from './patience.ts';
import { refusalOf } from './refusal.ts';
import { type Asker, askerOf } from './request.ts';
import { type RequestOrigin, traceHeadersOf } from './request-origin.ts';

/** Of the WebSocket protocol: the same request may succeed later. */
const TRY_AGAIN_LATER = 1013;
/** Libraries do not come back by themselves after it. */
const TOO_MANY_REQUESTS = 4429;
const RETRY_AFTER_SECONDS = 10;

interface Connection {
  readonly connectionParams?: unknown;
  readonly extra: Extra;
  /** What is under way, by the id that the client gave it; its end is asked for when the client or the connection ends it. */
  readonly subscriptions: Context<undefined, Extra>['subscriptions'];
}

type Results = FormattedExecutionResult | ResultStream;

/** What came of an operation, for the library to send on. */
interface Outgoing {
  readonly results: Results;
  /** Of whoever asked. */
  readonly slices: TimeSlices;
}

export interface WebSocketOptions<Context extends BaseContext> extends GraphqlRouteOptions<Context> {
  /** Operations under way on one WebSocket, subscriptions included. */
  readonly operationsPerConnection: number;
}

/** What goes with a connection for as long as it lives. */
interface ConnectionParts {
  readonly texts: LongTexts;
  readonly patience: Patience;
  readonly unread: Unread;
}

/** Stands for an operation that has no results yet: to end it is to abort it. */
function pending(gone: LazyAbort): AsyncGenerator<never, void, void> {
  const nothing = (async function* (): AsyncGenerator<never, void, void> {})();
  nothing.return = async () => {
    gone.abort();
    return { done: true, value: undefined };
  };
  return nothing;
}

/** A placeholder for the document, which was executed already. */
const done = parse('{ __typename }');

/** Errors as callers see them, which is how they are sent. */
class FormattedError extends GraphQLError {
  readonly formatted: GraphQLFormattedError;

  constructor(formatted: GraphQLFormattedError) {
    super(formatted.message);
    this.formatted = formatted;
  }

  override toJSON(): GraphQLFormattedError {
    return this.formatted;
  }
}

/** A subscription was ended by errors. */
class EndedByError extends Error {
  readonly formatted: readonly GraphQLFormattedError[];

  constructor(formatted: readonly GraphQLFormattedError[]) {
    super('the subscription was ended');
    this.formatted = formatted;
  }
}

/** Results as they are, but for errors without data: the protocol has a message of its own for what ends an operation. */
function ending(results: Results): Results {
  if (!(Symbol.asyncIterator in results)) return results;
  const next = results.next.bind(results);
  results.next = async () => {
    const step = await next();
    if (step.done === true || step.value.errors === undefined || 'data' in step.value) return step;
    const { errors } = step.value;
    await results.return();
    throw new EndedByError(errors);
  };
  return results;
}

/** What is sent to a peer that has gone is lost, which is no failure of the service: that it has gone is told by `close`. */
function sendToWhoIsThere(socket: WebSocket, texts: LongTexts): void {
  const send: (data: Data, options: { fin: boolean; binary: boolean }, done?: () => void) => void =
    socket.send.bind(socket);
  socket.send = (data: Data, ...rest: readonly unknown[]) => {
    const done = rest.at(-1);
    const isText = typeof data === 'string';
    const parts = isText ? [...texts.filled(data)] : [data];
    const last = parts.pop() ?? '';
    // Frames of one message; nothing comes between them, as all are sent in one go.
    for (const part of parts) send(part, { fin: false, binary: !isText });
    send(last, { fin: true, binary: !isText }, () => {
      readAsItReads(socket);
      if (typeof done === 'function') done();
    });
    readAsItReads(socket);
  };
}

type Data = Parameters<WebSocket['send']>[0];

/** Credential of a connection: of the upgrade's header, or of the first message where a browser can set none. */
const credentialOf = (header: string | undefined, parameters: unknown): string | undefined => {
  if (typeof parameters !== 'object' || parameters === null) return header;
  const given = Object.entries(parameters).find(([name]) => name.toLowerCase() === 'authorization')?.[1] as unknown;
  return typeof given === 'string' ? given : header;
};

const authorizationOf = ({ extra, connectionParams }: Connection): string | undefined =>
  credentialOf(extra.request.headers.authorization, connectionParams);

/** Closes the connection of a client that goes on asking for more than it was told it may have. */
const closeIfDeaf = ({ extra }: Connection, errors: readonly GraphQLFormattedError[], patience?: Patience): void => {
  const isRefused = errors.some(({ extensions }) => extensions?.code === 'RATE_LIMITED');
  if (isRefused && patience?.endsWithThis() === true)
    setImmediate(() => extra.socket.close(TOO_MANY_REQUESTS, 'Too many requests'));
};

/** Refused before anybody looks at who asks: what waits for that is bounded as well. */
function requireRoom({ subscriptions }: Connection, most: number): void {
  if (Object.keys(subscriptions).length <= most) return;
  const message = `${most} operations of this connection are under way already`;
  throw new RateLimitedError('TOO_MANY_ON_CONNECTION', message, RETRY_AFTER_SECONDS);
}

/** Closes the connection after an error that says that its credential is no longer valid. */
const closeIfRefused = (connection: Connection, errors: readonly GraphQLFormattedError[] = []): void => {
  const isVoid = errors.some(({ extensions }) => extensions?.code === 'UNAUTHENTICATED');
  if (!isVoid || authorizationOf(connection) === undefined) return;
  setImmediate(() => connection.extra.socket.close(CloseCode.Forbidden, 'Forbidden')); // When they have been sent.
};

/**
 * GraphQL over WebSocket (the graphql-transport-ws protocol).
 *
 * A credential is looked at for the connection and for every operation. When it is not valid, or no longer is, because
 * it has expired or its principal was deactivated, the operation ends with UNAUTHENTICATED and the connection with
 * 4403: that, too, is how a connection with a bad credential is refused.
 */
export function createWebSocketHandler<Context extends BaseContext>(
  { endpoint, originOf, slices, operationsPerConnection }: WebSocketOptions<Context>,
  report: (requestId: string) => (cause: unknown) => void,
) {
  const partsOf = new WeakMap<WebSocket, ConnectionParts>();
  const originIn = ({ extra }: Connection): RequestOrigin => originOf((extra.request as FastifyRequest).raw);
  const ask = (connection: Connection, requestId: string, gone: LazyAbort): Asker => ({
    ...askerOf(connection.extra.request as FastifyRequest, originIn(connection), gone),
    authorization: authorizationOf(connection),
    requestId,
  });

  const run = async (connection: Connection, id: string, message: object, payload: Asked): Promise<Outgoing> => {
    const requestId = randomUUID();
    const { socket } = connection.extra;
    const delivery: Delivery = {
      takesStream: true,
      isReadOnly: false,
      isLarge: false,
      isBehind: () => isBehind(socket),
      caughtUp: (signal) => caughtUp(socket, signal),
      whenRead: (then) =>
        delivery.stream === undefined ? partsOf.get(socket)?.unread.whenRead(message, then) : then(),
      giveUp: () => socket.terminate(),
    };
    const scope = createScope({
      requestId,
      traceId: originIn(connection).traceId,
      trace: traceHeadersOf(connection.extra.request.headers),
      transport: 'websocket',
      delivery,
      connection: socket,
      wantsCost: false,
    });
    const { gone } = scope;
    connection.subscriptions[id] = pending(gone);
    const execute = async (contextValue: Context): Promise<Results> => {
      const request: GraphQLRequest = endpoint.admit(payload, contextValue).request;
      const { body } = await endpoint.apollo.executeOperation(request, { contextValue });
      if (delivery.stream !== undefined) return delivery.stream;
      if (body.kind !== 'single') throw new Error('Apollo Server answers in parts, which nobody asked for');
      return body.singleResult;
    };
    const results = await endpoint
      .inScope(scope, async () => {
        requireRoom(connection, operationsPerConnection);
        requireShallowValue(payload, 'the message');
        return endpoint.inContext(ask(connection, requestId, gone), execute);
      })
      .catch(
        (error: unknown) => JSON.parse(refusalOf(error, requestId, report(requestId)).body) as FormattedExecutionResult,
      );
    return { results, slices: slices.of(scope.notes.caller ?? STRANGERS) };
  };

  const speak = makeHandler({
    onConnect: async (connection) => {
      try {
        await endpoint.contextOf(ask(connection, connection.extra.request.id, new LazyAbort()));
        return true;
      } catch (error) {
        if (error instanceof UnavailableError) connection.extra.socket.close(TRY_AGAIN_LATER, 'Try again later');
        return false; // Closes it with 4403, if it is still open.
      }
    },
    onSubscribe: async (connection, id, payload) => {
      const { query, variables, operationName, extensions } = payload;
      const request = {
        query,
        ...('documentId' in payload && { documentId: payload.documentId }),
        ...(variables && { variables }),
        ...(operationName && { operationName }),
        ...(extensions && { extensions }),
      };
      const outgoing = await run(connection, id, payload, request);
      const { results } = outgoing;
      if (!('errors' in results) || results.errors === undefined || 'data' in results)
        return { schema: endpoint.schema, document: done, contextValue: outgoing };
      const parts = partsOf.get(connection.extra.socket);
      parts?.unread.read(payload);
      closeIfRefused(connection, results.errors);
      closeIfDeaf(connection, results.errors, parts?.patience);
      return results.errors.map((error) => new FormattedError(error));
    },
    execute: ({ contextValue }) => ending((contextValue as Outgoing).results) as OperationResult,
    onComplete: (connection, _id, payload) => partsOf.get(connection.extra.socket)?.unread.read(payload),
    onError: (connection, _id, _payload, errors) => {
      const formatted = errors.flatMap(({ originalError }) =>
        originalError instanceof EndedByError ? originalError.formatted : [],
      );
      closeIfRefused(connection, formatted);
      return formatted.length === 0 ? undefined : formatted;
    },
    onNext: (connection, _id, payload, { contextValue }, result) => {
      const formatted = result as unknown as FormattedExecutionResult; // As `execute` gave it.
      closeIfRefused(connection, formatted.errors);
      const { slices } = contextValue as Outgoing;
      const parts = partsOf.get(connection.extra.socket);
      const sent = parts?.texts.inPlaceOf(formatted, slices) ?? formatted;
      if (sent === formatted) parts?.unread.read(payload); // It is short.
      return sent;
    },
  });
  return function (this: FastifyInstance, socket: WebSocket, request: FastifyRequest): void {
    const texts = createLongTexts();
    const unread = createUnread();
    partsOf.set(socket, { texts, patience: createPatience(), unread });
    socket.once('close', unread.readAll);
    sendToWhoIsThere(socket, texts);
    void speak.call(this, socket, request);
    // A frame that is none is its sender's mistake: the connection ends with a code that says so, and nobody is alarmed.
    socket.removeAllListeners('error').on('error', () => undefined);
  };
}
