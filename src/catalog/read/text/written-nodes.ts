import { RowSet, type TakenRows } from '../../../platform/db/row-set.ts';
import type { ListShape, Page } from '../plan-types.ts';
import { fixed, TextOut } from './text-out.ts';

/** What nodes are written from: the row that was looked at, below which nothing is. */
interface AtRow {
  readonly rows: RowSet;
  readonly children: readonly [];
  readonly walks: readonly [];
}

/** Writes the node of one row; it has nothing to wait for. */
export type WriteNode = (out: TextOut, at: AtRow) => Promise<void> | undefined;

const comma = fixed(',');

/** Bytes of a piece: one that becomes longer is copied now and then. */
const PIECE = 2 ** 20;

/**
 * The nodes of a list for any number of parents, written as their rows come: each row is looked at once, and nothing is kept of
 * the chunk that it came in. What is kept is their text, and where the nodes of each parent stand in it.
 *
 *   {…},{…},{…}{…}{…},{…}
 *   └ parent 1 ┘└ 2┘└ 4 ──┘
 */
export class WrittenNodes implements TakenRows {
  /** For each parent its number of rows (one more than a page where there are more), and the count of all. */
  readonly counts: Int32Array;
  readonly totals: Int32Array;
  /** For each parent where its first node begins, its second, and where its last one ends. */
  readonly #starts: Int32Array;
  readonly #seconds: Int32Array;
  readonly #ends: Int32Array;
  readonly #out = new TextOut(true);
  /** What was written before, in pieces of about the same length; and how long all of them are. */
  readonly #pieces: Buffer[] = [];
  #before = 0;
  readonly #at: AtRow = { rows: new RowSet(), children: [], walks: [] };
  readonly #shape: ListShape;
  readonly #page: Page;
  readonly #write: WriteNode;
  #failure: { readonly error: unknown } | undefined;
  length = 0;
  /** Of the first row: the version of the permissions, and whether too many rows would have had to be looked through. */
  version: unknown;
  tooMany: string | null = null;

  constructor(shape: ListShape, page: Page, parentCount: number, write: WriteNode) {
    this.#shape = shape;
    this.#page = page;
    this.#write = write;
    this.counts = new Int32Array(parentCount);
    this.totals = new Int32Array(parentCount);
    this.#starts = new Int32Array(parentCount);
    this.#seconds = new Int32Array(parentCount);
    this.#ends = new Int32Array(parentCount);
  }

  get columns(): RowSet['columns'] {
    return this.#at.rows.columns;
  }

  set columns(columns: RowSet['columns']) {
    this.#at.rows.columns = columns;
  }

  add(chunk: Buffer, at: number): void {
    this.length++;
    if (this.#failure !== undefined) return;
    try {
      this.#at.rows.lookAt(chunk, at);
      this.#take();
    } catch (error) {
      this.#failure = { error };
    }
  }

  /** Throws what has kept a node from being written. */
  requireWritten(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Writes the nodes of a parent's page, without the surplus one that tells that there are more. */
  copyTo(out: TextOut, parent: number): void {
    const count = this.counts[parent] ?? 0;
    const { size, isBackward } = this.#page;
    if (Math.min(count, size) === 0) return;
    const starts = isBackward && count > size ? this.#seconds : this.#starts;
    if (this.#out.length > 0) this.#endPiece();
    const [start = 0, end = 0] = [starts[parent], this.#ends[parent]];
    let from = 0;
    for (const piece of this.#pieces) {
      const to = from + piece.length;
      if (to > start && from < end) out.part(piece.subarray(Math.max(start - from, 0), end - from));
      from = to;
    }
  }

  #endPiece(): void {
    const piece = this.#out.takeBytes();
    this.#pieces.push(piece);
    this.#before += piece.length;
  }

  get #end(): number {
    return this.#before + this.#out.length;
  }

  #take(): void {
    const { places, parts } = this.#shape;
    const { rows } = this.#at;
    if (this.length === 1) {
      this.version = places.version < 0 ? undefined : rows.value(places.version);
      this.tooMany = places.tooMany === undefined ? null : rows.text(places.tooMany);
    }
    const parent = places.ord === undefined ? 0 : rows.number(places.ord) - 1;
    if (parts.needsCount) this.totals[parent] = rows.number(places.total);
    if (rows.isNull(places.there)) return;
    const count = (this.counts[parent] ?? 0) + 1;
    this.counts[parent] = count;
    const { size, isBackward } = this.#page;
    if (count > size && !isBackward) return;
    const out = this.#out;
    if (count === 1) this.#starts[parent] = this.#end;
    else {
      out.raw(comma);
      if (count === 2) this.#seconds[parent] = this.#end;
    }
    if (this.#write(out, this.#at) !== undefined) throw new Error('a node has nothing to wait for');
    this.#ends[parent] = this.#end;
    if (out.length >= PIECE) this.#endPiece();
  }
}
