import { request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { mebibytes } from './sizes.ts';

export interface PostOptions {
  readonly headers: Readonly<Record<string, string>>;
  /** 0: none. */
  readonly timeoutMs: number;
  readonly onProgress: (text: string) => void;
}

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
  readonly isJson: boolean;
  readonly location: string | undefined;
  readonly requestId: string | undefined;
}

/** No complete answer in time. */
export class TimedOut extends Error {}

/** The connection failed; `isSent`: only after the whole body had gone out. */
export class ConnectionFailed extends Error {
  readonly isSent: boolean;

  constructor(cause: Error, isSent: boolean) {
    super(cause.message, { cause });
    this.isSent = isSent;
  }
}

const PIECE_BYTES = 256 * 1024;
const TICK_MS = 250;
/** From this size on, `expect: 100-continue` asks the service first whether it accepts the body. */
const LARGE_BYTES = 2 ** 20;
/** How long to wait for a refusal after 100 Continue: one that arrives during the body can get lost. */
const OBJECTION_MS = 50;
/** Proxies may not support 100 Continue. */
const SILENCE_MS = 1_000;

/** Sends a body and reads the whole answer; reports progress. */
export function post(url: string, body: Buffer, { headers, timeoutMs, onProgress }: PostOptions): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const options: RequestOptions = {
      method: 'POST',
      headers: {
        ...headers,
        'content-length': String(body.length),
        ...(body.length >= LARGE_BYTES && { expect: '100-continue' }),
      },
    };
    const request = url.startsWith('https:') ? httpsRequest(url, options) : httpRequest(url, options);
    let sent = 0;
    let isAnswering = false;
    const tick = (): void => {
      const seconds = Math.floor((performance.now() - startedAt) / 1000);
      onProgress(
        sent < body.length
          ? `sending ${mebibytes(sent)} of ${mebibytes(body.length)} …`
          : `waiting for the service … ${seconds} s`,
      );
    };
    const ticker = setInterval(tick, TICK_MS);
    const timer = timeoutMs > 0 ? setTimeout(() => request.destroy(new TimedOut()), timeoutMs) : undefined;
    let start: NodeJS.Timeout | undefined;
    const settle = (): void => {
      clearInterval(ticker);
      clearTimeout(timer);
      clearTimeout(start);
    };
    const fail = (error: Error): void => {
      settle();
      reject(error);
    };
    request.on('response', (response) => {
      isAnswering = true;
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', fail);
      response.on('end', () => {
        settle();
        const requestId = response.headers['x-request-id'];
        resolve({
          status: response.statusCode ?? 0,
          text: Buffer.concat(chunks).toString('utf8'),
          isJson: /json/.test(response.headers['content-type'] ?? ''),
          location: response.headers.location,
          requestId: typeof requestId === 'string' ? requestId : undefined,
        });
        // A refusal may arrive before the body is sent completely: the connection cannot be used any further.
        if (sent < body.length) request.destroy();
      });
    });
    request.on('error', (error) => {
      if (!isAnswering) fail(error instanceof TimedOut ? error : new ConnectionFailed(error, sent >= body.length));
    });
    const push = (): void => {
      while (sent < body.length && !isAnswering) {
        const piece = body.subarray(sent, sent + PIECE_BYTES);
        sent += piece.length;
        if (!request.write(piece)) {
          request.once('drain', push);
          return;
        }
      }
      if (!isAnswering) request.end();
    };
    const pushIn = (ms: number): void => {
      clearTimeout(start);
      start = setTimeout(push, ms);
    };
    if (body.length < LARGE_BYTES) {
      push();
      return;
    }
    request.on('continue', () => pushIn(OBJECTION_MS));
    request.flushHeaders();
    pushIn(SILENCE_MS);
  });
}
