/** How the text of a column's values is to be understood. */
export interface ColumnFormat {
  /** PostgreSQL's number of the column's type. */
  readonly type: number;
  readonly parse: (text: string) => unknown;
  /** The value is the text. */
  readonly isText: boolean;
}

/** Takes the rows of a statement as they come. Of the chunk nothing lasts when it returns. It must not throw. */
export interface TakenRows {
  /** Set before the first row comes. */
  columns: readonly ColumnFormat[];
  readonly length: number;
  add(chunk: Buffer, at: number): void;
}

const ZERO = 0x30;

/** Four bytes, the first one first. */
const numberAt = (bytes: Buffer, at: number): number =>
  ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);

/** Rows of a statement as PostgreSQL sent them: cells are read only where somebody wants their values. */
export class RowSet implements TakenRows {
  readonly #chunks: Buffer[] = [];
  /** Of each chunk the index of its first row. */
  readonly #firsts: number[] = [];
  readonly #places: number[] = [];
  /** The chunk of the last row, and what of it is kept. */
  #taken: { readonly chunk: Buffer; readonly from: number; readonly bytes: Buffer } | undefined;
  /** Index of the chunk that was looked into last: rows are visited one after another. */
  #chunk = 0;
  columns: readonly ColumnFormat[] = [];
  /** Of the row that was gone to: its bytes, and where each cell begins and ends in them; a cell that is null ends at -1. */
  bytes: Buffer = Buffer.alloc(0);
  starts: Int32Array = new Int32Array(0);
  ends: Int32Array = new Int32Array(0);
  /** Its index. */
  row = -1;

  get length(): number {
    return this.#places.length;
  }

  /** Takes a row of a chunk that lasts until this returns. */
  add(chunk: Buffer, at: number): void {
    if (this.#taken?.chunk !== chunk) this.#taken = { chunk, from: at, bytes: Buffer.from(chunk.subarray(at)) };
    this.#keep(this.#taken.bytes, at - this.#taken.from);
  }

  /** Takes the rows of another statement of the same columns. */
  append(other: RowSet): void {
    this.columns = other.columns;
    for (const [row, place] of other.#places.entries()) this.#keep(other.#chunkOf(row), place);
    this.row = -1;
  }

  #keep(bytes: Buffer, at: number): void {
    if (this.#chunks.at(-1) !== bytes) {
      this.#chunks.push(bytes);
      this.#firsts.push(this.#places.length);
    }
    this.#places.push(at);
  }

  #chunkOf(row: number): Buffer {
    while (row < (this.#firsts[this.#chunk] ?? 0)) this.#chunk--;
    while (row >= (this.#firsts[this.#chunk + 1] ?? Number.POSITIVE_INFINITY)) this.#chunk++;
    const chunk = this.#chunks[this.#chunk];
    if (chunk === undefined) throw new Error(`there is no row ${row}`);
    return chunk;
  }

  goTo(row: number): void {
    if (row === this.row) return;
    const at = this.#places[row];
    if (at === undefined) throw new Error(`there is no row ${row}`);
    this.lookAt(this.#chunkOf(row), at);
    this.row = row;
  }

  /** Goes to a row that is not among these. */
  lookAt(bytes: Buffer, start: number): void {
    const count = bytes.readInt16BE(start);
    if (this.starts.length !== count) {
      this.starts = new Int32Array(count);
      this.ends = new Int32Array(count);
    }
    const { starts, ends } = this;
    let at = start + 2;
    for (let cell = 0; cell < count; cell++) {
      const length = numberAt(bytes, at);
      at += 4;
      starts[cell] = at;
      if (length < 0) {
        ends[cell] = -1;
        continue;
      }
      at += length;
      ends[cell] = at;
    }
    this.bytes = bytes;
    this.row = -1;
  }

  /** Whether a row has a value in a cell, without going there. */
  isSet(row: number, cell: number): boolean {
    const bytes = this.#chunkOf(row);
    let at = (this.#places[row] ?? 0) + 2;
    for (let before = 0; before < cell; before++) at += 4 + Math.max(0, numberAt(bytes, at));
    return numberAt(bytes, at) >= 0;
  }

  isNull(cell: number): boolean {
    return (this.ends[cell] ?? -1) < 0;
  }

  /** A whole number from 0 on; 0 where the cell is null. */
  number(cell: number): number {
    const end = this.ends[cell] ?? -1;
    let number = 0;
    for (let at = this.starts[cell] ?? 0; at < end; at++) number = number * 10 + (this.bytes[at] ?? 0) - ZERO;
    return number;
  }

  text(cell: number): string | null {
    const end = this.ends[cell] ?? -1;
    return end < 0 ? null : this.bytes.toString('utf8', this.starts[cell], end);
  }

  /** The value as other statements give it. */
  value(cell: number): unknown {
    const text = this.text(cell);
    return text === null ? null : this.columns[cell]?.parse(text);
  }
}
