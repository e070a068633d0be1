import type { BaseContext } from '@apollo/server';
import type { WebSocket } from '@fastify/websocket';
import type { FastifyRequest } from 'fastify';
import { type FormattedExecutionResult, parse } from 'graphql';
import { CloseCode, makeServer, type OperationResult, type SubscribePayload } from 'graphql-ws';
import { UnavailableError } from '../../errors.ts';
import type { Asked } from '../../graphql/documents.ts';
import { LazyAbort } from '../../lazy-abort.ts';
import { type Connection, closeIfDeaf, closeIfVoid, createExtra, type Extra } from './connection.ts';
import { endingAtErrors, errorsIn, errorsThatEnded, FormattedError } from './results.ts';
import { askerOn, createRunOperation, type Outgoing, originIn, type WebSocketOptions } from './run-operation.ts';
import { asReason, speakOver } from './speak-over.ts';

/** Of the WebSocket protocol: the same request may succeed later. */
const TRY_AGAIN_LATER = 1013;

/** A placeholder for the document, which was executed already. */
const done = parse('{ __typename }');

/** What a client says that is part of GraphQL; `null` is nothing. */
function askedIn(payload: SubscribePayload): Asked {
  const { query, variables, operationName, extensions } = payload;
  return {
    query,
    ...('documentId' in payload && { documentId: payload.documentId }),
    ...(variables && { variables }),
    ...(operationName && { operationName }),
    ...(extensions && { extensions }),
  };
}

/** Lets a connection in whose credential is valid; one that is not valid, or cannot be looked at now, closes it. */
async function letIn<Context extends BaseContext>(
  options: WebSocketOptions<Context>,
  connection: Connection,
): Promise<boolean> {
  const { endpoint } = options;
  const { socket, request } = connection.extra;
  const gone = new LazyAbort();
  const leave = (): void => gone.abort();
  socket.once('close', leave);
  try {
    const asker = askerOn(connection, originIn(options, connection), request.id, gone);
    await endpoint.inTime(gone, () => endpoint.contextOf(asker));
    return true;
  } catch (error) {
    if (error instanceof UnavailableError) socket.close(TRY_AGAIN_LATER, 'Try again later');
    return false; // Closes it with 4403, if it is still open.
  } finally {
    socket.off('close', leave);
  }
}

/** As the library does where it knows that the id is in use. */
function alreadyExists({ extra: { socket } }: Connection, id: string): readonly FormattedError[] {
  const message = `Subscriber for ${id} already exists`;
  socket.close(CloseCode.SubscriberAlreadyExists, asReason(message));
  return [new FormattedError({ message })];
}

/**
 * GraphQL over WebSocket (the graphql-transport-ws protocol).
 *
 * A credential is looked at for the connection and for every operation. When it is not valid, or no longer is, because
 * it has expired or its principal was deactivated, the operation ends with UNAUTHENTICATED and the connection with
 * 4403: that, too, is how a connection with a bad credential is refused.
 */
export function createWebSocketHandler<Context extends BaseContext>(
  options: WebSocketOptions<Context>,
  report: (requestId: string) => (cause: unknown) => void,
) {
  const { schema } = options.endpoint;
  const run = createRunOperation(options, report);
  const server = makeServer<undefined, Extra>({
    onConnect: (connection) => letIn(options, connection),
    onSubscribe: async (connection, id, payload) => {
      if (!connection.extra.ids.begin(id)) return alreadyExists(connection, id);
      const outgoing = await run(connection, { id, payload, asked: askedIn(payload) });
      const errors = errorsIn(outgoing.results);
      if (errors === undefined) return { schema, document: done, contextValue: outgoing };
      connection.extra.unread.read(payload);
      closeIfVoid(connection, errors);
      closeIfDeaf(connection, errors);
      return errors.map((error) => new FormattedError(error));
    },
    execute: ({ contextValue }) => endingAtErrors((contextValue as Outgoing).results) as OperationResult,
    onNext: async (connection, _id, payload, { contextValue }, result) => {
      const formatted = result as unknown as FormattedExecutionResult; // As `execute` gave it.
      closeIfVoid(connection, formatted.errors);
      const { slices, gone } = contextValue as Outgoing;
      const { texts, unread } = connection.extra;
      try {
        const sent = await texts.inPlaceOf(formatted, slices, gone);
        if (sent === formatted)
          unread.read(payload); // It is short.
        else unread.handed(payload);
        return sent;
      } catch (error) {
        unread.read(payload); // Nobody will be sent it.
        throw error;
      }
    },
    onError: (connection, _id, _payload, thrown) => {
      const errors = errorsThatEnded(thrown);
      closeIfVoid(connection, errors);
      return errors.length === 0 ? undefined : errors;
    },
    onComplete: (connection, _id, payload) => connection.extra.unread.read(payload),
  });
  return (socket: WebSocket, request: FastifyRequest): void =>
    speakOver(server, createExtra(socket, request), report(request.id));
}
