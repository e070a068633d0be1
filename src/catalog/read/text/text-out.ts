import { JsonText } from '../../../platform/json-text.ts';

const FIRST_BYTES = 2_048;
/** From here on a piece stays as it is; a shorter one is a text. */
const PIECE = 65_536;
/** From here on copying byte by byte is slower. */
const LONG = 24;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const FIRST_PRINTABLE = 0x20;
const LAST_ASCII = 0x7f;

/** Bytes of fixed text, as `TextOut` takes it. */
export const fixed = (text: string): Buffer => Buffer.from(text);

const nothing = fixed('null');

const NO_BYTES = Buffer.alloc(0);
/** Holds a piece and what is written before the next mark. */
const SPARE_BYTES = PIECE + 2_048;
const MOST_SPARES = 8;
/**
 * Bytes in which something was written that is a text of its own by now. Memory beside the heap is dear to ask for again and again:
 * after some megabytes V8 looks through the whole heap for what can be let go.
 */
const spares: Buffer[] = [];

function keepSpare(bytes: Buffer): void {
  if (bytes.length === SPARE_BYTES && spares.length < MOST_SPARES) spares.push(bytes);
}

/** Of few sizes: what is written becomes longer in few steps. */
function sizeFor(needed: number): number {
  if (needed <= FIRST_BYTES) return FIRST_BYTES;
  return needed <= SPARE_BYTES ? SPARE_BYTES : needed * 2;
}

/** JSON text that is being written, as UTF-8. */
export class TextOut {
  #bytes: Buffer = NO_BYTES;
  #length = 0;
  readonly #pieces: (string | Buffer)[] = [];
  readonly #isOne: boolean;

  /** `isOne`: it stays one piece. */
  constructor(isOne = false) {
    this.#isOne = isOne;
  }

  /** Bytes of the piece that is being written. */
  get length(): number {
    return this.#length;
  }

  /** The piece that was written; what is written from now on is another one. */
  takeBytes(): Buffer {
    const bytes = this.#bytes.subarray(0, this.#length);
    this.#bytes = NO_BYTES;
    this.#length = 0;
    return bytes;
  }

  /** Writes text that nobody changes any more: a long one is a piece of its own. */
  part(bytes: Buffer): void {
    if (this.#isOne || bytes.length < PIECE) {
      this.raw(bytes);
      return;
    }
    this.#cut();
    this.#pieces.push(bytes);
  }

  /** Writes bytes as they are. */
  raw(bytes: Buffer): void {
    this.copy(bytes, 0, bytes.length);
  }

  copy(bytes: Buffer, start: number, end: number): void {
    const out = this.#room(end - start);
    let at = this.#length;
    if (end - start >= LONG) {
      bytes.copy(out, at, start, end);
      at += end - start;
    } else for (let from = start; from < end; from++) out[at++] = bytes[from] ?? 0;
    this.#length = at;
  }

  null(): void {
    this.raw(nothing);
  }

  /** Writes UTF-8 text as a JSON string. */
  quoted(bytes: Buffer, start: number, end: number): void {
    const out = this.#room(end - start + 2);
    let at = this.#length;
    out[at++] = QUOTE;
    for (let from = start; from < end; from++) {
      const byte = bytes[from] ?? 0;
      if (byte < FIRST_PRINTABLE || byte === QUOTE || byte === BACKSLASH) {
        this.text(JSON.stringify(bytes.toString('utf8', start, end)));
        return;
      }
      out[at++] = byte;
    }
    out[at++] = QUOTE;
    this.#length = at;
  }

  /** Writes a text as a JSON string. */
  string(text: string): void {
    const { length } = text;
    const out = this.#room(length + 2);
    let at = this.#length;
    out[at++] = QUOTE;
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      const isPlain = code >= FIRST_PRINTABLE && code <= LAST_ASCII && code !== QUOTE && code !== BACKSLASH;
      if (!isPlain || index === LONG) {
        this.text(JSON.stringify(text));
        return;
      }
      out[at++] = code;
    }
    out[at++] = QUOTE;
    this.#length = at;
  }

  text(text: string): void {
    const out = this.#room(text.length * 3);
    this.#length += out.write(text, this.#length);
  }

  /** Writes what is JSON text already; what of it is encoded stays a piece. */
  json({ pieces }: JsonText): void {
    for (const piece of pieces) {
      if (typeof piece === 'string') this.text(piece);
      else this.part(piece);
    }
  }

  /** What has been written since is a piece of its own, once it is long enough. */
  mark(): void {
    if (this.#length >= PIECE && !this.#isOne) this.#cut();
  }

  /** All that was written; what is written from now on is another text. */
  take(): JsonText {
    this.#cut();
    keepSpare(this.#bytes);
    this.#bytes = NO_BYTES;
    return new JsonText(this.#pieces.splice(0));
  }

  #cut(): void {
    if (this.#length >= PIECE) {
      this.#pieces.push(this.#bytes.subarray(0, this.#length));
      this.#bytes = NO_BYTES;
    } else if (this.#length > 0) this.#pieces.push(this.#bytes.toString('utf8', 0, this.#length));
    this.#length = 0;
  }

  #room(length: number): Buffer {
    const needed = this.#length + length;
    if (needed > this.#bytes.length) this.#grow(needed);
    return this.#bytes;
  }

  #grow(needed: number): void {
    const former = this.#bytes;
    const spare = needed <= SPARE_BYTES ? spares.pop() : undefined;
    this.#bytes = spare ?? Buffer.allocUnsafe(sizeFor(needed));
    former.copy(this.#bytes, 0, 0, this.#length);
    keepSpare(former);
  }
}
