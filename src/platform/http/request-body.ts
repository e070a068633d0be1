import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { requireShallow } from '../graphql/nesting.ts';
import type { SharedSlices } from '../time-slices.ts';
import { createChunks } from './chunks.ts';
import { parseJsonInSlices } from './parse-json.ts';
import { RefusedRequest } from './refusal.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The body is larger than those who only read may send. */
    hasLargeBody: boolean;
  }
}

/** Who sends a large body. */
export interface Sender {
  /** Under which name it has its share of the service. */
  readonly caller: string;
  /** Whether it may write anything at all. */
  readonly mayWrite: boolean;
}

export interface BodyLimits {
  readonly maxBodyBytes: number;
  /** For callers who may write something. */
  readonly maxWriteBodyBytes: number;
  senderOf(request: FastifyRequest): Promise<Sender>;
  /** Large bodies give others their turn while they are read. */
  readonly slices: SharedSlices;
}

/** Called with a size above the limit: the limit that holds then. */
type Raise = () => Promise<number>;

const tooLarge = (limit: number): RefusedRequest =>
  new RefusedRequest(413, `the request body is larger than ${limit} bytes; send less at once`);

/** A body as it came in. */
interface Body {
  readonly chunks: readonly Buffer[];
  readonly size: number;
}

/** Reads a body to its end, unless it grows beyond the limit, even when that has been raised. */
function read(payload: IncomingMessage, limit: number, raise: Raise): Promise<Body> {
  return new Promise((resolve, reject) => {
    const chunks = createChunks();
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
      chunks.add(chunk);
      size += chunk.length;
      if (size <= most) return;
      payload.pause();
      look().catch(fail);
    };
    const breakOff = (): void => {
      if (!payload.readableEnded) fail(new RefusedRequest(400, 'the connection ended before the request body did'));
    };
    payload.on('data', take);
    payload.on('end', () => resolve({ chunks: chunks.all(), size }));
    payload.on('error', breakOff);
    payload.on('close', breakOff);
  });
}

const WHAT = 'the request body';

/** A body of so many bytes is read in a few milliseconds. */
const AT_ONCE = 2 ** 20;

const notUtf8 = (): RefusedRequest => new RefusedRequest(400, 'the request body is not UTF-8');

function parseSmall({ chunks, size }: Body): unknown {
  const [first = Buffer.alloc(0)] = chunks;
  const whole = chunks.length === 1 ? first : Buffer.concat(chunks, size);
  if (!isUtf8(whole)) throw notUtf8();
  const text = whole.toString('utf8');
  requireShallow(text, WHAT);
  return JSON.parse(text) as unknown;
}

function* decoded(chunks: readonly Buffer[]): Generator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  try {
    for (const chunk of chunks) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch {
    throw notUtf8();
  }
}

/** Whether a header says that the body is anything but JSON in UTF-8, as it is. */
function requirePlain({
  'content-encoding': encoding = 'identity',
  'content-type': type = '',
}: IncomingHttpHeaders): void {
  if (encoding.toLowerCase() !== 'identity')
    throw new RefusedRequest(415, 'the request body is compressed; send it as it is');
  const charset = /;\s*charset="?([^\s;"]+)/i.exec(type)?.[1] ?? 'utf-8';
  if (charset.toLowerCase() !== 'utf-8') throw new RefusedRequest(415, `the request body is in ${charset}; send UTF-8`);
}

/**
 * Reads bodies as JSON. Whoever sends more than readers need is looked at as soon as that shows, before the rest is
 * read.
 */
export function readJsonBodies(
  app: FastifyInstance,
  { maxBodyBytes, maxWriteBodyBytes, senderOf, slices }: BodyLimits,
): void {
  app.decorateRequest('hasLargeBody', false);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', async (request: FastifyRequest, payload: IncomingMessage) => {
    requirePlain(request.headers);
    const { 'content-length': length } = request.headers;
    const raise: Raise = async () => ((await senderOf(request)).mayWrite ? maxWriteBodyBytes : maxBodyBytes);
    const declared = Number(length ?? 0);
    const limit = declared > maxBodyBytes ? await raise() : maxBodyBytes;
    if (declared > limit) throw tooLarge(limit);
    const body = await read(payload, limit, raise);
    request.hasLargeBody = body.size > maxBodyBytes;
    try {
      if (body.size <= AT_ONCE) return parseSmall(body);
      return await parseJsonInSlices(decoded(body.chunks), WHAT, slices.of((await senderOf(request)).caller));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new RefusedRequest(400, `the request body is not JSON: ${error.message}`);
    }
  });
}
