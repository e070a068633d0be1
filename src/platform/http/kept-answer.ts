import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { HeaderMap } from '@apollo/server';
import { LRUCache } from 'lru-cache';
import type { EncodedText } from '../stringify-in-slices.ts';
import type { Answer } from './refusal.ts';

/** Ways in which a body is compressed; the first that the client takes is used. */
const encodings = ['br', 'gzip'] as const;
export type Encoding = (typeof encodings)[number];

/** The body of an answer that is given many times, and the strong tag by which clients ask for it again. */
export interface KeptBody {
  readonly etag: string;
  plain(): Uint8Array | EncodedText | Readable;
  encoded(encoding: Encoding): Uint8Array | Promise<Uint8Array>;
}

/** By default gzip takes more than twice the time, to leave away a twentieth more. */
export const GZIP_LEVEL = 3;
/** What is sent many times is worth it. */
const KEPT_LEVEL = 6;
export const BROTLI_QUALITY = 4;

const compress: Readonly<Record<Encoding, (body: Uint8Array, level?: number) => Promise<Uint8Array>>> = {
  br: (body) => promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }),
  gzip: (body, level = GZIP_LEVEL) => promisify(gzip)(body, { level }),
};

/** A body that is compressed, away from the event loop, when it is first asked for in that way. */
export function keepBody(etag: string, body: Uint8Array): KeptBody {
  const made = new Map<Encoding, Promise<Uint8Array>>();
  return {
    etag,
    plain: () => body,
    encoded: (encoding) => {
      const known = made.get(encoding);
      if (known !== undefined) return known;
      const making = compress[encoding](body, KEPT_LEVEL);
      made.set(encoding, making);
      return making;
    },
  };
}

/** 304 when the client has it; else the body in the way that the client takes. `headers` are those of both answers. */
export async function answerKept(
  { etag, plain, encoded }: KeptBody,
  request: IncomingHttpHeaders,
  headers: HeaderMap,
): Promise<Answer> {
  const encoding = encodingFor(request);
  // What is encoded in another way is something else to caches.
  headers.set('etag', etag.replace(/"$/, `${encoding === undefined ? '' : `-${encoding}`}"`));
  if (isHad(etag, request)) return { status: 304, headers, body: '' };
  if (encoding === undefined) return { status: 200, headers, body: plain() };
  headers.set('content-encoding', encoding);
  return { status: 200, headers, body: await encoded(encoding) };
}

/** 304 instead of an answer with a weak tag that the client names: it has the same. */
export function unlessHad(answer: Answer, request: IncomingHttpHeaders): Answer {
  const etag = answer.headers.get('etag');
  const isKnown = etag !== undefined && isHad(etag, request);
  return isKnown ? { status: 304, headers: answer.headers, body: '' } : answer;
}

/** Compresses a long body before it is sent; any other answer stays as it is. */
export type PackAnswer = (answer: Answer, request: IncomingHttpHeaders) => Promise<Answer>;

/** A longer body is compressed while it is sent, unless it is kept. */
const MOST_AT_ONCE = 8 * 1_024 * 1_024;

/**
 * Compresses bodies away from the event loop, as a whole: as a stream it takes more than twice the time. Those that are told by their
 * weak tag are compressed once, and so many bytes of them are kept.
 */
export function createPackAnswer(maxBytes: number): PackAnswer {
  const packed =
    maxBytes === 0
      ? undefined
      : new LRUCache<string, Uint8Array>({ maxSize: maxBytes, sizeCalculation: ({ length }) => length });
  return async (answer, request) => {
    const { headers, body } = answer;
    const encoding = encodingFor(request);
    if (encoding === undefined || !Array.isArray(body)) return answer;
    const whole = body as EncodedText;
    const length = whole.reduce((sum, part) => sum + part.length, 0);
    const etag = headers.get('etag');
    const kept = etag?.startsWith('W/') ? packed : undefined;
    if (kept === undefined && length > MOST_AT_ONCE) return answer;
    const key = [etag, encoding, length].join(' ');
    const known = kept?.get(key) ?? (await compress[encoding](Buffer.concat(whole), kept && KEPT_LEVEL));
    kept?.set(key, known);
    headers.set('content-encoding', encoding);
    headers.set('vary', 'accept-encoding');
    return { ...answer, body: known };
  };
}

/** The encoding that an answer gets. */
export function encodingFor(request: IncomingHttpHeaders): Encoding | undefined {
  const accepted = acceptedIn(String(request['accept-encoding'] ?? ''));
  return encodings.find((name) => accepted.has(name));
}

/** The encodings that a client takes: `gzip, br;q=0` is gzip alone. */
function acceptedIn(header: string): ReadonlySet<string> {
  const choices = header.split(',').map((choice) => choice.split(';').map((part) => part.trim().toLowerCase()));
  const isTaken = (parts: readonly string[]): boolean => !parts.some((part) => /^q=0(\.0*)?$/.test(part));
  return new Set(choices.filter(([, ...more]) => isTaken(more)).map(([name = '']) => name));
}

/** Whether a client has what this is the tag of, in any encoding: it names the tag, or `*`, which is any (RFC 9110, 13.1.2). */
export function isHad(etag: string, request: IncomingHttpHeaders): boolean {
  const given = request['if-none-match'];
  return given !== undefined && (given.trim() === '*' || given.split(',').map(bareTag).includes(bareTag(etag)));
}

/** Tags are compared as weak ones: a proxy that compresses makes them so. */
const bareTag = (tag: string): string =>
  tag
    .trim()
    .replace(/^W\//, '')
    .replace(/-(?:br|gzip)"$/, '"');
