import { randomUUID } from 'node:crypto';
import type { BaseContext, GraphQLRequest } from '@apollo/server';
import type { FormattedExecutionResult } from 'graphql';
import { RateLimitedError } from '../../errors.ts';
import { STRANGERS } from '../../fair-shares.ts';
import type { Asked } from '../../graphql/documents.ts';
import { requireShallowValue } from '../../graphql/nesting.ts';
import type { LazyAbort } from '../../lazy-abort.ts';
import type { TimeSlices } from '../../time-slices.ts';
import { caughtUp, isBehind } from '../back-pressure.ts';
import { createScope, type Delivery, type OperationScope } from '../delivery.ts';
import type { GraphqlRouteOptions } from '../graphql-route.ts';
import { refusalOf } from '../refusal.ts';
import { type Asker, askerOf } from '../request.ts';
import { type RequestOrigin, traceHeadersOf } from '../request-origin.ts';
import { authorizationOf, type Connection } from './connection.ts';
import type { Results } from './results.ts';

export interface WebSocketOptions<Context extends BaseContext> extends GraphqlRouteOptions<Context> {
  /** Operations under way on one WebSocket, subscriptions included. */
  readonly operationsPerConnection: number;
}

/** An operation as it came in: a message of the protocol. */
export interface Message {
  /** The client's own name for it on this connection. */
  readonly id: string;
  /** As the library gives it: the same object until the operation is complete. */
  readonly payload: object;
  readonly asked: Asked;
}

/** What came of an operation, for the library to send on. */
export interface Outgoing {
  readonly results: Results;
  /** Of whoever asked. */
  readonly slices: TimeSlices;
  /** Aborted when nobody waits for them any longer. */
  readonly gone: LazyAbort;
}

export const originIn = (
  { originOf }: Pick<GraphqlRouteOptions<BaseContext>, 'originOf'>,
  connection: Connection,
): RequestOrigin => originOf(connection.extra.request.raw);

/** Who sends an operation over a connection. */
export function askerOn(connection: Connection, origin: RequestOrigin, requestId: string, gone: LazyAbort): Asker {
  return {
    ...askerOf(connection.extra.request, origin, gone),
    authorization: authorizationOf(connection),
    requestId,
  };
}

/** Runs operations that come over WebSockets; what refuses one is a result like any other. */
export function createRunOperation<Context extends BaseContext>(
  options: WebSocketOptions<Context>,
  report: (requestId: string) => (cause: unknown) => void,
) {
  const { endpoint, slices, operationsPerConnection } = options;

  const execute = async (asked: Asked, contextValue: Context, delivery: Delivery): Promise<Results> => {
    const request: GraphQLRequest = endpoint.admit(asked, contextValue).request;
    const { body } = await endpoint.apollo.executeOperation(request, { contextValue });
    if (delivery.stream !== undefined) return delivery.stream;
    if (body.kind !== 'single') throw new Error('Apollo Server answers in parts, which nobody asked for');
    return body.singleResult;
  };

  return async (connection: Connection, { id, payload, asked }: Message): Promise<Outgoing> => {
    const requestId = randomUUID();
    const origin = originIn(options, connection);
    const scope = scopeOf(connection, payload, origin, requestId);
    connection.subscriptions[id] = pending(scope.gone);
    const admitted = (): Promise<Results> => {
      // Refused before anybody looks at who asks: what waits for that is bounded as well.
      requireRoom(connection, operationsPerConnection);
      requireShallowValue(payload, 'the message');
      endpoint.requirePlace(asked);
      const asker = askerOn(connection, origin, requestId, scope.gone);
      return endpoint.inContext(asker, (context) => execute(asked, context, scope.delivery));
    };
    const refused = (error: unknown): Results =>
      JSON.parse(refusalOf(error, requestId, report(requestId)).body) as FormattedExecutionResult;
    const results = await endpoint.inScope(scope, admitted).catch(refused);
    return { results, slices: slices.of(scope.notes.caller ?? STRANGERS), gone: scope.gone };
  };
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

const RETRY_AFTER_SECONDS = 10;

function requireRoom({ subscriptions }: Connection, most: number): void {
  if (Object.keys(subscriptions).length <= most) return;
  const message = `${most} operations of this connection are under way already`;
  throw new RateLimitedError('TOO_MANY_ON_CONNECTION', message, RETRY_AFTER_SECONDS);
}

function scopeOf(
  connection: Connection,
  payload: object,
  { traceId }: RequestOrigin,
  requestId: string,
): OperationScope {
  const { socket, request } = connection.extra;
  const delivery: Delivery = {
    takesStream: true,
    isReadOnly: false,
    isLarge: false,
    isBehind: () => isBehind(socket),
    caughtUp: (signal) => caughtUp(socket, signal),
    whenSent: (sending) =>
      delivery.stream === undefined ? connection.extra.unread.whenSent(payload, sending) : sending.read(),
    giveUp: () => socket.terminate(),
  };
  return createScope({
    requestId,
    traceId,
    trace: traceHeadersOf(request.headers),
    transport: 'websocket',
    delivery,
    connection: socket,
    wantsCost: false,
  });
}
