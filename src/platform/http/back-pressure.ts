import { setTimeout as sleep } from 'node:timers/promises';
import type { WebSocket } from '@fastify/websocket';
import type { Sending } from './delivery.ts';

/** So many bytes may wait for the network before nothing more is read from the client. */
const MOST_WAITING = 2 ** 20;
const LOOK_EVERY_MS = 50;

/** Whether a client has more to read than it may have while it goes on asking. */
export const isBehind = ({ bufferedAmount, readyState, OPEN }: WebSocket): boolean =>
  readyState === OPEN && bufferedAmount > MOST_WAITING;

/**
 * Nothing is read from a client while too much waits for it to read. To be called after each message that was sent, and
 * when it has left.
 */
export function readAsItReads(socket: WebSocket): void {
  if (isBehind(socket)) socket.pause();
  else if (socket.isPaused) socket.resume();
}

/** Waits until the client has read what was sent to it, or the connection ends. */
export async function caughtUp(socket: WebSocket, signal: AbortSignal): Promise<void> {
  while (isBehind(socket)) await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
}

/** What is to happen once the answers of a connection have been read; by the request that each answers. */
export interface Unread {
  whenSent(request: object, sending: Sending): void;
  /** Its answer is all that is to be sent next. */
  handed(request: object): void;
  /** Its answer has left for the network, or will never be sent. */
  read(request: object): void;
  /** The connection has ended. */
  readAll(): void;
}

export function createUnread(): Unread {
  const waiting = new Map<object, Sending>();
  let isEnded = false;
  return {
    whenSent: (request, sending) => {
      if (isEnded) sending.read();
      else waiting.set(request, sending);
    },
    handed: (request) => waiting.get(request)?.handed?.(),
    read: (request) => {
      const sending = waiting.get(request);
      waiting.delete(request);
      sending?.read();
    },
    readAll: () => {
      isEnded = true;
      for (const { read } of waiting.values()) read();
      waiting.clear();
    },
  };
}
