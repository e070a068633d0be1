import { EventEmitter } from 'node:events';
import { Socket } from 'node:net';
import { LRUCache } from 'lru-cache';
import pg from 'pg';
import { type Columns, RowQuery, type RowStatement, type TakeRow } from './row-query.ts';

/** What wants the rows that come. */
interface RowTaker {
  readonly takeRow: TakeRow;
}

/** The server ends the connection, which is not to be used for anything else, though it is heard of the end a little later. */
const isLastWord = (error: unknown): boolean => error instanceof pg.DatabaseError && /^57P/.test(error.code ?? '');

/** What `pg` does not say of its connections: they listen to a stream, which may be a second one (TLS). */
interface Listening {
  stream: EventEmitter;
  readonly ssl: unknown;
  attachListeners(stream: EventEmitter): void;
}

/** Of so many prepared statements a connection knows the columns. */
const MOST_DESCRIBED = 256;

const DATA_ROW = 0x44;
/** The letter of a message and its length. */
const HEADER = 5;

/** What a connection has to tell is read into the same bytes again and again: so much at once, four times what a stream reads. */
const READ_AT_ONCE = 262_144;

/** Memory that is asked for anew for each chunk would be what most collections of garbage are for. */
const socketInto = (take: (chunk: Buffer) => void): Socket => {
  const buffer = Buffer.allocUnsafeSlow(READ_AT_ONCE);
  const callback = (length: number): boolean => {
    take(buffer.subarray(0, length));
    return true;
  };
  return new Socket({ onread: { buffer, callback } });
};

/**
 * Cuts what a server sends into messages. While somebody takes rows as bytes they go there; all else goes on as it came, whole
 * messages at a time. A chunk is nobody's when it is through: who wants more of it copies that.
 */
export function createRowSplitter(takerNow: () => RowTaker | undefined, other: (bytes: Buffer) => void) {
  const begun = new BegunMessage();
  const split = (bytes: Buffer): void => {
    let passed = 0;
    let at = 0;
    while (at + HEADER <= bytes.length) {
      const end = at + lengthAt(bytes, at);
      if (end > bytes.length) break;
      const taker = bytes[at] === DATA_ROW ? takerNow() : undefined;
      if (taker !== undefined) {
        if (at > passed) other(bytes.subarray(passed, at));
        taker.takeRow(bytes, at + HEADER);
        passed = end;
      }
      at = end;
    }
    if (at > passed) other(bytes.subarray(passed, at));
    if (at < bytes.length) begun.add(bytes.subarray(at));
  };
  return (chunk: Buffer): void => {
    let rest = chunk;
    // Only the message that goes over from one chunk to the next is put together: chunks are large, and most rows small.
    while (begun.isThere && rest.length > 0) {
      const part = rest.subarray(0, begun.missing);
      begun.add(part);
      rest = rest.subarray(part.length);
      if (begun.missing === 0) split(begun.take());
    }
    if (rest.length > 0) split(rest);
  };
}

/** Bytes of a whole message. */
function lengthAt(bytes: Buffer, at: number): number {
  const length = bytes.readInt32BE(at + 1);
  if (length < HEADER - 1) throw new Error(`a message of ${length} bytes cannot be`);
  return 1 + length;
}

/** The beginning of a message of which the rest is still to come. */
class BegunMessage {
  #parts: Buffer[] = [];
  #length = 0;
  #whole = HEADER;

  get isThere(): boolean {
    return this.#length > 0;
  }

  /** Bytes of the rest, or of the header as long as that is not complete. */
  get missing(): number {
    return this.#whole - this.#length;
  }

  add(part: Buffer): void {
    const hadHeader = this.#length >= HEADER;
    this.#parts.push(Buffer.from(part));
    this.#length += part.length;
    if (!hadHeader && this.#length >= HEADER) this.#whole = lengthAt(this.#joined(), 0);
  }

  take(): Buffer {
    const message = this.#joined();
    this.#parts = [];
    this.#length = 0;
    this.#whole = HEADER;
    return message;
  }

  #joined(): Buffer {
    return this.#parts.length === 1 && this.#parts[0] !== undefined ? this.#parts[0] : Buffer.concat(this.#parts);
  }
}

/** A client of `pg` that gives the rows of a statement as they came, without reading them, when asked to. */
export class RowBytesClient extends pg.Client {
  #query: RowQuery | undefined;
  /** By name; as long as a statement is prepared its columns are the same. */
  readonly #columns = new LRUCache<string, Columns>({ max: MOST_DESCRIBED });

  constructor(config?: string | pg.ClientConfig) {
    super(config);
    // Whoever uses it hears of an error from the statement or a listener of their own. There may be none for a moment: when
    // the server's last word comes right behind the one that it is ready. Unheard, that would end the process.
    this.on('error', () => undefined);
    const connection = this.connection as pg.Connection & Listening;
    const rest = new EventEmitter();
    const split = createRowSplitter(
      () => this.#query,
      (bytes) => rest.emit('data', bytes),
    );
    const take = (chunk: Buffer): void => {
      try {
        split(chunk);
      } catch (error) {
        connection.emit('error', error);
      }
    };
    if (connection.ssl === false) connection.stream = socketInto(take);
    const attach = connection.attachListeners.bind(connection);
    connection.attachListeners = (stream) => {
      attach(rest);
      stream.on('data', take); // Of one that is encrypted; from any other it goes past the stream.
      stream.on('end', () => rest.emit('end'));
    };
  }

  /** Runs statements that each tell what becomes of them. For columns the server is asked the first time only. */
  rowsOf(statements: readonly RowStatement[]): Promise<void> {
    const undescribed: RowStatement[] = [];
    for (const statement of statements) {
      const { name } = statement;
      statement.columns = name === undefined ? undefined : this.#columns.get(name);
      if (name !== undefined && statement.columns === undefined) undescribed.push(statement);
    }
    return new Promise((resolve) => {
      const query = new RowQuery(statements, (error) => {
        if (isLastWord(error)) this.emit('error', error);
        for (const { name, columns } of undescribed)
          if (name !== undefined && columns !== undefined) this.#columns.set(name, columns);
        this.#query = undefined;
        resolve();
      });
      this.#query = query;
      this.query(query);
    });
  }
}
