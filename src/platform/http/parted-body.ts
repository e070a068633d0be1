import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { constants, crc32, deflateRaw } from 'node:zlib';
import { GZIP_LEVEL, type KeptBody, keepBody } from './kept-answer.ts';

/** A part of a long body that others may have as well; what is worked out for it is worked out once. */
export class BodyPart {
  readonly bytes: Buffer;
  readonly digest: Buffer;
  #deflated: Promise<Buffer> | undefined;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.digest = createHash('sha256').update(bytes).digest();
  }

  /** Blocks of a deflate stream that end at a byte and refer to nothing before them, so that those of any parts make a stream. */
  deflated(): Promise<Buffer> {
    this.#deflated ??= promisify(deflateRaw)(this.bytes, { level: GZIP_LEVEL, finishFlush: constants.Z_FULL_FLUSH });
    return this.#deflated;
  }
}

/** Deflate, no more flags, no time, on no known system (RFC 1952, 2.3.1). */
const GZIP_HEADER = Buffer.from([0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 0xff]);
/** The last block of a deflate stream, with nothing in it. */
const LAST_BLOCK = Buffer.from([0x03, 0]);

/** A body of parts, one after another. Its tag is the same for the same parts. */
export function partedBody(parts: readonly BodyPart[]): KeptBody {
  const hash = createHash('sha256');
  for (const { digest } of parts) hash.update(digest);
  const etag = `"${hash.digest('base64url')}"`;
  const chunks = parts.map(({ bytes }) => bytes);
  const gzip = async (): Promise<Buffer> => {
    const deflated = await Promise.all(parts.map((part) => part.deflated()));
    const trailer = Buffer.alloc(8);
    trailer.writeUInt32LE(chunks.reduce((sum, bytes) => crc32(bytes, sum), 0));
    trailer.writeUInt32LE(
      chunks.reduce((sum, { length }) => sum + length, 0),
      4,
    );
    return Buffer.concat([GZIP_HEADER, ...deflated, LAST_BLOCK, trailer]);
  };
  let gzipped: Promise<Buffer> | undefined;
  let whole: KeptBody | undefined;
  return {
    etag,
    plain: () => chunks,
    encoded: (encoding) => {
      if (encoding === 'gzip') {
        gzipped ??= gzip();
        return gzipped;
      }
      whole ??= keepBody(etag, Buffer.concat(chunks));
      return whole.encoded(encoding);
    },
  };
}
