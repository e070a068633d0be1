import type { WebSocket } from '@fastify/websocket';
import type { FastifyRequest } from 'fastify';
import type { GraphQLFormattedError } from 'graphql';
import { CloseCode, type Context } from 'graphql-ws';
import type { Extra } from 'graphql-ws/use/@fastify/websocket';
import { createUnread, readAsItReads, type Unread } from '../back-pressure.ts';
import { createLongTexts, type LongTexts } from '../long-texts.ts';
import { createPatience, type Patience } from '../patience.ts';

/** A WebSocket as the library gives it to whoever looks at a message. */
export interface Connection {
  readonly connectionParams?: unknown;
  readonly extra: Extra;
  /** What is under way, by the id that the client gave it; its end is asked for when the client or the connection ends it. */
  readonly subscriptions: Context<undefined, Extra>['subscriptions'];
}

/** What goes with a connection for as long as it lives. */
export interface ConnectionParts {
  readonly texts: LongTexts;
  readonly patience: Patience;
  readonly unread: Unread;
}

const partsOf = new WeakMap<WebSocket, ConnectionParts>();

/** Makes a connection send as its client reads, with long texts in parts, and outlive what is sent to a client that has gone. */
export function equip(socket: WebSocket): void {
  const parts = { texts: createLongTexts(), patience: createPatience(), unread: createUnread() };
  partsOf.set(socket, parts);
  socket.once('close', parts.unread.readAll);
  sendInParts(socket, parts.texts);
}

/** Of a connection that was equipped, as all are before anything comes over them. */
export function partsIn({ extra: { socket } }: Pick<Connection, 'extra'>): ConnectionParts {
  const parts = partsOf.get(socket);
  if (parts === undefined) throw new Error('a WebSocket is used that was not equipped');
  return parts;
}

type Data = Parameters<WebSocket['send']>[0];

/** What is sent to a peer that has gone is lost, which is no failure of the service: that it has gone is told by `close`. */
function sendInParts(socket: WebSocket, texts: LongTexts): void {
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

/** The request that became the WebSocket. */
export const requestOf = ({ extra }: Pick<Connection, 'extra'>): FastifyRequest => extra.request as FastifyRequest;

/** Credential of a connection: of the upgrade's header, or of the first message where a browser can set none. */
export function authorizationOf({ extra, connectionParams }: Connection): string | undefined {
  const header = extra.request.headers.authorization;
  if (typeof connectionParams !== 'object' || connectionParams === null) return header;
  const given = Object.entries(connectionParams).find(
    ([name]) => name.toLowerCase() === 'authorization',
  )?.[1] as unknown;
  return typeof given === 'string' ? given : header;
}

/** Libraries do not come back by themselves after it. */
const TOO_MANY_REQUESTS = 4429;

type Errors = readonly GraphQLFormattedError[];

const has = (errors: Errors, code: string): boolean => errors.some(({ extensions }) => extensions?.code === code);

/** When what was said before has been sent. */
const closeSoon = ({ extra: { socket } }: Connection, code: number, reason: string): void =>
  void setImmediate(() => socket.close(code, reason));

/** Closes the connection after an error that says that its credential is no longer valid. */
export function closeIfVoid(connection: Connection, errors: Errors = []): void {
  if (!has(errors, 'UNAUTHENTICATED') || authorizationOf(connection) === undefined) return;
  closeSoon(connection, CloseCode.Forbidden, 'Forbidden');
}

/** Closes the connection of a client that goes on asking for more than it was told it may have. */
export function closeIfDeaf(connection: Connection, refusal: Errors): void {
  if (!has(refusal, 'RATE_LIMITED') || !partsIn(connection).patience.endsWithThis()) return;
  closeSoon(connection, TOO_MANY_REQUESTS, 'Too many requests');
}
