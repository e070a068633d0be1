import type { WebSocket } from '@fastify/websocket';
import { CloseCode, MessageType, type Server } from 'graphql-ws';
import { InvalidInputError } from '../../errors.ts';
import { requireShallowValue } from '../../graphql/nesting.ts';
import { readAsItReads } from '../back-pressure.ts';
import type { LongTexts } from '../long-texts.ts';
import type { Extra } from './connection.ts';

const KEEP_ALIVE_MS = 12_000;
/** Of the WebSocket protocol, in bytes. */
const LONGEST_REASON = 123;

/** Lets the library speak its protocol over a socket. */
export function speakOver(server: Server<Extra>, extra: Extra, report: (cause: unknown) => void): void {
  const { socket, texts, ids } = extra;
  const send = (text: string): Promise<void> => sendInParts(socket, texts, text);
  const close = (error: unknown): void => {
    if (isOfClient(error)) {
      socket.close(CloseCode.BadRequest, 'Invalid message received');
      return;
    }
    report(error);
    socket.close(CloseCode.InternalServerError, 'Internal server error');
  };
  const closed = server.opened(
    {
      protocol: socket.protocol,
      send,
      close: (code, reason) => socket.close(code, asReason(reason)),
      onMessage: (take) => socket.on('message', (data) => void ids.whileHandled(() => take(String(data))).catch(close)),
      onPing: (payload) => {
        requireShallowValue(payload, 'the message');
        return send(JSON.stringify({ type: MessageType.Pong, ...(payload && { payload }) }));
      },
    },
    extra,
  );
  // A frame that is none is its sender's mistake: the connection ends with a code that says so, and nobody is alarmed.
  socket.on('error', () => undefined);
  socket.once('close', (code, reason) => void closed(code, String(reason)).catch(report));
  keepAlive(socket);
}

/** A text as far as it fits into the frame that closes a connection. */
export function asReason(text = ''): string {
  let reason = text.slice(0, LONGEST_REASON);
  while (Buffer.byteLength(reason) > LONGEST_REASON) reason = reason.slice(0, -1);
  return reason;
}

/** A message that only the service sends, or one that nests too deep to be sent back. */
const isOfClient = (error: unknown): boolean =>
  error instanceof InvalidInputError ||
  (error instanceof Error && error.message.startsWith('Unexpected message of type'));

/** What is sent to a peer that has gone is lost, which is no failure of the service: that it has gone is told by `close`. */
function sendInParts(socket: WebSocket, texts: LongTexts, text: string): Promise<void> {
  if (socket.readyState !== socket.OPEN) return Promise.resolve();
  return new Promise((resolve) => {
    const parts: (string | Buffer)[] = [...texts.filled(text)];
    const last = parts.pop();
    if (last === undefined) return resolve();
    // Frames of one message; nothing comes between them, as all are sent in one go.
    for (const part of parts) socket.send(part, { fin: false, binary: false });
    socket.send(last, { fin: true, binary: false }, () => {
      readAsItReads(socket);
      resolve();
    });
    readAsItReads(socket);
  });
}

/** Ends the connection of a client that is no longer there. */
function keepAlive(socket: WebSocket): void {
  let isAnswered = true;
  const timer = setInterval(() => {
    if (isAnswered) socket.ping();
    else socket.terminate();
    isAnswered = false;
  }, KEEP_ALIVE_MS);
  socket.on('pong', () => {
    isAnswered = true;
  });
  socket.once('close', () => clearInterval(timer));
}
