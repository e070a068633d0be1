import { EventEmitter } from 'node:events';
import pg from 'pg';

/** Takes the bytes of one row: the chunk that holds them and where its number of cells stands. */
export type TakeRow = (chunk: Buffer, at: number) => void;

/** What `pg` does not say of its connections: they listen to a stream, which may be a second one (TLS). */
interface Listening {
  attachListeners(stream: EventEmitter): void;
}

const DATA_ROW = 0x44;
/** The letter of a message and its length. */
const HEADER = 5;

/**
 * Cuts what a server sends into messages. While rows are wanted as bytes they go to `row`; all else goes on as it came, whole
 * messages at a time.
 */
export function createRowSplitter(row: () => TakeRow | undefined, other: (bytes: Buffer) => void) {
  let held: Buffer[] = [];
  let heldLength = 0;
  let needed = 0;
  return (chunk: Buffer): void => {
    let bytes = chunk;
    if (heldLength > 0) {
      held.push(chunk);
      heldLength += chunk.length;
      if (heldLength < needed) return;
      bytes = Buffer.concat(held);
      held = [];
      heldLength = 0;
    }
    let passed = 0;
    let at = 0;
    needed = HEADER;
    while (at + HEADER <= bytes.length) {
      const length = bytes.readInt32BE(at + 1);
      if (length < HEADER - 1) throw new Error(`a message of ${length} bytes cannot be`);
      const end = at + 1 + length;
      if (end > bytes.length) {
        needed = end - at;
        break;
      }
      const take = bytes[at] === DATA_ROW ? row() : undefined;
      if (take !== undefined) {
        if (at > passed) other(bytes.subarray(passed, at));
        take(bytes, at + HEADER);
        passed = end;
      }
      at = end;
    }
    if (at > passed) other(bytes.subarray(passed, at));
    if (at === bytes.length) return;
    held = [bytes.subarray(at)];
    heldLength = bytes.length - at;
  };
}

/** A client of `pg` that gives the rows of a statement as they came, without reading them, when asked to. */
export class RowBytesClient extends pg.Client {
  #takeRow: TakeRow | undefined;

  constructor(config?: string | pg.ClientConfig) {
    super(config);
    const connection = this.connection as pg.Connection & Listening;
    const attach = connection.attachListeners.bind(connection);
    connection.attachListeners = (stream) => {
      const rest = new EventEmitter();
      attach(rest);
      const split = createRowSplitter(
        () => this.#takeRow,
        (bytes) => rest.emit('data', bytes),
      );
      stream.on('data', (chunk: Buffer) => {
        try {
          split(chunk);
        } catch (error) {
          connection.emit('error', error);
        }
      });
      stream.on('end', () => rest.emit('end'));
    };
  }

  /** While `work` runs, which is one statement, its rows go to `take`; `pg` sees none of them. */
  async withRows<T>(take: TakeRow, work: () => Promise<T>): Promise<T> {
    this.#takeRow = take;
    try {
      return await work();
    } finally {
      this.#takeRow = undefined;
    }
  }
}
