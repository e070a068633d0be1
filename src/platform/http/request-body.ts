import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { requireShallow } from '../graphql/nesting.ts';
import { RefusedRequest } from './refusal.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The body is larger than those who only read may send. */
    hasLargeBody: boolean;
  }
}

export interface BodyLimits {
  readonly maxBodyBytes: number;
  /** For callers who may write something. */
  readonly maxWriteBodyBytes: number;
  mayWrite(request: FastifyRequest): Promise<boolean>;
}

/** Called with a size above the limit: the limit that holds then. */
type Raise = () => Promise<number>;

const tooLarge = (limit: number): RefusedRequest =>
  new RefusedRequest(413, `the request body is larger than ${limit} bytes; send less at once`);

/** Reads a body to its end, unless it grows beyond the limit, even when that has been raised. */
function read(payload: IncomingMessage, limit: number, raise: Raise): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let most = limit;
    const fail = (error: unknown): void => {
      payload.off('data', take);
      payload.resume(); // What is still on its way would hold up the answer.
      reject(error);
    };
    const look = async (): Promise<void> => {
      if (most === limit) most = await raise();
      if (size > most) throw tooLarge(most);
      payload.resume();
    };
    const take = (chunk: Buffer): void => {
      chunks.push(chunk);
      size += chunk.length;
      if (size <= most) return;
      payload.pause();
      look().catch(fail);
    };
    const breakOff = (): void => {
      if (!payload.readableEnded) fail(new RefusedRequest(400, 'the connection ended before the request body did'));
    };
    payload.on('data', take);
    payload.once('end', () => resolve(Buffer.concat(chunks, size)));
    payload.once('error', breakOff);
    payload.once('close', breakOff);
  });
}

/**
 * Reads bodies as JSON. Whoever sends more than readers need is looked at as soon as that shows, before the rest is
 * read.
 */
export function readJsonBodies(app: FastifyInstance, { maxBodyBytes, maxWriteBodyBytes, mayWrite }: BodyLimits): void {
  app.decorateRequest('hasLargeBody', false);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', async (request: FastifyRequest, payload: IncomingMessage) => {
    const { 'content-encoding': encoding, 'content-length': length } = request.headers;
    if (encoding !== undefined) throw new RefusedRequest(415, 'the request body is compressed; send it as it is');
    const raise: Raise = async () => ((await mayWrite(request)) ? maxWriteBodyBytes : maxBodyBytes);
    const declared = Number(length ?? 0);
    const limit = declared > maxBodyBytes ? await raise() : maxBodyBytes;
    if (declared > limit) throw tooLarge(limit);
    const body = await read(payload, limit, raise);
    request.hasLargeBody = body.length > maxBodyBytes;
    const text = body.toString('utf8');
    requireShallow(text, 'the request body');
    try {
      return JSON.parse(text) as unknown;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new RefusedRequest(400, `the request body is not JSON: ${reason}`);
    }
  });
}
