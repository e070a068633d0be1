import type { IncomingHttpHeaders } from 'node:http';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { BROTLI_QUALITY, type Encoding, encodingFor, GZIP_LEVEL } from './kept-answer.ts';

/** A shorter text is not compressed, as by @fastify/compress. */
const SHORTEST = 1_024;
/** To this length a text is compressed in a fraction of a millisecond; a stream takes several times that to be set up alone. */
const LONGEST = 65_536;

const compress: Readonly<Record<Encoding, (text: string) => Buffer>> = {
  br: (text) => brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }),
  gzip: (text) => gzipSync(text, { level: GZIP_LEVEL }),
};

/** The body of an answer that is short, in the way that the client takes; undefined where that is not to be compressed, or by a stream. */
export function compressShort(
  text: string,
  request: IncomingHttpHeaders,
): { readonly encoding: Encoding; readonly body: Buffer } | undefined {
  const encoding = text.length < SHORTEST || text.length > LONGEST ? undefined : encodingFor(request);
  return encoding && { encoding, body: compress[encoding](text) };
}
