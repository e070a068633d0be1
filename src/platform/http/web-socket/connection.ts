import type { WebSocket } from '@fastify/websocket';
import type { FastifyRequest } from 'fastify';
import type { GraphQLFormattedError } from 'graphql';
import { CloseCode, type Context } from 'graphql-ws';
import { createUnread, type Unread } from '../back-pressure.ts';
import { createLongTexts, type LongTexts } from '../long-texts.ts';
import { createPatience, type Patience } from '../patience.ts';
import { createIdsInUse, type IdsInUse } from './ids-in-use.ts';

/** What the protocol's library keeps with a connection for us. */
export interface Extra {
  readonly socket: WebSocket;
  /** The request that became the WebSocket. */
  readonly request: FastifyRequest;
  readonly texts: LongTexts;
  readonly patience: Patience;
  readonly unread: Unread;
  readonly ids: IdsInUse;
  /** The credential, once somebody has looked for it: what comes in the first message may be much to look through. */
  credential?: { readonly authorization: string | undefined };
}

/** A WebSocket as the library gives it to whoever looks at a message. */
export interface Connection {
  readonly connectionParams?: unknown;
  readonly extra: Extra;
  /** What is under way, by the id that the client gave it; its end is asked for when the client or the connection ends it. */
  readonly subscriptions: Context<undefined, Extra>['subscriptions'];
}

export function createExtra(socket: WebSocket, request: FastifyRequest): Extra {
  const unread = createUnread();
  socket.once('close', unread.readAll);
  return { socket, request, texts: createLongTexts(), patience: createPatience(), unread, ids: createIdsInUse() };
}

/** The `Authorization` header of the upgrade, or what the first message has in its place where a browser can set none. */
export function authorizationOf({ extra, connectionParams }: Connection): string | undefined {
  extra.credential ??= { authorization: givenIn(connectionParams) ?? extra.request.headers.authorization };
  return extra.credential.authorization;
}

function givenIn(parameters: unknown): string | undefined {
  if (typeof parameters !== 'object' || parameters === null) return undefined;
  const given = Object.entries(parameters).find(([name]) => name.toLowerCase() === 'authorization')?.[1] as unknown;
  return typeof given === 'string' ? given : undefined;
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
  if (!has(refusal, 'RATE_LIMITED') || !connection.extra.patience.endsWithThis()) return;
  closeSoon(connection, TOO_MANY_REQUESTS, 'Too many requests');
}
