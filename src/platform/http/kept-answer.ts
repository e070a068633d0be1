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

/** As @fastify/compress does it for answers that are given once. */
const compress: Readonly<Record<Encoding, (body: Uint8Array) => Promise<Uint8Array>>> = {
  br: (body) => promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  gzip: (body) => promisify(gzip)(body, { level: 6 }),
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
      const making = compress[encoding](body);
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
  if (tagsIn(request['if-none-match'] ?? '').includes(etag)) return { status: 304, headers, body: '' };
  if (encoding === undefined) return { status: 200, headers, body: plain() };
  headers.set('content-encoding', encoding);
  return { status: 200, headers, body: await encoded(encoding) };
}

/** 304 instead of an answer with a weak tag that the client names: it has the same. */
export function unlessHad(answer: Answer, request: IncomingHttpHeaders): Answer {
  const etag = answer.headers.get('etag')?.replace(/^W\//, '');
  const isHad = etag !== undefined && tagsIn(request['if-none-match'] ?? '').includes(etag);
  return isHad ? { status: 304, headers: answer.headers, body: '' } : answer;
}

/** Puts what is kept compressed in the place of a long body that is told by its weak tag; any other answer stays as it is. */
export type PackAnswer = (answer: Answer, request: IncomingHttpHeaders) => Promise<Answer>;

/** Compresses each body once, away from the event loop, and keeps so many bytes of them. */
export function createPackAnswer(maxBytes: number): PackAnswer {
  if (maxBytes === 0) return (answer) => Promise.resolve(answer);
  const packed = new LRUCache<string, Uint8Array>({ maxSize: maxBytes, sizeCalculation: ({ length }) => length });
  return async (answer, request) => {
    const { headers, body } = answer;
    const [etag, encoding] = [headers.get('etag'), encodingFor(request)];
    if (!etag?.startsWith('W/') || encoding === undefined || !Array.isArray(body)) return answer;
    const whole = body as EncodedText;
    const key = [etag, encoding, whole.reduce((sum, { length }) => sum + length, 0)].join(' ');
    const known = packed.get(key) ?? (await compress[encoding](Buffer.concat(whole)));
    packed.set(key, known);
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

/** What a client has, whatever it was encoded in; a proxy that compresses makes a tag weak, which does not matter here. */
const tagsIn = (header: string): readonly string[] =>
  header.split(',').map((tag) =>
    tag
      .trim()
      .replace(/^W\//, '')
      .replace(/-(?:br|gzip)"$/, '"'),
  );
